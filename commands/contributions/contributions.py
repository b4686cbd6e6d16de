"""Contributions: `/log`, and the life of an entry: confirm, dispute, withdraw, amend, show, list.

The guards are rules; every refusal names its rule. Each decision is a pure function that returns the
events with the postings they make.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable

from bot.arguments import OptionType, WithRef, arguments, given, takes
from bot.chain import Sealed
from bot.chat import Button, Kind, Refusal, Reply
from bot.collective.contributionbook import day_entries, in_day_book
from bot.collective.contributions import (
    Contribution,
    ContributionAmended,
    ContributionConfirmed,
    ContributionLogged,
    ContributionWithdrawn,
    DisputeLifted,
    KindAdded,
    Life,
    Share,
    Status,
    Step,
    fold_contribution,
    postings_between,
    reference,
)
from bot.collective.events import Event
from bot.collective.guards import (
    check_cap,
    check_day,
    check_open,
    kind_for,
    may_by,
    twin_of,
)
from bot.collective.members import Member
from bot.collective.rules import Rules, refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import About, Accepted, Ask, Found, Query, about_person
from bot.feature import reference_queries
from bot.language.amounts import Amount
from bot.language.clock import instant
from bot.text.wording import Day, Node, Person, Say, Typed, Words, joined, lines, say, say_n
from commands.contributions.alike import same_words, words_of
from commands.decisions.lookups import circle_for

SLIP = 0.75
"""How alike (difflib's ratio) a new kind must be to a known one to be taken for a slip."""

ALIKE_MAX = 50
"""Among how many entries of somebody's day, the newest of that amount, an equal one is looked for."""

STATUS_WORDS = {
    Status.RECORDED: say("waits for confirmation"),
    Status.CONFIRMED: say("confirmed"),
    Status.DISPUTED: say("disputed"),
    Status.WITHDRAWN: say("withdrawn"),
}

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
REF = takes(OptionType.REFERENCE, say("which one, for example C12"), positional=True)


def _old_day_queries(state: State, ask: Ask[LogArgs]) -> tuple[Query, ...]:
    """What the guards ask of a day: all of it, if it is no longer in memory, else what looks alike."""
    day, amount = ask.args.on or ask.today(), ask.args.amount
    readings = (
        _guarded_queries(state, each.number, day.isoformat(), amount.count, ask)
        for each in _whose(state, ask)
    )
    return tuple(reading for some in readings for reading in some)


def _guarded_queries(state: State, member: int, day: str, count: int, ask: Ask) -> tuple[Query, ...]:
    numbers, book = state.members.numbers(member), state.contributions
    if ask.rules.text("duplicates") == "allow":
        return day_queries(state, member, day, ask)
    alike = [e.number for n in numbers for e in book.of_day(n, day) if e.count == count]
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
    return (entry, *_guarded_queries(state, now.member, now.day, now.count, ask))


def day_queries(state: State, member: int, day: str, ask: Ask) -> tuple[Query, ...]:
    """The readings of a person's day, where it is no longer in memory."""
    if in_day_book(day, ask.moment.at):
        return ()
    return _of_day(state, member, dt.date.fromisoformat(day), ask.zone)


def _of_day(state: State, member: int, day: dt.date, zone: str) -> tuple[About, ...]:
    begin = instant(day - dt.timedelta(days=1), dt.time(), zone)
    return about_person(state, member, since=int(begin.timestamp() * 1000))


def steps_of(state: State, found: Found) -> Iterable[Step]:
    """What happened to contributions, of all that was found, by whom as they are known now."""
    for entry, event in found:
        if isinstance(event, Life):
            yield Step(entry.at, state.members.one(entry.actor), event)


def contribution_of(state: State, ask: Ask[WithRef]) -> Contribution:
    """The contribution that was named. Raises Refusal where there is none."""
    ref = ask.args.ref
    it = fold_contribution(steps_of(state, ask.found[About(ref)]))
    if it is None:
        raise Refusal(
            "reference-unknown",
            say("There is no contribution {ref} here.", ref=ref),
            word=ref,
            instead=say("{command} lists them.", command=Typed("contributions")),
        )
    return it


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
        twin = _checked(state, ask, share, member, ask.args.what)
        event, sealed = log_one(ask, number, share)
        events.append(event)
        texts.extend(sealed)
        replies.append(_logged_told(ask, event, member, twin, _new_kind(state, added)))
        added = None
    return Accepted(tuple(events), tuple(texts), tuple(replies))


def _checked(
    state: State, ask: Ask, share: Share, member: Member, what: str, but: int = 0
) -> int | None:
    """Pass the guards of a person's day; returns an equal entry to warn of. Raises Refusal."""
    numbers, book = state.members.numbers(member.number), state.contributions
    day = dt.date.fromisoformat(share.day)
    old = _of_day(state, member.number, day, ask.zone) if ask.found else ()
    if old and old[0] in ask.found:
        entries = day_entries(steps_of(state, ask.entries(*old)), numbers, share.day)
    else:
        entries = [entry for number in numbers for entry in book.of_day(number, share.day)]
    others = [entry for entry in entries if entry.number != but]
    check_cap(share, others, member.shown, ask.rules)
    return twin_of(share, others, ask.rules, lambda number: same_words(words_of(ask, number), what))


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
            lines(first, waits, warning, new_kind), kind=Kind.CARD, ref=ref, buttons=_buttons(ref)
        )
    return Reply(lines(first, warning, new_kind), ref=ref)


