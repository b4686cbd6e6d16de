"""What an option may hold, for whoever is still typing: kinds, people, references, circles.

Pure, and only about the collective that it is asked in; a guest is shown nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bot.amounts import unit_of
from bot.chat import Actor
from bot.collective.contributions import Status, reference
from bot.collective.members import folded
from bot.collective.state import State
from bot.command import Command, OptionType
from bot.wording import Node, Quantity, Say, Words, joined, say

SUGGESTIONS_MAX = 25
"""The most at once: what Discord shows, and more than anybody reads."""

LOOKED_THROUGH_MAX = 2_000
"""How many of the newest sums are looked through for circles."""


class Suggestion(msgspec.Struct, frozen=True):
    """One thing that an option may hold: the word that types it, and how it is shown.

    `account` is a person's account on the platform that asked, if they have one.
    """

    word: str
    label: Node
    account: str = ""


class Asked(msgspec.Struct, frozen=True):
    """What somebody is typing: `typed` is the beginning of the option's value."""

    command: str
    option: str
    typed: str


def suggestions(
    state: State, actor: Actor, commands: Mapping[str, Command], asked: Asked
) -> list[Suggestion]:
    """What may stand there: what begins with the typed words first, then what has them inside."""
    command = commands.get(asked.command)
    option = next((o for o in command.options if o.name == asked.option), None) if command else None
    if option is None:
        return []
    if option.choices:
        return _best(((word, Suggestion(word, Words(word))) for word in option.choices), asked.typed)
    if state.members.who(actor) is None:
        return []
    match option.type:
        case OptionType.KIND:
            found = _words(state.contributions.kinds, "#")
        case OptionType.CIRCLE:
            found = _words(_circles(state), "")
        case OptionType.PERSON | OptionType.PEOPLE:
            found = _people(state, actor.platform)
        case OptionType.REFERENCE:
            found = _references(state)
        case _:
            return []
    return _best(found, asked.typed)


Found = Iterable[tuple[str, Suggestion]]
"""Suggestions, each behind the text that it is found by."""


def _best(found: Found, typed: str) -> list[Suggestion]:
    wanted = folded(typed.lstrip("#＃@"))
    beginning, inside = list[Suggestion](), list[Suggestion]()
    for text, suggestion in found:
        at = folded(text).find(wanted)
        if at >= 0:
            (inside if at else beginning).append(suggestion)
        if len(beginning) >= SUGGESTIONS_MAX:
            break
    return [*beginning, *inside][:SUGGESTIONS_MAX]


def _words(words: Iterable[str], mark: str) -> Found:
    return ((word, Suggestion(word, Words(f"{mark}{word}"))) for word in words)


def _circles(state: State) -> Iterable[str]:
    """The circles by name."""
    return sorted(state.circles.by_name)


def _people(state: State, platform: str) -> Iterator[tuple[str, Suggestion]]:
    for each in state.members.here:
        accounts = state.members.accounts(each.number)
        account = next((it for where, it in accounts if where == platform), "")
        yield each.name, Suggestion(each.name, each.shown, account)


_WAITS = {
    Status.RECORDED: say("waits for confirmation"),
    Status.DISPUTED: say("disputed"),
}


def _references(state: State) -> Iterator[tuple[str, Suggestion]]:
    """What waits comes first, then the newest of the others that are in memory."""
    unsettled = state.contributions.unsettled
    for number in sorted(unsettled, reverse=True):
        status, share = unsettled[number]
        yield _reference(state, number, share.member, share.shown, share.kind, _WAITS.get(status))
    for day in sorted(state.contributions.days, reverse=True):
        for member, entries in state.contributions.days[day].items():
            for it in reversed(entries):
                if it.number not in unsettled:
                    amount = Quantity(it.count, it.unit, unit_of(it.unit).parts)
                    yield _reference(state, it.number, member, amount, it.kind, None)


def _reference(
    state: State, number: int, member: int, amount: Quantity, kind: str, waits: Say | None
) -> tuple[str, Suggestion]:
    ref, who = reference(number), state.members.name(member)
    label = joined([ref, who, amount, f"#{kind}", *([waits] if waits else [])])
    return f"{ref} {who.name} {kind}", Suggestion(ref, label)
