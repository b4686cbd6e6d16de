"""The auditor: an independent model of what must be true. It shares no code with `commands/`.

It knows only what was asked and what was answered, keeps its own books in the simplest way, and
compares. Every disagreement is a finding, in words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bot.answers import Answer
from bot.chat import Key, Kind

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


class Auditor:
    """One collective's auditor; `needs` is how many confirmations its rule asks for."""

    def __init__(self, needs: int) -> None:
        """Begin with empty books."""
        self.needs = needs
        self.book: dict[int, Line] = {}
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

    def balances(self) -> dict[str, int]:
        """What every person's account must hold, in minutes."""
        sums: defaultdict[str, int] = defaultdict(int)
        for line in self.book.values():
            if line.counts:
                sums[line.owner] += line.minutes
        return {owner: minutes for owner, minutes in sums.items() if minutes}
