"""An import as the operator announces, enters and undoes it: what is told, and what is written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bot.books.importing.planned import WITHOUT_AMOUNT, Plan, Planned, Way
from bot.chain import Sealed
from bot.chat import Button, Reply
from bot.collective.contributions import (
    ContributionLogged,
    ContributionWithdrawn,
    Share,
    Status,
    postings_between,
    postings_of,
)
from bot.collective.events import Event, Origin, Seal
from bot.collective.folding import read_event
from bot.collective.imports import (
    DecisionBrought,
    Import,
    ImportAnnounced,
    ImportBegun,
    ImportDone,
    ImportUndone,
    Numbers,
    ThanksBrought,
)
from bot.collective.members import MemberJoined
from bot.collective.state import State
from bot.collective.treasury import Flow, Order, TransferMade, undoing_of
from bot.collective.treasury import postings_of as money_postings
from bot.decision import Accepted, Ask
from bot.moment import Moment
from bot.text.wording import Node, Say, Typed, lines, say, say_n
from commands.contributions.agreement import claimable, gets_some, is_alone, missing
from commands.contributions.plans import plan_told, report_of


def announced(
    state: State, plan: Plan, who: Node, content: Sealed | None = None, ask: Ask | None = None
) -> Accepted:
    """The room is told what somebody would have come, and asked; so is whoever asked elsewhere.

    With its `content` it is entered as soon as enough agree. It tells which one it gives up.
    """
    number = state.imports.next_number
    event = ImportAnnounced(
        number=number,
        source=plan.source,
        plan=plan.digest,
        file=plan.file,
        entries=len(plan.entries),
        members=tuple(plan.members),
        new=len(plan.new),
        content=content.seal if content else "",
        by=ask.me.number if ask else 0,
        needs=max(1, ask.rules.number("confirmations")) if ask else 0,
    )
    at = ask.moment.at if ask else 0
    waiting = Import(number, plan.source, plan.digest, event.entries, event.members, at, new=event.new)
    waiting.by, waiting.needs = event.by, event.needs
    before = state.imports.waiting
    body = lines(
        say_n(
            "{ref}: {who} wants to enter {count} entry from {source}.",
            "{ref}: {who} wants to enter {count} entries from {source}.",
            event.entries,
            ref=waiting.ref,
            who=who,
            source=plan.source,
        ),
        *plan_told(state, plan),
        say("{ref} is given up for it: nothing of it was entered.", ref=before.ref) if before else None,
        _asked(state, waiting),
    )
    reply = Reply(
        body,
        ref=waiting.ref,
        buttons=(
            Button(say("Agree"), f"import agree {waiting.ref}"),
            Button(say("Give up"), f"import undo {waiting.ref}"),
        ),
        files=report_of(state, plan, waiting.ref, ask),
    )
    return Accepted(
        (event,),
        (content,) if content else (),
        everywhere(state, reply, ask),
        dropped=blanked(before) if before else (),
    )


def _asked(state: State, it: Import) -> Say:
    line = Typed(f"import agree {it.ref}")
    if it.by and is_alone(state, it):
        return say(
            "Nothing of it counts yet. Nobody else is here, so whoever brought it agrees: {line}",
            line=line,
        )
    if it.by and not gets_some(state, it):
        return say_n(
            "Nothing of it counts yet. Somebody else agrees: {line}",
            "Nothing of it counts yet. {count} others agree: {line}",
            missing(state, it),
            line=line,
        )
    if it.needs > 1:
        return say(
            "Nothing of it counts yet. {some} who get nothing of it agree, or {more} do: {line}",
            some=it.needs,
            more=it.needs + 1,
            line=line,
        )
    if not it.by and claimable(state, it):
        return say(
            "Nothing of it counts yet. Somebody gets of it who has no account, so two agree: {line}",
            line=line,
        )
    return say(
        "Nothing of it counts yet. Somebody who gets nothing of it agrees, or two do: {line}", line=line
    )


def entered(
    state: State, it: Import, plan: Plan, moment: Moment, ask: Ask | None = None
) -> tuple[Accepted, Accepted]:
    """Everything that was agreed to, at once; asserts that it is that."""
    numbers = numbers_of(state)
    return part(state, it, plan, moment, numbers), done(state, it, plan, numbers, ask)


def numbers_of(state: State) -> Numbers:
    """The first numbers that are free."""
    counts = state.contributions.count, state.treasury.count
    return Numbers(state.members.next_number, counts[0] + 1, counts[1] + 1)


def size_of(plan: Plan) -> int:
    """How many events an import makes: the newcomers, and its entries."""
    return len(plan.new) + len(plan.entries)


def begun(it: Import, plan: Plan, rows: str) -> Accepted:
    """It is entered part by part from now on; the cause of the parts is `rows`."""
    given, moved = _counted(plan.entries)
    event = ImportBegun(
        number=it.number, rows=rows, members=len(plan.new), contributions=given, transfers=moved
    )
    return Accepted((event,))


def part(
    state: State,
    it: Import,
    plan: Plan,
    moment: Moment,
    numbers: Numbers,
    start: int = 0,
    most: int | None = None,
) -> Accepted:
    """The events of an import from `start` on, `most` of them; its numbers begin with `numbers`."""
    assert it.plan == plan.digest, "something else was announced"
    people = {name: number for number, name in enumerate(plan.new, numbers.member)}
    end = size_of(plan) if most is None else start + most
    new = [(people[name], moment.seal(name)) for name in plan.new[start:end]]
    joined = tuple(
        MemberJoined(member=number, name=name.seal, platform="", account="") for number, name in new
    )
    first = max(start - len(plan.new), 0)
    given, moved = _counted(plan.entries[:first])
    counts = _Counts(numbers.contribution + given, numbers.transfer + moved)
    some = plan.entries[first : max(end - len(plan.new), 0)]
    made = _made(state, some, it.number, people, moment, counts)
    return Accepted((*joined, *made.events), (*(name for _, name in new), *made.texts))


def done(state: State, it: Import, plan: Plan, numbers: Numbers, ask: Ask | None = None) -> Accepted:
    """All of it is there, and is told."""
    letter = plan.letter
    first = {"C": numbers.contribution, "T": numbers.transfer}.get(letter, 1)
    event = ImportDone(number=it.number, first=first, entries=it.entries, letter=letter)
    told = everywhere(state, Reply(_done_told(it, letter, first), ref=it.ref), ask)
    return Accepted((event,), (), told, dropped=(it.content,) if it.content else ())


def given_up(state: State, it: Import, reply: Reply, ask: Ask | None = None) -> Accepted:
    """An import that is not done is given up: what was kept or written of it is blanked."""
    event = ImportUndone(number=it.number, entries=0)
    return Accepted((event,), (), everywhere(state, reply, ask), dropped=blanked(it))


def blanked(it: Import) -> tuple[Seal, ...]:
    """The texts of an import that is given up: its rows, and the words of what was entered of it."""
    held = it.begun.held if it.begun is not None else ()
    seals = (seal for each in held for seal in read_event(each.payload).seals)
    return (*filter(None, [it.content]), *seals)


def _counted(entries: Iterable[Planned]) -> tuple[int, int]:
    """How many contributions these are, and how many transfers."""
    flows = Counter(each.flow for each in entries)
    given = flows.pop("", 0)
    return given, sum(count for flow, count in flows.items() if flow not in WITHOUT_AMOUNT)


def _done_told(it: Import, letter: str, first: int) -> Node:
    if not letter:
        return say_n(
            "{ref} is done: {count} entry.", "{ref} is done: {count} entries.", it.entries, ref=it.ref
        )
    return say_n(
        "{ref} is done: {count} entry, from {first}. {show} tells where one came from.",
        "{ref} is done: {count} entries, from {first}. {show} tells where one came from.",
        it.entries,
        ref=it.ref,
        first=f"{letter}{first}",
        show=Typed(f"show {letter}{first}"),
    )


@dataclass(slots=True)
class _Counts:
    """The number of the next contribution, and of the next transfer."""

    contributions: int
    transfers: int


def _made(
    state: State,
    some: Iterable[Planned],
    number: int,
    people: Mapping[str, int],
    moment: Moment,
    counts: _Counts,
) -> Accepted:
    events: list[Event] = []
    texts: list[Sealed] = []
    for each in some:
        what = moment.seal(each.text) if each.text else None
        if what is not None:
            texts.append(what)
        origin = Origin(number, each.line, each.native)
        member = each.member or people.get(each.person, 0)
        to = each.to or people.get(each.to_person, 0)
        events.append(_entry(state, each, (member, to), what.seal if what else "", origin, counts))
    return Accepted(tuple(events), tuple(texts))


def _entry(
    state: State, each: Planned, who: tuple[int, int], what: str, origin: Origin, counts: _Counts
) -> Event:
    member, to = who
    if each.flow == Way.THANKS:
        return ThanksBrought(member=member, to=to, what=what, day=each.day, origin=origin)
    if each.flow == Way.DECISION:
        return DecisionBrought(day=each.day, what=what, origin=origin)
    if each.flow:
        order = _order(state, each, member, to)
        made, number = money_postings(order), counts.transfers
        counts.transfers += 1
        return TransferMade(number=number, order=order, what=what, postings=made, origin=origin)
    share = Share(member, each.kind, each.unit, each.count, each.day)
    posted, number = postings_of(share), counts.contributions
    counts.contributions += 1
    return ContributionLogged(number=number, share=share, what=what, postings=posted, origin=origin)


def _order(state: State, each: Planned, member: int, to: int) -> Order:
    """What moves by a row that is no contribution."""
    if each.flow == Way.LAID_OUT:
        return Order(
            Flow.EXPENSE, each.unit, each.count, each.day, member=member, kind=each.kind, own=True
        )
    own = state.units.by_code.get(each.unit)
    taker = own.taker if own is not None and each.flow == Way.OPENING else ""
    return Order(
        Flow(each.flow),
        each.unit,
        each.count,
        each.day,
        member=member,
        to=to,
        kind="" if each.flow in {Way.PAY, Way.OPENING, Way.PAYOUT} else each.kind,
        taker=taker,
    )


def back_begun(it: Import, going: Sequence[tuple[int, Share | Order]], rows: str) -> Accepted:
    """It is taken back part by part from now on; the cause of the parts is `rows`."""
    moves = sum(isinstance(each, Order) for _, each in going)
    return Accepted((ImportBegun(number=it.number, rows=rows, transfers=moves),))


def back_part(
    going: Sequence[tuple[int, Share | Order]],
    today: str,
    transfer: int,
    start: int = 0,
    most: int | None = None,
) -> Accepted:
    """Entries are withdrawn; money moves back today, by transfers from the number `transfer` on."""
    before = sum(isinstance(each, Order) for _, each in going[:start])
    some = going[start:] if most is None else going[start : start + most]
    return Accepted(tuple(_withdrawn(some, today, transfer + before)))


def undone(state: State, it: Import, gone: int, kept: int, *, ask: Ask | None = None) -> Accepted:
    """An import is taken back, and that is told: so many entries are gone, and `kept` stay.

    Thanks and decisions have no numbers; they go with the import itself.
    """
    assert it.first, "it was not done"
    assert not it.undone, "it was undone already"
    told = lines(
        say("{who} undoes {ref}.", who=ask.me.shown, ref=it.ref) if ask else None,
        say_n(
            "{ref} is undone: {count} entry is withdrawn.",
            "{ref} is undone: {count} entries are withdrawn.",
            gone,
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
    event = ImportUndone(number=it.number, entries=gone, kept=kept)
    return Accepted((event,), (), everywhere(state, Reply(told, ref=it.ref), ask))


def _withdrawn(
    going: Iterable[tuple[int, Share | Order]], today: str, transfer: int
) -> Iterator[ContributionWithdrawn | TransferMade]:
    for number, it in going:
        if isinstance(it, Share):
            postings = postings_between(it, Status.CONFIRMED, None, Status.WITHDRAWN)
            yield ContributionWithdrawn(number=number, share=it, postings=postings)
        else:
            yield TransferMade(
                number=transfer,
                order=msgspec.structs.replace(it, day=today),
                reverses=number,
                corrects=it.day,
                postings=undoing_of(it),
            )
            transfer += 1


def everywhere(state: State, reply: Reply, ask: Ask | None) -> tuple[Reply, ...]:
    """A reply for the first room of each platform, and where it was asked, if that is another one."""
    told = tuple(msgspec.structs.replace(reply, place=place) for place in state.rooms.first)
    if ask is None or any(each.place == ask.place for each in told):
        return told
    return (reply, *told)
