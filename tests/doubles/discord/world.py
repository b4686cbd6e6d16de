"""What the stand-in knows: people, guilds, channels, messages, polls, and how Discord tells of them."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Payload = dict[str, Any]

EPOCH_MS = 1_420_070_400_000
TEXT, DM, PUBLIC_THREAD, FORUM = 0, 1, 11, 15
EPHEMERAL, LOADING = 1 << 6, 1 << 7
COMPONENTS_V2 = 1 << 15

ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
SEND_IN_THREADS = 1 << 38
SEND_POLLS = 1 << 49
MANAGE_GUILD = 1 << 5
ADMINISTRATOR = 1 << 3
BOT_PERMISSIONS = (
    VIEW_CHANNEL | SEND_MESSAGES | ATTACH_FILES | READ_MESSAGE_HISTORY | SEND_IN_THREADS | SEND_POLLS
)
MENTION_EVERYONE = 1 << 17
USE_COMMANDS = 1 << 31
EVERYONE = VIEW_CHANNEL | SEND_MESSAGES | ATTACH_FILES | READ_MESSAGE_HISTORY | MENTION_EVERYONE
EVERYONE |= USE_COMMANDS | SEND_IN_THREADS | SEND_POLLS | ADD_REACTIONS
"""What everybody may in a fresh server, as far as it counts here."""

EVERYTHING = (1 << 53) - 1


class ApiError(Exception):
    """An answer that is an error: Discord's status and code."""

    def __init__(self, status: int, code: int, message: str, **more: Any) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status, self.body = status, {"message": message, "code": code, **more}


class Clock:
    """Real time that a test can move on."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def steady(self) -> float:
        return time.monotonic() + self.ahead

    def move(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass
class User:
    id: str
    username: str
    global_name: str | None = None
    bot: bool = False
    closed: bool = False

    def payload(self) -> Payload:
        return {
            "id": self.id,
            "username": self.username,
            "global_name": self.global_name,
            "discriminator": "0",
            "avatar": None,
            "bot": self.bot,
        }


@dataclass
class Role:
    id: str
    name: str
    permissions: int

    def payload(self) -> Payload:
        return {
            "id": self.id,
            "name": self.name,
            "permissions": str(self.permissions),
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": 0 if self.name == "@everyone" else 1,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }


@dataclass
class Member:
    user: User
    roles: list[str] = field(default_factory=list)
    nick: str | None = None

    def payload(self) -> Payload:
        return {
            "user": self.user.payload(),
            "roles": list(self.roles),
            "nick": self.nick,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }


@dataclass
class Channel:
    id: str
    type: int
    name: str = ""
    guild: str = ""
    parent: str = ""
    recipient: str = ""
    owner: str = "1"
    archived: bool = False
    locked: bool = False
    denied: int = 0
    """What the bot is not permitted in this channel."""
    overwrites: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """What it gives and takes, by the id of a role (type 0) or a person (type 1)."""

    def payload(self) -> Payload:
        told: Payload = {"id": self.id, "type": self.type, "name": self.name, "position": 0}
        if self.guild:
            given = [
                {"id": each, "type": kind, "allow": str(allow), "deny": str(deny)}
                for each, (kind, allow, deny) in self.overwrites.items()
            ]
            told |= {"guild_id": self.guild, "permission_overwrites": given, "parent_id": None}
        if self.parent:
            told |= {
                "parent_id": self.parent,
                "owner_id": self.owner,
                "member_count": 1,
                "message_count": 1,
                "thread_metadata": {
                    "archived": self.archived,
                    "auto_archive_duration": 1440,
                    "archive_timestamp": "2026-01-01T00:00:00+00:00",
                    "locked": self.locked,
                },
            }
        return told


@dataclass
class Guild:
    id: str
    name: str
    owner: str
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    gone: bool = False


@dataclass
class Poll:
    question: str
    answers: list[str]
    several: bool
    expires: float
    votes: dict[str, set[int]] = field(default_factory=dict)
    final: bool = False

    def payload(self, expiry: str) -> Payload:
        counts = [
            {
                "id": number,
                "count": sum(number in taken for taken in self.votes.values()),
                "me_voted": False,
            }
            for number in range(1, len(self.answers) + 1)
        ]
        return {
            "question": {"text": self.question},
            "answers": [
                {"answer_id": number, "poll_media": {"text": text}}
                for number, text in enumerate(self.answers, start=1)
            ],
            "expiry": expiry,
            "allow_multiselect": self.several,
            "layout_type": 1,
            # Answers without votes are absent.
            "results": {
                "is_finalized": self.final,
                "answer_counts": [each for each in counts if each["count"]],
            },
        }


@dataclass
class Message:
    id: str
    channel: str
    author: User
    content: str = ""
    """What is read in it: of a message made of components alone, the texts among them."""
    type: int = 0
    flags: int = 0
    components: list[Payload] = field(default_factory=list)
    attachments: list[Payload] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    reference: str = ""
    poll: Poll | None = None
    seen_by: str = ""
    """Whose eyes alone see an ephemeral message."""
    edited_at: float | None = None
    nonce: str | None = None
    interaction: str = ""
    asked: tuple[int, User] | None = None
    """Of what type the interaction was, and whose."""
    allowed_mentions: Payload | None = None
    edits: int = 0
    reactions: list[str] = field(default_factory=list)
    """The bot's own."""

    @property
    def ephemeral(self) -> bool:
        return bool(self.seen_by)

    def buttons(self) -> dict[str, Payload]:
        """The buttons by their label."""
        return {each["label"]: each for each in self.inside() if each["type"] == 2}

    def selects(self) -> list[Payload]:
        return [each for each in self.inside() if each["type"] == 3]

    def inside(self) -> list[Payload]:
        """All that can be pressed, also in a container."""
        rows = [each for one in self.components for each in _rows(one)]
        return [each for row in rows for each in row["components"]]

    @property
    def accent(self) -> int | None:
        """The colour of its container's edge, if it is in one."""
        return next((each.get("accent_color") for each in self.components if each["type"] == 17), None)


