"""`talkoot import` of another program's file, step by step: look, announce, enter; or undo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from adapters.cli.config import Config
from adapters.cli.export import books_of
from adapters.cli.importing import plan_of_file, report
from adapters.cli.importing_map import ImportFault, read_map, write_map
from adapters.cli.importing_parts import enter, new_name, operating, take_back
from adapters.cli.outside import SystemClock
from adapters.cli.progress import Progress
from adapters.cli.store import open_archive
from bot.books.importing.mapping import Map
from bot.books.importing.planned import Plan
from bot.books.importing.reasons import english
from bot.books.importing.undoing import undoing
from bot.collective.catalogue import rules_of
from bot.collective.folding import counting, read_event
from bot.collective.imports import Import
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.language.clock import local_day
from bot.text.wording import say
from commands.contributions.agreement import enough
from commands.contributions.entering import announced
from storage.reading import Snapshot

KEPT_TOLD_MAX = 30


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
    if not wanted.write:
        return [*rows, "Nothing was written. --write announces it in the room."], True
    return _write(config, url, state, plan, rows)


def _write(
    config: Config, url: str, state: State, plan: Plan, rows: list[str]
) -> tuple[list[str], bool]:
    waiting = state.imports.waiting
    if waiting is None or waiting.plan != plan.digest:
        number = state.imports.next_number
        with operating(config, url, state) as it:
            it.do(new_name(), lambda now: announced(now.state, plan, say("the operator")))
        told = (
            f"Announced as I{number}; the room is told within a minute while the bot runs, else when "
            "it starts. Nothing counts yet: members agree with /import agree "
            f"I{number}. Then type the same line again."
        )
        return [*rows, told], True
    if not enough(state, waiting):
        return [*rows, f"{waiting.ref} waits for members: /import agree {waiting.ref}"], False
    seen = state.head.at
    with operating(config, url, state) as it:
        enter(it, waiting, plan, seen)
    return [*rows, f"{waiting.ref} is entered: {len(plan.entries):,} entries."], True


def undo(config: Config, url: str, ref: str, collective: str, *, write: bool) -> list[str]:
    """Undo an import whole; what is told. Raises ImportFault."""
    with open_archive(url) as archive, archive.snapshot() as snapshot:
        state, rules = _books(snapshot, config, collective)
        known = _import(state, ref)
        counted = counting(state, snapshot.entries(state.collective))
        found = undoing((read_event(entry.payload) for entry in counted), state, known, rules)
    going = len(found.going) + found.unnumbered
    rows = [f"{going:,} entries of {known.ref} ({known.source}) would be withdrawn."]
    rows += [f"  {entry} stays: {english(why)}" for entry, why in found.kept[:KEPT_TOLD_MAX]]
    if len(found.kept) > KEPT_TOLD_MAX:
        rows.append(f"  and {len(found.kept) - KEPT_TOLD_MAX:,} more stay")
    if not write:
        return [*rows, "Nothing was written. --write does it."]
    with operating(config, url, state) as it:
        take_back(it, state, known, found)
    return [*rows, f"{known.ref} is undone; the same file can come again."]


def _import(state: State, ref: str) -> Import:
    known = {it.ref: it for it in state.imports.known.values() if it.first and not it.undone}
    it: Import | None = known.get(ref.upper())
    if it is None:
        raise ImportFault(f"there is no import {ref} to undo; there are: {', '.join(known) or 'none'}.")
    return it


def _books(snapshot: Snapshot, config: Config, collective: str) -> tuple[State, Rules]:
    state = books_of(snapshot, collective).state
    return state, rules_of(config.rules, *state.rules.layers(0, ""))
