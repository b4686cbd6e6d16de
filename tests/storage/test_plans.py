"""Every question has its index: asking does not get slower as the journal grows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event

from bot.chat import Kind
from bot.ports import Assigned, Erased, Mark, Position, Written
from storage.engines import open_memory
from storage.journal import SqlJournal
from storage.outbox import SqlOutbox
from storage.reading import SqlArchive
from storage.slips import kept_in
from tests.contract.making import KITCHEN, NOON, Chain, key, outgoing, together

KNOWN = {
    # Somebody is forgotten: everything that was told is looked through, which is rare.
    "SCAN outbox",
    # All that wait, which are few, in the order of their index.
    "SCAN outbox USING INDEX outbox_waiting",
    # The answers to repeated messages, which are few, are sorted once they are found.
    "SEARCH outbox USING INDEX outbox_key (platform=? AND message=?) SORTED",
}


def ask_everything(engine: Engine) -> None:
    chain, journal, outbox = Chain(), SqlJournal(engine), SqlOutbox(engine)
    batch = together(*(chain.command(f"m{n}") for n in range(64)))
    seals = [text.sealed.seal for text in batch.texts]
    with journal.transaction() as transaction:
        transaction.write(batch)
        transaction.write(Written(rooms=[Assigned(KITCHEN, "home")], marks=[Mark(key("m1"), 0, "$r")]))
        transaction.write(Written(outgoing=[outgoing("m64", kind=Kind.CARD, ref="P1")]))
        transaction.collectives_of([KITCHEN])
        transaction.answered([key(f"m{n}") for n in range(64)])
        transaction.about("home", "member:12", since=NOON)
        transaction.about("home", "member:12", newest=3)
        transaction.about_each("home", ["C1", "member:12"])
        transaction.latest("home", before=9, limit=3)
        list(transaction.since("home", NOON))
        transaction.names("home")
        transaction.texts("home", seals)
        transaction.write(Written(erased=[Erased("home", tuple(seals))]))
    with SqlArchive(engine).snapshot() as snapshot:
        list(snapshot.collectives())
        list(snapshot.kept_texts("home"))
    assert kept_in(engine)("home", seals[0]) is False
    outbox.waiting(10)
    outbox.receipts("home", "P1")
    with journal.transaction() as transaction:
        transaction.write(Written(marks=[Mark(key("m64"), 0, "$card")]))
        transaction.write(Written(positions=[Position("matrix", "@bot:example.org", "s1")]))
    outbox.shown(KITCHEN, "$card")
    outbox.answers(key("m1"))
    outbox.position("matrix", "@bot:example.org")
    outbox.prune(NOON + 1)


def test_no_question_reads_a_whole_table_or_sorts_it() -> None:
    engine, asked = open_memory(), dict[str, Any]()

    @event.listens_for(engine, "before_cursor_execute")
    def remember(_c: object, _r: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE")):
            asked[statement] = values[0] if isinstance(values, list) else values

    ask_everything(engine)
    plans = {}
    with engine.connect() as connection:
        for statement, values in list(asked.items()):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            plan = " ".join(row.detail for row in rows)
            plan = plan.replace("USE TEMP B-TREE FOR ORDER BY", "SORTED")
            plans[statement] = plan.replace("sqlite_autoindex_outbox_1", "outbox_key")

    assert len(plans) > 15
    slow = {asked: plan for asked, plan in plans.items() if "SCAN" in plan or "SORTED" in plan}
    assert set(slow.values()) == KNOWN, slow
    # Whoever knows a text's commitment finds it by that, and reads no others of the collective.
    loose = [plan for asked, plan in plans.items() if "texts.seal " in asked and "seal" not in plan]
    assert loose == []
