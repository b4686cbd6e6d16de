"""What a golden journal must fold to, in plain JSON."""

from __future__ import annotations

from typing import Any

from bot.collective.state import State


def facts(state: State) -> dict[str, Any]:
    """Everything of a state that people could see."""
    return {
        "name": state.name,
        "head": state.head.text,
        "members": {
            str(m.number): [m.name, *sorted(m.roles)] for m in state.members.by_number.values()
        },
        "rooms": {str(number): list(place) for number, place in _places(state)},
        "balances": {
            f"{account} {unit}": n for (account, unit), n in sorted(state.ledger.balances.items())
        },
        "contributions": state.contributions.count,
        "kinds": sorted(state.contributions.kinds),
        "unsettled": {
            str(number): [status.value, share.count]
            for number, (status, share) in sorted(state.contributions.unsettled.items())
        },
        "daily": {
            " ".join((day, *work)): list(of_day[work])
            for day, of_day in sorted(state.contributions.daily.items())
            for work in sorted(of_day)
        },
        "thanks": {
            f"{month} {member}": n for (month, member), n in sorted(state.thanks.received.items())
        },
        "timers": sorted(state.timers.running),
    }


def _places(state: State) -> list[tuple[int, tuple[str, str]]]:
    places = {room.number: room.place for room in state.rooms.by_number.values()}
    return [(number, (place.platform, place.room)) for number, place in sorted(places.items())]
