"""Cards: the live picture of a proposal, the same in every room of the collective."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from bot.chat import Button, Kind, Place, Reply, Tone
from bot.collective.events import Seal
from bot.collective.proposalevents import WITHDRAWN
from bot.collective.proposals import Proposal, Show
from bot.collective.questions import Question
from bot.collective.rooms import Room
from bot.collective.state import State
from bot.deciding.ballots import Choice, Sense
from bot.deciding.judging import Verdict
from bot.deciding.methods import METHODS, as_if_closed, choices_of
from bot.deciding.outcome import Outcome
from bot.deciding.telling import tally_words, terms_in_words, verdict_words
from bot.text.wording import (
    Code,
    Node,
    Passage,
    Person,
    Say,
    Strong,
    Time,
    Typed,
    Words,
    fill,
    items,
    joined,
    lines,
    say,
    say_n,
)
from commands.decisions.advising import asked_told
from commands.decisions.effects import shown_line

Texts = Callable[[Seal], str]
"""The words behind a commitment."""

REASONS_SHOWN_MAX = 8
"""How many reasons a card shows: what fits a phone's screen; `/why` has them all."""


VERDICTS: dict[str, Node] = {
    Verdict.PASSED.value: say("passed"),
    Verdict.REJECTED.value: say("rejected"),
    Verdict.BLOCKED.value: say("blocked"),
    Verdict.NO_QUORUM.value: say("no quorum"),
    WITHDRAWN: say("withdrawn"),
}
"""Outcomes in words."""

_TONES = {
    Verdict.PASSED.value: Tone.GOOD,
    Verdict.REJECTED.value: Tone.BAD,
    Verdict.BLOCKED.value: Tone.BAD,
    Verdict.NO_QUORUM.value: Tone.OVER,
    WITHDRAWN: Tone.OVER,
}


def outcome_of(state: State, it: Proposal) -> Outcome:
    """What would come out if it closed with the ballots that there are."""
    return as_if_closed(it.matter(state.members, state.proposals.proxies))


def title_of(it: Proposal, texts: Texts) -> Words:
    """The newest title."""
    return Words(texts(it.latest.title))


def card(state: State, it: Proposal, texts: Texts) -> Node:
    """The picture of an open proposal."""
    assert it.terms is not None
    outcome = outcome_of(state, it)
    asked = asked_of(state, it, outcome.electorate)
    return lines(
        _head(it, texts),
        Passage(texts(it.latest.text)) if it.latest.text else None,
        _effect(state, it, texts),
        joined(filter(None, (asked, _so_far(it, outcome))), " "),
        hands_told(state, it, outcome, texts),
        _reasons(state, it, outcome, texts),
        terms_in_words(it.terms, outcome.electorate),
        asked_told(state, it, outcome),
        by_and_until(state.members.name(it.author), it.time(it.closes)),
    )


def _so_far(it: Proposal, outcome: Outcome) -> Node | None:
    """What was said so far; nothing where nobody has voted."""
    if it.hidden:
        return say("The count is hidden until it closes.")
    return say("So far: {count}.", count=tally_words(outcome)) if any(outcome.tally.values()) else None


def by_and_until(author: Person, closes: Time) -> Node:
    """Whose question it is, and when it closes."""
    return say("By {author}. Closes {at}.", author=author, at=closes)


def vote_typed(it: Proposal) -> Node | None:
    """The line that votes, with all that can be said in it."""
    if not it.open:
        return None
    assert it.terms is not None
    return Typed(f"vote {it.ref}", tuple(each.typed for each in choices_of(it.terms)))


def asked_of(state: State, it: Proposal, electorate: int) -> Node:
    """Who is asked, and how many that is: those at a meeting, or who speak there for circles."""
    if it.spokes:
        return _spokes_asked(state, it)
    if not it.meeting:
        return electorate_told(it.circle, electorate)
    return say_n(
        "Who is at {meeting} is asked: {count} person.",
        "Those at {meeting} are asked: {count} people.",
        electorate,
        meeting=f"M{it.meeting}",
    )


