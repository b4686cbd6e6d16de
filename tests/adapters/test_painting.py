"""A picture is painted wherever the program runs: with its own font, whatever the system has."""

from __future__ import annotations

import pytest

from adapters.painting import paint
from bot.text.charts import Bar, Bars, svg
from bot.text.languages import reader
from bot.text.wording import Words

EN = reader("en", "UTC", "/")


def painted(name: str) -> bytes:
    return paint(svg(Bars(Words(name), (Bar(Words("a"), "1", 1000),)), EN))


def test_a_chart_becomes_a_png_of_twice_its_size() -> None:
    png = painted("Votes")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(png[16:20], "big") == 960


@pytest.mark.parametrize("words", ["Votes", "Голоса", "Ψήφοι", "ხმები", "أصوات", "Ääni ✓"])
def test_words_of_many_scripts_are_drawn(words: str) -> None:
    # Without its font a text leaves no trace, and the pictures would be the same.
    assert painted(words) != painted("")


def test_the_same_chart_is_the_same_picture() -> None:
    assert painted("Votes") == painted("Votes")


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        paint("<svg")
