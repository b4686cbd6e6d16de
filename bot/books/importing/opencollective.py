"""Open Collective: the CSV of an account's transactions, with field names (`useFieldNames=1`).

Each row is what it left on the account (`netAmount`), so that fees, taxes and refunds, which are rows
of their own, add up.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.books.importing.hours import Answers
from bot.books.importing.money import account_key, moved
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Misfit, listed, no_columns, no_day
from bot.books.importing.tables import (
    Row,
    aliases,
    day,
    header_of,
    number,
    order_of,
    read_table,
    untaken,
)
from bot.text.wording import Code, joined, say

LIMIT = 1_000
"""So many rows the export gives unless it is asked for more."""

_NAMES = (
    *("datetime", "shortId", "legacyId", "publicId", "description", "type", "kind", "netAmount"),
    *("currency", "accountSlug", "oppositeAccountName"),
)
_HEADINGS = aliases({name: (name,) for name in _NAMES})


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """The rows of a file. Raises Misfit or Doubt."""
    header = header_of(text, _HEADINGS)
    missing = {"datetime", "netAmount", "currency", "accountSlug"} - header
    if missing:
        told = no_columns([Code(name) for name in sorted(missing)])
        raise Misfit(joined([told, say("Add {setting}", setting=Code("useFieldNames=1"))], ". "))
    if note := untaken(text, _HEADINGS):
        yield Left(0, note)
    rows = list(read_table(text, _HEADINGS))
    if len(rows) == LIMIT:
        raise Misfit(
            say(
                "it has {count} rows, where the export stops by itself: add {setting}",
                count=LIMIT,
                setting=Code("limit=100000"),
            )
        )
    whole = [each for each in rows if isinstance(each, Row)]
    order = order_of((it.get("datetime") for it in whole), answers.get("dates", ""))
    slugs = {each.get("accountSlug") for each in whole}
    if len(slugs) > 1:
        raise Misfit(
            say("it is of several accounts ({accounts}); export one", accounts=listed(sorted(slugs)))
        )
    for each in rows:
        yield _found(each, order) if isinstance(each, Row) else Left(*each)


def _found(row: Row, order: str) -> Found | Left:
    date = day(row.get("datetime"), order)
    if date is None:
        return Left(row.line, no_day(row.get("datetime")))
    reference = row.get("publicId") or row.get("legacyId") or row.get("shortId")
    text = " · ".join(
        each
        for each in (row.get("description"), row.get("oppositeAccountName"), row.get("kind"))
        if each
    )
    native = f"{account_key(row.get('accountSlug'))}#{reference}"
    amount = number(row.get("netAmount"), "point")
    return moved(row.line, amount, row.get("currency"), date.isoformat(), text, native)
