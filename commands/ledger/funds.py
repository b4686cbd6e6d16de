"""What people call the funds that nobody named: the fund of an idea, and the pot of a funding round.

Where titles were looked up an idea's fund is told by that and by the idea; else as it is typed, `k1`.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.collective.ideas import IdeaChanged, IdeaPut, reference
from bot.collective.moves import UNDONE, Move
from bot.collective.state import State
from bot.decision import About, Ask, Query
from bot.language.periods import Period
from bot.text.wording import Node, Words, say

_FUND = "fund:"


def idea_of(state: State, account: str) -> str:
    """The idea whose fund an account is; empty for all others."""
    number = state.funding.funds.get(account.removeprefix(_FUND)) if account.startswith(_FUND) else None
    return reference(number) if number else ""


def title_queries(state: State, funds: Iterable[str]) -> tuple[Query, ...]:
    """What the ideas are called whose funds are among these."""
    known = state.funding.funds
    return tuple(About(reference(known[name])) for name in dict.fromkeys(funds) if name in known)


def account_queries(state: State, accounts: Iterable[str]) -> tuple[Query, ...]:
    """The same for the funds that are among accounts."""
    return title_queries(state, (it.removeprefix(_FUND) for it in accounts if it.startswith(_FUND)))


def moved_queries(state: State, period: Period) -> tuple[Query, ...]:
    """The same for the funds that money went into, or came out of, in a time."""
    if not state.funding.funds:
        return ()
    first, last = period.first.isoformat(), period.last.isoformat()
    moved = (
        name.removeprefix(UNDONE).partition(":")
        for day, name, *_ in state.moves.sums
        if first <= day <= last
    )
    return title_queries(state, (name for way, _, name in moved if way in _INTO_AND_OUT_OF))


_INTO_AND_OUT_OF = frozenset({Move.SET_ASIDE.value, Move.RELEASED.value})


def fund_called(state: State, ask: Ask, name: str) -> Node:
    """What people call a fund; the pot of a round is told by the round."""
    number = state.funding.funds.get(name)
    found = ask.found.get(About(reference(number))) if number else None
    if not number or not found:
        return Words(name)
    titles = [it.title for _, it in found if isinstance(it, IdeaPut | IdeaChanged) and it.title]
    title = ask.text(titles[-1]) if titles else ""
    ref = reference(number)
    return say("“{title}”, {ref}", title=Words(title), ref=ref) if title else Words(ref)
