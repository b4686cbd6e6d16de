"""The forms of a page for machines: which it has, and how rows and news are written.

Pure. All of them tell what the page tells, in the same names: rows and news come from the page itself,
the forms of the books are those of `/export`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from adapters.web.html import Find, plain
from bot.books.exporting.forms import FORMS
from bot.books.exporting.tables import safe
from bot.books.exporting.transactions import instant_of, one_line
from bot.page import Listed, News, Page
from bot.text.rendering import Reader, visible
from bot.text.wording import Node, Words, say

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Form:
    """A form by its ending: its media type, what it is called, and which form of the books it is.

    What is `inside` is for members alone.
    """

    ending: str
    media: str
    title: Node
    book: str = ""
    inside: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it tells all there is, not what one page shows: it is sent while it is made."""
        return self.ending not in {"json", "atom", "txt"}


JSON: Final = Form("json", "application/json; charset=utf-8", Words("JSON"))
CSV: Final = Form("csv", "text/csv; charset=utf-8", say("table (CSV)"))
ATOM: Final = Form("atom", "application/atom+xml; charset=utf-8", say("news (Atom)"))
PROOF: Final = Form("txt", "text/plain; charset=utf-8", say("proof (C2SP)"))
BUNDLE: Final = Form("zip", "application/zip", say("bundle to check (ZIP)"), inside=True)

_CALLED: Final[Mapping[str, Node]] = {
    "csv": CSV.title,
    "hledger": Words("hledger"),
    "beancount": Words("Beancount"),
    "valueflows": Words("ValueFlows"),
    "ics": say("calendar"),
}


def forms_of(page: Page, *, news: bool) -> dict[str, Form]:
    """The forms of a page by their endings; `news` says whether it tells some."""
    found = {"json": JSON}
    if page.listed is not None:
        found["csv"] = CSV
    if news:
        found["atom"] = ATOM
    if page.proof:
        found[PROOF.ending] = PROOF
    if page.bundled:
        found[BUNDLE.ending] = BUNDLE
    for name in page.books:
        it = FORMS[name]
        title = _CALLED.get(name, it.about)
        found[it.ending] = Form(it.ending, f"{it.media}; charset=utf-8", title, name)
    return found


# --- A table --------------------------------------------------------------------------------------


def head_row(listed: Listed) -> str:
    """The first line of a table: what its columns are called."""
    return _line(listed.columns)


def rows_of(listed: Listed, facts: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a table that stand for what a page shows."""
    found = facts.get(listed.name, ())
    if isinstance(found, Mapping):
        found = [dict(zip(listed.columns, pair, strict=False)) for pair in found.items()]
    for row in found:
        flat = _flat({name: value for name, value in row.items() if name in listed.columns})
        yield _line(_cell(name, flat.get(name)) for name in listed.columns)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in which an amount is a number, and its unit stands in a column of its own."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat[name], flat["unit"] = "; ".join(value.values()), "; ".join(value)
        else:
            flat[name] = value
    return flat


def _cell(name: str, value: Any) -> str:  # noqa: ANN401 - facts are of any kind
    """A cell; only what could be a formula is marked, and a number is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, int) and (name == "at" or name.endswith("_at")):
        return instant_of(value)
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    text = str(value)
    return text if _NUMBER.fullmatch(text) else safe(text)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


# --- A feed ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself: its name for ever, its title, whose it is, where it leads.

    `find` leads from it to things.
    """

    name: str
    title: str
    author: str
    page: str
    own: str
    find: Find


def atom(feed: Feed, news: Iterable[News], reader: Reader, *, since: int) -> str:
    """A feed (Atom, RFC 4287), the newest first; `since` is when the collective began (ms).

    What is told is known by the collective and its own name, never by an address, and is changed when
    it changed: no reader hears the same twice because the pages moved.
    """
    found = sorted(news, key=lambda it: -it.at)
    entries = "".join(_entry(feed, it, reader) for it in found)
    updated = max((it.at for it in found), default=since)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(reader.language)}>\n'
        f"<id>{escape(feed.name)}</id>\n<title>{_text(feed.title)}</title>\n"
        f"<updated>{instant_of(updated)}</updated>\n"
        f"<author><name>{_text(feed.author)}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(feed.own)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.page)}/>\n'
        f"{entries}</feed>\n"
    )


def _entry(feed: Feed, it: News, reader: Reader) -> str:
    way = feed.find(f"show/{it.ref}") or feed.page
    title = " ".join(plain(it.title, reader).split())
    return (
        f"<entry>\n<id>{escape(feed.name)}/{it.ref}</id>\n<title>{_text(title)}</title>\n"
        f"<updated>{instant_of(it.at)}</updated>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(way)}/>\n'
        f"<summary>{_text(title)}</summary>\n</entry>\n"
    )


def _text(text: str) -> str:
    """Somebody's text in XML, which does not take every sign."""
    return escape(one_line(visible(text)))
