"""Looking things up in the journal: what a decision or a page wants to know, from whoever keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, assert_never

from bot.chain import Entry
from bot.collective.events import Seal
from bot.collective.folding import counting, read_event
from bot.collective.state import State
from bot.decision import About, By, Found, JournalQuery, Latest, Since

WIDER = 8
"""How many times as many are asked for, where too many of those found do not count."""


class Kept(Protocol):
    """What is asked of a journal, in a transaction or in a picture of it."""

    def about(
        self, collective: str, subject: str, *, since: int = 0, newest: int | None = None
    ) -> list[Entry]:
        """The entries about a subject, in order."""
        ...

    def by(self, collective: str, actor: int) -> Iterable[Entry]:
        """The entries that a member made, in order."""
        ...

    def since(self, collective: str, at: int) -> Iterable[Entry]:
        """The entries at or after an instant (ms), in order."""
        ...

    def latest(self, collective: str, *, before: int | None, limit: int) -> Sequence[Entry]:
        """The last entries, newest first."""
        ...


class KeptAtOnce(Kept, Protocol):
    """A journal that is asked about many things at once."""

    def about_each(self, collective: str, about: Sequence[str]) -> Mapping[str, Sequence[Entry]]:
        """The entries about each of these subjects, in order."""
        ...


def look_up(kept: Kept, state: State, reading: JournalQuery) -> Found:
    """The entries of a reading that count, in the journal's order, with their events."""
    whole = not state.imports.hidden or (isinstance(reading, Latest) and reading.every)
    entries = _read(kept, state, reading) if whole else _counting(kept, state, reading)
    return tuple((entry, read_event(entry.payload)) for entry in entries)


def look_all_up(
    kept: KeptAtOnce, state: State, readings: Sequence[JournalQuery]
) -> dict[JournalQuery, Found]:
    """What each of these readings finds; all that is asked about single subjects is one question."""
    single = [it for it in readings if isinstance(it, About) and it == About(it.subject)]
    found: dict[JournalQuery, Found] = {}
    if single:
        each = kept.about_each(state.collective, [it.subject for it in single])
        for it in single:
            counted = counting(state, each[it.subject])
            found[it] = tuple((entry, read_event(entry.payload)) for entry in counted)
    return {it: found[it] if it in found else look_up(kept, state, it) for it in readings}


def seals_of(found: Iterable[Found]) -> dict[Seal, int]:
    """The commitments in what readings found, each with the first entry that it stands in."""
    near: dict[Seal, int] = {}
    for entries in found:
        for entry, event in entries:
            for seal in event.seals:
                near[seal] = min(entry.seq, near.get(seal, entry.seq))
    return near


def _counting(kept: Kept, state: State, reading: JournalQuery) -> Sequence[Entry]:
    """The entries that count; where only so many are wanted, those that do not take nobody's place."""
    if isinstance(reading, Latest):
        return _newest(kept, state, reading.limit, lambda most: replace(reading, limit=most))
    if isinstance(reading, About) and reading.newest is not None:
        return _newest(kept, state, reading.newest, lambda most: replace(reading, newest=most))
    return list(counting(state, _read(kept, state, reading)))


def _newest(kept: Kept, state: State, most: int, of: Callable[[int], JournalQuery]) -> Sequence[Entry]:
    asked = most
    while True:
        every = _read(kept, state, of(asked))
        found = list(counting(state, every))
        if len(found) >= most or len(every) < asked:
            return found[-most:]
        asked *= WIDER


def _read(kept: Kept, state: State, reading: JournalQuery) -> Sequence[Entry]:
    collective = state.collective
    match reading:
        case About(subject, since, newest):
            return kept.about(collective, subject, since=since, newest=newest)
        case By(member):
            return list(kept.by(collective, member))
        case Since(at):
            return list(kept.since(collective, at))
        case Latest(limit, before, until):
            later = next(iter(kept.since(collective, until)), None) if until else None
            bounds = [bound for bound in (before, later.seq if later else 0) if bound]
            return kept.latest(collective, before=min(bounds, default=None), limit=limit)[::-1]
        case _:
            assert_never(reading)
