"""Whose words an event is, and whether they are meant for us: worked examples and hostile shapes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.events import Event, read
from adapters.matrix.incoming import Here, answered, arrived, pressed, said
from bot.chat import Incoming
from tests.security.payloads import ALL

ME = "@talkoot:example.org"
BO = "@bo:example.org"
HERE = Here(room="!kitchen", me=ME, names=("Talkoot", "talkoot"), words=frozenset({"log", "help"}))
ALONE = Here(room="!hall", me=ME, alone=True)
PRIVATE = Here(room="!direct", me=ME, private=True)


def event(
    body: Any = "!log 3h", sender: Any = BO, kind: Any = "m.room.message", **content: Any
) -> Event:
    return Event(kind, sender, "$e", {"msgtype": "m.text", "body": body, **content})


def html(body: str, marked: str, **more: Any) -> Event:
    return event(body, format="org.matrix.custom.html", formatted_body=marked, **more)


def link(user: str, name: str) -> str:
    return f'<a href="https://matrix.to/#/{user}">{name}</a>'


MENTIONED = {"m.mentions": {"user_ids": [ME]}}

CALLS = [
    ("!log 3h", {}, None),
    ("Talkoot is a bot", {}, None),
    ("Talkoot: log 3h", {}, "log 3h"),
    ("talkoot, log 3h", {}, "log 3h"),
    ("talkoot:\nlog 3h\n1h b\n", {}, "\nlog 3h\n1h b"),
    ("@Talkoot: log 3h", {}, "log 3h"),
    ("TALKOOT:log 3h", {}, "log 3h"),
    ("Talkoot log 3h", {}, None),
    ("Talkoot log 3h", MENTIONED, "log 3h"),
    (f"{ME} log 3h", {}, "log 3h"),
    (f"{ME}: log 3h", {}, "log 3h"),
    (f"{ME}", {}, ""),
    (f"{ME}.net: log 3h", {}, None),
    (f"{ME}:8448 log 3h", {}, None),
    ("@talkoot:example.com: log 3h", {}, None),
    ("hello", MENTIONED, None),
    ("please, Talkoot: log 3h", {}, None),
    ("log 3h", {"m.mentions": {"user_ids": "me"}}, None),
    ("log 3h", {"m.mentions": 3}, None),
]


@pytest.mark.parametrize(("body", "more", "line"), CALLS)
def test_the_bot_is_called_by_its_name_at_the_beginning(
    body: str, more: dict[str, Any], line: str | None
) -> None:
    message = said(event(body, **more), HERE)

    assert message is not None
    assert (message.words if message.addressed else None) == line


def test_a_link_to_the_bot_calls_it_whatever_its_name() -> None:
    message = said(html("The bot: log 3h", f"{link(ME, 'The bot')}: log 3h"), HERE)

    assert message is not None
    assert (message.addressed, message.words) == (True, "log 3h")


ANSWERS = [
    ("> <@bo:example.org> !log 9h\n\nwell done", "well done"),
    ("> <@bo:example.org> !log 9h\n> more\n\n!log 1h", "!log 1h"),
    ("> !log 9h", None),
    ("> !log 9h\n>\n>x", None),
    ("!log 1h\n> not the beginning", "!log 1h\n> not the beginning"),
]


@pytest.mark.parametrize(("body", "words"), ANSWERS)
def test_what_is_quoted_before_an_answer_is_not_the_writers(body: str, words: str | None) -> None:
    relates: dict[str, Any] = {"m.relates_to": {"m.in_reply_to": {"event_id": "$a"}}}
    message = said(event(body, **relates), HERE)

    assert (message.words if message else None) == words


def test_an_answer_to_the_bot_may_be_for_it_if_it_begins_like_a_command_or_is_short() -> None:
    talk = "thanks, I will bring it along on Saturday, and the other one when I find it"
    for body, answering in (("log 3h", True), ("Help", True), ("+1", True), (talk, False), ("", False)):
        message = said(event(body), HERE, to_me=True)
        assert bool(message and message.answering) == answering
        assert not (message and message.addressed)


def test_alone_with_the_bot_everything_is_for_it_also_in_a_room_that_is_not_marked_so() -> None:
    message = said(event("log 3h"), ALONE)

    assert message is not None
    assert message.addressed
    assert not message.private


def test_an_edit_of_no_message_is_none() -> None:
    new = {"msgtype": "m.text", "body": "!log 4h"}
    for target in ("$" + "x" * 300, "old", ""):
        related = {"rel_type": "m.replace", "event_id": target}
        content: dict[str, Any] = {"m.new_content": new, "m.relates_to": related}
        assert said(event("* !log 4h", **content), HERE) is None


def test_which_message_is_answered_is_known_but_not_for_a_thread_alone() -> None:
    reply: dict[str, Any] = {"m.in_reply_to": {"event_id": "$a"}}
    thread: dict[str, Any] = {"rel_type": "m.thread", "event_id": "$root"}

    assert answered(event(**{"m.relates_to": reply})) == "$a"
    assert answered(event(**{"m.relates_to": {**thread, **reply}})) == "$a"
    assert answered(event(**{"m.relates_to": {**thread, **reply, "is_falling_back": True}})) == ""
    assert answered(event()) == ""


def test_alone_with_the_bot_everything_is_for_it() -> None:
    message = said(event("log 3h"), PRIVATE)

    assert message is not None
    assert message.private
    assert message.addressed


NO_WORDS = {
    "our own": event(sender=ME),
    "a notice": event(msgtype="m.notice"),
    "an emote": event(msgtype="m.emote"),
    "a picture": event(msgtype="m.image"),
    "nothing": event(""),
    "blank": event(" \n "),
    "a reaction": event(kind="m.reaction"),
    "no body": Event("m.room.message", BO, "$e", {"msgtype": "m.text"}),
    "a body that is no text": event(body=3),
    "HTML that is no text": event(formatted_body=[]),
    "an edit without a text": Event(
        "m.room.message",
        BO,
        "$e",
        {
            "msgtype": "m.text",
            "body": "x",
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"},
        },
    ),
    "redacted": Event("m.room.message", BO, "$e", {}),
}


@pytest.mark.parametrize("none", NO_WORDS.values(), ids=NO_WORDS)
def test_what_is_no_persons_text_says_nothing(none: Event) -> None:
    assert said(none, HERE) is None
    assert said(none, PRIVATE) is None


def test_an_edit_is_the_new_text_of_the_older_message() -> None:
    content: dict[str, Any] = {
        "m.new_content": {"msgtype": "m.text", "body": "!log 4h"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
    }
    message = said(event("* !log 4h", **content), HERE)

    assert message is not None
    assert (message.message, message.words, message.edited) == ("$old", "!log 4h", True)


NAMES = [
    ("thank Bo for it", f"thank {link(BO, 'Bo')} for it", f"thank {BO} for it", {BO}),
    ("thank @Bo for it", f"thank {link(BO, '@Bo')} for it", f"thank {BO} for it", {BO}),
    ("thank @Bo for it", f"thank @{link(BO, 'Bo')} for it", f"thank {BO} for it", {BO}),
    ("thank Bo Derek", f"thank {link('@b%6f:example.org', 'Bo Derek')}", f"thank {BO}", {BO}),
    ("Bo and Bo", f"Bo and {link(BO, 'Bo')}", f"{BO} and Bo", {BO}),
    (f"thank {BO}", "", f"thank {BO}", {BO}),
    ("thank Bo", f"<mx-reply>{link(BO, 'Bo')}</mx-reply>thank Bo", "thank Bo", set[str]()),
    ("see room", link("!room:example.org", "room"), "see room", set[str]()),
    ("nobody", link(BO, "Bo"), "nobody", set[str]()),
    ("x", link(BO, ""), "x", set[str]()),
    ("Bo", f'<a href="https://matrix.to/#/{BO}">Bo', "Bo", set[str]()),
    ("Bo", f'<a href="https://evil.org/{BO}">Bo</a>', "Bo", set[str]()),
]


@pytest.mark.parametrize(("body", "marked", "words", "meant"), NAMES)
def test_people_are_meant_by_their_ids(body: str, marked: str, words: str, meant: set[str]) -> None:
    message = said(html(body, marked), HERE)

    assert message is not None
    assert message.words == words
    assert set(message.mentions.values()) == meant
    assert all(name == user[1:] for name, user in message.mentions.items())


def test_a_press_is_a_line_that_is_typed_and_no_message_that_can_be_answered() -> None:
    message = pressed(event(kind="m.reaction"), HERE, "vote P3 yes", "$root")

    assert message.message == "press:$e"
    assert (message.words, message.addressed, message.thread) == ("vote P3 yes", True, "$root")


def test_coming_into_a_room_is_told_with_who_had_invited_us() -> None:
    joined = Event("m.room.member", ME, "$j", {"membership": "join"}, ME, {"prev_sender": BO})

    message = arrived(joined, HERE, "!old")

    assert (message.arrived, message.former, message.words) == (True, "!old", "")
    assert message.actor.id == BO


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = ("msgtype", "body", "formatted_body", "format", "m.relates_to", "m.new_content", "m.mentions")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), JSON, JSON)
def test_no_shape_of_a_content_breaks_the_reading(content: Any, unsigned: Any, relates: Any) -> None:
    source = {
        "type": "m.room.message",
        "sender": BO,
        "event_id": "$e",
        "content": {"msgtype": "m.text", "body": "x", **content},
        "unsigned": unsigned,
    }
    for each in (source, {**source, "content": {**source["content"], "m.relates_to": relates}}):
        known = read(each, Event)
        if known is not None:
            message = said(known, HERE)
            assert message is None or isinstance(message, Incoming)
            assert isinstance(answered(known), str)


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_hostile_text_is_taken_as_it_is(text: str) -> None:
    for each in (event(f"!log 3h {text}"), html(f"!log 3h {text}", f"{link(BO, text)} {text}")):
        message = said(each, HERE)
        assert message is not None
        assert message.words.startswith("!log 3h")
        assert not message.addressed
