"""The ledger as people ask for it: `/balance`, `/ledger`, `/statement`.

A balance is what is confirmed; what waits or is disputed is shown apart and never added in.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.calendar import Period, instant, read_period
from bot.chat import Reply
from bot.collective.contributions import Contribution, Share, Status, fold_contributions
from bot.collective.distributions import ShareAllotted
from bot.collective.ledger import member_account
from bot.collective.members import Member
from bot.collective.state import State
from bot.collective.treasury import TransferApproved, TransferMade, held_account
from bot.collective.treasury import reference as transfer_ref
from bot.collective.units import IssueAllotted, UnitsTaken
from bot.command import Command, Option, OptionType
from bot.decision import Accepted, Ask, Decision, Moment, Reading, about_person
from bot.wording import (
    Code,
    Day,
    Node,
    Number,
    Say,
    Strong,
    Table,
    Typed,
    Words,
    fill,
    items,
    joined,
    lines,
    say,
    say_n,
)
from commands.common.money import decimals, held, shown, sums_told
from commands.common.units import units_told
from commands.contributions import STATUS_WORDS, steps_of, summary

STATEMENT_LINES_MAX = 40
"""The most entries in a statement: what fits one message on every platform."""

Moved = TransferMade | TransferApproved
"""What moved money."""

_Allotted = ShareAllotted | IssueAllotted | UnitsTaken
"""What came to, or was taken of, everybody together."""

_WHO = Option("who", OptionType.PERSON, say("of whom, as @name; yours if left out"), positional=True)
_PERIOD = Option(
    "period",
    OptionType.PERIOD,
    say("of which time, for example 2026-11, last week; this month if left out"),
    positional=True,
)


def _whose(state: State, ask: Ask) -> Member:
    who = ask.maybe("who", str)
    return ask.anybody(state, who) if who else ask.me


def _balances(state: State, who: Member) -> dict[str, int]:
    """What a member's accounts hold, by unit; time is always told."""
    return {"h": 0, **state.ledger.of(*map(member_account, state.members.numbers(who.number)))}


def _apart(state: State, number: int) -> dict[Status, dict[str, int]]:
    """What of a member's does not count (yet), by why and unit."""
    numbers = state.members.numbers(number)
    sums: dict[Status, dict[str, int]] = {}
    for status, share in state.contributions.unsettled.values():
        if share.member in numbers:
            of_status = sums.setdefault(status, {})
            of_status[share.unit] = of_status.get(share.unit, 0) + share.count
    return sums


def _apart_told(apart: dict[Status, dict[str, int]]) -> list[Say]:
    told = []
    if Status.RECORDED in apart:
        told.append(say("Waiting for confirmation: {sums}", sums=sums_told(apart[Status.RECORDED])))
    if Status.DISPUTED in apart:
        told.append(say("Disputed: {sums}", sums=sums_told(apart[Status.DISPUTED])))
    return told


def balance(state: State, ask: Ask, moment: Moment) -> Decision:  # noqa: ARG001
    """What a member's account holds."""
    who = _whose(state, ask)
    balances = _balances(state, who)
    apart = _apart(state, who.number)
    money = held(state, who.number)
    body = lines(
        say("{who}: {sums}", who=who.shown, sums=sums_told(balances)),
        *_apart_told(apart),
        _held_told(who, money),
    )
    facts = {
        "balances": decimals(_together(balances, money)),
        "given": decimals(balances),
        "held": decimals(money),
        "unconfirmed": decimals(apart.get(Status.RECORDED, {})),
        "disputed": decimals(apart.get(Status.DISPUTED, {})),
    }
    return Accepted(replies=(Reply(body, facts=facts),))


def _held_told(who: Member, money: dict[str, int]) -> Node | None:
    """What the collective holds for somebody, apart from what they gave."""
    if not money:
        return None
    return say("Held for {who}: {sums}", who=who.shown, sums=sums_told(money))


