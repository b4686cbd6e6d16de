"""What heads a page about one thing: its own words beside what it is, in the names that are seen."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.export import export_site
from adapters.web.paper import TITLE_CHARACTERS_MAX
from tests.adapters.web.reader import Library, open_book

LINES = (
    ("ann", "/role give @ann treasurer"),
    ("ann", "/rules set expenses anyone"),
    ("ann", "/rules set units treasurer"),
    ("ann", "/rules set web public"),
    ("bo", "/log 3h cleaned the kitchen #care"),
    ("ann", "/income 900 EUR market stall"),
    ("ann", "/reverse T1 typed twice"),
    ("ann", "/income 800 EUR the grant of the city"),
    ("bo", "/expense 60 EUR pizza @ann @bo"),
    ("bo", "/settle-up undo T4 no pizza after all"),
    ("ann", "/invoice 80 EUR Oak school --for the booking system"),
    ("ann", "/recurring 45 EUR hosting --every month on the 1st"),
    ("ann", "/funding open 20 EUR --each 10 EUR"),
    ("ann", "/idea A second oven --min 10"),
    ("ann", "/propose Buy a mixer"),
    ("ann", "/poll Which day? | Monday | Tuesday"),
    ("ann", "/need somebody with a ladder"),
    ("ann", "/meeting open"),
)

HEADINGS = {
    "C1": ("Contribution C1: cleaned the kitchen", "Beitrag C1: cleaned the kitchen"),
    "T1": ("Movement T1: market stall", "Buchung T1: market stall"),
    "T2": ("T2 undoes T1", "T2 hebt T1 auf"),
    "T4": ("Shared expense T4: pizza", "Geteilte Ausgabe T4: pizza"),
    "T5": ("T5 undoes T4", "T5 hebt T4 auf"),
    "B1": ("Invoice B1: Oak school", "Rechnung B1: Oak school"),
    "S1": ("Recurring bill S1: hosting", "Dauerauftrag S1: hosting"),
    "F1": ("Funding round F1: 20.00 EUR", "Förderrunde F1: 20,00 EUR"),
    "K1": ("A second oven", "A second oven"),
    "P1": ("Buy a mixer", "Buy a mixer"),
    "Q1": ("Which day?", "Which day?"),
    "N1": ("somebody with a ladder", "somebody with a ladder"),
    "M1": ("Meeting M1", "Treffen M1"),
}
"""What each thing is headed by, in English and in German."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("headed")) as it:
        it.house.enter("ann", "bo")
        for who, line in LINES:
            said(it, who, line)
        yield it


def said(it: Library, who: str, line: str, **told: Any) -> None:
    answer = it.house.say(who, line, **told)
    assert answer.error == "", (line, answer.text)


def heading(page: str) -> str:
    """What heads a page; the window is called by it, too."""
    (found,) = re.findall(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert f"<title>{found} · " in page
    return html.unescape(found).replace("\u00a0", " ")


@pytest.mark.parametrize("ref", HEADINGS)
def test_a_thing_is_headed_by_what_it_is_and_its_words(library: Library, ref: str) -> None:
    """In both languages, and the JSON beside it says the same."""
    for language, expected in zip(("en", "de"), HEADINGS[ref], strict=True):
        address = f"/alpha/show/{ref}"
        assert heading(library.get(f"{address}?lang={language}").text) == expected
        told = library.get(f"{address}.json?lang={language}").json
        assert told["title"].replace("\u00a0", " ") == expected


def test_what_is_not_about_one_thing_says_its_name_for_machines_too(library: Library) -> None:
    assert library.get("/alpha/contributions.json").json["title"] == "Contributions"
    assert library.get("/alpha/contributions.json?lang=de").json["title"] == "Beiträge"


def test_the_site_as_files_has_the_same_headings(library: Library, tmp_path: Path) -> None:
    """But of what is for members alone there is no file."""
    house = library.house
    export_site(house.store.archive, tmp_path / "book", house.rules, "alpha")
    shown = {it.stem: it for it in (tmp_path / "book" / "show").glob("*.html")}

    assert set(HEADINGS) - set(shown) == {"B1", "S1"}
    for ref, it in shown.items():
        if ref in HEADINGS:
            assert heading(it.read_text()) == HEADINGS[ref][0], ref
            told = json.loads(it.with_suffix(".json").read_text())["title"]
            assert told.replace("\u00a0", " ") == HEADINGS[ref][0], ref


def test_what_has_no_words_is_headed_by_how_much_it_was(tmp_path: Path) -> None:
    with open_book(tmp_path) as it:
        it.house.enter("ann", "bo")
        for line in (
            "/role give @ann treasurer",
            "/rules set units treasurer",
            "/rules set confirmations 0",
            "/rules set equations treasurer",
            "/log 2h baked @bo",
            "/income 100 EUR stall",
            "/unit create loaf issued --wage 1 --budget 400",
        ):
            said(it, "ann", line)
        said(it, "ann", "/unit issue loaf")
        told = it.house.say("ann", "/distribute 40 EUR").text
        confirming = re.search(r"/distribute \S+ EUR --confirm \w+", told)
        assert confirming is not None, told
        said(it, "ann", confirming[0])

        said(it, "ann", "/payout @bo 5 EUR")
        assert heading(it.get("/alpha/show/T4").text) == "Movement T4: 5.00 EUR"
        assert heading(it.get("/alpha/show/T2").text) == "Issue of units T2: 2 loaf"
        assert heading(it.get("/alpha/show/T3").text) == "Distribution T3: 40.00 EUR"


def test_who_is_not_named_from_outside_is_not_named_in_a_heading(tmp_path: Path) -> None:
    """Nor half of a name where long words are cut, nor what was erased."""
    long = "w" * (TITLE_CHARACTERS_MAX - len("Contribution C1: ") - 8) + " Quirina Longname baked"
    with open_book(tmp_path) as it:
        it.house.enter("ann")
        said(it, "@q:example.org", "/me", name="Quirina Longname")
        said(it, "@f:example.org", "/me", name="Forgo Bird")
        for line in ("/rules set web public", "/rules set web-names none"):
            said(it, "ann", line)
        said(it, "ann", f"/log 1h {long}")
        said(it, "@f:example.org", "/log 1h erasedwords", name="Forgo Bird")
        it.house.say("@f:example.org", "/me forget yes", name="Forgo Bird", private=True)

        outside, inside = it.outside("/alpha/show/C1").text, it.get("/alpha/show/C1").text
        assert "Quir" not in outside
        assert "Quir" not in it.outside("/alpha/show/C1.json").text
        assert heading(outside).endswith(" a memb…")
        assert heading(inside).endswith(" Quirin…")
        assert "Quirina Longname baked" in inside.split("</h1>")[1], "below it stands whole"
        for read in (it.outside, it.get):
            assert heading(read("/alpha/show/C2").text) == "Contribution C2"
            assert read("/alpha/show/C2.json").json["title"] == "Contribution C2"
