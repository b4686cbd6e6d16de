"""The words between a platform and us: what comes in, what goes out.

A platform's adapter turns its own messages into `Incoming` and `Outgoing` into its own messages.
Nothing here knows a platform; nothing here decides.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from bot.chain import normal
from bot.text.charts import Chart
from bot.text.languages import reader
from bot.text.rendering import Reader
from bot.text.wording import Node, Typed, lines

CONSOLE = "console"
"""The platform that is always there: rooms on it belong to the instance's home collective."""


TIME = "time"
"""The platform that says what time it is: each of its rooms is a collective, by its id."""

ID_CHARACTERS_MAX = 500
"""Longer than any platform's ids and names (Matrix: 255 bytes)."""


class Actor(msgspec.Struct, frozen=True):
    """Who wrote: the platform's own id decides, the name is only shown.

    The operator is whoever runs the program and speaks through it (not through a chat). `standing` is
    what the platform says they are in this room: `power:50` on Matrix, `role:ID` (of the role) and
    `permission:manage-guild` on Discord; rules map it to roles.
    """

    platform: str
    id: str
    name: str
    operator: bool = False
    standing: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """A room on a platform, by the platform's own id."""

    platform: str
    room: str


class Unread(msgspec.Struct, frozen=True):
    """Something that may have been said on a platform and could not be read yet.

    By whom (their account; empty for anybody), when (ms) at the earliest, and since when it is waited
    for.
    """

    platform: str
    account: str
    said: int
    since: int


class Unreached(msgspec.Struct, frozen=True):
    """An account that a private message could not be brought to, for good."""

    platform: str
    account: str


class Restored(msgspec.Struct, frozen=True):
    """The books are those of a backup of an instant (ms); so many entries are known to be missing."""

    at: int
    missing: int = 0


class Attached(msgspec.Struct, frozen=True):
    """A file that came with a message: its name and its bytes.

    Of one that could not be had, `fault` is the code of the refusal instead.
    """

    name: str
    data: bytes = b""
    fault: str = ""


ATTACHED_BYTES_MAX = 1_000_000
"""The largest file to be read that is taken from a chat: it is kept in the books until then."""

SLIP_BYTES = 10_000_000
"""The largest receipt that is taken, unless the configuration says otherwise."""

SLIPS_BYTES = 1_000_000_000
"""How much all receipts of a collective may take, unless the configuration says otherwise."""


class Incoming(msgspec.Struct, frozen=True):
    """One message from a chat, as the engine takes it.

    `message` is the platform's id of it: the same id again is the same message again.
    `mentions` maps the names as written (without `@`) to the account ids the platform means.
    `edited` marks the new text of an older message `message`: it never acts.
    `addressed` says that it is meant for the bot even without a prefix (a mention, a button), and
    `answering` that it answers a message of the bot, so that it is meant for it where all of it is a
    command; `unseen` that the room does not read it (a button, a slash-command).
    `called` is the room's name on its platform, `space` what the platform groups rooms by (a Discord
    guild, a Matrix space), and `thread` the conversation inside the room that the answer belongs in.
    `arrived` says that the bot came into the room; `former` that the platform replaced a room, whose
    id it was, by this one: both without words. `missed` says that it was said while the bot was away,
    so that it comes with all that others said meanwhile, and at once; `said` when (ms), where that
    was long before it could be read. `answers` is the receipt of the message of ours that it answers
    or presses, where it does, and `back` the line that takes a press back, empty where none does (None
    where nothing was pressed). `as_of` is the point of the books that a button was made from: only
    there its references mean what they meant. Who says what time it is knows what is still `unread`,
    and who was `unreached`, from which backup the books were `restored`, and which witness is
    `refusing` to sign, by its name. `file` came with it, where its command takes one
    (`bot.grammar.lines.file_bytes`).
    """

    message: str
    place: Place
    actor: Actor
    words: str
    private: bool = False
    edited: bool = False
    addressed: bool = False
    answering: bool = False
    unseen: bool = False
    mentions: dict[str, str] = {}
    space: str = ""
    called: str = ""
    thread: str = ""
    arrived: bool = False
    former: str = ""
    missed: bool = False
    said: int = 0
    answers: str = ""
    back: str | None = None
    as_of: str = ""
    unread: tuple[Unread, ...] = ()
    unreached: Unreached | None = None
    restored: Restored | None = None
    refusing: str = ""
    file: Attached | None = None

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
    standing = tuple(map(_kept, actor.standing))
    whole = replace(actor, id=_kept(actor.id), name=name, standing=standing)
    where = Place(_kept(place.platform), _kept(place.room))
    return replace(
        message,
        message=_kept(message.message),
        place=where,
        actor=whole,
        space=_kept(message.space),
        called=normal(message.called[:ID_CHARACTERS_MAX]),
        thread=_kept(message.thread),
        former=_kept(message.former),
        answers=_kept(message.answers),
    )


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


ELSEWHERE = "\u2709\ufe0f"
"""The sign at a message that was answered in private: an envelope, whatever the answer is."""


class Tone(StrEnum):
    """How the thing of a card stands, at a glance, where a platform has colours for it.

    It waits for people; it came about; it was stopped; it is over without either. Words tell it too.
    """

    OPEN = "open"
    GOOD = "good"
    BAD = "bad"
    OVER = "over"


