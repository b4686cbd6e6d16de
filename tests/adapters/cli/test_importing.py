"""`talkoot import` of other programs' files: what comes, what is asked, left out, agreed to."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.config import Config
from adapters.cli.importing_map import ImportFault
from adapters.cli.importing_run import Wanted, bring_in, undo
from adapters.cli.outside import SystemClock
from adapters.cli.verify import verify_archive
from bot.books.importing.forms import SOURCES
from bot.books.importing.planned import Found, Left
from tests.bench import importing
from tests.bench.figures import FULL
from tests.house import House

FIXTURES = Path(__file__).parent / "imports"


@pytest.fixture
def coop(database_url: str) -> Iterator[House]:
    """Four people, of whom Dee gets nothing of the files."""
    with House(url=database_url, homes={"a": "alpha"}) as house:
        house.enter("ann", "bo", "cem", "dee")
        house.clock.move_to(house.clock.now().replace(month=12))
        yield house


def look(house: House, name: str, source: str, **more: object) -> tuple[list[str], bool]:
    file = Path(name) if Path(name).is_absolute() else FIXTURES / name
    return bring_in(Config(), house.url, Wanted(file, source, **more))  # type: ignore[arg-type]


def write(house: House, name: str, source: str, **more: object) -> None:
    rows, _ = look(house, name, source, write=True, **more)
    ref = next(word for row in rows if "Announced" in row for word in row.split() if word[:1] == "I")
    told = house.say("dee", f"/import agree {ref.strip(';')}").texts
    if "who has no account" in told[0]:
        told = house.say("cem", f"/import agree {ref.strip(';')}").texts
    assert "can enter it now" in told[0]
    rows, done = look(house, name, source, write=True, **more)
    assert done, rows


def hours(house: House) -> dict[str, int]:
    state = house.folded()
    return {
        state.members.name(int(account.removeprefix("member:"))).name: count
        for (account, unit), count in sorted(state.ledger.balances.items())
        if account.startswith("member:") and unit == "h" and count
    }


KIMAI = {"ann": 90 + 135, "bo": 465}
TOGGL = {"ann": 150, "bo": 18}
CLOCKIFY = {"ann": 480, "Dora Diaz": 75}
OPENING = {"ann": 60 * 120 + 30, "bo": 90}


def cash(house: House) -> dict[str, int]:
    balances = house.folded().ledger.balances
    return {
        unit: count for (account, unit), count in balances.items() if account == "treasury" and count
    }


@pytest.mark.parametrize(
    ("name", "source", "treasury", "more"),
    [
        ("camt.xml", "camt", {"EUR": 25_000 - 8_050}, {}),
        ("bank.ofx", "ofx", {"EUR": 10_000 - 1_250 - 1_250}, {}),
        ("opencollective.csv", "opencollective", {"USD": 9_500 - 500 - 2_000}, {}),
        ("bank.csv", "bank", {"EUR": 123_450 - 1_099}, {"map": FIXTURES / "bank.toml"}),
    ],
)
def test_each_statement_comes_with_its_exact_balance_goes_whole_and_comes_again(
    coop: House, name: str, source: str, treasury: dict[str, int], more: dict[str, Path]
) -> None:
    write(coop, name, source, **more)
    assert cash(coop) == treasury
    assert "There is nothing to enter." in look(coop, name, source, write=True, **more)[0]
    left = coop.folded().treasury.left_since("EUR", 0)
    assert left == 0, "what left long ago bears on no limit of today"
    undo(Config(), coop.url, "I1", "", write=True)
    assert cash(coop) == {}
    assert coop.folded().treasury.left_since("EUR", 0) == 0
    write(coop, name, source, **more)
    assert cash(coop) == treasury
    assert verify_archive(coop.store.archive).sound
    told = coop.say("ann", f"/show T{1 + 2 * coop.folded().treasury.count // 3}").texts[0]
    assert f"Imported from {source}, line" in told


@pytest.mark.parametrize(
    ("name", "source", "before", "after", "told"),
    [
        ("camt.xml", "camt", '<Amt Ccy="EUR">80.50', '<Amt Ccy="EUR">80.51', "something is missing"),
        ("camt.xml", "camt", "</Document>", "", "cut off or no XML"),
        (
            "camt.xml",
            "camt",
            "<Document",
            '<!DOCTYPE a [<!ENTITY b "c">]><Document',
            "declares entities",
        ),
        ("bank.ofx", "ofx", "</OFX>", "", "cut off"),
        ("opencollective.csv", "opencollective", "netAmount", "amount", "no column for: netAmount"),
        ("opencollective.csv", "opencollective", "95.00,USD,bakery", "95.00,USD,other", "several"),
    ],
)
def test_a_statement_that_is_not_whole_is_refused_in_words(
    coop: House, tmp_path: Path, name: str, source: str, before: str, after: str, told: str
) -> None:
    file = tmp_path / name
    text = (FIXTURES / name).read_text("utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), "utf-8")
    with pytest.raises(ImportFault, match=told):
        look(coop, str(file), source)


def test_one_bad_row_of_a_bank_spoils_no_other(coop: House) -> None:
    rows = "\n".join(look(coop, "bank.ofx", "ofx")[0])
    assert "“soon” is no day" in rows
    assert "3 entries would come" in rows
    rows = "\n".join(look(coop, "camt.xml", "camt")[0])
    assert "is not booked yet (PDNG)" in rows


@pytest.mark.parametrize(
    ("name", "source", "balances"),
    [
        ("kimai.csv", "kimai", KIMAI),
        ("kimai_de.csv", "kimai", KIMAI),
        ("toggl.csv", "toggl", TOGGL),
        ("clockify.csv", "clockify", CLOCKIFY),
        ("opening.csv", "opening", OPENING),
    ],
)
def test_each_file_comes_with_its_exact_balances_goes_whole_and_comes_again(
    coop: House, name: str, source: str, balances: dict[str, int]
) -> None:
    write(coop, name, source)
    assert hours(coop) == balances
    again, done = look(coop, name, source, write=True)
    assert done
    assert "There is nothing to enter." in again
    undo(Config(), coop.url, "I1", "", write=True)
    assert hours(coop) == {}
    write(coop, name, source)
    assert hours(coop) == balances
    assert verify_archive(coop.store.archive).sound
    assert f"Imported from {source}, line" in coop.say("ann", "/show C1").texts[0]


def test_nothing_is_written_before_somebody_else_agreed(coop: House) -> None:
    before = coop.entries()
    look(coop, "kimai.csv", "kimai")
    assert coop.entries() == before
    rows, _ = look(coop, "kimai.csv", "kimai", write=True)
    assert hours(coop) == {}
    rows, done = look(coop, "kimai.csv", "kimai", write=True)
    assert (done, hours(coop)) == (False, {})
    assert "waits for members" in rows[-1]
    waiting = [row for row in coop.store.outbox.waiting(99) if row.key.platform == "time"]
    assert [row.place.room for row in waiting] == ["hall"]


def test_who_gets_something_cannot_agree_alone(coop: House) -> None:
    look(coop, "kimai.csv", "kimai", write=True)
    assert "one more has to" in coop.say("ann", "/import agree I1").texts[0]
    assert "already" in coop.say("ann", "/import agree I1").texts[0]
    assert not look(coop, "kimai.csv", "kimai", write=True)[1]
    assert "can enter it now" in coop.say("bo", "/import agree I1").texts[0]
    assert look(coop, "kimai.csv", "kimai", write=True)[1]
    assert hours(coop) == KIMAI


def test_nobody_agrees_alone_to_what_a_name_gets_that_they_could_claim(
    coop: House, tmp_path: Path
) -> None:
    file = tmp_path / "hours.csv"
    file.write_text("person,amount,unit,day\nNils,40,h,2026-03-01\n")
    for day, number in (("01", 1), ("02", 2)):  # first Nils is new, then here without an account
        file.write_text(f"person,amount,unit,day\nNils,40,h,2026-03-{day}\n")
        look(coop, str(file), "opening", write=True)
        waiting = [it for it in coop.store.outbox.waiting(99) if it.key.platform == "time"]
        assert "so two agree" in str(waiting[-1].reply.body)
        told = coop.say("ann", f"/import agree I{number}").texts[0]
        assert "somebody gets of it who has no account: one more has to agree" in told
        assert not look(coop, str(file), "opening", write=True)[1]
        assert "can enter it now" in coop.say("bo", f"/import agree I{number}").texts[0]
        assert look(coop, str(file), "opening", write=True)[1]
    assert hours(coop) == {"Nils": 80 * 60}


def test_a_second_account_made_to_agree_by_does_not(coop: House) -> None:
    look(coop, "kimai.csv", "kimai", write=True)
    # The command line has the clock of the machine.
    coop.clock.move_to(max(coop.clock.now(), SystemClock().now()) + dt.timedelta(minutes=1))
    coop.enter("eve")
    assert "was asked before you were a member" in coop.say("eve", "/import agree I1").texts[0]
    coop.say("dee", "/import agree I1")
    coop.say("dee", "/me leave")
    assert not coop.folded().members.named("dee")
    assert not look(coop, "kimai.csv", "kimai", write=True)[1], "who left agrees to nothing"
    coop.clock.move_by(dt.timedelta(minutes=1))
    coop.enter("dee")
    assert coop.folded().members.named("dee")
    assert not look(coop, "kimai.csv", "kimai", write=True)[1], "nor who came back since"
    coop.say("cem", "/import agree I1")
    assert look(coop, "kimai.csv", "kimai", write=True)[1]


def test_what_is_agreed_to_in_private_is_told_in_the_room(coop: House) -> None:
    look(coop, "kimai.csv", "kimai", write=True)
    heard = coop.say("dee", "/import agree I1", private=True)
    assert any("dee, in private:" in text and "agrees to I1" in text for text in heard.texts)


def test_what_is_agreed_to_is_what_was_shown_and_nothing_else(coop: House, tmp_path: Path) -> None:
    file = tmp_path / "kimai.csv"
    file.write_bytes((FIXTURES / "kimai.csv").read_bytes())
    look(coop, str(file), "kimai", write=True)
    coop.say("cem", "/import agree I1")
    file.write_bytes(file.read_bytes().replace(b"1:30", b"9:30"))
    rows, _ = look(coop, str(file), "kimai", write=True)
    assert "Announced as I2" in rows[-1] or "Announced as I1" in rows[-1]
    assert hours(coop) == {}
    assert not look(coop, str(file), "kimai", write=True)[1], "the new one waits anew"


def test_overlapping_files_add_only_what_is_new_and_two_equal_rows_stay_two(
    coop: House, tmp_path: Path
) -> None:
    head = "person,amount,unit,day,text\n"
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    first.write_text(head + "ann,2,h,2026-03-01,bread\nann,2,h,2026-03-01,bread\n")
    second.write_text(head + "ann,2,h,2026-03-01,bread\n" * 3 + "bo,1,h,2026-03-02,soup\n")
    write(coop, str(first), "opening")
    assert hours(coop) == {"ann": 240}
    write(coop, str(second), "opening")
    assert hours(coop) == {"ann": 360, "bo": 60}


def test_what_cannot_be_taken_is_named_with_its_line_and_the_rest_goes_on(coop: House) -> None:
    rows = "\n".join(look(coop, "bad_rows.csv", "opening")[0])
    for line, why in (
        (3, "“=1+1” is no number"),
        (4, "-3 is not above nothing"),
        (5, "“zorkmid” is no unit"),
        (6, "still to come"),
        (7, "“31.02.2026” is no day"),
        (8, "has 3 cells, where the header has 4"),
        (9, "0.001 EUR is finer"),
    ):
        assert f"line {line}: " in rows, rows
        assert why in rows
    assert "1 entry would come" in rows


def test_dates_and_numbers_that_can_be_read_in_two_ways_are_asked_and_remembered(
    coop: House, tmp_path: Path
) -> None:
    file, answers = tmp_path / "open.csv", tmp_path / "map.toml"
    file.write_text("person;amount;unit;day\nann;1.234;EUR;03/04/2026\n")
    rows, done = look(coop, str(file), "opening", write=True)
    assert not done
    assert "can be two days" in "".join(rows)
    answers.write_text('dates = "day-first"\n')
    assert "can be read in two ways" in "".join(look(coop, str(file), "opening", map=answers)[0])
    answers.write_text('dates = "month-first"\ndecimal = "comma"\n')
    rows, done = look(coop, str(file), "opening", map=answers)
    assert done
    assert "1,234.00 EUR" in "".join(rows)
    file.write_text("person;amount;unit;day\nann;1.234;EUR;13/04/2026\nann;1,5;EUR;01/02/2026\n")
    rows, done = look(coop, str(file), "opening")
    assert "1,235.50 EUR" in "".join(rows), "the other rows decide it"
    file.write_text("person;amount;unit;day\nann;1;EUR;13/04/2026\nann;1;EUR;04/13/2026\n")
    with pytest.raises(ImportFault, match="dates are written in two ways"):
        look(coop, str(file), "opening")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('dates = "dmy"', "“dmy” is no answer for dates; it takes: day-first, month-first"),
        ('decimal = ","', "“,” is no answer for decimal; it takes: point, comma"),
        ('people = "ann"', "are sections"),
        ('[bank]\nskip = "three"', "“three” is no answer for bank.skip; it takes: a number of lines"),
        ('dates = "day-first"\ndatse = "x"', "the answers are dates, decimal"),
    ],
)
def test_an_answer_that_means_nothing_is_not_taken_for_another(
    coop: House, tmp_path: Path, line: str, told: str
) -> None:
    answers = tmp_path / "map.toml"
    answers.write_text(line)
    with pytest.raises(ImportFault, match=re.escape(told)):
        look(coop, "opening.csv", "opening", map=answers)


def test_columns_that_are_not_taken_are_told(coop: House, tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text("person,amount,unit,day,Rate,name\nann,1,h,2026-03-01,20,bo\n")
    rows, _ = look(coop, str(file), "opening")
    assert rows[0] == "Columns that are not taken: “Rate”, “name”."
    assert not any("left out" in row for row in rows)
    for name, source, column in (
        ("kimai.csv", "kimai", "Billable"),
        ("clockify.csv", "clockify", "Billable"),
        ("toggl.csv", "toggl", "Billable"),
        ("opencollective.csv", "opencollective", "amount"),
    ):
        text = (FIXTURES / name).read_text("utf-8")
        head, _, rest = text.partition("\n")
        if column not in head:
            head = f"{head},{column}"
            rest = "".join(f"{row},\n" for row in rest.splitlines())
        file.write_text(f"{head}\n{rest}", "utf-8")
        assert f"“{column}”" in look(coop, str(file), source)[0][0], name
    file.write_text("date,text,out,in,value\n2026-03-01,rent,1,,2026-03-02\n")
    answers = tmp_path / "map.toml"
    answers.write_text('[bank]\ndate="date"\ntext="text"\ndebit="out"\ncredit="in"\nunit="EUR"\n')
    assert "Columns that are not taken: “value”." in look(coop, str(file), "bank", map=answers)[0]


@pytest.mark.parametrize("amount", ["1" + "0" * 30, "9" * 5000, "1e999999999", "NaN"])
@pytest.mark.parametrize(
    ("name", "source", "written"),
    [
        ("toggl.csv", "toggl", ""),
        ("opening.csv", "opening", ""),
        ("bank.ofx", "ofx", "100.00"),
        ("camt.xml", "camt", '<Amt Ccy="EUR">80.50'),
    ],
)
def test_numbers_beyond_all_measure_are_named_and_the_rest_goes_on(
    name: str, source: str, written: str, amount: str
) -> None:
    text = (FIXTURES / name).read_text("utf-8")
    if source == "toggl":
        text = f"User,Start date,Duration\nann,2026-03-01,{amount}\nbo,2026-03-01,1\n"
    elif source == "opening":
        text = f"person,amount,unit,day\nann,{amount},h,2026-03-01\nbo,1,h,2026-03-01\n"
    else:
        assert written in text
        new = f'<Amt Ccy="EUR">{amount}' if source == "camt" else amount
        text = text.replace(written, new, 1).replace("<Cd>CLBD</Cd>", "<Cd>none</Cd>")
    rows = list(SOURCES[source](text, {}))
    assert any(isinstance(each, Found) for each in rows)
    assert any(isinstance(each, Left) and each.line for each in rows)


def test_debit_and_credit_that_are_both_filled_are_taken_together(coop: House, tmp_path: Path) -> None:
    file, answers = tmp_path / "bank.csv", tmp_path / "map.toml"
    answers.write_text('[bank]\ndate="date"\ntext="text"\ndebit="out"\ncredit="in"\nunit="EUR"\n')
    file.write_text(
        "date,text,out,in\n2026-03-01,rent,80.50,0.00\n2026-03-02,gift,0.00,20.25\n"
        "2026-03-03,odd,x,20.00\n"
    )
    told = "\n".join(look(coop, str(file), "bank", map=answers)[0])
    assert "expense: 80.50 EUR" in told
    assert "income: 20.25 EUR" in told
    assert "line 4: has no amount that is a number" in told


def test_groups_of_thousands_beside_decimals_are_read(coop: House, tmp_path: Path) -> None:
    file = tmp_path / "open.csv"
    file.write_text("person;amount;unit;day\nann;1.234,50;EUR;2026-04-13\nann;1.000;EUR;2026-04-13\n")
    assert "2,234.50 EUR" in "".join(look(coop, str(file), "opening")[0])


def test_people_who_could_be_several_are_asked_and_the_map_remembers(
    coop: House, tmp_path: Path
) -> None:
    file, answers = tmp_path / "open.csv", tmp_path / "map.toml"
    file.write_text(
        "person,amount,unit,day\ndeleted user,2,h,2026-03-01\nAnn,1,h,2026-03-01\nNils,1,h,2026-03-01\n"
    )
    rows, done = look(coop, str(file), "opening", map=answers)
    assert not done
    assert "“deleted user” stands for people who were deleted" in "".join(rows)
    written = answers.read_text()
    assert '"deleted user" = ""' in written
    assert '"Nils" = "new"' in written
    answers.write_text(written.replace('"deleted user" = ""', '"deleted user" = "skip"'))
    write(coop, str(file), "opening", map=answers)
    assert hours(coop) == {"Nils": 60, "ann": 60}
    members = coop.folded().members
    assert members.accounts(members.named("Nils")[0].number) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"%PDF-1.7", "is a PDF"),
        (b'person,amount,unit,day\nann,"1', "cut off"),
        (b"person,amount\nann,1\n", "no column for: date, unit"),
        (b"person,amount,unit,day\n" + b"ann,1,h,2026-01-01\n" * 100_001, "more than 100,000 rows"),
        (b"x" * 20_000_001, "more than 20 MB"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    coop: House, tmp_path: Path, data: bytes, told: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes(data)
    with pytest.raises(ImportFault, match=told):
        look(coop, str(file), "opening")


def test_an_old_encoding_is_read_and_said(coop: House, tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_bytes("person,amount,unit,day\nJürgen,1,h,2026-01-01\n".encode("cp1252"))
    rows, _ = look(coop, str(file), "opening")
    assert "It is read as Windows-1252." in rows
    assert any("Jürgen (new)" in row for row in rows)


def test_undoing_keeps_what_was_changed_and_names_it(coop: House) -> None:
    write(coop, "kimai.csv", "kimai")
    assert coop.say("cem", "/dispute C1 too much").texts
    rows = undo(Config(), coop.url, "I1", "", write=True)
    assert "C1 stays: changed since" in "".join(rows)
    assert len([row for row in rows if "stays" in row]) == 1
    assert verify_archive(coop.store.archive).sound
    with pytest.raises(ImportFault, match="no import I1 to undo"):
        undo(Config(), coop.url, "I1", "", write=True)


def test_days_whose_books_are_closed_are_left_out(coop: House) -> None:
    coop.say("ann", "/rules set closed-until 2026-12-31")
    rows = "".join(look(coop, "kimai.csv", "kimai")[0])
    assert "whose books are closed" in rows
    assert "There is nothing to enter." in rows


@pytest.mark.exhaustive
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program's own memory")
def test_a_hundred_thousand_rows_come_in_within_300_mib(tmp_path: Path) -> None:
    told = next(importing.measure(FULL, tmp_path)).what
    mib = int(told.rpartition("(")[2].split()[0])
    assert mib < 300, told
