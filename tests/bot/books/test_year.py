"""Month by month and account by account, chat and exports tell the same, read by the real tools."""

from __future__ import annotations

import base64
import csv
import io
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib
from beancount import loader
from beancount.core import data

from bot.books.exporting.accounts import account_names
from bot.books.exporting.beancount import currencies
from bot.books.exporting.transactions import commodity, exact
from tests.bot.books.year import MONTHS, PEOPLE, Played, played

pytestmark = pytest.mark.filterwarnings(
    "ignore:Dataset.default_context:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning"
)

Months = dict[tuple[str, str, str], Decimal]
"""What moved, by month, account and unit."""

VF = rdflib.Namespace("https://w3id.org/valueflows/ont/vf#")
SEE_ALSO = rdflib.RDFS.seeAlso


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with played(tmp_path_factory.mktemp("year")) as it:
        yield it


@pytest.fixture(scope="module")
def table(year: Played) -> Months:
    return summed(rows_of(year))


def rows_of(year: Played) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(year.written("csv")[1], newline="")))


def summed(rows: list[dict[str, str]]) -> Months:
    sums: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["day"][:7], row["account"], row["unit"]] += Decimal(row["amount"])
    return some(sums)


def some(sums: dict[tuple[str, str, str], Decimal]) -> Months:
    return {key: count for key, count in sums.items() if count}


