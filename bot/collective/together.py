"""The events that change more than one part of the state, and how.

What changes one part alone stands with that part, in its `CHANGES`. Here is only what would otherwise
make one part know another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from bot.collective.booking import booked
from bot.collective.catalogue import CATALOGUE
from bot.collective.circles import CircleClosed
from bot.collective.collectives import CollectiveFounded, CollectiveRenamed
from bot.collective.contributions import (
    ContributionAmended,
    ContributionConfirmed,
    ContributionDisputed,
    ContributionLogged,
    ContributionWithdrawn,
    DisputeLifted,
    Share,
    Status,
)
from bot.collective.digests import DigestTold
from bot.collective.distributions import DistributionMade, ShareAllotted
from bot.collective.dues import DuesFell
from bot.collective.events import Event, When
from bot.collective.imports import ImportBegun, ImportUndone, Numbers, ThanksBrought
from bot.collective.members import MemberForgotten
from bot.collective.needevents import NeedDone
from bot.collective.pollevents import PollNudged
from bot.collective.proposalevents import ProposalClosed, VotersNudged
from bot.collective.restores import BooksRestored
from bot.collective.rooms import RoomJoined, RoomLeft
from bot.collective.rulebook import RuleSet, RuleUnset, Scope
from bot.collective.rules import Layer
from bot.collective.sharedexpenses import ExpenseShared, PartAgreed, PartsReminded
from bot.collective.state import State
from bot.collective.treasury import Flow, TransferApproved, TransferMade
from bot.collective.units import IssueAllotted, UnitsIssued, UnitsTaken, UnitStep
from bot.value.equations import Form

Apply = Callable[[Any, Any, When], None]
"""Takes an event into a state."""


def _founded(state: State, event: CollectiveFounded, when: When) -> None:
    state.name, state.founded_at = event.name, when.at


def _renamed(state: State, event: CollectiveRenamed, _: When) -> None:
    state.name = event.name


def _room_joined(state: State, event: RoomJoined, when: When) -> None:
    state.rooms.join(event, when)
    state.digests.begun[event.number] = when.at


def _room_left(state: State, event: RoomLeft, when: When) -> None:
    state.rooms.leave(event, when)
    state.rules.drop(Scope(Layer.ROOM, str(event.number)))


def _circle_closed(state: State, event: CircleClosed, _: When) -> None:
    del state.circles.by_name[event.name]
    state.rules.drop(Scope(Layer.CIRCLE, event.name))
    for room in state.rooms.by_number.values():
        if room.circle == event.name:
            room.circle = ""


def _rule_set(state: State, event: RuleSet, when: When) -> None:
    state.rules.set(event, CATALOGUE.get(event.rule), when)
    _digests_changed(state, event.rule, when)


def _rule_unset(state: State, event: RuleUnset, when: When) -> None:
    state.rules.unset(event, when)
    _digests_changed(state, event.rule, when)


def _digests_changed(state: State, rule: str, when: When) -> None:
    if rule.startswith("digest") or rule == "zone":
        state.digests.changed = when.at


def _books_restored(state: State, _: BooksRestored, when: When) -> None:
    # What was due since the backup may have been told already: nobody can know any more.
    state.digests.changed = when.at


def _digest_told(state: State, event: DigestTold, when: When) -> None:
    state.digests.note(event, when)
    if event.room:
        state.contributions.note_told((event.room, event.every), event.until)


def _forgotten(state: State, event: MemberForgotten, when: When) -> None:
    numbers = state.members.numbers(event.member)
    state.dues.forget(numbers)
    state.funding.forget(numbers)
    state.members.forget(event, when)


def _dues_fell(state: State, event: DuesFell, _: When) -> None:
    state.dues.fall(event, state.members.numbers)


def _proposal_closed(state: State, event: ProposalClosed, when: When) -> None:
    state.proposals.close(event, when, state.members)


def _voters_nudged(state: State, event: VotersNudged, when: When) -> None:
    state.proposals.take(event, when)
    state.reminders.note(event.members, when.at)


def _poll_nudged(state: State, event: PollNudged, when: When) -> None:
    state.polls.take(event, when)
    state.reminders.note(event.members, when.at)


def _post(state: State, event: Event, when: When) -> None:
    """Post what an event moves, and note in which months that counts."""
    for day, postings in booked(event, when.at):
        state.ledger.book(day, postings, when.at)


def _note(state: State, event: Event, when: When) -> None:
    """Note in which months what an event posts counts."""
    for day, postings in booked(event, when.at):
        state.ledger.note(day, postings, when.at)


def _logged(state: State, event: ContributionLogged, when: When) -> None:
    state.contributions.log(event, when.at)
    share, actor = event.share, when.actor
    own = share.member == actor or state.members.one(actor) == state.members.one(share.member)
    if own and event.origin is None:
        state.contributions.givers.add(share.member)
    if event.postings:
        state.ledger.book(share.day, event.postings, when.at)


def _confirmed(state: State, event: ContributionConfirmed, when: When) -> None:
    state.contributions.confirm(event, when)
    _post(state, event, when)
    if event.complete:
        _contribution_changed(state, event.number, event.share, Status.CONFIRMED)


def _disputed(state: State, event: ContributionDisputed, when: When) -> None:
    state.contributions.dispute(event, when.at)
    _post(state, event, when)
    _contribution_changed(state, event.number, event.share, Status.DISPUTED)


def _lifted(state: State, event: DisputeLifted, when: When) -> None:
    state.contributions.lift(event, when.at)
    _post(state, event, when)
    _contribution_changed(state, event.number, event.share, event.becomes)


def _amended(state: State, event: ContributionAmended, when: When) -> None:
    state.contributions.amend(event, when.at)
    _post(state, event, when)
    _contribution_changed(state, event.number, event.now, event.becomes)


def _withdrawn(state: State, event: ContributionWithdrawn, when: When) -> None:
    state.contributions.withdraw(event)
    _post(state, event, when)
    _contribution_changed(state, event.number, event.share, Status.WITHDRAWN)


def _contribution_changed(state: State, number: int, share: Share, status: Status) -> None:
    """What an entry was for is counted as the entry is: a gift of a partner, a shift."""
    state.partners.contribution_changed(number, share, status)
    state.shifts.contribution_changed(number, share, status)


def _need_done(state: State, event: NeedDone, when: When) -> None:
    it = state.needs.open[event.number]
    if it.series:
        counts = event.contribution not in state.contributions.unsettled
        state.shifts.do(event, it, when, counts=counts)
    state.needs.do(event, when)


def _thanks_brought(state: State, event: ThanksBrought, _: When) -> None:
    month = event.day[:7]
    state.imports.known[event.origin.number].thanks[month, event.to] += 1
    state.thanks.bring(month, event.to, 1)


def _import_begun(state: State, event: ImportBegun, when: When) -> None:
    members, contributions, treasury = state.members, state.contributions, state.treasury
    free = Numbers(members.next_number, contributions.count + 1, treasury.count + 1)
    state.imports.begin(event, when.at, free)
    members.reserved = free.member - 1 + event.members
    contributions.count += event.contributions
    treasury.count += event.transfers


def import_undone(state: State, event: ImportUndone) -> None:
    """Take an import back, with the thanks that it brought."""
    state.imports.undo(event)
    for (month, to), count in state.imports.known[event.number].thanks.items():
        state.thanks.bring(month, to, -count)


def _transfer_made(state: State, event: TransferMade, when: When) -> None:
    state.treasury.made(event, when)
    _moved(state, event, when)


def _transfer_approved(state: State, event: TransferApproved, when: When) -> None:
    state.treasury.approved(event, when)
    _moved(state, event, when)


def _moved(state: State, event: TransferMade | TransferApproved, when: When) -> None:
    if state.units.move(event, state.ledger, state.members, when.at):
        _note(state, event, when)
    else:
        _post(state, event, when)
    state.moves.note(event, when.at)
    state.budgets.note(event)
    state.banking.moved(event, when.at)
    state.dues.paid(event)
    state.invoices.moved(event)
    if event.order.partner:
        state.partners.pay(event)
    if event.order.flow is Flow.SETTLE:
        state.sharedexpenses.settle(event)


def _expense_shared(state: State, event: ExpenseShared, when: When) -> None:
    state.treasury.count = max(state.treasury.count, event.number)
    if event.reverses:
        state.treasury.undo(event.reverses)
    state.sharedexpenses.share(event, when)
    _post(state, event, when)


def _part_agreed(state: State, event: PartAgreed, when: When) -> None:
    state.sharedexpenses.agree(event)
    _post(state, event, when)


def _parts_reminded(state: State, event: PartsReminded, when: When) -> None:
    state.sharedexpenses.remind(event)
    state.reminders.note(event.members, when.at)


def _unit(state: State, event: UnitStep, when: When) -> None:
    state.units.take(event, state.ledger, state.members, when.at)
    _note(state, event, when)
    if isinstance(event, IssueAllotted | UnitsTaken):
        state.moves.note(event, when.at)


def _issued(state: State, event: UnitsIssued, _: When) -> None:
    state.treasury.count = max(state.treasury.count, event.number)
    if event.reverses:
        state.treasury.undo(event.reverses)


def _distribution_made(state: State, event: DistributionMade, when: When) -> None:
    state.treasury.count = max(state.treasury.count, event.number)
    if event.reverses:
        state.treasury.undo(event.reverses)
    state.distributions.make(event, when)
    _post(state, event, when)
    state.moves.note(event, when.at)
    if any(bucket.form is Form.GIVEN for bucket in event.equation.buckets):
        state.rounds.given.clear()


def _share_allotted(state: State, event: ShareAllotted, when: When) -> None:
    state.distributions.allot(event, when)
    _post(state, event, when)
    state.moves.note(event, when.at)
    if event.reverses:
        state.rounds.meet(event.member, event.unit, -event.needed)
        return
    left = event.needed
    for number in state.members.numbers(event.member) if left else ():
        left = state.rounds.meet(number, event.unit, left)


TOGETHER: Mapping[type[Event], Apply] = {
    CollectiveFounded: _founded,
    CollectiveRenamed: _renamed,
    RoomJoined: _room_joined,
    RoomLeft: _room_left,
    CircleClosed: _circle_closed,
    RuleSet: _rule_set,
    RuleUnset: _rule_unset,
    DigestTold: _digest_told,
    BooksRestored: _books_restored,
    MemberForgotten: _forgotten,
    DuesFell: _dues_fell,
    ProposalClosed: _proposal_closed,
    VotersNudged: _voters_nudged,
    PollNudged: _poll_nudged,
    ContributionLogged: _logged,
    ContributionConfirmed: _confirmed,
    ContributionDisputed: _disputed,
    DisputeLifted: _lifted,
    ContributionAmended: _amended,
    ContributionWithdrawn: _withdrawn,
    NeedDone: _need_done,
    TransferMade: _transfer_made,
    ThanksBrought: _thanks_brought,
    ImportBegun: _import_begun,
    TransferApproved: _transfer_approved,
    UnitsIssued: _issued,
    **dict.fromkeys(get_args(UnitStep), _unit),
    DistributionMade: _distribution_made,
    ShareAllotted: _share_allotted,
    ExpenseShared: _expense_shared,
    PartAgreed: _part_agreed,
    PartsReminded: _parts_reminded,
}
"""What each kind of event changes that touches more than one part."""
