"""The books beside accounts and reports: hledger and Beancount read there what the pages tell."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data

from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.year import play
from tests.house.remembering import looked_up_again

Sums = dict[tuple[str, str], Decimal]
"""Amounts by account and unit, of members all together; time in minutes."""

WHOLE = {"Equity:Members": "member", "Assets:Held": "held", "Equity:Between": "between"}
NAMED = {
    "Assets:Treasury": "treasury",
    "Equity:Commons:All": "commons",
    "Equity:Commons:Garden": "commons:garden",
    "Assets:Funds:Tools": "fund:tools",
    "Assets:Funds:F1": "fund:F1",
    "Assets:Funds:K1": "fund:k1",
    "Income:Dues": "income:dues",
    "Income:Other": "income:other",
    "Income:Partners:Bakery": "partner:bakery",
    "Equity:Outside": "outside",
    "Expenses:Food": "expense:food",
}
TIMES = ("", "?period=2026-01", "?period=2026-05", "?period=2026-12", "?period=2026-Q2", "?period=2026")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("journals")) as it:
        play(it)
        yield it


def page(library: Library, time: str) -> Sums:
    """What came less what went, as the table of the accounts tells it."""
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    told = library.outside(f"/alpha/accounts.csv{time}").text.removeprefix("\ufeff")
    for row in csv.DictReader(io.StringIO(told)):
        minutes = 60 if row["unit"] == "h" else 1
        change = (Decimal(row["came"]) - Decimal(row["went"])) * minutes
        found[row["account"], "min" if minutes > 1 else row["unit"]] += change
    return {key: change for key, change in found.items() if change}


def gathered(rows: Iterator[tuple[str, str, Decimal]]) -> Sums:
    """The accounts of a book as the pages call them."""
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for name, unit, amount in rows:
        whole = next((it for root, it in WHOLE.items() if name.startswith(f"{root}:")), None)
        found[whole or NAMED[name], unit] += amount
    return {key: amount for key, amount in found.items() if amount}


def by_hledger(journal: str, folder: Path) -> Sums:
    (folder / "it.journal").write_text(journal)
    told = subprocess.run(
        ["hledger", "-f", folder / "it.journal", "balance", "--flat", "--layout=bare", "-O", "csv"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    rows = list(csv.DictReader(io.StringIO(told)))
    return gathered(
        (row["account"], row["commodity"], Decimal(row["balance"].replace(",", "")))
        for row in rows
        if row["account"].lower() not in {"total", "total:"} and row["commodity"]
    )


def by_beancount(journal: str, units: Mapping[str, str]) -> Sums:
    entries, errors, _ = loader.load_string(journal)
    assert errors == []
    postings = (each for it in entries if isinstance(it, data.Transaction) for each in it.postings)
    amounts = ((each.account, each.units) for each in postings)
    return gathered(
        (account, units.get(it.currency, it.currency), it.number)
        for account, it in amounts
        if it is not None and it.number is not None
    )


@pytest.mark.skipif(shutil.which("hledger") is None, reason="there is no hledger here")
@pytest.mark.parametrize("time", TIMES)
def test_hledger_finds_what_the_accounts_tell(library: Library, tmp_path: Path, time: str) -> None:
    told = library.outside(f"/alpha/accounts.journal{time}")

    assert by_hledger(told.text, tmp_path) == page(library, time) != {}


@pytest.mark.parametrize("time", TIMES)
def test_beancount_finds_what_the_accounts_tell(library: Library, time: str) -> None:
    told = library.outside(f"/alpha/accounts.beancount{time}").text

    assert by_beancount(told, {"MIN": "min", "LEAF": "leaf"}) == page(library, time) != {}


@pytest.mark.skipif(shutil.which("hledger") is None, reason="there is no hledger here")
def test_the_books_beside_a_report_are_of_its_time(library: Library, tmp_path: Path) -> None:
    """Where none is named, of this year, as the page; the table tells what the page tells."""
    for time, year in (("", "?period=2026"), ("?period=2026-03", "?period=2026-03")):
        told = library.outside(f"/alpha/reports.journal{time}").text
        assert by_hledger(told, tmp_path) == page(library, year)
        text = library.outside(f"/alpha/reports.csv{time}").text.removeprefix("\ufeff")
        rows = list(csv.DictReader(io.StringIO(text)))
        told = library.outside(f"/alpha/reports.json{time}").json["facts"]
        assert rows == told["lines"]
        assert {(row["from"], row["until"]) for row in rows} <= {
            (part["from"], part["until"]) for part in told["parts"]
        }


def test_a_report_on_the_page_is_the_one_in_chat(library: Library) -> None:
    """One reckoning: the same lines by chat, on the page and as a table; each part opens the next."""
    for time in ("2026-03", "2026-Q2", "2026"):
        told = library.outside(f"/alpha/reports.json?period={time}").json["facts"]
        chat = library.house.say("ann", f"/report {time}")
        assert told["report"] == chat.facts["report"] != []
        words = library.outside(f"/alpha/reports?period={time}").words
        assert "Opening" in words
        assert "Closing" in words
        ends = [row for row in told["lines"] if row["what"] in {"opening", "closing"}]
        for unit in {row["unit"] for row in ends}:
            of_unit = [row["together"] for row in ends if row["unit"] == unit]
            assert of_unit[1:-1:2] == of_unit[2::2], (time, unit)


def test_of_one_account_alone_there_are_no_books(library: Library) -> None:
    """Whole transactions stand in a journal: what moved on one account is none."""
    assert ".journal" not in library.outside("/alpha/accounts?account=treasury").text
    assert library.outside("/alpha/accounts.journal?account=treasury").status == 404
    assert library.outside("/alpha/accounts.csv?account=treasury").status == 200


@pytest.mark.parametrize(
    "path", ["ledger.csv", "money.journal", "accounts.beancount", "reports.jsonld"]
)
def test_a_long_book_is_not_remembered_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """What was said of a thing before is looked up where it is wanted, and told alike."""
    whole = library.get(f"/alpha/{path}").text
    looked_up = looked_up_again(monkeypatch)

    assert library.get(f"/alpha/{path}").text == whole
    assert looked_up
