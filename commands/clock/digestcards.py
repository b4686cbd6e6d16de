"""The digest as a document: what a collective's figures say of some days, and what needs a person.

Pure: the same figures and days give the same document. Lists are short, for it is read on a phone; each
says how the rest is found.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from bot.collective.contributions import Status
from bot.collective.contributions import reference as contribution_ref
from bot.collective.digests import Every, before
from bot.collective.partners import USUAL_GRACE, Grace, Term
from bot.collective.polls import CLOSED, Poll, PollStep, fold_poll
from bot.collective.proposals import Proposal, Step, fold_proposal
from bot.collective.state import State
from bot.collective.thanks import ThanksGiven
from bot.collective.treasury import reference as transfer_ref
from bot.deciding.methods import outcome
from bot.decision import Found
from bot.language.periods import Period
from bot.language.units import UnitClass, unit_of
from bot.text.charts import Series, Stacks
from bot.text.wording import (
    Day,
    Node,
    Say,
    Strong,
    Table,
    Time,
    Typed,
    Words,
    items,
    joined,
    lines,
    quantity_text,
    say,
    say_n,
)
from bot.value.periods import period_text
from commands.decisions.cards import VERDICTS, Texts, title_of
from commands.ledger.flows import flows_told
from commands.ledger.ledger import head_told, waiting_told
from commands.ledger.money import decimals, shown, sums_told
from commands.ledger.ownunits import looked_at, units_told
from commands.partners.loopreport import news_told
from commands.partners.partnering import undeclared_and_overdue
from commands.polls.cards import elected_told

LISTED_MAX: Final = 6
"""How many things of a sort a digest lists: what fits a phone's screen."""

ROWS_MAX: Final = 12
"""How many kinds, or circles, a digest tells the sums of: the largest."""

WEEKS_SHOWN: Final = 8
"""How many stretches the picture shows."""

KINDS_SHOWN: Final = 5
"""How many kinds have a colour of their own."""

Sums = dict[tuple[str, str], int]
"""Smallest parts by what and unit."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What a digest is made of: whose it is, which days, and what was read of the journal."""

    state: State
    period: Period
    every: Every
    sections: tuple[str, ...]
    found: Found
    texts: Texts
    since: int
    until: int
    late: int = 0
    room: int = 0
    grace: Grace = USUAL_GRACE

    def of_day(self, day: str) -> bool:
        """Whether a day (ISO) is one of those it covers."""
        return self.period.first.isoformat() <= day <= self.period.last.isoformat()


def given(state: State, period: Period, *, by_circle: bool = False) -> Sums:
    """What was given in these days and counts, by kind (or circle) and unit."""
    first, last = period.first.isoformat(), period.last.isoformat()
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (kind, unit, circle), _, count in state.contributions.between(first, last):
        if circle or not by_circle:
            sums[circle if by_circle else kind, unit] += count
    return dict(sums)


def happened(digest: Digest) -> bool:
    """Whether there is anything to tell of these days."""
    state, period = digest.state, digest.period
    first, last = period.first.isoformat(), period.last.isoformat()
    return bool(
        given(state, period)
        or _behind(digest)
        or flows_told(state, first, last)
        or any(units_told(state, first, last))
        or _partners(digest) is not None
        or any(_thanks(digest))
        or any(_decided(digest))
        or any(_polled(digest))
    )


def document(digest: Digest) -> Node:
    """The digest for a room, or for a member of their own."""
    told: Mapping[str, Callable[[Digest], Node | None]] = {
        "contributions": _contributions,
        "people": _people,
        "thanks": _thanks_told,
        "decided": _decided_told,
        "open": _open_told,
        "waiting": _waiting,
        "money": _money,
        "partners": _partners,
        "reviews": _reviews,
        "journal": _journal,
    }
    name = Strong(
        say("{collective}, {period}", collective=digest.state.name, period=digest.period.shown)
    )
    late = say("This digest was due {at}.", at=Time(digest.late)) if digest.late else None
    return lines(name, late, *(told[section](digest) for section in digest.sections))


def facts(digest: Digest) -> dict[str, Any]:
    """The figures for machines."""
    kinds: dict[str, dict[str, str]] = {}
    for (kind, unit), count in sorted(given(digest.state, digest.period).items()):
        kinds.setdefault(kind, {}).update(decimals({unit: count}))
    return {
        "from": digest.period.first.isoformat(),
        "until": digest.period.last.isoformat(),
        "every": digest.every.value,
        "kinds": kinds,
        "thanks": len(list(_thanks(digest))),
        "head": digest.state.head.text,
        "late": bool(digest.late),
    }


# --- Sections -------------------------------------------------------------------------------------


def _waiting(digest: Digest) -> Node | None:
    return waiting_told(digest.state)


