"""What a digest tells of partners: what they declared and paid, and who is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.collective.partners import Term
from bot.digest import Digest, Section, Told, cut
from bot.text.wording import (
    Node,
    joined,
    say,
)
from bot.value.periods import period_text
from commands.partners.loopreport import news_told
from commands.partners.partnering import grace_of, undeclared_and_overdue


def _news(digest: Digest) -> Iterator[Node]:
    told = news_told(digest.state, digest.period, _today(digest), grace_of(digest.rules))
    if told is not None:
        yield told


def _today(digest: Digest) -> dt.date:
    return digest.period.last + dt.timedelta(days=1)


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    late = undeclared_and_overdue(digest.state, _today(digest), grace_of(digest.rules))
    points = []
    for it, undeclared, overdue in late:
        if undeclared:
            told = say("{name}: undeclared {periods}", name=it.name, periods=_periods(undeclared))
            points.append(told)
        if overdue:
            points.append(say("{name}: overdue {periods}", name=it.name, periods=_periods(overdue)))
    yield from cut(points, "partner")


def _periods(terms: Sequence[Term]) -> Node:
    return joined(period_text(each.period) for each in terms)


TOLD = Told(
    sections={Section("partners"): _news},
    happened=lambda digest: any(_news(digest)),
    needs=_needs,
)
