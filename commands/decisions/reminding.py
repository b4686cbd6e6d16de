"""Whom one may remind: not who wants none, and nobody more often in a week than the rule says."""

from __future__ import annotations

from collections.abc import Iterable

from bot.collective.rules import Rules
from bot.collective.state import State
from bot.text.wording import Node, Typed, say


def remindable(state: State, numbers: Iterable[int], rules: Rules, at: int) -> list[int]:
    """Those of the members who may be reminded of something by others at an instant (ms)."""
    most, known = rules.number("reminders-week"), state.reminders
    one = state.members.one
    refused = {one(number) for number in known.refused}
    return [
        number
        for number in numbers
        if one(number) not in refused
        and state.members.member(number).here
        and not state.members.member(number).unreached
        and known.received(state.members.numbers(number), at) < most
    ]


def why_told(rule: str) -> Node:
    """Which rule it comes by, and how it is stopped for good."""
    line = Typed("reminders off")
    return say("By the rule {rule}; {line} stops such messages for good.", rule=rule, line=line)
