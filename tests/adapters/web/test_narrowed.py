"""Lists that were narrowed: a way back where nothing is left, full pages where there is more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.page import LOOKED_THROUGH, ROWS
from commands.ledger.page import LOOKED_FURTHER
from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.year import play


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("narrowed")) as it:
        play(it)
        yield it


def shown(text: str) -> str:
    """What a page shows, without its menu and its form."""
    return text.partition('<div class="shown">')[2].partition("<footer>")[0]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("contributions?kind=nothing", "74"),
        ("contributions?period=2020-01", "74"),
        ("decisions?search=zzzz", ""),  # one of the fifteen numbers is a draft's
        ("polls?search=zzzz", ""),
        ("needs?search=zzzz", "14"),
        ("meetings?circle=zzzz", "5"),
        ("funding?search=zzzz", ""),
        ("ledger?period=2020-01", ""),
        ("planned?circle=zzzz", ""),
        ("journal?before=1", "409"),
    ],
)
def test_an_empty_list_says_how_many_were_left_out_and_leads_back(
    library: Library, query: str, count: str
) -> None:
    """Where so many are shown without that, and no other number; the way back stands there once."""
    page = library.get(f"/alpha/{query}")

    name = query.partition("?")[0]
    back = f'<a href="{name}">Newest</a>' if "before=" in query else f'<a href="{name}">Show all</a>'
    assert page.text.count(back) == 1
    assert re.findall(r"there are ([0-9,]+) without that", page.words) == ([count] if count else [])
    assert "Nothing here is what was asked for" in page.words
    assert "Show all" not in library.get(f"/alpha/{name}").words


def test_the_way_back_keeps_the_language(library: Library) -> None:
    page = library.get("/alpha/decisions?search=zzzz&lang=de").text

    assert page.count('<a href="decisions?lang=de">Alles zeigen</a>') == 1


def test_an_empty_search_of_rules_does_not_say_that_none_was_ever_changed(library: Library) -> None:
    """It said that there was nothing yet, whatever had been changed."""
    page = library.get("/alpha/rules?search=zzzz")
    every = library.get("/alpha/rules.json").json["facts"]["changes"]

    assert "There is nothing here yet." not in page.words
    assert f"there are {len(every)} without that" in page.words


def test_a_board_on_which_nothing_is_asked_for_is_not_called_empty(library: Library) -> None:
    page = library.get("/alpha/needs?search=zzzz").words

    assert "Nothing that is open is what was asked for." in page
    assert "Nothing is open." not in page


def test_an_account_without_movements_leads_back_to_all_accounts(library: Library) -> None:
    page = library.get("/alpha/accounts?account=nothing&period=2026-03").text

    assert shown(page).count("<a ") == 1
    assert '<a href="accounts?period=2026-03">All accounts</a>' in shown(page)


APART = 12
"""How many entries stand between two movements of the account that is looked at."""


@pytest.fixture(scope="module")
def sparse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Sixty movements of the treasury, far from one another."""
    with open_book(tmp_path_factory.mktemp("sparse")) as it:
        it.house.enter("ann")
        it.house.say("ann", "/role give @ann treasurer")
        for number in range(ROWS + 10):
            assert it.house.say("ann", f"/income {number + 1} EUR of stall{number}").error == ""
            for other in range(APART):
                it.house.say("ann", f"/me privacy web {'on' if other % 2 else 'off'}")
        yield it


@pytest.mark.parametrize(
    "path", ["accounts.json?account=treasury&period=2026", "ledger.json?period=2026"]
)
def test_a_page_of_movements_is_full_while_there_are_more(sparse: Library, path: str) -> None:
    """It showed what two hundred entries hold, sixteen movements, and led to older ones."""
    first = sparse.get(f"/alpha/{path}").json
    second = sparse.get(f"/alpha/{path}&before={first['older']}").json

    some, rest = ([row["entry"] for row in page["facts"]["movements"]] for page in (first, second))
    posting = [entry.seq for entry in sparse.house.entries() if '"postings"' in entry.payload]
    assert len(some) == ROWS
    assert some + rest == posting[::-1]
    assert second["older"] is None


def test_the_address_of_older_movements_shows_the_same_when_more_come(sparse: Library) -> None:
    path = "/alpha/accounts.json?account=treasury&period=2026"
    address = f"{path}&before={sparse.get(path).json['older']}"
    before = sparse.get(address).json

    sparse.house.say("ann", "/income 7 EUR of stall")

    after = sparse.get(address).json
    assert after["facts"]["movements"] == before["facts"]["movements"]
    assert after["older"] == before["older"]


def test_so_much_is_read_for_a_page_of_movements_and_no_more(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A movement behind more entries than that is on another page, and the first one leads there."""
    with open_book(tmp_path_factory.mktemp("bounded")) as it:
        it.house.enter("ann")
        it.house.say("ann", "/log 1h baked")
        for number in range(LOOKED_THROUGH + LOOKED_FURTHER):
            it.house.say("ann", f"/me privacy web {'on' if number % 2 else 'off'}")

        first = it.get("/alpha/ledger")
        older = it.get("/alpha/ledger.json").json["older"]

        assert "There is nothing in this stretch; the list goes on with what is older." in first.words
        assert older == it.house.entries()[-1].seq - LOOKED_THROUGH - LOOKED_FURTHER + 1
        assert "baked" in it.get(f"/alpha/ledger?before={older}").words
