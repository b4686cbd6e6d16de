"""Discord's own polls: what one shows, and which line a vote in it types. Pure.

The poll stands below its card, as a reply to it. The card's menu stays: it carries the line and the
words, so a vote can be read after a restart, and whoever cannot use Discord's polls has the menu. A
poll never changes once it is sent, so only the card is edited; that it ends is a request of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from adapters.discord.components import SELECT, Mark, Text, cut, ranks, read_custom_id
from adapters.discord.containers import pressable
from adapters.discord.incoming import is_vote
from adapters.discord.outgoing import NOBODY, SUPPRESS_EMBEDS, nonce
from bot.chat import Kind, Outgoing

QUESTION_CHARACTERS_MAX = 300
ANSWER_CHARACTERS_MAX = 55
ANSWERS_MAX = 10
HOUR_MS = 3_600_000
HOURS_MAX = 768
"""The longest that Discord keeps a poll open; Talkoot closes it when its own time comes."""

WITHDRAW = "withdraw"
"""What taking back every vote types behind the line."""

POLL_PART = 99
"""The part of a row that the poll is, for its nonce: no card has so many."""

Payload = dict[str, Any]


class Linked(msgspec.Struct, frozen=True):
    """What a poll's votes type: the line, the word of each answer by its id, and what joins them.

    `as_of` says which books its card was made from.
    """

    line: str
    joint: str
    words: dict[int, str]
    several: bool
    as_of: str


def native_poll(outgoing: Outgoing, text: Text) -> Payload | None:
    """The poll of a card that may have one; None where Discord's polls do not fit it.

    They know one choice or any number of choices, nothing between, and no order.
    """
    reply = outgoing.reply
    if not reply.native or reply.kind is not Kind.CARD or len(reply.menus) != 1:
        return None
    (menu,) = reply.menus
    labels = [text(choice.label).strip() for choice in menu.choices]
    fits = all(0 < len(label) <= ANSWER_CHARACTERS_MAX for label in labels)
    if not fits or not 1 <= len(labels) <= ANSWERS_MAX or ranks(menu):
        return None
    if 1 < menu.most < len(labels):
        return None
    return {
        "question": {"text": cut(text(menu.prompt), QUESTION_CHARACTERS_MAX)},
        "answers": [{"poll_media": {"text": label}} for label in labels],
        "allow_multiselect": menu.most > 1,
        "duration": _hours(outgoing),
        "layout_type": 1,
    }


def _hours(outgoing: Outgoing) -> int:
    """How long the poll is open, in Discord's whole hours: at least as long as the card says."""
    if not outgoing.reply.closes:
        return HOURS_MAX
    hours = -(-(outgoing.reply.closes - outgoing.at) // HOUR_MS)
    return min(max(hours, 1), HOURS_MAX)


def poll_body(poll: Payload, card: str, row: Outgoing) -> Payload:
    """The message of a poll, below its card."""
    return {
        "poll": poll,
        "message_reference": {"message_id": card, "fail_if_not_exists": False},
        "allowed_mentions": NOBODY,
        "flags": SUPPRESS_EMBEDS,
        "nonce": nonce(row, POLL_PART),
        "enforce_nonce": True,
    }


def is_poll_of(message: Payload, card: str) -> bool:
    """Whether a message is the poll below a card."""
    return "poll" in message and (message.get("message_reference") or {}).get("message_id") == card


def linked(poll_message: Payload, card: Payload) -> Linked | None:
    """What the votes of a poll type, from the poll's message and its card; None once it is closed."""
    answers = [int(each["answer_id"]) for each in poll_message["poll"]["answers"]]
    for component in pressable(card):
        press = read_custom_id(str(component.get("custom_id", "")))
        if component.get("type") == SELECT and press is not None and press.mark is Mark.TAKES:
            words = [str(option["value"]) for option in component["options"]]
            several = bool(poll_message["poll"].get("allow_multiselect"))
            by_answer = dict(zip(answers, words, strict=True))
            return Linked(press.line, press.fields[0], by_answer, several, press.as_of)
    return None


def vote_line(link: Linked, taken: Iterable[int]) -> str:
    """The line that a person's votes type, all of them together, in the order of the answers."""
    kept = set(taken)
    words = [word for answer, word in link.words.items() if answer in kept]
    return f"{link.line} {link.joint.join(words) if words else WITHDRAW}"


def shown_already(row: Outgoing) -> bool:
    """Whether it tells somebody, alone, about their vote in a poll of Discord's, which shows it."""
    if not is_vote(row.key.message) or not row.person:
        return False
    # A vote that was counted before a crash may be counted again, and then changes nothing.
    return row.reply.kind is not Kind.REFUSAL or row.reply.facts.get("error") == "nothing-changed"
