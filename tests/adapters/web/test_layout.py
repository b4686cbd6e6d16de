"""How a page is laid out: a menu of one line, numbers below one another, the way of the money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from string import ascii_uppercase

import pytest

from adapters.web.html import Html
from adapters.web.ways import Served
from bot.collective.folding import EVENTS
from bot.page import PARTS
from commands import FEATURES
from commands.ledger.page import DEEDS
from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.test_browser import PAGES
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


def test_the_parts_of_the_menu_are_words_of_their_own_where_there_is_no_style(library: Library) -> None:
    page = library.get("/alpha/ledger").text
    (menu,) = re.findall(r"<nav.*?</nav>", page, re.DOTALL)

    assert "Work Contributions" in " ".join(re.sub(r"<(?:span|a|/)[^>]*>", "", menu).split())


def test_an_option_is_in_one_piece_wherever_the_line_ends(library: Library) -> None:
    """A line broke behind `--`, and what stood there could not be typed."""
    page = library.get("/alpha/checkpoints?older=3&newer=70").text

    assert '<span class="whole">--checkpoint</span> FILE <span class="whole">--key</span> KEY' in page
    assert Html(lambda to: to).code("a--b --c-d <--e>") == (
        '<code>a--b <span class="whole">--c-d</span> &lt;--e&gt;</code>'
    )


def test_a_partner_s_earlier_periods_are_counted(library: Library) -> None:
    """The list says 300 EUR open; the page told the last eight periods, in which nothing was."""
    page = library.get("/alpha/partners?search=bakery").words

    assert "3 earlier periods; 300.00 EUR open; 1 undeclared" in page


def test_a_column_in_which_nothing_stands_is_left_out(library: Library) -> None:
    """In the year no need has a time, an amount or a circle, and no meeting is a circle's."""

    def columns(path: str) -> list[str]:
        return re.findall(r'<th scope="col"[^>]*>([^<]*)', library.get(f"/alpha/{path}").text)

    assert columns("needs") == ["Entry", "What", "Places"]
    assert columns("meetings") == ["Meeting", "When", "Who was there", "State"]
    assert columns("contributions")[:2] == ["Entry", "Day"]
    needs = library.get("/alpha/needs").text
    assert 'data-label="Circle"' not in needs
    assert needs.count('data-label="Places"') == needs.count('<th scope="row">')


def test_a_column_stands_where_one_row_has_something_in_it() -> None:
    html = Html(lambda to: to)

    rows = [["N1", "", "", "3h"], ["N2", "", ":a", ""]]
    told = html.table(["Entry", "When", "Circle", "Amount"], rows)

    assert re.findall(r'<th scope="col"[^>]*>([^<]*)', told) == ["Entry", "Circle", "Amount"]
    assert re.findall(r'data-label="([^"]*)"', told) == ["Circle", "Amount"] * 2


@pytest.mark.parametrize("path", ["start", "reports?period=2026"])
def test_the_hours_of_a_year_are_told_by_month_and_by_kind(library: Library, path: str) -> None:
    """Picture and words are headed by what they show; months have names."""
    page = library.get(f"/alpha/{path}").text
    (figure,) = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    below = re.sub(r"<[^>]*>", " ", figure.partition("<figcaption>")[2])
    words = unescape(below).replace("\u00a0", " ")

    assert 'aria-label="Hours by month and kind"' in figure
    assert "Hours by month and kind: Jan: 12h, Feb: 15h, Mar: 16h" in words
    assert "Of that #care: 43h, #organising: 36h, #work: 35h, #making: 33h, #teaching: 30h" in words
    assert "Jan" in figure.partition("<figcaption>")[0]


def test_a_month_is_told_by_week_and_by_kind_and_in_german(library: Library) -> None:
    page = library.get("/alpha/reports?period=2026-05&lang=de").text

    assert "Stunden nach Woche und Art" in page
    assert "Mai: 29" in library.get("/alpha/start?lang=de").text.replace("\u00a0", " ")


