"""When a digest is due: the next one of each room and of each member that gets one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.collective.digests import Every, covered, latest_slot, starts, untold_slot
from bot.collective.rooms import Room
from bot.collective.state import State
from bot.decision import RulesAt
from bot.language.periods import Period
from commands.clock.digestsettings import rooms_told, taken_by
from commands.decisions.lookups import home_of


@dataclass(frozen=True, slots=True)
class Slot:
    """A digest that is due: its slot (ms), how often it comes, when and by which zone's clocks.

    It is for a room or a member, who was `told` the last one (a slot, 0 for none) and gets them since
    it `begun` (ms).
    """

    slot: int
    every: Every
    at: str
    zone: str
    told: int
    begun: int
    room: Room | None = None
    member: int = 0

    def now(self, now: int) -> tuple[int, Period]:
        """The slot that is told at an instant (ms), the latest one, and the days that it is about."""
        slot = latest_slot(now, self.slot - 1, self.every, self.at, self.zone)
        return slot, covered(slot, self.every, self.zone, self.told, self.begun)

    def since(self, period: Period) -> int:
        """The instant (ms) since which it tells: the last one, or the beginning of its days."""
        return self.told or starts(period, self.zone)


def coming(state: State, rules: RulesAt) -> Iterator[Slot]:
    """The next digest of everybody who gets one."""
    if not state.founded:
        return
    yield from _of_rooms(state, rules)
    yield from of_members(state, rules)


def _of_rooms(state: State, rules: RulesAt) -> Iterator[Slot]:
    known = state.digests
    for room, of_room in rooms_told(state, rules):
        at, zone = of_room.text("digest-at"), of_room.text("zone")
        begun = known.begun.get(room.number, 0)
        for every in map(Every, of_room.patterns("digest-every")):
            told = known.told.get((room.number, every), 0)
            slot = untold_slot(told, max(begun, known.changed), every, at, zone)
            yield Slot(slot, every, at, zone, told, begun, room)


def of_members(state: State, rules: RulesAt) -> Iterator[Slot]:
    """Members' own digests, at the collective's time by their clocks."""
    known, of_all = state.digests, rules(home_of(state))
    at, usual = of_all.text("digest-at"), of_all.text("zone")
    for number, every in known.own.items():
        member = state.members.member(number)
        if member.here and not member.unreached and number == taken_by(state, number)[0]:
            zone, told = member.zone or usual, known.own_told.get(number, 0)
            begun = known.own_begun[number]
            slot = untold_slot(told, begun, every, at, zone)
            yield Slot(slot, every, at, zone, told, begun, member=number)


def due(state: State, rules: RulesAt) -> int | None:
    """The instant (ms) at which the next digest is due; None where nobody gets one."""
    return min((each.slot for each in coming(state, rules)), default=None)


def first_of(state: State, rules: RulesAt) -> Slot:
    """The digest that is due first, of those that there are."""
    return min(coming(state, rules), key=lambda each: each.slot)
