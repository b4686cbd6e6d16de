"""What a call carries out: by the guards of proposals, and no easier than if all were asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.arguments import options_of
from bot.chat import Refusal
from bot.collective.effects import Weight
from bot.collective.grades import Grade
from bot.collective.proposalevents import EffectDone, EffectFailed, ProposalClosed, ProposalOpened
from bot.collective.spending import held_in_common
from commands.decisions.carrying import check_carried
from commands.meetings.asking import MeetingCallArgs
from tests.house.house import House

PEOPLE = ("ann", "bo", "cem", "dora")
PAY = '/meeting call Bo is paid back --by @cem --do "pay @bo 20 EUR flour"'


@pytest.fixture
def house() -> Iterator[House]:
    """Four members with 500 EUR, of whom all but dora are at a meeting that nobody planned."""
    with House({"method": "consent"}).enter(*PEOPLE) as house:
        house.say("ann", "/income 500 EUR a donor")
        house.say("ann", "/meeting open")
        house.say("bo", "/here")
        house.say("cem", "/here")
        yield house


@pytest.fixture
def planned() -> Iterator[House]:
    """The same, at a meeting that was planned two days ahead."""
    with House({"method": "consent"}).enter(*PEOPLE) as house:
        house.say("ann", "/income 500 EUR a donor")
        house.say("ann", "/meeting plan wed 09:00 Assembly")
        house.later(days=2)
        house.say("ann", "/meeting open M1")
        house.say("bo", "/here")
        house.say("cem", "/here")
        yield house


def verdicts(house: House) -> list[str]:
    return [each.verdict for each in house.events() if isinstance(each, ProposalClosed)]


def done(house: House) -> list[int]:
    return [each.number for each in house.events() if isinstance(each, EffectDone)]


def treasury(house: House) -> int:
    return held_in_common(house.state().ledger, "EUR")


def all_agree(house: House, ref: str, *who: str) -> None:
    for each in who:
        assert not house.say(each, f"/vote {ref} consent").refused


# --- It is carried out ------------------------------------------------------------------------------


def test_a_call_can_carry_something_out() -> None:
    assert "do" in {option.name for option in options_of(MeetingCallArgs)}


def test_a_payment_is_made_when_all_who_are_there_agree(planned: House) -> None:
    told = planned.say("ann", PAY)
    assert not told.refused, told.text
    assert "The treasury and its funds hold 500.00 EUR; 480.00 EUR would stay." in told.text
    assert told.text.index("would stay") < told.text.index("P1: Bo is paid back")
    assert "If it passes: /pay @bo 20 EUR flour" in told.text
    assert "The quorum is 2 people" in told.text
    all_agree(planned, "P1", "ann", "bo", "cem")
    assert verdicts(planned) == ["passed"]
    assert done(planned) == [1]
    assert treasury(planned) == 480_00


@pytest.mark.parametrize(
    ("line", "then"),
    [
        ("rules set confirmations 1", "confirmations"),
        ("member admit 1", "eva"),
        ("role give @bo coordinator", "bo"),
        ("budget create kitchen 100 EUR --per month", "kitchen"),
        ("fund create tools", "tools"),
        ("circle create garden", "garden"),
    ],
)
def test_whatever_a_proposal_carries_out_a_call_does(planned: House, line: str, then: str) -> None:
    if then == "eva":
        planned.say("ann", "/rules set new-members proposal")
        planned.say("eva", "/member apply I bake")
    told = planned.say("ann", f'/meeting call Shall we --by @cem --do "{line}"')
    assert not told.refused, told.text
    all_agree(planned, "P1", "ann", "bo", "cem")
    assert done(planned) == [1], planned.events()[-3:]


def test_the_end_of_a_call_carries_it_out_too(planned: House) -> None:
    planned.say("ann", PAY)
    all_agree(planned, "P1", "bo", "ann")
    planned.later(minutes=3)
    assert not planned.say("ann", "/meeting count").refused
    assert done(planned) == [1]


def test_what_does_not_pass_carries_nothing_out(planned: House) -> None:
    planned.say("ann", PAY)
    planned.say("bo", "/vote P1 object It is not mine")
    all_agree(planned, "P1", "ann", "cem")
    planned.later(minutes=3)
    planned.say("ann", "/meeting count")
    assert verdicts(planned) != ["passed"]
    assert treasury(planned) == 500_00


def test_the_outcome_is_told_also_where_nobody_met(planned: House) -> None:
    planned.say("ann", "/me", room="yard")
    planned.say("ann", PAY)
    all_agree(planned, "P1", "ann", "bo")
    told = planned.say("cem", "/vote P1 consent")
    rooms = {row.place.room for row in told.rows if "outcome" in row.reply.facts}
    assert rooms == {"hall", "yard"}


def test_a_draft_is_called_whole(planned: House) -> None:
    planned.say("cem", '/draft Bo is paid back --do "pay @bo 20 EUR flour"\nFor the bread of May')
    told = planned.say("ann", "/call P1")
    assert not told.refused, told.text
    assert "For the bread of May" in told.text
    assert "By cem" in told.text
    assert any(row.person == "cem" for row in told.rows)
    (opened,) = (each for each in planned.events() if isinstance(each, ProposalOpened))
    assert (opened.number, opened.meeting) == (1, 1)
    all_agree(planned, "P1", "ann", "bo", "cem")
    assert done(planned) == [1]
    assert planned.say("ann", "/call P1").error == "no-draft"


@pytest.mark.parametrize(
    "more", ["--by @bo", '--do "pay @bo 90 EUR"', "\nOther words"], ids=["by", "do", "text"]
)
def test_a_draft_gets_nothing_else(planned: House, more: str) -> None:
    planned.say("cem", "/draft Bread")
    assert planned.say("ann", f"/meeting call P1 {more}").error == "draft-whole"


def test_what_all_are_asked_already_is_not_asked_of_a_few(planned: House) -> None:
    planned.say("cem", "/propose Bread")
    assert planned.say("ann", "/meeting call P1").error == "asked-already"


def test_a_draft_is_called_where_its_author_is(planned: House) -> None:
    planned.say("dora", "/draft Bread")
    assert planned.say("ann", "/meeting call P1").error == "not-there"
    assert planned.say("ann", "/meeting call P9").error == "reference-unknown"


# --- No weaker door ---------------------------------------------------------------------------------


def test_who_is_not_there_could_know_of_it(house: House) -> None:
    told = house.say("ann", PAY)
    assert told.error == "effect-open"
    assert '/propose Bo is paid back --do "pay @bo 20 EUR flour"' in told.text
    house.say("dora", "/here")
    assert not house.say("ann", PAY).refused


def test_whom_others_enter_is_not_there_for_that(house: House) -> None:
    house.say("ann", "/here @dora")
    assert house.say("ann", PAY).error == "effect-open"


def test_a_meeting_that_is_opened_at_another_time_was_not_planned(house: House) -> None:
    house.say("ann", "/meeting close")
    house.say("ann", "/meeting plan fri 09:00 Assembly")
    house.later(days=2)
    house.say("ann", "/meeting open M2")
    house.say("bo", "/here")
    house.say("cem", "/here")
    assert house.say("ann", PAY).error == "effect-open"


def test_one_that_was_moved_lately_was_not_planned_ahead(house: House) -> None:
    house.say("ann", "/meeting close")
    house.say("ann", "/meeting plan thu 09:00 Assembly")
    house.later(days=2)
    house.say("ann", "/meeting adjourn in 30 minutes")
    house.later(minutes=20)
    house.say("ann", "/meeting open M2")
    house.say("bo", "/here")
    house.say("cem", "/here")
    assert house.say("ann", PAY).error == "effect-open"


def test_the_quorum_is_one_of_all_and_of_who_came_by_their_own_word(planned: House) -> None:
    planned.say("bo", "/away")
    planned.say("cem", "/away")
    assert planned.say("ann", PAY.replace("@cem", "@ann")).error == "effect-agreement"
    planned.say("ann", "/here @bo @cem @dora")
    told = planned.say("ann", PAY.replace("@cem", "@ann"))
    assert told.error == "effect-quorum"
    assert "It takes 2 of 4 to decide about money; 1 who was a member 1 day ago has said" in told.text


def test_nobody_brings_accounts_along_to_make_the_quorum(planned: House) -> None:
    for who in ("bo", "cem"):
        planned.say(who, "/away")
    for who in ("x1", "x2", "x3", "x4"):
        planned.say(who, "/me")
        planned.say(who, "/here")
    told = planned.say("ann", '/meeting call Mine --do "role give @x1 admin"')
    assert told.error == "effect-quorum"
    assert "1 who was a member 1 day ago" in told.text
    # Who is asked by a proposal a day long sees them come.
    planned.later(days=1)
    planned.say("ann", "/meeting close")
    planned.say("ann", "/meeting open")
    for who in ("x1", "x2", "x3", "x4"):
        planned.say(who, "/here")
    assert planned.say("ann", '/meeting call Mine --do "role give @x1 admin"').error == "effect-open"


def test_nobody_decides_alone_what_is_carried_out(planned: House) -> None:
    planned.say("bo", "/away")
    planned.say("cem", "/away")
    # A circle is harmless, and needs no quorum; still somebody else has to agree.
    told = planned.say("ann", '/meeting call A garden --do "circle create garden"')
    assert told.error == "effect-agreement"


def test_the_rooms_own_quorum_is_one_of_all_as_well(planned: House) -> None:
    planned.say("ann", "/rules set quorum 100%")
    assert planned.say("ann", PAY).error == "effect-quorum"
    # What carries nothing out is asked of those who are there alone.
    assert not planned.say("ann", "/meeting call Bread --by @cem").refused


def test_the_quorum_of_all_has_to_take_part_not_that_share_of_those_who_are_there() -> None:
    """Six of eight are there, and 75 % of all is six: five who vote are not enough."""
    people = ("ann", "bo", "cem", "dora", "eve", "fay", "gil", "hal")
    with House({"method": "consent", "quorum": "75%"}).enter(*people) as house:
        house.say("ann", "/meeting plan wed 09:00 Assembly")
        house.later(days=2)
        house.say("ann", "/meeting open M1")
        for who in people[1:6]:
            house.say(who, "/here")
        told = house.say("ann", '/meeting call A rule --by @cem --do "rules set confirmations 1"')
        assert "The quorum is 6 people of 6" in told.text
        all_agree(house, "P1", *people[:5])
        house.later(minutes=3)
        house.say("ann", "/meeting count")
        assert verdicts(house) == ["no-quorum"]
        assert done(house) == []


def test_another_method_than_the_rules_name_carries_nothing(planned: House) -> None:
    told = planned.say("ann", f"{PAY} --method majority")
    assert told.error == "effect-methods"
    assert '/meeting call Bo is paid back --do "pay @bo 20 EUR flour"' in told.text


def test_nobody_proposes_an_effect_who_has_just_come(planned: House) -> None:
    planned.say("eva", "/me")
    planned.say("eva", "/here")
    told = planned.say("ann", PAY.replace("@cem", "@eva"))
    assert told.error == "effect-tenure"
    assert "eva has not been a member long enough" in told.text
    planned.say("ann", "/meeting duty facilitator @eva")
    assert planned.say("eva", PAY).error == "effect-tenure"


def test_a_circle_decides_nothing_beyond_it(house: House) -> None:
    house.say("ann", "/circle create kitchen")
    house.say("bo", "/circle join kitchen")
    house.say("ann", "/room circle kitchen", room="kitchen")
    house.say("ann", "/meeting open", room="kitchen")
    house.say("bo", "/here", room="kitchen")
    told = house.say("ann", PAY.replace("@cem", "@bo"), room="kitchen")
    assert told.error == "beyond-circle"
    assert "/propose Bo is paid back" in told.text


def test_what_could_not_be_carried_out_is_not_asked(planned: House) -> None:
    told = planned.say("ann", PAY.replace("20 EUR", "900 EUR"))
    assert told.refused
    assert "That could not be carried out" in told.text
    assert planned.say("ann", PAY.replace("pay @bo 20 EUR flour", "me forget yes")).error == "no-effect"
    assert planned.say("ann", PAY.replace("@bo", "@nobody")).refused
    assert planned.state().proposals.count == 0


def test_a_second_pair_of_eyes_is_asked_as_after_any_proposal(planned: House) -> None:
    planned.say("ann", "/role give @dora treasurer")
    planned.say("ann", '/meeting call An oven --by @cem --do "expense 300 EUR oven"')
    all_agree(planned, "P1", "ann", "bo", "cem")
    assert done(planned) == [1]
    assert treasury(planned) == 500_00
    assert not planned.say("dora", "/approve T2").refused
    assert treasury(planned) == 200_00


def test_what_is_there_no_more_when_it_passes_is_not_paid(planned: House) -> None:
    planned.say("ann", PAY)
    planned.say("ann", "/role give @dora treasurer")
    planned.say("ann", "/expense 490 EUR rent --paid treasury")
    planned.say("dora", "/approve T2")
    assert treasury(planned) == 10_00
    all_agree(planned, "P1", "ann", "bo")
    told = planned.say("cem", "/vote P1 consent")
    assert "cannot be carried out" in told.text
    assert "/retry P1" in told.text
    assert [each.error for each in planned.events() if isinstance(each, EffectFailed)]
    assert treasury(planned) == 10_00


def test_no_more_is_spent_than_those_at_the_meeting_were_told(planned: House) -> None:
    planned.say("ann", PAY)
    all_agree(planned, "P1", "ann", "bo")
    state = planned.state()
    asked = state.proposals.alive[1]
    weight = Weight(frozenset({Grade.MONEY}), spends=(("EUR", 20_00),))
    check_carried(state, asked, weight)
    for more in ((("EUR", 20_01),), (("EUR", 20_00), ("JPY", 1))):
        with pytest.raises(Refusal) as refused:
            check_carried(state, asked, replace(weight, spends=more))
        assert refused.value.code == "weighs-more"


# --- What one meeting may spend ---------------------------------------------------------------------


def test_a_meeting_spends_no_more_than_its_part(planned: House) -> None:
    planned.say("ann", "/rules set meeting-spend 20%")
    told = planned.say("ann", PAY.replace("20 EUR", "100.01 EUR"))
    assert told.error == "meeting-spend"
    assert "One meeting may decide to spend 20%, which is 100.00 EUR; this is 100.01 EUR." in told.text
    assert '/propose Bo is paid back --do "pay @bo 100.01 EUR flour"' in told.text
    told = planned.say("ann", PAY.replace("20 EUR", "60 EUR"))
    assert "This meeting may decide to spend 100.00 EUR; 0.00 EUR is decided already." in told.text
    all_agree(planned, "P1", "ann", "bo", "cem")
    # The part is of what there was when it was asked first, not of what is left.
    told = planned.say("ann", PAY.replace("20 EUR", "40.01 EUR").replace("flour", "oil"))
    assert told.error == "meeting-spend"
    told = planned.say("ann", PAY.replace("20 EUR", "40 EUR").replace("flour", "oil"))
    assert "This meeting may decide to spend 100.00 EUR; 60.00 EUR is decided already." in told.text


def test_the_minutes_tell_what_was_spent_of_what(planned: House) -> None:
    planned.say("ann", PAY)
    all_agree(planned, "P1", "ann", "bo", "cem")
    told = planned.say("ann", "/meeting close").text
    assert "Bo is paid back (P1) was passed: 3 consented. It spends 20.00 EUR of 500.00 EUR." in told


def test_what_was_asked_and_not_decided_is_not_counted(planned: House) -> None:
    planned.say("ann", "/rules set meeting-spend 20%")
    planned.say("ann", PAY.replace("20 EUR", "100 EUR"))
    planned.say("cem", "/cancel P1")
    assert not planned.say("ann", PAY.replace("20 EUR", "100 EUR")).refused


def test_the_next_meeting_has_a_part_of_its_own(planned: House) -> None:
    planned.say("ann", "/rules set meeting-spend 20%")
    planned.say("ann", PAY.replace("20 EUR", "100 EUR"))
    all_agree(planned, "P1", "ann", "bo", "cem")
    planned.say("ann", "/meeting close")
    for who in PEOPLE:
        planned.say(who, "/meeting open" if who == "ann" else "/here")
    assert planned.say("ann", PAY.replace("20 EUR", "80.01 EUR")).error == "meeting-spend"
    assert not planned.say("ann", PAY.replace("20 EUR", "80 EUR")).refused


def test_no_meeting_lifts_its_own_bound(planned: House) -> None:
    planned.say("ann", "/rules set meeting-spend 20%")
    told = planned.say("ann", '/meeting call More --by @cem --do "rules set meeting-spend none"')
    assert told.error == "meeting-spend"
    assert '/propose More --do "rules set meeting-spend none"' in told.text


def test_of_nothing_nothing_is_spent(planned: House) -> None:
    planned.say("ann", "/rules set meeting-spend 0%")
    assert planned.say("ann", PAY).error == "meeting-spend"
    # What stays within the treasury and its funds is not spent.
    planned.say("ann", "/fund create tools")
    told = planned.say("ann", '/meeting call Tools --by @cem --do "fund add 50 EUR tools"')
    assert not told.refused, told.text
    assert "would stay" not in told.text


def test_an_assembly_spends_up_to_a_fifth(planned: House) -> None:
    planned.say("ann", "/rules preset assembly")
    assert planned.say("ann", "/rules explain meeting-spend").text.count("20%")


@pytest.mark.parametrize("value", ["-5%", "120%", "20 EUR", "half", "1/0", "20%%"])
def test_a_part_is_a_share(house: House, value: str) -> None:
    assert house.say("ann", f"/rules set meeting-spend {value}").error == "rule-value"
