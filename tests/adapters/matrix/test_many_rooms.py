"""Very many rooms in one account: no more is asked of the homeserver and the writer than is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from adapters.matrix import link as link_module
from adapters.matrix.link import Heard, Link
from adapters.matrix.postings import ROOMS_AT_ONCE, Postings
from adapters.matrix.rooms import READ, RoomState
from adapters.matrix.wanted import FIRST_TIMELINE
from bot.chat import Incoming
from bot.collective.rules import Rules
from bot.writer.intake import Intake
from tests import foul
from tests.adapters.matrix.house import account_of, house
from tests.adapters.matrix.people import Person


def kinds(heard: Heard, room: str) -> set[str]:
    """The types of the state that a sync tells of a room before its timeline."""
    return {event.type for event in heard.rooms[room].state}


async def talked(anna: Person, bot: Person) -> str:
    """A room in which the bot has long been, and much was said since."""
    room = await anna.create_room(preset="public_chat", name="Kitchen", topic="What we cook")
    await bot.join(room)
    await anna.put_state(room, "org.example.weather", {"sky": "blue"})
    for number in range(3):
        await anna.say(room, f"!log {number + 1}h before")
    return room


async def test_of_a_room_only_what_is_read_is_told(anna: Person, bot: Person, tmp_path: Path) -> None:
    room = await talked(anna, bot)
    link = Link(account_of(bot, tmp_path))
    try:
        first = await link.sync("", whole=True)
        await anna.put_state(room, "m.room.topic", {"topic": "What we bake"})
        again = await link.sync(first.position, whole=True)
    finally:
        await link.close()

    assert len(first.rooms[room].timeline) == FIRST_TIMELINE
    for heard in (first, again):
        assert {"m.room.create", "m.room.power_levels", "m.room.name"} <= kinds(heard, room) <= {*READ}
    # What happens is told, whatever it is.
    assert [event.type for event in again.rooms[room].timeline] == ["m.room.topic"]


async def test_who_asks_for_all_rooms_waits_longer_than_who_asks_what_is_new(
    bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = Link(account_of(bot, tmp_path))
    waits = list[float]()
    ask = link.ask

    async def asked(method: str, path: list[str], *given: Any, **how: Any) -> dict[str, Any]:
        if path == ["sync"]:
            waits.append(how["seconds"])
        return await ask(method, path, *given, **how)

    monkeypatch.setattr(link, "ask", asked)
    try:
        first = await link.sync("", whole=True)
        await link.sync(first.position, whole=False, soon=True)
    finally:
        await link.close()

    assert waits == [link_module.WHOLE_SECONDS_MAX, link_module.REQUEST_SECONDS_MAX]
    # No homeserver in foul weather takes a minute for all rooms.
    assert waits[0] > 2 * waits[1] or foul.seed() is not None


async def test_a_first_start_greets_nobody_and_does_nothing_of_what_was_said_before(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    room = await talked(anna, bot)
    fresh = await anna.create_room(preset="public_chat")
    await bot.join(fresh)
    async with house(bot, tmp_path) as running:
        await running.matrix._contact.wait()
        asked = await anna.say(room, "!log 4h after")
        answer = await anna.hear_answer(room, asked)
        # Who is new is greeted.
        new = await anna.room_with(bot.user)
        await anna.hear_answer(new, await anna.say(new, "!log 5h there"))

        assert answer["content"]["body"].startswith("C1: Anna, 4h")
        assert [it.place.room for it in running.intake.heard if it.arrived] == [new]


@pytest.mark.parametrize("count", [0, 1, ROOMS_AT_ONCE, ROOMS_AT_ONCE + 1, 5 * ROOMS_AT_ONCE])
async def test_what_rooms_show_is_looked_up_for_some_at_a_time(count: int) -> None:
    asked = list[list[str]]()

    async def rules(messages: Sequence[Incoming]) -> list[Rules | None]:
        asked.append([it.place.room for it in messages])
        return [None] * len(messages)

    link = cast("Link", SimpleNamespace(account=SimpleNamespace(user="@bot:example.org")))
    known = {name: RoomState(name) for name in (f"!room{number}" for number in range(count))}
    intake: Any = SimpleNamespace(rules=rules)

    await Postings(link, known, {}).look(cast("Intake", intake))

    assert [room for some in asked for room in some] == list(known)
    assert all(len(some) <= ROOMS_AT_ONCE for some in asked)
