"""The words of other networks: read where people meet, and nothing else that is said there."""

from __future__ import annotations

import pytest

from bot.phrasing.meetingwords import SHORT, long_form, said_in_meeting
from commands import FEATURES
from tests.house.house import CHANGING, House

TALK = (
    "ack, I will look at it",
    "ack thanks",
    "I am present+ and so on",
    "the queue is q+ long",
    "q++",
    "#care for the garden",
    "q- - what?",
    "present",
    "agenda",
    "see #topic",
    "presently: bo",
    "https://example.org/q+",
)


def test_mere_talk_while_people_meet_is_written_nowhere() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/meeting open")
        before = house.tables()
        for words in TALK:
            assert house.say("bo", words).answer is None
        assert house.tables() == before


@pytest.mark.parametrize("words", ["q+", "#topic The oven", "present+", "#endmeeting", "agenda+ a"])
def test_without_a_meeting_or_by_the_rule_they_are_talk(words: str) -> None:
    with House().enter("ann", "bo") as house:
        assert house.say("bo", words).answer is None
        house.say("bo", "/meeting open")
        assert house.say("ann", words, private=True).refused
        assert house.say("ann", words, room="yard").answer is None
        house.say("ann", "/rules set meeting-words off")
        assert house.say("bo", words).answer is None


def test_of_several_in_one_message_none_is_swallowed() -> None:
    with House().enter("ann", "bo") as house:
        assert house.say("bo", "#info one\n#info two").answer is None
        house.say("ann", "/meeting open")
        before = house.tables()
        for words in ("#info one\n#info two", "q+\n#topic x", "#topic x\ny\nq-"):
            assert house.say("bo", words).error == "words-several"
        assert {k: v for k, v in house.tables().items() if k not in CHANGING} == {
            k: v for k, v in before.items() if k not in CHANGING
        }
        assert not house.say("bo", "#info one\nand two").refused


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("#topic\nThe oven", "meeting next The oven"),
        ("#topic: The oven", "meeting next The oven"),
        ("#Topic:The oven", "meeting next The oven"),
        ("#info\tThe oven", "meeting note The oven"),
        ("#link https://example.org/a", "meeting note --as link https://example.org/a"),
        ("#action: ann bake", "meeting action @ann bake"),
        ("q+: to say it", "meeting stack to say it"),
        ("q- bo", "meeting unstack @bo"),
        ("present+ @cem", "meeting here @cem"),
        ("present+ bo @cem +2", "meeting here bo @cem +2"),
        ("present- bo", "meeting away bo"),
        ("ack\nann", "meeting speak @ann"),
    ],
)
def test_words_are_read_with_what_stands_behind_them(words: str, line: str) -> None:
    assert said_in_meeting(words, lambda name: name in {"ann", "bo", "cem"}) == line


@pytest.mark.parametrize(
    "words", ["#chair", "#chair bo, cem", "scribe+ bo cem", "#action", "#topic x\n#chair"]
)
def test_what_is_no_talk_is_refused_where_it_cannot_be_done(words: str) -> None:
    with House().enter("ann", "bo", "cem") as house:
        house.say("ann", "/meeting open")
        assert house.say("ann", words).refused


def test_startmeeting_begins_one_where_none_is() -> None:
    with House().enter("ann") as house:
        assert "M1" in house.say("ann", "#startmeeting Weekly").text
        assert house.say("ann", "#startmeeting Weekly").error == "meeting-open"


def test_every_short_form_is_a_command_and_hides_none() -> None:
    for short, name in SHORT.items():
        assert name in FEATURES.commands
        assert short not in FEATURES.commands
        group = short.split()[0]
        # `meeting` takes no words of its own that could be hidden.
        assert group == "meeting" or group not in FEATURES.commands
        assert long_form(f"{short} x y").startswith(name)


def test_every_word_is_a_line_of_a_command() -> None:
    for words in ("q+", "q-", "q?", "ack ann", "present+", "present-", "agenda+ a b", "scribe+ ann"):
        line = said_in_meeting(words, lambda name: name == "ann")
        assert line is not None
        assert any(
            line.startswith(name) for name in FEATURES.commands if " " in name or name == "meeting"
        )


def test_an_idea_of_two_lines_is_one_idea() -> None:
    with House().enter("ann") as house:
        house.say("ann", "/meeting open")
        assert not house.say("ann", "#idea A second oven\nfor rolls").refused
        assert "Idea of ann: A second oven for rolls" in house.say("ann", "/minutes").text
