"""What is asked in a room and answered in private leaves a sign at the message that asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.matrix.speaking import SIGN_TRIES_MAX
from bot.chat import ELSEWHERE
from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person
from tests.adapters.matrix.proxy import Answer, Proxy


async def settled(running: House, person: Person, room: str) -> None:
    """All that was said before is answered and delivered."""
    asked = await person.say(room, "!about")
    await person.hear_answer(room, asked)
    await running.delivery.drained()


def signs(events: list[Json], bot: Person) -> list[tuple[str, str]]:
    """At which messages the bot put which signs."""
    ours = (it for it in events if it["type"] == "m.reaction" and it["sender"] == bot.user)
    related = [it["content"]["m.relates_to"] for it in ours]
    return [(it["event_id"], it["key"]) for it in related]


@pytest.mark.parametrize("words", ["!help", "!log nothing"])
async def test_what_is_answered_in_private_gets_a_sign(
    anna: Person, bot: Person, tmp_path: Path, words: str
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        await settled(running, anna, room)
        asked = await anna.say(room, words)
        sign = await anna.hear(lambda it: it["type"] == "m.reaction" and it["sender"] == bot.user)
        await settled(running, anna, room)

        assert sign["content"]["m.relates_to"]["event_id"] == asked
        assert signs(await anna.messages(room), bot) == [(asked, ELSEWHERE)]


async def test_what_is_answered_in_the_room_or_was_taken_back_gets_none(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        await settled(running, anna, room)
        running.matrix._contact.clear()
        gone = await anna.say(room, "!help")
        await anna.say(room, "!balance")
        await anna.redact(room, gone)
        running.matrix._contact.set()
        await settled(running, anna, room)

        assert signs(await anna.messages(room), bot) == []


@pytest.mark.parametrize("times", [2, 1_000])
async def test_a_sign_is_tried_again_and_then_left_out(
    anna: Person,
    bot: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
) -> None:
    monkeypatch.setattr("adapters.matrix.speaking.SIGN_PAUSE_SECONDS", 0.0)
    left = [(502, b"Oops")] * times

    def refuse(method: str, path: str) -> Answer | None:
        return left.pop() if "/send/m.reaction/" in path and left else None

    line = Proxy(bot.line)
    async with line.up(), house(bot, tmp_path, url=line.url) as running:
        room = await anna.room_with(bot.user)
        await settled(running, anna, room)
        line.refuse = refuse
        asked = await anna.say(room, "!help")
        await settled(running, anna, room)

        assert signs(await anna.messages(room), bot) == ([] if left else [(asked, ELSEWHERE)])
        assert len(left) in {0, times - SIGN_TRIES_MAX}
