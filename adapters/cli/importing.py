"""`talkoot import FILE --as KIND`: what another program kept becomes entries here.

It is read and shown; nothing is written before members agreed to exactly that. What can be meant in two
ways is asked, and the answers are kept in a map: a small file that the next import reads too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.books.importing.bankcsv import COLUMNS, SETTINGS
from bot.books.importing.forms import SOURCES
from bot.books.importing.planned import Found, Key, Left, Plan, Planned, key_of, only_new
from bot.books.importing.tables import (
    BYTES_MAX,
    COMMA,
    DAY_FIRST,
    MONTH_FIRST,
    POINT,
    Doubt,
    Misfit,
    decode,
)
from bot.collective.contributions import USUAL_KIND, ContributionLogged, Life, Share
from bot.collective.distributions import DistributionMade
from bot.collective.folding import read_event
from bot.collective.guards import is_closed
from bot.collective.imports import Import
from bot.collective.memberbook import folded
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.collective.treasury import OTHER_KIND, Order, TransferMade
from bot.language.units import unit_of
from storage.reading import Snapshot

TOLD_MAX = 30
"""How many rows that are left out are told one by one."""

SKIP, NEW = "skip", "new"
DELETED = {
    "",
    "deleted user",
    "deleted",
    "inactive user",
    "gelöschter benutzer",
    "gelöschter nutzer",
    "inaktiver benutzer",
    "usuario eliminado",
    "usuari eliminat",
    "utilisateur supprimé",
    "unknown",
    "unbekannt",
}
"""What stands where somebody was deleted there: several people under one text."""

_FITTING = {
    "dates": (f"{DAY_FIRST}|{MONTH_FIRST}", f"{DAY_FIRST} or {MONTH_FIRST}"),
    "decimal": (f"{POINT}|{COMMA}", f"{POINT} or {COMMA}"),
    "bank.skip": ("[0-9]{1,3}", "a number of lines"),
}
"""What an answer of the map may be where not every text is one, as a pattern and in words."""

Progress = Callable[[Iterable[Found | Left], int], Iterable[Found | Left]]


class ImportFault(Exception):  # noqa: N818 - told as it is
    """Nothing was brought in; says why, for whoever asked for it."""


@dataclass(frozen=True, slots=True)
class Map:
    """The answers to what can be meant in two ways, and who and what their words stand for."""

    answers: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def read_map(path: Path) -> Map:
    """The map in a file; an empty one where there is none yet. Raises ImportFault."""
    if not path.exists():
        return Map()
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as why:
        raise ImportFault(f"{path} cannot be read: {why}") from why
    people, kinds, bank = tables = [given.pop(name, {}) for name in ("people", "kinds", "bank")]
    if not all(isinstance(each, dict) for each in tables):
        raise ImportFault(f"{path}: [people], [kinds] and [bank] are sections.")
    given |= {f"bank.{name}": value for name, value in bank.items()}
    every = [*given.values(), *people.values(), *kinds.values()]
    known = {"dates", "decimal", *(f"bank.{name}" for name in (*COLUMNS, *SETTINGS))}
    if set(given) - known or not all(isinstance(each, str) for each in every):
        raise ImportFault(f"{path} may say dates, decimal, [people], [kinds], [bank], as texts.")
    for name, (fits, words) in _FITTING.items():
        if name in given and not re.fullmatch(fits, given[name]):
            raise ImportFault(f"{path}: {name} is {words}, not “{given[name]}”.")
    return Map(given, people, kinds)


def write_map(path: Path, plan: Plan) -> None:
    """Write a map to be filled in, where there is none yet: what each name was taken for."""
    rows = ["# What the import asked, and what it took each name for. Change what is wrong."]
    for section, known in (("people", plan.people), ("kinds", plan.kinds)):
        rows += ["", f"[{section}]"]
        rows += [
            f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(it)}" for name, it in known.items()
        ]
    path.write_text("\n".join(rows) + "\n", "utf-8")


def _read(file: Path) -> bytes:
    if file.stat().st_size > BYTES_MAX:
        raise Misfit(f"it has more than {BYTES_MAX // 10**6} MB; split it by year")
    return file.read_bytes()


# --- The plan ---------------------------------------------------------------------------------------


def plan_of(
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
        text, encoding = decode(data)
        plan = Plan(source, f"sha256:{hashlib.sha256(data).hexdigest()}")
        if encoding != "UTF-8":
            plan.notes.append(f"It is read as {encoding}.")
        rows = list(progress(SOURCES[source](text, told.answers), len(data)))
    except OSError as why:
        raise ImportFault(f"{file} cannot be read: {why.strerror}.") from why
    except Misfit as why:
        raise ImportFault(f"{file} cannot be brought in as {source}: {why}.") from why
    except Doubt as doubt:
        plan.asked.append(f"{doubt}.")
        return plan
    found = [each for each in rows if isinstance(each, Found)]
    left = [each for each in rows if isinstance(each, Left)]
    plan.notes += [each.why for each in left if not each.line]
    plan.left = [each for each in left if each.line]
    people = _people(state, found, told, plan)
    kinds = _kinds(state, found, told, plan)
    planned: list[Planned] = []
    for each in found:
        entry = _planned(each, people, kinds, rules, today)
        if isinstance(entry, Left):
            plan.left.append(entry)
        elif entry is not None:
            planned.append(entry)
    if not plan.asked:
        plan.entries, plan.again = only_new(source, planned, _held(snapshot, state, source))
    plan.new = sorted({each.person for each in plan.entries if not each.member})
    plan.left.sort(key=lambda each: each.line)
    return plan


def _planned(
    each: Found,
    people: Mapping[str, int | str],
    kinds: Mapping[tuple[str, str], str],
    rules: Rules,
    today: dt.date,
) -> Planned | Left | None:
    """The entry of a row; None where it is asked who or what is meant."""
    who, kind = people.get(each.person), kinds.get((each.kind, each.unit))
    if each.flow:
        who, kind = 0, OTHER_KIND
    if who is None or kind is None:
        return None
    if SKIP in {who, kind}:
        return Left(each.line, "is left out by the map")
    day = dt.date.fromisoformat(each.day)
    if day > today:
        return Left(each.line, f"is of {each.day}, which is still to come")
    if is_closed(day, rules):
        return Left(each.line, f"is of {each.day}, whose books are closed")
    member, person = (who, "") if isinstance(who, int) else (0, who)
    what = (kind, each.unit, each.count, each.day, each.text, each.native, each.flow)
    return Planned(each.line, member, person, *what)


def _people(state: State, found: list[Found], told: Map, plan: Plan) -> dict[str, int | str]:
    """Whom each name is taken for: a member by number, a new one, or nobody. The rest is asked."""
    meant: dict[str, int | str] = {}
    new: dict[str, str] = {}
    for name in dict.fromkeys(each.person for each in found if not each.flow):
        given = told.people.get(name, "")
        who = _given(state, name, given) if given else _guessed(state, name)
        if isinstance(who, _Open):
            plan.asked.append(f"“{name}” {who.why}. Say under [people] who it is: a name, new or skip.")
            plan.people[name] = ""
            continue
        if isinstance(who, str) and who != SKIP and new.setdefault(folded(who), name) != name:
            plan.asked.append(f"“{name}” and “{new[folded(who)]}” may be one: say so under [people].")
            plan.people[name] = ""
            continue
        meant[name] = who
        plan.people[name] = f"#{who}" if isinstance(who, int) else SKIP if who == SKIP else NEW
    return meant


@dataclass(frozen=True, slots=True)
class _Open:
    why: str


def _given(state: State, name: str, given: str) -> int | str | _Open:
    if given == SKIP:
        return SKIP
    if given == NEW:
        return name
    numbered, named = state.members.numbered(given), state.members.named(given.lstrip("@"))
    if numbered is not None:
        return numbered.number
    return named[0].number if len(named) == 1 else _Open(f"is “{given}” in the map, who is nobody here")


def _guessed(state: State, name: str) -> int | str | _Open:
    members = state.members
    if folded(name) in map(folded, DELETED):
        return _Open("stands for people who were deleted there, perhaps several")
    same = members.named(name)
    if len(same) == 1:
        return same[0].number
    if same:
        return _Open(f"could be any of {len(same)} people here")
    if members.gone(name) is not None:
        return _Open("is somebody who left")
    like = members.like(name)
    return name if like is None else _Open(f"looks like {like.name}")


def _kinds(state: State, found: list[Found], told: Map, plan: Plan) -> dict[tuple[str, str], str]:
    """Which kind each of their words is taken for; the usual one where none here is called so."""
    known = {folded(name): kind for name, kind in state.contributions.kinds.items()}
    meant: dict[tuple[str, str], str] = {}
    for word, unit in dict.fromkeys((each.kind, each.unit) for each in found if not each.flow):
        unit_class = unit_of(unit).unit_class
        given = told.kinds.get(word, "").lstrip("#")
        if given == SKIP:
            meant[word, unit] = plan.kinds[word] = SKIP
            continue
        kind = known.get(folded(given or word))
        if given and kind is None:
            plan.asked.append(f"“{word}” is #{given} in the map, and there is no such kind here.")
            continue
        fits = kind is not None and kind.unit_class in {None, unit_class}
        meant[word, unit] = plan.kinds[word] = kind.name if kind and fits else USUAL_KIND[unit_class]
    return meant


def _held(snapshot: Snapshot, state: State, source: str) -> Counter[Key]:
    """What earlier imports of this source entered and is still there."""
    mine = {number for number, it in state.imports.known.items() if it.source == source and it.first}
    if not mine:
        return Counter()
    held = [
        event
        for entry in snapshot.entries(state.collective)
        if isinstance(event := read_event(entry.payload), ContributionLogged | TransferMade)
        and event.origin is not None
        and event.origin.number in mine
        and not _is_undone(state, event)
    ]
    texts = snapshot.texts(state.collective, [event.what for event in held if event.what])
    return Counter(_held_key(source, state, event, texts.get(event.what, "")) for event in held)


def _is_undone(state: State, event: ContributionLogged | TransferMade) -> bool:
    if isinstance(event, TransferMade):
        return event.number in state.treasury.undone
    return event.number in state.contributions.withdrawn


def _held_key(source: str, state: State, event: ContributionLogged | TransferMade, text: str) -> Key:
    assert event.origin is not None
    it = event.order if isinstance(event, TransferMade) else event.share
    flow = it.flow.value if isinstance(it, Order) else ""
    member = "" if isinstance(it, Order) else str(state.members.one(it.member))
    found = Found(0, "", it.unit, it.count, it.day, "", text, event.origin.native, flow)
    return key_of(source, member, found)


# --- What is told -----------------------------------------------------------------------------------


def report(plan: Plan, state: State) -> Iterator[str]:
    """A plan as it is told on the command line."""
    yield from plan.notes
    if plan.entries:
        yield f"{len(plan.entries):,} entries would come:"
    for member, name, unit, count in plan.sums():
        parts = unit_of(unit).parts
        who = f"{state.members.name(member).name} (#{member})" if member else f"{name} (new)"
        yield f"  {who}: {count / parts:,.2f} {unit}"
    for flow, unit, count in plan.flows():
        yield f"  {flow}: {count / unit_of(unit).parts:,.2f} {unit}"
    for their, ours in plan.people.items():
        yield f"  “{their}” is taken for {ours or '?'}"
    for their, ours in plan.kinds.items():
        yield f"  “{their}” is taken for #{ours}"
    if plan.again:
        yield f"{plan.again:,} rows are here already and are passed over."
    if plan.left:
        yield f"{len(plan.left):,} rows are left out:"
        yield from (f"  line {each.line}: {each.why}" for each in plan.left[:TOLD_MAX])
        if len(plan.left) > TOLD_MAX:
            yield f"  and {len(plan.left) - TOLD_MAX:,} more"
    yield from (f"Asked: {each}" for each in plan.asked)


# --- Undoing ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Undoing:
    """Which entries of an import go, and which stay, and why."""

    going: list[tuple[int, Share | Order]] = field(default_factory=list)
    kept: list[tuple[int, str]] = field(default_factory=list)


def undoing(snapshot: Snapshot, state: State, it: Import, rules: Rules) -> Undoing:
    """What becomes of each entry of an import that is to be undone."""
    whole: dict[int, Share | Order] = {}
    changed: set[int] = set()
    shared = ""
    for entry in snapshot.entries(state.collective):
        event = read_event(entry.payload)
        if isinstance(event, ContributionLogged | TransferMade):
            if event.origin is not None and event.origin.number == it.number:
                whole[event.number] = event.order if isinstance(event, TransferMade) else event.share
        elif isinstance(event, Life) and event.number in whole:
            changed.add(event.number)
        elif isinstance(event, DistributionMade) and whole:
            shared = max(shared, event.day)
    found = Undoing()
    for number, share in whole.items():
        gone = state.treasury.undone if isinstance(share, Order) else state.contributions.withdrawn
        if number in gone:
            continue
        why = "was changed since" if number in changed else _stays(share, shared, rules)
        if why:
            found.kept.append((number, why))
        else:
            found.going.append((number, share))
    return found


def _stays(share: Share | Order, shared: str, rules: Rules) -> str:
    """Why an entry that nobody changed has to stay; empty where it need not."""
    if share.day <= shared:
        return "may have been shared out since"
    return (
        "is of a day whose books are closed"
        if is_closed(dt.date.fromisoformat(share.day), rules)
        else ""
    )
