"""Drafts: how rounds stand once what was decided is written down, for their new cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.chain import Sealed
from bot.chat import Kind, Reply
from bot.collective.apart import apart
from bot.collective.events import Event, Seal, When
from bot.collective.funding import CHANGES, Kept, Round
from bot.collective.state import State
from bot.decision import Ask
from commands.decisions.lookups import texts_of
from commands.funding.cards import idea_card, round_card


def after(state: State, ask: Ask, events: Iterable[Event], texts: Iterable[Sealed] = ()) -> State:
    """The state with the rounds as they are after these events; nothing of it is kept."""
    now = state.funding
    book = Kept(now.count, now.ideas, dict(now.asked), apart(now.open), dict(now.funds))
    when = When(ask.moment.at, 0, {each.seal: each.text for each in texts})
    for event in events:
        if type(event) in CHANGES:
            CHANGES[type(event)](book, event, when)
    return replace(state, funding=book)


def cards(
    then: State,
    ask: Ask,
    it: Round,
    ideas: Iterable[int] = (),
    texts: Iterable[Sealed] = (),
    kind: Kind = Kind.EDIT,
    hidden: Mapping[Seal, str] | None = None,
) -> tuple[Reply, ...]:
    """The pictures of some ideas (by number) of a round, and the new one of the round itself.

    What is `hidden` stands there in other words.
    """
    words = texts_of(ask, {**{each.seal: each.text for each in texts}, **(hidden or {})})
    shown = [it.ideas[number] for number in ideas]
    of_ideas = (reply for each in shown for reply in idea_card(then, it, each, words, kind))
    return (*of_ideas, *round_card(then, it, words, Kind.EDIT))
