"""From the tree of words to HTML. What people typed is escaped where it becomes HTML, here alone.

Pure. References such as P3 become links to their page; addresses that members gave are shown in full,
and say that they are members'.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from bot.text.charts import Chart, svg, told
from bot.text.rendering import Plain, Reader, render, visible
from bot.text.wording import Node

_REFERENCE = re.compile(r"[A-Z][1-9][0-9]{0,8}", re.ASCII)
"""What a thing may be called; whether there is one of that letter the ways through the book know."""
_ADDRESS = re.compile(r"https?://[^\s<>\"“”„]{1,400}(?<![.,;:!?'’)\]])")
_BLOCKS = ("<div", "<ul", "<table", "<figure", "<h2")
_HEADING = re.compile(r"<strong>([^<]*)</strong>")
"""A line that is set off whole heads what stands below it."""

_EXACT = re.compile(r"<code>[^<]*</code>")
"""A line of which every letter counts."""

_AMOUNT = re.compile(r"[-\u2212]?[0-9][0-9.,'\u2019\u00a0\u202f]* [^\W\d]{1,12}")
_NO_BREAK = "\u00a0"
"""What stands between an amount and its unit: no line ends there."""

_WORD_CHARACTERS_MAX = 28
_FEW_CHARACTERS = 20
_TAG = re.compile(r"<[^>]*>")
_ANCHOR = re.compile(r"</?a\b[^>]*>")
"""What begins and ends a link: there is none within another one."""


Find = Callable[[str], str | None]
"""The way through the book to a page with what is asked of it; None where it does not lead there."""


class Html:
    """How a page is written from which its ways are found so."""

    def __init__(self, find: Find) -> None:
        """Write for a page with these ways."""
        self._find = find

    def escape(self, text: str) -> str:
        """Somebody's text without any power; references and addresses lead to what they mean."""
        if _REFERENCE.fullmatch(text):
            return self.way(f"show/{text}", html.escape(text))
        if _AMOUNT.fullmatch(text):
            return html.escape(text).replace(" ", _NO_BREAK)
        return "".join(self._pieces(text)) if "://" in text else html.escape(text)

    def _pieces(self, text: str) -> Iterator[str]:
        """A text with the addresses in it as links."""
        behind = 0
        for found in _ADDRESS.finditer(text):
            yield html.escape(text[behind : found.start()])
            yield self.link(found[0])
            behind = found.end()
        yield html.escape(text[behind:])

    def strong(self, text: str) -> str:
        """Set off."""
        return f"<strong>{text}</strong>"

    def code(self, text: str) -> str:
        """Set as code; an option is in one piece, wherever the line ends."""
        shown = html.escape(visible(text))
        return f"<code>{_OPTION.sub(_WHOLE, shown)}</code>"

    def link(self, url: str) -> str:
        """A link that shows where it leads and lends it nothing; all but the web stays text."""
        shown = html.escape(visible(url))
        if visible(url) != url or not _is_web(url):
            return shown
        return f'<a rel="nofollow ugc noopener noreferrer" href="{shown}">{shown}</a>'

    def way(self, to: str, text: str) -> str:
        """A way through the book; what leads elsewhere in its text does so no more."""
        found = self._find(to)
        return f'<a href="{html.escape(found)}">{_ANCHOR.sub("", text)}</a>' if found else text

    def time(self, at: dt.datetime, text: str) -> str:
        """An instant, for machines as well."""
        return f'<time datetime="{at.isoformat(timespec="seconds")}">{html.escape(text)}</time>'

    def lines(self, items: list[str]) -> str:
        """Things under one another."""
        return "".join(
            _exact(list(some)) if is_exact else "".join(map(_line, some))
            for is_exact, some in groupby(filter(None, items), _is_exact)
        )

    def items(self, items: list[str]) -> str:
        """A list."""
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>" if items else ""

    def table(self, heading: list[str], rows: list[list[str]]) -> str:
        """A table; its cells say themselves what they are where it is too narrow for columns."""
        return table_of(heading, [Line(row) for row in rows])


Labels = tuple[str | None, ...]
"""What the columns of a table are called; None for one that is left out."""


class Line:
    """A row of a table, which may be written more than once."""

    __slots__ = ("_cells", "_written", "filled", "numbers")

    def __init__(self, cells: list[str]) -> None:
        """With these cells, which are already harmless."""
        self._cells = cells
        self._written: dict[tuple[Labels, int], str] = {}
        self.filled = self.numbers = 0
        """In which columns something stands, and in which nothing but a number: a bit for each."""
        for at, cell in enumerate(cells):
            self.filled |= bool(cell) << at
            self.numbers |= (not cell or bool(_NUMBER.fullmatch(html.unescape(cell)))) << at

    @property
    def first(self) -> str:
        """What stands first in it, or alone."""
        return self._cells[0]

    def written(self, labels: Labels, counts: int) -> str:
        """How it is written below these labels; in the columns that `counts` says stand numbers.

        A column without a label is left out.
        """
        key = (labels, counts)
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = _cells(labels, counts, self._cells)
        return found


