"""Cobudget's rules, each with a test that is called after it; and what goes beyond them.

Those of Cobudget stand in `contribute()` of its server, and in the settings of a round.
"""

from __future__ import annotations

import datetime as dt

import pytest

from bot.books.audit import compare
from bot.collective.ideas import IdeaBacked, IdeaFunded
from tests.house import House, cooperative
from tests.house.lives import sums
from tests.house.told import Told

ROUND = "/funding open 150 EUR --each 60 EUR --closes in 10 days"


def house(*rules: str, line: str = ROUND, ideas: tuple[str, ...] = ("A --min 50 --max 100",)) -> House:
    """Ann keeps the till; bo put the ideas."""
    it = cooperative("bo", "cem", "dee", rules=("digest off", *rules))
    assert it.say("ann", "/income 1000 EUR a client").error == ""
    assert it.say("ann", line).error == "", it.say("ann", line).text
    for each in ideas:
        assert it.say("bo", f"/idea {each}").error == ""
    return it


def back(it: House, who: str, ref: str, amount: str, error: str = "") -> Told:
    told = it.say(who, f"/back {ref} {amount}")
    assert told.error == error, told.text
    return told


def left(it: House, who: str, ref: str = "F1") -> dict[str, str]:
    """What is left of the whole, as everybody sees it."""
    found: dict[str, str] = it.say(who, f"/show {ref}").facts["left"]
    return found


def in_funds(it: House) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = it.say("ann", "/treasury").facts["funds"]
    return found


def whole(it: House) -> None:
    """All balances sum to nothing, and what is remembered is what the journal says."""
    assert not any(sums(it).values())
    assert list(compare(it.state(), it.folded())) == []


# --- Cobudget's rules -------------------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "error"), [("0 EUR", "amount-zero"), ("-5 EUR", "amount-negative")])
def test_amount_is_more_than_nothing(amount: str, error: str) -> None:
    it = house()
    back(it, "cem", "K1", amount, error)


def test_round_is_open() -> None:
    it = house()
    it.later(days=10, seconds=1)
    back(it, "cem", "K1", "10 EUR", "round-over")
    assert it.say("cem", "/idea B --min 5").error == "no-funding-round"


def test_granting_opens() -> None:
    it = house(line=f"{ROUND} --backs-from in 2 days")
    back(it, "cem", "K1", "10 EUR", "backing-early")
    it.later(days=2, seconds=1)
    back(it, "cem", "K1", "10 EUR")


def test_granting_closes_and_what_was_said_before_counts() -> None:
    it = house()
    said = it.now + 10 * 86_400_000
    it.clock.move_by(dt.timedelta(days=10, seconds=5))
    assert it.say("cem", "/back K1 50 EUR", said=said).error == ""
    assert it.say("dee", "/back K1 50 EUR", said=said + 1).error == "round-over"


def test_bucket_creation_closes() -> None:
    it = house(line=f"{ROUND} --ideas-until in 2 days")
    it.later(days=2, seconds=1)
    assert it.say("cem", "/idea B --min 5").error == "ideas-late"
    back(it, "cem", "K1", "10 EUR")


def test_bucket_is_in_the_round() -> None:
    it = house()
    assert it.say("ann", "/funding open 20 EUR --each 10 EUR").error == ""
    assert it.say("cem", "/idea B --min 5").error == "which-round"
    assert it.say("cem", "/idea B --min 5 --round F2").error == ""
    back(it, "dee", "K2", "11 EUR", "share-spent")
    back(it, "dee", "K2", "4 EUR")
    assert left(it, "dee", "F1") == {"EUR": "150.00"}
    assert left(it, "dee", "F2") == {"EUR": "16.00"}


def test_require_approval_and_a_change_clears_it() -> None:
    it = house(line=f"{ROUND} --looked-at")
    back(it, "cem", "K1", "10 EUR", "idea-not-approved")
    assert it.say("cem", "/ideas approve K1").error == "role"
    assert it.say("ann", "/ideas approve K1").error == ""
    assert it.say("bo", "/ideas change K1 --min 40").error == ""
    back(it, "cem", "K1", "10 EUR", "idea-not-approved")
    assert it.say("ann", "/ideas approve K1").error == ""
    back(it, "cem", "K1", "10 EUR")
    assert it.say("ann", "/idea B --min 5").error == ""
    assert it.say("ann", "/ideas approve K2").error == "own-idea"


def test_not_cancelled() -> None:
    it = house()
    assert it.say("bo", "/cancel K1 no need").error == ""
    back(it, "cem", "K1", "10 EUR", "idea-ended")


