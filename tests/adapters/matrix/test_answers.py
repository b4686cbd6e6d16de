"""A reply to a card on a real Synapse: a vote, or talk where it is talk; and `/setup`, typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person


async def carded(anna: Person, bo: Person, bot: Person, line: str) -> tuple[str, str]:
    """A room of both, and the card that a line puts there."""
    room = await anna.room_with(bot.user)
    await anna.invite(room, bo.user)
    await bo.join(room)
    for who in (anna, bo):
        await who.hear_answer(room, await who.say(room, "!log 1h swept"))
    await anna.say(room, line)
    card = await anna.hear_body(room, bot.user, "\nBy Anna. Closes ")
    return room, card["event_id"]


async def shows(anna: Person, card: str, part: str) -> Json:
    """The edit of a card that shows it."""

    def wanted(it: Json) -> bool:
        related = it["content"].get("m.relates_to", {})
        edits = related.get("rel_type") == "m.replace" and related.get("event_id") == card
        return edits and part in it["content"]["m.new_content"]["body"]

    return await anna.hear(wanted)


async def settled(running: House, anna: Person, room: str) -> None:
    await anna.hear_answer(room, await anna.say(room, "!log 1h counted"))
    await running.delivery.drained()
    await running.intake.finished()


async def test_a_reply_to_a_card_votes_on_it(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room, card = await carded(anna, bo, bot, "!propose Buy an oven")
        await settled(running, anna, room)
        await bo.reply(room, card, "haha, who pays?")
        await bo.reply(room, card, f"> <{bot.user}> P1: Buy an oven\n\n+1")  # as older clients do
        await shows(anna, card, "consent 1")
        await anna.reply(room, card, "ja")
        await shows(anna, card, "consent 2")
        talked = [it for it in await anna.newest(room) if "haha" in str(it["content"].get("body"))]
        assert len(talked) == 1


async def test_a_reply_to_a_poll_names_its_option(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room, card = await carded(anna, bo, bot, "!poll Which day? | Mon | Tue")
        await settled(running, anna, room)
        await bo.reply(room, card, "Tue")
        await shows(anna, card, "Tue 1")


async def test_setup_goes_on_line_by_line_as_it_is_told(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!log 1h swept"))
        await settled(running, anna, room)
        told: Any = await anna.hear_answer(room, await anna.say(room, "!setup"))
        for kind, answer in (("kind", "club"), ("place", "de Europe/Berlin"), ("digest", "fri 17:00")):
            line = f"!setup {kind} {answer}"
            assert line in told["content"]["body"], told["content"]["body"]
            told = await anna.hear_answer(room, await anna.say(room, line))
        assert "!log 2h" in told["content"]["body"]
