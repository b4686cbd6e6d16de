"""How a page is laid out: a menu of one line, numbers below one another, the way of the money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape

import pytest

from bot.collective.folding import EVENTS
from bot.page import PARTS
from commands import FEATURES
from commands.ledger.page import DEEDS
from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.year import play


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("layout")) as it:
        play(it)
        yield it


def test_the_menu_names_each_page_once_in_its_part(library: Library) -> None:
    """And is folded away where there is no room: what is open is not said in the page."""
    page = library.get("/alpha/ledger").text
    (menu,) = re.findall(r"<nav.*?</nav>", page, re.DOTALL)
    wanted = {it.name for it in FEATURES.pages.values() if not it.needs_ref}

    assert {way.strip("./") or "start" for way in re.findall(r'href="([^"]*)"', menu)} == wanted
    assert menu.count("<a ") == len(wanted)
    assert menu.count("<details>") == menu.count("<summary>") == 1
    assert re.findall(r'aria-current="page">([^<]+)', menu) == ["Ledger"]
    assert re.findall(r"<span>([^<]+)</span>", menu) == [it.title.text for it in PARTS]


def test_every_page_but_the_first_stands_in_a_part() -> None:
    assert [it.name for it in FEATURES.pages.values() if not it.needs_ref and it.part is None] == [
        "start"
    ]


def test_numbers_stand_below_one_another_and_nothing_else_does(library: Library) -> None:
    def numbers(path: str) -> list[str]:
        return re.findall(r'<th scope="col" class="number">([^<]+)', library.get(f"/alpha/{path}").text)

    assert set(numbers("accounts")) == {"Before", "Came", "Went", "After"}
    assert numbers("contributions") == ["Amount"]
    assert numbers("journal") == []


def test_what_moved_is_told_in_words_and_never_by_the_kind_of_its_entry(library: Library) -> None:
    """What there is to say of each kind that posts is known."""
    posting = {it.__struct_config__.tag for it in EVENTS if "postings" in it.__struct_fields__}
    assert set(DEEDS) == posting
    for path in ("ledger", "accounts?account=held&period=2026", "accounts?account=member&period=2026"):
        page = library.get(f"/alpha/{path}").words
        assert "a share of it" in page or "disputed" in page, path
        assert not [kind for kind in posting if str(kind) in page], path


def test_the_way_of_the_money_adds_up(library: Library) -> None:
    """In the picture as in the words beside it: all that came in went somewhere, or is left."""
    page = unescape(library.get("/alpha/loop").text).replace("\u00a0", " ")
    (came, went) = re.findall(r"From where to where, EUR\. In: (.*?)\. Out: (.*?)\.</", page)[0]

    def total(told: str) -> Decimal:
        return sum(
            (Decimal(it.replace(",", "")) for it in re.findall(r"[0-9,]+\.[0-9]{2}", told)), Decimal()
        )

    assert total(came) == total(went) == Decimal(11370)
    assert "bakery 700.00" in came
    assert set(went.split(" EUR, ")) == {"left over 8,651.50", "members 2,700.00", "#food 18.50 EUR"}
    (picture,) = re.findall(r'<svg [^>]*aria-label="From where.*?</svg>', page, re.DOTALL)
    assert all(figure in picture for figure in re.findall(r"[0-9,]+\.[0-9]{2} EUR", came + went))


def test_the_money_that_was_there_before_is_told_as_such(library: Library) -> None:
    page = library.get("/alpha/loop?period=2026-12").words

    assert "In: in hand before 1,990.00 EUR, bakery 700.00 EUR, #dues 10.00 EUR. Out: members" in page


def test_no_line_ends_between_an_amount_and_its_unit(library: Library) -> None:
    """In no language and nowhere on a page, so far as amounts are told and not typed."""
    for path in ("ledger", "accounts", "reports", "money", "sharing", "show/T3", "loop"):
        for language in ("en", "de"):
            body = library.get(f"/alpha/{path}?lang={language}").text.partition('<div class="shown">')[
                2
            ]
            told = re.sub(r"<[^>]+>", " ", body)
            assert re.search(r"[0-9]\u00a0EUR", told), path
            assert not re.search(r"[0-9] +EUR", told), path
