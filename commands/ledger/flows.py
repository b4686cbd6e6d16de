"""What moved in some days, in words and for machines: so that a reader can add it up.

What was in hand before, and what came in, went out, was laid out and paid out, make what is in hand
after. What was set aside, taken out of funds or shared out only lies elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import msgspec

from bot.collective.distributions import Made
from bot.collective.moves import UNDONE, Move, Place, place_of
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.language.sums import decimals, shown, sums_told
from bot.text.wording import Node, Say, Words, fill, joined, say

Sums = dict[str, int]
"""Smallest parts by unit."""

Named = dict[str, Sums]
"""The same by a name: a kind, a partner, a fund, or nothing."""

_WAYS: Mapping[str, tuple[Say, Say]] = {
    Move.INCOME: (say("Came in: {sums}"), say("{sums} #{kind}")),
    Move.PARTNER: (say("Came from partners: {sums}"), say("{sums} {kind}")),
    Move.EXPENSE: (say("Went out: {sums}"), say("{sums} #{kind}")),
    Move.LAID_OUT: (say("Of that, owed to members: {sums}"), say("{sums}")),
    Move.PAID_OUT: (say("Paid out to members: {sums}"), say("{sums}")),
    Move.SET_ASIDE: (say("Set aside: {sums}"), say("{sums} ({kind})")),
    Move.RELEASED: (say("Taken out of funds: {sums}"), say("{sums} ({kind})")),
}
"""How each way in which money moves is told, and each kind, partner or fund in it."""

_UNDONE: Mapping[str, Say] = {
    Move.INCOME: say("{sums} #{kind} that came in"),
    Move.PARTNER: say("{sums} from {kind}"),
    Move.EXPENSE: say("{sums} #{kind} that went out"),
    Move.LAID_OUT: say("{sums} that members laid out"),
    Move.PAID_OUT: say("{sums} paid out"),
    Move.SET_ASIDE: say("{sums} set aside ({kind})"),
    Move.RELEASED: say("{sums} taken out of funds ({kind})"),
}
"""How each of them is told where it is undone."""

_COUNTED: Mapping[str, tuple[Place | None, int]] = {
    Move.EXPENSE: (None, -1),
    Move.PAID_OUT: (None, -1),
    Move.SET_ASIDE: (Place.FUNDS, 1),
    Move.RELEASED: (Place.TREASURY, 1),
}
"""At which place what moved in a way is counted, and with which sign; else wherever it came to."""

PRIVATE = "private"
"""What stands for the names of partners whose pledge is private."""


class Hand(msgspec.Struct, frozen=True):
    """The cash in hand before and after some days, by currency."""

    before: Sums
    after: Sums


Flows = dict[str, Named]
"""What moved, by way."""


def flows_of(state: State, first: str, last: str) -> tuple[Flows, Flows]:
    """What moved from day to day by way, kind and unit; and what was undone in these days."""
    done: Flows = {way: {} for way in _WAYS}
    undone: Flows = {way: {} for way in _WAYS}
    for (day, name, place, unit), count in sorted(state.moves.sums.items()):
        if not count or not first <= day <= last:
            continue
        back = name.startswith(UNDONE)
        way, _, kind = name.removeprefix(UNDONE).partition(":")
        at, sign = _COUNTED.get(way, (None, 1))
        if way not in _WAYS or place is not (at or place):
            continue
        named = (undone if back else done)[way].setdefault(public(state, way, kind), {})
        named[unit] = named.get(unit, 0) + (-sign if back else sign) * count
    return done, undone


def public(state: State, way: str, kind: str) -> str:
    """What a kind, a partner or a fund is called in reports: whose pledge is private is not named."""
    partner = state.partners.named.get(kind) if way == "partner" else None
    return PRIVATE if partner is not None and partner.private else kind


def hand_of(state: State, first: str, last: str) -> Hand:
    """What was in hand before these days, and after them: reckoned back from what there is now."""
    now = cash_of(state)
    before, after = dict(now), dict(now)
    for day, unit, change in _changes(state):
        for sums, since in ((before, day >= first), (after, day > last)):
            if since:
                sums[unit] = sums.get(unit, 0) - change
    return Hand(before, after)


def cash_of(state: State) -> Sums:
    """The cash in hand, by currency: the treasury, the funds, and what is held less what is owed."""
    sums: Sums = {}
    for (account, unit), count in state.ledger.balances.items():
        if place_of(account) is not None and unit not in state.units.by_code:
            sums[unit] = sums.get(unit, 0) + count
    return sums


def held_and_owed(state: State) -> tuple[Sums, Sums]:
    """What is held for members, and what members owe, by currency: neither is set off by the other."""
    people: defaultdict[tuple[int, str], int] = defaultdict(int)
    for (account, unit), count in state.ledger.balances.items():
        if account.startswith("held:") and unit not in state.units.by_code:
            people[state.members.one(int(account.partition(":")[2])), unit] += count
    sums: tuple[Sums, Sums] = ({}, {})
    for (_, unit), count in people.items():
        if count:
            side = sums[count < 0]
            side[unit] = side.get(unit, 0) + abs(count)
    return sums


def _changes(state: State) -> Iterator[tuple[str, str, int]]:
    """What changed the cash in hand: when, in which currency, by how much."""
    for (day, _, _, unit), count in state.moves.sums.items():
        if unit not in state.units.by_code:
            yield day, unit, count


def flows_told(
    state: State, first: str, last: str, called: Callable[[str], Node] = Words
) -> list[Node]:
    """All that moved from day to day in words, a line each way; nothing where nothing did.

    Funds are told as they are `called`.
    """
    done, undone = flows_of(state, first, last)
    out, back = state.distributions.between(first, last)
    told: list[Node] = [
        fill(_WAYS[way][0], sums=joined(_each(_WAYS[way][1], named, _called(way, called))))
        for way, named in done.items()
        if named
    ]
    if out:
        told.append(say("Shared out: {sums}", sums=joined(_shared(out))))
    undoings = [
        each
        for way, named in undone.items()
        for each in _each(_UNDONE[way], named, _called(way, called))
    ]
    undoings += [say("{sum} shared out", sum=each) for each in _shared(back)]
    if undoings:
        told.append(say("Undone: {sums}", sums=joined(undoings)))
    return [*told, *_hand_told(state, first, last)] if told else []


def _called(way: str, called: Callable[[str], Node]) -> Callable[[str], Node]:
    """How what moved in a way is called: what is no fund by its name."""
    return called if way in {Move.SET_ASIDE, Move.RELEASED} else Words


def _each(told: Say, named: Named, called: Callable[[str], Node]) -> Iterator[Node]:
    for kind, sums in named.items():
        shown = say("private pledges") if kind == PRIVATE else called(kind)
        yield fill(told, sums=sums_told(sums), kind=shown)


def _shared(made: list[Made]) -> Iterator[Node]:
    for it in made:
        yield say("{amount} ({ref})", amount=shown(it.unit, it.count), ref=reference(it.number))


def _hand_told(state: State, first: str, last: str) -> Iterator[Node]:
    hand = hand_of(state, first, last)
    for unit in sorted(hand.before):
        after = shown(unit, hand.after[unit])
        if hand.before[unit]:
            before = shown(unit, hand.before[unit])
            yield say("In hand: {after}, before {before}", before=before, after=after)
        elif hand.after[unit]:
            yield say("In hand: {after}", after=after)


def flow_facts(state: State, first: str, last: str) -> dict[str, object]:
    """The same for machines."""
    done, undone = flows_of(state, first, last)
    hand = hand_of(state, first, last)
    shared: Sums = {}
    out, back = state.distributions.between(first, last)
    for sign, several in ((1, out), (-1, back)):
        for it in several:
            shared[it.unit] = shared.get(it.unit, 0) + sign * it.count
    return {
        **_decimals(done),
        "undone": {way: named for way, named in _decimals(undone).items() if named},
        "shared-out": decimals(shared),
        "in-hand": {"before": decimals(hand.before), "after": decimals(hand.after)},
    }


def _decimals(flows: Flows) -> dict[str, dict[str, dict[str, str]]]:
    return {
        str(way): {kind: decimals(sums) for kind, sums in named.items()} for way, named in flows.items()
    }
