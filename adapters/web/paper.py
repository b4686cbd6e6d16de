"""What a page looks like: the one template that all pages share, and what it is filled with.

The template only lays out. What members typed was made harmless before (`adapters.web.html`); all else
is escaped here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from importlib.resources import files
from itertools import chain
from secrets import token_hex

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from adapters.web.html import figures, heading, plain, written
from adapters.web.look import Look
from adapters.web.told import Front
from adapters.web.ways import Ways
from bot.collective.state import State
from bot.page import PARTS, Page, Part, Shown, Wanted
from bot.text.languages import offered
from bot.text.rendering import Reader, shortened
from bot.text.wording import Code, Node, Say, Time, joined, say

STYLE = (files("adapters.web") / "style.css").read_bytes()
"""The stylesheet: written by hand, the same for all."""

TITLE_CHARACTERS_MAX = 120
"""How much of a text heads a page: four or five lines on a phone. Below it stands whole."""

NAMES = {"en": "English", "de": "Deutsch"}
"""What the languages call themselves."""

_FIELDS = {
    "search": say("Words"),
    "kind": say("Kind"),
    "circle": say("Circle"),
    "period": say("Time"),
    "older": say("From entry"),
    "newer": say("To entry"),
}
_LOOKS_SO = {"period": "2026-11, 2026"}
"""What stands in a field that waits to be filled, for an example."""


@dataclass(frozen=True)
class Sheet:
    """All that a page is made of; `language` is set where the address asked for one.

    What is written already is its `front`, and the `table` of its rows.
    """

    look: Look
    ways: Ways
    page: Page
    want: Wanted
    shown: Shown
    language: str
    indexed: bool
    front: Front | None = None
    table: str = ""

    @property
    def state(self) -> State:
        """Whose book it is."""
        return self.look.state

    @cached_property
    def reader(self) -> Reader:
        """Whoever reads it."""
        return self.look.reader

    def text(self, node: Node) -> str:
        """A text in the reader's language."""
        return plain(node, self.reader)

    def html(self, node: Node) -> Markup:
        """A document, already harmless."""
        return Markup(written(node, self.reader, self.find))  # noqa: S704 - made by our Html

    def find(self, to: str) -> str | None:
        """The way to a page with what is asked of it, in the language that was asked for."""
        return self.ways.to(to, self.language)

    @property
    def top(self) -> Markup:
        """What it shows, but for rows that are written already."""
        if self.front is not None:
            return Markup(self.front.body)  # noqa: S704 - made by our Html
        return self.html(self.shown.body)

    @property
    def figures(self) -> list[Markup]:
        """Its pictures."""
        if self.front is not None:
            drawn = self.front.figures
        else:
            drawn = figures(self.shown.charts, self.reader, self.find)
        return [Markup(each) for each in drawn]  # noqa: S704 - made by our Html

    @cached_property
    def title(self) -> str:
        """What it is called: of long words the beginning, cut where names were seen to."""
        told = heading(self.shown.title or self.page.title, self.reader)
        return shortened(told, TITLE_CHARACTERS_MAX)

    @property
    def menu(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """The pages by the parts of the book: where each is, its name, whether it is this one."""
        found = [("", self._of(None)), *((self.text(it.title), self._of(it)) for it in PARTS)]
        return [(title, pages) for title, pages in found if pages]

    def _of(self, part: Part | None) -> list[tuple[str, str, bool]]:
        return [
            (self.way(page.name), self.text(page.title), page is self.page)
            for page in self.look.pages
            if page.part is part
        ]

    def way(self, name: str) -> str:
        """The way to a page of the book, in the language that was asked for."""
        return self.ways.page(name, self.language)

    @cached_property
    def fields(self) -> list[tuple[str, str, str, str]]:
        """What narrows it: the field, its label, what stands there, an example."""
        held = {
            "search": self.want.search,
            "kind": self.want.kind,
            "circle": self.want.circle,
            "period": self.want.period_text,
            "older": str(self.want.older or ""),
            "newer": str(self.want.newer or ""),
        }
        return [
            (name, self.text(label), held[name], _LOOKS_SO.get(name, ""))
            for name, label in _FIELDS.items()
            if name in self.page.takes and self.ways.can_ask
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What goes along when it is narrowed."""
        held = {"account": self.want.account, "lang": self.language}
        return [(name, value) for name, value in held.items() if value]

    @property
    def left_out(self) -> Node | None:
        """What was asked and means nothing here; None for nothing."""
        words = [Code(each) for each in self.want.left_out]
        return say("Not understood here, and left out: {words}", words=joined(words)) if words else None

    @property
    def here(self) -> str:
        """The way to this very page, where nothing is asked of it."""
        return self.ways.here(self.page, Wanted(ref=self.want.ref))

    def asked(self, before: int | None = None, language: str | None = None) -> str:
        """The way to this page with what was asked of it: another stretch, or another language."""
        told = self.language if language is None else language
        return self.ways.here(self.page, self.want, told, before=before)

    @cached_property
    def machines(self) -> list[tuple[str, str, str]]:
        """The same for machines: the way, the media type, what it is called."""
        return [
            (
                self.ways.form(self.page, self.want, it.ending, self.language),
                it.media.partition(";")[0],
                self.text(it.title),
            )
            for it in self.look.forms(self.page, self.want).values()
        ]

    @cached_property
    def languages(self) -> list[tuple[str, str, str]]:
        """The other languages: the way, its short name, what it calls itself."""
        others = (each for each in offered() if each != self.reader.language and self.ways.can_ask)
        return [(self.asked(language=each), each, NAMES.get(each, each)) for each in others]

    def filled(self, words: Mapping[str, str]) -> tuple[str, ...]:
        """What stands in the holes of the page, in their order: what each stretch of a list has."""
        machines = [tuple(map(escape, each)) for each in self.machines]
        links = "\n".join(
            f'<link rel="alternate" type="{media}" href="{way}" title="{title}">'
            for way, media, title in machines
        )
        forms = ",\n".join(
            f'<a rel="alternate" type="{media}" href="{way}">{title}</a>'
            for way, media, title in machines
        )
        others = "\n".join(
            f'<a href="{escape(way)}" lang="{short}" hreflang="{short}">{escape(name)}</a>'
            for way, short, name in self.languages
        )
        return (
            links,
            self.table,
            "\n".join(self._ways_on(words)),
            forms,
            f"<p>\n{others}\n</p>" if others else "",
        )

    def _ways_on(self, words: Mapping[str, str]) -> Iterator[str]:
        older, before = self.shown.older, self.want.before
        if not older and not before:
            return
        yield '<p class="on">'
        if before:
            yield f'<a href="{escape(self.asked(before=0))}">{escape(words["newest"])}</a>'
        if older:
            way = escape(self.asked(before=older))
            yield f'<a rel="next" href="{way}">{escape(words["older"])}</a>'
        yield "</p>"

    @property
    def as_of(self) -> Say:
        """What the page is told as of."""
        head = self.state.head
        return say(
            "As of entry {number} of the journal, {at}, head {head}",
            number=head.seq,
            at=Time(head.at),
            head=Code(head.hash.hex()[:16]),
        )


class Paper:
    """The templates, made when the first page is asked for."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._told: dict[str, dict[str, str]] = {}
        self._menus: dict[Hashable, Markup] = {}

    @cached_property
    def _page(self) -> Template:
        return self._templates.get_template("page.html")

    @cached_property
    def _templates(self) -> Environment:
        loader = PackageLoader("adapters.web")
        return Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, sheet: Sheet) -> bytes:
        """A page: what all stretches of a list have in common is made once for a moment."""
        words = self._words(sheet.reader)
        frames = sheet.front.frames if sheet.front is not None else {}
        frame = frames.get(sheet.indexed)
        if frame is None:
            told = self._page.render(sheet=sheet, words=words, menu=self._menu(sheet), holes=_HOLES)
            frame = frames[sheet.indexed] = tuple(told.split(_HOLE))
            assert len(frame) == len(_HOLES) + 1, "nobody knows what a hole looks like"
        filled = zip(frame, (*sheet.filled(words), ""), strict=True)
        return "".join(chain.from_iterable(filled)).encode()

    def _words(self, reader: Reader) -> dict[str, str]:
        """Our own words, in each language once."""
        found = self._told.get(reader.language)
        if found is None:
            found = {name: plain(node, reader) for name, node in _WORDS.items()}
            self._told[reader.language] = found
        return found

    def _menu(self, sheet: Sheet) -> Markup:
        """The menu, which is the same on one page for all who read alike."""
        look = sheet.look
        deep, reads = bool(sheet.want.ref), (sheet.language, sheet.reader.language, look.outside)
        key = (sheet.page.name, deep, reads)
        found = self._menus.get(key)
        if found is None:
            found = Markup(self._templates.get_template("menu.html").render(sheet=sheet).rstrip("\n"))  # noqa: S704 - made by our template
            if sheet.ways.can_ask:
                self._menus[key] = found
        return found

    def note(self, words: Node, reader: Reader) -> bytes:
        """A page that says one sentence, and belongs to no book."""
        return (
            self._templates.get_template("note.html")
            .render(words=plain(words, reader), language=reader.language)
            .encode()
        )


_HOLE = Markup(f"<!--{token_hex(16)}-->")  # noqa: S704 - our own
"""What stands where something is filled in later: nobody can type it, since nobody knows it."""

_HOLES = dict.fromkeys(("links", "rows", "on", "machines", "languages"), _HOLE)
"""The holes of a page, in their order."""

_WORDS = {
    "skip": say("To what this page shows"),
    "menu": say("Menu"),
    "find": say("Show"),
    "all": say("Show all"),
    "older": say("Older"),
    "newest": say("Newest"),
    "machines": say("The same for machines:"),
}
