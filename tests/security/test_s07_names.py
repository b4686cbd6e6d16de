"""S7, K6: names are only shown. The account decides who somebody is, whatever they call themselves."""

from __future__ import annotations

import unicodedata

import pytest

from tests.security.house import House, hidden
from tests.security.payloads import TEXTS

NAME_CHARACTERS_MAX = 60

CONFUSABLE = {
    "a Cyrillic letter": "аnna",
    "full width": "ａｎｎａ",
    "capitals": "ANNA",
    "a zero width sign": "an\u200bna",
    "a joiner": "an\u200dna",
    "bidi": "\u202eanna",
    "a blank": " anna ",
    "inner blanks": "a n n a",
    "a combining mark": "anna\u0301",
    "the same": "anna",
    "math letters": "𝐚𝐧𝐧𝐚",
    "a soft hyphen": "an\u00adna",
}

NOTHING = {
    "empty": "",
    "blank": "  ",
    "newline": "\n",
    "zero width": "\u200b\u2060",
    "a joiner": "\u200d",
    "bidi": "\u202e\u2066",
    "nul": "\x00",
    "a Hangul filler": "\u3164",
    "a Braille blank": "\u2800",
    "an invisible operator": "\u2063",
    "a tag": "\U000e0041",
    "a variation selector": "\ufe0f",
}


@pytest.mark.parametrize("name", CONFUSABLE.values(), ids=CONFUSABLE)
def test_who_looks_like_somebody_else_is_somebody_else(name: str) -> None:
    house = House()
    house.say("1", "/log 2h baked", name="anna")
    house.say("2", "/log 1h swept", name=name)
    assert house.say("1", "/balance", name="anna").text.endswith(": 2h")
    assert house.say("2", "/balance", name=name).text.endswith(": 1h")
    assert house.say("2", "/role give @me admin", name=name).error == "role"
    assert house.say("2", "/withdraw C1", name=name).error == "not-own"
    for account, held in (("1", "2h"), ("2", "1h")):
        told = house.say("3", "/balance @x", mentions={"x": account})
        assert told.text.endswith(f": {held}")
    house.close()


def test_names_that_read_the_same_are_ambiguous_and_never_guessed() -> None:
    for name in ("ａｎｎａ", "ANNA", "an\u200bna", "an\u200dna", " anna ", "a n n a", "anna", "𝐚𝐧𝐧𝐚"):
        house = House()
        house.say("1", "/me", name="anna")
        house.say("2", "/me", name=name)
        kept = house.tables()
        told = house.say("1", "/thank @anna", name="anna")
        assert told.error == "person-ambiguous", ascii(name)
        assert "could be any of 2 people" in told.text
        assert house.tables() == kept
        house.close()


@pytest.mark.parametrize("name", NOTHING.values(), ids=NOTHING)
def test_a_name_that_nobody_can_see_is_replaced_by_the_account(name: str) -> None:
    house = House()
    told = house.say("account-7", "/log 1h swept", name=name)
    assert told.text.startswith("C1: account-7, 1h")
    house.close()


HOSTILE = {
    **TEXTS,
    "long": "x" * 1_000,
    "combining": "x" + "\u0301" * 999,
    "lines": "a\nb\r\nc",
    "me": "me",
    "Me": "Me",
    "an answer": "anna, 100h #work, C1:",
    "room": "room",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_short_harmless_text(name: str) -> None:
    house = House()
    house.say("boss", "/me")
    first = house.say("2", "/log 1h swept", name=name)
    assert first.error == ""
    shown = first.text.removeprefix("C1: ").partition(", 1h #work")[0]
    assert 0 < len(shown) <= NAME_CHARACTERS_MAX
    assert "\n" not in shown
    told = [first, house.say("2", "/me", name=name)]
    told += [house.say("boss", words) for words in ("/show C1", "/contributions", "/ledger")]
    told += [house.say("boss", "/thank @them", mentions={"them": "2"})]
    house.restart()
    told += [house.say("2", words, name=name) for words in ("/me", "/statement", "/balance")]
    for each in told:
        assert each.error == ""
        assert not hidden(each.text)
    again = house.say("boss", "/show C1").text
    assert unicodedata.normalize("NFC", shown) in again, "the name changed when it was read back"
    assert len(house.engine._hearing.states._states["alpha"].members.by_number) == 2
    house.close()


def test_whoever_is_called_me_is_not_everybody() -> None:
    house = House()
    house.say("1", "/me", name="anna")
    house.say("2", "/me", name="me")
    assert house.say("1", "/log 1h swept @me", name="anna").text.startswith("C1: anna")
    told = house.say("1", "/log 1h cooked @x", name="anna", mentions={"x": "2"})
    assert told.text.startswith("C2: me")
    house.close()


def test_a_new_name_changes_neither_rights_nor_entries() -> None:
    house = House()
    house.say("1", "/log 1h swept", name="anna")
    house.say("2", "/me", name="bo")
    assert house.say("2", "/withdraw C1", name="anna").error == "not-own"
    assert house.say("2", "/role give @me admin", name="anna").error == "role"
    assert not house.say("1", "/withdraw C1", name="bo").refused
    house.close()


ACCOUNTS = {
    "decomposed": "Jose\u0301",
    "nul": "a\x00b",
    "carriage return": "a\rb",
    "bidi": "\u202eabc",
    "long": "x" * 5_000,
    "sql": "'; DROP TABLE entries; --",
    "a kelvin sign": "\u212a",
}


@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
def test_an_odd_account_is_one_member_for_ever(account: str) -> None:
    house = House()
    for _ in range(3):
        assert not house.say(account, "/log 1h swept", name="jo").refused
    house.restart()
    assert not house.say(account, "/withdraw C1", name="jo").refused
    assert len(house.engine._hearing.states._states["alpha"].members.by_number) == 1
    assert house.say(account, "/balance", name="jo").text.endswith(": 2h")
    house.close()
