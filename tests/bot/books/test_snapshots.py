"""A snapshot is believed only where the journal, the code and the key say so."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from adapters.cli.store import MEMORY, Store, open_store
from bot.books import snapshots
from bot.books.snapshots import Wrapping
from bot.chain import KeptSnapshot
from bot.collective.folding import fold
from bot.collective.snapshots import write_snapshot
from bot.collective.state import State
from tests.house.journals import Book, book, write

WRAPPING = Wrapping("this code", b"a key")


@pytest.fixture
def made() -> Book:
    return book(7, 30, whole=True)


@pytest.fixture
def store(made: Book) -> Iterator[Store]:
    with open_store(MEMORY) as opened:
        write(opened.journal, made.written)
        yield opened


def folded(made: Book, length: int | None = None) -> State:
    names = {each.sealed.seal: each.sealed.text for each in made.texts if each.identity}
    return fold(State(made.collective), made.entries[:length], names)


def opened(
    store: Store, kept: KeptSnapshot | None, by: Wrapping = WRAPPING
) -> tuple[State | None, list[str]]:
    said: list[str] = []
    with store.journal.transaction() as tx:
        return by.opened(kept, tx, said.append), said


def test_what_was_wrapped_up_is_opened(store: Store, made: Book) -> None:
    for length in (1, 17, len(made.entries)):
        state = folded(made, length)
        assert opened(store, WRAPPING.wrapped(state)) == (state, [])


def test_that_there_is_none_or_one_of_other_code_is_nothing_to_tell(store: Store, made: Book) -> None:
    assert opened(store, None) == (None, [])
    assert opened(store, Wrapping("older code", b"a key").wrapped(folded(made))) == (None, [])


def test_every_bit_that_is_flipped_is_found(store: Store, made: Book) -> None:
    kept = WRAPPING.wrapped(folded(made))
    for name in ("body", "proof"):
        data = getattr(kept, name)
        for at in range(0, len(data), max(1, len(data) // 60)):
            spoiled = bytearray(data)
            spoiled[at] ^= 1 << at % 8
            state, said = opened(store, replace(kept, **{name: bytes(spoiled)}))
            assert state is None
            assert said == ["it is not what was kept, or another program's"]


SPOILED: dict[str, Callable[[KeptSnapshot], KeptSnapshot]] = {
    "another collective's": lambda it: replace(it, collective="beta"),
    "of another length": lambda it: replace(it, seq=it.seq - 1),
    "cut off": lambda it: replace(it, body=it.body[:-9]),
    "nothing": lambda it: replace(it, body=b""),
    "older code's, called ours": lambda it: replace(
        Wrapping("older code", b"a key").wrapped(State("home")), code="this code"
    ),
    "another program's": lambda it: Wrapping("this code", b"another key").wrapped(State("home")),
}


@pytest.mark.parametrize("how", SPOILED)
def test_what_was_spoiled_by_hand_is_not_believed_and_told(store: Store, made: Book, how: str) -> None:
    state, said = opened(store, SPOILED[how](WRAPPING.wrapped(folded(made))))

    assert state is None
    assert len(said) == 1


def test_whoever_has_the_key_as_well_still_needs_the_journals_own_entry(
    store: Store, made: Book
) -> None:
    """Another journal of the same name and length, and one that is longer than ours."""
    other = folded(book(8, 30, whole=True))
    longer = folded(made)
    longer.head = replace(longer.head, seq=longer.head.seq + 1)
    renamed = folded(made)
    renamed.collective = "beta"
    for state in (other, longer, renamed):
        kept = replace(WRAPPING.wrapped(state), collective="home")
        kept = replace(kept, proof=WRAPPING._proof("home", kept.seq, kept.body))
        read, said = opened(store, kept)
        assert read is None
        assert said == ["the journal does not have the entry that it goes up to"]


def test_a_bomb_is_not_blown_up(store: Store, made: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "BYTES_MAX", 100_000)
    state = folded(made)
    bodies = (zlib.compress(bytes(1_000_000)), zlib.compress(write_snapshot(state)) + b"more")
    for body in bodies:
        kept = replace(WRAPPING.wrapped(state), body=body)
        kept = replace(kept, proof=WRAPPING._proof("home", kept.seq, kept.body))
        read, said = opened(store, kept)
        assert read is None
        assert said[0].startswith("it cannot be read")


def test_nothing_that_is_shown_has_the_key() -> None:
    assert "a key" not in repr(WRAPPING)
