"""`/expense 60 EUR pizza @ana @bo`: what one member laid out for several, who owe them their parts.

It moves nothing of the collective's. Everybody who bears a part is told, and only pays by themselves
(`/settle-up`), so nobody's agreement is asked before. Who laid it out takes it back, or a treasurer.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Protocol

import msgspec

from bot.arguments import given
from bot.chat import Refusal, Reply
from bot.collective.guards import check_open
from bot.collective.ledger import reversed_postings
from bot.collective.rules import refused_by
from bot.collective.sharedexpenses import Borne, ExpenseShared, shared_postings
from bot.collective.state import State
from bot.collective.treasury import between_account, reference
from bot.decision import About, Accepted, Ask
from bot.feature import Deed, Thing, reference_queries
from bot.language.amounts import Amount
from bot.language.sums import decimals, shown, sums_told
from bot.language.tokens import quoted
from bot.text.wording import Link, Node, Time, Typed, Words, items, lines, say
from bot.value.apportion import apportioned
from commands.contributions.alike import same_words
from commands.decisions.letters import RefArgs, ReverseArgs
from commands.ledger.money import by_told, money_of, who_told
from commands.ledger.moving import day_of_transfer, with_me
from commands.ledger.runs import typed_amount
from commands.ledger.undoings import check_stands, counts_today


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
    sealed_what, proof = (ask.moment.seal(each) if each else None for each in (what, ask.args.proof))
    event = ExpenseShared(
        number=number,
        payer=me.number,
        unit=amount.unit.code,
        count=amount.count,
        day=day,
        borne=borne,
        kind=ask.args.kind,
        what=sealed_what.seal if sealed_what else "",
        proof=proof.seal if proof else "",
        by=me.number,
        postings=shared_postings(me.number, amount.unit.code, borne),
    )
    _check_no_twin(state, ask, event)
    there = with_me(state, ask)
    body = lines(
        shared_told(there, event, what),
        borne_told(there, event),
        None if me.number in parts else _none_of_it(what, amount, who),
        say("{line} tells who pays whom.", line=Typed("settle-up")),
    )
    reply = Reply(body, ref=reference(number), facts=shared_facts(event))
    texts = tuple(each for each in (sealed_what, proof) if each)
    return Accepted((event,), texts, (reply, *_owing(there, event, what)))


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
    rule, what = ask.rules.text("duplicates"), ask.args.what
    if rule == "allow" or (ask.args.again and rule != "refuse"):
        return
    one = state.members.one
    for number, (_, it) in state.sharedexpenses.lately.items():
        ref = reference(number)
        same = (it.unit, it.count, it.day) == (event.unit, event.count, event.day)
        if not same or one(it.payer) != one(event.payer) or not _says(ask, ref, what):
            continue
        told = say("{ref} is as much, on the same day.", ref=ref)
        if rule == "refuse":
            raise refused_by("duplicates", told)
        names = " ".join(f"@{word}" for word in ask.args.who)
        first = quoted(what.partition("\n")[0])
        line = f"expense {typed_amount(event.unit, event.count)} {first} {names} --again"
        hint = say("If it is another one: {line}", line=Typed(line))
        raise Refusal("twin", told, word=ref, instead=hint)


def _says(ask: Ask[SharedArgs], ref: str, what: str) -> bool:
    """Whether a shared expense of before has these words, or none that anybody knows."""
    said = [ask.text(event.what) for _, event in life_of(ask, ref) if reference(event.number) == ref]
    return not said or same_words(said[0], what)


def shared_twins(state: State, ask: Ask[SharedArgs]) -> tuple[About, ...]:
    """Those of late of which the words may be the same."""
    if not ask.args.who or ask.member is None:
        return ()
    amount, day = ask.args.amount, (ask.args.on or ask.today()).isoformat()
    alike = (amount.unit.code, amount.count, day)
    lately = state.sharedexpenses.lately.items()
    return tuple(About(reference(n)) for n, (_, it) in lately if (it.unit, it.count, it.day) == alike)


# --- Telling ----------------------------------------------------------------------------------------


def shared_told(state: State, it: ExpenseShared, what: str) -> Node:
    """A shared expense, or that one is undone, in one line."""
    ref, amount = reference(it.number), shown(it.unit, it.count)
    if it.reverses:
        undone = say(
            "{new} undoes {ref}, {amount}: {reason}",
            new=ref,
            ref=reference(it.reverses),
            amount=amount,
            reason=what,
        )
        return lines(undone, counts_today(it.corrects, it.day))
    payer = who_told(state, it.payer)
    told = say("{ref}: {amount} that {who} laid out, shared", ref=ref, amount=amount, who=payer)
    return say("{line}: {what}", line=told, what=Words(what)) if what else told


def borne_told(state: State, it: ExpenseShared) -> Node:
    """What each bears of it; how many parts, where they differ."""
    whole = sum(each.parts for each in it.borne)
    equal = len({each.parts for each in it.borne}) == 1
    return items(
        say("{who}: {amount}", who=who_told(state, each.member), amount=shown(it.unit, each.count))
        if equal
        else say(
            "{who}: {amount} ({parts} of {whole})",
            who=who_told(state, each.member),
            amount=shown(it.unit, each.count),
            parts=each.parts,
            whole=whole,
        )
        for each in it.borne
    )


def _owing(state: State, it: ExpenseShared, what: str) -> Iterator[Reply]:
    """What those are told who owe a part of it from now on."""
    ref = reference(it.number)
    for each in it.borne:
        if each.member == it.payer or not each.count or not state.members.member(each.member).here:
            continue
        told = say(
            "{ref}: {who} laid out {amount} ({what}); {part} of it is yours.",
            ref=ref,
            who=who_told(state, it.payer),
            amount=shown(it.unit, it.count),
            what=Words(what),
            part=shown(it.unit, each.count),
        )
        payer = who_told(state, it.payer)
        hint = say("If that is not right, {who} or a treasurer takes it back.", who=payer)
        yield Reply(lines(told, hint), to=each.member, ref=ref)


def shared_facts(it: ExpenseShared) -> dict[str, object]:
    """It for machines: what each bears by member's number."""
    ((unit, amount),) = decimals({it.unit: it.count}).items()
    borne = {str(each.member): decimals({it.unit: each.count})[unit] for each in it.borne}
    return {"flow": "shared", "unit": unit, "amount": amount, "borne": borne}


