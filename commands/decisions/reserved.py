"""What is the members' to decide: only a proposal does it, where no rule leaves it to treasurers."""

from __future__ import annotations

from bot.chat import Refusal
from bot.collective.roles import Role
from bot.collective.rules import refused_by
from bot.decision import Ask
from bot.text.wording import Say, Typed, say


def check_decided(ask: Ask, rule: str, why: Say, line: str) -> None:
    """Whether who asks may do what the rule says `proposal` or `treasurer` of. Raises Refusal.

    `why` tells that it is decided by the members, `line` is what they would decide.
    """
    if ask.proposal or ask.member is None:
        return
    if ask.rules.text(rule) == "proposal":
        typed = Typed(f'propose … --do "{line}"')
        raise refused_by(rule, why, instead=say("Propose it: {line}", line=typed))
    if not ask.member.may(Role.TREASURER):
        raise Refusal("role", say("Only a treasurer does that here."))
