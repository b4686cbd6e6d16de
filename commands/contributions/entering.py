"""An import as the operator announces, enters and undoes it: what is told, and what is written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from bot.books.importing.planned import Plan, Planned, Way
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
from bot.collective.events import Event, Origin
from bot.collective.imports import (
    DecisionBrought,
    Import,
    ImportAnnounced,
    ImportDone,
    ImportUndone,
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

PART = 2_000
"""How many entries are decided at a time: so much memory it takes, whatever the file."""


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
        dropped=(before.content,) if before and before.content else (),
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
) -> Iterator[Accepted]:
    """Everything that was agreed to; asserts that it is that."""
    assert it.plan == plan.digest, "something else was announced"
    numbers: dict[str, int] = {}
    first_new = state.members.next_number
    for number, name in enumerate(plan.new, first_new):
        sealed = moment.seal(name)
        numbers[name] = number
        event = MemberJoined(member=numbers[name], name=sealed.seal, platform="", account="")
        yield Accepted((event,), (sealed,))
    counts = _Counts(state.contributions.count, state.treasury.count)
    letter = plan.letter
    first = {"C": counts.contributions + 1, "T": counts.transfers + 1}.get(letter, 1)
    for start in range(0, len(plan.entries), PART):
        yield _part(state, plan.entries[start : start + PART], it.number, numbers, moment, counts)
    done = ImportDone(number=it.number, first=first, entries=it.entries, letter=letter)
    told = everywhere(state, Reply(_done_told(it, letter, first), ref=it.ref), ask)
    yield Accepted((done,), (), told, dropped=(it.content,) if it.content else ())


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
    """The number of the last contribution, and of the last transfer."""

    contributions: int
    transfers: int


def _part(
    state: State,
    some: Sequence[Planned],
    number: int,
    numbers: dict[str, int],
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
        member = each.member or numbers.get(each.person, 0)
        to = each.to or numbers.get(each.to_person, 0)
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
        counts.transfers += 1
        order = _order(state, each, member, to)
        made = money_postings(order)
        return TransferMade(
            number=counts.transfers, order=order, what=what, postings=made, origin=origin
        )
    counts.contributions += 1
    share = Share(member, each.kind, each.unit, each.count, each.day)
    posted = postings_of(share)
    return ContributionLogged(
        number=counts.contributions, share=share, what=what, postings=posted, origin=origin
    )


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


def undone(
    state: State,
    it: Import,
    going: Sequence[tuple[int, Share | Order]],
    kept: int,
    today: str,
    *,
    unnumbered: int = 0,
    ask: Ask | None = None,
) -> Iterator[Accepted]:
    """The entries of an import are withdrawn, but for those that are kept; money moves back today.

    Thanks and decisions have no numbers; they go with the import itself.
    """
    assert it.first, "it was not done"
    assert not it.undone, "it was undone already"
    for start in range(0, len(going), PART):
        yield Accepted(tuple(_withdrawn(state, going[start : start + PART], today)))
    told = lines(
        say("{who} undoes {ref}.", who=ask.me.shown, ref=it.ref) if ask else None,
        say_n(
            "{ref} is undone: {count} entry is withdrawn.",
            "{ref} is undone: {count} entries are withdrawn.",
            len(going) + unnumbered,
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
    event = ImportUndone(number=it.number, entries=len(going) + unnumbered, kept=kept)
    yield Accepted((event,), (), everywhere(state, Reply(told, ref=it.ref), ask))


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


def everywhere(state: State, reply: Reply, ask: Ask | None) -> tuple[Reply, ...]:
    """A reply for the first room of each platform, and where it was asked, if that is another one."""
    told = tuple(msgspec.structs.replace(reply, place=place) for place in state.rooms.first)
    if ask is None or any(each.place == ask.place for each in told):
        return told
    return (reply, *told)
