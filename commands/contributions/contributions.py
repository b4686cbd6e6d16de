"""Contributions: `/log`, and taking an entry back or correcting it.

The guards are rules; every refusal names its rule. Each decision is a pure function that returns the
events with the postings they make.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection

from bot.arguments import OptionType, arguments, given, takes
from bot.chain import Sealed
from bot.chat import Kind, Refusal, Reply
from bot.collective.contributionbook import day_entries, in_day_book
from bot.collective.contributions import (
    USUAL_KIND,
    Contribution,
    ContributionAmended,
    ContributionLogged,
    ContributionWithdrawn,
    KindAdded,
    Share,
    Status,
    postings_between,
    reference,
)
from bot.collective.events import Event
from bot.collective.guards import check_cap, check_day, check_open, kind_for, may_by, twin_of
from bot.collective.members import Member
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Query, about_person
from bot.feature import reference_queries
from bot.language.amounts import Amount
from bot.language.clock import instant
from bot.text.wording import Say, Typed, Words, joined, lines, say, say_n
from commands.contributions.alike import ALIKE_MAX, equal_ones
from commands.contributions.cards import STATUS_WORDS, card_buttons, card_edits, summary
from commands.contributions.confirming import ConfirmArgs, confirm
from commands.contributions.lookups import REF, check_alive, contribution_of, steps_of
from commands.decisions.lookups import circle_for

SLIP = 0.75
"""How alike (difflib's ratio) a new kind must be to a known one to be taken for a slip."""

_AMOUNT = takes(
    OptionType.AMOUNT, say("how much, for example 3h, 45m, 12.50 EUR or 3 kg"), positional=True
)
_WHAT = takes(OptionType.TEXT, say("what it was"), positional=True)
KIND = takes(OptionType.KIND, say("the kind of contribution, as #care"), default="")
_WHO = takes(
    OptionType.PEOPLE, say("whose it is, if not yours, as @name; several are fine"), default=()
)
_ON = takes(OptionType.DAY, say("the day, if not today"), default=None)
_CIRCLE = takes(OptionType.CIRCLE, say("the circle it was for, as :garden"), default="")
_PROOF = takes(OptionType.LINK, say("a link that shows it"), default="")
_NOTE = takes(OptionType.LONG, say("more words, on the lines after the first"), default="")


def _old_day_queries(state: State, ask: Ask[LogArgs]) -> tuple[Query, ...]:
    """What the guards ask of a day: all of it, if it is no longer in memory, else what looks alike."""
    day, amount = ask.args.on or ask.today(), ask.args.amount
    kind = ask.args.kind or USUAL_KIND.get(amount.unit.unit_class, "")
    same = (kind, amount.unit.code, amount.count)
    readings = (
        _guarded_queries(state, each.number, day.isoformat(), same, ask) for each in _whose(state, ask)
    )
    return tuple(reading for some in readings for reading in some)


def _guarded_queries(
    state: State, member: int, day: str, same: tuple[str, str, int], ask: Ask
) -> tuple[Query, ...]:
    """What the guards ask of a day on which an entry of this kind, unit and amount is to be."""
    numbers, book = state.members.numbers(member), state.contributions
    if ask.rules.text("duplicates") == "allow":
        return day_queries(state, member, day, ask)
    entries = (each for number in numbers for each in book.of_day(number, day))
    alike = [each.number for each in entries if (each.kind, each.unit, each.count) == same]
    return (
        *day_queries(state, member, day, ask),
        *(About(reference(each)) for each in sorted(alike)[-ALIKE_MAX:]),
    )


def _amended_queries(state: State, ask: Ask[AmendArgs]) -> tuple[Query, ...]:
    """The entry, and when that is known, the day that it is on or will be."""
    entry = About(ask.args.ref)
    if not ask.found.get(entry):
        return (entry,)
    now, _ = _amended(state, ask, contribution_of(state, ask))
    return (entry, *_guarded_queries(state, now.member, now.day, (now.kind, now.unit, now.count), ask))


def day_queries(state: State, member: int, day: str, ask: Ask) -> tuple[Query, ...]:
    """The readings of a person's day, where it is no longer in memory."""
    if in_day_book(day, ask.moment.at):
        return ()
    return _of_day(state, member, dt.date.fromisoformat(day), ask.zone)


def _of_day(state: State, member: int, day: dt.date, zone: str) -> tuple[About, ...]:
    begin = instant(day - dt.timedelta(days=1), dt.time(), zone)
    return about_person(state, member, since=int(begin.timestamp() * 1000))


def _whose(state: State, ask: Ask[LogArgs] | Ask[AmendArgs]) -> tuple[Member, ...]:
    """Whose contribution it is: the people named, or the one who asks. Raises Refusal."""
    named = ask.args.who
    if not named:
        return (ask.me,)
    people = tuple({m.number: m for m in (ask.person(state, word) for word in named)}.values())
    others = [each for each in people if ask.member is None or each.number != ask.member.number]
    if others and not may_by("log-for-others", ask.rules, ask.member):
        raise refused_by(
            "log-for-others",
            say("You cannot log for {who}.", who=joined(each.shown for each in others)),
        )
    return people


@arguments
class LogArgs:
    """What `/log` takes."""

    amount: Amount = _AMOUNT
    what: str = _WHAT
    kind: str = KIND
    who: tuple[str, ...] = _WHO
    on: dt.date | None = _ON
    circle: str = _CIRCLE
    proof: str = _PROOF
    note: str = _NOTE


def log(state: State, ask: Ask[LogArgs]) -> Accepted:
    """Record one entry for each person named; each is counted when the rule's confirmations are in."""
    amount = ask.args.amount
    today = ask.today()
    day = ask.args.on or today
    check_day(day, today, ask.rules)
    people = _whose(state, ask)
    kind, added = kind_for(
        state.contributions, ask.rules, ask.member, amount.unit.unit_class, ask.args.kind
    )
    circle = circle_for(state, ask)
    number = state.contributions.count
    events: list[Event] = [added] if added else []
    texts: list[Sealed] = []
    replies: list[Reply] = []
    equal = equal_ones(ask, ask.args.what)
    for member in people:
        number += 1
        share = Share(
            member.number,
            kind.name,
            amount.unit.code,
            amount.count,
            day.isoformat(),
            circle,
        )
        twin = _checked(state, ask, share, member, equal)
        event, sealed = log_one(ask, number, share)
        events.append(event)
        texts.extend(sealed)
        replies.append(_logged_told(ask, event, member, twin, _new_kind(state, added)))
        added = None
    return Accepted(tuple(events), tuple(texts), tuple(replies))


def _checked(
    state: State, ask: Ask, share: Share, member: Member, equal: Collection[int], but: int = 0
) -> int | None:
    """Pass the guards of a person's day; returns an entry to warn of. Raises Refusal.

    That is one of the same kind and amount among those whose words are `equal`.
    """
    numbers, book = state.members.numbers(member.number), state.contributions
    day = dt.date.fromisoformat(share.day)
    old = _of_day(state, member.number, day, ask.zone) if ask.found else ()
    if old and old[0] in ask.found:
        entries = day_entries(steps_of(state, ask.entries(*old)), numbers, share.day)
    else:
        entries = [entry for number in numbers for entry in book.of_day(number, share.day)]
    others = [entry for entry in entries if entry.number != but]
    check_cap(share, others, member.shown, ask.rules)
    return twin_of(share, others, ask.rules, equal)


def log_one(ask: Ask[LogArgs], number: int, share: Share) -> tuple[ContributionLogged, list[Sealed]]:
    """The event of one entry, and the texts in it."""
    needs = ask.rules.number("confirmations")
    status = Status.RECORDED if needs else Status.CONFIRMED
    what, note, proof = (
        ask.moment.seal(text) if text else None
        for text in (ask.args.what, ask.args.note, ask.args.proof)
    )
    event = ContributionLogged(
        number=number,
        share=share,
        what=what.seal if what else "",
        note=note.seal if note else "",
        proof=proof.seal if proof else "",
        room=ask.room,
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
    ask: Ask[LogArgs], event: ContributionLogged, member: Member, twin: int | None, new_kind: Say | None
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
    first = summary(ref, event.share, member.shown, Words(ask.args.what), ask.today())
    if event.needs:
        waits = say_n(
            "It counts when one other member confirms it: {command}.",
            "It counts when {count} other members confirm it: {command}.",
            event.needs,
            command=Typed(f"confirm {ref}"),
        )
        return Reply(
            lines(first, waits, warning, new_kind), kind=Kind.CARD, ref=ref, buttons=card_buttons(ref)
        )
    return Reply(lines(first, warning, new_kind), ref=ref)


def _check_own(state: State, it: Contribution, me: Member) -> None:
    """An entry is changed by whose it is, or by who logged it. Raises Refusal."""
    if me.number in {state.members.one(it.share.member), it.by}:
        return
    raise Refusal(
        "not-own",
        say("{ref} is not yours to change.", ref=it.ref),
        instead=say("If it is wrong: {dispute}", dispute=Typed(f"dispute {it.ref} …")),
    )


@arguments
class WithdrawArgs:
    """What `/withdraw` takes."""

    ref: str = REF
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")


def withdraw(state: State, ask: Ask[WithdrawArgs]) -> Accepted:
    """Take an own entry back."""
    it, me = contribution_of(state, ask), ask.me
    check_alive(it, ask.rules)
    _check_own(state, it, me)
    reason = ask.moment.seal(ask.args.reason) if ask.args.reason else None
    event = ContributionWithdrawn(
        number=it.number,
        share=it.share,
        was=it.status,
        reason=reason.seal if reason else "",
        postings=postings_between(it.share, it.status, None, Status.WITHDRAWN),
    )
    told = say("{who} withdraws {ref} ({amount}).", who=me.shown, ref=it.ref, amount=it.share.shown)
    replies = (Reply(told, ref=it.ref), *card_edits(state, ask, it, Status.WITHDRAWN))
    return Accepted((event,), (reason,) if reason else (), replies)


@arguments
class AmendArgs:
    """What `/amend` takes."""

    ref: str = REF
    amount: Amount | None = takes(
        OptionType.AMOUNT, say("the right amount"), positional=True, default=None
    )
    what: str = takes(OptionType.TEXT, say("the right words"), positional=True, default="")
    kind: str = KIND
    who: tuple[str, ...] = _WHO
    on: dt.date | None = _ON
    circle: str = _CIRCLE
    proof: str = _PROOF
    note: str = _NOTE


def amend(state: State, ask: Ask[AmendArgs]) -> Accepted:
    """Replace an own entry: what is not given stays. Within the grace no confirmation is lost."""
    it, me = contribution_of(state, ask), ask.me
    check_alive(it, ask.rules)
    _check_own(state, it, me)
    now, added = _amended(state, ask, it)
    day, today = dt.date.fromisoformat(now.day), ask.today()
    if now.day != it.share.day:
        check_day(day, today, ask.rules)
    else:
        check_open(day, ask.rules)
    what = ask.args.what or ask.text(it.what)
    whose, equal = state.members.member(now.member), equal_ones(ask, what)
    _checked(state, ask, now, whose, equal, but=it.number)
    typed = given(ask.args)
    texts = [
        (name, ask.moment.seal(typed[name])) for name in ("what", "note", "proof") if name in typed
    ]
    if now == it.share and not texts:
        raise Refusal(
            "nothing-changed",
            say("That changes nothing in {ref}.", ref=it.ref),
            instead=say("For example: {line}", line=Typed(f"amend {it.ref} 4h")),
        )
    in_grace = ask.moment.at - it.at <= ask.rules.number("grace") * 60_000
    needs = it.needs if in_grace else max(it.needs, ask.rules.number("confirmations"))
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
    told = lines(
        say("Amended by {who}.", who=me.shown),
        summary(it.ref, now, state.members.name(now.member), Words(what), ask.today()),
        STATUS_WORDS[becomes] if becomes is Status.RECORDED else None,
        _new_kind(state, added),
    )
    replies = (Reply(told, ref=it.ref), *card_edits(state, ask, it, becomes, now, what))
    return Accepted(events, tuple(sealed for _, sealed in texts), replies)


def _amended(state: State, ask: Ask[AmendArgs], it: Contribution) -> tuple[Share, KindAdded | None]:
    """The share as it is to be. Raises Refusal."""
    amount = ask.args.amount
    unit, count = (amount.unit.code, amount.count) if amount else (it.share.unit, it.share.count)
    named = ask.args.kind
    added = None
    kind = it.share.kind
    if named or amount:
        unit_class = amount.unit.unit_class if amount else it.share.unit_class
        usual = named or (it.share.kind if unit_class is it.share.unit_class else None)
        found, added = kind_for(state.contributions, ask.rules, ask.member, unit_class, usual)
        kind = found.name
    people = ask.args.who
    member = it.share.member
    if people:
        if len(people) > 1:
            raise Refusal("too-many-people", say("An entry belongs to one person."), word=people[1])
        member = _whose(state, ask)[0].number
    day = ask.args.on
    circle = circle_for(state, ask) if ask.args.circle else it.share.circle
    return Share(member, kind, unit, count, day.isoformat() if day else it.share.day, circle), added


COMMANDS = (
    Command(
        name="log",
        several=True,
        undo="withdraw C12",
        about=say("log what you contributed"),
        also=say(
            "add, work, worked, did, done, record, recorded, logged, entry, new entry, "
            "enter, book, track, put me down for, i did, i worked, time, contribute, "
            "contribution, commit, note, log my hours, put in my hours, enter my hours, put "
            "in, enter hours, helped, volunteered, i have worked, i've worked, i've done, i "
            "helped, we worked, spent time, put down, jot down, add hours, clock, i have, "
            "we have"
        ),
        decide=log,
        wants=_old_day_queries,
        args=LogArgs,
        examples=(
            "log 3h cleaned the kitchen #care",
            "log 12.50 EUR flour --on yesterday",
            "log 2h baked bread @bo @cem",
            "log 3 kg apples",
        ),
        details=say(
            "People stand at the end (or before the text); @me is you. Within the text an @name is "
            "only text. Lines after the first are a longer note; where they begin with an amount or "
            "with a command, each is an entry, and all of them are entered, or none."
        ),
    ),
    Command(
        name="confirm",
        about=say("confirm somebody's entry, or take back your dispute of it"),
        also=say("approve entry, ok, verify entry"),
        decide=confirm,
        wants=reference_queries,
        args=ConfirmArgs,
        examples=("confirm C12",),
    ),
    Command(
        name="withdraw",
        about=say("take your entry back"),
        also=say(
            "undo, delete, remove, oops, mistake, wrong, rm, revert, take back, unlog, "
            "erase, cancel, that was wrong, wrong entry, scratch that, never mind, "
            "nevermind, strike, scrap, discard, take it back, drop entry, not right, typo, "
            "my mistake, ignore that, get rid of, take away, wrong person"
        ),
        decide=withdraw,
        wants=reference_queries,
        args=WithdrawArgs,
        examples=("withdraw C12",),
    ),
    Command(
        name="amend",
        about=say("correct your entry; what you leave out stays as it is"),
        also=say(
            "edit, fix, correct, correction, change, update, modify, adjust, it was, should "
            "be, should have been, was only, were only, correct my entry, change my entry, "
            "make it, meant for, was meant for, belongs to, should go to, should be for, "
            "was for"
        ),
        decide=amend,
        wants=_amended_queries,
        args=AmendArgs,
        examples=("amend C12 2h30", "amend C12 --on yesterday", "amend C12 #care"),
    ),
)
