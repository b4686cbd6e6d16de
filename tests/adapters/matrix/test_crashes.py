"""Nothing lost, nothing twice, in order: killed, away, without its homeserver, limited by it.

`TALKOOT_MATRIX_LONG=1` runs them in full: 20 kills while 400 commands come, 2,000 commands while the
bot is away, and a homeserver that is gone for a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import msgspec
import pytest

from adapters.cli.store import open_store
from bot.ports import StorageFault, TurnedAway
from tests.adapters.matrix.house import House, account_of, house
from tests.adapters.matrix.people import Person, Refused, answered, within
from tests.adapters.matrix.running import ACCOUNT
from tests.synapse import Homeserver

LONG = "TALKOOT_MATRIX_LONG" in os.environ
KILLS, KILLED_COMMANDS = (20, 400) if LONG else (3, 45)
GONE_SECONDS = 60 if LONG else 0
BACKLOG = 2_000 if LONG else 110
"""More than one answer to a sync holds, so that there is a gap to be read.

What is typed is goods: of hours nobody may log more than a day has, and what is refused is answered
in another room.
"""


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The bot as a process of its own."""
    with (folder / "output").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.adapters.matrix.running", str(folder)],
            stdout=output,
            stderr=output,
        )


async def answers(person: Person, room: str, bot: Person) -> list[str | None]:
    """What the bot answered in a room, in order: the ids of the messages that it answered."""
    said = [it for it in await person.messages(room) if it["sender"] == bot.user]
    return [answered(it) for it in said if it["type"] == "m.room.message"]


async def count(person: Person, room: str, bot: Person) -> int:
    return len(await answers(person, room, bot))


async def until_answered(person: Person, room: str, bot: Person, number: int) -> None:
    """Wait until there are so many answers."""
    while await count(person, room, bot) < number:
        await person.quiet()


async def until_answered_to(person: Person, room: str, event: str) -> None:
    """Wait until an event is among the last that were answered."""
    while not any(answered(it) == event for it in await person.newest(room)):
        await asyncio.sleep(0.1)  # tidy: asking more often would only slow the homeserver down


