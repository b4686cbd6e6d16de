"""What came out of a call, as minutes tell it: the count, who was against it and why, what changed.

Whoever blocked and took that back is told too: it is what the meeting talked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from bot.chain import Entry
from bot.collective.events import Event
from bot.collective.minutes import Called
from bot.collective.proposalevents import (
    WITHDRAWN,
    BallotCast,
    BallotTaken,
    ProposalAmended,
    ProposalOpened,
    ProposalTurned,
)
from bot.collective.proposalevents import reference as proposal_ref
from bot.collective.proposals import Proposal, fold_proposal
from bot.collective.state import State
from bot.deciding.ballots import Ballot, Choice, Sense
from bot.deciding.judging import Verdict
from bot.deciding.outcome import Outcome
from bot.decision import About, Ask
from bot.language.units import unit_of
from bot.text.wording import Code, Node, Quantity, Say, Strong, Words, fill, joined, say, say_n
from commands.decisions.cards import Texts, every_choice, hands_told, outcome_of, title_of

Steps = Sequence[tuple[Entry, Event]]

_DECIDED: Final[Mapping[str, Say]] = {
    Verdict.PASSED: say("{title} ({ref}) was passed: {count}."),
    Verdict.REJECTED: say("{title} ({ref}) was rejected: {count}."),
    Verdict.BLOCKED: say("{title} ({ref}) was blocked: {count}."),
    Verdict.NO_QUORUM: say("{title} ({ref}) was not decided, too few took part: {count}."),
}

_COUNTS: Final[Mapping[str, Callable[[int], Say]]] = {
    "agree": lambda n: say_n("{count} agreed", "{count} agreed", n),
    "stand-aside": lambda n: say_n("{count} stood aside", "{count} stood aside", n),
    "block": lambda n: say_n("{count} blocked it", "{count} blocked it", n),
    "yes": lambda n: say_n("{count} said yes", "{count} said yes", n),
    "no": lambda n: say_n("{count} said no", "{count} said no", n),
    "abstain": lambda n: say_n("{count} abstained", "{count} abstained", n),
    "consent": lambda n: say_n("{count} consented", "{count} consented", n),
    "concern": lambda n: say_n("{count} had a concern", "{count} had a concern", n),
    "object": lambda n: say_n("{count} objected", "{count} objected", n),
}
"""How many did what, by the word of a choice."""

_SAID: Final[Mapping[str, Say]] = {
    "agree": say("{who} agreed: “{reason}”."),
    "stand-aside": say("{who} stood aside: “{reason}”."),
    "block": say("{who} blocked it: “{reason}”."),
    "yes": say("{who} said yes: “{reason}”."),
    "no": say("{who} said no: “{reason}”."),
    "abstain": say("{who} abstained: “{reason}”."),
    "consent": say("{who} consented: “{reason}”."),
    "concern": say("{who} had a concern: “{reason}”."),
    "object": say("{who} objected: “{reason}”."),
}
"""Who did what, and why, by the word of a choice."""

_TAKEN_BACK: Final[Mapping[str, Say]] = {
    "block": say("{who} had blocked it (“{reason}”), and took that back."),
    "object": say("{who} had objected (“{reason}”), and took that back."),
}
_OF_BEFORE: Final[Mapping[str, Say]] = {
    "block": say("{who} had blocked an earlier text: “{reason}”."),
    "object": say("{who} had objected to an earlier text: “{reason}”."),
}
_BY_ANOTHER: Final[Mapping[str, Say]] = {
    "block": say("{who} had blocked it before: “{reason}”."),
    "object": say("{who} had objected before: “{reason}”."),
}
"""Of a spoke whose circle sent another one since."""


def decided_told(state: State, ask: Ask[Any], each: Called, texts: Texts) -> Node:
    """What came out of a call: with its count, and every reason that was given."""
    ref = proposal_ref(each.proposal)
    found = ask.found.get(About(ref), ())
    it = fold_proposal((e.at, event) for e, event in found)
    if it is None:
        return say("{ref} was asked.", ref=ref)
    title = Strong(title_of(it, texts))
    if not it.verdict:
        return say("{title} ({ref}) is still being decided.", ref=ref, title=title)
    if it.verdict == WITHDRAWN:
        return say("{title} ({ref}) was withdrawn.", ref=ref, title=title)
    outcome = outcome_of(state, it)
    head = fill(_DECIDED[outcome.verdict], ref=ref, title=title, count=counted_words(outcome))
    told = (
        head,
        *_by_hands(state, it, outcome, texts),
        *_stopped_before(state, it, outcome, found, texts),
        *_amended(found, texts),
        *_turned(found),
        *_reasons(state, it, outcome, texts),
        *(_spent(it) if it.verdict == Verdict.PASSED else ()),
    )
    return joined(told, " ")


def counted_words(outcome: Outcome) -> Node:
    """How many did what: `3 agreed, 1 stood aside`."""
    choices = outcome.count.choices
    told = [_count(each, outcome.tally[each.word]) for each in choices if outcome.tally[each.word]]
    return joined(told) if told else say("nobody voted")


def _count(choice: Choice, count: int) -> Node:
    words = _COUNTS.get(choice.word)
    return joined((choice.label, count), " ") if words is None else words(count)


def _by_hands(state: State, it: Proposal, outcome: Outcome, texts: Texts) -> Iterator[Node]:
    """Who counted hands, and who saw it too; how many only where others voted otherwise as well."""
    shown = it.show
    if shown is None:
        return
    hands = outcome.count.hands
    if not shown.confirmed or not hands:
        told = hands_told(state, it, outcome, texts)
        if told is not None:
            yield told
        return
    who, witness = state.members.name(shown.by), state.members.name(shown.witness)
    if dict(hands) == {word: count for word, count in outcome.tally.items() if count}:
        yield say(
            "It was a show of hands: {who} counted, {witness} confirmed it.", who=who, witness=witness
        )
    else:
        named = {each.word: each for each in every_choice(it)}
        yield say(
            "By show of hands: {count}; {who} counted, {witness} confirmed it.",
            count=joined(_count(named[word], number) for word, number in hands.items()),
            who=who,
            witness=witness,
        )
    if shown.hands.reason:
        yield say("Those said: “{reason}”.", reason=Words(texts(shown.hands.reason)))


def _amended(found: Steps, texts: Texts) -> Iterator[Node]:
    """What it said before somebody had it changed."""
    before = ""
    for _, event in found:
        if isinstance(event, ProposalAmended) and before:
            old, new = texts(before), texts(event.title)
            yield (
                say("It was amended; at first it was “{title}”.", title=Words(old))
                if old != new
                else say("Its text was amended.")
            )
        if isinstance(event, ProposalOpened | ProposalAmended):
            before = event.title


def _stopped_before(
    state: State, it: Proposal, outcome: Outcome, found: Steps, texts: Texts
) -> Iterator[Node]:
    """Who had blocked it, or objected, and does not any more."""
    named = {each.word: each for each in every_choice(it)}
    stopped: dict[int, BallotCast] = {}
    for _, event in found:
        if isinstance(event, BallotCast) and event.reason and _stops(named.get(event.choice)):
            stopped[state.members.one(event.member)] = event
    stopping = {
        person
        for each in outcome.count.choices
        if _stops(each)
        for person in outcome.count.said[each.word]
    }
    ballots = it.matter(state.members, {}).ballots
    for person, event in stopped.items():
        if person in stopping:
            continue
        last: Ballot | None = ballots.get(person)
        if last is not None and _stops(named.get(last.choice)):
            table = _OF_BEFORE
        else:
            table = _TAKEN_BACK if _spoke_since(state, found, person, event) else _BY_ANOTHER
        yield fill(
            table.get(event.choice, table["block"]),
            who=state.members.name(person),
            reason=Words(texts(event.reason)),
        )


def _spoke_since(state: State, found: Steps, person: int, before: BallotCast) -> bool:
    """Whether somebody voted anew after that, or took their vote back."""
    own = [
        event
        for _, event in found
        if isinstance(event, BallotCast | BallotTaken) and state.members.one(event.member) == person
    ]
    return own[-1] is not before


def _stops(choice: Choice | None) -> bool:
    return choice is not None and choice.sense is Sense.STOP


def _turned(found: Steps) -> Iterator[Node]:
    for _, event in found:
        if isinstance(event, ProposalTurned):
            yield say("A block had stood, so it went on as {method}.", method=Code(event.terms.method))


def _reasons(state: State, it: Proposal, outcome: Outcome, texts: Texts) -> Iterator[Node]:
    ballots = it.matter(state.members, {}).ballots
    for choice in outcome.count.choices:
        for person in outcome.count.said[choice.word]:
            ballot = ballots.get(person)
            if ballot is None or not ballot.reason:
                continue
            told = _SAID.get(choice.word)
            yield fill(
                say("{who}, {choice}: “{reason}”.") if told is None else told,
                who=state.members.name(person),
                choice=choice.label,
                reason=Words(texts(ballot.reason)),
            )


def _spent(it: Proposal) -> Iterator[Node]:
    """What it spends, and what there was of that when those at the meeting were asked."""
    for each in it.spends:
        parts = unit_of(each.unit).parts
        count, held = (Quantity(n, each.unit, parts) for n in (each.count, each.held))
        yield say("It spends {count} of {held}.", count=count, held=held)
