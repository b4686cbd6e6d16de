"""Encrypted rooms from outside, by a client that has nothing of matrix-nio: late keys, and kills."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import subprocess
from pathlib import Path

import msgspec
import pytest
from peewee import OperationalError

from bot.chat import Incoming
from bot.ports import StorageFault
from bot.writer.answers import Answer
from tests.adapters.matrix.ballots import ONE_OF, Ballot
from tests.adapters.matrix.house import account_of, house
from tests.adapters.matrix.people import Json, Person, answered, within
from tests.adapters.matrix.proxy import Proxy
from tests.adapters.matrix.running import ACCOUNT
from tests.adapters.matrix.test_crashes import LONG, answers, start, until_answered
from tests.adapters.matrix.test_encryption import ENCRYPTED, KEY, Adjustable

pytest.importorskip("olm", reason="there is no wheel of libolm for this Python or this machine")

from tests.adapters.matrix.handmade import Handmade

KILLS, KILLED_COMMANDS = (20, 200) if LONG else (4, 40)


@pytest.fixture
async def carla(anna: Person) -> Handmade:
    """Somebody whose client is made by hand."""
    return await Handmade(anna.url, anna.session).register("carla")


async def secret_room(carla: Handmade, bot: Person, **options: object) -> str:
    return await carla.room_with(bot.user, initial_state=[ENCRYPTED], **options)


async def in_clear(bot: Person, room: str) -> list[Json]:
    """What the bot said that anybody could read."""
    said = await bot.messages(room)
    return [it for it in said if it["sender"] == bot.user and it["type"] == "m.room.message"]


async def unread(carla: Handmade, room: str) -> list[Json]:
    """What stands there that carla cannot read."""
    return [it for it in await carla.messages(room) if it["type"] == "m.room.encrypted"]


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_what_another_client_asks_is_answered_so_that_it_can_be_read_there(
    version: str, carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    async with house(bot, tmp_path, key=KEY, commands=ballot.commands()):
        room = await secret_room(carla, bot, room_version=version)
        logged = await carla.hear_answer(room, await carla.say(room, "!log 3h cleaned the kitchen"))
        await carla.hear_answer(room, await carla.say(room, "!open"))
        poll = await carla.hear(lambda it: it["type"] == "org.matrix.msc3381.poll.start")
        response = "org.matrix.msc3381.poll.response"
        related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
        await carla.send(room, response, {"m.relates_to": related, response: {"answers": ["2"]}})
        await carla.hear_body(room, bot.user, "Q4: 1 2")

        assert logged["content"]["body"].startswith("C1: Carla, 3h")
        assert await in_clear(bot, room) == await unread(carla, room) == []


async def test_what_comes_before_its_keys_is_answered_once_and_in_order_when_they_come(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg before"))
        # Two keys are late, and one of them for two messages; what can be read meanwhile does not wait.
        late = [await carla.say_before_its_key(room, "!log 1 kg late")]
        late += [await carla.say(room, "!log 1 kg late with the same key")]
        late += [await carla.say_before_its_key(room, "!log 1 kg late with another key")]
        carla.rotate(room)
        meanwhile = await carla.say(room, "!log 1 kg meanwhile")
        await carla.hear_answer(room, meanwhile)
        assert [it.event for it in running.matrix._late.unread()] == late
        held = list(carla.held)
        await carla.let_go()
        for event in late:
            await carla.hear_answer(room, event)
        # Each key once more changes nothing.
        carla.held = held
        await carla.let_go()
        last = await carla.say(room, "!log 1 kg at last")
        await carla.hear_answer(room, last)
        said = [it for it in await answers(carla, room, bot) if it in (*late, meanwhile, last)]
        of_one_key = [it for it in said if it in late[:2]]

        assert sorted(said[1:-1]) == sorted(late)
        assert (said[0], said[-1], of_one_key) == (meanwhile, last, late[:2])
        assert not running.matrix._late.unread()
        while running.matrix.unread():  # where its last reading was spoiled, until the next one
            await carla.quiet()


async def test_keys_that_come_while_the_bot_is_away_open_what_came_before_it_went(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg before"))
        late = await carla.say_before_its_key(room, "!log 1 kg late")
        while not running.matrix._late.unread():
            await carla.quiet()
    away = await carla.say(room, "!log 1 kg while it is away, late too")
    await carla.let_go()
    async with house(bot, tmp_path, key=KEY):
        await carla.hear_answer(room, late)
        await carla.hear_answer(room, away)

        assert (await answers(carla, room, bot))[1:] == [late, away]


async def test_a_store_that_fails_when_a_late_key_comes_loses_nothing(
    carla: Handmade, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pause(seconds: float) -> None:
        """The wait before the next attempt takes no time."""

    async with house(bot, tmp_path, key=KEY, pause=pause) as running:
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg before"))
        late = await carla.say_before_its_key(room, "!log 1 kg late")
        while not running.matrix._late.unread():
            await carla.quiet()
        submit, failures = running.intake.submit, [StorageFault("busy")]

        async def failing(message: Incoming) -> Answer | None:
            if failures:
                raise failures.pop()
            return await submit(message)

        monkeypatch.setattr(running.intake, "submit", failing)
        await carla.let_go()
        await carla.hear_answer(room, late)
        while running.matrix._late.unread():
            await carla.quiet()

        assert not failures
        assert [it.words for it in running.intake.heard].count("!log 1 kg late") == 1


async def test_whose_key_never_comes_is_told_so_once_and_can_read_it(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    clock = Adjustable()
    async with house(bot, tmp_path, key=KEY, clock=clock) as running:
        room = await secret_room(carla, bot)
        lost = [await carla.say_before_its_key(room, "!log 1 kg lost")]
        lost += [await carla.say(room, "!log 1 kg lost too")]
        while len(running.matrix._late.unread()) < 2:
            await carla.quiet()
        clock.more = dt.timedelta(minutes=2)
        carla.rotate(room)
        again = await carla.say(room, "!log 1 kg sent again")
        told = await carla.hear_answer(room, lost[0])
        await carla.hear_answer(room, again)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg last"))

        assert "its key has not reached me" in told["content"]["body"]
        assert [it for it in await answers(carla, room, bot) if it in lost] == lost[:1]
        assert not any("lost" in it.words for it in running.intake.heard)


async def test_of_a_key_that_begins_in_the_middle_is_read_what_it_opens(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(carla, bot)
        early = await carla.say_before_its_key(room, "!log 1 kg early")
        # The key as it stood then is lost; who shares it anew shares it as it stands now.
        carla.held.clear()
        carla._writers[room][1].clear()
        asked = await carla.say(room, "!log 1 kg with the same key, shared now")
        answer = await carla.hear_answer(room, asked)

        assert answer["content"]["body"].startswith("C1:")
        assert [it.event for it in running.matrix._late.unread()] == [early]


FAILURES = {
    "502": (502, b"<html>Bad Gateway</html>"),
    "500": (500, b'{"errcode": "M_UNKNOWN", "error": "Oops"}'),
    "limited": (429, b'{"errcode": "M_LIMIT_EXCEEDED", "error": "Slowly", "retry_after_ms": 10}'),
    "of another type": (200, b"[]"),
}


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("path", ["/sendToDevice/", "/keys/claim", "/keys/query", "/joined_members"])
async def test_what_is_answered_can_be_read_also_where_sharing_its_key_failed_at_first(
    path: str, failure: str, carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    line, failing = Proxy(bot.line), ["once", "twice"]
    dora = await Handmade(carla.url, carla.session).register("dora")

    def refuse(method: str, asked: str) -> tuple[int, bytes] | None:
        return FAILURES[failure] if path in asked and failing and failing.pop() else None

    line.refuse = refuse
    async with line.up(), house(bot, tmp_path, key=KEY, url=line.url):
        room = await secret_room(carla, bot)
        await carla.invite(room, dora.user)
        await dora.join(room)
        asked = await carla.say(room, "!log 1h one")
        # With dora's device the bot has nothing in common yet.
        for person in (carla, dora):
            answer = await person.hear_answer(room, asked)
            assert answer["content"]["body"].startswith("C1")

        assert not failing


def refusing(line: Proxy, path: str, times: int) -> list[str]:
    """Let the next so many requests of a path fail; what is still to fail."""
    left = [path] * times

    def refuse(method: str, asked: str) -> tuple[int, bytes] | None:
        return FAILURES["502"] if path in asked and left and left.pop() else None

    line.refuse = refuse
    return left


async def test_a_message_that_cannot_be_looked_up_when_its_key_is_there_is_looked_up_again(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg before"))
        late = await carla.say_before_its_key(room, "!log 1 kg late")
        while not running.matrix._late.unread():
            await carla.quiet()
    await carla.let_go()
    line = Proxy(bot.line)
    left = refusing(line, "/event/", 3)
    async with line.up(), house(bot, tmp_path, key=KEY, url=line.url):
        await carla.hear_answer(room, late)

        assert not left


async def test_who_writes_with_a_device_that_could_not_be_asked_for_is_answered_soon(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    line = Proxy(bot.line)
    dora = await Handmade(carla.url, carla.session).register("dora")
    async with line.up(), house(bot, tmp_path, key=KEY, url=line.url):
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1h one"))
        await carla.invite(room, dora.user)
        left = refusing(line, "/keys/query", 3)
        await dora.join(room)
        await dora.hear_answer(room, await dora.say(room, "!log 2h two"))

        assert not left
        # What came is kept as it came, so that nobody need look for it.
        assert not [asked for asked in line.asked if "/event/" in asked]


async def test_why_nothing_was_done_is_told_once_also_where_that_failed_at_first(
    carla: Handmade, bo: Person, bot: Person, tmp_path: Path
) -> None:
    line = Proxy(bot.line)
    async with line.up(), house(bot, tmp_path, key=KEY, url=line.url):
        room = await secret_room(carla, bot)
        await carla.invite(room, bo.user)
        await bo.join(room)
        await carla.hear_answer(room, await carla.say(room, "!log 1h one"))
        left = refusing(line, "/send/", 2)
        clear = await bo.say(room, "!log 9h in clear")
        while left:
            await bo.say(room, "and talk")
            await carla.quiet()
        await carla.hear_answer(room, clear)
        await carla.hear_answer(room, await carla.say(room, "!log 2h two"))

        assert (await answers(carla, room, bot)).count(clear) == 1


async def test_a_key_that_its_owner_changes_in_the_middle_changes_nothing(
    carla: Handmade, bot: Person, tmp_path: Path
) -> None:
    asked: list[str] = []
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(carla, bot)
        for number in range(12):
            if number % 3 == 0:
                carla.rotate(room)
            asked.append(await carla.say(room, f"!log 1 kg number {number}"))
        await carla.hear_answer(room, asked[-1])

        assert await answers(carla, room, bot) == asked
        assert await unread(carla, room) == []


class Killed(BaseException):
    """The program ends here, and does nothing more."""


@pytest.mark.parametrize(
    ("begun", "step"),
    [
        ("anew", "save_account"),
        ("anew", "save_session"),
        ("anew", "save_inbound_group_session"),
        ("before", "save_session"),
        ("before", "save_inbound_group_session"),
    ],
)
async def test_a_key_that_came_is_not_lost_wherever_the_bot_is_killed_while_it_keeps_it(
    begun: str, step: str, carla: Handmade, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg before"))
        link = running.matrix._link
        keep, take, taking = getattr(link.client.store, step), link._digest.keys, list[bool]()

        def keep_and_die(*given: object) -> None:
            keep(*given)
            if taking:
                raise Killed

        async def take_in(synced: Json) -> bool:
            taking.append(True)  # accounts are kept for other reasons, too
            try:
                return await take(synced)
            finally:
                taking.clear()

        monkeypatch.setattr(link.client.store, step, keep_and_die)
        monkeypatch.setattr(link._digest, "keys", take_in)
        carla.rotate(room)
        if begun == "anew":
            carla._sessions.clear()
        asked = [await carla.say(room, f"!log 1 kg number {number}") for number in range(2)]
        assert running.listening
        with pytest.raises(Killed):
            await running.listening
        running.listening = None
    async with house(bot, tmp_path, key=KEY):
        heard = [await carla.hear_answer(room, it) for it in asked]

    assert [it["content"]["body"][:3] for it in heard] == ["C2:", "C3:"]


async def test_a_disk_that_is_full_when_keys_come_keeps_nobody_waiting_for_ever(
    carla: Handmade, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        """The wait before the next attempt takes no time."""
        waited.append(seconds)

    async with house(bot, tmp_path, key=KEY, pause=pause) as running:
        room = await secret_room(carla, bot)
        await carla.hear_answer(room, await carla.say(room, "!log 1 kg before"))
        database, full = running.matrix._link.client.store.database, [True]
        commit = database.commit

        def fail() -> None:
            if full and full.pop():
                raise OperationalError("database or disk is full")
            commit()

        waited.clear()
        monkeypatch.setattr(database, "commit", fail)
        carla.rotate(room)
        answer = await carla.hear_answer(room, await carla.say(room, "!log 1 kg then"))

    assert answer["content"]["body"].startswith("C2:")
    assert waited
    assert not full


async def test_killed_again_and_again_it_answers_what_another_client_asks_once_and_readably(
    carla: Handmade, bot: Person, tmp_path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    account = account_of(bot, tmp_path, KEY)
    (tmp_path / ACCOUNT).write_bytes(msgspec.json.encode(account, enc_hook=str))
    processes.append(start(tmp_path))
    room = await secret_room(carla, bot)
    rng, asked = random.Random(17), list[str]()

    async def type_commands() -> None:
        for number in range(KILLED_COMMANDS):
            # Some keys are changed, and some come late.
            if number % 10 == 4:
                asked.append(await carla.say_before_its_key(room, f"!log 1 kg number {number}"))
                await carla.let_go()
            else:
                asked.append(await carla.say(room, f"!log 1 kg number {number}"))

    typing = asyncio.create_task(type_commands())
    for _ in range(KILLS):
        await asyncio.sleep(rng.random() * 1.5)  # tidy: a moment for the kill that nobody chose
        processes[-1].kill()
        processes[-1].wait()
        processes.append(start(tmp_path))
    await typing
    await within(until_answered(carla, room, bot, KILLED_COMMANDS), 120)
    await carla.quiet()
    ours = [it for it in await carla.messages(room) if it["sender"] == bot.user]

    assert sorted(await answers(carla, room, bot), key=str) == sorted(asked)
    assert await in_clear(bot, room) == await unread(carla, room) == []
    told = [answered(it) for it in ours if it["type"] == "m.room.message"]
    punctual = [it for number, it in enumerate(asked) if number % 10 != 4]
    assert [it for it in told if it in punctual] == punctual
