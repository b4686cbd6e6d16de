"""Once more from outside, by a plain client: two rooms in one collective, default rate limits."""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Person, within
from tests.adapters.matrix.test_crashes import answers, until_answered
from tests.adapters.matrix.test_rooms import invited
from tests.synapse import Homeserver

BURST = 10
"""How many events a homeserver as it comes takes at once; then one in five seconds."""


@pytest.mark.parametrize(("here", "there"), [("10", "11"), ("12", "10")])
async def test_two_rooms_are_one_collective_with_one_ledger_and_one_proposal(
    here: str, there: str, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules={}, home=False):
        kitchen = await anna.room_with(bot.user, name="Kitchen", room_version=here)
        await anna.hear_answer(kitchen, await anna.say(kitchen, "!collective create Garden"))
        await anna.say(kitchen, "!collective invite")
        private = await invited(anna, bot)
        await anna.join(private)
        told = await anna.hear_body(private, bot.user, "!collective join")
        code = told["content"]["body"].partition("!collective join ")[2].partition(")")[0]
        hall = await anna.room_with(bot.user, name="Hall", room_version=there)
        await anna.hear_answer(hall, await anna.say(hall, f"!collective join {code}"))
        for room, ref in ((kitchen, "C1"), (hall, "C2"), (kitchen, "C3")):
            logged = await anna.hear_answer(room, await anna.say(room, "!log 1h swept"))
            assert logged["content"]["body"].startswith(ref)
        await anna.invite(hall, bo.user)
        await bo.join(hall)
        await bo.hear_answer(hall, await bo.say(hall, "!balance"))
        await anna.say(kitchen, "!propose Bread on Fridays --method majority")
        card = await anna.hear_body(kitchen, bot.user, "P1")
        assert "!vote P1 ✅ yes" in card["content"]["body"]
        await bo.say(hall, "!vote P1 yes")
        await anna.hear(
            lambda it: (
                it["room_id"] == kitchen
                and it["content"].get("m.relates_to", {}).get("event_id") == card["event_id"]
                and "m.new_content" in it["content"]
            )
        )


@pytest.mark.fair("it has a homeserver of its own")
async def test_under_the_limits_that_a_homeserver_comes_with_every_answer_comes_once_and_in_order(
    tmp_path: Path,
) -> None:
    server = Homeserver(tmp_path / "server", limits={})
    server.start()
    (tmp_path / "bot").mkdir()
    try:
        async with aiohttp.ClientSession() as session:
            anna, bo, bot = [
                await Person(server.url, session).register(it) for it in ("anna", "bo", "bot")
            ]
            async with house(bot, tmp_path / "bot", rules={}):
                room = await anna.room_with(bot.user)
                await anna.invite(room, bo.user)
                await bo.join(room)
                asked = [
                    await person.say(room, f"!log 1 kg number {number}")
                    for number in range(BURST // 2 + 1)
                    for person in (anna, bo)
                ]
                await within(until_answered(anna, room, bot, len(asked)), 60)

                assert await answers(anna, room, bot) == asked
    finally:
        server.stop()
