"""What is told in chat to nobody, or to nobody before a close, is in nothing that members are given.

Whoever may read the books is not told of others' reminders in chat, nor how somebody votes where that
is hidden, nor who is exempt from dues; so neither by a file that they ask for.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest

from bot.books.bundle import read_entry
from bot.books.exporting.forms import FORMS
from tests.adapters.web.reader import Library, open_book
from tests.house import House

REMINDER, REASON = "buythecanaryring", "canarycostsmuch"


def live(it: House) -> House:
    """A question of each kind whose count is hidden, a reminder, and somebody who owes no dues."""
    it.enter("ann", "bo", "cem", "dee")
    for who, words in (
        ("ann", "/role give @ann treasurer"),
        ("ann", "/rules set hide-tally yes --in collective"),
        ("bo", "/propose Paint the wall --method majority --closes in 5 days"),
        ("ann", "/poll Colour? | red | blue --hidden --closes in 5 days"),
        ("cem", f"/vote P1 no {REASON}"),
        ("cem", "/vote Q1 2"),
        ("ann", "/dues exempt @bo"),
    ):
        told = it.say(who, words)
        assert not told.refused, told.text
    assert not it.say("bo", f"/remind me in 20 days {REMINDER}", private=True).refused
    return it


@pytest.fixture
def house() -> Iterator[House]:
    with House() as it:
        yield live(it)


def exported(it: House, who: str, form: str = "json", time: str = "") -> str:
    told = it.say(who, f"/export {form} {time}")
    return str(told.rows[0].reply.files[0].data.decode())


def lines(it: House, who: str, event: str) -> list[dict[str, Any]]:
    found = json.loads(exported(it, who))["entries"]
    return [each for each in found if each["event"] == event]


SHOWN = {"seq", "at", "hash", "event", "kept_back"}


@pytest.mark.parametrize("event", ["ballot.cast", "poll.ballot.cast", "dues.exempted", "reminder.set"])
def test_who_it_does_not_concern_reads_that_there_is_one_and_its_hash(house: House, event: str) -> None:
    (told,) = lines(house, "dee", event)
    entry = house.entries()[told["seq"] - 1]

    assert set(told) == SHOWN
    assert told["hash"] == entry.hash.hex()


@pytest.mark.parametrize("form", sorted(FORMS))
@pytest.mark.parametrize("time", ["", "2026"])
def test_no_form_has_the_words(house: House, form: str, time: str) -> None:
    for who in ("ann", "dee"):
        told = exported(house, who, form, time)
        assert REMINDER not in told
        assert REASON not in told


@pytest.mark.parametrize(
    ("who", "event"),
    [
        ("cem", "ballot.cast"),
        ("cem", "poll.ballot.cast"),
        ("bo", "reminder.set"),
        ("bo", "dues.exempted"),
        ("ann", "dues.exempted"),
    ],
)
def test_whom_it_concerns_reads_it_whole(house: House, who: str, event: str) -> None:
    (told,) = lines(house, who, event)

    assert "kept_back" not in told
    assert len(set(told) - SHOWN) > 1


def test_it_is_said_how_much_is_kept_back(house: House) -> None:
    assert "4 of them are told by their kind alone" in house.say("dee", "/export json").text
    assert "by their kind alone" not in house.say("dee", "/export csv").text
    house.later(days=8)
    assert "their kind alone" in house.say("dee", "/export json").text
    with House().enter("ann") as it:
        assert "kind alone" not in it.say("ann", "/export json").text


def test_what_was_hidden_is_told_after_the_close(house: House) -> None:
    house.later(days=8)
    (voted,), (polled,) = lines(house, "dee", "ballot.cast"), lines(house, "dee", "poll.ballot.cast")

    assert (voted["choice"], voted["reason"], polled["vote"]) == ("no", REASON, {"marks": [1]})
    assert REMINDER not in exported(house, "dee")


def test_what_is_not_hidden_is_told_at_once() -> None:
    with House().enter("ann", "bo") as it:
        it.say("ann", "/propose Paint the wall --method majority")
        it.say("ann", f"/vote P1 no {REASON}")
        it.say("ann", "/poll Colour? | red | blue")
        it.say("ann", "/vote Q1 1")

        assert lines(it, "bo", "ballot.cast")[0]["reason"] == REASON
        assert lines(it, "bo", "poll.ballot.cast")[0]["vote"] == {"marks": [0]}


def numbers(library: Library) -> list[int]:
    """The entries in the bundle that members download."""
    with ZipFile(io.BytesIO(library.get("/alpha/journal.zip").body)) as packed:
        return [read_entry(row + b"\n").seq for row in packed.read("journal.jsonl").splitlines()]


def test_a_bundle_ends_before_the_first_hidden_vote(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_book(tmp_path_factory.mktemp("given")) as library:
        live(library.house)
        votes = [e.seq for e in library.house.entries() if "ballot.cast" in e.payload]
        before, page = numbers(library), library.get("/alpha/journal").words
        library.house.later(days=8)
        after, then = numbers(library), library.get("/alpha/journal").words

    assert ("ends before the first vote" in page, "ends before the first vote" in then) == (True, False)
    assert before == list(range(1, min(votes)))
    assert after == list(range(1, after[-1] + 1))
    assert after[-1] > max(votes)
