"""Files that people attach to a message or give to a slash-command that takes one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from adapters.discord.rest import Garbled, Refusal, Rest, TooLarge
from bot.chat import ATTACHED_BYTES_MAX, Attached, Incoming
from bot.command import Command
from bot.grammar.lines import takes_file
from bot.ports import Later

Payload = dict[str, Any]
NAME_CHARACTERS_MAX = 200


class _Attachment(msgspec.Struct, frozen=True):
    """What Discord says of a file."""

    url: str
    filename: str
    size: int = 0


async def with_file(
    message: Incoming, payload: Payload, commands: Mapping[str, Command], rest: Rest
) -> Incoming:
    """A message with the file that came with it, or with what it answers, if its command takes one."""
    if message.edited or not takes_file(message.words, commands):
        return message
    found = _attachment(payload)
    return message if found is None else replace(message, file=await _fetched(found, rest))


def _attachment(payload: Payload) -> _Attachment | None:
    """The first file of an interaction, of a message, or of the message that is answered."""
    resolved = (payload.get("data") or {}).get("resolved") or {}
    answered = payload.get("referenced_message") or {}
    given = (
        *(resolved.get("attachments") or {}).values(),
        *(payload.get("attachments") or ()),
        *(answered.get("attachments") or ()),
    )
    return msgspec.convert(given[0], _Attachment) if given else None


async def _fetched(found: _Attachment, rest: Rest) -> Attached:
    name = found.filename[:NAME_CHARACTERS_MAX]
    if found.size > ATTACHED_BYTES_MAX:
        return Attached(name, fault="file-large")
    try:
        return Attached(name, await rest.file(found.url, ATTACHED_BYTES_MAX))
    except TooLarge:
        return Attached(name, fault="file-large")
    except (Refusal, Later, Garbled):
        # Whoever sent it learns that now: nobody would ask for it again.
        return Attached(name, fault="file-gone")
