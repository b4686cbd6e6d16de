"""Imports of files that are spoiled, endless or written by somebody who means ill."""

from __future__ import annotations

import contextlib
import json
import unicodedata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.app import app
from adapters.cli.importing_map import ImportFault
from adapters.cli.verify import verify_archive
from bot.books.importing import opening
from bot.books.importing.forms import SOURCES
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Doubt, Misfit
from tests.adapters.cli.test_importing import coop, hours, look, write
from tests.house import House
from tests.house.steps import grows_with

__all__ = ["coop"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("hledger", "2026-01-01 x\n  * \tassets:a  1 EUR\n  income:b\n"),
        ("camt", '<?xml version="1.0" encoding="UTF-77"?><Document/>'),
        ("ofx", "<OFX><STMTRS><STMTTRN><TRNAMT>1</STMTTRN></OFX>"),
        ("beancount", '2026-01-01 * "x\n'),
    ],
)
def test_a_file_that_is_spoiled_breaks_nothing(source: str, text: str) -> None:
    with contextlib.suppress(Misfit, Doubt):
        assert all(isinstance(each, Left) or each.count for each in SOURCES[source](text, {}))


@pytest.mark.parametrize(
    ("source", "begin", "again", "end"),
    [
        ("beancount", '2026-01-01 * "a"\n  ', '"\\', "\n"),
        ("beancount", '2026-01-01 * "a" ', '"\\', "\n"),
        ("ofx", "<OFX>", "<STMTRS>", "</OFX>"),
    ],
)
def test_what_is_never_closed_is_read_in_steps_that_grow_with_it_alone(
    source: str, begin: str, again: str, end: str
) -> None:
    """A megabyte takes hours where each opening is looked after to the end of the file."""
    with contextlib.suppress(Misfit, Doubt):
        list(SOURCES[source](f"{begin}{again * 500_000}{end}", {}))


@pytest.mark.parametrize(
    "text",
    [unicodedata.normalize("NFD", "Brötchen\u200b für Zoë"), "o\u200b\u0308", "x" * 399 + " cut here"],
)
def test_texts_that_are_kept_otherwise_are_known_again(coop: House, tmp_path: Path, text: str) -> None:
    file = tmp_path / "open.csv"
    file.write_text(f"person,amount,unit,day,text\nann,2,h,2026-03-01,{text}\n")
    write(coop, str(file), "opening")
    assert "There is nothing to enter." in look(coop, str(file), "opening")[0]
    assert hours(coop) == {"ann": 120}


def test_what_is_in_no_text_comes_in_nowhere(coop: House, tmp_path: Path) -> None:
    file, answers = tmp_path / "praise.json", tmp_path / "map.toml"
    people = [{"accountId": "a", "_id": "1", "name": "Zo\x1b\u202e\ud800\0e"}]
    people.append({"accountId": "b", "_id": "2", "name": "bo"})
    praise = {"giver": "1", "receiver": "2", "createdAt": "2026-01-02", "reasonRaw": "\ud800\0"}
    file.write_text(json.dumps([*people, praise | {"_id": "\ud800"}]))
    write(coop, str(file), "praise", map=answers)
    assert "There is nothing to enter." in look(coop, str(file), "praise", map=answers)[0]
    assert [it.name for it in coop.folded().members.here][-1] == "Zo ?e"
    assert verify_archive(coop.store.archive).sound
    file.write_bytes("person,amount,unit,day\nan\0n,2,h,2026-03-01\n".encode("utf-16"))
    with pytest.raises(ImportFault, match="bytes that are in no text"):
        look(coop, str(file), "opening")


def test_a_file_without_an_end_and_a_map_that_cannot_be_are_told(coop: House, tmp_path: Path) -> None:
    with pytest.raises(ImportFault, match="more than 20 MB"):
        look(coop, "/dev/zero", "opening")
    for answers in (tmp_path / "none" / "map.toml", tmp_path / ("m" * 300), tmp_path):
        with pytest.raises(ImportFault, match=r"cannot be (read|written)"):
            look(coop, "opening.csv", "opening", map=answers)


