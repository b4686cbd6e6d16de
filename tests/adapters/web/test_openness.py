"""Openness on the pages: the same as in chat, in the names that are seen, and without any power."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.web.reader import Library, open_book

EVIL = "ask Annabel: https://example.org/x <script>alert(1)</script> [y](javascript:alert(2)) @everyone"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_book(tmp_path) as it:
        it.house.enter("Annabel", "bo", "cem")
        for line in (
            "/rules set web public",
            f"/openness answer 10 half {EVIL}",
            f"/openness comment 5 {EVIL}",
        ):
            assert not it.house.say("Annabel", line).refused, line
        yield it


def test_who_looks_at_a_page_is_told_that_everybody_can(library: Library) -> None:
    facts = library.outside("/alpha/openness.json").json["facts"]

    assert facts["questions"][0]["answer"] == "full"
    assert facts["published"]["same_index"] is False
    assert len(facts["published"]["scores"]) == 8


def test_evidence_names_nobody_outside_and_has_no_power(library: Library) -> None:
    page, facts = library.outside("/alpha/openness"), library.outside("/alpha/openness.json")
    table = library.outside("/alpha/openness.csv")

    assert page.status == facts.status == table.status == 200
    for got in (page, facts, table):
        assert "Annabel" not in got.text
    assert "<script>" not in page.text
    assert 'href="javascript' not in page.text
    assert 'rel="nofollow' in page.text


def test_members_read_the_names(library: Library) -> None:
    assert "Annabel" in library.get("/alpha/openness").text


def test_every_question_stands_there_with_what_shows_it(library: Library) -> None:
    words = library.outside("/alpha/openness?lang=de").words

    assert "13. Können alle Mitglieder vorschlagen und abstimmen?" in words
    assert "3 von 3 Mitgliedern können vorschlagen und abstimmen." in words
    assert "Das ist nicht derselbe Index." in words
