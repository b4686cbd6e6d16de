"""How often the writer asks a server that is far away, and about how many collectives at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event

from adapters.cli.store import Store, open_store
from bot.chat import CONSOLE, Actor, Incoming, Kind, Place
from bot.writer.engine import Engine
from tests.house import engine_over

Asked = list[tuple[str, list[tuple[object, ...]]]]
"""Statements, each with the values of all that it was sent with at once."""

COLLECTIVES = 8
MESSAGES = 4 * COLLECTIVES
IDS = [f"c{n}" for n in range(COLLECTIVES)]


def room(number: int) -> Place:
    return Place(CONSOLE, f"room of c{number}")


def typed(name: str, count: int, words: str) -> list[Incoming]:
    """One message in each collective's own room, in turns, so many in all."""
    return [
        Incoming(
            f"{name}{n}",
            room(n % COLLECTIVES),
            Actor(CONSOLE, f"p{n}", f"person {n}"),
            words,
        )
        for n in range(count)
    ]


@pytest.fixture
def store(postgres_url: str) -> Iterator[Store]:
    with open_store(postgres_url) as store:
        yield store


@pytest.fixture
def engine(store: Store) -> Engine:
    """An engine whose collectives have begun, each in a room of its own."""
    for n in range(COLLECTIVES):
        founder = engine_over(store.journal, homes={CONSOLE: f"c{n}"})
        accepted(founder, typed("began", n + 1, "/log 1h began")[n:])
    engine = engine_over(store.journal, homes={})
    accepted(engine, typed("first", MESSAGES, "/log 1h baked"))
    return engine


def accepted(engine: Engine, messages: list[Incoming]) -> None:
    for answer in engine.handle(messages):
        assert answer is not None
        assert all(row.reply.kind is not Kind.REFUSAL for row in answer.outgoing), answer


@contextmanager
def listening(store: Store) -> Iterator[Asked]:
    asked: Asked = []

    def note(_c: Any, _u: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        asked.append((statement, [*map(flat, values if many else [values])]))

    database: Database = store.archive.engine
    event.listen(database, "before_cursor_execute", note)
    yield asked
    event.remove(database, "before_cursor_execute", note)


def flat(values: Any) -> tuple[object, ...]:
    """All that a statement was sent with, a list's items one by one."""
    found = values.values() if isinstance(values, dict) else values
    return tuple(one for each in found for one in (each if isinstance(each, list) else [each]))


def kinds(asked: Asked) -> Counter[str]:
    """How often each kind of statement was sent, told by its beginning."""
    return Counter(statement.partition("WHERE")[0].partition("(")[0].strip() for statement, _ in asked)


def test_a_batch_asks_as_often_for_many_messages_and_collectives_as_for_one(
    store: Store, engine: Engine
) -> None:
    accepted(engine, typed("b", MESSAGES, "/log 30m swept"))
    with listening(store) as one:
        accepted(engine, typed("a", 1, "/log 20m swept"))
    accepted(engine, typed("d", MESSAGES, "/log 40m swept"))
    with listening(store) as many:
        accepted(engine, typed("c", MESSAGES, "/log 10m swept"))

    assert kinds(many) == kinds(one)
    questions = [kind for kind in kinds(one).elements() if kind.startswith("SELECT")]
    assert len(questions) == len(["locks", "lengths", "rooms", "seen before"]), questions


def test_only_what_another_program_moved_is_read_again(store: Store, engine: Engine) -> None:
    other = engine_over(store.journal, homes={})
    accepted(other, typed("other", 2, "/log 50m watered"))

    with listening(store) as asked:
        accepted(engine, typed("c", COLLECTIVES, "/log 20m swept"))

    read = [several[0] for statement, several in asked if "entries.payload" in statement]
    assert sorted(str(values[0]) for values in read) == ["c0", "c1"]
    for n in range(COLLECTIVES):
        # A fork would have been refused, a gap would show.
        with store.journal.transaction() as transaction:
            entries = list(transaction.entries(f"c{n}"))
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))


def test_what_is_written_and_read_is_of_one_collective_a_statement(
    store: Store, engine: Engine
) -> None:
    """So that a database could be spread over several servers by collective.

    What finds out whom a batch is about asks for several at once: their locks, their lengths, their
    rooms, and the messages that were seen before.
    """
    with listening(store) as asked:
        accepted(engine, typed("a", MESSAGES, "/log 20m swept"))

    several = [
        statement.partition("WHERE")[0]
        for statement, sent in asked
        for values in sent
        if len({value for value in values if str(value) in IDS}) > 1
    ]
    assert [statement for statement in several if "max(entries.seq)" not in statement] == []
    assert len(several) == 1
    by_collective = {"entries", "subjects", "texts", "nodes", "wakes", "ballots", "outbox", "inbox"}
    for statement, sent in asked:
        table = statement.partition("INTO ")[2].partition(" ")[0]
        if table in by_collective:
            assert all(any(str(value) in IDS for value in values) for values in sent), statement
