"""How an outgoing message looks on the console and in a transcript, as text and as JSON. Pure."""

from __future__ import annotations

import datetime as dt
import json
from base64 import b64encode
from collections.abc import Iterator

from bot.chat import File, Kind, Outgoing, reader_of
from bot.text.rendering import render, visible


def text_of(outgoing: Outgoing) -> str:
    """The message as plain text, in its reader's language and zone."""
    return render(outgoing.reply.whole, reader_of(outgoing))


def rows_of(outgoing: Outgoing, room: str) -> list[str]:
    """The message as lines: `> ` to the room it was asked in, `>name ` privately, `>* ` an edit."""
    if outgoing.reply.kind is Kind.EDIT:
        mark = ">* "
    elif outgoing.person:
        mark = f">{visible(outgoing.person)} "
    elif outgoing.place.room != room:
        mark = f">@{visible(outgoing.place.room)} "
    else:
        mark = "> "
    sign = "[picture] " if outgoing.reply.kind is Kind.PICTURE else ""
    return [
        *_marked(mark, sign + text_of(outgoing)),
        *(row for file in outgoing.reply.files for row in _marked(mark, _file_text(file, outgoing))),
    ]


def _marked(mark: str, text: str) -> Iterator[str]:
    """An answer as lines of a transcript, each behind its mark."""
    for row in text.split("\n"):
        yield f"{mark}{row}".rstrip()


def _file_text(file: File, outgoing: Outgoing) -> str:
    """A file as a console shows it: its name, and what stands in it, where that is text."""
    if is_looked_at(file):
        about = render(file.about, reader_of(outgoing))
        return f"[{file.name}: {about}]"
    text = file.data.decode("utf-8", "replace").rstrip()
    return "\n".join([f"[{file.name}]", *map(visible, text.split("\n"))])


def is_looked_at(file: File) -> bool:
    """Whether a file is a picture, or a document that is read as one."""
    return file.media.startswith("image/") or file.media == "application/pdf"


def json_of(outgoing: Outgoing) -> str:
    """The message as one JSON object on one line, with the facts a machine wants."""
    private = bool(outgoing.person)
    at = dt.datetime.fromtimestamp(outgoing.at / 1000, tz=dt.UTC)
    told = {
        "to": f"member:{outgoing.person}" if private else f"room:{outgoing.place.room}",
        "kind": outgoing.reply.kind.value,
        "ref": outgoing.reply.ref,
        "text": text_of(outgoing),
        "at": at.isoformat().replace("+00:00", "Z"),
        **outgoing.reply.facts,
    }
    if outgoing.reply.files:
        told["files"] = [
            {"name": file.name, "media": file.media, "data": b64encode(file.data).decode()}
            for file in outgoing.reply.files
        ]
    return json.dumps(told, ensure_ascii=False)
