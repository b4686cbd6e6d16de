"""The state of a collective: what its journal comes to (`bot.collective.folding`), and nothing else.

It has one field for each part, which says with its `CHANGES` what each kind of event changes in it, and
with its `RULES` what people may want otherwise. The state holds what decisions need, so it grows with
members and open things, not with years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import TypeVar

from bot.chain import Head
from bot.collective import (
    banking,
    budgets,
    circles,
    collectives,
    contributionbook,
    contributions,
    decisionrules,
    digests,
    distributions,
    dues,
    equations,
    funding,
    imports,
    invoices,
    meetingbook,
    memberbook,
    members,
    moneyrules,
    moves,
    needs,
    openness,
    pages,
    partners,
    pollbook,
    proposalbook,
    recurring,
    reminders,
    rooms,
    rounds,
    rulebook,
    sharedexpenses,
    shifts,
    slips,
    thanks,
    timers,
    treasury,
    units,
)
from bot.collective.events import Changes
from bot.collective.ledger import Ledger
from bot.collective.rules import RulesByGroup

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of the state brings along: what events change in it, and its rules."""

    changes: Changes
    rules: RulesByGroup


def part(make: Callable[[], T], changes: Changes | None = None, rules: RulesByGroup | None = None) -> T:
    """A field of the state: how it begins, what each kind of event changes in it, its rules."""
    begun: T = field(default_factory=make, metadata={"part": Part(changes or {}, rules or {})})
    return begun


@dataclass(slots=True)
class State:
    """A collective as its journal tells it up to `head`; it began at `founded_at` (ms)."""

    collective: str
    head: Head = field(default_factory=Head)
    name: str = ""
    founded_at: int = 0
    rooms: rooms.Rooms = part(rooms.Rooms, rooms.CHANGES, rooms.RULES)
    collectives: collectives.Invites = part(collectives.Invites, collectives.CHANGES, collectives.RULES)
    rules: rulebook.RuleBook = part(rulebook.RuleBook, rulebook.CHANGES)
    members: memberbook.Members = part(memberbook.Members, memberbook.CHANGES, members.RULES)
    circles: circles.Circles = part(circles.Circles, circles.CHANGES, circles.RULES)
    contributions: contributionbook.Contributions = part(
        contributionbook.Contributions, contributionbook.CHANGES, contributions.RULES
    )
    ledger: Ledger = part(Ledger)
    proposals: proposalbook.Proposals = part(
        proposalbook.Proposals, proposalbook.CHANGES, decisionrules.RULES
    )
    polls: pollbook.Polls = part(pollbook.Polls, pollbook.CHANGES)
    meetings: meetingbook.Meetings = part(meetingbook.Meetings, meetingbook.CHANGES, meetingbook.RULES)
    treasury: treasury.Treasury = part(treasury.Treasury, treasury.CHANGES, moneyrules.RULES)
    moves: moves.Moves = part(moves.Moves)
    budgets: budgets.Budgets = part(budgets.Budgets, budgets.CHANGES)
    dues: dues.Dues = part(dues.Dues, dues.CHANGES)
    invoices: invoices.Invoices = part(invoices.Invoices, invoices.CHANGES)
    sharedexpenses: sharedexpenses.SharedExpenses = part(
        sharedexpenses.SharedExpenses, sharedexpenses.CHANGES, sharedexpenses.RULES
    )
    recurring: recurring.RecurringBills = part(recurring.RecurringBills, recurring.CHANGES)
    slips: slips.Slips = part(slips.Slips, slips.CHANGES)
    banking: banking.Banking = part(banking.Banking, banking.CHANGES)
    distributions: distributions.Distributions = part(
        distributions.Distributions, rules=distributions.RULES
    )
    equations: equations.Equations = part(equations.Equations, equations.CHANGES, equations.RULES)
    units: units.Units = part(units.Units, rules=units.RULES)
    rounds: rounds.Rounds = part(rounds.Rounds, rounds.CHANGES, rounds.RULES)
    funding: funding.Funding = part(funding.Funding, funding.CHANGES, funding.RULES)
    partners: partners.Partners = part(partners.Partners, partners.CHANGES, partners.RULES)
    needs: needs.Needs = part(needs.Needs, needs.CHANGES, needs.RULES)
    shifts: shifts.Shifts = part(shifts.Shifts, shifts.CHANGES, shifts.RULES)
    timers: timers.Timers = part(timers.Timers, timers.CHANGES)
    thanks: thanks.Thanks = part(thanks.Thanks, thanks.CHANGES)
    imports: imports.Imports = part(imports.Imports, imports.CHANGES)
    digests: digests.Digests = part(digests.Digests, digests.CHANGES, digests.RULES)
    reminders: reminders.Reminders = part(reminders.Reminders, reminders.CHANGES, reminders.RULES)
    pages: pages.Pages = part(pages.Pages, pages.CHANGES, pages.RULES)
    openness: openness.Openness = part(openness.Openness, openness.CHANGES, openness.RULES)

    @property
    def founded(self) -> bool:
        """Whether there is anything yet."""
        return bool(self.name)


def parts_of_state() -> Iterator[tuple[str, Part]]:
    """The parts of a state by name, in order."""
    return ((each.name, each.metadata["part"]) for each in fields(State) if each.metadata)
