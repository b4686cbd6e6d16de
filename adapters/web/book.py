"""A page of a book as bytes: who is let in, what the page shows, in whose names, in which language.

A page is a function of the journal's head, the day and the address, so it has a tag that says whether
it changed, and its bytes are kept. It is told as of the last entry, or the beginning of the day.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from adapters.web.library import Archive, Library, Picture, with_readings
from adapters.web.names import EVERYONE, Names, seen_from_outside
from adapters.web.paper import Paper, Sheet
from adapters.web.visiting import (
    START,
    Address,
    Fields,
    Visitor,
    language_of,
    query_of,
    read_address,
    read_query,
    unfinished,
    visitor,
    wanted,
)
from bot.chat import Actor, Place, Refusal
from bot.collective.catalogue import rules_of
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import Ask
from bot.feature import Features
from bot.language.clock import instant, local_day
from bot.moment import Moment
from bot.page import Page, Readings, Shown, Wanted
from bot.ports import Clock
from bot.text.languages import offered, reader
from bot.text.rendering import render
from bot.text.wording import Node, lines, say

CACHE_BYTES_MAX = 16 * 1024 * 1024
NO_PAGE = 404

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: the raw path and query, what the reader prefers, what they have already.

    `at_home` says that it comes from the machine itself.
    """

    path: str
    query: str = ""
    languages: str = ""
    known: str = ""
    at_home: bool = False


@dataclass(frozen=True)
class Answer:
    """What is answered; a page has a `tag`, and only who may `share` it keeps it for others."""

    status: int
    body: bytes = b""
    media: str = HTML
    tag: str = ""
    location: str = ""
    public: bool = False

    @cached_property
    def packed(self) -> bytes:
        """The same, smaller."""
        return gzip.compress(self.body, 6, mtime=0)


class _NoChance:
    """A page decides nothing, so it needs no chance."""

    def salt(self) -> bytes:
        raise AssertionError

    def reference(self) -> str:
        raise AssertionError


@dataclass(frozen=True, slots=True)
class _Visit:
    """A book that is open, and who looks into which page of it."""

    picture: Picture
    state: State
    rules: Rules
    address: Address
    page: Page
    want: Wanted
    language: str
    asked_language: str
    at: int
    tag: str


