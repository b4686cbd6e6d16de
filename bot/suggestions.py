"""What an option may hold, for whoever is still typing: kinds, people, references, circles, choices.

Pure, and only about the collective that it is asked in; a guest is shown nothing of it.
"""

from __future__ import annotations

from bot.arguments import OptionType
from bot.chat import Actor
from bot.collective.memberbook import folded
from bot.collective.state import State
from bot.command import Asked, Command, Suggestion
from bot.feature import Features, Found
from bot.text.wording import Words

SUGGESTIONS_MAX = 25
"""The most at once: what Discord shows, and more than anybody reads."""


def suggestions(state: State, actor: Actor, features: Features, asked: Asked) -> list[Suggestion]:
    """What may stand there: what begins with the typed words first, then what has them inside."""
    command = features.commands.get(asked.command)
    option = next((o for o in command.options if o.name == asked.option), None) if command else None
    if command is None or option is None:
        return []
    if option.choices:
        return _best(((word, Suggestion(word, Words(word))) for word in option.choices), asked.typed)
    if state.members.who(actor) is None:
        return []
    if option.type is OptionType.REFERENCE:
        return _best(_references(state, features, command), asked.typed)
    suggests = features.suggests.get(option.type)
    return _best(suggests(state, actor, asked), asked.typed) if suggests else []


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


def _references(state: State, features: Features, command: Command) -> Found:
    """The things of the kinds that the command's examples name, first those that wait for a vote."""
    letters = {word[0] for line in command.examples for word in line.split() if word[1:].isdecimal()}
    for thing in sorted(features.things, key=lambda thing: thing.vote is None):
        if thing.suggested is not None and (thing.letter in letters or not letters):
            yield from thing.suggested(state)
