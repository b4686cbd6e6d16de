"""What waits for somebody: polls in which they have not voted."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.polls import Poll
from bot.collective.questions import still_open
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.feature import Waits
from bot.text.wording import Node, Typed, Words, say
from commands.decisions.lookups import texts_of
from commands.decisions.waiting import is_asked


def _unvoted(state: State, ask: Ask) -> Iterator[Poll]:
    me = ask.me.number
    for it in still_open(state.polls.open, ask.moment.at):
        silent = it.voters(state.members) - set(it.votes(state.members))
        if is_asked(state, me, silent):
            yield it


def _wants(state: State, ask: Ask) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in _unvoted(state, ask))


def _told(state: State, ask: Ask) -> Iterator[Node]:
    for it in _unvoted(state, ask):
        yield say(
            "{show}: your vote, by {day}: {title}",
            show=Typed(f"ballot {it.ref}"),
            day=it.day(it.closes),
            title=Words(texts_of(ask)(it.question)),
        )


WAITS = Waits(_told, _wants)
