"""Files that people attach to a message or give to a slash-command that takes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from adapters.discord.rest import Garbled, Refusal, Rest, TooLarge
from bot.chat import Attached, Incoming
from bot.command import Command
from bot.grammar.lines import HANDS_IN, file_bytes
from bot.ports import Later
from bot.writer.hearing import Floods
from bot.writer.intake import Intake, NotRecorded

Payload = dict[str, Any]
NAME_CHARACTERS_MAX = 200

HOMELESS_A_MINUTE = 2
"""How many files are fetched for somebody in a minute where no collective says how many."""


class _Attachment(msgspec.Struct, frozen=True):
    """What Discord says of a file."""

    url: str
    filename: str
    size: int = 0


class Files:
    """Gets what people attach, as often as they may send commands."""

    def __init__(self, rest: Rest, intake: Intake, now: Callable[[], float]) -> None:
        """`now` gives seconds that never go back."""
        self._rest, self._intake, self._now = rest, intake, now
        self._floods = Floods()

    async def with_file(
        self, message: Incoming, payload: Payload, commands: Mapping[str, Command]
    ) -> Incoming:
        """A message with its file, or with that of what it answers, if its command takes one."""
        most = file_bytes(message, commands, self._intake.slip_bytes)
        if not most:
            return message
        found = _attachment(payload)
        if found is None:
            return message
        sends_too_much = await self._sends_too_much(message)
        file = _gone(found) if sends_too_much else await _fetched(found, self._rest, most)
        return replace(message, file=file)

    async def _sends_too_much(self, message: Incoming) -> bool:
        """Whether the rules refuse it anyway, or nobody can say."""
        try:
            (rules,) = await self._intake.rules([message])
        except NotRecorded:
            return True
        a_minute = rules.number("flood") if rules is not None else HOMELESS_A_MINUTE
        who = (message.space, message.actor.id)
        return self._floods.take(who, a_minute, int(self._now() * 1000)) > 0


def handed_in(payload: Payload, bot: str) -> str:
    """What a message without words says that is a file, as an answer to one of ours; else nothing."""
    author = ((payload.get("referenced_message") or {}).get("author") or {}).get("id", "")
    fresh = payload.get("attachments") and not payload.get("edited_timestamp")
    return HANDS_IN if fresh and str(author) == bot else ""


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


async def _fetched(found: _Attachment, rest: Rest, most: int) -> Attached:
    if found.size > most:
        return replace(_gone(found), fault="file-large")
    try:
        return Attached(_name(found), await rest.file(found.url, most))
    except TooLarge:
        return replace(_gone(found), fault="file-large")
    except (Refusal, Later, Garbled):
        # Whoever sent it learns that now: nobody would ask for it again.
        return _gone(found)


def _gone(found: _Attachment) -> Attached:
    return Attached(_name(found), fault="file-gone")


def _name(found: _Attachment) -> str:
    return found.filename[:NAME_CHARACTERS_MAX]
