"""CAMT.053: a bank's statement as XML (ISO 20022), of any version; only what is booked is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError, fromstring

from bot.books.importing.hours import Answers
from bot.books.importing.money import account_key, moved
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Misfit, theirs
from bot.books.importing.tables import YEAR_FIRST, amount_of, day
from bot.text.wording import Figure, say

_UNSAFE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_NO_REFERENCE = {"", "NOTPROVIDED", "NONREF"}


def read(text: str, _: Answers) -> Iterator[Found | Left]:
    """The entries of all statements in a file. Raises Misfit."""
    if _UNSAFE.search(text):
        raise Misfit(say("it declares entities, which no statement does"))
    try:
        # Without entities there is nothing that could grow or be fetched.
        root = fromstring(text.encode())  # noqa: S314
    except (ParseError, LookupError, ValueError) as why:  # also an encoding that there is not
        raise Misfit(say("it is cut off or no XML")) from why
    statements = root.findall(".//{*}Stmt")
    if not statements:
        raise Misfit(say("it has no statement (Stmt) of CAMT.053"))
    number = 0
    for statement in statements:
        _check_sum(statement)
        account = account_key(_at(statement, "Acct/Id/IBAN") or _at(statement, "Acct/Id/Othr/Id"))
        for entry in statement.findall("{*}Ntry"):
            number += 1
            yield _found(entry, account, number)


def _found(entry: Element, account: str, number: int) -> Found | Left:
    status = _at(entry, "Sts/Cd") or _at(entry, "Sts")
    if status != "BOOK":
        why = say("is not booked yet ({status})", status=theirs(status)) if status else None
        return Left(number, why or say("has no status that says it is booked"))
    date = day(_at(entry, "BookgDt/Dt") or _at(entry, "BookgDt/DtTm"), YEAR_FIRST)
    if date is None:
        return Left(number, say("has no day of booking"))
    reference = _at(entry, "AcctSvcrRef")
    reference = "" if reference in _NO_REFERENCE else reference
    details = [
        *(each.text or "" for each in entry.findall(".//{*}RltdPties//{*}Nm")),
        *(each.text or "" for each in entry.findall(".//{*}RmtInf/{*}Ustrd")),
        _at(entry, "AddtlNtryInf"),
    ]
    return moved(
        number,
        _amount(entry),
        _currency(entry),
        date.isoformat(),
        " · ".join(dict.fromkeys(each.strip() for each in details if each.strip())),
        f"{account}#{reference}",
    )


def _check_sum(statement: Element) -> None:
    """Refuse a statement whose entries do not lead from its opening to its closing balance."""
    balances: dict[str, Decimal] = {}
    for each in statement.findall("{*}Bal"):
        amount = _amount(each)
        if amount is not None:
            balances.setdefault(_at(each, "Tp/CdOrPrtry/Cd"), amount)
    begin, end = balances.get("OPBD", balances.get("PRCD")), balances.get("CLBD")
    booked = (
        _amount(each) or Decimal(0)
        for each in statement.findall("{*}Ntry")
        if (_at(each, "Sts/Cd") or _at(each, "Sts")) == "BOOK"
    )
    if begin is not None and end is not None and begin + sum(booked) != end:
        raise Misfit(
            say(
                "its entries do not lead from {begin} to {end}: something is missing",
                begin=Figure(str(begin)),
                end=Figure(str(end)),
            )
        )


def _amount(element: Element) -> Decimal | None:
    amount = amount_of(_at(element, "Amt"))
    sign = {"CRDT": 1, "DBIT": -1}.get(_at(element, "CdtDbtInd"))
    return None if sign is None or amount is None else sign * amount


def _currency(entry: Element) -> str:
    found = entry.find("{*}Amt")
    return "" if found is None else found.get("Ccy", "")


def _at(element: Element, path: str) -> str:
    found = element.find("/".join(f"{{*}}{name}" for name in path.split("/")))
    return "" if found is None or found.text is None else found.text.strip()
