"""`/expense 60 EUR pizza @ana @bo`: what one member laid out for several, who owe them their parts.

It moves nothing of the collective's. Everybody who bears a part is asked, and owes it when they agree
(`commands.ledger.sharedparts`): whoever laid it out charges nobody alone. Who laid it out takes it
back, or a treasurer.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec

from bot.arguments import WithRef, given
from bot.chat import Kind, Refusal, Reply, Tone
from bot.collective.events import Posting
from bot.collective.guards import check_open
from bot.collective.sharedexpenses import (
    Borne,
    ExpenseShared,
    PartAgreed,
    PartDeclined,
    shared_postings,
)
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.decision import About, Accepted, Ask
from bot.feature import Deed, Thing, reference_queries
from bot.language.amounts import Amount
from bot.language.sums import shown
from bot.text.wording import Link, Node, Time, Typed, Words, items, lines, say
from bot.value.apportion import apportioned
from commands.decisions.headings import headed, undoing
from commands.decisions.letters import RefArgs, ReverseArgs
from commands.ledger.money import by_told, money_of
from commands.ledger.moving import day_of_transfer
from commands.ledger.runs import typed_amount
from commands.ledger.sharedcards import (
    Said,
    SharedStep,
    asked_told,
    borne_told,
    buttons,
    edited,
    picture,
    said_to,
    shared_facts,
    shared_told,
    steps_of,
)
from commands.ledger.slips import slips_told
from commands.ledger.twins import Alike, check_unlike
from commands.ledger.undoings import check_stands


class SharedArgs(Protocol):
    """What `/expense` takes of which an expense that members share is made."""

    @property
    def amount(self) -> Amount:
        """How much."""

    @property
    def what(self) -> str:
        """What for."""

    @property
    def who(self) -> tuple[str, ...]:
        """Who bears it, each named as often as they bear parts."""

    @property
    def kind(self) -> str:
        """Its kind, empty where it was left out."""

    @property
    def on(self) -> dt.date | None:
        """The day, None for today."""

    @property
    def proof(self) -> str:
        """The link to its receipt, empty where there is none."""

    @property
    def again(self) -> bool:
        """Whether it was said to be another one."""


def shared(state: State, ask: Ask[SharedArgs]) -> Accepted:
    """Enter what whoever asks laid out for these. Raises Refusal."""
    me, amount, who, what = ask.me, money_of(ask.args.amount), ask.args.who, ask.args.what
    _check_alone(ask)
    day = day_of_transfer(ask, ask.args.on)
    check_open(dt.date.fromisoformat(day), ask.rules)
    number = state.treasury.count + 1
    parts = Counter(ask.person(state, word).number for word in who)
    if set(parts) == {me.number}:
        raise Refusal(
            "own-payment",
            say("Nobody but you would bear it."),
            word=f"@{who[0]}",
            instead=say("Name the others too; or name nobody, and you ask for it back."),
        )
    counts = apportioned(amount.count, parts, reference(number))
    borne = tuple(Borne(each, parts[each], counts[each]) for each in parts)
    asked = tuple(n for n in parts if counts[n] and state.members.one(n) != me.number)
    sealed_what, proof = (ask.moment.seal(each) if each else None for each in (what, ask.args.proof))
    event = ExpenseShared(
        number=number,
        payer=me.number,
        unit=amount.unit.code,
        count=amount.count,
        day=day,
        borne=borne,
        asked=asked,
        kind=ask.args.kind,
        what=sealed_what.seal if sealed_what else "",
        proof=proof.seal if proof else "",
        by=me.number,
        room=ask.room,
        postings=shared_postings(
            me.number, amount.unit.code, (b for b in borne if b.member not in asked)
        ),
    )
    _check_no_twin(state, ask, event)
    there, said = state, Said(frozenset(asked))
    more = (
        None if me.number in parts else _none_of_it(what, amount, who),
        say("{line} tells who pays whom.", line=Typed("settle-up")),
    )
    body, pressed, typed = picture(there, event, what, said, *more)
    reply = Reply(
        body,
        kind=Kind.CARD,
        ref=reference(number),
        buttons=pressed,
        typed=typed,
        facts=shared_facts(event, said),
    )
    texts = tuple(each for each in (sealed_what, proof) if each)
    return Accepted((event,), texts, (reply, *asked_told(there, event, what)))


def _none_of_it(what: str, amount: Amount, who: tuple[str, ...]) -> Node:
    """What whoever paid and bears nothing may have meant instead."""
    names = " ".join(f"@{word}" for word in dict.fromkeys(who))
    first = what.partition("\n")[0]
    line = Typed(f"expense {typed_amount(amount.unit.code, amount.count)} {first} {names} @me")
    return say("You bear none of it. With a part of yours it would be: {line}", line=line)


def _check_alone(ask: Ask[SharedArgs]) -> None:
    """Nothing that only the collective's own money has. Raises Refusal."""
    args = ask.args
    named = [name for name in ("fund", "circle", "paid") if given(args).get(name)]
    if named:
        option = f"--{named[0]}"
        raise Refusal(
            "options-both",
            say("What members share among them is not the collective's: no {option}.", option=option),
            word=option,
            instead=say(
                "Name nobody, and the collective pays it; or leave {option} out.", option=option
            ),
        )


