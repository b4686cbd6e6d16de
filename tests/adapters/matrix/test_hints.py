"""What a room's state tells of the bot, and commands that a client filled in from it."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.faults import Limited, Unreachable
from adapters.matrix.hints import COMMAND, DESCRIPTION, RULES, described, filled, state_key, wanted
from bot.arguments import Option, OptionType
from bot.collective.catalogue import rules_of
from bot.command import Setting
from bot.grammar.lines import parse
from bot.text.languages import reader
from commands import FEATURES
from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person

ME = "@talkoot:example.org"
COMMANDS = FEATURES.commands
SETTING = Setting("en", "UTC", dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC))
PRIMITIVES = {"string", "boolean", "user_id"}


def sent(command: object, me: str = ME, /, **arguments: Any) -> Json:
    """What a client makes of a filled-in command."""
    return {
        "msgtype": "m.text",
        "body": "/something",
        COMMAND: {"command": command, "arguments": arguments},
        "m.mentions": {"user_ids": [me]},
    }


def read(content: Json) -> Any:
    line = filled(content, ME, COMMANDS)
    assert line is not None
    return parse(line, COMMANDS, SETTING)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_in_the_form_that_clients_check(name: str) -> None:
    content = described(COMMANDS[name], reader("en", "UTC"))

    keys = [it["key"] for it in content["parameters"]]
    assert content["command"] == name
    assert len(set(keys)) == len(keys)
    for parameter in content["parameters"]:
        schema = parameter["schema"]
        match schema["schema_type"]:
            case "union":
                assert {it["schema_type"] for it in schema["variants"]} == {"literal"}
            case "array":
                assert schema["items"] == {"schema_type": "primitive", "type": "user_id"}
            case kind:
                assert (kind, schema["type"] in PRIMITIVES) == ("primitive", True)
        assert parameter["description"]["m.text"][0]["body"]
    tail = content.get("fi.mau.tail_parameter")
    if tail:
        # What swallows the rest of the line can be followed by nothing that is needed.
        behind = content["parameters"][keys.index(tail) + 1 :]
        assert all(it["optional"] for it in behind)


def test_the_key_of_a_description_is_the_one_that_clients_expect() -> None:
    assert state_key("log", ME) == "9F99Pfg4nx0hz8LyDZZTiRH2RHtFEZB9OudEZPHXhGc="


def test_a_room_shows_what_its_rules_say_and_nothing_else() -> None:
    commands = [COMMANDS["log"], COMMANDS["vote"]]

    def kinds(**on: bool) -> list[str]:
        rules = rules_of({name.replace("_", "-"): value for name, value in on.items()})
        return [kind for kind, _ in wanted(rules, commands, ME)]

    assert kinds() == []
    assert kinds(show_rules=True) == [RULES]
    assert kinds(show_commands=True) == [DESCRIPTION, DESCRIPTION]
    assert wanted(None, commands, ME) == {}


def test_rules_are_shown_as_they_are_typed_but_not_those_of_the_program() -> None:
    shown = wanted(rules_of({"show-rules": True, "prefix": "!"}), (), ME)[RULES, ME]["rules"]

    assert shown["prefix"] == "!"
    assert shown["show-rules"] == "on"
    assert "people" not in shown


def test_a_command_that_was_filled_in_means_what_was_typed_in_its_fields() -> None:
    found = read(sent("log", amount="3h", what="cleaned #the @kitchen --on", kind="care"))
    assert found.command == "log"
    assert found.arguments["what"] == "cleaned #the @kitchen --on"
    assert found.arguments["kind"] == "care"

    thanked = read(sent("thank", who=["@bo:example.org"], what="the bread"))
    assert thanked.arguments["who"] == ("bo:example.org",)

    asked = read(sent("poll", question="Which day? | Monday | Tuesday", secret=True, adding=False))
    assert asked.arguments["secret"] is True
    assert "adding" not in asked.arguments

    assert read(sent("rules set", name="prefix", value="!")).command == "rules set"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=40))
def test_nothing_in_a_field_becomes_another_field(text: str) -> None:
    found = read(sent("log", amount="3h", what=f"x {text}"))

    assert set(found.arguments) == {"amount", "what"}


@pytest.mark.parametrize(
    "content",
    [
        sent("log", "@other:example.org", amount="3h"),
        sent("nonsense"),
        sent(3),
        {COMMAND: 3, "m.mentions": {"user_ids": [ME]}},
        {COMMAND: {"command": "log", "arguments": 3}, "m.mentions": {"user_ids": [ME]}},
        {"body": "x", "m.mentions": {"user_ids": [ME]}},
    ],
)
def test_what_is_no_command_for_us_types_nothing(content: Json) -> None:
    assert filled(content, ME, COMMANDS) is None


SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(COMMANDS)), st.data())
def test_no_shape_of_a_value_breaks_the_reading(name: str, data: st.DataObject) -> None:
    options: tuple[Option, ...] = COMMANDS[name].options
    arguments: dict[str, Any] = {it.name: data.draw(SHAPES) for it in options}
    line = filled(sent(name, **arguments), ME, COMMANDS)
    assert line is not None
    assert line.startswith(name)
    if not any(it.type is OptionType.LONG for it in options):
        assert len(line.splitlines()) == 1


async def shown(running: House, person: Person, room: str, kind: str) -> dict[str, Json]:
    """What the room's state shows of a kind, after the bot looked until all of it stood there."""
    looked = False
    while not looked:
        # Each look writes more of some hundred states: what went wrong in one is left to the next.
        with suppress(Limited, Unreachable):
            await running.matrix._postings.look(running.intake)
            looked = True
    state = await person._request("GET", f"/_matrix/client/v3/rooms/{room}/state")
    assert isinstance(state, list)
    return {it["state_key"]: it["content"] for it in state if it["type"] == kind and it["content"]}


async def test_a_room_shows_its_rules_and_commands_while_its_rules_say_so(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    foreign = {"command": "ban"}
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        levels = await anna.state(room, "m.room.power_levels")
        await anna.put_state(room, DESCRIPTION, foreign, "another bot's")
        await anna.hear_answer(room, await anna.say(room, "!rules set show-rules on"))
        await anna.hear_answer(room, await anna.say(room, "!rules set show-commands on"))
        assert await shown(running, anna, room, RULES) == {}

        levels["users"] = {**levels["users"], bot.user: 50}
        await anna.put_state(room, "m.room.power_levels", levels)
        await anna.hear_answer(room, await anna.say(room, "!rules set confirmations 2"))
        rules = await shown(running, anna, room, RULES)
        assert rules[bot.user]["rules"]["confirmations"] == "2"
        assert len(await shown(running, anna, room, DESCRIPTION)) == len(COMMANDS) + 1
    async with house(bot, tmp_path) as running:
        # A client that knows the descriptions sends what was filled in.
        name = {**sent("log", bot.user, amount="3h", what="baked"), "body": "/log 3h baked"}
        asked = await anna.send(room, "m.room.message", name)
        assert "C1: Anna, 3h" in (await anna.hear_answer(room, asked))["content"]["body"]
        before = await anna.newest(room, 300)
        await shown(running, anna, room, DESCRIPTION)
        again = [it["type"] for it in await anna.newest(room, 300)]
        assert again.count(DESCRIPTION) == [it["type"] for it in before].count(DESCRIPTION)

        await anna.hear_answer(room, await anna.say(room, "!rules set show-rules off"))
        await anna.hear_answer(room, await anna.say(room, "!rules set show-commands off"))
        assert await shown(running, anna, room, RULES) == {}
        assert await shown(running, anna, room, DESCRIPTION) == {"another bot's": foreign}
