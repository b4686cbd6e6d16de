"""Openly: what is done for all is told where everybody reads it, also where it was typed in private.

That is what moves money, who has which role, what is in force, who is a member or works in which
circle, and what is disputed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps

import msgspec

from bot.collective.state import State
from bot.decision import Accepted, Ask, Decide
from bot.text.wording import lines, say
from commands.decisions.lookups import home_of


def openly(decide: Decide) -> Decide:
    """The same decision; done in private, it is told in the first room of the collective too."""

    @wraps(decide)
    def decided(state: State, ask: Ask) -> Accepted:
        decision = decide(state, ask)
        home = home_of(state)
        if not isinstance(decision, Accepted) or not decision.events:
            return decision
        if not ask.private or ask.proposal or not home.room:
            return decision
        who = say("{who}, in private:", who=ask.member.shown) if ask.member else None
        told = tuple(
            msgspec.structs.replace(each, body=lines(who, each.body), place=home)
            for each in decision.replies
            if not each.private and not each.to and each.place is None
        )
        return replace(decision, replies=(*decision.replies, *told))

    return decided
