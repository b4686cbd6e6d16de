"""What a digest tells of funding rounds: what was funded, what is open; for coordinators what waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bot.collective.funding import ROUNDS, FundingEnded, FundingOpened
from bot.collective.ideas import IDEAS, IdeaChanged, IdeaFunded, IdeaPut, reference, round_reference
from bot.decision import About
from bot.digest import READ_FROM, Digest, Told
from bot.language.sums import shown
from bot.text.wording import Node, Typed, Words, say
from commands.funding.cards import round_line
from commands.ledger.digest import MONEY

SOON_MS: Final = 3 * 86_400_000
"""How long before its close coordinators see that a round has no idea."""


def _wants(since: int) -> tuple[About, ...]:
    return (About(ROUNDS, newest=READ_FROM), About(IDEAS, newest=READ_FROM))


def _titles(digest: Digest) -> dict[int, str]:
    """What the ideas are called, by number."""
    put = (
        each
        for _, each in digest.about(IDEAS)
        if isinstance(each, IdeaPut | IdeaChanged) and each.title
    )
    return {each.number: digest.texts(each.title) for each in put}


def _units(digest: Digest) -> dict[int, str]:
    """The currencies of the rounds, by number."""
    return {
        each.number: each.terms.unit
        for _, each in digest.about(ROUNDS)
        if isinstance(each, FundingOpened)
    }


def _funded(digest: Digest) -> Iterator[IdeaFunded]:
    for entry, event in digest.about(IDEAS):
        if isinstance(event, IdeaFunded) and digest.since <= entry.at < digest.until:
            yield event


def _ended(digest: Digest) -> Iterator[FundingEnded]:
    for entry, event in digest.about(ROUNDS):
        if isinstance(event, FundingEnded) and digest.since <= entry.at < digest.until:
            yield event


def _told(digest: Digest) -> Iterator[Node]:
    titles, units = _titles(digest), _units(digest)
    for idea in _funded(digest):
        unit = units.get(idea.round)
        if unit is not None:
            yield say(
                "{ref} is funded with {amount}: {what}",
                ref=reference(idea.number),
                amount=shown(unit, idea.count),
                what=Words(titles.get(idea.number, "…")),
            )
    for event in _ended(digest):
        unit = units.get(event.number)
        if unit is not None:
            yield say(
                "{ref} is over: {left} went back into the treasury",
                ref=round_reference(event.number),
                left=shown(unit, event.left),
            )


def _due(digest: Digest) -> Iterator[tuple[int, Node]]:
    for it in digest.state.funding.open.values():
        if it.open_at(digest.at):
            yield it.terms.closes, round_line(it)


def _needs(digest: Digest, now: int) -> Iterator[Node]:
    """What waits for a second person or a coordinator, and a round that has no idea."""
    book = digest.state.funding
    for asked in book.asked.values():
        yield say(
            "{ref} waits for a second person: {line}",
            ref=asked.ref,
            line=Typed(f"funding approve {asked.ref}"),
        )
    for it, idea in book.every_idea():
        if it.terms.looked_at and idea.live and not idea.approved:
            line = Typed(f"ideas approve {idea.ref}")
            yield say("{ref} waits to be looked at: {line}", ref=idea.ref, line=line)
    for it in book.open.values():
        if not it.live and not it.funded and 0 < it.terms.closes - now <= SOON_MS:
            yield say("{ref} closes soon, and has no idea", ref=it.ref)


TOLD = Told(
    sections={MONEY: _told},
    wants=_wants,
    happened=lambda digest: any(_told(digest)),
    due=_due,
    needs=_needs,
    figures=lambda digest: {"funded": [reference(each.number) for each in _funded(digest)]},
)
