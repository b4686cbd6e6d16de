"""Issues of a unit of one's own: what work is open; and one that was made, told and undone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction

from bot.arguments import WithRef
from bot.chat import Reply
from bot.collective.events import Event, Posting
from bot.collective.guards import check_open
from bot.collective.ledger import reversed_postings
from bot.collective.state import State
from bot.collective.treasury import reference
from bot.collective.units import IssueAllotted, OwnUnit, UnitsIssued
from bot.decision import Accepted, Ask
from bot.feature import Deed, Thing, reference_queries
from bot.language.sums import shown
from bot.text.wording import Node, Strong, Table, Typed, Words, items, lines, say, say_n
from bot.value.reckoning import Basis
from bot.value.weighing import Parts, Work, opened
from commands.decisions.headings import headed, undoing
from commands.decisions.letters import ReverseArgs
from commands.ledger.money import check_covered
from commands.sharing.pools import ROWS_MAX, works_of
from commands.sharing.shares import number_text
from commands.sharing.wholes import (
    check_undoable,
    decided_told,
    meant_whole,
    parts_of,
    undoing_told,
    undone_told,
    whole_of,
)

_BASES_MAX = 24
"""How many contributions a share tells: two years of one kind."""


# --- What is open ---------------------------------------------------------------------------------


def open_work(state: State, it: OwnUnit) -> list[tuple[Work, Parts]]:
    """The confirmed work that nothing was issued for yet, and how many minutes of it, the oldest first.

    What was taken back after something was issued for it is deducted from what the same person gave.
    """
    terms = it.terms
    works = (
        work
        for work in works_of(state, it.covered)
        if work.sort.unit == "h"
        and work.sort.month >= terms.since
        and (not terms.kinds or work.sort.kind in terms.kinds)
    )
    found = opened(works)
    return sorted(zip(found.works, found.lefts, strict=True), key=lambda each: each[0].key)


def minutes_by_person(found: Iterable[tuple[Work, Parts]]) -> dict[int, Parts]:
    """The same as sums."""
    sums: defaultdict[int, Parts] = defaultdict(int)
    for work, minutes in found:
        sums[work.person] += minutes
    return dict(sums)


def basis_of(found: Iterable[tuple[Work, Parts]], person: int, minutes: Fraction) -> Iterator[Basis]:
    """For which work of a person so many minutes are issued for, the oldest first."""
    left: Parts = minutes
    for work, open_minutes in found:
        if work.person == person and left > 0:
            part = min(left, open_minutes)
            left -= part
            month, member, kind, unit, circle = work.key
            yield Basis(month, member, kind, unit, circle, int(part), "", str(part))


# --- One that was made ------------------------------------------------------------------------------


def is_issue(ask: Ask[WithRef]) -> bool:
    """Whether an issue was named, or one that undoes another."""
    return whole_of(ask, UnitsIssued) is not None


def _allotted(ask: Ask, it: UnitsIssued) -> list[IssueAllotted]:
    return parts_of(ask, reference(it.number), IssueAllotted)


def _head(it: UnitsIssued) -> Node:
    ref, amount = Strong(Words(reference(it.number))), shown(it.unit, it.count)
    if it.reverses:
        return say(
            "{ref} undoes {undone}, {amount}", ref=ref, undone=reference(it.reverses), amount=amount
        )
    return say("{ref}: {amount} issued for work", ref=ref, amount=amount)


def _headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads an issue: how much it was."""
    it = meant_whole(ask, UnitsIssued)
    ref = reference(it.number)
    if it.reverses:
        return undoing(ref, reference(it.reverses))
    return headed(say("Issue of units {ref}", ref=ref), "", shown(it.unit, it.count))


def shares_table(state: State, unit: str, shares: Iterable[tuple[int, Parts, int]]) -> Node:
    """Who got how much for which time, who got most first; cut off where a chat ends."""
    rows = sorted(shares, key=lambda each: (-each[2], each[0]))
    cells = tuple(
        (state.members.name(who), shown("h", int(minutes)), shown(unit, count))
        for who, minutes, count in rows[:ROWS_MAX]
    )
    more = len(rows) - ROWS_MAX
    return lines(
        Table((say("Who"), say("For"), say("Issued")), cells),
        say_n("and {count} more person", "and {count} more people", more) if more > 0 else None,
    )


