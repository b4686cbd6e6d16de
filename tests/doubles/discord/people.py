"""What people do on Discord: type, choose, press, vote. A client lets them do only what is valid."""

from __future__ import annotations

from typing import Any

from tests.doubles.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    Interaction,
    Interactions,
)
from tests.doubles.discord.world import Channel, Message, Payload, User, World


class People:
    """Acts as any person; every act returns once the bot has answered it for the first time."""

    def __init__(self, world: World, interactions: Interactions) -> None:
        self.world, self.interactions = world, interactions
        self.attached: dict[str, Payload] = {}

    # Files

    def attach(self, name: str, data: bytes, *, size: int | None = None) -> str:
        """Upload a file, to be given to a command or a message by this id; Discord tells its size."""
        number = self.world.snowflake()
        self.world.files[number] = data
        self.attached[number] = {
            "id": number,
            "filename": name,
            "size": len(data) if size is None else size,
            "url": f"{self.world.cdn}{number}/{name}",
        }
        return number

    # Commands

    async def slash(
        self, user: User, channel: Channel, name: str, /, **values: str | bool
    ) -> Interaction:
        """Send a slash-command, `name` with its subcommand behind a blank."""
        it = self.send_slash(user, channel, name, **values)
        return await self.interactions.answered(it)

    def send_slash(
        self, user: User, channel: Channel, name: str, /, **values: str | bool
    ) -> Interaction:
        command, options = self._known(name)
        for option in options:
            assert not option.get("required") or option["name"] in values, f"{name} needs {option}"
        told = [self._given(options, each, value) for each, value in values.items()]
        return self.interactions.begin(COMMAND, user, channel, self._data(command, name, told))

    async def complete(
        self, user: User, channel: Channel, name: str, focused: str, typed: str, **values: str | bool
    ) -> list[Payload]:
        """Type into an option that is completed; returns what is offered."""
        command, options = self._known(name)
        option = next(each for each in options if each["name"] == focused)
        assert option.get("autocomplete"), f"{focused} is not completed"
        told = [self._given(options, each, value) for each, value in values.items()]
        told.append({"type": 3, "name": focused, "value": typed, "focused": True})
        it = self.interactions.begin(AUTOCOMPLETE, user, channel, self._data(command, name, told))
        await self.interactions.answered(it)
        return it.choices

    def _known(self, name: str) -> tuple[Payload, list[Payload]]:
        first, _, second = name.partition(" ")
        command = next(each for each in self.world.commands if each["name"] == first)
        options: list[Payload] = command.get("options") or []
        if second:
            options = next(each for each in options if each["name"] == second).get("options") or []
        else:
            assert not any(each["type"] == 1 for each in options), f"{name} needs a subcommand"
        return command, options

    def _given(self, options: list[Payload], name: str, value: str | bool) -> Payload:
        name = name.replace("_", "-")
        option = next(each for each in options if each["name"] == name)
        if option["type"] == 5:
            return {"type": 5, "name": name, "value": value in {True, "on"}}
        assert isinstance(value, str)
        if option["type"] == 11:
            assert value in self.attached, f"{value} was not attached"
            return {"type": 11, "name": name, "value": value}
        assert option.get("min_length", 0) <= len(value) <= option.get("max_length", 6000), name
        choices = [each["value"] for each in option.get("choices") or ()]
        assert not choices or value in choices, f"{value} is none of {choices}"
        return {"type": option["type"], "name": name, "value": value}

    def _data(self, command: Payload, name: str, options: list[Payload]) -> Payload:
        second = name.partition(" ")[2]
        files = {it["value"]: self.attached[it["value"]] for it in options if it["type"] == 11}
        resolved = {"resolved": {"attachments": files}} if files else {}
        if second:
            options = [{"type": 1, "name": second, "options": options}]
        return {"id": command["id"], "name": command["name"], "type": 1, "options": options, **resolved}

    # Components

    async def press(self, user: User, message: Message, label: str) -> Interaction:
        """Press a button, by its label."""
        button = message.buttons()[label]
        return await self.interactions.answered(self.send_press(user, message, button["custom_id"]))

    def send_press(self, user: User, message: Message, custom_id: str) -> Interaction:
        self._sees(user, message)
        data = {"custom_id": custom_id, "component_type": 2}
        return self.interactions.begin(
            COMPONENT, user, self.world.channels[message.channel], data, message
        )

    async def choose(self, user: User, message: Message, *labels: str, menu: int = 0) -> Interaction:
        """Take choices of a menu, by their labels."""
        self._sees(user, message)
        select = message.selects()[menu]
        assert select["min_values"] <= len(labels) <= select["max_values"]
        values = {option["label"]: option["value"] for option in select["options"]}
        data = {
            "custom_id": select["custom_id"],
            "component_type": 3,
            "values": [values[label] for label in labels],
        }
        channel = self.world.channels[message.channel]
        it = self.interactions.begin(COMPONENT, user, channel, data, message)
        return await self.interactions.answered(it)

    async def submit(self, asked: Interaction, words: str) -> Interaction:
        """Fill in a modal's first field and send it; what is filled in already stays as it is."""
        assert asked.modal is not None
        fields = [label["component"] for label in asked.modal["components"]]
        values = [words, *(field["value"] for field in fields[1:])]
        for field, value in zip(fields, values, strict=True):
            assert field["min_length"] <= len(value) <= field["max_length"]
        data = {
            "custom_id": asked.modal["custom_id"],
            "components": [
                {
                    "type": 18,
                    "id": 2 * number + 1,
                    "component": {
                        "type": 4,
                        "id": 2 * number + 2,
                        "custom_id": field["custom_id"],
                        "value": value,
                    },
                }
                for number, (field, value) in enumerate(zip(fields, values, strict=True))
            ],
            "resolved": {},
        }
        it = self.interactions.begin(MODAL, asked.user, asked.channel, data, asked.on)
        return await self.interactions.answered(it)

    def _sees(self, user: User, message: Message) -> None:
        assert message.id in self.world.messages, "the message is gone"
        assert not message.ephemeral or message.seen_by == user.id, "nobody else sees this message"

    # Words

    def say(
        self,
        user: User,
        channel: Channel,
        content: str,
        *,
        mentions: tuple[User, ...] = (),
        files: tuple[str, ...] = (),
        answers: Message | None = None,
    ) -> Message:
        """Write a message."""
        message = Message(self.world.snowflake(), channel.id, user, content, mentions=list(mentions))
        if answers is not None:
            message.type, message.reference = 19, answers.id
        message.attachments = [self.attached[each] for each in files]
        return self.world.post(message)

    def edit(self, message: Message, content: str) -> None:
        """Change an own message."""
        message.content, message.edited_at = content, self.world.clock.now()
        self.world.tell_message("MESSAGE_UPDATE", message)

    def preview(self, message: Message) -> None:
        """Discord has found a preview for a link: an update that is no edit."""
        self.world.tell_message("MESSAGE_UPDATE", message)

    # Polls

    def vote(self, user: User, message: Message, *answers: str) -> None:
        """Vote for these answers, and take all other votes back."""
        poll = message.poll
        assert poll is not None
        assert not poll.final
        assert self.world.clock.now() < poll.expires
        assert poll.several or len(answers) <= 1, "one answer only"
        wanted = {poll.answers.index(answer) + 1 for answer in answers}
        taken = poll.votes.get(user.id, set())
        poll.votes[user.id] = set(taken)
        for answer in sorted(taken - wanted):
            poll.votes[user.id].discard(answer)
            self._tell_vote("MESSAGE_POLL_VOTE_REMOVE", user, message, answer)
        for answer in sorted(wanted - taken):
            poll.votes[user.id].add(answer)
            self._tell_vote("MESSAGE_POLL_VOTE_ADD", user, message, answer)

    def _tell_vote(self, event: str, user: User, message: Message, answer: int) -> None:
        channel = self.world.channels[message.channel]
        payload: dict[str, Any] = {
            "user_id": user.id,
            "channel_id": channel.id,
            "message_id": message.id,
            "answer_id": answer,
        }
        if channel.guild:
            payload["guild_id"] = channel.guild
        self.world.dispatch(event, payload)
