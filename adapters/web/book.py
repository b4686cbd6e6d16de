"""A page of a book as bytes: who is let in, what the page shows, in whose names, in which language.

A page is a function of the journal's head, the day and the address, so it has a tag that says whether
it changed, and its bytes are kept. It is told as of the last entry, or the beginning of the day.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from adapters.web.forms import BUNDLE, Form
from adapters.web.library import Archive, Library, Picture, is_good, seen_by
from adapters.web.listing import listed
from adapters.web.look import Look, Signs
from adapters.web.names import EVERYONE, Names, names_seen
from adapters.web.paper import Paper, Sheet
from adapters.web.told import Memory
from adapters.web.visiting import (
    Address,
    Fields,
    Visitor,
    calendar_of,
    language_of,
    query_of,
    read_address,
    read_query,
    unfinished,
    visitor,
    wanted,
)
from adapters.web.ways import Served
from bot.chat import Refusal
from bot.collective.catalogue import rules_of
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.feature import Features
from bot.language.clock import instant, local_day
from bot.page import Page, Wanted
from bot.ports import Clock
from bot.text.languages import offered, reader
from bot.text.wording import say

CACHE_BYTES_MAX = 16 * 1024 * 1024
NAMES_MAX = 50
"""Of so many books it stays in memory in whose names they are told to who is no member."""

PIECE_BYTES = 64 * 1024
"""How much of a long form is sent at a time."""

LONG_STATES_BYTES_MAX = 32 * 1024 * 1024
"""The same for those of long forms, whose reading nothing may change."""

PACKED_LEVEL = 3
"""How hard bodies are packed: harder takes twice the time and saves a twentieth of their length."""

NO_PAGE = 404

HTML = "text/html; charset=utf-8"


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
    """What is answered; a page has a `tag`, and only who may `share` it keeps it for others.

    What is long has no body: its `pieces` are made while they are sent, on a thread of their own.
    """

    status: int
    body: bytes = b""
    media: str = HTML
    tag: str = ""
    location: str = ""
    public: bool = False
    pieces: partial[Generator[bytes, None, None]] | None = None

    @cached_property
    def packed(self) -> bytes:
        """The same, smaller."""
        return gzip.compress(self.body, PACKED_LEVEL, mtime=0)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A book that is open, and who looks into which page of it; `form` is None for the page itself."""

    look: Look
    address: Address
    page: Page
    form: Form | None
    want: Wanted
    asked_language: str
    tag: str
    public: bool

    @property
    def ways(self) -> Served:
        """The ways from here."""
        address = self.address
        return Served(address.ref, address.page if address.ref else "", self.look.features.letters)


