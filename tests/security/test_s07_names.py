"""S7, K6: names are only shown. The account decides who somebody is, whatever they call themselves."""

from __future__ import annotations

import unicodedata

import pytest

from tests.house import House, hidden, settled
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
        assert "@#1 is anna" in told.text
        assert "@#2 is " in told.text
        assert house.tables() == kept
        assert not house.say("3", "/thank @#2", name="cem").refused
        house.close()


@pytest.mark.parametrize("name", ["аnna", "ANNA", "anna", "a n n a", "𝐚𝐧𝐧𝐚", "аnnа", "ANNА"])
def test_who_looks_like_somebody_else_is_shown_with_their_account(name: str) -> None:
    house = House()
    house.say("1", "/me", name="anna")
    assert "(evil:2)" in house.say("evil:2", "/log 1h swept", name=name).text
    assert "(evil:2)" in house.say("3", "/member list", name="cem").text
    assert house.say("1", "/log 1h swept", name="anna").text.startswith("C2: anna, 1h")
    house.close()


@pytest.mark.parametrize(
    "name",
    ["admin", "Аdmin", "_ADMIN_", "Everyone", "treasury", "Kasse", "Mitglied", "Talkoot", "me", "#1"],
)
def test_a_name_that_means_something_else_is_shown_with_its_account(name: str) -> None:
    house = House()
    assert "(7)" in house.say("7", "/log 1h swept", name=name).text
    house.close()


def test_nobody_can_show_a_made_up_account() -> None:
    house = House()
    house.say("1", "/me", name="anna")
    made_up = house.say("2", "/log 1h swept", name="anna (@anna:our.org)").text
    assert "anna (@anna:our.org) (2), 1h" in made_up
    house.close()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("аnna", "name-taken"),
        ("ANNA", "name-taken"),
        ("Admin", "name-reserved"),
        ("аlle", "name-reserved"),
        ("treasury", "name-reserved"),
        ("anna (@anna:our.org)", "name-account"),
        ("Anna Maria", ""),
    ],
)
def test_a_name_that_misleads_is_not_taken(name: str, error: str) -> None:
    house = settled()
    for words in (f"/me name {name}", f"/member add {name}", f"/member seat {name} --who @bo"):
        who = "bo" if words.startswith("/me ") else "anna"
        assert house.say(who, words).error == error, words
        if not error:
            break
    house.close()


@pytest.mark.parametrize("name", ["#99", "\uff0399"])
def test_a_number_is_nobodys_name(name: str) -> None:
    house = settled()
    assert house.say("anna", f"/member add {name}").error == "name-reserved"
    assert house.say("anna", "/member add #1").error == "name-taken"
    house.close()


def test_whoever_left_keeps_their_name_to_themselves() -> None:
    house = settled()
    house.say("bo", "/me leave")
    assert house.say("anna", "/member add bo").error == "name-taken"
    assert "(bo2)" in house.say("bo2", "/log 1h swept", name="bo").text
    house.close()


def test_an_own_name_may_be_written_otherwise() -> None:
    house = settled()
    assert not house.say("bo", "/me name BO").refused
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
    assert len(house.state().members.by_number) == 2
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
    assert len(house.state().members.by_number) == 1
    assert house.say(account, "/balance", name="jo").text.endswith(": 2h")
    house.close()
