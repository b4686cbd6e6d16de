"""A bank with two tellers: two programs on one database pay from the same accounts at the same time.

After each entry, and not only in the end: all sums zero, nobody below their limit, no payment lost or
made twice (the bank test of Jepsen).
"""

from __future__ import annotations

import random
import threading
from collections import defaultdict
from collections.abc import Iterable

from bot.chain import Entry
from bot.collective.events import Posting
from bot.collective.folding import read_event
from bot.collective.ledger import imbalance
from bot.collective.treasury import TransferMade
from bot.ports import StorageFault
from tests.house import House

PEOPLE = ("ann", "bo", "cem", "dag")
LIMIT = 20
PAYMENTS = 60
TRIES = 20


def done(program: House, who: str, words: str) -> bool:
    """Say something, as often as it takes; whether it was done."""
    message = program.message(who, words, operator=who == "operator")
    for _ in range(TRIES):
        try:
            (told,) = program.hand_in([message])
        except StorageFault:
            continue
        assert told.answer is not None
        return not told.refused
    raise AssertionError("the store never took it")


def test_two_programs_never_pass_a_limit_together(database_url: str) -> None:
    first = House(url=database_url, program="o").enter(*PEOPLE)
    assert done(first, "operator", f"/unit create leaf credit --limit {LIMIT} --decimals 0")
    paid: list[str] = []
    failures: list[BaseException] = []

    def pay_many(name: str) -> None:
        program, draw = House(url=database_url, program=name), random.Random(name)
        try:
            for n in range(PAYMENTS):
                who, to = draw.sample(PEOPLE, 2)
                if done(program, who, f"/pay @{to} {draw.randint(5, 15)} leaf for {name}{n}"):
                    paid.append(f"a:{name}{program.count}")
        except BaseException as failure:  # noqa: BLE001 - told by the test's own thread
            failures.append(failure)
        finally:
            program.close()

    threads = [threading.Thread(target=pay_many, args=(name,)) for name in ("p", "q")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    entries = first.entries()
    first.close()
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
