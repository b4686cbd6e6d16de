"""Beancount: a journal. Only plain transactions are read; the licence of its own parser bars that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.journals import Line, Transaction, entries
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Misfit, has_price, no_amount, no_day, theirs
from bot.books.importing.tables import POINT, YEAR_FIRST, day, number, words
from bot.text.wording import Say, say

_DATED = re.compile(r"(\d{4}[-/]\d{2}[-/]\d{2})\s+(\S+)(.*)")
_STRING = re.compile(r'"((?:[^"\\]|\\.?)*)(?:"|$)')
"""A text, or what is left of one to the end of the line: each sign is looked at once."""

_COMMENT = re.compile(rf"({_STRING.pattern})|;.*")
_POSTING = re.compile(r"(?:[*!]\s+)?(\w[\w-]*(?::[\w-]+)+)(?:\s+(.*))?")
_AMOUNT = re.compile(r"([-+]?)\s*(\d[\d,]*(?:\.\d*)?)\s*([A-Z][A-Z0-9'._-]*)")
_META = re.compile(r"[a-z][\w-]*:(\s.*)?")
_FLAGS = frozenset({"*", "!", "txn"})
_PASSED = frozenset(
    {"open", "close", "balance", "price", "note", "document", "event", "custom", "commodity", "query"}
)
_UNDATED = ("option", "pushtag", "poptag", "pushmeta", "popmeta")


def read(text: str, answers: Answers) -> Iterator[Found | Left]:
    """What the transactions of a journal are here. Raises Misfit or Doubt."""
    found = list(_transactions(text))
    if not found:
        raise Misfit(say("it holds no transaction of {program}", program="Beancount"))
    yield from entries(found, answers)


def _transactions(text: str) -> Iterator[Transaction]:
    current: Transaction | None = None
    for count, whole in enumerate(text.splitlines(), 1):
        line = _bare(whole)
        if not line.strip() or line[0] == "*":
            continue
        if line[0].isspace():
            if current is not None:
                _take(current, line.strip())
            continue
        if current is not None:
            yield current
        current = _begun(count, line)
    if current is not None:
        yield current


def _bare(line: str) -> str:
    """A line without its comment, which begins at a semicolon outside of texts."""
    return _COMMENT.sub(lambda it: it[1] or "", line).rstrip()


def _begun(count: int, line: str) -> Transaction | None:
    """The transaction that a line begins; None for what is none and changes nothing. Raises Misfit."""
    match = _DATED.fullmatch(line)
    if match is None:
        if line.split(maxsplit=1)[0] in _UNDATED:
            return None
        raise Misfit(_not_understood(count, line.split(maxsplit=1)[0]))
    date, what = day(match[1].replace("/", "-"), YEAR_FIRST), match[2]
    if what in _PASSED:
        return None
    if what not in _FLAGS:
        raise Misfit(_not_understood(count, what))
    if match[3].count('"') % 2:
        raise Misfit(say("line {line} is cut off within a text", line=count))
    told = " · ".join(each.replace('\\"', '"') for each in _STRING.findall(match[3]) if each)
    it = Transaction(count, date.isoformat() if date else "", words(told))
    it.fault = None if date else no_day(match[1])
    return it


def _not_understood(line: int, text: str) -> Say:
    return say("line {line} is not understood here: {text}", line=line, text=theirs(text))


def _take(it: Transaction, body: str) -> None:
    """A posting, or what is told beside one."""
    if _META.fullmatch(body) or body[0] in "#^":
        return
    match = _POSTING.fullmatch(body)
    if match is None:
        it.fault = it.fault or say("“{text}” is no posting", text=theirs(body))
        return
    account, amount = match[1], (match[2] or "").strip()
    if "@" in amount or "{" in amount:
        it.fault = it.fault or has_price()
    if not amount:
        it.postings.append(Line(account, None))
        return
    found = _AMOUNT.fullmatch(amount)
    value = number(found[2], POINT) if found else None
    if found is None or value is None:
        it.fault = it.fault or no_amount(amount)
        value, unit, sign = Decimal(0), "", 1
    else:
        unit, sign = found[3], -1 if found[1] == "-" else 1
    it.postings.append(Line(account, sign * value, unit))
