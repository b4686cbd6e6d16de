"""The life of an interaction on Discord's side: 3 seconds to the first answer, 15 minutes in all."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field

from tests.doubles.discord import limits
from tests.doubles.discord.world import (
    COMPONENTS_V2,
    EPHEMERAL,
    EVERYTHING,
    LOADING,
    ApiError,
    Channel,
    Message,
    Payload,
    User,
    World,
    words_in,
)

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
FIRST_SECONDS, TOKEN_SECONDS = 3.0, 900.0

ALLOWED = {
    COMMAND: {4, 5, 9},
    COMPONENT: {4, 5, 6, 7, 9},
    AUTOCOMPLETE: {8},
    MODAL: {4, 5, 6, 7},
}
"""The callback types of each interaction; 6 and 7 of a modal need a message that it came from."""


@dataclass
class Interaction:
    """One interaction, and what its author saw of it."""

    id: str
    token: str
    type: int
    user: User
    channel: Channel
    data: Payload
    born: float
    on: Message | None = None
    answered: int | None = None
    """The type of the callback, once there was one."""
    latency: float = 0.0
    original: Message | None = None
    choices: list[Payload] = field(default_factory=list)
    modal: Payload | None = None
    follow_ups: list[Message] = field(default_factory=list)
    problems: list[ApiError] = field(default_factory=list)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def shown(self) -> list[Message]:
        """Its messages, in order."""
        own = [self.original] if self.original and self.original is not self.on else []
        return [*own, *self.follow_ups]

    @property
    def text(self) -> str:
        """The words of its first message."""
        return self.shown[0].content


class Interactions:
    """All of them, by token."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all: dict[str, Interaction] = {}
        self._numbers = itertools.count(1)

    def begin(
        self, kind: int, user: User, channel: Channel, data: Payload, on: Message | None = None
    ) -> Interaction:
        number = self.world.snowflake()
        token = f"secret-token-{next(self._numbers)}-of-{number}"
        it = Interaction(number, token, kind, user, channel, data, self.world.clock.now(), on)
        self.all[token] = it
        self.world.dispatch("INTERACTION_CREATE", self.payload(it))
        return it

    def payload(self, it: Interaction, locale: str = "en-US") -> Payload:
        world, channel = self.world, it.channel
        told: Payload = {
            "id": it.id,
            "application_id": world.bot.id,
            "type": it.type,
            "token": it.token,
            "version": 1,
            "data": it.data,
            "channel_id": channel.id,
            "channel": channel.payload(),
            "locale": getattr(it.user, "locale", locale),
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 0 if channel.guild else 1,
            "attachment_size_limit": 10_485_760,
            "app_permissions": str(self._permitted(channel)),
        }
        if it.on is not None:
            told["message"] = world.message_payload(it.on)
        if channel.guild:
            guild = world.guilds[channel.guild]
            member = guild.members[it.user.id]
            permissions = world.permissions(guild, it.user, channel)
            told |= {
                "guild_id": guild.id,
                "guild_locale": "en-US",
                "member": {**member.payload(), "permissions": str(permissions)},
            }
        else:
            told["user"] = it.user.payload()
        return told

    def _permitted(self, channel: Channel) -> int:
        """What the bot is permitted where the interaction was made; everything in direct messages."""
        if not channel.guild:
            return EVERYTHING
        return self.world.permissions(self.world.guilds[channel.guild], self.world.bot, channel)

    # The callback

    def callback(self, number: str, token: str, body: Payload, files: list[Payload]) -> Payload:
        it = self.all.get(token)
        if it is None or it.id != number:
            raise ApiError(404, 10062, "Unknown interaction")
        if it.answered is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if self.world.clock.now() - it.born > FIRST_SECONDS:
            raise ApiError(404, 10062, "Unknown interaction")
        kind, data = body["type"], body.get("data") or {}
        if kind not in ALLOWED[it.type] or (kind in {6, 7} and it.on is None):
            raise ApiError(400, 50035, f"callback {kind} for interaction {it.type}")
        self._check(kind, data, len(files))
        it.answered, it.latency = kind, self.world.clock.now() - it.born
        self._answer(it, kind, data, files)
        it.done.set()
        self.world.happened()
        return self._told(it, kind)

    def _check(self, kind: int, data: Payload, files: int) -> None:
        wrong: list[str] = []
        if kind in {4, 7}:
            wrong += limits.message_complaints(data, files, fields=limits.ANSWER_FIELDS, new=kind == 4)
        elif kind == 9:
            wrong += limits.modal_complaints(data)
        elif kind == 8:
            choices = data["choices"]
            wrong += ["more than 25 choices"] if len(choices) > 25 else []
            wrong += [
                f"a choice that is too long: {each}"
                for each in choices
                if not 1 <= len(each["name"]) <= 100 or not 1 <= len(each["value"]) <= 100
            ]
        if wrong:
            raise ApiError(400, 50035, "Invalid Form Body", wrong=wrong)

    def _answer(self, it: Interaction, kind: int, data: Payload, files: list[Payload]) -> None:
        match kind:
            case 4:
                it.original = self._post(it, data, files)
            case 5:
                it.original = self._post(it, {**data, "flags": data.get("flags", 0) | LOADING}, [])
            case 6 | 7:
                it.original = it.on
                if kind == 7 and it.on is not None:
                    self._change(it.on, data, files)
            case 8:
                it.choices = data["choices"]
            case 9:
                it.modal = data

    def _told(self, it: Interaction, kind: int) -> Payload:
        told: Payload = {"interaction": {"id": it.id, "type": it.type}, "resource": {"type": kind}}
        if kind in {4, 5, 7} and it.original is not None:
            told["interaction"] |= {
                "response_message_id": it.original.id,
                "response_message_loading": bool(it.original.flags & LOADING),
                "response_message_ephemeral": it.original.ephemeral,
            }
            told["resource"]["message"] = self.world.message_payload(it.original)
        return told

    def _post(self, it: Interaction, data: Payload, files: list[Payload]) -> Message:
        flags = data.get("flags") or 0
        message = Message(
            self.world.snowflake(),
            it.channel.id,
            self.world.bot,
            words_in(data),
            type=20,
            flags=flags,
            components=data.get("components") or [],
            attachments=files,
            seen_by=it.user.id if flags & EPHEMERAL else "",
            interaction=it.id,
            asked=(it.type, it.user),
            allowed_mentions=data.get("allowed_mentions"),
        )
        return self.world.post(message)

    def _change(self, message: Message, data: Payload, files: list[Payload]) -> None:
        wrong = list(limits.change_complaints(message, data))
        if wrong:
            raise ApiError(400, 50035, "Invalid Form Body", wrong=wrong)
        for name in ("components", "allowed_mentions"):
            if name in data:
                setattr(message, name, data[name] or [])
        message.flags |= (data.get("flags") or 0) & COMPONENTS_V2
        if ("components" if message.flags & COMPONENTS_V2 else "content") in data:
            message.content = words_in(data)
        if "attachments" in data:
            message.attachments = files
        message.flags &= ~LOADING
        message.edits += 1
        message.edited_at = self.world.clock.now()
        self.world.tell_message("MESSAGE_UPDATE", message)
        self.world.happened()

    # What follows

    def _of_token(self, application: str, token: str) -> Interaction:
        it = self.all.get(token)
        if it is None or application != self.world.bot.id:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self.world.clock.now() - it.born > TOKEN_SECONDS:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        if it.answered is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        return it

    def follow_up(self, application: str, token: str, body: Payload, files: list[Payload]) -> Payload:
        it = self._of_token(application, token)
        wrong = list(limits.message_complaints(body, len(files), fields=limits.ANSWER_FIELDS, new=True))
        if wrong:
            raise ApiError(400, 50035, "Invalid Form Body", wrong=wrong)
        if it.original is not None and it.original.flags & LOADING:
            # Documented: the first follow-up fills the waiting message and keeps who sees it.
            self._change(it.original, body, files)
            return self.world.message_payload(it.original)
        message = self._post(it, body, files)
        it.follow_ups.append(message)
        return self.world.message_payload(message)

    def edit_original(
        self, application: str, token: str, body: Payload, files: list[Payload]
    ) -> Payload:
        it = self._of_token(application, token)
        if it.original is None or it.original.id not in self.world.messages:
            raise ApiError(404, 10008, "Unknown Message")
        wrong = list(
            limits.message_complaints(body, len(files), fields=limits.ANSWER_FIELDS, new=False)
        )
        if wrong:
            raise ApiError(400, 50035, "Invalid Form Body", wrong=wrong)
        self._change(it.original, body, files)
        return self.world.message_payload(it.original)

    def waved_away(self, it: Interaction) -> None:
        """Its author dismissed what only they see."""
        assert it.original is not None
        assert it.original.ephemeral
        it.original.flags &= ~LOADING
        del self.world.messages[it.original.id]

    def pending(self) -> bool:
        """Whether anybody waits for their first answer."""
        return any(it.answered is None for it in self.all.values())

    async def answered(self, it: Interaction, seconds: float = 30.0) -> Interaction:
        """Wait for its first answer."""
        async with asyncio.timeout(seconds):
            await it.done.wait()
        return it
