"""What is bad that an operator may hand in: the words, the exit code, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.cli.app import app
from tests.adapters.cli.test_importing import coop, write
from tests.house import House

__all__ = ["coop"]

OPEN = "person,amount,unit,day,text\n"
KIMAI = "Date,Duration,User,Project,Activity,Description\n"

NO = "Nothing was brought in: FILE cannot be brought in as"
ASKED = "Nothing was written: answer what is asked in the map (--map)."
LEFT = "1 row is left out:"
NOTHING = "There is nothing to enter."
TAKEN = ("  “ann” is taken for #1", "  what has no kind is taken for #work")
OTHER = (
    f"{NO} kimai: it has no column for: day, duration, person. Export the timesheet as CSV, with date, "
    "duration and user."
)
MIXED = (
    "Asked: Its lines are in several encodings (line 3 is not UTF-8): say encoding = each-line to read "
    "each for itself, or encoding = windows-1252, or save it as UTF-8."
)
DELETED = (
    "Asked: “deleted user” stands for people who were deleted there, perhaps several. Say under "
    "[people] who it is: a name, new or skip."
)

Case = tuple[str, str | bytes, int, tuple[str, ...]]

CASES: dict[str, Case] = {
    "a picture": (
        "opening",
        b"\x89PNG\0\0",
        1,
        (f"{NO} opening: it holds bytes that are in no text.",),
    ),
    "another kind of table": (
        "kimai",
        OPEN,
        1,
        (OTHER,),
    ),
    "nothing": ("opening", "", 1, (f"{NO} opening: it is empty.",)),
    "half a statement": (
        "ofx",
        "<OFX><STMTRS><STMTTRN><TRNAMT>1",
        1,
        (f"{NO} ofx: it is cut off: its end is missing.",),
    ),
    "half a row": (
        "opening",
        f"{OPEN}ann,3,h",
        0,
        (LEFT, "  line 2: has 3 cells, where the header has 5", NOTHING),
    ),
    "half a text": (
        "opening",
        f'{OPEN}ann,2,h,2026-03-01,"bread\nann,3,h,2026-03-02,x\n',
        1,
        (f"{NO} opening: it is cut off or no table (line 3).",),
    ),
    "mixed encodings": (
        "opening",
        f"{OPEN}ann,2,h,2026-03-01,Brötchen\n".encode() + "ann,1,h,2026-03-02,Öl\n".encode("cp1252"),
        1,
        (MIXED, ASKED),
    ),
    "decimals or thousands": (
        "opening",
        f"{OPEN}ann,1.234,h,2026-03-01,x\n",
        1,
        ("Asked: “1.234” can be read in two ways: say decimal = point or decimal = comma.", ASKED),
    ),
    "one of two orders of dates": (
        "kimai",
        f"{KIMAI}03/04/2026,1:00,ann,P,A,x\n",
        1,
        ("Asked: “03/04/2026” can be two days: say dates = day-first or dates = month-first.", ASKED),
    ),
    "both orders of dates": (
        "kimai",
        f"{KIMAI}13/04/2026,1:00,ann,P,A,x\n04/13/2026,1:00,ann,P,A,y\n",
        1,
        (f"{NO} kimai: its dates are written in two ways: “13/04/2026”, “04/13/2026”.",),
    ),
    "a formula": (
        "opening",
        f"{OPEN}ann,=1+1,h,2026-03-01,x\n",
        0,
        (LEFT, "  line 2: “=1+1” is no number", NOTHING),
    ),
    "a negative row": (
        "opening",
        f"{OPEN}ann,-2,h,2026-03-01,x\n",
        0,
        (LEFT, "  line 2: -2 is not above nothing: what somebody owes is no contribution", NOTHING),
    ),
    "somebody deleted there": (
        "opening",
        f"{OPEN}deleted user,2,h,2026-03-01,x\n",
        1,
        ("  “deleted user” is taken for ?", TAKEN[1], DELETED, ASKED),
    ),
    "an unknown currency": (
        "opening",
        f"{OPEN}ann,2,XYZ,2026-03-01,x\n",
        0,
        (LEFT, "  line 2: “XYZ” is no unit that I know", NOTHING),
    ),
    "a million rows": (
        "opening",
        OPEN.encode() + b"ann,1,h,2026-03-01,\n" * 1_000_000,
        1,
        (f"{NO} opening: it has more than 20 MB; split it by year.",),
    ),
    "more rows than are read": (
        "opening",
        OPEN.encode() + b"ann,1,h,2026-03-01,\n" * 100_001,
        1,
        (f"{NO} opening: it has more than 100,000 rows; split it by year.",),
    ),
    "a day to come": (
        "opening",
        f"{OPEN}ann,2,h,2999-03-01,x\n",
        0,
        (*TAKEN, LEFT, "  line 2: is of Fri, 1 Mar 2999, which is still to come", NOTHING),
    ),
}
"""What is handed in, as which kind; the exit code, and every line that is told."""


@pytest.mark.parametrize("name", CASES)
def test_a_bad_file_is_told_in_these_words_and_nothing_is_written(
    coop: House, tmp_path: Path, name: str
) -> None:
    source, data, code, told = CASES[name]
    file = tmp_path / "file"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    before = coop.tables(but=())
    for way in ("--dry-run", "--write"):
        line = ["import", str(file), "--as", source, way, "--db", coop.url]
        done = CliRunner().invoke(app, line)
        said = tuple(done.output.replace(str(file), "FILE").splitlines())
        assert (said, done.exit_code) == (told, code)
        assert coop.tables(but=()) == before


def test_the_same_file_twice_and_one_that_overlaps_add_only_what_is_new(
    coop: House, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    row = "ann,2,h,2026-03-01,bread\n"
    file.write_text(OPEN + row)
    write(coop, str(file), "opening")
    before = coop.tables(but=())
    for text, told in (
        (OPEN + row, "1 row is here already: passed over."),
        (OPEN + row + "ann,1,h,2026-03-02,x\n", "1 entry would come:"),
        (OPEN + row + row, "1 entry would come:"),
    ):
        file.write_text(text)
        line = ["import", str(file), "--as", "opening", "--db", coop.url]
        done = CliRunner().invoke(app, line)
        assert told in done.output.splitlines()
        assert done.exit_code == 0
        assert coop.tables(but=()) == before
