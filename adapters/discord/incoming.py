"""From Discord's events to messages: commands, presses, modals, typed words, edits, votes. Pure.

It reads the events as Discord sends them, not discord.py's objects: those raise at what is new or
missing, and an event that cannot be read must cost no more than itself. What is missing here raises
KeyError, TypeError or ValueError, which the caller notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from adapters.discord import scoring
from adapters.discord.attachments import handed_in
from adapters.discord.commands import ATTACHMENT, CHARACTERS_MAX, WINDOW, as_spoken, completed
from adapters.discord.components import (
    BELOW,
    LINE,
    Mark,
    Press,
    answered,
    former_line,
    modal,
    read_custom_id,
)
from adapters.discord.containers import COMPONENTS_V2, pressable
from adapters.discord.markdown import Markdown
from adapters.discord.outgoing import EPHEMERAL
from adapters.discord.ranking import is_step, options_of, order_after, step, words_in_order
from adapters.discord.receipts import answered_message, receipt_of
from adapters.discord.spelling import People, continued, spelled
from adapters.discord.standing import (
    PLATFORM,
    Overwrite,
    Payload,
    Surroundings,
    actor_of,
    name_of,
    permitted_to,
)
from bot.arguments import Option, OptionType
from bot.chat import Actor, Incoming, Place
from bot.command import Asked, Command
from bot.phrasing.votes import meant_by
from bot.text.languages import reader
from bot.text.rendering import Reader, render, shortened
from bot.text.wording import Node, Typed, lines, say


class InteractionType(IntEnum):
    """What an interaction is."""

    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """How an interaction is answered."""

    MESSAGE = 4
    LATER = 5
    LATER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


THREADS = {10, 11, 12}
DIRECT = {1, 3}
SPOKEN = {0, 19}
"""The message types that people write: a message, a reply."""


class Answered(msgspec.Struct, frozen=True):
    """An interaction that is answered at once, by the adapter alone."""

    callback: Callback
    data: Payload


class Typing(msgspec.Struct, frozen=True):
    """Somebody is typing a command's option and wants to see what may stand there."""

    message: Incoming
    asked: Asked
    option: Option
    typed: str
    language: str


def interaction_key(interaction: str) -> str:
    """What the inbox knows an interaction by; message ids are plain numbers."""
    return f"i{interaction}"


def press_of(payload: Payload) -> Press | None:
    """What the custom id says that was pressed or filled in; None where there is none of ours."""
    if payload["type"] not in {InteractionType.COMPONENT, InteractionType.MODAL}:
        return None
    return read_custom_id(payload["data"]["custom_id"])


def hands_in(press: Press | None) -> bool:
    """Whether a press hands in what was put together in its message: the answer may stand there."""
    return press is not None and press.mark in {Mark.RANKED, Mark.RATED}


def read_interaction(
    payload: Payload, press: Press | None, known: Surroundings
) -> Incoming | Answered | Typing | None:
    """What an interaction means, whose custom id says `press`; None for one that needs nothing."""
    match payload["type"]:
        case InteractionType.COMMAND:
            return _command(payload, known)
        case InteractionType.AUTOCOMPLETE:
            return _typing(payload, known)
        case InteractionType.COMPONENT:
            return _pressed(payload, press, known)
        case InteractionType.MODAL:
            return _modal(payload, press, known)
    return None


def _named(data: Payload, known: Surroundings) -> tuple[str, list[Payload]]:
    """The name of the command that was given, and its options as they came."""
    options = list(data.get("options") or ())
    first, second = data["name"], ""
    if options and options[0]["type"] == 1:
        second, options = options[0]["name"], list(options[0].get("options") or ())
    return known.names.get((first, second), f"{first} {second}".strip()), options


