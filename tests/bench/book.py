"""A large collective, made quickly: events written through the storage in large batches.

What is in it is what such a collective would have: mostly contributions, some of which are
confirmed, disputed and settled, amended or withdrawn; thanks, and timers that were stopped.
`python -m tests.bench.book URL ENTRIES MEMBERS` makes one.
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from adapters.cli.outside import SeededChance
from adapters.cli.store import open_store
from bot.chain import Head, Sealed, link, sealed
from bot.chat import CONSOLE, Key, Place
from bot.collective.collectives import HOME, CollectiveFounded
from bot.collective.contributions import (
    ContributionAmended,
    ContributionConfirmed,
    ContributionDisputed,
    ContributionLogged,
    ContributionWithdrawn,
    DisputeLifted,
    Share,
    Status,
    postings_between,
)
from bot.collective.events import Event, Posting
from bot.collective.folding import write_event
from bot.collective.members import MemberJoined
from bot.collective.roles import Role
from bot.collective.rooms import RoomJoined
from bot.collective.thanks import ThanksGiven
from bot.collective.timers import TimerStarted, TimerStopped
from bot.ports import Assigned, Received, Subject, Text, Written

BEGIN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
DAYS = 500
PAGE = 10_000
LATE = 100
"""So many of the newest contributions may still be confirmed, disputed, amended or withdrawn."""
UNSETTLED = 0.1
"""So many of those that were not confirmed at once, or disputed, stay so for ever."""

MAIN = Place(CONSOLE, "main")
KINDS = ("work", "work", "work", "making", "teaching", "organising", "care", "care")
WHAT = (
    "cleaned the kitchen and the hall",
    "watered the beds behind the greenhouse, row {}",
    "wrote the minutes of meeting {}",
    "baked {} loaves for the market on Saturday",
    "repaired bicycle number {}, which needs a new spoke soon",
    "Kinderbetreuung während der {}. Vollversammlung",
)

Line = tuple[int, Event, tuple[Sealed, ...]]
"""Who did it, the event, and the texts in it."""


def account(member: int) -> str:
    """The account that a member speaks with, on the console."""
    return f"p{member}"


class Author:
    """Makes up the events, in an order that could have happened."""

    def __init__(self, members: int) -> None:
        self._members = members
        self._random = random.Random(1)
        self._chance = SeededChance(1)
        self._count = 0
        self._late: deque[tuple[int, Share, Status]] = deque()
        self._timers: set[int] = set()

    def lines(self, days: Iterable[str]) -> Iterator[Line]:
        """The founding, then one line for each of the days that come."""
        yield 0, CollectiveFounded(name="A large collective"), ()
        yield 0, RoomJoined(number=1, platform=MAIN.platform, room=MAIN.room), ()
        for number in range(1, self._members + 1):
            name, who = self._seal(f"person {number}"), self._seal(account(number))
            event = MemberJoined(
                member=number,
                name=name.seal,
                platform=CONSOLE,
                account=who.seal,
                roles=() if number > 1 else (Role.ADMIN,),
            )
            yield number, event, (name, who)
        for day in days:
            yield self._line(day)

    def _seal(self, text: str) -> Sealed:
        return sealed(text, self._chance.salt())

    def _line(self, day: str) -> Line:
        member = self._random.randint(1, self._members)
        dice = self._random.random()
        if len(self._late) > LATE:
            return self._settled()
        if dice < 0.85 or len(self._late) < LATE:
            return self._logged(member, day)
        if dice < 0.91:
            other = member % self._members + 1
            what = self._seal("for the lift, and for staying so long")
            return member, ThanksGiven(member=member, to=other, what=what.seal), (what,)
        if dice < 0.93:
            return self._timer(member)
        return self._changed(self._random.randrange(len(self._late)))

    def _logged(self, member: int, day: str) -> Line:
        self._count += 1
        count = self._random.randint(1, 12) * 15
        kind, unit = self._random.choice(KINDS), "h"
        if self._random.random() < 0.1:
            kind, unit, count = "money", "EUR", count * 10
        share = Share(member, kind, unit, count, day)
        needs = int(self._random.random() < 0.05)
        status = Status.RECORDED if needs else Status.CONFIRMED
        what = self._seal(self._random.choice(WHAT).format(self._count % 97))
        event = ContributionLogged(
            number=self._count,
            share=share,
            what=what.seal,
            room=1,
            needs=needs,
            postings=postings_between(None, Status.RECORDED, share, status),
        )
        self._late.append((self._count, share, status))
        while len(self._late) > LATE and self._rests():
            self._late.popleft()
        return member, event, (what,)

    def _rests(self) -> bool:
        """Whether the oldest of the late ones is left as it is: few stay unsettled."""
        return self._late[0][2] is Status.CONFIRMED or self._random.random() < UNSETTLED

    def _settled(self) -> Line:
        """The oldest of the late ones is confirmed after all, or its dispute is lifted."""
        line = self._changed(0)
        self._late.popleft()
        return line

    def _timer(self, member: int) -> Line:
        if member in self._timers:
            self._timers.remove(member)
            return member, TimerStopped(member=member), ()
        self._timers.add(member)
        return member, TimerStarted(member=member, what=""), ()

    def _changed(self, at: int) -> Line:
        """Something happens to one of the late contributions."""
        number, share, was = self._late[at]
        by = share.member % self._members + 1
        if was is Status.RECORDED:
            event, status = self._confirmed(number, share)
        elif was is Status.DISPUTED:
            status = Status.CONFIRMED
            event = DisputeLifted(
                number=number,
                share=share,
                was=was,
                becomes=status,
                postings=_postings(share, was, share, status),
            )
        elif self._random.random() < 0.3:
            return self._withdrawn(at)
        elif self._random.random() < 0.5:
            return self._disputed(at, by)
        else:
            return self._amended(at)
        self._late[at] = (number, share, status)
        return by, event, ()

    def _confirmed(self, number: int, share: Share) -> tuple[Event, Status]:
        event = ContributionConfirmed(
            number=number,
            share=share,
            was=Status.RECORDED,
            complete=True,
            postings=_postings(share, Status.RECORDED, share, Status.CONFIRMED),
        )
        return event, Status.CONFIRMED

    def _withdrawn(self, at: int) -> Line:
        number, share, was = self._late[at]
        del self._late[at]
        event = ContributionWithdrawn(
            number=number,
            share=share,
            was=was,
            postings=_postings(share, was, None, Status.WITHDRAWN),
        )
        return share.member, event, ()

    def _disputed(self, at: int, by: int) -> Line:
        number, share, was = self._late[at]
        reason = self._seal("we did that together")
        event = ContributionDisputed(
            number=number,
            share=share,
            was=was,
            reason=reason.seal,
            postings=_postings(share, was, share, Status.DISPUTED),
        )
        self._late[at] = (number, share, Status.DISPUTED)
        return by, event, (reason,)

    def _amended(self, at: int) -> Line:
        number, share, was = self._late[at]
        now = Share(share.member, share.kind, share.unit, share.count + 15, share.day)
        event = ContributionAmended(
            number=number,
            share=share,
            was=was,
            now=now,
            becomes=was,
            postings=_postings(share, was, now, was),
        )
        self._late[at] = (number, now, was)
        return share.member, event, ()


def _postings(before: Share, was: Status, after: Share | None, becomes: Status) -> tuple[Posting, ...]:
    return postings_between(before, was, after, becomes)


def batches(entries: int, members: int) -> Iterator[Written]:
    """The journal of so many entries, in pieces to be written."""
    begin = int(BEGIN.timestamp() * 1000)
    step = DAYS * 86_400_000 // entries
    days = (
        dt.datetime.fromtimestamp((begin + number * step) / 1000, tz=dt.UTC).date().isoformat()
        for number in range(entries)
    )
    lines = islice(Author(members).lines(days), entries)
    head = Head()
    while page := list(islice(lines, PAGE)):
        written = Written()
        for actor, event, texts in page:
            at = begin + head.seq * step
            key = Key("matrix", f"${head.hash.hex()[:43]}")
            cause = f"{key.platform}:{key.message}"
            entry = link(head, HOME, at, actor, cause, write_event(event))
            head = Head(entry.seq, entry.hash, entry.at)
            written.received.append(Received(key, HOME, at))
            written.rooms += (Assigned(place, HOME) for place in event.taken)
            written.entries.append(entry)
            written.subjects += (Subject(HOME, about, entry.seq) for about in event.subjects)
            identity = isinstance(event, MemberJoined)
            written.texts += (Text(HOME, each, identity, entry.seq) for each in texts)
        yield written


def make(url: str, entries: int, members: int) -> None:
    """Write the journal of so many entries into an empty database."""
    with open_store(url) as store:
        for written in batches(entries, members):
            with store.journal.transaction() as transaction:
                transaction.write(written)


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
