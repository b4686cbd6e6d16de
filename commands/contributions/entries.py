"""Looking at entries: `/show` tells one whole, `/contributions` lists the newest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chat import Reply
from bot.collective.contributions import (
    Contribution,
    ContributionAmended,
    ContributionConfirmed,
    ContributionDisputed,
    ContributionLogged,
    ContributionWithdrawn,
    DisputeLifted,
    Share,
    Status,
    Step,
    fold_contributions,
    reference,
)
from bot.collective.events import When, about_member
from bot.collective.imports import reference as import_reference
from bot.collective.needevents import NeedDone, ShiftsMade
from bot.collective.needevents import reference as need_ref
from bot.collective.needs import life_of
from bot.collective.state import State
from bot.command import Command, Suggestion
from bot.decision import About, Accepted, Ask, Latest, Query
from bot.feature import Deed, Thing, reference_queries
from bot.feature import Found as Suggested
from bot.language.periods import Period
from bot.language.units import unit_of
from bot.text.wording import (
    Day,
    Link,
    Node,
    Passage,
    Quantity,
    Say,
    Time,
    Typed,
    Words,
    fill,
    items,
    joined,
    lines,
    say,
)
from commands.contributions.cards import STATUS_WORDS, summary
from commands.contributions.contributions import KIND
from commands.contributions.lookups import contribution_of, steps_of
from commands.contributions.origins import origin_told
from commands.decisions import letters
from commands.decisions.headings import headed
from commands.decisions.letters import ShowArgs

LISTED_MAX = 15
"""How many entries a list shows: what fits a phone's screen."""

LISTED_FROM = 200
"""How many of the newest journal entries a list looks through."""


def _list_queries(state: State, ask: Ask[ContributionsArgs]) -> tuple[Query, ...]:
    who = ask.args.who
    if not who:
        return (Latest(LISTED_FROM),)
    numbers = state.members.numbers(ask.anybody(state, who).number)
    return tuple(About(about_member(number), newest=LISTED_FROM) for number in numbers)


