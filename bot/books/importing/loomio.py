"""Loomio: a group's export, a line of JSON for each row of its tables. Closed polls come as records.

They are of the past and of another place: nothing of them binds here or is carried out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from bot.books.importing.hours import Answers
from bot.books.importing.jsontext import Object, objects, text_of
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import Misfit
from bot.books.importing.tables import YEAR_FIRST, day, words
from bot.text.wording import say

_TAGS = re.compile(r"<[^>]{0,500}>")
_Tables = dict[str, list[tuple[int, Object]]]


def read(text: str, _: Answers) -> Iterator[Found | Left]:
    """The polls of a file that are over. Raises Misfit."""
    tables: _Tables = {}
    for line, each in objects(text):
        if not isinstance(each.get("table"), str) or not isinstance(each.get("record"), dict):
            raise Misfit(say("line {line} is no row of a table: it is no export of a group", line=line))
        tables.setdefault(each["table"], []).append((line, each["record"]))
    if not tables.get("polls"):
        raise Misfit(say("it holds no polls"))
    votes, outcomes = _votes(tables), _outcomes(tables)
    for line, poll in tables["polls"]:
        number = text_of(poll, "id")
        yield _found(line, poll, votes.get(number, Counter()), outcomes.get(number, ""))


def _found(line: int, poll: Object, votes: Counter[str], outcome: str) -> Found | Left:
    if poll.get("discarded_at"):
        return Left(line, say("was thrown away there"))
    date = day(text_of(poll, "closed_at"), YEAR_FIRST)
    if date is None:
        return Left(line, say("is not over there"))
    title = words(text_of(poll, "title"))
    if not title:
        return Left(line, say("has no title"))
    counted = ", ".join(f"{option} {count}" for option, count in votes.items())
    text = words(" · ".join(each for each in (title, counted, outcome) if each))
    native = text_of(poll, "key") or text_of(poll, "id")
    return Found(line, "", "", 0, date.isoformat(), "", text, native, flow=Way.DECISION)


def _votes(tables: _Tables) -> dict[str, Counter[str]]:
    """How many chose each option, by poll: open votes (only the latest), and anonymous ones."""
    options = {
        text_of(it, "id"): (text_of(it, "poll_id"), words(text_of(it, "name")))
        for _, it in tables.get("poll_options", ())
    }
    # A stance that was changed since, or taken back, is no vote.
    standing = {
        text_of(it, "id")
        for _, it in tables.get("stances", ())
        if it.get("latest") and it.get("cast_at") and not it.get("revoked_at")
    }
    found: dict[str, Counter[str]] = {}
    for poll, option in options.values():
        found.setdefault(poll, Counter())[option] = 0
    said = (it for _, it in tables.get("stance_choices", ()) if text_of(it, "stance_id") in standing)
    for it in (*said, *(it for _, it in tables.get("anonymous_ballot_choices", ()))):
        poll, option = options.get(text_of(it, "poll_option_id"), ("", ""))
        if poll and _chosen(it):
            found[poll][option] += 1
    return found


def _chosen(choice: Object) -> bool:
    return text_of(choice, "score") not in {"", "0"}


def _outcomes(tables: _Tables) -> dict[str, str]:
    """What was said to have come out of each poll, without its markup."""
    return {
        text_of(it, "poll_id"): words(_TAGS.sub(" ", text_of(it, "statement")))
        for _, it in tables.get("outcomes", ())
        if it.get("latest", True)
    }
