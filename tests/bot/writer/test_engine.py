"""The heart: many collectives in little memory, and what other processes write is taken in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Key
from bot.ports import Mark
from tests.house import House, Told

PLATFORMS = {f"p{n}": f"collective-{n}" for n in range(6)}


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with House(homes=PLATFORMS, url=database_url) as it:
        yield it


def refs(told: list[Told]) -> list[str | None]:
    return [each.rows[0].reply.ref for each in told if each.answer is not None]


def test_collectives_that_are_quiet_leave_memory_and_lose_nothing(database_url: str) -> None:
    with House(homes=PLATFORMS, url=database_url, states_max=2) as small:
        for _ in range(3):
            small.hand_in([small.message("anna", "/log 1m x", f"p{n % 6}") for n in range(10)])

        assert len(small.remembered) == 2
        assert refs([small.say("anna", "/log 1m x", "p0")]) == ["C7"]


def test_two_processes_take_turns_and_each_sees_what_the_other_wrote(
    house: House, database_url: str
) -> None:
    with House(homes=PLATFORMS, url=database_url, program="other") as other:
        given = [(house if turn % 2 else other).say("anna", "/log 1m x") for turn in range(6)]

    assert refs(given) == [f"C{n}" for n in range(1, 7)]


def test_a_message_that_two_processes_get_acts_once(house: House, database_url: str) -> None:
    message = house.message("anna", "/log 1m x")
    (first,) = house.hand_in([message])
    with House(homes=PLATFORMS, url=database_url, program="other") as other:
        (again,) = other.hand_in([message])

    assert again.answer is not None
    assert again.answer.repeated
    assert again.rows == first.rows


def test_the_same_message_twice_in_one_batch_acts_once(house: House) -> None:
    told = house.hand_in([house.message("anna", "/log 1m x")] * 2)

    assert refs(told) == ["C1", "C1"]
    assert [each.answer.repeated for each in told if each.answer] == [False, True]


def test_what_was_delivered_is_not_waiting_any_more(house: House) -> None:
    first, second = house.say("anna", "/log 1m x"), house.say("anna", "/log 2m x")

    house.engine.handle([], [Mark(first.rows[0].key, 0, receipt="r1")])

    assert house.store.outbox.waiting(10) == list(second.rows)


def test_a_room_without_a_collective_is_told_so(house: House) -> None:
    assert house.say("anna", "/log 1m x", "nowhere").error == "no-collective"


def test_talk_is_no_command_and_is_not_kept(house: House) -> None:
    told = [house.say("anna", words, key=words) for words in ("hello", "/ hello", "")]

    assert [each.answer for each in told] == [None] * 3
    with house.store.journal.transaction() as tx:
        assert tx.answered([Key("p0", "hello")]) == {}


@pytest.mark.parametrize("words", ["log 1m x", "/log 1m x"])
def test_words_meant_for_the_bot_need_no_prefix_and_may_have_one(house: House, words: str) -> None:
    assert refs([house.say("anna", words, addressed=True)]) == ["C1"]