def _command(payload: Payload, known: Surroundings) -> Incoming | Answered:
    data = payload["data"]
    name, options = _named(data, known)
    people = People(_names(data))
    # A file is no part of the line; it is fetched where it is handed in.
    values = {it["name"]: _value(it["value"]) for it in options if it.get("type") != ATTACHMENT}
    command = known.commands.get(name)
    long = _long_to_ask(command, values)
    if long is None:
        return _incoming(payload, known, spelled(name, values, command, people), people)
    others = {each: value for each, value in values.items() if each != long.name}
    line = spelled(name, others, command, people)
    body = modal(Press(Mark.WRITES, line), f"/{name}", render(long.about, _reader(payload)))
    if body is not None:
        return Answered(Callback.MODAL, body)
    return _said(
        payload, say("That is too long for a window; nothing was done. Please make it shorter."), known
    )


def _value(given: object) -> str:
    """An option's value as it is typed; whether or not is on or off."""
    if isinstance(given, bool):
        return "on" if given else "off"
    return str(given)


def _long_to_ask(command: Command | None, values: Mapping[str, str]) -> Option | None:
    """The option of several lines to ask for in a window: needed and left out, or wished so."""
    if command is None or OptionType.FILE in command.by_type:
        return None  # no window keeps what was attached
    long = [o for o in command.options if o.type is OptionType.LONG]
    wished = (o for o in long if values.get(o.name, WINDOW if o.required else "").strip() == WINDOW)
    return next(wished, None)


def _names(data: Payload) -> dict[str, str]:
    """The names that an interaction tells beside the ids of people."""
    resolved = data.get("resolved") or {}
    members = resolved.get("members") or {}
    return {
        account: (members.get(account) or {}).get("nick") or name_of(user)
        for account, user in (resolved.get("users") or {}).items()
    }


def _typing(payload: Payload, known: Surroundings) -> Typing | Answered | None:
    name, options = _named(payload["data"], known)
    focused = next((option for option in options if option.get("focused")), None)
    command = known.commands.get(name)
    if focused is None or command is None:
        return None
    option = next((each for each in command.options if each.name == focused["name"]), None)
    if option is None or (option.type is OptionType.LONG and OptionType.FILE in command.by_type):
        return None
    if option.type is OptionType.LONG:
        words = render(say("Several paragraphs: write them in a window"), _reader(payload))
        name = shortened(words, CHARACTERS_MAX)
        return Answered(Callback.CHOICES, {"choices": [{"name": name, "value": WINDOW}]})
    typed = str(focused["value"])
    given = {o["name"]: _value(o["value"]) for o in options if o is not focused}
    asked = Asked(name, option.name, completed(option, typed), given)
    language = str(payload.get("locale", "en"))
    return Typing(_incoming(payload, known, ""), asked, option, typed, language)


def _pressed(payload: Payload, press: Press | None, known: Surroundings) -> Incoming | Answered:
    message = payload["message"]
    values = [str(value) for value in payload["data"].get("values") or ()]
    if press is None or not press.as_of:
        return _stale(payload, known)
    typed: str | None = None
    match press.mark:
        case Mark.TYPES:
            typed = press.line
        case Mark.TAKES if values:
            typed = f"{press.line} {press.fields[0].join(values)}"
        case Mark.ASKS | Mark.OPENS:
            return _asking(payload, press) or _stale(payload, known)
        case Mark.RANKS | Mark.ANEW:
            return _ranking(payload, press, values) or _stale(payload, known)
        case Mark.TURNS | Mark.RATES:
            return _rating(payload, press, values) or _stale(payload, known)
        case Mark.RATED if words := scoring.words_rated(press, message):
            typed = f"{press.line} {' '.join(words)}"
        case Mark.RANKED if words := words_in_order(press, options_of(message)):
            typed = f"{press.line} {press.fields[1].join(words)}"
    if typed is None:
        return _stale(payload, known)
    return replace(_incoming(payload, known, typed), as_of=press.as_of)


def _asking(payload: Payload, press: Press) -> Answered | None:
    """A button that needs words opens a modal."""
    pressed = payload["data"]["custom_id"]
    labels = (
        str(each.get("label", ""))
        for each in pressable(payload["message"])
        if each.get("custom_id") == pressed
    )
    reads = reader(str(payload.get("locale", "en")), "UTC")
    body = modal(press, next(labels, ""), render(say("In your words"), reads))
    return None if body is None else Answered(Callback.MODAL, body)


