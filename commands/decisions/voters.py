"""Who may vote on something that is asked now, and who somebody votes for."""

from __future__ import annotations

from bot.chat import Refusal
from bot.collective.members import Member
from bot.collective.state import State
from bot.decision import Ask
from bot.text.wording import Typed, say


def electorate_of(state: State, circle: str) -> tuple[int, ...]:
    """Who may vote now: the people who have an account, and the organisations; or those of a circle."""
    members = state.members
    people = [
        each.number
        for each in members.here
        if (each.seat and each.holders) or members.accounts(each.number)
    ]
    if circle:
        within = {members.one(number) for number in state.circles.named(circle).members}
        people = [number for number in people if number in within]
    return tuple(people)


def voter_of(state: State, ask: Ask, named: str) -> Member:
    """Whose vote it is: one's own, or that of the organisation that is named. Raises Refusal."""
    if not named:
        return ask.me
    found = ask.person(state, named.removeprefix("@"))
    holders = {state.members.one(number) for number in found.holders}
    if not found.seat or ask.me.number not in holders:
        raise Refusal(
            "seat-holder",
            say("You do not speak for {who}.", who=found.shown),
            word=named,
            instead=say("{list} says who does.", list=Typed("member list")),
        )
    return found


def told_for(voter: Member) -> tuple[int, ...]:
    """Who is told for a voter: themselves, or those who speak for an organisation."""
    return tuple(sorted(voter.holders)) if voter.seat else (voter.number,)
