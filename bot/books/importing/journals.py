"""Journals of plain text accounting: what becomes of their transactions here.

The map says under `[accounts]` what an account is: the treasury, the world outside (income, expenses,
capital), or a person whom the collective owes. What a transaction does beyond that is left out, named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import (
    LISTED_MAX,
    Doubt,
    beyond_measure,
    left_by_map,
    listed,
    moves_nothing,
    theirs,
)
from bot.books.importing.tables import words
from bot.language.units import UNITS, Unit, UnitClass
from bot.text.wording import Say, Words, joined, say

TREASURY, OUTSIDE, PERSON, SKIP = "treasury", "outside", "person", "skip"
ROLES = (TREASURY, OUTSIDE, PERSON, SKIP)

_USUAL = {"assets": TREASURY, "income": OUTSIDE, "revenues": OUTSIDE, "revenue": OUTSIDE}
_USUAL |= {"expenses": OUTSIDE, "equity": OUTSIDE}
ACCOUNTS = "accounts."
UNIT = "units."
DEPTH_MAX = 50
"""So many parts of an account are looked at, from the first on: no book that people read has more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A posting: so much of a commodity on an account; no amount where it was left out."""

    account: str
    amount: Decimal | None
    commodity: str = ""


@dataclass(slots=True)
class Transaction:
    """What happened on a day (ISO); with a `fault`, why it cannot be taken."""

    line: int
    day: str
    text: str
    postings: list[Line] = field(default_factory=list)
    fault: Say | None = None


def entries(found: Iterable[Transaction], answers: Answers) -> Iterator[Found | Left]:
    """What the transactions of a journal are here. Raises Doubt where an account is not known."""
    every = list(found)
    accounts = dict.fromkeys(each.account for it in every if not it.fault for each in it.postings)
    roles = {name: _role(name, answers) for name in accounts}
    unknown = [name for name, role in roles.items() if not role]
    if unknown:
        raise Doubt(
            say(
                "Say under [accounts] what {accounts} is: {roles}.",
                accounts=listed(unknown),
                roles=joined(ROLES),
            )
        )
    for role in ROLES:
        names = [name for name, it in roles.items() if it == role]
        for start in range(0, len(names), LISTED_MAX):
            yield Left(0, _role_told(role, names[start : start + LISTED_MAX]))
    for each in every:
        yield from _taken(each, roles, answers)


def _role_told(role: str, names: list[str]) -> Say:
    return say("Taken for {role}: {accounts}.", role=Words(role), accounts=listed(names))


def _no_unit(name: str) -> Say:
    return say("“{text}” is no unit that I know; say under [units] which it is", text=theirs(name))


def _role(account: str, answers: Answers) -> str:
    """What an account is by the map, or one above it; else by how its first part is called."""
    parts = account.split(":", DEPTH_MAX)[:DEPTH_MAX]
    for end in range(len(parts), 0, -1):
        given = answers.get(ACCOUNTS + ":".join(parts[:end]))
        if given:
            return given
    return _USUAL.get(parts[0].casefold(), "")


def _taken(it: Transaction, roles: Mapping[str, str], answers: Answers) -> list[Found | Left]:
    """All that a transaction does, or why nothing of it is taken."""
    if it.fault:
        return [Left(it.line, it.fault)]
    postings, why = _filled(it.postings)
    if why:
        return [Left(it.line, why)]
    made: list[Found | Left] = []
    for name in dict.fromkeys(each.commodity for each in postings):
        mine = [each for each in postings if each.commodity == name and each.amount]
        if any(roles[each.account] == SKIP for each in mine):
            return [Left(it.line, left_by_map())]
        unit = UNITS.get(answers.get(UNIT + name, name))
        if unit is None or unit.unit_class is UnitClass.OWN:
            return [Left(it.line, _no_unit(name))]
        if any(each.amount * unit.parts % 1 for each in mine if each.amount):
            why_not = say("has amounts finer than the smallest part of {unit}", unit=unit.code)
            return [Left(it.line, why_not)]
        if any(abs(each.amount * unit.parts) >= 10**15 for each in mine if each.amount):
            return [Left(it.line, beyond_measure())]
        moves = _money(mine, roles) if unit.unit_class is UnitClass.MONEY else _work(mine, roles)
        if isinstance(moves, Say):
            return [Left(it.line, moves)]
        made += [_found(it, unit, *each) for each in moves]
    return made or [Left(it.line, moves_nothing())]


def _filled(postings: list[Line]) -> tuple[list[Line], Say | None]:
    """The postings with the amount that one left out; or why they do not add up."""
    sums: dict[str, Decimal] = {}
    for each in postings:
        if each.amount is not None:
            sums[each.commodity] = sums.get(each.commodity, Decimal(0)) + each.amount
    open_ = [each for each in postings if each.amount is None]
    if len(open_) > 1:
        return [], say("leaves out several amounts")
    off = {name: amount for name, amount in sums.items() if amount}
    if not open_:
        return postings, say("does not add up") if off else None
    whole = [each for each in postings if each.amount is not None]
    return [*whole, *(Line(open_[0].account, -amount, name) for name, amount in off.items())], None


_Move = tuple[str, str, Decimal, str]
"""A way, a person's account or none, how much, and the account of the world outside."""


def _money(mine: list[Line], roles: Mapping[str, str]) -> list[_Move] | Say:
    """What moves in a currency, or why that cannot be said."""
    by_role: dict[str, list[tuple[str, Decimal]]] = {name: [] for name in ROLES}
    for each in mine:
        by_role[roles[each.account]].append((each.account, each.amount or Decimal(0)))
    outside, people = by_role[OUTSIDE], by_role[PERSON]
    cash = sum(amount for _, amount in by_role[TREASURY])
    if not people:
        if not outside:
            return say("moves only within the treasury")
        return [
            (Way.INCOME if amount < 0 else Way.EXPENSE, "", abs(amount), account)
            for account, amount in outside
        ]
    if not by_role[TREASURY] and len(people) == 1 and people[0][1] < 0:
        if all(amount > 0 for _, amount in outside):
            return [(Way.LAID_OUT, people[0][0], amount, account) for account, amount in outside]
    elif not outside and cash < 0 and all(amount > 0 for _, amount in people):
        return [(Way.PAYOUT, account, amount, "") for account, amount in people]
    names = listed(dict.fromkeys(each.account for each in mine))
    return say("moves money in a way that is not known here ({accounts})", accounts=names)


def _work(mine: list[Line], roles: Mapping[str, str]) -> list[_Move] | Say:
    """Hours and goods that people gave, or why that cannot be said."""
    given = [it for it in mine if roles[it.account] == PERSON]
    world = [it for it in mine if roles[it.account] == OUTSIDE]
    if len(given) + len(world) == len(mine) and all((it.amount or 0) > 0 for it in given) and given:
        where = world[0].account if world else ""
        return [("", it.account, it.amount or Decimal(0), where) for it in given]
    return say("moves what is no money in a way that is not known here")


def _found(it: Transaction, unit: Unit, way: str, who: str, amount: Decimal, where: str) -> Found:
    text = " · ".join(each for each in (it.text, where) if each)
    return Found(
        it.line, words(who), unit.code, int(amount * unit.parts), it.day, "", words(text), flow=way
    )
