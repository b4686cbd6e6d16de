"""Answering to a part of a shared expense: it is owed when whoever is asked for it says so.

Nobody says it in their place: no treasurer, no vote. Of who is gone nobody is owed it; whoever laid it
out takes it back, and shares it anew among the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.guards import check_open
from bot.collective.sharedexpenses import (
    Borne,
    ExpenseShared,
    PartAgreed,
    PartDeclined,
    part_postings,
)
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.decision import Accepted, Ask
from bot.language.sums import decimals, shown
from bot.text.wording import Node, Typed, items, joined, lines, say
from commands.ledger.money import who_told
from commands.ledger.sharedcards import Said, edited, said_to, shared_told, steps_of

TOLD_MAX = 20
"""The most shared expenses that are told at once of those that wait."""


class _Named(Protocol):
    @property
    def ref(self) -> str:
        """Which shared expense."""


class _Declined(_Named, Protocol):
    @property
    def reason(self) -> str:
        """Why, empty where it was left out."""


def waits_for_parts(state: State, ref: str) -> bool:
    """Whether a reference is a shared expense of which somebody has not answered."""
    return ref[:1] == "T" and int(ref[1:]) in state.sharedexpenses.asked


def agree(state: State, ask: Ask[_Named]) -> Accepted:
    """Owe the part that one is asked for, from today on. Raises Refusal."""
    it, part = _mine(state, ask)
    check_open(ask.today(), ask.rules)
    event = PartAgreed(
        number=it.number,
        member=part.member,
        by=ask.me.number,
        payer=it.payer,
        unit=it.unit,
        count=part.count,
        day=ask.today().isoformat(),
        postings=part_postings(part.member, it.payer, it.unit, part.count),
    )
    told = say(
        "{who} owes {payer} {amount}, their part of {ref}.",
        who=ask.me.shown,
        payer=who_told(state, it.payer),
        amount=shown(it.unit, part.count),
        ref=ask.args.ref,
    )
    return _answered(state, ask, it, event, told)


def decline(state: State, ask: Ask[_Declined]) -> Accepted:
    """Bear nothing of what one is asked for. Raises Refusal."""
    it, part = _mine(state, ask)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = PartDeclined(
        number=it.number,
        member=part.member,
        by=ask.me.number,
        reason=reason.seal if reason else "",
    )
    who, ref, why = ask.me.shown, ask.args.ref, ask.args.reason
    told = (
        say("{who} bears no part of {ref}: {reason}", who=who, ref=ref, reason=why)
        if why
        else say("{who} bears no part of {ref}.", who=who, ref=ref)
    )
    return _answered(state, ask, it, event, told, (reason,) if reason else ())


def _mine(state: State, ask: Ask[_Named]) -> tuple[ExpenseShared, Borne]:
    """The shared expense that was named, and the part of it that whoever asks is asked for.

    Raises Refusal.
    """
    ref = ask.args.ref
    asked = state.sharedexpenses.asked[int(ref[1:])]
    it, me = asked.event, ask.member
    part = asked.part_of(state.members.numbers(me.number)) if me and not ask.proposal else None
    if part is not None:
        return it, part
    if me is not None and state.members.one(it.payer) == me.number:
        raise Refusal(
            "own-transfer",
            say("You laid {ref} out; it waits for the others.", ref=ref),
            word=ref,
            instead=say("To take it back: {line}", line=Typed(f"settle-up undo {ref} typed twice")),
        )
    whose = joined(who_told(state, each) for each in asked.left)
    raise Refusal(
        "not-own", say("{ref} waits for {who}, whom it concerns.", ref=ref, who=whose), word=ref
    )


def _answered(
    state: State,
    ask: Ask[_Named],
    it: ExpenseShared,
    event: PartAgreed | PartDeclined,
    told: Node,
    texts: tuple[Sealed, ...] = (),
) -> Accepted:
    """Tell it here and to whoever laid it out, and draw the card anew."""
    ref = ask.args.ref
    said = said_to([*steps_of(ask, ref), (ask.moment.at, event)])
    what = next(ask.text(e.what) for _, e in steps_of(ask, ref) if isinstance(e, ExpenseShared))
    facts: dict[str, object] = {"asked": sorted(said.waiting)}
    if isinstance(event, PartAgreed):
        ((unit, amount),) = decimals({event.unit: event.count}).items()
        facts |= {"unit": unit, "amount": amount}
    rest = _rest_told(state, said)
    body = lines(told, rest) if rest else told
    payer = state.members.one(it.payer)
    word = lines(shared_told(state, it, what), told)
    private = (Reply(word, to=payer, ref=ref),) if state.members.member(payer).here else ()
    card = edited(state, it, what, said, told)
    return Accepted((event,), texts, (Reply(body, ref=ref, facts=facts), *private, *card))


def _rest_told(state: State, said: Said) -> Node | None:
    """Who has not answered yet."""
    if not said.waiting:
        return None
    who = joined(who_told(state, each) for each in sorted(said.waiting))
    return say("Not answered yet: {who}", who=who)


# --- What waits -------------------------------------------------------------------------------------


def pending_told(state: State) -> Iterator[Node]:
    """What is asked of members that are here, and not owed before they agree."""
    points = list[Node]()
    for number, asked in sorted(state.sharedexpenses.asked.items()):
        it = asked.event
        left = [each for each in it.borne if each.member in asked.left]
        there = [each for each in left if state.members.member(each.member).here]
        if there:
            parts = (
                say(
                    "{who} {amount}",
                    who=who_told(state, each.member),
                    amount=shown(it.unit, each.count),
                )
                for each in there
            )
            ref, payer = reference(number), who_told(state, it.payer)
            points.append(
                say("{ref}, laid out by {who}: {parts}", ref=ref, who=payer, parts=joined(parts))
            )
    if not points:
        return
    more = len(points) - TOLD_MAX
    rest = [say("and {count} more", count=more)] if more > 0 else []
    yield say("Not owed before they agree:")
    yield items([*points[:TOLD_MAX], *rest])


def mine_told(state: State, number: int) -> Iterator[Node]:
    """What one member is asked for."""
    numbers = state.members.numbers(number)
    for ref, asked in ((reference(n), it) for n, it in sorted(state.sharedexpenses.asked.items())):
        part = asked.part_of(numbers)
        if part is not None:
            yield say(
                "{approve}: {amount} would be your part of {ref}; {show} says what for",
                approve=Typed(f"approve {ref}"),
                amount=shown(asked.event.unit, part.count),
                ref=ref,
                show=Typed(f"show {ref}"),
            )
