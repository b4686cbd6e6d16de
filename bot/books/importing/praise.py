"""Praise: the praises as JSON, and the accounts they name by id: the one file behind the other.

They come as thanks and change no balance: what a praise was worth was decided by others, elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.books.importing.hours import Answers
from bot.books.importing.jsontext import Object, objects, text_of
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import Misfit, no_day, not_named, to_themselves
from bot.books.importing.tables import YEAR_FIRST, day, words
from bot.text.wording import Code, say


def read(text: str, _: Answers) -> Iterator[Found | Left]:
    """The praises of a file. Raises Misfit."""
    rows = list(objects(text))
    names = {text_of(it, "_id"): words(text_of(it, "name")) for _, it in rows if "accountId" in it}
    praises = [(line, it) for line, it in rows if "giver" in it and "receiver" in it]
    if not praises:
        raise Misfit(say("it holds no praise: each has a giver and a receiver"))
    if not names:
        raise Misfit(
            say(
                "it names people by ids: put the accounts before it ({command})",
                command=Code("cat useraccounts.json praise.json"),
            )
        )
    for line, each in praises:
        yield _found(line, each, names)


def _found(line: int, row: Object, names: dict[str, str]) -> Found | Left:
    giver, receiver = (names.get(text_of(row, it), "") for it in ("giver", "receiver"))
    if not giver or not receiver:
        return Left(line, not_named())
    if giver == receiver:
        return Left(line, to_themselves())
    date = day(text_of(row, "createdAt"), YEAR_FIRST)
    if date is None:
        return Left(line, no_day(text_of(row, "createdAt")))
    why = words(text_of(row, "reasonRaw") or text_of(row, "reason"))
    native = text_of(row, "_id")
    return Found(line, giver, "", 0, date.isoformat(), "", why, native, flow=Way.THANKS, to=receiver)