def test_not_funded() -> None:
    it = house(ideas=("A --min 20",))
    back(it, "cem", "K1", "20 EUR")
    back(it, "dee", "K1", "10 EUR", "idea-funded")
    assert it.say("cem", "/unback K1").error == "idea-funded"
    assert it.say("bo", "/cancel K1").error == "idea-funded"


def test_total_within_the_max_goal() -> None:
    it = house()
    back(it, "cem", "K1", "60 EUR")
    told = back(it, "dee", "K1", "50 EUR", "idea-full")
    assert "/back K1 40 EUR" in told.text
    back(it, "dee", "K1", "40 EUR")


def test_max_amount_to_bucket_per_user() -> None:
    it = house(line=f"{ROUND} --per-idea 20 EUR")
    told = back(it, "cem", "K1", "30 EUR", "per-idea")
    assert "/back K1 20 EUR" in told.text
    back(it, "cem", "K1", "20 EUR")


def test_own_spent_within_the_own_allocation() -> None:
    it = house(ideas=("A --min 50 --max 100", "B --min 50 --max 100"))
    back(it, "cem", "K1", "40 EUR")
    told = back(it, "cem", "K2", "30 EUR", "share-spent")
    assert "/back K2 20 EUR" in told.text
    back(it, "cem", "K2", "20 EUR")
    back(it, "cem", "K1", "10 EUR")
    back(it, "cem", "K2", "50 EUR")


def test_allow_stretch_goals_or_not() -> None:
    it = house(line=f"{ROUND} --exact", ideas=("A --min 50",))
    assert it.say("bo", "/idea B --min 50 --max 100").error == "idea-exact"
    assert it.say("bo", "/ideas change K1 --min 60 --max 70").error == "idea-exact"
    assert it.say("bo", "/ideas change K1 --min 60").error == ""
    assert it.say("bo", "/show K1").facts["most"] == {"EUR": "60.00"}


def test_max_goal_is_the_min_goal_where_none_is_named() -> None:
    it = house(ideas=("A --min 50",))
    facts = it.say("bo", "/show K1").facts
    assert (facts["least"], facts["most"]) == ({"EUR": "50.00"}, {"EUR": "50.00"})


def test_reaching_max_goal_is_funded_automatically() -> None:
    it = house()
    back(it, "cem", "K1", "60 EUR")
    assert in_funds(it) == {"F1": {"EUR": "150.00"}}
    back(it, "dee", "K1", "40 EUR")
    assert in_funds(it) == {"F1": {"EUR": "50.00"}, "k1": {"EUR": "100.00"}}
    whole(it)


def test_accept_early_at_the_min_goal_by_cocreator_or_moderator_and_no_sooner() -> None:
    it = house()
    back(it, "cem", "K1", "49.99 EUR")
    assert it.say("bo", "/ideas accept K1").error == "idea-short"
    back(it, "cem", "K1", "50 EUR")
    assert it.say("dee", "/ideas accept K1").error == "not-own"
    assert it.say("bo", "/close K1").error == ""
    assert in_funds(it)["k1"] == {"EUR": "50.00"}
    assert left(it, "bo") == {"EUR": "100.00"}


def test_min_goal_reached_at_the_close_is_funded() -> None:
    it = house()
    back(it, "cem", "K1", "50 EUR")
    it.later(days=40)
    assert in_funds(it) == {"k1": {"EUR": "50.00"}}
    assert it.say("ann", "/treasury").facts["treasury"] == {"EUR": "950.00"}
    whole(it)


def test_below_the_min_goal_money_returns_to_the_givers_and_the_rest_to_the_treasury() -> None:
    it = house()
    back(it, "cem", "K1", "49.99 EUR")
    it.later(days=10, seconds=1)
    assert in_funds(it) == {}
    assert it.say("ann", "/treasury").facts["treasury"] == {"EUR": "1000.00"}
    assert it.state().funding.open == {}
    whole(it)


def test_cancel_deletes_all_contributions_so_money_returns_to_givers() -> None:
    it = house(ideas=("A --min 50 --max 100", "B --min 60"))
    back(it, "cem", "K1", "60 EUR")
    back(it, "cem", "K2", "10 EUR", "share-spent")
    told = it.say("bo", "/cancel K1 too dear")
    assert [row.reply.to for row in told.rows if row.reply.to] == [3]
    back(it, "cem", "K2", "60 EUR")
    assert "k2" in in_funds(it)


# --- Beyond them ------------------------------------------------------------------------------------


def test_another_currency_and_parts_of_a_cent() -> None:
    it = house()
    back(it, "cem", "K1", "10 USD", "currency-differs")
    back(it, "cem", "K1", "0.005 EUR", "amount-not-exact")
    back(it, "cem", "K1", "2h", "not-money")
    assert it.say("bo", "/idea B --min 30 USD").error == "currency-differs"


