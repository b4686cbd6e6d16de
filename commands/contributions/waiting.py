"""What waits for somebody: entries of others that they can confirm, and their own that are disputed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from bot.collective.contributions import Contribution, Status, fold_contribution, reference
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.digest import LISTED_MAX
from bot.feature import Waits
from bot.text.wording import Node, Typed, Words, say
from commands.contributions.lookups import steps_of

LOOKED_AT: int = 4 * LISTED_MAX
"""How many entries are read for it: of more than these nobody reads the list."""


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    """Their own that are disputed, then those that they can confirm: what waits longest first."""
    mine = state.members.numbers(ask.me.number)
    book = state.contributions
    disputed = sorted(n for n, status, _ in book.unsettled_of(mine) if status is Status.DISPUTED)
    every = chain(disputed, book.confirmable(mine))
    return tuple(About(reference(number)) for number in islice(every, LOOKED_AT))


def _unsettled(state: State, ask: Ask) -> Iterator[Contribution]:
    for query in _wants(state, ask):
        it = fold_contribution(steps_of(state, ask.entries(query)))  # type: ignore[arg-type]
        if it is not None:
            yield it


def _told(state: State, ask: Ask) -> Iterator[Node]:
    me = ask.me.number
    for it in _unsettled(state, ask):
        author, what = state.members.one(it.share.member), Words(ask.text(it.what))
        if it.status is Status.DISPUTED and author == me:
            yield say("{show}: your entry is disputed: {what}", show=Typed(f"show {it.ref}"), what=what)
        elif it.status is Status.RECORDED and author != me and me not in it.confirmed_by:
            yield say(
                "{confirm}: what {who} gave: {amount}, {what}",
                confirm=Typed(f"confirm {it.ref}"),
                who=state.members.name(author),
                amount=it.share.shown,
                what=what,
            )


WAITS = Waits(_told, _wants)
