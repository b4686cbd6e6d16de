"""How a database comes to its shape: from any version, whole or not at all, on both databases."""

from __future__ import annotations

import itertools
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect

from bot.collective.events import Event
from bot.collective.folding import write_event
from bot.collective.pages import CalendarLinkMade, CalendarLinkVoided, PageLinkMade, PageLinkVoided
from bot.merkle import nodes_of
from bot.ports import StorageFault, Subject, Text, Written
from storage import journal, schema, upgrading
from storage.engines import UnfitDatabase, open_engine, reading, writing
from storage.journal import SqlTransaction
from storage.upgrading import NewerDatabase, bring_up_to_date
from tests.contract.making import Chain, Store, opened, store_at

MIGRATIONS = Path(upgrading.__file__).parent / "migrations"

SHAPES = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name <> 'talkoot_version'",
    "postgresql": """
        SELECT 'trigger', tgname, tgrelid::regclass::text, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'function', proname, '', prosrc FROM pg_proc WHERE proname LIKE 'talkoot%'
        UNION ALL SELECT 'index', indexname, tablename, indexdef FROM pg_indexes
            WHERE schemaname = 'public' AND tablename <> 'talkoot_version'
        UNION ALL SELECT 'constraint', conname, conrelid::regclass::text, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            AND conrelid::regclass::text <> 'talkoot_version'
        UNION ALL SELECT 'column', column_name, table_name,
            concat(data_type, collation_name, is_nullable, is_identity, ordinal_position)
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name <> 'talkoot_version'
    """,
}


def shape(engine: Engine) -> set[tuple[str, ...]]:
    """All that the database knows of its own form, but for how it is laid out on the page."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(SHAPES[engine.dialect.name].replace("%", "%%")).all()
    return {tuple(" ".join(str(part).split()) for part in row) for row in rows}


def versions(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.execute(schema.version.select()).scalars())


@pytest.fixture
def failing_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make the statement of that number, among those that change something, fail."""
    opened, at, seen = open_engine, 0, 0

    def watched(url: str) -> Engine:
        engine = opened(url)

        @event.listens_for(engine, "before_cursor_execute")
        def fail(_c: object, _r: object, statement: str, *_: object) -> None:
            nonlocal seen
            seen += statement.lstrip().startswith(("CREATE", "INSERT", "UPDATE"))
            if seen == at:
                raise InterruptedError

        return engine

    def set_at(number: int) -> None:
        nonlocal at, seen
        at, seen = number, 0

    monkeypatch.setattr(upgrading, "open_engine", watched)
    return set_at


def test_migrations_lead_to_the_tables_that_the_program_knows(database_url: str) -> None:
    bring_up_to_date(database_url)
    engine = open_engine(database_url)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "talkoot_version", "compare_type": True}
        )
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


def test_a_database_made_at_once_has_the_very_shape_of_a_migrated_one(
    database_url: str, tmp_path: Path
) -> None:
    bring_up_to_date(database_url)
    engine = open_engine(database_url)
    migrated, version = shape(engine), versions(engine)
    if engine.dialect.name == "sqlite":
        at_once = create_engine(f"sqlite:///{tmp_path / 'at-once.db'}")
    else:
        with writing(engine) as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        at_once = engine

    schema.create(at_once)

    assert shape(at_once) == migrated
    assert versions(at_once) == version == [schema.VERSION]
    assert len([row for row in migrated if row[0] == "trigger"]) >= 5
    at_once.dispose()
    engine.dispose()


def test_the_program_knows_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)

    assert script.get_heads() == [schema.VERSION]


def test_every_migration_is_named_by_its_number_and_says_why() -> None:
    for path in (MIGRATIONS / "versions").glob("*.py"):
        number, _, name = path.stem.partition("_")
        text = path.read_text()
        assert number.isdigit()
        assert len(number) == 4
        assert name
        assert f'revision = "{number}"' in text
        assert len(text.split('"""')[1].splitlines()) > 2, f"{path.name} does not say why"


def test_bringing_up_to_date_again_changes_nothing(database_url: str) -> None:
    with store_at(database_url) as store:
        store.write(Chain().command("m1"))
    bring_up_to_date(database_url)

    with store_at(database_url) as store:
        assert len(store.entries()) == 1