@pytest.mark.parametrize(
    ("line", "least", "most"),
    [
        ("B --min 30 --max 80", "30.00", "80.00"),
        ("B --min 30 EUR --max 80 EUR", "30.00", "80.00"),
        ("--min 30 --max 80 B", "30.00", "80.00"),
        ("--min 30 EUR --max 80 EUR B", "30.00", "80.00"),
        ("B --max 80", "80.00", "80.00"),
        ("B --min 12.50", "12.50", "12.50"),
        ("B --min €30", "30.00", "30.00"),
    ],
)
def test_sums_as_people_type_them(line: str, least: str, most: str) -> None:
    it = house(ideas=())
    assert it.say("bo", f"/idea {line}").error == ""
    told = it.say("bo", "/show K1")
    assert (told.facts["least"], told.facts["most"]) == ({"EUR": least}, {"EUR": most})
    assert "idea: B\n" in told.text


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("B", "idea-sum"),
        ("B --min 80 --max 30", "idea-sum"),
        ("B --min 151", "idea-beyond"),
        ("B --min 0", "amount-zero"),
        ("B --min -3", "amount-negative"),
        ("--min 30", "idea-untitled"),
    ],
)
def test_sums_that_are_refused(line: str, error: str) -> None:
    it = house(ideas=())
    assert it.say("bo", f"/idea {line}").error == error


@pytest.mark.parametrize("line", ["B --min 0", "B --min -3", "B --min 0 EUR", "B --min 80 --max 0"])
def test_a_sum_of_nothing_is_refused_with_a_line_that_puts_an_idea(line: str) -> None:
    it = house(ideas=())
    assert "/idea A second oven --min 300 --max 800" in it.say("bo", f"/idea {line}").text


def test_two_messages_at_once_do_not_spend_a_share_twice() -> None:
    it = house(ideas=("A --min 60 --max 100", "B --min 60 --max 100"))
    came = it.hand_in([it.message("cem", "/back K1 60 EUR"), it.message("cem", "/back K2 60 EUR")])
    assert [each.error for each in came] == ["", "share-spent"]
    assert left(it, "cem") == {"EUR": "90.00"}


def test_shares_may_be_more_than_the_pot_and_nobody_gives_what_is_not_there() -> None:
    it = house(ideas=("A --min 50 --max 150", "B --min 50 --max 150"))
    back(it, "cem", "K1", "60 EUR")
    back(it, "dee", "K1", "60 EUR")
    told = back(it, "ann", "K2", "50 EUR", "pot-spent")
    assert "/back K2 30 EUR" in told.text
    back(it, "ann", "K2", "30 EUR")
    assert left(it, "ann") == {"EUR": "0.00"}


def test_who_came_later_has_no_share() -> None:
    it = house()
    it.say("eve", "/me")
    back(it, "eve", "K1", "10 EUR", "no-share")
    back(it, "fay", "K1", "10 EUR", "no-share")
    assert it.say("eve", "/idea B --min 5").error == ""


def test_nobody_has_their_own_idea_funded_alone() -> None:
    it = house(ideas=("A --min 50 --max 60",))
    back(it, "bo", "K1", "60 EUR", "own-idea-alone")
    back(it, "bo", "K1", "59 EUR")
    assert it.say("bo", "/ideas accept K1").error == "idea-short"
    copy = it.copy()
    copy.later(days=11)
    assert in_funds(copy) == {}
    back(it, "cem", "K1", "1 EUR")
    assert in_funds(it)["k1"] == {"EUR": "60.00"}


def test_a_second_account_of_one_person_gives_no_second_share() -> None:
    it = house(ideas=("A --min 90 --max 150",))
    back(it, "cem", "K1", "60 EUR")
    back(it, "dee", "K1", "50 EUR")
    code = it.say("cem", "/me link", private=True).facts["code"]
    assert it.say("dee", f"/me link {code} yes", private=True).error == ""
    assert it.say("cem", "/show K1").facts["given"] == {"EUR": "60.00"}
    back(it, "dee", "K1", "61 EUR", "share-spent")
    back(it, "dee", "K1", "20 EUR")
    assert it.say("cem", "/show K1").facts["given"] == {"EUR": "20.00"}
    whole(it)


