"""Proposals through the engine: deadlines that pass unseen, times that come twice, any votes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.ticker import tick
from bot.chat import Kind
from bot.collective.folding import read_event
from bot.collective.memberbook import Members
from bot.collective.proposalbook import Proposals
from bot.collective.proposals import fold_proposal
from bot.collective.questions import Coming
from bot.collective.ruletypes import Value
from tests.house import BEGIN, COMMANDS, House, Told

AT_ONCE: dict[str, Value] = {"min-open": ("0m",)}
"""Polls and proposals may be closed as soon as they are open."""


@pytest.fixture
def house() -> Iterator[House]:
    with House(AT_ONCE) as it:
        yield it.enter("anna", "bo", "cem")


def outcomes(*answers: Told) -> list[str]:
    return [
        row.reply.facts["outcome"]
        for each in answers
        for row in each.rows
        if row.reply.kind is Kind.OUTCOME
    ]


def test_a_deadline_that_passed_unseen_is_honoured_with_the_votes_before_it(house: House) -> None:
    house.say("anna", "/propose Buy a mixer --method majority --closes in 2 days")
    house.say("bo", "/vote P1 yes")
    house.clock.move_by(dt.timedelta(days=9))
    assert house.say("cem", "/vote P1 no").error == "vote-closed"
    assert house.say("anna", "/vote P1 withdraw").error == "vote-closed"
    assert house.say("anna", "/amend-proposal P1 Buy two").error == "vote-closed"
    house.restart()
    assert outcomes(house.later()) == ["passed"]
    assert "Wed, 7 Jan, 09:00 UTC" in house.say("anna", "/decisions").text
    assert house.later(days=1).rows == ()


def test_the_same_time_handed_in_twice_closes_once(house: House) -> None:
    house.say("anna", "/propose Buy a mixer --method majority --closes in 2 days")
    house.clock.move_by(dt.timedelta(days=3))
    first, again = (house.hand_in([tick("alpha", house.now)])[0] for _ in range(2))
    assert again.answer is not None
    assert again.answer.repeated
    assert outcomes(first) == ["rejected"]
    assert outcomes(house.tick()) == []


def test_two_programs_on_one_database_close_once(postgres_url: str) -> None:
    rules = {"early-close": False}
    with (
        House(rules, url=postgres_url) as first,
        House(rules, url=postgres_url, program="other") as second,
    ):
        first.say("anna", "/propose Buy a mixer --method majority --closes in 2 days")
        second.say("anna", "/vote P1 yes")
        for each in (first, second):
            each.clock.move_by(dt.timedelta(days=3))
        assert outcomes(second.tick(), first.tick()) == ["passed"]


def test_a_bug_in_what_the_clock_does_leaves_the_others_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Proposals, members: Members) -> Iterator[Coming]:
        if len(self.alive) == 2:
            raise RuntimeError
        return due(self, members)

    due = Proposals.dues
    house.say("anna", "/propose Buy a mixer --method majority --closes in 2 days")
    house.say("anna", "/propose Buy flour --method majority --closes in 2 days")
    house.say("boss", "/propose Sell it --method majority --closes in 2 days", "b")
    house.clock.move_by(dt.timedelta(days=3))
    monkeypatch.setattr(Proposals, "dues", breaks)
    first, second = house.hand_in([tick("alpha", house.now), tick("beta", house.now)])
    assert first.error == "bug"
    assert outcomes(second) == ["rejected"]
    monkeypatch.undo()
    assert outcomes(house.tick()) == ["rejected", "rejected"]


CHOICES = ("yes", "no", "abstain", "withdraw")
PEOPLE = ("anna", "bo", "cem")


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CHOICES), st.integers(0, 40)), max_size=12
    )
)
def test_what_comes_out_follows_from_the_last_votes_and_replays(
    votes: list[tuple[str, str, int]],
) -> None:
    house = House({"early-close": False}).enter(*PEOPLE)
    house.say("anna", "/propose Buy a mixer --method majority --closes in 2 days")
    last: dict[str, str] = {}
    hours = 0
    came: list[str] = []
    for who, choice, later in votes:
        hours += later
        came += outcomes(house.later(hours=later))
        refused = house.say(who, f"/vote P1 {choice}").error
        assert (refused == "vote-closed") == (hours > 48 or bool(came))
        if not refused:
            last[who] = choice
    came += outcomes(house.later(days=3))
    said = list(last.values())
    assert came == ["passed" if said.count("yes") > said.count("no") else "rejected"]

    live = house.state()
    with house.store.journal.transaction() as tx:
        steps = [(entry.at, read_event(entry.payload)) for entry in tx.about("alpha", "P1")]
    folded = fold_proposal(steps)
    assert folded is not None
    assert folded.verdict == came[0]
    assert live.proposals.alive == {}
    house.restart()
    assert house.say("anna", "/why P1").rows[0].reply.facts["outcome"] == came[0]
    house.close()


def test_another_collective_s_reference_is_unknown(house: House) -> None:
    house.say("boss", "/propose Sell it --method majority", "b")
    for words in ("/vote P1 yes", "/show P1", "/why P1", "/close P1", "/cancel P1", "/open P1"):
        assert house.say("anna", words).error == "reference-unknown", words


def test_a_text_of_fifty_kilobytes_is_refused_whole(house: House) -> None:
    kept = house.tables()
    assert house.say("anna", "/propose Buy\n" + "long " * 10_000).error == "too-long"
    assert house.say("anna", "/propose " + "x" * 300).error == "title-long"
    assert house.tables() == kept


def test_as_many_proposals_are_open_as_the_rule_lets(house: House) -> None:
    house.rules = {"open-max": 2}
    house.restart()
    for _ in range(2):
        assert not house.say("anna", "/propose Buy a mixer").refused
    assert house.say("anna", "/propose Buy a mixer").error == "open-max"
    assert COMMANDS["propose"].role.value == "member"
    assert house.clock.now() == BEGIN


def reminded(told: Told) -> list[str]:
    return [row.person for row in told.rows if row.reply.kind is Kind.REMINDER]


@pytest.mark.parametrize("question", ["/propose Buy a mixer", "/poll Which day? | Monday | Tuesday"])
def test_nobody_is_nudged_past_the_close_however_long_the_program_was_away(
    house: House, question: str
) -> None:
    house.say("anna", f"{question} --closes in 3 days")
    told_late = [house.later(days=10)]
    while (more := house.later(seconds=1)).rows:
        told_late.append(more)

    assert told_late[0].rows
    assert [reminded(each) for each in told_late if reminded(each)] == []


def test_nobody_is_nudged_when_it_was_to_end_early_by_then(house: House) -> None:
    """The votes settled it; it ends after eleven hours, and is noticed after the nudge was due."""
    house.rules = {"min-open": ("11h",)}
    house.restart()
    house.enter("dee")
    house.say("anna", "/propose Buy a mixer --method majority --closes in 20 hours")
    for who in ("anna", "bo", "cem"):
        house.say(who, "/vote P1 yes")
    noticed = house.later(hours=12)

    assert outcomes(noticed) == ["passed"]
    assert reminded(noticed) == []


@pytest.mark.parametrize("question", ["/propose Buy a mixer", "/poll Which day? | Monday | Tuesday"])
def test_nobody_is_nudged_for_an_organisation_that_is_a_member_no_more(
    house: House, question: str
) -> None:
    house.say("anna", "/member seat Bakery @cem")
    house.say("anna", f"{question} --closes in 3 days")
    ref = "P1 agree" if question.startswith("/propose") else "Q1 1"
    for who in ("anna", "bo", "cem"):
        assert not house.say(who, f"/vote {ref}").error
    assert not house.say("anna", "/member remove @Bakery it closed down").error

    assert reminded(house.later(days=2, hours=1)) == []


def test_who_voted_on_an_older_text_is_nudged_again_before_the_close(house: House) -> None:
    house.say("anna", "/propose Buy a mixer --method majority --closes in 5 days")
    house.say("bo", "/vote P1 yes")
    assert sorted(reminded(house.later(days=4))) == ["anna", "cem"]
    house.say("anna", "/amend-proposal P1 Buy two")

    assert sorted(reminded(house.later(hours=12))) == ["anna", "bo", "cem"]


def test_whoever_is_asked_for_advice_can_give_it_from_outside_the_circle(house: House) -> None:
    house.say("anna", "/circle create garden")
    house.say("cem", "/circle join garden")
    asked = house.say(
        "bo",
        "/propose Fell the tree --circle garden --method advice --affected @anna --experts @cem",
    )

    assert not asked.error
    assert sorted(row.person for row in asked.rows if row.person) == ["anna", "cem"]
    assert not house.say("anna", "/vote P1 advice leave it").error
    assert not house.say("cem", "/vote P1 advice it is ill").error
    assert not house.say("bo", "/vote P1 go-ahead").error


def test_only_those_whose_advice_is_awaited_and_the_author_are_nudged(house: House) -> None:
    house.say("dee", "/me")
    house.say("anna", "/propose Fell the tree --method advice --affected @bo --experts @cem")
    house.say("bo", "/vote P1 advice leave it")

    assert sorted(reminded(house.later(days=6))) == ["anna", "cem"]


def test_two_accounts_of_one_person_are_not_both_affected_and_expert(house: House) -> None:
    house.say("dee", "/me")
    house.say("anna", "/propose Fell the tree --method advice --affected @bo --experts @cem @dee")
    code = house.say("cem", "/me link").rows[0].reply.facts["code"]
    house.say("bo", f"/me link {code} yes")
    house.say("bo", "/vote P1 advice leave it")
    house.say("cem", "/vote P1 advice it is ill")

    assert house.say("anna", "/vote P1 go-ahead").error == "advice-missing"
    house.say("dee", "/vote P1 advice it will fall")
    assert not house.say("anna", "/vote P1 go-ahead").error


def test_what_is_opened_now_leaves_abstentions_out_of_the_mean(house: House) -> None:
    card = house.say("anna", "/propose Buy a mixer --method gradient").text

    assert "Who abstains is left out of the mean." in card


@pytest.fixture
def three_of_five(house: House) -> House:
    """Three of five have said yes: nothing can change that, and it may close after a day."""
    house.rules = {"min-open": ("24h",), "early-close": True, "nudges": False}
    house.restart()
    for who in ("dee", "eve"):
        house.say(who, "/me")
    house.say("anna", "/propose Buy a mixer --method majority --closes in 3 days")
    for who in ("anna", "bo", "cem"):
        assert not house.say(who, "/vote P1 yes").error
    return house


def test_what_is_settled_closes_when_its_shortest_time_is_over(three_of_five: House) -> None:
    assert outcomes(three_of_five.later(hours=25)) == ["passed"]


def test_a_vote_that_is_taken_back_settles_nothing(three_of_five: House) -> None:
    three_of_five.say("cem", "/vote P1 withdraw")

    assert outcomes(three_of_five.later(hours=25)) == []


def test_two_voters_who_are_one_settle_no_more_than_one(three_of_five: House) -> None:
    code = three_of_five.say("bo", "/me link").rows[0].reply.facts["code"]
    assert not three_of_five.say("cem", f"/me link {code} yes").error

    assert outcomes(three_of_five.later(hours=25)) == []


PUT = ("/propose Buy a mixer --method majority --closes in 3 days",)
STAGES: dict[str, tuple[str, ...]] = {
    "draft": ("/draft Buy a mixer",),
    "open": PUT,
    "passed": (*PUT, "/vote P1 yes", "bo: /vote P1 yes"),
    "rejected": (*PUT, "/vote P1 no", "bo: /vote P1 no"),
    "past its time": (*PUT, "+4d"),
    "withdrawn": (*PUT, "/cancel P1"),
    "withdrawn draft": ("/draft Buy a mixer", "/cancel P1"),
}
ACTS = {
    "/open P1": ("", *["no-draft"] * 6),
    "/amend-proposal P1 Buy two": ("", "", *["vote-closed"] * 5),
    "/vote P1 abstain": ("draft", "", *["vote-closed"] * 5),
    "/vote P1 withdraw": ("draft", "nothing-changed", *["vote-closed"] * 5),
    "/close P1 in 2 days because it is urgent": ("draft", "", *["vote-closed"] * 5),
    "/review P1 in 9 days": ("no-review", "no-review", "", *["no-review"] * 4),
    "/retry P1": ("nothing-to-retry",) * 7,
    "/cancel P1": ("", "", *["vote-closed"] * 5),
}
"""What each act is refused for at each stage, in the order above; nothing where it may be done."""


@pytest.mark.parametrize("stage", STAGES)
def test_a_proposal_takes_only_what_its_life_allows(stage: str) -> None:
    for act, errors in ACTS.items():
        with House({**AT_ONCE, "emergency": 0}) as house:
            house.enter("anna", "bo", "cem")
            for line in STAGES[stage]:
                if line == "+4d":
                    house.clock.move_by(dt.timedelta(days=4))
                else:
                    who, _, words = line.rpartition(": ")
                    assert not house.say(who or "anna", words).refused, line
            assert house.say("anna", act).error == errors[list(STAGES).index(stage)], act
            assert not house.say("anna", "/why P1").refused
