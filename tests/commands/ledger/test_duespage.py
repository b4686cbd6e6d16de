"""The page of dues: what came in, in sums; not whose, nor what is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from tests.adapters.web.reader import Library, open_book

PEOPLE = ("ann", "bo", "cem", "Dagmar")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("dues")) as it:
        fill(it)
        yield it


def fill(it: Library) -> None:
    """A sliding scale; one is behind, one is exempt, one pays ahead, one payment is undone."""
    it.house.enter(*PEOPLE)
    it.house.say("ann", "/role give @ann treasurer")
    it.house.say("ann", "/dues set 10 EUR monthly --choices 7,10,23")
    it.house.say("bo", "/dues choose 23 EUR", private=True)
    it.house.say("ann", "/dues exempt @Dagmar", private=True)
    it.house.later(days=31)
    for line in ("/dues paid @bo 23 EUR", "/dues paid @cem 31 EUR", "/rules set web public"):
        assert it.house.say("ann", line).error == "", line
    it.house.later(days=28)
    assert it.house.say("ann", "/reverse T2 bounced").error == ""


def facts(it: Library, query: str) -> dict[str, Any]:
    found: dict[str, Any] = it.outside(f"/alpha/dues.json?{query}").json["facts"]
    return found


def test_it_tells_the_terms_and_what_came_in_and_was_undone_by_month(library: Library) -> None:
    found = facts(library, "period=2026")
    (terms,) = found["dues"]
    assert (terms["amount"], terms["steps"]) == ("10.00", ["7.00", "10.00", "23.00"])
    sums = [(row["from"], row["came-in"], row["undone"], row["together"]) for row in found["paid"]]
    assert sums == [
        ("2026-02-01", "54.00", "0.00", "54.00"),
        ("2026-03-01", "0.00", "31.00", "-31.00"),
    ]
    assert facts(library, "period=2026-01")["paid"] == []
    table = library.outside("/alpha/dues.csv?period=2026").text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["together"] for row in rows] == ["54.00", "-31.00"]


@pytest.mark.parametrize("form", ["dues", "dues.json", "dues.csv"])
@pytest.mark.parametrize("home", [True, False])
def test_nobody_is_named_and_nothing_tells_who_is_behind_or_exempt(
    library: Library, form: str, *, home: bool
) -> None:
    read = library.get if home else library.outside
    got = read(f"/alpha/{form}?period=2026")
    assert got.status == 200
    text = got.text.partition("<main")[2] or got.text
    assert not [name for name in ("bo", "cem", "Dagmar") if f" {name} " in f" {text} "]
    for word in ("Dagmar", "exempt", "behind", "not paid", "owe", "missing"):
        assert word not in text, word