class Book:
    """Answers requests, one at a time."""

    def __init__(
        self,
        archive: Archive,
        features: Features,
        clock: Clock,
        configured: Mapping[str, Value],
        own: str = "",
    ) -> None:
        """Read from `archive`; `own` is the collective of who sits at the machine itself."""
        self._archive, self._features, self._clock = archive, features, clock
        self._configured, self._own = configured, own
        self._version = repr(sorted(configured.items()))
        self._library = Library()
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._kept_bytes = 0
        self._names: dict[tuple[str, str, str], Names] = {}
        self._paper = Paper()

    def answer(self, request: Request) -> Answer:
        """What is answered; for all that is not to be seen the same."""
        query = read_query(request.query)
        if query is None:
            return self.trouble(400, language_of(Fields(), request.languages, offered(), "en"))
        language = language_of(query, request.languages, offered(), "en")
        if request.path == "/":
            return self._door(language, at_home=request.at_home)
        address = read_address(request.path)
        if address is None:
            further = unfinished(request.path)
            return Answer(308, location=further) if further else self.nothing(language)
        with self._archive.snapshot() as picture:
            visit = self._visit(picture, address, query, request)
            if visit is None:
                return self.nothing(language)
            if visit.tag in request.known:
                return Answer(304, tag=visit.tag, public=self._is_public(visit))
            kept = self._kept.get(visit.tag)
            if kept is not None:
                self._kept.move_to_end(visit.tag)
                return kept
            try:
                made = self._made(visit)
            except Refusal:
                return self.nothing(language)
        self._keep(made)
        return made

    def nothing(self, language: str) -> Answer:
        """There is no such page: the same bytes, whatever there is or is not."""
        words = say("There is no such page, or it is not for everybody.")
        return Answer(NO_PAGE, self._paper.note(words, reader(language, "UTC")))

    def trouble(self, status: int, language: str = "en") -> Answer:
        """What is said where a page could not be made."""
        return Answer(status, self._paper.note(_TROUBLES[status], reader(language, "UTC")))

    def _door(self, language: str, *, at_home: bool) -> Answer:
        """What stands at the door: one's own book, or nothing but what this is."""
        if at_home and self._own:
            return Answer(302, location=f"{self._own}/")
        words = say(
            "Collectives show their books here. Each has its own address, which its members know."
        )
        return Answer(200, self._paper.note(words, reader(language, "UTC")))

    def _visit(
        self, picture: Picture, address: Address, query: Fields, request: Request
    ) -> _Visit | None:
        """The visit that a request is; None where there is nothing to see, or not for this reader."""
        state = self._library.state(picture, address.collective)
        page = self._features.pages.get(address.page)
        if state is None or page is None or bool(address.ref) != page.needs_ref:
            return None
        rules = rules_of(self._configured, *state.rules.layers(0, ""))
        at_home = request.at_home and address.collective == self._own
        who = visitor(state, rules, address, at_home=at_home)
        if who is None or (page.inside and who is not Visitor.MEMBER):
            return None
        asked = query.get("lang") if query.get("lang") in offered() else ""
        language = language_of(query, request.languages, offered(), rules.text("language"))
        outside = who is not Visitor.MEMBER
        want = wanted(page, address.ref, query, languages=offered(), outside=outside)
        zone = rules.text("zone")
        midnight = instant(local_day(self._clock.now(), zone), dt.time(), zone)
        at = max(state.head.at, int(midnight.timestamp() * 1000))
        told = (
            state.collective, state.head.text, at, address.page, address.ref, address.json,
            query_of(want), want.left_out, language, asked, who, bool(address.secret),
            rules.text("web"), rules.text("web-names"), zone, self._version,
        )  # fmt: skip
        tag = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
        return _Visit(picture, state, rules, address, page, want, language, asked, at, tag)

    def _is_public(self, visit: _Visit) -> bool:
        return not visit.address.secret and visit.rules.text("web") == "public"

    def _made(self, visit: _Visit) -> Answer:
        """The page. Raises Refusal where there is no such thing."""
        names = self._names_for(visit)
        page, state = visit.page, visit.state
        shown = page.view(state, self._ask(visit, page.wants))
        if visit.address.page == START:
            shown = replace(shown, body=lines(shown.body, *self._fronts(visit)))
        shown = replace(
            shown,
            body=names.all_in(shown.body),
            title=names.all_in(shown.title),
            facts=names.all_in(dict(shown.facts)),
            charts=names.all_in(shown.charts),
        )
        public = self._is_public(visit)
        if visit.address.json:
            body = json.dumps(_facts(visit, shown), ensure_ascii=False, default=str, indent=1).encode()
            return Answer(200, body, JSON, visit.tag, public=public)
        return Answer(200, self._paper.page(self._sheet(visit, shown)), HTML, visit.tag, public=public)

    def _fronts(self, visit: _Visit) -> list[Node | None]:
        """What the features tell on the first page: what is open, and then the rest."""
        return [
            page.front(visit.state, self._ask(visit, page.front_reads))
            for page in sorted(self._features.pages.values(), key=lambda page: page.front_reads is None)
            if page.front is not None and not (page.inside and visit.want.outside)
        ]

    def _ask(self, visit: _Visit, reads: Readings | None) -> Ask[Wanted]:
        """The page as an ask of nobody in particular, with what it reads."""
        at = dt.datetime.fromtimestamp(visit.at / 1000, dt.UTC)
        ask: Ask[Wanted] = Ask(
            visit.page.name,
            Place("web", ""),
            Actor("web", "", ""),
            None,
            visit.want,
            Moment(at, _NoChance()),
            visit.rules,
            visit.language,
            visit.rules.text("zone"),
            self._features,
            configured=self._configured,
        )
        return ask if reads is None else with_readings(visit.picture, visit.state, ask, reads)

    def _names_for(self, visit: _Visit) -> Names:
        """In whose names the page is told."""
        if not visit.want.outside:
            return EVERYONE
        state, mode = visit.state, visit.rules.text("web-names")
        key = (state.head.text, mode, visit.language)
        found = self._names.get(key)
        if found is None:
            somebody = render(say("a member"), reader(visit.language, "UTC"))
            identities = visit.picture.names(state.collective).values()
            found = seen_from_outside(state, identities, mode, somebody)
            self._names = {key: found}
        return found

    def _sheet(self, visit: _Visit, shown: Shown) -> Sheet:
        pages = [
            page
            for page in self._features.pages.values()
            if not page.needs_ref and not (page.inside and visit.want.outside)
        ]
        pages.sort(key=lambda page: page.name != START)
        return Sheet(
            state=visit.state,
            address=visit.address,
            page=visit.page,
            pages=pages,
            want=visit.want,
            shown=shown,
            reader=reader(visit.language, visit.rules.text("zone")),
            language=visit.asked_language,
            indexed=self._is_public(visit),
        )

    def _keep(self, made: Answer) -> None:
        """Keep the bytes of a page; the least recently read leave first."""
        self._kept[made.tag] = made
        self._kept_bytes += len(made.body)
        while self._kept_bytes > CACHE_BYTES_MAX:
            _, gone = self._kept.popitem(last=False)
            self._kept_bytes -= len(gone.body)


def _facts(visit: _Visit, shown: Shown) -> dict[str, Any]:
    """A page for machines: as of which entry, the figures, and what is read."""
    head, text = visit.state.head, reader(visit.language, visit.rules.text("zone"))
    return {
        "collective": visit.state.name,
        "page": visit.page.name,
        "as_of": {"entry": head.seq, "hash": head.hash.hex()},
        "facts": shown.facts,
        "text": render(shown.body, text),
        "older": shown.older or None,
        "left_out": list(visit.want.left_out),
    }


_TROUBLES = {
    400: say("This request cannot be read."),
    405: say("These pages can only be read."),
    500: say("This page could not be made. It is noted, and whoever runs this looks after it."),
    503: say("Too many people are reading at once. Try again in a moment."),
}
