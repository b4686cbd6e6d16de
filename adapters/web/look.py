"""A look into the books: what a page shows, and its forms tell, to one reader at one moment.

The pages that are served and those that lie as files are made here alike.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice, takewhile
from typing import Any, Protocol

from adapters.web.bundled import bundle
from adapters.web.forms import PROOF, Feed, Form, atom, forms_of, head_row, rows_of
from adapters.web.html import plain
from adapters.web.library import Picture, with_readings
from adapters.web.names import Names
from adapters.web.told import Memory, Shelf, Told
from adapters.web.visiting import START
from adapters.web.ways import Ways
from bot.books.exporting.calendars import Whose
from bot.books.exporting.forms import FORMS, Books
from bot.books.reserved import holds_hidden_vote
from bot.chain import Entry
from bot.chat import Actor, Place, Refusal
from bot.collective.folding import counting
from bot.collective.rules import Rules
from bot.collective.ruletypes import Value
from bot.collective.state import State
from bot.decision import About, Ask, Grown, Proof, Query
from bot.feature import Features
from bot.language.clock import local_day
from bot.moment import Moment
from bot.page import ROWS, News, Page, Readings, Rows, Shown, Wanted, older_than, told_of
from bot.text.languages import reader
from bot.text.rendering import Reader, render
from bot.text.wording import Node, lines, say
from bot.witnessing import Witnessed

UTF_8 = "\ufeff"
"""What a table begins with: without it LibreOffice and Excel read another alphabet."""

_UNSEEN = "\0"
"""What nothing is called."""

HERE = "./"
"""Where the pages are, as they see it themselves: who looks at one is served."""

NEWS_MAX = 50
"""How many news a feed tells."""


class Signs(Protocol):
    """Whoever signs where a journal stands, and knows what witnesses said of it (`Vault`)."""

    def checkpoint(self, tx: Picture, state: State, /) -> str:
        """Where it stands, as a signed note; empty where nothing is signed."""
        ...

    def proof(self, tx: Picture, state: State, wanted: Grown, /) -> Proof | None:
        """That a longer journal begins with a shorter one; None where nothing is signed."""
        ...

    def signer(self) -> str:
        """The public key; empty where there is none."""
        ...

    def witnessed(self, state: State, /) -> tuple[Witnessed, ...]:
        """What witnesses said last."""
        ...


class _NoChance:
    """A page decides nothing, so it needs no chance."""

    def salt(self) -> bytes:
        raise AssertionError

    def reference(self) -> str:
        raise AssertionError


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks into which books: `outside` is who is no member, and reads in these `names`.

    `at` is the moment (ms) as of which pages are told. A calendar is that of the member `calendar_of`,
    or of all (0). In the `memory` are rows that were told before.
    """

    picture: Picture
    state: State
    rules: Rules
    features: Features
    configured: Mapping[str, Value]
    names: Names
    language: str
    outside: bool
    at: int
    calendar_of: int = 0
    signs: Signs | None = None
    memory: Memory | None = None

    @property
    def zone(self) -> str:
        """By which clocks days are told."""
        return self.rules.text("zone")

    @property
    def reader(self) -> Reader:
        """Whoever reads."""
        return reader(self.language, self.zone)

    # --- Pages ------------------------------------------------------------------------------------

    def sees(self, page: Page) -> bool:
        """Whether there is such a page for this reader."""
        return not (page.inside and self.outside)

    @property
    def pages(self) -> list[Page]:
        """The pages that stand in the menu, the first one first."""
        found = [
            page for page in self.features.pages.values() if not page.needs_ref and self.sees(page)
        ]
        return sorted(found, key=lambda page: page.name != START)

    def shown(self, page: Page, want: Wanted) -> Shown:
        """What a page shows, in the names that are seen. Raises Refusal where it is not there."""
        shown = self._viewed(page, want)
        if page.rows is not None:
            shown = self._with_rows(page, page.rows, want, shown)
        return self._named(shown)

    def around(self, page: Page, want: Wanted) -> Shown:
        """The same without the rows of a list that is told a row at a time."""
        return self._named(self._viewed(page, want))

    def listing(self, page: Page, rows: Rows, want: Wanted) -> tuple[list[Told], int, Node | None]:
        """The rows that a page shows, and where they go on; or what is said where there are none."""
        chosen, older = self._rows_of(page, rows, want)
        return chosen, older, None if chosen else self._none(page, rows, want, older)

    def named(self, node: Node) -> Node:
        """A text in the names that are seen."""
        told: Node = self.names.all_in(node)
        return told

    def _rows_of(self, page: Page, rows: Rows, want: Wanted) -> tuple[list[Told], int]:
        meant = self._timed(page, self._meant(want))
        numbers = meant.numbers(rows.last(self.state))
        found = self._told(page, rows, numbers)
        fit = (it for it in found if it.row is not None)
        if meant.is_narrowed:
            fit = (it for it in found if it.row is not None and rows.fits(it.row, meant))
        chosen = list(islice(fit, ROWS))
        last = chosen[-1].row if len(chosen) == ROWS else None
        return chosen, older_than(numbers, last.number if last is not None else 0)

    def _told(self, page: Page, rows: Rows, numbers: range) -> list[Told]:
        """All rows with these numbers: those that were told before, and the others made now."""
        book = self.state.collective
        shelf = self.memory.shelf(book, page.name, outside=self.outside) if self.memory else Shelf()
        found = shelf.known(numbers)
        new = {number: rows.about(number) for number in numbers if number not in found}
        if new:
            single = tuple(map(About, new.values()))

            def reads(_: State, ask: Ask[Wanted]) -> tuple[Query, ...]:
                return rows.read(list(new), ask) if rows.read is not None else single

            ask = self._ask(page, Wanted(outside=self.outside), reads)
            for number, about in new.items():
                found[number] = shelf.keep(number, about, rows.row(self._seen, ask, number))
        return [found[number] for number in numbers]

    def _with_rows(self, page: Page, rows: Rows, want: Wanted, shown: Shown) -> Shown:
        """What a page shows, with its rows."""
        chosen, older = self._rows_of(page, rows, want)
        told = [it.row for it in chosen if it.row is not None]
        below = told_of(rows, told) if told else self._none(page, rows, want, older)
        facts = dict(shown.facts)
        if page.listed is not None:
            facts[page.listed.name] = [it.facts for it in told]
        return replace(shown, body=lines(shown.body, below), facts=facts, older=older)

    def _none(self, page: Page, rows: Rows, want: Wanted, older: int) -> Node:
        return rows.nothing(self.state, self._timed(page, want), older)

    def _viewed(self, page: Page, want: Wanted) -> Shown:
        timed = self._timed(page, self._meant(want))
        shown = page.view(self._seen, self._ask(page, timed, page.wants))
        if page.name == START:
            return replace(shown, body=lines(shown.body, *self._fronts(want)))
        return shown

    def _named(self, shown: Shown) -> Shown:
        """What is shown, in the names that are seen."""
        all_in = self.names.sparing(shown.exact).all_in
        return replace(
            shown,
            body=all_in(shown.body),
            title=all_in(shown.title),
            facts=all_in(dict(shown.facts)),
            charts=all_in(shown.charts),
        )

    def _meant(self, want: Wanted) -> Wanted:
        """What is wanted, where what is called like somebody who is not named is not found by that."""
        told = self.names.text
        kind, circle, account = (
            each if told(each) == each else _UNSEEN for each in (want.kind, want.circle, want.account)
        )
        return replace(want, kind=kind, circle=circle, account=account, told=told)

    @property
    def _seen(self) -> State:
        """The state as it is shown: what rooms are called is for members."""
        if not self.outside:
            return self.state
        called = render(say("a room here"), self.reader)
        rooms = self.state.rooms
        seen = {number: replace(it, name=called) for number, it in rooms.by_number.items()}
        return replace(self.state, rooms=replace(rooms, by_number=seen))

    def _timed(self, page: Page, want: Wanted) -> Wanted:
        """What is wanted, with the time that the page tells of."""
        now = dt.datetime.fromtimestamp(self.at / 1000, dt.UTC)
        return page.timed(want, local_day(now, self.zone))

    def _fronts(self, want: Wanted) -> list[Node | None]:
        """What the features tell on the first page: what is open, and then the rest."""
        return [
            page.front(self._seen, self._ask(page, want, page.front_reads))
            for page in sorted(self.features.pages.values(), key=lambda page: page.front_reads is None)
            if page.front is not None and self.sees(page)
        ]

    def _ask(self, page: Page, want: Wanted, reads: Readings | None) -> Ask[Wanted]:
        """The page as an ask of nobody in particular, with what it reads."""
        ask: Ask[Wanted] = Ask(
            page.name,
            Place("web", ""),
            Actor("web", "", ""),
            None,
            want,
            Moment(dt.datetime.fromtimestamp(self.at / 1000, dt.UTC), _NoChance()),
            self.rules,
            self.language,
            self.zone,
            self.features,
            configured=self.configured,
            site=HERE,
        )
        if reads is not None:
            ask = with_readings(self.picture, self._seen, ask, reads)
            if page.signed and self.signs is not None:
                ask = self._with_signatures(self.signs, ask, reads)
        if not want.search:
            return ask
        # What is looked through is what is shown: no name is found out letter by letter.
        return replace(ask, texts={seal: self.names.text(text) for seal, text in ask.texts.items()})

    def _with_signatures(self, signs: Signs, ask: Ask[Wanted], reads: Readings) -> Ask[Wanted]:
        """The ask with what is signed of the journal, and the proofs that are wanted."""
        note, signer = signs.checkpoint(self.picture, self.state), signs.signer()
        ask = replace(ask, checkpoint=note, signer=signer, witnessed=signs.witnessed(self.state))
        grown = (it for it in reads(self.state, ask) if isinstance(it, Grown))
        return replace(ask, proofs={it: signs.proof(self.picture, self.state, it) for it in grown})

    # --- Forms ------------------------------------------------------------------------------------

    def forms(self, page: Page, want: Wanted) -> dict[str, Form]:
        """The forms of a page, by their endings; of one account alone there are no books."""
        told = replace(page, books=()) if want.account else page
        found = forms_of(told, news=bool(self._telling(page)))
        if PROOF.ending in found and (self.signs is None or not self.signs.signer()):
            del found[PROOF.ending]
        return {name: form for name, form in found.items() if not (form.inside and self.outside)}

    def told(self, page: Page, want: Wanted, form: Form, ways: Ways) -> Iterator[str]:
        """A page in one of its forms, a piece at a time. Raises Refusal where it is not there."""
        if form.book:
            told = FORMS[form.book].write(self._books(page, want))
        elif form.ending == "csv":
            told = self._rows(page, want)
        elif form.ending == "atom":
            told = iter([self._feed(page, ways)])
        elif form is PROOF:
            told = iter([self._proof(page, want)])
        else:
            told = iter([self._facts(page, want)])
        return chain([UTF_8], told) if form.ending == "csv" else told

    def bundle(self) -> Iterator[bytes]:
        """The journal to download and check, a piece at a time: entries tell what no page tells.

        Members know all that from `/export`; nobody else is given it. It ends before the first vote
        that is hidden still: the chain cannot be checked across an entry that is left out.
        """
        assert not self.outside, "it is for members alone"
        last = self.state.head.seq
        every = self.picture.entries(self.state.collective)
        told = takewhile(lambda it: it.seq <= last and not holds_hidden_vote(self.state, it), every)
        return bundle(told)

    def _facts(self, page: Page, want: Wanted) -> str:
        """As of which entry, the figures, and what is read."""
        shown, head = self.shown(page, want), self.state.head
        facts: dict[str, Any] = {
            "collective": self.state.name,
            "page": page.name,
            "title": plain(shown.title or page.title, self.reader),
            "as_of": {"entry": head.seq, "hash": head.hash.hex()},
            "facts": shown.facts,
            "text": render(shown.body, self.reader),
            "older": shown.older or None,
            "left_out": list(want.left_out),
        }
        return json.dumps(facts, ensure_ascii=False, default=str, indent=1)

    def _rows(self, page: Page, want: Wanted) -> Iterator[str]:
        """The rows of a list, from here to its end: as many as there are."""
        assert page.listed is not None, "only a list is a table"
        listed = page.listed.seen(outside=self.outside)
        yield head_row(listed)
        while True:
            shown = self.shown(page, want)
            yield from rows_of(listed, shown.facts)
            if not shown.older:
                return
            want = replace(want, before=shown.older)

    def _proof(self, page: Page, want: Wanted) -> str:
        """The proof that a page shows. Raises Refusal where it shows none."""
        shown = self.shown(page, want)
        found = shown.facts.get(page.proof)
        if not found:
            raise Refusal("no-receipt", shown.body)
        return str(found)

    def _books(self, page: Page, want: Wanted) -> Books:
        """The books in the names that are seen, without what is for members alone."""
        state, picture, want = self.state, self.picture, self._meant(want)
        period = self._timed(page, want).period

        def texts(seals: Iterable[str], near: Mapping[str, int]) -> Mapping[str, str]:
            return picture.texts(state.collective, sorted(seals), near)

        def entries() -> Iterator[Any]:
            every = counting(state, picture.entries(state.collective))
            return (it for it in every if it.seq <= state.head.seq)

        def about(subject: str) -> Iterable[Entry]:
            return picture.about(state.collective, subject)

        days = (period.first.isoformat(), period.last.isoformat()) if period else None
        numbers = state.members.numbers(self.calendar_of) if self.calendar_of else ()
        whose = Whose(want.circle, frozenset(numbers), self.names.text)
        told = self.names.transaction
        return Books(self.names.state(state), entries, texts, days, self.zone, told, whose, about)

    def _telling(self, page: Page) -> list[Page]:
        """The pages whose news stand in the feed of this one: on the first one those of all."""
        among = self.features.pages.values() if page.name == START else [page]
        return [each for each in among if each.news is not None and self.sees(each)]

    def _feed(self, page: Page, ways: Ways) -> str:
        want = Wanted(outside=self.outside)
        found: list[News] = []
        for each in self._telling(page):
            assert each.news is not None
            found += each.news(self._seen, self._ask(each, want, each.news_reads or each.wants))
        newest = sorted(found, key=lambda it: -it.at)[:NEWS_MAX]
        (first,) = self.picture.latest(self.state.collective, before=2, limit=1)
        day = dt.datetime.fromtimestamp(first.at / 1000, dt.UTC).date()
        text = self.reader
        feed = Feed(
            # A name by RFC 4151, in a domain that is nobody's: where the pages stand may change.
            name=f"tag:talkoot.invalid,{day}:{self.state.collective}:{first.hash.hex()[:16]}",
            title=f"{self.state.name} · {plain(page.title, text)}",
            author=self.state.name,
            page=ways.here(page, want),
            own=ways.form(page, want, "atom"),
            find=ways.to,
        )
        told = [News(it.ref, self.names.all_in(it.title), it.at) for it in newest]
        return atom(feed, told, text, since=first.at)
