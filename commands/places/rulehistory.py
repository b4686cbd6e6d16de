"""How a rule came to its value: its layers, its history, and what is otherwise in a room."""

from __future__ import annotations

from bot.arguments import OptionType, WithName, arguments, takes
from bot.chat import Reply
from bot.collective.catalogue import CATALOGUE, known_rule
from bot.collective.proposalevents import reference
from bot.collective.rulebook import (
    RULES,
    WHOLE,
    LayerValue,
    RuleLocked,
    RuleSet,
    RuleUnlocked,
    RuleUnset,
    about_rule,
)
from bot.collective.rules import Rule
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import Node, Say, Strong, Time, Words, items, lines, say
from commands.places.layers import layers_here, where_told

HISTORY_MAX = 20
"""How many changes a history shows: what fits a phone's screen."""

RULE_NAME = takes(OptionType.RULE, say("which rule"), positional=True)


def rule_named(ask: Ask[WithName]) -> Rule:
    """The rule that is meant. Raises Refusal."""
    return known_rule(ask.args.name)


def value_written(rule: Rule, value: Value) -> Words:
    """A value as people type it."""
    return Words(rule.type.write(value))


@arguments
class RulesExplainArgs:
    """What `/rules explain` takes."""

    name: str = RULE_NAME


def explain(state: State, ask: Ask[RulesExplainArgs]) -> Accepted:
    """One rule: what it means, what it takes, each layer's value, who set it and when."""
    rule = rule_named(ask)
    points = [say("as it comes: {value}", value=value_written(rule, rule.default))]
    for where, layer in layers_here(state, ask):
        setting = layer.get(rule.name)
        if setting is not None:
            points.append(_layer_told(state, rule, where, setting))
    if not rule.layers:
        changed = say("Whoever runs this bot may change it.")
    elif rule.name in state.rules.locked:
        changed = say("It is locked: only a passed proposal changes it.")
    else:
        changed = say("An admin may change it.")
    value = ask.rules.value(rule.name)
    body = lines(
        say("{rule}: {about}", rule=Strong(Words(rule.name)), about=rule.about),
        say("It takes {allowed}.", allowed=rule.type.allowed),
        items(points),
        say("In force here: {value}. {changed}", value=value_written(rule, value), changed=changed),
    )
    facts = {"rule": rule.name, "value": rule.type.write(value)}
    return Accepted(replies=(Reply(body, private=True, facts=facts),))


def _layer_told(state: State, rule: Rule, where: Node, setting: LayerValue) -> Say:
    value = value_written(rule, setting.value)
    if not setting.at:
        return say("{where}: {value}", where=where, value=value)
    by = author_told(state, setting.by, setting.proposal)
    return say(
        "{where}: {value}, set by {who} on {at}",
        where=where,
        value=value,
        who=by,
        at=Time(setting.at),
    )


def author_told(state: State, member: int, proposal: int) -> Node:
    """Who set it: a member, the members by a proposal, or whoever runs the bot."""
    if proposal:
        return say("the decision {ref}", ref=reference(proposal))
    return state.members.name(member) if member else say("the operator")


def history_queries(state: State, ask: Ask[RulesHistoryArgs]) -> tuple[Query, ...]:
    """The latest changes of a rule, or of all."""
    name = rule_named(ask).name if ask.args.name else ""
    return (About(about_rule(name) if name else RULES, newest=HISTORY_MAX),)


@arguments
class RulesHistoryArgs:
    """What `/rules history` takes."""

    name: str = takes(OptionType.RULE, say("which rule"), positional=True, default="")


def history(state: State, ask: Ask) -> Accepted:
    """The latest changes of one rule, or of all."""
    points = []
    for entry, event in ask.entries(*ask.found):
        who = author_told(state, entry.actor, getattr(event, "proposal", 0))
        change = change_told(state, event)
        points.append(say("{at}: {who}: {change}", at=Time(entry.at), who=who, change=change))
    body = items(points) if points else say("No rule was changed yet.")
    return Accepted(replies=(Reply(body, private=True, page="rules"),))


def change_told(state: State, event: object) -> Node:
    """What a change of a rule did, and where."""
    match event:
        case RuleSet():
            return say(
                "{rule} = {value} {where}",
                rule=event.rule,
                value=event.value,
                where=where_told(state, event.scope),
            )
        case RuleUnset():
            return say("{rule} unset {where}", rule=event.rule, where=where_told(state, event.scope))
        case RuleLocked():
            return say("{rule} locked", rule=event.rule)
        case RuleUnlocked():
            return say("{rule} unlocked", rule=event.rule)
        case _:
            raise AssertionError(event)


def diff(state: State, ask: Ask) -> Accepted:
    """What is otherwise here than for the collective, or than it comes."""
    whole = {
        name: setting.value
        for _, layer in list(layers_here(state, ask))[:1]
        for name, setting in layer.items()
    }
    whole |= {name: it.value for name, it in state.rules.settings.get(WHOLE, {}).items()}
    points = []
    for name, rule in CATALOGUE.items():
        here, there = ask.rules.value(name), whole.get(name, rule.default)
        if here != there:
            points.append(
                say(
                    "{rule}: {there} → {here}",
                    rule=name,
                    there=value_written(rule, there),
                    here=value_written(rule, here),
                )
            )
    body = (
        lines(say("For the collective → here:"), items(points))
        if points
        else say("Here everything is as for the whole collective.")
    )
    return Accepted(replies=(Reply(body, private=True),))
