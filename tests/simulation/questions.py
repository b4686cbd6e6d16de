"""The auditor's own book of proposals and polls: who said what last, until when, and what that gives.

Proposals are decided by majority, polls ask for one of two options: the simplest there is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.chat import Kind, Outgoing
from bot.writer.answers import Answer

HOUR_MS = 3_600_000


@dataclass(slots=True)
class Asked:
    """A question in the auditor's own book; it closes at an instant (ms)."""

    author: str
    closes: int
    votes: dict[str, str] = field(default_factory=dict)
    over: bool = False


class Questions:
    """All questions of one collective, by their short names; drafts, which disputes make, are none."""

    def __init__(self, admin: str) -> None:
        """Begin with none; an admin may take back any, as coordinators may."""
        self.book: dict[str, Asked] = {}
        self.coordinators = {admin}
        self.findings: list[str] = []

    def newest(self, letter: str) -> int:
        """The number of the newest proposal (P) or poll (Q)."""
        return max((int(ref[1:]) for ref in self.book if ref[0] == letter), default=0)

    @property
    def open(self) -> list[str]:
        """What is not over, as far as is known."""
        return [ref for ref, it in self.book.items() if not it.over]

    @property
    def over(self) -> list[str]:
        """What is over."""
        return [ref for ref, it in self.book.items() if it.over]

    def opened(self, letter: str, who: str, hours: int, answer: Answer) -> None:
        """Somebody asked something, for so many hours."""
        refs = {row.reply.ref for row in answer.outgoing if row.reply.ref}
        ref = str(max(refs))
        if len(refs) > 1 or ref[0] != letter or int(ref[1:]) <= self.newest(letter):
            self.findings.append(f"{refs}: a number was given out twice or out of order")
        self.book[ref] = Asked(who, answer.outgoing[0].at + hours * HOUR_MS)

    def voted(self, ref: str, who: str, said: str, at: int) -> None:
        """A vote was taken."""
        it = self._asked(ref, f"a vote of {who}")
        if it is None:
            return
        if it.over or at > it.closes:
            self.findings.append(f"{ref}: a vote of {who} was taken after the close")
        if said == "withdraw":
            if it.votes.pop(who, None) is None:
                self.findings.append(f"{ref}: {who} took back what they never said")
        else:
            it.votes[who] = said

    def cancelled(self, ref: str, who: str) -> None:
        """It was taken back."""
        it = self.book.get(ref)
        if it is not None:
            if it.over or who not in {it.author, *self.coordinators}:
                self.findings.append(f"{ref} of {it.author} was taken back by {who}")
            it.over = True

    def told(self, answer: Answer) -> None:
        """What was told of questions with an answer: outcomes, and reminders."""
        outcomes: dict[str, Outgoing] = {}
        for row in answer.outgoing:
            ref = str(row.reply.ref)
            if ref[0] not in "PQ" or (ref not in self.book and _is_withdrawn(row)):
                continue
            if row.reply.kind in {Kind.OUTCOME, Kind.RESULT}:
                outcomes.setdefault(ref, row)
            elif row.reply.kind is Kind.REMINDER:
                self._reminded(ref, row)
        for ref, row in outcomes.items():
            self._came_out(ref, row)

    def left_open(self, at: int) -> list[str]:
        """What is not over at an instant (ms) though its time is."""
        return [ref for ref in self.open if self.book[ref].closes < at]

    def _asked(self, ref: str, what: str) -> Asked | None:
        if ref not in self.book:
            self.findings.append(f"{ref}: {what} was taken, and there is no such question")
        return self.book.get(ref)

    def _reminded(self, ref: str, row: Outgoing) -> None:
        it = self._asked(ref, "a reminder")
        if it is not None and (it.over or row.at >= it.closes or row.person in it.votes):
            self.findings.append(f"{ref}: {row.person} was reminded of what is closed, or voted on")

    def _came_out(self, ref: str, row: Outgoing) -> None:
        it = self._asked(ref, "an outcome")
        if it is None:
            return
        facts = row.reply.facts
        if it.over is not _is_withdrawn(row):
            self.findings.append(f"{ref} came out when it was over, or not: {facts}")
        if it.over:
            return
        it.over = True
        said = Counter(it.votes.values())
        if ref[0] == "Q":
            right = {"a": said["1"], "b": said["2"]} == facts["tally"]
        else:
            yes, no = said["yes"], said["no"]
            rest = facts["electorate"] - len(it.votes) if row.at < it.closes else 0
            outcome = "passed" if yes > no + rest else "rejected" if yes + rest <= no else "too early"
            if len(it.votes) < facts["quorum"]:
                outcome = "no-quorum"
            tally = {"yes": yes, "no": no, "abstain": said["abstain"]}
            right = facts["outcome"] == outcome and facts["tally"] == tally
        if not right:
            self.findings.append(f"{ref}: {dict(said)} gave {facts}")


def _is_withdrawn(row: Outgoing) -> bool:
    return row.reply.facts.get("outcome") == "withdrawn"
