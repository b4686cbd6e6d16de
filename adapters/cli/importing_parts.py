"""An import is entered, or taken back, in parts: whoever types meanwhile is answered in between.

No part counts before the last is there, so whoever kills it leaves nothing of it or all. The same line
typed again goes on where it stopped.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from adapters.cli.config import Config
from adapters.cli.importing_map import ImportFault
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.progress import Progress
from adapters.cli.store import open_store
from bot.books.importing.planned import Plan
from bot.books.importing.planning import has_changed
from bot.books.importing.undoing import Undoing, is_touched
from bot.chat import TIME, Reply
from bot.collective.events import Event
from bot.collective.imports import Begun, Import, ImportHalted
from bot.collective.state import State
from bot.decision import Accepted
from bot.language.clock import local_day
from bot.text.wording import say
from bot.writer.hearing import Instance
from bot.writer.operating import Now, Operating
from commands import FEATURES
from commands.contributions.agreement import enough
from commands.contributions.entering import (
    back_begun,
    back_part,
    begun,
    done,
    given_up,
    part,
    size_of,
    undone,
)

PART = 500
"""How many entries are written at a time: others wait for so many."""

REST_SECONDS_MAX = 0.05
"""How long others are let in behind a part, at the most: so often somebody who waits looks again."""

Making = Callable[[Now, Begun, int], Accepted]
"""Makes the part of what was begun from an event on."""


@contextmanager
def operating(config: Config, url: str, state: State) -> Iterator[Operating]:
    """Writes into a collective as it was read."""
    with open_store(url, config.ballots.folder) as store:
        instance = Instance(FEATURES, SystemClock(), SystemChance(), config.rules, keys=store.keys)
        yield Operating(store.journal, instance, state)


def new_name() -> str:
    """A name for a deed that no other has."""
    return f"import|{secrets.token_hex(8)}"


def enter(writer: Operating, it: Import, plan: Plan, seen: int) -> None:
    """Enter everything that was agreed to, or what is missing of it. Raises ImportFault.

    The plan was made of books as they were at an instant `seen` (ms): reading a file takes long.
    """
    total, there = size_of(plan), len(it.begun.held) if it.begun is not None else 0
    parts = _Parts(writer, it, it.begun.rows if it.begun is not None else f"{TIME}:{new_name()}")

    def begin(now: Now) -> Accepted:
        waiting = now.state.imports.waiting
        if waiting is None or waiting.plan != plan.digest or not enough(now.state, waiting):
            raise ImportFault("somebody changed what is announced meanwhile; look again.")
        if has_changed(now.state, now.rules, plan, seen):
            raise ImportFault("the books changed while the file was read; look again.")
        return begun(waiting, plan, parts.rows)

    def make(now: Now, known: Begun, start: int) -> Accepted:
        return part(now.state, it, plan, now.moment, known.numbers, start, PART)

    def end(now: Now, known: Begun) -> Accepted | None:
        if has_changed(now.state, now.rules, plan, known.at):
            return None
        return done(now.state, it, plan, known.numbers)

    def give_up(now: Now) -> Accepted:
        told = say("{ref} is given up: the books changed while it was entered.", ref=it.ref)
        return given_up(now.state, now.state.imports.known[it.number], Reply(told, ref=it.ref))

    if it.begun is None:
        writer.do(new_name(), begin)
    parts.write(there, total, make)
    if not parts.end(total, end, give_up):
        raise ImportFault(
            f"the books changed while {it.ref} was entered (somebody came or left, days were "
            "closed, or the same money was typed), so it is given up; look at it again."
        )


def take_back(writer: Operating, state: State, it: Import, found: Undoing) -> None:
    """Take an import back, as it was found in a state. Raises ImportFault."""
    total, gone = len(found.going), len(found.going) + found.unnumbered
    parts = _Parts(writer, it, f"{TIME}:{new_name()}", state.head.seq)

    def begin(now: Now) -> Accepted:
        parts.look(now)
        if now.state.imports.known[it.number].undone:
            raise ImportFault(f"somebody undid {it.ref} meanwhile.")
        return back_begun(it, found.going, parts.rows)

    def make(now: Now, known: Begun, start: int) -> Accepted:
        today = local_day(now.moment.now, now.rules.text("zone")).isoformat()
        return back_part(found.going, today, known.numbers.transfer, start, PART)

    def end(now: Now, _: Begun) -> Accepted | None:
        if is_touched(parts.others, found.going, now.rules):
            return None
        return undone(now.state, it, gone, len(found.kept))

    parts.seen = writer.do(new_name(), begin)
    parts.write(0, total, make)
    if not parts.end(total, end, lambda _: Accepted((ImportHalted(number=it.number),))):
        raise ImportFault(
            f"something was changed or shared out while {it.ref} was undone, so nothing of it is; type "
            "it again."
        )


class _Parts:
    """What is written in parts; `others` is what others wrote meanwhile."""

    def __init__(self, writer: Operating, it: Import, rows: str, seen: int = 0) -> None:
        """`rows` is the cause of the parts; entries up to `seen` are known."""
        self.rows, self.seen, self.others = rows, seen, list[Event]()
        self._writer, self._import, self._name = writer, it, rows.removeprefix(f"{TIME}:")

    def write(self, start: int, total: int, make: Making) -> None:
        """Write each part, and rest behind it, so that others come in between."""

        def one(now: Now, start: int) -> Accepted:
            return make(now, self._still(now, start), start)

        with Progress("Writing", total) as it:
            for it.done in range(start, total, PART):
                since = time.monotonic()
                self.seen = self._writer.do(self._name, partial(one, start=it.done), more=it.done > 0)
                time.sleep(min(time.monotonic() - since, REST_SECONDS_MAX))

    def end(
        self,
        total: int,
        make: Callable[[Now, Begun], Accepted | None],
        give_up: Callable[[Now], Accepted],
    ) -> bool:
        """Write what makes all of it count; where that must not be, give it up. Whether it counts."""
        counts = False

        def last(now: Now) -> Accepted:
            nonlocal counts
            known = self._still(now, total)
            made = make(now, known)
            counts = made is not None
            if counts:
                # This state is thrown away: nobody has to wait until it took in what it wrote.
                known.held.clear()
            return made or give_up(now)

        self._writer.do(new_name(), last)
        return counts

    def look(self, now: Now) -> None:
        """Take in what others wrote."""
        self.others += now.since(self.seen)

    def _still(self, now: Now, there: int) -> Begun:
        """What was begun, if it waits for what comes now. Raises ImportFault."""
        self.look(now)
        known = now.state.imports.known.get(self._import.number)
        it = known.begun if known is not None else None
        if it is None or it.rows != self.rows:
            raise ImportFault(f"somebody gave up {self._import.ref}, or began it anew; look again.")
        if len(it.held) != there:
            raise ImportFault(f"another program enters {self._import.ref}.")
        return it
