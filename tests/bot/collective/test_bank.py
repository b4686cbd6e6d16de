"""A bank with two tellers: two programs on one database pay from the same accounts at the same time.

After each entry, and not only in the end: all sums zero, nobody below their limit, no payment lost or
made twice (the bank test of Jepsen).
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Iterable

from adapters.cli.outside import SeededChance
from adapters.console.stage import StageClock
from bot.chain import Entry
from bot.chat import Actor, Incoming, Kind, Place
from bot.collective.events import Posting
from bot.collective.ledger import imbalance
from bot.collective.state import read_event
from bot.collective.treasury import TransferMade
from bot.ports import StorageFault
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from storage.engines import bring_up_to_date, open_engine
from storage.journal import SqlJournal
from tests.house import BEGIN, COMMANDS

PEOPLE = ("ann", "bo", "cem", "dag")
LIMIT = 20
PAYMENTS = 60
TRIES = 20


class Program:
    """One program on the database."""

    def __init__(self, url: str, name: str) -> None:
        self.name, self.count = name, 0
        self.journal = SqlJournal(open_engine(url))
        rules = {"flood": 1_000_000}
        instance = Instance(
            COMMANDS, StageClock(BEGIN), SeededChance(ord(name)), rules, homes={"a": "alpha"}
        )
        self.engine = Engine(self.journal, instance)

    def say(self, who: str, words: str) -> bool:
        """Say something, as often as it takes; whether it was done."""
        self.count += 1
        operator = who == "operator"
        message = Incoming(
            f"{self.name}{self.count}", Place("a", "hall"), Actor("a", who, who, operator), words
        )
        for _ in range(TRIES):
            try:
                (answer,) = self.engine.handle([message])
            except StorageFault:
                continue
            assert answer is not None
            return all(row.reply.kind is not Kind.REFUSAL for row in answer.outgoing)
        raise AssertionError("the store never took it")


def test_two_programs_never_pass_a_limit_together(database_url: str) -> None:
    bring_up_to_date(database_url)
    first = Program(database_url, "o")
    assert first.say("operator", f"/unit create leaf credit --limit {LIMIT} --decimals 0")
    for who in PEOPLE:
        assert first.say(who, "/me")
    paid: list[str] = []
    failures: list[BaseException] = []

    def pay_many(name: str) -> None:
        program, draw = Program(database_url, name), random.Random(name)
        try:
            for n in range(PAYMENTS):
                who, to = draw.sample(PEOPLE, 2)
                if program.say(who, f"/pay @{to} {draw.randint(5, 15)} leaf for {name}{n}"):
                    paid.append(f"a:{name}{program.count}")
        except BaseException as failure:  # noqa: BLE001 - told by the test's own thread
            failures.append(failure)
        finally:
            program.journal.close()

    threads = [threading.Thread(target=pay_many, args=(name,)) for name in ("p", "q")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    with first.journal.transaction() as transaction:
        entries = list(transaction.entries("alpha"))
    first.journal.close()
    made = [entry.cause for entry in entries if '"transfer.made"' in entry.payload]
    assert sorted(made) == sorted(paid)
    assert 0 < len(made) < 2 * PAYMENTS, "some were refused, some were not"
    assert audited(entries) == list(range(1, len(made) + 1))


def audited(entries: Iterable[Entry]) -> list[int]:
    """Check the books behind every entry; the numbers of the transfers, in order."""
    balances: defaultdict[str, int] = defaultdict(int)
    numbers = []
    for entry in entries:
        event = read_event(entry.payload)
        postings: tuple[Posting, ...] = getattr(event, "postings", ())
        assert not imbalance(postings)
        for each in postings:
            balances[each.account] += each.count
        assert all(count >= -LIMIT for count in balances.values()), entry.seq
        if isinstance(event, TransferMade):
            numbers.append(event.number)
    assert not sum(balances.values())
    return numbers
