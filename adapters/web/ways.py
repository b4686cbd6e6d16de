"""The ways between the pages of a book: where it is served, and where it lies as files.

Pure. All of them are relative, so that a book may stand under any path, and no page repeats a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from adapters.web.visiting import START, query_of
from bot.page import Page, Wanted


class Ways(Protocol):
    """How one gets from a page to the others."""

    @property
    def can_ask(self) -> bool:
        """Whether a page can be asked for something: for less, or for another language."""
        ...

    @property
    def style(self) -> str:
        """The way to the stylesheet."""
        ...

    def page(self, name: str, language: str = "") -> str:
        """The way to a page."""
        ...

    def to(self, what: str, language: str = "") -> str | None:
        """The way to a page with what is asked of it; None where it cannot be had here."""
        ...

    def here(self, page: Page, want: Wanted, language: str = "", *, before: int | None = None) -> str:
        """The way to this page, with what was asked of it."""
        ...

    def form(self, page: Page, want: Wanted, ending: str, language: str = "") -> str:
        """The way to a form of this page, with what was asked of it."""
        ...


@dataclass(frozen=True, slots=True)
class Served:
    """The ways of a book that is served, from the page `on` that is about `ref`, or about nothing.

    Things have these `letters`; to what has another one there is no way, nor from a page to itself.
    """

    ref: str = ""
    on: str = ""
    letters: frozenset[str] = frozenset()

    @property
    def can_ask(self) -> bool:
        """It can."""
        return True

    @property
    def style(self) -> str:
        """It stands beside every page."""
        return "style.css"

    def page(self, name: str, language: str = "") -> str:
        """By its name."""
        root = "../" if self.ref else ""
        return _asked(f"{root}{'' if name == START else name}" or "./", query_of(Wanted(), language))

    def to(self, what: str, language: str = "") -> str | None:
        """Whether it is there is found out by who goes."""
        page, _, ref = what.partition("?")[0].partition("/")
        if ref and (ref[0] not in self.letters or (page, ref) == (self.on, self.ref)):
            return None
        asked = f"{'&' if '?' in what else '?'}lang={language}" if language else ""
        return ("../" if self.ref else "") + what + asked

    def here(self, page: Page, want: Wanted, language: str = "", *, before: int | None = None) -> str:
        """By its name, and the query in its one form."""
        way = self.ref or ("./" if page.name == START else page.name)
        return _asked(way, query_of(want, language, before=before))

    def form(self, page: Page, want: Wanted, ending: str, language: str = "") -> str:
        """The same with another ending."""
        return _asked(f"{self.ref or page.name}.{ending}", query_of(want, language))


def _asked(way: str, query: str) -> str:
    return f"{way}?{query}" if query else way
