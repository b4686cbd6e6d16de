"""The guards of money: what may leave, who has to agree to it, and that it is there.

Each is one small function of the state, the rules and the movement. `check_…` raises `Refusal` with a
refusal; nothing here writes or changes anything. Undoing is a movement like any other, in the other
direction, and passes the same guards: `leaves` says which direction that is.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.chat import Refusal
from bot.collective.events import Posting
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.collective.treasury import (
    ALONE_KEPT_MS,
    Approval,
    Order,
    TransferAsked,
    Waiting,
    cash_of,
)
from bot.language.units import UnitClass, unit_of
from bot.text.wording import Quantity, Say, Typed, say, say_n


def _shown(unit: str, count: int) -> Quantity:
    return Quantity(count, unit, unit_of(unit).parts)


# --- What is there --------------------------------------------------------------------------------


def check_cash(state: State, postings: Iterable[Posting]) -> None:
    """No more of a currency goes out than is in hand, whatever single accounts hold. Raises Refusal.

    Where members may go below nothing, what is held for the others is partly owed, and not there.
    """
    changes: dict[str, int] = {}
    for each in postings:
        changes[each.unit] = changes.get(each.unit, 0) + cash_of(each)
    for unit, change in changes.items():
        if change >= 0 or unit_of(unit).unit_class is not UnitClass.MONEY:
            continue
        has = cash_in_hand(state, unit)
        if has + change < 0:
            raise Refusal(
                "not-in-hand",
                say("{has} is in hand; the rest is still owed by members.", has=_shown(unit, has)),
                instead=say("{treasury} shows what there is.", treasury=Typed("treasury")),
            )


def cash_in_hand(state: State, unit: str) -> int:
    """What the treasury, the funds and all members' accounts hold together, in smallest parts."""
    return sum(
        cash_of(Posting(account, code, count))
        for (account, code), count in state.ledger.balances.items()
        if code == unit
    )


def was_written_off(state: State, number: int, unit: str) -> bool:
    """Whether all bear what somebody was below nothing: until that is undone, they have no credit."""
    written = state.treasury.written_off
    return any(written.get((each, unit), 0) > 0 for each in state.members.numbers(number))


# --- What may leave -------------------------------------------------------------------------------


def check_leaving(state: State, rules: Rules, at: int, order: Order, *, leaves: bool) -> None:
    """No more leaves within the period than the rule lets. Raises Refusal."""
    most = rules.limit("leaving-max", order.unit)
    if most is None or not leaves:
        return
    minutes = rules.number("leaving-period")
    left = state.treasury.left_since(order.unit, at - minutes * 60_000)
    if left + order.count > most:
        raise refused_by(
            "leaving-max",
            say_n(
                "{left} went out within {count} day; {most} is the most.",
                "{left} went out within {count} days; {most} is the most.",
                minutes // 1440,
                left=_shown(order.unit, left),
                most=_shown(order.unit, most),
            ),
            instead=say(
                "The members may decide another limit: {line}",
                line=Typed('propose … --do "rules set leaving-max …"'),
            ),
        )


# --- Who has to agree -----------------------------------------------------------------------------


def needs_second(
    rules: Rules, order: Order, *, leaves: bool, gains: bool, before: int = 0
) -> Approval | None:
    """Who else has to agree: where much leaves, or where whoever moves it gains by it, always.

    It is much together with what they let out alone `before`, so that much is not let out in parts.
    """
    threshold = rules.limit("second-eyes", order.unit)
    much = leaves and threshold is not None and order.count + before >= threshold
    return Approval(rules.text("second-eyes-by")) if much or gains else None


def let_out_alone(state: State, by: Member | None, at: int, order: Order) -> int:
    """What somebody let out alone to the same person, or outside, within a day; in smallest parts."""
    if by is None:
        return 0
    one = state.members.one
    alike = (order.unit, one(by.number), one(order.member))
    return sum(
        each.count
        for each in state.treasury.alone.values()
        if each.at > at - ALONE_KEPT_MS and (each.unit, one(each.by), one(each.to)) == alike
    )


