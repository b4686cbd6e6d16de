"""A reply to a card on the stand-in, with its message reference; `/setup` button by button."""

from __future__ import annotations

from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.world import Message, User


async def reply(stage: Stage, who: User, card: Message, words: str) -> None:
    """Answer a message, as people do by a swipe."""
    message = Message(
        stage.world.snowflake(),
        card.channel,
        who,
        words,
        type=19,
        reference=card.id,
        mentions=[stage.world.bot],
    )
    stage.world.post(message)
    await stage.settled()


async def proposed(stage: Stage) -> Message:
    for who in (stage.bo, stage.anna):
        await stage.people.slash(who, stage.room, "me show")
    await stage.people.slash(stage.anna, stage.room, "propose", title="Buy an oven")
    await stage.settled()
    return next(m for m in reversed(stage.world.said(stage.room)) if "Buy an oven" in str(m.content))


async def test_a_reply_to_a_card_votes_on_it() -> None:
    async with staged() as stage:
        card = await proposed(stage)
        await reply(stage, stage.bo, card, "+1")
        assert "consent 1" in card.content


async def test_talk_that_replies_to_a_card_stays_unanswered() -> None:
    async with staged() as stage:
        card = await proposed(stage)
        before = len(stage.world.messages)
        await reply(stage, stage.bo, card, "haha, who pays?")
        assert len(stage.world.messages) == before + 1


async def test_a_no_with_its_reason_is_asked_about_with_the_line_to_send() -> None:
    async with staged() as stage:
        card = await proposed(stage)
        await reply(stage, stage.bo, card, "no, too dear")
        told = [m.content for m in stage.world.messages.values() if m.author is stage.world.bot]
        assert told[-1].startswith("Is that your vote?")
        assert "`ref:P1 choice:object reason:too dear`" in told[-1]
        assert "So far" not in card.content


async def test_a_reply_to_what_somebody_else_said_is_talk() -> None:
    async with staged() as stage:
        await proposed(stage)
        other = stage.people.say(stage.cem, stage.room, "An oven?")
        await stage.settled()
        before = len(stage.world.messages)
        await reply(stage, stage.bo, other, "yes")
        assert len(stage.world.messages) == before + 1


async def test_a_reply_to_a_poll_votes_in_it_also_where_discord_shows_its_own() -> None:
    async with staged() as stage:
        for who in (stage.bo, stage.anna):
            await stage.people.slash(who, stage.room, "me show")
        await stage.people.slash(stage.anna, stage.room, "poll", question="Which day? | Mon | Tue")
        await stage.settled()
        shown = [m for m in stage.world.said(stage.room) if "Which day?" in str(m.content) or m.poll]
        card = shown[0]
        await reply(stage, stage.bo, card, "Tue")
        assert "Tue 1" in card.content, (card.content, shown)
        for other in shown[1:]:
            await reply(stage, stage.anna, other, "Mon")
            assert "Mon 1" in card.content


async def test_setup_is_pressed_button_by_button_to_its_end() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        asked = (await stage.people.slash(stage.anna, stage.room, "setup show")).shown[-1]
        for label in ("Club: more than half", "de, Europe/Berlin", "Freitag 17:00"):
            assert label in asked.buttons(), (label, asked.buttons())
            asked = (await stage.people.press(stage.anna, asked, label)).shown[-1]
        assert "Das ist alles" in str(asked.content) or "Das war" in str(asked.content), asked.content


async def test_the_windows_of_setup_take_what_is_typed() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        asked = (await stage.people.slash(stage.anna, stage.room, "setup show")).shown[-1]
        asked = (await stage.people.press(stage.anna, asked, "Club: more than half")).shown[-1]
        window = await stage.people.press(stage.anna, asked, "Another")
        asked = (await stage.people.submit(window, "en Helsinki")).shown[-1]
        assert "3 of 3" in str(asked.content) or "3/3" in str(asked.content), asked.content
