"""`/dues`: what members give regularly, who paid, each one's own step, and who is exempt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.dues import (
    FOR_GOOD,
    KIND,
    DuesChosen,
    DuesEnded,
    DuesExempted,
    DuesSet,
    Terms,
)
from bot.collective.grades import Grade
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, reference
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.amounts import Amount, read_amount
from bot.language.sums import decimals, shown, sums_told
from bot.language.tokens import mention
from bot.text.wording import Day, Node, Typed, Words, joined, lines, say
from bot.value.periods import Every, next_period, period_of
from commands.decisions.openly import openly
from commands.ledger.budgeting import today_of
from commands.ledger.duesclock import behind_told
from commands.ledger.money import money_of
from commands.ledger.moving import day_of_transfer, moved
from commands.ledger.periods import EVERY
from commands.ledger.runs import typed_amount

_EVERY = {"monthly": Every.MONTH, "quarterly": Every.QUARTER, "yearly": Every.YEAR}

CHOICES_MAX = 12
"""More steps than any sliding scale has."""

_CIRCLE = takes(OptionType.CIRCLE, say("the circle whose dues they are, if not of all"), default="")
_WHO = takes(OptionType.PERSON, say("who, as @name"), positional=True)
_AMOUNT = takes(OptionType.AMOUNT, say("how much, for example 10 EUR"), positional=True)


# --- Looking ----------------------------------------------------------------------------------------


def dues(state: State, ask: Ask) -> Accepted:
    """What is owed for each period, and by whoever asks; treasurers see who is behind."""
    if not state.dues.terms and not state.dues.owed:
        raise _none()
    me = ask.member
    mine = state.dues.owed_by(state.members.numbers(me.number)) if me else {}
    all_of_them = me is None or me.may(Role.TREASURER)
    body = lines(
        *(_terms_told(circle, it) for circle, it in sorted(state.dues.terms.items())),
        *(_own_told(state, ask, me, mine) if me else ()),
        behind_told(state) if all_of_them else None,
    )
    return Accepted(replies=(Reply(body, private=True, facts={"owed": decimals(mine)}),))


def _terms_told(circle: str, it: Terms) -> Node:
    told = say(
        "Dues of {whose}: {amount} each {every}; the next fall due on {day}.",
        whose=say("the circle {name}", name=circle) if circle else say("all members"),
        amount=shown(it.unit, it.count),
        every=EVERY[it.every],
        day=Day(it.next),
    )
    if not it.choices:
        return told
    steps = joined(shown(it.unit, each) for each in it.choices)
    line = Typed(f"dues choose {typed_amount(it.unit, it.choices[0])}")
    return say(
        "{told} Choose your step in private: {steps} ({line})", told=told, steps=steps, line=line
    )


def _own_told(state: State, ask: Ask, me: Member, mine: dict[str, int]) -> Iterator[Node]:
    numbers = state.members.numbers(me.number)
    for circle, it in sorted(state.dues.terms.items()):
        if it.choices:
            step = shown(it.unit, state.dues.step_of(numbers, circle))
            yield say("Your step: {amount}", amount=step)
    until = state.dues.exempt_until(numbers, ask.today().isoformat())
    if until:
        yield _exempt_told(me, until)
    owing = {unit: count for unit, count in mine.items() if count > 0}
    ahead = {unit: -count for unit, count in mine.items() if count < 0}
    if owing:
        yield say("You owe {sums}.", sums=sums_told(owing))
    if ahead:
        yield say("You paid {sums} ahead.", sums=sums_told(ahead))
    if not mine:
        yield say("You owe nothing.")


def _exempt_told(who: Member, until: str) -> Node:
    if until == FOR_GOOD:
        return say("{who} owes no dues until that is taken back.", who=who.shown)
    return say("{who} owes no dues until {day}.", who=who.shown, day=Day(until))


def _none() -> Refusal:
    return Refusal(
        "no-dues",
        say("No dues are set here."),
        instead=say("A treasurer sets them: {line}", line=Typed("dues set 10 EUR monthly")),
    )


def _known(state: State, circle: str) -> Terms:
    """The dues of a circle, or of all. Raises Refusal."""
    it = state.dues.terms.get(circle)
    if it is not None:
        return it
    if not state.dues.terms:
        raise _none()
    raise Refusal(
        "no-dues",
        say("No dues of the circle {name} are set.", name=circle)
        if circle
        else say("No dues of all members are set."),
        word=circle,
        instead=say("{dues} shows which are.", dues=Typed("dues")),
    )


# --- Setting ----------------------------------------------------------------------------------------


@arguments
class DuesSetArgs:
    """What `/dues set` takes."""

    amount: Amount = _AMOUNT
    every: str = takes(
        OptionType.WORD, say("how often"), positional=True, choices=tuple(_EVERY), default="monthly"
    )
    circle: str = _CIRCLE
    choices: str = takes(OptionType.WORD, say("the steps of a sliding scale, as 5,10,20"), default="")


def set_dues(state: State, ask: Ask[DuesSetArgs]) -> Accepted:
    """From the next period on, so much is owed for each."""
    amount, every = money_of(ask.args.amount), _EVERY[ask.args.every]
    circle = state.circles.named(ask.args.circle).name if ask.args.circle else ""
    first = _first(state, ask, circle, every)
    event = DuesSet(
        circle=circle,
        unit=amount.unit.code,
        count=amount.count,
        every=every,
        choices=_choices(ask, amount),
        first=first,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
    )
    terms = Terms(event.unit, event.count, every, event.choices, first)
    if state.dues.terms.get(circle) == terms:
        raise Refusal("nothing-changed", say("That is so already."))
    return Accepted((event,), (), (Reply(_terms_told(circle, terms)),))


def _first(state: State, ask: Ask, circle: str, every: Every) -> str:
    """The next period by the collective's clock: none falls due twice, none is left out."""
    before = state.dues.terms.get(circle)
    if before is not None and before.every == every:
        return before.next
    return next_period(period_of(today_of(state, ask), every), every).first.isoformat()


