"""Who cannot be written to in private is told so once, in a room, and sent nothing unasked."""

from __future__ import annotations

from bot.chat import Place, Reply, Unreached
from bot.collective.members import MemberUnreached
from bot.collective.state import State
from bot.decision import Accepted
from bot.text.wording import Typed, say


def noted(state: State, who: Unreached) -> Accepted:
    """What follows from a private message that did not reach somebody: nothing the second time."""
    number = state.members.by_account.get((who.platform, who.account))
    if number is None:
        return Accepted()
    member = state.members.member(number)
    if member.unreached or not member.here:
        return Accepted()
    told = say(
        "{who}, I cannot write to you in private: your direct messages are closed to me. I send you no "
        "digests and reminders until you open them and type {line}.",
        who=member.shown,
        line=Typed("reminders on"),
    )
    place = _room(state, who.platform)
    replies = (Reply(told, place=place),) if place else ()
    return Accepted((MemberUnreached(member=member.number),), (), replies)


def _room(state: State, platform: str) -> Place | None:
    """The collective's first room on a platform."""
    here = sorted(state.rooms.here, key=lambda room: room.number)
    return next((room.place for room in here if room.place.platform == platform), None)
