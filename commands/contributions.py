"""Contributions: `/log`, and the life of an entry: confirm, dispute, withdraw, amend, show, list.

The guards are rules; every refusal names its rule. Each decision is a pure function that returns the
events with the postings they make.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable

from bot.amounts import Amount, UnitClass
from bot.calendar import Period, instant
from bot.chain import Sealed
from bot.chat import Button, Kind, Misread, Refused, Reply
from bot.collective.contributions import (
    USUAL_KIND,
    Contribution,
    ContributionAmended,
    ContributionConfirmed,
    ContributionDisputed,
    ContributionKind,
    ContributionLogged,
    Contributions,
    ContributionWithdrawn,
    DayEntry,
    DisputeLifted,
    KindAdded,
    Life,
    Share,
    Status,
    Step,
    Stream,
    day_entries,
    fold_contribution,
    fold_contributions,
    in_day_book,
    postings_between,
    reference,
)
from bot.collective.events import Event, about_member
from bot.collective.members import Member, Role
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.command import Command, Option, OptionType
from bot.decision import About, Accepted, Ask, Decision, Found, Latest, Moment, Reading
from bot.wording import (
    Day,
    Link,
    Node,
    Passage,
    Person,
    Quantity,
    Say,
    Time,
    Typed,
    Words,
    items,
    joined,
    lines,
    say,
    say_n,
)

LISTED_MAX = 15
"""How many entries a list shows: what fits a phone's screen."""

SLIP = 0.75
"""How alike (difflib's ratio) a new kind must be to a known one to be taken for a slip."""

LISTED_FROM = 200
"""How many of the newest journal entries a list looks through."""

STATUS_WORDS = {
    Status.RECORDED: say("waits for confirmation"),
    Status.CONFIRMED: say("confirmed"),
    Status.DISPUTED: say("disputed"),
    Status.WITHDRAWN: say("withdrawn"),
}

_AMOUNT = Option(
    "amount",
    OptionType.AMOUNT,
    say("how much, for example 3h, 45m, 12.50 EUR or 3 kg"),
    required=True,
    positional=True,
)
_WHAT = Option("what", OptionType.TEXT, say("what it was"), required=True, positional=True)
_KIND = Option("kind", OptionType.KIND, say("the kind of contribution, as #care"))
_WHO = Option("who", OptionType.PEOPLE, say("whose it is, if not yours, as @name; several are fine"))
_ON = Option("on", OptionType.DAY, say("the day, if not today"))
_CIRCLE = Option("circle", OptionType.WORD, say("the circle it was for"))
_PROOF = Option("proof", OptionType.LINK, say("a link that shows it"))
_NOTE = Option("note", OptionType.LONG, say("more words, on the lines after the first"))
_REF = Option(
    "ref", OptionType.REFERENCE, say("which one, for example C12"), required=True, positional=True
)


# --- What is asked of the journal -----------------------------------------------------------------


