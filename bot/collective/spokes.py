"""A spokes council: each circle speaks through one of its members, for as long as the circle wants.

Source: Occupy Wall Street, Spokes Council (P2P Foundation wiki): a spoke has no authority of their own,
consults the circle and tells its views, rotates every meeting, and is recallable at any time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

SPOKE: Final = "spoke"
"""The duty of whoever speaks for a circle."""


@dataclass(slots=True)
class Council:
    """Who was sent by which circle, one after the other: the last one speaks for it."""

    sent: dict[str, list[int]] = field(default_factory=dict)

    def send(self, circle: str, member: int) -> None:
        """A circle sends somebody, in place of whoever spoke for it."""
        self.sent.setdefault(circle, []).append(member)

    @property
    def last(self) -> dict[str, int]:
        """Whom each circle sent last."""
        return {circle: members[-1] for circle, members in self.sent.items()}
