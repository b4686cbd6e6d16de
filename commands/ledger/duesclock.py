"""Dues by the clock: when a period begins they fall due; who is behind hears it, and treasurers do.

The room is told nothing of it, and coordinators only how much is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.chat import Place, Reply
from bot.collective.dues import DuesEnded, DuesFell, Terms
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.state import State
from bot.decision import Accepted, Ask, Clockwork, Due, RulesAt
from bot.digest import Digest, Told
from bot.language.clock import instant
from bot.language.sums import shown, sums_told
from bot.text.wording import Node, Typed, items, lines, say
from commands.decisions.lookups import rules_at

ROWS_MAX = 40
"""How many people are told of one by one: what fits one message."""


def begins(day: str, zone: str) -> int:
    """When a day (ISO) begins, in milliseconds."""
    return int(instant(dt.date.fromisoformat(day), dt.time(), zone).timestamp() * 1000)


def behind(state: State) -> list[tuple[Member, dict[str, int]]]:
    """Who owes dues, and how much, by name; who left is not asked any more."""
    found = ((who, state.dues.owed_by(state.members.numbers(who.number))) for who in state.members.here)
    owing = [(who, {u: n for u, n in owed.items() if n > 0}) for who, owed in found]
    return sorted((each for each in owing if each[1]), key=lambda each: each[0].name.casefold())


def behind_told(state: State) -> Node | None:
    """Who is behind, for treasurers."""
    owing = behind(state)
    if not owing:
        return None
    rows = (say("{who}: {sums}", who=who.shown, sums=sums_told(owed)) for who, owed in owing[:ROWS_MAX])
    more = len(owing) - ROWS_MAX
    return lines(
        say("Dues not paid yet:"),
        items(rows),
        say("and {count} more", count=more) if more > 0 else None,
    )


def _next(state: State, zone: str) -> tuple[int, str] | None:
    """When which dues fall due next."""
    found = ((begins(it.next, zone), circle) for circle, it in state.dues.terms.items())
    return min(found, default=None)


def _due(state: State, rules: RulesAt) -> int | None:
    found = _next(state, rules(Place("", "")).text("zone"))
    return found[0] if found else None


def _happen(state: State, ask: Ask[Due]) -> Accepted:
    """A period begins: who is a member by then, and not exempt, owes their step for it."""
    zone = rules_at(state, ask)(Place("", "")).text("zone")
    found = _next(state, zone)
    assert found is not None, "nothing falls due where no dues are set"
    at, circle = found
    it = state.dues.terms[circle]
    if circle and circle not in state.circles.by_name:
        return Accepted((DuesEnded(circle=circle),))
    owing = [who for who in state.members.here if _owes(state, who, circle, it, at)]
    before = behind(state)
    event = DuesFell(circle=circle, first=it.next, members=tuple(who.number for who in owing))
    return Accepted((event,), (), tuple(_told(state, before, owing, circle)))


def _owes(state: State, who: Member, circle: str, it: Terms, at: int) -> bool:
    numbers = state.members.numbers(who.number)
    inside = not circle or not state.circles.by_name[circle].members.isdisjoint(numbers)
    return inside and who.since <= at and not state.dues.exempt_until(numbers, it.next)


def _told(
    state: State, before: list[tuple[Member, dict[str, int]]], owing: list[Member], circle: str
) -> Iterator[Reply]:
    """Who is behind from before is told so; and treasurers, who is."""
    more = {who.number for who in owing}
    for who, owed in before:
        if who.unreached:
            continue
        step = state.dues.step_of(state.members.numbers(who.number), circle)
        told = say("Of your dues {sums} is not paid yet.", sums=sums_told(owed))
        if who.number in more:
            amount = shown(state.dues.terms[circle].unit, step)
            told = say("{told} {amount} more falls due today.", told=told, amount=amount)
        yield Reply(told, to=who.number)
    told_all = behind_told(state)
    if told_all is None:
        return
    for who in state.members.here:
        if who.may(Role.TREASURER) and not who.unreached:
            yield Reply(told_all, to=who.number)


CLOCKWORK = Clockwork("dues", _due, _happen)


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """How much is missing; whose it is, treasurers see."""
    sums: dict[str, int] = {}
    for _, owed in behind(digest.state):
        for unit, count in owed.items():
            sums[unit] = sums.get(unit, 0) + count
    if sums:
        line = Typed("dues")
        yield say(
            "Dues not paid yet: {sums}. {line} tells treasurers whose.", sums=sums_told(sums), line=line
        )


TOLD = Told(needs=_needs)