def _reads_reference(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:  # noqa: ARG001
    return (About(ask.get("ref", str)),)


def _reads_old_day(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:
    """Days that are no longer in memory are read from the journal, for the guards."""
    day = ask.maybe("on", dt.date)
    if day is None or in_day_book(day.isoformat(), moment.at):
        return ()
    return tuple(_of_day(each, day, ask.zone) for each in _whose(state, ask))


def _reads_amended(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:
    return (*_reads_reference(state, ask, moment), *_reads_old_day(state, ask, moment))


def _reads_list(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:  # noqa: ARG001
    who = ask.maybe("who", str)
    if who is None:
        return (Latest(LISTED_FROM),)
    return (About(about_member(ask.person(state, who).number), newest=LISTED_FROM),)


def _of_day(member: Member, day: dt.date, zone: str) -> About:
    begin = instant(day - dt.timedelta(days=1), dt.time(), zone)
    return About(about_member(member.number), since=int(begin.timestamp() * 1000))


def steps_of(found: Found) -> Iterable[Step]:
    """What happened to contributions, of all that was found."""
    for entry, event in found:
        if isinstance(event, Life):
            yield Step(entry.at, entry.actor, event)


def _contribution(ask: Ask) -> Contribution:
    """The contribution that was named. Raises Misread where there is none."""
    ref = ask.get("ref", str)
    it = fold_contribution(steps_of(ask.found[About(ref)]))
    if it is None:
        raise Misread(
            Refused(
                say("There is no contribution {ref} here.", ref=ref),
                error="reference-unknown",
                word=ref,
                instead=say("{command} lists them.", command=Typed("contributions")),
            )
        )
    return it


# --- Guards ---------------------------------------------------------------------------------------


def _may(rule: str, rules: Rules, member: Member | None) -> bool:
    """Whether a who-may rule lets this person (the operator always)."""
    allowed = rules.text(rule)
    if member is None or allowed == "anyone":
        return True
    return allowed == "coordinators" and member.may(Role.COORDINATOR)


def _guard_day(day: dt.date, today: dt.date, rules: Rules) -> None:
    if day > today:
        raise Misread(
            Refused(
                say("{day} is still to come.", day=Day(day.isoformat())),
                error="day-future",
                instead=say("Log it when it is done."),
            )
        )
    back = rules.number("days-back")
    if (today - day).days > back:
        raise Misread(
            refused_by(
                "days-back",
                say_n(
                    "{day} is too long ago: one day back may be logged.",
                    "{day} is too long ago: {count} days back may be logged.",
                    back,
                    day=Day(day.isoformat()),
                ),
            )
        )
    _guard_open(day, rules)


def _guard_open(day: dt.date, rules: Rules) -> None:
    closed = rules.day("closed-until")
    if closed is not None and day <= closed:
        raise Misread(
            refused_by(
                "closed-until",
                say(
                    "The books are closed up to {closed}; {day} lies in that.",
                    closed=Day(closed.isoformat()),
                    day=Day(day.isoformat()),
                ),
            )
        )


def _guard_cap(share: Share, others: list[DayEntry], name: Person, rules: Rules) -> None:
    if share.unit != "h":
        return
    cap = rules.number("daily-cap") * 60
    before = sum(entry.count for entry in others if entry.unit == "h")
    if before + share.count > cap:
        raise Misread(
            refused_by(
                "daily-cap",
                say(
                    "{who} would have {sum} on {day}; {cap} is the most for one day.",
                    who=name,
                    sum=Quantity(before + share.count, "h", 60),
                    day=Day(share.day),
                    cap=Quantity(cap, "h", 60),
                ),
            )
        )


def _twin(share: Share, others: list[DayEntry], rules: Rules) -> int | None:
    """The number of an equal entry of that day, where the rule wants to know."""
    if rules.text("duplicates") == "allow":
        return None
    same = (share.kind, share.unit, share.count)
    twin = next((e.number for e in others if (e.kind, e.unit, e.count) == same), None)
    if twin is not None and rules.text("duplicates") == "refuse":
        raise Misread(
            refused_by(
                "duplicates",
                say("That looks like {ref}, which is already there.", ref=reference(twin)),
            )
        )
    return twin


def _kind_for(
    state: State, ask: Ask, unit_class: UnitClass, named: str | None
) -> tuple[ContributionKind, KindAdded | None]:
    """The kind that is meant, and the event that begins it if it is new. Raises Misread."""
    name = named or USUAL_KIND[unit_class]
    known = state.contributions.kinds.get(name)
    if known is None:
        if not _may("new-kinds", ask.rules, ask.member):
            raise Misread(
                refused_by(
                    "new-kinds",
                    say("There is no kind #{kind} here.", kind=name),
                    instead=_near_kind(name, state.contributions, unit_class),
                )
            )
        added = KindAdded(name=name, unit_class=unit_class.value)
        return ContributionKind(name, unit_class, Stream.LOVE), added
    if known.unit_class not in {None, unit_class}:
        raise Misread(
            Refused(
                say(
                    "#{kind} counts {expected}, and that is {found}.",
                    kind=name,
                    expected=_CLASS_WORDS[known.unit_class or unit_class],
                    found=_CLASS_WORDS[unit_class],
                ),
                error="kind-unit",
                word=f"#{name}",
                instead=say("Try #{kind}.", kind=USUAL_KIND[unit_class]),
            )
        )
    return known, None


_CLASS_WORDS = {
    UnitClass.TIME: say("time"),
    UnitClass.MONEY: say("money"),
    UnitClass.GOODS: say("goods"),
}


def _near_kind(name: str, contributions: Contributions, unit_class: UnitClass) -> Say:
    near = difflib.get_close_matches(name, contributions.kinds, 1)
    if near:
        return say("Did you mean #{kind}?", kind=near[0])
    fitting = (k.name for k in contributions.kinds.values() if k.unit_class in {None, unit_class})
    return say("There are {kinds}.", kinds=joined(f"#{kind}" for kind in fitting))


# --- /log -----------------------------------------------------------------------------------------


def _whose(state: State, ask: Ask) -> tuple[Member, ...]:
    """Whose contribution it is: the people named, or the one who asks. Raises Misread."""
    named = ask.people("who")
    if not named:
        if ask.member is None:
            raise Misread(
                Refused(
                    say("The operator has no account of their own."),
                    error="who-missing",
                    instead=say("Name somebody, as @name."),
                )
            )
        return (ask.member,)
    people = tuple({m.number: m for m in (ask.person(state, word) for word in named)}.values())
    others = [each for each in people if ask.member is None or each.number != ask.member.number]
    if others and not _may("log-for-others", ask.rules, ask.member):
        raise Misread(
            refused_by(
                "log-for-others",
                say("You cannot log for {who}.", who=joined(each.shown for each in others)),
            )
        )
    return people


def log(state: State, ask: Ask, moment: Moment) -> Decision:
    """Record one entry for each person named; each is counted when the rule's confirmations are in."""
    amount = ask.get("amount", Amount)
    today = ask.today(moment)
    day = ask.maybe("on", dt.date) or today
    _guard_day(day, today, ask.rules)
    people = _whose(state, ask)
    kind, added = _kind_for(state, ask, amount.unit.unit_class, ask.maybe("kind", str))
    number = state.contributions.count
    events: list[Event] = [added] if added else []
    texts: list[Sealed] = []
    replies: list[Reply] = []
    for member in people:
        number += 1
        share = Share(
            member.number,
            kind.name,
            amount.unit.code,
            amount.count,
            day.isoformat(),
            ask.words("circle"),
        )
        twin = _checked(state, ask, share, member)
        event, sealed = log_one(state, ask, moment, number, share)
        events.append(event)
        texts.extend(sealed)
        replies.append(_logged_told(ask, event, member, twin, _new_kind(state, added)))
        added = None
    return Accepted(tuple(events), tuple(texts), tuple(replies))


def _checked(state: State, ask: Ask, share: Share, member: Member, but: int = 0) -> int | None:
    """Pass the guards of a person's day; returns an equal entry to warn of. Raises Misread."""
    day = dt.date.fromisoformat(share.day)
    old = ask.found.get(_of_day(member, day, ask.zone))
    entries = (
        state.contributions.of_day(member.number, share.day)
        if old is None
        else day_entries(steps_of(old), member.number, share.day)
    )
    others = [entry for entry in entries if entry.number != but]
    _guard_cap(share, others, member.shown, ask.rules)
    return _twin(share, others, ask.rules)


def log_one(
    state: State, ask: Ask, moment: Moment, number: int, share: Share
) -> tuple[ContributionLogged, list[Sealed]]:
    """The event of one entry, and the texts in it."""
    needs = ask.rules.number("confirmations")
    status = Status.RECORDED if needs else Status.CONFIRMED
    what, note, proof = (
        moment.seal(text) if text else None
        for text in (ask.words("what"), ask.words("note"), ask.words("proof"))
    )
    event = ContributionLogged(
        number=number,
        share=share,
        what=what.seal if what else "",
        note=note.seal if note else "",
        proof=proof.seal if proof else "",
        room=state.room_numbers.get(ask.place, len(state.rooms) + 1),
        needs=needs,
        postings=postings_between(None, Status.RECORDED, share, status),
    )
    return event, [each for each in (what, note, proof) if each]


def _new_kind(state: State, added: KindAdded | None) -> Say | None:
    if added is None:
        return None
    near = difflib.get_close_matches(added.name, state.contributions.kinds, 1, SLIP)
    if near:
        return say(
            "#{kind} is new here and counts as a gift until an admin places it. "
            "If you meant #{near}, amend it.",
            kind=added.name,
            near=near[0],
        )
    return say("#{kind} is new here and counts as a gift until an admin places it.", kind=added.name)


def _logged_told(
    ask: Ask, event: ContributionLogged, member: Member, twin: int | None, new_kind: Say | None
) -> Reply:
    ref = reference(event.number)
    warning = (
        say(
            "That looks like {twin}; if it is the same, {command}.",
            twin=reference(twin),
            command=Typed(f"withdraw {ref}"),
        )
        if twin
        else None
    )
    first = summary(ref, event.share, member.shown, Words(ask.words("what")))
    if event.needs:
        waits = say_n(
            "It counts when one other member confirms it: {command}.",
            "It counts when {count} other members confirm it: {command}.",
            event.needs,
            command=Typed(f"confirm {ref}"),
        )
        return Reply(
            lines(first, waits, warning, new_kind), kind=Kind.CARD, ref=ref, buttons=_buttons(ref)
        )
    return Reply(lines(first, warning, new_kind), ref=ref)


def _buttons(ref: str) -> tuple[Button, ...]:
    return (
        Button(say("Confirm"), f"confirm {ref}"),
        Button(say("Dispute"), f"dispute {ref}"),
    )


def summary(ref: str, share: Share, name: Person, what: Node) -> Say:
    """An entry in one line."""
    return say(
        "{ref}: {who}, {amount} #{kind}, {what} ({day})",
        ref=ref,
        who=name,
        amount=share.shown,
        kind=share.kind,
        what=what,
        day=Day(share.day),
    )


# --- The life of an entry -------------------------------------------------------------------------


def _open(it: Contribution, rules: Rules) -> None:
    """What was withdrawn, or lies in closed books, is not changed any more. Raises Misread."""
    if it.status is Status.WITHDRAWN:
        raise Misread(
            Refused(
                say("{ref} was withdrawn.", ref=it.ref),
                error="withdrawn",
                word=it.ref,
                instead=say("{log} enters a new one.", log=Typed("log")),
            )
        )
    _guard_open(dt.date.fromisoformat(it.share.day), rules)


def confirm(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """Say that somebody else's entry is right; or take back one's own dispute of it."""
    it, me = _contribution(ask), ask.me
    _open(it, ask.rules)
    if me.number in it.disputes:
        return _lift(state, it, me)
    if me.number in {it.share.member, it.by}:
        return Refused(
            say("{ref} is your own; somebody else has to confirm it.", ref=it.ref),
            error="own-entry",
        )
    if me.number in it.confirmed_by:
        return Refused(say("You have confirmed {ref} already.", ref=it.ref), error="already-confirmed")
    if it.status is Status.DISPUTED:
        return Refused(
            say("{ref} is disputed; that has to be settled first.", ref=it.ref),
            error="disputed",
            instead=say("{show} says by whom and why.", show=Typed(f"show {it.ref}")),
        )
    complete = len(it.confirmed_by) + 1 >= it.needs
    becomes = Status.CONFIRMED if complete else it.status
    event = ContributionConfirmed(
        number=it.number,
        share=it.share,
        was=it.status,
        complete=complete,
        postings=postings_between(it.share, it.status, it.share, becomes),
    )
    left = max(it.needs - len(it.confirmed_by) - 1, 0)
    told = (
        say_n(
            "{who} confirms {ref}; one more is needed.",
            "{who} confirms {ref}; {count} more are needed.",
            left,
            who=me.shown,
            ref=it.ref,
        )
        if left
        else say("{who} confirms {ref}; it counts.", who=me.shown, ref=it.ref)
    )
    return Accepted((event,), (), (Reply(told, ref=it.ref), *_card(state, ask, it, becomes)))


def _lift(state: State, it: Contribution, me: Member) -> Decision:
    last = len(it.disputes) == 1
    becomes = it.undisputed if last else Status.DISPUTED
    event = DisputeLifted(
        number=it.number,
        share=it.share,
        was=Status.DISPUTED,
        becomes=becomes,
        postings=postings_between(it.share, Status.DISPUTED, it.share, becomes),
    )
    others = joined(state.members.name(number) for number in it.disputes if number != me.number)
    told = (
        say("{who} takes the dispute of {ref} back.", who=me.shown, ref=it.ref)
        if last
        else say(
            "{who} takes the dispute of {ref} back; {others} still disputes it.",
            who=me.shown,
            ref=it.ref,
            others=others,
        )
    )
    return Accepted((event,), (), (Reply(told, ref=it.ref),))


def dispute(state: State, ask: Ask, moment: Moment) -> Decision:
    """Say that an entry is not right, and why: it does not count until that is settled."""
    it, me = _contribution(ask), ask.me
    _open(it, ask.rules)
    if me.number == it.share.member:
        return Refused(
            say("{ref} is your own.", ref=it.ref),
            error="own-entry",
            instead=say(
                "Use {withdraw} or {amend}.",
                withdraw=Typed(f"withdraw {it.ref}"),
                amend=Typed(f"amend {it.ref}"),
            ),
        )
    if me.number in it.disputes:
        return Refused(say("You dispute {ref} already.", ref=it.ref), error="already-disputed")
    reason = moment.seal(ask.words("reason"))
    event = ContributionDisputed(
        number=it.number,
        share=it.share,
        was=it.status,
        reason=reason.seal,
        postings=postings_between(it.share, it.status, it.share, Status.DISPUTED),
    )
    told = lines(
        say("{who} disputes {ref}: {reason}", who=me.shown, ref=it.ref, reason=ask.words("reason")),
        say(
            "It does not count until it is settled: {whose} can {amend} or {withdraw}, "
            "{who} can take it back with {confirm}.",
            whose=state.members.name(it.share.member),
            amend=Typed(f"amend {it.ref}"),
            withdraw=Typed(f"withdraw {it.ref}"),
            who=me.shown,
            confirm=Typed(f"confirm {it.ref}"),
        ),
    )
    replies = (Reply(told, ref=it.ref), *_card(state, ask, it, Status.DISPUTED))
    return Accepted((event,), (reason,), replies)


def _card(state: State, ask: Ask, it: Contribution, becomes: Status) -> tuple[Reply, ...]:
    """The new picture of an entry's card, if it has one and something changed."""
    if not it.needs or becomes is it.status or it.room not in state.rooms:
        return ()
    first = summary(it.ref, it.share, state.members.name(it.share.member), Words(ask.text(it.what)))
    body = lines(first, STATUS_WORDS[becomes])
    buttons = _buttons(it.ref) if becomes is Status.RECORDED else ()
    return (Reply(body, kind=Kind.EDIT, ref=it.ref, place=state.rooms[it.room], buttons=buttons),)


def _own(it: Contribution, me: Member) -> Refused | None:
    """An entry is changed by whose it is, or by who logged it."""
    if me.number in {it.share.member, it.by}:
        return None
    return Refused(
        say("{ref} is not yours to change.", ref=it.ref),
        error="not-own",
        instead=say("If it is wrong: {dispute}", dispute=Typed(f"dispute {it.ref} …")),
    )


def withdraw(state: State, ask: Ask, moment: Moment) -> Decision:
    """Take an own entry back."""
    it, me = _contribution(ask), ask.me
    _open(it, ask.rules)
    refused = _own(it, me)
    if refused is not None:
        return refused
    reason = moment.seal(ask.words("reason")) if ask.words("reason") else None
    event = ContributionWithdrawn(
        number=it.number,
        share=it.share,
        was=it.status,
        reason=reason.seal if reason else "",
        postings=postings_between(it.share, it.status, None, Status.WITHDRAWN),
    )
    told = say("{who} withdraws {ref} ({amount}).", who=me.shown, ref=it.ref, amount=it.share.shown)
    replies = (Reply(told, ref=it.ref), *_card(state, ask, it, Status.WITHDRAWN))
    return Accepted((event,), (reason,) if reason else (), replies)


def amend(state: State, ask: Ask, moment: Moment) -> Decision:
    """Replace an own entry: what is not given stays. Within the grace no confirmation is lost."""
    it, me = _contribution(ask), ask.me
    _open(it, ask.rules)
    refused = _own(it, me)
    if refused is not None:
        return refused
    now, added = _amended(state, ask, it)
    day, today = dt.date.fromisoformat(now.day), ask.today(moment)
    if now.day != it.share.day:
        _guard_day(day, today, ask.rules)
    _checked(state, ask, now, state.members.by_number[now.member], but=it.number)
    texts = [
        (name, moment.seal(ask.words(name))) for name in ("what", "note", "proof") if ask.words(name)
    ]
    if now == it.share and not texts:
        return Refused(
            say("That changes nothing in {ref}.", ref=it.ref),
            error="nothing-changed",
            instead=say("For example: {line}", line=Typed(f"amend {it.ref} 4h")),
        )
    in_grace = moment.at - it.at <= ask.rules.number("grace") * 60_000
    needs = it.needs if in_grace else ask.rules.number("confirmations")
    becomes = it.undisputed if in_grace else (Status.RECORDED if needs else Status.CONFIRMED)
    event = ContributionAmended(
        number=it.number,
        share=it.share,
        was=it.status,
        now=now,
        becomes=becomes,
        needs=needs,
        postings=postings_between(it.share, it.status, now, becomes),
        **{name: sealed.seal for name, sealed in texts},
    )
    events: tuple[Event, ...] = (added, event) if added else (event,)
    what = Words(ask.words("what") or ask.text(it.what))
    told = lines(
        say("Amended by {who}.", who=me.shown),
        summary(it.ref, now, state.members.name(now.member), what),
        STATUS_WORDS[becomes] if becomes is Status.RECORDED else None,
        _new_kind(state, added),
    )
    return Accepted(events, tuple(sealed for _, sealed in texts), (Reply(told, ref=it.ref),))


def _amended(state: State, ask: Ask, it: Contribution) -> tuple[Share, KindAdded | None]:
    """The share as it is to be. Raises Misread."""
    amount = ask.maybe("amount", Amount)
    unit, count = (amount.unit.code, amount.count) if amount else (it.share.unit, it.share.count)
    named = ask.maybe("kind", str)
    added = None
    kind = it.share.kind
    if named or amount:
        unit_class = amount.unit.unit_class if amount else it.share.unit_class
        usual = named or (it.share.kind if unit_class is it.share.unit_class else None)
        found, added = _kind_for(state, ask, unit_class, usual)
        kind = found.name
    people = ask.people("who")
    member = it.share.member
    if people:
        if len(people) > 1:
            raise Misread(
                Refused(say("An entry belongs to one person."), error="too-many-people", word=people[1])
            )
        member = _whose(state, ask)[0].number
    day = ask.maybe("on", dt.date)
    circle = ask.words("circle") or it.share.circle
    return Share(member, kind, unit, count, day.isoformat() if day else it.share.day, circle), added


# --- Looking at entries ---------------------------------------------------------------------------


def show(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """One entry, whole, with its life."""
    it = _contribution(ask)
    whose = state.members.name(it.share.member)
    body = lines(
        summary(it.ref, it.share, whose, Words(ask.text(it.what))),
        STATUS_WORDS[it.status],
        Passage(ask.text(it.note)) if it.note else None,
        Link(ask.text(it.proof)) if it.proof else None,
        say("Circle: {circle}", circle=it.share.circle) if it.share.circle else None,
        items(_step_told(state, ask, step) for step in it.steps),
    )
    return Accepted(replies=(Reply(body, ref=it.ref, facts={"status": it.status.value}),))


def _step_told(state: State, ask: Ask, step: Step) -> Say:
    who = state.members.name(step.actor) if step.actor else say("the operator")
    at = Time(step.at)
    match step.event:
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
            return say(
                "{at}: {who} amended it, {before} → {after}",
                at=at,
                who=who,
                before=share.shown,
                after=now.shown,
            )
        case ContributionWithdrawn(reason=reason) if reason:
            text = ask.text(reason)
            return say("{at}: {who} withdrew it: {reason}", at=at, who=who, reason=text)
        case _:
            return say("{at}: {who} withdrew it", at=at, who=who)


def contributions(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """The newest entries, of all or of one person, of one kind or of all."""
    (found,) = ask.found.values()
    folded = fold_contributions(steps_of(found))
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


def _wanted(state: State, ask: Ask) -> Callable[[Contribution], bool]:
    kind, who = ask.maybe("kind", str), ask.maybe("who", str)
    period = ask.maybe("period", Period)
    number = ask.person(state, who).number if who else None

    def wanted(it: Contribution) -> bool:
        day = dt.date.fromisoformat(it.share.day)
        return (
            (kind is None or it.share.kind == kind)
            and (number is None or it.share.member == number)
            and (period is None or period.first <= day <= period.last)
        )

    return wanted


COMMANDS = (
    Command(
        name="log",
        about=say("log what you contributed"),
        decide=log,
        reads=_reads_old_day,
        options=(_AMOUNT, _WHAT, _KIND, _WHO, _ON, _CIRCLE, _PROOF, _NOTE),
        examples=(
            "log 3h cleaned the kitchen #care",
            "log 12.50 EUR flour --on yesterday",
            "log 2h baked bread @bo @cem",
        ),
        details=say(
            "People stand at the end (or before the text); @me is you. Within the text an @name is "
            "only text. Lines after the first are a longer note."
        ),
    ),
    Command(
        name="confirm",
        about=say("confirm somebody's entry, or take back your dispute of it"),
        decide=confirm,
        reads=_reads_reference,
        options=(_REF,),
        examples=("confirm C12",),
    ),
    Command(
        name="dispute",
        about=say("say that an entry is not right, and why"),
        decide=dispute,
        reads=_reads_reference,
        options=(
            _REF,
            Option("reason", OptionType.TEXT, say("what is wrong"), required=True, positional=True),
        ),
        examples=("dispute C12 it was two hours",),
    ),
    Command(
        name="withdraw",
        about=say("take your entry back"),
        decide=withdraw,
        reads=_reads_reference,
        options=(_REF, Option("reason", OptionType.TEXT, say("why"), positional=True)),
        examples=("withdraw C12",),
    ),
    Command(
        name="amend",
        about=say("correct your entry; what you leave out stays as it is"),
        decide=amend,
        reads=_reads_amended,
        options=(
            _REF,
            Option("amount", OptionType.AMOUNT, say("the right amount"), positional=True),
            Option("what", OptionType.TEXT, say("the right words"), positional=True),
            _KIND,
            _WHO,
            _ON,
            _CIRCLE,
            _PROOF,
            _NOTE,
        ),
        examples=("amend C12 2h30", "amend C12 --on yesterday", "amend C12 #care"),
    ),
    Command(
        name="show",
        about=say("one entry, whole, with its life"),
        decide=show,
        reads=_reads_reference,
        options=(_REF,),
        examples=("show C12",),
    ),
    Command(
        name="contributions",
        about=say("the newest entries"),
        decide=contributions,
        reads=_reads_list,
        options=(
            Option("who", OptionType.PERSON, say("of whom, as @name; @me is you"), positional=True),
            _KIND,
            Option("period", OptionType.PERIOD, say("of which time"), positional=True),
        ),
        examples=("contributions", "contributions @me", "contributions #care"),
    ),
)
