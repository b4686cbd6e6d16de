"""Snapshots on both databases: one a collective, whole or none, and gone with what is erased."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.chain import KeptSnapshot
from bot.ports import Erased, Written
from storage.schema import snapshots
from storage.snapshots import flaws, kept, oldest
from tests.contract.making import Chain, Store, store_at


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with store_at(database_url) as opened:
        opened.write(Chain().command("1"))
        yield opened


def snapshot(
    seq: int = 1, body: bytes = b"state", *, code: str = "code", of: str = "home"
) -> KeptSnapshot:
    return KeptSnapshot(of, code, seq, b"proof of " + body, body)


def keep(store: Store, it: KeptSnapshot, token: str = "t") -> bool:
    with store.journal.transaction() as tx:
        tx.hold([it.collective])
        tx.claim(it.collective, token)
    with store.journal.transaction() as tx:
        return tx.keep(it, token)


def read(store: Store, of: str = "home") -> KeptSnapshot | None:
    with store.journal.transaction() as tx:
        return tx.snapshot(of)


def rows(store: Store) -> int:
    with store.archive.engine.connect() as connection:
        return len(connection.execute(select(snapshots)).all())


def test_the_newest_is_kept_and_no_other(store: Store) -> None:
    assert read(store) is None
    assert keep(store, snapshot(1))
    assert keep(store, snapshot(9, bytes(range(256)) * 100, code="newer"))
    assert keep(store, snapshot(3, of="beta"))

    assert read(store) == snapshot(9, bytes(range(256)) * 100, code="newer")
    assert read(store, "beta") == snapshot(3, of="beta")
    assert rows(store) == 2


def test_only_a_claim_that_still_stands_keeps_one(store: Store) -> None:
    with store.journal.transaction() as tx:
        assert not tx.keep(snapshot(), "nobody's")
        tx.claim("home", "first")
        tx.claim("home", "second")
        assert not tx.keep(snapshot(1), "first")
        assert tx.keep(snapshot(2), "second")
        assert not tx.keep(snapshot(3), "second")

    assert read(store) == snapshot(2)


@pytest.mark.parametrize("told", [True, False])
def test_an_erasure_takes_the_snapshot_and_what_is_being_made(store: Store, told: bool) -> None:
    keep(store, snapshot(1))
    keep(store, snapshot(1, of="beta"))
    with store.journal.transaction() as tx:
        tx.claim("home", "read before the erasure")

    store.write(Written(erased=[Erased("home", ("a" * 64,), told=told)]))

    assert read(store) is None
    with store.journal.transaction() as tx:
        assert not tx.keep(snapshot(), "read before the erasure")
    assert read(store) is None
    assert read(store, "beta") is not None


def test_an_erasure_that_is_undone_leaves_it(store: Store) -> None:
    keep(store, snapshot(1))
    with pytest.raises(InterruptedError), store.journal.transaction() as tx:
        tx.write(Written(erased=[Erased("home", ("a" * 64,))]))
        raise InterruptedError

    assert read(store) == snapshot(1)


def test_who_claims_waits_for_an_erasure_that_is_under_way(store: Store) -> None:
    """Else it would read the names before they are gone, and keep them when they are."""
    order: list[str] = []

    def claiming() -> None:
        with store.journal.transaction() as tx:
            tx.hold(["home"])
            tx.claim("home", "t")
            order.append("claimed")

    with store.journal.transaction() as tx:
        tx.hold(["home"])
        tx.write(Written(erased=[Erased("home", ("a" * 64,))]))
        other = threading.Thread(target=claiming)
        other.start()
        other.join(0.3)
        order.append("erased")
    other.join()

    assert order == ["erased", "claimed"]


def test_it_is_remembered_when_one_was_compared_and_what_was_wrong(store: Store) -> None:
    engine = store.archive.engine
    for of in ("beta", "home"):
        keep(store, snapshot(1, of=of))
    assert oldest(engine, "code", 1) in {"beta", "home"}
    assert oldest(engine, "other code", 1) == ""

    with store.journal.transaction() as tx:
        tx.compared(snapshot(1, of="beta"), 1_000)
        tx.void(snapshot(1), 2_000, "it differs")

    assert oldest(engine, "code", 1_000) == ""
    assert oldest(engine, "code", 1_001) == "beta"
    assert read(store) is None
    assert flaws(engine, 2_000) == [("home", "it differs")]
    assert not flaws(engine, 2_001)
    keep(store, snapshot(2))
    assert read(store) == snapshot(2)
    assert flaws(engine, 2_000) == [("home", "it differs")]


def test_what_took_its_place_is_not_thrown_away_with_it(store: Store) -> None:
    keep(store, snapshot(1, b"old"))
    keep(store, snapshot(2, b"new"))
    with store.journal.transaction() as tx:
        tx.void(snapshot(1, b"old"), 1, "it differs")
        tx.compared(snapshot(1, b"old"), 5)

    assert read(store) == snapshot(2, b"new")
    assert oldest(store.archive.engine, "code", 1) == "home"


def test_it_is_read_on_any_connection(store: Store) -> None:
    keep(store, snapshot(1))
    with store.archive.engine.connect() as connection:
        assert kept(connection, "home") == snapshot(1)
