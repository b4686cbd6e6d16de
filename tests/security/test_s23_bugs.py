"""S23, K16: a bug in the program is answered with a number; the others in the batch are served."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import bot.writer.asking
import bot.writer.engine
import bot.writer.scribe
from bot.chat import Incoming
from bot.collective.events import Event, Posting
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.text.wording import say
from bot.writer.answers import Answer
from commands.contributions.contributions import LogArgs
from tests.house import COMMANDS, House, Told, settled

SECRET = "the secret of the exception"
TOLD = re.compile(r"Something broke; nothing was recorded\. Reference [2-9A-Z]{4}\.")


def explode(*given: Any, **named: Any) -> Any:
    raise RuntimeError(SECRET)


def assertion(state: State, ask: Ask) -> Accepted:
    assert not ask.command, SECRET
    return Accepted()


def memory(state: State, ask: Ask) -> Accepted:
    raise MemoryError(SECRET)


def recursion(state: State, ask: Ask) -> Accepted:
    return recursion(state, ask)


def unbalanced(state: State, ask: Ask) -> Accepted:
    logged = COMMANDS["log"].decide(state, ask)
    assert isinstance(logged, Accepted)
    (event,) = logged.events
    return Accepted((_with(event, (Posting("member:1", "h", 60),)),), logged.texts, logged.replies)


def unknown_event(state: State, ask: Ask) -> Accepted:
    return Accepted((Event(),))


def half(state: State, ask: Ask) -> Accepted:
    """A good event, then one that breaks when it is taken into the state."""
    logged = COMMANDS["log"].decide(state, ask)
    assert isinstance(logged, Accepted)
    return Accepted((*logged.events, Event()), logged.texts, logged.replies)


def wants(state: State, ask: Ask) -> tuple[Query, ...]:
    raise KeyError(SECRET)


def _with(event: Event, postings: tuple[Posting, ...]) -> Event:
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    return type(event)(**{**fields, "postings": postings})


def broken(decide: Callable[..., Accepted], **more: Any) -> Mapping[str, Command]:
    return {
        **COMMANDS,
        "broken": Command(
            name="broken",
            about=say("breaks"),
            decide=decide,
            args=LogArgs,
            **more,
        ),
    }


PLANTED = {
    "decide": broken(explode),
    "assertion": broken(assertion),
    "memory": broken(memory),
    "recursion": broken(recursion),
    "reads": broken(COMMANDS["log"].decide, wants=wants),
    "unbalanced": broken(unbalanced),
    "unknown event": broken(unknown_event),
    "half": broken(half),
    "guest": broken(explode, role=Role.GUEST),
    "admin": broken(explode, role=Role.ADMIN),
}


def check(told: Told, caplog: pytest.LogCaptureFixture) -> None:
    assert told.error == "bug"
    assert TOLD.fullmatch(told.text), told.text
    reference = told.text.rpartition(" ")[2].rstrip(".")
    (record,) = [each for each in caplog.records if reference in each.getMessage()]
    assert record.exc_info


@pytest.mark.parametrize("commands", PLANTED.values(), ids=PLANTED)
def test_a_broken_command_tells_a_number_and_writes_nothing(
    commands: Mapping[str, Command], caplog: pytest.LogCaptureFixture
) -> None:
    house = House(commands=commands)
    house.say("anna", "/log 1h swept")
    kept = house.tables()
    for who in ("anna", "anna"):
        check(house.say(who, "/broken 1h swept"), caplog)
        assert house.tables() == kept
        caplog.clear()
    assert house.say("anna", "/balance").text == "anna: 1h"
    house.close()


@pytest.mark.parametrize("commands", PLANTED.values(), ids=PLANTED)
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_the_others_in_a_batch_are_served(
    commands: Mapping[str, Command], place: int, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(commands=commands)
    house.say("boss", "/me")
    words = ["/log 1h swept", "/log 2h baked", "/balance"]
    words.insert(place, "/broken 1h swept")
    told = house.hand_in([house.message("boss", each) for each in words])
    check(told.pop(place), caplog)
    assert [each.error for each in told] == ["", "", ""]
    assert told[0].text.startswith("C1: ")
    assert told[1].text.startswith("C2: ")
    assert told[2].text == "boss: 3h"
    house.restart()
    assert house.say("boss", "/balance").text == "boss: 3h"
    house.close()


def test_a_bug_is_answered_the_same_when_the_message_comes_again() -> None:
    house = House(commands=PLANTED["decide"])
    message = house.message("anna", "/broken 1h swept")
    (first,) = house.hand_in([message])
    (again,) = house.hand_in([message])
    assert again.answer is not None
    assert again.answer.repeated
    assert again.text == first.text
    house.close()


def test_only_bugs_in_a_batch_are_all_answered(caplog: pytest.LogCaptureFixture) -> None:
    house = House(commands=PLANTED["decide"])
    told = house.hand_in([house.message("anna", "/broken 1h swept") for _ in range(20)])
    assert all(TOLD.fullmatch(each.text) for each in told)
    house.close()


SITES = {
    "heard": bot.writer.engine,
    "parse": bot.writer.asking,
    "admission": bot.writer.asking,
    "check_role": bot.writer.asking,
    "language_and_zone": bot.writer.asking,
    "write_event": bot.writer.scribe,
    "take": bot.writer.scribe,
    "told": bot.writer.scribe,
    "link": bot.writer.scribe,
}


@pytest.mark.parametrize("site", SITES)
def test_a_bug_anywhere_in_the_engine_is_one_message_s_own(
    site: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each function that the engine calls raises for one person, and works for the others."""
    house = settled()
    victim = house.message("victim", "/nonsense" if site == "told" else "/log 1h swept")
    real = getattr(SITES[site], site)
    current: list[Incoming] = []
    answered = house.engine._answer

    def noting(batch: Any, message: Incoming, origin: Any) -> Answer | None:
        current[:] = [message]
        return answered(batch, message, origin)

    def raising(*given: Any, **named: Any) -> Any:
        if current and current[0].key == victim.key and site != "told":
            raise RuntimeError(SECRET)
        if site == "told" and given[0].code == "command-unknown":
            raise RuntimeError(SECRET)
        return real(*given, **named)

    monkeypatch.setattr(house.engine, "_answer", noting)
    monkeypatch.setattr(SITES[site], site, raising)
    kept = house.tables()
    (told,) = house.hand_in([victim])
    check(told, caplog)
    assert SECRET not in told.text
    assert house.tables() == kept
    caplog.clear()
    batch = [house.message("bo", "/log 1h swept"), victim, house.message("cem", "/log 2h swept")]
    told_all = house.hand_in(batch)
    assert [each.error for each in told_all] == ["", "bug", ""]
    house.close()


def test_the_log_has_the_traceback_and_the_answer_does_not(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    house = House(commands=PLANTED["decide"])
    told = house.say("anna", "/broken 1h swept")
    assert SECRET in caplog.text
    assert "Traceback" in caplog.text
    assert SECRET not in told.text
    assert "RuntimeError" not in told.text
    house.close()
