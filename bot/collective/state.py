"""The state of a collective: `apply(state, event)` over its journal, and nothing else.

`EVENTS` is the table of every kind of event and what it changes; what is missing there does not
exist. The state holds what decisions need, so it grows with members and open things, not with years.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_
from types import UnionType
from typing import Any, get_args

import msgspec

from bot.chain import Entry, Head, canonical
from bot.collective import (
    accounts,
    circles,
    collectives,
    contributions,
    digests,
    distributions,
    equations,
    members,
    partners,
    polls,
    proposals,
    reminders,
    roles,
    rooms,
    rounds,
    rulebook,
    thanks,
    timers,
    treasury,
    units,
)
from bot.collective.contributions import Status
from bot.collective.events import Event
from bot.collective.ledger import Ledger, imbalance
from bot.collective.members import ERASED
from bot.collective.rules import Layer
from bot.value.equations import Form


@dataclass(slots=True)
class State:
    """A collective as its journal tells it up to `head`."""

    collective: str
    head: Head = field(default_factory=Head)
    name: str = ""
    invites: collectives.Invites = field(default_factory=collectives.Invites)
    rooms: rooms.Rooms = field(default_factory=rooms.Rooms)
    circles: circles.Circles = field(default_factory=circles.Circles)
    rules: rulebook.RuleBook = field(default_factory=rulebook.RuleBook)
    members: members.Members = field(default_factory=members.Members)
    contributions: contributions.Contributions = field(default_factory=contributions.Contributions)
    ledger: Ledger = field(default_factory=Ledger)
    proposals: proposals.Proposals = field(default_factory=proposals.Proposals)
    treasury: treasury.Treasury = field(default_factory=treasury.Treasury)
    units: units.Units = field(default_factory=units.Units)
    equations: equations.Equations = field(default_factory=equations.Equations)
    rounds: rounds.Rounds = field(default_factory=rounds.Rounds)
    distributions: distributions.Distributions = field(default_factory=distributions.Distributions)
    partners: partners.Partners = field(default_factory=partners.Partners)
    polls: polls.Polls = field(default_factory=polls.Polls)
    timers: dict[int, timers.Timer] = field(default_factory=dict)
    thanks: thanks.Thanks = field(default_factory=thanks.Thanks)
    digests: digests.Digests = field(default_factory=digests.Digests)
    reminders: reminders.Reminders = field(default_factory=reminders.Reminders)

    @property
    def founded(self) -> bool:
        """Whether there is anything yet."""
        return bool(self.name)


class When(msgspec.Struct, frozen=True, gc=False):
    """What an event's entry says beside it: when, by whom, and the names known to the collective."""

    at: int
    actor: int
    names: Mapping[str, str]


Apply = Callable[[State, Any, When], None]


def _founded(state: State, event: collectives.CollectiveFounded, _: When) -> None:
    state.name = event.name


def _renamed(state: State, event: collectives.CollectiveRenamed, _: When) -> None:
    state.name = event.name


def _invite_made(state: State, event: collectives.InviteMade, when: When) -> None:
    good = {code: until for code, until in state.invites.until.items() if when.at < until}
    state.invites.until = {**good, event.code: event.until}


def _invite_ended(state: State, event: collectives.InviteEnded, _: When) -> None:
    state.invites.until.pop(event.code, None)


def _room_joined(state: State, event: rooms.RoomJoined, when: When) -> None:
    state.rooms.join(event)
    state.digests.begun[event.number] = when.at


def _space_joined(state: State, event: rooms.SpaceJoined, _: When) -> None:
    state.rooms.spaces.add((event.platform, event.space))


def _room_named(state: State, event: rooms.RoomNamed, _: When) -> None:
    state.rooms.by_number[event.number].name = event.name


def _room_placed(state: State, event: rooms.RoomPlaced, _: When) -> None:
    state.rooms.by_number[event.number].circle = event.circle


def _room_moved(state: State, event: rooms.RoomMoved, _: When) -> None:
    state.rooms.move(event)


