"""Answers that are late, lost or asked for twice: told once, where they can be, or noted as untold."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from adapters.discord.conversation import Conversation
from adapters.discord.telling import Teller
from bot.chat import Kind, Outgoing, Reply
from bot.text.wording import Words, lines
from tests.adapters.discord.cards import Cards, proposal
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.world import SEND_MESSAGES, VIEW_CHANNEL

MINUTE = 60.0
ALOUD = Reply(Words("for all"))
PRIVATE = Reply(Words("for one"), private=True)


def slow(*replies: Reply) -> Cards:
    return Cards(replies, gate=threading.Event())


def go_on(cards: Cards) -> None:
    assert cards.gate is not None
    cards.gate.set()


async def put_off(stage: Stage) -> Interaction:
    """A command whose answer is put off, because the engine takes its time."""
    it: Interaction = stage.people.send_slash(stage.bo, stage.room, "card")
    return await stage.discord.interactions.answered(it)


def said(stage: Stage) -> list[str]:
    return [message.content for message in stage.world.said(stage.room)]


async def test_a_slow_answer_is_put_off_in_time_and_fills_its_place() -> None:
    cards = slow(PRIVATE)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        came = await put_off(stage)
        assert came.answered == 5
        go_on(cards)
        await stage.settled()

        assert came.text == "for one"
        assert came.shown[0].ephemeral
        assert came.follow_ups == []


async def test_a_slow_answer_for_all_follows_for_all_to_see() -> None:
    cards = slow(ALOUD, PRIVATE, ALOUD)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        came = await put_off(stage)
        go_on(cards)
        await stage.settled()

        assert came.text == "The answer follows, for everybody to see."
        assert [(m.content, m.ephemeral) for m in came.follow_ups] == [
            ("for all", False),
            ("for one", True),
            ("for all", False),
        ]


async def test_a_slow_press_is_acknowledged_in_time_and_answered_after() -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands(), defer_after=0.02) as stage:
        # What is no interaction is never put off, however slow the machine is.
        mention(stage, "card")
        await stage.settled()
        (card,) = stage.world.said(stage.room)
        cards.gate = threading.Event()
        came = await stage.people.press(stage.bo, card, "Agree")
        assert came.answered == 6
        go_on(cards)
        await stage.settled()

        assert [(m.content, m.ephemeral) for m in came.follow_ups] == [("Recorded: agree", True)]
        assert card.content.startswith("P3")


async def test_who_waved_the_waiting_line_away_gets_the_answer_all_the_same() -> None:
    cards = slow(PRIVATE)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        came = await put_off(stage)
        stage.discord.interactions.waved_away(came)
        go_on(cards)
        await stage.settled()

        assert [(m.content, m.ephemeral) for m in came.follow_ups] == [("for one", True)]


async def test_after_a_quarter_of_an_hour_the_room_is_told_and_the_person_privately() -> None:
    cards = slow(ALOUD, PRIVATE)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        await put_off(stage)
        stage.world.clock.move(16 * MINUTE)
        go_on(cards)
        await stage.settled()

        assert said(stage) == ["for all"]
        direct = stage.world.direct(stage.bo)
        assert [m.content for m in stage.world.said(direct)] == ["for one"]


async def test_a_token_that_ended_early_is_no_failure() -> None:
    cards = slow(ALOUD)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        came = await put_off(stage)
        del stage.discord.interactions.all[came.token]
        go_on(cards)
        await stage.settled()

        assert said(stage) == ["for all"]


async def test_an_interaction_that_came_too_late_is_answered_in_the_room() -> None:
    cards = slow(ALOUD)
    async with staged(cards.commands(), defer_after=60.0) as stage:
        it = stage.people.send_slash(stage.bo, stage.room, "card")
        await stage.world.until(lambda: bool(stage.bot and stage.bot.listener))
        stage.world.clock.move(4.0)
        go_on(cards)
        await stage.world.until(lambda: said(stage) == ["for all"])

        assert it.answered is None


@pytest.mark.fair("it counts what is asked")
async def test_closed_direct_messages_are_noted_and_not_tried_again() -> None:
    cards = slow(PRIVATE)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        stage.bo.closed = True
        await put_off(stage)
        stage.world.clock.move(16 * MINUTE)
        go_on(cards)
        await stage.settled()
        mention(stage, "card")
        await stage.settled()

        direct = stage.world.direct(stage.bo)
        assert [m.failure for m in stage.marks] == ["their direct messages are closed to the bot"] * 2
        assert len(stage.discord.requests("POST", f"/channels/{direct.id}/messages")) == 1
        assert said(stage) == []


@pytest.mark.fair("it counts what is asked")
async def test_an_interaction_that_is_delivered_twice_acts_and_answers_once() -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = (await stage.people.slash(stage.anna, stage.room, "card")).shown[0]
        await stage.people.press(stage.bo, card, "Agree")
        stage.discord.gateway.again()
        await stage.settled()
        stage.discord.gateway.again()
        await stage.settled()

        assert cards.heard == [("Bo", "agree")]
        assert len(stage.discord.requests("POST", "/callback$")) == 2


@pytest.mark.parametrize("why", ["another one may have it", "others took us for dead"])
async def test_what_may_be_another_program_s_to_say_comes_with_what_is_delivered(
    monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    begun: list[int] = []
    answer = Teller.answer

    def noted(teller: Teller, conversation: Conversation, rows: Sequence[Outgoing]) -> bool:
        begun.append(len(rows))
        return answer(teller, conversation, rows)

    monkeypatch.setattr(Teller, "answer", noted)
    cards = Cards((ALOUD,))
    async with staged(cards.commands()) as stage:
        stage.may_begin = why == "another one may have it"
        came = await stage.people.slash(stage.bo, stage.room, "card")
        stage.discord.gateway.again()
        await stage.settled()

        assert came.text == "for all"
        assert said(stage) == ["for all"]
        assert begun == ([1] if stage.may_begin else [])


async def test_an_answer_whose_acknowledgement_was_lost_is_not_said_twice() -> None:
    cards = Cards((ALOUD,))
    async with staged(cards.commands()) as stage:
        stage.discord.weather("lose", "POST", "/callback$")
        came = await stage.people.slash(stage.bo, stage.room, "card")
        await stage.settled()

        assert came.text == "for all"
        assert said(stage) == ["for all"]
        assert stage.marks[0].receipt == f"{stage.room.id}/{came.shown[0].id}"


WEATHER = ["tear", "lose", "limit", "global", "fail"]


def stormy(stage: Stage, what: str, method: str, path: str) -> None:
    """Let the next request of an interaction meet bad weather, once."""
    value = 503.0 if what == "fail" else 0.01
    stage.discord.weather(what, method, path, 1, value)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("what", WEATHER)
async def test_a_first_answer_comes_once_in_bad_weather(what: str) -> None:
    cards = Cards((ALOUD,))
    async with staged(cards.commands()) as stage:
        stormy(stage, what, "POST", "/callback$")
        came = await stage.people.slash(stage.bo, stage.room, "card")
        await stage.settled()

        assert came.text == "for all"
        assert said(stage) == ["for all"]
        assert [mark.failure for mark in stage.marks] == [""]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("what", WEATHER)
@pytest.mark.parametrize("asked", ["callback", "original"])
async def test_an_answer_that_was_put_off_comes_once_in_bad_weather(what: str, asked: str) -> None:
    cards = slow(PRIVATE)
    async with staged(cards.commands(), defer_after=0.02) as stage:
        if asked == "callback":
            stormy(stage, what, "POST", "/callback$")
        else:
            stormy(stage, what, "PATCH", "/messages/@original$")
        came = await put_off(stage)
        go_on(cards)
        await stage.settled()

        assert [m.content for m in came.shown] == ["for one"]
        assert came.shown[0].ephemeral
        assert [mark.failure for mark in stage.marks] == [""]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("what", [each for each in WEATHER if each != "lose"])
async def test_a_window_and_a_completion_come_in_bad_weather(what: str) -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = (await stage.people.slash(stage.anna, stage.room, "card")).shown[0]
        stormy(stage, what, "POST", "/callback$")
        asked = await stage.people.press(stage.bo, card, "Block")
        stormy(stage, what, "POST", "/callback$")
        offered = await stage.people.complete(stage.anna, stage.room, "log", "kind", "ca")

        assert asked.modal is not None
        assert {"name": "#care", "value": "care"} in offered


@pytest.mark.fair("the clock is what is tested")
async def test_a_first_answer_is_tried_no_longer_than_discord_waits() -> None:
    cards = Cards((ALOUD,))
    async with staged(cards.commands()) as stage:
        stage.discord.weather("tear", "POST", "/callback$", 100)
        it = stage.people.send_slash(stage.bo, stage.room, "card")
        await stage.world.until(lambda: stage.world.clock.ahead > 3.0)
        stage.discord.rest.weather.clear()
        await stage.world.until(lambda: said(stage) == ["for all"])

        assert it.answered is None
        # Four a second for the answer, and as many to put it off.
        assert len(stage.discord.requests("POST", "/callback$")) < 30


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("what", [each for each in WEATHER if each != "lose"])
async def test_a_follow_up_comes_once_in_bad_weather(what: str) -> None:
    cards = Cards((ALOUD, PRIVATE))
    async with staged(cards.commands()) as stage:
        stormy(stage, what, "POST", "/webhooks/")
        came = await stage.people.slash(stage.bo, stage.room, "card")
        await stage.settled()

        assert [m.content for m in came.shown] == ["for all", "for one"]
        assert [mark.failure for mark in stage.marks] == ["", ""]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("what", ["limit", "global", "fail", "tear", "lose"])
async def test_a_card_is_edited_in_the_end_in_bad_weather(what: str) -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = (await stage.people.slash(stage.anna, stage.room, "card")).shown[0]
        await stage.settled()
        cards.answers = (Reply(proposal(open_=False).body, Kind.EDIT, ref="P3", place=cards.places[0]),)
        stormy(stage, what, "PATCH", f"/messages/{card.id}$")
        await stage.people.press(stage.bo, card, "Agree")
        await stage.settled()

        assert card.buttons() == {}
        assert [mark.failure for mark in stage.marks] == ["", ""]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("what", WEATHER)
@pytest.mark.parametrize("after", [0, 1])
async def test_a_long_answer_comes_whole_and_once_in_bad_weather(what: str, after: int) -> None:
    cards = Cards((Reply(lines(*(Words(f"row {n}") for n in range(600)))),))
    async with staged(cards.commands()) as stage:
        if after:
            stage.discord.weather("none", "POST", "/channels/.*/messages", after)
        value = 503.0 if what == "fail" else 0.01
        stage.discord.weather(what, "POST", "/channels/.*/messages", 1, value)
        mention(stage, "card")
        await stage.settled()

        told = [row for content in said(stage) for row in content.splitlines()]
        assert told == [f"row {n}" for n in range(600)]
        assert stage.marks[0].receipt


@pytest.mark.fair("it says itself which answer is lost, and when")
@pytest.mark.parametrize("what", ["tear", "lose"])
async def test_a_row_that_was_left_is_told_once_after_a_restart(what: str) -> None:
    cards = Cards((ALOUD,))
    async with staged(cards.commands()) as stage:
        stage.discord.weather(what, "POST", "/channels/.*/messages")
        stage.patience = asyncio.Event()
        mention(stage, "card")
        await stage.waited()
        stage.world.clock.move(10 * MINUTE)
        stage.patience = None
        await stage.restart(kill=True)
        await stage.settled()

        assert said(stage) == ["for all"]
        assert [mark.receipt for mark in stage.marks] == [
            f"{stage.room.id}/{stage.world.said(stage.room)[0].id}"
        ]


async def test_an_interaction_s_answer_waits_for_no_other_row_of_its_room() -> None:
    async with staged(Cards((ALOUD,)).commands()) as stage:
        stuck = stage.discord.weather("wait", "POST", "/channels/.*/messages")
        mention(stage, "card")
        came = await stage.people.slash(stage.bo, stage.room, "card")

        assert came.text == "for all"
        assert stuck.gate is not None
        stuck.gate.set()
        await stage.settled()
        assert said(stage) == ["for all", "for all"]


def mention(stage: Stage, words: str) -> None:
    bot = stage.world.bot
    stage.people.say(stage.bo, stage.room, f"<@{bot.id}> {words}", mentions=(bot,))


async def test_a_channel_that_is_gone_is_noted_and_holds_up_nobody() -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = (await stage.people.slash(stage.anna, stage.room, "card")).shown[0]
        await stage.settled()
        place = cards.places[0]
        edit = proposal(open_=False)
        cards.answers = (Reply(edit.body, Kind.EDIT, ref="P3", place=place), ALOUD)
        stage.discord.delete(card)
        await stage.people.slash(stage.bo, stage.room, "vote", ref="P3", choice="agree")
        await stage.settled()
        stage.room.denied = SEND_MESSAGES
        cards.shown = (ALOUD,)
        mention(stage, "card")
        await stage.settled()
        mention(stage, "card")
        stage.room.denied = VIEW_CHANNEL
        await stage.settled()

        failures = [mark.failure for mark in stage.marks if mark.failure]
        assert failures == [
            "the message was deleted",
            "the bot may not write in the channel",
            "the bot may not see the channel",
        ]


async def test_a_deleted_channel_holds_up_no_other_room_of_the_collective() -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        kitchen = stage.world.channel(stage.guild, "kitchen")
        there = await stage.people.slash(stage.bo, kitchen, "log", amount="1h", what="baked")
        await stage.settled()
        assert "Confirm" in there.shown[0].buttons()
        del stage.world.channels[kitchen.id]
        stage.world.dispatch("CHANNEL_DELETE", kitchen.payload())
        came = await stage.people.slash(stage.anna, stage.room, "confirm", ref="C1")
        await stage.settled()

        assert came.text.startswith("Anna confirms C1")
        assert [mark.failure for mark in stage.marks if mark.failure] == ["the channel is gone"]
