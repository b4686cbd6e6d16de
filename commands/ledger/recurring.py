"""`/recurring`: bills that come again and again, asked for by the clock and carried out by a press."""

from __future__ import annotations

import msgspec

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.grades import Grade
from bot.collective.recurring import (
    RUNNING_MAX,
    Recurring,
    RecurringChanged,
    RecurringEnded,
    RecurringPaused,
    RecurringResumed,
    RecurringSet,
    RecurringTerms,
)
from bot.collective.roles import Role
from bot.collective.state import State
from bot.collective.treasury import OTHER_KIND, TREASURY
from bot.collective.treasury import reference as transfer_ref
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Deed, Feature, Thing, reference_queries
from bot.grammar.hints import HOW_OFTEN
from bot.language.amounts import Amount
from bot.language.recurrence import Times
from bot.language.repeating import HOUR, WORKDAY
from bot.text.wording import Node, Time, Typed, joined, lines, say
from commands.decisions.letters import CancelArgs
from commands.decisions.lookups import circle_for
from commands.decisions.openly import openly
from commands.ledger.budgetlive import room_for
from commands.ledger.money import fund_named, money_of
from commands.ledger.recurringclock import CLOCKWORK, next_behind
from commands.ledger.recurringlook import (
    LETTER,
    bill_named,
    inside,
    list_,
    list_queries,
    recurring_headed,
    show,
    suggested,
)
from commands.ledger.recurringpage import PAGE, TOLD, facts_of, line_told
from commands.ledger.twins import Alike, check_unlike

YEARS_MAX_MS = 5 * 366 * 86_400_000
"""Further away nobody plans a bill."""

_OFTEN = frozenset({HOUR, "day", WORKDAY})
"""How often no bill comes."""

_REF = takes(OptionType.REFERENCE, say("which one, for example S2"), positional=True)
_FROM = takes(OptionType.FUND, say("treasury, or the fund that pays it"), default="")


def _by(ask: Ask) -> int:
    return ask.member.number if ask.member else 0


# --- Setting --------------------------------------------------------------------------------------


@arguments
class RecurringArgs:
    """What `/recurring` takes."""

    amount: Amount = takes(OptionType.AMOUNT, say("how much, for example 45 EUR"), positional=True)
    every: Times = takes(OptionType.TIMES, say("how often, as “month on the 1st”"))
    what: str = takes(OptionType.TEXT, say("what for"), positional=True)
    from_: str = _FROM
    kind: str = takes(OptionType.KIND, say("the kind of expense, as #rent"), default="")
    circle: str = takes(
        OptionType.CIRCLE, say("the circle that it is for, if not the room's"), default=""
    )
    again: bool = flag(say("that it is another one than the one that looks the same"))


def set_recurring(state: State, ask: Ask[RecurringArgs]) -> Accepted:
    """From now on it is asked for whenever it is due; nothing moves by that."""
    amount = money_of(ask.args.amount)
    if len(state.recurring.running) >= RUNNING_MAX:
        raise Refusal(
            "recurring-max",
            say("As many bills recur as there may be."),
            instead=say("{list} lists what recurs.", list=Typed("recurring list")),
        )
    times = _checked(ask, ask.args.every)
    _check_no_twin(state, ask)
    terms = RecurringTerms(
        unit=amount.unit.code,
        count=amount.count,
        kind=ask.args.kind or OTHER_KIND,
        first=times.at,
        every=times.every,
        zone=ask.zone,
        fund=_fund(state, ask.args.from_),
        circle=circle_for(state, ask),
        until=times.until,
        clock=times.clock,
    )
    what = ask.moment.seal(ask.args.what)
    number, room = state.recurring.count + 1, room_for(state, ask)
    event = RecurringSet(
        number=number,
        terms=terms,
        what=what.seal,
        next=times.at,
        by=_by(ask),
        proposal=ask.proposal,
        room=room,
    )
    it = Recurring(number, terms, what.seal, event.by, event.proposal, room, event.next)
    body = lines(
        line_told(it, ask.args.what),
        _carried_told(ask),
        say(
            "{cancel} ends it, {pause} pauses it.",
            cancel=Typed(f"cancel {it.ref}"),
            pause=Typed(f"recurring pause {it.ref}"),
        ),
    )
    return Accepted((event,), (what,), (Reply(body, ref=it.ref, facts=facts_of(it)),))


