"""The forms beside the pages: the same figures and names, in what other programs read."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest

from adapters.web.book import Book
from adapters.web.forms import forms_of
from bot.page import ROWS
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book

ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = [
    (page.name, form)
    for page in FEATURES.pages.values()
    if not page.needs_ref
    for form in forms_of(page, news=page.name == "start" or page.news is not None)
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("forms")) as it:
        it.house.enter("ann", "bo", "cem")
        for who, line in (
            ("ann", "/log 3h cleaned; the kitchen #care"),
            ("bo", "/log 2h30 Frühjahrsputz 高橋, sold #work"),
            ("bo", '/log 12.50 EUR =HYPERLINK("http://evil.example","x")'),
            ("ann", "/income 120 EUR market stall"),
            ("ann", "/expense 20 EUR flour"),
            ("ann", "/propose Buy a mixer & <whisk>"),
            ("bo", "/vote P1 consent"),
            ("ann", "/poll Which day? | Monday | Tuesday"),
        ):
            assert it.house.say(who, line).error == "", line
        # Of the first word in private something is noted: from here on nothing is.
        assert it.house.say("ann", "/export csv", private=True).error == ""
        yield it


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize(("name", "ending"), FORMS)
def test_every_form_is_there_and_the_page_leads_to_it(library: Library, name: str, ending: str) -> None:
    page = library.get(f"/alpha/{name}")
    got = library.get(f"/alpha/{name}.{ending}")
    ways = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', page.text)

    assert got.status == 200
    assert got.body
    media = got.headers["content-type"].partition(";")[0]
    assert (media, f"{name}.{ending}") in ways
    assert f'href="{name}.{ending}"' in page.text.split("<footer>")[1]


def test_a_page_has_no_form_that_it_does_not_name(library: Library) -> None:
    nothing = library.get("/alpha/nothing").body

    for path in ("rules.atom", "decisions.journal", "show/P1.csv", "start.csv", "ledger.exe"):
        assert library.get(f"/alpha/{path}").body == nothing, path


def test_the_table_is_what_the_page_shows_and_a_number_stays_one(library: Library) -> None:
    rows = table(library.get("/alpha/contributions.csv").text)
    shown = library.get("/alpha/contributions.json").json["facts"]["contributions"]

    assert [row["ref"] for row in rows] == [row["ref"] for row in shown]
    assert [(row["amount"], row["unit"]) for row in rows] == [
        ("12.50", "EUR"),
        ("2.50", "h"),
        ("3.00", "h"),
    ]
    assert rows[0]["what"].startswith("'=HYPERLINK")
    narrowed = table(library.get("/alpha/contributions.csv?kind=care").text)
    assert [row["ref"] for row in narrowed] == ["C1"]


def test_members_have_the_words_of_invoices_and_bills_in_the_table_too(tmp_path: Path) -> None:
    """The table has the columns that the page has; who is no member has neither of them."""
    with open_book(tmp_path) as it:
        for line in (
            "/invoice 300 EUR the city library --for twelve baskets --due 14d",
            "/recurring 45 EUR hosting --every month on the 1st",
            "/meeting open Winter assembly",
            "/meeting close",
            "/meeting plan fri 18:00 Feast",
            "/rules set web public",
        ):
            assert it.house.say("ann", line).error == "", line
        (invoice,) = table(it.get("/alpha/invoices.csv").text)
        assert (invoice["invoice"], invoice["asked"]) == ("B1", "300.00")
        assert (invoice["of"], invoice["for"]) == ("the city library", "twelve baskets")
        (bill,) = table(it.get("/alpha/recurring.csv").text)
        assert (bill["recurring"], bill["amount"], bill["what"]) == ("S1", "45.00", "hosting")

        (invoice,) = table(it.outside("/alpha/invoices.csv").text)
        assert invoice["asked"] == "300.00"
        assert not {"of", "for"} & invoice.keys()
        (bill,) = table(it.outside("/alpha/recurring.csv").text)
        assert "what" not in bill

        feed = it.outside("/alpha/meetings.atom").text
        assert "M1, minutes: Winter assembly" in feed
        assert "Feast" not in feed, "there are none yet"
        assert "M1, minutes: Winter assembly" in it.outside("/alpha/start.atom").text


def test_a_table_tells_instants_as_such(library: Library) -> None:
    rows = table(library.get("/alpha/journal.csv").text)

    assert len(rows) == len(library.house.entries())
    assert re.fullmatch(r"2026-\d\d-\d\dT[\d:.]+\+00:00", rows[0]["at"])
    assert len(rows[0]["hash"]) == 64


def test_a_table_tells_all_rows_and_no_page_of_them_twice(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with open_book(tmp_path_factory.mktemp("long")) as it:
        it.house.enter("ann")
        for number in range(2 * ROWS + 20):
            it.house.say("ann", f"/log {5 + number % 5}m task{number}")

        rows = table(it.get("/alpha/contributions.csv").text)

        assert [row["ref"] for row in rows] == [f"C{n}" for n in range(2 * ROWS + 20, 0, -1)]


@pytest.mark.parametrize("name", ["ledger", "money"])
@pytest.mark.parametrize("form", ["csv", "hledger", "beancount", "valueflows"])
def test_the_books_beside_a_page_are_those_of_chat(library: Library, name: str, form: str) -> None:
    ending = {"hledger": "journal", "valueflows": "jsonld"}.get(form, form)
    (row,) = library.house.say("ann", f"/export {form}", private=True).rows
    (file,) = row.reply.files

    told = library.get(f"/alpha/{name}.{ending}").text

    assert told == ("\ufeff" if form == "csv" else "") + file.data.decode()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="there is no LibreOffice here")
def test_libreoffice_reads_letters_and_numbers(library: Library, tmp_path: Path) -> None:
    """As it reads a table when somebody opens it: by commas, in the letters that its beginning says."""
    (tmp_path / "it.csv").write_bytes(library.get("/alpha/contributions.csv").body)
    utf_8 = "--infilter=CSV:44,34,76,1"

    subprocess.run(
        [
            "soffice",
            "--headless",
            utf_8,
            "--convert-to",
            "fods",
            "--outdir",
            tmp_path,
            tmp_path / "it.csv",
        ],
        check=True,
        capture_output=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )

    told = (tmp_path / "it.fods").read_text()
    assert "Frühjahrsputz 高橋" in told
    assert "<text:p>ref</text:p>" in told
    assert 'office:value-type="float" office:value="12.5"' in told
    assert "table:formula" not in told


def test_the_books_of_a_month_are_those_that_the_page_shows(library: Library) -> None:
    assert table(library.get("/alpha/ledger.csv?period=2020-01").text) == []
    assert "sold" not in library.get("/alpha/ledger.journal?period=2020-01").text


@pytest.mark.skipif(shutil.which("hledger") is None, reason="there is no hledger here")
def test_hledger_reads_the_books_as_they_are_seen_from_outside(
    library: Library, tmp_path: Path
) -> None:
    library.house.say("ann", "/rules set web public")
    library.house.say("ann", "/rules set web-names none")
    journal = tmp_path / "it.journal"
    journal.write_text(library.outside("/alpha/ledger.journal").text)

    told = subprocess.run(
        ["hledger", "-f", journal, "balance", "--flat", "Equity:Members"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "0-a-member" in told
    assert "330" in told.replace(" ", "")  # ann's three hours and bo's two and a half, in minutes
    library.house.say("ann", "/rules set web off")


# --- News -----------------------------------------------------------------------------------------


def test_a_feed_tells_what_changed_by_names_that_stay(library: Library) -> None:
    before = ET.fromstring(library.get("/alpha/decisions.atom").body)
    assert library.house.say("ann", "/propose Paint the door").error == ""
    after = ET.fromstring(library.get("/alpha/decisions.atom").body)

    def told(feed: ET.Element) -> dict[str, str]:
        return {
            entry.findtext(f"{ATOM}id", ""): entry.findtext(f"{ATOM}updated", "")
            for entry in feed.findall(f"{ATOM}entry")
        }

    assert len(told(before)) == 1
    assert told(before).items() < told(after).items()
    for name in (before.findtext(f"{ATOM}id"), *told(after)):
        assert re.match(r"tag:talkoot\.invalid,\d{4}-\d\d-\d\d:alpha:[0-9a-f]{16}", name or "")
    titles = [entry.findtext(f"{ATOM}title", "") for entry in after.findall(f"{ATOM}entry")]
    assert "Paint the door" in titles[0]
    assert "Buy a mixer & <whisk>" in titles[1]


def test_the_ways_of_a_feed_lead_to_pages(library: Library) -> None:
    for name in ("start", "decisions", "polls"):
        feed = ET.fromstring(library.get(f"/alpha/{name}.atom").body)
        for link in feed.iter(f"{ATOM}link"):
            assert library.get(urljoin(f"/alpha/{name}.atom", link.get("href", ""))).status == 200


def test_the_first_feed_tells_all_news(library: Library) -> None:
    feed = library.get("/alpha/start.atom").text

    assert "Buy a mixer" in feed
    assert "Which day?" in feed


def test_a_draft_is_no_news(library: Library) -> None:
    library.house.say("bo", "/draft Sell the canary")

    for name in ("start.atom", "decisions.atom", "decisions.csv"):
        assert "canary" not in library.get(f"/alpha/{name}").text


# --- What is long ---------------------------------------------------------------------------------


def test_a_long_form_is_not_sent_again_and_one_at_a_time(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, go_on = threading.Event(), threading.Event()
    real = Book._pieces

    def slow(*given: object) -> Iterator[bytes]:
        yield b"a"
        going.set()
        assert go_on.wait(20)
        yield from real(*given)  # type: ignore[arg-type]

    first = library.get("/alpha/ledger.csv")
    again = library.get("/alpha/ledger.csv", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    monkeypatch.setattr(Book, "_pieces", slow)
    monkeypatch.setattr(library.site.line, "most", 1)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(library.get("/alpha/ledger.csv").text))
    reader.start()
    assert going.wait(20)

    busy = library.get("/alpha/contributions.csv")
    page = library.get("/alpha/contributions")
    go_on.set()
    reader.join(20)

    assert (busy.status, busy.headers["retry-after"]) == (503, "10")
    assert page.status == 200
    assert got == [f"a{first.text}"]


def test_a_form_that_breaks_is_no_whole_one_and_the_next_is_served(
    library: Library, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = "canary"

    def breaks(*_: object) -> Iterator[bytes]:
        yield b"half"
        raise ZeroDivisionError(words)

    with monkeypatch.context() as broken:
        broken.setattr(Book, "_pieces", breaks)
        came = library.raw(b"GET /alpha/ledger.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert not came.endswith(b"0\r\n\r\n")
    assert "canary" not in caplog.text
    assert library.get("/alpha/ledger.csv").status == 200


def test_a_form_may_be_packed(library: Library) -> None:
    plain = library.get("/alpha/ledger.csv")
    packed = library.get("/alpha/ledger.csv", Accept_Encoding="gzip")

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert library.get("/alpha/ledger.csv", "HEAD").headers["etag"] == plain.headers["etag"]
