"""A bank's statement as CSV: every bank writes its own, so the map says which column is what.

Under `[bank]`: `date`, `amount` (or `debit` and `credit`), `text`, and `unit` or `currency` (a column);
`name`, `skip` (lines before the header) and `account` as they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.money import account_key, moved
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Doubt, Misfit, listed, no_day
from bot.books.importing.tables import (
    Row,
    day,
    decimal_of,
    header_of,
    number,
    order_of,
    read_table,
    untaken,
)
from bot.text.wording import say

COLUMNS = ("date", "amount", "debit", "credit", "text", "name", "currency")
SETTINGS = ("unit", "skip", "account")


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """The rows of a file. Raises Misfit or Doubt."""
    bank = {
        name: answers[f"bank.{name}"] for name in (*COLUMNS, *SETTINGS) if f"bank.{name}" in answers
    }
    if not {"date", "text"} <= set(bank) or not {"amount", "debit"} & set(bank):
        raise Doubt(say("Say under [bank] which column is date, amount (or debit, credit), text."))
    if not {"unit", "currency"} & set(bank):
        raise Doubt(say("Say under [bank] the unit, or which column is the currency."))
    skip = int(bank.get("skip", "0"))
    body = "".join(text.splitlines(keepends=True)[skip:])
    headings = {bank[name].casefold(): name for name in COLUMNS if name in bank}
    missing = {name for name in COLUMNS if name in bank} - header_of(body, headings)
    if missing:
        columns = listed(sorted(bank[name] for name in missing))
        raise Misfit(say("it has no column {columns}", columns=columns))
    if told := untaken(body, headings):
        yield Left(0, told)
    rows = list(read_table(body, headings))
    whole = [each for each in rows if isinstance(each, Row)]
    order = order_of((it.get("date") for it in whole), answers.get("dates", ""))
    samples = (it.get(name) for it in whole for name in ("amount", "debit", "credit") if it.get(name))
    decimal = decimal_of(samples, answers.get("decimal", ""))
    for each in rows:
        if isinstance(each, Row):
            yield _found(each, bank, order, decimal, skip)
        else:
            yield Left(each[0] + skip, each[1])


def _amount(row: Row, decimal: str) -> Decimal | None:
    """What came in less what went out; None where a cell of these is no number, or all are empty."""
    filled = [name for name in ("amount", "credit", "debit") if row.get(name)]
    numbers = [number(row.get(name), decimal) for name in filled]
    if not filled or None in numbers:
        return None
    if filled[0] == "amount":
        return numbers[0]
    signed = zip(filled, numbers, strict=True)
    return sum((-abs(it) if name == "debit" else it for name, it in signed if it), Decimal(0))


def _found(row: Row, bank: dict[str, str], order: str, decimal: str, skip: int) -> Found | Left:
    line, date = row.line + skip, day(row.get("date"), order)
    if date is None:
        return Left(line, no_day(row.get("date")))
    amount = _amount(row, decimal)
    text = " · ".join(each for each in (row.get("name"), row.get("text")) if each)
    currency = row.get("currency") or bank.get("unit", "")
    account = f"{account_key(bank.get('account', ''))}#"
    return moved(line, amount, currency, date.isoformat(), text, account)
