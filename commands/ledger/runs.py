"""A run: several payouts at once, how it is guarded as a whole, and how it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.chain import Sealed
from bot.chat import Refusal
from bot.collective.moneyguards import check_leaving
from bot.collective.moves import Move
from bot.collective.state import State
from bot.collective.treasury import (
    Approval,
    Flow,
    Order,
    TransferAsked,
    postings_of,
    reference,
)
from bot.decision import Ask
from bot.language.sums import decimals, shown, sums_told
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Node, Table, Typed, Words, joined, say, say_n
from commands.ledger.money import check_covered, held, who_told

ROWS_MAX = 40
"""How many payouts of a run are told one by one: what fits one message."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a line would pay out: so much of a unit to each of these, by number, and `what` for.

    `before` is what was ever paid out, by unit, so that the code of a run that was carried out is none
    any more, whether the same is held again or the run was undone.
    """

    pays: tuple[Order, ...]
    before: tuple[tuple[str, int], ...] = ()
    what: str = ""

    @property
    def sums(self) -> dict[str, int]:
        """What goes out together, by unit."""
        sums: dict[str, int] = {}
        for each in self.pays:
            sums[each.unit] = sums.get(each.unit, 0) + each.count
        return sums

    @property
    def code(self) -> str:
        """Short for all of it: another one wherever anything in it differs."""
        parts = [(it.member, it.unit, it.count, it.day) for it in self.pays]
        return hashlib.sha256(repr((parts, self.before, self.what)).encode()).hexdigest()[:6]


def check_run(state: State, ask: Ask, run: Run) -> None:
    """The guards of all of it together: it is held, it is in hand, and may leave. Raises Refusal."""
    check_covered(state, ask, (each for order in run.pays for each in postings_of(order)))
    for unit, count in run.sums.items():
        whole = Order(Flow.PAYOUT, unit, count, run.pays[0].day)
        check_leaving(state, ask.rules, ask.moment.at, whole, leaves=True)


def head_told(ref: str, run: Run) -> Node:
    """What a run is together, and what it is for."""
    told = say_n(
        "{ref}: a payout of {sums}",
        "{ref}: {count} payouts, {sums} together",
        len(run.pays),
        ref=ref,
        sums=sums_told(run.sums),
    )
    return say("{line}: {what}", line=told, what=Words(run.what)) if run.what else told


def pays_told(state: State, run: Run) -> Iterator[Node]:
    """Whom a run pays how much, as a table; of a long one the rest is summed up."""
    rows = tuple((who_told(state, it.member), shown(it.unit, it.count)) for it in run.pays[:ROWS_MAX])
    yield Table((say("Who"), say("Amount")), rows)
    rest = Run(run.pays[ROWS_MAX:])
    if rest.pays:
        yield say(
            "and {count} more: {sum}",
            count=len(rest.pays),
            sum=sums_told(rest.sums),
        )


# --- What is held, and waits already ---


def _held_money(state: State, number: int) -> dict[str, int]:
    """What of money is held for a person."""
    sums = held(state, number).items()
    return {unit: count for unit, count in sums if unit_of(unit).unit_class is UnitClass.MONEY}


def payable(state: State, number: int) -> dict[str, int]:
    """What of money is held for a person, and nobody asked to pay out yet."""
    sums = _held_money(state, number)
    for it in state.treasury.waiting.values():
        order = it.order
        if order.flow is Flow.PAYOUT and not it.reverses and state.members.one(order.member) == number:
            sums[order.unit] = sums.get(order.unit, 0) - order.count
    return {unit: count for unit, count in sums.items() if count > 0}


def paid_before(state: State) -> tuple[tuple[str, int], ...]:
    """What was ever paid out, by unit; what came back by an undoing was paid out all the same."""
    name, sums = f"{Move.PAID_OUT}:", dict[str, int]()
    for (_, why, _, unit), count in state.moves.sums.items():
        if why == name:
            sums[unit] = sums.get(unit, 0) + count
    return tuple(sorted(sums.items()))


def typed_amount(unit: str, count: int) -> str:
    """An amount as it is typed."""
    ((name, amount),) = decimals({unit: count}).items()
    return f"{amount} {name}"


def waiting_payouts(state: State, people: Collection[int]) -> list[str]:
    """The payouts to these that wait for somebody to agree."""
    return [
        reference(n)
        for n, it in sorted(state.treasury.waiting.items())
        if it.order.flow is Flow.PAYOUT
        and not it.reverses
        and state.members.one(it.order.member) in people
    ]


def nothing_payable(state: State, people: Collection[int]) -> Refusal:
    """Nothing can be paid out to these: that nothing is held, or that it waits already."""
    waiting = waiting_payouts(state, people)
    if waiting and any(count > 0 for each in people for count in _held_money(state, each).values()):
        refs = joined(waiting[:ROWS_MAX])
        return Refusal(
            "payout-waits",
            say("What is held waits to be paid out already: {refs}", refs=refs),
            instead=say("{line} shows it.", line=Typed(f"show {waiting[0]}")),
        )
    shows = say("{owed} shows what is held for whom.", owed=Typed("owed"))
    return Refusal(
        "nothing-held",
        say("Nothing is held that could be paid out."),
        instead=say("{line} ends what waits.", line=Typed(f"decline {waiting[0]}"))
        if waiting
        else shows,
    )


def run_number(pays: list[Order], first: int) -> int:
    """The number of the run that these are; 0 for one payout, which is no run."""
    return first if len(pays) > 1 else 0


def asked_of(
    state: State, ask: Ask, pays: list[Order], needs: Approval, what: str
) -> tuple[tuple[TransferAsked, ...], tuple[Sealed, ...]]:
    """What waits for somebody, each with the words that it is for."""
    first = state.treasury.count + 1
    seals = [ask.moment.seal(what) if what else None for _ in pays]
    asked = tuple(
        TransferAsked(
            number=first + at,
            order=order,
            needs=needs,
            what=seal.seal if seal else "",
            by=ask.member.number if ask.member else 0,
            proposal=ask.proposal,
            room=ask.room,
            run=run_number(pays, first),
        )
        for at, (order, seal) in enumerate(zip(pays, seals, strict=True))
    )
    return asked, tuple(each for each in seals if each)
