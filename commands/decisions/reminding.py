"""Reminding: of what one has not voted on, and whom one may remind of anything.

Nobody is reminded who wants none, nor more often in a week than the rule says.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.chat import Kind, Reply
from bot.collective.questions import Question
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.decision import Ask
from bot.text.wording import Node, Typed, Words, lines, say
from commands.decisions.voters import told_for


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


def nudges(
    state: State, ask: Ask, it: Question[Any], title: Words, silent: Iterable[int]
) -> tuple[Reply, ...]:
    """A reminder for each of those who have not voted on an open question, and may be reminded."""
    told = lines(
        say(
            "{ref} closes {at}, and you have not voted: {title}",
            ref=it.ref,
            at=it.time(it.closes),
            title=title,
        ),
        say("{show} shows it.", show=Typed(f"show {it.ref}")),
        why_told("nudges"),
    )
    here = (each for each in map(state.members.member, silent) if each.here)
    asked = dict.fromkeys(number for each in here for number in told_for(each))
    reminded = remindable(state, asked, ask.rules, ask.moment.at)
    return tuple(Reply(told, kind=Kind.REMINDER, ref=it.ref, to=number) for number in reminded)


def why_told(rule: str) -> Node:
    """Which rule it comes by, and how it is stopped for good."""
    line = Typed("reminders off")
    return say("By the rule {rule}; {line} stops such messages for good.", rule=rule, line=line)
