"""The accounts as a page: every figure can be added up with a pencil."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bot.collective.folding import fold
from bot.collective.ledger import shared_account
from bot.collective.state import State
from bot.language.periods import Period
from bot.value.periods import Every, period_of
from commands.ledger.accounts import turnovers
from tests.adapters.web.reader import Library, open_book
from tests.house.journals import book


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("accounts")) as it:
        fill(it)
        yield it


def fill(it: Library) -> None:
    """Two months with money, hours, an amendment over the month's end, and something undone."""
    it.house.enter("ann", "bo")
    it.house.say("ann", "/role give @ann treasurer")
    for line in (
        "/log 3h cleaned",
        "/income 120 EUR from market",
        "/expense 20 EUR flour --paid treasury",
    ):
        assert it.house.say("ann", line).error == "", line
    it.house.later(days=31)
    for line in (
        "/log 2h baked",
        "/income 80.50 EUR from market",
        "/fund create tools",
        "/fund add 30 EUR tools",
        "/expense 7.25 EUR yeast --paid treasury",
        "/reverse T2 typed twice",
    ):
        assert it.house.say("ann", line).error == "", line


def accounts(it: Library, query: str) -> dict[str, Any]:
    facts: dict[str, Any] = it.get(f"/alpha/accounts.json?{query}").json["facts"]
    return facts


def test_each_account_adds_up(library: Library) -> None:
    """Before, with what came and without what went, is after; all accounts of a unit are nothing."""
    for text in months(library):
        found = accounts(library, f"period={text}")["accounts"]
        sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for each in found:
            opening, came, went, closing = (
                Decimal(each[name]) for name in ("opening", "came", "went", "closing")
            )
            assert opening + came - went == closing, each
            for name in ("opening", "closing"):
                sums[each["unit"], name] += Decimal(each[name])
        assert found
        assert not any(sums.values())


def test_what_an_account_closes_with_the_next_month_opens_with(library: Library) -> None:
    first, second = (
        {(it["account"], it["unit"]): it for it in accounts(library, f"period={text}")["accounts"]}
        for text in months(library)
    )

    for key, it in first.items():
        assert second.get(key, {"opening": "0.00"})["opening"] == it["closing"], key
    assert second["treasury", "EUR"]["opening"] == "100.00"
    assert second["treasury", "EUR"]["closing"] == "163.25"
    assert second["fund:tools", "EUR"]["closing"] == "30.00"


def test_the_movements_of_an_account_make_what_it_closes_with(library: Library) -> None:
    for text in months(library):
        for account in ("treasury", "member", "commons", "expense:other"):
            facts = accounts(library, f"account={account}&period={text}")
            moved: defaultdict[str, Decimal] = defaultdict(Decimal)
            for movement in facts["movements"]:
                for each in movement["postings"]:
                    moved[each["unit"]] += Decimal(each["amount"])
            for each in facts["accounts"]:
                change = Decimal(each["closing"]) - Decimal(each["opening"])
                assert moved.pop(each["unit"], 0) == change, (text, account)
            assert not moved


def test_no_account_is_one_person_s(library: Library) -> None:
    """What all members have is one account: no page adds up one person's doings."""
    for text in (*months(library), months(library)[0][:4]):
        page = library.get(f"/alpha/accounts?period={text}")
        for each in accounts(library, f"period={text}")["accounts"]:
            assert not each["account"].split(":")[-1].isdecimal()
        assert "Members, for what they gave" in page.words
    assert "Nothing here" in library.get("/alpha/accounts?account=member:1").words


def test_the_page_has_the_same_figures_and_leads_to_each_account(library: Library) -> None:
    page = library.get(f"/alpha/accounts?period={months(library)[1]}")

    assert "Treasury 100.00 EUR" in page.words
    assert f'href="accounts?account=fund%3Atools&amp;period={months(library)[1]}"' in page.text
    one = library.get(f"/alpha/accounts?account=fund%3Atools&period={months(library)[1]}").words
    assert "Before: 0.00 EUR" in one
    assert "After: 30.00 EUR" in one


def test_a_month_of_long_ago_is_there_at_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its list begins with it, however much was written since."""
    with open_book(tmp_path_factory.mktemp("long")) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 1h baked")
        month = f"{it.house.clock.now():%Y-%m}"
        it.house.later(days=40)
        for number in range(250):
            it.house.say("ann", f"/me privacy web {'on' if number % 2 else 'off'}")

        assert "baked" in it.get(f"/alpha/accounts?account=member&period={month}").words
        ledger = it.get(f"/alpha/ledger?period={month}")
        assert "baked" in ledger.words
        assert 'rel="next"' not in ledger.text


def test_a_private_pledge_is_named_on_no_account(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_book(tmp_path_factory.mktemp("private")) as it:
        it.house.enter("ann")
        for line in (
            "/role give @ann treasurer",
            "/rules set partners treasurer",
            "/partner add canarymill",
            "/partner pledge canarymill flat 10 EUR --private",
            "/income 10 EUR from canarymill",
        ):
            told = it.house.say("ann", line)
            assert told.error == "", told.text
        it.house.say("ann", "/rules set web public")

        for path in ("accounts", "accounts.json", "ledger", "ledger.json", "money", "show/T1", "loop"):
            assert "canarymill" not in it.outside(f"/alpha/{path}").text, path


def months(it: Library) -> list[str]:
    """The two months that were filled."""
    return sorted(it.house.state().ledger.monthly)


@pytest.mark.parametrize("seed", range(3))
def test_the_months_together_are_the_balances(seed: int) -> None:
    """Every kind of entry is in its month: reckoned anew from the balances of the whole journal."""
    state = fold(State("home"), book(seed, 400, whole=True).entries, {})
    expected: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (account, unit), count in state.ledger.balances.items():
        expected[shared_account(account), unit] += count

    days = sorted(state.ledger.monthly)
    first, last = (period_of(dt_of(each), Every.MONTH) for each in (days[0], days[-1]))
    found = turnovers(state, Period(first.first, last.last))

    assert {(it.account, it.unit): it.closing for it in found if it.closing} == {
        key: count for key, count in expected.items() if count
    }


def dt_of(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")
