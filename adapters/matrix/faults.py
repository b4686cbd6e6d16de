"""What can go wrong with a request, as exceptions: who asked decides when to ask again."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar

from nio import ErrorResponse, LocalProtocolError

from bot.ports import TurnedAway

LIMITED_SECONDS = 5.0
"""The wait where a homeserver names none."""

LIMITED_SECONDS_MAX = 600.0
"""The longest that we wait because a homeserver says so: it may be wrong."""

LOGGED_OUT = (
    "The homeserver does not know the bot's access token (any more). Log in again with: talkoot init"
)

_TURNED_AWAY = {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED", "M_USER_LOCKED"}

T = TypeVar("T")


class Unreachable(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The homeserver cannot be reached, or does not answer properly now."""


class Limited(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The homeserver wants us to wait so many seconds."""

    def __init__(self, seconds: float) -> None:
        """Remember the wait."""
        super().__init__(seconds)
        self.seconds = seconds


class Denied(Exception):  # noqa: N818 - a fault of the world, not of the program
    """The homeserver will never do this: its code, and its words."""

    def __init__(self, code: str, words: str) -> None:
        """Keep the code for those who know what to do about it."""
        super().__init__(f"{words} ({code})")
        self.code = code


def fault_of(status: int, code: object, words: str, wait_ms: object) -> Exception:
    """The exception for an answer that is an error."""
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        return Limited(_seconds(wait_ms))
    if code in _TURNED_AWAY or status == 401:
        return TurnedAway(LOGGED_OUT)
    if status >= 500 or not isinstance(code, str):
        return Unreachable(f"the homeserver answered {status} {words[:200]}")
    return Denied(code, words[:200])


def _seconds(wait_ms: object) -> float:
    if isinstance(wait_ms, bool) or not isinstance(wait_ms, int | float) or not wait_ms >= 0:
        return LIMITED_SECONDS
    return min(wait_ms / 1000, LIMITED_SECONDS_MAX)


async def answer_of(request: Awaitable[T]) -> T:
    """The answer to a request; its errors, returned or raised, as ours."""
    try:
        answer = await request
    except (Unreachable, Limited, Denied, TurnedAway):
        raise
    except LocalProtocolError as why:
        if "Not logged in" in str(why):
            raise TurnedAway(LOGGED_OUT) from why
        # What the library waits for, and may come.
        raise Unreachable(str(why)) from why
    except Exception as why:
        # The line broke, or the answer had a shape that the library does not expect.
        raise Unreachable(f"{type(why).__name__}: {str(why)[:200]}") from why
    return checked(answer)


def checked(answer: T) -> T:
    """The answer, if it is none of an error."""
    if isinstance(answer, ErrorResponse):
        error: Any = answer
        transport = getattr(error, "transport_response", None)
        status = transport.status if transport is not None else 500
        raise fault_of(status, error.status_code, error.message, error.retry_after_ms)
    return answer
