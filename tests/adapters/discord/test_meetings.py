"""Meetings on Discord: buttons and typed lines play one meeting, on one card, through a restart."""

from __future__ import annotations

from typing import Any

from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.gateway import MESSAGE_CONTENT
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.world import Message, User

RULES: dict[str, Any] = {"method": "consensus", "fallback": "modified-consensus", "call-time": 0}


def plain(message: Message) -> str:
    """What a message says, without how it is set."""
    return message.content.replace("**", "").replace("`", "")


def found(stage: Stage, part: str) -> Message:
    """The newest message of the room that has these words now."""
    said = stage.world.said(stage.room)
    having = [each for each in said if part in plain(each)]
    assert having, [each.content for each in said]
    return having[-1]


def card(stage: Stage) -> Message:
    """The live card of the meeting."""
    cards = [each for each in stage.world.said(stage.room) if "Anna facilitates. Here" in each.content]
    assert len(cards) == 1, "one card stands, and is edited in place"
    return cards[0]


async def slash(stage: Stage, user: User, name: str, **values: str | bool) -> Interaction:
    """Send a slash-command, and wait for all that it does."""
    told: Interaction = await stage.people.slash(user, stage.room, name, **values)
    await stage.settled()
    return told


async def press(stage: Stage, user: User, message: Message, label: str) -> Interaction:
    """Press a button, and wait for all that it does."""
    told: Interaction = await stage.people.press(user, message, label)
    await stage.settled()
    return told


async def speaking(stage: Stage) -> None:
    """They come, and put themselves on the list: by buttons and by lines."""
    anna, bo, cem = stage.anna, stage.bo, stage.cem
    await slash(stage, anna, "meeting open", title="Garden meeting")
    assert {"I am here", "Speak", "Point of process"} == set(card(stage).buttons())
    await press(stage, bo, card(stage), "I am here")
    await slash(stage, cem, "meeting here")
    assert "Here: 3 members" in card(stage).content

    await slash(stage, anna, "meeting add", title="The oven")
    await slash(stage, anna, "meeting next")
    assert "**1. The oven** (now)" in card(stage).content
    await press(stage, bo, card(stage), "Speak")
    await slash(stage, cem, "meeting stack", about="it smokes")
    await press(stage, anna, card(stage), "Point of process")
    assert "Next: Anna (point of process), Bo, Cem." in card(stage).content
    await slash(stage, anna, "meeting speak")
    assert "Anna speaks. Next: Bo, Cem." in card(stage).content


async def feeling(stage: Stage) -> None:
    """The temperature, with the bot started anew in the middle; then a round in which all pass."""
    anna, bo, cem = stage.anna, stage.bo, stage.cem
    await slash(stage, anna, "meeting temp", question="A new oven?")
    asked = found(stage, "How does this feel to you: A new oven?")
    assert {"for it", "unsure", "against it"} == set(asked.buttons())
    await press(stage, bo, asked, "for it")
    await press(stage, cem, asked, "against it")
    assert "for it 1, unsure 0, against it 1" in card(stage).content

    await stage.restart()

    await press(stage, cem, asked, "unsure")
    assert "for it 1, unsure 1, against it 0" in card(stage).content
    await slash(stage, anna, "meeting signal", signal="up")
    assert "for it 2, unsure 1, against it 0" in card(stage).content

    await slash(stage, anna, "go-round begin", question="How does it look?")
    round_ = found(stage, "A round: How does it look?")
    for each in (anna, bo, cem):
        await press(stage, each, round_, "Pass")
    assert found(stage, "The round is done.")


async def deciding(stage: Stage) -> None:
    """A call with a block that goes on to nine tenths, and one by hands that a witness confirms."""
    anna, bo, cem = stage.anna, stage.bo, stage.cem
    await slash(stage, anna, "meeting call", title="We buy the oven", by="Bo")
    call = found(stage, "P1: We buy the oven")
    await press(stage, bo, call, "agree")
    window = await press(stage, cem, call, "block")
    await stage.people.submit(window, "It smokes")
    await stage.settled()
    assert "agree 1, block 1" in found(stage, "P1: We buy the oven").content
    await slash(stage, anna, "vote", ref="P1", choice="agree")
    # A block is talked about once more before it takes the call on.
    await slash(stage, anna, "meeting count")
    await slash(stage, anna, "meeting count")
    assert found(stage, "P1 goes on as modified-consensus")
    await press(stage, cem, found(stage, "P1: We buy the oven"), "no")
    assert found(stage, "P1, We buy the oven: rejected.")

    await slash(stage, anna, "meeting call", title="We paint it", by="Bo")
    await slash(stage, anna, "hands count", ref="P2", counts="agree 2", witness="Cem")
    (question,) = [
        each
        for each in stage.world.messages.values()
        if "Did you see the same?" in each.content and "Confirm" in each.buttons()
    ]
    await press(stage, cem, question, "Confirm")
    assert "agree 2" in found(stage, "P2: We paint it").content
    await slash(stage, anna, "meeting count")
    assert found(stage, "P2, We paint it: passed.")


async def test_a_whole_meeting_is_played_with_buttons_and_lines_through_a_restart() -> None:
    async with staged(rules=RULES) as stage:
        await speaking(stage)
        await feeling(stage)
        await deciding(stage)
        await slash(stage, stage.anna, "meeting action", who="Bo", what="fetch the oven")
        await slash(stage, stage.anna, "meeting close")

        minutes = plain(found(stage, "Minutes of"))
        for line in (
            "Present: 3 members: Anna, Bo, Cem.",
            "A temperature check, “A new oven?”: 2 for it, 1 unsure, 0 against it.",
            "Action for Bo: fetch the oven",
        ):
            assert line in minutes
        closed = [each for each in stage.world.said(stage.room) if "Closed. There:" in each.content]
        assert len(closed) == 1
        assert not closed[0].buttons(), "what is over is not pressed"


async def test_what_was_asked_before_is_not_answered_by_a_late_press() -> None:
    async with staged() as stage:
        await slash(stage, stage.anna, "meeting open", title="Weekly")
        await slash(stage, stage.anna, "meeting temp", question="A new oven?")
        before = found(stage, "How does this feel to you: A new oven?")
        await slash(stage, stage.anna, "meeting temp", question="A new roof?")

        late = await press(stage, stage.bo, before, "for it")

        assert "Something else is asked now." in late.text
        assert "A new roof?: for it 0, unsure 0, against it 0." in card(stage).content
        await press(stage, stage.bo, found(stage, "How does this feel to you: A new roof?"), "for it")
        assert "A new roof?: for it 1, unsure 0, against it 0." in card(stage).content


async def test_the_words_of_meetings_are_understood_where_messages_are_read() -> None:
    async with staged(rules=RULES, start=False, message_text=True) as stage:
        stage.discord.gateway.allowed |= MESSAGE_CONTENT
        await stage.start()
        await slash(stage, stage.anna, "meeting open", title="Weekly")
        for user, words in (
            (stage.bo, "present+"),
            (stage.anna, "agenda+ The oven"),
            (stage.anna, "#topic"),
            (stage.bo, "q+ to say that it smokes"),
            (stage.bo, "what a day"),
        ):
            stage.people.say(user, stage.room, words)
            await stage.settled()
        shown = card(stage).content
        assert "Here: 2 members" in shown
        assert "Next: Bo." in shown
