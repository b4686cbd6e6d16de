"""The accounts as a page: a table that adds up with a pencil, and each with what moved on it."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.books.exporting.transactions import Transaction
from bot.collective.state import State
from bot.decision import Ask, Query
from bot.language.periods import Period
from bot.language.sums import shown, sums_told
from bot.page import BOOKS, Listed, Page, Shown, Wanted
from bot.text.wording import Day, Node, Strong, Table, Way, Words, lines, say
from bot.value.periods import Every, period_text
from commands.decisions.page import nothing_told
from commands.ledger.accounts import Turnover, account_named, by_unit, public_account, turnovers
from commands.ledger.funds import account_queries, idea_of
from commands.ledger.page import (
    JOURNALS,
    account_told,
    first_rows,
    movement_facts,
    named_queries,
    posted,
    with_receipt,
)
from commands.ledger.times import times_told


def _wants(state: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
    if ask.args.account:
        return (*named_queries(state, ask), *account_queries(state, (ask.args.account,)))
    assert ask.args.period is not None
    return account_queries(state, (it.account for it in turnovers(state, ask.args.period)))


def _view(state: State, ask: Ask[Wanted]) -> Shown:
    assert ask.args.period is not None
    found = turnovers(state, ask.args.period)
    return _one(state, ask, found) if ask.args.account else _all(state, ask, found)


def _all(state: State, ask: Ask[Wanted], found: list[Turnover]) -> Shown:
    period = ask.args.period
    assert period is not None
    facts = [_account_facts(state, each) for each in found]
    body = lines(
        Strong(period.shown),
        times_told("accounts", period),
        say(
            "What stood there before, with what came and without what went, makes what stands there "
            "after. Where something comes from is below nothing: of each unit all together is nothing."
        )
        if found
        else say("There is nothing here yet."),
        *(_table(state, ask, period, unit, some) for unit, some in by_unit(found)),
    )
    return Shown(body=body, facts={**_days(period), "accounts": facts})


def _account_facts(state: State, it: Turnover) -> dict[str, str]:
    idea = idea_of(state, it.account)
    return {**it.facts, **({"idea": idea} if idea else {})}


def _days(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "until": period.last.isoformat()}


def _table(state: State, ask: Ask[Wanted], period: Period, unit: str, found: list[Turnover]) -> Node:
    heading = (say("Account"), say("Before"), say("Came"), say("Went"), say("After"))
    rows: list[tuple[Node, ...]] = [
        (
            _way(account_named(state, ask, it.account), it.account, period),
            *(shown(unit, count) for count in (it.opening, it.came, it.went, it.closing)),
        )
        for it in found
    ]
    together = (
        sum(it.opening for it in found),
        sum(it.came for it in found),
        sum(it.went for it in found),
        sum(it.closing for it in found),
    )
    rows.append((Strong(say("All together")), *(shown(unit, count) for count in together)))
    return Table(heading, tuple(rows))


def _way(body: Node, account: str, period: Period) -> Way:
    return Way(body, f"accounts?{urlencode({'account': account, 'period': period_text(period)})}")


# --- One account ----------------------------------------------------------------------------------


def _one(state: State, ask: Ask[Wanted], found: list[Turnover]) -> Shown:
    """What stood on it before, each movement, newest first, and what stands there after."""
    account, period = ask.args.account, ask.args.period
    assert period is not None
    mine = [it for it in found if it.account == account]
    every, older = posted(state, ask)
    chosen, older = first_rows([it for it in every if _of(state, it, account)], older)
    body = lines(
        # Whether there was ever such an account is not told by its name alone.
        Strong(
            say("{account}, {period}", account=account_named(state, ask, account), period=period.shown)
        )
        if mine
        else Strong(period.shown),
        say("Before: {sums}", sums=sums_told({it.unit: it.opening for it in mine})) if mine else None,
        say("Came: {sums}", sums=sums_told({it.unit: it.came for it in mine})) if mine else None,
        say("Went: {sums}", sums=sums_told({it.unit: it.went for it in mine})) if mine else None,
        say("After: {sums}", sums=sums_told({it.unit: it.closing for it in mine})) if mine else None,
        _movements(state, ask, chosen) if chosen else nothing_told(ask.args, older),
        Way(say("All accounts"), f"accounts?period={period_text(period)}"),
    )
    facts = {
        **_days(period),
        "accounts": [] if ask.args.before else [_account_facts(state, it) for it in mine],
        "movements": [_facts(state, it, account) for it in chosen],
    }
    return Shown(body=body, facts=facts, older=older)


def _of(state: State, it: Transaction, account: str) -> bool:
    return any(public_account(state, each.account) == account for each in it.postings)


def _movements(state: State, ask: Ask[Wanted], chosen: list[Transaction]) -> Node:
    account = ask.args.account
    heading = (say("Entry"), say("Day"), say("What"), say("Account"), say("Amount"))
    rows = [
        (
            Words(it.ref),
            Day(it.day),
            with_receipt(state, it),
            account_told(state, ask, each.account),
            shown(each.unit, each.count),
        )
        for it in chosen
        for each in it.postings
        if public_account(state, each.account) == account
    ]
    return Table(heading, tuple(rows))


def _facts(state: State, it: Transaction, account: str) -> dict[str, object]:
    told = movement_facts(state, it)
    mine = [public_account(state, each.account) == account for each in it.postings]
    told["postings"] = [each for each, own in zip(told["postings"], mine, strict=True) if own]
    return told


PAGE = Page(
    name="accounts",
    title=say("Accounts"),
    about=say("What stands on each account, and what came and went: to add up with a pencil."),
    view=_view,
    part=BOOKS,
    wants=_wants,
    takes=frozenset({"account", "period"}),
    usual=Every.MONTH,
    books=JOURNALS,
    listed=Listed("accounts", ("account", "unit", "opening", "came", "went", "closing")),
)
