"""Opening balances: a table of one's own, `person, amount, unit, day`; `kind` and `text` if known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import (
    Misfit,
    beyond_measure,
    names_nobody,
    no_columns,
    no_day,
    no_number,
    theirs,
    too_fine,
)
from bot.books.importing.tables import (
    Row,
    aliases,
    day,
    decimal_of,
    header_of,
    number,
    order_of,
    read_table,
    untaken,
    words,
)
from bot.language.units import UNITS, Unit
from bot.text.wording import Code, Figure, Say, joined, say

_HEADINGS = aliases(
    {
        "person": ("person", "name", "member", "mitglied"),
        "amount": ("amount", "balance", "betrag", "saldo", "menge"),
        "unit": ("unit", "currency", "einheit", "währung"),
        "date": ("day", "date", "tag", "datum"),
        "kind": ("kind", "art"),
        "text": ("text", "what", "was", "beschreibung"),
    }
)
_UNITS = {code.casefold(): unit for code, unit in UNITS.items()}


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """The rows of a file. Raises Misfit or Doubt."""
    missing = {"person", "amount", "unit", "date"} - header_of(text, _HEADINGS)
    if missing:
        told = no_columns([Code(name) for name in sorted(missing)])
        first = say("Its first line is to be: {line}", line=Code("person,amount,unit,day"))
        raise Misfit(joined([told, first], ". "))
    if note := untaken(text, _HEADINGS):
        yield Left(0, note)
    rows = list(read_table(text, _HEADINGS))
    whole = [each for each in rows if isinstance(each, Row)]
    order = order_of((it.get("date") for it in whole), answers.get("dates", ""))
    decimal = decimal_of((it.get("amount") for it in whole), answers.get("decimal", ""))
    for each in rows:
        yield _found(each, order, decimal) if isinstance(each, Row) else Left(*each)


def _found(row: Row, order: str, decimal: str) -> Found | Left:
    unit, date = _UNITS.get(row.get("unit").casefold()), day(row.get("date"), order)
    if unit is None:
        return Left(row.line, say("“{text}” is no unit that I know", text=theirs(row.get("unit"))))
    if date is None:
        return Left(row.line, no_day(row.get("date")))
    amount = number(row.get("amount"), decimal)
    if amount is None:
        return Left(row.line, no_number(row.get("amount")))
    why = _unfit(amount, unit)
    person = words(row.get("person"))
    if why or not person:
        return Left(row.line, why or names_nobody())
    text = words(row.get("text")) or "opening balance"
    count = int(amount * unit.parts)
    return Found(row.line, person, unit.code, count, date.isoformat(), words(row.get("kind")), text)


def _unfit(amount: Decimal, unit: Unit) -> Say | None:
    parts = amount * unit.parts
    if amount <= 0:
        return say(
            "{amount} is not above nothing: what somebody owes is no contribution",
            amount=Figure(f"{amount:f}"),
        )
    if parts != int(parts):
        return too_fine(amount, unit)
    return None if parts < 10**15 else beyond_measure()
