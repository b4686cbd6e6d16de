"""Matters in one line: who said what, by their place in the line; the first is the author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.deciding.ballots import Ballot
from bot.deciding.judging import Verdict
from bot.deciding.matter import Asked, Matter
from bot.deciding.methods import outcome
from bot.deciding.terms import HOUR_MS, Terms
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node

OPENED = 1_800_000_000_000
CLOSES = OPENED + 72 * HOUR_MS
AUTHOR = 1
NAMES = ("Ann", "Ben", "Cat", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jon", "Kim", "Lea")
ENGLISH = reader("en", "UTC")


def ballots(votes: str, at: int = OPENED + HOUR_MS) -> dict[int, Ballot]:
    """`agree block! -`: the first agrees, the second blocks without a reason, the third is silent."""
    return {
        person: Ballot(word.removesuffix("!"), at, "" if word.endswith("!") else "because")
        for person, word in enumerate(votes.split(), 1)
        if word != "-"
    }


def matter(
    method: str,
    votes: str = "",
    *,
    size: int | None = None,
    proxies: Mapping[int, int] | None = None,
    asked: Asked | None = None,
    author: int = AUTHOR,
    **rules: Any,
) -> Matter:
    """A matter with as many voters as the line has words, or `size`."""
    voters = len(votes.split()) if size is None else size
    return Matter(
        terms=Terms(method, **rules),
        author=author,
        electorate=frozenset(range(1, voters + 1)),
        ballots=ballots(votes),
        opened_at=OPENED,
        closes_at=CLOSES,
        proxies=proxies or {},
        asked=asked,
    )


def verdict(case: Matter, now: int = CLOSES) -> Verdict:
    """What comes out at the deadline."""
    return outcome(case, now).verdict


def name(person: int) -> str:
    """What the people of these tests are called."""
    return NAMES[person - 1] if person <= len(NAMES) else f"P{person}"


def shown(node: Node) -> str:
    """As somebody reads it."""
    return render(node, ENGLISH)
