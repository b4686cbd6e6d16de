"""What waits for somebody: people who ask to come in."""

from __future__ import annotations

from collections.abc import Iterator

from bot.collective.roles import Role
from bot.collective.state import State
from bot.decision import Ask
from bot.feature import Waits
from bot.text.wording import Node, Typed, say


def _told(state: State, ask: Ask) -> Iterator[Node]:
    me, way = ask.me, ask.rules.text("new-members")
    for it in state.members.open_candidates(ask.moment.at):
        vouched = me.number in {state.members.one(number) for number in it.vouched}
        if way == "vouch" and not vouched:
            line = f"member vouch {it.number}"
        elif way == "request" and me.may(Role.COORDINATOR):
            line = f"member admit {it.number}"
        else:
            continue
        yield say("{line}: {who} asks to become a member", line=Typed(line), who=it.shown)


WAITS = Waits(_told)