def _room_left(state: State, event: rooms.RoomLeft, _: When) -> None:
    state.rooms.leave(event)
    state.rules.drop(rulebook.Scope(Layer.ROOM, str(event.number)))


def _circle_formed(state: State, event: circles.CircleFormed, _: When) -> None:
    state.circles.by_name[event.name] = circles.Circle(event.name, event.purpose)


def _circle_joined(state: State, event: circles.CircleJoined, _: When) -> None:
    state.circles.by_name[event.name].members.add(event.member)


def _circle_left(state: State, event: circles.CircleLeft, _: When) -> None:
    state.circles.by_name[event.name].members.discard(event.member)


def _circle_closed(state: State, event: circles.CircleClosed, _: When) -> None:
    del state.circles.by_name[event.name]
    state.rules.drop(rulebook.Scope(Layer.CIRCLE, event.name))
    for room in state.rooms.by_number.values():
        if room.circle == event.name:
            room.circle = ""


def _rule_set(state: State, event: rulebook.RuleSet, when: When) -> None:
    state.rules.set(event, when.at, when.actor)
    _digests_changed(state, event.rule, when)


def _rule_unset(state: State, event: rulebook.RuleUnset, when: When) -> None:
    state.rules.unset(event)
    _digests_changed(state, event.rule, when)


def _digests_changed(state: State, rule: str, when: When) -> None:
    if rule.startswith("digest") or rule == "zone":
        state.digests.changed = when.at


def _digest_told(state: State, event: digests.DigestTold, _: When) -> None:
    state.digests.note(event)
    if event.room:
        state.contributions.note_told((event.room, event.every), event.until)


def _digest_taken(state: State, event: digests.DigestTaken, when: When) -> None:
    state.digests.take(event, when.at)


def _reminder_set(state: State, event: reminders.ReminderSet, _: When) -> None:
    state.reminders.set(event)


def _reminder_came(state: State, event: reminders.ReminderCame, when: When) -> None:
    state.reminders.tell(event, when.at)


def _reminder_moved(state: State, event: reminders.ReminderMoved, _: When) -> None:
    state.reminders.move(event)


def _reminder_joined(state: State, event: reminders.ReminderJoined, _: When) -> None:
    state.reminders.join(event)


def _reminder_ended(state: State, event: reminders.ReminderEnded, _: When) -> None:
    state.reminders.end(event)


def _reminders_refused(state: State, event: reminders.RemindersRefused, _: When) -> None:
    state.reminders.refused.add(event.member)


def _reminders_wanted(state: State, event: reminders.RemindersWanted, _: When) -> None:
    state.reminders.refused.discard(event.member)


def _digest_stopped(state: State, event: digests.DigestStopped, _: When) -> None:
    state.digests.stop(event)


def _rule_locked(state: State, event: rulebook.RuleLocked, _: When) -> None:
    state.rules.locked.add(event.rule)


def _rule_unlocked(state: State, event: rulebook.RuleUnlocked, _: When) -> None:
    state.rules.locked.discard(event.rule)


def _member_joined(state: State, event: members.MemberJoined, when: When) -> None:
    name = when.names.get(event.name, ERASED)
    state.members.join(event, name, when.names.get(event.account, event.account), when.at)


def _account_added(state: State, event: accounts.AccountAdded, when: When) -> None:
    state.members.add_account(event, when.names.get(event.account, event.account))


def _member_renamed(state: State, event: members.MemberRenamed, when: When) -> None:
    state.members.by_number[event.member].name = when.names.get(event.name, ERASED)


def _member_left(state: State, event: members.MemberLeft, _: When) -> None:
    state.members.leave(event)


def _member_returned(state: State, event: members.MemberReturned, _: When) -> None:
    member = state.members.by_number[event.member]
    member.here, member.removed = True, False


def _member_forgotten(state: State, event: members.MemberForgotten, _: When) -> None:
    state.members.forget(event.member)


def _member_unreached(state: State, event: members.MemberUnreached, _: When) -> None:
    state.members.by_number[event.member].unreached = True


def _member_reached(state: State, event: members.MemberReached, _: When) -> None:
    state.members.by_number[event.member].unreached = False