def _ranking(payload: Payload, press: Press, values: list[str]) -> Answered | None:
    message = payload["message"]
    options = options_of(message)
    body = step(press, order_after(press, options, values), options, _reader(payload))
    if body is None:
        return None
    if is_step(message):
        return Answered(Callback.UPDATE, body)
    return Answered(Callback.MESSAGE, {**body, "flags": EPHEMERAL})


def _rating(payload: Payload, press: Press, values: list[str]) -> Answered | None:
    body = scoring.step(press, payload["message"], values, _reader(payload))
    if body is None:
        return None
    flags = payload["message"].get("flags", 0)
    if flags & EPHEMERAL or not (payload.get("guild_id") or flags & COMPONENTS_V2):
        return Answered(Callback.UPDATE, body)
    # A card stays as it is.
    content = render(say("Your ballot:"), _reader(payload))
    return Answered(Callback.MESSAGE, {**body, "content": content, "flags": EPHEMERAL})


def _stale(payload: Payload, known: Surroundings) -> Answered:
    """A button of an older version, or none of ours."""
    former = former_line(str(payload["data"].get("custom_id", "")))
    words = lines(
        say("I do not know this button any more; nothing was done."),
        say("What it did can be typed: {line}", line=Typed(former)) if former else None,
    )
    return _said(payload, words, known)


def _said(payload: Payload, words: Node, known: Surroundings) -> Answered:
    """Words for whoever asked, alone."""
    markup = Markdown(lambda line: as_spoken(line, known.names, known.commands), known.ids)
    content = render(words, _reader(payload), markup)
    data = {"content": content, "flags": EPHEMERAL, "allowed_mentions": {"parse": []}}
    return Answered(Callback.MESSAGE, data)


def _modal(payload: Payload, press: Press | None, known: Surroundings) -> Incoming | Answered:
    data = payload["data"]
    words = answered(data.get("components"))
    people = People({})
    if press is not None and press.mark in {Mark.ANSWERS, Mark.GOES_ON} and press.as_of:
        typed = f"{press.line} {people.within(words).strip()}"
        line = typed if press.mark is Mark.GOES_ON else continued(press.line, words, people)
        return replace(_incoming(payload, known, line, people), as_of=press.as_of)
    if press is not None and press.mark is Mark.WRITES:
        line = press.line
        if line == BELOW:
            line = " ".join(answered(data.get("components"), LINE).split())
        return _incoming(payload, known, f"{line}\n{people.within(words)}", people)
    return _stale(payload, known)


def _reader(payload: Payload) -> Reader:
    return reader(str(payload.get("locale", "en")), "UTC", "/")


def _incoming(
    payload: Payload, known: Surroundings, line: str, people: People | None = None
) -> Incoming:
    place, thread = _place(payload, known)
    return Incoming(
        message=interaction_key(str(payload["id"])),
        place=place,
        actor=actor_of(payload, known),
        words=line,
        private=not payload.get("guild_id"),
        addressed=True,
        unseen=True,
        mentions=dict(people.mentions) if people else {},
        space=str(payload.get("guild_id") or ""),
        thread=thread,
        answers=receipt_of(payload, (payload.get("message") or {}).get("id")),
    )


def _place(payload: Payload, known: Surroundings) -> tuple[Place, str]:
    """The room, and the thread in it if it is one: a thread belongs to the channel above it."""
    channel = payload.get("channel") or {}
    inside = str(payload.get("channel_id") or channel["id"])
    above = str(channel.get("parent_id") or "") if channel.get("type") in THREADS else known.parent
    return (Place(PLATFORM, above), inside) if above else (Place(PLATFORM, inside), "")


