"""Rules: what is in force in a room, layer by layer, and how an admin changes it."""

from __future__ import annotations

from bot.arguments import OptionType, WithName, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.catalogue import CATALOGUE, GROUPS, PRESETS, known_rule, rules_of
from bot.collective.effects import standing_terms
from bot.collective.grades import Grade
from bot.collective.proposalevents import reference
from bot.collective.roles import Role
from bot.collective.rulebook import (
    RULES,
    WHOLE,
    LayerValue,
    RuleLocked,
    RuleSet,
    RuleUnlocked,
    RuleUnset,
    Scope,
    about_rule,
    setting_of,
)
from bot.collective.rules import Layer, Rule
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Feature, names
from bot.text.wording import (
    Code,
    Node,
    Say,
    Strong,
    Time,
    Typed,
    Words,
    items,
    joined,
    lines,
    say,
)
from commands.decisions.openly import openly
from commands.decisions.voters import electorate_of
from commands.places.closed import waiting_told
from commands.places.layers import IN, layers_here, scope_of, where_told
from commands.places.page import RULES_PAGE
from commands.places.rulefiles import (
    RulesExportArgs,
    RulesImportArgs,
    RulesPresetArgs,
    export,
    import_,
    preset,
)

HISTORY_MAX = 20
"""How many changes a history shows: what fits a phone's screen."""

_NAME = takes(OptionType.RULE, say("which rule"), positional=True)


def _rule(ask: Ask[WithName]) -> Rule:
    return known_rule(ask.args.name)


def _written(rule: Rule, value: Value) -> Words:
    return Words(rule.type.write(value))


@arguments
class RulesArgs:
    """What `/rules` takes."""

    name: str = takes(OptionType.RULE, say("part of a name, or all"), positional=True, default="")


def show(state: State, ask: Ask[RulesArgs]) -> Accepted:
    """What is set here, or with a word, all rules whose name has it."""
    wanted = ask.args.name.casefold()
    if not wanted:
        return _set_here(state, ask)
    chosen = {name for name in CATALOGUE if wanted == "all" or wanted in name}
    if not chosen:
        known_rule(wanted)  # raises, with the nearest name
    blocks: list[Node] = []
    for title, rules in GROUPS:
        points = [
            say("{rule} = {value}: {about}", rule=it.name, value=_value(ask, it), about=it.about)
            for it in rules
            if it.name in chosen
        ]
        if points:
            blocks += [Strong(title), items(points)]
    facts = {"rules": {name: CATALOGUE[name].type.write(ask.rules.value(name)) for name in chosen}}
    return Accepted(replies=(Reply(lines(*blocks), private=True, facts=facts),))


def _value(ask: Ask, rule: Rule) -> Words:
    return _written(rule, ask.rules.value(rule.name))


def _set_here(state: State, ask: Ask) -> Accepted:
    points, facts = [], {}
    for name, rule in CATALOGUE.items():
        places = [where for where, layer in layers_here(state, ask) if name in layer]
        if places:
            value = _value(ask, rule)
            points.append(say("{rule} = {value}, {where}", rule=name, value=value, where=places[-1]))
            facts[name] = rule.type.write(ask.rules.value(name))
    body = lines(
        say("What is set here; all else is as it comes:") if points else None,
        items(points) if points else say("Nothing is set here: all rules are as they come."),
        say(
            "{all} shows all of them, {explain} one, {set} sets one.",
            all=Typed("rules all"),
            explain=Typed("rules explain quorum"),
            set=Typed("rules set quorum 50%"),
        ),
    )
    return Accepted(replies=(Reply(body, private=True, facts={"rules": facts}),))


@arguments
class RulesSetArgs:
    """What `/rules set` takes."""

    name: str = _NAME
    value: str = takes(OptionType.TEXT, say("its value"), positional=True)
    in_: str = IN


def set_(state: State, ask: Ask[RulesSetArgs]) -> Accepted:
    """Give a rule a value, here or for all."""
    rule = _rule(ask)
    scope = scope_of(state, ask, rule.layers)
    event = setting_of(rule, ask.args.value, scope, ask.proposal)
    before = state.rules.settings.get(scope, {}).get(rule.name)
    value = rule.type.read(event.value)
    if before is not None and before.value == value:
        raise Refusal(
            "nothing-changed",
            say("{rule} is {value} already.", rule=rule.name, value=_written(rule, value)),
        )
    told = lines(
        say(
            "{rule} is now {value} {where} (it was {before}).",
            rule=rule.name,
            value=_written(rule, value),
            where=where_told(state, scope),
            before=_written(rule, before.value) if before else _value(ask, rule),
        ),
        _covered(state, ask, rule, scope),
        waiting_told(state, value) if rule.name == "closed-until" else None,
    )
    facts = {"rule": rule.name, "value": event.value, "layer": scope.layer.value}
    return Accepted((event,), (), (Reply(told, facts=facts),))


