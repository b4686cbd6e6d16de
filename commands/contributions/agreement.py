"""Who has to agree to an import before it counts.

Nobody agrees alone to what they get themselves: to what the operator brings, somebody who gets nothing
of it, or two; and two where somebody gets of it who has no account, for whoever claims that name gets
it. To what somebody brings in a chat, as many others as have to confirm an entry, and one at least; one
more, where too few of them get nothing of it; all there are, where those are fewer.
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
    agreed, acting = _counted(state, it, it.agreed), _acting(state, it)
    if it.by:
        return bool(agreed) if is_alone(state, it) else missing(state, it) <= 0
    alone = agreed - _getting(state, it) if not claimable(state, it) else set()
    return bool(alone) or 0 < min(2, len(acting)) <= len(agreed)


def missing(state: State, it: Import) -> int:
    """How many others have to agree yet to what somebody brought in a chat, at the least."""
    others = _others(state, it)
    agreed = _counted(state, it, it.agreed) & others
    most = min(it.needs + 1, len(others))
    return min(it.needs - len(agreed - _getting(state, it)), most - len(agreed))


def is_alone(state: State, it: Import) -> bool:
    """Whether nobody but who brought it in a chat can agree to it."""
    return not _others(state, it)


def gets_some(state: State, it: Import) -> bool:
    """Whether it makes a difference who of the others agrees: some of them get some of it."""
    others = _others(state, it)
    return len(others) > it.needs and not others.isdisjoint(_getting(state, it))


def claimable(state: State, it: Import) -> bool:
    """Whether some of it is for somebody without an account: whoever claims that name gets it."""
    return bool(it.new) or not all(map(state.members.accounts, it.members))


def _counted(state: State, it: Import, numbers: Iterable[int]) -> set[int]:
    some = map(state.members.member, numbers)
    return {each.number for each in some if each.here and each.since <= it.at}


def _acting(state: State, it: Import) -> set[int]:
    return _counted(state, it, state.members.by_account.values())


def _others(state: State, it: Import) -> set[int]:
    one = state.members.one
    return {each for each in _acting(state, it) if one(each) != one(it.by)}


def _getting(state: State, it: Import) -> set[int]:
    return set(map(state.members.one, it.members))
