"""`/owed`: what is held for whom, and since when: the oldest first, and also for who is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat import Reply
from bot.collective.moves import Parts, settle
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.sums import decimals, shown, sums_told
from bot.text.rendering import unit_name
from bot.text.wording import Day, Node, Table, Typed, Words, items, joined, lines, say
from commands.ledger.exits import called
from commands.ledger.flows import held_and_owed
from commands.ledger.money import who_told

ROWS_MAX = 40
"""How many people are told of one unit: what fits one message."""


@dataclass(frozen=True, slots=True)
class Owed:
    """So much of a unit that is held for somebody, or below nothing owed by them; since a day (ISO)."""

    member: int
    unit: str
    count: int
    since: str


def owed_of(state: State) -> list[Owed]:
    """What is held for each person, over all their numbers, in currencies; the oldest first."""
    people: dict[tuple[int, str], Parts] = {}
    for (account, unit), parts in state.moves.held.items():
        if parts and unit not in state.units.by_code:
            one = state.members.one(int(account.partition(":")[2]))
            known = people.setdefault((one, unit), [])
            for day, count in parts:
                settle(known, day, count)
    found = [
        Owed(member, unit, sum(count for _, count in parts), parts[0][0])
        for (member, unit), parts in people.items()
        if parts
    ]
    return sorted(found, key=lambda it: (it.unit, it.since, it.member))


def owed(state: State, ask: Ask) -> Accepted:
    """What is held for whom, and together as much as the ledger says; and what members owe."""
    found = owed_of(state)
    ours = [it for it in found if it.count > 0]
    theirs = [it for it in found if it.count < 0]
    for_members, by_members = held_and_owed(state)
    body = lines(
        *_tables(state, ours),
        say("Held for members together: {sums}", sums=sums_told(for_members))
        if ours
        else say("Nothing is held for anybody."),
        say("Owed by members: {sums}", sums=sums_told(by_members)) if theirs else None,
        items(_below_told(state, it) for it in theirs[:ROWS_MAX]) if theirs else None,
        _more_told(len(theirs) - ROWS_MAX),
        say("{line} pays it out, after a preview.", line=Typed("payout all")) if ours else None,
    )
    facts = {
        "payees": [_facts(state, it) for it in ours],
        "debtors": [_facts(state, it) for it in theirs],
        "held": decimals(for_members),
        "by-members": decimals(by_members),
    }
    return Accepted(replies=(Reply(body, facts=facts),))


def _tables(state: State, found: list[Owed]) -> Iterator[Node]:
    """A table for each currency; of a long one the oldest, and what the rest is together."""
    for unit in dict.fromkeys(it.unit for it in found):
        of_unit = [it for it in found if it.unit == unit]
        rows = tuple(
            (whose_told(state, it.member), shown(unit, it.count), Day(it.since))
            for it in of_unit[:ROWS_MAX]
        )
        yield Table((say("Who"), Words(unit_name(unit)), say("Since")), rows)
        rest = of_unit[ROWS_MAX:]
        if rest:
            yield say(
                "and {count} more: {sum}",
                count=len(rest),
                sum=shown(unit, sum(it.count for it in rest)),
            )


def whose_told(state: State, number: int) -> Node:
    """A person by name; that somebody is not here any more, and by what they are named in a line."""
    who = state.members.member(number)
    if who.here:
        return who.shown
    return say("{who}, gone ({name})", who=who_told(state, number), name=called(who))


def _below_told(state: State, it: Owed) -> Node:
    amount, day = shown(it.unit, it.count), Day(it.since)
    return joined((say("{who} is at {amount}", who=who_told(state, it.member), amount=amount), day))


def _more_told(count: int) -> Node | None:
    return say("and {count} more", count=count) if count > 0 else None


def _facts(state: State, it: Owed) -> dict[str, str]:
    ((unit, amount),) = decimals({it.unit: it.count}).items()
    who = called(state.members.member(it.member))
    return {"who": who, "unit": unit, "amount": amount, "since": it.since}


COMMANDS = (
    Command(
        name="owed",
        about=say("what is held for whom, the oldest first"),
        also=say("who is owed, who do we owe, debts, open balances, liabilities, whom do we owe"),
        decide=owed,
        examples=("owed",),
        details=say("{balance} shows your own.", balance=Typed("balance")),
    ),
)
