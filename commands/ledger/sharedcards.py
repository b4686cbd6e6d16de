"""How shared expenses are told: who bears what of it, who has said that it is so, what members owe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from bot.chat import Button, Kind, Reply, Tone
from bot.collective.sharedexpenses import Borne, ExpenseShared, PartAgreed, PartDeclined
from bot.collective.state import State
from bot.collective.treasury import between_account, reference
from bot.decision import About, Ask
from bot.language.sums import decimals, shown, sums_told
from bot.text.wording import Node, Typed, Words, items, lines, say
from commands.decisions.cards import place_of, placed
from commands.ledger.money import who_told
from commands.ledger.undoings import counts_today

SharedStep = ExpenseShared | PartAgreed | PartDeclined


class Said(msgspec.Struct, frozen=True):
    """Who was asked for a part and has not answered, and who said that it is not theirs."""

    waiting: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()


def steps_of(ask: Ask, ref: str) -> list[tuple[int, SharedStep]]:
    """All that happened to a shared expense, with the instants (ms); nothing where it is none."""
    found = ask.found.get(About(ref), ())
    return [(entry.at, event) for entry, event in found if isinstance(event, SharedStep)]


def said_to(steps: Sequence[tuple[int, SharedStep]]) -> Said:
    """Who answered what, as far as it is not undone."""
    waiting, declined = set[int](), set[int]()
    for _, event in steps:
        match event:
            case ExpenseShared(reverses=0):
                waiting |= set(event.asked)
            case ExpenseShared():
                waiting.clear()
            case PartDeclined():
                declined.add(event.member)
                waiting.discard(event.member)
            case PartAgreed():
                waiting.discard(event.member)
    return Said(frozenset(waiting), frozenset(declined))


# --- In words ---------------------------------------------------------------------------------------


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


def borne_told(state: State, it: ExpenseShared, said: Said) -> Node:
    """What each bears of it, how many parts where they differ, and who has not agreed to it."""
    whole = sum(each.parts for each in it.borne)
    equal = len({each.parts for each in it.borne}) == 1
    points: list[Node] = []
    for each in it.borne:
        who, amount = who_told(state, each.member), shown(it.unit, each.count)
        part = (
            say("{who}: {amount}", who=who, amount=amount)
            if equal
            else say(
                "{who}: {amount} ({parts} of {whole})",
                who=who,
                amount=amount,
                parts=each.parts,
                whole=whole,
            )
        )
        if each.member in said.waiting:
            part = say("{part}, has not agreed yet", part=part)
        elif each.member in said.declined:
            part = say("{part}, says no", part=part)
        points.append(part)
    return items(points)


def picture(
    state: State, it: ExpenseShared, what: str, said: Said, *more: Node | None
) -> tuple[Node, tuple[Button, ...], Node | None]:
    """Its card: the text, the buttons while somebody is asked, and what is typed instead of these."""
    ref = reference(it.number)
    body = lines(
        shared_told(state, it, what),
        borne_told(state, it, said),
        say("Nobody owes a part before they agree to it.") if said.waiting else None,
        *more,
    )
    if not said.waiting:
        return body, (), None
    typed = say(
        "{approve} agrees to your part, {decline} says no.",
        approve=Typed(f"approve {ref}"),
        decline=Typed(f"decline {ref}"),
    )
    return body, buttons(ref), typed


def buttons(ref: str) -> tuple[Button, ...]:
    """Both answers to a part that one is asked for."""
    return (
        Button(say("I owe my part"), f"approve {ref}"),
        Button(say("Not mine"), f"decline {ref}"),
    )


def edited(
    state: State,
    it: ExpenseShared,
    what: str,
    said: Said,
    news: Node,
    *more: Node,
    tone: Tone | None = None,
) -> tuple[Reply, ...]:
    """The next picture of its card, in the room where that stands."""
    body, pressed, typed = picture(state, it, what, said, *more)
    tone = tone or (Tone.OPEN if said.waiting else Tone.OVER if said.declined else Tone.GOOD)
    it_now = Reply(body, ref=reference(it.number), buttons=pressed, typed=typed, news=news, tone=tone)
    return placed(it_now, Kind.EDIT, place_of(state, it.room))


def asked_told(state: State, it: ExpenseShared, what: str) -> Iterator[Reply]:
    """What those are told who are asked for a part."""
    ref = reference(it.number)
    for each in it.borne:
        if each.member in it.asked and state.members.member(each.member).here:
            told = asked_of(state, it, what, each)
            yield Reply(told, to=each.member, ref=ref, buttons=buttons(ref))


def asked_of(state: State, it: ExpenseShared, what: str, part: Borne) -> Node:
    """What one member is asked: how much of what would be theirs, and how they answer."""
    ref = reference(it.number)
    told = say(
        "{ref}: {who} laid out {amount} ({what}); {part} of it would be yours.",
        ref=ref,
        who=who_told(state, it.payer),
        amount=shown(it.unit, it.count),
        what=Words(what),
        part=shown(it.unit, part.count),
    )
    typed = say(
        "{approve} says that you owe it, {decline} that you do not.",
        approve=Typed(f"approve {ref}"),
        decline=Typed(f"decline {ref}"),
    )
    return lines(told, typed)


def shared_facts(it: ExpenseShared, said: Said) -> dict[str, object]:
    """It for machines: what each bears by member's number, and who of them has not agreed."""
    ((unit, amount),) = decimals({it.unit: it.count}).items()
    borne = {str(each.member): decimals({it.unit: each.count})[unit] for each in it.borne}
    facts: dict[str, object] = {"flow": "shared", "unit": unit, "amount": amount, "borne": borne}
    named = {"asked": said.waiting, "declined": said.declined}
    return facts | {name: sorted(them) for name, them in named.items() if them}


# --- What members owe one another -------------------------------------------------------------------


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
