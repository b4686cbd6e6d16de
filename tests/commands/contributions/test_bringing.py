"""Files that come by a chat: who may bring what, who has to agree, and what is refused in words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.cli.export import export_bundle
from adapters.cli.verify import verify_archive
from bot.books.bundle import VERIFIER
from bot.books.importing.forms import SOURCES
from bot.chat import ATTACHED_BYTES_MAX, Attached
from commands.contributions import bringing, plans
from tests.adapters.cli.test_importing import FIXTURES
from tests.house import House

HEAD = "person,amount,unit,day,text\n"
LINE = "/import --as opening"


@pytest.fixture
def coop(database_url: str) -> Iterator[House]:
    """Ann coordinates (and is the admin); bo, cem and dee are members."""
    with House(url=database_url, homes={"a": "alpha"}) as house:
        house.enter("ann", "bo", "cem", "dee")
        house.clock.move_to(house.clock.now().replace(month=12))
        yield house


def bring(house: House, who: str, rows: str | bytes, line: str = LINE) -> str:
    data = rows if isinstance(rows, bytes) else f"{HEAD}{rows}".encode()
    return house.say(who, line, file=Attached("hours.csv", data)).text


def said(house: House, who: str, line: str) -> str:
    return house.say(who, line).text


def hours(house: House) -> int:
    balances = house.folded().ledger.balances
    return sum(n for (account, unit), n in balances.items() if unit == "h" and account[0] == "m")


BO = "bo,2,h,2026-01-02,bread\n"


def test_who_brought_it_does_not_agree_to_it_alone(coop: House) -> None:
    bring(coop, "ann", BO)
    assert "You brought I1" in said(coop, "ann", "/import agree I1")
    assert hours(coop) == 0
    assert "I1 is done" in said(coop, "cem", "/import agree I1")
    assert hours(coop) == 120


def test_nobody_agrees_alone_to_what_they_get_themselves(coop: House) -> None:
    """As with an entry, that neither who entered it nor who gets it confirms."""
    assert "Somebody who gets nothing of it agrees, or two do" in bring(coop, "ann", BO)
    assert "gets some of it: one more has to" in said(coop, "bo", "/import agree I1")
    assert hours(coop) == 0
    assert "I1 is done" in said(coop, "cem", "/import agree I1")


def test_where_all_get_some_of_it_one_more_agrees(coop: House) -> None:
    bring(coop, "ann", "".join(f"{who},2,h,2026-01-02,bread\n" for who in ("bo", "cem", "dee")))
    assert "one more has to" in said(coop, "bo", "/import agree I1")
    assert "I1 is done" in said(coop, "cem", "/import agree I1")


def test_of_two_the_other_agrees() -> None:
    with House(homes={"a": "alpha"}) as house:
        house.enter("ann", "bo")
        assert "Somebody else agrees" in bring(house, "ann", BO)
        assert "I1 is done" in said(house, "bo", "/import agree I1")


def test_as_many_agree_as_have_to_confirm_an_entry_and_that_is_frozen(coop: House) -> None:
    coop.say("ann", "/rules set confirmations 2")
    assert "2 others agree" in bring(coop, "ann", "ann,2,h,2026-01-02,bread\n")
    coop.say("ann", "/rules set confirmations 0")
    assert "1 more has to" in said(coop, "cem", "/import agree I1")
    assert "agreed to I1 already" in said(coop, "cem", "/import agree I1")
    assert hours(coop) == 0
    assert "I1 is done" in said(coop, "dee", "/import agree I1")


def test_where_fewer_others_are_than_have_to_confirm_all_there_are_agree(coop: House) -> None:
    """As many may be wanted as nobody here ever sees: it would wait for ever."""
    coop.say("ann", "/rules set confirmations 20")
    assert "3 others agree" in bring(coop, "ann", BO)
    assert "2 more have to" in said(coop, "bo", "/import agree I1")
    assert "1 more has to" in said(coop, "dee", "/import agree I1")
    assert hours(coop) == 0
    assert "I1 is done" in said(coop, "cem", "/import agree I1")


def test_who_leaves_is_not_waited_for(coop: House) -> None:
    coop.say("ann", "/rules set confirmations 3")
    bring(coop, "ann", "cem,2,h,2026-01-02,bread\n")
    said(coop, "dee", "/import agree I1")
    said(coop, "bo", "/me leave")
    assert "I1 is done" in said(coop, "cem", "/import agree I1")


def test_that_who_gets_some_of_it_counts_less_stands_on_the_card(coop: House) -> None:
    coop.say("ann", "/rules set confirmations 2")
    assert "2 who get nothing of it agree, or 3 do" in bring(coop, "ann", BO)
    said(coop, "bo", "/import agree I1")
    assert "1 more has to" in said(coop, "cem", "/import agree I1")
    assert hours(coop) == 0
    assert "I1 is done" in said(coop, "dee", "/import agree I1")


def test_what_waited_is_told_to_be_given_up_by_a_newer_one(coop: House) -> None:
    """Who agreed to the older one would else wait for it."""
    assert "given up" not in bring(coop, "ann", BO)
    coop.say("ann", "/role give @cem coordinator")
    assert "I1 is given up for it: nothing of it was entered." in bring(coop, "cem", BO)
    assert "No import I1 waits" in said(coop, "dee", "/import agree I1")


def test_who_is_alone_agrees_alone() -> None:
    with House(homes={"a": "alpha"}) as house:
        house.enter("ann")
        told = bring(house, "ann", "ann,2,h,2026-01-02,bread\n")
        assert "Nobody else is here, so whoever brought it agrees: /import agree I1" in told
        assert "I1 is done" in said(house, "ann", "/import agree I1")


def test_a_second_account_made_to_agree_by_does_not(coop: House) -> None:
    bring(coop, "ann", BO)
    coop.later(minutes=1)
    coop.enter("ann2")
    assert "before you were a member" in said(coop, "ann2", "/import agree I1")
    assert hours(coop) == 0


def test_who_agreed_did_not_log_it(coop: House) -> None:
    bring(coop, "ann", BO)
    coop.say("dee", "/import agree I1")
    for line in ("/withdraw C1", "/amend C1 9h"):
        assert coop.say("dee", line).error == "not-own"
    assert "I1 brought 2h" in said(coop, "dee", "/show C1")
    assert said(coop, "bo", "/amend C1 1h")
    assert hours(coop) == 60


def test_members_bring_nothing_and_money_is_a_treasurer_s(coop: House) -> None:
    assert "Only coordinators" in bring(coop, "bo", BO)
    coop.say("ann", "/role give @bo coordinator")
    statement = (FIXTURES / "camt.xml").read_bytes()
    told = bring(coop, "bo", statement, "/import --as camt")
    assert "Only treasurers bring in what moves money" in told
    assert coop.folded().imports.known == {}
    assert "wants to enter" in bring(coop, "bo", BO)
    coop.say("ann", "/role give @bo treasurer")
    assert "into the treasury" in bring(coop, "bo", statement, "/import --as camt")
    assert "I2 is done" in said(coop, "dee", "/import agree I2")
    coop.say("ann", "/role take @bo treasurer")
    assert "Only treasurers undo" in said(coop, "bo", "/import undo I2 --sure")
    assert "I2 is undone" in said(coop, "ann", "/import undo I2 --sure")


@pytest.mark.parametrize(
    "line", ["/rules set closed-until 2026-01-31", "/member remove @bo", "/me leave"]
)
def test_what_the_books_would_not_take_any_more_is_not_entered(coop: House, line: str) -> None:
    bring(coop, "ann", BO)
    coop.say("bo" if line == "/me leave" else "ann", line)
    assert "not what they were" in said(coop, "dee", "/import agree I1")
    assert hours(coop) == 0


def test_the_rows_are_kept_until_it_is_decided_and_no_longer(coop: House) -> None:
    def kept() -> int:
        with coop.store.archive.snapshot() as snapshot:
            return sum("bread" in (it.text or "") for it in snapshot.kept_texts("alpha"))

    steps: list[tuple[Callable[[], str], int]] = [
        (lambda: bring(coop, "ann", BO), 1),
        (lambda: bring(coop, "ann", BO + BO), 1),
        (lambda: said(coop, "ann", "/import undo I2"), 0),
        (lambda: bring(coop, "ann", BO), 1),
        (lambda: said(coop, "dee", "/import agree I3"), 1),  # now it is the entry's own
    ]
    for step, (act, left) in enumerate(steps):
        act()
        assert kept() == left, step
    assert verify_archive(coop.store.archive).sound


def test_what_was_told_stays_told() -> None:
    """Only who is forgotten takes the answers along: a vote on an older card still has to work."""
    with House(homes={"a": "alpha"}, delivering=True) as house:
        house.enter("ann", "dee")
        house.say("ann", "/poll Lunch? soup bread")
        bring(house, "ann", "dee,2,h,2026-01-02,bread\n")
        assert "I1 is done" in said(house, "dee", "/import agree I1")
        house.tick()
        assert set(bodies(house)) == {"told"}


def bodies(house: House) -> list[str]:
    with house.database.connect() as connection:
        rows = connection.exec_driver_sql("SELECT body IS NULL FROM outbox").fetchall()
    return ["None" if row[0] else "told" for row in rows]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04rest", "is a ZIP archive or a spreadsheet"),
        (b"%PDF-1.7", "is a PDF"),
        (b"", "it is empty"),
        (b"\x1f\x8b rest", "is packed with gzip"),
        (b'person,amount,unit,day\nbo,1,h,"2026-01-0', "it is cut off"),
        (b"when,who\n", "it has no column for: amount, date, person, unit"),
        (b"x" * (ATTACHED_BYTES_MAX + 1), "1,000 kB is the most"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(coop: House, data: bytes, told: str) -> None:
    assert told in bring(coop, "ann", data)
    assert coop.folded().imports.known == {}


def test_more_rows_than_a_chat_takes_are_the_operator_s(
    coop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "ROWS_MAX", 2)
    assert "2 is the most" in bring(coop, "ann", BO * 3)
    assert coop.folded().imports.known == {}


def test_the_card_fits_a_phone_and_the_whole_is_in_a_file(coop: House) -> None:
    rows = "".join(f"person {n},1,h,2026-01-02,bread\n" for n in range(40))
    rows += "".join(f"bo,soon,h,2026-01-02,row {n}\n" for n in range(40))
    told = coop.say("ann", LINE, file=Attached("hours.csv", f"{HEAD}{rows}".encode()))
    assert len(told.texts[0].split("\n")) <= 20
    (file,) = told.rows[0].reply.files
    assert file.data.decode().count("bread") == 0
    assert all(f"person {n}, new here" in file.data.decode() for n in range(40))
    assert file.data.decode().count("is no number") == 40


def test_what_every_account_is_taken_for_is_in_a_file_where_a_card_is_too_short(coop: House) -> None:
    moves = (f"2026-01-02 x\n  assets:a{n}  1 EUR\n  income:b{n}  -1 EUR\n" for n in range(61))
    file = Attached("x.journal", "".join(moves).encode())
    told = coop.say("ann", "/import --as hledger", file=file)
    (whole,) = told.rows[0].reply.files
    assert all(f"“income:b{n}”" in whole.data.decode() for n in range(61))


def test_the_file_tells_no_more_rows_than_a_chat_takes(
    coop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file can hold a hundred thousand rows that are none: everybody would wait for their reasons."""
    monkeypatch.setattr(plans, "REPORTED_MAX", 7)
    rows = BO + "".join(f"bo,soon,h,2026-01-02,row {n}\n" for n in range(40))
    told = coop.say("ann", LINE, file=Attached("hours.csv", f"{HEAD}{rows}".encode()))
    (file,) = told.rows[0].reply.files
    assert file.data.decode().count("is no number") == 7
    assert "and 33 more" in file.data.decode()
    assert "and 36 more" in told.text


