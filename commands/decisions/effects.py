"""Effects: what a passed proposal has done. An effect is a command line like any other.

Any command whose declaration grades it as an `effect` can be one; a later feature needs nothing more.
The line is frozen when the proposal opens: people in it stand as their numbers (`@#7`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.chat import TIME, Actor, Refusal
from bot.collective.effects import Weight, weighed
from bot.collective.state import State
from bot.command import Command, Parsed, Setting
from bot.decision import Accepted, Ask, Query
from bot.feature import features_of
from bot.grammar.lines import parse
from bot.language.tokens import Token, mention, tokenize
from bot.text.wording import Node, Typed, Words, joined, say

USUAL = ("rules set", "role give", "pay", "fund release", "member admit")
"""What proposals carry out most; all that they can would fill a phone's screen."""

TWIN = "twin"
"""The code of a refusal that says: this is there already."""

_ANYBODY = Actor(TIME, "", "", operator=True)


def frozen_line(state: State, ask: Ask, line: str) -> str:
    """The line with people as their numbers. Raises Refusal for somebody who is not there."""
    first, _, rest = line.strip().lstrip("/!").partition("\n")
    words = " ".join(_frozen(state, ask, token) for token in tokenize(first))
    return f"{words}\n{rest}" if rest else words


def _frozen(state: State, ask: Ask, token: Token) -> str:
    if token.quoted:
        return f'"{token.text}"'
    name = token.text.rstrip(";")
    if name.startswith("@") and len(name) > 1:
        return f"@#{ask.anybody(state, name[1:]).number}{token.text[len(name) :]}"
    return token.text


def shown_line(state: State, line: str) -> Typed:
    """The line as people read it, with names."""
    words = []
    for word in line.split(" "):
        end = ";" if word.endswith(";") else ""
        number = word.removesuffix(end).removeprefix("@#")
        known = word.startswith("@#") and number.isdecimal() and int(number) in state.members.by_number
        words.append(mention(state.members.name(int(number)).name) + end if known else word)
    return Typed(" ".join(words))


def _parsed(state: State, ask: Ask, line: str) -> tuple[Command, Parsed]:
    setting = Setting(ask.language, ask.zone, ask.moment.now, state.units.words)
    parsed = parse(line, features_of(ask).commands, setting)
    command = features_of(ask).commands[parsed.command]
    if command.effect is None:
        raise Refusal(
            "no-effect",
            say("{command} is nothing that a proposal carries out.", command=Typed(command.name)),
            word=command.name,
            instead=say(
                "It carries out for example {commands}; {page} says of each whether it can.",
                commands=joined(map(Typed, USUAL)),
                page=Words("docs/commands.md"),
            ),
        )
    return command, parsed


def _asked(state: State, ask: Ask, command: Command, parsed: Parsed, number: int) -> Ask[Any]:
    """The command as the collective itself asks for it, from the room of the proposal."""
    it = state.proposals.alive.get(number)
    room = state.rooms.by_number.get(it.room if it else ask.room)
    return replace(
        ask.with_args(command.taken(parsed)),
        place=room.place if room else ask.place,
        room=room.number if room else 0,
        command=parsed.command,
        actor=_ANYBODY,
        member=None,
        proposal=number,
        mentions={},
    )


def effect_reads(state: State, ask: Ask, number: int, line: str) -> tuple[Query, ...]:
    """What the command wants to know from the journal; nothing where it cannot be read."""
    try:
        command, parsed = _parsed(state, ask, line)
        return (
            command.wants(state, _asked(state, ask, command, parsed, number)) if command.wants else ()
        )
    except Refusal:
        return ()


def carried_out(state: State, ask: Ask, number: int, line: str) -> tuple[Accepted, Weight]:
    """What the command decides when proposal `number` has it done, and how much that weighs.

    Raises Refusal.
    """
    command, parsed = _parsed(state, ask, line)
    done = command.decide(state, _asked(state, ask, command, parsed, number))
    assert command.effect is not None
    return done, weighed(state, command.effect, done.events)


def insisting(state: State, title: str, line: str, command: str = "propose") -> Node:
    """How the same is put where it was taken for what is there already."""
    shown = shown_line(state, line).line
    if '"' in shown or "\n" in shown:
        return say("If it is another one, propose it with {option} behind it.", option=Words("--again"))
    typed = Typed(f'{command} {title} --do "{shown} --again"')
    return say("If it is another one: {line}", line=typed)


def weight_of(state: State, ask: Ask, line: str) -> Weight:
    """How much it weighs, as things stand. Raises Refusal with what is in the way of it."""
    try:
        return carried_out(state, ask, state.proposals.count + 1, line)[1]
    except Refusal as wrong:
        told = say("That could not be carried out: {reason}", reason=wrong.reason)
        raise Refusal(wrong.code, told, word=wrong.word, instead=wrong.instead) from None