def _choices(ask: Ask[DuesSetArgs], amount: Amount) -> tuple[int, ...]:
    """The steps, in smallest parts, with what is usual among them. Raises Refusal."""
    if not ask.args.choices:
        return ()
    words = [word.strip() for word in ask.args.choices.split(",")]
    if not all(words) or len(words) > CHOICES_MAX:
        raise Refusal(
            "dues-choices",
            say("Steps are amounts with commas between them, {most} at most.", most=CHOICES_MAX),
            word=ask.args.choices,
            instead=say("For example {option}", option=Words("--choices 5,10,20")),
        )
    steps = [read_amount([word, amount.unit.name], ask.language)[0] for word in words]
    for word, step in zip(words, steps, strict=True):
        if step.unit.code != amount.unit.code:
            raise Refusal(
                "dues-choices",
                say("These dues are in {unit}, and so is each step.", unit=amount.unit.name),
                word=word,
                instead=say("For example {option}", option=Words("--choices 5,10,20")),
            )
    return tuple(sorted({*(step.count for step in steps), amount.count}))


@arguments
class DuesEndArgs:
    """What `/dues end` takes."""

    circle: str = _CIRCLE


def end(state: State, ask: Ask[DuesEndArgs]) -> Accepted:
    """No dues fall due any more; what is owed stays owed."""
    circle = ask.args.circle
    _known(state, circle)
    by = ask.member.number if ask.member else 0
    told = say("No dues fall due any more; what is owed for before stays owed.")
    return Accepted((DuesEnded(circle=circle, by=by, proposal=ask.proposal),), (), (Reply(told),))


# --- One's own step ---------------------------------------------------------------------------------


@arguments
class DuesChooseArgs:
    """What `/dues choose` takes."""

    amount: Amount = _AMOUNT
    circle: str = _CIRCLE


