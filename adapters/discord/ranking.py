"""Ranking by a menu: one choice after another, in a message that only the voter sees.

Discord does not say in which order several choices of a menu were taken. So each is taken alone; the
order so far stands in the custom ids, the choices in the message itself, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.discord.components import (
    ACTION_ROW,
    BUTTON,
    LETTERS,
    OPTION_CHARACTERS_MAX,
    SECONDARY,
    SELECT,
    SUCCESS,
    Mark,
    Press,
    custom_id,
    cut,
    read_custom_id,
    select,
)
from adapters.discord.containers import pressable
from adapters.discord.markdown import Markdown
from bot.text.rendering import Reader, render
from bot.text.wording import items, lines, say

Payload = dict[str, Any]


def is_step(message: Payload) -> bool:
    """Whether a message is one of a ranking, rather than the card that it began from."""
    return any(press.mark is Mark.ANEW for press in _presses(message))


def options_of(message: Payload) -> list[Payload]:
    """The choices of the menu in a message, as the card had them."""
    for component in pressable(message):
        press = read_custom_id(str(component.get("custom_id", "")))
        if component.get("type") == SELECT and press is not None and press.mark is Mark.RANKS:
            chosen = press.fields[0]
            return [_bare(option, chosen) for option in component.get("options", ())]
    return []


def _bare(option: Payload, chosen: str) -> Payload:
    """A choice without the place that the step before wrote in front of it."""
    place, dot, label = option["label"].partition(". ")
    placed = bool(chosen) and dot and place.isdecimal() and 0 < int(place) <= len(chosen)
    return {"label": label if placed and label else option["label"], "value": option["value"]}


def order_after(press: Press, options: list[Payload], values: list[str]) -> str:
    """The order, once a choice was taken: a new one goes to its end, a known one leaves it."""
    words = [option["value"] for option in options]
    if press.mark is Mark.ANEW or not values or values[0] not in words:
        return ""
    letter, chosen = LETTERS[words.index(values[0])], press.fields[0]
    return chosen.replace(letter, "") if letter in chosen else chosen + letter


def _sound(chosen: str, options: list[Payload]) -> bool:
    """Whether an order, which anybody may have written, is one of these options."""
    places = [LETTERS.find(letter) for letter in chosen]
    return len(set(places)) == len(places) and all(0 <= at < len(options) for at in places)


def words_in_order(press: Press, options: list[Payload]) -> list[str]:
    """The words that a finished order types; empty where the custom id does not fit the options."""
    if not _sound(press.fields[0], options):
        return []
    return [options[LETTERS.index(letter)]["value"] for letter in press.fields[0]]


def step(press: Press, chosen: str, options: list[Payload], reads: Reader) -> Payload | None:
    """The message that asks for the next choice; None when there is no order to be made."""
    joint = press.fields[1]
    ids = [
        custom_id(Press(mark, press.line, (chosen, joint), press.as_of))
        for mark in (Mark.RANKS, Mark.RANKED, Mark.ANEW)
    ]
    if not options or not _sound(chosen, options) or any(each is None for each in ids):
        return None
    picks, done, anew = (str(each) for each in ids)

    def shown(letter: str, option: Payload) -> Payload:
        place = f"{chosen.index(letter) + 1}. " if letter in chosen else ""
        return {**option, "label": cut(place + option["label"], OPTION_CHARACTERS_MAX)}

    listed = [shown(letter, option) for letter, option in zip(LETTERS, options, strict=False)]
    order = [options[LETTERS.index(letter)]["label"] for letter in chosen]
    body = lines(
        say("Your order, the best first:") if order else say("Take your choices in your order."),
        items(f"{place}. {label}" for place, label in enumerate(order, start=1)) if order else None,
        say("Take one again to strike it. It counts when you press the button.") if order else None,
    )
    buttons = [
        _button(anew, render(say("Start over"), reads), SECONDARY),
        *([_button(done, render(say("That is my order"), reads), SUCCESS)] if chosen else []),
    ]
    placeholder = render(say("your next choice"), reads)
    return {
        "content": render(body, reads, Markdown()),
        "components": [
            {"type": ACTION_ROW, "components": [select(picks, placeholder, listed)]},
            {"type": ACTION_ROW, "components": buttons},
        ],
        "allowed_mentions": {"parse": []},
    }


def _button(pressed: str, label: str, style: int) -> Payload:
    return {"type": BUTTON, "style": style, "label": label, "custom_id": pressed}


def _presses(message: Payload) -> Iterator[Press]:
    for component in pressable(message):
        press = read_custom_id(str(component.get("custom_id", "")))
        if press is not None:
            yield press