class Book:
    """Answers requests, one at a time."""

    def __init__(
        self,
        archive: Archive,
        features: Features,
        clock: Clock,
        configured: Mapping[str, Value],
        own: str = "",
        signs: Signs | None = None,
    ) -> None:
        """Read from `archive`; `own` is the collective of who sits at the machine itself.

        With `signs` the page of checks tells a signed checkpoint.
        """
        self._signs = signs
        self._archive, self._features, self._clock = archive, features, clock
        self._configured, self._own = configured, own
        self._version = repr(sorted(configured.items()))
        self._memory = Memory(features.pages)
        self._library, self._long_library = Library(memory=self._memory), Library(LONG_STATES_BYTES_MAX)
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._kept_bytes = 0
        self._names: OrderedDict[tuple[str, str, str], tuple[str, Names]] = OrderedDict()
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
            visit = self._visit(picture, self._library, address, query, request)
            if visit is None:
                return self.nothing(language)
            if visit.tag in request.known:
                return Answer(304, tag=visit.tag, public=visit.public)
            if visit.form is not None and visit.form.is_long:
                if not _is_there(visit, visit.form):
                    return self.nothing(language)
                pieces = partial(self._pieces, address, query, request)
                return Answer(
                    200, media=visit.form.media, tag=visit.tag, public=visit.public, pieces=pieces
                )
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

    def _pieces(
        self, address: Address, query: Fields, request: Request
    ) -> Generator[bytes, None, None]:
        """A long form, a piece at a time, from a picture and a state of its own.

        Whoever makes it asks for all pieces on one thread, and only for one form at a time.
        """
        with self._archive.snapshot() as picture:
            visit = self._visit(picture, self._long_library, address, query, request)
            if visit is None or visit.form is None:
                return  # it was closed meanwhile
            piece = bytearray()
            for line in _told(visit, visit.form):
                piece += line
                if len(piece) >= PIECE_BYTES:
                    yield bytes(piece)
                    piece.clear()
            yield bytes(piece)

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
        self, picture: Picture, library: Library, address: Address, query: Fields, request: Request
    ) -> _Visit | None:
        """The visit that a request is; None where there is nothing to see, or not for this reader."""
        at_home = request.at_home and address.collective == self._own
        if not at_home:
            seen = seen_by(picture, address.collective, self._configured)
            if seen == "off" or (seen != "public" and not address.secret):
                return None
            is_read = not address.secret or library.has(address.collective)
            if not is_read and not is_good(picture, address.collective, address.secret):
                return None  # with a link that is none nobody has books read that were not read before
        state = library.state(picture, address.collective)
        page = self._features.pages.get(address.page)
        if state is None or page is None or bool(address.ref) != page.needs_ref:
            return None
        rules = rules_of(self._configured, *state.rules.layers(0, ""))
        who = visitor(state, rules, address, at_home=at_home)
        own = calendar_of(state, rules, address) if who is None else 0
        if who is None and not own:
            return None
        asked = query.get("lang") if query.get("lang") in offered() else ""
        language = language_of(query, request.languages, offered(), rules.text("language"))
        outside = who is not Visitor.MEMBER and not own
        look = self._look(picture, state, rules, language, outside=outside)
        look = replace(look, calendar_of=own, memory=library.memory)
        want = wanted(page, address.ref, query, languages=offered(), outside=look.outside)
        form = look.forms(page, want).get(address.form)
        if not look.sees(page) or (address.form and form is None):
            return None
        told = (
            state.collective, state.head.text, look.at, address.page, address.ref, address.form,
            query_of(want), want.left_out, language, asked, who, own, bool(address.secret),
            rules.text("web"), rules.text("web-names"), look.zone, self._version,
            self._said_of(page, state),
        )  # fmt: skip
        tag = hashlib.sha256(repr(told).encode()).hexdigest()[:32]
        public = who is Visitor.OUTSIDE and not address.secret
        return _Visit(look, address, page, form, want, asked, tag, public)

    def _said_of(self, page: Page, state: State) -> object:
        """What is told beside the journal on a page that tells what is signed of it."""
        signs = self._signs if page.signed else None
        return (signs.signer(), signs.witnessed(state)) if signs is not None else None

    def _look(
        self, picture: Picture, state: State, rules: Rules, language: str, *, outside: bool
    ) -> Look:
        zone = rules.text("zone")
        midnight = instant(local_day(self._clock.now(), zone), dt.time(), zone)
        return Look(
            picture,
            state,
            rules,
            self._features,
            self._configured,
            self._names_for(picture, state, rules.text("web-names"), language) if outside else EVERYONE,
            language,
            outside,
            max(state.head.at, int(midnight.timestamp() * 1000)),
            signs=self._signs,
        )

    def _made(self, visit: _Visit) -> Answer:
        """The page. Raises Refusal where there is no such thing."""
        look, page, form = visit.look, visit.page, visit.form
        if form is not None:
            body = "".join(look.told(page, visit.want, form, visit.ways)).encode()
            return Answer(200, body, form.media, visit.tag, public=visit.public)
        front, table = None, ""
        if page.rows is None:
            shown = look.shown(page, visit.want)
        else:
            shown, front, table = listed(
                look, self._memory, page, page.rows, visit.want, visit.ways, visit.asked_language
            )
        sheet = Sheet(
            look=look,
            ways=visit.ways,
            page=page,
            want=visit.want,
            shown=shown,
            language=visit.asked_language,
            indexed=visit.public,
            front=front,
            table=table,
        )
        return Answer(200, self._paper.page(sheet), HTML, visit.tag, public=visit.public)

    def _names_for(self, picture: Picture, state: State, mode: str, language: str) -> Names:
        """In whose names pages are told to who is no member."""
        key = (state.collective, mode, language)
        head, names = self._names.pop(key, ("", EVERYONE))
        if head != state.head.text:
            names = names_seen(picture, state, mode, language)
        self._names[key] = (state.head.text, names)
        if len(self._names) > NAMES_MAX:
            self._names.popitem(last=False)
        return names

    def _keep(self, made: Answer) -> None:
        """Keep the bytes of a page; the least recently read leave first."""
        self._kept[made.tag] = made
        self._kept_bytes += len(made.body)
        while self._kept_bytes > CACHE_BYTES_MAX:
            _, gone = self._kept.popitem(last=False)
            self._kept_bytes -= len(gone.body)


def _is_there(visit: _Visit, form: Form) -> bool:
    """Whether there is what a long form is to tell: once it is begun, nothing can be refused."""
    if form.book or form is BUNDLE:
        return True
    try:
        visit.look.shown(visit.page, visit.want)
    except Refusal:
        return False
    return True


def _told(visit: _Visit, form: Form) -> Iterator[bytes]:
    """A long form, as it comes."""
    look = visit.look
    if form is BUNDLE:
        return look.bundle()
    return (line.encode() for line in look.told(visit.page, visit.want, form, visit.ways))


_TROUBLES = {
    400: say("This request cannot be read."),
    405: say("These pages can only be read."),
    500: say("This page could not be made. It is noted, and whoever runs this looks after it."),
    503: say("Too many people are reading at once. Try again in a moment."),
}
