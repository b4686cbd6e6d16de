"""From Matrix's events to our messages: whose words they are, and whether they are meant for us.

Pure. Only a person's own words can be a command: never what they quote, never a notice of another
bot. An edit is marked as one. A name is only shown; the Matrix id decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import msgspec

from adapters.matrix import ids
from adapters.matrix.events import MESSAGE, REPLACE, THREAD, Event, mentioned, read
from adapters.matrix.hints import filled
from bot.chat import Actor, Incoming, Place
from bot.command import Command
from bot.grammar.lines import HANDS_IN
from bot.phrasing.answers import may_answer

MATRIX = "matrix"
"""The platform's name."""

WORDS_CHARACTERS_MAX = 66_000
"""No event is longer; what is, is not read for names."""

PRESS = "press:"
"""What the id of a press begins with: a reaction or a vote is no message that can be answered."""

FILES = frozenset({"m.file", "m.image"})
"""The kinds of messages that are files, whose body is its name or what somebody said of it."""

_LINK = "https://matrix.to/#/"


class Here(msgspec.Struct, frozen=True):
    """What is known of the room and of who writes, when an event is read.

    `me` is our own id and `names` what we are called here; `writer` and `standing` are the writer's.
    `alone` says that nobody else is there, `private` that nobody else ever reads it. `commands` are
    those that there are, `words` what they can begin with; `missed` says that it was said while we were
    away, `said` when (ms) that was, if it was not now.
    """

    room: str
    me: str
    names: tuple[str, ...] = ()
    writer: str = ""
    standing: tuple[str, ...] = ()
    private: bool = False
    alone: bool = False
    space: str = ""
    called: str = ""
    commands: Mapping[str, Command] = {}
    words: frozenset[str] = frozenset()
    missed: bool = False
    said: int = 0


class _Text(msgspec.Struct, frozen=True):
    """The content of a text message, or of a file with a caption."""

    msgtype: str
    body: str
    formatted_body: str = ""
    filename: str = ""

    @property
    def is_said(self) -> bool:
        """Whether the body is what somebody said, and not the name of their file."""
        return self.msgtype == "m.text" or self._is_captioned

    @property
    def _is_captioned(self) -> bool:
        return self.msgtype in FILES and self.filename not in {"", self.body}

    @property
    def is_file_alone(self) -> bool:
        """Whether it is a file of which nothing is said."""
        return self.msgtype in FILES and not self._is_captioned


def said(event: Event, here: Here, *, to_me: bool = False) -> Incoming | None:
    """A text message as ours; None for what is no person's text.

    `to_me` says that it answers a message of ours, which is for us where it begins like a command, or
    is a file without a word; whether all of it is one, the engine knows.
    """
    edited = event.relation.rel_type == REPLACE
    content = event.content.get("m.new_content") if edited else event.content
    spoken = read(content, _Text)
    if event.type != MESSAGE or event.sender == here.me or spoken is None:
        return None
    if to_me and spoken.is_file_alone and not edited:
        words, to_us = HANDS_IN, {"addressed": False, "answering": True}
        return _incoming(event, here, message=event.event_id, words=words, **to_us)
    if not spoken.is_said or (edited and not event.relation.event_id):
        return None
    line = filled(event.content, here.me, here.commands)
    html = spoken.formatted_body if line is None else ""
    words, mentions = _with_ids(own_words(event, spoken.body) if line is None else line, html)
    called = _behind_my_name(words, here, event.content) if line is None else words
    if called is None and (here.private or here.alone):
        called = words
    if not words.strip():
        return None
    to_me = to_me and (_first_word(words) in here.words or may_answer(words))
    return _incoming(
        event,
        here,
        message=event.relation.event_id if edited else event.event_id,
        words=words if called is None else called,
        addressed=called is not None,
        answering=called is None and to_me,
        mentions=mentions,
        edited=edited,
    )


def pressed(
    event: Event, here: Here, line: str, thread: str, back: str = "", card: str = ""
) -> Incoming:
    """The line that somebody types by a reaction or a vote on a card, as their message.

    `back` is the line that takes it back, `card` the card where the event is about its poll.
    """
    message = _incoming(event, here, message=PRESS + event.event_id, words=line, addressed=True)
    on = card or event.relation.event_id
    return msgspec.structs.replace(message, thread=thread, answers=on, back=back)


def arrived(event: Event, here: Here, former: str) -> Incoming:
    """That we came into a room, or into the one that replaced the room `former`."""
    message = _incoming(event, here, message=event.event_id, words="", addressed=False)
    # The homeserver tells who had invited us.
    by = ids.user_id(event.unsigned.get("prev_sender")) or event.sender
    return msgspec.structs.replace(message, actor=Actor(MATRIX, by, by), arrived=True, former=former)


