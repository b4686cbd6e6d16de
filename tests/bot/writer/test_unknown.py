"""17.14: no message is ever told the opposite of what the journal says, whatever breaks and when."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

import bot.writer.intake
from adapters.cli.store import Store, open_store
from bot.chat import CONSOLE, Actor, Incoming, Place
from bot.collective.collectives import HOME
from bot.ports import CommitUnknown, Journal, StorageFault, Transaction
from bot.writer.intake import NotKnown, NotRecorded
from storage.faults import commit_faults
from tests.house import Desk, engine_over
from tests.house.cases import first

Weather = Callable[[], str]


class UndoneError(Exception):
    """Leaves a transaction without its commit."""


class Stormy:
    """The real journal in a weather: `before`, `lost` (not committed) and `done` (committed)."""

    def __init__(self, journal: Journal, weather: Weather) -> None:
        self.journal, self.weather = journal, weather

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        now = self.weather()
        if now == "before":
            raise StorageFault("away")
        try:
            with self.journal.transaction() as tx:
                yield tx
                if now == "lost":
                    raise UndoneError  # noqa: TRY301 - as a cut connection does
        except UndoneError:
            raise CommitUnknown("cut") from None
        if now == "done":
            raise CommitUnknown("cut")

    def close(self) -> None:
        self.journal.close()


async def said(desk: Desk, number: int) -> str:
    """What whoever says it is told at once: the answer, no, or that nobody knows."""
    message = Incoming(
        f"m{number}", Place(CONSOLE, "main"), Actor(CONSOLE, "anna", "anna"), "/log 1m worked"
    )
    try:
        answer = await desk.submit(message)
    except NotKnown:
        return "unknown"
    except NotRecorded:
        return "no"
    assert answer is not None
    return "yes"


def recorded(store: Store) -> set[str]:
    """The messages that made an entry."""
    with store.archive.snapshot() as snapshot:
        return {entry.cause.partition(":")[2] for entry in snapshot.entries(HOME)}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.writer.intake, "RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(bot.writer.intake, "SETTLE_SECONDS", 0.01)


@pytest.mark.parametrize("seed", first(10, range(40)))
async def test_nobody_is_told_the_opposite_of_the_journal(sqlite_url: str, seed: int) -> None:
    draw, fine = random.Random(seed), False
    rates = [draw.choice(("fine", "before", "lost", "done")) for _ in range(5)]

    def weather() -> str:
        return "fine" if fine else draw.choice(rates)

    with open_store(sqlite_url) as store:
        desk = Desk(engine_over(Stormy(store.journal, weather)))
        told: dict[str, str] = {}
        for number in range(25):
            told[f"m{number}"] = await said(desk, number)
            if told[f"m{number}"] == "no":
                assert f"m{number}" not in recorded(store)
        fine = True
        told["m99"] = await said(desk, 99)
        await desk.stop()

        kept = recorded(store)
        answered = [row.key.message for row in desk.told]
        for message, answer in told.items():
            assert (answer != "no") is (message in kept), (message, answer)
            if answer == "unknown":
                assert message in answered
        assert len({row.reply.ref for row in desk.told}) == len(kept)


@pytest.mark.parametrize("committed", [False, True])
async def test_a_postgresql_that_stops_in_a_commit_is_asked_when_it_is_back(
    postgres_url: str, committed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real connection is cut at the commit, and no server answers for a while."""
    with open_store(postgres_url) as store:
        desk = Desk(engine_over(store.journal))
        assert await said(desk, 1) == "yes"
        dialect = store.journal._engine.dialect
        commit, connect = dialect.do_commit, dialect.connect
        away: list[bool] = []

        def cut(connection: Any) -> None:
            monkeypatch.setattr(dialect, "do_commit", commit)
            away.append(True)
            raw = connection.dbapi_connection
            if committed:
                raw.commit()
            raw.close()
            commit(connection)

        def refused(*given: Any, **named: Any) -> Any:
            if away:
                raise psycopg.OperationalError("connection refused")
            return connect(*given, **named)

        monkeypatch.setattr(dialect, "do_commit", cut)
        monkeypatch.setattr(dialect, "connect", refused)
        assert await said(desk, 2) == "unknown"
        away.clear()
        while len(desk.told) < 2:
            await asyncio.sleep(0)  # tidy: the writer asks by itself
        await desk.stop()

        assert recorded(store) == {"m1", "m2"}
        assert [row.key.message for row in desk.told] == ["m1", "m2"]


def test_a_commit_that_nobody_answers_is_unknown() -> None:
    with pytest.raises(CommitUnknown), commit_faults():
        raise OperationalError("COMMIT", {}, psycopg.OperationalError("server closed"))


async def test_a_disk_that_fails_in_a_commit_leaves_it_unknown(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(sqlite_url) as store:
        desk = Desk(engine_over(store.journal))
        assert await said(desk, 1) == "yes"

        def fail(_: object) -> None:
            why = sqlite3.OperationalError("disk I/O error")
            why.sqlite_errorcode = 10
            raise why

        monkeypatch.setattr(store.journal._engine.dialect, "do_commit", fail)
        assert await said(desk, 2) == "unknown"
        await desk.stop()
        assert desk.broken
