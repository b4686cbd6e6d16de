"""The ledger as a table (CSV, RFC 4180), a posting a row, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula begins with an apostrophe, which it does not show
(OWASP, CSV Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from bot.books.exporting.slips import TAG
from bot.books.exporting.transactions import (
    Transaction,
    commodity,
    exact,
    instant_of,
    member_name,
    one_line,
)
from bot.collective.state import State

COLUMNS = (
    "seq",
    "day",
    "written",
    "ref",
    "event",
    "by",
    "account",
    "member",
    "amount",
    "unit",
    "kind",
    "circle",
    "what",
    "proof",
    "undoes",
    "slip",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows(state: State, found: Iterable[Transaction]) -> Iterator[str]:
    """The lines of the table, each with its end; amounts are plain numbers with a point."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")

    def told(cells: Iterable[str | int]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow(cells)
        return line.getvalue()

    yield told(COLUMNS)
    for each in found:
        for posting in each.postings:
            root, _, number = posting.account.partition(":")
            member = member_name(state, int(number)) if root in {"member", "held", "between"} else ""
            yield told(
                (
                    each.seq,
                    each.day,
                    instant_of(each.at),
                    each.ref,
                    each.event,
                    safe(member_name(state, each.by)),
                    safe(posting.account),
                    safe(member),
                    exact(posting.count, posting.unit),
                    commodity(posting.unit),
                    safe(each.tags.get("kind", "")),
                    safe(each.tags.get("circle", "")),
                    safe(each.what),
                    safe(each.proof),
                    each.undoes,
                    each.tags.get(TAG, ""),
                )
            )


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    plain = one_line(text)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
