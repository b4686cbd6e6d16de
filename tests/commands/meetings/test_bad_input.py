"""What goes wrong at meetings: each is said in words, with a line that works, and nothing is lost.

The table is written by hand: what happened before, who types what, the code of the refusal (empty where
it is answered), the words, and what they type next.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.commands.meetings.test_meetings import link
from tests.house.house import House

Said = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """One thing that goes wrong; `then` is the line that the answer offers, and who types it."""

    what: str
    before: tuple[Said, ...]
    typed: Said
    code: str
    words: str
    then: Said
    later: int = 0
    rules: dict[str, object] = field(default_factory=dict)


MEETING = (("ann", "/meeting open"), ("bo", "/here"), ("cem", "/here"))
CALL = (*MEETING, ("ann", "/meeting call Bread --by @bo"))

TABLE = (
    Case(
        "a second one opens a meeting in the same room",
        MEETING,
        ("bo", "/meeting open"),
        "meeting-open",
        "M1 is open here, and ann facilitates.",
        ("dora", "/meeting here"),
    ),
    Case(
        "two facilitate at once: the other one goes on",
        MEETING,
        ("bo", "/next Bread"),
        "not-facilitator",
        "ann facilitates M1.",
        ("ann", "/meeting duty facilitator @bo"),
    ),
    Case(
        "two facilitate at once: whoever handed it over goes on",
        (*MEETING, ("bo", "/meeting close"), ("ann", "/meeting duty facilitator @bo")),
        ("ann", "/meeting duty facilitator me"),
        "",
        "ann facilitates from now on.",
        ("ann", "/next Bread"),
    ),
    Case(
        "nothing is left to go on to",
        MEETING,
        ("ann", "/next"),
        "agenda-through",
        "No point is left on the agenda.",
        ("ann", "/meeting close"),
    ),
    Case(
        "a call without a quorum",
        (*MEETING, ("ann", "/next Bread")),
        ("ann", "/meeting call"),
        "meeting-quorum",
        "It takes 4 of 4 to decide here; 3 have said to be there.",
        ("ann", "/meeting table"),
        rules={"meeting-quorum": "4"},
    ),
    Case(
        "a call with an effect where not all are there, at a meeting that nobody planned",
        MEETING,
        ("ann", '/meeting call More eyes --by @bo --do "rules set confirmations 1"'),
        "effect-open",
        "Not all who decide about rules are here, and this meeting was not planned 1 day ahead.",
        ("bo", '/propose More eyes --do "rules set confirmations 1"'),
    ),
    Case(
        "a call with an effect by one person alone",
        (("ann", "/meeting open"),),
        ("ann", '/meeting call More eyes --do "rules set confirmations 1"'),
        "effect-agreement",
        "1 person other than the author must agree, and nobody else is there.",
        ("ann", '/propose More eyes --do "rules set confirmations 1"'),
    ),
    Case(
        "more hands than people",
        CALL,
        ("ann", "/hands count P1 consent 4 --witness @bo"),
        "hands-many",
        "4 hands are more than there are: 3 people have not voted on P1 yet.",
        ("ann", "/hands count P1 consent 3 --witness @bo"),
    ),
    Case(
        "hands without a witness",
        CALL,
        ("ann", "/hands count P1 consent 3"),
        "witness-missing",
        "Somebody else confirms what you counted.",
        ("ann", "/hands count P1 consent 3 --witness @cem"),
    ),
    Case(
        "whoever counts is the witness",
        CALL,
        ("ann", "/hands count P1 consent 3 --witness @ann"),
        "witness-self",
        "Whoever counts is no witness of it.",
        ("ann", "/hands count P1 consent 3 --witness @cem"),
    ),
    Case(
        "a witness who is not there",
        CALL,
        ("ann", "/hands count P1 consent 3 --witness @dora"),
        "not-there",
        "dora is not noted as there.",
        ("dora", "/meeting here"),
    ),
    Case(
        "somebody leaves in the middle of a call, and is asked still",
        (*CALL, ("ann", "/vote P1 consent"), ("bo", "/vote P1 consent"), ("cem", "/away")),
        ("cem", "/vote P1 object It is late"),
        "",
        "You on P1: object.",
        ("cem", "/vote P1 consent"),
    ),
    Case(
        "whoever facilitates leaves in the middle of a call",
        (*CALL, ("ann", "/away")),
        ("bo", "/meeting count"),
        "not-facilitator",
        "They have left; you can take over: /meeting duty facilitator me",
        ("bo", "/meeting duty facilitator me"),
    ),
    Case(
        "whoever facilitates is silent in the middle of a call",
        CALL,
        ("bo", "/meeting count"),
        "not-facilitator",
        "Nothing came from them since",
        ("bo", "/meeting duty facilitator me"),
        later=30,
    ),
    Case(
        "somebody who came later votes",
        (*CALL, ("dora", "/here")),
        ("dora", "/vote P1 consent"),
        "not-eligible",
        "P1 is asked of the 3 people who could vote when it was opened, and not of you.",
        ("dora", "/show P1"),
    ),
    Case(
        "a block without a reason",
        (*MEETING, ("ann", "/meeting call Bread --by @bo --method consensus")),
        ("cem", "/vote P1 block"),
        "reason-missing",
        "“block” needs a reason.",
        ("cem", "/vote P1 block I have a concern"),
    ),
    Case(
        "an objection without a reason",
        CALL,
        ("cem", "/vote P1 object"),
        "reason-missing",
        "“object” needs a reason.",
        ("cem", "/vote P1 object I have a concern"),
    ),
    Case(
        "hands that block without a reason",
        (*MEETING, ("ann", "/meeting call Bread --by @bo --method consensus")),
        ("ann", "/hands count P1 agree 2 block 1 --witness @bo"),
        "reason-missing",
        "“block” needs a reason.",
        ("ann", "/hands count P1 agree 2 block 1 --witness @bo --reason It burns"),
    ),
    Case(
        "whoever proposes facilitates, and is warned",
        MEETING,
        ("ann", "/meeting call Bread"),
        "",
        "ann proposes and facilitates; somebody else may facilitate this: /meeting duty facilitator @…",
        ("ann", "/meeting duty facilitator @cem"),
    ),
    Case(
        "whoever proposes facilitates, which the rule refuses",
        MEETING,
        ("ann", "/meeting call Bread"),
        "facilitator-proposes",
        "ann proposes and facilitates.",
        ("ann", "/meeting duty facilitator @cem"),
        rules={"facilitator-proposes": "refused"},
    ),
    Case(
        "counted before all could answer",
        CALL,
        ("ann", "/meeting count"),
        "call-time",
        "Not all have answered P1; they have 2 minutes.",
        ("ann", "/vote P1 consent"),
    ),
    Case(
        "two calls at once",
        CALL,
        ("ann", "/meeting call Rolls"),
        "call-open",
        "P1 is being decided.",
        ("ann", "/vote P1 consent"),
    ),
)


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.what)
def test_it_is_said_in_words_with_a_line_that_works_and_nothing_is_lost(case: Case) -> None:
    rules = {"method": "consent", **case.rules}
    with House(rules).enter("ann", "bo", "cem", "dora") as house:  # type: ignore[arg-type]
        for who, line in case.before:
            house.say(who, line)
        if case.later:
            house.later(minutes=case.later)
        before = house.tables()
        told = house.say(*case.typed)
        assert told.error == case.code, told.text
        assert case.words in told.text
        if case.code:
            assert house.tables() == before
        went_on = house.say(*case.then)
        assert not went_on.refused, went_on.text
        assert house.folded() == house.state()


def test_joining_twice_by_two_accounts_is_being_there_once() -> None:
    with House({"method": "consent"}).enter("ann", "bo", "bo2", "dora") as house:
        link(house, "bo", "bo2")
        house.say("ann", "/meeting open")
        assert not house.say("bo", "/here").refused
        told = house.say("bo2", "/here")
        assert told.error == "nothing-changed"
        assert "That is so already." in told.text
        assert "Here: 2 members." in house.say("ann", "/meeting").text
        house.say("ann", "/meeting call Bread --by @bo")
        house.say("bo", "/vote P1 consent")
        house.say("bo2", "/vote P1 object I changed my mind")
        (said,) = house.state().proposals.alive[1].votes(house.state().members).values()
        assert said.choice == "object"
        # Whoever leaves by one account has left.
        assert not house.say("bo", "/away").refused
        assert "Here: 1 member." in house.say("ann", "/meeting").text


def test_joining_twice_from_two_platforms_is_being_there_once() -> None:
    with House({"method": "consent"}, homes={"a": "alpha", "b": "alpha"}).enter("ann", "bo") as house:
        house.say("bo", "/me", "b", room="garden")
        code = house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
        assert not house.say("bo", f"/me link {code} yes", "b", room="garden").refused
        house.say("ann", "/meeting open")
        assert not house.say("bo", "/here").refused
        # From the other platform, in private: the meeting is meant that one is at.
        assert house.say("bo", "/here", "b", private=True).error == "nothing-changed"
        assert "Here: 2 members." in house.say("ann", "/meeting").text


def test_in_a_room_of_a_circle_people_of_another_open_no_meeting_and_are_no_electorate() -> None:
    with House({"method": "consent"}).enter("ann", "bo", "cem", "dora") as house:
        for circle, who in (("kitchen", "bo"), ("garden", "cem"), ("kitchen", "dora")):
            house.say("ann", f"/circle create {circle}")
            house.say(who, f"/circle join {circle}")
        house.say("ann", "/room circle kitchen", room="kitchen")
        before = house.tables()
        told = house.say("cem", "/meeting open", room="kitchen")
        assert told.error == "not-within"
        assert "/circle join kitchen joins it." in told.text
        assert house.tables() == before
        assert not house.say("bo", "/meeting open", room="kitchen").refused
        assert not house.say("dora", "/here", room="kitchen").refused
        assert not house.say("cem", "/here", room="kitchen").refused
        assert house.say("cem", "/meeting call Soup", room="kitchen").error == "not-facilitator"
        house.say("bo", "/meeting call Soup --by @dora", room="kitchen")
        assert house.say("cem", "/vote P1 object No", room="kitchen").error == "not-eligible"
        # The line that was offered works: now they work there too, and open its next meeting.
        assert not house.say("cem", "/circle join kitchen").refused
        house.say("bo", "/vote P1 consent")
        house.say("dora", "/vote P1 consent")
        house.say("ann", "/vote P1 consent")
        assert not house.say("bo", "/meeting close", room="kitchen").refused
        assert not house.say("cem", "/meeting open", room="kitchen").refused
