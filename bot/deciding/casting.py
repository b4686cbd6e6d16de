"""Casting: from what somebody said to a ballot that counts, or a refusal that says what would."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.chat import Refusal
from bot.deciding.advice import decidable_from
from bot.deciding.ballots import Ballot, By, Choice, Fault, read_choice, said_reason
from bot.deciding.counting import fault_of
from bot.deciding.matter import Matter
from bot.deciding.methods import METHODS
from bot.text.wording import Node, Time, Typed, joined, say, say_n

_Refusal = Callable[[Matter, Choice, str], Refusal]


def cast(matter: Matter, voter: int, word: str, reason: str, *, now: int, ref: str) -> Ballot:
    """The ballot of somebody who votes now (ms) on the matter `ref`. Raises Refusal.

    Whatever is taken here counts: it is checked by the same function as in the count.
    """
    method = METHODS[matter.terms.method]
    choices = method.choices(matter.terms)
    fault_in = fault_of(matter, choices)
    unsaid = Ballot("", now, version=matter.version)
    # Who may not vote at all is told so, before they are told how to spell it.
    fault = fault_in(voter, unsaid)
    if fault is not None and fault is not Fault.UNKNOWN:
        raise _REFUSALS[fault](matter, choices[0], ref)
    choice = read_choice(choices, word)
    ballot = Ballot(choice.word, now, said_reason(reason), matter.version)
    fault = fault_in(voter, ballot)
    if fault is None and method.admits is not None:
        fault = method.admits(matter, ballot)
    if fault is not None:
        raise _REFUSALS[fault](matter, choice, ref)
    return ballot


def _outside(matter: Matter, choice: Choice, ref: str) -> Refusal:  # noqa: ARG001 - a refusal
    return not_asked(ref, matter.circle, len(matter.electorate))


def _late(matter: Matter, choice: Choice, ref: str) -> Refusal:  # noqa: ARG001 - a refusal
    return closed(ref, matter.terms.timing.time(matter.closes_at))


def _unreasoned(matter: Matter, choice: Choice, ref: str) -> Refusal:  # noqa: ARG001 - a refusal
    line = Typed(f"vote {ref}", (choice.typed,), "…")
    return Refusal(
        "reason-missing",
        say("“{choice}” needs a reason.", choice=choice.typed),
        word=choice.word,
        instead=say("Write the reason behind it: {line}", line=line),
    )


def _not_theirs(matter: Matter, choice: Choice, ref: str) -> Refusal:  # noqa: ARG001 - a refusal
    author = choice.by is not By.AUTHOR
    others = [
        each.typed
        for each in METHODS[matter.terms.method].choices(matter.terms)
        if each.open_to(author=author)
    ]
    reason: Node = (
        say("“{choice}” is for everybody but the author.", choice=choice.typed)
        if author
        else say("“{choice}” is for the author alone.", choice=choice.typed)
    )
    return Refusal(
        "choice-not-yours",
        reason,
        word=choice.word,
        instead=say("Your choices are {choices}.", choices=joined(others)),
    )


def _early(matter: Matter, choice: Choice, ref: str) -> Refusal:  # noqa: ARG001 - a refusal
    since = decidable_from(matter)
    return Refusal(
        "advice-missing",
        say("Too little advice was given to decide."),
        word=choice.word,
        instead=say("First ask somebody who is affected, and somebody who knows.")
        if since is None
        else say(
            "Wait until an affected person and an expert have advised, or until {when}.",
            when=matter.terms.timing.time(since),
        ),
    )


def not_asked(ref: str, circle: str, electorate: int) -> Refusal:
    """The refusal for somebody who is not among those who are asked; it says who they are."""
    told = (
        say_n(
            "{ref} is asked of the circle {circle} alone, {count} person; you were not in it when it"
            " was opened.",
            "{ref} is asked of the circle {circle} alone, {count} people; you were not in it when it"
            " was opened.",
            electorate,
            ref=ref,
            circle=circle,
        )
        if circle
        else say_n(
            "{ref} is asked of the {count} person who could vote when it was opened, and not of you.",
            "{ref} is asked of the {count} people who could vote when it was opened, and not of you.",
            electorate,
            ref=ref,
        )
    )
    return Refusal("not-eligible", told, instead=say("Say what you think of it in the room."))


def closed(ref: str, when: Time) -> Refusal:
    """The refusal for what comes after the close."""
    return Refusal(
        "vote-closed",
        say("{ref} closed on {when}.", ref=ref, when=when),
        word=ref,
        instead=say("{why} tells what came out.", why=Typed(f"why {ref}")),
    )


_REFUSALS: Mapping[Fault, _Refusal] = {
    Fault.OUTSIDE: _outside,
    Fault.LATE: _late,
    Fault.UNREASONED: _unreasoned,
    Fault.NOT_THEIRS: _not_theirs,
    Fault.EARLY: _early,
}
"""A new ballot is about the newest text and names a choice that was read, so the rest cannot be."""
