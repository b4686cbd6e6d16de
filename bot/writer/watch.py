"""What the writer tells of its work to whoever counts it: how much, how long, what failed; no words."""

from __future__ import annotations

from bot.chat import Incoming
from bot.writer.answers import Answer


class Watch:
    """Hears how it goes, and by itself does nothing with it."""

    def answered(self, message: Incoming, answer: Answer, seconds: float) -> None:
        """A message was answered, durably, so long after it was handed in; in the loop's thread."""

    def failed(self) -> None:
        """The store had a fault; in the writer's thread."""
