"""The funds that nobody named, on pages: an idea's by its title and that, a pot by its round."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.web.reader import Library, open_book

LINES = (
    ("ann", "/role give @ann treasurer"),
    ("ann", "/role give @bo treasurer"),
    ("ann", "/income 900 EUR a grant"),
    ("ann", "/fund create tools"),
    ("ann", "/fund add 20 EUR tools"),
    ("ann", "/funding open 500 EUR --each 150 EUR --closes in 14 days"),
    ("bo", "/funding approve F1"),
    ("bo", "/idea A second oven --min 100 --max 250"),
    ("cem", "/idea A sign by Dora --min 40 --max 60"),
    ("bo", "/back K1 150 EUR"),
    ("cem", "/back K1 100 EUR"),
    ("dora", "/back K2 30 EUR"),
    ("ann", "/expense 80 EUR bricks --fund k1 --paid treasury"),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("ideas")) as it:
        it.house.enter("ann", "bo", "cem", "dora")
        for who, line in LINES:
            assert it.house.say(who, line).error == "", line
        assert it.house.say("ann", "/rules set web public").error == ""
        yield it


PLACES = {
    "ledger": [
        "Set aside: 500.00 EUR (F1), 250.00 EUR (“A second oven”, K1), 20.00 EUR (tools)",
        "Taken out of funds: 250.00 EUR (F1)",
        "Fund “A second oven”, K1: 250.00 EUR",
        "Pot of F1: 500.00 EUR",
        "Fund tools: 20.00 EUR",
    ],
    "accounts": ["Fund “A second oven”, K1", "Pot of F1", "Fund tools"],
    "accounts?account=fund:k1": ["Fund “A second oven”, K1, "],
    "accounts?account=fund:F1": ["Pot of F1, "],
    "reports": ["Set aside: “A second oven”, K1", "Taken out of F1", "Set aside: tools"],
    "money": ["In the fund “A second oven”, K1: 170.00 EUR", "In the pot of F1: 250.00 EUR"],
    "start": ["250.00 EUR (“A second oven”, K1)"],
}


@pytest.mark.parametrize("page", PLACES)
def test_a_fund_is_told_as_people_call_it(library: Library, page: str) -> None:
    got = library.get(f"/alpha/{page}")
    words = re.sub(r" (?=[,.:)”])|(?<=[“(]) ", "", got.words.replace("\u00a0", " "))
    for told in PLACES[page]:
        assert told in words, (told, words)
    assert not re.search(r"\b(Fund (F1|k1)|fund (F1|k1)|aside: k1)\b", words)


@pytest.mark.parametrize("page", ["ledger", "accounts?account=fund:k1", "reports", "money", "start"])
def test_and_leads_to_the_idea(library: Library, page: str) -> None:
    told = library.get(f"/alpha/{page}").text
    assert '“A second oven”, <a href="show/K1">K1</a>' in told
    assert library.get("/alpha/show/K1").status == 200


def test_in_the_table_of_accounts_it_leads_to_the_account(library: Library) -> None:
    """A link stands in no other one."""
    told = library.get("/alpha/accounts").text
    (way,) = re.findall(
        r'<a href="(accounts\?account=fund%3Ak1[^"]*)">Fund “A second oven”, K1</a>', told
    )
    assert library.get(f"/alpha/{way.replace('&amp;', '&')}").status == 200


def test_machines_are_told_the_account_and_the_idea(library: Library) -> None:
    """The name of an account stays what `?account=` takes and the books say."""
    facts = library.get("/alpha/accounts.json").json["facts"]["accounts"]
    assert {it["account"]: it.get("idea") for it in facts if it["account"].startswith("fund:")} == {
        "fund:F1": None,
        "fund:k1": "K1",
        "fund:tools": None,
    }
    moved = library.get("/alpha/ledger.json").json["facts"]["movements"]
    posted = [each for it in moved for each in it["postings"] if each["account"] == "fund:k1"]
    assert posted
    assert {each["idea"] for each in posted} == {"K1"}
    assert "Assets:Funds:K1" in library.get("/alpha/ledger.beancount").text
    rows = list(csv.DictReader(io.StringIO(library.get("/alpha/funding.csv").text.lstrip("\ufeff"))))
    assert ("K1", "A second oven", "k1") in {(it["ref"], it["title"], it["fund"]) for it in rows}


def test_in_german(library: Library) -> None:
    told = library.get("/alpha/accounts?lang=de").words
    assert "Topf von F1" in told
    assert "„A second oven“, K1" in told


def test_a_name_in_a_title_is_told_as_names_are(library: Library) -> None:
    """From outside, as everywhere; and a title that was forgotten is none."""
    assert library.house.say("cem", "/back K2 30 EUR").error == ""
    assert "“A sign by Dora”, K2" in library.get("/alpha/money").words.replace(" ,", ",").replace(
        "“ ", "“"
    )
    outside = library.outside("/alpha/money").text
    assert "K2" in outside
    assert "Dora" not in outside


def test_a_page_ends_behind_the_round_with_which_there_are_ideas_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A round has up to a hundred: no page is without end, and no round is left out."""
    monkeypatch.setattr("commands.funding.page.ROWS", 2)
    with open_book(tmp_path) as it:
        it.house.enter("ann", "bo", "cem", "dora")
        for who, line in LINES[:9]:
            assert it.house.say(who, line).error == "", line
        for number in (2, 3):
            for who, line in (
                ("ann", "/funding open 50 EUR --each 10 EUR --closes in 14 days"),
                ("cem", f"/idea bread --min 10 --max 20 --round F{number}"),
                ("cem", f"/idea cake --min 10 --max 20 --round F{number}"),
            ):
                assert it.house.say(who, line).error == "", line
        seen, way = [], "funding.json"
        while way:
            told = it.get(f"/alpha/{way}").json
            seen.append([each["ref"] for each in told["facts"]["rounds"]])
            way = f"funding.json?before={told['older']}" if told["older"] else ""

        assert seen == [["F3"], ["F2"], ["F1"]]
        rows = list(csv.DictReader(io.StringIO(it.get("/alpha/funding.csv").text.lstrip("\ufeff"))))
        assert [each["round"] for each in rows] == ["F3", "F3", "F2", "F2", "F1", "F1"]
