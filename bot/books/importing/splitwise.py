"""Splitwise: a group's CSV. Of each row it tells what it left with whom, not who paid: so nets come.

Whoever is below nothing owes whoever is above it; the largest owe the largest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import Misfit, a_sum, no_currency, no_day, no_number, too_fine
from bot.books.importing.tables import (
    Row,
    aliases,
    columns_of,
    day,
    decimal_of,
    number,
    order_of,
    read_table,
    words,
)
from bot.language.units import UNITS, Unit, UnitClass
from bot.text.wording import Code, Say, say

_HEADINGS = aliases(
    {
        "date": ("Date", "Datum", "Data", "Fecha"),
        "text": ("Description", "Beschreibung", "Descrizione", "Descripción", "Descrição"),
        "category": ("Category", "Kategorie", "Categoria", "Categoría", "Catégorie"),
        "cost": ("Cost", "Kosten", "Costo", "Coste", "Coût", "Custo"),
        "currency": ("Currency", "Währung", "Valuta", "Moneda", "Devise", "Moeda"),
    }
)
_TOTALS = frozenset(
    {"total balance", "gesamtbilanz", "saldo totale", "saldo total", "solde total", "gesamtsaldo"}
)
_PERSON = "person "
_SIGNS = re.compile(r"-{2,}")


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """The rows of a file. Raises Misfit or Doubt."""
    before, body = _body(text)
    people = [each for each in columns_of(body) if each not in _HEADINGS]
    if len(people) < 2:
        raise Misfit(say("it has no columns of people behind the currency"))
    if len(set(people)) < len(people):
        raise Misfit(say("two of its people are called the same; rename one there"))
    names = _HEADINGS | {name: f"{_PERSON}{count}" for count, name in enumerate(people)}
    shown = dict(enumerate(columns_of(body, folded=False)[-len(people) :]))
    rows = list(read_table(body, names))
    whole = [each for each in rows if isinstance(each, Row)]
    order = order_of((it.get("date") for it in whole), answers.get("dates", ""))
    decimal = decimal_of(_samples(whole, len(people)), answers.get("decimal", ""))
    for each in rows:
        if not isinstance(each, Row):
            yield Left(each[0] + before, each[1])
        else:
            each.line += before
            yield from _nets(each, shown, order, decimal)


def _body(text: str) -> tuple[int, str]:
    """How many lines stand before the header, and the text from there."""
    lines = text.splitlines(keepends=True)
    for count, line in enumerate(lines):
        if {"date", "text", "cost", "currency"} <= {
            _HEADINGS.get(each, "") for each in columns_of(line)
        }:
            return count, "".join(lines[count:])
    header = Code("Date,Description,Category,Cost,Currency")
    raise Misfit(say("it has no header {header} and then the people", header=header))


def _samples(rows: list[Row], people: int) -> Iterator[str]:
    for row in rows:
        for name in ("cost", *(f"{_PERSON}{count}" for count in range(people))):
            if row.get(name):
                yield _SIGNS.sub("-", row.get(name))


def _nets(row: Row, people: Mapping[int, str], order: str, decimal: str) -> Iterator[Found | Left]:
    if row.get("text").casefold() in _TOTALS:
        yield Left(row.line, a_sum())
        return
    date, unit = day(row.get("date"), order), UNITS.get(row.get("currency").upper())
    if date is None:
        yield Left(row.line, no_day(row.get("date")))
        return
    if unit is None or unit.unit_class is not UnitClass.MONEY:
        yield Left(row.line, no_currency(row.get("currency")))
        return
    nets, why = _read_nets(row, people, unit, decimal)
    if why:
        yield Left(row.line, why)
        return
    text = " · ".join(each for each in (row.get("text"), row.get("category")) if each)
    for payer, to, count in settled(nets):
        yield Found(
            row.line,
            words(payer),
            unit.code,
            count,
            date.isoformat(),
            "",
            words(text),
            flow=Way.PAY,
            to=words(to),
            parts=unit.parts,
        )


def _read_nets(
    row: Row, people: Mapping[int, str], unit: Unit, decimal: str
) -> tuple[dict[str, int], Say | None]:
    """What the row left with each, or why it cannot be said."""
    nets: dict[str, int] = {}
    for count, name in people.items():
        cell = _SIGNS.sub("-", row.get(f"{_PERSON}{count}"))
        amount = number(cell, decimal) if cell else Decimal(0)
        if amount is None:
            return {}, no_number(cell)
        parts = amount * unit.parts
        if parts != int(parts):
            return {}, too_fine(amount, unit)
        if parts:
            nets[name] = int(parts)
    if sum(nets.values()):
        return {}, say("does not add up: what some owe is not what others get")
    return nets, None if nets else say("leaves nothing with anybody")


def settled(nets: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """Who owes whom how much, by what is left with each; the nets have to sum to zero."""
    owing = sorted(((-net, name) for name, net in nets.items() if net < 0), reverse=True)
    getting = sorted(((net, name) for name, net in nets.items() if net > 0), reverse=True)
    while owing and getting:
        (owed, payer), (due, to) = owing.pop(0), getting.pop(0)
        count = min(owed, due)
        yield payer, to, count
        if owed > count:
            owing.insert(0, (owed - count, payer))
        if due > count:
            getting.insert(0, (due - count, to))
