"""`talkoot import FILE --as KIND`: what another program kept becomes entries here.

It is read and shown; nothing is written before members agreed to exactly that. What can be meant in two
ways is asked, and the answers are kept in a map: a small file that the next import reads too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from adapters.cli.importing_map import ImportFault
from bot.books.importing.mapping import SKIP, Map
from bot.books.importing.planned import WITHOUT_AMOUNT, Plan
from bot.books.importing.planning import Before, Progress, is_of, plan_of
from bot.books.importing.reasons import Misfit, english
from bot.books.importing.tables import BYTES_MAX
from bot.collective.folding import counting, read_event
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.language.units import unit_of
from bot.text.rendering import shortened
from storage.reading import Snapshot

TOLD_MAX = 30
"""How many rows that are left out are told one by one."""

WHY_CHARACTERS_MAX = 300
"""How much is told of why something is left out: it may show what stands in a stranger's file."""


def plan_of_file(
    snapshot: Snapshot,
    state: State,
    rules: Rules,
    source: str,
    file: Path,
    told: Map,
    today: dt.date,
    progress: Progress = lambda rows, _: rows,
) -> Plan:
    """What a file would enter. Raises ImportFault where it cannot be read."""
    try:
        data = _read(file)
        before = _before(snapshot, state, source)
        return plan_of(state, rules, source, data, told, today, before, progress)
    except OSError as why:
        raise ImportFault(f"{file} cannot be read: {why.strerror}.") from why
    except Misfit as why:
        shown = shortened(str(why), WHY_CHARACTERS_MAX)
        raise ImportFault(f"{file} cannot be brought in as {source}: {shown}.") from why


def _read(file: Path) -> bytes:
    with file.open("rb") as it:  # it may be a pipe, or have no end
        return it.read(BYTES_MAX + 1)


def _before(snapshot: Snapshot, state: State, source: str) -> Before:
    """What earlier imports of a source brought, with its words."""
    if not state.imports.done_of(source):
        return Before()
    counted = counting(state, snapshot.entries(state.collective))
    events = ((entry.seq, read_event(entry.payload)) for entry in counted)
    brought = {seq: event for seq, event in events if is_of(event, state, source)}
    near = {each.what: seq for seq, each in brought.items() if each.what}
    return Before([*brought.values()], snapshot.texts(state.collective, [*near], near))


# --- What is told -----------------------------------------------------------------------------------


def report(plan: Plan, state: State) -> Iterator[str]:
    """A plan as it is told on the command line."""
    yield from map(english, plan.notes)
    if plan.entries:
        yield f"{_so_many(len(plan.entries), 'entry', 'entries')} would come:"
    for member, name, unit, count in plan.sums():
        of = unit_of(unit)
        who = f"{state.members.name(member).name} (#{member})" if member else f"{name} (new)"
        yield f"  {who}: {count / of.parts:,.2f} {of.name}"
    for way in sorted(WITHOUT_AMOUNT):
        if plan.told(way):
            yield f"  {way}: {plan.told(way):,}"
    for flow, unit, count in plan.flows():
        yield f"  {flow}: {count / unit_of(unit).parts:,.2f} {unit}"
    yield from _meanings(plan)
    if plan.again:
        yield f"{_so_many(plan.again, 'row is', 'rows are')} here already: passed over."
    if plan.left:
        yield f"{_so_many(len(plan.left), 'row is', 'rows are')} left out:"
        yield from (
            f"  line {it.line}: {shortened(english(it.why), WHY_CHARACTERS_MAX)}"
            for it in plan.left[:TOLD_MAX]
        )
        if len(plan.left) > TOLD_MAX:
            yield f"  and {len(plan.left) - TOLD_MAX:,} more"
    yield from (f"Asked: {english(each)}" for each in plan.asked)


def _so_many(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _meanings(plan: Plan) -> Iterator[str]:
    for their, ours in (*plan.people.items(), *plan.units.items()):
        yield _meant(f"“{their}”", ours or "?")
    for their, ours in plan.kinds.items():
        yield _meant(
            f"“{their}”" if their else "what has no kind", ours if ours == SKIP else f"#{ours}"
        )


def _meant(their: str, ours: str) -> str:
    return f"  {their} is left out" if ours == SKIP else f"  {their} is taken for {ours}"
