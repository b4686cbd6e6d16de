"""The name that a new member is given: one that nobody else can be taken for."""

from __future__ import annotations

from bot.arguments import OptionType, takes
from bot.chat import Refusal
from bot.collective.lookalikes import is_reserved, shows_account
from bot.collective.memberbook import folded
from bot.collective.members import ERASED, NAME_CHARACTERS_MAX
from bot.collective.state import State
from bot.text.rendering import visible
from bot.text.wording import say

PERSON_NAME = takes(OptionType.TEXT, say("the name"), positional=True)


def new_name(state: State, typed: str, me: int = 0) -> str:
    """A name that nobody here is taken for, but the member `me` whose it becomes. Raises Refusal."""
    name = " ".join(visible(typed.lstrip("@")).split())
    if not 0 < len(name) <= NAME_CHARACTERS_MAX:
        raise Refusal("name-long", say("A name has up to {most} characters.", most=NAME_CHARACTERS_MAX))
    known = state.members.numbered(name)
    known = None if known is None or known.name == ERASED else known
    if is_reserved(name) and known is None:
        raise Refusal(
            "name-reserved",
            say("“{name}” means something else here.", name=name),
            word=name,
            instead=say("Choose the name of a person."),
        )
    if shows_account(name):
        raise Refusal(
            "name-account",
            say("“{name}” looks as if an account was shown with it.", name=name),
            word=name,
            instead=say("Leave out what stands in brackets."),
        )
    other = known or state.members.like(name, me)
    if other is not None:
        told = (
            say("Somebody here is called {name} already.", name=other.shown)
            if known or folded(other.name) == folded(name)
            else say("“{name}” looks like {other}, who is somebody else.", name=name, other=other.shown)
        )
        raise Refusal(
            "name-taken", told, word=name, instead=say("Add something that tells them apart.")
        )
    return name