def of(months: Months, month: str, *roots: str, until: bool = False) -> dict[str, Decimal]:
    """What moved in a month (or until its end) on the accounts of these roots, by unit."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for (when, account, unit), count in months.items():
        if when == month or (until and when < month):
            for root in roots:
                if account == root or account.startswith(f"{root}:"):
                    sums[unit] += count
    return {unit: count for unit, count in sums.items() if count}


def told(facts: dict[str, str]) -> dict[str, Decimal]:
    """Decimals as the chat tells them, in the units of the books."""
    units = {commodity(unit): Decimal(n) * (60 if unit == "h" else 1) for unit, n in facts.items()}
    return {unit: count for unit, count in units.items() if count}


def test_dues_are_income_of_the_month_that_they_are_entered_for(table: Months) -> None:
    dues = {month: of(table, month, "income:dues") for month in MONTHS}
    assert {month: sums["EUR"] for month, sums in dues.items() if sums} == {
        "2026-01": Decimal("-8.44"),
        "2026-02": Decimal("-22.00"),
        "2026-03": Decimal("11.00"),
    }


def test_a_round_moves_what_it_says_in_the_months_in_which_it_does(table: Months) -> None:
    funds = ("fund:F1", "fund:k1", "fund:k2")
    moved = {month: [of(table, month, fund).get("EUR") for fund in funds] for month in MONTHS}
    assert {month: each for month, each in moved.items() if any(each)} == {
        "2026-01": [Decimal("120.00"), None, None],
        "2026-02": [Decimal("-120.00"), Decimal("70.00"), Decimal("33.33")],
        "2026-04": [None, Decimal("-12.20"), None],
    }


# --- The exports, each by itself --------------------------------------------------------------------


def test_json_books_the_same_days(year: Played, table: Months) -> None:
    sums: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in json.loads(year.written("json")[1])["entries"]:
        for each in entry.get("booked", ()):
            for account, unit, count in each["postings"]:
                sums[each["day"][:7], account, commodity(unit)] += Decimal(exact(count, unit))

    assert some(sums) == table


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_reports_the_same_months(year: Played, table: Months, tmp_path: Path) -> None:
    books, text = year.written("hledger")
    file = tmp_path / "books.journal"
    file.write_text(text, "utf-8")
    names = {name: account for account, name in account_names(books.state).items()}
    report = [
        "hledger",
        "-f",
        str(file),
        "balance",
        "--monthly",
        "--flat",
        "--layout=bare",
        "--no-total",
    ]
    done = subprocess.run(
        [*report, "-O", "csv"], capture_output=True, text=True, check=True, env={"LANG": "C.UTF-8"}
    )
    rows = list(csv.reader(io.StringIO(done.stdout)))
    months = [cell[:7] for cell in rows[0][2:]]

    assert table == some(
        {
            (month, names[account], unit): Decimal(count)
            for account, unit, *counts in rows[1:]
            for month, count in zip(months, counts, strict=True)
        }
    )


def test_beancount_reports_the_same_months(year: Played, table: Months) -> None:
    books, text = year.written("beancount")
    entries, errors, _ = loader.load_string(text)
    names = {name: account for account, name in account_names(books.state).items()}
    units = currencies(unit for _, unit in books.state.ledger.balances)
    units = {name: commodity(unit) for unit, name in units.items()}
    sums: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, data.Transaction) else ():
            assert posting.units is not None
            assert posting.units.number is not None
            key = f"{entry.date:%Y-%m}", names[posting.account], units[posting.units.currency]
            sums[key] += posting.units.number

    assert errors == []
    assert some(sums) == table


def test_valueflows_tells_the_same_months(year: Played, table: Months) -> None:
    """What was given goes from the member to the commons; everything else between accounts."""
    books, text = year.written("valueflows")
    graph = rdflib.Dataset(default_union=True).parse(data=text, format="json-ld")
    name = f"urn:talkoot:{books.state.collective}"
    sums: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for event in graph.subjects(rdflib.RDF.type, VF.EconomicEvent):
        month = str(graph.value(event, VF.hasPointInTime))[:7]
        quantity = graph.value(event, VF.effortQuantity) or graph.value(event, VF.resourceQuantity)
        count = Decimal(str(graph.value(quantity, VF.hasNumericalValue)))
        unit = str(graph.value(event, VF.resourceConformsTo)).rsplit(":", 1)[-1]
        ends = [
            graph.value(event, VF.resourceInventoriedAs),
            graph.value(event, VF.toResourceInventoriedAs),
        ]
        if ends[0] is None:
            giver = str(graph.value(event, VF.provider)).removeprefix(f"{name}:")
            assert str(graph.value(event, VF.receiver)) == f"{name}:collective"
            source, target = "commons", giver
        else:
            source, target = (
                str(end).removeprefix(f"{name}:account:").removesuffix(f":{unit}") for end in ends
            )
        sums[month, source, unit] -= count
        sums[month, target, unit] += count

    assert some(sums) == table


def test_what_was_approved_keeps_its_words_and_its_receipt(year: Played) -> None:
    receipt = "https://example.org/r?one=1,two=2"
    (row, *_) = [row for row in rows_of(year) if row["ref"] == year.refs["bo-milk"]]
    assert (row["what"], row["proof"]) == ("milk; butter | eggs", receipt)
    hledger = year.written("hledger")[1]
    assert f"({row['ref']}) milk, butter / eggs\n" in hledger
    assert "proof: https://example.org/r?one=1%2Ctwo=2" in hledger
    beancount = loader.load_string(year.written("beancount")[1])[0]
    (entry,) = [e for e in beancount if isinstance(e, data.Transaction) and row["ref"] in e.links]
    assert (entry.narration, entry.meta["proof"]) == ("milk; butter | eggs", receipt)
    text = year.written("valueflows")[1]
    graph = rdflib.Dataset(default_union=True).parse(data=text, format="json-ld")
    seen = set(graph.subjects(SEE_ALSO, rdflib.URIRef(receipt)))
    assert {str(graph.value(event, VF.note)) for event in seen} == {f"{row['ref']} milk; butter | eggs"}
    entries = json.loads(year.written("json")[1])["entries"]
    (approved,) = [
        e
        for e in entries
        if e["event"] == "transfer.approved" and e.get("what") == "milk; butter | eggs"
    ]
    assert approved["proof"] == receipt


def test_what_was_amended_or_withdrawn_keeps_its_words(year: Played) -> None:
    changed = [row for row in rows_of(year) if row["event"].startswith("contribution.")]
    assert {row["what"] for row in changed if row["ref"] == "C1"} == {"cleaned the kitchen"}
    assert {row["event"] for row in changed if row["ref"] == "C5"} == {
        "contribution.logged",
        "contribution.withdrawn",
    }
    assert {row["what"] for row in changed if row["ref"] == "C5"} == {"after midnight"}


# --- The chat beside them -----------------------------------------------------------------------------


@pytest.mark.parametrize("month", MONTHS)
def test_the_ledger_tells_the_month_of_the_books(year: Played, table: Months, month: str) -> None:
    facts = year.facts(f"ann: /ledger {month}")
    first = f"{MONTHS[MONTHS.index(month) - 1]}" if month != MONTHS[0] else ""
    cash = ("treasury", "fund", "held")

    assert told(facts["totals"]) == of(table, month, "member")
    for way in ("income", "partner", "expense"):
        of_way: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for sign, several in ((1, facts[way]), (-1, facts["undone"].get(way, {}))):
            for kind, sums in several.items():
                for unit, count in told(sums).items():
                    of_way[kind, unit] += sign * count if way == "expense" else -sign * count
        assert {key: count for key, count in of_way.items() if count} == {
            (account.partition(":")[2], unit): count
            for (when, account, unit), count in table.items()
            if when == month and account.startswith(f"{way}:")
        }
    assert told(facts["in-hand"]["before"]) == (of(table, first, *cash, until=True) if first else {})
    assert told(facts["in-hand"]["after"]) == of(table, month, *cash, until=True)


@pytest.mark.parametrize("month", MONTHS)
def test_what_was_shared_out_in_a_month_left_the_treasury_then(year: Played, month: str) -> None:
    of_month = [row for row in rows_of(year) if row["day"][:7] == month]
    shared = [row for row in of_month if row["event"] in {"distribution.made", "share.allotted"}]
    left = -sum(Decimal(row["amount"]) for row in shared if row["account"] == "treasury")

    assert told(year.facts(f"ann: /ledger {month}")["shared-out"]).get("EUR", 0) == left


@pytest.mark.parametrize("who", PEOPLE)
def test_a_statement_opens_and_closes_with_the_books(year: Played, table: Months, who: str) -> None:
    number = PEOPLE.index(who) + 1
    accounts = (f"member:{number}", f"held:{number}")
    before: dict[str, Decimal] = {}
    for month in MONTHS:
        facts = year.facts(f"ann: /statement @{who} {month}")
        after = of(table, month, *accounts, until=True)
        assert (told(facts["opening"]), told(facts["closing"])) == (before, after), month
        assert told(facts["totals"]) == of(table, month, accounts[0])
        before = after


def test_the_treasury_and_the_balances_are_those_of_the_books(year: Played, table: Months) -> None:
    facts = year.facts("ann: /treasury")
    last = "2027-01"  # for bo the year was over before it was for cem
    assert told(facts["treasury"]) == of(table, last, "treasury", until=True)
    assert told(facts["funds"]["tools"]) == of(table, last, "fund:tools", until=True)
    assert told(facts["in-hand"]) == of(table, last, "treasury", "fund", "held", until=True)
    for number, who in enumerate(PEOPLE, 1):
        balances = year.facts(f"ann: /balance @{who}")["balances"]
        assert told(balances) == of(table, last, f"member:{number}", f"held:{number}", until=True)


def test_the_digest_of_a_month_is_that_of_the_books(tmp_path: Path) -> None:
    """A digest is told once: what changes later in its days is told as changed, in a later one."""
    with played(tmp_path, "@ admin ann\n@ rule digest-every monthly\n@ member bo\n") as it:
        it.play(
            "bo: /me zone Pacific/Auckland\n@ 2026-01-31 11:30\nbo: /log 2h early\nann: /log 3h late\n"
        )
        came = it.say("@ 2026-02-01 12:00")
        (digest,) = [each for each in came if each["kind"] == "digest" and each["to"] == "room:main"]
        months = summed(rows_of(it))

        assert {kind: told(sums) for kind, sums in digest["kinds"].items()} == {
            "work": of(months, "2026-01", "member")
        }


@pytest.mark.parametrize("form", ["csv", "json", "hledger", "beancount", "valueflows"])
def test_an_export_of_a_month_is_what_counts_for_it(year: Played, table: Months, form: str) -> None:
    for month in MONTHS[:4]:
        came = year.facts(f"ann: /export {form} {month}")
        text = content(came)
        if form == "csv":
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            assert summed(rows) == {key: n for key, n in table.items() if key[0] == month}
        elif form == "json":
            days = {
                each["day"][:7] for e in json.loads(text)["entries"] for each in e.get("booked", ())
            }
            assert month in days
        elif form == "valueflows":
            graph = rdflib.Dataset(default_union=True).parse(data=text, format="json-ld")
            assert {str(day)[:7] for day in graph.objects(None, VF.hasPointInTime)} == {month}
        else:
            days = {row[:7] for row in text.splitlines() if " * " in row and row[:4] == "2026"}
            assert days == {month}


def content(came: dict[str, Any]) -> str:
    return base64.b64decode(came["files"][0]["data"]).decode()