def _membership_asked(state: State, event: members.MembershipAsked, when: When) -> None:
    account = when.names.get(event.account, event.account)
    state.members.ask(event, when.names.get(event.name, ERASED), account, when.at)


def _membership_vouched(state: State, event: members.MembershipVouched, _: When) -> None:
    state.members.candidates[event.candidate].vouched.add(event.member)


def _membership_refused(state: State, event: members.MembershipRefused, _: When) -> None:
    state.members.candidates.pop(event.candidate, None)


def _code_offered(state: State, event: accounts.CodeOffered, when: When) -> None:
    state.members.offer_code(event, when.at)


def _members_merged(state: State, event: accounts.MembersMerged, when: When) -> None:
    state.members.merge(event, when.at)
    state.proposals.people_changed()


def _merge_undone(state: State, event: accounts.MergeUndone, _: When) -> None:
    state.members.undo_merge(event)
    state.proposals.people_changed()


def _seat_holder_set(state: State, event: members.SeatHolderSet, _: When) -> None:
    holders = state.members.by_number[event.member].holders
    (holders.add if event.may else holders.discard)(event.holder)


def _role_given(state: State, event: roles.RoleGiven, _: When) -> None:
    state.members.by_number[event.member].roles |= {event.role}


def _role_taken(state: State, event: roles.RoleTaken, _: When) -> None:
    state.members.by_number[event.member].roles -= {event.role}


def _language_chosen(state: State, event: members.LanguageChosen, _: When) -> None:
    state.members.by_number[event.member].language = event.language


def _zone_chosen(state: State, event: members.ZoneChosen, _: When) -> None:
    state.members.by_number[event.member].zone = event.zone


def _kind_added(state: State, event: contributions.KindAdded, _: When) -> None:
    state.contributions.add_kind(event)


def _logged(state: State, event: contributions.ContributionLogged, when: When) -> None:
    state.contributions.log(event, when.at)
    state.ledger.post(event.postings)


def _confirmed(state: State, event: contributions.ContributionConfirmed, when: When) -> None:
    state.contributions.confirm(event, when.at)
    state.ledger.post(event.postings)
    if event.complete:
        state.partners.contribution_changed(event.number, event.share, Status.CONFIRMED)


def _disputed(state: State, event: contributions.ContributionDisputed, when: When) -> None:
    state.contributions.dispute(event, when.at)
    state.ledger.post(event.postings)
    state.partners.contribution_changed(event.number, event.share, Status.DISPUTED)


def _lifted(state: State, event: contributions.DisputeLifted, when: When) -> None:
    state.contributions.lift(event, when.at)
    state.ledger.post(event.postings)
    state.partners.contribution_changed(event.number, event.share, event.becomes)


def _amended(state: State, event: contributions.ContributionAmended, when: When) -> None:
    state.contributions.amend(event, when.at)
    state.ledger.post(event.postings)
    state.partners.contribution_changed(event.number, event.now, event.becomes)


def _withdrawn(state: State, event: contributions.ContributionWithdrawn, _: When) -> None:
    state.contributions.withdraw(event)
    state.ledger.post(event.postings)
    state.partners.contribution_changed(event.number, event.share, Status.WITHDRAWN)


def _proposal(state: State, event: proposals.Step, when: When) -> None:
    state.proposals.take(event, when.at)
    if isinstance(event, proposals.VotersNudged):
        state.reminders.note(event.members, when.at)


def _proxy_named(state: State, event: proposals.ProxyNamed, _: When) -> None:
    state.proposals.name_proxy(event)


def _transfer_made(state: State, event: treasury.TransferMade, when: When) -> None:
    state.treasury.made(event, when.at)
    _moved(state, event, when)


def _transfer_asked(state: State, event: treasury.TransferAsked, when: When) -> None:
    state.treasury.asked(event, when.at)


def _transfer_approved(state: State, event: treasury.TransferApproved, when: When) -> None:
    state.treasury.approved(event, when.at)
    _moved(state, event, when)