def _spokes_asked(state: State, it: Proposal) -> Node:
    """Of a spokes council: who has the vote of which circle now."""
    told = (
        say("{who} for {circle}", circle=Words(circle), who=state.members.name(who))
        for circle, who in it.spokes.items()
    )
    return say(
        "The spokes at {meeting} are asked, one vote a circle: {spokes}.",
        meeting=f"M{it.meeting}",
        spokes=joined(told),
    )


def electorate_told(circle: str, electorate: int) -> Node:
    """Who is asked, and how many that is."""
    if circle:
        return say_n(
            "The circle {circle} is asked: {count} person.",
            "The circle {circle} is asked: {count} people.",
            electorate,
            circle=Strong(Words(circle)),
        )
    return say_n("{count} person is asked.", "All {count} are asked.", electorate)


def _head(it: Proposal, texts: Texts) -> Node:
    title = Strong(title_of(it, texts))
    if it.version == 1:
        return say("{ref}: {title}", ref=it.ref, title=title)
    return say("{ref}: {title} (version {version})", ref=it.ref, title=title, version=it.version)


def _effect(state: State, it: Proposal, texts: Texts) -> Node | None:
    if not it.do:
        return None
    return say("If it passes: {line}", line=shown_line(state, texts(it.do)))


def _reasons(state: State, it: Proposal, outcome: Outcome, texts: Texts) -> Node | None:
    # A concern tells how its voter voted, which a hidden count does not; an objection has to be met.
    concerns = () if it.open and it.hidden else (Sense.CONCERN,)
    stops = (Sense.STOP,) if it.open else ()
    points = list(reasons(state, it, outcome, texts, *stops, *concerns, Sense.ADVICE))
    return items(points[:REASONS_SHOWN_MAX]) if points else None


def reasons(
    state: State, it: Proposal, outcome: Outcome, texts: Texts, *senses: Sense
) -> Iterator[Node]:
    """Who said something in one of these senses, and why."""
    ballots = it.matter(state.members, {}).ballots
    for choice in outcome.count.choices:
        if choice.sense not in senses:
            continue
        for person in outcome.count.said[choice.word]:
            ballot = ballots.get(person)
            if ballot is None or not ballot.reason:
                continue
            yield say(
                "{who}, {choice}: {reason}",
                who=state.members.name(person),
                choice=choice.label,
                reason=Words(texts(ballot.reason)),
            )


def hand_words(it: Proposal, counts: Mapping[str, int]) -> Node:
    """How many hands for what: `agree 9, block 1`; also for what is no choice any more."""
    labels = {each.word: each.label for each in every_choice(it)}
    return joined(joined((labels[word], count), " ") for word, count in counts.items())


def every_choice(it: Proposal) -> Iterator[Choice]:
    """What can be said on a proposal, and what could be before it went on by another method."""
    terms = it.terms
    assert terms is not None, "it was opened"
    for method in METHODS.values():
        yield from method.choices(terms)
    yield from choices_of(terms)


def hands_told(state: State, it: Proposal, outcome: Outcome, texts: Texts) -> Node | None:
    """The show of hands: who counted it, who confirmed it, and whether it counts."""
    shown = it.show
    if shown is None:
        return None
    known = {
        "hands": hand_words(it, outcome.count.hands or shown.hands.counts),
        "who": state.members.name(shown.by),
        "witness": state.members.name(shown.witness),
    }
    why = texts(shown.hands.reason) if shown.hands.reason else ""
    told = fill(_hands_words(it, shown, outcome), **known)
    return joined((told, say("Why: {reason}", reason=Words(why))), " ") if why else told


def _hands_words(it: Proposal, shown: Show, outcome: Outcome) -> Say:
    if shown.confirmed and outcome.count.hands:
        return say("By show of hands: {hands}; counted by {who}, confirmed by {witness}.")
    if shown.confirmed:
        return say(
            "The show of hands counts no more: {hands}; counted by {who}, confirmed by {witness}."
        )
    if it.open:
        return say("A show of hands waits to be confirmed by {witness}: {hands}; counted by {who}.")
    return say(
        "A show of hands counts for nothing, since {witness} did not confirm it: {hands}; counted by"
        " {who}."
    )


