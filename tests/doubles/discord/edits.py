"""Discord's limit on the edits of messages, as the stand-in keeps it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.doubles.discord.rest import Asked

EDITING = re.compile(r"/channels/(\d+)/messages/\d+")


def is_edit(asked: Asked) -> bool:
    """Whether a message of a channel is edited."""
    return asked.method == "PATCH" and EDITING.fullmatch(asked.path) is not None


@dataclass
class Edits:
    """Discord's limit on edits, so many in so many seconds in each channel; what it let through.

    The documentation gives no numbers (its headers tell them); 5 in 5 seconds is what bots meet.
    """

    most: int = 5
    seconds: float = 5.0
    done: dict[str, list[float]] = field(default_factory=dict)
    limited: int = 0

    def refused(self, asked: Asked) -> float:
        """How long to wait, in seconds; 0 where it is done, which counts."""
        mine, now = self._of(asked), time.monotonic()
        lately = [at for at in mine if at > now - self.seconds]
        if len(lately) >= self.most:
            self.limited += 1
            return round(lately[-self.most] + self.seconds - now, 3)
        mine.append(now)
        return 0.0

    def headers(self, asked: Asked) -> dict[str, str]:
        """What Discord says of it with each answer."""
        now = time.monotonic()
        lately = [at for at in self._of(asked) if at > now - self.seconds]
        after = lately[0] + self.seconds - now if lately else self.seconds
        return {
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": str(max(self.most - len(lately), 0)),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": f"edits-{EDITING.fullmatch(asked.path)[1]}",  # type: ignore[index]
        }

    def _of(self, asked: Asked) -> list[float]:
        found = EDITING.fullmatch(asked.path)
        assert found is not None
        return self.done.setdefault(found[1], [])
