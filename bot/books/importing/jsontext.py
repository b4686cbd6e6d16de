"""JSON as other programs write it: one document, or several behind one another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.books.importing.reasons import Misfit, too_many_rows
from bot.books.importing.tables import ROWS_MAX
from bot.chain import normal
from bot.text.wording import say

Object = dict[str, Any]


def documents(text: str) -> Iterator[tuple[int, Any]]:
    """The documents of a text, each with the line that it begins in. Raises Misfit."""
    decoder, at, line = json.JSONDecoder(), 0, 1
    while at < len(text):
        if text[at].isspace():
            line += text[at] == "\n"
            at += 1
            continue
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as why:
            raise Misfit(say("it is cut off or no JSON (line {line})", line=line)) from why
        yield line, found
        line += text.count("\n", at, end)
        at = end


def objects(text: str) -> Iterator[tuple[int, Object]]:
    """The objects of a text: lines of it, or the members of arrays (counted). Raises Misfit."""
    count = 0
    for line, found in documents(text):
        rows = [(line, found)] if not isinstance(found, list) else list(enumerate(found, 1))
        for number, row in rows:
            count += 1
            if count > ROWS_MAX:
                raise Misfit(too_many_rows(ROWS_MAX))
            if not isinstance(row, dict):
                raise Misfit(say("row {line} is no object", line=number))
            yield number, row


def text_of(row: Object, name: str) -> str:
    """A text or number of an object, as a text that can be kept; empty where there is none."""
    found = row.get(name)
    return normal(str(found)) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def object_of(row: Object, name: str) -> Object:
    """An object within an object; an empty one where there is none."""
    found = row.get(name)
    return found if isinstance(found, dict) else {}


def list_of(row: Object, name: str) -> list[Object]:
    """The objects of a list within an object."""
    found = row.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
