"""A digest: what it is made of, and what a feature tells in it.

It is a document of sections, in an order that the collective chooses; several features may tell in one.
Lists are short, for it is read on a phone; each says how the rest is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.collective.digests import Every
from bot.collective.events import Seal
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import About, Found
from bot.language.periods import Period
from bot.text.charts import Stacks
from bot.text.wording import Node, Typed, items, joined, say
from bot.witnessing import Witnessed

READ_FROM: Final = 1_000
"""How many of the newest entries about a matter are looked through."""

LISTED_MAX: Final = 6
"""How many things of a sort a digest lists: what fits a phone's screen."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest is made of: whose it is, by which rules, who tells in it, of which days.

    `found` is what was read of the journal, by what it is about. It is told at an instant `at` (ms),
    which may be long after its days. `checkpoint` is the journal's, signed; empty where this bot signs
    nothing. Of what the operator `configured` and its own layers the rules of any other place follow.
    """

    state: State
    rules: Rules
    tellers: tuple[Told, ...]
    period: Period
    every: Every
    found: Mapping[str, Found]
    texts: Callable[[Seal], str]
    since: int
    until: int
    at: int
    late: int = 0
    room: int = 0
    checkpoint: str = ""
    witnessed: tuple[Witnessed, ...] = ()
    configured: Mapping[str, Value] = field(default_factory=dict)

    @property
    def sections(self) -> tuple[str, ...]:
        """Which sections are told, in order."""
        return self.rules.patterns("digest-sections")

    def about(self, subject: str) -> Found:
        """What was read about a subject, in order."""
        return self.found.get(subject, ())

    def of_day(self, day: str) -> bool:
        """Whether a day (ISO) is one of those it covers."""
        return self.period.first.isoformat() <= day <= self.period.last.isoformat()


@dataclass(frozen=True, slots=True)
class Section:
    """A section by its name; where one has a title, a short list, of which a command shows the rest."""

    name: str
    title: Node | None = field(default=None, compare=False)
    rest: str = field(default="", compare=False)


Points = Callable[[Digest], Iterable[Node]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a feature tells in a digest: in which sections, and what.

    `wants` is what it reads of the journal, for a digest of what was since an instant (ms). `happened`
    says whether any of it is worth a digest; `headline` is what of it stands in the first line; `due`
    is what is open, each behind the instant (ms) at which it closes; `needs` is what a person has to
    look at, at an instant, for coordinators; `figures` are for machines.
    """

    sections: Mapping[Section, Points] = field(default_factory=dict)
    wants: Callable[[int], tuple[About, ...]] | None = None
    happened: Callable[[Digest], bool] | None = None
    headline: Callable[[Digest], Iterable[Node]] | None = None
    due: Callable[[Digest], Iterable[tuple[int, Node]]] | None = None
    needs: Callable[[Digest, int], Iterable[Node]] | None = None
    figures: Callable[[Digest], Mapping[str, Any]] | None = None
    picture: Callable[[Digest], Stacks | None] | None = None


def listed(points: Sequence[Node], rest: str) -> Node:
    """A short list; what is left out is found by a command."""
    return items(cut(points, rest))


def cut(points: Sequence[Node], rest: str) -> Iterator[Node]:
    """The first points, how many are left out, and the command that tells them, where one does."""
    yield from points[:LISTED_MAX]
    count = len(points) - LISTED_MAX
    if count > 0 and rest:
        yield say("and {count} more: {line}", count=count, line=Typed(rest))
    elif count > 0:
        yield say("and {count} more", count=count)


def some(names: Sequence[str]) -> Node:
    """The first of some names, and how many more there are."""
    more = len(names) - LISTED_MAX
    if more <= 0:
        return joined(names)
    return say("{names} and {count} more", names=joined(names[:LISTED_MAX]), count=more)
