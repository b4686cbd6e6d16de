"""Tables as other programs write them: their bytes, numbers and dates, of which nothing is guessed.

What can be read in two ways is decided by all rows of the file together; where they do not decide it,
it is asked (`Doubt`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from bot.books.importing.reasons import Doubt, Misfit, listed, theirs, too_many_rows
from bot.chain import normal
from bot.text.rendering import visible
from bot.text.wording import Code, Say, say, say_n

BYTES_MAX = 20_000_000
ROWS_MAX = 100_000
DIGITS_MAX = 20
"""How many digits a number has at most before its point, and zeros behind it."""

_WRONG = (
    (
        b"PK\x03\x04",
        say("it is a ZIP archive or a spreadsheet (XLSX, ODS); save the sheet as CSV"),
    ),
    (b"\xd0\xcf\x11\xe0", say("it is an old spreadsheet (XLS); save the sheet as CSV")),
    (b"%PDF", say("it is a PDF; export the data as CSV")),
    (b"SQLite format 3", say("it is a database")),
    (b"\x1f\x8b", say("it is packed with gzip; unpack it")),
)
_NUMBER = re.compile(r"[+-]?\d[\d., '\u00a0\u202f]*")
_SPACES = re.compile(r"[ '\u00a0\u202f]")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ ,].*)?")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:[ ,].*)?")
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
POINT, COMMA = "point", "comma"
UTF8, CP1252, EACH_LINE = "utf-8", "windows-1252", "each-line"
YEAR_FIRST = ""
"""The order of programs that write the year first: any other date of theirs is none."""


class Row:
    """A row of a table: its line, and its cells by the names of their columns."""

    __slots__ = ("cells", "line")

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        """`line` is where it begins in the file."""
        self.line, self.cells = line, cells

    def get(self, name: str) -> str:
        """A cell, empty where there is no such column."""
        return self.cells.get(name, "")


def decode(data: bytes, given: str = "") -> tuple[str, str]:
    """The text of a file, and its encoding: the one that is `given`. Raises Misfit or Doubt."""
    if len(data) > BYTES_MAX:
        raise Misfit(say("it has more than {count} MB; split it by year", count=BYTES_MAX // 10**6))
    for begins, told in _WRONG:
        if data.startswith(begins):
            raise Misfit(told)
    if not data.strip():
        raise Misfit(say("it is empty"))
    text, encoding = _as_given(data, given) if given else _read(data)
    if "\0" in text:
        raise Misfit(say("it holds bytes that are in no text"))
    return text, encoding


def _read(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16"), "UTF-16"
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        _ask_mixed(data)
        return _decoded(data, "cp1252"), "Windows-1252"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as why:
        raise Misfit(say("it is in no encoding that I know; save it as UTF-8")) from why


def _as_given(data: bytes, given: str) -> tuple[str, str]:
    """The text by the encoding that the map says, and that encoding."""
    if given != EACH_LINE:
        return _decoded(data, "utf-8-sig" if given == UTF8 else "cp1252"), given
    rows = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return "\n".join(map(_decoded_row, rows)), EACH_LINE


def _decoded_row(row: bytes) -> str:
    try:
        return row.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(row, "cp1252")


def _ask_mixed(data: bytes) -> None:
    """Ask about a file of which some lines are UTF-8 and others are not: any of it may be either."""
    wrong, right = 0, False
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            right = True
        except UnicodeDecodeError:
            wrong = wrong or number
    if right:
        raise Doubt(
            say(
                "Its lines are in several encodings (line {line} is not UTF-8): say {each} to read "
                "each for itself, or {other}, or save it as UTF-8.",
                line=wrong,
                each=Code(f"encoding = {EACH_LINE}"),
                other=Code(f"encoding = {CP1252}"),
            )
        )


def read_table(text: str, names: dict[str, str]) -> Iterator[Row | tuple[int, Say]]:
    """The rows of a table whose first line names its columns; a row that is none, as line and reason.

    `names` are the columns as we call them, by what they may be headed. Raises Misfit.
    """
    if not text.endswith("\n"):
        text += "\n"
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda sign: _outside(first, sign))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [names.get(" ".join(cell.split()).casefold(), "") for cell in next(reader)]
        last = reader.line_num
        for count, cells in enumerate(reader, 1):
            if count > ROWS_MAX:
                raise Misfit(too_many_rows(ROWS_MAX))
            line, last = last + 1, reader.line_num
            if not any(map(str.strip, cells)):
                continue
            if len(cells) != len(header):
                yield (
                    line,
                    say_n(
                        "has {count} cell, where the header has {columns}",
                        "has {count} cells, where the header has {columns}",
                        len(cells),
                        columns=len(header),
                    ),
                )
                continue
            row: dict[str, str] = {}
            for name, cell in zip(header, cells, strict=True):
                if name:
                    row.setdefault(name, cell.strip())
            yield Row(line, row)
    except csv.Error as why:
        raise Misfit(say("it is cut off or no table (line {line})", line=reader.line_num)) from why


def header_of(text: str, names: dict[str, str]) -> set[str]:
    """The columns that a table has, as we call them."""
    return {name for name, _ in _columns(text, names)} - {""}


def columns_of(text: str, *, folded: bool = True) -> list[str]:
    """How the columns of a table are headed, in order; in lower case where `folded`."""
    return [it.casefold() if folded else it for _, it in _columns(text, {})]


def untaken(text: str, names: dict[str, str]) -> Say | None:
    """What is told of columns that mean nothing here, or what one before them means; None of none."""
    taken, left = set[str](), list[str]()
    for name, heading in _columns(text, names):
        if heading and (not name or name in taken):
            left.append(heading)
        taken.add(name)
    return say("Columns that are not taken: {columns}.", columns=listed(left)) if left else None


def _columns(text: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """The columns of a table, as we call them ("" for none of ours) and as they are headed."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda sign: _outside(first, sign))
    try:
        cells = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return []
    headings = [" ".join(cell.split()) for cell in cells]
    return [(names.get(each.casefold(), ""), each) for each in headings]


