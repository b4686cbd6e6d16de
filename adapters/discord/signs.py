"""A sign at a message that was answered in private: a courtesy, tried once."""

from __future__ import annotations

from contextlib import suppress

from adapters.discord.rest import Garbled, Refusal, Rest
from bot.chat import ELSEWHERE, Outgoing
from bot.ports import Later


async def sign(rest: Rest, row: Outgoing, receipt: str) -> None:
    """Put the sign at the message that asked, where the row of this receipt was told elsewhere."""
    room = row.thread or row.place.room
    if not row.elsewhere or not row.key.message.isdecimal() or receipt.startswith(f"{room}/"):
        return
    with suppress(Garbled, Later, Refusal):
        await rest.react(room, row.key.message, ELSEWHERE)
