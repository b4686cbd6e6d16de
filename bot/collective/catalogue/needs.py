"""The rules of needs, offers and shifts."""

from __future__ import annotations

from bot.collective.rules import TOGETHER, Rule
from bot.collective.ruletypes import Switch, one_of
from bot.collective.spans import Span
from bot.text.wording import say

_HOUR, _DAY, _WEEK = 60, 1_440, 10_080

NEEDS = (
    Rule(
        "shifts-ahead",
        say("How long ahead a need that repeats makes its next dates."),
        4 * _WEEK,
        Span(_DAY, 26 * _WEEK),
        TOGETHER,
    ),
    Rule(
        "shift-reminder",
        say("How long before it whoever has taken something is reminded."),
        _DAY,
        Span(_HOUR, 2 * _WEEK),
    ),
    Rule(
        "open-places",
        say("How long before it the room is told, once, that a place is still open."),
        _DAY,
        Span(_HOUR, 2 * _WEEK),
    ),
    Rule(
        "own-needs",
        say("Whether one may take what one asked for oneself."),
        True,
        Switch(),
    ),
    Rule(
        "circle-needs",
        say("Who may take what a circle needs: anyone, or who works in the circle."),
        "anyone",
        one_of("anyone", "circle"),
    ),
    Rule(
        "take-for-others",
        say("Who may take something for somebody else, who is told so."),
        "coordinators",
        one_of("anyone", "coordinators", "nobody"),
    ),
)