def _moved(state: State, event: treasury.TransferMade | treasury.TransferApproved, when: When) -> None:
    if not state.units.move(event, state.ledger, state.members, when.at):
        state.ledger.post(event.postings)
    if event.order.partner:
        state.partners.pay(event)


def _transfer_declined(state: State, event: treasury.TransferDeclined, _: When) -> None:
    state.treasury.declined(event)


def _fund_begun(state: State, event: treasury.FundBegun, _: When) -> None:
    state.treasury.funds[event.name] = None


def _unit(state: State, event: units.UnitStep, when: When) -> None:
    state.units.take(event, state.ledger, state.members, when.at)


def _issued(state: State, event: units.UnitsIssued, _: When) -> None:
    state.treasury.count = event.number


def _equation_set(state: State, event: equations.EquationSet, _: When) -> None:
    state.equations.set(event)


def _equation_chosen(state: State, event: equations.EquationChosen, _: When) -> None:
    state.equations.choose(event)


def _points_given(state: State, event: rounds.PointsGiven, _: When) -> None:
    state.rounds.give(event)


def _need_said(state: State, event: rounds.NeedSaid, _: When) -> None:
    state.rounds.need(event)


def _distribution_made(state: State, event: distributions.DistributionMade, _: When) -> None:
    state.treasury.count = event.number
    state.distributions.make(event)
    state.ledger.post(event.postings)
    if any(bucket.form is Form.GIVEN for bucket in event.equation.buckets):
        state.rounds.given.clear()


def _share_allotted(state: State, event: distributions.ShareAllotted, _: When) -> None:
    state.distributions.allot(event)
    state.ledger.post(event.postings)
    if event.reverses:
        state.rounds.meet(event.member, event.unit, -event.needed)
        return
    left = event.needed
    for number in state.members.numbers(event.member) if left else ():
        left = state.rounds.meet(number, event.unit, left)


def _partner(state: State, event: partners.Step, _: When) -> None:
    state.partners.take(event)


def _poll(state: State, event: polls.PollStep, when: When) -> None:
    state.polls.take(event, when.at)
    if isinstance(event, polls.PollNudged):
        state.reminders.note(event.members, when.at)


def _timer_started(state: State, event: timers.TimerStarted, when: When) -> None:
    state.timers[event.member] = timers.Timer(when.at, event.what, event.kind, event.circle)


def _timer_stopped(state: State, event: timers.TimerStopped, _: When) -> None:
    del state.timers[event.member]


def _thanked(state: State, event: thanks.ThanksGiven, when: When) -> None:
    state.thanks.give(event, month_of(when.at))


def _each(step: UnionType, apply: Apply) -> Mapping[type[Event], Apply]:
    """All the kinds of a family, which one function takes."""
    return dict.fromkeys(get_args(step), apply)


