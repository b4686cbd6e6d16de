"""What of a journal is told to nobody but whom it is about, or to nobody before a question closes.

It is the same wherever entries are given out: in a receipt, an export, a bundle. Nothing here hides
anything from whoever runs the bot.
"""

from __future__ import annotations

from typing import Final

import msgspec

from bot.chain import Entry
from bot.collective.dues import DuesExempted
from bot.collective.events import Event
from bot.collective.folding import read_event
from bot.collective.members import Member
from bot.collective.pollevents import PollBallotCast, PollBallotTaken
from bot.collective.proposalevents import BallotCast, BallotTaken
from bot.collective.roles import Role
from bot.collective.state import State

OWN: Final = (
    "reminder", "timer.", "page.", "language.", "zone.", "digest.", "code.", "voters.nudged",
    "parts.reminded",
)  # fmt: skip
"""How the kinds of entries begin that are somebody's own affair, told to them alone in chat."""


def kind_of(event: Event) -> str:
    """The kind of an entry, as it is written."""
    return str(msgspec.to_builtins(event)["event"])


def is_own_affair(event: Event) -> bool:
    """Whether an entry is told in chat to nobody but whom it is about."""
    return kind_of(event).startswith(OWN)


def is_hidden_vote(state: State, event: Event) -> bool:
    """Whether it says how somebody voted where that is hidden until a close that is still to come."""
    if isinstance(event, BallotCast | BallotTaken):
        proposal = state.proposals.alive.get(event.number)
        return proposal is not None and proposal.open and proposal.hidden
    if isinstance(event, PollBallotCast | PollBallotTaken):
        poll = state.polls.known.get(event.number)
        return poll is not None and poll.open and poll.terms.hidden
    return False


def hides_votes(state: State) -> bool:
    """Whether something is asked of which that is so."""
    openly = (it.terms.hidden and not it.secret for it in state.polls.open)
    return any(openly) or any(it.hidden for it in state.proposals.open)


def holds_hidden_vote(state: State, entry: Entry) -> bool:
    """The same of an entry that was not read yet."""
    return "ballot." in entry.payload and is_hidden_vote(state, read_event(entry.payload))


def is_kept_from(state: State, me: Member | None, entry: Entry, event: Event) -> bool:
    """Whether a member is told of an entry no more than that there is one: it is others' affair."""
    if isinstance(event, DuesExempted) and me is not None and me.may(Role.TREASURER):
        return False
    if not (isinstance(event, DuesExempted) or is_own_affair(event) or is_hidden_vote(state, event)):
        return False
    own = state.members.numbers(me.number) if me is not None else ()
    return getattr(event, "member", entry.actor) not in own