def _outside(line: str, sign: str) -> int:
    """How often a sign stands outside of quotes."""
    return sum(part.count(sign) for part in line.split('"')[::2])


def decimal_of(samples: Iterable[str], given: str = "") -> str:
    """Which sign parts the decimals in these numbers. Raises Doubt, or Misfit where they disagree."""
    found: dict[str, str] = {}
    unclear = ""
    for sample in samples:
        written = _SPACES.sub("", sample.strip().lstrip("+-"))
        if "." in written and "," in written:
            found.setdefault(POINT if written.rfind(".") > written.rfind(",") else COMMA, sample)
            continue
        for sign, name, other in ((".", POINT, COMMA), (",", COMMA, POINT)):
            if written.count(sign) > 1:
                found.setdefault(other, sample)
            elif sign in written and (written[0] == "0" or len(written.rsplit(sign, 1)[1]) != 3):
                found.setdefault(name, sample)
            elif sign in written:
                unclear = unclear or sample
    if len(found) > 1:
        raise Misfit(say("its numbers are written in two ways: {texts}", texts=listed(found.values())))
    if found:
        return next(iter(found))
    if unclear and not given:
        raise Doubt(
            say(
                "“{text}” can be read in two ways: say {one} or {other}.",
                text=theirs(unclear),
                one=Code(f"decimal = {POINT}"),
                other=Code(f"decimal = {COMMA}"),
            )
        )
    return given or POINT


def number(text: str, decimal: str) -> Decimal | None:
    """A number, or None where it is none (a formula is none)."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    text = _SPACES.sub("", text)
    return amount_of(
        text.replace(",", "") if decimal == POINT else text.replace(".", "").replace(",", ".")
    )


def amount_of(text: str) -> Decimal | None:
    """A finite number with a point, or None for what is none, or beyond all measure."""
    try:
        amount = Decimal(text)
    except ArithmeticError:
        return None
    return amount if amount.is_finite() and abs(amount.adjusted()) <= DIGITS_MAX else None


def order_of(samples: Iterable[str], given: str = "") -> str:
    """Whether the day stands before the month in these dates. Raises Doubt or Misfit."""
    found: dict[str, str] = {}
    unclear = ""
    for sample in samples:
        match = _SLASHED.fullmatch(sample.strip())
        if match is None:
            continue
        if int(match[1]) > 12:
            found.setdefault(DAY_FIRST, sample)
        elif int(match[2]) > 12:
            found.setdefault(MONTH_FIRST, sample)
        elif match[1] != match[2]:
            unclear = unclear or sample
    if len(found) > 1:
        raise Misfit(say("its dates are written in two ways: {texts}", texts=listed(found.values())))
    if found:
        return next(iter(found))
    if unclear and not given:
        raise Doubt(
            say(
                "“{text}” can be two days: say {one} or {other}.",
                text=theirs(unclear),
                one=Code(f"dates = {DAY_FIRST}"),
                other=Code(f"dates = {MONTH_FIRST}"),
            )
        )
    return given or DAY_FIRST


def day(text: str, order: str) -> dt.date | None:
    """A day, or None where it is none. Where the year stands last, the order says which is the day."""
    text = text.strip()
    try:
        if match := _ISO.fullmatch(text):
            return dt.date(*map(int, match.groups()))
        if match := _DOTTED.fullmatch(text):
            return dt.date(int(match[3]), int(match[2]), int(match[1]))
        if order and (match := _SLASHED.fullmatch(text)):
            first, second, year = map(int, match.groups())
            month, number_ = (second, first) if order == DAY_FIRST else (first, second)
            return dt.date(year, month, number_)
    except ValueError:
        return None
    return None


def words(text: str) -> str:
    """A text of theirs as it is kept: in one line, visible, without what keeps a sheet from counting.

    It has the form that texts are kept in, so that a row of it is known again.
    """
    text = " ".join(normal(visible(text)).split())
    if text[:1] == "'" and text[1:2] in set("=+-@"):
        text = text[1:]
    return text[:WORDS_MAX].rstrip()


WORDS_MAX = 400


def aliases(table: dict[str, Sequence[str]]) -> dict[str, str]:
    """What each column may be headed, in the languages that a program writes, by that."""
    return {heading.casefold(): name for name, headings in table.items() for heading in headings}