EVENTS: Mapping[type[Event], Apply] = {
    collectives.CollectiveFounded: _founded,
    collectives.CollectiveRenamed: _renamed,
    collectives.InviteMade: _invite_made,
    collectives.InviteEnded: _invite_ended,
    rooms.RoomJoined: _room_joined,
    rooms.SpaceJoined: _space_joined,
    rooms.RoomNamed: _room_named,
    rooms.RoomPlaced: _room_placed,
    rooms.RoomMoved: _room_moved,
    rooms.RoomLeft: _room_left,
    circles.CircleFormed: _circle_formed,
    circles.CircleJoined: _circle_joined,
    circles.CircleLeft: _circle_left,
    circles.CircleClosed: _circle_closed,
    rulebook.RuleSet: _rule_set,
    rulebook.RuleUnset: _rule_unset,
    rulebook.RuleLocked: _rule_locked,
    rulebook.RuleUnlocked: _rule_unlocked,
    members.MemberJoined: _member_joined,
    accounts.AccountAdded: _account_added,
    members.MemberRenamed: _member_renamed,
    members.MemberLeft: _member_left,
    members.MemberReturned: _member_returned,
    members.MemberForgotten: _member_forgotten,
    members.MemberUnreached: _member_unreached,
    members.MemberReached: _member_reached,
    members.MembershipAsked: _membership_asked,
    members.MembershipVouched: _membership_vouched,
    members.MembershipRefused: _membership_refused,
    accounts.CodeOffered: _code_offered,
    accounts.MembersMerged: _members_merged,
    accounts.MergeUndone: _merge_undone,
    members.SeatHolderSet: _seat_holder_set,
    roles.RoleGiven: _role_given,
    roles.RoleTaken: _role_taken,
    members.LanguageChosen: _language_chosen,
    members.ZoneChosen: _zone_chosen,
    digests.DigestTold: _digest_told,
    digests.DigestTaken: _digest_taken,
    digests.DigestStopped: _digest_stopped,
    reminders.ReminderSet: _reminder_set,
    reminders.ReminderCame: _reminder_came,
    reminders.ReminderMoved: _reminder_moved,
    reminders.ReminderJoined: _reminder_joined,
    reminders.ReminderEnded: _reminder_ended,
    reminders.RemindersRefused: _reminders_refused,
    reminders.RemindersWanted: _reminders_wanted,
    contributions.KindAdded: _kind_added,
    contributions.ContributionLogged: _logged,
    contributions.ContributionConfirmed: _confirmed,
    contributions.ContributionDisputed: _disputed,
    contributions.DisputeLifted: _lifted,
    contributions.ContributionAmended: _amended,
    contributions.ContributionWithdrawn: _withdrawn,
    **_each(proposals.Step, _proposal),
    proposals.ProxyNamed: _proxy_named,
    treasury.TransferMade: _transfer_made,
    treasury.TransferAsked: _transfer_asked,
    treasury.TransferApproved: _transfer_approved,
    treasury.TransferDeclined: _transfer_declined,
    treasury.FundBegun: _fund_begun,
    units.UnitsIssued: _issued,
    **_each(units.UnitStep, _unit),
    equations.EquationSet: _equation_set,
    equations.EquationChosen: _equation_chosen,
    rounds.PointsGiven: _points_given,
    rounds.NeedSaid: _need_said,
    distributions.DistributionMade: _distribution_made,
    distributions.ShareAllotted: _share_allotted,
    **_each(partners.Step, _partner),
    **_each(polls.PollStep, _poll),
    timers.TimerStarted: _timer_started,
    timers.TimerStopped: _timer_stopped,
    thanks.ThanksGiven: _thanked,
}

_DAY_MS = 86_400_000
_EPOCH = dt.date(1970, 1, 1)
_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(reduce(or_, EVENTS))


def read_event(payload: str) -> Event:
    """The event that an entry holds. Raises msgspec.ValidationError on what is none of ours."""
    event: Event = _decoder.decode(payload)
    return event


def write_event(event: Event) -> str:
    """The event as canonical JSON; asserts what no event may break, whoever made it."""
    rest = imbalance(getattr(event, "postings", ()))
    assert not rest, f"postings do not sum to zero: {rest}"
    return canonical(event)


def apply(state: State, event: Event, when: When) -> None:
    """Take an event into the state. The same events give the same state, always."""
    EVENTS[type(event)](state, event, when)


def fold(state: State, entries: Iterable[Entry], names: Mapping[str, str]) -> State:
    """Take entries into the state, in order; raises ValueError where the order is broken."""
    decode, table = _decoder.decode, EVENTS
    last: Entry | None = None
    seq = state.head.seq
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            message = f"{state.collective}: entry {entry.seq} where entry {seq} must be"
            raise ValueError(message)
        event = decode(entry.payload)
        table[type(event)](state, event, When(entry.at, entry.actor, names))
        last = entry
    if last is not None:
        state.head = Head(last.seq, last.hash, last.at)
    return state


def month_of(at: int) -> str:
    """The month of an instant (ms), in UTC, such as 2026-11."""
    return _month_of_day(at // _DAY_MS)


@lru_cache(maxsize=1_000)
def _month_of_day(days: int) -> str:
    return (_EPOCH + dt.timedelta(days=days)).isoformat()[:7]
