"""Several writers, and connections that break: no forks, no gaps, nothing half, nothing guessed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from bot.chain import Entry, Head, flaws
from bot.ports import CommitUnknown, Conflict, StorageBroken, StorageFault, Written
from storage import engines
from storage.upgrading import bring_up_to_date
from tests.contract.making import Chain, Store, key, opened, outgoing, store_at

APPENDS = 400


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with store_at(database_url) as store:
        yield store


def append(store: Store, message: str) -> None:
    """One command, decided on what the journal says under the lock."""
    with store.journal.transaction() as transaction:
        transaction.hold(["home"])
        newest = transaction.latest("home", before=None, limit=1)
        head = Head(newest[0].seq, newest[0].hash, newest[0].at) if newest else Head()
        transaction.write(Chain(head=head).command(message))


def until_written(action: Callable[[], None]) -> None:
    for _ in range(20):
        try:
            return action()
        except StorageFault:
            continue
    return action()


def test_two_writers_on_one_database_make_no_forks_and_no_gaps(database_url: str) -> None:
    bring_up_to_date(database_url)
    failures: list[BaseException] = []

    def write_many(name: str) -> None:
        store = opened(database_url)
        try:
            for n in range(APPENDS):
                until_written(lambda n=n: append(store, f"{name}{n}"))  # type: ignore[misc]
        except BaseException as failure:  # noqa: BLE001 - told by the test's own thread
            failures.append(failure)
        finally:
            store.journal.close()

    threads = [threading.Thread(target=write_many, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store_at(database_url) as store:
        entries = store.entries()
    assert not failures
    assert len(entries) == 2 * APPENDS
    assert {entry.cause for entry in entries} == {
        f"matrix:{name}{n}" for name in ("a", "b") for n in range(APPENDS)
    }
    assert list(flaws(entries)) == []


def test_two_collectives_are_written_side_by_side_and_in_any_order(postgres_url: str) -> None:
    """Two writers that take the same locks in opposite order do not wait for each other in a ring."""
    bring_up_to_date(postgres_url)
    start = threading.Barrier(2, timeout=10)
    failures: list[BaseException] = []

    def hold_many(names: list[str]) -> None:
        store = opened(postgres_url)
        try:
            for _ in range(30):
                start.wait()
                with store.journal.transaction() as transaction:
                    transaction.hold(names)
        except BaseException as failure:  # noqa: BLE001 - told by the test's own thread
            failures.append(failure)
        finally:
            store.journal.close()

    names = [f"collective {n}" for n in range(20)]
    threads = [threading.Thread(target=hold_many, args=(order,)) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures


def test_without_the_lock_the_keys_still_refuse_a_fork(store: Store) -> None:
    other = opened(store.url)
    chain = Chain()
    store.write(chain.command("m1"))
    stale = Chain(head=chain.head)
    store.write(chain.command("m2"))

    with pytest.raises(Conflict):
        other.write(stale.command("m3"))

    other.journal.close()
    assert [entry.cause for entry in store.entries()] == ["matrix:m1", "matrix:m2"]


def test_a_writer_notices_what_another_one_wrote(store: Store) -> None:
    def changed(one: Store) -> bool:
        with one.journal.transaction() as transaction:
            return transaction.changed()

    chain, other = Chain(), opened(store.url)
    assert changed(store)
    with store.journal.transaction() as transaction:
        transaction.changed()
        transaction.write(chain.command("m1"))
    if store.url.startswith("sqlite"):
        assert not changed(store), "its own writing is no news"
    with pytest.raises(LookupError), other.journal.transaction() as transaction:
        transaction.write(chain.command("m2"))
        raise LookupError
    other.write(outgoing_only("m3"))

    with pytest.raises(LookupError), store.journal.transaction() as transaction:
        assert transaction.changed()
        raise LookupError
    assert changed(store), "what was not committed was not taken in"
    other.journal.close()


def outgoing_only(message: str) -> Written:
    return Written(outgoing=[outgoing(message)])


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = {**engines._SQLITE_ARGUMENTS, "timeout": 0.1}
    monkeypatch.setattr("storage.engines._SQLITE_ARGUMENTS", short)
    monkeypatch.setattr("storage.engines._POSTGRESQL_SETTINGS", ("SET lock_timeout = 100",))
    other = opened(store.url)

    with store.journal.transaction() as transaction:
        transaction.hold(["home"])
        with pytest.raises(StorageFault, match="busy"):
            append(other, "m1")

    append(other, "m1")
    other.journal.close()
    assert len(store.entries()) == 1


def test_reading_goes_on_while_somebody_writes(store: Store) -> None:
    append(store, "m1")

    with store.journal.transaction() as transaction:
        transaction.hold(["home"])
        transaction.write(Chain(head=head(store.entries())).command("m2"))
        assert len(store.entries()) == 1
        assert len(store.outbox.waiting(10)) == 1

    assert len(store.entries()) == 2


def head(entries: list[Entry]) -> Head:
    return Head(entries[-1].seq, entries[-1].hash, entries[-1].at)


def cut_connections(url: str) -> None:
    """End every other session of this database, as a crash or an administrator would."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def at_commit(store: Store, action: Callable[[psycopg.Connection], None]) -> Iterator[None]:
    """Do something with the connection at the moment when it is told to commit."""
    engine = store.journal._engine
    commit = engine.dialect.do_commit

    def do_commit(connection: psycopg.Connection) -> None:
        engine.dialect.do_commit = commit  # type: ignore[method-assign]
        action(connection)
        commit(connection)  # type: ignore[arg-type]

    engine.dialect.do_commit = do_commit  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        engine.dialect.do_commit = commit  # type: ignore[method-assign]


