"""What is planned, the board, the rules with their history, and the way of a decision, as pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.adapters.web.reader import Library, open_book


def say(it: Library, who: str, line: str) -> str:
    told = it.house.say(who, line)
    assert told.error == "", (line, told.text)
    return told.text


@pytest.fixture
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_book(tmp_path_factory.mktemp("planned")) as it:
        it.house.enter("ann", "bo", "cem", "dag")
        say(it, "ann", "/rules set web public")
        say(it, "ann", "/rules set web-names names")
        yield it


# --- What is planned ------------------------------------------------------------------------------


def test_what_is_ahead_stands_in_its_order_whatever_feature_knows_of_it(library: Library) -> None:
    say(library, "ann", "/propose Buy a mixer --closes in 5 days")
    say(library, "bo", "/poll Which day? | Monday | Tuesday --closes in 3 days")
    say(library, "cem", "/need 2h clean the hall --by in 4 days")
    say(library, "dag", "/draft Sell the van")
    say(library, "dag", "/meeting plan in 6 days Weekly")
    say(library, "dag", "/meeting plan in 7 days")
    say(library, "dag", "/meeting plan in 8 days Spring")
    say(library, "dag", "/cancel M3")

    facts = library.outside("/alpha/planned.json").json["facts"]["planned"]

    assert [it["ref"] for it in facts] == ["Q1", "N1", "P1", "M1", "M2"]
    page = library.outside("/alpha/planned").words
    assert page.index("Which day?") < page.index("clean the hall") < page.index("Buy a mixer")
    assert "meeting: Weekly" in page
    assert "Sell the van" not in page
    assert "Spring" not in page


def test_a_review_is_planned_until_it_came(library: Library) -> None:
    say(library, "ann", "/propose Buy a mixer")
    for who in ("bo", "cem"):
        say(library, who, "/vote P1 consent")
    library.house.later(days=8)

    assert "P1 is looked at again: Buy a mixer" in library.outside("/alpha/planned").words
    assert "Buy a mixer" in library.outside("/alpha/").words.partition("Decided last:")[2]
    library.house.later(days=100)
    assert "Nothing is planned." in library.outside("/alpha/planned").words


# --- The board ------------------------------------------------------------------------------------


def test_the_board_tells_what_is_open_and_what_was(library: Library) -> None:
    say(library, "cem", "/need 2h clean the hall")
    say(library, "cem", "/need 1h water the beds")
    all_open = "All that was ever on it is open."
    assert all_open in library.outside("/alpha/needs").words
    assert all_open not in library.outside("/alpha/needs?search=hall").words
    say(library, "bo", "/take N1")
    say(library, "bo", "/done N1")

    page = library.outside("/alpha/needs")
    facts = library.outside("/alpha/needs.json").json["facts"]

    assert all_open not in page.words
    assert [it["ref"] for it in facts["open"]] == ["N2"]
    assert [(it["ref"], it["done"]) for it in facts["needs"]] == [("N1", ["bo"])]
    assert "done by bo" in page.words
    assert "water the beds" not in library.outside("/alpha/needs?search=hall").words


def test_the_board_goes_on_by_an_address_that_stays(library: Library) -> None:
    for number in range(60):
        say(library, "cem", f"/need 1h task{number}x")
        say(library, "cem", f"/cancel N{number + 1}")

    first = library.outside("/alpha/needs.json").json
    second = library.outside(f"/alpha/needs.json?before={first['older']}").json

    refs = [it["ref"] for page in (first, second) for it in page["facts"]["needs"]]
    assert refs == [f"N{number}" for number in range(60, 0, -1)]
    assert second["older"] is None


# --- Rules ----------------------------------------------------------------------------------------


def test_rules_are_told_with_who_changed_what_when(library: Library) -> None:
    say(library, "ann", "/rules set quorum 50% --in collective")
    say(library, "ann", "/rules set quorum 60% --in collective")

    page = library.outside("/alpha/rules?search=quorum").words
    facts = library.outside("/alpha/rules.json?search=quorum").json["facts"]

    assert "quorum = 60%" in page
    assert "Set by ann on" in page
    assert page.index("quorum = 60% for the collective") < page.index("quorum = 50% for the collective")
    assert [(it["value"], it["by"], it["layer"]) for it in facts["changes"]] == [
        ("60%", "ann", "collective"),
        ("50%", "ann", "collective"),
    ]
    assert facts["rules"]["quorum"] == "60%"


def test_what_rooms_are_called_members_alone_know(library: Library) -> None:
    """And what stood in a rule that names accounts, though it does no more."""
    library.house.say("ann", "/rules set quorum 70%", room="canaryroom")
    say(library, "ann", "/rules set ignored @stranger9:elsewhere.org --in collective")
    say(library, "ann", "/rules set ignored none --in collective")

    inside = library.get("/alpha/rules").words

    assert "stranger9" in inside
    for path in ("rules", "rules.json", "rules?before=1000"):
        assert "stranger9" not in library.outside(f"/alpha/{path}").text, path
        assert "hall" not in library.outside(f"/alpha/{path}").words.replace("shall", ""), path


def test_a_locked_rule_says_so(library: Library) -> None:
    say(library, "ann", "/rules lock quorum")

    assert "It is locked" in library.outside("/alpha/rules?search=quorum").words


# --- The way of a decision ------------------------------------------------------------------------


def test_a_decision_is_told_with_its_texts_its_votes_and_what_was_done(library: Library) -> None:
    say(library, "ann", '/propose Buy a mixer --do "circle create bakers" --closes in 5 days')
    say(library, "bo", "/vote P1 consent because we bake")
    say(library, "ann", "/amend-proposal P1 Buy a strong mixer")
    for who in ("bo", "cem", "dag"):
        say(library, who, "/vote P1 consent")
    library.house.later(days=8)

    page = library.outside("/alpha/show/P1").words

    for told in (
        "put to the vote by ann",
        "it has a new text",
        "passed",
        "it was carried out",
        "Text 1, of",
        "Votes:",
        "cem: consent",
    ):
        assert told in page, (told, page)


def test_votes_that_are_hidden_are_told_after_the_close(library: Library) -> None:
    say(library, "ann", "/rules set hide-tally yes --in collective")
    say(library, "ann", "/propose Buy a mixer --closes in 5 days")
    say(library, "bo", "/vote P1 consent because canarywords")

    for form in ("", ".json"):
        told = library.get(f"/alpha/show/P1{form}").text
        assert "canarywords" not in told
        assert "bo: consent" not in told
    library.house.later(days=8)
    assert "canarywords" in library.get("/alpha/show/P1").text


def test_an_address_that_somebody_typed_leads_there_and_lends_nothing(library: Library) -> None:
    say(library, "ann", "/log 1h wrote (see https://example.org/a?b=1&c=2), done")
    say(library, "ann", "/log 1h read javascript://x or https://user@example.org/ or <b>")

    page = library.outside("/alpha/contributions").text

    assert (
        '<a rel="nofollow ugc noopener noreferrer" href="https://example.org/a?b=1&amp;c=2">'
        "https://example.org/a?b=1&amp;c=2</a>), done" in page
    )
    assert 'href="javascript' not in page
    assert 'href="https://user@' not in page
    assert "<b>" not in page
