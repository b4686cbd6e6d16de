"""Rows that were told before: a page that is put together of them is what a page made anew would be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.web import told
from adapters.web.book import Book, Request
from adapters.web.told import Memory
from bot.collective.state import State
from commands import FEATURES
from storage.reading import Queries
from tests.adapters.web.reader import Library, open_book

CANARY = "Zimtstern"
"""A word that is erased."""

LIFE = (
    ("ann", "/rules set web public"),
    ("ann", "/log 1h swept the hall"),
    ("bo", f"/log 2h baked with {CANARY} and Cem #care"),
    ("cem", "/log 12.50 EUR flour"),
    ("cem", "/thank @bo for the bread"),
    ("ann", "/dispute C2 we were two"),
    ("bo", "/amend C2 90m"),
    ("cem", "/log 45m carried"),
    ("ann", "/withdraw C1"),
    ("bo", "/timer start mending"),
    ("bo", "/timer stop"),
    ("ann", "/me name Ann of the Bakery"),
    ("cem", "/log 30m swept after Bo left"),
    ("bo", "/me privacy web off"),
    ("bo", "/log 3h baked again"),
    ("bo", "/me privacy web on"),
    ("ann", "/rules set web-names initials"),
    ("ann", "/circle create kitchen"),
    ("ann", "/propose Buy a mixer for Bo"),
    ("cem", "/vote P2 consent"),
    ("bo", "/poll Who holds the key? | Ann | Cem"),
    ("cem", "/vote Q1 Cem"),
    ("ann", "/propose Paint the hall"),
    ("ann", "/amend-proposal P3 Paint the hall, and the door"),
    ("cem", "/draft Sell the van"),
    ("cem", "/vote P3 object it rains | in spring"),
    ("bo", "/close Q1"),
    ("ann", "/cancel P3"),
    ("ann", "/income 20 EUR from Dag"),
    ("cem", "/log 1h swept #order :kitchen"),
    ("ann", "/rules set web-names none"),
    ("ann", "/rules set web-names names"),
    ("ann", "/rules set zone Asia/Tokyo"),
    ("dag", "/log 2h for the first time"),
    ("cem", "/log 2h swept where Dag is"),
    ("bo", "/me forget yes"),
    ("cem", "/log 15m swept after that"),
    ("ann", "/rules set web-names none"),
    ("ann", "/rules set language de"),
)
BOARD = (
    ("ann", "/rules set web public"),
    ("ann", "/circle create kitchen"),
    ("ann", "/need 2h a van for Bo --circle kitchen"),
    ("bo", "/take N1"),
    ("dag", "/need paint the door"),
    ("bo", "/done N1 2h"),
    ("cem", "/offer 1h mending with Bo"),
    ("ann", '/need 2h till --every "monday 16:00" --people 2'),
    ("ann", "/meeting open Winter assembly :kitchen"),
    ("bo", "/here"),
    ("cem", "/here"),
    ("ann", "/meeting close"),
    ("cem", "/take N4 --every"),
    ("dag", "/take N2"),
    ("", "8"),
    ("ann", "/needs edit N2 --people 2"),
    ("dag", "/drop N2 I am ill"),
    ("cem", "/take N2"),
    ("cem", "/done N2 1h"),
    ("ann", "/meeting plan fri 18:00 Feast with Cem"),
    ("ann", "/log 1h swept"),
    ("ann", "/cancel N4 the door is gone"),
    ("ann", "/me name Ann of the Bakery"),
    ("", "3"),
    ("ann", "/meeting open M2"),
    ("dag", "/here"),
    ("ann", "/meeting close"),
    ("ann", "/meeting plan sat 18:00 Ball"),
    ("ann", "/cancel M3"),
    ("cem", "/cancel N3"),
    ("bo", "/me privacy web off"),
    ("ann", "/rules set zone Asia/Tokyo"),
    ("bo", "/me forget yes"),
    ("ann", "/rules set web-names none"),
)
"""What is needed and who met; who says nothing waits so many days."""

ASKED = {
    "contributions": ("", "kind=care", "circle=kitchen", "before=3", "before=1", "kind=none"),
    "decisions": ("", "search=mixer", "search=bo", "before=3", "search=nothing"),
    "polls": ("", "search=key", "before=1", "search=nothing"),
    "needs": ("", "search=bo", "circle=kitchen", "before=3"),
    "meetings": ("", "circle=kitchen", "before=2"),
    "journal": ("", "before=9", "before=1"),
}
"""The pages that keep rows, and what is asked of each."""

LIVES = (
    (LIFE, {"contributions", "decisions", "polls", "journal"}),
    (BOARD, {"needs", "meetings"}),
)
"""What happens, and the pages on which it shows."""

FORMS = (".json", ".csv")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_book(tmp_path) as it:
        yield it


def book_of(library: Library) -> Book:
    """The pages as one would see them who was never here."""
    house = library.house
    return Book(house.store.archive, FEATURES, house.clock, house.rules, own="alpha")


def say(library: Library, who: str, line: str) -> Any:
    return library.house.say(f"@{who}:example.org", line, name=who.capitalize())


def asked_for(pages: Collection[str] = ASKED.keys()) -> Iterator[Request]:
    """The list as it is told to everybody, in every form, inside and outside."""
    for name, queries in ((name, ASKED[name]) for name in sorted(pages)):
        for at_home in (True, False):
            for query in (*queries, "lang=de"):
                yield Request(f"/alpha/{name}", query, at_home=at_home)
            yield Request(f"/alpha/{name}", languages="de", at_home=at_home)
            for form in FORMS:
                yield Request(f"/alpha/{name}{form}", queries[1], at_home=at_home)


def test_every_page_that_keeps_rows_is_asked_for() -> None:
    assert set(ASKED) == {page.name for page in FEATURES.pages.values() if page.rows}


def body(book: Book, asked: Request) -> bytes:
    answer = book.answer(asked)
    return b"".join(answer.pieces()) if answer.pieces is not None else answer.body


@pytest.mark.parametrize(("life", "pages"), LIVES, ids=["life", "board"])
def test_what_was_told_before_is_told_as_if_it_were_told_anew(
    library: Library, life: tuple[tuple[str, str], ...], pages: set[str]
) -> None:
    """Whatever happens between: names, erasures, rules, disputes; after every line."""
    kept = book_of(library)
    for who, line in life:
        if not who:
            library.house.later(days=int(line))
        else:
            reply = say(library, who, line)
            assert not reply.error, (line, reply.text)
        anew = book_of(library)
        for asked in asked_for(pages):
            assert body(kept, asked) == body(anew, asked), (line, asked)
    assert CANARY.encode() not in body(kept, Request("/alpha/contributions", at_home=True))


def asked_about(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the store is asked about from now on."""
    asked: list[str] = []
    each, one = Queries.about_each, Queries.about

    def several(self: Queries, collective: str, about: Any) -> Any:
        asked.extend(about)
        return each(self, collective, about)

    def single(self: Queries, collective: str, subject: str, **more: Any) -> Any:
        asked.append(subject)
        return one(self, collective, subject, **more)

    monkeypatch.setattr(Queries, "about_each", several)
    monkeypatch.setattr(Queries, "about", single)
    return asked


