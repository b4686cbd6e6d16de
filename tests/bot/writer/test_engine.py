"""The heart: many collectives in little memory, and what other processes write is taken in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from adapters.cli.outside import SeededChance
from adapters.cli.store import Store, open_store
from adapters.console.stage import StageClock
from bot.chat import Actor, Incoming, Key, Place
from bot.ports import Mark
from bot.writer.answers import Answer
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from commands import FEATURES

PLATFORMS = {f"p{n}": f"collective-{n}" for n in range(6)}


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


def engine(store: Store, seed: int = 1, states_max: int = 500) -> Engine:
    clock = StageClock(dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC))
    chance = SeededChance(seed)
    return Engine(
        store.journal, Instance(FEATURES, clock, chance, homes=PLATFORMS, states_max=states_max)
    )


def message(number: int, words: str, platform: str = "p0", who: str = "anna") -> Incoming:
    return Incoming(f"m{number}", Place(platform, "hall"), Actor(platform, who, who), words)


def refs(answers: list[Answer | None]) -> list[str | None]:
    return [answer.outgoing[0].reply.ref for answer in answers if answer is not None]


def test_collectives_that_are_quiet_leave_memory_and_lose_nothing(store: Store) -> None:
    small = engine(store, states_max=2)

    for turn in range(3):
        batch = [message(turn * 10 + n, "/log 1m x", f"p{n % 6}") for n in range(10)]
        small.handle(batch)

    assert len(small._homes.states._states) == 2
    assert refs(small.handle([message(99, "/log 1m x", "p0")])) == ["C7"]


def test_two_processes_take_turns_and_each_sees_what_the_other_wrote(url: str) -> None:
    with open_store(url) as here, open_store(url) as there:
        one, two = engine(here, 1), engine(there, 2)
        given = [
            refs((one if turn % 2 else two).handle([message(turn, "/log 1m x")])) for turn in range(6)
        ]

        assert given == [[f"C{n}"] for n in range(1, 7)]


def test_a_message_that_two_processes_get_acts_once(url: str) -> None:
    with open_store(url) as here, open_store(url) as there:
        (first,) = engine(here, 1).handle([message(1, "/log 1m x")])
        (again,) = engine(there, 2).handle([message(1, "/log 1m x")])

    assert first is not None
    assert again is not None
    assert again.repeated
    assert again.outgoing == first.outgoing


def test_the_same_message_twice_in_one_batch_acts_once(store: Store) -> None:
    answers = engine(store).handle([message(1, "/log 1m x"), message(1, "/log 1m x")])

    assert refs(answers) == ["C1", "C1"]
    assert [answer.repeated for answer in answers if answer] == [False, True]


def test_what_was_delivered_is_not_waiting_any_more(store: Store) -> None:
    heart = engine(store)
    heart.handle([message(1, "/log 1m x"), message(2, "/log 2m x")])

    heart.handle([], [Mark(Key("p0", "m1"), 0, receipt="r1")])

    assert [row.key.message for row in store.outbox.waiting(10)] == ["m2"]


def test_a_room_without_a_collective_is_told_so(store: Store) -> None:
    (answer,) = engine(store).handle([message(1, "/log 1m x", "nowhere")])

    assert answer is not None
    assert answer.outgoing[0].reply.facts["error"] == "no-collective"


def test_talk_is_no_command_and_is_not_kept(store: Store) -> None:
    assert (
        engine(store).handle([message(1, "hello"), message(2, "/ hello"), message(3, "")]) == [None] * 3
    )
    with store.journal.transaction() as tx:
        assert tx.answered([Key("p0", "m1")]) == {}


@pytest.mark.parametrize("words", ["log 1m x", "/log 1m x"])
def test_words_meant_for_the_bot_need_no_prefix_and_may_have_one(store: Store, words: str) -> None:
    addressed = replace(message(1, words), addressed=True)

    assert refs(engine(store).handle([addressed])) == ["C1"]
