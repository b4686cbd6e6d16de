"""A snapshot is read back as what was written, whatever a collective has done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.books.audit import compare
from bot.collective.folding import fold
from bot.collective.snapshots import SpoiledSnapshotError, read_snapshot, write_snapshot
from bot.collective.state import State, parts_of_state
from bot.writer.engine import Engine
from tests.house.cases import first
from tests.house.journals import book
from tests.house.plays import staged
from tests.house.twins import differences, short_ways
from tests.simulation.__main__ import play_many

TRANSCRIPTS = sorted((Path(__file__).parents[2] / "transcripts").glob("**/*.transcript"))


def names_of(made: Any) -> dict[str, str]:
    return {each.sealed.seal: each.sealed.text for each in made.texts if each.identity}


@pytest.fixture
def through_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each batch every state is what is read of its snapshot."""
    attempt = Engine._attempt

    def attempted(engine: Engine, *given: Any, **more: Any) -> Any:
        answers = attempt(engine, *given, **more)
        states = engine._homes.states._states
        for name, state in states.items():
            states[name] = read_snapshot(write_snapshot(state))
        return answers

    monkeypatch.setattr(Engine, "_attempt", attempted)


@pytest.mark.usefixtures("through_snapshots")
@pytest.mark.parametrize(
    "path", first(16, TRANSCRIPTS[::3] + TRANSCRIPTS[1::3] + TRANSCRIPTS[2::3]), ids=lambda it: it.stem
)
def test_a_snapshot_after_every_line_changes_no_answer(path: Path) -> None:
    """And at the end it is the state that the journal comes to, down to the type of each value."""
    text = path.read_text("utf-8")
    with staged() as play:
        assert play.play(text).splitlines() == text.splitlines()
        for name, live in play.remembered.items():
            folded = play.folded(name)
            assert not compare(folded, live)
            assert not differences(folded, read_snapshot(write_snapshot(folded)))


@pytest.mark.usefixtures("through_snapshots")
@pytest.mark.parametrize("seed", first(2, range(40)))
def test_a_world_in_bad_weather_goes_on_from_snapshots(seed: int) -> None:
    found, _ = play_many(range(10 * seed, 10 * seed + 4), 200, processes=1)

    assert not found


def test_a_journal_of_every_kind_of_event_goes_on_from_a_snapshot_after_each_entry() -> None:
    made = book(3, 30, whole=True)
    names = names_of(made)
    assert short_ways(fold(State("home"), made.entries, names))
    state = State("home")
    for number, entry in enumerate(made.entries):
        fold(state, [entry], names)
        state = read_snapshot(write_snapshot(state))
        assert not short_ways(state)
        if not number % 10:
            assert not differences(fold(State("home"), made.entries[: number + 1], names), state)
    assert not differences(fold(State("home"), made.entries, names), state)


def test_every_part_of_a_state_is_written() -> None:
    kept = msgspec.msgpack.decode(write_snapshot(State("home")))
    assert {name for name, _ in parts_of_state()} < kept.keys()


def test_what_is_no_snapshot_is_refused_without_a_word_of_it() -> None:
    state = fold(State("home"), book(1, 20, whole=True).entries, names_of(book(1, 20, whole=True)))
    kept = write_snapshot(state)
    for spoiled in (b"", kept[:-1], kept + b"x", b"\x93" + kept, msgspec.msgpack.encode({"name": "x"})):
        with pytest.raises(SpoiledSnapshotError):
            read_snapshot(spoiled)
    whole = msgspec.msgpack.decode(kept, type=dict[str, msgspec.Raw])
    wrong = msgspec.msgpack.encode({**whole, "members": "Anna of the bakery"})
    with pytest.raises(SpoiledSnapshotError) as told:
        read_snapshot(wrong)
    assert str(told.value) == "members: ValidationError"
