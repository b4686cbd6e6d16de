"""Which entries of an import go when it is undone, and which stay, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.collective.contributions import ContributionLogged, Life, Share
from bot.collective.distributions import DistributionMade
from bot.collective.events import Event
from bot.collective.guards import is_closed
from bot.collective.imports import DecisionBrought, Import, ThanksBrought
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.collective.treasury import Order, TransferMade
from bot.text.wording import Say, say


@dataclass(slots=True)
class Undoing:
    """Which entries of an import go, and which stay, and why."""

    going: list[tuple[int, Share | Order]] = field(default_factory=list)
    kept: list[tuple[str, Say]] = field(default_factory=list)
    unnumbered: int = 0


def undoing(events: Iterable[Event], state: State, it: Import, rules: Rules) -> Undoing:
    """What becomes of each entry of an import that is to be undone.

    `events` are all that there are, or all since it was announced.
    """
    whole: dict[tuple[str, int], Share | Order] = {}
    changed: set[tuple[str, int]] = set()
    shared, unnumbered = "", 0
    for each in events:
        match each:
            case ContributionLogged(origin=origin) as event if origin and origin.number == it.number:
                whole["C", event.number] = event.share
            case TransferMade(origin=origin) as event if origin and origin.number == it.number:
                whole["T", event.number] = event.order
            case ThanksBrought(origin=origin) | DecisionBrought(origin=origin) if origin:
                unnumbered += origin.number == it.number
            case DistributionMade() as event if whole:
                shared = max(shared, event.day)
            case event if isinstance(event, Life) and ("C", event.number) in whole:
                changed.add(("C", event.number))
            case _:
                pass
    found = Undoing(unnumbered=unnumbered)
    for (letter, number), share in whole.items():
        gone = state.treasury.undone if isinstance(share, Order) else state.contributions.withdrawn
        if number in gone:
            continue
        entry_changed = (letter, number) in changed
        why = say("changed since") if entry_changed else _stays(share, shared, rules)
        if why:
            found.kept.append((f"{letter}{number}", why))
        else:
            found.going.append((number, share))
    return found


def is_touched(
    events: Iterable[Event], going: Iterable[tuple[int, Share | Order]], rules: Rules
) -> bool:
    """Whether something happened since, or is closed now, that may keep some of it here."""
    entries: dict[int, Share] = {}
    moves: dict[int, Order] = {}
    for number, each in going:
        if isinstance(each, Share):
            entries[number] = each
        else:
            moves[number] = each
    first = min((*_days(entries), *_days(moves)), default="")
    return any(
        isinstance(event, DistributionMade)
        or (isinstance(event, Life) and event.number in entries)
        or getattr(event, "reverses", 0) in moves
        for event in events
    ) or (bool(first) and is_closed(dt.date.fromisoformat(first), rules))


def _days(some: Mapping[int, Share | Order]) -> Iterator[str]:
    return (each.day for each in some.values())


def _stays(share: Share | Order, shared: str, rules: Rules) -> Say | None:
    """Why an entry that nobody changed has to stay; None where it need not."""
    if share.day <= shared:
        return say("perhaps shared out since")
    closed = is_closed(dt.date.fromisoformat(share.day), rules)
    return say("of a day whose books are closed") if closed else None
