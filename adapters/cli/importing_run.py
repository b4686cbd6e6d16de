"""`talkoot import` of another program's file, step by step: look, announce, enter; or undo."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.cli.config import Config
from adapters.cli.export import books_of
from adapters.cli.importing import plan_of_file, report
from adapters.cli.importing_map import ImportFault, read_map, write_map
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.progress import Progress
from adapters.cli.store import open_archive, open_store
from bot.books.importing.mapping import Map
from bot.books.importing.planned import Plan
from bot.books.importing.undoing import undoing
from bot.collective.catalogue import rules_of
from bot.collective.folding import read_event
from bot.collective.imports import Import
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Accepted
from bot.language.clock import local_day
from bot.moment import Moment
from bot.text.wording import say
from bot.writer.hearing import Instance
from bot.writer.operating import Deciding, Operating
from commands import FEATURES
from commands.contributions.agreement import enough
from commands.contributions.entering import PART, announced, entered, undone
from storage.reading import Snapshot

KEPT_TOLD_MAX = 30

WAITING = (
    "All of it is written at once: whoever types meanwhile is answered when it is done, after seconds "
    "or a minute. Choose a quiet hour, or bring it in by the year."
)
"""What is said before so much is written that people notice."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be brought in: which file, of which program, by which map, for whom."""

    file: Path
    source: str
    map: Path | None = None
    collective: str = ""
    write: bool = False


def bring_in(config: Config, url: str, wanted: Wanted) -> tuple[list[str], bool]:
    """Look at a file; announce or enter it if that is wanted; what is told, and whether it is done.

    Raises ImportFault.
    """
    answers = read_map(wanted.map) if wanted.map is not None else Map()
    with open_archive(url) as archive, archive.snapshot() as snapshot:
        state, rules = _books(snapshot, config, wanted.collective)
        today = local_day(SystemClock().now(), rules.text("zone"))
        with Progress("Reading the file") as it:
            plan = plan_of_file(
                snapshot,
                state,
                rules,
                wanted.source,
                wanted.file,
                answers,
                today,
                lambda rows, _: it.over(rows),
            )
        rows = list(report(plan, state))
    if wanted.map is not None and not wanted.map.exists():
        write_map(wanted.map, plan)
        rows.append(f"Whom and what each name is taken for stands in {wanted.map}.")
    if plan.asked:
        return [*rows, "Nothing was written: answer what is asked in the map (--map)."], False
    if not plan.entries:
        return [*rows, "There is nothing to enter."], True
    if len(plan.entries) > PART:
        rows.append(WAITING)
    if not wanted.write:
        return [*rows, "Nothing was written. --write announces it in the room."], True
    return _write(config, url, state, plan, rows)


def _write(
    config: Config, url: str, state: State, plan: Plan, rows: list[str]
) -> tuple[list[str], bool]:
    waiting = state.imports.waiting
    if waiting is None or waiting.plan != plan.digest:

        def announce(now: State, _: Rules, __: Moment) -> Iterator[Accepted]:
            yield announced(now, plan, say("the operator"))

        number = state.imports.next_number
        _do(config, url, state.collective, announce)
        told = (
            f"Announced as I{number}; the room is told within a minute while the bot runs, else when "
            "it starts. Nothing counts yet: members agree with /import agree "
            f"I{number}. Then type the same line again."
        )
        return [*rows, told], True
    if not enough(state, waiting):
        return [*rows, f"{waiting.ref} waits for members: /import agree {waiting.ref}"], False

    def enter(now: State, _: Rules, moment: Moment) -> Iterator[Accepted]:
        it = now.imports.waiting
        if it is None or it.plan != plan.digest or not enough(now, it):
            raise ImportFault("somebody changed what is announced meanwhile; look again.")
        yield from entered(now, it, plan, moment)

    _do(config, url, state.collective, enter)
    return [*rows, f"{waiting.ref} is entered: {len(plan.entries):,} entries."], True


def undo(config: Config, url: str, ref: str, collective: str, *, write: bool) -> list[str]:
    """Undo an import whole; what is told. Raises ImportFault."""
    with open_archive(url) as archive, archive.snapshot() as snapshot:
        state, rules = _books(snapshot, config, collective)
        it = _import(state, ref)
        events = (read_event(entry.payload) for entry in snapshot.entries(state.collective))
        found = undoing(events, state, it, rules)
    going = len(found.going) + found.unnumbered
    rows = [f"{going:,} entries of {it.ref} ({it.source}) would be withdrawn."]
    rows += [f"  {entry} stays: {why.text}" for entry, why in found.kept[:KEPT_TOLD_MAX]]
    if len(found.kept) > KEPT_TOLD_MAX:
        rows.append(f"  and {len(found.kept) - KEPT_TOLD_MAX:,} more stay")
    if going > PART:
        rows.append(WAITING)
    if not write:
        return [*rows, "Nothing was written. --write does it."]
    head = state.head

    def take_back(now: State, rules: Rules, moment: Moment) -> Iterator[Accepted]:
        if now.head != head:
            raise ImportFault("something was entered meanwhile; type it again.")
        today = local_day(moment.now, rules.text("zone")).isoformat()
        known, kept = now.imports.known[it.number], len(found.kept)
        yield from undone(now, known, found.going, kept, today, unnumbered=found.unnumbered)

    _do(config, url, state.collective, take_back)
    return [*rows, f"{it.ref} is undone; the same file can come again."]


def _import(state: State, ref: str) -> Import:
    known = {it.ref: it for it in state.imports.known.values() if it.first and not it.undone}
    it: Import | None = known.get(ref.upper())
    if it is None:
        raise ImportFault(f"there is no import {ref} to undo; there are: {', '.join(known) or 'none'}.")
    return it


def _books(snapshot: Snapshot, config: Config, collective: str) -> tuple[State, Rules]:
    state = books_of(snapshot, collective).state
    return state, rules_of(config.rules, *state.rules.layers(0, ""))


def _do(config: Config, url: str, collective: str, decide: Deciding) -> None:
    with open_store(url, config.ballots.folder) as store:
        instance = Instance(FEATURES, SystemClock(), SystemChance(), config.rules, keys=store.keys)
        with Progress("Writing"):
            Operating(store.journal, instance).do(collective, f"import|{secrets.token_hex(8)}", decide)