class Button(msgspec.Struct, frozen=True):
    """A button, and the command line that it types for whoever presses it.

    `emoji` is the reaction that presses it where there are no buttons, as others do that are `also`
    made for it; `back` is the line that taking the reaction away types, where that was no vote.
    `asks` is what whoever presses it must say in words, such as the reason of a block: they follow
    the line, after a blank, as one text; where it `goes_on` as if they were typed there, with amounts,
    people and options. `typed` is the same to be typed, in the reader's language.
    """

    label: Node
    line: str
    emoji: str = ""
    asks: Node | None = None
    typed: Typed | None = None
    goes_on: bool = False
    also: tuple[str, ...] = ()
    back: str = ""


class Choice(msgspec.Struct, frozen=True):
    """One choice of a menu: what people read, and the word that it types."""

    label: Node
    word: str
    emoji: str = ""


class Menu(msgspec.Struct, frozen=True):
    """A menu of which up to `most` choices are taken; it types the line and the words taken.

    The words follow the line after a blank, with `joint` between them, in the order they were taken.
    Where there are `answers`, each choice is given one of them: it types `word=answer`.
    """

    prompt: Node
    line: str
    choices: tuple[Choice, ...]
    most: int = 1
    joint: str = " "
    answers: tuple[Choice, ...] = ()


class File(msgspec.Struct, frozen=True):
    """A file that goes with a reply; `media` is its media type, `about` what it shows, in words."""

    name: str
    media: str
    data: bytes
    about: Node


MESSAGE_KEYS = frozenset({"to", "kind", "ref", "text", "at", "files"})
"""What a message is told as to machines, beside the facts of its reply."""


class Reply(msgspec.Struct, frozen=True):
    """One thing to say: to the room it was asked in, or privately to the person who asked.

    `place` is another room to say it in; `to` another member to say it to, in private, by number.

    A `CARD` is the live picture of the thing `ref`; an `EDIT` of the same `ref` replaces it, in the
    room `place` where it stands. A card that is `native` may be shown as the platform's own poll, of
    its one menu, which `closes` at an instant (ms); the edit that has no menu any more, or that `hides`
    the votes, closes it. What is `fleeting` is kept only until it is told. `facts` are further keys for
    machines.

    `typed` says how what is pressed is typed: it stands below the body wherever nothing can be pressed.
    `news` is what an edit changed, in one line; `tone` how the thing of a card stands.

    A `PICTURE` has a `chart`, and its body tells the same in words: where pictures are shown it goes
    with the picture as its description.

    `page` is the page of the open book on which one reads on: where everybody sees that, its address
    stands below the body.
    """

    body: Node
    kind: Kind = Kind.REPLY
    private: bool = False
    ref: str | None = None
    place: Place | None = None
    to: int = 0
    buttons: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()
    native: bool = False
    closes: int = 0
    hides: bool = False
    fleeting: bool = False
    files: tuple[File, ...] = ()
    chart: Chart | None = None
    facts: dict[str, Any] = {}
    typed: Node | None = None
    news: Node | None = None
    tone: Tone = Tone.OPEN
    page: str = ""

    @property
    def whole(self) -> Node:
        """The body, and below it how to type what is pressed elsewhere."""
        return self.body if self.typed is None else lines(self.body, self.typed)

    def __post_init__(self) -> None:
        """Refuse facts that would stand where a machine looks for the message itself."""
        shadowing = MESSAGE_KEYS & self.facts.keys()
        if shadowing:
            message = f"facts may not be called {', '.join(sorted(shadowing))}"
            raise ValueError(message)


class Refusal(ValueError):  # noqa: N818 - it is no error of ours: somebody asked what cannot be done
    """What was asked cannot be done: what was wrong, and what would work.

    `code` is short and stable, for machines (`bot.refusals` has them all); `rule` the name of the rule
    that refused, if one did; `word` the word of the line it is about, as typed; `instead` what to do.
    A decision raises it; the engine answers it, in one place.
    """

    def __init__(
        self, code: str, reason: Node, *, rule: str = "", word: str = "", instead: Node | None = None
    ) -> None:
        """Say no, and why."""
        super().__init__(code)
        self.code = code
        self.reason = reason
        self.rule = rule
        self.word = word
        self.instead = instead

    def but(self, *, word: str | None = None, instead: Node | None = None) -> Self:
        """The same refusal, about another word or with another way out."""
        return type(self)(
            self.code,
            self.reason,
            rule=self.rule,
            word=self.word if word is None else word,
            instead=self.instead if instead is None else instead,
        )


class Misread(Refusal):
    """A line, or a value in it, that cannot be read as typed: what the grammar raises."""


class Outgoing(msgspec.Struct, frozen=True):
    """One thing to deliver: a reply with its address and the key that makes sending it twice harmless.

    `person` is the account id for a private reply, empty for the room; `thread` the conversation in
    the room that it belongs in. `language`, `zone` and `prefix` are the reader's; `own_zone` says that
    they chose the zone themselves. `as_of` is the point of the books that its buttons and menus are
    made from, where it has some. What `rings` may notify, where a platform knows silent messages.
    `elsewhere` says that who asked in a room is answered in private alone: a sign at their message may
    show it. What answers a press knows on which message of ours that was (`pressed`, by its receipt),
    and the line that takes it `back`, as `Incoming` had them.
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
    thread: str = ""
    own_zone: bool = False
    as_of: str = ""
    rings: bool = False
    elsewhere: bool = False
    pressed: str = ""
    back: str | None = None

    @property
    def id(self) -> str:
        """A stable name of this row, to be hashed into idempotency keys."""
        return f"{self.key.platform}|{self.key.message}|{self.key.step}|{self.number}"


def reader_of(row: Outgoing) -> Reader:
    """Whoever a message goes to."""
    year = dt.datetime.fromtimestamp(row.at / 1000, tz=ZoneInfo(row.zone)).year
    return reader(row.language, row.zone, row.prefix, own_zone=row.own_zone, year=year)
