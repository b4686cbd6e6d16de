"""From our messages to Matrix's events: HTML, and a plain body that reads as well.

Pure. What people typed is escaped where it becomes HTML, here and nowhere else. Nobody is ever
mentioned: `m.mentions` is always there and always empty. Answers are notices, which other bots leave
alone; only what may ring is a text: a reminder, and new questions and digests where a rule says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from adapters.matrix.events import MESSAGE, REPLACE, THREAD
from adapters.matrix.incoming import MATRIX
from adapters.matrix.polls import as_poll
from bot.chat import Button, File, Kind, Menu, Outgoing, Reply, reader_of
from bot.text.rendering import render, shortened, visible
from bot.text.wording import Items, Lines, Node, Typed, Words, joined, lines, say

CONTENT_BYTES_MAX = 40_000
"""An event may have 65,536 bytes, and encryption makes a third more of it."""

EDIT_BYTES_MAX = CONTENT_BYTES_MAX // 2
"""An edit says everything twice."""

ROW = "org.talkoot.row"
"""Our own word in a content: the transaction id, to know an event again when nobody else does."""

ASKED = "org.talkoot.asked"
"""Our own word in what has buttons and is no card: which act it answers, to find what they type."""

NEWS_CHARACTERS_MAX = 120
"""Of what an edit changed: two lines of a phone."""

PIECES_MAX = 5
"""A text of more messages than this is attached as a file."""


class Html:
    """Matrix's HTML: only tags that clients are told to show."""

    def escape(self, text: str) -> str:
        """Somebody's text without any power."""
        return html.escape(text)

    def strong(self, text: str) -> str:
        """Set off."""
        return f"<strong>{text}</strong>"

    def code(self, text: str) -> str:
        """Set as code."""
        return f"<code>{html.escape(visible(text))}</code>"

    def link(self, url: str) -> str:
        """A link that shows where it leads; anything but the web stays text."""
        shown = html.escape(visible(url))
        if not url.casefold().startswith(("https://", "http://")) or visible(url) != url:
            return shown
        return f'<a href="{shown}">{shown}</a>'

    def way(self, to: str, text: str) -> str:  # noqa: ARG002 - only pages lead there
        """The words."""
        return text

    def time(self, at: dt.datetime, text: str) -> str:  # noqa: ARG002 - Matrix has no time of its own
        """The words."""
        return html.escape(text)

    def lines(self, items: list[str]) -> str:
        """One under another; a list or a table begins a line by itself."""
        rows = items[:1]
        for before, item in itertools.pairwise(items):
            apart = not item.startswith(_BLOCKS) and not before.endswith(_BLOCK_ENDS)
            rows.append(f"<br>{item}" if apart else item)
        return "".join(rows)

    def items(self, items: list[str]) -> str:
        """A list."""
        return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"

    def table(self, heading: list[str], rows: list[list[str]]) -> str:
        """A table; its numbers stand to the right by blanks, for clients drop all else that says so."""
        columns = [_to_the_right(column) for column in zip(*rows, strict=True)]
        rows = [list(row) for row in zip(*columns, strict=True)]
        head = "".join(f"<th>{cell}</th>" for cell in heading)
        body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_FIGURE = re.compile(r"[-\u2212+]?[0-9][^<]*")
FIGURE_SPACE = "\u2007"
"""A blank as wide as a digit, which no browser folds."""


def _to_the_right(column: Sequence[str]) -> list[str]:
    """The cells of a column of a table, each as long as the longest where all are numbers."""
    if not all(_FIGURE.fullmatch(cell) for cell in column if cell):
        return list(column)
    lengths = [len(html.unescape(cell)) for cell in column]
    return [
        f"{FIGURE_SPACE * (max(lengths) - length)}{cell}" if cell else cell
        for cell, length in zip(column, lengths, strict=True)
    ]


_BLOCKS = ("<ul>", "<table>")
_BLOCK_ENDS = ("</ul>", "</table>")


class Part(msgspec.Struct, frozen=True):
    """One event to send; `name` tells the parts of one message apart.

    A part with a `file` gets its address after the file is uploaded.
    """

    name: str
    type: str
    content: dict[str, Any]
    file: File | None = None


