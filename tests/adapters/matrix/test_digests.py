"""Digests on Matrix: in the room with its picture, and in the direct room of whoever asks alone."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Person
from tests.adapters.matrix.test_rooms import invited


async def test_a_digest_comes_to_the_room_with_its_picture(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!log 3h dug"))
        asked = await anna.say(room, "!digest now")
        told = await anna.hear_answer(room, asked)
        image = await anna.hear(lambda it: it["content"].get("msgtype") == "m.image")

    assert ": 3h" in told["content"]["body"]
    assert image["content"]["body"].startswith("Hours by week and kind: ")
    assert image["content"]["info"]["mimetype"] == "image/png"


async def test_a_preview_comes_to_the_direct_room_alone(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!log 3h dug"))
        await anna.say(room, "!digest preview")
        private = await invited(anna, bot)
        await anna.join(private)
        told = await anna.hear_body(private, bot.user, ": 3h")

    assert told["room_id"] == private != room
