"""Spokes councils: one voice a circle, whose voice the circle alone says, and says otherwise."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.collective.proposalevents import ProposalClosed
from tests.house.house import House

PEOPLE = ("ann", "bo", "cem", "dora", "eli", "fay")


@pytest.fixture
def house() -> Iterator[House]:
    """Ann leads a council, and is in no circle; bo and cem are the garden, dora and eli the kitchen."""
    with House({"method": "consensus", "new-circles": "anyone"}).enter(*PEOPLE) as house:
        house.say("bo", "/circle create garden")
        house.say("cem", "/circle join garden")
        house.say("dora", "/circle create kitchen")
        house.say("eli", "/circle join kitchen")
        house.say("ann", "/meeting open Council --spokes")
        yield house


def sent(house: House) -> None:
    """Both circles are there with all of their people, and each has sent somebody."""
    for who in ("cem", "eli"):
        house.say(who, "/here")
    house.say("bo", "/meeting duty spoke me")
    house.say("dora", "/meeting duty spoke me")


def verdicts(house: House) -> list[str]:
    return [each.verdict for each in house.events() if isinstance(each, ProposalClosed)]


def test_each_circle_has_one_vote_whoever_else_is_there(house: House) -> None:
    sent(house)
    house.say("ann", "/call One shed --by @bo")
    for who in ("ann", "cem", "eli", "fay"):
        assert house.say(who, "/vote P1 agree").error == "not-eligible"
    house.say("bo", "/vote P1 agree")
    assert verdicts(house) == []
    house.say("dora", "/vote P1 agree Eli would rather wait")
    assert verdicts(house) == ["passed"]
    assert "dora agreed: “Eli would rather wait”" in house.say("ann", "/minutes").text


def test_a_circle_sends_another_also_while_it_is_asked_and_what_was_said_falls(house: House) -> None:
    sent(house)
    house.say("ann", "/call One shed --by @bo")
    house.say("dora", "/vote P1 block No room")
    assert "eli speaks for kitchen" in house.say("eli", "/meeting duty spoke me").text
    assert house.say("dora", "/vote P1 block No room").error == "not-eligible"
    house.say("bo", "/vote P1 agree")
    assert verdicts(house) == [], "what dora said is not counted for the kitchen any more"
    house.say("eli", "/vote P1 agree")
    assert verdicts(house) == ["passed"]
    assert "agree 2" in house.say("ann", "/why P1").text


def test_what_is_folded_is_what_was_shown(house: House) -> None:
    sent(house)
    house.say("ann", "/call One shed --by @bo")
    house.say("dora", "/vote P1 block No room")
    house.say("eli", "/meeting duty spoke me")
    house.restart()
    assert "bo for garden, eli for kitchen" in house.say("ann", "/show P1").text
    assert "bo for garden, eli for kitchen" in house.say("ann", "/meeting").text
    assert not house.say("eli", "/vote P1 agree").refused


@pytest.mark.parametrize(
    ("who", "line", "error"),
    [
        ("ann", "/meeting duty spoke @cem --circle garden", "not-within"),
        ("dora", "/meeting duty spoke @cem", "not-within"),
        ("fay", "/meeting duty spoke me --circle kitchen", "not-within"),
        ("fay", "/meeting duty spoke me", "no-council"),
        ("bo", "/meeting duty spoke me --circle gardn", "circle-unknown"),
        ("bo", "/meeting duty spoke me", "nothing-changed"),
        ("ann", "/meeting duty time @cem --circle garden", "no-council"),
    ],
)
def test_who_speaks_only_a_circle_says_of_its_own(
    house: House, who: str, line: str, error: str
) -> None:
    sent(house)
    before = house.tables()["entries"]
    assert house.say(who, line).error == error
    assert house.tables()["entries"] == before


def test_nobody_speaks_for_two_circles(house: House) -> None:
    house.say("bo", "/circle join kitchen")
    house.say("bo", "/meeting duty spoke me --circle garden")
    house.say("dora", "/meeting duty spoke me")
    assert house.say("bo", "/meeting duty spoke me --circle kitchen").error == "no-council"
    assert house.say("bo", "/meeting duty spoke @eli").refused is False, "but may send others"


def test_who_comes_after_the_call_speaks_for_nobody_in_it(house: House) -> None:
    house.say("bo", "/meeting duty spoke me")
    house.say("dora", "/meeting duty spoke me")
    house.say("ann", "/call One shed --by @bo")
    house.later(minutes=1)
    assert house.say("eli", "/meeting duty spoke me").error == "call-open"
    assert house.say("fay", "/circle join kitchen").refused is False
    assert house.say("fay", "/meeting duty spoke me").error == "call-open"
    assert not house.say("dora", "/vote P1 block Wait").refused


def test_one_circle_alone_is_no_council(house: House) -> None:
    house.say("bo", "/meeting duty spoke me")
    for line in ("/call One shed --by @bo", "/go-round"):
        assert house.say("ann", line).error == "no-council"
    house.say("dora", "/meeting duty spoke me")
    house.say("dora", "/away")
    assert house.say("ann", "/call One shed --by @bo").error == "no-council", "who left speaks no more"
    house.say("dora", "/here")
    assert not house.say("ann", "/call One shed --by @bo").refused


def test_who_leaves_a_circle_does_not_speak_for_it(house: House) -> None:
    sent(house)
    house.say("dora", "/circle leave kitchen")
    assert house.say("ann", "/call One shed --by @bo").error == "no-council"


def test_others_listen_but_a_point_of_process_is_everybody_s(house: House) -> None:
    sent(house)
    for who in ("cem", "ann"):
        assert house.say(who, "q+").error == "no-council"
        assert house.say(who, "q+ info it is locked").error == "no-council"
        assert not house.say(who, "/stack process Louder please").refused
    assert not house.say("bo", "q+").refused
    drawn = house.say("ann", "/go-round What do you say?").text.splitlines()[1]
    assert sorted(name for name in PEOPLE if name in drawn) == ["bo", "dora"]


def test_a_quorum_counts_whom_the_spokes_speak_for_and_no_more(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 5")
    sent(house)
    refused = house.say("ann", "/call One shed --by @bo")
    assert refused.error == "meeting-quorum"
    assert "It takes 5 of 6 to decide here; the spokes speak for 4." in refused.text
    house.say("fay", "/circle join kitchen")
    assert not house.say("ann", "/call One shed --by @bo").refused


def test_an_entered_spoke_makes_no_quorum(house: House) -> None:
    house.say("ann", "/rules set meeting-quorum 3")
    house.say("bo", "/meeting duty spoke @cem")
    house.say("dora", "/meeting duty spoke @eli")
    assert house.say("ann", "/call One shed --by @bo").refused
    house.say("cem", "/here")
    house.say("eli", "/here")
    assert not house.say("ann", "/call One shed --by @bo").refused


def test_a_proxy_votes_for_no_circle(house: House) -> None:
    house.say("ann", "/rules set delegation on")
    house.say("dora", "/delegate to @bo")
    sent(house)
    house.say("ann", "/call One shed --by @cem")
    house.say("bo", "/vote P1 agree")
    assert verdicts(house) == []
    assert "agree 1" in house.say("ann", "/why P1").text


def test_hands_counted_before_a_change_count_no_more(house: House) -> None:
    sent(house)
    house.say("ann", "/call One shed --by @bo")
    house.say("ann", "/hands P1 agree 2 --witness @bo")
    house.say("eli", "/meeting duty spoke me")
    assert house.say("bo", "/hands confirm P1").refused
    assert "agree 2" not in house.say("ann", "/why P1").text


def test_the_same_spoke_twice_running_is_warned_about_and_may_speak(house: House) -> None:
    sent(house)
    house.say("ann", "/meeting close")
    house.say("ann", "/meeting open Council --spokes")
    assert "spokes take turns" in house.say("bo", "/meeting duty spoke me").text
    assert "spokes take turns" not in house.say("eli", "/meeting duty spoke me").text


@pytest.mark.parametrize("line", ["/meeting open Council --spokes"])
def test_a_council_is_of_several_circles_in_a_room_of_all(line: str) -> None:
    with House({"new-circles": "anyone"}).enter("ann", "bo") as house:
        assert house.say("ann", line).error == "no-council"
        house.say("ann", "/circle create garden")
        assert house.say("ann", line).error == "no-council"
        house.say("bo", "/circle create kitchen")
        house.say("ann", "/meeting open")
        assert house.say("ann", "/meeting duty spoke me --circle garden").error == "no-council"
        house.say("ann", "/meeting close")
        house.say("ann", "/room circle garden")
        assert house.say("ann", line).error == "no-council"


def test_its_card_says_who_speaks_for_whom_and_who_is_missing(house: House) -> None:
    house.say("bo", "/meeting duty spoke me")
    told = house.say("ann", "/meeting")
    assert "Spokes: bo for garden. Nobody speaks for kitchen." in told.text
