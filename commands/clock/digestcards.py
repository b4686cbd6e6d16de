"""The digest as a document: what the features tell of some days, and what needs a person.

Pure: the same figures and days give the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.digest import Digest, Section, listed
from bot.text.charts import Stacks
from bot.text.wording import Node, Strong, Time, items, joined, lines, say


def happened(digest: Digest) -> bool:
    """Whether there is anything to tell of these days."""
    return any(each.happened(digest) for each in digest.tellers if each.happened is not None)


def document(digest: Digest) -> Node:
    """The digest for a room, or for a member of their own: its news first."""
    name = Strong(
        say("{collective}, {period}", collective=digest.state.name, period=digest.period.shown)
    )
    news = list(_headline(digest))
    first = say("{name}: {news}", name=name, news=joined(news)) if news else name
    late = say("This digest was due {at}.", at=Time(digest.late)) if digest.late else None
    return lines(first, late, *(_section(digest, name) for name in digest.sections))


def _headline(digest: Digest) -> Iterator[Node]:
    """What a notification shows of it: sums, and how much is decided and open."""
    for each in digest.tellers:
        if each.headline is not None:
            yield from each.headline(digest)
    if decided := len(_points(digest, "decided")):
        yield say("{count} decided", count=decided)
    if open_ := len(_points(digest, OPEN.name)):
        yield say("{count} open", count=open_)


OPEN = Section("open", say("Open:"), "polls")
"""Of all that is open, what closes first comes first."""


def _told(digest: Digest, name: str) -> list[tuple[Section, list[Node]]]:
    """What the features tell in a section, if it is told."""
    if name not in digest.sections:
        return []
    if name == OPEN.name:
        due = [each for it in digest.tellers if it.due is not None for each in it.due(digest)]
        return [(OPEN, [told for _, told in sorted(due, key=lambda each: each[0])])]
    return [
        (section, list(points(digest)))
        for each in digest.tellers
        for section, points in each.sections.items()
        if section.name == name
    ]


def _points(digest: Digest, name: str) -> list[Node]:
    return [point for _, some in _told(digest, name) for point in some]


def _section(digest: Digest, name: str) -> Node | None:
    """What all features tell in a section; None where that is nothing."""
    told = _told(digest, name)
    points = [point for _, some in told for point in some]
    if not points:
        return None
    titled = next((section for section, _ in told if section.title), None)
    return lines(titled.title, listed(points, titled.rest)) if titled else lines(*points)


def facts(digest: Digest) -> dict[str, Any]:
    """The figures for machines."""
    figures = {
        "from": digest.period.first.isoformat(),
        "until": digest.period.last.isoformat(),
        "every": digest.every.value,
    }
    for each in digest.tellers:
        if each.figures is not None:
            figures |= each.figures(digest)
    return figures | {"late": bool(digest.late)}


def needs_person(digest: Digest, now: int) -> Node | None:
    """What somebody has to look at, for coordinators; None where nothing does."""
    points = [
        point for each in digest.tellers if each.needs is not None for point in each.needs(digest, now)
    ]
    return lines(say("Needs a person:"), items(points)) if points else None


def chart(digest: Digest) -> Stacks | None:
    """The picture of what is told; None where there is none."""
    pictures = (each.picture(digest) for each in digest.tellers if each.picture is not None)
    return next((each for each in pictures if each is not None), None)
