"""The words between a platform and us: what comes in, what goes out.

A platform's adapter turns its own messages into `Incoming` and `Outgoing` into its own messages.
Nothing here knows a platform; nothing here decides.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

import msgspec
from msgspec.structs import replace

from bot.chain import normal
from bot.wording import Node

CONSOLE = "console"
"""The platform that is always there: rooms on it belong to the instance's home collective."""


ID_CHARACTERS_MAX = 500
"""Longer than any platform's ids and names (Matrix: 255 bytes)."""


class Actor(msgspec.Struct, frozen=True):
    """Who wrote: the platform's own id decides, the name is only shown.

    The operator is whoever runs the program and speaks through it (not through a chat).
    """

    platform: str
    id: str
    name: str
    operator: bool = False


class Place(msgspec.Struct, frozen=True):
    """A room on a platform, by the platform's own id."""

    platform: str
    room: str


class Incoming(msgspec.Struct, frozen=True):
    """One message from a chat, as the engine takes it.

    `message` is the platform's id of it: the same id again is the same message again.
    `mentions` maps the names as written (without `@`) to the account ids the platform means.
    `edited` marks the new text of an older message `message`: it never acts.
    `addressed` says that it is meant for the bot even without a prefix (a mention, a button).
    """

    message: str
    place: Place
    actor: Actor
    words: str
    private: bool = False
    edited: bool = False
    addressed: bool = False
    mentions: dict[str, str] = {}

    @property
    def key(self) -> Key:
        """What the inbox knows this message by."""
        # Somebody else's edit must not use up the author's hint.
        step = f"edited:{self.actor.id}" if self.edited else ""
        return Key(self.place.platform, self.message, step)


def purified(message: Incoming) -> Incoming:
    """The message with ids that can be kept, and its author's name in its normal form.

    Different ids stay different. The name is cut first: bringing thousands of combining marks into
    order takes minutes.
    """
    place, actor = message.place, message.actor
    name = normal(actor.name[:ID_CHARACTERS_MAX])
    whole = replace(actor, id=_kept(actor.id), name=name)
    where = Place(_kept(place.platform), _kept(place.room))
    return replace(message, message=_kept(message.message), place=where, actor=whole)


def _kept(platform_id: str) -> str:
    """An id as it is kept: what a database cannot hold is spelled out, what is endless is hashed."""
    if len(platform_id) > ID_CHARACTERS_MAX:
        digest = hashlib.sha256(platform_id.encode("utf-8", "surrogatepass")).hexdigest()
        platform_id = f"{platform_id[:400]}…{digest}"
    if platform_id.isascii() and "\x00" not in platform_id:
        return platform_id
    return platform_id.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


class Key(msgspec.Struct, frozen=True, order=True):
    """The source id of one act: platform, its message id, and which step of it."""

    platform: str
    message: str
    step: str = ""


class Kind(StrEnum):
    """What a reply is, for whoever reads it by machine."""

    REPLY = "reply"
    REFUSAL = "refusal"
    CARD = "card"
    EDIT = "edit"
    OUTCOME = "outcome"
    RESULT = "result"
    DIGEST = "digest"
    REMINDER = "reminder"
    PICTURE = "picture"


class Button(msgspec.Struct, frozen=True):
    """A button, and the command line that it types for whoever presses it."""

    label: Node
    line: str


class Reply(msgspec.Struct, frozen=True):
    """One thing to say: to the room it was asked in, or privately to the person who asked.

    A `CARD` is the live picture of the thing `ref`; an `EDIT` of the same `ref` replaces it, in the
    room `place` where it stands. `facts` are further keys for machines.
    """

    body: Node
    kind: Kind = Kind.REPLY
    private: bool = False
    ref: str | None = None
    place: Place | None = None
    buttons: tuple[Button, ...] = ()
    facts: dict[str, Any] = {}


class Refused(msgspec.Struct, frozen=True):
    """A refusal, as a value: what was wrong, and what would work.

    `error` is a stable short code; `rule` the name of the rule that refused, if one did;
    `word` the word of the line it is about, as typed; `instead` what to do.
    """

    reason: Node
    error: str = ""
    rule: str = ""
    word: str = ""
    instead: Node | None = None


class Misread(ValueError):  # noqa: N818 - it is no error of ours: somebody typed what we cannot read
    """A value that cannot exist as typed; turned into its `Refused` in one place."""

    def __init__(self, refused: Refused) -> None:
        """Carry the refusal to the one place that answers it."""
        super().__init__(refused.error)
        self.refused = refused


def misread(error: str, reason: Node, *, word: str = "", instead: Node | None = None) -> Misread:
    """The exception that a value's constructor raises."""
    return Misread(Refused(reason, error=error, word=word, instead=instead))


class Outgoing(msgspec.Struct, frozen=True):
    """One thing to deliver: a reply with its address and the key that makes sending it twice harmless.

    `person` is the account id for a private reply, empty for the room. `language`, `zone` and
    `prefix` are the reader's.
    """

    key: Key
    number: int
    collective: str
    place: Place
    person: str
    reply: Reply
    language: str
    zone: str
    prefix: str
    at: int

    @property
    def id(self) -> str:
        """A stable name of this row, to be hashed into idempotency keys."""
        return f"{self.key.platform}|{self.key.message}|{self.key.step}|{self.number}"