def test_what_a_stranger_wrote_does_not_write_on_the_terminal(coop: House, tmp_path: Path) -> None:
    file = tmp_path / "file"
    table = "person,amount,unit,day\n"
    for source, text in (
        ("beancount", "\x1b]0;owned\n"),
        ("opening", f"{table}bo,1,h,\x1b]0;owned{'x' * 100_000}\n"),
        ("opening", f"{table}bo,1.5,h,2026-01-01\nbo,{'1' * 100_000},5,h,2026-01-01\n"),
        ("opening", f'{table}bo,1.5,h,2026-01-01\nbo,"{"1" * 100_000},5",h,2026-01-01\n'),
    ):
        file.write_text(text)
        done = CliRunner().invoke(app, ["import", str(file), "--as", source, "--db", coop.url])
        assert "\x1b" not in done.output
        assert 0 < len(done.output) < 2_000, done.output


def test_what_came_before_in_another_form_is_known_again(
    coop: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "open.csv"
    file.write_text("person,amount,unit,day,text\nann,2,h,2026-03-01,b\u200bread\n")
    with monkeypatch.context() as before:
        before.setattr(opening, "words", lambda text: " ".join(text.split()))
        write(coop, str(file), "opening")
    assert "There is nothing to enter." in look(coop, str(file), "opening")[0]


def test_an_account_of_a_journal_is_a_name_that_can_be_seen() -> None:
    text = "2026-01-01 x\n  people:a\u200bnn  2 h\n  income:b\n"
    rows = list(SOURCES["hledger"](text, {"accounts.people": "person"}))
    assert [each.person for each in rows if isinstance(each, Found)] == ["people:ann"]


def test_a_statement_without_an_end_is_cut_off() -> None:
    row = "<STMTTRN><DTPOSTED>20260101<TRNAMT>1</STMTTRN>"
    for text in (f"<OFX><STMTRS>{row}</OFX>", f"<OFX><STMTRS>{row}<STMTRS>{row}</STMTRS></OFX>"):
        with pytest.raises(Misfit, match="a statement in it has no end"):
            list(SOURCES["ofx"](text, {}))


def ledger(count: int) -> str:
    """Everybody was merged into who came after them, and all got a grain."""
    actions: list[dict[str, object]] = [
        {"type": "CREATE_IDENTITY", "identity": {"id": str(count), "name": "zoe"}}
    ]
    actions += [
        {"type": "MERGE_IDENTITIES", "base": str(n + 1), "target": str(n)} for n in range(count)
    ]
    receipts = [{"id": str(n), "amount": str(10**18)} for n in range(count)]
    actions.append(
        {"type": "DISTRIBUTE_GRAIN", "distribution": {"allocations": [{"receipts": receipts}]}}
    )
    rows = ({"action": it, "uuid": str(n), "ledgerTimestamp": 1} for n, it in enumerate(actions))
    return "\n".join(map(json.dumps, rows))


def test_a_long_chain_of_merged_people_costs_no_square() -> None:
    def read(text: str) -> None:
        assert {it.person for it in SOURCES["sourcecred"](text, {}) if isinstance(it, Found)} == {"zoe"}

    assert grows_with(read, ledger(300), ledger(600))


class Counting(dict[str, str]):
    """Answers that count how often they are asked."""

    asked = 0

    def get(self, *given: object) -> str:
        type(self).asked += 1
        return str(super().get(*given))  # type: ignore[call-overload]


def test_a_very_deep_account_is_looked_up_in_few_steps() -> None:
    deep = ":".join(["people", *"x" * 20_000])
    text = f"2026-01-01 x\n  {deep}  2 h\n  income:b\n"
    answers = Counting({"accounts.people": "person", "accounts.income": "outside"})
    with contextlib.suppress(Misfit, Doubt):
        list(SOURCES["hledger"](text, answers))
    assert 0 < Counting.asked < 200
