"""Whose names a reader from outside sees, where names are shared."""

from __future__ import annotations

import pytest

from adapters.web.names import Names, seen_from_outside
from bot.collective.members import Member
from bot.collective.state import State
from bot.text.wording import Person, Way, Words


def seen(mode: str, *names: str, hidden: int, text: str) -> str:
    """A text as it is seen where these are the members, and one of them hides their name."""
    state = State("alpha")
    for number, name in enumerate(names, 1):
        state.members.by_number[number] = Member(number, name)
    state.pages.hidden = {hidden}
    found = seen_from_outside(state, names, mode, "a member")
    told = found.all_in(Person(text))
    assert isinstance(told, Person)
    assert found.text(f"with {text}.") == f"with {told.name}."
    return told.name


@pytest.mark.parametrize("mode", ["names", "initials", "none"])
@pytest.mark.parametrize("hidden", [1, 2])
@pytest.mark.parametrize("text", ["Bo Canary", "bo canary", "BO CANARY"])
@pytest.mark.parametrize("twin", ["Bo Canary", "bo canary"])
def test_a_hidden_member_is_hidden_also_where_another_one_is_called_so(
    mode: str, hidden: int, text: str, twin: str
) -> None:
    """Nobody could tell whom of them a text means; and letters' case does not tell them apart."""
    assert seen(mode, "Bo Canary", twin, hidden=hidden, text=text) == "a member"


def test_whose_name_is_within_a_hidden_one_is_shown() -> None:
    assert seen("names", "Bo", "Bo Canary", hidden=2, text="Bo") == "Bo"
    assert seen("initials", "Bo", "Bo Canary", hidden=2, text="Bo") == "B"
    assert seen("names", "Bo", "Bo Canary", hidden=2, text="Bo Canary") == "a member"


def test_an_option_that_is_the_number_of_an_account_is_not_told_in_figures_either() -> None:
    told = Names({}, {}).all_in({"tally": {"DE89370400440532013000": 2, "none": 1}})

    assert told == {"tally": {"IBAN …": 2, "none": 1}}


def test_a_way_that_would_tell_a_name_is_none() -> None:
    """In the address as in the words: what it leads from stays."""
    names = Names({"Zeno": "a member", "accounts": "a member"}, {})

    def told(account: str) -> object:
        return names.all_in(
            Way(Words(f"Fund {account}"), f"accounts?account=fund%3A{account}&period=2026")
        )

    assert told("zeno") == Words("Fund a member")
    assert told("DE89370400440532013000") == Words("Fund IBAN …")
    assert told("tools") == Way(Words("Fund tools"), "accounts?account=fund%3Atools&period=2026")
