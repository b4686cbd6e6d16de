"""The part of a sentence that tells something."""

from __future__ import annotations

import pytest

from bot.language.tokens import tokenize
from bot.phrasing.telling import told


@pytest.mark.parametrize(
    ("sentence", "tells"),
    [
        ("could you put me down for I was peeling potatoes", "peeling potatoes"),
        ("schreib mir bitte auf, ich hab kartoffeln geschält", "kartoffeln geschält"),
        ("I was in the garden", "in the garden"),
        ("ich hab den keller gekehrt", "den keller gekehrt"),
        ("for the bread", "for the bread"),
        ("please", "please"),
        ("I have been", "I have been"),
        ("", ""),
    ],
)
def test_what_only_asks_for_it_is_left_out(sentence: str, tells: str) -> None:
    assert " ".join(token.text for token in told([*tokenize(sentence)])) == tells
