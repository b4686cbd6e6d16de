"""A show of hands: who counts, who confirms, and what it does to the votes of single people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.collective.proposalevents import HandsConfirmed, ProposalClosed
from bot.polling.terms import WITHDRAW
from tests.house.house import House
from tests.house.told import plain

COUNTED = "/hands P1 consent 3 --witness @bo"


@pytest.fixture
def house() -> Iterator[House]:
    with House({"method": "consent"}).enter("ann", "bo", "cem", "dora", "eli") as house:
        house.say("ann", "/meeting open")
        house.say("ann", "/here @cem @dora")
        house.say("bo", "/here")
        house.say("ann", "/call Bread --by @bo")
        yield house


def tally(house: House) -> dict[str, int]:
    """What was counted in the end."""
    house.later(minutes=3)
    house.say("ann", "/meeting count")
    (closed,) = [each for each in house.events() if isinstance(each, ProposalClosed)]
    return closed.tally


def test_hands_count_once_the_witness_confirms_and_not_before(house: House) -> None:
    assert not house.say("ann", COUNTED).refused
    assert "So far" not in house.say("dora", "/show P1").text
    house.say("bo", "/hands confirm P1")
    assert "So far: consent 3" in house.say("dora", "/show P1").text
    assert tally(house) == {"consent": 3}


def test_it_ends_with_the_hands_that_decide_it(house: House) -> None:
    house.say("ann", "/hands P1 consent 4 --witness @bo")
    told = house.say("bo", "/hands confirm P1").text
    assert "P1, Bread: passed." in told
    assert "By show of hands: consent 4; counted by ann, confirmed by bo." in told


def test_the_witness_learns_it_where_they_can_press(house: House) -> None:
    (row,) = [row for row in house.say("ann", COUNTED).rows if row.person == "bo"]
    assert [each.line for each in row.reply.buttons] == ["hands confirm P1", "hands reject P1"]
    assert plain(row).splitlines()[0] == "ann counted hands on P1: consent 3. Did you see the same?"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("/hands P1 consent 3", "witness-missing"),
        ("/hands P1 consent 3 --witness @ann", "witness-self"),
        ("/hands P1 consent 3 --witness @eli", "not-there"),
        ("/hands P1 consent 5 --witness @bo", "hands-many"),
        ("/hands P1 consent 99999999 --witness @bo", "hands-odd"),
        ("/hands P1 consent ٣ --witness @bo", "hands-odd"),
        ("/hands P1 consent --witness @bo", "hands-odd"),
        ("/hands P1 3 --witness @bo", "hands-odd"),
        ("/hands P1 consent 0 --witness @bo", "hands-odd"),
        ("/hands P1 consent 1 consent 2 --witness @bo", "said-twice"),
        ("/hands P1 object 1 --witness @bo", "reason-missing"),
        ("/hands P1 consent 1 --witness @bo --reason Why not", "reason-idle"),
        ("/hands P1 blue 1 --witness @bo", "choice-unknown"),
        ("/hands P9 consent 1 --witness @bo", "reference-unknown"),
        ("/hands confirm P1", "no-hands"),
        ("/hands reject P1", "no-hands"),
    ],
)
def test_what_cannot_be_counted_is_refused(house: House, line: str, code: str) -> None:
    assert house.say("ann", line).error == code


def test_several_choices_are_read_as_people_write_them(house: House) -> None:
    told = house.say("ann", "/hands P1 consent: 2, concern 1; abstain=0 --witness @bo")
    assert told.error == "hands-odd"  # “abstain=0” has no number of its own
    told = house.say("ann", "/hands P1 consent: 2, concern 1 --witness @bo")
    assert "consent 2, consent with a concern 1." in told.text


def test_only_whoever_leads_counts(house: House) -> None:
    assert house.say("cem", COUNTED).error == "not-facilitator"


def test_only_the_witness_confirms(house: House) -> None:
    house.say("ann", COUNTED)
    for who in ("ann", "cem", "eli"):
        assert house.say(who, "/hands confirm P1").error == "not-witness"
    assert house.say("cem", "/hands reject P1").error == "not-facilitator"


def test_a_witness_who_turns_out_to_be_the_one_who_counted_is_none(house: House) -> None:
    house.say("ann", COUNTED)
    code = house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
    assert not house.say("ann", f"/me link {code} yes", private=True).refused
    for who in ("ann", "bo"):
        assert house.say(who, "/hands confirm P1").error == "not-witness"


def test_an_organisation_sees_no_hands(house: House) -> None:
    assert not house.say("ann", "/member seat Bakers @eli").refused
    house.say("ann", "/here @Bakers")
    assert house.say("ann", "/hands P1 consent 1 --witness @Bakers").error == "not-there"


def test_a_second_account_made_to_confirm_by_does_not(house: House) -> None:
    house.later(minutes=1)
    house.enter("ann2")
    house.say("ann2", "/here")
    assert house.say("ann", "/hands P1 consent 3 --witness @ann2").error == "member-later"
    assert not house.say("ann", COUNTED).refused


def test_twice_is_once(house: House) -> None:
    house.say("ann", COUNTED)
    assert house.say("ann", COUNTED).error == "hands-waiting"
    assert house.say("ann", "/meeting count").error == "hands-waiting"
    house.say("bo", "/hands confirm P1")
    for who, line in (("ann", COUNTED), ("bo", "/hands confirm P1")):
        assert house.say(who, line).error == "hands-counted"
    assert sum(isinstance(each, HandsConfirmed) for each in house.events()) == 1


@pytest.mark.parametrize("who", ["ann", "bo"])
def test_what_was_counted_wrong_is_counted_again(house: House, who: str) -> None:
    house.say("ann", COUNTED)
    assert not house.say(who, "/hands reject P1").refused
    assert house.say("bo", "/hands confirm P1").error == "no-hands"
    assert not house.say("ann", "/hands P1 consent 2 --witness @bo").refused
    house.say("bo", "/hands confirm P1")
    assert tally(house) == {"consent": 2}


@pytest.mark.parametrize("who", ["ann", "bo", "eli"])
def test_what_was_confirmed_is_taken_back_where_somebody_is_heard_twice(house: House, who: str) -> None:
    """By the witness, or by whoever leads: who counted, or has a role for it."""
    house.say("ann", "/role give @eli facilitator")
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    assert "/hands reject P1 has them counted again." in house.say("cem", "/vote P1 concern").text
    assert house.say("cem", "/hands reject P1").error == "not-facilitator"
    told = house.say(who, "/hands reject P1").text
    assert (
        f"{who} takes the confirmed hands on P1 back; they are counted again: /hands count P1" in told
    )
    assert "By show of hands" not in house.say("ann", "/why P1").text
    assert not house.say("ann", "/hands P1 consent 2 --witness @bo").refused
    house.say("bo", "/hands confirm P1")
    assert tally(house) == {"consent": 2, "concern": 1}


def test_who_leads_does_not_take_hands_back_and_count_at_once(house: House) -> None:
    """Whoever raised one has time to vote."""
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    house.later(minutes=10)
    house.say("ann", "/hands reject P1")
    assert house.say("ann", "/meeting count").error == "call-time"
    house.later(minutes=2)
    assert not house.say("ann", "/meeting count").refused


def test_whoever_votes_through_a_proxy_may_raise_their_own_hand(house: House) -> None:
    """Nobody votes for them beside hands, so that they are heard once."""
    for who in ("cem", "dora"):
        house.say(who, "/delegate to @bo")
    house.say("bo", "/vote P1 consent")
    assert house.say("ann", "/hands P1 concern 4 --witness @bo").error == "hands-many"
    assert not house.say("ann", "/hands P1 concern 3 --witness @bo").refused
    assert not house.say("bo", "/hands confirm P1").refused
    assert tally(house) == {"consent": 1, "concern": 3}


def test_whoever_votes_themselves_is_not_among_the_hands(house: House) -> None:
    house.say("cem", "/vote P1 consent")
    assert house.say("ann", "/hands P1 consent 4 --witness @bo").error == "hands-many"
    assert not house.say("ann", COUNTED).refused
    house.say("dora", "/vote P1 consent")
    # Now there are two who have not voted.
    assert house.say("bo", "/hands confirm P1").error == "hands-many"
    house.say("bo", "/hands reject P1")
    house.say("ann", "/hands P1 consent 1 --witness @bo")
    house.say("bo", "/hands confirm P1")
    assert tally(house) == {"consent": 3}


def test_more_voices_than_people_take_the_hands_away_and_all_are_told(house: House) -> None:
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    assert "counts no more" not in house.say("cem", "/vote P1 concern").text
    told = house.say("dora", "/vote P1 object It is late").text
    assert "the show of hands counts no more" in told
    why = house.say("ann", "/why P1").text
    assert "The show of hands counts no more: consent 3; counted by ann" in why
    assert not house.say("ann", "/hands P1 consent 2 --witness @bo").refused
    house.say("bo", "/hands confirm P1")
    assert tally(house) == {"consent": 2, "concern": 1, "object": 1}


def test_who_votes_beside_the_hands_is_told_to_all_once(house: House) -> None:
    """Whose the hands are nobody knows, so that those who were there can say who is heard twice."""
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    told = "cem votes on P1 beside the show of hands"
    rows = house.say("cem", "/vote P1 concern", private=True).rows
    assert [row.person for row in rows if told in plain(row)] == [""]
    assert told not in house.say("cem", "/vote P1 consent").text


def test_a_block_is_heard_though_hands_were_counted(house: House) -> None:
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    house.say("cem", "/vote P1 object It is late")
    assert tally(house) == {"consent": 3, "object": 1}


def test_why_and_minutes_say_who_counted_who_confirmed_and_why_it_was_stopped(house: House) -> None:
    house.say("ann", "/hands P1 consent 2 object 1 --witness @bo --reason The oven smokes")
    house.say("bo", "/hands confirm P1")
    assert tally(house) == {"consent": 2, "object": 1}
    said = (
        "By show of hands: consent 2, object 1; counted by ann, confirmed by bo. Why: The oven smokes"
    )
    assert said in house.say("ann", "/why P1").text
    noted = (
        "Bread (P1) was blocked: 2 consented, 1 objected. It was a show of hands: ann counted, bo"
        " confirmed it. Those said: “The oven smokes”."
    )
    assert noted in house.say("ann", "/meeting close").text


def test_minutes_tell_apart_who_raised_a_hand_and_who_voted(house: House) -> None:
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    house.say("cem", "/vote P1 concern It is late")
    assert tally(house) == {"consent": 3, "concern": 1}
    told = house.say("ann", "/meeting close").text
    assert "Bread (P1) was passed: 3 consented, 1 had a concern. By show of hands: 3 consented;" in told
    assert "ann counted, bo confirmed it. cem had a concern: “It is late”." in told


def test_hands_are_about_the_text_that_they_were_shown_for(house: House) -> None:
    house.say("ann", COUNTED)
    told = house.say("bo", "/amend-proposal P1 Rolls").text
    assert "The show of hands was about the old one, and counts no more." in told
    assert house.say("bo", "/hands confirm P1").error == "hands-old"
    assert not house.say("ann", "/hands P1 consent 4 --witness @bo").refused
    house.say("bo", "/hands confirm P1")
    (closed,) = [each for each in house.events() if isinstance(each, ProposalClosed)]
    assert closed.tally == {"consent": 4}


def test_after_the_close_no_hands_are_counted(house: House) -> None:
    house.say("ann", COUNTED)
    house.say("bo", "/cancel P1")
    for who, line in (("ann", COUNTED), ("bo", "/hands confirm P1"), ("bo", "/hands reject P1")):
        assert house.say(who, line).error == "vote-closed"


def test_hands_are_shown_at_meetings_alone(house: House) -> None:
    house.say("ann", "/propose Rolls")
    assert house.say("ann", "/hands P2 consent 1 --witness @bo").error == "no-call"


def test_hands_tell_no_count_that_is_hidden(house: House) -> None:
    house.say("bo", "/cancel P1")
    house.say("ann", "/rules set hide-tally on")
    house.say("ann", "/call Rolls")
    assert house.say("ann", "/hands P2 consent 1 --witness @bo").error == "count-hidden"


def test_taking_a_vote_back_lets_hands_count_again(house: House) -> None:
    house.say("ann", COUNTED)
    house.say("bo", "/hands confirm P1")
    house.say("cem", "/vote P1 concern")
    house.say("dora", "/vote P1 concern")
    house.say("dora", f"/vote P1 {WITHDRAW}")
    assert tally(house) == {"consent": 3, "concern": 1}
