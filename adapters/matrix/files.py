"""Files that people send, or answer with a command that takes one: what is in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace
from nio import EncryptionError
from nio.crypto import decrypt_attachment

from adapters.matrix.events import MESSAGE, Event, read
from adapters.matrix.faults import Denied, Unreachable
from adapters.matrix.incoming import FILES, answered
from adapters.matrix.link import Link
from adapters.matrix.memory import remember
from adapters.matrix.rooms import RoomState
from bot.chat import SLIP_BYTES, Attached, Incoming
from bot.command import Command
from bot.grammar.lines import file_bytes
from bot.ports import Clock

NAME_CHARACTERS_MAX = 200

REST_MS = 600_000
"""How long nothing is fetched for somebody whose file did not come: all others waited for it."""

_URI = re.compile(r"mxc://([A-Za-z0-9\[][A-Za-z0-9.:\[\]-]{0,254})/([A-Za-z0-9_-]{1,255})")
"""Where a file is: nothing else may stand in the address that we ask for."""


class _Key(msgspec.Struct, frozen=True):
    """The key that a file is encrypted with."""

    k: str


class _Sealed(msgspec.Struct, frozen=True):
    """A file that was encrypted before it was uploaded (`EncryptedFile`)."""

    url: str
    key: _Key
    iv: str
    hashes: dict[str, str]


class _Info(msgspec.Struct, frozen=True):
    """What the writer's client says of a file."""

    size: int = 0


class _Sent(msgspec.Struct, frozen=True):
    """The content of a message that is a file."""

    msgtype: str
    body: str
    filename: str = ""
    url: str = ""
    file: _Sealed | None = None
    info: _Info = _Info()

    @property
    def address(self) -> str:
        """Where it is."""
        return self.url if self.file is None else self.file.url


class Files:
    """Gets what was sent along with a command that takes a file."""

    def __init__(
        self, link: Link, commands: Mapping[str, Command], clock: Clock, most: int = SLIP_BYTES
    ) -> None:
        """Ask over this link; a receipt may have so many bytes at `most`."""
        self._link, self._commands, self._clock, self._most = link, commands, clock, most
        self._resting: dict[str, int] = {}

    async def with_file(self, message: Incoming, event: Event, room: RoomState) -> Incoming:
        """A message with its file: that which it is the caption of, or that which it answers.

        Raises Unreachable, Limited or TurnedAway.
        """
        most = file_bytes(message, self._commands, self._most)
        if not most:
            return message
        sent = _sent(event.content)
        if sent is None and answered(event):
            about = await self._link.event(room.id, answered(event))
            sent = _sent(about.content) if about is not None and about.type == MESSAGE else None
            if sent is not None and about is not None and event.sealed and not about.sealed:
                # It came in clear into an encrypted room: anybody on the way could have made it.
                return replace(message, file=_gone(sent))
        if sent is None:
            return message
        return replace(message, file=await self._fetched(sent, event.sender, most))

    async def _fetched(self, sent: _Sent, sender: str, most: int) -> Attached:
        if sent.info.size > most:
            return replace(_gone(sent), fault="file-large")
        where = _URI.fullmatch(sent.address)
        if where is None or self._rests(sender):
            return _gone(sent)
        try:
            data = await self._link.download(where[1], where[2], most)
            if len(data) > most:
                return replace(_gone(sent), fault="file-large")
            plain = data if sent.file is None else _opened(data, sent.file)
        except (Denied, EncryptionError, ValueError, TypeError):
            return _gone(sent)
        except Unreachable:
            # Whoever sent it names the server that it comes from: its silence is not our homeserver's.
            await self._link.alive()
            remember(self._resting, sender, self._now() + REST_MS)
            return _gone(sent)
        return Attached(_name(sent), plain)

    def _now(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _rests(self, sender: str) -> bool:
        return self._now() < self._resting.get(sender, 0)


def _opened(data: bytes, key: _Sealed) -> bytes:
    """What was encrypted. Raises EncryptionError or ValueError for what somebody changed."""
    opened: bytes = decrypt_attachment(data, key.key.k, key.hashes.get("sha256", ""), key.iv)
    return opened


def _sent(content: Mapping[str, Any]) -> _Sent | None:
    """The file of a message, None where it is none."""
    sent = read(content, _Sent)
    return sent if sent is not None and sent.msgtype in FILES else None


def _name(sent: _Sent) -> str:
    return (sent.filename or sent.body)[:NAME_CHARACTERS_MAX]


def _gone(sent: _Sent) -> Attached:
    return Attached(_name(sent), fault="file-gone")