async def test_killed_again_and_again_it_answers_every_command_once_and_in_order(
    anna: Person, bot: Person, tmp_path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    rng = random.Random(20)
    account = account_of(bot, tmp_path)
    (tmp_path / ACCOUNT).write_bytes(msgspec.json.encode(account, enc_hook=str))
    process = start(tmp_path)
    processes.append(process)
    room = await anna.room_with(bot.user)

    async def type_commands() -> list[str]:
        return [await anna.say(room, f"!log 1 kg number {n}") for n in range(KILLED_COMMANDS)]

    typing = asyncio.create_task(type_commands())
    for _ in range(KILLS):
        wanted = min(await count(anna, room, bot) + rng.randint(0, 20), KILLED_COMMANDS)
        await within(until_answered(anna, room, bot, wanted), 60)
        # Anywhere, also while it starts.
        await asyncio.sleep(rng.random() * 0.8)  # tidy: a moment for the kill that nobody chose
        process.kill()
        process.wait()
        process = start(tmp_path)
        processes.append(process)
    asked = await typing
    await within(until_answered(anna, room, bot, KILLED_COMMANDS), 120)

    assert await answers(anna, room, bot) == asked


async def test_all_that_was_typed_while_it_was_away_is_answered_once_and_in_order(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        first = await anna.say(room, "!log 1m first")
        await anna.hear_answer(room, first)
    asked = [first]
    for start_at in range(0, BACKLOG, 50):
        some = range(start_at, min(start_at + 50, BACKLOG))
        asked += [await anna.say(room, f"!log 1 kg number {number}") for number in some]
    async with house(bot, tmp_path):
        begun = time.monotonic()
        await within(until_answered_to(anna, room, asked[-1]), 30 + BACKLOG / 10)
        print(f"{BACKLOG} answered in {time.monotonic() - begun:.1f} s")

    assert await answers(anna, room, bot) == asked


@pytest.mark.fair("where it is away once more, what is typed then is no flood either")
async def test_what_was_typed_while_it_was_away_is_no_flood_but_what_comes_then_may_be(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    rules = {"prefix": "!", "flood": 5}
    async with house(bot, tmp_path, rules=rules):
        room = await anna.room_with(bot.user)
    gone = time.time() * 1000
    asked = [await anna.say(room, f"!log 1 kg number {number}") for number in range(8)]
    back = time.time() * 1000
    async with house(bot, tmp_path, rules=rules) as running:
        # What was said meanwhile is waited for, whoever said it, and counts from then.
        assert [(it.account, it.said) for it in running.matrix.unread()] == [("", 0)]
        await anna.hear_answer(room, asked[-1])
        assert await answers(anna, room, bot) == asked
        while running.matrix.unread():
            # Where answers are late it may be away once more.
            await anna.quiet()
        said = [it.said for it in running.intake.heard if it.words]
        assert gone - 10 < min(said) <= max(said) < back + 10

        flood = [await anna.say(room, f"!log 1 kg more {number}") for number in range(7)]
        await anna.hear(lambda it: it.get("state_key") == anna.user and "is_direct" in it["content"])
        await within(until_answered(anna, room, bot, len(asked) + 5))
        assert await answers(anna, room, bot) == [*asked, *flood[:5]]


async def test_who_spoke_in_a_gap_is_known_by_name(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        first = await anna.say(room, "!log 1m first")
        await anna.hear_answer(room, first)
    await anna.invite(room, bo.user)
    await bo.join(room)
    asked = await bo.say(room, "!log 3h baked")
    await asyncio.gather(*(anna.say(room, f"talk {number}") for number in range(105)))
    async with house(bot, tmp_path):
        answer = await bo.hear_answer(room, asked)

    assert answer["content"]["body"].startswith("C2: Bo, 3h")


async def test_what_changed_in_a_gap_is_known_before_what_was_said_behind_it(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room, left = await anna.room_with(bot.user), await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        await anna.hear_answer(room, await anna.say(room, "!log 1m first"))
    early = await bo.say(room, "!about")
    levels = await anna.state(room, "m.room.power_levels")
    levels["users"] = {**levels["users"], bo.user: 50}
    await anna.put_state(room, "m.room.power_levels", levels)
    await asyncio.gather(*(anna.say(room, f"talk {number}") for number in range(105)))
    await anna.kick(left, bot.user)
    late = await bo.say(room, "!ledger")
    async with house(bot, tmp_path) as running:
        await anna.hear_answer(room, early)
        await anna.hear_answer(room, late)

        powers = {it.words: it.actor.standing for it in running.intake.heard}
        assert powers["!about"] == ("power:0",)
        assert powers["!ledger"] == ("power:50",)
        assert left not in running.matrix._link.rooms


@pytest.mark.fair("it has a homeserver of its own")
async def test_a_homeserver_that_goes_and_comes_back_loses_no_answer(tmp_path: Path) -> None:
    server = Homeserver(tmp_path / "server")
    server.start()
    (tmp_path / "bot").mkdir()
    async with aiohttp.ClientSession() as session:
        anna, bot = [await Person(server.url, session).register(it) for it in ("anna", "bot")]
        waited: list[float] = []

        async def pause(seconds: float) -> None:
            waited.append(seconds)
            await asyncio.sleep(seconds if LONG else 0.05)  # tidy: another process starts meanwhile

        async with house(bot, tmp_path / "bot", pause=pause) as running:
            running.delivery._sender._pause = pause
            room = await anna.room_with(bot.user)
            asked = [await anna.say(room, f"!log 1 kg number {number}") for number in range(20)]
            server.stop()
            await asyncio.sleep(GONE_SECONDS)  # tidy: nothing else can be seen of a server that is off
            while 4.0 not in waited:
                await asyncio.sleep(0.01)  # tidy: until the bot has tried three times
            server.start()
            asked.append(await anna.say(room, "!log 1 kg after"))
            await within(until_answered(anna, room, bot, len(asked)), 12 + GONE_SECONDS)

            assert await answers(anna, room, bot) == asked
            assert {1.0, 2.0, 4.0} <= set(waited)
    server.stop()


@pytest.mark.fair("it counts the waits")
async def test_an_answer_that_the_homeserver_limits_comes_later_and_once(
    anna: Person, register: object, bot: Person, tmp_path: Path
) -> None:
    assert callable(register)
    admin = await register("admin", admin=True)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        await asyncio.sleep(seconds)  # tidy: the homeserver counts real seconds

    async with house(bot, tmp_path, pause=pause) as running:
        running.delivery._sender._pause = pause
        room = await anna.room_with(bot.user)
        limits = {"messages_per_second": 3, "burst_count": 1}
        path = f"/_synapse/admin/v1/users/{bot.user}/override_ratelimit"
        await admin._request("POST", path, limits)
        asked = [await anna.say(room, f"!log 1 kg number {number}") for number in range(8)]
        await within(until_answered(anna, room, bot, len(asked)))

        assert await answers(anna, room, bot) == asked
        assert waited
        assert max(waited) < 5


async def test_a_token_that_is_not_known_ends_it_with_a_clear_word(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        await anna.room_with(bot.user)
        await bot.api("POST", "/logout", {})
        assert running.listening
        with pytest.raises(TurnedAway, match="talkoot init"):
            await within(running.listening)
        running.listening = None

    bot.token = "nonsense"
    async with house(bot, tmp_path) as running:
        assert running.listening
        with pytest.raises(TurnedAway, match="talkoot init"):
            await within(running.listening)
        running.listening = None


async def test_somebody_elses_token_is_refused(anna: Person, bot: Person, tmp_path: Path) -> None:
    bot.token = anna.token
    async with house(bot, tmp_path) as running:
        assert running.listening
        with pytest.raises(TurnedAway, match=f"belongs to {anna.user}"):
            await within(running.listening)
        running.listening = None


async def test_a_bug_met_by_one_message_loses_no_other(
    anna: Person,
    bot: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        reader = running.matrix._listener
        real = reader._read_message

        async def planted(event: object, room: object) -> None:
            if "planted" in str(event):
                raise ZeroDivisionError
            await real(event, room)  # type: ignore[arg-type]

        monkeypatch.setattr(reader, "_read_message", planted)
        asked = [await anna.say(room, f"!log 1m {word}") for word in ("one", "planted", "two")]
        await anna.hear_answer(room, asked[2])

        assert await answers(anna, room, bot) == [asked[0], asked[2]]
        assert "ZeroDivisionError" in caplog.text


@pytest.mark.fair("it counts the waits")
async def test_a_store_that_does_not_answer_for_a_while_loses_nothing(
    anna: Person, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async with house(bot, tmp_path, pause=pause) as running:
        room = await anna.room_with(bot.user)
        shown = running.store.outbox.shown
        failures = [StorageFault("busy")] * 3

        def failing(*given: object) -> object:
            if failures:
                raise failures.pop()
            return shown(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(running.store.outbox, "shown", failing)
        first = await anna.say(room, "!log 1m one")
        await anna.react(room, first, "👍")
        asked = await anna.say(room, "!log 1m two")
        await anna.hear_answer(room, asked)

        assert await answers(anna, room, bot) == [first, asked]
        assert waited == [1.0, 2.0, 4.0]


@pytest.mark.fair("it sends a row by hand, once")
async def test_the_same_row_is_sent_once_whoever_sends_it_again(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        asked = await anna.say(room, "!log 1m one")
        answer = await anna.hear_answer(room, asked)
    with open_store(f"sqlite:///{tmp_path / 'talkoot.db'}") as store:
        rows = store.outbox.answers(running.intake.heard[-1].key)
        again = House(store, account_of(bot, tmp_path))
        again.start()
        try:
            assert await again.matrix.send(rows[0], None) == answer["event_id"]
        finally:
            await again.stop()

    assert await answers(anna, room, bot) == [asked]


@pytest.mark.fair("it sends a row by hand, once")
async def test_a_row_of_long_ago_is_looked_for_before_it_is_sent_again(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        asked = await anna.say(room, "!log 1m one")
        answer = await anna.hear_answer(room, asked)
        await running.delivery.drained()
        (row,) = running.store.outbox.answers(running.intake.heard[-1].key)
        speaker = running.matrix._speaker
        speaker._sent.clear()
        # Another device has other transaction ids: as if the homeserver had forgotten them.
        sends: list[object] = []

        async def send(*given: object) -> str:
            sends.append(given)
            return "$new"

        speaker._link.send = send  # type: ignore[assignment, method-assign]
        old = msgspec.structs.replace(row, at=row.at - 3_600_000)
        lost = msgspec.structs.replace(old, number=9)

        assert await running.matrix.send(old, None) == answer["event_id"]
        assert not sends
        assert await running.matrix.send(lost, None) == "$new"
        assert len(sends) == 1


SHAPES: tuple[object, ...] = (None, 3, True, "x", [], ["x"], {}, {"x": None}, {"event_id": 3})
FIELDS = ("m.relates_to", "body", "msgtype", "formatted_body", "m.new_content", "url", "info", "x")
TYPES = (
    "m.room.message",
    "m.reaction",
    "m.room.encrypted",
    "m.sticker",
    "org.matrix.msc3381.poll.response",
)
STATES = (
    "m.room.name",
    "m.room.topic",
    "m.space.child",
    "m.space.parent",
    "m.room.pinned_events",
    "x.y",
)


async def test_events_of_any_shape_keep_nobody_from_being_answered(
    anna: Person, bot: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        for number, (kind, shape) in enumerate(itertools.product(TYPES, SHAPES)):
            content = {"msgtype": "m.text", "body": "x", FIELDS[number % len(FIELDS)]: shape}
            with contextlib.suppress(Refused):
                await anna.send(room, kind, content)
        for number, kind in enumerate(STATES):
            with contextlib.suppress(Refused):
                await anna.put_state(room, kind, {"name": SHAPES[number], "via": 3}, "!x:y")
        asked = await anna.say(room, "!log 1m one")
        await anna.hear_answer(room, asked)

        assert "Traceback" not in caplog.text