def _journal(digest: Digest) -> Node:
    return head_told(digest.state)


def _contributions(digest: Digest) -> Node:
    state = digest.state
    now, then = given(state, digest.period), given(state, before(digest.period, digest.every))
    behind = _behind(digest)
    changed = (
        say("Changed since in days told before: {sums}", sums=joined(_of_kinds(behind)))
        if behind
        else None
    )
    if not now:
        return lines(say("No confirmed entries in this time."), changed)
    rows = tuple(
        (Words(f"#{kind}"), shown(unit, now.get((kind, unit), 0)), shown(unit, count))
        for (kind, unit), count in sorted(_beside(_largest(now), then).items())
    )
    circles = given(state, digest.period, by_circle=True)
    told = [*_of_each(_largest(circles)), *_left_out(circles)]
    return lines(
        Table((say("Kind"), say("Amount"), say("Before")), rows),
        *_left_out(now),
        _compared(digest),
        say("Together: {sums}", sums=sums_told(_by_unit(now))),
        say("By circle: {sums}", sums=joined(told)) if circles else None,
        changed,
    )


def _compared(digest: Digest) -> Node | None:
    """With which days these are compared, where those are more: a stretch that still runs."""
    then = before(digest.period, digest.every)
    if then.last - then.first <= digest.period.last - digest.period.first:
        return None
    return say("Before: all of {period}", period=then.shown)


def _behind(digest: Digest) -> Sums:
    """What changed in the days of earlier digests of this room since they were told."""
    behind = digest.state.contributions.behind.get((digest.room, digest.every), {})
    return {key: count for key, count in behind.items() if count}


def _of_kinds(sums: Sums) -> Iterator[Say]:
    for (kind, unit), count in sorted(_largest(sums).items()):
        yield say("{sums} #{kind}", sums=sums_told({unit: count}), kind=kind)
    yield from _left_out(sums)


def _beside(now: Sums, then: Sums) -> Sums:
    """What these kinds had before, and as far as there is room what others had."""
    found = {key: then.get(key, 0) for key in now}
    gone = {key: count for key, count in then.items() if key not in now}
    return found | dict(list(gone.items())[: max(0, ROWS_MAX - len(found))])


def _largest(sums: Sums) -> Sums:
    """The largest sums, each measured by all there is of its unit."""
    if len(sums) <= ROWS_MAX:
        return sums
    whole = _by_unit(sums)
    by_share = sorted(sums, key=lambda key: (-Fraction(sums[key], whole[key[1]] or 1), key))
    return {key: sums[key] for key in by_share[:ROWS_MAX]}


def _left_out(sums: Sums) -> Iterator[Say]:
    rest = {key: count for key, count in sums.items() if key not in _largest(sums)}
    if rest:
        yield say(
            "and {count} more, {sums}: {line}",
            count=len(rest),
            sums=sums_told(_by_unit(rest)),
            line=Typed("ledger"),
        )


def _by_unit(sums: Sums) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (_, unit), count in sums.items():
        totals[unit] = totals.get(unit, 0) + count
    return totals


def _of_each(sums: Sums) -> Iterator[Say]:
    for name in sorted({name for name, _ in sums}):
        of_it = {unit: count for (each, unit), count in sums.items() if each == name}
        yield say("{name} {sums}", name=name, sums=sums_told(of_it))


def _people(digest: Digest) -> Node | None:
    """Who gave how much: from the single days, or for whole months from their sums."""
    sums: defaultdict[tuple[int, str], int] = defaultdict(int)
    known = digest.state.contributions
    if digest.every in {Every.MONTHLY, Every.QUARTERLY}:
        for (month, member, _, unit, _), (_, count) in known.monthly.items():
            if digest.of_day(f"{month}-01"):
                sums[member, unit] += count
    else:
        unsettled = known.unsettled
        for day, members in known.days.items():
            for member, entries in members.items() if digest.of_day(day) else ():
                for entry in entries:
                    if entry.number not in unsettled:
                        sums[member, entry.unit] += entry.count
    one = digest.state.members.one
    people: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for (member, unit), count in sums.items():
        of_one = people[one(member)]
        of_one[unit] = of_one.get(unit, 0) + count
    most = sorted(people.items(), key=lambda each: -max(each[1].values()))
    points = [
        say("{who}: {sums}", who=digest.state.members.name(number), sums=sums_told(of_one))
        for number, of_one in most
    ]
    return lines(say("Who gave:"), _listed(points, "ledger")) if points else None


def _thanks(digest: Digest) -> Iterator[ThanksGiven]:
    for entry, event in digest.found:
        if isinstance(event, ThanksGiven) and digest.since <= entry.at < digest.until:
            yield event