def _check_no_twin(state: State, ask: Ask[SharedArgs], event: ExpenseShared) -> None:
    """Whether the same was entered already: as much, of the same day, by the same. Raises Refusal."""
    one, alike = state.members.one, (event.unit, event.count, event.day)
    found = []
    for number, (_, it) in state.sharedexpenses.lately.items():
        if (it.unit, it.count, it.day) == alike and one(it.payer) == one(event.payer):
            words = ask.text(it.what)
            found.append(Alike(reference(number), words, shared_told(state, it, words)))
    check_unlike(ask, ask.args.what, found)


def shared_twins(state: State, ask: Ask[SharedArgs]) -> tuple[About, ...]:
    """Those of late of which the words may be the same."""
    if not ask.args.who or ask.member is None:
        return ()
    amount, day = ask.args.amount, (ask.args.on or ask.today()).isoformat()
    alike = (amount.unit.code, amount.count, day)
    lately = state.sharedexpenses.lately.items()
    return tuple(About(reference(n)) for n, (_, it) in lately if (it.unit, it.count, it.day) == alike)


# --- Looking ----------------------------------------------------------------------------------------


def life_of(ask: Ask, ref: str) -> list[tuple[int, ExpenseShared]]:
    """A shared expense and its undoing, with the instants (ms); nothing where it is none."""
    return [(at, event) for at, event in steps_of(ask, ref) if isinstance(event, ExpenseShared)]


