"""Needs on Matrix: signs take and log, the typed lines do the same, and one card is edited in place."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person

HAND, TICK = "\u270b", "\u2705"


async def edit_of(person: Person, card: str, part: str) -> Json:
    """The edit of a card that shows these words; any other message with them is none."""
    return await person.hear(
        lambda it: (
            it["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
            and it["content"]["m.relates_to"]["event_id"] == card
            and part in it["content"]["m.new_content"]["body"]
        )
    )


async def posted(running: House, person: Person, bot: Person, line: str) -> tuple[str, str]:
    """The room, and the card of what was said there."""
    room = await person.room_with(bot.user)
    await person.say(room, line)
    card = await person.hear(
        lambda it: it["sender"] == bot.user and " needs: " in it["content"].get("body", "")
    )
    await running.delivery.drained()
    return room, card["event_id"]


async def test_signs_take_and_log_and_the_one_card_follows(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room, card = await posted(running, anna, bot, "!need 2h water the beds --people 2")
        await anna.invite(room, bo.user)
        await bo.join(room)

        await bo.react(room, card, HAND)
        await edit_of(anna, card, "1 of 2 places open, taken by")
        await anna.say(room, "!take N1")
        await edit_of(anna, card, "taken by")
        await bo.react(room, card, TICK)
        await edit_of(anna, card, "done by")
        await anna.say(room, "!drop N1 no time")
        last = await edit_of(anna, card, "1 of 2 places open, done by")

        body = last["content"]["m.new_content"]["body"]
        assert "!take N1" in body, "what is pressed can be typed"
        own = [it for it in await anna.messages(room) if it["sender"] == bot.user]
        cards = [
            it
            for it in own
            if "needs: water the beds" in it["content"].get("body", "")
            and "m.new_content" not in it["content"]
        ]
        assert len(cards) == 1, "the card stands once, and is edited"


async def test_a_shift_is_one_card_for_all_its_dates(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room, card = await posted(running, anna, bot, '!need 2h till --every "monday 18:00" --people 2')
        await anna.invite(room, bo.user)
        await bo.join(room)

        await bo.say(room, "!take N2")
        await edit_of(anna, card, "1 of 2 places open")
        await bo.say(room, "!take N1 --every")
        shown = await edit_of(anna, card, "N3, ")
        await anna.say(room, '!needs edit N1 --every "tuesday 10:00"')
        moved = await edit_of(anna, card, "Tue")

        assert "N2" in shown["content"]["m.new_content"]["body"]
        assert "18:00" not in moved["content"]["m.new_content"]["body"]
