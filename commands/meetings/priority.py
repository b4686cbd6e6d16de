"""`/meeting stack priority on`: somebody wants to be called first of those who spoke as little.

Whoever wants that says so themselves, in private. It stands in no journal and on no card, nobody else
is told, and nothing but the next call depends on it (the rule `stack`). Source: New York City General
Assembly, guide (progressive stack).
"""

from __future__ import annotations

import difflib
from typing import Final

from bot.chat import Refusal, Reply
from bot.collective.speaking import PROGRESSIVE
from bot.collective.state import State
from bot.decision import Accepted, Ask, Priority
from bot.text.wording import Code, Node, Typed, joined, lines, say

WORD = "priority"
_ON, _OFF = Typed(f"meeting stack {WORD} on"), Typed(f"meeting stack {WORD} off")


_ALIKE: Final = 0.75
"""How like the word a mistyped one is."""

_SHORT: Final = 4
"""So many letters of it are enough."""


def is_priority(typed: str) -> bool:
    """Whether words say something of one's priority, also mistyped: those are told to no room."""
    words = _words(typed)
    if words[:2] == ["to", "say"] or typed.startswith("@"):
        return False  # a topic; or somebody else's, which `check_own` looks at
    near = [_is_near(each) for each in words]
    return (
        words[:1] == [WORD]
        or (any(near[:1]) and len(words) <= len(("priority", "on")))
        or (any(near) and words[-1] in {"on", "off"})
    )


def _words(typed: str) -> list[str]:
    return typed.casefold().replace(":", " ").split()


def _is_near(word: str) -> bool:
    short = len(word) >= _SHORT and WORD.startswith(word)
    return short or difflib.SequenceMatcher(None, word, WORD).ratio() >= _ALIKE


def priority(state: State, ask: Ask, typed: str) -> Accepted:
    """Say in private that one wants to be first among equals, take it back, or ask whether one did."""
    word, *said = _words(typed)
    if word != WORD or said not in ([], ["on"], ["off"]):
        raise Refusal(
            "priority-odd",
            say("It goes with {words}.", words=joined((_ON, _OFF), " · ")),
            word=typed,
            instead=say(
                "To speak about it: {line}", line=Typed(f"meeting stack to say the {WORD} of the oven")
            ),
        )
    if not ask.unseen:
        raise Refusal(
            "not-private",
            say("Whether you want to be first is nobody else's to know; this room reads along."),
            instead=say("Write it to me in private: {line}", line=_ON),
        )
    numbers = state.members.numbers(ask.me.number)
    assert ask.first is not None, "it was looked up"
    wanted = not ask.first.isdisjoint(numbers)
    if not said:
        return Accepted(replies=(_told(on=wanted),))
    on = said == ["on"]
    if on == wanted:
        raise Refusal("nothing-changed", say("That is so already."))
    return Accepted(replies=(_told(on=on),), priorities=(Priority(ask.me.number, on=on),))


def _told(*, on: bool) -> Reply:
    """What whoever asked is told, and nobody else; the words are kept nowhere."""
    body: Node = lines(
        say(
            "Of those who spoke as little you are called first, where the rule {rule} says {order}; "
            "{line} ends it.",
            rule=Code("stack"),
            order=Code(PROGRESSIVE),
            line=_OFF,
        ),
        say(
            "Nobody else is told, and it stands in no journal and no backup; but who sees whom is "
            "called may guess it."
        ),
    )
    if not on:
        body = say("You are called like everybody; {line} changes that.", line=_ON)
    return Reply(body, private=True, fleeting=True)


def check_own(typed: str, who: str) -> None:
    """Nobody says it of others. Raises Refusal."""
    if is_priority(typed):
        raise Refusal(
            "priority-odd",
            say("Everybody says for themselves whether they want to be first, in private."),
            word=typed,
            instead=say("On the list like everybody: {line}", line=Typed(f"meeting stack @{who}")),
        )
