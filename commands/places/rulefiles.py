"""Many rules at once: as a file, from a file, and in sets that go together."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from bot.arguments import OptionType, arguments, takes
from bot.chat import File, Refusal, Reply
from bot.collective.catalogue import CATALOGUE, PRESETS, known_rule, setting_of
from bot.collective.rulebook import RuleSet
from bot.collective.rules import Layer, Rule
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.text.wording import Words, items, lines, say, say_n
from commands.places.layers import IN, WithIn, layers_here, scope_of, where_told


@arguments
class RulesExportArgs:
    """What `/rules export` takes."""

    in_: str = IN


def export(state: State, ask: Ask[RulesExportArgs]) -> Accepted:
    """What is set, as a TOML file that can be imported elsewhere."""
    if ask.args.in_:
        layer = state.rules.settings.get(scope_of(state, ask, ()), {})
        values = {name: setting.value for name, setting in layer.items()}
    else:
        values = {
            name: ask.rules.value(name)
            for _, layer in layers_here(state, ask)
            for name in layer
            if CATALOGUE[name].layers
        }
    if not values:
        return Accepted(replies=(Reply(say("Nothing is set here."), private=True),))
    data = "".join(_toml_row(CATALOGUE[name], values[name]) for name in CATALOGUE if name in values)
    told = say_n("{count} rule, as TOML.", "{count} rules, as TOML.", len(values))
    file = File("rules.toml", "application/toml", data.encode(), say("the rules in force here"))
    return Accepted(replies=(Reply(told, private=True, files=(file,)),))


def _toml_row(rule: Rule, value: Value) -> str:
    plain = isinstance(value, int) and rule.type.write(value) == str(value)
    written = str(value) if plain else json.dumps(rule.type.write(value), ensure_ascii=False)
    return f"{rule.name} = {written}\n"


@arguments
class RulesImportArgs:
    """What `/rules import` takes."""

    in_: str = IN
    toml: str = takes(OptionType.LONG, say("the rules, one a line"))


def import_(state: State, ask: Ask[RulesImportArgs]) -> Accepted:
    """Set all the rules of a TOML text, or none where one of them is wrong."""
    values = {name: _as_typed(name, value) for name, value in _read_toml(ask.args.toml).items()}
    return _set_all(state, ask, values)


def _read_toml(text: str) -> Mapping[str, Any]:
    rows = [row for row in text.splitlines() if not row.strip().startswith("```")]
    try:
        table = tomllib.loads("\n".join(rows))
    except (ValueError, RecursionError) as wrong:
        # Not only TOMLDecodeError: brackets in brackets in brackets, a number of thousands of digits.
        why = str(wrong) if isinstance(wrong, tomllib.TOMLDecodeError) else say("it never ends")
        raise Refusal(
            "toml-odd",
            say("That is no TOML: {why}", why=why),
            instead=say("A line looks like this: {line}", line=Words('quorum = "50%"')),
        ) from wrong
    inner = table.get("rules")
    return inner if isinstance(inner, dict) and len(table) == 1 else table


def _as_typed(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    if isinstance(value, dict | list):
        raise Refusal("toml-odd", say("{rule} takes no table.", rule=name), word=name)
    return str(value)


@arguments
class RulesPresetArgs:
    """What `/rules preset` takes."""

    preset: str = takes(
        OptionType.WORD, say("which way of deciding"), positional=True, choices=tuple(PRESETS)
    )
    in_: str = IN


def preset(state: State, ask: Ask[RulesPresetArgs]) -> Accepted:
    """Set values that go together; for a room or circle those alone that one can have of its own."""
    values, where = PRESETS[ask.args.preset], ask.args.in_
    if where in {Layer.ROOM, Layer.CIRCLE}:
        values = {name: it for name, it in values.items() if where in known_rule(name).layers}
    return _set_all(state, ask, values)


def _set_all(state: State, ask: Ask[WithIn], values: Mapping[str, str]) -> Accepted:
    events: list[RuleSet] = []
    for name, text in values.items():
        rule = known_rule(name)
        event = setting_of(rule, text, scope_of(state, ask, rule.layers), ask.proposal)
        before = state.rules.settings.get(event.scope, {}).get(rule.name)
        if before is None or before.value != rule.type.read(event.value):
            events.append(event)
    if not events:
        raise Refusal("nothing-changed", say("All of that is set already."))
    points = (
        say(
            "{rule} = {value} {where}",
            rule=each.rule,
            value=each.value,
            where=where_told(state, each.scope),
        )
        for each in events
    )
    body = lines(say_n("{count} rule is set:", "{count} rules are set:", len(events)), items(points))
    facts = {"rules": {event.rule: event.value for event in events}}
    return Accepted(tuple(events), (), (Reply(body, facts=facts),))
