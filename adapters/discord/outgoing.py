"""From a reply to Discord's messages: text in parts that fit, rows of components, files. Pure.

Every body says that nobody is mentioned, on edits too: without it an edit rings everybody again.
Links open no previews.
"""

from __future__ import annotations

import base64
import hashlib
from functools import partial
from typing import Any

import msgspec

from adapters.discord import containers
from adapters.discord.components import Text, cut, layout
from adapters.discord.containers import (
    COMPONENTS_V2,
    TEXT_CHARACTERS_MAX,
    contained,
    shown_file,
    words_of,
)
from adapters.discord.markdown import Markdown, cut_off, split
from bot import chat
from bot.chat import File, Kind, Outgoing, Reply
from bot.text.rendering import Reader, render
from bot.text.wording import Node, Typed, items, lines, say

CONTENT_CHARACTERS_MAX = 2_000
PARTS_MAX = 8
"""More messages than this for one answer are a flood; the rest is cut off, visibly."""

NONCE_CHARACTERS_MAX = 25
FILES_MAX = 10
CARD_FILES_MAX = 5
"""Of a card: what has room beside its buttons."""
DESCRIPTION_CHARACTERS_MAX = 1_024
FILE_NAME_CHARACTERS_MAX = 80

SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6

NOBODY = {"parse": list[str]()}
"""Whom a message mentions."""

Payload = dict[str, Any]


class Message(msgspec.Struct, frozen=True):
    """One message as Discord takes it: the JSON body, and the files beside it."""

    body: Payload
    files: tuple[File, ...] = ()


def reader_of(outgoing: Outgoing) -> Reader:
    """Whoever reads a message on Discord: commands are shown with the slash that they have there."""
    return msgspec.structs.replace(chat.reader_of(outgoing), prefix="/")


def messages_of(outgoing: Outgoing, markup: Markdown | None = None) -> list[Message]:
    """The messages that a reply becomes, in order: buttons and files go with the last.

    A card is one message, because it is edited as one; what does not fit is cut off.
    """
    reply, reads = outgoing.reply, reader_of(outgoing)
    shown = partial(render, reader=reads)
    rows, left = layout(reply, shown, outgoing.as_of)
    told = reply.body if rows else reply.whole
    text = _text(told, left, reads, markup or Markdown())
    if _is_container(outgoing):
        return [_card(text, rows, reply, shown)]
    if reply.kind is Kind.CARD:
        parts = [cut_off(text, CONTENT_CHARACTERS_MAX)]
    else:
        parts = split(text, CONTENT_CHARACTERS_MAX)
        if len(parts) > PARTS_MAX:
            last_part = cut_off(parts[PARTS_MAX - 1], CONTENT_CHARACTERS_MAX - 2)
            parts = [*parts[: PARTS_MAX - 1], f"{last_part}\n…"]
    if reply.kind is Kind.PICTURE and reply.files:
        # Its words are its description.
        parts = [""]
    messages = [Message(_body(part)) for part in parts or ["…"]]
    last = messages[-1].body
    if rows:
        last["components"] = rows
    files = reply.files[:FILES_MAX]
    if files:
        last["attachments"] = [_attachment(n, each, shown(each.about)) for n, each in enumerate(files)]
    messages[-1] = Message(last, files)
    return messages


def _is_container(outgoing: Outgoing) -> bool:
    """Whether a reply is shown in a frame: what stands in a room and is edited there.

    What one person sees in private is none: it gives its place to an answer in plain words.
    """
    reply = outgoing.reply
    return reply.kind is Kind.EDIT or (reply.kind is Kind.CARD and not outgoing.person)


def _card(text: str, rows: list[Payload], reply: Reply, shown: Text) -> Message:
    """A card, or its new picture: what an older one had as its content goes with that."""
    files = reply.files[:CARD_FILES_MAX]
    attachments = [_attachment(n, each, shown(each.about)) for n, each in enumerate(files)]
    attached = [
        shown_file(file_name(file), file.media, {k: v for k, v in it.items() if k == "description"})
        for file, it in zip(files, attachments, strict=True)
    ]
    body: Payload = {
        **({"content": None, "embeds": []} if reply.kind is Kind.EDIT else {}),
        "components": contained(cut_off(text, TEXT_CHARACTERS_MAX), attached, rows, reply.tone),
        "allowed_mentions": NOBODY,
        "flags": SUPPRESS_EMBEDS | COMPONENTS_V2,
        **({"attachments": attachments} if attachments else {}),
    }
    return Message(body, files)


def without_files(message: Message, told: str) -> Message:
    """The same in words alone, which tell at their end that something is missing."""
    body = {name: it for name, it in message.body.items() if name != "attachments"}
    words = f"{words_of(body)}\n{told}".strip()
    if "content" in body:
        return Message({**body, "content": cut_off(words, CONTENT_CHARACTERS_MAX)})
    (frame,) = containers.without_files(body["components"])
    _, *rows = frame["components"]
    first = {"type": containers.TEXT, "content": cut_off(words, TEXT_CHARACTERS_MAX)}
    return Message({**body, "components": [{**frame, "components": [first, *rows]}]})


def _text(body: Node, left: list[str], reads: Reader, markup: Markdown) -> str:
    typed = lines(say("To be typed:"), items(Typed(line) for line in left)) if left else None
    text = render(lines(body, typed), reads, markup)
    return text if text.strip() else "…"


def plain(content: str) -> Message:
    """A message of words alone."""
    return Message(_body(content))


def _body(content: str) -> Payload:
    return {"content": content, "allowed_mentions": NOBODY, "flags": SUPPRESS_EMBEDS}


def _attachment(number: int, file: File, about: str) -> Payload:
    described = {"description": cut(about, DESCRIPTION_CHARACTERS_MAX)} if about.strip() else {}
    return {"id": str(number), "filename": file_name(file), **described}


def file_name(file: File) -> str:
    """A file's name as any system takes it."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in file.name)
    return kept.lstrip(".")[-FILE_NAME_CHARACTERS_MAX:] or "file"


def nonce(outgoing: Outgoing, part: int) -> str:
    """What makes sending a part of a row again harmless, for the minutes that Discord knows it."""
    digest = hashlib.sha256(f"{outgoing.id}|{part}".encode()).digest()
    return base64.b32encode(digest).decode()[:NONCE_CHARACTERS_MAX]


def in_channel(message: Message, row: Outgoing, part: int, answers: str = "") -> Payload:
    """The body for a channel: with its nonce, and as a reply to the message `answers`, if given."""
    body = {**message.body, "nonce": nonce(row, part), "enforce_nonce": True}
    if answers and part == 0:
        body["message_reference"] = {"message_id": answers, "fail_if_not_exists": False}
    return body


def answering(message: Message, *, private: bool) -> Payload:
    """The body for an interaction: seen by everybody, or only by who asked."""
    flags = message.body["flags"] | (EPHEMERAL if private else 0)
    return {**message.body, "flags": flags}
