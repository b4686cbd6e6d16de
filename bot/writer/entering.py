"""Entering: what is written before a decision, so that its author is a member."""

from __future__ import annotations

from dataclasses import replace

from bot.chat import Reply
from bot.collective.access import Admission
from bot.collective.members import MemberJoined, MemberReturned
from bot.decision import Accepted
from bot.text.wording import say

ENTERED = Reply(say("You are a member now; nothing else was done."), private=True)
"""What is told where somebody entered by a deed that came to nothing."""


def entered(entering: Admission, decision: Accepted) -> Accepted:
    """A decision with what comes before it: that its author enters.

    Where nothing was decided and nothing is told, they are told that they entered; a room that is only
    seen is written down with the next thing that is done in it.
    """
    if not entering.events:
        return decision
    replies = decision.replies
    if not decision.events and not replies:
        if not any(isinstance(each, MemberJoined | MemberReturned) for each in entering.events):
            return decision
        replies = (ENTERED,)
    events = (*entering.events, *decision.events)
    return replace(decision, events=events, texts=(*entering.texts, *decision.texts), replies=replies)
