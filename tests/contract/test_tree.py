"""The Merkle tree that a store keeps beside a journal, held by both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chain import Head
from bot.merkle import LostLeaf, Tree, nodes_of
from bot.ports import Conflict, Written
from storage import journal
from storage.engines import writing
from storage.journal import SqlTransaction
from storage.schema import nodes
from storage.upgrading import bring_up_to_date
from tests.contract.making import Chain, Store, opened, store_at, together


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with store_at(database_url) as store:
        yield store


def kept(store: Store, collective: str = "home") -> list[tuple[int, int, bytes]]:
    with store.archive.snapshot() as snapshot:
        return list(snapshot.kept_nodes(collective))


def owed(store: Store, collective: str = "home") -> list[tuple[int, int, bytes]]:
    return sorted(nodes_of(entry.hash for entry in store.entries(collective)))


def root(store: Store, size: int, collective: str = "home") -> bytes:
    with store.journal.transaction() as tx:
        return Tree(size, lambda level, number: tx.node(collective, level, number)).root


def whole(leaves: list[bytes]) -> bytes:
    every = {(0, number): leaf for number, leaf in enumerate(leaves)}
    every.update({(level, number): own for level, number, own in nodes_of(leaves)})
    return Tree(len(leaves), lambda level, number: every[level, number]).root


def test_the_tree_grows_with_the_journal_in_batches_of_any_size(store: Store) -> None:
    home, garden = Chain(), Chain("garden")
    for size in range(1, 12):
        batch = [home.command(f"h{size}.{each}") for each in range(size)]
        batch.append(garden.command(f"g{size}"))
        store.write(together(*batch))
        assert kept(store) == owed(store)
        assert kept(store, "garden") == owed(store, "garden")
    entries = store.entries()
    assert root(store, len(entries)) == whole([entry.hash for entry in entries])


def test_another_program_goes_on_where_this_one_stopped(store: Store) -> None:
    chain = Chain()
    store.write(together(*(chain.command(f"m{each}") for each in range(5))))
    other = opened(store.url)
    for each in range(5, 10):
        (store if each % 2 else other).write(chain.command(f"m{each}"))
    other.journal.close()
    assert kept(store) == owed(store)


def test_what_is_undone_is_in_no_tree(store: Store) -> None:
    chain = Chain()
    store.write(together(*(chain.command(f"m{each}") for each in range(3))))
    with pytest.raises(LookupError), store.journal.transaction() as tx:
        tx.write(Chain(head=chain.head).command("undone"))
        raise LookupError
    with pytest.raises(Conflict):
        store.write(together(Chain(head=chain.head).command("twice"), chain.command("m2")))
    chain = Chain(head=store_head(store))
    for each in range(3, 9):
        store.write(chain.command(f"m{each}"))
        assert kept(store) == owed(store)


def store_head(store: Store) -> Head:
    last = store.entries()[-1]
    return Head(last.seq, last.hash, last.at)


def test_a_node_that_is_lost_is_made_of_those_below_it(store: Store) -> None:
    chain = Chain()
    store.write(together(*(chain.command(f"m{each}") for each in range(8))))
    before = root(store, 8)
    engine = store.archive.engine
    with writing(engine) as connection:
        connection.execute(nodes.delete())
    assert root(store, 8) == before
    again = opened(store.url)
    again.write(chain.command("m8"))
    again.journal.close()
    assert root(store, 9) == whole([entry.hash for entry in store.entries()])


def test_where_an_entry_is_gone_the_tree_says_so(store: Store) -> None:
    store.write(Chain().command("m1"))
    with pytest.raises(LostLeaf, match="entry 2 of home is gone"):
        root(store, 2)


def test_a_connection_remembers_only_so_many_trees(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "TREES_MAX", 2)
    chains = [Chain(f"c{each}") for each in range(5)]
    for each in range(4):
        for chain in chains:
            store.write(chain.command(f"{chain.collective}.{each}"))
    for chain in chains:
        assert kept(store, chain.collective) == owed(store, chain.collective)
    with store.journal.transaction() as tx:
        assert len(tx._seen["trees"]) <= 2


def test_a_journal_of_before_gets_its_tree(database_url: str) -> None:
    """What was written when there were no trees is in one after the upgrade."""
    chain, garden = Chain(), Chain("garden")
    with store_at(database_url) as store:
        commands = [chain.command(f"m{each}") for each in range(13)]
        store.write(together(*commands, garden.command("g1"), garden.command("g2")))
        entries = [*store.entries(), *store.entries("garden")]
    empty_of_trees(database_url)
    bring_up_to_date(database_url)
    store = opened(database_url)
    assert [*store.entries(), *store.entries("garden")] == entries
    assert kept(store) == owed(store)
    assert kept(store, "garden") == owed(store, "garden")
    store.write(Written(entries=[chain.entry("m13")]))
    assert kept(store) == owed(store)
    store.journal.close()


def empty_of_trees(url: str) -> None:
    """Back to the version before there were any."""
    store = opened(url)
    with writing(store.archive.engine) as connection:
        for each in ("TABLE nodes", "TABLE workers", "INDEX outbox_owned", "INDEX outbox_lines"):
            connection.exec_driver_sql(f"DROP {each}")
        connection.exec_driver_sql("ALTER TABLE outbox DROP COLUMN owner")
        connection.exec_driver_sql("DROP TABLE priorities")
        connection.exec_driver_sql("DROP TABLE snapshots")
        connection.exec_driver_sql("UPDATE talkoot_version SET version_num = '0004'")
    store.journal.close()


@pytest.mark.parametrize("before", [1, 6, 7, 8])
def test_what_an_older_program_added_is_in_the_tree_with_the_next_entry(
    store: Store, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that still ran while the database was upgraded: it knows of no tree, and goes on writing."""
    chain = Chain()
    for each in range(before):
        store.write(chain.command(f"m{each}"))
    with monkeypatch.context() as older:
        older.setattr(SqlTransaction, "_grown", lambda *_: iter(()))
        for each in range(7):
            store.write(chain.command(f"o{each}"))
    store.write(together(chain.command("n1"), chain.command("n2")))
    assert kept(store) == owed(store)