def closed_card(state: State, it: Proposal, texts: Texts) -> Node:
    """The picture of a proposal that was decided or taken back."""
    if it.verdict == WITHDRAWN:
        return lines(_head(it, texts), say("Withdrawn."))
    outcome = outcome_of(state, it)
    return lines(
        _head(it, texts),
        asked_of(state, it, outcome.electorate) if it.circle or it.meeting else None,
        say(
            "{verdict}: {tally}",
            verdict=Strong(verdict_words(outcome.judgement)),
            tally=tally_words(outcome),
        ),
        hands_told(state, it, outcome, texts),
        outcome.judgement.why,
        asked_told(state, it, outcome),
        _reasons(state, it, outcome, texts),
        say("{why} tells the whole reckoning.", why=Typed(f"why {it.ref}")),
    )


def draft_card(state: State, it: Proposal, texts: Texts) -> Node:
    """The picture of a draft."""
    return lines(
        _head(it, texts),
        Passage(texts(it.latest.text)) if it.latest.text else None,
        say("A draft of {author}.", author=state.members.name(it.author)),
        _effect(state, it, texts),
        say("{open} puts it to the vote.", open=Typed(f"open {it.ref}")),
    )


def rooms_of(state: State, it: Question[Any]) -> list[Room]:
    """Where a question is shown: in all rooms, or in those of its circle and where it came from.

    A call in a meeting is shown where people meet.
    """
    if it.meeting:
        return [room for room in state.rooms.here if room.number == it.room]
    if not it.circle:
        return state.rooms.here
    return [r for r in state.rooms.here if r.circle == it.circle or r.number == it.room]


def rooms_told(state: State, it: Proposal) -> list[Room]:
    """Where its outcome is told: also where nobody met, when something is carried out."""
    return rooms_of(state, replace(it, meeting=0) if it.do else it)


def places_of(state: State, it: Question[Any], here: Place | None = None) -> tuple[Place, ...]:
    """The places that a question is shown in, and the one where it was asked, if that is another."""
    places = [room.place for room in rooms_of(state, it)]
    return tuple(dict.fromkeys([*([here] if here else []), *places]))


def place_of(state: State, room: int) -> tuple[Place, ...]:
    """The place of a room, by its number; none where the bot is there no more."""
    found = state.rooms.by_number.get(room)
    return (found.place,) if found is not None and found.here else ()


def placed(picture: Reply, kind: Kind, places: Iterable[Place]) -> tuple[Reply, ...]:
    """Every card is drawn so: the same picture in each of its places, new or as an edit."""
    return tuple(msgspec.structs.replace(picture, kind=kind, place=place) for place in places)


def buttons(it: Proposal) -> tuple[Button, ...]:
    """A button for each choice; one that needs a reason asks for it."""
    assert it.terms is not None
    asks = say("Why?")
    return tuple(
        Button(
            choice.label,
            f"vote {it.ref} {choice.word}",
            choice.emoji,
            asks if choice.reasoned else None,
            Typed(f"vote {it.ref}", (choice.typed,), "…" if choice.reasoned else ""),
            also=choice.signs,
        )
        for choice in choices_of(it.terms)
    )


def cards(state: State, it: Proposal, texts: Texts, kind: Kind) -> tuple[Reply, ...]:
    """The picture for every room that it is shown in."""
    if it.open:
        body, pressed = card(state, it, texts), buttons(it)
    else:
        body, pressed = closed_card(state, it, texts), ()
    picture = Reply(
        body,
        ref=it.ref,
        buttons=pressed,
        typed=vote_typed(it),
        news=card_news(state, it, texts),
        tone=Tone.OPEN if it.open else _TONES[it.verdict],
        page=f"show/{it.ref}",
    )
    return placed(picture, kind, places_of(state, it))


def card_news(state: State, it: Proposal, texts: Texts) -> Node:
    """How a proposal stands, in one line: `P2: consent 2, object 1. Buy a mixer`."""
    outcome = None if it.verdict == WITHDRAWN else outcome_of(state, it)
    if outcome is None:
        stands: Node = say("Withdrawn.")
    elif not it.open:
        stands = say("{verdict}.", verdict=verdict_words(outcome.judgement))
    else:
        stands = _so_far(it, outcome) or say("Nobody has voted.")
    return say("{ref}: {stands} {title}", ref=it.ref, stands=stands, title=title_of(it, texts))


def method_told(it: Proposal) -> Code:
    """The name of the method."""
    assert it.terms is not None
    return Code(it.terms.method)
