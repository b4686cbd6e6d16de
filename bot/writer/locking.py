"""The lock, asked on every road: whatever was decided, what is locked changes by a proposal alone."""

from __future__ import annotations

from bot.chat import Refusal
from bot.collective.locks import locked_by
from bot.collective.proposals import EffectDone
from bot.collective.state import State
from bot.decision import Accepted, Ask
from bot.text.wording import Typed, say


def kept(state: State, ask: Ask, decision: Accepted) -> Accepted:
    """The decision. Raises Refusal where it changes what is locked: only a passed proposal does.

    What a proposal has done was asked when it was carried out.
    """
    if any(isinstance(each, EffectDone) for each in decision.events):
        return decision
    locked = sorted(locked_by(state, decision.events))
    if not locked:
        return decision
    raise Refusal(
        "rule-locked",
        say("{rule} is locked.", rule=locked[0]),
        rule=locked[0],
        word=locked[0],
        instead=say("Propose it: {line}", line=Typed(_proposed(ask, locked[0]))),
    )


def _proposed(ask: Ask, rule: str) -> str:
    """The line that proposes what was typed; of what cannot be proposed, that the lock goes."""
    command = ask.commands[ask.command]
    words = [command.name]
    for option in command.options:
        value = ask.arguments.get(option.name)
        if value is not None:
            words += [str(value)] if option.positional else [f"--{option.name}", str(value)]
    line = " ".join(words)
    if command.effect is None or "\n" in line or "toml" in ask.arguments:
        return f"propose Unlock {rule} --do rules unlock {rule}"
    return f'propose Change {rule} --do "{line}"'
