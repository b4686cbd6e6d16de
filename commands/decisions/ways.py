"""The way of a proposal, step by step: its texts, its turns, who said what, what was done."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import WithRef
from bot.collective.events import Event
from bot.collective.proposalevents import (
    EffectDone,
    EffectFailed,
    ProposalAmended,
    ProposalClosed,
    ProposalMoved,
    ProposalOpened,
    ProposalTurned,
    ReviewCame,
    ReviewSet,
)
from bot.collective.proposals import Proposal
from bot.collective.state import State
from bot.deciding.methods import METHODS
from bot.decision import About, Ask
from bot.text.wording import Code, Node, Passage, Strong, Time, Words, items, lines, say
from commands.decisions.cards import VERDICTS
from commands.decisions.lookups import proposal_of

VOTES_MAX = 300
"""How many votes one page lists: about as many as its size allows."""


def way_told(state: State, ask: Ask[WithRef]) -> Node | None:
    """What happened to it, in order; its earlier texts; and the votes that stand, once told."""
    it = proposal_of(state, ask)
    if it.terms is None:
        return None
    steps = [
        say("{at}: {what}", at=Time(entry.at), what=told)
        for entry, event in ask.found.get(About(it.ref), ())
        if getattr(event, "number", 0) == it.number
        and (told := _step_told(state, ask, event)) is not None
    ]
    return lines(
        Strong(say("Its way:")),
        items(steps),
        *_earlier(ask, it),
        *_votes(state, it),
    )


def _step_told(state: State, ask: Ask[WithRef], event: Event) -> Node | None:
    match event:
        case ProposalOpened():
            return say("put to the vote by {who}", who=state.members.name(event.author))
        case ProposalMoved():
            told = say("it closes {at} now", at=Time(event.closes))
            return _because(told, ask.text(event.reason))
        case ProposalTurned():
            method = Code(event.terms.method)
            return say("it goes on by {method}, until {at}", method=method, at=Time(event.closes))
        case ProposalClosed():
            verdict = VERDICTS.get(event.verdict, Words(event.verdict))
            return _because(verdict, ask.text(event.reason))
        case EffectFailed():
            return say("it could not be carried out: {error}", error=Code(event.error))
        case ReviewSet():
            return say("it will be looked at again {at}", at=Time(event.at))
        case _:
            return _PLAIN.get(type(event))


_PLAIN: dict[type[Event], Node] = {
    ProposalAmended: say("it has a new text"),
    EffectDone: say("it was carried out"),
    ReviewCame: say("it is due to be looked at again"),
}
"""The steps of which there is nothing more to tell."""


def _because(told: Node, reason: str) -> Node:
    return say("{what}: {reason}", what=told, reason=reason) if reason else told


def _earlier(ask: Ask[WithRef], it: Proposal) -> Iterator[Node]:
    """The texts that stand no more."""
    for number, version in enumerate(it.versions[:-1], 1):
        title, text = ask.text(version.title), ask.text(version.text)
        yield Strong(say("Text {number}, of {at}:", number=number, at=Time(version.at)))
        yield Words(title)
        if text:
            yield Passage(text)


def _votes(state: State, it: Proposal) -> Iterator[Node]:
    """Who voted what; what is hidden until the close is told after it."""
    assert it.terms is not None
    if not it.cast or (it.hidden and not it.verdict):
        return
    every = (choice for method in METHODS.values() for choice in method.choices(it.terms))
    labels = {choice.word: choice.label for choice in every}
    yield Strong(say("Votes:"))
    some = list(it.cast.items())[:VOTES_MAX]
    yield items(
        say(
            "{who}: {choice}",
            who=state.members.name(member),
            choice=labels.get(ballot.choice, Words(ballot.choice)),
        )
        for member, ballot in some
    )
    if len(it.cast) > len(some):
        yield say("and {count} more", count=len(it.cast) - len(some))
