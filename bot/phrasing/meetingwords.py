"""The words of meetings: short forms, and what people of other networks type without a sign.

Sources: MeetBot of Debian (`#startmeeting`, `#topic`, `#info`, `#agreed`, `#action`, `#idea`, `#link`,
`#chair`, `#endmeeting`); Zakim and RRSAgent of W3C (`q+`, `q-`, `q?`, `ack`, `present+`, `agenda+`,
`scribe+`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bot.chat import Refusal
from bot.text.wording import say

SHORT: Final = {
    "here": "meeting here",
    "away": "meeting away",
    "agenda": "meeting agenda",
    "agenda add": "meeting add",
    "agenda move": "meeting move",
    "agenda drop": "meeting drop",
    "next": "meeting next",
    "next call": "meeting call",
    "call": "meeting call",
    "table": "meeting table",
    "hands": "hands count",
    "meeting go-round": "go-round",
    "meeting pass": "pass",
    "meeting hands": "hands count",
    "extend": "meeting extend",
    "stack": "meeting stack",
    "stack leave": "meeting unstack",
    "stack list": "meeting",
    "speak": "meeting speak",
    "signal": "meeting signal",
    "temp": "meeting temp",
    "note": "meeting note",
    "agreed": "meeting agreed",
    "action": "meeting action",
    "meeting minutes": "minutes",
    "meeting correct": "minutes amend",
}
"""Commands of meetings by their short names."""

_WHOLE: Final = frozenset({"hands count", "hands confirm", "hands reject"})
"""Whole names that begin with a short one."""

START: Final = "#startmeeting"

_SAID: Final = {
    START: "meeting open",
    "#endmeeting": "meeting close",
    "#topic": "meeting next",
    "#info": "meeting note",
    "#agreed": "meeting agreed",
    "q+": "meeting stack",
    "agenda+": "meeting add",
}
"""What stands before words that go on as they are."""

_BARE: Final = {
    "q-": "meeting unstack",
    "q?": "meeting",
    "present+": "meeting here",
    "present-": "meeting away",
    "scribe+": "meeting duty minutes me",
}
"""What stands alone."""

_OF: Final = {
    "ack": "meeting speak @",
    "q-": "meeting unstack @",
    "scribe+": "meeting duty minutes @",
    "#chair": "meeting duty facilitator @",
}
"""What stands before one person."""

_ALSO_TALK: Final = frozenset({"ack", "q-"})
"""What is mere talk where no person stands behind it."""

_PEOPLE: Final = {"present+": "meeting here", "present-": "meeting away"}
"""What stands before people, or how many guests."""

_PERSON: Final = re.compile(r"@?([\w.-]+)", re.UNICODE)

_PARTS: Final = re.compile(r"(\S+?)(?::\s*|\s+|$)(.*)", re.DOTALL)
"""The sign, with a colon or not, and what stands behind it on the same line or below."""


def long_form(line: str) -> str:
    """A command of meetings by its whole name, where the line begins with its short one."""
    words = line.split(None, 2)
    if " ".join(words[:2]).casefold() in _WHOLE:
        return line
    for used in (2, 1):
        short = " ".join(words[:used]).casefold()
        if len(words) >= used and short in SHORT:
            rest = line.split(None, used)[used:]
            return " ".join((SHORT[short], *rest))
    return line


def said_in_meeting(words: str, is_person: Callable[[str], bool]) -> str | None:
    """The line that somebody means who says this while people meet; None where it is mere talk.

    `ack` is said to anything: it is meant where a person stands behind it. Raises Refusal where more
    than one of these words begins a line: one alone would be done, and the other be swallowed.
    """
    line = _meant(words.strip(), is_person)
    if line is not None:
        for more in words.strip().splitlines()[1:]:
            if _meant(more.strip(), is_person) is not None:
                raise Refusal(
                    "words-several",
                    say("One word of a meeting is read in one message."),
                    word=more.split()[0],
                    instead=say("Send each by itself."),
                )
    return line


def _meant(words: str, is_person: Callable[[str], bool]) -> str | None:
    parts = _PARTS.fullmatch(words)
    if parts is None:
        return None
    sign, rest = parts[1].casefold(), parts[2].strip()
    if not rest and sign in _BARE:
        return _BARE[sign]
    if sign in _OF:
        found = _PERSON.fullmatch(rest)
        if found is None:
            # What is no talk goes on as it is, so that it is told what is wrong with it.
            return None if sign in _ALSO_TALK else f"{_OF[sign]}{rest.lstrip('@')}".rstrip("@ ")
        return f"{_OF[sign]}{found[1]}" if sign != "ack" or is_person(found[1]) else None
    if sign in _PEOPLE:
        return f"{_PEOPLE[sign]} {rest}"
    if sign == "#action":
        who, _, what = rest.partition(" ")
        return f"meeting action @{who.lstrip('@')} {what}".rstrip()
    if sign in {"#idea", "#link"}:
        return f"meeting note --as {sign[1:]} {rest}" if rest else "meeting note"
    if sign in _SAID:
        return f"{_SAID[sign]} {rest}".rstrip()
    return None
