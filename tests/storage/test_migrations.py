"""How a database comes to its shape: from any version, whole or not at all, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect

from storage import engines, schema
from storage.engines import NewerDatabase, UnfitDatabase, bring_up_to_date, open_engine, reading, writing
from tests.contract.making import Chain, store_at

MIGRATIONS = Path(engines.__file__).parent / "migrations"

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


def statements_of_the_upgrade(url: str, monkeypatch: pytest.MonkeyPatch, fail_at: int | None) -> int:
    """Bring a database up to date, failing at one statement; how many there were."""
    count = 0
    opened = engines.open_engine

    def watched(url: str) -> Engine:
        engine = opened(url)

        @event.listens_for(engine, "before_cursor_execute")
        def count_and_fail(_c: Connection, _r: Any, statement: str, *_: Any) -> None:
            nonlocal count
            if statement.lstrip().startswith(("CREATE", "INSERT", "UPDATE")):
                count += 1
                if count == fail_at:
                    raise InterruptedError

        return engine

    with monkeypatch.context() as patch:
        patch.setattr(engines, "open_engine", watched)
        if fail_at is None:
            bring_up_to_date(url)
        else:
            with pytest.raises(InterruptedError):
                bring_up_to_date(url)
    return count


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


def test_an_upgrade_that_fails_at_any_statement_leaves_nothing_and_works_the_next_time(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = 1
    while True:
        count = statements_of_the_upgrade(database_url, monkeypatch, fail_at=statements)
        assert count == statements
        engine = open_engine(database_url)
        assert inspect(engine).get_table_names() == []
        engine.dispose()
        if statements == LAST:
            break
        statements += 1

    assert statements_of_the_upgrade(database_url, monkeypatch, fail_at=None) == LAST
    with store_at(database_url) as store:
        store.write(Chain().command("m1"))
        assert len(store.entries()) == 1