def transaction(outgoing: Outgoing, part: str) -> str:
    """The transaction id of a part: the same for the same row, whoever sends it and whenever."""
    return hashlib.sha256(f"{outgoing.id}|{part}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


def parts(outgoing: Outgoing, room: str, replaces: str | None, *, signs: bool = True) -> list[Part]:
    """The events of one message, in order; the first is the one that stands for it.

    `room` is where it goes; `replaces` the event that it is a new picture of. Without `signs` the
    reactions that press something are not told.
    """
    if not signs:
        outgoing = replace(outgoing, reply=_without_signs(outgoing.reply))
    related = _related(outgoing, room)
    if replaces is not None:
        return [Part("0", MESSAGE, _edit(_shortened(outgoing), _news(outgoing), replaces))]
    pieces, attached = ([], []) if is_shown(outgoing.reply) else _cut(outgoing)
    files = enumerate((*attached, *outgoing.reply.files))
    placed: dict[str, Any] = {"m.relates_to": related} if related else {}
    placed |= _asked(outgoing)
    return [
        *(Part(f"{n}", MESSAGE, {**piece, **placed}) for n, piece in enumerate(pieces)),
        *(_file(f"file{n}", file, outgoing, related) for n, file in files),
    ]


def _asked(outgoing: Outgoing) -> dict[str, list[str]]:
    """Which act is answered, where the answer can be pressed and no card is kept of it."""
    reply, key = outgoing.reply, outgoing.key
    if reply.kind is Kind.CARD or not any(button.emoji for button in reply.buttons):
        return {}
    return {ASKED: [key.platform, key.message, key.step]}


def is_shown(reply: Reply) -> bool:
    """Whether the picture is there, so that its words need not be said beside it."""
    return reply.kind is Kind.PICTURE and bool(reply.files)


def text_content(body: Node, outgoing: Outgoing) -> dict[str, Any]:
    """A text as content: plain, and HTML where there is more to show than words."""
    read_by = reader_of(outgoing)
    plain, marked = _sound(render(body, read_by)), _sound(render(body, read_by, Html()))
    ringing = outgoing.rings or outgoing.reply.kind is Kind.REMINDER
    content: dict[str, Any] = {
        "msgtype": "m.text" if ringing else "m.notice",
        "body": plain,
        "m.mentions": {},
    }
    if "<" in marked.replace("<br>", ""):
        content |= {"format": "org.matrix.custom.html", "formatted_body": marked}
    return content


def _sound(text: str) -> str:
    """Half a character is none, and no JSON takes it."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def plain_text(body: Node, outgoing: Outgoing) -> str:
    """A text without markup, in its reader's language."""
    return _sound(render(body, reader_of(outgoing)))


def _edit(content: dict[str, Any], news: str, replaces: str) -> dict[str, Any]:
    """An edit: the new text, and for clients that know no edits its news in one line behind a star.

    A message stays where it is, so an edit has no relation but to it.
    """
    new = {name: value for name, value in content.items() if name != "m.relates_to"}
    starred = {"msgtype": new["msgtype"], "body": f"* {news}", "m.mentions": {}}
    related = {"rel_type": REPLACE, "event_id": replaces}
    return {**starred, "m.new_content": new, "m.relates_to": related}


def _news(outgoing: Outgoing) -> str:
    """What an edit changed, in one line: what clients without edits show each time."""
    reply = outgoing.reply
    first, *_ = plain_text(reply.news or reply.body, outgoing).strip().splitlines() or ["…"]
    return shortened(first, NEWS_CHARACTERS_MAX)


def _related(outgoing: Outgoing, room: str) -> dict[str, Any]:
    """In the thread where it was asked, else as an answer to the message, if that is in this room."""
    asked = outgoing.key.message
    here = outgoing.key.platform == MATRIX and outgoing.reply.place is None
    if not here or room != outgoing.place.room:
        return {}
    answers = {"m.in_reply_to": {"event_id": asked}} if asked.startswith("$") else {}
    if outgoing.thread:
        answers = answers or {"m.in_reply_to": {"event_id": outgoing.thread}}
        return {"rel_type": THREAD, "event_id": outgoing.thread, "is_falling_back": True, **answers}
    return answers


def _whole(reply: Reply) -> Node:
    """The text with what can be pressed on it, in one line or an option a line, and how to type it."""
    pressed = [*_menus_told(reply), *_buttons_told(reply)]
    return lines(reply.body, *pressed) if pressed else reply.whole


def _menus_told(reply: Reply) -> Iterator[Node]:
    """The options, unless the poll below has them, and the line that takes them."""
    if not reply.menus:
        return
    if as_poll(reply) is not None:
        yield say("Vote in the poll below, or as {show} says.", show=Typed(f"show {reply.ref}"))
        return
    for menu in reply.menus:
        if not menu.line.startswith("vote "):  # what is chosen from stands in the body already
            yield say("{label}: {line}", label=menu.prompt, line=_example(menu))
            continue
        for number, choice in enumerate(menu.choices, 1):
            sign = _sign(choice.emoji) or (say("{number}.", number=number),)
            yield joined((*sign, choice.label), " ")
        yield say("Vote so: {vote}", vote=_example(menu))


def _example(menu: Menu) -> Typed:
    """A line that votes, as it is typed: for the first option, or the first two of those ranked."""
    words = [choice.word for choice in menu.choices]
    if menu.answers:
        return Typed(menu.line, rest=f"{words[0]}={menu.answers[0].word}")
    return Typed(menu.line, rest=menu.joint.join(words[: 2 if ">" in menu.joint else 1]))


def _buttons_told(reply: Reply) -> Iterator[Node]:
    """Buttons in one line: those that type the same line but for the choice stand behind it."""
    by_line: dict[str, list[Node]] = {}
    for button in reply.buttons:
        typed = _typed(button)
        choice = typed.choices[0] if typed.choices else None
        more = (Words(typed.rest),) if choice and typed.rest else ()
        shown = choice or joined((button.label, typed), " ")
        told = joined((*_sign(button.emoji), shown, *more), " ")
        by_line.setdefault(typed.line if choice else "", []).append(told)
    for line, choices in by_line.items():
        told = joined(choices, " · ")
        yield joined((Typed(line), told), " ") if line else told


def _without_signs(reply: Reply) -> Reply:
    menus = (
        replace(menu, choices=tuple(replace(it, emoji="") for it in menu.choices))
        for menu in reply.menus
    )
    buttons = (replace(button, emoji="") for button in reply.buttons)
    return replace(reply, menus=tuple(menus), buttons=tuple(buttons))


def _typed(button: Button) -> Typed:
    return button.typed or Typed(button.line, rest="" if button.asks is None else "…")


def _sign(emoji: str) -> tuple[Node, ...]:
    return (Words(emoji),) if emoji else ()


def _shortened(outgoing: Outgoing) -> dict[str, Any]:
    """A text that has to be one event, or its beginning."""
    pieces = _pieces(_whole(outgoing.reply), outgoing, EDIT_BYTES_MAX)
    if len(pieces) == 1:
        return pieces[0]
    return text_content(say("This is too long to be shown whole."), outgoing)


def _cut(outgoing: Outgoing) -> tuple[list[dict[str, Any]], list[File]]:
    """The text as contents that fit, or its beginning and the whole as a file."""
    body = _whole(outgoing.reply)
    pieces = _pieces(body, outgoing, CONTENT_BYTES_MAX)
    if 0 < len(pieces) <= PIECES_MAX:
        return pieces, []
    told = say("This is too long for one message; the whole text is attached.")
    whole = File("text.txt", "text/plain", plain_text(body, outgoing).encode(), say("The whole text"))
    return [*pieces[:1], text_content(told, outgoing)], [whole]


def _pieces(body: Node, outgoing: Outgoing, bytes_max: int) -> list[dict[str, Any]]:
    """A text cut between its lines, as often as it takes; empty where one line alone is too long."""
    content = text_content(body, outgoing)
    if len(msgspec.json.encode(content)) <= bytes_max:
        return [content]
    if not isinstance(body, Lines | Items) or len(body.items) < 2:
        return []
    middle = len(body.items) // 2
    halves = (replace(body, items=body.items[:middle]), replace(body, items=body.items[middle:]))
    cut = [_pieces(half, outgoing, bytes_max) for half in halves]
    return [piece for half in cut for piece in half] if all(cut) else []


def _file(name: str, file: File, outgoing: Outgoing, related: Mapping[str, Any]) -> Part:
    """A picture or a file, told in words as well: its body is what it shows, not what it is called."""
    info: dict[str, Any] = {"mimetype": file.media, "size": len(file.data)}
    size = _png_size(file.data)
    if size is not None:
        info |= {"w": size[0], "h": size[1]}
    thread = related if related.get("rel_type") == THREAD else {}
    content = {
        "msgtype": "m.image" if file.media.startswith("image/") else "m.file",
        "body": plain_text(file.about, outgoing),
        "filename": file.name,
        "info": info,
        "m.mentions": {},
        **({"m.relates_to": thread} if thread else {}),
    }
    return Part(name, MESSAGE, content, file)


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, which stand first in it, so that clients keep its room free."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
