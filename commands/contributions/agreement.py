"""Who has to agree to an import before it counts.

Nobody agrees alone to what they get themselves: to what the operator brings, somebody who gets nothing
of it, or two; and two where somebody gets of it who has no account, for whoever claims that name gets
it. To what somebody brings in a chat, as many others as have to confirm an entry, and one at least.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.collective.imports import Import
from bot.collective.state import State


def enough(state: State, it: Import) -> bool:
    """Whether as many agreed as it takes; alone, one is all there are.

    Who came after it was announced counts for nothing, nor does who left: nobody makes themselves a
    second account to agree by.
    """
    members = state.members

    def counted(numbers: Iterable[int]) -> set[int]:
        some = map(members.member, numbers)
        return {each.number for each in some if each.here and each.since <= it.at}

    agreed, acting = counted(it.agreed), counted(members.by_account.values())
    if it.by:
        others = {each for each in acting if members.one(each) != members.one(it.by)}
        return len(agreed & others) >= it.needs if others else bool(agreed)
    alone = agreed - set(map(members.one, it.members)) if not claimable(state, it) else set()
    return bool(alone) or 0 < min(2, len(acting)) <= len(agreed)


def claimable(state: State, it: Import) -> bool:
    """Whether some of it is for somebody without an account: whoever claims that name gets it."""
    return bool(it.new) or not all(map(state.members.accounts, it.members))
