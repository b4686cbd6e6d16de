"""The connection under bad weather: resumed, renewed, or given up in plain words; nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

import adapters.discord.client
import adapters.discord.supervision
from adapters.cli.store import MEMORY, open_store
from adapters.discord.client import Discord, Settings
from adapters.discord.sharding import Shards
from adapters.discord.supervision import WAIT_SECONDS_MAX, ended, keep_connected
from bot.ports import Later, TurnedAway
from commands import FEATURES
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.gateway import MESSAGE_CONTENT
from tests.doubles.discord.server import TOKEN, standing_in
from tests.house import Desk, engine_over


async def works(stage: Stage) -> None:
    """The bot answers."""
    came = await stage.people.slash(stage.bo, stage.room, "about")
    assert came.text.startswith("Talkoot keeps the books")


WEATHER: dict[str, Callable[[Stage], None]] = {
    "closed with 4000": lambda stage: stage.discord.gateway.drop(4000),
    "torn": lambda stage: stage.discord.gateway.tear(),
    "asked to reconnect": lambda stage: stage.discord.gateway.reconnect(),
    "invalid, resumable": lambda stage: stage.discord.gateway.invalidate(resumable=True),
}


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("weather", WEATHER)
async def test_what_happened_meanwhile_is_heard_after_a_resume(weather: str) -> None:
    async with staged() as stage:
        WEATHER[weather](stage)
        came = await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what="dug")
        await works(stage)

        assert came.text.startswith("C1: Anna, 1h")
        assert stage.discord.gateway.resumes == 1
        assert stage.discord.gateway.identifies == 1


@pytest.mark.usefixtures("hurried")
async def test_a_session_that_is_over_is_begun_anew() -> None:
    async with staged() as stage:
        stage.discord.gateway.invalidate(resumable=False)
        await stage.world.until(lambda: stage.discord.gateway.identifies == 2)
        await works(stage)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The supervisor does not wait, but notes how long it would."""
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0.001)  # tidy: lets sockets be read

    async def kept(connect: Callable[[], Awaitable[None]], now: Callable[[], float]) -> str:
        return await keep_connected(connect, now, pause)

    monkeypatch.setattr(adapters.discord.client, "keep_connected", kept)
    return waits


@pytest.mark.fair("it counts the waits")
@pytest.mark.usefixtures("hurried")
async def test_a_connection_that_ends_is_followed_by_a_fresh_one(impatient: list[float]) -> None:
    async with staged() as stage:
        stage.discord.gateway.refuse_next = [1011]
        stage.discord.gateway.garble()
        await stage.world.until(lambda: stage.discord.gateway.identifies == 2)
        await works(stage)

        assert impatient == [2.0, 4.0]


@pytest.mark.usefixtures("hurried", "impatient")
async def test_discord_may_be_away_at_the_very_first_connect() -> None:
    async with staged(start=False) as stage:
        for times in (1, 2):
            stage.discord.weather("tear", "GET", "/users/@me", times)
        stage.discord.gateway.refuse_next = [1011]
        await stage.start()
        await works(stage)


@pytest.mark.usefixtures("hurried", "impatient")
async def test_without_a_connection_everything_is_for_later() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "about")
        await stage.settled()
        assert stage.bot is not None
        stage.bot.rest.disconnect()
        bot = stage.world.bot
        stage.people.say(stage.bo, stage.room, f"<@{bot.id}> about", mentions=(bot,))
        await stage.waited()
        assert len(stage.world.said(stage.room)) == 1
        with pytest.raises(Later):
            await stage.bot.rest.direct(stage.bo.id)
        stage.discord.gateway.garble()
        await stage.world.until(lambda: len(stage.world.said(stage.room)) == 2)


ODD: tuple[dict[str, Any], ...] = (
    {"op": 0},
    {},
    {"id": None},
    {"id": "1", "type": 2, "token": "x", "data": None},
    {"id": "1", "type": 3, "token": "x", "data": {"custom_id": 7}, "message": None},
    {"__proto__": {}, "author": {}},
    {"message_id": "x", "user_id": "y"},
    {"author": {"id": "1"}, "content": {"a": 1}, "id": "2", "channel_id": "3"},
)


@pytest.mark.parametrize(
    "event",
    [
        "INTERACTION_CREATE",
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_POLL_VOTE_ADD",
        "MESSAGE_POLL_VOTE_REMOVE",
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_ROLE_CREATE",
        "CHANNEL_UPDATE",
        "THREAD_CREATE",
        "SOMETHING_NEW",
    ],
)
async def test_an_event_that_cannot_be_read_costs_only_itself(
    event: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with staged() as stage:
        for data in ODD:
            stage.world.dispatch(event, data)
        await works(stage)

        assert stage.discord.gateway.identifies == 1
        assert stage.discord.gateway.resumes == 0
    assert TOKEN not in caplog.text


async def turned_away(
    token: str = TOKEN, code: int = 0, *, text: bool = False, shards: Shards | None = None
) -> str:
    """What is said of a connection that can never work."""
    async with standing_in() as standin:
        standin.gateway.refuse_next = [code] if code else []
        with open_store(MEMORY) as store:
            settings = Settings(token, message_text=text, shards=shards)
            bot = Discord(settings, FEATURES.commands, store.outbox)
            intake = Desk(engine_over(store.journal))
            with pytest.raises(TurnedAway) as told:
                await asyncio.wait_for(bot.listen(intake), 5)
            await intake.stop()
    return str(told.value)


async def test_a_wrong_token_is_told_in_plain_words() -> None:
    assert "does not know the bot's token" in await turned_away("wrong")


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_what_can_never_work_is_given_up_in_plain_words(code: int) -> None:
    told = await turned_away(code=code, shards=Shards(1))

    assert told.startswith(("Discord refused", "Discord does"))


async def test_an_intent_that_is_switched_off_is_told() -> None:
    assert "Message Content Intent" in await turned_away(text=True)


@pytest.mark.fair("it counts the waits")
async def test_the_waits_grow_and_begin_anew_after_a_good_connection() -> None:
    waits: list[float] = []
    clock = [0.0]
    lasts = iter([1.0] * 12 + [5_000.0, 1.0])

    async def connect() -> None:
        try:
            clock[0] += next(lasts)
        except StopIteration:
            raise discord.LoginFailure from None
        raise AttributeError("planted, as discord.py's own at a first connect")

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    why = await keep_connected(connect, lambda: clock[0], pause)

    assert "token" in why
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert max(waits) == WAIT_SECONDS_MAX
    assert waits[-2:] == [2.0, 4.0]


async def test_a_cancellation_that_is_lost_once_is_said_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(adapters.discord.supervision, "CANCEL_SECONDS", 0.01)
    deaf = [True]

    async def connecting() -> str:
        while deaf:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                deaf.pop()
        await asyncio.Event().wait()
        return ""

    task = asyncio.create_task(connecting())
    await asyncio.sleep(0)  # tidy: lets it begin
    await ended(task)

    assert task.cancelled()


@pytest.mark.parametrize("text", [False, True])
async def test_no_privileged_intent_is_asked_for_but_where_words_are_to_be_read(text: bool) -> None:
    async with staged(start=False, message_text=text) as stage:
        if text:
            stage.discord.gateway.allowed |= MESSAGE_CONTENT
        await stage.start()
        (session,) = stage.discord.gateway.sessions.values()

        assert bool(session.intents & MESSAGE_CONTENT) is text
        assert session.intents & ((1 << 1) | (1 << 8)) == 0
