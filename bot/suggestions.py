"""What an option may hold, for whoever is still typing: kinds, people, references, circles, choices.

Pure, and only about the collective that it is asked in; a guest is shown nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from bot.chat import Actor
from bot.collective import contributions
from bot.collective.catalogue import CATALOGUE
from bot.collective.contributions import Status
from bot.collective.members import folded
from bot.collective.state import State
from bot.command import Command, Option, OptionType
from bot.deciding.methods import choices_of
from bot.language.units import unit_of
from bot.text.wording import Node, Quantity, Say, Words, joined, say
from bot.value.presets import PRESETS

SUGGESTIONS_MAX = 25
"""The most at once: what Discord shows, and more than anybody reads."""


class Suggestion(msgspec.Struct, frozen=True):
    """One thing that an option may hold: the word that types it, and how it is shown.

    `account` is a person's account on the platform that asked, if they have one.
    """

    word: str
    label: Node
    account: str = ""


class Asked(msgspec.Struct, frozen=True):
    """What somebody is typing: `typed` begins the option's value, `given` are the other options."""

    command: str
    option: str
    typed: str
    given: dict[str, str] = {}


_ALWAYS = {
    OptionType.KIND,
    OptionType.PERSON,
    OptionType.PEOPLE,
    OptionType.REFERENCE,
}


def is_suggested(command: Command, option: Option) -> bool:
    """Whether there is ever anything to suggest for an option."""
    of_rules = command.name.startswith("rules") and option.name == "name"
    of_votes = command.name == "vote" and option.name == "choice"
    return (
        option.type in _ALWAYS or option.type in _NAMES or bool(option.choices) or of_rules or of_votes
    )


def suggestions(
    state: State, actor: Actor, commands: Mapping[str, Command], asked: Asked
) -> list[Suggestion]:
    """What may stand there: what begins with the typed words first, then what has them inside."""
    command = commands.get(asked.command)
    option = next((o for o in command.options if o.name == asked.option), None) if command else None
    if command is None or option is None or not is_suggested(command, option):
        return []
    if option.choices:
        return _best(_words(option.choices, ""), asked.typed)
    if state.members.who(actor) is None:
        return []
    names = _NAMES.get(option.type)
    if names is not None:
        return _best(_words(names(state), ""), asked.typed)
    match option.type:
        case OptionType.KIND:
            found = _words(state.contributions.kinds, "#")
        case OptionType.PERSON | OptionType.PEOPLE:
            found = _people(state, actor.platform)
        case OptionType.REFERENCE:
            found = _references(state, command)
        case _ if option.name == "choice":
            found = _choices(state, asked.given.get("ref", ""), asked.typed)
        case _:
            found = _words(CATALOGUE, "")
    return _best(found, asked.typed)


_NAMES: Mapping[OptionType, Callable[[State], Iterable[str]]] = {
    OptionType.CIRCLE: lambda state: state.circles.by_name,
    OptionType.FUND: lambda state: state.treasury.funds,
    OptionType.EQUATION: lambda state: [*state.equations.named, *PRESETS],
    OptionType.UNIT: lambda state: [it.name for it in state.units],
    OptionType.PARTNER: lambda state: [it.name for it in state.partners.here],
}
"""The names that an option may hold, of what there is."""


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


def _people(state: State, platform: str) -> Iterator[tuple[str, Suggestion]]:
    for each in state.members.here:
        accounts = state.members.accounts(each.number)
        account = next((it for where, it in accounts if where == platform), "")
        yield each.name, Suggestion(each.name, each.shown, account)


def _choices(state: State, ref: str, typed: str) -> Iterator[tuple[str, Suggestion]]:
    """What can be said about an open proposal, found by its word, or as another spelling begins."""
    begun = folded(typed)
    it = next((it for it in state.proposals.open if it.ref.casefold() == ref.casefold()), None)
    if it is not None and it.terms is not None:
        for choice in choices_of(it.terms):
            suggestion = Suggestion(choice.word, choice.label)
            also = (each for each in choice.also if begun and folded(each).startswith(begun))
            inside = begun in folded(choice.word)
            yield choice.word if inside else next(also, choice.word), suggestion


_WAITS = {
    Status.RECORDED: say("waits for confirmation"),
    Status.DISPUTED: say("disputed"),
}


def _references(state: State, command: Command) -> Iterator[tuple[str, Suggestion]]:
    """The things of the kinds that the command's examples name, what is open first."""
    letters = {word[0] for line in command.examples for word in line.split() if word[1:].isdecimal()}
    if "P" in letters or not letters:
        yield from _proposals(state)
    if "Q" in letters or not letters:
        yield from _polls(state)
    if "C" in letters or not letters:
        yield from _contributions(state)


def _proposals(state: State) -> Iterator[tuple[str, Suggestion]]:
    """Those that are alive; their titles stand outside the state."""
    for it in sorted(state.proposals.alive.values(), key=lambda it: -it.number):
        who = state.members.name(it.author)
        how = say("open") if it.open else say("a draft")
        yield f"{it.ref} {who.name}", Suggestion(it.ref, joined([it.ref, who, how]))


def _polls(state: State) -> Iterator[tuple[str, Suggestion]]:
    """The open ones, then those that closed lately; their questions stand outside the state."""
    for it in sorted(state.polls.known.values(), key=lambda it: (not it.open, -it.number)):
        who = state.members.name(it.author)
        how = say("open") if it.open else say("closed")
        yield f"{it.ref} {who.name}", Suggestion(it.ref, joined([it.ref, who, how]))


def _contributions(state: State) -> Iterator[tuple[str, Suggestion]]:
    """What waits comes first, then the newest of the others that are in memory."""
    unsettled = state.contributions.unsettled
    for number in sorted(unsettled, reverse=True):
        status, share = unsettled[number]
        yield _contribution(state, number, share.member, share.shown, share.kind, _WAITS.get(status))
    for day in sorted(state.contributions.days, reverse=True):
        for member, entries in state.contributions.days[day].items():
            for it in reversed(entries):
                if it.number not in unsettled:
                    amount = Quantity(it.count, it.unit, unit_of(it.unit).parts)
                    yield _contribution(state, it.number, member, amount, it.kind, None)


def _contribution(
    state: State, number: int, member: int, amount: Quantity, kind: str, waits: Say | None
) -> tuple[str, Suggestion]:
    ref, who = contributions.reference(number), state.members.name(member)
    label = joined([ref, who, amount, f"#{kind}", *([waits] if waits else [])])
    return f"{ref} {who.name} {kind}", Suggestion(ref, label)
