"""The exports, read back by the tools that they are for: as many transactions, the same balances."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import icalendar
import pytest
import rdflib
from beancount import loader
from beancount.core import data

from adapters.cli.export import ExportError, books_of, export_form
from bot.books.exporting.accounts import account_names
from bot.books.exporting.beancount import currencies
from bot.books.exporting.forms import FORMS, Books
from bot.books.exporting.tables import COLUMNS, safe
from bot.books.exporting.transactions import commodity, exact, transactions
from bot.collective.ledger import member_account
from storage.reading import SqlArchive
from tests.adapters.cli.test_running import talkoot
from tests.house.journals import book, stored
from tests.house.remembering import looked_up_again

pytestmark = pytest.mark.filterwarnings(
    "ignore:Dataset.default_context:DeprecationWarning", "ignore:ConjunctiveGraph:DeprecationWarning"
)

VF = rdflib.Namespace("https://w3id.org/valueflows/ont/vf#")

HOSTILE = (
    'ends" the text',
    "a second line\n2026-01-01 * x\n    Assets:Treasury  1 EUR\n    Equity:Outside",
    "; a comment, with | bars, and: tags",
    '\\" option "title" "mine"',
    "=HYPERLINK(0)",
    "\u202etxet\u0000",
)


@pytest.fixture(scope="module", params=[1, 2, 3])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A journal with every kind of event."""
    url = f"sqlite:///{tmp_path_factory.mktemp('export')}/talkoot.db"
    with stored(url, book(request.param, 120, whole=True)) as (_, kept):
        yield kept


def written(archive: SqlArchive, form: str) -> tuple[Books, str]:
    with archive.snapshot() as snapshot:
        books = books_of(snapshot)
        return books, "".join(FORMS[form].write(books))


def posted(archive: SqlArchive) -> tuple[int, int]:
    """How many transactions there are, and how many postings."""
    with archive.snapshot() as snapshot:
        books = books_of(snapshot)
        found = list(transactions(books.entries(), books.texts))
    return len(found), sum(len(each.postings) for each in found)


def balances(books: Books) -> dict[tuple[str, str], Decimal]:
    """The bot's own, but for those that are nothing."""
    return {
        (account, unit): Decimal(exact(count, unit))
        for (account, unit), count in books.state.ledger.balances.items()
        if count
    }


@pytest.mark.parametrize("form", sorted(FORMS.keys() - {"ics"}))
def test_a_journal_too_long_to_remember_is_told_alike(
    archive: SqlArchive, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """What was said of a thing before is looked up again, and is not held for all things."""
    _, whole = written(archive, form)
    looked_up = looked_up_again(monkeypatch)

    assert written(archive, form)[1] == whole
    assert looked_up


def test_beancount_finds_no_error_and_the_same_balances(archive: SqlArchive) -> None:
    books, text = written(archive, "beancount")
    entries, errors, _ = loader.load_string(text)
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    found = [entry for entry in entries if isinstance(entry, data.Transaction)]
    for entry in found:
        for posting in entry.postings:
            assert posting.units is not None
            number = posting.units.number
            assert number is not None
            sums[posting.account, posting.units.currency] += number
    names, units = account_names(books.state), currencies(u for _, u in books.state.ledger.balances)
    expected = {(names[account], units[unit]): n for (account, unit), n in balances(books).items()}

    assert errors == []
    assert len(found) == posted(archive)[0]
    assert {key: n for key, n in sums.items() if n} == expected


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_finds_no_error_and_the_same_balances(archive: SqlArchive, tmp_path: Path) -> None:
    books, text = written(archive, "hledger")
    file = tmp_path / "books.journal"
    file.write_text(text, "utf-8")

    def asked(*command: str) -> str:
        line = ["hledger", "-f", str(file), *command]
        done = subprocess.run(line, capture_output=True, text=True, check=True, env={"LANG": "C.UTF-8"})
        return done.stdout

    rows = list(csv.reader(io.StringIO(asked("print", "-O", "csv"))))[1:]
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row[7], row[9]] += Decimal(row[8])
    names = account_names(books.state)
    expected = {(names[account], commodity(unit)): n for (account, unit), n in balances(books).items()}

    asked("check", "accounts", "commodities")  # every one of them is declared
    assert (len({row[0] for row in rows}), len(rows)) == posted(archive)
    assert {key: n for key, n in sums.items() if n} == expected


