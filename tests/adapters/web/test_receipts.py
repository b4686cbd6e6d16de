"""Receipts and numbers of bank accounts are for members: no page and no form tells them outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.config import Config
from adapters.cli.export import export_site
from adapters.cli.importing_run import Wanted, bring_in
from adapters.web.forms import forms_of
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book

IBAN = "DE89370400440532013000"
SPACED = "de89 3704 0044 0532 0130 00"
RECEIPT = f"https://receiptwords.example/{IBAN}"
LINES = (
    f"/log 2h baked --proof {RECEIPT}",
    f"/log 1h as in {IBAN}\nmore of {SPACED}, in a note",
    f"/income 120 EUR market --proof {RECEIPT}",
    f"/expense 20 EUR flour --proof {RECEIPT}",
    f"/expense 9 EUR paid from {SPACED} --paid treasury",
    f"/amend C1 --proof {RECEIPT}/again",
    "/rules set partners treasurer",
    "/partner add mill",
    "/partner pledge mill revenue 5% EUR --every month --from 2026-01 --until 2026-01",
    f"/partner declare mill 100 EUR 2026-01 --proof {RECEIPT}",
    f"/propose Pay into {IBAN}\nor {SPACED}",
    f"/vote P1 concern it is {IBAN}",
    f"/poll Into {SPACED}? | {IBAN} | none",
    f"/need 2h {IBAN} --by in 4 days",
    f"/thank @bo for {IBAN}",
    f"/circle create {IBAN.lower()}",
    f"/log 1h dug :{IBAN.lower()}",
    f"/fund create {IBAN.lower()}",
    f"/fund add 5 EUR {IBAN.lower()}",
    f"/partner add {IBAN.lower()}",
    f"/partner pledge {IBAN.lower()} revenue 5% EUR --every month --from 2026-01 --until 2026-01",
    f"/partner declare {IBAN.lower()} 100 EUR 2026-01",
    f"/income 5 EUR what was pledged --partner {IBAN.lower()}",
    "/vote Q1 1",
    f"/meeting open {IBAN}",
    f"/meeting add into {SPACED}",
    "/meeting next",
    f"/meeting note {SPACED} it was",
    f"/meeting agreed {IBAN}",
    f"/meeting temp {IBAN}?",
    f"/meeting action @bo pay {IBAN}",
    "/meeting close",
    f"/minutes amend M1 {SPACED}",
)
"""Every command that takes a link to a receipt, and others with the number of an account in words."""

STATEMENT = f"""<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>{IBAN}</IBAN></Id></Acct>
<Ntry><Amt Ccy="EUR">80.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-01-02</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls><TxDtls>
<RmtInf><Ustrd>importedwords IBAN: {SPACED} {IBAN}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""
"""What a bank gives out, with the number of the payer's account among the words."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("receipts")) as it:
        it.house.clock.move_to(it.house.clock.now().replace(month=3))
        it.house.enter("ann", "bo", "cem")
        for line in ("/role give @me treasurer", *LINES):
            told = it.house.say("ann", line)
            assert told.error == "", (line, told.text)
        bring(it, tmp_path_factory.mktemp("statement") / "camt.xml")
        it.house.say("ann", "/rules set web public --in collective")
        it.house.say("ann", "/rules set web-names names --in collective")
        yield it


def bring(it: Library, file: Path) -> None:
    """A statement of a bank comes in."""
    file.write_text(STATEMENT)
    bring_in(Config(), it.house.url, Wanted(file, "camt", write=True))
    for who in ("bo", "cem"):
        assert it.house.say(who, "/import agree I1").error == ""
    rows, done = bring_in(Config(), it.house.url, Wanted(file, "camt", write=True))
    assert done, rows


def addresses(it: Library) -> Iterator[str]:
    """Every page in every form, of every thing that there is."""
    state = it.house.folded()
    counts = {
        "C": state.contributions.count, "P": state.proposals.count, "Q": state.polls.count,
        "N": state.needs.count, "T": state.treasury.count, "M": state.meetings.count,
    }  # fmt: skip
    things = [f"{letter}{n}" for letter, count in counts.items() for n in range(1, count + 1)]
    for name, page in FEATURES.pages.items():
        endings = forms_of(page, news=name == "start" or page.news is not None)
        for path in (f"{name}/{ref}" for ref in things) if page.needs_ref else (name,):
            yield path
            yield from (f"{path}.{ending}" for ending in endings)
    yield "partners?search=mill"
    yield "decisions?search=pay"
    yield "accounts?account=member"


def tells(text: str) -> bool:
    """Whether a receipt or a number of an account stands in it."""
    plain = "".join(text.split()).casefold().replace("&nbsp;", "").replace("\u00a0", "")
    return "receiptwords" in plain or IBAN.casefold() in plain


def test_no_page_and_no_form_tells_who_is_no_member(library: Library) -> None:
    read = set()
    for path in addresses(library):
        got = library.outside(f"/alpha/{path}")
        if got.status == 200:
            read.add(path)
            assert not tells(got.text), path

    assert {"show/T6", "show/M1", "show/C2", "show/Q1.json", "ledger.jsonld", "start.atom"} <= read


def test_no_file_of_the_site_tells_it(library: Library, tmp_path: Path) -> None:
    export_site(library.house.store.archive, tmp_path / "site", library.house.rules, "alpha")

    for path in (tmp_path / "site").rglob("*.*"):
        assert not tells(path.read_text("utf-8")), path


def test_what_is_left_out_leaves_no_empty_way(library: Library) -> None:
    for path in ("show/C1", "show/T1", "partners?search=mill"):
        assert 'href=""' not in library.outside(f"/alpha/{path}").text, path


def test_members_find_it_where_it_belongs(library: Library) -> None:
    """Were it nowhere, the tests above would see nothing."""
    for path in ("show/C1", "show/T1", "show/T2", "ledger.csv", "partners?search=mill"):
        assert RECEIPT in library.get(f"/alpha/{path}").text, path
    for path in ("show/C2", "show/P1", "show/Q1", "show/N1", "show/M1", "show/T6"):
        assert tells(library.get(f"/alpha/{path}").text), path


def test_every_command_that_takes_a_receipt_is_tried() -> None:
    """A new one stands among the lines above."""
    takes_one = {
        name
        for name, command in FEATURES.commands.items()
        if any(option.name == "proof" for option in command.options)
    }

    assert takes_one
    assert takes_one == {
        " ".join(line[1:].split()[: name.count(" ") + 1])
        for line in LINES
        for name in takes_one
        if "--proof" in line and line[1:].startswith(f"{name} ")
    }
