"""The heart: many collectives in little memory, and what other processes write is taken in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from bot.chat import Incoming, Key
from bot.ports import Mark, Written
from bot.writer.answers import Answer
from bot.writer.batch import Batch
from bot.writer.engine import Engine
from storage.journal import SqlTransaction
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


def test_a_batch_is_written_in_one_piece_though_each_entry_looks_for_its_like(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.say("anna", "/log 3m dug a bed", "p0")
    written: list[int] = []
    write = SqlTransaction.write

    def counted(tx: SqlTransaction, them: Written) -> None:
        written.append(len(them.entries))
        write(tx, them)

    monkeypatch.setattr(SqlTransaction, "write", counted)

    house.hand_in([house.message("anna", f"/log {n}m dug bed {n}", "p0") for n in range(1, 9)])

    assert [count for count in written if count] == [8]


def test_what_is_like_an_entry_of_the_same_batch_is_told(house: House) -> None:
    told = house.hand_in([house.message("anna", "/log 3h dug a bed", "p0") for _ in range(3)])

    assert refs(told) == ["C1", "C2", "C3"]
    assert ["C1" in each.text for each in told] == [True, True, True]  # its own, then the like of it


def test_a_batch_that_broke_is_logged_though_each_message_is_answered(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answers = Engine._answers

    def broken(
        engine: Engine, batch: Batch, messages: Sequence[Incoming], *, near: bool
    ) -> list[Answer | None]:
        if len(messages) > 1:
            raise LookupError(messages[0].words)
        return answers(engine, batch, messages, near=near)

    monkeypatch.setattr(Engine, "_answers", broken)
    told = house.hand_in(
        [house.message("anna", "/log 1m secretly", "p0"), house.message("bo", "/me", "p0")]
    )

    assert all(each.answer for each in told)
    assert "a batch of 2 broke" in caplog.text
    assert "LookupError" in caplog.text
    assert "secretly" not in caplog.text
