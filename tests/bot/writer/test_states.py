"""Which states are in memory, and how they come there: from a snapshot, where that can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from bot.collective.folding import fold
from bot.collective.state import State
from bot.writer import states
from bot.writer.states import Far, States
from tests.house import House
from tests.house.small import WRAPPING, in_small, kept_by
from tests.house.twins import differences


@pytest.fixture
def house(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    in_small(monkeypatch)
    with House(url=database_url, wrapping=WRAPPING) as it:
        yield it


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries were folded, each time."""
    counted: list[int] = []

    def counting(state: State, entries: Any, names: Any) -> State:
        several = list(entries)
        counted.append(len(several))
        return fold(state, several, names)

    monkeypatch.setattr(states, "fold", counting)
    return counted


def log(house: House, times: int, who: str = "anna", platform: str = "") -> None:
    for _ in range(times):
        assert not house.say(who, "/log 1m baked bread", platform).refused


def test_a_restart_folds_only_what_is_behind_the_snapshot(house: House, folds: list[int]) -> None:
    log(house, 8)
    length = house.state().head.seq
    assert kept_by(house).seq == length
    log(house, 2)
    house.restart()
    folds.clear()

    log(house, 1)

    assert folds == [2]
    assert not differences(house.folded(), house.state())


def test_of_what_is_short_no_snapshot_is_asked_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(house, 1)
    monkeypatch.setattr("bot.writer.states.ENTRIES_MIN", house.state().head.seq + 1)
    house.restart()
    asked: list[str] = []
    with house.store.journal.transaction() as tx:
        tx.snapshot = asked.append  # type: ignore[method-assign, assignment] # nothing is to be asked
        house.engine._homes.states.of(tx, "alpha")

    assert not asked


def test_one_is_made_in_time_and_each_is_asked_for_once(house: House) -> None:
    at: list[int] = []
    for _ in range(24):
        log(house, 1)
        at += [house.state().head.seq] * len(house.grown)
        house.grown.clear()

    assert at[0] >= 3
    assert [later - sooner for sooner, later in pairwise(at)] == [6] * (len(at) - 1)
    assert len(at) > 2


def test_after_an_erasure_another_is_made(house: House) -> None:
    house.enter("anna", "bo")
    log(house, 6)
    kept_by(house)
    house.grown.clear()
    log(house, 1)
    assert not house.grown

    assert not house.say("bo", "/me forget yes").refused
    log(house, 1)

    assert house.grown == ["alpha"]
    with house.store.journal.transaction() as tx:
        assert tx.snapshot("alpha") is None


def test_one_that_was_spoiled_is_told_loudly_and_the_journal_is_folded(
    house: House, folds: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    log(house, 8)
    kept_by(house)
    with house.database.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET seq = seq - 1")
    house.restart()
    folds.clear()

    log(house, 1)

    assert folds == [house.state().head.seq - 1]
    assert [it.levelname for it in caplog.records if "snapshot of alpha is not used" in it.message] == [
        "ERROR"
    ]
    assert not differences(house.folded(), house.state())


def test_what_is_far_is_said_before_anything_is_decided(house: House) -> None:
    log(house, 20)
    log(house, 1, platform="b")
    before = house.tables(but=())
    house.restart()
    messages = [house.message("anna", "/log 1m x", platform) for platform in ("b", "a", "b", "a")]

    with pytest.raises(Far) as far:
        house.engine.handle(messages, near=False)

    assert far.value.collectives == {"alpha"}
    assert far.value.messages == {1, 3}
    assert house.tables(but=()) == before
    answers = house.engine.handle([messages[0], messages[2]], near=False)
    assert all(answers)
    with pytest.raises(Far):
        house.engine.handle([messages[1]], near=False)
    house.engine.fetched("alpha")
    assert all(house.engine.handle([messages[1], messages[3]], near=False))
    assert not differences(house.folded(), house.state())


def test_with_a_snapshot_nothing_is_far_unless_that_is(house: House) -> None:
    log(house, 20)
    kept_by(house)
    house.restart()
    assert house.engine.handle([house.message("anna", "/log 1m x")], near=False)

    log(house, 16)
    house.restart()
    with pytest.raises(Far):
        house.engine.handle([house.message("anna", "/log 1m x")], near=False)


def test_one_that_cannot_be_believed_is_far_as_if_there_were_none(house: House) -> None:
    log(house, 20)
    kept_by(house)
    with house.database.begin() as connection:
        connection.exec_driver_sql("UPDATE snapshots SET seq = seq - 1")
    house.restart()

    with pytest.raises(Far):
        house.engine.handle([house.message("anna", "/log 1m x")], near=False)


def test_what_is_being_fetched_stays_far_whatever_becomes_known(house: House) -> None:
    """Else what comes later would go before what waits."""
    log(house, 20)
    house.restart()
    message = house.message("anna", "/log 1m x")
    with pytest.raises(Far):
        house.engine.handle([message], near=False)
    kept_by(house)
    house.state()

    with pytest.raises(Far):
        house.engine.handle([message], near=False)
    house.engine.fetched("alpha")
    assert house.engine.handle([message], near=False)


def test_what_another_program_wrote_far_ahead_is_caught_up_by_its_snapshot(
    house: House, folds: list[int], database_url: str
) -> None:
    log(house, 3)
    with House(url=database_url, wrapping=WRAPPING, program="q") as other:
        log(other, 30)
        kept_by(other)
        log(other, 1)
    folds.clear()

    assert house.engine.handle([house.message("anna", "/log 1m x")], near=False)

    assert folds == [1]
    assert not differences(house.folded(), house.state())


# --- Which leave ------------------------------------------------------------------------------------


class Kept(States):
    """Only what is in memory, of journals of any length."""

    def use(self, name: str, seq: int) -> None:
        state = State(name, name=name)
        state.head = state.head.__class__(seq, b"", 0)
        self._states.setdefault(name, state)
        self.of(None, name)  # type: ignore[arg-type] # nothing is read of what is not stale


def test_those_that_are_quickly_folded_leave_first_and_of_equals_the_oldest() -> None:
    kept = Kept(3)
    for name, seq in (("large", 1_000_000), ("a", 12), ("b", 12), ("c", 12)):
        kept.use(name, seq)
        kept.trim()
    assert list(kept._states) == ["large", "b", "c"]
    kept.use("b", 12)
    kept.use("d", 12)
    kept.trim()
    assert set(kept._states) == {"large", "b", "d"}


def test_hundreds_of_small_ones_do_not_push_out_a_large_one_but_time_does() -> None:
    kept = Kept(5)
    kept.use("large", 1_000)
    for number in range(300):
        kept.use(f"small {number}", 10)
        kept.trim()
    assert "large" in kept._states
    for number in range(300, 700):
        kept.use(f"small {number}", 10)
        kept.trim()
    assert "large" not in kept._states
    assert len(kept._states) == 5
    assert len(kept._worth) == 5
