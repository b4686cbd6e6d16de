"""Cards as containers: words and buttons in one frame, whose edge has the colour of its state. Pure.

Such a message is made of components alone: it has no content of its own, and an edit can make an older
card into one, never back. The colours are those of charts, and the words tell the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from adapters.discord.components import ACTION_ROW
from bot.chat import Tone

COMPONENTS_V2 = 1 << 15
"""The flag of a message that is made of components alone."""

TEXT, GALLERY, FILE, CONTAINER = 10, 12, 13, 17

TEXT_CHARACTERS_MAX = 4_000

ACCENTS = {Tone.OPEN: 0x0072B2, Tone.GOOD: 0x009E73, Tone.BAD: 0xD55E00, Tone.OVER: 0x999999}

Payload = dict[str, Any]


def contained(
    words: str, attached: Sequence[Payload], rows: Sequence[Payload], tone: Tone
) -> list[Payload]:
    """The components of a card: its words, what is attached, and its rows of buttons and menus."""
    inside = [{"type": TEXT, "content": words}, *attached, *rows]
    return [{"type": CONTAINER, "accent_color": ACCENTS[tone], "components": inside}]


def shown_file(name: str, media: str, about: Payload) -> Payload:
    """An attached file as a component; of a picture `about` may hold its description."""
    where = {"url": f"attachment://{name}"}
    if media.startswith("image/"):
        return {"type": GALLERY, "items": [{"media": where, **about}]}
    return {"type": FILE, "file": where}


def without_files(components: Sequence[Payload]) -> list[Payload]:
    """The components without those that show files."""
    return [
        {**each, "components": without_files(each["components"])} if "components" in each else each
        for each in components
        if each["type"] not in {GALLERY, FILE}
    ]


def pressable(message: Payload) -> Iterator[Payload]:
    """The buttons and menus of a message, in a container or without one."""
    for component in message.get("components") or ():
        if component.get("type") == ACTION_ROW:
            yield from component.get("components") or ()
        else:
            yield from pressable(component)


def words_of(message: Payload) -> str:
    """What is read in a message: its content, or the texts among its components."""
    return str(message.get("content") or "\n".join(_texts(message)))


def _texts(message: Payload) -> Iterator[str]:
    for component in message.get("components") or ():
        if component.get("type") == TEXT:
            yield str(component.get("content", ""))
        yield from _texts(component)
