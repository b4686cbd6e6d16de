"""`/import`: what another program kept comes in, when members have looked at it and agreed.

The operator reads the file at the command line and announces what would come; the room sees who would
get how much. Nobody agrees alone to what they get themselves: it takes somebody who gets nothing of it,
or two; and two where somebody gets of it who has no account, for whoever claims that name gets it. What
is agreed to is exactly what was shown: a checksum holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from bot.arguments import OptionType, arguments, takes
from bot.books.importing.planned import Plan, Planned
from bot.chain import Sealed
from bot.chat import Refusal, Reply
from bot.collective.contributions import (
    ContributionLogged,
    ContributionWithdrawn,
    Share,
    Status,
    postings_between,
    postings_of,
)
from bot.collective.events import Event, Origin
from bot.collective.imports import (
    Import,
    ImportAgreed,
    ImportAnnounced,
    ImportDone,
    ImportUndone,
    reference,
)
from bot.collective.members import MemberJoined
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, TransferMade, undoing_of
from bot.collective.treasury import postings_of as money_postings
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import Feature
from bot.language.units import unit_of
from bot.moment import Moment
from bot.text.wording import Node, Person, Quantity, Say, Typed, Words, items, lines, say, say_n
from commands.decisions.openly import openly

TOLD_MAX = 20
"""How many people the card names with what they would get."""

PART = 2_000
"""How many entries are decided at a time: so much memory it takes, whatever the file."""


# --- What members type ------------------------------------------------------------------------------


@arguments
class ImportArgs:
    """What `/import` takes: nothing."""


def listed(state: State, ask: Ask[ImportArgs]) -> Accepted:
    """The imports there are, and what each waits for."""
    known = sorted(state.imports.known.values(), key=lambda it: -it.number)
    if not known:
        nothing = say("Nothing was imported. The operator begins: {line}", line=Words("talkoot import"))
        return Accepted(replies=(Reply(nothing),))
    return Accepted(replies=(Reply(items(_standing(state, it) for it in known[:TOLD_MAX])),))


def _standing(state: State, it: Import) -> Node:
    if it.undone:
        return say("{ref}: {source}, undone", ref=it.ref, source=it.source)
    if it.first:
        return say_n(
            "{ref}: {source}, {count} entry, from {first}",
            "{ref}: {source}, {count} entries, from {first}",
            it.entries,
            ref=it.ref,
            source=it.source,
            first=f"{it.letter}{it.first}",
        )
    if enough(state, it):
        return say("{ref}: {source}, agreed; the operator enters it", ref=it.ref, source=it.source)
    return say(
        "{ref}: {source}, waits: {line}",
        ref=it.ref,
        source=it.source,
        line=Typed(f"import agree {it.ref}"),
    )


def origin_told(state: State, origin: Origin | None) -> Say | None:
    """Which import brought an entry, from which program and line; None for what somebody typed."""
    if origin is None:
        return None
    known = state.imports.known.get(origin.number)
    return say(
        "Imported from {source}, line {line} ({ref}).",
        source=known.source if known else "…",
        line=str(origin.line),
        ref=reference(origin.number),
    )


@arguments
class AgreeArgs:
    """What `/import agree` takes."""

    ref: str = takes(OptionType.WORD, say("which one, for example I1"), positional=True)


def agree(state: State, ask: Ask[AgreeArgs]) -> Accepted:
    """Agree to an import that waits."""
    it, me = state.imports.waiting, ask.me
    if it is None or ask.args.ref.upper() != it.ref:
        raise Refusal(
            "import-unknown",
            say("No import {ref} waits here.", ref=ask.args.ref),
            word=ask.args.ref,
            instead=say("{command} lists them.", command=Typed("import")),
        )
    if state.members.one(me.number) in map(state.members.one, it.agreed):
        raise Refusal("import-agreed", say("You agreed to {ref} already.", ref=it.ref))
    if me.since > it.at:
        raise Refusal(
            "member-later",
            say("{ref} was asked before you were a member; somebody else agrees to it.", ref=it.ref),
            word=ask.args.ref,
        )
    if enough(state, replace(it, agreed=[*it.agreed, me.number])):
        told = say("{who} agrees to {ref}; the operator can enter it now.", who=me.shown, ref=it.ref)
    elif _claimable(state, it):
        told = say(
            "{who} agrees to {ref}; somebody gets of it who has no account: one more has to agree.",
            who=me.shown,
            ref=it.ref,
        )
    else:
        told = say(
            "{who} agrees to {ref}, and gets some of it: one more has to.", who=me.shown, ref=it.ref
        )
    return Accepted((ImportAgreed(number=it.number, member=me.number),), (), (Reply(told),))


def enough(state: State, it: Import) -> bool:
    """Whether somebody agreed who can get nothing of it, or two did; alone, one is all there are.

    Who came after it was announced counts for nothing, nor does who left: nobody makes themselves a
    second account to agree by.
    """
    members = state.members

    def counted(numbers: Iterable[int]) -> set[int]:
        some = map(members.member, numbers)
        return {each.number for each in some if each.here and each.since <= it.at}

    agreed, acting = counted(it.agreed), counted(members.by_account.values())
    alone = agreed - set(map(members.one, it.members)) if not _claimable(state, it) else set()
    return bool(alone) or 0 < min(2, len(acting)) <= len(agreed)


def _claimable(state: State, it: Import) -> bool:
    """Whether some of it is for somebody without an account: whoever claims that name gets it."""
    return bool(it.new) or not all(map(state.members.accounts, it.members))


# --- What the operator does -------------------------------------------------------------------------


def announced(state: State, plan: Plan) -> Accepted:
    """The room is told what would come, and asked."""
    number = state.imports.next_number
    getting = sorted({each.member for each in plan.entries if each.member})
    event = ImportAnnounced(
        number=number,
        source=plan.source,
        plan=plan.digest,
        file=plan.file,
        entries=len(plan.entries),
        members=tuple(getting),
        new=len(plan.new),
    )
    waiting = Import(number, plan.source, plan.digest, event.entries, event.members, 0, new=event.new)
    sums = plan.sums()
    count = len(plan.entries)
    body = lines(
        say_n(
            "{ref}: the operator wants to enter {count} entry from {source}.",
            "{ref}: the operator wants to enter {count} entries from {source}.",
            count,
            ref=f"I{number}",
            source=plan.source,
        ),
        items(
            (
                *(_flow_told(*each) for each in plan.flows()),
                *(_sum_told(state, *each) for each in sums[:TOLD_MAX]),
            )
        ),
        say_n("and {count} more person", "and {count} more people", len(sums) - TOLD_MAX)
        if len(sums) > TOLD_MAX
        else None,
        _asked(state, waiting),
    )
    return Accepted((event,), (), _everywhere(state, body))


def _asked(state: State, it: Import) -> Say:
    line = Typed(f"import agree {it.ref}")
    if _claimable(state, it):
        return say(
            "Nothing of it counts yet. Somebody gets of it who has no account, so two agree: {line}",
            line=line,
        )
    return say(
        "Nothing of it counts yet. Somebody who gets nothing of it agrees, or two do: {line}", line=line
    )


def _sum_told(state: State, member: int, name: str, unit: str, count: int) -> Node:
    who = state.members.name(member) if member else Person(name)
    amount = Quantity(count, unit, unit_of(unit).parts)
    return say("{who}: {amount}", who=who, amount=amount)


def _flow_told(flow: str, unit: str, count: int) -> Node:
    amount = Quantity(count, unit, unit_of(unit).parts)
    if flow == Flow.INCOME:
        return say("into the treasury: {amount}", amount=amount)
    return say("out of the treasury: {amount}", amount=amount)


def entered(state: State, plan: Plan, moment: Moment) -> Iterator[Accepted]:
    """Everything that was agreed to; asserts that it is that."""
    it = state.imports.waiting
    assert it is not None, "nothing was announced"
    assert it.plan == plan.digest, "something else was announced"
    assert enough(state, it), "nobody agreed"
    numbers: dict[str, int] = {}
    for name in plan.new:
        sealed = moment.seal(name)
        numbers[name] = state.members.next_number
        event = MemberJoined(member=numbers[name], name=sealed.seal, platform="", account="")
        yield Accepted((event,), (sealed,))
    money = any(each.flow for each in plan.entries)
    first = (state.treasury.count if money else state.contributions.count) + 1
    for start in range(0, len(plan.entries), PART):
        yield _part(plan.entries[start : start + PART], first + start, it.number, numbers, moment)
    letter = "T" if money else "C"
    done = ImportDone(number=it.number, first=first, entries=it.entries, letter=letter)
    told = say_n(
        "{ref} is done: {count} entry, from {first}. {show} tells where one came from.",
        "{ref} is done: {count} entries, from {first}. {show} tells where one came from.",
        it.entries,
        ref=it.ref,
        first=f"{letter}{first}",
        show=Typed(f"show {letter}{first}"),
    )
    yield Accepted((done,), (), _everywhere(state, told))


def _part(
    some: Sequence[Planned], first: int, number: int, numbers: dict[str, int], moment: Moment
) -> Accepted:
    events: list[Event] = []
    texts: list[Sealed] = []
    for count, each in enumerate(some, first):
        origin = Origin(number, each.line, each.native)
        what = moment.seal(each.text) if each.text else None
        if what is not None:
            texts.append(what)
        if each.flow:
            order = Order(Flow(each.flow), each.unit, each.count, each.day, kind=each.kind)
            events.append(
                TransferMade(
                    number=count,
                    order=order,
                    what=what.seal if what else "",
                    postings=money_postings(order),
                    origin=origin,
                )
            )
            continue
        member = each.member or numbers[each.person]
        share = Share(member, each.kind, each.unit, each.count, each.day)
        events.append(
            ContributionLogged(
                number=count,
                share=share,
                what=what.seal if what else "",
                postings=postings_of(share),
                origin=origin,
            )
        )
    return Accepted(tuple(events), tuple(texts))


def undone(
    state: State, it: Import, going: Sequence[tuple[int, Share | Order]], kept: int, today: str
) -> Iterator[Accepted]:
    """The entries of an import are withdrawn, but for those that are kept; money moves back today."""
    assert it.first, "it was not done"
    assert not it.undone, "it was undone already"
    for start in range(0, len(going), PART):
        yield Accepted(tuple(_withdrawn(state, going[start : start + PART], today)))
    told = lines(
        say_n(
            "{ref} is undone: {count} entry is withdrawn.",
            "{ref} is undone: {count} entries are withdrawn.",
            len(going),
            ref=it.ref,
        ),
        say_n(
            "{count} entry stays: it was changed or shared out since, or its books are closed.",
            "{count} entries stay: they were changed or shared out since, or their books are closed.",
            kept,
        )
        if kept
        else None,
    )
    event = ImportUndone(number=it.number, entries=len(going), kept=kept)
    yield Accepted((event,), (), _everywhere(state, told))


def _withdrawn(
    state: State, going: Iterable[tuple[int, Share | Order]], today: str
) -> Iterator[ContributionWithdrawn | TransferMade]:
    for count, (number, it) in enumerate(going, state.treasury.count + 1):
        if isinstance(it, Share):
            postings = postings_between(it, Status.CONFIRMED, None, Status.WITHDRAWN)
            yield ContributionWithdrawn(number=number, share=it, postings=postings)
        else:
            yield TransferMade(
                number=count,
                order=msgspec.structs.replace(it, day=today),
                reverses=number,
                corrects=it.day,
                postings=undoing_of(it),
            )


def _everywhere(state: State, body: Node) -> tuple[Reply, ...]:
    return tuple(Reply(body, place=place) for place in state.rooms.first)


COMMANDS = (
    Command(
        name="import",
        about=say("what was brought in from another program"),
        decide=listed,
        args=ImportArgs,
        examples=("import",),
    ),
    Command(
        name="import agree",
        about=say("agree to what the operator wants to bring in"),
        decide=openly(agree),
        args=AgreeArgs,
        examples=("import agree I1",),
    ),
)

FEATURE = Feature(name="imports", commands=COMMANDS)