def _buttons(ref: str) -> tuple[Button, ...]:
    return (
        Button(say("Confirm"), f"confirm {ref}"),
        Button(say("Dispute"), f"dispute {ref}", asks=say("What is wrong with it?")),
    )


def summary(ref: str, share: Share, name: Person, what: Node, today: dt.date | None = None) -> Say:
    """An entry in one line; its day is left out where that is `today`."""
    told = say(
        "{ref}: {who}, {amount} #{kind}, {what}",
        ref=ref,
        who=name,
        amount=share.shown,
        kind=share.kind,
        what=what,
    )
    if today is not None and share.day == today.isoformat():
        return told
    return say("{entry} ({day})", entry=told, day=Day(share.day))


def check_alive(it: Contribution, rules: Rules) -> None:
    """What was withdrawn, or counts in closed books, is not changed any more. Raises Refusal.

    What does not count yet may be taken back, or moved to an open day: closing strands nothing.
    """
    if it.status is Status.WITHDRAWN:
        raise Refusal(
            "withdrawn",
            say("{ref} was withdrawn.", ref=it.ref),
            word=it.ref,
            instead=say("{log} enters a new one.", log=Typed("log")),
        )
    if it.status is Status.CONFIRMED:
        check_open(dt.date.fromisoformat(it.share.day), rules)


def check_counts(it: Contribution, rules: Rules) -> None:
    """Whether it may come to count, where its day is not closed. Raises Refusal."""
    line = say("Its author moves it to an open day: {line}", line=Typed(f"amend {it.ref} --on today"))
    check_open(dt.date.fromisoformat(it.share.day), rules, instead=line)


@arguments
class ConfirmArgs:
    """What `/confirm` takes."""

    ref: str = REF


def confirm(state: State, ask: Ask[ConfirmArgs]) -> Accepted:
    """Say that somebody else's entry is right; or take back one's own dispute of it."""
    it, me = contribution_of(state, ask), ask.me
    check_alive(it, ask.rules)
    check_counts(it, ask.rules)
    if me.number in it.disputes:
        return _lift(state, ask, it)
    if me.number in {state.members.one(it.share.member), it.by}:
        raise Refusal(
            "own-entry", say("{ref} is your own; somebody else has to confirm it.", ref=it.ref)
        )
    if me.number in it.confirmed_by:
        raise Refusal("already-confirmed", say("You have confirmed {ref} already.", ref=it.ref))
    if it.status is Status.DISPUTED:
        raise Refusal(
            "disputed",
            say("{ref} is disputed; that has to be settled first.", ref=it.ref),
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
    return Accepted((event,), (), (Reply(told, ref=it.ref), *card_edits(state, ask, it, becomes)))


def _lift(state: State, ask: Ask[ConfirmArgs], it: Contribution) -> Accepted:
    me = ask.me
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
    return Accepted((event,), (), (Reply(told, ref=it.ref), *card_edits(state, ask, it, becomes)))


def card_edits(
    state: State, ask: Ask, it: Contribution, becomes: Status, now: Share | None = None, what: str = ""
) -> tuple[Reply, ...]:
    """The new picture of an entry's card, if it has one and something changed."""
    share = now or it.share
    unchanged = becomes is it.status and share == it.share
    room = state.rooms.by_number.get(it.room)
    if not it.needs or unchanged or room is None or not room.here:
        return ()
    words = Words(what or ask.text(it.what))
    first = summary(it.ref, share, state.members.name(share.member), words, ask.today())
    body = lines(first, STATUS_WORDS[becomes])
    buttons = _buttons(it.ref) if becomes is Status.RECORDED else ()
    news = joined((STATUS_WORDS[becomes], first), ": ")
    return (Reply(body, kind=Kind.EDIT, ref=it.ref, place=room.place, buttons=buttons, news=news),)


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
    _checked(state, ask, now, state.members.member(now.member), what, but=it.number)
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
        undo="withdraw C12",
        about=say("log what you contributed"),
        also=say(
            "add, work, worked, did, done, record, recorded, logged, entry, new entry, "
            "track, time, contribute, contribution, commit, note"
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
            "only text. Lines after the first are a longer note."
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
        also=say("undo, delete, remove, oops, mistake, wrong, rm, revert, unlog, erase, cancel"),
        decide=withdraw,
        wants=reference_queries,
        args=WithdrawArgs,
        examples=("withdraw C12",),
    ),
    Command(
        name="amend",
        about=say("correct your entry; what you leave out stays as it is"),
        also=say("edit, fix, correct, correction, change, update, modify, adjust"),
        decide=amend,
        wants=_amended_queries,
        args=AmendArgs,
        examples=("amend C12 2h30", "amend C12 --on yesterday", "amend C12 #care"),
    ),
)
