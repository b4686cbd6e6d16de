"""A book as files: what everybody may see, on any web server or none, and no way that leads nowhere.

It begins with the pages of the menu and follows every way that a page has, until all that is led to is
written. The same journal gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from adapters.web.library import Library, Picture
from adapters.web.look import Look, Signs
from adapters.web.names import names_seen
from adapters.web.paper import STYLE, Paper, Sheet
from adapters.web.visiting import START, query_of, read_address, read_query, wanted
from bot.chat import Refusal
from bot.collective.booking import day_of
from bot.collective.catalogue import rules_of
from bot.collective.ruletypes import Value
from bot.feature import Features
from bot.page import Page, Shown, Wanted
from bot.text.languages import offered

_PLAIN = re.compile(r"[a-z0-9-]{1,40}|[0-9]{4}-Q[1-4]", re.ASCII)

File = tuple[str, Iterator[str]]
"""A file by its path below the folder, and what is in it, a piece at a time."""


class NotPublicError(Exception):
    """Not everybody may see these books."""


@dataclass(slots=True)
class _Shelf:
    """What is to be written, each page once; `first` is the day (ISO) before which nothing was."""

    look: Look
    first: str
    waiting: deque[tuple[Page, Wanted]] = field(default_factory=deque)
    known: set[str] = field(default_factory=set)
    there: dict[tuple[str, str], bool] = field(default_factory=dict)

    def put(self, page: Page, want: Wanted) -> str:
        """The name of the file of this page, which is to be written as well."""
        stem = _stem(page, want)
        if stem not in self.known:
            self.known.add(stem)
            self.waiting.append((page, want))
        return stem

    def found(self, what: str) -> str | None:
        """The file of a page with what is asked of it; None where there is none."""
        path, _, query = what.partition("?")
        address, fields = read_address(f"/x/{path}"), read_query(query)
        page = self.look.features.pages.get(address.page) if address else None
        if address is None or fields is None or page is None or not self.look.sees(page):
            return None
        want = wanted(page, address.ref, fields, languages=offered(), outside=True)
        beyond = want.period is not None and not self._has(want)
        if want.left_out or beyond or not self._is_there(page, want):
            return None
        return self.put(page, want)

    def _has(self, want: Wanted) -> bool:
        """Whether there was anything yet in the days that are wanted."""
        first, last = want.days
        return last >= self.first and first <= day_of(self.look.state.head.at)

    def _is_there(self, page: Page, want: Wanted) -> bool:
        if not page.needs_ref:
            return not want.ref
        key = (page.name, want.ref)
        if key not in self.there:
            self.there[key] = self.shown(page, want) is not None
        return self.there[key]

    def shown(self, page: Page, want: Wanted) -> Shown | None:
        """What a page shows; None where there is no such thing."""
        try:
            return self.look.shown(page, want)
        except Refusal:
            return None


@dataclass(frozen=True, slots=True)
class _Filed:
    """The ways from a page that lies as the file `own` (without its ending)."""

    shelf: _Shelf
    own: str

    @property
    def can_ask(self) -> bool:
        """A file is what it is."""
        return False

    @property
    def _is_deep(self) -> bool:
        return "/" in self.own

    @property
    def _root(self) -> str:
        return "../" if self._is_deep else ""

    @property
    def style(self) -> str:
        """There is one for all."""
        return f"{self._root}style.css"

    def page(self, name: str, language: str = "") -> str:  # noqa: ARG002 - it has one language
        """By its file."""
        page = self.shelf.look.features.pages[name]
        return f"{self._root}{self.shelf.put(page, Wanted())}.html"

    def to(self, what: str, language: str = "") -> str | None:  # noqa: ARG002
        """By its file, where there is one, and it is not this very thing's."""
        stem = self.shelf.found(what)
        itself = self._is_deep and stem == self.own
        return f"{self._root}{stem}.html" if stem and not itself else None

    def here(
        self,
        page: Page,
        want: Wanted,
        language: str = "",  # noqa: ARG002
        *,
        before: int | None = None,
    ) -> str:
        """By its file: every stretch of a list has its own."""
        asked = want if before is None else replace(want, before=before)
        return f"{self._root}{self.shelf.put(page, asked)}.html"

    def form(self, page: Page, want: Wanted, ending: str, language: str = "") -> str:  # noqa: ARG002
        """By its file; what tells all of a list stands beside its beginning."""
        asked = want if ending == "json" else replace(want, before=0)
        return f"{self._root}{self.shelf.put(page, asked)}.{ending}"


def _stem(page: Page, want: Wanted) -> str:
    """The name of a file without its ending: it tells what was asked, and no two are the same."""
    if want.ref:
        return f"{page.name}/{want.ref}"
    asked = (f"-{name}-{_slug(value)}" for name, value in parse_qsl(query_of(want)))
    return ("index" if page.name == START else page.name) + "".join(asked)


def _slug(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:30]
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}".strip("-")


# --- Writing --------------------------------------------------------------------------------------


def site(
    picture: Picture,
    collective: str,
    features: Features,
    configured: Mapping[str, Value],
    signs: Signs | None = None,
) -> Iterator[File]:
    """All files of a book. Raises NotPublicError where the rule `web` does not say that all may see it.

    It is told as of its last entry, in the language and the names that its rules say; with `signs`
    that entry is signed.
    """
    state = Library().state(picture, collective)
    assert state is not None, "there is such a collective"
    rules = rules_of(configured, *state.rules.layers(0, ""))
    if rules.text("web") != "public":
        raise NotPublicError(rules.text("web"))
    language = rules.text("language")
    names = names_seen(picture, state, rules.text("web-names"), language)
    look = Look(
        picture, state, rules, features, configured, names, language, outside=True, at=state.head.at,
        signs=signs,
    )  # fmt: skip
    (first,) = picture.latest(collective, before=2, limit=1)
    shelf = _Shelf(look, day_of(first.at))
    for page in look.pages:
        shelf.put(page, Wanted())
    yield "style.css", iter([STYLE.decode()])
    paper = Paper()
    while shelf.waiting:
        yield from _files(shelf, paper, *shelf.waiting.popleft())


def _files(shelf: _Shelf, paper: Paper, page: Page, want: Wanted) -> Iterator[File]:
    """The files of one page: itself, and its forms."""
    look, stem = shelf.look, _stem(page, want)
    ways = _Filed(shelf, stem)
    shown = shelf.shown(page, want)
    assert shown is not None, "what is led to is there"
    sheet = Sheet(look=look, ways=ways, page=page, want=want, shown=shown, language="", indexed=True)
    yield f"{stem}.html", iter([paper.page(sheet).decode()])
    for form in look.forms(page, want).values():
        if form.ending == "json" or not want.before:
            yield f"{stem}.{form.ending}", look.told(page, want, form, ways)