def check_may_approve(state: State, rules: Rules, me: Member, it: Waiting, ref: str) -> None:
    """Whether somebody may agree to what waits. Raises Refusal.

    Not who asked for it, nor who gains by it; a treasurer, where one is asked for and there is another;
    and somebody who was a member when it was asked, so that nobody makes themselves a second account.
    """
    if it.needs is Approval.COUNTERPART:
        _check_counterpart(state, rules, me, it, ref)
        return
    own = not_second(state, it.by, it.order)
    if it.order.recurring and needs_second(rules, it.order, leaves=True, gains=False) is None:
        own = set()  # what is not much one treasurer may let out, also who said that it recurs
    if me.number in own:
        raise Refusal(
            "own-transfer", say("{ref} is yours; somebody else has to approve it.", ref=ref), word=ref
        )
    if it.needs is Approval.PROPOSAL:
        rule = "expenses" if rules.text("expenses") == "proposal" else "budget-over"
        raise refused_by(rule, say("{ref} waits for a decision of the members.", ref=ref))
    if me.may(Role.TREASURER):
        return
    if it.needs is Approval.TREASURER and has_treasurer(state, rules, own):
        raise Refusal("role", say("{ref} waits for a treasurer.", ref=ref), word=ref)
    if me.since > it.at:
        raise Refusal(
            "member-later",
            say("{ref} was asked before you were a member; somebody else approves it.", ref=ref),
            word=ref,
            instead=_anew(state, it, ref),
        )


def _check_counterpart(state: State, rules: Rules, me: Member, it: Waiting, ref: str) -> None:
    """Whether somebody may confirm what another paid: who got it, or of an undoing who had paid it.

    Where they are not here any more, a treasurer who is neither.
    """
    number = counterpart(state, it)
    if state.members.one(me.number) == number:
        return
    other = state.members.member(number)
    if other.here:
        raise Refusal("not-own", _theirs(ref, other), word=ref)
    concerned = {state.members.one(each) for each in (it.by, it.order.member, it.order.to) if each}
    own = me.number in concerned and has_treasurer(state, rules, concerned)
    if own or not me.may(Role.TREASURER):
        raise Refusal(
            "role",
            say("{ref} waits for a treasurer: who could confirm it is not here any more.", ref=ref),
            word=ref,
        )


def check_by_themselves(state: State, it: Waiting, ref: str) -> None:
    """No vote says in somebody's place what they got, while they are here. Raises Refusal."""
    other = state.members.member(counterpart(state, it))
    if other.here:
        raise Refusal("not-own", _theirs(ref, other), word=ref)


def _theirs(ref: str, other: Member) -> Say:
    return say("{ref} waits for {who}, whom it concerns.", ref=ref, who=other.shown)


def counterpart(state: State, it: Waiting | TransferAsked) -> int:
    """Whose word a payment between members waits for: who got it, or of an undoing who had paid it."""
    return state.members.one(it.order.member if it.reverses else it.order.to)


def not_second(state: State, by: int, order: Order) -> set[int]:
    """Who is no second person for what somebody asked: they themselves, and who gains by it."""
    gain = state.members.gainers(order.member) if order.member else set[int]()
    return gain | ({state.members.one(by)} if by else set())


def _anew(state: State, it: Waiting, ref: str) -> Say | None:
    """How it goes on where nobody else was a member yet: whoever asked for it does so again."""
    if not it.by:
        return None
    who, line = state.members.name(it.by), Typed(f"decline {ref}")
    return say("If there is nobody: {who} takes it back by {line} and asks anew.", who=who, line=line)


def has_treasurer(state: State, rules: Rules, but: set[int]) -> bool:
    """Whether anybody but these is a treasurer, as far as that is known.

    Where a platform says who is one, there may be some who are not known here.
    """
    if rules.patterns("treasurers") or rules.patterns("admins"):
        return True
    return any(each.may(Role.TREASURER) for each in state.members.here if each.number not in but)