def show(state: State, ask: Ask[ShowArgs]) -> Accepted:
    """One entry, whole, with its life."""
    it = contribution_of(state, ask)
    whose = state.members.name(it.share.member)
    body = lines(
        summary(it.ref, it.share, whose, Words(ask.text(it.what))),
        STATUS_WORDS[it.status],
        Passage(ask.text(it.note)) if it.note else None,
        Link(ask.text(it.proof)) if it.proof else None,
        say("Circle: {circle}", circle=it.share.circle) if it.share.circle else None,
        _cause(ask),
        _origin_told(state, it),
        items(_step_told(state, ask, step) for step in it.steps),
    )
    return Accepted(replies=(Reply(body, ref=it.ref, facts={"status": it.status.value}),))


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads an entry: what was done."""
    it = contribution_of(state, ask)
    return headed(say("Contribution {ref}", ref=it.ref), ask.text(it.what))


def _cause(ask: Ask[WithRef]) -> Say | None:
    """The need that it came of, where there is one."""
    need = need_behind(ask)
    return say("It was needed: {need}", need=need_ref(need)) if need else None


def _origin_told(state: State, it: Contribution) -> Say | None:
    """Which import brought it, if one did."""
    logged = next((each.event for each in it.steps if isinstance(each.event, ContributionLogged)), None)
    return origin_told(state, logged.origin if logged else None)


def need_behind(ask: Ask[WithRef]) -> int:
    """The number of the need that led to an entry; 0 for none."""
    found = ask.found.get(About(ask.args.ref), ())
    return next((event.number for _, event in found if isinstance(event, NeedDone)), 0)


def _why_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """Its life; and when that is known, that of the need behind it, and of what that is a date of."""
    about = About(ask.args.ref)
    need = need_behind(ask)
    if not need:
        return (about,)
    its = About(need_ref(need))
    made = [e.number for _, e in ask.found.get(its, ()) if isinstance(e, ShiftsMade)]
    return (about, its, *(About(need_ref(each)) for each in made if each != need))


def why(state: State, ask: Ask[WithRef]) -> Accepted:
    """What an entry came of, and what came of it: the need, the entry, the balance."""
    it = contribution_of(state, ask)
    whose, number = state.members.name(it.share.member), need_behind(ask)
    body = lines(
        summary(it.ref, it.share, whose, Words(ask.text(it.what))),
        _need_told(state, ask, number) if number else say("Nobody had asked for it."),
        say("It counts: {amount} on the balance of {who}.", amount=it.share.shown, who=whose)
        if it.status is Status.CONFIRMED
        else say("It does not count: {status}.", status=STATUS_WORDS[it.status]),
    )
    facts = {"need": need_ref(number) if number else None}
    return Accepted(replies=(Reply(body, private=True, ref=it.ref, facts=facts),))


_ASKED_FOR = say("{who} asked for it as {need}: {what}")


def _need_told(state: State, ask: Ask, number: int) -> Say:
    events = [(event, When(entry.at, entry.actor, {})) for entry, event in ask.entries(*ask.found)]
    it = life_of(events, number)
    assert it is not None, "what was done was posted"
    told = say("{who} offered it as {need}: {what}") if it.terms.offer else _ASKED_FOR
    return fill(told, need=it.ref, what=Words(ask.text(it.what)), who=state.members.name(it.author))


def _step_told(state: State, ask: Ask, step: Step) -> Say:
    who = state.members.name(step.actor) if step.actor else say("the operator")
    at = Time(step.at)
    match step.event:
        case ContributionLogged(share=share, origin=origin) if origin is not None:
            ref = import_reference(origin.number)
            return say("{at}: {ref} brought {amount}", at=at, ref=ref, amount=share.shown)
        case ContributionLogged(share=share):
            return say("{at}: {who} logged {amount}", at=at, who=who, amount=share.shown)
        case ContributionConfirmed():
            return say("{at}: {who} confirmed it", at=at, who=who)
        case ContributionDisputed(reason=reason):
            text = ask.text(reason)
            return say("{at}: {who} disputed it: {reason}", at=at, who=who, reason=text)
        case DisputeLifted():
            return say("{at}: {who} took the dispute back", at=at, who=who)
        case ContributionAmended(share=share, now=now):
            changes = list(_changes(state, share, now))
            if not changes:
                return say("{at}: {who} amended its words", at=at, who=who)
            return say("{at}: {who} amended it, {changes}", at=at, who=who, changes=joined(changes))
        case ContributionWithdrawn(reason=reason) if reason:
            text = ask.text(reason)
            return say("{at}: {who} withdrew it: {reason}", at=at, who=who, reason=text)
        case _:
            return say("{at}: {who} withdrew it", at=at, who=who)


def _changes(state: State, before: Share, after: Share) -> Iterator[Node]:
    """What an amendment changed of what is counted; nothing where only words are others."""
    name = state.members.name
    for was, now, differs in (
        (before.shown, after.shown, (before.count, before.unit) != (after.count, after.unit)),
        (Words(f"#{before.kind}"), Words(f"#{after.kind}"), before.kind != after.kind),
        (Day(before.day), Day(after.day), before.day != after.day),
        (_circle(before), _circle(after), before.circle != after.circle),
        (name(before.member), name(after.member), before.member != after.member),
    ):
        if differs:
            yield say("{before} → {after}", before=was, after=now)


def _circle(share: Share) -> Node:
    return Words(f":{share.circle}") if share.circle else say("no circle")


@arguments
class ContributionsArgs:
    """What `/contributions` takes."""

    who: str = takes(
        OptionType.PERSON, say("of whom, as @name; @me is you"), positional=True, default=""
    )
    kind: str = KIND
    period: Period | None = takes(
        OptionType.PERIOD, say("of which time"), positional=True, default=None
    )


def contributions(state: State, ask: Ask[ContributionsArgs]) -> Accepted:
    """The newest entries, of all or of one person, of one kind or of all."""
    folded = fold_contributions(steps_of(state, ask.entries(*ask.found)))
    wanted = _wanted(state, ask)
    chosen = sorted((it for it in folded if wanted(it)), key=lambda it: -it.number)[:LISTED_MAX]
    if not chosen:
        nothing = say("No entries yet. {log} makes one.", log=Typed("log 3h …"))
        return Accepted(replies=(Reply(nothing),))
    body = items(
        joined(
            [
                summary(
                    it.ref, it.share, state.members.name(it.share.member), Words(ask.text(it.what))
                ),
                *([] if it.status is Status.CONFIRMED else [STATUS_WORDS[it.status]]),
            ],
            " · ",
        )
        for it in chosen
    )
    return Accepted(replies=(Reply(body, facts={"refs": [it.ref for it in chosen]}),))


def _wanted(state: State, ask: Ask[ContributionsArgs]) -> Callable[[Contribution], bool]:
    kind, who = ask.args.kind, ask.args.who
    period = ask.args.period
    numbers = state.members.numbers(ask.anybody(state, who).number) if who else ()

    def wanted(it: Contribution) -> bool:
        day = dt.date.fromisoformat(it.share.day)
        return (
            (not kind or it.share.kind == kind)
            and (not numbers or it.share.member in numbers)
            and (period is None or period.first <= day <= period.last)
        )

    return wanted


# --- Suggested ------------------------------------------------------------------------------------

_WAITS = {
    Status.RECORDED: say("waits for confirmation"),
    Status.DISPUTED: say("disputed"),
}


def _suggested(state: State) -> Suggested:
    """What waits comes first, then the newest of the others that are in memory."""
    unsettled = state.contributions.unsettled
    for number in sorted(unsettled, reverse=True):
        status, share = unsettled[number]
        yield _suggestion(state, number, share.member, share.shown, share.kind, _WAITS.get(status))
    for day in sorted(state.contributions.days, reverse=True):
        for member, entries in state.contributions.days[day].items():
            for it in reversed(entries):
                if it.number not in unsettled:
                    amount = Quantity(it.count, it.unit, unit_of(it.unit).parts)
                    yield _suggestion(state, it.number, member, amount, it.kind, None)


def _suggestion(
    state: State, number: int, member: int, amount: Quantity, kind: str, waits: Say | None
) -> tuple[str, Suggestion]:
    ref, who = reference(number), state.members.name(member)
    label = joined([ref, who, amount, f"#{kind}", *([waits] if waits else [])])
    return f"{ref} {who.name} {kind}", Suggestion(ref, label)


COMMANDS = (
    letters.SHOW,
    Command(
        name="contributions",
        about=say("the newest entries"),
        also=say(
            "entries, my entries, log entries, feed, balance all, all balances, everyone's "
            "hours, everybody's hours, hours of everyone, who did what, all entries, latest "
            "entries, list my entries, show my entries, my work, what have i done, what did "
            "i do"
        ),
        decide=contributions,
        wants=_list_queries,
        args=ContributionsArgs,
        examples=("contributions", "contributions @me", "contributions #care"),
    ),
)

THING = Thing(
    letter="C",
    show=Deed(show, reference_queries),
    why=Deed(why, _why_queries),
    suggested=_suggested,
    title=_headed,
)
"""A contribution."""
