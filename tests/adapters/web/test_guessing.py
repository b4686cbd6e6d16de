"""Nobody outside finds out by guessing whether a name is there that they are not shown.

Whatever is asked for in whatever form: the answer is the same as for a name that nobody has.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator
from urllib.parse import quote_plus

import pytest

from adapters.web.book import Request
from commands import FEATURES
from tests.adapters.web.reader import Library, open_book
from tests.adapters.web.test_readers import ENDINGS
from tests.house.cases import first

PEOPLE = {"zeno": "Zeno", "ylva": "Ylva Quince", "fay": "Fay Quince", "uma": "Uma Umber"}
"""One who hides their name, one who left, one who is forgotten, and one who is there."""

FIELDS = {
    "search": ("",),
    "kind": ("", "#"),
    "circle": ("", ":"),
    "account": ("", "fund:", "partner:", "member:", "circle:", "income:", "expense:"),
}
"""What narrows a page, and what can stand before a name there."""

TAKEN = [
    (name, field)
    for name, page in FEATURES.pages.items()
    for field in FIELDS
    if field in page.takes and not page.inside
]
MODES = ["names", "none", "initials"]
REFS = [f"/{ref}" for ref in ("C1", "C5", "M1", "N1", "P1", "Q1", "T1", "T2", "T3", "T4")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Names that are hidden, and all that can be called like them."""
    with open_book(tmp_path_factory.mktemp("guessing")) as it:
        for who in ("uma", "zeno", "ylva", "fay"):
            say(it, who, "/log 1h swept after Zeno left")
        for line in (
            "/role give @me treasurer",
            "/rules set partners treasurer",
            "/circle create zeno",
            "/log 2h swept #zeno :zeno",
            "/fund create zeno",
            "/income 90 EUR for @zeno:example.org #zeno",
            "/fund add 20 EUR zeno",
            "/expense 20 EUR oil #zeno",
            "/partner add Zeno",
            "/partner add Bakehouse",
            "/partner pledge Bakehouse flat 50 EUR --every month --from 2026-01 --private",
            "/income 50 EUR as pledged --partner Bakehouse",
            "/income 60 EUR thanks --partner Zeno",
            "/propose Thank Zeno and Ylva Quince",
            "/poll Who is Zeno? | Zeno | Ylva Quince",
            "/need a van for Zeno :zeno",
            "/meeting open Zeno",
            "/meeting close",
        ):
            say(it, "uma", line)
        say(it, "zeno", "/me privacy web off")
        say(it, "ylva", "/me leave yes")
        say(it, "fay", "/me forget yes")
        say(it, "uma", "/rules set web public")
        yield it


def say(it: Library, who: str, line: str) -> None:
    told = it.house.say(f"@{who}:example.org", line, name=PEOPLE[who])
    assert told.error in {"", "nothing-changed"}, (line, told.text)


def guesses(mode: str) -> Iterator[str]:
    """What somebody may try: whole names, parts of them, and accounts."""
    hidden = [
        "Zeno",
        "Fay Quince",
        "Bakehouse",
        *(["Ylva Quince", "Uma Umber"] if mode != "names" else []),
    ]
    for name in hidden:
        yield from dict.fromkeys((name, name.casefold(), name.split()[0], name[:3].casefold()))
    yield from ("@zeno:example.org", "ZENO")


def told(library: Library, page: str, field: str, guess: str, ending: str) -> str:
    """What is answered, with something else where the guess is repeated."""
    site = library.site._book
    asked = Request(f"/alpha/{page}{ending}", f"{field}={quote_plus(guess)}")
    answer = site.answer(asked)
    body = b"".join(answer.pieces()) if answer.pieces is not None else answer.body
    text = body.decode()
    bare = guess.removeprefix("#").removeprefix(":")
    for written in (quote_plus(guess), quote_plus(bare), html.escape(guess), guess, bare):
        text = re.sub(re.escape(written), "GUESS", text, flags=re.IGNORECASE)
    return f"{answer.status} {answer.media}\n{text}"


@pytest.mark.parametrize("mode", first(1, MODES))
def test_a_hidden_name_stands_nowhere_whatever_is_called_so(library: Library, mode: str) -> None:
    """A fund, a circle, a kind, a partner, a meeting; and rooms are called nothing."""
    say(library, "uma", f"/rules set web-names {mode}")
    for name, endings in ENDINGS.items():
        page = FEATURES.pages[name]
        refs = REFS if page.needs_ref else ("",)
        for path in (
            f"{name}{ref}{ending}" for ref in refs for ending in ("", *(f".{it}" for it in endings))
        ):
            answer = library.site._book.answer(Request(f"/alpha/{path}"))
            body = b"".join(answer.pieces()) if answer.pieces is not None else answer.body
            text = body.decode().casefold()
            assert not re.search(r"\bzeno\b|bakehouse|fay quince|hall \(a\)", text), path
            assert mode == "names" or "quince" not in text, path


def test_members_read_what_rooms_are_called(library: Library) -> None:
    """The test above would see it."""
    assert "hall (a)" in library.get("/alpha/show/M1").text


@pytest.mark.parametrize("mode", first(1, MODES))
@pytest.mark.parametrize(("page", "field"), TAKEN)
def test_a_hidden_name_is_answered_like_one_that_nobody_has(
    library: Library, mode: str, page: str, field: str
) -> None:
    say(library, "uma", f"/rules set web-names {mode}")
    endings = ["", *(f".{each}" for each in ENDINGS[page])]
    for before in FIELDS[field]:
        for guess in guesses(mode):
            nobody = before + codecs.encode(guess, "rot13")
            for ending in endings:
                assert told(library, page, field, before + guess, ending) == told(
                    library, page, field, nobody, ending
                ), (before + guess, ending)
