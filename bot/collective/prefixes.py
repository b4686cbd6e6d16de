"""What a command begins with: the sign of the room, by rule and platform.

The rule `prefix` may name it. Left to the platform it is `/`, but on Matrix `!`: there `/` opens the
commands of people's own clients, which send nothing of it.
"""

from __future__ import annotations

from bot.collective.rules import Rules
from bot.collective.ruletypes import OF_PLATFORM
from bot.text.wording import Code, Node, lines, say

MATRIX = "matrix"
"""The platform whose clients keep `/` for themselves."""


SLASH = "/"


BANG = "!"


def prefix_at(rules: Rules, platform: str) -> str:
    """The sign that is shown and typed before a command in a room of a platform."""
    named = rules.text("prefix")
    if named != OF_PLATFORM:
        return named
    return BANG if platform == MATRIX else SLASH


def typed_anywhere(line: str) -> Node:
    """A line that is to be typed somewhere else, nobody knows on which platform."""
    return lines(Code(SLASH + line), say("(On Matrix: {line})", line=Code(BANG + line)))
