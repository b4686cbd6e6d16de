"""What becomes free when somebody leaves: told once, where everybody reads it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import Reply
from bot.collective.events import Event
from bot.collective.needevents import NeedDropped, ShiftsTaken
from bot.collective.needs import Need
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.text.wording import say
from commands.decisions.lookups import home_of
from commands.needs.drafts import edited
from commands.needs.lookups import words_queries
from commands.needs.taking import some


def freed_told(
    state: State, ask: Ask, events: Sequence[Event], who: int | None = None
) -> tuple[Reply, ...]:
    """One line for all, where it was typed in private: in the room, the answer says it.

    Whoever wants to be forgotten is nobody (`who`) here, and is answered in private wherever they say
    so: no name of theirs goes out any more.
    """
    dropped = (each.number for each in events if isinstance(each, NeedDropped) and not each.missed)
    refs = [it.ref for number in dropped if (it := state.needs.open[number])]
    home = home_of(state)
    answered = who is not None and not ask.private
    if not refs or answered or not home.room:
        return ()
    told = (
        say("Taken, and free again: {refs}", refs=some(refs))
        if who is None
        else say("{who} leaves; free again: {refs}", who=state.members.name(who), refs=some(refs))
    )
    return (Reply(told, place=home),)


def freed_cards(state: State, ask: Ask, events: Sequence[Event]) -> tuple[Reply, ...]:
    """The new pictures of what becomes free."""
    freed = [each for each in events if isinstance(each, NeedDropped | ShiftsTaken)]
    heads = {it.number: it for each in freed if (it := _head(state, each.number))}
    return tuple(reply for it in heads.values() for reply in edited(state, ask, it, freed))


def freed_queries(state: State, who: int) -> tuple[Query, ...]:
    """What the things are called that become free."""
    numbers = state.members.numbers(who)
    return words_queries(_head(state, it.number) for it in state.needs.of(numbers))


def _head(state: State, number: int) -> Need:
    """What its card is of."""
    it = state.needs.open[number]
    return state.needs.open.get(it.series, it)