def table_of(heading: Sequence[str], rows: Sequence[Line]) -> str:
    """A table; where numbers stand in a column and nothing else they stand below one another.

    A column in which nothing stands is left out.
    """
    filled, numbers = 0, -1
    for row in rows:
        filled |= row.filled
        numbers &= row.numbers
    counts = filled & numbers & ~1
    head = "".join(
        f'<th scope="col"{_NUMBER_CLASS if counts >> at & 1 else ""}>{cell}</th>'
        for at, cell in enumerate(heading)
        if not at or filled >> at & 1
    )
    labels = tuple(
        html.escape(html.unescape(_TAG.sub("", cell))) if not at or filled >> at & 1 else None
        for at, cell in enumerate(heading)
    )
    body = "".join([row.written(labels, counts) for row in rows])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _is_exact(line: str) -> bool:
    return _EXACT.fullmatch(line) is not None


def _exact(lines: list[str]) -> str:
    """Lines of which every letter counts, as one piece to look at and to take along."""
    return f'<div class="exact">{"<br>".join(lines)}</div>' if len(lines) > 1 else _line(lines[0])


def _line(told: str) -> str:
    if told.startswith(_BLOCKS):
        return told
    heading = _HEADING.fullmatch(told)
    return f"<h2>{heading[1]}</h2>" if heading else f"<div>{told}</div>"


_OPTION = re.compile(r"(?<!\S)--[a-z]+(?:-[a-z]+)*(?!\S)")
_WHOLE = r'<span class="whole">\g<0></span>'
_NUMBER_CLASS = ' class="number"'
_NUMBER = re.compile(r"[-\u2212]?[0-9][0-9.,'\u2019\s]*(?:h[0-9]*|%|[^\W\d]{1,12})?")


def _cells(labels: Labels, counts: int, row: list[str]) -> str:
    first, *rest = row
    told = "".join(
        f'<td{_NUMBER_CLASS if counts >> at & 1 else _sort(cell)} data-label="{labels[at]}">{cell}</td>'
        for at, cell in enumerate(rest, 1)
        if labels[at] is not None
    )
    return f'<tr><th scope="row">{first}</th>{told}</tr>'


def _sort(cell: str) -> str:
    """A class for what would make its column too wide, and for a few words that stay together."""
    if len(cell) <= _FEW_CHARACTERS and "<" not in cell:
        return ' class="few"' if " " in cell else ""
    if cell.startswith(_BLOCKS):
        return ' class="several"'
    words = html.unescape(_TAG.sub(" ", cell)).split()
    if any(len(word) > _WORD_CHARACTERS_MAX for word in words):
        return ' class="long"'
    few = len(words) > 1 and sum(map(len, words)) + len(words) <= _FEW_CHARACTERS
    return ' class="few"' if few else ""


def _is_web(url: str) -> bool:
    """Whether an address leads to the host that it shows."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc


def written(body: Node, reader: Reader, find: Find) -> str:
    """A document as HTML that can stand anywhere where blocks can."""
    page = Html(find)
    return page.lines([render(body, reader, page)])


def plain(body: Node, reader: Reader) -> str:
    """A document as text."""
    return render(body, reader)


class _Heading(Plain):
    """Text in which amounts stay with their units, as in a document."""

    def escape(self, text: str) -> str:
        shown = super().escape(text)
        return shown.replace(" ", _NO_BREAK) if _AMOUNT.fullmatch(shown) else shown


def heading(body: Node, reader: Reader) -> str:
    """What heads a document, as text."""
    return render(body, reader, _Heading())


def figure(chart: Chart, reader: Reader, find: Find) -> str:
    """A picture, with the same figures in words below it."""
    words = told(chart)
    label = html.escape(" ".join(visible(render(chart.title, reader)).split()))
    picture = svg(chart, reader).replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    # Where a line ends, what is told stays with how much.
    below = re.sub(r": (?=[0-9\u2013])", ":\u00a0", written(words, reader, find))
    return f"<figure>{picture}<figcaption>{below}</figcaption></figure>"


def figures(charts: Iterable[Chart], reader: Reader, find: Find) -> tuple[str, ...]:
    """All pictures of a page."""
    return tuple(figure(each, reader, find) for each in charts)
