"""The ledger as people ask for it: `/balance`, `/ledger`, `/statement`.

A balance is what is confirmed; what waits or is disputed is shown apart and never added in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from bot.arguments import OptionType, WithWho, arguments, takes
from bot.chat import Reply
from bot.collective.contributions import Contribution, Share, Status
from bot.collective.events import Event
from bot.collective.ledger import member_account
from bot.collective.members import Member
from bot.collective.state import State
from bot.collective.treasury import reference as transfer_ref
from bot.command import Command
from bot.decision import Accepted, Ask, Query, about_person
from bot.language.clock import instant
from bot.language.periods import Period, read_period
from bot.language.sums import decimals, sums_told
from bot.text.wording import (
    Code,
    Day,
    Node,
    Say,
    Strong,
    Typed,
    Words,
    fill,
    items,
    joined,
    lines,
    say,
    say_n,
)
from commands.contributions.cards import STATUS_WORDS, summary
from commands.ledger.flows import flow_facts, flows_told
from commands.ledger.funds import fund_called
from commands.ledger.given import given_facts, given_told
from commands.ledger.money import held
from commands.ledger.movements import moved_told, said_for
from commands.ledger.ownunits import units_told
from commands.ledger.sharedcards import between, between_told
from commands.ledger.statements import LINES_MAX, Account, reckoned, words_of
from commands.needs.balance import duty_told

_WHO = takes(
    OptionType.PERSON, say("of whom, as @name; yours if left out"), positional=True, default=""
)
_PERIOD = takes(
    OptionType.PERIOD,
    say("of which time, for example 2026-11, last week; this month if left out"),
    positional=True,
    default=None,
)


def _whose(state: State, ask: Ask[WithWho]) -> Member:
    who = ask.args.who
    return ask.anybody(state, who) if who else ask.me


def _balances(state: State, who: Member) -> dict[str, int]:
    """What a member's accounts hold, by unit; time is always told."""
    return {"h": 0, **state.ledger.of(*map(member_account, state.members.numbers(who.number)))}


def _apart(state: State, number: int) -> dict[Status, dict[str, int]]:
    """What of a member's does not count (yet), by why and unit."""
    sums: dict[Status, dict[str, int]] = {}
    for _, status, share in state.contributions.unsettled_of(state.members.numbers(number)):
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


@arguments
class BalanceArgs:
    """What `/balance` takes."""

    who: str = _WHO