def _covered(state: State, ask: Ask, rule: Rule, scope: Scope) -> Node | None:
    """Where a narrower layer goes on covering what was set."""
    order = list(Layer)
    for each, layer in reversed(list(state.rules.over(ask.room, state.rooms.circle(ask.place)))):
        if rule.name in layer and order.index(each.layer) > order.index(scope.layer):
            return say(
                "{rule} stays {value} {where}, which covers that.",
                rule=rule.name,
                value=_written(rule, layer[rule.name].value),
                where=where_told(state, each),
            )
    return None


@arguments
class RulesUnsetArgs:
    """What `/rules unset` takes."""

    name: str = _NAME
    in_: str = IN


def unset(state: State, ask: Ask[RulesUnsetArgs]) -> Accepted:
    """Take a layer's value of a rule away: the layer below counts again."""
    rule = _rule(ask)
    over = list(state.rules.over(ask.room, state.rooms.circle(ask.place)))
    set_in = [scope for scope, layer in over if rule.name in layer]
    scope = set_in[-1] if set_in and not ask.args.in_ else scope_of(state, ask, ())
    if rule.name not in state.rules.settings.get(scope, {}):
        raise Refusal(
            "nothing-changed",
            say("{rule} is not set {where}.", rule=rule.name, where=where_told(state, scope)),
            instead=say("{explain} says where it is.", explain=Typed(f"rules explain {rule.name}")),
        )
    left = ({n: it.value for n, it in layer.items()} for each, layer in over if each != scope)
    told = say(
        "{rule} is no longer set {where}; here it is now {value}.",
        rule=rule.name,
        where=where_told(state, scope),
        value=_written(rule, rules_of(ask.configured, *left).value(rule.name)),
    )
    event = RuleUnset(rule=rule.name, layer=scope.layer, name=scope.name, proposal=ask.proposal)
    return Accepted((event,), (), (Reply(told),))


@arguments
class RulesLockArgs:
    """What `/rules lock` takes."""

    name: str = _NAME


def lock(state: State, ask: Ask[RulesLockArgs]) -> Accepted:
    """From now on only a passed proposal changes the rule, in any layer.

    What is in force for all is written down with it, so that it is not the configuration's any more.
    """
    rule = _rule(ask)
    if not rule.layers:
        return setting_of(rule, "", WHOLE)  # type: ignore[return-value] # always a refusal
    if rule.name in state.rules.locked:
        raise Refusal("nothing-changed", say("{rule} is locked already.", rule=rule.name))
    terms = standing_terms(state, ask.rules, rule.grade, len(electorate_of(state, ask, "")))
    whole = state.rules.settings.get(WHOLE, {})
    written = rule.type.write(rules_of(ask.configured, *state.rules.layers(0, "")).value(rule.name))
    fixed = (
        () if rule.name in whole else (RuleSet(rule=rule.name, value=written, proposal=ask.proposal),)
    )
    told = say(
        "{rule} is locked at {value}: only a passed proposal changes it from now on, by {method} or"
        " what asks at least as much.",
        rule=rule.name,
        value=Words(written),
        method=Code(terms.method),
    )
    return Accepted((*fixed, RuleLocked(rule=rule.name, terms=terms)), (), (Reply(told),))


@arguments
class RulesUnlockArgs:
    """What `/rules unlock` takes."""

    name: str = _NAME


def unlock(state: State, ask: Ask[RulesUnlockArgs]) -> Accepted:
    """Give a rule back to the admins; only a passed proposal does that."""
    rule = _rule(ask)
    if rule.name not in state.rules.locked:
        raise Refusal("nothing-changed", say("{rule} is not locked.", rule=rule.name))
    if not ask.proposal:
        line = Typed(f"propose Unlock {rule.name} --do rules unlock {rule.name}")
        raise Refusal(
            "rule-locked",
            say("{rule} is locked.", rule=rule.name),
            rule=rule.name,
            instead=say("Propose it: {line}", line=line),
        )
    told = say("{rule} is no longer locked.", rule=rule.name)
    return Accepted((RuleUnlocked(rule=rule.name, proposal=ask.proposal),), (), (Reply(told),))


@arguments
class RulesExplainArgs:
    """What `/rules explain` takes."""

    name: str = _NAME


def explain(state: State, ask: Ask[RulesExplainArgs]) -> Accepted:
    """One rule: what it means, what it takes, each layer's value, who set it and when."""
    rule = _rule(ask)
    points = [say("as it comes: {value}", value=_written(rule, rule.default))]
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
        say("In force here: {value}. {changed}", value=_written(rule, value), changed=changed),
    )
    facts = {"rule": rule.name, "value": rule.type.write(value)}
    return Accepted(replies=(Reply(body, private=True, facts=facts),))


