"""What a digest tells of polls: what came out of them, and which are open."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.pollevents import CLOSED, POLLS, PollStep
from bot.collective.polls import Poll, fold_poll
from bot.collective.questions import still_open
from bot.decision import About
from bot.digest import READ_FROM, Digest, Told
from bot.text.wording import Node, Words, say
from commands.decisions.digest import DECIDED, silent_told
from commands.polls.cards import elected_told


def _polled(digest: Digest) -> Iterator[Poll]:
    lives: dict[int, list[tuple[int, PollStep]]] = {}
    for entry, event in digest.about(POLLS):
        if isinstance(event, PollStep):
            lives.setdefault(event.number, []).append((entry.at, event))
    for life in lives.values():
        it = fold_poll(life)
        if it is not None and it.status == CLOSED and digest.since <= it.ended_at < digest.until:
            yield it


def _decided_told(digest: Digest) -> Iterator[Node]:
    for it in _polled(digest):
        yield say(
            "{ref}, {question}: {elected}",
            ref=it.ref,
            question=Words(digest.texts(it.question)),
            elected=elected_told(it, digest.texts),
        )


def _due(digest: Digest) -> Iterator[tuple[int, Node]]:
    for it in still_open(digest.state.polls.open, digest.at):
        title = Words(digest.texts(it.question))
        told = say("{ref}, {day}: {title}", ref=it.ref, day=it.day(it.closes), title=title)
        yield it.closes, told


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    members = digest.state.members
    for it in still_open(digest.state.polls.open, now):
        silent = it.voters(members) - set(it.votes(members))
        yield from silent_told(digest.state, it.ref, silent)


TOLD = Told(
    sections={DECIDED: _decided_told},
    due=_due,
    wants=lambda since: (About(POLLS, newest=READ_FROM),),  # noqa: ARG005
    happened=lambda digest: any(_polled(digest)),
    needs=_needs,
)