@pytest.mark.parametrize("line", ["/me leave yes", "/me forget yes", "remove"])
def test_what_who_leaves_gave_returns_and_what_is_funded_stays(line: str) -> None:
    it = house(ideas=("A --min 50 --max 100", "B --min 20"))
    back(it, "cem", "K2", "20 EUR")
    back(it, "cem", "K1", "40 EUR")
    back(it, "dee", "K1", "20 EUR")
    if line == "remove":
        assert it.say("ann", "/member remove @cem --sure").error == ""
    else:
        assert it.say("cem", line, private=True).error == ""
    assert it.say("dee", "/show K1").facts["given"] == {"EUR": "20.00"}
    assert left(it, "dee") == {"EUR": "110.00"}
    assert in_funds(it)["k2"] == {"EUR": "20.00"}
    it.restart()
    whole(it)
    it.later(days=11)
    assert in_funds(it) == {"k2": {"EUR": "20.00"}}
    whole(it)


def test_the_idea_of_who_is_forgotten_goes_with_their_words_and_is_funded_no_more() -> None:
    it = house(ideas=("Awordy --min 50 --max 100",))
    back(it, "cem", "K1", "60 EUR")
    told = it.say("bo", "/me forget yes", private=True)
    assert "Awordy" not in told.text
    assert left(it, "cem") == {"EUR": "150.00"}
    assert "Awordy" not in it.say("cem", "/show F1").text + it.say("cem", "/show K1").text
    it.later(days=11)
    assert in_funds(it) == {}
    whole(it)


def test_the_idea_of_who_leaves_stays_and_a_coordinator_goes_on_with_it() -> None:
    it = house()
    back(it, "cem", "K1", "60 EUR")
    assert it.say("bo", "/me leave yes").error == ""
    assert it.say("ann", "/ideas accept K1").error == ""


def test_a_change_only_before_anybody_backs_it_and_by_whose_it_is() -> None:
    it = house()
    assert it.say("cem", "/ideas change K1 --min 40").error == "not-own"
    assert it.say("bo", "/ideas change K1 --min 40").error == ""
    assert it.say("bo", "/ideas change K1 --min 40").error == "nothing-changed"
    assert it.say("bo", "/ideas change K1 A used one --max 90").error == ""
    back(it, "cem", "K1", "10 EUR")
    assert it.say("bo", "/ideas change K1 --min 40").error == "idea-backed"
    assert it.say("cem", "/unback K1").error == ""
    assert it.say("cem", "/unback K1").error == "not-backed"
    assert it.say("bo", "/ideas change K1 --min 5").error == ""


# --- Who backs what ---------------------------------------------------------------------------------


def test_who_backs_what_is_open_where_it_is_not_hidden() -> None:
    it = house()
    back(it, "cem", "K1", "10 EUR")
    assert "cem 10.00 EUR" in it.say("dee", "/show K1").text


def test_of_a_hidden_round_nobody_is_told_who_backs_what() -> None:
    it = house(line=f"{ROUND} --hidden")
    told = [back(it, "cem", "K1", "10 EUR"), back(it, "dee", "K1", "20 EUR")]
    shown = [row for each in told for row in each.rows if not row.reply.private]
    assert shown
    assert not any("cem" in str(row) or "dee" in str(row) for row in shown)
    for line in ("/show K1", "/show F1", "/ideas", "/funding"):
        text = it.say("ann", line).text
        assert "cem" not in text, line
        assert "dee" not in text, line
    assert "2 people back it" in it.say("ann", "/show K1").text
    for event in it.events():
        if isinstance(event, IdeaBacked):
            assert (event.number, event.count) == (0, 0)
            assert event.backing
    it.restart()
    assert it.say("ann", "/show K1").facts["given"] == {"EUR": "30.00"}
    whole(it)


def test_of_a_hidden_round_who_is_forgotten_leaves_the_sums_right() -> None:
    it = house(line=f"{ROUND} --hidden", ideas=("A --min 50 --max 100", "B --min 20"))
    back(it, "cem", "K2", "20 EUR")
    back(it, "cem", "K1", "40 EUR")
    back(it, "dee", "K1", "60 EUR")
    assert in_funds(it)["k1"] == {"EUR": "100.00"}
    assert it.say("cem", "/me forget yes", private=True).error == ""
    whole(it)
    it.restart()
    whole(it)
    assert left(it, "dee") == {"EUR": "30.00"}
    it.later(days=11)
    whole(it)
    assert [e.count for e in it.events() if isinstance(e, IdeaFunded)] == [2000, 10000]


def test_who_leaves_is_told_first_what_is_open_and_of_a_hidden_round_only_that() -> None:
    it = house(line=f"{ROUND} --hidden", ideas=("A --min 50 --max 100",))
    back(it, "cem", "K1", "40 EUR")
    told = it.say("cem", "/me leave")
    assert "Given to ideas, and free again: F1" in told.text
    assert "K1" not in told.text
    assert "40.00" not in told.text
    assert "Ideas that wait for money: K1" in it.say("bo", "/me leave").text