def answered(event: Event) -> str:
    """The id of the message that this one answers, empty for none (or only for its thread)."""
    target = event.relation.in_reply_to
    if target is None or (event.relation.rel_type == THREAD and event.relation.is_falling_back):
        return ""
    return target.event_id


def _incoming(event: Event, here: Here, **values: Any) -> Incoming:  # noqa: ANN401 - Incoming's own
    relation = event.relation
    return Incoming(
        place=Place(MATRIX, here.room),
        actor=Actor(MATRIX, event.sender, here.writer or event.sender, standing=here.standing),
        private=here.private,
        space=here.space,
        called=here.called,
        thread=relation.event_id if relation.rel_type == THREAD else "",
        missed=here.missed,
        said=here.said,
        answers=answered(event),
        **values,
    )


def own_words(event: Event, body: str) -> str:
    """The body without the quotation that older clients put before an answer.

    <https://spec.matrix.org/v1.12/client-server-api/#fallbacks-for-rich-replies>
    """
    if event.relation.in_reply_to is None or not body.startswith("> "):
        return body
    rows = body.split("\n")
    own = next((number for number, row in enumerate(rows) if not row.startswith(">")), len(rows))
    return "\n".join(rows[own:]).lstrip("\n")


def _first_word(words: str) -> str:
    return next(iter(words[:100].casefold().split()), "")


def _behind_my_name(words: str, here: Here, content: dict[str, Any]) -> str | None:
    """What stands behind our name at the beginning, or None where we are not called.

    Names are words of everyday language, so one counts only before a colon or a comma, or where the
    writer's client says that it means us.
    """
    start = words.lstrip()
    if start.startswith(here.me):
        rest = start.removeprefix(here.me)
        rest = rest[1:] if rest[:1] in {":", ","} else rest
        # Another server's name may go on where ours ends.
        return _own_lines(rest) if not rest or rest[:1].isspace() else None
    called = here.me in mentioned(content)
    like_an_id, start = start.startswith("@"), start.removeprefix("@")
    for name in filter(None, here.names):
        rest = start[len(name) :]
        if start[: len(name)].casefold() != name.casefold():
            continue
        if rest[:1] in {":", ","} and (rest[1:2].isspace() or not like_an_id):
            return _own_lines(rest[1:])
        if called and rest[:1].isspace():
            return _own_lines(rest)
    return None


def _own_lines(words: str) -> str:
    """The words without blanks around them; their lines stay those that were typed."""
    return words.lstrip(" \t").rstrip()


def _with_ids(words: str, html: str) -> tuple[str, dict[str, str]]:
    """The words with every person who is linked written as their id, and whom the ids mean.

    Clients write a linked person into the plain text by their name, which others may have too.
    """
    at, parts = 0, list[str]()
    mentions: dict[str, str] = {}
    for user, name in _people(html):
        found = _found_word(name, words, at) if name else -1
        if found < 0:
            continue
        parts += [words[at:found].removesuffix("@"), user]
        at = found + len(name)
    whole = "".join([*parts, words[at:]])
    for word in whole.split() if "@" in whole else ():
        if is_user(word):
            mentions[word[1:]] = word
    return whole, mentions


def _found_word(name: str, words: str, at: int) -> int:
    """Where a name next stands by itself, not as a part of a word; -1 for nowhere."""
    while (found := words.find(name, at)) >= 0:
        before, after = words[max(found - 1, 0) : found], words[found + len(name) :][:1]
        if not before.isalnum() and not after.isalnum():
            return found
        at = found + 1
    return -1


def is_user(word: str) -> bool:
    """Whether a word is a Matrix id of a person."""
    return bool(ids.user_id(word))


def _people(html: str) -> Iterator[tuple[str, str]]:
    """The people who are linked in an HTML text: their id, and the name in the link."""
    if _LINK in html and len(html) <= WORDS_CHARACTERS_MAX:
        links = _Links()
        links.feed(html)
        links.close()
        yield from links.people


class _Links(HTMLParser):
    """Collects links to people, but for those in a quotation."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[tuple[str, str]] = []
        self._user = ""
        self._name: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mx-reply":
            self._quoted += 1
        if tag == "a" and not self._quoted:
            link = dict(attrs).get("href") or ""
            user = unquote(link.removeprefix(_LINK)).partition("?")[0]
            self._user = user if link.startswith(_LINK) and is_user(user) else ""
            self._name = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "mx-reply":
            self._quoted -= 1
        if tag == "a" and self._user:
            self.people.append((self._user, "".join(self._name).strip()))
            self._user = ""

    def handle_data(self, data: str) -> None:
        if self._user:
            self._name.append(data)
