"""Exits: what is open of somebody who leaves, is removed, forgotten or merged, and what ends with it.

Nothing is left that nobody can reach: what is held for somebody who is gone is listed, and paid out or
settled by their number; what would wait for them alone ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from bot.chat import Reply
from bot.collective.contributions import reference as contribution_ref
from bot.collective.events import Event
from bot.collective.members import ERASED, Member
from bot.collective.needevents import NeedDropped, ShiftsTaken
from bot.collective.proposalevents import ProxyNamed
from bot.collective.reminders import Reminder, ReminderEnded
from bot.collective.state import State
from bot.collective.timers import TimerStopped
from bot.collective.treasury import between_account, held_account
from bot.collective.treasury import reference as transfer_ref
from bot.language.sums import sums_told
from bot.language.tokens import mention
from bot.language.units import UnitClass, unit_of
from bot.text.rendering import decimal_text, unit_name
from bot.text.wording import Node, Time, Typed, items, joined, lines, say
from commands.ledger.money import held, who_told

TOLD_MAX = 12
"""How many of a sort are told."""


def called(member: Member) -> str:
    """How a member is named in a line, also one who has no name any more."""
    return f"@#{member.number}" if member.name == ERASED else mention(member.name)


# --- Before ---------------------------------------------------------------------------------------


def open_told(state: State, number: int) -> list[Node]:
    """What is open of a member: money, what waits, what others rely on. Empty where nothing is."""
    return [*_money(state, number), *_waiting(state, number), *_relied_on(state, number)]


def carried_told(state: State, number: int) -> list[Node]:
    """What of it goes over to the person whom a member is merged into."""
    return [*_money(state, number), *_waiting(state, number)]


def _money(state: State, number: int) -> Iterator[Node]:
    sums = held(state, number)
    has = {unit: count for unit, count in sums.items() if count > 0}
    below = {unit: -count for unit, count in sums.items() if count < 0}
    numbers = state.members.numbers(number)
    open_ = {u: n for u, n in state.ledger.of(*map(between_account, numbers)).items() if n}
    claims = {unit: count for unit, count in open_.items() if count > 0}
    debts = {unit: -count for unit, count in open_.items() if count < 0}
    levies = {it.code: owed for it in state.units if (owed := it.owed_by(numbers))}
    if has:
        yield say("Held: {sums}. It stays held, and a treasurer pays it out.", sums=sums_told(has))
    if below:
        yield say("Below nothing: {sums}. It stays owed.", sums=sums_told(below))
    if claims:
        yield say("Owed by other members: {sums}. It stays owed.", sums=sums_told(claims))
    if debts:
        yield say("Owed to other members: {sums}. It stays owed.", sums=sums_told(debts))
    if levies:
        yield say("Levies owed: {sums}", sums=sums_told(levies))


def _waiting(state: State, number: int) -> Iterator[Node]:
    numbers = state.members.numbers(number)
    waiting = state.treasury.waiting.items()
    money = [n for n, it in sorted(waiting) if {it.by, it.order.member, it.order.to} & {*numbers}]
    entries = sorted(n for n, *_ in state.contributions.unsettled_of(numbers))
    questions = [it.ref for it in state.proposals.alive.values() if it.author in numbers]
    questions += [it.ref for it in state.polls.open if it.author in numbers]
    needs = state.needs.open.values()
    questions += [it.ref for it in needs if it.author in numbers and not it.series]
    if money:
        yield say("Waiting for approval: {refs}", refs=_some(map(transfer_ref, money)))
    if entries:
        yield say("Not counted yet: {refs}", refs=_some(map(contribution_ref, entries)))
    ideas = [it.ref for _, it in state.funding.every_idea() if it.live and it.author in numbers]
    if ideas:
        yield say("Ideas that wait for money: {refs}", refs=_some(ideas))
    if questions:
        yield say("Open questions: {refs}; a coordinator goes on with them.", refs=_some(questions))


def _relied_on(state: State, number: int) -> Iterator[Node]:
    numbers, one = state.members.numbers(number), state.members.one
    running = [state.timers.running[each].since for each in numbers if each in state.timers.running]
    reminders = state.reminders.waiting.values()
    ending = [it.ref for it in reminders if _ends(state, it, number)]
    taken = [it.ref for it in state.needs.of(numbers) if not it.over]
    given = [it.ref for it in state.funding.open.values() if any(each.of(numbers) for each in it.live)]
    voters = {one(it.member) for it in _proxies(state, number)} - {number}
    seats = [each for each in state.members.here if number in map(one, each.holders)]
    vouched = {
        one(member) for it in state.units for member, by in it.vouches.items() if number in map(one, by)
    }
    if running:
        yield say("A timer that runs since {at} ends unlogged.", at=Time(running[0]))
    if ending:
        yield say("Reminders that end: {refs}", refs=_some(ending))
    if taken:
        yield say("Taken, and free again: {refs}", refs=_some(taken))
    if given:
        yield say("Given to ideas, and free again: {refs}", refs=_some(given))
    if voters:
        yield say("No longer votes for: {names}", names=_names(state, voters))
    if seats:
        yield say("No longer speaks for: {names}", names=joined(each.shown for each in seats))
    if vouched:
        yield say("No longer vouches for: {names}", names=_names(state, vouched))


def _names(state: State, numbers: set[int]) -> Node:
    return joined(state.members.name(number) for number in sorted(numbers))


def _some(refs: Iterable[str]) -> Node:
    found = list(refs)
    more = len(found) - TOLD_MAX
    shown = joined(found[:TOLD_MAX])
    return say("{names} and {count} more", names=shown, count=more) if more > 0 else shown


def apart_told(state: State, who: Member, absorbed: int) -> Node | None:
    """Who would be below nothing once two are two again, as one paid what the other held; else None."""
    theirs = {absorbed}
    for number, merge in reversed(state.members.merges.items()):
        theirs |= {number} if merge.member in theirs else set()
    numbers = state.members.numbers(who.number)
    points = []
    for number in (who.number, absorbed):
        own = [each for each in numbers if (each in theirs) == (number == absorbed)]
        sums = state.ledger.of(*map(held_account, own))
        if any(count < 0 for count in sums.values()):
            name = state.members.by_number[number].shown
            points.append(say("{who} is at {has}.", who=name, has=sums_told(sums)))
    return lines(say("One paid what the other held:"), items(points)) if points else None


# --- With it --------------------------------------------------------------------------------------


def ended(state: State, number: int) -> tuple[Event, ...]:
    """What ends with a member: timer, reminders, links, what they took, and voting for one another."""
    numbers = state.members.numbers(number)
    timers = (TimerStopped(member=each) for each in numbers if each in state.timers.running)
    freed = _freed(state, numbers)
    links = state.pages.voided(numbers)
    return (*timers, *_reminders(state, number), *_proxies(state, number), *freed, *links)


def _freed(state: State, numbers: Collection[int]) -> Iterator[Event]:
    """What a member took is free again; what is over was not done."""
    for it in state.needs.open.values():
        for each in numbers:
            if each in it.taken:
                yield NeedDropped(number=it.number, member=each, missed=it.over > 0)
            if each in it.standing:
                yield ShiftsTaken(number=it.number, member=each, ended=True)


def _ends(state: State, it: Reminder, number: int) -> bool:
    """Whether a reminder ends with a member: it is theirs, or told to nobody else."""
    one = state.members.one
    return one(it.author) == number or (not it.room and {*map(one, it.members)} == {number})


def _reminders(state: State, number: int) -> Iterator[ReminderEnded]:
    for it in state.reminders.waiting.values():
        if _ends(state, it, number):
            yield ReminderEnded(number=it.number)
            continue
        for each in it.members:
            if state.members.one(each) == number:
                yield ReminderEnded(number=it.number, member=each)


def _proxies(state: State, number: int) -> Iterator[ProxyNamed]:
    one = state.members.one
    for member, by_circle in state.proposals.proxies.items():
        for circle, proxy in by_circle.items():
            if number in {one(member), one(proxy)}:
                yield ProxyNamed(member=member, proxy=0, circle=circle)


def voters_told(state: State, number: int) -> Iterator[Reply]:
    """What those are told for whom a member voted."""
    voters = {state.members.one(it.member) for it in _proxies(state, number)} - {number}
    line = Typed("delegate to @…")
    told = say("Whoever voted for you is not here any more; {line} names somebody else.", line=line)
    for each in sorted(voters):
        yield Reply(told, to=each)


def kept_told(state: State, number: int) -> Node | None:
    """By which number what is held for somebody is found once their name is gone."""
    has = held(state, number)
    if not has:
        return None
    return say(
        "{sums} stays with “{who}”, and is settled so: {line}. Without that number nobody knows "
        "that it is yours.",
        sums=sums_told(has),
        who=say("former member {number}", number=number),
        line=_settling(f"@#{number}", has),
    )


# --- After ----------------------------------------------------------------------------------------


def gone_told(state: State) -> Node | None:
    """What is held for, or owed by, who is not here any more, each with a line that settles it."""
    numbers = {
        state.members.one(int(account.removeprefix("held:")))
        for (account, _), count in state.ledger.balances.items()
        if count and account.startswith("held:")
    }
    gone = ((number, held(state, number)) for number in sorted(numbers))
    points = [
        say(
            "{who}: {sums}. {line} settles it.",
            who=who_told(state, number),
            sums=sums_told(sums),
            line=_settling(called(state.members.member(number)), sums),
        )
        for number, sums in gone
        if sums and not state.members.member(number).here
    ]
    return lines(say("For those who are not here any more:"), items(points)) if points else None


def _settling(name: str, sums: dict[str, int]) -> Typed:
    unit, count = next(iter(sums.items()))
    amount = f"{decimal_text(abs(count), unit_of(unit).parts)} {unit_name(unit)}"
    verb = "payout" if count > 0 and unit_of(unit).unit_class is UnitClass.MONEY else "member settle"
    return Typed(f"{verb} {name} {amount}")
