"""What somebody gave who leaves, is removed, forgotten, or becomes one person with somebody else.

It goes back to the round, for others to give no more than their own shares of. What is funded stays so.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.chat import Kind, Reply
from bot.collective.events import Event
from bot.collective.ideas import BackingsReturned, Idea, IdeaEnd
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.text.wording import say
from commands.funding.cards import stands_told
from commands.funding.drafts import after, cards
from commands.funding.ideas import ended_of
from commands.funding.lookups import place_of, words_queries


def given_back(state: State, numbers: tuple[int, ...], *, forgotten: bool = False) -> Iterator[Event]:
    """What these numbers of a person gave is given no more.

    With who is forgotten the words of their ideas go, and with these the ideas that are not funded.
    """
    for it in state.funding.open.values():
        for number in numbers:
            if any(number in each.backing for each in it.live):
                yield BackingsReturned(round=it.number, member=number)
        for idea in it.live:
            if forgotten and idea.author in numbers:
                yield ended_of(state, it, idea, IdeaEnd.WITHDRAWN)


def returned_cards(
    state: State, ask: Ask, events: tuple[Event, ...], *, gone: tuple[int, ...] = ()
) -> tuple[Reply, ...]:
    """The new pictures of the rounds and ideas that have less by it; no words of who is `gone`."""
    then = after(state, ask, events)
    replies: list[Reply] = []
    for number, now in then.funding.open.items():
        before = state.funding.open[number]
        changed = [n for n, each in now.ideas.items() if _is_other(each, before.ideas[n])]
        if not changed:
            continue
        ours = [n for n in changed if now.ideas[n].author not in gone]
        theirs = {each.title: "…" for each in now.ideas.values() if each.author in gone}
        place = place_of(then, now.room)
        for each in (now.ideas[n] for n in changed if n not in ours):
            body = say("{ref}: {state}", ref=each.ref, state=stands_told(now, each))
            if place is not None:
                replies.append(Reply(body, kind=Kind.EDIT, ref=each.ref, place=place, news=body))
        replies += cards(then, ask, now, ours, hidden=theirs)
    return tuple(replies)


def _is_other(now: Idea, before: Idea) -> bool:
    return now.backing != before.backing or now.ended != before.ended


def returned_queries(state: State) -> tuple[Query, ...]:
    """What the ideas are called that may have less by it."""
    return words_queries(state.funding.open.values())
