"""The digest as a document: what the features tell of some days, and what needs a person.

Pure: the same figures and days give the same document.
"""

from __future__ import annotations

from typing import Any

from bot.digest import Digest, listed
from bot.text.charts import Stacks
from bot.text.wording import Node, Strong, Time, items, lines, say


def happened(digest: Digest) -> bool:
    """Whether there is anything to tell of these days."""
    return any(each.happened(digest) for each in digest.tellers if each.happened is not None)


def document(digest: Digest) -> Node:
    """The digest for a room, or for a member of their own."""
    name = Strong(
        say("{collective}, {period}", collective=digest.state.name, period=digest.period.shown)
    )
    late = say("This digest was due {at}.", at=Time(digest.late)) if digest.late else None
    return lines(name, late, *(_section(digest, name) for name in digest.sections))


def _section(digest: Digest, name: str) -> Node | None:
    """What all features tell in a section; None where that is nothing."""
    told = [
        (section, points(digest))
        for each in digest.tellers
        for section, points in each.sections.items()
        if section.name == name
    ]
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