def _rows(component: Payload) -> list[Payload]:
    if component["type"] == 1:
        return [component]
    return [each for one in component.get("components") or () for each in _rows(one)]


def words_in(body: Payload) -> str:
    """What is read in a message: its content, or the texts among its components."""
    if body.get("content"):
        return str(body["content"])
    parts = [each for one in body.get("components") or () for each in (one, *_parts(one))]
    return "\n".join(str(each["content"]) for each in parts if each["type"] == 10)


def _parts(component: Payload) -> list[Payload]:
    return component.get("components") or [] if component["type"] == 17 else []


class World:
    """Everything there is. `changed` is called whenever something happened."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.users: dict[str, User] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, Message] = {}
        self.nonces: dict[tuple[str, str], tuple[float, str]] = {}
        self.commands: list[Payload] = []
        self.files: dict[str, bytes] = {}
        self.cdn = ""
        self.dispatch: Callable[[str, Payload], None] = lambda _event, _data: None
        self.text_queries = False
        self.shards = self.max_concurrency = 1
        """How many shards Discord would have the bot take, and how many of them may begin at once."""
        self.starts_left = 1_000
        """How often the bot may identify today."""
        self._numbers = itertools.count(1)
        self._happened = asyncio.Event()
        self.bot = self.user("Talkoot", bot=True)

    def snowflake(self) -> str:
        ms = int(self.clock.now() * 1000) - EPOCH_MS
        return str((ms << 22) | (next(self._numbers) & 0x3FFFFF))

    def happened(self) -> None:
        self._happened.set()
        self._happened = asyncio.Event()

    async def until(self, true: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until something is so; fails when it does not come to be."""
        async with asyncio.timeout(seconds):
            while not true():
                await self._happened.wait()

    # People and places

    def user(self, name: str, *, bot: bool = False) -> User:
        user = User(self.snowflake(), name.lower(), name, bot)
        self.users[user.id] = user
        return user

    def guild(self, name: str, owner: User, *channels: str) -> Guild:
        guild = Guild(self.snowflake(), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", EVERYONE)
        robot = self.role(guild, "Talkoot", BOT_PERMISSIONS)
        self.guilds[guild.id] = guild
        guild.members[self.bot.id] = Member(self.bot, [robot.id])
        guild.members[owner.id] = Member(owner)
        for channel in channels:
            self.channel(guild, channel)
        return guild

    def role(self, guild: Guild, name: str, permissions: int = 0) -> Role:
        role = Role(self.snowflake(), name, permissions)
        guild.roles[role.id] = role
        return role

    def channel(self, guild: Guild, name: str, parent: Channel | None = None) -> Channel:
        kind = PUBLIC_THREAD if parent else TEXT
        channel = Channel(self.snowflake(), kind, name, guild.id, parent.id if parent else "")
        self.channels[channel.id] = channel
        return channel

    def forum(self, guild: Guild, name: str) -> Channel:
        """A forum: messages stand in its posts, which are threads."""
        forum = self.channel(guild, name)
        forum.type = FORUM
        return forum

    def direct(self, user: User) -> Channel:
        """The channel of direct messages between somebody and the bot."""
        for known in self.channels.values():
            if known.recipient == user.id:
                return known
        channel = Channel(self.snowflake(), DM, recipient=user.id)
        self.channels[channel.id] = channel
        return channel

    def permissions(self, guild: Guild, user: User, channel: Channel | None = None) -> int:
        if guild.owner == user.id:
            return EVERYTHING
        member = guild.members[user.id]
        bits = guild.roles[guild.id].permissions
        for role in member.roles:
            bits |= guild.roles[role].permissions
        if bits & ADMINISTRATOR:
            return EVERYTHING
        if channel is None:
            return bits
        above = self.channels.get(channel.parent, channel)
        for layer in ([guild.id], member.roles, [user.id]):
            given = [above.overwrites[each] for each in layer if each in above.overwrites]
            for _, _, deny in given:
                bits &= ~deny
            for _, allow, _ in given:
                bits |= allow
        if user is self.bot:
            bits &= ~(channel.denied | above.denied)
        return bits

    # How it is told

    def iso(self, seconds: float) -> str:
        return dt.datetime.fromtimestamp(seconds, tz=dt.UTC).isoformat()

    def born(self, snowflake: str) -> float:
        return ((int(snowflake) >> 22) + EPOCH_MS) / 1000

    def guild_payload(self, guild: Guild) -> Payload:
        channels = [c for c in self.channels.values() if c.guild == guild.id]
        return {
            "id": guild.id,
            "name": guild.name,
            "owner_id": guild.owner,
            "icon": None,
            "roles": [role.payload() for role in guild.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "channels": [c.payload() for c in channels if not c.parent],
            "threads": [c.payload() for c in channels if c.parent],
            "members": [guild.members[self.bot.id].payload()],
            "member_count": len(guild.members),
            "large": False,
            "unavailable": False,
            "joined_at": "2026-01-01T00:00:00+00:00",
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "preferred_locale": "en-US",
            "premium_tier": 0,
            "premium_progress_bar_enabled": False,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "afk_timeout": 300,
            "system_channel_id": None,
            "system_channel_flags": 0,
        }

    def message_payload(
        self, message: Message, *, redacted: bool = False, nested: bool = False
    ) -> Payload:
        """A message as Discord tells it; `redacted` as to a bot that may not read messages."""
        told: Payload = {
            "id": message.id,
            "channel_id": message.channel,
            "type": message.type,
            "author": message.author.payload(),
            "content": "" if redacted or message.flags & COMPONENTS_V2 else message.content,
            "timestamp": self.iso(self.born(message.id)),
            "edited_timestamp": self.iso(message.edited_at) if message.edited_at else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [user.payload() for user in message.mentions],
            "mention_roles": [],
            "attachments": [] if redacted else message.attachments,
            "embeds": [],
            "components": [] if redacted else message.components,
            "pinned": False,
            "flags": message.flags,
        }
        if message.reference:
            told["message_reference"] = {
                "message_id": message.reference,
                "channel_id": message.channel,
            }
            answered = self.messages.get(message.reference)
            if message.type == 19 and answered is not None and not nested:
                told["referenced_message"] = self.message_payload(answered, redacted=False, nested=True)
        if message.poll and not redacted:
            told["poll"] = message.poll.payload(self.iso(message.poll.expires))
        if message.asked:
            kind, user = message.asked
            told["interaction_metadata"] = {
                "id": message.interaction,
                "type": kind,
                "user": user.payload(),
                "authorizing_integration_owners": {},
            }
        return told

    def redacts(self, message: Message) -> bool:
        """Whether the bot gets a message without its words (Gateway, Message Content Intent)."""
        mine = message.author is self.bot
        named = self.bot in message.mentions
        direct = self.channels[message.channel].type == DM
        return not (self.text_queries or mine or named or direct)

    def tell_message(self, event: str, message: Message) -> None:
        """Dispatch a message to the bot, if it may see the channel; ephemeral ones never are."""
        if message.ephemeral:
            return
        channel = self.channels[message.channel]
        payload = self.message_payload(message, redacted=self.redacts(message))
        if channel.guild:
            guild = self.guilds[channel.guild]
            if not self.permissions(guild, self.bot, channel) & VIEW_CHANNEL:
                return
            payload["guild_id"] = guild.id
            author = guild.members.get(message.author.id)
            if author is not None:
                payload["member"] = {k: v for k, v in author.payload().items() if k != "user"}
        self.dispatch(event, payload)

    # What happens

    def post(self, message: Message) -> Message:
        self.messages[message.id] = message
        self.tell_message("MESSAGE_CREATE", message)
        self.happened()
        return message

    def said(self, channel: Channel, *, private_to: User | None = None) -> list[Message]:
        """What the bot said in a channel, oldest first: to all, or to one person alone."""
        wanted = private_to.id if private_to else ""
        return [
            m
            for m in self.messages.values()
            if m.channel == channel.id and m.author is self.bot and m.seen_by == wanted
        ]

    def expire(self, message: Message) -> None:
        """End a poll: its result is final, and a message of its author tells it."""
        assert message.poll is not None
        message.poll.final = True
        message.poll.expires = self.clock.now()
        self.tell_message("MESSAGE_UPDATE", message)
        result = Message(
            self.snowflake(), message.channel, message.author, type=46, reference=message.id
        )
        self.post(result)
