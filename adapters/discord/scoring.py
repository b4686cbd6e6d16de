"""Rating by two menus: an option, and what it is given, in a message that only the voter sees.

What was given so far stands in the custom ids, the options and answers in the message itself; nothing
is kept. The next option without an answer comes by itself.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from adapters.discord.components import (
    ACTION_ROW,
    BUTTON,
    LETTERS,
    SELECT,
    SUCCESS,
    UNRATED,
    Mark,
    Press,
    custom_id,
    rating,
    read_custom_id,
)
from adapters.discord.containers import pressable
from bot.text.rendering import Reader, render
from bot.text.wording import say

Payload = dict[str, Any]


def step(press: Press, message: Payload, values: list[str], reads: Reader) -> Payload | None:
    """The ballot once an option was turned to, or an answer was given; None where nothing fits."""
    options, answers = _choices(message)
    rated, turn = _state(press, options, answers)
    if rated is None or not values:
        return None
    if press.mark is Mark.TURNS:
        rest = _place(options, values[0])
    else:
        answer, rest = _place(answers, values[0]), -1
        if answer is None:
            return None
        rated = rated[:turn] + LETTERS[answer] + rated[turn + 1 :]
    if rest is None:
        return None

    text = partial(render, reader=reads)
    rows = rating(press, rated, options, answers, text, rest)
    done = custom_id(Press(Mark.RATED, press.line, (rated,), press.as_of))
    if not rows or done is None:
        return None
    components = [{"type": ACTION_ROW, "components": [row]} for row in rows]
    if rated.strip(UNRATED):
        label = text(say("That is my vote"))
        button = {"type": BUTTON, "style": SUCCESS, "label": label, "custom_id": done}
        components.append({"type": ACTION_ROW, "components": [button]})
    return {"components": components, "allowed_mentions": {"parse": []}}


def words_rated(press: Press, message: Payload) -> list[str]:
    """The words that a finished ballot types; empty where the custom id does not fit the message."""
    options, answers = _choices(message)
    rated, _ = _state(press, options, answers)
    return [
        f"{option['value']}={answers[LETTERS.index(sign)]['value']}"
        for option, sign in zip(options, rated or "", strict=False)
        if sign != UNRATED
    ]


def _state(press: Press, options: list[Payload], answers: list[Payload]) -> tuple[str | None, int]:
    """What was given so far, and whose turn it is; None where that does not fit the message."""
    rated, turn = press.fields[0], LETTERS.find(press.fields[1]) if len(press.fields) > 1 else 0
    signs = set(LETTERS[: len(answers)]) | {UNRATED}
    sound = len(rated) == len(options) and set(rated) <= signs and 0 <= turn < len(options)
    return (rated, turn) if sound else (None, 0)


def _place(options: list[Payload], word: str) -> int | None:
    return next((at for at, each in enumerate(options) if each["value"] == word), None)


def _choices(message: Payload) -> tuple[list[Payload], list[Payload]]:
    """The choices of the two menus, options and answers, as the ballot had them at first."""
    found: dict[Mark, list[Payload]] = {}
    for component in pressable(message):
        press = read_custom_id(str(component.get("custom_id", "")))
        if component.get("type") == SELECT and press is not None:
            choices = component["options"]
            bare = [{"label": each["label"], "value": each["value"]} for each in choices]
            found.setdefault(press.mark, bare)
    return found.get(Mark.TURNS, []), found.get(Mark.RATES, [])
