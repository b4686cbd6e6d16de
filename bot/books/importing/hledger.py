"""hledger: a journal, best as `hledger print -x` writes it: every amount told, nothing included.

Only plain transactions are read. What makes up others (rules, includes, aliases) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.journals import Line, Transaction, entries
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Misfit, has_price, no_amount, no_day
from bot.books.importing.tables import YEAR_FIRST, day, decimal_of, number, words
from bot.text.wording import Code, say

_HEAD = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?:=\S+)?(?: +[*!])?(?: *\([^)]*\))?(?: +(.*))?")
_PASSED = ("account", "commodity", "D", "P", "payee", "tag", "decimal-mark", "Y", "year")
_AMOUNT = re.compile(
    r"(?P<sign>[-+]?) ?(?:"
    r"(?P<before>\"[^\"]+\"|[^-+0-9\s.,;@={\"]+) ?(?P<minus>[-+]?)(?P<first>\d[\d., ]*)"
    r"|(?P<second>\d[\d., ]*?) ?(?P<behind>\"[^\"]+\"|[^-+0-9\s.,;@={\"]+))"
)
_Raw = tuple[Transaction, list[tuple[str, str]]]


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """What the transactions of a journal are here. Raises Misfit or Doubt."""
    raw = list(_raw(text))
    if not raw:
        raise Misfit(say("it holds no transaction of {program}", program="hledger"))
    samples = (it["first"] or it["second"] for it in _amounts(raw))
    decimal = decimal_of(samples, answers.get("decimal", ""))
    for it, rows in raw:
        it.postings = [_posting(it, account, amount, decimal) for account, amount in rows]
    yield from entries((it for it, _ in raw), answers)


def _raw(text: str) -> Iterator[_Raw]:
    """The transactions, their postings still as text: account and amount. Raises Misfit."""
    current: _Raw | None = None
    passed = False
    for count, line in _lines(text):
        if line[0].isspace():
            body = line.strip()
            if not passed and current is None:
                raise Misfit(say("line {line} belongs to no transaction", line=count))
            if not passed and current is not None:
                current[1].append(_parted(current[0], body))
        elif match := _HEAD.fullmatch(line):
            if current is not None:
                yield current
            current, passed = (_begun(count, match), []), False
        elif line.split()[0] in _PASSED:
            passed = True
        else:
            raise Misfit(
                say(
                    "line {line} is not understood; bring what {command} writes",
                    line=count,
                    command=Code("hledger print -x"),
                )
            )
    if current is not None:
        yield current


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, without comments. Raises Misfit."""
    comment = False
    for count, whole in enumerate(text.splitlines(), 1):
        line = whole.split(";", 1)[0].rstrip()
        if comment or line == "comment":
            comment = line != "end comment"
        elif line and line[0] not in "#*%|":
            yield count, line
    if comment:
        raise Misfit(say("it is cut off within a comment"))


def _begun(count: int, match: re.Match[str]) -> Transaction:
    date = day(re.sub("[/.]", "-", match[1]), YEAR_FIRST)
    it = Transaction(count, date.isoformat() if date else "", words(match[2] or ""))
    it.fault = None if date else no_day(match[1])
    return it


def _parted(it: Transaction, body: str) -> tuple[str, str]:
    """The account and the amount of a posting."""
    account, *rest = re.split(r"\t| {2,}", re.sub(r"^[*!]\s+", "", body), maxsplit=1)
    if account[0] in "([":
        it.fault = it.fault or say("has virtual postings")
    amount = rest[0].strip() if rest else ""
    if "@" in amount or "{" in amount:
        it.fault = it.fault or has_price()
    asserted = amount.split("=", 1)
    if len(asserted) > 1 and not asserted[0].strip():
        it.fault = it.fault or say("sets a balance instead of an amount")
    return account, asserted[0].strip()


def _amounts(raw: list[_Raw]) -> Iterator[re.Match[str]]:
    for it, rows in raw:
        for _, amount in rows:
            match = _AMOUNT.fullmatch(amount)
            if match and not it.fault:
                yield match


def _posting(it: Transaction, account: str, amount: str, decimal: str) -> Line:
    if not amount:
        return Line(account, None)
    match = _AMOUNT.fullmatch(amount)
    value = number(match["first"] or match["second"], decimal) if match else None
    if match is None or value is None:
        it.fault = it.fault or no_amount(amount)
        return Line(account, Decimal(0))
    negative = (match["sign"] == "-") != (match["minus"] == "-")
    return Line(account, -value if negative else value, (match["before"] or match["behind"]).strip('"'))