def test_a_reason_shows_no_more_than_the_beginning_of_a_stranger_s_text(coop: House) -> None:
    """Of a cell, and of the names of columns; nothing in it is markup or hides what stands behind."""
    long = "**\u202e@everyone**" + "x" * 5_000
    told = bring(coop, "ann", f"{BO}bo,{long},h,2026-01-02,bread\n")
    assert "line 3: “**@everyone**xxx" in told
    assert "…” is no number" in told
    columns = ",".join(f"{n}{long}" for n in range(50))
    told += bring(coop, "ann", f"person,amount,unit,{columns}\n".encode())
    told += bring(coop, "ann", f"{HEAD.strip()},{columns}\n{BO.strip()}{',' * 50}\n".encode())
    assert "Columns that are not taken: “0" in told
    assert "\u202e" not in told
    assert len(told) < 4_000


@pytest.mark.parametrize(
    "answers", ["Nils new", "bo = ann; bo = dee", "[bank]\nsalt = x", "dates = soon"]
)
def test_an_answer_that_is_none_is_refused_in_words(coop: House, answers: str) -> None:
    assert "cannot be brought in" in bring(coop, "ann", BO, f"{LINE}\n{answers}")


def test_every_source_can_be_brought_by_a_chat(coop: House) -> None:
    for source in SOURCES:
        told = bring(coop, "ann", BO, f"/import --as {source}")
        assert told, source


@pytest.mark.parametrize("name", ["#7", "Admin", "@everyone", "zoe (@zoe:example.org)", "n" * 61])
def test_a_file_names_nobody_as_nobody_may_be_called_here(coop: House, name: str) -> None:
    rows = f"{name},2,h,2026-01-02,bread\n"
    for line in (LINE, f"{LINE}\n{name} = new"):
        assert "cannot be what somebody new is called here" in bring(coop, "ann", rows, line)
    assert "wants to enter" in bring(coop, "ann", rows, f"{LINE}\n{name} = bo")


def test_a_bundle_of_what_was_brought_is_told_sound_by_its_own_check(tmp_path: Path) -> None:
    """The rows of an import are blanked when it is done, though nobody was forgotten."""
    with House(url=f"sqlite:///{tmp_path / 'talkoot.db'}", homes={"a": "alpha"}) as house:
        house.enter("ann", "bo", "cem")
        bring(house, "ann", BO)
        assert "I1 is done" in said(house, "cem", "/import agree I1")
        export_bundle(house.store.archive, tmp_path / "bundle")
    check = [sys.executable, "-I", str(tmp_path / "bundle" / VERIFIER)]
    ran = subprocess.run(check, capture_output=True, check=False, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