def upgrade_to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = open_engine(url)
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def write_without_owner(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is to be sent did not always belong to somebody."""
    inserts, row_of = store.journal._statements.inserts, journal._outgoing_row
    head, _, tail = inserts["outbox"].partition(", owner)")
    shorter = f"{head}){tail.rpartition(', ')[0]})"
    monkeypatch.setitem(inserts, "outbox", shorter)
    monkeypatch.setattr(journal, "_outgoing_row", lambda *given: row_of(*given)[:-1])


def write_without_sheet(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts were not always kept in about the order of writing."""
    inserts, row_of = store.journal._statements.inserts, journal._text_row
    columns, values = (part.rstrip(")").split(", ") for part in inserts["texts"].split(") VALUES ("))
    place = columns.index("sheet")
    del columns[place], values[place]
    shorter = f"{', '.join(columns)}) VALUES ({', '.join(values)})"
    monkeypatch.setitem(inserts, "texts", shorter)

    def row_without(text: Text) -> tuple[object, ...]:
        row = list(row_of(text))
        del row[place]
        return tuple(row)

    monkeypatch.setattr(journal, "_text_row", row_without)


def test_a_database_of_every_older_version_keeps_what_it_has(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written at any version is there at the newest; there were not always trees."""
    revisions = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("0*.py"))
    chain = Chain()
    for number, revision in enumerate(revisions, 1):
        upgrade_to(database_url, revision)
        store = opened(database_url)
        if "nodes" not in inspect(store.archive.engine).get_table_names():
            monkeypatch.setattr(SqlTransaction, "_grown", lambda *_: iter(()))
        if "workers" not in inspect(store.archive.engine).get_table_names():
            write_without_owner(store, monkeypatch)
        if "sheet" not in {it["name"] for it in inspect(store.archive.engine).get_columns("texts")}:
            write_without_sheet(store, monkeypatch)
        store.write(chain.command(f"m{number}"))
        monkeypatch.undo()
        assert len(store.entries()) == len(store.outbox.waiting(number + 1)) == number
        store.journal.close()

    with store_at(database_url) as store:
        assert len(store.entries()) == len(revisions)
        queued = [each.key.message for each in store.outbox.queued(len(revisions) + 1)]
        assert queued == [f"m{number}" for number in range(1, len(revisions) + 1)], "nobody's, so ours"
        texts = [text for n in range(1, len(revisions) + 1) for text in Chain().command(f"m{n}").texts]
        with store.archive.snapshot() as snapshot:
            kept = list(snapshot.kept_nodes("home"))
            found = snapshot.texts("home", [text.sealed.seal for text in texts])
        assert found == {text.sealed.seal: text.sealed.text for text in texts}
        assert kept == sorted(nodes_of(entry.hash for entry in store.entries()))


def written_at(url: str, revision: str, events: Iterable[Event]) -> None:
    """Write these events, and one of a kind that is none, with a database of that version."""
    upgrade_to(url, revision)
    store, chain = opened(url), Chain()
    payloads = [*map(write_event, events), '{"digest":"c","event":"made.up","like":"page.link.made"}']
    for number, payload in enumerate(payloads):
        entry = chain.entry(f"m{number}", payload=payload)
        named = [Subject("home", f"member:{number}", entry.seq)]
        store.write(Written(entries=[entry], subjects=named, texts=[], received=[], outgoing=[]))
    store.journal.close()


def test_links_that_were_made_before_are_found_by_their_fingerprints(database_url: str) -> None:
    """As if they had been written by the version that looks for them; nothing else is."""
    events = (
        PageLinkMade(member=0, digest="a" * 64),
        PageLinkVoided(member=0),
        CalendarLinkMade(member=3, digest="b" * 64),
    )
    written_at(database_url, "0007", events)

    with store_at(database_url) as store, store.archive.snapshot() as snapshot:
        found = {name: seq for name, seq in snapshot.index("home") if name.startswith("link:")}
    assert found == {f"link:{'a' * 64}": 1, f"link:{'b' * 64}": 3}
    assert found.keys() == {
        name for made in events for name in made.subjects if name.startswith("link:")
    }


def test_what_happened_to_links_before_is_found_by_whose_they_are(database_url: str) -> None:
    """As if it had been written by the version that looks for it; nothing else is."""
    events = (
        PageLinkMade(member=0, digest="a" * 64),
        PageLinkVoided(member=0),
        CalendarLinkMade(member=3, digest="b" * 64),
        CalendarLinkVoided(member=3),
        PageLinkMade(member=3, digest="c" * 64),
    )
    written_at(database_url, "0010", events)

    with store_at(database_url) as store, store.archive.snapshot() as snapshot:
        found = [each for each in snapshot.index("home") if not each[0].startswith("member:")]
    expected = [("calendars:3", 3), ("calendars:3", 4), ("links:0", 1), ("links:0", 2), ("links:3", 5)]
    assert sorted(found) == expected
    owed = {name for made in events for name in made.subjects}
    assert {name for name, _ in found} == {it for it in owed if it.startswith(("links", "calendars"))}


def test_an_upgrade_that_fails_at_any_statement_leaves_nothing_and_works_the_next_time(
    database_url: str, failing_at: Callable[[int], None]
) -> None:
    for number in itertools.count(1):
        failing_at(number)
        try:
            bring_up_to_date(database_url)
        except InterruptedError:
            engine = open_engine(database_url)
            assert inspect(engine).get_table_names() == []
            engine.dispose()
        else:
            break

    assert number > 15
    with store_at(database_url) as store:
        store.write(Chain().command("m1"))
        assert len(store.entries()) == 1


KILLED = """
import os, sys
from sqlalchemy import Engine, event
from storage.upgrading import bring_up_to_date

@event.listens_for(Engine, "after_cursor_execute")
def kill(_c, _r, statement, *_):
    if "CREATE TABLE outbox" in statement:
        os.kill(os.getpid(), 9)

bring_up_to_date(sys.argv[1])
"""


def test_an_upgrade_that_is_killed_half_way_leaves_nothing_and_works_the_next_time(
    database_url: str,
) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, database_url], check=False)
    assert done.returncode == -signal.SIGKILL

    engine = open_engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    with store_at(database_url) as store:
        store.write(Chain().command("m1"))
        assert len(store.entries()) == 1


def test_two_programs_that_start_at_once_upgrade_once(database_url: str) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(4, timeout=10)

    def begin() -> None:
        start.wait()
        try:
            bring_up_to_date(database_url)
        except BaseException as failure:  # noqa: BLE001 - told by the test's own thread
            failures.append(failure)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    engine = open_engine(database_url)
    assert failures == []
    assert versions(engine) == [schema.VERSION]
    engine.dispose()


def test_a_program_waits_for_another_that_upgrades_for_long(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, upgrade = [0, 0], upgrading._upgrade

    def busy(engine: Engine) -> None:
        if turns:
            turns.pop()
            raise StorageFault("database is locked")
        upgrade(engine)

    monkeypatch.setattr(upgrading, "_upgrade", busy)
    bring_up_to_date(database_url)

    engine = open_engine(database_url)
    assert versions(engine) == [schema.VERSION]
    engine.dispose()


def test_a_database_of_a_newer_talkoot_is_refused_and_left_as_it_is(database_url: str) -> None:
    with store_at(database_url) as store:
        store.write(Chain().command("m1"))
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.execute(schema.version.update().values(version_num="9999"))
    before = shape(engine)

    with pytest.raises(NewerDatabase) as raised:
        bring_up_to_date(database_url)

    assert str(raised.value) == (
        "This database was written by a newer Talkoot (schema 9999); this one knows up to "
        f"{schema.VERSION}. Install the newer version; nothing was changed."
    )
    assert shape(engine) == before
    assert versions(engine) == ["9999"]
    engine.dispose()


def test_a_database_of_another_program_is_refused_and_left_as_it_is(database_url: str) -> None:
    engine = open_engine(database_url)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE rooms (name TEXT)")

    with pytest.raises(UnfitDatabase, match="Another program keeps tables here \\(rooms\\)"):
        bring_up_to_date(database_url)

    assert inspect(engine).get_table_names() == ["rooms"]
    engine.dispose()