def _thanks_told(digest: Digest) -> Node | None:
    found = list(_thanks(digest))
    if not found:
        return None
    name = digest.state.members.name
    points = [
        say(
            "{who} to {to}: {what}",
            who=name(it.member),
            to=name(it.to),
            what=Words(digest.texts(it.what)),
        )
        for it in found[-LISTED_MAX:]
    ]
    count = say_n("{count} word of thanks:", "{count} words of thanks:", len(found))
    return lines(count, items(points))


def _decided(digest: Digest) -> Iterator[Proposal]:
    lives: dict[int, list[tuple[int, Step]]] = {}
    for entry, event in digest.found:
        if isinstance(event, Step):
            lives.setdefault(event.number, []).append((entry.at, event))
    for life in lives.values():
        it = fold_proposal(life)
        if it is not None and it.verdict and digest.since <= it.ended_at < digest.until:
            yield it


def _polled(digest: Digest) -> Iterator[Poll]:
    lives: dict[int, list[tuple[int, PollStep]]] = {}
    for entry, event in digest.found:
        if isinstance(event, PollStep):
            lives.setdefault(event.number, []).append((entry.at, event))
    for life in lives.values():
        it = fold_poll(life)
        if it is not None and it.status == CLOSED and digest.since <= it.ended_at < digest.until:
            yield it


def _decided_told(digest: Digest) -> Node | None:
    points: list[Node] = [
        say(
            "{ref} {verdict}: {title}",
            ref=it.ref,
            verdict=VERDICTS[it.verdict],
            title=title_of(it, digest.texts),
        )
        for it in _decided(digest)
    ]
    points += [
        say(
            "{ref}, {question}: {elected}",
            ref=it.ref,
            question=Words(digest.texts(it.question)),
            elected=elected_told(it, digest.texts),
        )
        for it in _polled(digest)
    ]
    return lines(say("Decided:"), _listed(points, "decisions")) if points else None


def _open_told(digest: Digest) -> Node | None:
    points: list[Node] = [
        say(
            "{ref} until {at}: {title}",
            ref=it.ref,
            at=it.time(it.closes),
            title=title_of(it, digest.texts),
        )
        for it in sorted(digest.state.proposals.open, key=lambda each: each.closes)
    ]
    points += [
        say(
            "{ref} until {at}: {title}",
            ref=it.ref,
            at=it.time(it.closes),
            title=Words(digest.texts(it.question)),
        )
        for it in sorted(digest.state.polls.open, key=lambda each: each.closes)
    ]
    return lines(say("Open:"), _listed(points, "polls")) if points else None


def _money(digest: Digest) -> Node | None:
    state = digest.state
    first, last = digest.period.first.isoformat(), digest.period.last.isoformat()
    told = flows_told(state, first, last)
    told += units_told(state, first, last)
    needed: dict[str, int] = {}
    for (_, unit), count in state.rounds.needs.items():
        needed[unit] = needed.get(unit, 0) + count
    if needed:
        told.append(say("Needed until the next distribution: {sums}", sums=sums_told(needed)))
    return lines(*told) if told else None


def _partners(digest: Digest) -> Node | None:
    today = digest.period.last + dt.timedelta(days=1)
    return news_told(digest.state, digest.period, today, digest.grace)


def _reviews(digest: Digest) -> Node | None:
    until = digest.until + (digest.until - digest.since)
    due = [(at, number) for number, at in digest.state.proposals.reviews.items() if at < until]
    points = [say("P{number}: {at}", number=number, at=Time(at)) for at, number in sorted(due)]
    return lines(say("To be looked at again:"), _listed(points, "decisions")) if points else None


def _listed(points: Sequence[Node], rest: str) -> Node:
    """A short list; what is left out is found by a command."""
    if len(points) <= LISTED_MAX:
        return items(points)
    more = say("and {count} more: {line}", count=len(points) - LISTED_MAX, line=Typed(rest))
    return items([*points[:LISTED_MAX], more])


# --- For coordinators -----------------------------------------------------------------------------


def needs_person(digest: Digest, now: int) -> Node | None:
    """What somebody has to look at, for coordinators; None where nothing does."""
    points = [
        *_unsettled(digest.state),
        *_missing_votes(digest),
        *_money_waiting(digest.state),
        *_partners_late(digest),
        *_asking(digest.state, now),
        *_failed(digest.state),
        *_below(digest.state),
        *(each for it in digest.state.units for each in looked_at(digest.state, it, now)),
        *_unreached(digest.state),
    ]
    return lines(say("Needs a person:"), items(points)) if points else None


