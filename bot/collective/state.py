"""The state of a collective: what its journal comes to (`bot.collective.folding`), and nothing else.

It has one field for each part, which says with its `CHANGES` what each kind of event changes in it. The
state holds what decisions need, so it grows with members and open things, not with years.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.chain import Head
from bot.collective import (
    circles,
    collectives,
    contributionbook,
    digests,
    distributions,
    equations,
    memberbook,
    needs,
    pages,
    partners,
    pollbook,
    proposalbook,
    reminders,
    rooms,
    rounds,
    rulebook,
    thanks,
    timers,
    treasury,
    units,
)
from bot.collective.ledger import Ledger


@dataclass(slots=True)
class State:
    """A collective as its journal tells it up to `head`.

    The metadata of a part's field is what events change in it.
    """

    collective: str
    head: Head = field(default_factory=Head)
    name: str = ""
    invites: collectives.Invites = field(
        default_factory=collectives.Invites, metadata=collectives.CHANGES
    )
    rooms: rooms.Rooms = field(default_factory=rooms.Rooms, metadata=rooms.CHANGES)
    circles: circles.Circles = field(default_factory=circles.Circles, metadata=circles.CHANGES)
    rules: rulebook.RuleBook = field(default_factory=rulebook.RuleBook, metadata=rulebook.CHANGES)
    members: memberbook.Members = field(default_factory=memberbook.Members, metadata=memberbook.CHANGES)
    contributions: contributionbook.Contributions = field(
        default_factory=contributionbook.Contributions, metadata=contributionbook.CHANGES
    )
    ledger: Ledger = field(default_factory=Ledger)
    proposals: proposalbook.Proposals = field(
        default_factory=proposalbook.Proposals, metadata=proposalbook.CHANGES
    )
    treasury: treasury.Treasury = field(default_factory=treasury.Treasury, metadata=treasury.CHANGES)
    units: units.Units = field(default_factory=units.Units)
    equations: equations.Equations = field(
        default_factory=equations.Equations, metadata=equations.CHANGES
    )
    rounds: rounds.Rounds = field(default_factory=rounds.Rounds, metadata=rounds.CHANGES)
    distributions: distributions.Distributions = field(default_factory=distributions.Distributions)
    partners: partners.Partners = field(default_factory=partners.Partners, metadata=partners.CHANGES)
    polls: pollbook.Polls = field(default_factory=pollbook.Polls, metadata=pollbook.CHANGES)
    needs: needs.Needs = field(default_factory=needs.Needs, metadata=needs.CHANGES)
    timers: timers.Timers = field(default_factory=timers.Timers, metadata=timers.CHANGES)
    thanks: thanks.Thanks = field(default_factory=thanks.Thanks, metadata=thanks.CHANGES)
    digests: digests.Digests = field(default_factory=digests.Digests, metadata=digests.CHANGES)
    pages: pages.Pages = field(default_factory=pages.Pages, metadata=pages.CHANGES)
    reminders: reminders.Reminders = field(
        default_factory=reminders.Reminders, metadata=reminders.CHANGES
    )

    @property
    def founded(self) -> bool:
        """Whether there is anything yet."""
        return bool(self.name)
