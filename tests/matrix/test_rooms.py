"""The bot in a room: invited, asked, answering."""

from __future__ import annotations

from pathlib import Path

from tests.matrix.house import house
from tests.matrix.people import Person


async def test_a_command_in_a_room_is_answered_there(anna: Person, bot: Person, tmp_path: Path) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        asked = await anna.say(room, "!log 3h cleaned the kitchen #care")
        answer = await anna.hear_answer(room, asked)

    assert answer["sender"] == bot.user
    assert answer["content"]["msgtype"] == "m.notice"
    assert answer["content"]["body"].startswith("C1: Anna, 3h #care, cleaned the kitchen")
    assert answer["content"]["m.mentions"] == {}
