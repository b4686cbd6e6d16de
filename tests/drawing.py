"""Pictures of conversations for the manual: what was really sent on a platform, drawn as a page.

They are no screenshots of somebody's client. Words, buttons, menus, polls and votes are those of the
messages that the platform's server was given; only the frame around them is drawn here. A picture
holds the hash of the page that it was taken of, so that a test can tell when the conversation has
changed since: `make pictures` makes them anew.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import shutil
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTH = 720
KEYWORD = b"conversation"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANGING = re.compile(r"<time>.*?</time>|\b[0-9a-f]{64}\b")
"""What is another one each time: when a poll closes, how its draw is sealed."""


@dataclass(frozen=True)
class Poll:
    """A poll of the platform's own, with how many chose each answer."""

    question: str
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Said:
    """One message, as it stands on the screen in the end. `words` are HTML."""

    who: str
    words: str = ""
    above: str = ""
    """What the client says over it: which command was used."""
    accent: str = ""
    """The colour at the edge of a card."""
    buttons: tuple[tuple[str, str], ...] = ()
    """Label, and how it looks."""
    menu: str = ""
    poll: Poll | None = None
    edited: bool = False


def page(style: str, room: str, conversation: list[Said]) -> str:
    """The conversation as a page by itself."""
    said = "\n".join(map(_message, conversation))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{_STYLE}</style>'
        f'<body class="{style}"><main><h1>{html.escape(room)}</h1>\n{said}\n</main></body></html>\n'
    )


def _message(it: Said) -> str:
    above = f'<p class="above">{html.escape(it.above)}</p>' if it.above else ""
    words = f"{it.words}{' <small>(edited)</small>' if it.edited else ''}" if it.words else ""
    pressed = "".join(
        f'<span class="button {look}">{html.escape(label)}</span>' for label, look in it.buttons
    )
    menu = f'<p class="menu">{html.escape(it.menu)} <span>▾</span></p>' if it.menu else ""
    body = f"<div>{words}</div>{menu}<p>{pressed}</p>{_poll(it.poll) if it.poll else ''}"
    if it.accent:
        body = f'<div class="card" style="border-color:{it.accent}">{body}</div>'
    face = "bot" if it.who == "talkoot" else "person"
    return (
        f'{above}<section><b class="face {face}">{html.escape(it.who[0].upper())}</b>'
        f"<article><h2>{html.escape(it.who)}</h2>{body}</article></section>"
    )


def _poll(poll: Poll) -> str:
    most = max(1, sum(votes for _, votes in poll.answers))
    rows = "".join(
        f'<p class="answer"><i style="width:{votes * 100 // most}%"></i>'
        f"<span>{html.escape(label)}</span><em>{votes}</em></p>"
        for label, votes in poll.answers
    )
    return f'<div class="poll"><strong>{html.escape(poll.question)}</strong>{rows}</div>'


def hash_of(text: str) -> str:
    """By what a page is known again, whenever it was made."""
    return hashlib.sha256(CHANGING.sub("…", text).encode()).hexdigest()


def hash_in(picture: bytes) -> str:
    """The hash of the page that a picture was taken of; empty where it holds none."""
    at = len(SIGNATURE)
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        if kind == b"tEXt" and data.startswith(KEYWORD + b"\0"):
            return data[len(KEYWORD) + 1 :].decode()
        at += length + 12
    return ""


def signed(picture: bytes, text: str) -> bytes:
    """The picture, with the hash of its page in it."""
    body = b"tEXt" + KEYWORD + b"\0" + hash_of(text).encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    after = len(SIGNATURE) + 25  # the header
    return picture[:after] + chunk + picture[after:]


async def held(name: str, text: str) -> None:
    """Have the picture in the manual be the one of this page; with `TALKOOT_PICTURES` it is made."""
    target = PICTURES / f"{name}.png"
    if os.environ.get("TALKOOT_PICTURES"):
        target.write_bytes(signed(await _taken(text), text))
    told = f"the conversation in {target.name} is another one by now: make pictures\n{text}"
    assert hash_in(target.read_bytes()) == hash_of(text), told


async def _taken(text: str) -> bytes:
    driver = pytest.importorskip("playwright.async_api", reason="there is no driver for this machine")
    async with driver.async_playwright() as it:
        browser = await it.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = await browser.new_page(
            viewport={"width": WIDTH, "height": 100}, device_scale_factor=1.5
        )
        await shown.set_content(text)
        picture: bytes = await shown.screenshot(full_page=True)
        await browser.close()
    return picture


_STYLE = """
* { box-sizing: border-box; margin: 0; }
body { font: 15px/1.45 "DejaVu Sans", sans-serif; background: #fff; color: #1b1d22; }
main { padding: 0 18px 16px; }
h1 { font-size: 15px; padding: 12px 0; margin-bottom: 6px; border-bottom: 1px solid #e3e5e8; }
section { display: flex; gap: 12px; padding: 6px 0; }
article { flex: 1; min-width: 0; overflow-wrap: anywhere; }
h2 { font-size: 14px; }
small { color: #6a7079; font-size: 12px; }
code { font-size: 13px; background: #eef0f3; border-radius: 3px; padding: 1px 4px; }
.face { flex: none; width: 34px; height: 34px; border-radius: 50%; background: #8e6bbf; color: #fff;
  text-align: center; line-height: 34px; }
.face.bot { background: #0b7a75; }
.above { font-size: 12px; color: #6a7079; padding: 8px 0 0 46px; }
.card { border-left: 4px solid; background: #f5f6f8; border-radius: 4px; padding: 8px 12px;
  margin-top: 4px; }
.button { display: inline-block; margin: 8px 8px 0 0; padding: 4px 14px; border-radius: 4px;
  background: #e0e3e8; font-size: 14px; }
.button.success { background: #21784a; color: #fff; }
.button.danger { background: #b3373a; color: #fff; }
.button.primary { background: #4752c4; color: #fff; }
.menu { border: 1px solid #c9cdd3; border-radius: 4px; padding: 5px 10px; margin-top: 8px;
  color: #6a7079; background: #fff; }
.menu span { float: right; }
.poll { border: 1px solid #d5d8de; border-radius: 8px; padding: 10px 12px; margin-top: 6px;
  max-width: 440px; }
.answer { position: relative; border: 1px solid #d5d8de; border-radius: 6px; margin-top: 6px;
  padding: 5px 10px; overflow: hidden; }
.answer i { position: absolute; inset: 0 auto 0 0; background: #cfe8e6; }
.answer span, .answer em { position: relative; font-style: normal; } .answer em { float: right; }
.dark { background: #313338; color: #e3e5e8; } .dark h1 { border-color: #26282c; }
.dark small, .dark .above, .dark .menu { color: #b0b4bb; } .dark code { background: #1e1f22; }
.dark .card { background: #2b2d31; } .dark .button { background: #4e5058; color: #fff; }
.dark .button.success { background: #21784a; } .dark .button.danger { background: #b3373a; }
.dark .button.primary { background: #4752c4; }
.dark .menu { background: #1e1f22; border-color: #1e1f22; }
.dark .poll { background: #2b2d31; border-color: #2b2d31; } .dark .answer { border-color: #45474d; }
.dark .answer i { background: #3b4a6b; }
"""
