"""What is hidden is answered like what is not there: in bytes, headers, and what is asked of the store.

Times are not compared: what is done for an answer is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from adapters.web import library as library_of_pages
from bot.collective.folding import fold
from bot.collective.state import State
from tests.adapters.web.reader import Library, open_book

PAIRS = {
    "a draft": ("/alpha/show/P2", "/alpha/show/P9"),
    "a page for members": ("/alpha/people", "/alpha/peopled"),
    "a collective that shows nothing": ("/beta/", "/gamma/"),
    "a page of one": ("/beta/contributions", "/gamma/contributions"),
    "a thing of one": ("/beta/show/C1", "/gamma/show/C1"),
    "a list of one": ("/beta/contributions.csv", "/gamma/contributions.csv"),
    "a link that was voided": ("/alpha/~{voided}/", f"/alpha/~{'0' * 32}/"),
    "a link of who left": ("/alpha/~{left}/", f"/alpha/~{'0' * 32}/"),
    "a page behind a voided link": ("/alpha/~{voided}/ledger.csv", f"/alpha/~{'0' * 32}/ledger.csv"),
    "a link to another collective": ("/beta/~{good}/", f"/beta/~{'0' * 32}/"),
    "a link of a closed one": ("/beta/~{good}/", f"/gamma/~{'0' * 32}/"),
    "a made-up link of a closed one": (f"/beta/~{'0' * 32}/", f"/gamma/~{'0' * 32}/"),
    "a page behind it": (f"/beta/~{'0' * 32}/ledger.csv", f"/gamma/~{'0' * 32}/ledger.csv"),
    "somebody's calendar": ("/alpha/~{calendar}/", f"/alpha/~{'0' * 32}/"),
    "what members download": ("/alpha/journal.zip", "/alpha/rules.zip"),
}
"""What is there and hidden, and what nobody has."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("alike")) as it:
        it.house.enter("ann", "bo")
        it.house.say("cy", "/me", "b")
        it.house.say("cy", "/log 1h baked", "b")
        for line in ("/log 1h baked", "/propose Buy a mixer", "/draft Sell the van"):
            assert it.house.say("ann", line).error == ""
        assert it.house.say("ann", "/rules set web public").error == ""
        yield it


@pytest.fixture(scope="module")
def secrets(library: Library) -> dict[str, str]:
    """Secrets of links that open nothing any more, or not that."""

    def secret(who: str, line: str) -> str:
        told = library.house.say(who, line, private=True)
        (found,) = re.findall(r"~([0-9a-f]{32})/", told.text)
        return str(found)

    voided = secret("ann", "/web link")
    good = secret("ann", "/web link new")
    left = secret("bo", "/web link")
    calendar = secret("ann", "/calendar link")
    assert library.house.say("bo", "/me leave yes").error == ""
    return {"voided": voided, "good": good, "left": left, "calendar": calendar}


@contextmanager
def asked(library: Library) -> Iterator[list[str]]:
    """What is asked of the database meanwhile: the statements, without what is in them."""
    said: list[str] = []

    def note(_1: Any, _2: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(library.house.database, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(library.house.database, "before_cursor_execute", note)


@pytest.mark.parametrize("sort", PAIRS)
def test_what_is_hidden_is_answered_like_what_is_not_there(
    library: Library, secrets: dict[str, str], sort: str
) -> None:
    hidden, missing = (path.format(**secrets) for path in PAIRS[sort])
    library.outside(hidden), library.outside(missing)
    with asked(library) as of_hidden:
        there = library.outside(hidden)
    with asked(library) as of_missing:
        nowhere = library.outside(missing)

    assert (there.status, there.body) == (nowhere.status, nowhere.body)
    assert {**there.headers, "date": ""} == {**nowhere.headers, "date": ""}
    assert there.status == 404
    assert "etag" not in there.headers
    assert of_hidden == of_missing


def test_nobody_has_books_read_that_are_closed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To read a large journal takes seconds: that long an answer would tell that there is one."""
    folded: list[str] = []
    read = library.site._book._library.state

    def noted(picture: Any, collective: str) -> Any:
        folded.append(collective)
        return read(picture, collective)

    monkeypatch.setattr(library.site._book._library, "state", noted)
    made_up = f"/beta/~{'0' * 32}/"
    for path in ("/beta/", "/beta/contributions.csv", made_up, "/gamma/", "/alpha/contributions"):
        library.outside(path)

    assert folded == ["alpha"]


def test_a_link_that_nobody_was_given_has_no_book_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the first one after a start nor the next; one that was given opens it, read once."""
    with open_book(tmp_path) as it:
        assert it.house.say("ann", "/log 1h baked").error == ""
        for mode in ("link", "public"):
            assert it.house.say("ann", f"/rules set web {mode}").error == ""
            told = it.house.say("ann", "/web link new", private=True).text
            (secret,) = re.findall(r"~([0-9a-f]{32})/", told)
            told = it.house.say("ann", "/calendar link new", private=True).text
            (calendar,) = re.findall(r"~([0-9a-f]{32})/", told)
            folds = folds_of(it, monkeypatch)
            for made_up in ("0" * 32, "f" * 32):
                for page in ("", "ledger", "ledger.csv", "planned.ics", "show/C1"):
                    assert it.outside(f"/alpha/~{made_up}/{page}").status == 404
            assert folds == []
            assert it.outside(f"/alpha/~{secret}/ledger").status == 200
            assert it.outside(f"/alpha/~{'0' * 32}/").status == 404
            assert folds == ["alpha"]
            assert it.outside(f"/alpha/~{calendar}/planned.ics").status == 200


@pytest.mark.parametrize("ended", ["/web link void", "/web link new", "/me leave yes"])
def test_a_link_that_is_good_no_more_has_no_book_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    """A member's, a guest's, and that of a calendar; as much is asked as for a made-up one."""
    with open_book(tmp_path) as it:
        for line in ("/log 1h baked", "/rules set web public"):
            assert it.house.say("ann", line).error == ""
        assert it.house.say("bo", "/log 1h baked").error == ""

        def secret(line: str) -> str:
            (found,) = re.findall(r"~([0-9a-f]{32})/", it.house.say("bo", line, private=True).text)
            return str(found)

        assert it.house.say("ann", "/role give @bo coordinator").error == ""
        links = {secret("/web link"): "ledger", secret("/calendar link"): "planned.ics"}
        guest = {secret("/web guest"): "ledger"} if "leave" not in ended else {}
        for line in (ended, ended.replace("web link", "calendar link")):
            it.house.say("bo", line, private=True)
        if guest:
            it.house.say("bo", ended.replace("link", "guest"), private=True)

        folds = folds_of(it, monkeypatch)
        with asked(it) as of_made_up:
            assert it.outside(f"/alpha/~{'0' * 32}/ledger").status == 404
        for link, page in {**links, **guest}.items():
            with asked(it) as of_ended:
                assert it.outside(f"/alpha/~{link}/{page}").status == 404
            assert of_ended == of_made_up, page
        assert folds == []
        assert it.outside("/alpha/ledger").status == 200
        assert folds == ["alpha"]


def folds_of(it: Library, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The collectives whose books are read from their beginning from now on, as after a start."""
    folds: list[str] = []

    def noted(state: State, *more: Any) -> None:
        if not state.head.seq:
            folds.append(state.collective)
        fold(state, *more)

    monkeypatch.setattr(library_of_pages, "fold", noted)
    it.site._book._library = library_of_pages.Library()
    return folds
