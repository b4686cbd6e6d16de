"""OFX: a bank's statement, as SGML or XML. Banks write it carelessly: one bad row spoils no other."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from decimal import Decimal

from bot.books.importing.hours import Answers
from bot.books.importing.money import account_key, moved
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Misfit, no_day
from bot.books.importing.tables import YEAR_FIRST, amount_of, day
from bot.text.wording import say

_ROW = re.compile(r"<STMTTRN>(.*?)(?=</STMTTRN>|<STMTTRN>|</BANKTRANLIST>)", re.DOTALL | re.IGNORECASE)
_FIELD = re.compile(r"<([A-Z0-9.]+)>([^<\r\n]*)", re.IGNORECASE)
_STATEMENT = re.compile(
    r"<(?:CC)?STMTRS>(.*?)(</(?:CC)?STMTRS>|(?=<(?:CC)?STMTRS>)|\Z)", re.DOTALL | re.IGNORECASE
)


def read(text: str, _: Answers) -> Iterator[Found | Left]:
    """The movements of all accounts in a file. Raises Misfit."""
    if "<OFX>" not in text.upper():
        raise Misfit(say("it is no OFX"))
    if "</OFX>" not in text.upper():
        raise Misfit(say("it is cut off: its end is missing"))
    line, counted = 1, 0
    for statement in _STATEMENT.finditer(text):
        if not statement[2]:
            raise Misfit(say("it is cut off: a statement in it has no end"))
        fields = _fields(statement[1].upper().split("<STMTTRN>")[0])
        account = account_key(fields.get("BANKID", "") + fields.get("ACCTID", ""))
        for row in _ROW.finditer(text, statement.start(), statement.end()):
            line += text.count("\n", counted, row.start())
            counted = row.start()
            yield _found(_fields(row[1]), fields.get("CURDEF", ""), account, line)


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text):
        found.setdefault(match[1].upper(), html.unescape(match[2]).strip())
    return found


def _found(row: dict[str, str], currency: str, account: str, line: int) -> Found | Left:
    posted = row.get("DTPOSTED", "")
    date = day(f"{posted[:4]}-{posted[4:6]}-{posted[6:8]}", YEAR_FIRST) or day(posted, YEAR_FIRST)
    if date is None:
        return Left(line, no_day(posted))
    amount = _amount(row.get("TRNAMT", ""))
    text = " · ".join(dict.fromkeys(row[name] for name in ("NAME", "MEMO") if row.get(name)))
    # Banks give one id to several movements: with day and amount it is one again.
    native = row.get("FITID", "")
    reference = f"{native}:{date}:{amount}" if native else ""
    return moved(line, amount, currency, date.isoformat(), text, f"{account}#{reference}")


def _amount(text: str) -> Decimal | None:
    """An amount, with a point or a comma before its decimals; the standard knows no groups."""
    return amount_of(text.replace(",", "."))
