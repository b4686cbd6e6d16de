"""The rules as a page: what is in force, what is otherwise where, and who changed what when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.chain import Entry
from bot.collective.catalogue import CATALOGUE, GROUPS
from bot.collective.events import Event
from bot.collective.rulebook import RULES, WHOLE, RuleSet, RuleUnset, Scope
from bot.collective.rules import Layer, Rule
from bot.collective.ruletypes import Patterns, Standings
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.page import DECIDING, ROWS, Listed, Page, Shown, Wanted
from bot.text.wording import Node, Number, Strong, Table, Time, Words, items, lines, say, say_n
from commands.decisions.page import nothing_told
from commands.places.layers import where_told
from commands.places.rulehistory import author_told, change_told

_CHANGES = About(RULES)


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    return (_CHANGES,)


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    """The rules whose name has what is searched for, and every change of them, newest first."""
    wanted = [rule for rule in CATALOGUE.values() if _is_wanted(rule, ask.args)]
    names = {rule.name for rule in wanted}
    every = [each for each in ask.entries(_CHANGES)[::-1] if _is_shown(each[1], ask.args)]
    changes = [each for each in every if getattr(each[1], "rule", "") in names]
    changes = [each for each in changes if not ask.args.before or each[0].seq < ask.args.before]
    shown = changes[:ROWS]
    hidden = sum(1 for rule in CATALOGUE.values() if ask.args.outside and _can_name(rule))
    body = lines(
        *(_in_force(state, ask, names) if not ask.args.before else ()),
        _hidden_told(hidden) if hidden and not ask.args.before else None,
        Strong(say("Who changed what:")),
        _changes(state, ask, shown) if shown else nothing_told(ask.args, 0, len(every)),
    )
    facts = {
        "rules": {it.name: it.type.write(ask.rules.value(it.name)) for it in wanted},
        "changes": [_facts(state, entry, event) for entry, event in shown],
    }
    older = shown[-1][0].seq if len(changes) > len(shown) else 0
    return Shown(body=body, facts=facts, older=older)


def _can_name(rule: Rule) -> bool:
    """Whether its value may be accounts."""
    return isinstance(rule.type, Patterns | Standings)


def _is_shown(event: Event, want: Wanted) -> bool:
    """Whether a change is told where nothing is searched for."""
    rule = CATALOGUE.get(getattr(event, "rule", ""))
    return rule is not None and _is_wanted(rule, replace(want, search=""))


def _is_wanted(rule: Rule, want: Wanted) -> bool:
    """Whether it is shown: what may name accounts is not for everybody."""
    words = want.search.casefold().split()
    return not (want.outside and _can_name(rule)) and all(word in rule.name for word in words)


def _in_force(state: State, ask: Ask[Wanted], names: set[str]) -> Iterator[Node]:
    """Each rule of the whole collective, with who set it; and what is otherwise elsewhere."""
    for title, rules in GROUPS:
        points = [_rule_told(state, ask, it) for it in rules if it.name in names]
        if points:
            yield Strong(title)
            yield items(points)
    for scope, layer in state.rules.settings.items():
        found = [CATALOGUE[name] for name in layer if name in names]
        if scope == WHOLE or not found:
            continue
        yield Strong(say("Otherwise {where}:", where=_where(state, ask.args, scope)))
        yield items(
            say("{rule} = {value}", rule=it.name, value=it.type.write(layer[it.name].value))
            for it in found
        )


def _rule_told(state: State, ask: Ask[Wanted], rule: Rule) -> Node:
    value = Words(rule.type.write(ask.rules.value(rule.name)))
    setting = Strong(say("{rule} = {value}", rule=rule.name, value=value))
    told = say("{setting}: {about}", setting=setting, about=rule.about)
    made = state.rules.settings.get(WHOLE, {}).get(rule.name)
    is_locked = rule.name in state.rules.locked
    locked = say("It is locked: only a passed proposal changes it.") if is_locked else None
    if made is None:
        return lines(told, locked) if locked else told
    by = author_told(state, made.by, made.proposal)
    return lines(told, say("Set by {who} on {at}.", who=by, at=Time(made.at)), locked)


def _where(state: State, want: Wanted, scope: Scope) -> Node:
    """For whom a layer holds; what rooms are called, members alone know."""
    return say("in a room") if want.outside and scope.layer is Layer.ROOM else where_told(state, scope)


def _hidden_told(count: int) -> Node:
    return say_n(
        "{count} rule that can name accounts is shown to members alone.",
        "{count} rules that can name accounts are shown to members alone.",
        count,
    )


# --- Changes --------------------------------------------------------------------------------------


def _changes(state: State, ask: Ask[Wanted], shown: list[tuple[Entry, Event]]) -> Node:
    heading = (say("Entry"), say("When"), say("Who"), say("Change"))
    rows = tuple(
        (
            Number(entry.seq),
            Time(entry.at),
            author_told(state, entry.actor, getattr(event, "proposal", 0)),
            _change(state, ask.args, event),
        )
        for entry, event in shown
    )
    return Table(heading, rows)


def _change(state: State, want: Wanted, event: Event) -> Node:
    if not want.outside or not isinstance(event, RuleSet | RuleUnset) or event.layer is not Layer.ROOM:
        return change_told(state, event)
    if isinstance(event, RuleSet):
        return say("{rule} = {value} in a room", rule=event.rule, value=event.value)
    return say("{rule} unset in a room", rule=event.rule)


def _facts(state: State, entry: Entry, event: Event) -> dict[str, object]:
    layer: Layer | None = getattr(event, "layer", None)
    by = state.members.name(entry.actor).name if entry.actor else None
    return {
        "entry": entry.seq,
        "at": entry.at,
        "rule": getattr(event, "rule", ""),
        "change": type(event).__name__.removeprefix("Rule").lower(),
        "value": getattr(event, "value", None),
        "layer": layer.value if layer else None,
        "by": by,
        "proposal": getattr(event, "proposal", 0) or None,
    }


RULES_PAGE = Page(
    name="rules",
    title=say("Rules"),
    about=say("The rules in force, what circles and rooms have otherwise, and who changed what when."),
    view=_view,
    part=DECIDING,
    wants=_wants,
    takes=frozenset({"search"}),
    listed=Listed("rules", ("rule", "value")),
)
