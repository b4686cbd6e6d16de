"""What a digest tells of meetings: what is planned, whose minutes came, and what somebody took on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.collective.catalogue import rules_of
from bot.collective.endings import Ended
from bot.collective.meetingevents import MEETINGS, reference
from bot.collective.needevents import NEEDS
from bot.decision import About
from bot.digest import READ_FROM, Digest, Section, Told
from bot.text.wording import Node, Time, Typed, Words, joined, say

_MINUTE_MS: Final = 60_000


def _name(digest: Digest, number: int, title: str) -> Node:
    words = digest.texts(title) if title else ""
    return Words(" ".join(filter(None, (reference(number), words))))


def _planned(digest: Digest) -> Iterator[Node]:
    for it in sorted(digest.state.meetings.planned.values(), key=lambda each: each.starts_at):
        if it.starts_at >= digest.at:
            name = _name(digest, it.number, it.title)
            yield say("{meeting}: {at}", meeting=name, at=Time(it.starts_at))


def _ended(digest: Digest) -> Iterator[tuple[int, Ended]]:
    """Those that ended in its days, or whose minutes can still be corrected."""
    for number, it in sorted(digest.state.meetings.ended.by_number.items()):
        if digest.since <= it.closed_at < digest.until or digest.at < _stands(digest, it):
            yield number, it


def _stands(digest: Digest, it: Ended) -> int:
    if it.approved_at:
        return it.approved_at
    rules = rules_of(digest.configured, *digest.state.rules.layers(it.room, it.circle))
    silence = rules.number("minutes-approve") * _MINUTE_MS
    return max(it.closed_at, it.corrected_at) + silence


def _minutes(digest: Digest) -> Iterator[Node]:
    for number, it in _ended(digest):
        name, line = _name(digest, number, it.title), Typed(f"minutes {reference(number)}")
        until = Time(_stands(digest, it))
        if digest.at < _stands(digest, it):
            yield say(
                "{meeting}: a draft of its minutes, until {until}: {line}",
                meeting=name,
                until=until,
                line=line,
            )
        else:
            yield say("{meeting}: its minutes stand: {line}", meeting=name, line=line)


def _actions(digest: Digest) -> Iterator[Node]:
    """What somebody took on at a meeting, or was to, and is not done."""
    state = digest.state
    for number, meeting in sorted(state.meetings.actions.items()):
        it = state.needs.open.get(number)
        if it is None:
            continue
        names = joined(state.members.name(each) for each in it.taken)
        what = Words(digest.texts(it.what))
        yield (
            say(
                "{ref}, {who}: {what} ({meeting})",
                ref=it.ref,
                who=names,
                what=what,
                meeting=reference(meeting),
            )
            if it.taken
            else say(
                "{ref}, nobody yet: {what} ({meeting})",
                ref=it.ref,
                what=what,
                meeting=reference(meeting),
            )
        )


def _told(digest: Digest) -> Iterator[Node]:
    yield from _planned(digest)
    yield from _minutes(digest)
    yield from _actions(digest)


TOLD = Told(
    sections={Section("meetings", say("Meetings:")): _told},
    wants=lambda since: (About(MEETINGS, newest=READ_FROM), About(NEEDS, newest=READ_FROM)),  # noqa: ARG005
    happened=lambda digest: any(_minutes(digest)),
)