def test_a_table_has_a_row_for_each_posting_and_the_same_balances(archive: SqlArchive) -> None:
    books, text = written(archive, "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["account"], row["unit"]] += Decimal(row["amount"])

    assert len(rows) == posted(archive)[1]
    assert tuple(rows[0]) == COLUMNS
    assert {key: n for key, n in sums.items() if n} == {
        (account, commodity(unit)): n for (account, unit), n in balances(books).items()
    }


def test_valueflows_is_linked_data_in_which_everybody_worked_as_much(archive: SqlArchive) -> None:
    books, text = written(archive, "valueflows")
    graph = rdflib.Dataset(default_union=True).parse(data=text, format="json-ld")
    worked: defaultdict[str, Decimal] = defaultdict(Decimal)
    events = set(graph.subjects(rdflib.RDF.type, VF.EconomicEvent))
    for event in graph.subjects(VF.action, VF.work):
        quantity = graph.value(event, VF.effortQuantity)
        number = graph.value(quantity, VF.hasNumericalValue)
        worked[str(graph.value(event, VF.provider))] += Decimal(str(number))
    expected = {
        f"urn:talkoot:{books.state.collective}:member:{number}": Decimal(count)
        for number in books.state.members.by_number
        if (count := books.state.ledger.balances.get((member_account(number), "h"), 0))
    }

    assert {who: minutes for who, minutes in worked.items() if minutes} == expected
    assert events
    for event, corrected in graph.subject_objects(VF.corrects):
        assert corrected in events
        amount = graph.value(event, VF.effortQuantity) or graph.value(event, VF.resourceQuantity)
        assert Decimal(str(graph.value(amount, VF.hasNumericalValue))) < 0
    for role in (VF.provider, VF.receiver):
        agents = set(graph.objects(None, role))
        assert agents <= set(graph.subjects(rdflib.RDF.type, None))


def test_what_is_paid_out_settles_what_the_collective_owed(tmp_path: Path) -> None:
    (tmp_path / "pay.transcript").write_text(
        "@ admin ann\n@ member bo\nann: /income 100 EUR client\n"
        "bo: /expense 60 EUR eggs\nann: /approve T2\nann: /payout @bo 40 EUR\nann: /payout @bo 20 EUR\n"
    )
    url = f"sqlite:///{tmp_path}/talkoot.db"
    played = talkoot("try", "--script", "pay.transcript", "--db", url, folder=tmp_path)
    assert played.returncode == 0, played.stderr
    done = talkoot("export", "out", "--format", "valueflows", "--db", url, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    graph = rdflib.Dataset(default_union=True).parse(tmp_path / "out", format="json-ld")
    (claim,) = graph.subjects(rdflib.RDF.type, VF.Claim)
    assert len(set(graph.subjects(VF.settles, claim))) == 2


def test_a_partners_payment_settles_what_it_owed(tmp_path: Path) -> None:
    (tmp_path / "pay.transcript").write_text(
        "ann: /role give @ann treasurer\nann: /rules set partners treasurer\nann: /partner add bakery\n"
        "ann: /partner pledge bakery revenue 5% EUR --every month\n@ 2026-02-03\n"
        "ann: /partner declare bakery 1000 EUR\nann: /income 30 EUR a part --partner bakery\n"
        "ann: /income 20 EUR the rest --partner bakery\n"
    )
    url = f"sqlite:///{tmp_path}/talkoot.db"
    played = talkoot("try", "--script", "pay.transcript", "--db", url, folder=tmp_path)
    assert played.returncode == 0, played.stderr
    for form in ("valueflows", "beancount"):
        done = talkoot("export", form, "--format", form, "--db", url, folder=tmp_path)
        assert done.returncode == 0, done.stderr
    graph = rdflib.Dataset(default_union=True).parse(tmp_path / "valueflows", format="json-ld")
    (claim,) = graph.subjects(rdflib.RDF.type, VF.Claim)
    assert str(graph.value(graph.value(claim, VF.resourceQuantity), VF.hasNumericalValue)) == "50.00"
    assert len(set(graph.subjects(VF.settles, claim))) == 2
    (agreement,) = graph.subjects(rdflib.RDF.type, VF.Agreement)
    (commitment,) = graph.objects(agreement, VF.stipulates)
    assert graph.value(commitment, VF.clauseOf) == agreement
    assert graph.value(commitment, VF.provider) == graph.value(claim, VF.provider)
    assert str(graph.value(commitment, VF.note)) == "1/20 revenue, every month"
    assert "Income:Partners:Bakery" in (tmp_path / "beancount").read_text("utf-8")


def test_json_has_every_entry_with_its_words_and_no_account(archive: SqlArchive) -> None:
    books, text = written(archive, "json")
    known = json.loads(text)
    with archive.snapshot() as snapshot:
        entries = list(snapshot.entries(books.state.collective))

    assert known["head"]["seq"] == len(known["entries"]) == len(entries)
    assert [each["hash"] for each in known["entries"]] == [entry.hash.hex() for entry in entries]
    accounts = {account for _, account in books.state.members.by_account}
    assert not [each for each in known["entries"] if each.get("account") in accounts]


@pytest.mark.parametrize("form", FORMS)
def test_words_end_no_line_and_begin_no_transaction(form: str, tmp_path: Path) -> None:
    lines = ["@ admin ann"]
    for words in HOSTILE:
        first, *rest = words.split("\n")
        for command in ("log 1h", 'need --by "in 30 days"'):
            lines += [f"ann: /{command} {first}", *(f"  {each}" for each in rest)]
    (tmp_path / "hostile.transcript").write_text("\n".join(lines) + "\n", "utf-8")
    url = f"sqlite:///{tmp_path}/talkoot.db"
    assert (
        talkoot("try", "--script", "hostile.transcript", "--db", url, folder=tmp_path).returncode == 0
    )
    assert talkoot("export", "out", "--format", form, "--db", url, folder=tmp_path).returncode == 0
    text = (tmp_path / "out").read_text("utf-8")

    count = {
        "csv": len(list(csv.reader(io.StringIO(text, newline="")))) // 2,
        "json": text.count('"contribution.logged"'),
        "hledger": len(re.findall(r"^\d{4}-\d\d-\d\d \*", text, re.MULTILINE)),
        "beancount": len(re.findall(r"^\d{4}-\d\d-\d\d \*", text, re.MULTILINE)),
        "valueflows": text.count('"EconomicEvent"'),
        "ics": text.count("BEGIN:VEVENT"),
    }[form]
    assert count == len(HOSTILE)
    if form == "beancount":
        assert loader.load_string(text)[1] == []
    if form == "ics":
        assert len(icalendar.Calendar.from_ical(text).walk("VEVENT")) == count
    assert "\u0000" not in text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "\t=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert not safe(cell).startswith(("=", "+", "-", "@", "\uff1d", "\t")) or safe(cell)[0] == "'"


def test_an_export_is_whole_or_not_there(archive: SqlArchive, tmp_path: Path) -> None:
    export_form(archive, FORMS["csv"], tmp_path / "out.csv")
    before = (tmp_path / "out.csv").read_bytes()
    with pytest.raises(ExportError, match="is there already"):
        export_form(archive, FORMS["csv"], tmp_path / "out.csv")
    with pytest.raises(ExportError, match="Name one collective"):
        export_form(archive, FORMS["csv"], tmp_path / "other.csv", "nobody")
    assert (tmp_path / "out.csv").read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.csv"]


def test_a_site_is_written_from_the_command_line(tmp_path: Path) -> None:
    told = talkoot("run", typed="ann: /log 3h cooked\nann: /rules set web public\n", folder=tmp_path)
    assert told.returncode == 0, told.stderr

    done = talkoot("export", "--format", "site", "book", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "cooked" in (tmp_path / "book" / "contributions.html").read_text()
    refused = talkoot("export", "--format", "site", "book", folder=tmp_path)
    assert refused.returncode != 0
    assert "is not empty" in refused.stderr
