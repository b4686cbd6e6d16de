"""How much one person may have open: a few cannot fill what is there for all."""

from __future__ import annotations

from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.decision import Ask
from bot.text.wording import Typed, say, say_n


def check_room(state: State, ask: Ask) -> None:
    """Whether whoever asks may have one more draft, proposal or poll. Raises Refusal."""
    most, own = ask.rules.number("open-each"), set(state.members.numbers(ask.me.number))
    proposals = [it.ref for it in state.proposals.alive.values() if it.author in own]
    mine = proposals + [it.ref for it in state.polls.open if it.author in own]
    if len(mine) < most:
        return
    told = say_n(
        "{count} draft, proposal or poll of yours is open already; that is the most.",
        "{count} drafts, proposals and polls of yours are open already; that is the most.",
        most,
    )
    line = Typed(f"cancel {mine[0]}")
    raise refused_by("open-each", told, instead=say("Take one back first: {line}", line=line))
