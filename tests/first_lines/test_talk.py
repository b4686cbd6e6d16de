"""Talk among people in a room stays unanswered, whatever it is about."""

from __future__ import annotations

from importlib.resources import files

from bot.phrasing.likeness import TALK, sentences_in
from tests.first_lines.test_first_lines import First, said

TEXT = files("bot.phrasing").joinpath("taught.txt").read_text("utf-8")
TALKED = [sentence for heading, sentence in sentences_in(TEXT) if heading == TALK]


def test_what_people_say_to_one_another_is_not_answered() -> None:
    assert len(TALKED) > 250
    heard = (First("en", "room", "eva", sentence, "-") for sentence in TALKED)
    assert [first.line for first in heard if said(first, first.line)[0].rows] == []
