"""Files on Matrix: with the line as their caption, or answered with it; also in encrypted rooms."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from nio.crypto import encrypt_attachment

from adapters.cli.outside import SystemClock
from adapters.matrix.bodies import file_of
from adapters.matrix.events import MESSAGE, Event
from adapters.matrix.files import Files
from adapters.matrix.link import Link
from adapters.matrix.listening import Listener
from adapters.matrix.rooms import RoomState
from bot.chat import ATTACHED_BYTES_MAX, Actor, Attached, Incoming, Place
from bot.writer.intake import Intake
from commands import FEATURES
from tests.adapters.matrix.ciphers import Cipher
from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Json, Person
from tests.adapters.matrix.proxy import Proxy, failing
from tests.adapters.matrix.test_encryption import KEY, cipher, secret_room
from tests.adapters.matrix.test_rooms import invited

__all__ = ["cipher"]

LINE = "!import --as opening"


def rows(name: str) -> bytes:
    return f"person,amount,unit,day,text\n{name},3,h,2026-01-02,bread\n".encode()


async def uploaded(person: Person, data: bytes) -> str:
    answer = await person.session.post(
        f"{person.url}/_matrix/media/v3/upload",
        data=data,
        headers={"Authorization": f"Bearer {person.token}", "Content-Type": "text/csv"},
    )
    return str((await answer.json())["content_uri"])


def sent(uri: str, body: str = "hours.csv", **more: object) -> Json:
    return {"msgtype": "m.file", "body": body, "filename": "hours.csv", "url": uri, **more}


async def test_a_file_with_the_line_as_its_caption_is_brought_in(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.say(room, "!me")
        uri = await uploaded(anna, rows("Person"))
        await anna.send(room, "m.room.message", sent(uri, LINE))
        told = await anna.hear(lambda it: "wants to enter" in it["content"].get("body", ""))
        assert "3h" in told["content"]["body"]


async def test_a_file_is_answered_with_the_line(anna: Person, bot: Person, tmp_path: Path) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.say(room, "!me")
        file = await anna.send(room, "m.room.message", sent(await uploaded(anna, rows("Nils"))))
        await anna.reply(room, file, LINE)
        await anna.hear(lambda it: "Nils, new here: 3h" in it["content"].get("body", ""))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (sent("mxc://x/y", LINE, info={"size": ATTACHED_BYTES_MAX + 1}), "1,000 kB is the most"),
        (sent("mxc://../v3/../account/whoami", LINE), "I cannot get the file"),
        (sent("https://example.org/x", LINE), "I cannot get the file"),
        ({"msgtype": "m.text", "body": LINE}, "There is no file"),
    ],
)
async def test_what_is_no_file_that_can_be_had_is_refused_in_words(
    anna: Person, bot: Person, tmp_path: Path, content: Json, told: str
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user, is_direct=True, preset="trusted_private_chat")
        await anna.say(room, "!me")
        await anna.send(room, "m.room.message", content)
        await anna.hear_wherever(lambda it: told in it["content"].get("body", ""))


async def test_a_file_that_its_writer_calls_small_is_cut_off_where_it_is_large(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user, is_direct=True, preset="trusted_private_chat")
        await anna.say(room, "!me")
        uri = await uploaded(anna, b"x" * (ATTACHED_BYTES_MAX + 1))
        await anna.send(room, "m.room.message", sent(uri, LINE, info={"size": 1}))
        await anna.hear(lambda it: "1,000 kB is the most" in it["content"].get("body", ""))


class Uploads:
    """A homeserver that has every file; what was asked of it."""

    def __init__(self, data: bytes = b"") -> None:
        self.data, self.asked = data, list[str]()

    async def download(self, server: str, media: str, _most: int) -> bytes:
        self.asked.append(f"{server}/{media}")
        return self.data


async def fetched(uploads: Uploads, content: Json, words: str = LINE) -> Incoming:
    """What becomes of a message that is handed in with its file."""
    message = Incoming("1", Place("matrix", "!r:x"), Actor("matrix", "@a:x", "a"), words)
    files = Files(cast(Link, uploads), FEATURES.commands, SystemClock())
    return await files.with_file(message, Event(MESSAGE, "@a:x", "$1", content), RoomState("!r:x"))


@pytest.mark.parametrize(
    "address",
    [
        *("mxc://../v3", "mxc://x/..", "mxc://x/../../account/whoami", "mxc://x/y/z", "mxc://x/y?a=b"),
        *("mxc://x/y#z", "mxc://x@y/z", "mxc://x%2fy/z", "mxc://x/y%2f..", "mxc:///y", "mxc://x/"),
        *("https://x/y", "http://127.0.0.1/y", "file:///etc/passwd", "mxc://x/y\n", "mxc://x\\y/z", ""),
    ],
)
async def test_nothing_is_asked_for_that_is_no_address_of_a_file(address: str) -> None:
    uploads = Uploads()
    message = await fetched(uploads, sent(address))
    assert message.file == Attached("hours.csv", fault="file-gone")
    assert uploads.asked == []
    await fetched(uploads, sent("mxc://elsewhere.example:8448/Abc_-9"))
    assert uploads.asked == ["elsewhere.example:8448/Abc_-9"]


@pytest.mark.parametrize("words", ["import these, please", "!log 2h bread", ""])
async def test_no_file_is_fetched_for_mere_talk(words: str) -> None:
    uploads = Uploads()
    assert (await fetched(uploads, sent("mxc://x/y"), words)).file is None
    assert uploads.asked == []


async def test_an_encrypted_file_is_told_to_be_large_where_it_is_cut_off() -> None:
    _, keys = encrypt_attachment(rows("Nils"))
    uploads = Uploads(b"x" * (ATTACHED_BYTES_MAX + 1))
    message = await fetched(uploads, sealed({**keys, "url": "mxc://x/y"}))
    assert message.file == Attached("hours.csv", fault="file-large")


async def test_of_a_file_no_more_is_read_than_that_it_is_too_long() -> None:
    async def long(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 10_000_000)

    app = web.Application()
    app.add_routes([web.get("/", long)])
    async with (
        TestServer(app) as server,
        ClientSession() as session,
        session.get(server.make_url("/")) as response,
    ):
        assert 10 < len(await file_of(10)(response)) < 1_000_000


async def test_one_file_waits_at_most(
    anna: Person, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many come at once: each is a megabyte."""
    waiting = list[int]()
    hand_in = Listener._hand_in

    async def noted(self: Listener, intake: Intake) -> None:
        waiting.append(sum(it.file is not None for it in self._waiting))
        await hand_in(self, intake)

    monkeypatch.setattr(Listener, "_hand_in", noted)
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user, is_direct=True, preset="trusted_private_chat")
        await anna.say(room, "!me")
    uri = await uploaded(anna, rows("Nils"))
    for _ in range(3):
        await anna.send(room, "m.room.message", sent(uri, LINE))
    async with house(bot, tmp_path):
        await anna.hear(lambda it: it["content"].get("body", "").startswith("I3: "))
    assert max(waiting) == 1
    assert sum(waiting) == 3


