"""Which of several collectives a private message is for: the one that its author means.

Somebody may be a member of many collectives of one bot, and a private message stands in no room of
theirs. It is for the one that it names (`/in NAME …`); else for the one whose card it answers; else for
the only one where what it refers to is open and its author may vote; else for the last one that they
used in private.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from bot.chat import Actor, Incoming
from bot.collective.prefixes import BANG, SLASH
from bot.collective.state import State
from bot.command import addressed
from bot.writer.answers import no_such_home, several_homes

IN = "in"
"""The word before the name of a collective."""

_WORDS_MAX = 6
"""How much of a line is looked at for what it refers to."""

_REFERENCE = re.compile(r"([PQ])([0-9]{1,9})", re.IGNORECASE)
_QUOTED = re.compile(r'["“„]([^"”“]*)["”“]\s*(.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Meant:
    """A message without the name of its collective, and that one's state; None where it has none."""

    message: Incoming
    state: State | None


def meant(message: Incoming, mine: Sequence[State], answered: str, last: str) -> Meant:
    """The collective among `mine`, the several of its author, that a private message is for.

    It names none. `answered` is the id of the one that sent what the message answers, `last` that of
    the one that they used last; either may be empty. Raises Refusal where it is not clear.
    """
    by_id = {each.collective: each for each in mine}
    found = by_id.get(answered) or _open(message, mine) or by_id.get(last)
    if found is None:
        raise several_homes([each.name for each in mine])
    return Meant(message, found)


def _line(message: Incoming, prefix: str) -> str:
    """What it says behind its prefix, empty where it is no command."""
    return addressed(message.words, prefix, SLASH, BANG) or (message.words if message.addressed else "")


def meant_by_name(message: Incoming, mine: Sequence[State], prefix: str) -> Meant | None:
    """The collective that a private message names, None where it names none. Raises Refusal."""
    verb, _, rest = _line(message, prefix).partition(" ")
    if verb.casefold() != IN or not rest.strip() or not mine:
        return None
    found = _by_name(rest.strip(), mine)
    if found is None:
        raise no_such_home([each.name for each in mine])
    state, words = found
    return Meant(replace(message, words=f"/{words or IN}", addressed=True), state)


def _by_name(rest: str, mine: Sequence[State]) -> tuple[State, str] | None:
    """The one collective that a line begins with, by its name or the beginning of it, and the rest."""
    quoted = _QUOTED.fullmatch(rest)
    if quoted:
        same = [each for each in mine if each.name.casefold() == quoted[1].strip().casefold()]
        return (same[0], quoted[2].lstrip("/! ")) if len(same) == 1 else None
    whole = [each for each in mine if _begins(rest, each.name)]
    longest = max((len(each.name) for each in whole), default=0)
    whole = [each for each in whole if len(each.name) == longest]
    if whole:
        return (whole[0], rest[longest:].lstrip("/! ")) if len(whole) == 1 else None
    word, _, behind = rest.partition(" ")
    begun = [each for each in mine if each.name.casefold().startswith(word.casefold())]
    return (begun[0], behind.lstrip("/! ")) if len(begun) == 1 else None


def _begins(rest: str, name: str) -> bool:
    size = len(name)
    return rest[:size].casefold() == name.casefold() and not rest[size : size + 1].strip()


def _open(message: Incoming, mine: Sequence[State]) -> State | None:
    """The only collective where what the line refers to is open, and its author may vote on it."""
    words = message.words[:200].split()[:_WORDS_MAX]
    for word in words:
        ref = _REFERENCE.fullmatch(word)
        if ref:
            found = [it for it in mine if _may_vote(it, message.actor, ref[1].upper(), int(ref[2]))]
            return found[0] if len(found) == 1 else None
    return None


def _may_vote(state: State, actor: Actor, letter: str, number: int) -> bool:
    """Whether they may vote on an open question, for themselves or for an organisation."""
    who = state.members.who(actor)
    if letter == "Q":
        poll = state.polls.known.get(number)
        asked = poll.voters(state.members) if poll is not None and poll.open else ()
    else:
        proposal = state.proposals.alive.get(number)
        asked = proposal.electorate if proposal is not None and proposal.open else ()
    if who is None:
        return False
    for each in asked:
        member = state.members.member(state.members.one(each))
        if who.number in {member.number, *map(state.members.one, member.holders)}:
            return True
    return False
