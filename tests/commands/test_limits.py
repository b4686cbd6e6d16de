"""How many there may be: the first one too many is refused, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

import commands.ledger.exports
from bot.collective.partners import PARTNERS_MAX
from bot.collective.reminders import OPEN_MAX
from bot.collective.ruletypes import Value
from bot.collective.treasury import FUNDS_MAX
from bot.collective.units import UNITS_MAX
from bot.polling.terms import OPTIONS_MAX
from tests.house import House

RULES: Mapping[str, Value] = {"units": "treasurer", "partners": "treasurer", "open-each": 100}


@pytest.fixture
def house() -> Iterator[House]:
    with House(RULES) as it:
        yield it.enter("ann", "bo", "cem", "dee")


def letters(number: int) -> str:
    """A word of three letters, for names that take no digits."""
    return "".join(chr(97 + number // 26**place % 26) for place in (2, 1, 0))


LIMITS = {
    "funds-max": (FUNDS_MAX, "/fund create purse{name}"),
    "units-max": (UNITS_MAX, "/unit create coin{name} credit --limit 20 --vouches 1"),
    "partners-max": (PARTNERS_MAX, "/partner add firm{name}"),
    "reminders-many": (OPEN_MAX, "/remind me in 3 days water {name}"),
}
"""By the code of the refusal: how many there may be, and the line that makes one."""


@pytest.mark.parametrize("code", LIMITS)
def test_the_first_one_too_many_is_refused_and_writes_nothing(house: House, code: str) -> None:
    most, line = LIMITS[code]
    for number in range(most):
        assert not (told := house.say("ann", line.format(name=letters(number)))).refused, told.text
    before = house.events()

    refused = house.say("ann", line.format(name=letters(most)))

    assert refused.error == code
    assert house.events() == before


def options(count: int) -> str:
    return " | ".join(f"Option {number}" for number in range(1, count + 1))


def test_a_poll_has_as_many_options_as_it_may_have_and_no_more(house: House) -> None:
    assert house.say("ann", f"/poll Which? | {options(OPTIONS_MAX + 1)}").error == "poll-options"
    assert house.say("ann", "/poll Which?").error == "poll-options"
    assert not house.say("ann", f"/poll Which? | {options(OPTIONS_MAX)} --adding").refused

    assert house.say("bo", "/add-option Q1 Another").error == "poll-options"


def test_a_vote_writes_no_option_in_where_there_are_as_many_as_there_may_be(house: House) -> None:
    line = f"/poll Which? | {options(OPTIONS_MAX)} --method approval --write-ins"
    assert not (told := house.say("ann", line)).refused, told.text
    before = house.events()

    assert house.say("bo", "/vote Q1 1, +Another").error == "poll-options"
    assert house.events() == before


@pytest.mark.parametrize("limit", ["ENTRIES_MAX", "BYTES_MAX"])
def test_an_export_that_is_too_long_is_refused_whole(
    house: House, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.say("ann", "/log 2h baked bread")
    assert not house.say("ann", "/export json").refused
    monkeypatch.setattr(commands.ledger.exports, limit, 3)

    refused = house.say("ann", "/export json")

    assert refused.error == "export-long"
    assert not any(row.reply.files for row in refused.rows)


class Lost:
    """Where no key can be found any more."""

    def make(self, name: str, key: bytes) -> None:
        """Lose it."""

    def read(self, name: str) -> bytes | None:
        return None

    def destroy(self, name: str) -> None:
        """It is gone already."""


def test_a_secret_vote_is_refused_where_the_key_of_its_poll_is_lost() -> None:
    with House() as house:
        house.enter("ann", "bo", "cem", "dee")
        assert not house.say("ann", "/poll Which oven? | Old | New --secret").refused
        assert not house.say("bo", "/vote Q1 1", private=True).refused
        house.keys = Lost()
        house.restart()
        before = house.events()

        assert house.say("cem", "/vote Q1 1", private=True).error == "key-lost"
        assert house.events() == before


def test_a_button_of_other_books_does_nothing_and_says_so(house: House) -> None:
    house.say("ann", "/log 2h baked bread")
    before = house.events()

    told = house.say("bo", "confirm C1", addressed=True, as_of="999.abcdef")

    assert told.error == "other-books"
    assert "/show C1" in told.text
    assert house.events() == before
