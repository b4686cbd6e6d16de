"""Ballot files: bytes in, an election out, whatever program wrote them.

The format is told by the file's ending or by its first lines; what is read is what the method counts.
Nothing is opened here and nothing is counted; a file that cannot be read whole is refused with the
line and the word (`Misread`).
"""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from typing import Final

from bot.tally.ballots import Election
from bot.tally.files.abif import read_abif
from bot.tally.files.ballot_csv import NOT_SAID, read_csv
from bot.tally.files.ballot_csv import Overvotes as Overvotes
from bot.tally.files.blt import read_blt
from bot.tally.files.common import FILE_BYTES_MAX, AnyBallot, refused
from bot.tally.files.common import Kind as Kind
from bot.tally.files.headings import Given as Given
from bot.text.wording import say


class Form(StrEnum):
    """A format of ballot files."""

    BLT = "blt"
    CSV = "csv"
    ABIF = "abif"


_ENDINGS: Final = {"blt": Form.BLT, "abif": Form.ABIF, "csv": Form.CSV, "tsv": Form.CSV}
_BLT: Final = re.compile(r"\s*[0-9]+\s+[0-9]+(?:[\s,].*)?")
_BLT_HEAD: Final = re.compile(r"\s*[0-9]+ +[0-9]+[\s,]*")
_PROFILE: Final = re.compile(r"\s*[0-9]+,[0-9]+,*\s*")
_ABIF: Final = re.compile(r"\s*(?:[0-9]+\s*[:*]|=|\{|ABIF\b).*")


def read_ballots(
    text: str,
    form: Form,
    kind: Kind,
    *,
    cells: Kind | None = None,
    overvotes: Overvotes = Overvotes.REFUSE,
    given: Given = NOT_SAID,
) -> Election[AnyBallot]:
    """The election in the text of a file, its ballots of one kind. Raises Misread.

    `cells` is what the numbers in a table are, where they are not of that kind; `overvotes` what an
    overvote does of which a table does not tell the options; `given` what is said of its heading and
    columns. What is said of a table of a file that is none is refused.
    """
    if form is not Form.CSV and (given != NOT_SAID or cells):
        raise refused(say("A {form} file has no columns: that is for tables.", form=form.value.upper()))
    if form is Form.BLT:
        return read_blt(text, kind)
    if form is Form.ABIF:
        return read_abif(text, kind)
    return read_csv(text, kind, cells=cells, overvotes=overvotes, given=given)


def form_of(text: str, ending: str = "") -> Form:
    """The format of a file, by its ending and its first line; councils publish BLT as `.csv`."""
    rows = (row for row in text.split("\n", 1000) if row.strip())
    first = next((row for row in rows if not row.lstrip().startswith(("#", "/*"))), "")
    form = _ENDINGS.get(ending.lower().removeprefix("."))
    if form is Form.CSV and _BLT_HEAD.fullmatch(first):
        return Form.BLT
    if form is Form.BLT and _PROFILE.fullmatch(first):
        return Form.CSV
    if form is not None:
        return form
    if _ABIF.match(first):
        return Form.ABIF
    return Form.BLT if _BLT.match(first) else Form.CSV


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark; its line ends as LF. Raises Misread."""
    if len(data) > FILE_BYTES_MAX:
        most = FILE_BYTES_MAX // 1024 // 1024
        raise refused(say("The file is longer than {most} MiB.", most=most))
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as why:
        line = data.count(b"\n", 0, why.start) + 1
        reason = say("This is no text in UTF-8; save the file as that.")
        raise refused(reason, line, word=f"0x{data[why.start]:02X}") from why
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refused(say("This is no text, but has NUL in it."), line, word="NUL")
    return text
