"""Which entry is meant, and whether it may still be changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.arguments import OptionType, WithRef, takes
from bot.chat import Refusal
from bot.collective.contributions import Contribution, Life, Status, Step, fold_contribution
from bot.collective.guards import check_open
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import About, Ask, Found
from bot.text.wording import Typed, say

REF = takes(OptionType.REFERENCE, say("which one, for example C12"), positional=True)


def steps_of(state: State, found: Found) -> Iterable[Step]:
    """What happened to contributions, of all that was found, by whom as they are known now."""
    for entry, event in found:
        if isinstance(event, Life):
            yield Step(entry.at, state.members.one(entry.actor), event)


def contribution_of(state: State, ask: Ask[WithRef]) -> Contribution:
    """The contribution that was named. Raises Refusal where there is none."""
    ref = ask.args.ref
    it = fold_contribution(steps_of(state, ask.found[About(ref)]))
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no contribution {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("contributions")),
        )
    return it


def check_alive(it: Contribution, rules: Rules) -> None:
    """What was withdrawn, or counts in closed books, is not changed any more. Raises Refusal.

    What does not count yet may be taken back, or moved to an open day: closing strands nothing.
    """
    if it.status is Status.WITHDRAWN:
        raise Refusal(
            "withdrawn",
            say("{ref} was withdrawn.", ref=it.ref),
            word=it.ref,
            instead=say("{log} enters a new one.", log=Typed("log")),
        )
    if it.status is Status.CONFIRMED:
        check_open(dt.date.fromisoformat(it.share.day), rules)


def check_counts(it: Contribution, rules: Rules) -> None:
    """Whether it may come to count, where its day is not closed. Raises Refusal."""
    line = say("Its author moves it to an open day: {line}", line=Typed(f"amend {it.ref} --on today"))
    check_open(dt.date.fromisoformat(it.share.day), rules, instead=line)