def _layer_told(state: State, rule: Rule, where: Node, setting: LayerValue) -> Say:
    value = _written(rule, setting.value)
    if not setting.at:
        return say("{where}: {value}", where=where, value=value)
    by = _author(state, setting.by, setting.proposal)
    return say(
        "{where}: {value}, set by {who} on {at}",
        where=where,
        value=value,
        who=by,
        at=Time(setting.at),
    )


def _author(state: State, member: int, proposal: int) -> Node:
    """Who set it: a member, the members by a proposal, or whoever runs the bot."""
    if proposal:
        return say("the decision {ref}", ref=reference(proposal))
    return state.members.name(member) if member else say("the operator")


def _history_queries(state: State, ask: Ask[RulesHistoryArgs]) -> tuple[Query, ...]:
    name = _rule(ask).name if ask.args.name else ""
    return (About(about_rule(name) if name else RULES, newest=HISTORY_MAX),)


@arguments
class RulesHistoryArgs:
    """What `/rules history` takes."""

    name: str = takes(OptionType.RULE, say("which rule"), positional=True, default="")


def history(state: State, ask: Ask) -> Accepted:
    """The latest changes of one rule, or of all."""
    points = []
    for entry, event in ask.entries(*ask.found):
        who = _author(state, entry.actor, getattr(event, "proposal", 0))
        change = _change_told(state, event)
        points.append(say("{at}: {who}: {change}", at=Time(entry.at), who=who, change=change))
    body = items(points) if points else say("No rule was changed yet.")
    return Accepted(replies=(Reply(body, private=True),))


def _change_told(state: State, event: object) -> Node:
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
                    there=_written(rule, there),
                    here=_written(rule, here),
                )
            )
    body = (
        lines(say("For the collective → here:"), items(points))
        if points
        else say("Here everything is as for the whole collective.")
    )
    return Accepted(replies=(Reply(body, private=True),))


COMMANDS = (
    Command(
        name="rules",
        about=say("the rules that are set here, or all whose name has a word"),
        also=say("settings, config, configure, options, setup, preferences, rule, policy, set"),
        decide=show,
        args=RulesArgs,
        examples=("rules", "rules all", "rules digest"),
    ),
    Command(
        name="rules set",
        about=say("give a rule a value"),
        also=say("set, rule, change rule"),
        decide=openly(set_),
        role=Role.ADMIN,
        effect=Grade.RULES,
        args=RulesSetArgs,
        examples=("rules set confirmations 1", "rules set quorum 50% --in collective"),
    ),
    Command(
        name="rules unset",
        about=say("let a rule be as it comes again"),
        decide=openly(unset),
        role=Role.ADMIN,
        effect=Grade.RULES,
        args=RulesUnsetArgs,
        examples=("rules unset quorum",),
    ),
    Command(
        name="rules lock",
        about=say("let only passed proposals change a rule"),
        decide=openly(lock),
        role=Role.ADMIN,
        effect=Grade.RULES,
        args=RulesLockArgs,
        examples=("rules lock quorum",),
    ),
    Command(
        name="rules unlock",
        about=say("give a locked rule back to the admins, by a proposal"),
        decide=openly(unlock),
        role=Role.ADMIN,
        effect=Grade.RULES,
        args=RulesUnlockArgs,
    ),
    Command(
        name="rules explain",
        about=say("one rule: its values, who set them and when, who may change it"),
        decide=explain,
        args=RulesExplainArgs,
        examples=("rules explain quorum",),
    ),
    Command(
        name="rules history",
        about=say("who changed which rule when"),
        decide=history,
        wants=_history_queries,
        args=RulesHistoryArgs,
        examples=("rules history", "rules history quorum"),
    ),
    Command(
        name="rules diff",
        about=say("what is otherwise here than in the collective"),
        decide=diff,
        examples=("rules diff",),
    ),
    Command(
        name="rules export",
        about=say("the rules that are set, as a TOML file"),
        decide=export,
        args=RulesExportArgs,
        examples=("rules export", "rules export --in collective"),
    ),
    Command(
        name="rules import",
        about=say("set the rules of a TOML text, which stands on the lines below"),
        decide=openly(import_),
        role=Role.ADMIN,
        effect=Grade.RULES,
        args=RulesImportArgs,
        examples=('rules import\nquorum = "50%"',),
    ),
    Command(
        name="rules preset",
        about=say("set rules that go together"),
        decide=openly(preset),
        role=Role.ADMIN,
        effect=Grade.RULES,
        args=RulesPresetArgs,
        examples=("rules preset sociocracy", "rules preset majority --in collective"),
        details=joined(
            (Words(f"{name}: {', '.join(values.values())}") for name, values in PRESETS.items()), "; "
        ),
    ),
)

FEATURE = Feature(
    name="rules",
    pages=(RULES_PAGE,),
    commands=COMMANDS,
    suggests={OptionType.RULE: names(lambda state: CATALOGUE)},  # noqa: ARG005
)
