"""S6, K2, K7: only a message that begins as a command is one; quotes, code and mentions are not."""

from __future__ import annotations

import pytest

from tests.house import settled

NOT_COMMANDS = {
    "a quote": "> /confirm C2",
    "a quote and words": "> /confirm C2\nyes indeed",
    "a reply fallback": "> <@bo:example.org> /confirm C2\n\nthanks",
    "mx-reply": "<mx-reply>/confirm C2</mx-reply>",
    "code": "`/confirm C2`",
    "a fence": "```\n/confirm C2\n```",
    "a spoiler": "||/confirm C2||",
    "a second line": "hello\n/confirm C2",
    "in a sentence": "please type /confirm C2",
    "a path": "/etc/passwd is no command",
    "two slashes": "//confirm C2",
    "a blank behind the slash": "/ confirm C2",
    "a full-width slash": "／confirm C2",
    "a fraction slash": "⁄confirm C2",
    "another's prefix": "!confirm C2",
    "a bidi sign first": "\u202e/confirm C2",
    "a zero width sign first": "\u200b/confirm C2",
    "a bare mention": "@talkoot",
    "500 mentions": "@talkoot " * 500,
    "an emoji": "👍",
    "nothing": "",
}


@pytest.mark.parametrize("words", NOT_COMMANDS.values(), ids=NOT_COMMANDS)
def test_talk_is_not_answered_and_does_nothing(words: str) -> None:
    house = settled()
    kept = house.tables(but=())
    for who in ("anna", "stranger"):
        assert house.say(who, words).answer is None
    assert house.tables(but=()) == kept
    house.close()


def test_an_account_that_is_mentioned_decides_and_not_its_name() -> None:
    house = settled()
    house.say("imp", "/me", name="bo")
    told = house.say("anna", "/log 1h x @bo", mentions={"bo": "bo"})
    assert told.text.startswith("C3: bo, 1h")
    assert house.say("anna", "/log 1h y @bo").error == "person-ambiguous"
    unknown = house.say("anna", "/log 1h z @bo", mentions={"bo": "somebody on another server"})
    assert unknown.error == "person-ambiguous"
    house.close()