def life_of(ask: Ask, ref: str) -> list[tuple[int, ExpenseShared]]:
    """A shared expense and its undoing, with the instants (ms); nothing where it is none."""
    found = ask.found.get(About(ref), ())
    return [(entry.at, event) for entry, event in found if isinstance(event, ExpenseShared)]


def show_shared(state: State, ask: Ask[RefArgs]) -> Accepted:
    """One shared expense with its life."""
    ref = ask.args.ref
    life = life_of(ask, ref)
    it = next(event for _, event in life if reference(event.number) == ref)
    proof = ask.text(it.proof)
    body = lines(
        shared_told(state, it, ask.text(it.what)),
        borne_told(state, it) if not it.reverses else None,
        Link(proof) if proof else None,
        items(_step_told(state, at, event, ref) for at, event in life),
    )
    return Accepted(replies=(Reply(body, ref=ref, facts=shared_facts(it)),))


def _step_told(state: State, at: int, event: ExpenseShared, ref: str) -> Node:
    who, other = by_told(state, event.by), reference(event.number)
    if other != ref:
        return say("{at}: undone by {who}, {ref}", at=Time(at), who=who, ref=other)
    return say("{at}: entered by {who}", at=Time(at), who=who)


def why_shared(state: State, ask: Ask[RefArgs]) -> Accepted:
    """How each part came about, to the last cent."""
    it = next(event for _, event in life_of(ask, ask.args.ref) if not event.reverses)
    whole = sum(each.parts for each in it.borne)
    body = lines(
        shared_told(state, it, ask.text(it.what)),
        borne_told(state, it),
        say(
            "{amount} in {whole} parts. What does not divide goes, smallest part by smallest part, to "
            "the largest remainders; of equal ones by the draw {seed}.",
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
        theirs = sum(each.count for each in it.borne if me.number in state.members.gainers(each.member))
        if theirs:
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
    ref = ask.args.ref
    it = next(event for _, event in life_of(ask, ref) if reference(event.number) == ref)
    check_stands(state, it.number, reverses=it.reverses)
    return it


def undone(state: State, ask: Ask[ReverseArgs], it: ExpenseShared) -> Accepted:
    """Take a shared expense back, by a movement of today. Raises Refusal."""
    check_stands(state, it.number, reverses=it.reverses)
    today = ask.today()
    check_open(today, ask.rules)
    sealed, number = ask.moment.seal(ask.args.reason), state.treasury.count + 1
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
        postings=reversed_postings(it.postings),
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
    facts = {**shared_facts(event), "undoes": reference(it.number)}
    reply = Reply(told, ref=reference(number), facts=facts)
    return Accepted((event,), (sealed,), (reply, *private))


THING = Thing(
    letter="T",
    show=Deed(show_shared, reference_queries),
    why=Deed(why_shared, reference_queries),
    reverse=Deed(reverse_shared, reference_queries),
    is_meant=lambda ask: bool(life_of(ask, ask.args.ref)),
    title=lambda _, ask: say("Shared expense {ref}", ref=ask.args.ref),
)
"""It is a transfer among others, told as what it is."""


def between(state: State, number: int) -> dict[str, int]:
    """What others owe a member, by unit, or below nothing they owe; what is nothing is left out."""
    accounts = map(between_account, state.members.numbers(number))
    return {unit: count for unit, count in state.ledger.of(*accounts).items() if count}


def between_told(state: State, number: int) -> Node | None:
    """What others owe a member, and what they owe others; None for nothing."""
    sums = between(state, number)
    if not sums:
        return None
    who = who_told(state, number)
    claims = {unit: count for unit, count in sums.items() if count > 0}
    debts = {unit: -count for unit, count in sums.items() if count < 0}
    told = (
        say("Other members owe {who} {sums}.", who=who, sums=sums_told(claims)) if claims else None,
        say("{who} owes other members {sums}.", who=who, sums=sums_told(debts)) if debts else None,
    )
    return lines(*told)
