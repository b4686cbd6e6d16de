"""Rules: what is in force in a room, and how an admin changes it."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.catalogue import CATALOGUE, GROUPS, PRESETS, known_rule, rules_of, setting_of
from bot.collective.effects import standing_terms
from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.collective.rulebook import WHOLE, RuleLocked, RuleSet, RuleUnlocked, RuleUnset, Scope
from bot.collective.rules import Layer, Rule
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature, names
from bot.text.wording import Code, Node, Strong, Typed, Words, items, joined, lines, say
from commands.decisions.openly import openly
from commands.decisions.voters import electorate_of
from commands.places.closed import waiting_told
from commands.places.layers import IN, layers_here, scope_of, where_told
from commands.places.rulefiles import (
    RulesExportArgs,
    RulesImportArgs,
    RulesPresetArgs,
    export,
    import_,
    preset,
)
from commands.places.rulehistory import (
    RULE_NAME,
    RulesExplainArgs,
    RulesHistoryArgs,
    diff,
    explain,
    history,
    history_queries,
    rule_named,
    value_written,
)
from commands.places.rulespage import RULES_PAGE
from commands.places.setup import COMMANDS as SETUP


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
    return Accepted(replies=(Reply(lines(*blocks), private=True, facts=facts, page="rules"),))


def _value(ask: Ask, rule: Rule) -> Words:
    return value_written(rule, ask.rules.value(rule.name))


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

    name: str = RULE_NAME
    value: str = takes(OptionType.TEXT, say("its value"), positional=True)
    in_: str = IN


def set_(state: State, ask: Ask[RulesSetArgs]) -> Accepted:
    """Give a rule a value, here or for all."""
    rule = rule_named(ask)
    scope = scope_of(state, ask, rule.layers)
    event = setting_of(rule, ask.args.value, scope, ask.proposal)
    before = state.rules.settings.get(scope, {}).get(rule.name)
    value = rule.type.read(event.value)
    if before is not None and before.value == value:
        raise Refusal(
            "nothing-changed",
            say("{rule} is {value} already.", rule=rule.name, value=value_written(rule, value)),
        )
    told = lines(
        say(
            "{rule} is now {value} {where} (it was {before}).",
            rule=rule.name,
            value=value_written(rule, value),
            where=where_told(state, scope),
            before=value_written(rule, before.value) if before else _value(ask, rule),
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
                value=value_written(rule, layer[rule.name].value),
                where=where_told(state, each),
            )
    return None


@arguments
class RulesUnsetArgs:
    """What `/rules unset` takes."""

    name: str = RULE_NAME
    in_: str = IN


def unset(state: State, ask: Ask[RulesUnsetArgs]) -> Accepted:
    """Take a layer's value of a rule away: the layer below counts again."""
    rule = rule_named(ask)
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
        value=value_written(rule, rules_of(ask.configured, *left).value(rule.name)),
    )
    event = RuleUnset(rule=rule.name, layer=scope.layer, name=scope.name, proposal=ask.proposal)
    return Accepted((event,), (), (Reply(told),))


@arguments
class RulesLockArgs:
    """What `/rules lock` takes."""

    name: str = RULE_NAME


def lock(state: State, ask: Ask[RulesLockArgs]) -> Accepted:
    """From now on only a passed proposal changes the rule, in any layer.

    What is in force for all is written down with it, so that it is not the configuration's any more.
    """
    rule = rule_named(ask)
    if not rule.layers:
        return setting_of(rule, "", WHOLE)  # type: ignore[return-value] # always a refusal
    if rule.name in state.rules.locked:
        raise Refusal("nothing-changed", say("{rule} is locked already.", rule=rule.name))
    terms = standing_terms(state, ask.rules, rule.grade, len(electorate_of(state, "")))
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

    name: str = RULE_NAME


def unlock(state: State, ask: Ask[RulesUnlockArgs]) -> Accepted:
    """Give a rule back to the admins; only a passed proposal does that."""
    rule = rule_named(ask)
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
        wants=history_queries,
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
    commands=(*COMMANDS, *SETUP),
    suggests={OptionType.RULE: names(lambda state: CATALOGUE)},  # noqa: ARG005
)