async def test_nobody_waits_for_the_server_of_a_file_more_than_once(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with Proxy(bot.url).up() as line, house(bot, tmp_path, url=line.url):
        room = await anna.room_with(bot.user, is_direct=True, preset="trusted_private_chat")
        await anna.say(room, "!me")
        line.spoil = failing("GET", "/media/download/", 502)
        for media in ("first", "second"):
            event = await anna.send(room, "m.room.message", sent(f"mxc://slow.example/{media}", LINE))
            told = await anna.hear_answer(room, event)
            assert "I cannot get the file" in told["content"]["body"]
        fetched = {path: count for path, count in line.asked.items() if "/media/download/" in path}
        assert fetched == {"GET /_matrix/client/v1/media/download/slow.example/first": 1}


async def test_a_file_is_read_in_an_encrypted_room_and_one_that_was_changed_is_not(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        await cipher.say(room, "!me")
        ciphertext, keys = encrypt_attachment(rows("Nils"))
        good = {**keys, "url": await uploaded(anna, ciphertext)}
        await cipher.send(room, sealed({**good, "url": await uploaded(anna, ciphertext[::-1])}))
        private = await invited(anna, bot)
        await anna.join(private)
        await cipher.hear_body(private, "I cannot get the file")
        await cipher.send(room, sealed(good))
        await cipher.hear_body(room, "Nils, new here: 3h")


async def test_a_file_that_is_answered_in_an_encrypted_room_was_encrypted(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        await cipher.say(room, "!me")
        clear = await anna.send(room, "m.room.message", sent(await uploaded(anna, rows("Zoe"))))
        await cipher.say(room, LINE, **answering(clear))
        private = await invited(anna, bot)
        await anna.join(private)
        await cipher.hear_body(private, "I cannot get the file")
        ciphertext, keys = encrypt_attachment(rows("Nils"))
        first = await cipher.send(
            room, sealed({**keys, "url": await uploaded(anna, ciphertext)}, "hours.csv")
        )
        await cipher.say(room, LINE, **answering(first))
        await cipher.hear_body(room, "Nils, new here: 3h")


def sealed(file: Json, body: str = LINE) -> Json:
    return {"msgtype": "m.file", "body": body, "filename": "hours.csv", "file": file}


def answering(event: str) -> Json:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event}}}