def test_of_the_next_page_only_what_is_new_is_read(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry more costs one row, also in another language; a name costs all of them."""
    for number in range(20):
        say(library, "ann", f"/log 1h row {number}")
    book = book_of(library)
    ask = Request("/alpha/contributions", at_home=True)
    asked = asked_about(monkeypatch)
    book.answer(ask)
    assert asked == [f"C{number}" for number in range(20, 0, -1)]
    say(library, "ann", "/log 1h one more")
    say(library, "ann", "/amend C3 2h")
    asked.clear()
    book.answer(Request("/alpha/contributions", "lang=de", at_home=True))
    assert asked == ["C21", "C3"]
    say(library, "ann", "/me name Annika")
    asked.clear()
    assert "Annika" in book.answer(ask).body.decode()
    assert asked == [f"C{number}" for number in range(21, 0, -1)]


def test_no_more_rows_stay_than_there_is_room_for(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "ROWS_MAX", 5)
    monkeypatch.setattr(told, "SHELVES_MAX", 1)
    monkeypatch.setattr(told, "FRONTS_MAX", 2)
    for number in range(12):
        say(library, "ann", f"/log 1h row {number}")
    say(library, "ann", "/rules set web public")
    book = book_of(library)
    for before in range(13, 0, -1):
        for home in (True, False):
            asked = Request("/alpha/contributions", f"before={before}", at_home=home)
            assert book.answer(asked).body == book_of(library).answer(asked).body
    memory = book._memory
    assert len(memory._fronts) <= 2
    (shelf,) = memory._shelves.values()
    assert len(shelf._told) <= 5
    assert len(shelf._numbers) <= 10


def test_books_that_became_others_are_told_anew() -> None:
    """A database that was restored has other rows with the same numbers."""
    memory = Memory(FEATURES.pages)
    kept = memory.shelf("alpha", "contributions", outside=False)
    kept.keep(1, "C1", None)
    others = memory.shelf("beta", "contributions", outside=False)
    others.keep(1, "C1", None)

    memory.noticed(State("alpha"), iter(()))

    assert memory.shelf("alpha", "contributions", outside=False).known(range(1, 2)) == {}
    assert memory.shelf("beta", "contributions", outside=True).known(range(1, 2)) == {}
    assert set(memory.shelf("beta", "contributions", outside=False).known(range(1, 2))) == {1}