def _fund(state: State, name: str) -> str:
    return "" if name == TREASURY else fund_named(state, name)


def _carried_told(ask: Ask) -> Node:
    if ask.rules.text("recurring") == "itself":
        return say("It is carried out by itself when it is due, unless a second person has to agree.")
    return say("When it is due, a treasurer carries it out with one press.")


def _checked(ask: Ask, times: Times) -> Times:
    """Times that come again, to come, and not more often than a week. Raises Refusal."""
    if not times.every:
        raise Refusal(
            "times-unclear",
            say("That comes once."),
            instead=HOW_OFTEN,
        )
    if times.every.rpartition(" ")[2] in _OFTEN:
        raise Refusal(
            "recurring-often",
            say("A bill comes once a week at most."),
            instead=HOW_OFTEN,
        )
    if times.at > ask.moment.at + YEARS_MAX_MS:
        raise Refusal("reminder-far", say("{when} is too far away.", when=Time(times.at)))
    return times


def _alike(state: State, ask: Ask[RecurringArgs]) -> list[Recurring]:
    same = (ask.args.amount.unit.code, ask.args.amount.count)
    return [it for it in state.recurring.running if (it.terms.unit, it.terms.count) == same]


def _twin_queries(state: State, ask: Ask[RecurringArgs]) -> tuple[Query, ...]:
    return tuple(About(it.ref) for it in _alike(state, ask))


def _check_no_twin(state: State, ask: Ask[RecurringArgs]) -> None:
    """Whether the same recurs already. Raises Refusal."""
    what = ask.args.what
    alike = (Alike(it.ref, ask.text(it.what), line_told(it, what)) for it in _alike(state, ask))
    check_unlike(ask, what, alike)


# --- Changing -------------------------------------------------------------------------------------


@arguments
class RecurringChangeArgs:
    """What `/recurring change` takes."""

    ref: str = _REF
    amount: Amount | None = takes(
        OptionType.AMOUNT, say("how much from now on"), positional=True, default=None
    )
    every: Times | None = takes(
        OptionType.TIMES, say("how often from now on, as “month on the 1st”"), default=None
    )
    from_: str = _FROM


def change(state: State, ask: Ask[RecurringChangeArgs]) -> Accepted:
    """It is another amount, or comes at other times; what waits stays as it was asked for."""
    it = bill_named(state, ask.args.ref, running=True)
    terms = it.terms
    if ask.args.amount is not None:
        amount = money_of(ask.args.amount)
        terms = msgspec.structs.replace(terms, unit=amount.unit.code, count=amount.count)
    if ask.args.from_:
        terms = msgspec.structs.replace(terms, fund=_fund(state, ask.args.from_))
    if ask.args.every is not None:
        times = _checked(ask, ask.args.every)
        terms = msgspec.structs.replace(
            terms,
            first=times.at,
            every=times.every,
            zone=ask.zone,
            until=times.until,
            clock=times.clock,
        )
    if terms == it.terms:
        raise Refusal(
            "nothing-changed",
            say("That is so already."),
            instead=say("For example {line}", line=Typed(f"recurring change {it.ref} 50 EUR")),
        )
    coming = 0 if it.paused else next_behind(terms, ask.moment.at, it.last)
    if not coming and not it.paused:
        raise _over(it)
    event = RecurringChanged(
        number=it.number, terms=terms, next=coming, by=_by(ask), proposal=ask.proposal
    )
    changed = Recurring(
        it.number, terms, it.what, event.by, event.proposal, it.room, coming, it.last, it.paused
    )
    reply = Reply(line_told(changed, ask.text(it.what)), ref=it.ref, facts=facts_of(changed))
    return Accepted((event,), (), (reply,))


def _over(it: Recurring) -> Refusal:
    return Refusal(
        "times-over",
        say("{ref} would come no more by that.", ref=it.ref),
        word=it.ref,
        instead=say("{cancel} ends it.", cancel=Typed(f"cancel {it.ref}")),
    )


@arguments
class RecurringRefArgs:
    """What `/recurring pause` and `/recurring resume` take."""

    ref: str = _REF


