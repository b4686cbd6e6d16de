"""`/done`: what was taken is done; it is logged as a contribution, with the need as its cause."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Refusal, Reply
from bot.collective.contributions import ContributionLogged
from bot.collective.contributions import reference as contribution_ref
from bot.collective.needevents import NeedDone
from bot.collective.needs import Held, Need
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.language.amounts import Amount
from bot.language.clock import local_day
from bot.language.tokens import mention
from bot.language.units import unit_of
from bot.text.rendering import unit_name
from bot.text.wording import Node, Time, Typed, joined, lines, say
from commands.contributions.contributions import LogArgs, day_queries, log
from commands.needs.balance import is_kept
from commands.needs.drafts import edited
from commands.needs.lookups import REF, called, doer, held_by, need_queries, open_need
from commands.needs.taking import not_taken


@arguments
class DoneArgs:
    """What `/done` takes."""

    ref: str = REF
    amount: Amount | None = takes(
        OptionType.AMOUNT, say("how much it was, if not what was said"), positional=True, default=None
    )
    what: str = takes(OptionType.TEXT, say("what you did"), positional=True, default="")


def done(state: State, ask: Ask[DoneArgs]) -> Accepted:
    """Log what one took, or what one offered and somebody took."""
    it = open_need(state, ask)
    if it.is_series:
        raise Refusal(
            "which-date",
            say("{ref} comes again and again: name one of its dates.", ref=it.ref),
            word=it.ref,
            instead=say("{mine} shows what you took.", mine=Typed("needs --mine")),
        )
    taker, held = _mine(state, ask, it)
    if it.terms.every and it.terms.at > ask.moment.at:
        raise Refusal(
            "need-early",
            say(
                "{ref} is {at}, and that is still to come.",
                ref=it.ref,
                at=Time(it.terms.at, it.terms.zone),
            ),
            word=it.ref,
            instead=say("Log it when it is done."),
        )
    amount = _amount(it, held, ask.args.amount)
    entry = LogArgs(
        amount=amount,
        what=ask.args.what or ask.text(it.what),
        kind=it.terms.kind,
        circle=it.terms.circle if it.terms.circle in state.circles.by_name else "",
        on=_day(ask, it),
    )
    own = _is_own_shift(state, ask, it)
    logged = log(state, _confirmed(ask, own=own).with_args(entry))
    (made,) = (each for each in logged.events if isinstance(each, ContributionLogged))
    same = amount.unit.code == it.terms.unit
    count = min(held.count, amount.count) if same else held.count
    event = NeedDone(number=it.number, member=taker, count=count, contribution=made.number)
    first, *rest = logged.replies
    why = say("You asked for that shift yourself: it counts when somebody else confirms it.")
    told = replace_body(
        first, lines(say("{ref} is done.", ref=it.ref), first.body, why if own else None)
    )
    others = _asked(state, ask, it, taker, made)
    edits = edited(state, ask, it, [event])
    return replace(logged, events=(*logged.events, event), replies=(told, *rest, *others, *edits))


def _is_own_shift(state: State, ask: Ask, it: Need) -> bool:
    """Whether somebody did a shift that they asked for themselves, where shifts are owed."""
    return bool(it.series) and is_kept(ask.rules) and state.members.one(it.author) == ask.me.number


def _confirmed(ask: Ask[DoneArgs], *, own: bool) -> Ask[DoneArgs]:
    """What is done; nobody alone makes shifts and has them counted."""
    needed = ask.rules.number("confirmations")
    return replace(ask, rules=ask.rules.but("confirmations", max(needed, 1))) if own else ask


def replace_body(reply: Reply, body: Node) -> Reply:
    """The same reply with other words."""
    return Reply(
        body,
        kind=reply.kind,
        private=reply.private,
        ref=reply.ref,
        place=reply.place,
        buttons=reply.buttons,
        facts=reply.facts,
    )


def _mine(state: State, ask: Ask[DoneArgs], it: Need) -> tuple[int, Held]:
    """What who asks is to have done: under whose number it stands. Raises Refusal."""
    me = ask.me.number
    if it.terms.offer:
        taken = next(iter(it.taken.items()), None)
        if state.members.one(it.author) != me:
            raise Refusal(
                "not-own",
                say("{who} does that, and says when it is done.", who=state.members.name(it.author)),
                word=it.ref,
            )
        if taken is None:
            raise Refusal("not-taken", say("Nobody has taken {ref} yet.", ref=it.ref), word=it.ref)
        return taken
    held = held_by(state, it, me)
    if held is not None:
        return held
    did = [contribution_ref(e.contribution) for e in it.done if state.members.one(e.member) == me]
    if did:
        raise Refusal(
            "done-already",
            say("You did {ref} already: {refs}", ref=it.ref, refs=joined(did)),
            word=it.ref,
            instead=say("{amend} changes it.", amend=Typed(f"amend {did[-1]} 2h")),
        )
    raise not_taken(state, ask, it)


def _amount(it: Need, held: Held, typed: Amount | None) -> Amount:
    """What is logged: what was typed, or what was taken. Raises Refusal."""
    if typed is not None:
        return typed
    if it.terms.count:
        return Amount(held.count, unit_of(it.terms.unit))
    raise Refusal(
        "amount-missing",
        say("How much was it? {ref} does not say.", ref=it.ref),
        word=it.ref,
        instead=say("For example: {line}", line=Typed(f"done {it.ref} 2h")),
    )


def _day(ask: Ask, it: Need) -> dt.date:
    """The day of a shift; of all else, today."""
    if not it.terms.every or it.terms.at > ask.moment.at:
        return ask.today()
    return local_day(dt.datetime.fromtimestamp(it.terms.at / 1000, tz=dt.UTC), it.terms.zone)


def _asked(state: State, ask: Ask, it: Need, taker: int, made: ContributionLogged) -> tuple[Reply, ...]:
    """Who wanted it is told: to confirm it, where that is asked for, and to pay, where it is paid."""
    wanted = taker if it.terms.offer else it.author
    asker = state.members.member(wanted)
    if asker.number == ask.me.number or not asker.here:
        return ()
    ref = contribution_ref(made.number)
    wage = it.terms.wage
    if not made.needs and wage is None:
        return ()
    who = state.members.name(doer(state, it, taker))
    paid = Amount(it.terms.pays, unit_of(it.terms.pays_unit)) if wage else None
    told = lines(
        say("{who} did {need}: {what} ({ref})", who=who, need=it.ref, what=called(ask, it), ref=ref),
        say("You asked for it: {line}", line=Typed(f"confirm {ref}")) if made.needs else None,
        say(
            "To pay: {line}",
            line=Typed(f"pay {mention(who.name)} {paid.decimal} {unit_name(paid.unit.code)} {it.ref}"),
        )
        if paid
        else None,
    )
    buttons = (Button(say("Confirm"), f"confirm {ref}"),) if made.needs else ()
    return (Reply(told, to=asker.number, ref=ref, buttons=buttons),)


def _wants(state: State, ask: Ask[DoneArgs]) -> tuple[Query, ...]:
    """Its words, and the day that it is logged for, where that is long ago."""
    it = state.needs.open.get(int(ask.args.ref[1:])) if ask.args.ref[0] == "N" else None
    day = () if it is None else day_queries(state, ask.me.number, _day(ask, it).isoformat(), ask)
    return (*need_queries(state, ask), *day)


COMMANDS = (
    Command(
        name="done",
        about=say("say that what you took is done; it is logged"),
        also=say("finish, finished, complete, completed, i did"),
        decide=done,
        wants=_wants,
        args=DoneArgs,
        examples=("done N5", "done N5 2h30", "done N5 1h only the front garden"),
        undo="withdraw C12",
    ),
)