def balance(state: State, ask: Ask[BalanceArgs]) -> Accepted:
    """What a member's account holds."""
    who = _whose(state, ask)
    balances = _balances(state, who)
    apart = _apart(state, who.number)
    money = held(state, who.number)
    body = lines(
        say("{who}: {sums}", who=who.shown, sums=sums_told(balances)),
        *_apart_told(apart),
        _held_told(who, money),
        between_told(state, who.number),
        duty_told(state, ask, who) if who is ask.member else None,
    )
    facts = {
        "balances": decimals(_together(balances, money)),
        "given": decimals(balances),
        "held": decimals(money),
        "between": decimals(between(state, who.number)),
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


def _period(ask: Ask, named: Period | None) -> Period:
    return named or read_period(["month"], "en", ask.today())[0]


@arguments
class LedgerArgs:
    """What `/ledger` takes."""

    period: Period | None = _PERIOD


def ledger(state: State, ask: Ask[LedgerArgs]) -> Accepted:
    """What the collective gave in a time, by kind; how many entries wait; and the journal's head."""
    period = _period(ask, ask.args.period)
    first, last = period.first.isoformat(), period.last.isoformat()
    body = lines(
        say("{collective}, {period}", collective=state.name, period=period.shown),
        *given_told(state, period),
        waiting_told(state),
        *flows_told(state, first, last, partial(fund_called, state, ask)),
        *units_told(state, first, last),
        head_told(state),
    )
    moved = flow_facts(state, first, last)
    facts = {**given_facts(state, period), "head": state.head.text, **moved}
    return Accepted(replies=(Reply(body, facts=facts, page="reports"),))


def waiting_told(state: State) -> Node | None:
    """How many entries do not count yet; None where all do."""
    waiting = [status for status, _ in state.contributions.unsettled.values()]
    if not waiting:
        return None
    recorded, disputed = waiting.count(Status.RECORDED), waiting.count(Status.DISPUTED)
    told = (
        say("{count} waiting for confirmation", count=recorded) if recorded else None,
        say("{count} disputed", count=disputed) if disputed else None,
    )
    return say("Not counted: {entries}.", entries=joined(filter(None, told)))


def head_told(state: State) -> Node:
    """How long the journal is, and where it ends: whoever notes that can check it later."""
    return say_n(
        "Journal: {count} entry, head {head}",
        "Journal: {count} entries, head {head}",
        state.head.seq,
        head=Code(state.head.hash.hex()[:16]),
    )


def checkpoint_told(note: str | None) -> Node | None:
    """The signed checkpoint, line by line, to be copied; None where nothing is signed.

    The empty line before the signature is left out: a chat loses it, and it can stand nowhere else.
    """
    if not note:
        return None
    return lines(
        say("Signed checkpoint; who keeps it can check later that nothing before it was changed:"),
        *(Code(line) for line in note.splitlines() if line),
    )


@arguments
class StatementArgs:
    """What `/statement` takes."""

    who: str = _WHO
    period: Period | None = _PERIOD


def statement(state: State, ask: Ask[StatementArgs]) -> Accepted:
    """One member's entries in a time, from what they had before it to what they had after it."""
    who, period = _whose(state, ask), _period(ask, ask.args.period)
    numbers = state.members.numbers(who.number)
    it = reckoned(state, ask.entries(*ask.found), numbers, period)
    entries, given, money, owed = it.entries, it.given, it.money, it.owed
    counted = _by_unit(it.share for it in entries if it.status is Status.CONFIRMED)
    earlier, newest = entries[:-LINES_MAX], entries[-LINES_MAX:]
    body = lines(
        Strong(say("{who}, {period}", who=who.shown, period=period.shown)),
        say("Before: {sums}", sums=sums_told({"h": 0, **given.opening})),
        items(_line(it, who, ask) for it in newest) if entries else say("No entries in this time."),
        _earlier_told(len(earlier), _by_unit(it.share for it in earlier if _counts(it))),
        say("Counted in this time: {sums}", sums=sums_told(counted)) if counted else None,
        *_apart_told(_apart_of(entries)),
        say("After: {sums}", sums=sums_told({"h": 0, **given.closing})),
        *_held_then(state, ask, who, money, _HELD),
        *_held_then(state, ask, who, owed, _BETWEEN),
    )
    before, after = (_together(*each) for each in zip(given.ends, money.ends, strict=True))
    facts = {
        "entries": [it.ref for it in entries],
        "totals": decimals(counted),
        "opening": decimals(before),
        "closing": decimals(after),
        "balances": decimals({"h": 0, **after}),
        "given": decimals(given.closing),
        "held": decimals(money.closing),
        "between": decimals(owed.closing),
    }
    return Accepted(replies=(Reply(body, facts=facts),))


def _counts(it: Contribution) -> bool:
    return it.status is Status.CONFIRMED


def _apart_of(entries: Sequence[Contribution]) -> dict[Status, dict[str, int]]:
    """What of these does not count (yet), by why and unit."""
    of = {status: [it.share for it in entries if it.status is status] for status in _UNCOUNTED}
    return {status: _by_unit(shares) for status, shares in of.items() if shares}


_UNCOUNTED = (Status.RECORDED, Status.DISPUTED)


def _earlier_told(count: int, sums: dict[str, int]) -> Node | None:
    """How many entries stand above a list that is cut off, and what they are together."""
    if not count:
        return None
    return say_n(
        "and {count} earlier entry: {sums}",
        "and {count} earlier entries: {sums}",
        count,
        sums=sums_told(sums or {"h": 0}),
    )


_HELD = (say("Held for {who} before: {sums}"), say("Held for {who} after: {sums}"))
_BETWEEN = (
    say("Owed to {who} by other members before: {sums}"),
    say("Owed to {who} by other members after: {sums}"),
)


def _held_then(
    state: State, ask: Ask, who: Member, money: Account, told_as: tuple[Say, Say]
) -> Iterator[Node]:
    """What was held for somebody before these days, what moved, and what was held after them."""
    if not (money.opening or money.moved or money.closing):
        return
    name = state.members.name(who.number)
    units = dict.fromkeys((*money.opening, *(unit for _, _, sums in money.moved for unit in sums)))
    before, after = ({unit: sums.get(unit, 0) for unit in units} for sums in money.ends)
    yield fill(told_as[0], who=name, sums=sums_told(before))
    earlier, newest = money.moved[:-LINES_MAX], money.moved[-LINES_MAX:]
    told = _earlier_told(len(earlier), _together(*(sums for _, _, sums in earlier)))
    if told is not None:
        yield told
    if newest:
        mine, what = state.members.numbers(who.number), said_for(ask.entries(*ask.found))
        said = {number: ask.text(each.seal) for number, each in what.items()}
        yield items(
            _line_told(state, mine, event, said, sums=sums_told(sums), day=Day(day))
            for day, event, sums in newest
        )
    yield fill(told_as[1], who=name, sums=sums_told(after))


def _line_told(
    state: State, mine: tuple[int, ...], event: Event, what: dict[int, str], *, sums: Node, day: Day
) -> Node:
    number = getattr(event, "number", 0)
    if not number:
        return say("at the end of a period: {sums} ({day})", sums=sums, day=day)
    why = moved_told(state, mine, event, what.get(number, ""))
    return say("{ref}: {sums}, {why} ({day})", ref=transfer_ref(number), sums=sums, why=why, day=day)


def _line(it: Contribution, who: Member, ask: Ask) -> Node:
    line = summary(it.ref, it.share, who.shown, Words(ask.text(it.what)))
    return line if it.status is Status.CONFIRMED else joined([line, STATUS_WORDS[it.status]], " · ")


def _by_unit(shares: Iterable[Share]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for share in shares:
        sums[share.unit] = sums.get(share.unit, 0) + share.count
    return sums


def _statement_queries(state: State, ask: Ask[StatementArgs]) -> tuple[Query, ...]:
    """An entry is never logged before its day, so the period's first day bounds the reading.

    Of all that was read since only the words that are told are looked up, when it is known which.
    """
    who, period = _whose(state, ask), _period(ask, ask.args.period)
    begin = instant(period.first - dt.timedelta(days=1), dt.time(), ask.zone)
    since = max(0, int(begin.timestamp() * 1000))
    readings = about_person(state, who.number, since=since, words=False)
    if ask.worded or not all(it in ask.found for it in readings):
        return readings
    found = ask.entries(*readings)
    numbers = state.members.numbers(who.number)
    return (*readings, words_of(reckoned(state, found, numbers, period), found))


COMMANDS = (
    Command(
        name="balance",
        about=say("what an account holds"),
        also=say(
            "hours, my hours, my balance, stats, total, totals, points, score, my account, "
            "wallet, balances, how many hours, how much, timesheet, what do i owe, do i "
            "owe, owe, what am i owed, what do i get, how much do i have, what do i "
            "have, how much have i, how many have i, credits, my credits, my points, show "
            "my hours, pay me, get paid, paid back, my money, when "
            "do i get"
        ),
        decide=balance,
        args=BalanceArgs,
        examples=("balance", "balance @bo"),
    ),
    Command(
        name="ledger",
        about=say("what the collective gave, by kind"),
        also=say(
            "week, month, history, summary, journal, transactions, activity, books, "
            "overview, this week, last week"
        ),
        decide=ledger,
        args=LedgerArgs,
        examples=("ledger", "ledger last month", "ledger 2026-Q4"),
    ),
    Command(
        name="statement",
        about=say("one member's entries in a time"),
        also=say("movements, account statement"),
        decide=statement,
        wants=_statement_queries,
        args=StatementArgs,
        examples=("statement", "statement @bo 2026-11"),
        details=say("{balance} shows what there is today.", balance=Typed("balance")),
    ),
)
