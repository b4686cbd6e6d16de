"""Decisions on the spot: who is asked, who is not, and when it may be counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind
from bot.collective.proposalevents import ProposalClosed
from bot.deciding.methods import FULL_METHODS
from tests.house.house import House
from tests.house.told import plain


@pytest.fixture
def house() -> Iterator[House]:
    with House({"method": "consent"}).enter("ann", "bo", "cem", "dora") as house:
        house.say("ann", "/meeting open")
        house.say("bo", "/here")
        house.say("cem", "/here")
        yield house


def verdicts(house: House) -> list[str]:
    return [each.verdict for each in house.events() if isinstance(each, ProposalClosed)]


def test_it_ends_when_all_who_are_there_have_answered(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @bo")
    for who in ("ann", "bo"):
        house.say(who, "/vote P1 consent")
        assert verdicts(house) == []
    house.say("cem", "/vote P1 consent")
    assert verdicts(house) == ["passed"]


def test_who_comes_later_is_not_asked_and_who_leaves_still_is(house: House) -> None:
    house.say("ann", "/meeting call Bread")
    house.say("dora", "/here")
    house.say("bo", "/away")
    assert house.say("dora", "/vote P1 consent").refused
    assert not house.say("bo", "/vote P1 object It is late").refused
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert verdicts(house) != ["passed"]


def test_nobody_is_counted_out_who_had_no_time_to_answer(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @bo")
    house.say("ann", "/vote P1 consent")
    assert house.say("ann", "/meeting count").error == "call-time"
    house.later(minutes=3)
    house.say("bo", "/amend-proposal P1 Rolls")
    house.say("ann", "/vote P1 consent")
    assert house.say("ann", "/meeting count").error == "call-time"
    assert house.say("cem", "/meeting count").error == "not-facilitator"
    house.later(minutes=3)
    assert not house.say("ann", "/meeting count").refused
    assert verdicts(house) == ["passed"]


def test_whom_others_entered_makes_no_quorum(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 4")
    for line in ("/here @dora", "/stack --who @dora", "/meeting duty minutes @dora"):
        house.say("ann", line)
        assert house.say("ann", "/meeting call Bread").error == "meeting-quorum"
        house.say("ann", "/away @dora")
    house.say("ann", "/here @dora")
    house.say("dora", "/note I am here")
    assert not house.say("ann", "/meeting call Bread").refused


def test_a_share_of_all_can_be_the_quorum(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 100%")
    assert house.say("ann", "/meeting call Bread").error == "meeting-quorum"
    house.say("dora", "/here")
    assert not house.say("ann", "/meeting call Bread").refused


def test_silence_is_no_assent_whatever_the_rule_says(house: House) -> None:
    house.say("ann", "/rules set silence on")
    house.say("ann", "/meeting call Bread")
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert verdicts(house) == ["rejected"]


def test_the_card_stands_where_people_meet_and_nowhere_else(house: House) -> None:
    house.say("ann", "/me", room="yard")
    told = house.say("ann", "/meeting call Bread")
    cards = [row for row in told.rows if row.reply.kind is Kind.CARD]
    assert [row.place.room for row in cards] == [told.rows[0].place.room]


def test_what_is_being_decided_is_counted_before_the_meeting_goes_on(house: House) -> None:
    house.say("ann", "/next Bread")
    house.say("ann", "/call")
    for line in ("/next", "/call Rolls", "/meeting table", "/meeting close"):
        assert house.say("ann", line).error == "call-open"
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert house.say("ann", "/meeting count").error == "no-call"
    assert "Bread (P1) was rejected" in house.say("ann", "/meeting close").text


def test_who_proposes_has_to_be_there(house: House) -> None:
    assert house.say("ann", "/meeting call Bread --by @dora").error == "not-there"


def test_nothing_is_proposed_in_the_name_of_somebody_who_was_only_entered(house: House) -> None:
    house.say("ann", "/here @dora")
    assert house.say("ann", "/meeting call Bread --by @dora").error == "not-there"
    house.say("dora", "/here")
    assert not house.say("ann", "/meeting call Bread --by @dora").refused


def test_whoever_is_named_as_proposing_learns_it_and_can_take_it_back(house: House) -> None:
    told = house.say("ann", "/meeting call Bread --by @bo")
    (row,) = [row for row in told.rows if row.person == "bo"]
    assert plain(row).splitlines()[0] == "ann called P1 in your name. /cancel P1 takes it back."
    assert not house.say("bo", "/cancel P1").refused
    assert "Bread (P1) was withdrawn." in house.say("ann", "/meeting close").text
    house.say("ann", "/meeting open")
    told = house.say("ann", "/meeting call Rolls")
    assert "in your name" not in told.text


def test_whoever_leads_proposes_though_they_were_entered(house: House) -> None:
    house.say("ann", "/role give @dora facilitator")
    house.say("ann", "/here @dora")
    assert not house.say("dora", "/meeting call Bread").refused


def test_nobody_loses_their_voice_because_others_say_that_they_left(house: House) -> None:
    house.say("ann", "/away @bo")
    house.say("ann", "/meeting call Bread --by @cem")
    assert not house.say("bo", "/vote P1 object It is late").refused


def test_whoever_leaves_by_their_own_word_is_not_asked(house: House) -> None:
    house.say("ann", "/here @dora")
    house.say("ann", "/away @dora")
    house.say("ann", "/away @bo")
    house.say("bo", "/here")
    house.say("bo", "/away")
    house.say("ann", "/meeting call Bread --by @cem")
    assert house.say("bo", "/vote P1 object It is late").error == "not-eligible"
    assert house.say("dora", "/vote P1 object It is late").error == "not-eligible"


def test_a_method_that_lives_by_waiting_decides_nothing_on_the_spot(house: House) -> None:
    house.say("ann", "/rules set method lazy")
    house.say("ann", "/meeting call Bread")
    terms = house.state().proposals.alive[1].terms
    assert terms is not None
    assert terms.method in FULL_METHODS


def test_what_cannot_pass_with_those_who_are_there_is_not_asked(house: House) -> None:
    house.say("ann", "/rules set quorum 4")
    assert house.say("ann", "/meeting call Bread").error == "cannot-pass"
    house.say("dora", "/here")
    assert not house.say("ann", "/meeting call Bread").refused


def test_a_count_that_is_hidden_is_hidden_here_too(house: House) -> None:
    house.say("ann", "/rules set hide-tally on")
    house.say("ann", "/meeting call Bread --method majority")
    assert "So far" not in house.say("bo", "/vote P1 yes").text


def test_the_rules_of_the_meeting_decide_also_in_private(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 4")
    assert house.say("ann", "/meeting call Bread", private=True).error == "meeting-quorum"


def test_a_call_is_among_what_one_person_may_have_open(house: House) -> None:
    house.say("ann", "/rules set open-each 1")
    house.say("ann", "/draft A yard")
    assert house.say("ann", "/meeting call Bread").error == "open-each"


def test_of_a_circle_its_rules_and_its_people_decide(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("bo", "/circle join kitchen")
    house.say("ann", "/room circle kitchen", room="kitchen")
    house.say("ann", "/rules set meeting-quorum 2", room="kitchen")
    house.say("ann", "/meeting open", room="kitchen")
    house.say("dora", "/here", room="kitchen")
    # Two are there, and only one of them works in the circle.
    assert house.say("ann", "/meeting call Bread", room="kitchen").error == "meeting-quorum"
    house.say("bo", "/here", room="kitchen")
    assert not house.say("ann", "/meeting call Bread", room="kitchen").refused
    assert house.say("dora", "/vote P1 object No").error == "not-eligible"


def test_the_share_of_a_circle_is_one_of_its_own_people(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("bo", "/circle join kitchen")
    house.say("ann", "/room circle kitchen", room="kitchen")
    house.say("ann", "/rules set meeting-quorum 100%", room="kitchen")
    house.say("ann", "/meeting open", room="kitchen")
    house.say("bo", "/here", room="kitchen")
    assert not house.say("ann", "/meeting call Bread", room="kitchen").refused


def test_each_round_leaves_time_to_answer(house: House) -> None:
    house.say("ann", "/rules set fallback modified-consensus")
    house.say("ann", "/meeting call Bread --method consensus --by @bo")
    for who, word in (("ann", "agree"), ("bo", "agree")):
        house.say(who, f"/vote P1 {word}")
    assert not house.say("cem", "/vote P1 block It is against what we agreed").refused
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    assert verdicts(house) == []
    assert house.say("ann", "/meeting count").error == "call-time"


def test_whoever_facilitates_and_proposes_is_warned_or_by_the_rule_refused(house: House) -> None:
    told = house.say("ann", "/meeting call Bread")
    assert "ann proposes and facilitates; somebody else may facilitate this" in told.text
    house.say("ann", "/cancel P1")
    house.say("ann", "/rules set facilitator-proposes refused")
    told = house.say("ann", "/meeting call Bread")
    assert told.error == "facilitator-proposes"
    assert "/meeting duty facilitator @…" in told.text
    assert not house.say("ann", "/meeting call Bread --by @bo").refused


def test_a_facilitator_who_is_silent_can_be_followed(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @cem")
    house.later(minutes=29)
    assert house.say("bo", "/meeting duty facilitator me").error == "not-facilitator"
    house.later(minutes=1)
    told = house.say("bo", "/meeting count")
    assert told.error == "not-facilitator"
    assert "you can take over: /meeting duty facilitator me" in told.text
    # Somebody else than who takes it is given it by nobody.
    assert house.say("bo", "/meeting duty facilitator @cem").error == "not-facilitator"
    assert house.say("dora", "/meeting duty facilitator me").error == "not-facilitator"
    told = house.say("bo", "/meeting duty facilitator me")
    assert "bo facilitates from now on." in told.text
    assert not house.say("bo", "/meeting count").refused
    # Who was given it has that long as well.
    assert house.say("cem", "/meeting duty facilitator me").error == "not-facilitator"


def test_whatever_whoever_facilitates_does_is_a_sign_of_them(house: House) -> None:
    house.say("ann", "/meeting call Bread --by @cem")
    house.later(minutes=29)
    house.say("ann", "/vote P1 consent")
    house.later(minutes=29)
    assert house.say("bo", "/meeting duty facilitator me").error == "not-facilitator"
    house.say("ann", "/note We wait for bo")
    house.later(minutes=29)
    assert house.say("bo", "/meeting duty facilitator me").error == "not-facilitator"
    house.later(minutes=2)
    house.restart()
    assert not house.say("bo", "/meeting duty facilitator me").refused


def test_who_is_given_it_has_that_long_though_nothing_came_from_them_before(house: House) -> None:
    house.later(minutes=40)
    house.say("ann", "/meeting duty facilitator @cem")
    assert house.say("bo", "/meeting duty facilitator me").error == "not-facilitator"
    house.later(minutes=30)
    assert not house.say("bo", "/meeting duty facilitator me").refused


def test_the_rule_says_how_long_and_may_say_never(house: House) -> None:
    house.say("ann", "/rules set facilitator-silence never")
    house.later(hours=5)
    assert house.say("bo", "/meeting duty facilitator me").error == "not-facilitator"
    house.say("ann", "/rules set facilitator-silence 5m")
    assert not house.say("bo", "/meeting duty facilitator me").refused
