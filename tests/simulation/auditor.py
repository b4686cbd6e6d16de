"""The auditor: an independent model of what must be true. It shares no code with `commands/`.

It knows only what was asked and what was answered, keeps its own books in the simplest way, and
compares. Every disagreement is a finding, in words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bot.chat import Key, Kind
from bot.writer.answers import Answer
from tests.simulation.questions import Questions

LIMIT = 60
"""How far below nothing somebody may go in the collective's mutual credit."""

GRACE_MS = 10 * 60_000
"""For so long after logging it one may amend an entry without losing its confirmations."""


@dataclass(slots=True)
class Deed:
    """What a simulated person asked for, beside the words they typed.

    Of a question `ref` is its short name, or the letter of a new one that is open for `minutes` hours.
    """

    verb: str
    who: str
    minutes: int = 0
    target: int = 0
    others: tuple[str, ...] = ()
    ref: str = ""
    said: str = ""


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
    """One collective's auditor; `needs` is how many confirmations its rule asks for.

    Whoever came first is its `admin`.
    """

    def __init__(self, needs: int, admin: str) -> None:
        """Begin with empty books."""
        self.needs = needs
        self.book: dict[int, Line] = {}
        self.payments: dict[int, Payment | None] = {}
        self.foreign: set[int] = set()
        self.answers: dict[Key, tuple[str, ...]] = {}
        self.fleeting: set[Key] = set()
        self.accepted: dict[Key, Deed] = {}
        self.questions = Questions(admin)
        self.findings = self.questions.findings

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
        self.questions.told(answer)

    def _enter(self, deed: Deed, answer: Answer) -> None:
        if deed.verb == "log":
            self._log(deed, answer)
        elif deed.verb in {"pay", "reverse"}:
            self._move(deed, int(str(answer.outgoing[0].reply.ref)[1:]))
        elif deed.ref:
            self._decide(deed, answer)
        elif deed.verb in {"give", "take"}:
            self._appoint(deed)
        elif deed.verb in {"estate", "tick"}:
            self._count(answer)
        elif deed.target in self.book:
            self._change(deed, self.book[deed.target], answer.outgoing[0].at)
        elif deed.verb in {"dispute", "confirm", "withdraw", "amend"}:
            self.findings.append(f"{deed}: accepted on an entry that is not there")

    def _log(self, deed: Deed, answer: Answer) -> None:
        owners = deed.others or (deed.who,)
        refs = [row.reply.ref for row in answer.outgoing if row.reply.ref]
        if len(refs) != len(owners):
            self.findings.append(f"{deed}: {len(refs)} references for {len(owners)} people")
        for ref, owner in zip(refs, owners, strict=False):
            number = int(str(ref)[1:])
            if number in self.book or number != len(self.book) + 1:
                self.findings.append(f"C{number} was given out twice or out of order")
            at = answer.outgoing[0].at
            self.book[number] = Line(owner, deed.who, deed.minutes, self.needs, at)

    def _appoint(self, deed: Deed) -> None:
        known = self.questions.coordinators
        if deed.said == "coordinator":
            (known.update if deed.verb == "give" else known.difference_update)(deed.others)

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

    def _decide(self, deed: Deed, answer: Answer) -> None:
        if deed.verb in {"propose", "poll"}:
            self.questions.opened(deed.ref, deed.who, deed.minutes, answer)
        elif deed.verb == "vote":
            self.questions.voted(deed.ref, deed.who, deed.said, answer.outgoing[0].at)
        else:
            self.questions.cancelled(deed.ref, deed.who)

    def _count(self, answer: Answer) -> None:
        """Movements that are no payments of the mutual credit have their numbers, too."""
        refs = {str(row.reply.ref) for row in answer.outgoing}
        for number in sorted(int(ref[1:]) for ref in refs if ref[0] == "T"):
            if number not in self.payments:
                self.payments[number] = None
                self.foreign.add(number)

    def _move(self, deed: Deed, number: int) -> None:
        if number != len(self.payments) + 1:
            self.findings.append(f"T{number} was given out twice or out of order")
        if deed.verb == "pay":
            self.payments[number] = Payment(deed.who, deed.others[0], deed.minutes)
            poorer = deed.who
        else:
            self.payments[number] = None
            undone = self.payments.get(deed.target)
            if deed.target in self.foreign:
                return
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