def choose(state: State, ask: Ask[DuesChooseArgs]) -> Accepted:
    """Choose one's own step, in private; it holds for what falls due from now on."""
    it, amount = _known(state, ask.args.circle), ask.args.amount
    if not ask.unseen:
        raise Refusal(
            "not-private",
            say("This room reads along; your step is for you to know, and nothing was kept."),
            instead=say("Write it to me in private: {line}", line=_choosing(ask)),
        )
    if amount.unit.code != it.unit or amount.count not in it.choices:
        steps = joined(shown(it.unit, each) for each in it.choices or (it.count,))
        line = Typed(f"dues choose {typed_amount(it.unit, it.count)}") if it.choices else None
        raise Refusal(
            "dues-choices",
            say("The steps are {steps}.", steps=steps)
            if it.choices
            else say("These dues are {steps} for all.", steps=steps),
            word=amount.unit.name,
            instead=say("For example {line}", line=line) if line else None,
        )
    step = ask.moment.seal(str(amount.count))
    event = DuesChosen(member=ask.me.number, circle=ask.args.circle, step=step.seal)
    told = say("Your step is {amount} for what falls due from now on.", amount=amount.shown)
    return Accepted((event,), (step,), (Reply(told, private=True),))


def _choosing(ask: Ask[DuesChooseArgs]) -> Typed:
    """The line that was typed."""
    circle = f" --circle {ask.args.circle}" if ask.args.circle else ""
    return Typed(
        f"dues choose {typed_amount(ask.args.amount.unit.code, ask.args.amount.count)}{circle}"
    )


# --- Paying -----------------------------------------------------------------------------------------


@arguments
class DuesPaidArgs:
    """What `/dues paid` takes."""

    who: str = _WHO
    amount: Amount = _AMOUNT
    on: dt.date | None = takes(OptionType.DAY, say("the day, if not today"), default=None)
    again: bool = flag(say("that it is another one than the one that looks the same"))


def paid(state: State, ask: Ask[DuesPaidArgs]) -> Accepted:
    """Enter dues that came in, as income."""
    who, amount = ask.anybody(state, ask.args.who), money_of(ask.args.amount)
    numbers, unit = state.members.numbers(who.number), amount.unit.code
    owed = state.dues.owed_by(numbers)
    gift = Typed(f"income {typed_amount(unit, amount.count)} a gift")
    if not state.dues.terms and not owed:
        raise _none()
    known = {it.unit for it in state.dues.terms.values()} | owed.keys()
    if unit not in known:
        raise Refusal(
            "dues-currency",
            say("Dues here are in {units}.", units=joined(sorted(known))),
            word=amount.unit.name,
            instead=say("Other money is an income: {line}", line=gift),
        )
    day = day_of_transfer(ask, ask.args.on)
    if state.dues.exempt_until(numbers, day) and owed.get(unit, 0) <= 0:
        raise Refusal(
            "dues-exempt",
            say("{who} owes no dues.", who=who.shown),
            word=ask.args.who,
            instead=say("What they give all the same is an income: {line}", line=gift),
        )
    order = Order(Flow.INCOME, unit, amount.count, day, member=who.number, kind=KIND, dues=True)
    _check_no_twin(state, ask, order)
    decision = moved(state, ask, order)
    return Accepted(decision.events, decision.texts, (*decision.replies, *_thanked(ask, who, amount)))


def _check_no_twin(state: State, ask: Ask[DuesPaidArgs], order: Order) -> None:
    """Whether the same person paid as much on the same day already. Raises Refusal."""
    rule = ask.rules.text("duplicates")
    if rule == "allow" or ask.proposal or (ask.args.again and rule != "refuse"):
        return
    one = state.members.one
    for number, (_, it) in state.treasury.lately.items():
        same = (it.unit, it.count, it.day) == (order.unit, order.count, order.day)
        bank = number in state.treasury.imported  # in whose words nobody knows whose it is
        theirs = one(it.member) == one(order.member) if it.dues else bank or it.kind == KIND
        if it.flow is Flow.INCOME and same and theirs:
            who = mention(state.members.member(order.member).name)
            line = f"dues paid {who} {typed_amount(order.unit, order.count)} --on {order.day} --again"
            other = say("If it is another one: {line}", line=Typed(line))
            raise refused_by(
                "duplicates",
                say("{ref} is as much, on the same day.", ref=reference(number)),
                instead=other if rule != "refuse" else None,
            )


def _thanked(ask: Ask, who: Member, amount: Amount) -> Iterator[Reply]:
    """Whoever paid is told that it is entered."""
    if who.here and (ask.member is None or who.number != ask.member.number):
        told = say("{amount} of dues is entered as paid by you.", amount=amount.shown)
        yield Reply(told, to=who.number)