def pause(state: State, ask: Ask[RecurringRefArgs]) -> Accepted:
    """Nothing is asked for until it is resumed; what waits waits on."""
    it = bill_named(state, ask.args.ref, running=True)
    if it.paused:
        raise Refusal("nothing-changed", say("{ref} is paused already.", ref=it.ref), word=it.ref)
    told = say(
        "{ref} is paused. {resume} has it go on.",
        ref=it.ref,
        resume=Typed(f"recurring resume {it.ref}"),
    )
    event = RecurringPaused(number=it.number, by=_by(ask), proposal=ask.proposal)
    return Accepted((event,), (), (Reply(told, ref=it.ref),))


def resume(state: State, ask: Ask[RecurringRefArgs]) -> Accepted:
    """It goes on with the next day that is to come."""
    it = bill_named(state, ask.args.ref, running=True)
    if not it.paused:
        raise Refusal("nothing-changed", say("{ref} is not paused.", ref=it.ref), word=it.ref)
    coming = next_behind(it.terms, ask.moment.at, it.last)
    if not coming:
        raise _over(it)
    event = RecurringResumed(number=it.number, next=coming, by=_by(ask), proposal=ask.proposal)
    told = say("{ref} goes on; it comes {at}.", ref=it.ref, at=Time(coming))
    return Accepted((event,), (), (Reply(told, ref=it.ref),))


def cancel(state: State, ask: Ask[CancelArgs]) -> Accepted:
    """It comes no more; what was asked for and waits still waits."""
    it = bill_named(state, ask.args.ref, running=True)
    if ask.member is not None and not ask.member.may(Role.TREASURER):
        raise Refusal(
            "role",
            say("Only a treasurer ends what recurs."),
            word=it.ref,
            instead=say("{show} tells of it.", show=Typed(f"show {it.ref}")),
        )
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = RecurringEnded(
        number=it.number, by=_by(ask), proposal=ask.proposal, reason=reason.seal if reason else ""
    )
    waiting = [
        transfer_ref(number)
        for number, each in state.treasury.waiting.items()
        if each.order.recurring == it.number and not each.reverses
    ]
    body = lines(
        say("{ref} is over: {reason}", ref=it.ref, reason=ask.args.reason)
        if reason
        else say("{ref} is over.", ref=it.ref),
        say("What waits of it still waits: {refs}", refs=joined(waiting)) if waiting else None,
    )
    return Accepted((event,), (reason,) if reason else (), (Reply(body, ref=it.ref),))


# --- Declarations ---------------------------------------------------------------------------------

COMMANDS = (
    Command(
        name="recurring",
        grouped="recurring new",
        about=say("have a bill asked for again and again, by the clock"),
        also=say("standing order, repeat a payment, pay every month, monthly bill, subscription cost"),
        decide=openly(set_recurring),
        wants=_twin_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=RecurringArgs,
        examples=(
            'recurring 45 EUR hosting --every "month on the 1st" --from treasury',
            'recurring 600 EUR rent #rent --every "month on the 3rd"',
        ),
        undo="cancel S2",
        usual=("amount", "every", "from"),
    ),
    Command(
        name="recurring list",
        about=say("what recurs, and when it comes next"),
        also=say("recurring bills, standing orders, regular payments, what do we pay every month"),
        decide=list_,
        wants=list_queries,
        examples=("recurring list",),
    ),
    Command(
        name="recurring change",
        about=say("change how much recurs, or how often"),
        also=say("raise a standing order, change a recurring bill"),
        decide=openly(change),
        wants=reference_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=RecurringChangeArgs,
        examples=("recurring change S2 50 EUR", 'recurring change S2 --every "quarter on the 1st"'),
    ),
    Command(
        name="recurring pause",
        about=say("have it not asked for until it is resumed"),
        decide=openly(pause),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=RecurringRefArgs,
        examples=("recurring pause S2",),
        undo="recurring resume S2",
    ),
    Command(
        name="recurring resume",
        about=say("have it asked for again"),
        decide=openly(resume),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=RecurringRefArgs,
        examples=("recurring resume S2",),
        undo="recurring pause S2",
    ),
)

FEATURE = Feature(
    name="recurring",
    commands=COMMANDS,
    clockworks=(CLOCKWORK,),
    thing=Thing(
        letter=LETTER,
        show=Deed(show, reference_queries),
        cancel=Deed(openly(cancel), reference_queries),
        suggested=suggested,
        inside=inside,
        title=recurring_headed,
    ),
    digest=TOLD,
    pages=(PAGE,),
)
