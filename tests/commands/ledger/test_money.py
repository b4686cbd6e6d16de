"""Where money lies, as people say it."""

from __future__ import annotations

import pytest

from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import say
from commands.ledger.money import in_words


@pytest.mark.parametrize(
    ("name", "english", "german"),
    [
        ("", "There is 5.00 EUR in the treasury.", "Es sind 5.00 EUR in der Kasse."),
        ("tools", "There is 5.00 EUR in the fund tools.", "Es sind 5.00 EUR im Fonds tools."),
        ("F1", "There is 5.00 EUR in the pot of F1.", "Es sind 5.00 EUR im Topf von F1."),
    ],
)
def test_what_is_in_a_place_is_said_as_the_language_says_it(
    name: str, english: str, german: str
) -> None:
    told = say("There is {has} {where}.", has="5.00 EUR", where=in_words(name))

    assert render(told, reader("en", "UTC")) == english
    assert render(told, reader("de", "UTC")) == german


def test_what_stays_in_a_place_is_said_so_too() -> None:
    told = say("stays {where} {sum}", where=in_words("tools"), sum="5.00 EUR")

    assert render(told, reader("de", "UTC")) == "bleibt im Fonds tools 5.00 EUR"