def read_message(payload: Payload, known: Surroundings) -> Incoming | None:
    """A message that a person wrote to the bot; None for what is not for it.

    Bots, webhooks and the bot itself are no people. Without the permission to read messages Discord
    leaves the words out, but for direct messages and those that mention the bot.
    """
    author = payload["author"]
    if author.get("bot") or payload.get("webhook_id") or str(author["id"]) == known.bot:
        return None
    if payload.get("type", 0) not in SPOKEN:
        return None
    people = People(
        {
            str(user["id"]): str((user.get("member") or {}).get("nick") or name_of(user))
            for user in payload.get("mentions") or ()
        }
    )
    private = not payload.get("guild_id")
    words, named = _unmentioned(str(payload.get("content") or ""), known.bot)
    if not words.strip() and not (words := handed_in(payload, known.bot)):
        return None
    place, thread = _place(payload, known)
    addressed = (named or private) and bool(words[:1].isalnum() or meant_by(words))
    answered_one = payload.get("referenced_message") or {}
    return Incoming(
        message=str(payload["id"]),
        place=place,
        actor=actor_of(payload, known),
        words=people.within(words),
        private=private,
        edited=bool(payload.get("edited_timestamp")),
        # A line that begins with a prefix is a command in any case.
        addressed=addressed,
        answering=not addressed and str(answered_one.get("author", {}).get("id", "")) == known.bot,
        mentions=dict(people.mentions),
        answers=receipt_of(payload, answered_message(payload, answered_one)),
        space=str(payload.get("guild_id") or ""),
        thread=thread,
    )


def _unmentioned(content: str, bot: str) -> tuple[str, bool]:
    """The words behind a mention of the bot that they begin with."""
    text = content.strip()
    for mention in (f"<@{bot}>", f"<@!{bot}>"):
        if text.startswith(mention):
            return text.removeprefix(mention).lstrip(" ,:\t"), True
    return text, False


def read_arrival(payload: Payload, bot: str) -> Incoming | None:
    """The bot came into a guild: told where the guild tells such things, or where it may write."""
    guild = str(payload["id"])
    channel = _greeted(payload, bot)
    if channel is None:
        return None
    owner = str(payload.get("owner_id") or "")
    return Incoming(
        message=f"arrived:{guild}:{payload.get('joined_at', '')}",
        place=Place(PLATFORM, channel),
        actor=Actor(PLATFORM, owner, owner),
        words="",
        space=guild,
        arrived=True,
    )


SEEN_AND_WRITTEN = 1 << 10 | 1 << 11
"""What it takes to write in a channel: to see it, and to send messages."""


def _greeted(payload: Payload, bot: str) -> str | None:
    """The channel for the greeting: that of the guild's system messages, else the first one.

    Of those that the bot may write in; None where there is none.
    """
    texts = [each for each in payload.get("channels") or () if each.get("type") == 0]
    texts.sort(key=lambda it: (it["id"] != payload.get("system_channel_id"), it.get("position", 0)))
    roles = {str(it["id"]): int(it["permissions"]) for it in payload.get("roles") or ()}
    members = payload.get("members") or ()
    mine: Payload = next((it for it in members if str((it.get("user") or {}).get("id")) == bot), {})
    own = [str(it) for it in mine.get("roles", ()) if str(it) in roles]
    for each in texts:
        given = {
            str(it["id"]): Overwrite(int(it["allow"]), int(it["deny"]))
            for it in each.get("permission_overwrites") or ()
        }
        known = Surroundings(bot, {}, {}, roles, overwrites=given)
        if permitted_to(bot, own, str(payload["id"]), known) & SEEN_AND_WRITTEN == SEEN_AND_WRITTEN:
            return str(each["id"])
    return None


def vote_key(poll: str, person: str, number: int) -> str:
    """What the inbox knows a vote in a poll of Discord's by: Discord gives votes no ids."""
    return f"v{poll}.{person}.{number}"


def is_vote(key: str) -> bool:
    """Whether a message's key is a vote's."""
    return key.startswith("v")


def read_vote(
    payload: Payload, member: Payload, known: Surroundings, line: str, number: int
) -> Incoming:
    """A vote in a poll of Discord's; `member` is who voted, as the guild (or Discord) knows them."""
    about = {**payload, "member": member} if "user" in member else {**payload, "user": member}
    place, thread = _place(about, known)
    return Incoming(
        message=vote_key(str(payload["message_id"]), str(payload["user_id"]), number),
        place=place,
        actor=actor_of(about, known),
        words=line,
        private=not payload.get("guild_id"),
        addressed=True,
        space=str(payload.get("guild_id") or ""),
        thread=thread,
    )
