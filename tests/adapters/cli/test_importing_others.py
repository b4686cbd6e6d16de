"""Imports of what is neither hours nor a bank's: who owes whom, thanks, decisions, whole journals."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cli.config import Config
from adapters.cli.importing_map import ImportFault
from adapters.cli.importing_run import undo
from adapters.cli.safe import From
from adapters.cli.store import open_archive
from adapters.cli.verify import verify_archive
from bot.books.importing.forms import SOURCES
from bot.books.importing.planned import Found, Left, Way
from bot.books.importing.reasons import Doubt, Misfit, english
from bot.books.importing.splitwise import settled
from bot.collective.imports import ThanksBrought
from tests.adapters.cli.test_importing import FIXTURES, cash, coop, hours, look, write
from tests.house import House
from tests.house.cases import first

__all__ = ["coop"]


def begin_unit(house: House, mode: str) -> None:
    house.say("ann", "/rules set units treasurer")
    house.say("ann", "/role give @ann treasurer")
    more = "--limit 20" if mode == "credit" else "--wage 1 --budget 400"
    told = house.say("ann", f"/unit create token {mode} --decimals 2 {more}").texts
    assert house.folded().units.named("token") is not None, told


def tokens(house: House) -> dict[str, int]:
    """What each has of the unit, with the treasury or the issuer behind it; sums to nothing."""
    state = house.folded()
    found: dict[str, int] = {}
    own = state.units.named("token")
    assert own is not None
    for (account, unit), count in state.ledger.balances.items():
        if unit == own.code and count:
            root, _, number = account.partition(":")
            found[state.members.name(int(number)).name if number else root] = count
    assert sum(found.values()) == 0
    return found


TIMEOVERFLOW = {"Banc del Temps": -200, "ann": 50, "bo": 100, "cem": 50}
SPLITWISE = {"ann": 4250, "bo": -1500, "cem": -2750}
SOURCECRED = {"ann": 400, "bo": 350}


@pytest.mark.parametrize(
    ("name", "source", "mode", "balances"),
    [
        ("timeoverflow.csv", "timeoverflow", "credit", TIMEOVERFLOW),
        ("splitwise.csv", "splitwise", "credit", SPLITWISE),
        ("sourcecred.json", "sourcecred", "issued", SOURCECRED | {"issuer": -750}),
        ("sourcecred.json", "sourcecred", "credit", SOURCECRED | {"treasury": -750}),
    ],
)
def test_what_people_owe_one_another_comes_exactly_goes_whole_and_comes_again(
    coop: House, name: str, source: str, mode: str, balances: dict[str, int]
) -> None:
    begin_unit(coop, mode)
    more = {"map": FIXTURES / f"{source}.toml"}
    write(coop, name, source, **more)
    assert tokens(coop) == balances
    assert "There is nothing to enter." in look(coop, name, source, write=True, **more)[0]
    assert f"Imported from {source}, line" in "".join(coop.say("ann", "/show T1").texts)
    undo(Config(), coop.url, "I1", "", write=True)
    assert tokens(coop) == {}
    write(coop, name, source, **more)
    assert tokens(coop) == balances
    assert verify_archive(coop.store.archive).sound


def test_praise_comes_as_thanks_of_its_month_and_changes_no_balance(coop: House) -> None:
    before = coop.folded().ledger.balances
    rows = "\n".join(look(coop, "praise.json", "praise")[0])
    assert "thanks: 2" in rows
    assert "of somebody whom the file does not name" in rows
    write(coop, "praise.json", "praise")
    members = coop.folded().members
    numbers = {name: members.named(name)[0].number for name in ("ann", "bo")}
    thanked = {("2026-02", numbers["ann"]): 1, ("2026-02", numbers["bo"]): 1}
    assert coop.folded().thanks.received == thanked
    assert coop.folded().ledger.balances == before
    assert "There is nothing to enter." in look(coop, "praise.json", "praise", write=True)[0]
    assert "2 entries" in undo(Config(), coop.url, "I1", "", write=True)[0]
    assert coop.folded().thanks.received == {}
    write(coop, "praise.json", "praise")
    assert coop.folded().thanks.received == thanked
    assert verify_archive(coop.store.archive).sound


def test_thanks_that_were_brought_in_are_not_in_the_digest(coop: House) -> None:
    write(coop, "praise.json", "praise")
    coop.say("cem", "/thank @dee for the lamp")
    told = "\n".join(coop.say("ann", "/digest now").texts)
    assert "for the lamp" in told
    assert "for the bread" not in told


def test_decisions_of_elsewhere_are_records_and_none_of_ours(coop: House) -> None:
    assert "Nothing that was decided elsewhere" in coop.say("ann", "/import decisions").texts[0]
    rows = "\n".join(look(coop, "loomio.json", "loomio")[0])
    assert "decision: 2" in rows
    assert "line 4: is not over there" in rows
    write(coop, "loomio.json", "loomio")
    told = coop.say("ann", "/import decisions").texts[0]
    assert "it binds nobody here" in told
    assert "A new oven · Agree 2, Disagree 0 · We buy it in May" in told
    assert told.index("Who chairs · Bo 1") < told.index("A new oven")
    assert "A new oven" not in coop.say("ann", "/import decisions chairs").texts[0]
    assert not coop.folded().proposals.alive
    assert "2 more were decided elsewhere" in coop.say("ann", "/decisions").texts[0]
    assert "There is nothing to enter." in look(coop, "loomio.json", "loomio", write=True)[0]
    undo(Config(), coop.url, "I1", "", write=True)
    assert "Nothing that was decided elsewhere" in coop.say("ann", "/import decisions").texts[0]
    assert "elsewhere" not in coop.say("ann", "/decisions").texts[0]
    write(coop, "loomio.json", "loomio")
    assert "A new oven" in coop.say("ann", "/import decisions oven").texts[0]
    assert verify_archive(coop.store.archive).sound


@pytest.mark.parametrize(
    ("name", "source", "more_hours", "left"),
    [
        (
            "hledger.journal",
            "hledger",
            {"ann": 210},
            ("has a price", "has virtual postings", "does not add up"),
        ),
        ("beancount.beancount", "beancount", {}, ("has a price",)),
    ],
)
def test_a_journal_comes_with_its_exact_balances_goes_whole_and_comes_again(
    coop: House, name: str, source: str, more_hours: dict[str, int], left: tuple[str, ...]
) -> None:
    more = {"map": FIXTURES / f"{source}.toml"}
    rows = "\n".join(look(coop, name, source, **more)[0])
    for why in left:
        assert why in rows
    assert "expense: 100.50 EUR" in rows, "what Ann laid out is the treasury's expense too"
    assert "income: 1,100.00 EUR" in rows
    assert "ann (#1): 5.00 EUR" in rows
    write(coop, name, source, **more)
    ann = coop.folded().members.named("ann")[0].number
    # 1,000 + 100 came in, 80.50 went out; Ann laid out 20 of the treasury's and got 15 of it.
    held = {("EUR", f"held:{ann}"): 500, ("EUR", "treasury"): 100_000 + 10_000 - 8_050 - 2_000}
    balances = coop.folded().ledger.balances
    found = {
        (unit, account): count
        for (account, unit), count in balances.items()
        if account.startswith(("held:", "treasury")) and count
    }
    assert found == held
    assert hours(coop) == more_hours
    assert "There is nothing to enter." in look(coop, name, source, write=True, **more)[0]
    undo(Config(), coop.url, "I1", "", write=True)
    assert (cash(coop), hours(coop)) == ({}, {})
    write(coop, name, source, **more)
    assert coop.folded().ledger.balances[f"held:{ann}", "EUR"] == 500
    assert hours(coop) == more_hours
    assert verify_archive(coop.store.archive).sound


def test_what_every_account_is_taken_for_is_told(coop: House, tmp_path: Path) -> None:
    """However many there are: what is known by its name alone is not asked."""
    journal = tmp_path / "x.journal"
    moves = (f"2026-01-02 x\n  assets:a{n}  1 EUR\n  income:b{n}  -1 EUR\n" for n in range(45))
    journal.write_text("".join(moves))
    rows = "\n".join(look(coop, str(journal), "hledger")[0])
    for n in range(45):
        assert f"“assets:a{n}”" in rows
        assert f"“income:b{n}”" in rows
    assert rows.count("Taken for treasury: ") == 3


def test_what_their_unit_is_here_is_asked_and_never_guessed(coop: House) -> None:
    rows, done = look(coop, "splitwise.csv", "splitwise", write=True)
    assert not done
    assert "“EUR” is what they owe one another in" in "".join(rows)
    assert "no unit of your own yet: /unit create" in "".join(rows)
    rows, done = look(coop, "hledger.journal", "hledger", write=True)
    assert not done
    assert "Say under [accounts] what “liabilities:ann” is" in "".join(rows)


def test_rows_that_do_not_add_up_are_named_and_grains_too_fine_are_summed_up(coop: House) -> None:
    begin_unit(coop, "credit")
    rows = "\n".join(look(coop, "splitwise.csv", "splitwise", map=FIXTURES / "splitwise.toml")[0])
    assert "line 9: does not add up" in rows
    assert "line 8: leaves nothing with anybody" in rows
    assert "line 11: is the sum of the others" in rows
    rows = "\n".join(look(coop, "sourcecred.json", "sourcecred", map=FIXTURES / "sourcecred.toml")[0])
    assert "Finer than the smallest part of token, and left out: 1e-18 of one in all." in rows
    rows = "\n".join(
        look(coop, "timeoverflow.csv", "timeoverflow", map=FIXTURES / "timeoverflow.toml")[0]
    )
    assert "line 5: is finer than the smallest part of token" in rows


def test_whoever_owes_most_pays_whoever_gets_most_and_all_is_settled() -> None:
    assert list(settled({"a": 5, "b": -2, "c": -3})) == [("c", "a", 3), ("b", "a", 2)]
    nets = {"a": 7, "b": 4, "c": -5, "d": -6}
    left = dict(nets)
    for payer, to, count in settled(nets):
        left[payer] += count
        left[to] -= count
    assert set(left.values()) == {0}


ALL = {
    "opening": "opening.csv",
    "kimai": "kimai.csv",
    "toggl": "toggl.csv",
    "clockify": "clockify.csv",
    "camt": "camt.xml",
    "ofx": "bank.ofx",
    "bank": "bank.csv",
    "opencollective": "opencollective.csv",
    "timeoverflow": "timeoverflow.csv",
    "splitwise": "splitwise.csv",
    "sourcecred": "sourcecred.json",
    "praise": "praise.json",
    "loomio": "loomio.json",
    "hledger": "hledger.journal",
    "beancount": "beancount.beancount",
}


def test_every_source_has_a_file_to_be_tried_by() -> None:
    assert set(ALL) == set(SOURCES)


def test_the_command_line_takes_every_source() -> None:
    assert set(From) == {*SOURCES, "bundle"}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_other_kind_of_file_is_refused_or_asked_about_and_never_read(
    coop: House, source: str
) -> None:
    more = {"map": FIXTURES / "bank.toml"} if source == "bank" else {}
    for other, name in ALL.items():
        if other == source:
            continue
        try:
            rows, done = look(coop, name, source, **more)
        except ImportFault as why:
            assert "cannot be brought in as" in str(why)
            continue
        assert not done or not any("would come" in row for row in rows), (source, other, rows)


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_half_a_file_is_refused_or_brings_nothing_that_the_whole_does_not(
    tmp_path: Path, source: str
) -> None:
    text = (FIXTURES / ALL[source]).read_text("utf-8-sig")
    answers = ANSWERS.get(source, {})
    whole = [each for each in SOURCES[source](text, answers) if isinstance(each, Found)]
    for end in range(1, len(text), max(1, len(text) // 60)):
        try:
            found = [it for it in SOURCES[source](text[:end], answers) if isinstance(it, Found)]
        except (Misfit, Doubt):
            continue
        taken = {(it.line, it.count, it.person, it.to, it.flow) for it in whole}
        # The last row may be cut off within its words or number, and nothing tells; all else holds.
        for each in found[:-2]:
            assert (each.line, each.count, each.person, each.to, each.flow) in taken, (source, end)


ANSWERS = {
    "bank": {
        "bank.date": "Buchungstag",
        "bank.text": "Verwendungszweck",
        "bank.debit": "Soll",
        "bank.credit": "Haben",
        "bank.unit": "EUR",
        "bank.skip": "3",
    },
    "hledger": {"accounts.liabilities": "person", "accounts.budget": "skip"},
    "beancount": {"accounts.Liabilities": "person"},
}


@pytest.mark.parametrize(
    ("source", "text", "told"),
    [
        ("sourcecred", "[" * 100_000, "cut off or no JSON"),
        ("sourcecred", '{"a":1}', "no ledger.json"),
        ("sourcecred", '{"action":{"type":"DISABLE_ACCOUNTING"}}', "were set to nothing"),
        ("praise", '[{"giver":"a","receiver":"b"}]', "cat useraccounts.json praise.json"),
        ("praise", "[1]", "row 1 is no object"),
        ("loomio", '{"polls":[]}', "no row of a table"),
        ("timeoverflow", "a,b,c\n", "five columns"),
        ("timeoverflow", "a,b,c,d,e\n2026-01-01,x,y,z,12.5\n", "no hours such as 1:30"),
        ("splitwise", "Date,Description,Category,Cost,Currency\n", "no columns of people"),
        ("hledger", "include other.journal\n", "line 1 is not understood"),
        ("hledger", "= expenses:food\n  (budget)  *-1\n", "line 1 is not understood"),
        ("hledger", "comment\n", "cut off within a comment"),
        ("beancount", 'include "x.beancount"\n', "line 1 is not understood here: include"),
        ("beancount", "2026-01-01 pad Assets:A Equity:B\n", "line 1 is not understood here: pad"),
        ("beancount", 'plugin "x"\n', "line 1 is not understood here: plugin"),
    ],
)
def test_a_file_of_another_make_is_refused_in_words(source: str, text: str, told: str) -> None:
    with pytest.raises(Exception, match=told):
        list(SOURCES[source](text, {}))


SPLIT = "Date,Description,Category,Cost,Currency,a,b\n"
TRANSFERS = "a,b,c,d,e\n2026-01-01,x,y,,1:00\n"
MOVED = "\n  Assets:A   {}\n  Income:B\n"


@pytest.mark.parametrize(
    ("source", "text", "why"),
    [
        ("splitwise", f"{SPLIT}2026-01-01,x,y,1,EUR,=1,-1\n", "“=1” is no number"),
        ("splitwise", f"{SPLIT}2026-01-01,x,y,1,ZZZ,1,-1\n", "“ZZZ” is no currency"),
        ("splitwise", f"{SPLIT}soon,x,y,1,EUR,1,-1\n", "“soon” is no day"),
        ("timeoverflow", f"{TRANSFERS}2026-01-01,x,y,,-1:00\n", "“-1:00” is not above nothing"),
        ("timeoverflow", f"{TRANSFERS}2026-01-01,x,y,,=1\n", "“=1” is no duration"),
        ("hledger", f"2026-01-01 x{MOVED.format('1 ZZZ')}", "“ZZZ” is no unit that I know"),
        ("hledger", f"2026-13-01 x{MOVED.format('1 EUR')}", "“2026-13-01” is no day"),
        ("hledger", f"2026-01-01 x{MOVED.format('0.001 EUR')}", "finer than the smallest part"),
        ("hledger", f"2026-01-01 x{MOVED.format('=1 EUR')}", "sets a balance"),
        ("beancount", f'2026-01-01 * "x"{MOVED.format("(10/3) EUR")}', "no amount with a unit"),
    ],
)
def test_a_bad_row_is_named_with_its_line(source: str, text: str, why: str) -> None:
    rows = list(SOURCES[source](text, {}))
    assert any(isinstance(each, Left) and each.line and why in english(each.why) for each in rows), rows


def test_decimal_commas_and_two_signs_are_read_in_splitwise() -> None:
    head = "Data;Descrizione;Categoria;Costo;Valuta;a;b\n"
    rows = list(SOURCES["splitwise"](f"{head}2026-01-01;x;y;7,2;EUR;3,60;--3,60\n", {}))
    assert [(it.person, it.to, it.count, it.flow) for it in rows if isinstance(it, Found)] == [
        ("b", "a", 360, Way.PAY)
    ]


def test_who_is_new_by_the_map_is_new_once_also_after_an_undoing(coop: House, tmp_path: Path) -> None:
    file, answers = tmp_path / "open.csv", tmp_path / "map.toml"
    file.write_text("person,amount,unit,day\nNils,2,h,2026-03-01\nbo,1,h,2026-03-01\n")
    answers.write_text('[people]\n"Nils" = "new"\n"bo" = "new"\n')
    write(coop, str(file), "opening", map=answers)
    assert len(coop.folded().members.named("bo")) == 2, "the map said that it is another bo"
    assert "There is nothing to enter." in look(coop, str(file), "opening", map=answers)[0]
    undo(Config(), coop.url, "I1", "", write=True)
    write(coop, str(file), "opening", map=answers)
    assert len(coop.folded().members.named("Nils")) == 1
    assert len(coop.folded().members.named("bo")) == 2


MANY = {
    "camt": (
        "<Document><Stmt>{}</Stmt></Document>",
        '<Ntry><Amt Ccy="EUR">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>',
    ),
    "ofx": ("<OFX><STMTRS>{}</BANKTRANLIST></STMTRS></OFX>", "<STMTTRN><TRNAMT>1</STMTTRN>"),
    "timeoverflow": ("a,b,c,d,e\n{}", "2026-01-01,x,y,,1:00\n"),
    "splitwise": (SPLIT + "{}", "2026-01-01,x,y,1,EUR,1,-1\n"),
    "sourcecred": ("{}", '{"action":{"type":"TOGGLE_ACTIVATION"}}\n'),
    "praise": ("{}", '{"giver":"a","receiver":"b"}\n'),
    "loomio": ("{}", '{"table":"tags","record":{}}\n'),
    "hledger": ("{}", "2026-01-01\n  assets:a  1 EUR\n  income:b\n"),
    "beancount": ("{}", '2026-01-01 * ""\n  Assets:A  1 EUR\n  Income:B\n'),
}


@pytest.mark.parametrize(
    "source", first(3, ["ofx", "praise", "loomio", *sorted({*MANY} - {"ofx", "praise", "loomio"})])
)
def test_a_file_of_too_many_rows_is_refused_and_never_taken_in_part(
    tmp_path: Path, source: str
) -> None:
    whole, row = MANY[source]
    file = tmp_path / "many"
    file.write_text(whole.replace("{}", row * 100_001, 1))
    with House(homes={"a": "alpha"}, url=f"sqlite:///{tmp_path / 'a.db'}") as house:
        house.enter("ann")
        with pytest.raises(ImportFault, match=r"more than (100,000 rows|20 MB)"):
            look(house, str(file), source)
        assert not house.folded().imports.known


def test_the_words_of_thanks_that_came_go_with_whoever_is_forgotten(coop: House) -> None:
    write(coop, "praise.json", "praise")
    assert "forgotten" in coop.say("bo", "/me forget yes").text
    with open_archive(coop.url) as archive, archive.snapshot() as snapshot:
        seals = [it.what for it in coop.events() if isinstance(it, ThanksBrought)]
        assert not any(snapshot.texts("alpha", seals).values())
    assert verify_archive(coop.store.archive).sound


def test_what_was_paid_to_somebody_else_is_another_payment(coop: House, tmp_path: Path) -> None:
    begin_unit(coop, "credit")
    file, answers = tmp_path / "transfers.csv", tmp_path / "map.toml"
    answers.write_text('[units]\n"h" = "token"\n')
    file.write_text("a,b,c,d,e\n2026-01-01,ann,bo,help,1:00\n")
    write(coop, str(file), "timeoverflow", map=answers)
    file.write_text("a,b,c,d,e\n2026-01-01,ann,cem,help,1:00\n2026-01-01,ann,bo,help,1:00\n")
    rows, _ = look(coop, str(file), "timeoverflow", map=answers)
    assert "  cem (#3): 1.00 token" in rows
    assert not any(row.startswith("  bo (#2)") for row in rows)
    assert "1 row is here already: passed over." in rows
