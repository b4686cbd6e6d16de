"""Clients that mean ill: ids without end, poisoned rooms, look-ups that fail for ever."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.outside import SystemClock
from adapters.matrix import ids
from adapters.matrix.events import ENCRYPTED, MESSAGE, Event, read_all, read_event
from adapters.matrix.faults import Unreachable
from adapters.matrix.late import UNREAD_MAX, Late, Unread
from tests.adapters.matrix.ballots import ONE_OF, TWO_OF, Ballot
from tests.adapters.matrix.conftest import Registers
from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import HEARING_SECONDS_MAX, Json, Person, answered
from tests.adapters.matrix.proxy import Answer, Proxy, failing, honest

LONG = "x" * 20_000


@pytest.fixture
async def proxy(bot: Person) -> AsyncIterator[Proxy]:
    """A line to the homeserver that the bot is connected by."""
    async with Proxy(bot.url).up() as line:
        yield line


async def until(true: Callable[[], bool], person: Person) -> None:
    """Wait until something is so; the bound only ends what would wait for ever."""
    end = time.monotonic() + 6 * HEARING_SECONDS_MAX
    while not true():
        assert time.monotonic() < end
        await person.quiet()


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        ("$event", True),
        ("$event:example.org", True),
        (f"${'x' * 254}", True),
        (f"${'x' * 255}", False),
        (f"${'é' * 128}", False),
        (f"${LONG}", False),
        ("$", False),
        ("!room", False),
        ("", False),
        ("$a b", False),
        ("$a\x00", False),
        ("$a\nb", False),
        ("$\ud800", False),
        (7, False),
        (None, False),
        ([], False),
    ],
)
def test_an_id_from_outside_has_a_shape_and_a_length(value: object, sound: bool) -> None:
    assert bool(ids.event_id(value)) is sound


SOURCE: Json = {"type": "m.room.message", "sender": "@bo:example.org", "event_id": "$e", "content": {}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"event_id": f"${LONG}"},
        {"event_id": "e"},
        {"event_id": 7},
        {"sender": LONG},
        {"sender": "bo"},
        {"type": LONG},
        {"state_key": LONG},
        {"content": []},
        {"sealed": 7},
    ],
)
def test_what_no_homeserver_can_give_is_no_event(wrong: Json) -> None:
    assert read_event({**SOURCE, **wrong}) is None
    assert read_all([{**SOURCE, **wrong}, SOURCE]) == [Event(**SOURCE)]


def test_no_source_can_say_that_it_was_encrypted() -> None:
    assert read_event({**SOURCE, "sealed": True}) == Event(**SOURCE)


def poisons(target: str) -> list[tuple[str, Json]]:
    """Events whose content names ids that are none, where the bot would look something up."""
    related: list[Any] = [
        {"m.in_reply_to": {"event_id": target}},
        {"rel_type": "m.thread", "event_id": target},
        {"rel_type": "m.replace", "event_id": target},
    ]
    told: list[tuple[str, Json]] = [
        (
            "m.room.message",
            {
                "msgtype": "m.text",
                "body": "help",
                "m.relates_to": it,
                "m.new_content": {"msgtype": "m.text", "body": "!help"},
            },
        )
        for it in related
    ]
    return [
        *told,
        ("m.reaction", {"m.relates_to": {"rel_type": "m.reference", "event_id": target, "key": "👍"}}),
        (
            "org.matrix.msc3381.poll.response",
            {
                "m.relates_to": {"rel_type": "m.reference", "event_id": target},
                "org.matrix.msc3381.poll.response": {"answers": ["1"]},
            },
        ),
        ("m.poll.end", {"m.relates_to": {"rel_type": "m.reference", "event_id": target}}),
    ]


async def test_an_endless_id_in_one_event_keeps_nobody_from_being_read(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        poisoned, other = await bo.room_with(bot.user), await anna.room_with(bot.user)
        sent = 0
        for target in (f"${LONG}", f"${'y' * 300}", "$a/../../b", "$\u202e", f"${'z' * 40} "):
            for kind, content in poisons(target):
                try:
                    await bo.send(poisoned, kind, content)
                    sent += 1
                except Exception as why:  # noqa: BLE001 - what the homeserver refuses harms nobody
                    assert "40" in str(why)
        await bo.put_state(poisoned, "m.room.tombstone", {"replacement_room": f"!{LONG}"})
        asked = await anna.say(other, "!log 1h swept")
        assert (await anna.hear_answer(other, asked))["content"]["body"].startswith("C1")
        assert sent >= 5
    # A restart helps as little as it is needed.
    async with house(bot, tmp_path):
        asked = await bo.say(poisoned, "!about")
        await bo.hear_answer(poisoned, asked)


async def test_an_endless_predecessor_is_none(anna: Person, bot: Person, tmp_path: Path) -> None:
    async with house(bot, tmp_path) as running:
        claimed = {"predecessor": {"room_id": f"!{LONG}", "event_id": "$x"}}
        room = await anna.room_with(bot.user, creation_content=claimed)
        asked = await anna.say(room, "!about")
        await anna.hear_answer(room, asked)

        assert [it.former for it in running.intake.heard if it.arrived] == [""]


async def test_a_look_up_that_fails_for_ever_is_set_aside_told_to_the_log_and_given_up(
    anna: Person,
    bo: Person,
    bot: Person,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("adapters.matrix.late.TRIES_MAX", 1)
    monkeypatch.setattr("adapters.matrix.link.SOON_MS", 50)
    async with house(bot, tmp_path, url=proxy.url) as running:
        room, other = await bo.room_with(bot.user), await anna.room_with(bot.user)
        await bo.invite(room, anna.user)
        await anna.join(room)
        await bo.hear_answer(room, await bo.say(room, "!log 1h one"))
        proxy.spoil = failing("GET", "/event/")
        # It answers a message that the bot has to look up.
        poisoned = await bo.reply(room, "$nowhere", "log 9h nobody knows whom this answers")
        later = await bo.say(room, "!log 4h four")
        await anna.say(room, "!log 2h two")
        asked = await anna.say(other, "!log 3h three")
        await anna.hear_answer(other, asked)
        await anna.hear_body(room, bot.user, "2h")
        # Only what the same person says here waits behind it.
        aside, behind = running.matrix.unread()
        assert aside.account == behind.account == bo.user
        await until(lambda: f"gave up event {poisoned}" in caplog.text, anna)
        await bo.hear_answer(room, later)
        assert not any("nobody knows" in it.words for it in running.intake.heard)


async def test_whoever_cannot_be_looked_up_for_long_is_heard_again_before_that_is_given_up(
    anna: Person, bot: Person, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matrix.late.HELD_TRIES_MAX", 1)
    monkeypatch.setattr("adapters.matrix.link.SOON_MS", 50)
    async with house(bot, tmp_path, url=proxy.url) as running:
        room = await anna.room_with(bot.user)
        await anna.invite(room, await _somebody(anna))
        proxy.spoil = failing("GET", "/event/")
        poisoned = await anna.reply(room, "$nowhere", "log 9h nobody knows whom this answers")
        for number in range(3):
            said = await anna.say(room, f"!log 1 kg number {number}")
        await anna.hear_answer(room, said)

        assert [it.account for it in running.matrix.unread()] == [anna.user]
        assert running.matrix._late.unread()[0].event == poisoned


async def test_a_later_vote_stands_where_an_earlier_one_is_looked_up_behind_it(
    anna: Person, bo: Person, bot: Person, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matrix.link.SOON_MS", 50)
    ballot = Ballot(ONE_OF)
    async with house(bot, tmp_path, url=proxy.url, commands=ballot.commands()) as running:
        room = await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        card = (await anna.hear_answer(room, await anna.say(room, "!open")))["event_id"]
        poll = await anna.hear(lambda it: it["type"] == "org.matrix.msc3381.poll.start")
        await running.delivery.drained()
        await running.intake.finished()
    # After a restart it is looked up whose poll it is.
    async with house(bot, tmp_path, url=proxy.url, commands=ballot.commands()) as running:
        await anna.hear_answer(room, await anna.say(room, "!about"))
        proxy.spoil = failing("GET", "/event/")
        related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
        vote: Json = {"m.relates_to": related, "m.selections": ["1"]}
        await anna.send(room, "m.poll.response", vote)
        await until(lambda: len(running.matrix.unread()) == 1, anna)
        proxy.spoil = honest
        await anna.react(room, card, "2️⃣")
        # Nobody else waits.
        await bo.react(room, card, "3️⃣")
        await until(lambda: len(ballot.typed) == 3, anna)

        assert ballot.typed == ["Bo Q4 3", "Anna Q4 1", "Anna Q4 2"]
        assert ballot.votes == {anna.user: "2", bo.user: "3"}


def test_whoever_fills_what_waits_pushes_out_their_own() -> None:
    class Line:
        """Everything is encrypted, and there is no key."""

        class keys:  # noqa: N801 - as the line calls it
            there = True

    late = Late(Line(), SystemClock(), None)  # type: ignore[arg-type]
    late.keep("!r:x", Event(ENCRYPTED, "@bo:x", "$bo"), missed=False, said=0)
    for number in range(UNREAD_MAX + 20):
        late.keep("!r:x", Event(ENCRYPTED, "@mallory:x", f"${number}"), missed=False, said=0)

    assert len(late.unread()) == UNREAD_MAX
    assert late.unread()[0].event == "$bo"


@pytest.mark.parametrize("faults", [0, 1], ids=["at once", "found later"])
async def test_what_cannot_be_opened_any_more_after_a_restart_silences_nobody(faults: int) -> None:
    class Line:
        """Has the events, encrypted, and no key to any of them: their device is gone."""

        class keys:  # noqa: N801 - as the line calls it
            @staticmethod
            def unlock(event: Event, _room: str) -> Event:
                return event

        left = faults

        async def event(self, room: str, event_id: str) -> Event:
            self.left -= 1
            if self.left >= 0:
                raise Unreachable("nothing")
            return Event(ENCRYPTED, "@bo:x", event_id)

    clock = SystemClock()
    late, now = Late(Line(), clock, None), int(clock.now().timestamp() * 1000)  # type: ignore[arg-type]
    await late.take_up([Unread("!r:x", "$one", now, told=True, by="@bo:x", held=True)])
    await late.opened(new_keys=False)

    assert [it.event for it in late.unread()] == ["$one"]
    assert not late.is_behind("!r:x", Event(MESSAGE, "@bo:x", "$two"))


async def test_signs_are_counted_together_also_where_the_answer_about_them_came_damaged_at_first(
    anna: Person, bot: Person, proxy: Proxy, tmp_path: Path
) -> None:
    ballot, damages = Ballot(TWO_OF), ["once", "twice"]

    def damaging(method: str, path: str, answer: Answer) -> Answer:
        if "/relations/" not in path or not damages:
            return answer
        damages.pop()
        told = json.loads(answer[1])
        told["chunk"][0]["event_id"] = f"${LONG}"
        return answer[0], json.dumps(told).encode()

    async with house(bot, tmp_path, url=proxy.url, commands=ballot.commands()):
        room = await anna.room_with(bot.user)
        card = (await anna.hear_answer(room, await anna.say(room, "!open")))["event_id"]
        proxy.spoil = damaging
        await anna.react(room, card, "1️⃣")
        await anna.react(room, card, "3️⃣")
        await until(lambda: len(ballot.typed) == 2, anna)

        assert not damages
        assert ballot.votes == {anna.user: "1,3"}


async def _somebody(anna: Person) -> str:
    return (await Person(anna.url, anna.session).register("cem")).user


async def test_what_was_set_aside_is_read_when_it_can_be_looked_up_also_after_a_restart(
    anna: Person, bo: Person, bot: Person, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matrix.link.SOON_MS", 50)
    async with house(bot, tmp_path, url=proxy.url) as running:
        room = await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        first = await anna.hear_answer(room, await anna.say(room, "!log 1h one"))
        await until(lambda: first["event_id"] in running.matrix._listener._mine, anna)
        await running.intake.finished()
    # What it said itself it knows, but not what an earlier run said.
    async with house(bot, tmp_path, url=proxy.url) as running:
        await anna.hear_answer(room, await anna.say(room, "!about"))
        proxy.spoil = failing("GET", "/event/")
        waiting = await anna.reply(room, first["event_id"], "log 2h two")
        await until(lambda: bool(running.matrix.unread()), anna)
        asked = await bo.say(room, "!log 3h three")
        assert (await bo.hear_answer(room, asked))["content"]["body"].startswith("C2")
        behind = await anna.say(room, "!log 4h four")
        await running.intake.finished()
    async with house(bot, tmp_path, url=proxy.url):
        await bo.hear_answer(room, await bo.say(room, "!about"))
        proxy.spoil = honest
        assert (await anna.hear_answer(room, waiting))["content"]["body"].startswith("C3")
        assert (await anna.hear_answer(room, behind))["content"]["body"].startswith("C4")


@pytest.mark.parametrize(
    "told", [(403, b'{"errcode": "M_FORBIDDEN", "error": "You are not in there"}'), (500, b"<html>")]
)
async def test_a_room_of_which_nobody_tells_whether_it_is_encrypted_keeps_no_other_waiting(
    told: Answer, anna: Person, bo: Person, bot: Person, proxy: Proxy, tmp_path: Path
) -> None:
    def silent(method: str, path: str, answer: Answer) -> Answer:
        return told if method == "GET" and "/state/m.room.encryption" in path else answer

    async with house(bot, tmp_path, url=proxy.url) as running:
        other = await anna.room_with(bot.user)
        await anna.hear_answer(other, await anna.say(other, "!about"))
        proxy.spoil = silent
        room = await bo.room_with(bot.user)
        await bo.say(room, "!log 9h who knows whether that may be read")
        asked = await anna.say(other, "!log 1h one")
        await anna.hear_answer(other, asked)

        assert not any("who knows" in it.words for it in running.intake.heard)


async def test_what_waited_while_its_room_became_encrypted_was_said_when_that_was_right(
    anna: Person, bot: Person, proxy: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matrix.link.SOON_MS", 50)
    async with house(bot, tmp_path, url=proxy.url, key="a key for what came in clear") as running:
        room = await anna.room_with(bot.user)
        await anna.invite(room, await _somebody(anna))
        await anna.hear_answer(room, await anna.say(room, "!log 1h one"))
        proxy.spoil = failing("GET", "/event/")
        await anna.reply(room, "$nowhere", "log 2h in clear when that was right")
        await anna.say(room, "!log 3h behind it, in clear when that was right")
        await until(lambda: len(running.matrix._late.unread()) == 2, anna)
        sealed = {"algorithm": "m.megolm.v1.aes-sha2"}
        await anna.put_state(room, "m.room.encryption", sealed)
        await anna.say(room, "!log 4h in clear when it no longer was")
        await until(lambda: len(running.matrix._late.unread()) == 3, anna)
        kept = [it.plain for it in running.matrix._late.unread()]
        proxy.spoil = honest
        await until(lambda: not running.matrix._late.unread(), anna)

        assert kept == [True, True, False]
        assert [it.words[:7] for it in running.intake.heard if "clear" in it.words] == [
            "log 2h ",
            "!log 3h",
        ]


async def test_a_room_that_nobody_can_join_keeps_nobody_waiting_and_is_given_up(
    anna: Person,
    bo: Person,
    bot: Person,
    proxy: Proxy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("adapters.matrix.doors.WAIT_SECONDS_FIRST", 0.01)
    async with house(bot, tmp_path, url=proxy.url) as running:
        other = await anna.room_with(bot.user)
        proxy.spoil = failing("POST", "/join/")
        shut = await bo.create_room(bot.user)
        await bo.api("POST", f"/rooms/{shut}/leave", {})
        asked = await anna.say(other, "!log 1h one")
        await anna.hear_answer(other, asked)
        await until(lambda: f"gave up going into {shut}" in caplog.text, anna)
        assert not running.matrix._doors.waiting()


async def test_an_invitation_that_could_not_be_answered_is_answered_after_a_restart(
    anna: Person, bo: Person, bot: Person, proxy: Proxy, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, url=proxy.url) as running:
        other = await anna.room_with(bot.user)
        proxy.spoil = failing("POST", "/join/")
        room = await bo.create_room(bot.user)
        await until(lambda: bool(running.matrix._doors.waiting()), anna)
        await anna.hear_answer(other, await anna.say(other, "!about"))
        await running.intake.finished()
    proxy.spoil = honest
    async with house(bot, tmp_path, url=proxy.url):
        await bo.hear_join(room, bot.user)


async def test_what_nio_stumbles_over_in_one_room_is_not_kept_from_the_others(
    anna: Person, bo: Person, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(bot, tmp_path) as running:
        room, other = await bo.room_with(bot.user), await anna.room_with(bot.user)
        rooms = running.matrix._link.client
        stumbled = []
        real = rooms._handle_timeline_event

        def stumbling(event: Any, where: str, *rest: Any) -> Any:
            if where == room:
                stumbled.append(event.event_id)
                raise KeyError(event.event_id)
            return real(event, where, *rest)

        monkeypatch.setattr(rooms, "_handle_timeline_event", stumbling)
        here, there = await bo.say(room, "!log 1h one"), await anna.say(other, "!log 2h two")
        await anna.hear_answer(other, there)
        await bo.hear_answer(room, here)
        assert stumbled


async def test_hundreds_of_hostile_events_leave_the_bot_quick(
    anna: Person, register: Registers, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        bad = await register("mallory")
        poisoned, other = await bad.room_with(bot.user), await anna.room_with(bot.user)
        shapes: list[Any] = [None, 7, [], {}, "x", {"event_id": 3}, {"rel_type": [], "event_id": {}}]
        for shape in shapes:
            body: Json = {"msgtype": "m.text", "body": "!help", "m.relates_to": shape}
            await bad.send(poisoned, "m.room.message", body)
            await bad.send(poisoned, "m.reaction", {"m.relates_to": shape})
            await bad.send(poisoned, "m.room.encrypted", {"algorithm": shape, "ciphertext": shape})
        for kind in ("m.room.encryption", "m.room.tombstone", "m.space.parent"):
            await bad.put_state(poisoned, kind, {"algorithm": 7, "replacement_room": [], "via": 3})
        asked = await anna.say(other, "!log 1h swept")
        assert answered(await anna.hear_answer(other, asked)) == asked