def test_a_connection_cut_before_the_commit_leaves_nothing_and_the_next_one_works(
    postgres_url: str,
) -> None:
    with store_at(postgres_url) as store:
        with pytest.raises(StorageFault, match="lost") as raised:  # noqa: SIM117
            with store.journal.transaction() as transaction:
                transaction.write(Chain().command("m1"))
                cut_connections(postgres_url)
                transaction.write(Chain().command("m2"))
        assert not isinstance(raised.value, CommitUnknown)

        assert store.entries() == []
        append(store, "m1")
        assert len(store.entries()) == 1


def test_a_connection_cut_while_it_is_idle_costs_one_attempt(postgres_url: str) -> None:
    with store_at(postgres_url) as store:
        append(store, "m1")
        cut_connections(postgres_url)

        with pytest.raises(StorageFault, match="lost"):
            append(store, "m2")

        append(store, "m2")
        assert len(store.entries()) == 2


def test_a_connection_cut_on_the_way_to_the_commit_leaves_its_result_unknown(
    postgres_url: str,
) -> None:
    with store_at(postgres_url) as store:
        with (
            at_commit(store, lambda _: cut_connections(postgres_url)),
            pytest.raises(CommitUnknown),
        ):
            append(store, "m1")

        with store.journal.transaction() as transaction:
            transaction.hold(["home"])
            assert transaction.answered([key("m1")]) == {}


def test_a_connection_cut_behind_the_commit_leaves_its_result_unknown_until_the_inbox_is_asked(
    postgres_url: str,
) -> None:
    def commit_and_cut(connection: psycopg.Connection) -> None:
        connection.commit()
        connection.execute("SELECT 1")
        cut_connections(postgres_url)

    with store_at(postgres_url) as store:
        with at_commit(store, commit_and_cut), pytest.raises(CommitUnknown):
            append(store, "m1")

        with store.journal.transaction() as transaction:
            transaction.hold(["home"])
            assert set(transaction.answered([key("m1")])) == {key("m1")}


def test_a_serialization_failure_is_a_fault_that_may_be_tried_again(postgres_url: str) -> None:
    with store_at(postgres_url) as store:
        for code in ("40001", "40P01", "55P03", "57014", "53300", "53100"):
            with (
                pytest.raises(StorageFault) as raised,
                store.journal.transaction() as transaction,
                transaction._faults(),
            ):
                raise_in_database(transaction, code)
            assert type(raised.value) is StorageFault
        for code in ("58030", "XX001", "25006"):
            with (
                pytest.raises(StorageBroken),
                store.journal.transaction() as transaction,
                transaction._faults(),
            ):
                raise_in_database(transaction, code)


def raise_in_database(transaction: object, code: str) -> None:
    connection = transaction._connection  # type: ignore[attr-defined]
    connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$")


def test_a_full_disk_is_a_fault_and_writing_goes_on_when_there_is_room(sqlite_url: str) -> None:
    with store_at(sqlite_url) as store:
        engine = store.journal._engine
        append(store, "m0")
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit = f"PRAGMA max_page_count = {pages + 3}"
        event.listen(engine, "begin", lambda it: it.connection.driver_connection.execute(limit))

        written = 0
        with pytest.raises(StorageFault, match="no room") as raised:
            for n in range(1, 1000):
                append(store, f"m{n}")
                written = n
        assert type(raised.value) is StorageFault
        assert len(store.entries()) == written + 1

        limit = "PRAGMA max_page_count = 100000"
        append(store, "behind")
        entries = store.entries()
        assert len(entries) == written + 2
        assert list(flaws(entries)) == []


def test_a_file_that_was_replaced_below_the_program_is_never_written_to(
    sqlite_url: str,
) -> None:
    with store_at(sqlite_url) as store:
        append(store, "m1")
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        path.rename(path.with_suffix(".moved"))

        with pytest.raises(StorageBroken, match="moved or replaced"):
            append(store, "m2")


def test_a_damaged_file_breaks_the_store(sqlite_url: str) -> None:
    with store_at(sqlite_url) as store:
        for n in range(50):
            append(store, f"m{n}")
    with Path(sqlite_url.removeprefix("sqlite:///")).open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 4096 * 20)

    with pytest.raises(StorageBroken), store_at(sqlite_url) as store:
        append(store, "m50")


def test_nothing_of_a_fault_shows_what_was_written(store: Store) -> None:
    chain = Chain()
    store.write(chain.command("m1"))

    with pytest.raises(Conflict) as raised:
        store.write(Chain().command("m1"))

    assert str(raised.value) == "Another program wrote first."
    assert "cooked" not in repr(raised.value.__cause__)
