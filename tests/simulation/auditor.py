"""The auditor: an independent model of what must be true. It shares no code with `commands/`.

It knows only what was asked and what was answered, keeps its own books in the simplest way, and
compares. Every disagreement is a finding, in words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bot.chat import Key, Kind
from bot.writer.answers import Answer

LIMIT = 60
"""How far below nothing somebody may go in the collective's mutual credit."""

GRACE_MS = 10 * 60_000
"""For so long after logging it one may amend an entry without losing its confirmations."""


@dataclass(slots=True)
class Deed:
    """What a simulated person asked for, beside the words they typed."""

    verb: str
    who: str
    minutes: int = 0
    target: int = 0
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """An entry in the auditor's own book."""

    owner: str
    by: str
    minutes: int
    needs: int
    at: int
    gone: bool = False
    confirmed: set[str] = field(default_factory=set)
    against: set[str] = field(default_factory=set)

    @property
    def counts(self) -> bool:
        """Whether it is in the balance."""
        return not self.gone and not self.against and len(self.confirmed) >= self.needs


@dataclass(slots=True)
class Payment:
    """A payment in the auditor's own book."""

    payer: str
    to: str
    count: int
    undone: bool = False
    waits: bool = False


class Auditor:
    """One collective's auditor; `needs` is how many confirmations its rule asks for."""

    def __init__(self, needs: int) -> None:
        """Begin with empty books."""
        self.needs = needs
        self.book: dict[int, Line] = {}
        self.payments: dict[int, Payment | None] = {}
        self.answers: dict[Key, tuple[str, ...]] = {}
        self.fleeting: set[Key] = set()
        self.accepted: dict[Key, Deed] = {}
        self.findings: list[str] = []

    def heard(self, key: Key, deed: Deed, answer: Answer) -> None:
        """Take note of an answer; a second answer to the same message must be the first one."""
        told = tuple(f"{row.number} {row.reply.kind} {row.reply.ref}" for row in answer.outgoing)
        if key in self.answers:
            if self.answers[key] != told and (told or key not in self.fleeting):
                self.findings.append(f"{key}: answered {self.answers[key]}, then {told}")
            return
        self.answers[key] = told
        if all(row.reply.fleeting for row in answer.outgoing):
            self.fleeting.add(key)
        if answer.outgoing and answer.outgoing[0].reply.kind is not Kind.REFUSAL:
            self.accepted[key] = deed
            self._enter(deed, answer)

    def _enter(self, deed: Deed, answer: Answer) -> None:
        at = answer.outgoing[0].at
        if deed.verb == "log":
            owners = deed.others or (deed.who,)
            refs = [row.reply.ref for row in answer.outgoing if row.reply.ref]
            if len(refs) != len(owners):
                self.findings.append(f"{deed}: {len(refs)} references for {len(owners)} people")
            for ref, owner in zip(refs, owners, strict=False):
                number = int(str(ref)[1:])
                if number in self.book or number != len(self.book) + 1:
                    self.findings.append(f"C{number} was given out twice or out of order")
                self.book[number] = Line(owner, deed.who, deed.minutes, self.needs, at)
            return
        if deed.verb in {"pay", "reverse"}:
            self._move(deed, int(str(answer.outgoing[0].reply.ref)[1:]))
            return
        line = self.book.get(deed.target)
        if line is None:
            if deed.verb in {"dispute", "confirm", "withdraw", "amend"}:
                self.findings.append(f"{deed}: accepted on an entry that is not there")
            return
        self._change(deed, line, at)

    def _change(self, deed: Deed, line: Line, at: int) -> None:
        own = deed.who in {line.owner, line.by}
        if line.gone:
            self.findings.append(f"{deed}: accepted on a withdrawn entry")
        if deed.verb in {"withdraw", "amend"} and not own:
            self.findings.append(f"{deed}: accepted from a stranger to {line}")
        if deed.verb == "dispute":
            line.against.add(deed.who)
        elif deed.verb == "confirm" and deed.who in line.against:
            line.against.discard(deed.who)
        elif deed.verb == "confirm":
            if own:
                self.findings.append(f"{deed}: somebody confirmed their own {line}")
            line.confirmed.add(deed.who)
        elif deed.verb == "withdraw":
            line.gone = True
        elif deed.verb == "amend":
            line.minutes = deed.minutes
            line.against.clear()
            if at - line.at > GRACE_MS and self.needs:
                line.confirmed.clear()

    def _move(self, deed: Deed, number: int) -> None:
        if number != len(self.payments) + 1:
            self.findings.append(f"T{number} was given out twice or out of order")
        if deed.verb == "pay":
            self.payments[number] = Payment(deed.who, deed.others[0], deed.minutes)
            poorer = deed.who
        else:
            self.payments[number] = None
            undone = self.payments.get(deed.target)
            if undone is None or undone.undone or undone.waits:
                self.findings.append(f"{deed}: undid what there is not, or what was undone")
                return
            if undone.payer == deed.who:
                undone.waits = True  # whoever gains by it does not undo it alone
                return
            undone.undone = True
            poorer = undone.to
        if self.held().get(poorer, 0) < -LIMIT:
            self.findings.append(f"{deed}: {poorer} is at {self.held()[poorer]}")

    def held(self) -> dict[str, int]:
        """What every person must have in the mutual credit."""
        sums: defaultdict[str, int] = defaultdict(int)
        for each in self.payments.values():
            if each is not None and not each.undone:
                sums[each.payer] -= each.count
                sums[each.to] += each.count
        return {who: count for who, count in sums.items() if count}

    def balances(self) -> dict[str, int]:
        """What every person's account must hold, in minutes."""
        sums: defaultdict[str, int] = defaultdict(int)
        for line in self.book.values():
            if line.counts:
                sums[line.owner] += line.minutes
        return {owner: minutes for owner, minutes in sums.items() if minutes}