def test_a_page_about_one_thing_is_headed_by_what_it_is_called(library: Library) -> None:
    """The draft that a dispute makes is called by the entry's number alone."""
    assert "<h1>Proposal P13, about C1</h1>" in library.get("/alpha/show/P13").text
    assert "<h1>Antrag P13, zu C1</h1>" in library.get("/alpha/show/P13?lang=de").text
    assert "<h1>Buy tool number 1 for the workshop</h1>" in library.get("/alpha/show/P1").text


def test_what_is_signed_stands_together_letter_by_letter(library: Library) -> None:
    """A checkpoint is one piece of as many lines as were signed, to be taken along as it is."""
    told = library.get("/alpha/checkpoints.json?older=3&newer=70").json["facts"]
    page = library.get("/alpha/checkpoints?older=3&newer=70").text
    pieces = re.findall(r'<div class="exact">(.*?)</div>', page)
    texts = [unescape(re.sub("</?code>", "", it.replace("<br>", "\n"))) for it in pieces]

    def rows(note: str) -> str:
        return "\n".join(row for row in note.splitlines() if row)

    assert texts == [rows(told["checkpoint"]), rows(told["proof"]), rows(told["older"]["checkpoint"])]


def test_only_what_has_the_letter_of_a_thing_leads_to_one(library: Library) -> None:
    """The letters are those that features declare: nothing lists them a second time."""
    letters = FEATURES.letters
    assert letters == {"B", "C", "F", "K", "M", "N", "P", "Q", "S", "T"}
    ways = Served("", "", letters)
    html = Html(ways.to)
    for letter in ascii_uppercase:
        leads = html.escape(f"{letter}7") == f'<a href="show/{letter}7">{letter}7</a>'
        assert leads == (letter in letters), letter
        assert FEATURES.is_reference(f"{letter}7") == (letter in letters)
    assert not any(map(FEATURES.is_reference, ("", "C", "C0", "C07", "c7", "CC7", "C7 ", "C\u0667")))
    assert Served("C7", "show", letters).to("show/C7") is None, "it is here"
    assert Served("C7", "show", letters).to("show/C8") == "../show/C8"
    assert Served("T7", "shares", letters).to("show/T7") == "../show/T7"


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
    assert "bakery: 700.00" in came
    assert set(went.split(" EUR, ")) == {
        "left over: 8,651.50",
        "to members: 2,700.00",
        "#food: 18.50 EUR",
    }
    (picture,) = re.findall(r'<svg [^>]*aria-label="From where.*?</svg>', page, re.DOTALL)
    assert all(figure in picture for figure in re.findall(r"[0-9,]+\.[0-9]{2} EUR", came + went))


def test_the_money_that_was_there_before_is_told_as_such(library: Library) -> None:
    page = library.get("/alpha/loop?period=2026-12").words

    came = "in hand before: 1,990.00 EUR, bakery: 700.00 EUR, #dues: 10.00 EUR"
    assert f"In: {came}. Out: to members: " in page


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


@pytest.mark.parametrize(("lang", "foreign"), [("en", r"\d\.\d{3},\d\d"), ("de", r"\d,\d{3}\.\d\d")])
def test_on_every_page_a_figure_says_of_what_it_is_as_its_reader_writes_it(
    library: Library, lang: str, foreign: str
) -> None:
    """What is told is parted from how much, amounts stay with their unit, no number is foreign."""
    told = 0
    for path in (it for it in PAGES if "lang=" not in it):
        page = library.get(f"/alpha/{path}{'&' if '?' in path else '?'}lang={lang}").text
        # What is to be typed, and what is signed, stands as it is.
        page = unescape(re.sub(r"<code>.*?</code>", "", page, flags=re.DOTALL))
        assert not re.findall(foreign, page), path
        words = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
        assert not re.findall(r"[0-9] (?:EUR|leaf)\b", words), path
        for title, caption in re.findall(
            r'<figure><svg[^>]* aria-label="([^"]*)".*?<figcaption>(.*?)</figcaption>', page, re.DOTALL
        ):
            assert not re.search(r": [0-9\u2013]", caption), path
            plain = " ".join(re.sub(r"<[^>]+>", "", caption).split())
            assert plain.startswith(title), path
            pairs = re.split(r", |\. (?=\w+: )", plain.removeprefix(title).strip(":. "))
            assert all(re.search(r": \S", it) for it in pairs if it), (path, pairs)
            told += len(pairs)
    assert told > 30
