"""SourceCred: `ledger.json`, as lines of JSON or as one array. What was shared out, and passed on.

Amounts are 10⁻¹⁸ of a grain. People are known by ids, which a merging turns into others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.books.importing.hours import Answers
from bot.books.importing.jsontext import Object, list_of, object_of, objects, text_of
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import Misfit, not_named, theirs, to_themselves
from bot.books.importing.tables import words
from bot.text.wording import say

GRAIN, PARTS = "grain", 10**18
DIGITS_MAX = 40


@dataclass(slots=True)
class _People:
    """Names by id; who was merged is somebody else since."""

    names: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)

    def take(self, action: Object) -> None:
        """What an action says of them."""
        match action.get("type"):
            case "CREATE_IDENTITY":
                identity = object_of(action, "identity")
                self.names[text_of(identity, "id")] = words(text_of(identity, "name"))
            case "RENAME_IDENTITY":
                self.names[text_of(action, "identityId")] = words(text_of(action, "newName"))
            case "MERGE_IDENTITIES":
                self.merged[text_of(action, "target")] = text_of(action, "base")
            case _:
                pass

    def name(self, number: str) -> str:
        """How somebody is called in the end."""
        seen: set[str] = set()
        while number in self.merged and number not in seen:
            seen.add(number)
            number = self.merged[number]
        # Whoever is asked for next goes the whole way in one step.
        self.merged |= dict.fromkeys(seen, number)
        return self.names.get(number, "")


def read(text: str, _: Answers) -> Iterator[Found | Left]:
    """What was shared out and passed on. Raises Misfit."""
    rows = list(objects(text))
    if not rows or not all(isinstance(each.get("action"), dict) for _, each in rows):
        raise Misfit(say("it is no ledger.json of SourceCred: each row has an action"))
    people = _People()
    for line, row in rows:
        people.take(row["action"])
        if row["action"].get("type") == "DISABLE_ACCOUNTING":
            raise Misfit(
                say("its balances were set to nothing (row {line}): nothing of it is owed", line=line)
            )
    for line, row in rows:
        yield from _moved(line, row, people)


def _moved(line: int, row: Object, people: _People) -> Iterator[Found | Left]:
    action, key = row["action"], text_of(row, "uuid")
    date = _day(row.get("ledgerTimestamp"))
    match action.get("type"):
        case "DISTRIBUTE_GRAIN":
            receipts = (
                each
                for allocation in list_of(object_of(action, "distribution"), "allocations")
                for each in list_of(allocation, "receipts")
            )
            for count, each in enumerate(receipts):
                who, amount = people.name(text_of(each, "id")), text_of(each, "amount")
                yield _entry(line, date, who, amount, f"{key}:{count}")
        case "TRANSFER_GRAIN":
            who, to = (people.name(text_of(action, name)) for name in ("from", "to"))
            amount, memo = text_of(action, "amount"), text_of(action, "memo")
            yield _entry(line, date, who, amount, key, to=to, text=memo)
        case _:
            pass


def _entry(
    line: int, date: str, who: str, amount: str, key: str, to: str | None = None, text: str = ""
) -> Found | Left:
    if not date:
        return Left(line, say("has no time"))
    if not who or to == "":
        return Left(line, not_named())
    digits = amount.isascii() and amount.isdigit()
    if not digits or len(amount) > DIGITS_MAX or not int(amount):
        return Left(line, say("“{text}” is no amount above nothing", text=theirs(amount)))
    if to == who:
        return Left(line, to_themselves())
    flow, count = Way.OPENING if to is None else Way.PAY, int(amount)
    return Found(line, who, GRAIN, count, date, "", words(text), key, flow, to or "", PARTS)


def _day(at: object) -> str:
    if not isinstance(at, int | float) or isinstance(at, bool):
        return ""
    try:
        return dt.datetime.fromtimestamp(at / 1000, dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
