"""What waits for somebody: proposals that they have not voted on, and those that stopped half-way."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.proposals import Proposal
from bot.collective.questions import still_open
from bot.collective.state import State
from bot.deciding.methods import outcome
from bot.decision import About, Ask, Query
from bot.feature import Waits
from bot.text.wording import Node, Typed, say
from commands.decisions.cards import title_of
from commands.decisions.lookups import texts_of
from commands.decisions.voters import told_for


def is_asked(state: State, me: int, silent: frozenset[int] | set[int]) -> bool:
    """Whether somebody has not voted, or speaks for an organisation that has not."""
    return any(me in told_for(state.members.member(number)) for number in silent)


def _unvoted(state: State, ask: Ask) -> Iterator[Proposal]:
    me = ask.me.number
    for it in still_open(state.proposals.open, ask.moment.at):
        found = outcome(it.matter(state.members, state.proposals.proxies), it.opened_at)
        if is_asked(state, me, set(found.count.silent)):
            yield it


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in _unvoted(state, ask))


def _told(state: State, ask: Ask) -> Iterator[Node]:
    for it in _unvoted(state, ask):
        yield say(
            "{show}: your vote, by {day}: {title}",
            show=Typed(f"show {it.ref}"),
            day=it.day(it.closes),
            title=title_of(it, texts_of(ask)),
        )


WAITS = Waits(_told, _wants)
