"""TimeOverflow: the transfers of a time bank as CSV, in whatever language it was exported.

Its five columns always stand in the same order: day, from, to, what it was for, hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.books.importing.hours import Answers, duration
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import Misfit, names_nobody, no_day, no_duration, theirs
from bot.books.importing.tables import POINT, Row, columns_of, day, order_of, read_table, words
from bot.language.units import HOUR
from bot.text.wording import say

_COLUMNS = ("date", "from", "to", "text", "quantity")
_QUANTITY = re.compile(r"-?\d+:\d\d")


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """The rows of a file. Raises Misfit."""
    headings = columns_of(text)
    if len(headings) != len(_COLUMNS) or len(set(headings)) != len(_COLUMNS):
        raise Misfit(
            say("it has not the five columns: day, from, to, offer, hours. Export the transfers")
        )
    rows = list(read_table(text, dict(zip(headings, _COLUMNS, strict=True))))
    whole = [each for each in rows if isinstance(each, Row)]
    if whole and not any(_QUANTITY.fullmatch(each.get("quantity")) for each in whole):
        raise Misfit(say("its last column holds no hours such as 1:30. Export the transfers"))
    order = order_of((it.get("date") for it in whole), answers.get("dates", ""))
    for each in rows:
        yield _found(each, order) if isinstance(each, Row) else Left(*each)


def _found(row: Row, order: str) -> Found | Left:
    date, seconds = day(row.get("date"), order), duration(row.get("quantity"), POINT)
    if date is None:
        return Left(row.line, no_day(row.get("date")))
    if seconds is None or not _QUANTITY.fullmatch(row.get("quantity")):
        return Left(row.line, no_duration(row.get("quantity")))
    if seconds <= 0:
        return Left(row.line, say("“{text}” is not above nothing", text=theirs(row.get("quantity"))))
    payer, to = words(row.get("from")), words(row.get("to"))
    if not payer or not to:
        return Left(row.line, names_nobody())
    return Found(
        row.line,
        payer,
        "h",
        int(seconds) // 60,
        date.isoformat(),
        "",
        words(row.get("text")),
        flow=Way.PAY,
        to=to,
        parts=HOUR,
    )
