"""Votes by other means than words: reactions on a card, and Matrix's own polls.

Pure. Each types the line that the button or the menu of the card types, so all ways of voting meet in
one tally. What can be pressed is looked up in the card as it is shown now, never in what came.
Polls are those of MSC3381, in its unstable form, which today's clients send, and its stable one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from adapters.matrix.events import MESSAGE, POLL_RESPONSES, REFERENCE, THREAD, Event, read, text
from bot.chat import Button, Choice, Menu, Reply

START = "org.matrix.msc3381.poll.start"
START_TYPES = ("m.poll.start", START)
END = "org.matrix.msc3381.poll.end"
TEXT = "org.matrix.msc1767.text"

CARD = "org.talkoot.card"
"""Our own word in a poll: the card that it belongs to."""

ANSWERS_MAX = 20
"""The most answers that a poll may have."""

QUESTION_CHARACTERS_MAX = 300

_VARIANTS = {ord("\ufe0f"): None, **dict.fromkeys(range(0x1F3FB, 0x1F400))}
"""How an emoji is painted: as a picture, and in which colour of skin."""


def same_emoji(one: str, other: str) -> bool:
    """Whether two reactions are the same sign, however it is painted."""
    return bool(one) and one.translate(_VARIANTS) == other.translate(_VARIANTS)


def takes_several(reply: Reply, key: str) -> bool:
    """Whether a reaction is one of a menu of which several may be taken together."""
    menu = _menu_of(reply, key)
    return menu is not None and menu.most > 1


def typed_by(reply: Reply, keys: Sequence[str]) -> str | None:
    """The line that somebody types whose reactions on the card are these, the oldest first.

    The newest that presses anything counts; of a menu that takes several, all do.
    """
    for key in reversed(keys):
        button = button_of(reply, key)
        if button is not None:
            return button.line
        menu = _menu_of(reply, key)
        if menu is not None:
            words = [choice.word for it in keys if (choice := _choice_of(menu, it)) is not None]
            return typed(menu, words[-menu.most :])
    return None


def button_of(reply: Reply, key: str) -> Button | None:
    """The button that a reaction presses: by its own sign, else by another that is made for it."""
    own = (it for it in reply.buttons if same_emoji(it.emoji, key))
    other = (it for it in reply.buttons if any(same_emoji(sign, key) for sign in it.also))
    return next(own, next(other, None))


def typed(menu: Menu, words: Sequence[str]) -> str:
    """The line that a menu types for the words taken."""
    return f"{menu.line} {menu.joint.join(dict.fromkeys(words))}"


def closing(ref: str) -> str:
    """The line that closes a poll; whether whoever ended it may do that is not Matrix's to say."""
    return f"close {ref}"


_VOTE = re.compile(r"\bvote\b[ \t]*(.*)")


def typed_vote(event: Event, ref: str) -> str:
    """The line of a message that says how somebody votes on a thing; empty for any other.

    Whether it was one that counted, its answer tells.
    """
    found = _VOTE.search(text(event.content, "body")) if event.type == MESSAGE else None
    if found is None:
        return ""
    first, _, rest = found[1].strip().partition(" ")
    # In an answer to the card, the card says what it is about.
    said = rest if first.casefold() == ref.casefold() else found[1].strip()
    return f"vote {ref} {said}"


def is_vote(line: str) -> bool:
    """Whether a line votes: what it says is taken back by a vote as well."""
    return line.startswith("vote ")


def is_alike(back: str, other: str) -> bool:
    """Whether two lines take back the same, whatever of it each did: they begin with the same words."""
    return bool(back) and back.split()[:2] == other.split()[:2]


def has_votes(reply: Reply) -> bool:
    """Whether what can be pressed on a card are votes."""
    lines = [*(it.line for it in reply.buttons), *(it.line for it in reply.menus)]
    return any(map(is_vote, lines))


def withdrawal(ref: str) -> str:
    """The line that takes a vote back."""
    return f"vote {ref} withdraw"


def _menu_of(reply: Reply, key: str) -> Menu | None:
    return next((menu for menu in reply.menus if _choice_of(menu, key) is not None), None)


def _choice_of(menu: Menu, key: str) -> Choice | None:
    return next((it for it in menu.choices if same_emoji(it.emoji, key)), None)


# --- Matrix's own polls ---------------------------------------------------------------------------


def as_poll(reply: Reply) -> Menu | None:
    """The menu of a card that may be shown as a poll, or None."""
    fits = reply.native and len(reply.menus) == 1 and 0 < len(reply.menus[0].choices) <= ANSWERS_MAX
    return reply.menus[0] if fits else None


def start(question: str, labels: Sequence[str], menu: Menu, card: str, thread: str) -> dict[str, Any]:
    """The content that opens a poll beside its card; who cannot show polls has the card."""
    question = question.strip()[:QUESTION_CHARACTERS_MAX]
    listed = "\n".join(f"{number}. {label}" for number, label in enumerate(labels, 1))
    related = (
        {
            "rel_type": THREAD,
            "event_id": thread,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": card},
        }
        if thread
        else {"rel_type": REFERENCE, "event_id": card}
    )
    return {
        TEXT: f"{question}\n{listed}",
        START: {
            "question": {TEXT: question, "body": question, "msgtype": "m.text"},
            "kind": "org.matrix.msc3381.poll.disclosed",
            "max_selections": menu.most,
            "answers": [
                {"id": choice.word, TEXT: label}
                for choice, label in zip(menu.choices, labels, strict=True)
            ],
        },
        CARD: card,
        "m.mentions": {},
        "m.relates_to": related,
    }


def end(poll: str, words: str) -> dict[str, Any]:
    """The content that closes a poll."""
    return {
        TEXT: words,
        END: {},
        "m.mentions": {},
        "m.relates_to": {"rel_type": REFERENCE, "event_id": poll},
    }


def card_of(event: Event) -> str:
    """The card that an event of ours is the poll of; empty where it is none."""
    return text(event.content, CARD) if event.type in START_TYPES else ""


class _Answers(msgspec.Struct, frozen=True):
    answers: list[str] = []


def answers(event: Event) -> tuple[str, ...] | None:
    """What somebody chose in a poll; None where the event is no vote in one."""
    if event.type not in POLL_RESPONSES or event.relation.rel_type != REFERENCE:
        return None
    unstable = read(event.content.get("org.matrix.msc3381.poll.response"), _Answers)
    stable = read(event.content.get("m.selections"), list[str])
    return tuple(unstable.answers if unstable is not None else stable or ())


def voted(menu: Menu, ref: str, chosen: Sequence[str]) -> str:
    """The line that a vote in a poll types.

    As MSC3381 has it: what is more than allowed is left out; a vote for nothing, or for what is not
    there, takes back what one voted before.
    """
    known = {choice.word for choice in menu.choices}
    if not chosen or not known.issuperset(chosen):
        return withdrawal(ref)
    return typed(menu, list(dict.fromkeys(chosen))[: menu.most])