def _unsettled(state: State) -> Iterator[Node]:
    by_status: dict[Status, list[str]] = {}
    for number, (status, _) in sorted(state.contributions.unsettled.items()):
        by_status.setdefault(status, []).append(contribution_ref(number))
    disputed, recorded = by_status.get(Status.DISPUTED), by_status.get(Status.RECORDED)
    if disputed:
        yield say("Disputed: {refs}", refs=_some(disputed))
    if recorded:
        yield say("Waiting for confirmation: {refs}", refs=_some(recorded))


def _missing_votes(digest: Digest) -> Iterator[Node]:
    state = digest.state
    for it in state.proposals.open:
        found = outcome(it.matter(state.members, state.proposals.proxies), it.opened_at)
        yield from _silent(state, it.ref, it.time(it.closes), sorted(found.count.silent))
    for poll in state.polls.open:
        silent = sorted(poll.voters(state.members) - set(poll.votes(state.members)))
        yield from _silent(state, poll.ref, poll.time(poll.closes), silent)


def _silent(state: State, ref: str, closes: Time, numbers: Sequence[int]) -> Iterator[Node]:
    here = [number for number in numbers if state.members.member(number).here]
    if here:
        names = [state.members.name(number).name for number in here]
        yield say("{ref} until {at}: no vote from {names}", ref=ref, at=closes, names=_some(names))


def _money_waiting(state: State) -> Iterator[Node]:
    for number, it in sorted(state.treasury.waiting.items())[:LISTED_MAX]:
        yield say("{ref} waits for approval: {amount}", ref=transfer_ref(number), amount=it.order.shown)


def _partners_late(digest: Digest) -> Iterator[Node]:
    today = digest.period.last + dt.timedelta(days=1)
    late = undeclared_and_overdue(digest.state, today, digest.grace)
    for it, undeclared, overdue in list(late)[:LISTED_MAX]:
        if undeclared:
            yield say("{name}: undeclared {periods}", name=it.name, periods=_periods(undeclared))
        if overdue:
            yield say("{name}: overdue {periods}", name=it.name, periods=_periods(overdue))


def _periods(terms: Sequence[Term]) -> Node:
    return joined(period_text(each.period) for each in terms)


def _asking(state: State, now: int) -> Iterator[Node]:
    asking = state.members.open_candidates(now)
    if asking:
        yield say("Asking to become members: {names}", names=_some([each.name for each in asking]))


def _failed(state: State) -> Iterator[Node]:
    for number in sorted(state.proposals.failed):
        line = Typed(f"retry P{number}")
        yield say("What P{number} decided is not carried out: {line}", number=number, line=line)


def _below(state: State) -> Iterator[Node]:
    for (account, unit), count in sorted(state.ledger.balances.items()):
        if count < 0 and account.startswith("held:") and unit not in state.units.by_code:
            who = state.members.name(int(account.partition(":")[2]))
            yield say("{who} is at {amount}", who=who, amount=shown(unit, count))


def _unreached(state: State) -> Iterator[Node]:
    names = [each.name for each in state.members.here if each.unreached]
    if names:
        yield say("Direct messages closed: {names}", names=_some(names))


def _some(names: Sequence[str]) -> Node:
    more = len(names) - LISTED_MAX
    if more <= 0:
        return joined(names)
    return say("{names} and {count} more", names=joined(names[:LISTED_MAX]), count=more)


# --- The picture ----------------------------------------------------------------------------------


def chart(digest: Digest) -> Stacks | None:
    """Time by kind, in this stretch and those before it; None where no time was given, or is told."""
    if "contributions" not in digest.sections:
        return None
    stretches = [digest.period]
    while len(stretches) < WEEKS_SHOWN:
        stretches.insert(0, before(stretches[0], digest.every))
    sums = [_time(given(digest.state, each)) for each in stretches]
    totals: defaultdict[str, int] = defaultdict(int)
    for each in sums:
        for kind, count in each.items():
            totals[kind] += count
    if not any(totals.values()):
        return None
    kinds = sorted(totals, key=lambda kind: (-totals[kind], kind))
    own, others = kinds[:KINDS_SHOWN], kinds[KINDS_SHOWN:]
    series = [Series(Words(f"#{kind}"), tuple(each.get(kind, 0) for each in sums)) for kind in own]
    if others:
        rest = tuple(sum(each.get(kind, 0) for kind in others) for each in sums)
        series.append(Series(say("others"), rest))
    return Stacks(
        say("Hours by kind"),
        tuple(Day(each.first.isoformat(), short=True) for each in stretches),
        tuple(series),
        tuple(_hours(sum(each.values())) for each in sums),
    )


def _time(sums: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (kind, unit), count in sums.items():
        if unit_of(unit).unit_class is UnitClass.TIME:
            found[kind] = found.get(kind, 0) + count
    return found


def _hours(minutes: int) -> str:
    return quantity_text(minutes, "h", 60, "en") if minutes else "–"
