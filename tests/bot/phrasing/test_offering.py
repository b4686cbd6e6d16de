"""What is offered is what was meant: a word inside a text leads nowhere."""

from __future__ import annotations

import pytest

from tests.house import settled


@pytest.mark.parametrize(
    ("line", "never"),
    [
        ("/amend swept 3 hours", "/balance"),
        ("/withdraw the vote", "/vote"),
        ("/log the balance of the digest", "/digest"),
    ],
)
def test_the_words_of_a_text_lead_to_no_command(line: str, never: str) -> None:
    house = settled()
    told = house.say("bo", line)
    assert told.error
    assert never not in told.text
    house.close()