def _together(*several: dict[str, int]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for balances in several:
        for unit, count in balances.items():
            sums[unit] = sums.get(unit, 0) + count
    return sums


def _period(ask: Ask, moment: Moment) -> Period:
    period = ask.maybe("period", Period)
    return period or read_period(["month"], "en", ask.today(moment))[0]


def ledger(state: State, ask: Ask, moment: Moment) -> Decision:
    """What the collective gave in a time, by kind; how many entries wait; and the journal's head."""
    period = _period(ask, moment)
    first, last = period.first.isoformat(), period.last.isoformat()
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (kind, unit, _), entries, count in state.contributions.between(first, last):
        sums[kind, unit][0] += entries
        sums[kind, unit][1] += count
    totals: dict[str, int] = {}
    for (_, unit), (_, count) in sums.items():
        totals[unit] = totals.get(unit, 0) + count
    rows = tuple(
        (Words(f"#{kind}"), shown(unit, count), Number(entries))
        for (kind, unit), (entries, count) in sorted(sums.items())
    )
    flows = flows_of(state, first, last)
    table = Table((say("Kind"), say("Amount"), say("Entries")), rows)
    body = lines(
        say("{collective}, {period}", collective=state.name, period=period.shown),
        table if rows else say("No confirmed entries in this time."),
        say("Together: {sums}", sums=sums_told(totals)) if totals else None,
        waiting_told(state),
        *flows_told(flows),
        shared_out_told(state, first, last),
        *units_told(state, first, last),
        head_told(state),
    )
    kinds: dict[str, dict[str, str]] = {}
    for (kind, unit), (_, count) in sorted(sums.items()):
        kinds.setdefault(kind, {}).update(decimals({unit: count}))
    moved = {way: {kind: decimals(sums) for kind, sums in of.items()} for way, of in flows.items()}
    facts = {"kinds": kinds, "totals": decimals(totals), "head": state.head.text, **moved}
    return Accepted(replies=(Reply(body, facts=facts),))


_WAYS = {
    "income": (say("Came in: {sums}"), say("{sums} #{kind}"), -1),
    "partner": (say("Came from partners: {sums}"), say("{sums} {kind}"), -1),
    "expense": (say("Went out: {sums}"), say("{sums} #{kind}"), 1),
}
"""What is told of the world's accounts, how each of them is, and the sign that they have."""


PRIVATE = "private"
"""What stands for the names of partners whose pledge is private."""


def flows_of(state: State, first: str, last: str) -> dict[str, dict[str, dict[str, int]]]:
    """What came in and went out from day to day, by way, kind and unit."""
    flows: dict[str, dict[str, dict[str, int]]] = {way: {} for way in _WAYS}
    found = (each for each in state.treasury.flows.items() if each[1] and first <= each[0][0] <= last)
    for (_, account, unit), count in sorted(found):
        way, _, kind = account.partition(":")
        partner = state.partners.named.get(kind) if way == "partner" else None
        if partner is not None and partner.private:
            kind = PRIVATE
        of_kind = flows[way].setdefault(kind, {})
        of_kind[unit] = of_kind.get(unit, 0) + _WAYS[way][2] * count
    return flows


def flows_told(flows: dict[str, dict[str, dict[str, int]]]) -> list[Node]:
    """The same in words, a line each way."""
    return [
        fill(
            told,
            sums=joined(
                fill(each, sums=sums_told(sums), kind=kind) for kind, sums in flows[way].items()
            ),
        )
        for way, (told, each, _) in _WAYS.items()
        if flows[way]
    ]


def shared_out_told(state: State, first: str, last: str) -> Node | None:
    """What was shared out from day to day; None where nothing was."""
    made = [it for it in state.distributions.made if first <= it.day <= last]
    if not made:
        return None
    each = (
        say("{amount} ({ref})", amount=shown(it.unit, it.count), ref=transfer_ref(it.number))
        for it in made
    )
    return say("Shared out: {sums}", sums=joined(each))


def waiting_told(state: State) -> Node | None:
    """How many entries do not count yet; None where all do."""
    waiting = [status for status, _ in state.contributions.unsettled.values()]
    if not waiting:
        return None
    return say(
        "Not counted: {recorded} waiting for confirmation, {disputed} disputed.",
        recorded=waiting.count(Status.RECORDED),
        disputed=waiting.count(Status.DISPUTED),
    )


def head_told(state: State) -> Node:
    """How long the journal is, and where it ends: whoever notes that can check it later."""
    return say_n(
        "Journal: {count} entry, head {head}",
        "Journal: {count} entries, head {head}",
        state.head.seq,
        head=Code(state.head.hash.hex()[:16]),
    )


def statement(state: State, ask: Ask, moment: Moment) -> Decision:
    """One member's entries in a time, with their sums and the balance of today."""
    who, period = _whose(state, ask), _period(ask, moment)
    folded = fold_contributions(steps_of(state, ask.entries(*ask.found)))
    numbers = state.members.numbers(who.number)
    entries = [it for it in folded if it.share.member in numbers and _within(it, period)]
    entries.sort(key=lambda it: (it.share.day, it.number))
    counted = _by_unit(it.share for it in entries if it.status is Status.CONFIRMED)
    balances = _balances(state, who)
    money = held(state, who.number)
    left_out = len(entries) - STATEMENT_LINES_MAX
    body = lines(
        Strong(say("{who}, {period}", who=who.shown, period=period.shown)),
        items(_line(it, who, ask) for it in entries[-STATEMENT_LINES_MAX:])
        if entries
        else say("No entries in this time."),
        say_n("and {count} earlier entry", "and {count} earlier entries", left_out)
        if left_out > 0
        else None,
        say("Counted in this time: {sums}", sums=sums_told(counted)) if counted else None,
        *_moved_told(state, ask, numbers, period),
        *_apart_told(_apart(state, who.number)),
        say("Balance today: {sums}", sums=sums_told(balances)),
        _held_told(who, money),
    )
    facts = {
        "entries": [it.ref for it in entries],
        "totals": decimals(counted),
        "balances": decimals(_together(balances, money)),
        "given": decimals(balances),
        "held": decimals(money),
    }
    return Accepted(replies=(Reply(body, facts=facts),))


def _moved_told(state: State, ask: Ask, numbers: tuple[int, ...], period: Period) -> Iterator[Node]:
    """The money that was moved for somebody in a time, the newest last."""
    accounts = {held_account(number) for number in numbers}
    points = []
    for _, event in ask.entries(*ask.found):
        postings = getattr(event, "postings", ())
        sums: dict[str, int] = {}
        for each in postings:
            if each.account in accounts:
                sums[each.unit] = sums.get(each.unit, 0) + each.count
        if isinstance(event, Moved | _Allotted) and any(sums.values()):
            day = event.order.day if isinstance(event, Moved) else event.day
            if _on(day, period):
                points.append(_line_told(event, sums_told(sums), Day(day)))
    if points:
        yield say("Held for {who}:", who=state.members.name(numbers[0]))
        yield items(points[-STATEMENT_LINES_MAX:])


def _line_told(event: Moved | _Allotted, sums: Node, day: Day) -> Node:
    if isinstance(event, UnitsTaken):
        return say("at the end of a period: {sums} ({day})", sums=sums, day=day)
    return say("{ref}: {sums} ({day})", ref=transfer_ref(event.number), sums=sums, day=day)


def _on(day: str, period: Period) -> bool:
    return period.first <= dt.date.fromisoformat(day) <= period.last


def _line(it: Contribution, who: Member, ask: Ask) -> Node:
    line = summary(it.ref, it.share, who.shown, Words(ask.text(it.what)))
    return line if it.status is Status.CONFIRMED else joined([line, STATUS_WORDS[it.status]], " · ")


def _within(it: Contribution, period: Period) -> bool:
    return it.status is not Status.WITHDRAWN and _on(it.share.day, period)


def _by_unit(shares: Iterable[Share]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for share in shares:
        sums[share.unit] = sums.get(share.unit, 0) + share.count
    return sums


def _reads_statement(state: State, ask: Ask, moment: Moment) -> tuple[Reading, ...]:
    """An entry is never logged before its day, so the period's first day bounds the reading."""
    begin = instant(_period(ask, moment).first - dt.timedelta(days=1), dt.time(), ask.zone)
    since = max(0, int(begin.timestamp() * 1000))
    return about_person(state, _whose(state, ask).number, since=since)


COMMANDS = (
    Command(
        name="balance",
        about=say("what an account holds"),
        decide=balance,
        options=(_WHO,),
        examples=("balance", "balance @bo"),
    ),
    Command(
        name="ledger",
        about=say("what the collective gave, by kind"),
        decide=ledger,
        options=(_PERIOD,),
        examples=("ledger", "ledger last month", "ledger 2026-Q4"),
    ),
    Command(
        name="statement",
        about=say("one member's entries in a time"),
        decide=statement,
        reads=_reads_statement,
        options=(_WHO, _PERIOD),
        examples=("statement", "statement @bo 2026-11"),
        details=say("{balance} shows what they sum to.", balance=Typed("balance")),
    ),
)
