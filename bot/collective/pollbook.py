"""What a collective remembers of its polls: open ones, and for a while those that closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import get_args

from bot.collective.deadlines import Deadline, Deadlines
from bot.collective.events import Changes, When
from bot.collective.pollevents import (
    CLOSED,
    PollCancelled,
    PollClosed,
    PollKeyDestroyed,
    PollNudged,
    PollOpened,
    PollStep,
    reference,
)
from bot.collective.polls import Poll, poll_after
from bot.collective.questions import Coming

AGAIN = "again"

REOPEN_MS = 30 * 24 * 3_600_000
"""For how long (ms) after its close a poll can be opened again: long enough to notice a mistake."""


@dataclass(slots=True)
class Polls:
    """What a collective remembers of its polls: open ones, and those that can be opened again.

    For calendars: until when each is asked.
    """

    count: int = 0
    known: dict[int, Poll] = field(default_factory=dict)
    deadlines: Deadlines = field(default_factory=Deadlines)

    @property
    def open(self) -> list[Poll]:
        """Those that can be voted on."""
        return [it for it in self.known.values() if it.open]

    @property
    def over(self) -> list[Poll]:
        """The secret polls that are over, and whose key may still be there."""
        return [it for it in self.known.values() if it.key_kept and not it.open]

    def take(self, event: PollStep, when: When) -> None:
        """Take an event in."""
        number = event.number
        it = poll_after(self.known.get(number), event, when.at)
        assert it is not None, f"{reference(number)} is not known"
        self.count = max(self.count, number)
        self.known[number] = it
        off = not it.open and it.ended_at < it.closes
        asked = Deadline(number, it.closes, it.question, it.circle, it.electorate, off)
        self.deadlines.note(asked, when.at)
        if isinstance(event, PollOpened | PollClosed | PollCancelled | PollKeyDestroyed):
            self.known = {n: it for n, it in self.known.items() if _is_kept(it, when.at)}

    def dues(self) -> Iterator[Coming]:
        """What is due by the clock of all these."""
        for it in self.known.values():
            yield from it.dues()
        for it in self.known.values():
            if it.again:
                yield Coming(it.again, it.number, AGAIN)


def can_reopen(it: Poll, at: int) -> bool:
    """Whether a poll can be opened again at an instant (ms).

    The ballots of a secret one are gone, and what was drawn by lot is drawn.
    """
    return it.terms.how.kind != "none" and _could_reopen(it, at)


def _could_reopen(it: Poll, at: int) -> bool:
    """The same, as it was when draws by lot could be opened again: old journals have such."""
    return it.status == CLOSED and not it.secret and at <= it.ended_at + REOPEN_MS


def _is_kept(it: Poll, at: int) -> bool:
    return it.open or it.key_kept or bool(it.again) or _could_reopen(it, at)


CHANGES: Changes = {kind: Polls.take for kind in get_args(PollStep) if kind is not PollNudged}
