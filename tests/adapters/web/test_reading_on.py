"""Where chat names the address at which one reads on: where there is one that everybody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.adapters.web.reader import Library, open_book

SITE = "https://book.example.org/"

LINES = (
    ("/decisions", "decisions"),
    ("/polls", "polls"),
    ("/ledger", "reports"),
    ("/treasury", "money"),
    ("/loop", "loop"),
    ("/rules history", "rules"),
    ("/rules all", "rules"),
    ("/digest now", ""),
    ("/digest preview", ""),
    ("/show P1", "show/P1"),
    ("/why P1", "show/P1"),
    ("/show Q1", "show/Q1"),
    ("/why Q1", "show/Q1"),
    ("/show N1", "show/N1"),
    ("/unit", "units"),
    ("/unit leaf", "units"),
    ("/unit report leaf", "units"),
    ("/equation", "sharing"),
    ("/equation hours", "sharing"),
)
"""What is long, and the page that goes on with it."""

SHORT = ("/balance", "/show C1", "/show P2", "/log 2h baked", "/web", "/member")
"""What is short, or has no page that everybody sees: an entry, a draft, the members."""


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("on")) as it:
        it.house.enter("ann", "bo")
        for line in (
            "/log 3h cleaned",
            "/propose Buy a mixer",
            "/draft Sell the van",
            "/poll Which day? | Monday | Tuesday",
            "/need 2h clean the hall",
            "/rules set units treasurer",
            "/unit create leaf credit --limit 20",
        ):
            assert it.house.say("ann", line).error == "", line
        yield it


def addresses(text: str) -> list[str]:
    return re.findall(r"https://book\.example\.org/\S*", text)


@pytest.mark.parametrize(("line", "page"), LINES)
def test_what_is_long_ends_in_where_to_read_on(library: Library, line: str, page: str) -> None:
    library.house.say("ann", "/rules set web public --in collective")

    told = library.house.say("ann", line).text

    assert f"Read on: {SITE}alpha/{page}\n" in f"{told}\n"
    for address in addresses(told):
        assert library.outside(f"/{address.removeprefix(SITE)}").status == 200, address


@pytest.mark.parametrize("line", SHORT)
def test_what_is_short_or_has_no_page_leads_nowhere(library: Library, line: str) -> None:
    library.house.say("ann", "/rules set web public --in collective")

    assert "Read on" not in library.house.say("ann", line).text


@pytest.mark.parametrize("mode", ["off", "link"])
@pytest.mark.parametrize("line", ["/decisions", "/show P1", "/digest now"])
def test_no_address_is_named_that_only_some_may_open(library: Library, mode: str, line: str) -> None:
    library.house.say("ann", f"/rules set web {mode} --in collective")

    assert not addresses(library.house.say("ann", line).text)


def test_cards_lead_to_the_thing_that_they_show(library: Library) -> None:
    """Also when they are edited, and the digest by the clock does."""
    library.house.say("ann", "/rules set web public --in collective")

    proposed = library.house.say("ann", "/propose Paint the door").text
    needed = library.house.say("ann", "/need 2h sweep")
    voted = library.house.say("bo", "/vote P3 consent")

    assert f"Read on: {SITE}alpha/show/P3" in proposed
    assert any(f"{SITE}alpha/show/N2" in str(row.reply.body) for row in needed.rows)
    assert any(f"{SITE}alpha/show/P3" in str(row.reply.body) for row in voted.rows)
    assert library.outside("/alpha/show/P3").status == 200


def test_without_an_address_of_the_pages_nothing_is_named(library: Library) -> None:
    library.house.say("ann", "/rules set web public --in collective")
    library.house.site = ""
    library.house.begin()

    assert "Read on" not in library.house.say("ann", "/decisions").text
