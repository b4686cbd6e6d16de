"""Looking polls up: which one is meant, and what may be done with it."""

from __future__ import annotations

from bot.arguments import WithRef
from bot.chat import Refusal
from bot.collective.members import Member
from bot.collective.pollevents import look_of
from bot.collective.polls import Poll, life_of
from bot.collective.state import State
from bot.deciding.casting import not_asked
from bot.decision import About, Ask, Query
from bot.moment import Moment
from bot.text.wording import Typed, say
from commands.decisions.lookups import check_not_over


def poll_of(state: State, ask: Ask[WithRef]) -> Poll:
    """The poll that was named. Raises Refusal where there is none."""
    ref = ask.args.ref
    number = int(ref[1:]) if ref[0] == "Q" else 0
    it = state.polls.known.get(number)
    if it is None and number:
        it = life_of(ask.found[About(ref)])
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no poll {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("polls")),
        )
    return it


def poll_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """The words of the poll that was named; of one that is no longer in memory its whole life."""
    ref = ask.args.ref
    known = ref[0] == "Q" and int(ref[1:]) in state.polls.known
    return (About(look_of(int(ref[1:])) if known else ref),)


def check_poll_open(it: Poll, moment: Moment) -> None:
    """A poll that can be voted on now. Raises Refusal."""
    check_not_over(it, moment.said_at)


def check_voter(state: State, it: Poll, voter: Member) -> None:
    """Somebody who could vote when it was opened. Raises Refusal."""
    asked = it.voters(state.members)
    if voter.number not in asked:
        raise not_asked(it.ref, it.circle, len(asked))
