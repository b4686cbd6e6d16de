"""The card of a secret poll says before the first vote how it is counted, and what is told then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.house import House

TOLD = {
    "": "Then the totals are told.",
    "--ballots list": "Then all ballots are told, without names.",
    "--ballots receipts": "each with a receipt that can prove to others how its voter voted.",
    "--outcome-only": "Then only what was decided is told.",
}
"""What a card says, by what the author chose."""


@pytest.fixture
def house() -> Iterator[House]:
    with House() as it:
        yield it.enter("ann", "bo", "cem", "dee")


@pytest.mark.parametrize("chosen", TOLD)
def test_the_card_says_what_will_be_told(house: House, chosen: str) -> None:
    told = house.say("ann", f"/poll Which oven? | Old | New --secret {chosen}").text

    assert [words for words in TOLD.values() if words in told] == [TOLD[chosen]]


@pytest.mark.parametrize("chosen", TOLD)
def test_the_card_says_so_too_where_the_poll_becomes_secret_later(house: House, chosen: str) -> None:
    house.say("ann", "/poll Which oven? | Old | New")
    told = house.say("ann", f"/hide Q1 --secret {chosen}").text

    assert [words for words in TOLD.values() if words in told] == [TOLD[chosen]]


def test_the_card_says_how_the_sealed_ballots_are_counted(house: House) -> None:
    line = "/poll Who goes? | Anna | Bo | Cem --method stv-meek --seats 2 --none --secret"
    told = house.say("ann", line).text

    assert "2 are elected." in told
    assert "A seat that none of the above wins stays empty." in told


def test_the_card_counts_people_not_ballots_for_the_floor(house: House) -> None:
    told = house.say("ann", "/poll Which oven? | Old | New --secret").text

    assert "Fewer than 4 votes are void." in told
