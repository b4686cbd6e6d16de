"""What can be meant in two ways is asked of every source, and never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.books.importing.forms import SOURCES
from bot.books.importing.planned import Found, Left
from bot.books.importing.reasons import Doubt
from bot.books.importing.tables import CP1252, EACH_LINE, decode
from tests.adapters.cli.test_importing import FIXTURES, coop, look
from tests.house import House

__all__ = ["coop"]

BANK = {"bank.date": "when", "bank.amount": "amount", "bank.text": "text", "bank.unit": "EUR"}

DATED = {
    "opening": "person,amount,unit,day\nann,1,h,{day}\n",
    "kimai": "Date,Duration,User\n{day},1:00,ann\n",
    "toggl": (FIXTURES / "toggl.csv").read_text("utf-8-sig").split("\n")[0],
    "clockify": (FIXTURES / "clockify.csv").read_text("utf-8-sig").split("\n")[0],
    "bank": "when,amount,text\n{day},1.00,x\n",
    "opencollective": "datetime,netAmount,currency,accountSlug\n{day},1.00,USD,bakery\n",
    "timeoverflow": "date,from,to,post,quantity\n{day},ann,bo,x,1:30\n",
    "splitwise": "Date,Description,Category,Cost,Currency,ann,bo\n{day},x,y,2.00,EUR,1.00,-1.00\n",
}
"""A row of each table that could be of two days; of long tables, the header."""

CELLS = {"User": "ann", "Start date": "{day}", "Start Date": "{day}", "Start time": "09:00:00"}
CELLS |= {"End date": "{day}", "End Date": "{day}", "End time": "10:00:00", "Start Time": "09:00:00"}
CELLS |= {"End Time": "10:00:00", "Duration": "01:00:00", "Duration (h)": "01:00:00"}


def dated(source: str) -> str:
    text = DATED[source]
    if "{day}" not in text:
        row = ",".join(CELLS.get(each.strip().strip('"'), "") for each in text.split(","))
        return f"{text}\n{row}\n"
    return text


@pytest.mark.parametrize("source", DATED)
def test_a_date_that_can_be_two_days_is_asked_of_every_table(source: str) -> None:
    text = dated(source).replace("{day}", "03/04/2026")
    with pytest.raises(Doubt, match="can be two days"):
        list(SOURCES[source](text, BANK))
    for order, day in (("day-first", "2026-04-03"), ("month-first", "2026-03-04")):
        rows = list(SOURCES[source](text, {**BANK, "dates": order}))
        assert [each.day for each in rows if isinstance(each, Found)] == [day], rows


def test_every_other_source_writes_the_year_first_and_nothing_else_is_a_day() -> None:
    praise = '[{"accountId":"a","_id":"1","name":"ann"},{"accountId":"b","_id":"2","name":"bo"},'
    praise += '{"_id":"3","giver":"1","receiver":"2","createdAt":"03/04/2026","reasonRaw":"x"}]'
    loomio = '{"table":"polls","record":{"id":1,"title":"x","closed_at":"03/04/2026"}}'
    ofx = "<OFX><STMTRS><CURDEF>EUR<STMTTRN><DTPOSTED>03/04/2026<TRNAMT>1</STMTTRN></STMTRS></OFX>"
    camt = (FIXTURES / "camt.xml").read_text("utf-8").replace("2026-03-02", "03/04/2026")
    for source, text in (("praise", praise), ("loomio", loomio), ("ofx", ofx), ("camt", camt)):
        rows = list(SOURCES[source](text, {}))
        days = {it.day for it in rows if isinstance(it, Found)}
        assert days.isdisjoint({"2026-04-03", "2026-03-04"}), source
        assert any(isinstance(it, Left) and it.line for it in rows), source


def test_every_source_is_asked_or_writes_the_year_first() -> None:
    year_first = {"praise", "loomio", "ofx", "camt", "sourcecred", "hledger", "beancount"}
    assert {*DATED, *year_first} == set(SOURCES)


def test_lines_in_several_encodings_are_asked_and_read_as_it_is_said(
    coop: House, tmp_path: Path
) -> None:
    file, answers = tmp_path / "file.csv", tmp_path / "map.toml"
    rows = "person,amount,unit,day\nBäcker,1,h,2026-01-01\n".encode()
    file.write_bytes(rows + "Müller,1,h,2026-01-01\n".encode("cp1252"))
    told, done = look(coop, str(file), "opening")
    assert any("several encodings (line 3 is not UTF-8)" in each for each in told)
    assert not done
    answers.write_text(f'encoding = "{EACH_LINE}"\n')
    told, done = look(coop, str(file), "opening", map=answers)
    assert {"  Bäcker (new): 1.00 h", "  Müller (new): 1.00 h"} <= set(told)
    answers.write_text(f'encoding = "{CP1252}"\n')
    told, done = look(coop, str(file), "opening", map=answers)
    assert {"  BÃ¤cker (new): 1.00 h", "  Müller (new): 1.00 h"} <= set(told)


def test_the_encoding_is_asked_before_any_source_reads_a_word() -> None:
    mixed = "ä\n".encode() + "ü\n".encode("cp1252")
    with pytest.raises(Doubt, match="each-line"):
        decode(mixed)
    assert decode(mixed, EACH_LINE)[0] == "ä\nü\n"