def show_issue(state: State, ask: Ask[WithRef]) -> Accepted:
    """One issue, and what everybody got."""
    it = meant_whole(ask, UnitsIssued)
    shares = _allotted(ask, it)
    rows = ((each.member, _minutes(each), each.count) for each in shares)
    body = lines(
        _head(it),
        None if it.reverses else shares_table(state, it.unit, rows),
        decided_told(state, it),
        undone_told(ask, it),
    )
    return Accepted(replies=(Reply(body, ref=reference(it.number)),))


def _minutes(share: IssueAllotted) -> Fraction:
    return sum((Fraction(basis.covers) for basis in share.basis), Fraction(0))


def why_issue(state: State, ask: Ask[WithRef]) -> Accepted:
    """For which work whoever asks got how much of it."""
    it = meant_whole(ask, UnitsIssued)
    me = ask.me
    numbers = state.members.numbers(me.number)
    own = [share for share in _allotted(ask, it) if share.member in numbers]
    got = sum(share.count for share in own)
    bases = [basis for share in own for basis in share.basis]
    points = [_basis_told(basis) for basis in bases[:_BASES_MAX]]
    more = len(bases) - len(points)
    body = lines(
        _head(it),
        decided_told(state, it),
        undone_told(ask, it),
        say("{who}, you got {amount}:", who=me.shown, amount=shown(it.unit, got))
        if points
        else say("Nothing of it came to you: no confirmed work of yours was open."),
        items(points) if points else None,
        say("and {count} more", count=more) if more > 0 else None,
        say("What an hour does not fill is kept for the next time.") if points else None,
        say("{show} shows what everybody got.", show=Typed(f"show {reference(it.number)}")),
    )
    facts = {"share": str(got), "unit": it.unit}
    return Accepted(replies=(Reply(body, private=True, ref=reference(it.number), facts=facts),))


def _basis_told(basis: Basis) -> Node:
    minutes = Fraction(basis.covers)
    amount = shown("h", int(minutes)) if minutes.denominator == 1 else _part_told(minutes)
    circle, month = basis.circle, basis.month
    if circle:
        return say(
            "{amount} #{kind} for {circle} of {month}",
            amount=amount,
            kind=basis.kind,
            circle=circle,
            month=month,
        )
    return say("{amount} #{kind} of {month}", amount=amount, kind=basis.kind, month=month)


def _part_told(minutes: Fraction) -> Node:
    return say("{minutes} minutes", minutes=number_text(minutes))


def undo_issue(state: State, ask: Ask[ReverseArgs]) -> Accepted:
    """Everything back to the issuer, if those who got it still have it; the work is open again."""
    it = meant_whole(ask, UnitsIssued)
    check_undoable(state, ask, it)
    ref = reference(it.number)
    today = ask.today()
    check_open(today, ask.rules)
    shares = _allotted(ask, it)
    everything: list[Posting] = [each for share in shares for each in share.postings]
    check_covered(state, ask, reversed_postings(everything))
    moved = sum(each.count for each in everything if each.count > 0)
    assert moved == it.count, f"not all shares of {ref} are at hand"
    sealed, number = ask.moment.seal(ask.args.reason), state.treasury.count + 1
    day = today.isoformat()
    back = UnitsIssued(
        unit=it.unit,
        number=number,
        count=it.count,
        day=day,
        what=sealed.seal,
        by=ask.member.number if ask.member else 0,
        proposal=ask.proposal,
        reverses=it.number,
    )
    returned: tuple[Event, ...] = tuple(
        IssueAllotted(
            unit=share.unit,
            number=number,
            member=share.member,
            count=share.count,
            day=day,
            basis=share.basis,
            reverses=it.number,
            postings=reversed_postings(share.postings),
        )
        for share in shares
    )
    told = undoing_told(it, number, day, ask.args.reason)
    return Accepted((back, *returned), (sealed,), (told,))


THING = Thing(
    letter="T",
    show=Deed(show_issue, reference_queries),
    why=Deed(why_issue, reference_queries),
    explained=True,
    reverse=Deed(undo_issue, reference_queries),
    is_meant=is_issue,
    title=_headed,
)
"""It is a transfer among others, told as what it is."""
