"""What a digest tells of proposals: what is decided, open, and looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.collective.proposalevents import DECISIONS, Step
from bot.collective.proposals import Proposal, fold_proposal
from bot.collective.questions import still_open
from bot.collective.state import State
from bot.deciding.methods import outcome
from bot.decision import About
from bot.digest import READ_FROM, Digest, Section, Told, some
from bot.text.wording import (
    Node,
    Time,
    Typed,
    say,
)
from commands.decisions.cards import VERDICTS, title_of

DECIDED = Section("decided", say("Decided:"), "decisions")
"""Where polls are told, too."""


def _decided(digest: Digest) -> Iterator[Proposal]:
    lives: dict[int, list[tuple[int, Step]]] = {}
    for entry, event in digest.about(DECISIONS):
        if isinstance(event, Step):
            lives.setdefault(event.number, []).append((entry.at, event))
    for life in lives.values():
        it = fold_proposal(life)
        if it is not None and it.verdict and digest.since <= it.ended_at < digest.until:
            yield it


def _decided_told(digest: Digest) -> Iterator[Node]:
    for it in _decided(digest):
        yield say(
            "{ref} {verdict}: {title}",
            ref=it.ref,
            verdict=VERDICTS[it.verdict],
            title=title_of(it, digest.texts),
        )


def _due(digest: Digest) -> Iterator[tuple[int, Node]]:
    for it in still_open(digest.state.proposals.open, digest.at):
        title = title_of(it, digest.texts)
        told = say("{ref}, {day}: {title}", ref=it.ref, day=it.day(it.closes), title=title)
        yield it.closes, told


def _reviews(digest: Digest) -> Iterator[Node]:
    until = digest.until + (digest.until - digest.since)
    due = [(at, number) for number, at in digest.state.proposals.reviews.items() if at < until]
    for at, number in sorted(due):
        yield say("P{number}: {at}", number=number, at=Time(at))


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    state = digest.state
    for it in still_open(state.proposals.open, now):
        found = outcome(it.matter(state.members, state.proposals.proxies), it.opened_at)
        yield from silent_told(state, it.ref, found.count.silent)
    for number in sorted(state.proposals.failed):
        line = Typed(f"retry P{number}")
        yield say("What P{number} decided is not carried out: {line}", number=number, line=line)


def silent_told(state: State, ref: str, numbers: Iterable[int]) -> Iterator[Node]:
    """Who could vote, is here, and has not."""
    here = [number for number in sorted(numbers) if state.members.member(number).here]
    if here:
        names = [state.members.name(number).name for number in here]
        yield say("{ref}: no vote from {names}", ref=ref, names=some(names))


TOLD = Told(
    sections={
        DECIDED: _decided_told,
        Section("reviews", say("To be looked at again:"), "decisions"): _reviews,
    },
    due=_due,
    wants=lambda since: (About(DECISIONS, newest=READ_FROM),),  # noqa: ARG005
    happened=lambda digest: any(_decided(digest)),
    needs=_needs,
)