def _one(ask: Ask[WithRef]) -> ExpenseShared:
    """The one that was named, where it is known to be one."""
    ref = ask.args.ref
    return next(event for _, event in life_of(ask, ref) if reference(event.number) == ref)


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a shared expense: what it was for, else how much it was."""
    it = _one(ask)
    if it.reverses:
        return undoing(ask.args.ref, reference(it.reverses))
    amount = shown(it.unit, it.count)
    return headed(say("Shared expense {ref}", ref=ask.args.ref), ask.text(it.what), amount)


def show_shared(state: State, ask: Ask[RefArgs]) -> Accepted:
    """One shared expense with its life."""
    ref = ask.args.ref
    life = steps_of(ask, ref)
    said = said_to(life)
    it = _one(ask)
    proof = ask.text(it.proof)
    body = lines(
        shared_told(state, it, ask.text(it.what)),
        borne_told(state, it, said) if not it.reverses else None,
        Link(proof) if proof else None,
        slips_told(ask, ref),
        items(_step_told(state, ask, at, event, ref) for at, event in life),
    )
    pressed = buttons(ref) if said.waiting and not it.reverses else ()
    return Accepted(replies=(Reply(body, ref=ref, buttons=pressed, facts=shared_facts(it, said)),))


def _step_told(state: State, ask: Ask, at: int, event: SharedStep, ref: str) -> Node:
    who, when = by_told(state, event.by), Time(at)
    match event:
        case PartAgreed():
            return say("{at}: {who} agrees to their part", at=when, who=who)
        case PartDeclined():
            why = ask.text(event.reason)
            told = say("{at}: {who} says that it is not theirs", at=when, who=who)
            return say("{line}: {what}", line=told, what=Words(why)) if why else told
    if reference(event.number) != ref:
        return say("{at}: undone by {who}, {ref}", at=when, who=who, ref=reference(event.number))
    return say("{at}: entered by {who}", at=when, who=who)


def why_shared(state: State, ask: Ask[RefArgs]) -> Accepted:
    """How each part came about, to the last cent. Raises Refusal: what undoes one has no parts."""
    it = _one(ask)
    if it.reverses:
        undone = reference(it.reverses)
        raise Refusal(
            "no-distribution",
            say("{ref} undoes {undone}, and has no parts of its own.", ref=ask.args.ref, undone=undone),
            word=ask.args.ref,
            instead=say("{why} tells how its parts came about.", why=Typed(f"why {undone}")),
        )
    whole = sum(each.parts for each in it.borne)
    body = lines(
        shared_told(state, it, ask.text(it.what)),
        borne_told(state, it, said_to(steps_of(ask, ask.args.ref))),
        say(
            "{amount}, parts in all: {whole}. What does not divide goes, smallest part by smallest "
            "part, to the largest remainders; of equal ones by the draw {seed}.",
            amount=shown(it.unit, it.count),
            whole=whole,
            seed=reference(it.number),
        ),
    )
    return Accepted(replies=(Reply(body, ref=ask.args.ref),))


# --- Undoing ----------------------------------------------------------------------------------------


def reverse_shared(state: State, ask: Ask[ReverseArgs]) -> Accepted:
    """Undo one as a treasurer, or by a proposal: nobody does alone what frees them of a debt."""
    it = _standing(state, ask)
    me = ask.member
    if me is not None and not ask.proposal and state.members.one(it.payer) != me.number:
        said = said_to(steps_of(ask, ask.args.ref))
        owing = {each.member for each in it.borne} - said.waiting - said.declined
        if any(me.number in state.members.gainers(each) for each in owing):
            raise Refusal(
                "own-transfer",
                say("You bear a part of {ref}; somebody else has to undo it.", ref=ask.args.ref),
                word=ask.args.ref,
                instead=say(
                    "Propose it: {line}", line=Typed(f"propose … --do reverse {ask.args.ref} …")
                ),
            )
    return undone(state, ask, it)


def _standing(state: State, ask: Ask[ReverseArgs]) -> ExpenseShared:
    it = _one(ask)
    check_stands(state, it.number, reverses=it.reverses)
    return it


def undone(state: State, ask: Ask[ReverseArgs], it: ExpenseShared) -> Accepted:
    """Take a shared expense back, by a movement of today. Raises Refusal."""
    check_stands(state, it.number, reverses=it.reverses)
    today = ask.today()
    check_open(today, ask.rules)
    sealed, number = ask.moment.seal(ask.args.reason), state.treasury.count + 1
    steps = steps_of(ask, reference(it.number))
    event = msgspec.structs.replace(
        it,
        number=number,
        day=today.isoformat(),
        what=sealed.seal,
        proof="",
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        reverses=it.number,
        corrects=it.day,
        asked=(),
        postings=_reversed(steps, it.number),
    )
    told = shared_told(state, event, ask.args.reason)
    me = ask.member.number if ask.member else 0
    people = dict.fromkeys(state.members.one(each.member) for each in it.borne)
    people.setdefault(state.members.one(it.payer))
    private = (
        Reply(told, to=each, ref=reference(number))
        for each in people
        if each != me and state.members.member(each).here
    )
    said = Said(declined=said_to(steps).declined)
    facts = {**shared_facts(event, said), "undoes": reference(it.number)}
    reply = Reply(told, ref=reference(number), facts=facts)
    card = edited(state, it, ask.text(it.what), said, told, told, tone=Tone.BAD) if it.asked else ()
    return Accepted((event,), (sealed,), (reply, *private, *card))


def _reversed(steps: Sequence[tuple[int, SharedStep]], number: int) -> tuple[Posting, ...]:
    """What undoes all that was owed by a shared expense, a posting for each account."""
    sums: dict[tuple[str, str], int] = {}
    for _, event in steps:
        if not isinstance(event, PartDeclined) and event.number == number:
            for each in event.postings:
                key = (each.account, each.unit)
                sums[key] = sums.get(key, 0) - each.count
    return tuple(Posting(account, unit, count) for (account, unit), count in sums.items() if count)


THING = Thing(
    letter="T",
    show=Deed(show_shared, reference_queries),
    why=Deed(why_shared, reference_queries),
    explained=True,
    reverse=Deed(reverse_shared, reference_queries),
    is_meant=lambda ask: bool(life_of(ask, ask.args.ref)),
    title=_headed,
)
"""It is a transfer among others, told as what it is."""