# --- Exempt -----------------------------------------------------------------------------------------


@arguments
class DuesExemptArgs:
    """What `/dues exempt` takes."""

    who: str = _WHO
    until: dt.date | None = takes(
        OptionType.DAY,
        say("the last day; without it, until it is taken back"),
        default=None,
        ahead=True,
    )
    back: bool = flag(say("take it back: they owe dues again"))


def exempt(state: State, ask: Ask[DuesExemptArgs]) -> Accepted:
    """Let somebody owe no dues; why is not asked, not kept, and the room is not told."""
    who, today = ask.person(state, ask.args.who), ask.today()
    numbers = state.members.numbers(who.number)
    by = ask.member.number if ask.member else 0
    until = state.dues.exempt_until(numbers, today.isoformat())
    if ask.args.back:
        if not until:
            raise Refusal("nothing-changed", say("{who} is not exempt.", who=who.shown))
        gone = (n for n in numbers if state.dues.exempt.get(n))
        events = tuple(DuesExempted(member=n, last="", by=by, proposal=ask.proposal) for n in gone)
        told: Node = say("{who} owes dues again from the next period on.", who=who.shown)
        return Accepted(events, (), (Reply(told, private=True), *_to_them(ask, who, told)))
    gainers = state.members.gainers(who.number)
    if ask.member is not None and ask.member.number in gainers and not ask.proposal:
        raise Refusal(
            "own-exemption",
            say("Nobody exempts themselves from dues."),
            word=ask.args.who,
            instead=say("Another treasurer does, without asking why."),
        )
    if ask.args.until is not None and ask.args.until < today:
        raise Refusal("day-past", say("{day} is past.", day=Day(ask.args.until.isoformat())))
    last = ask.args.until.isoformat() if ask.args.until else FOR_GOOD
    if until == last:
        raise Refusal("nothing-changed", _exempt_told(who, last))
    told = _exempt_told(who, last)
    others = (n for n in numbers if n != who.number and state.dues.exempt.get(n))
    events = tuple(
        DuesExempted(member=n, last=day, by=by, proposal=ask.proposal)
        for n, day in (*((n, "") for n in others), (who.number, last))
    )
    return Accepted(events, (), (Reply(told, private=True), *_to_them(ask, who, told)))


def _to_them(ask: Ask, who: Member, told: Node) -> Iterator[Reply]:
    if ask.member is None or who.number != ask.member.number:
        yield Reply(told, to=who.number)


COMMANDS = (
    Command(
        name="dues",
        about=say("what members give regularly, and what you owe of it"),
        also=say("membership fee, membership fees, subscription, contributions owed, monthly fee"),
        decide=dues,
        examples=("dues",),
    ),
    Command(
        name="dues set",
        undo="dues end",
        about=say("set what members give each month, quarter or year"),
        decide=openly(set_dues),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=DuesSetArgs,
        examples=("dues set 10 EUR monthly", "dues set 10 EUR monthly --choices 5,10,20"),
    ),
    Command(
        name="dues choose",
        discreet=True,
        about=say("choose your own step of the dues, in private"),
        decide=choose,
        args=DuesChooseArgs,
        examples=("dues choose 5 EUR",),
    ),
    Command(
        name="dues paid",
        undo="reverse T4 typed twice",
        about=say("enter dues that somebody paid"),
        also=say("paid dues, fee received, membership paid"),
        decide=openly(paid),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=DuesPaidArgs,
        examples=("dues paid @bo 10 EUR",),
    ),
    Command(
        name="dues exempt",
        undo="dues exempt @bo --back",
        about=say("let somebody owe no dues, without asking why"),
        also=say("waive dues, fee waiver, hardship"),
        decide=exempt,
        role=Role.TREASURER,
        args=DuesExemptArgs,
        examples=("dues exempt @bo", "dues exempt @bo --until 2027-01-31", "dues exempt @bo --back"),
    ),
    Command(
        name="dues end",
        undo="dues set 10 EUR monthly",
        about=say("have no dues any more"),
        decide=openly(end),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=DuesEndArgs,
        examples=("dues end",),
    ),
)
