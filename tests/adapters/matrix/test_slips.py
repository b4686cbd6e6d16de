"""Receipts on Matrix: a picture with the line as its caption, or answered with it; also encrypted."""

from __future__ import annotations

from pathlib import Path

import pytest
from nio.crypto import encrypt_attachment

from tests.adapters.matrix.ciphers import Cipher
from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Json, Person
from tests.adapters.matrix.test_encryption import KEY, cipher, secret_room
from tests.adapters.matrix.test_files import Uploads, fetched, uploaded
from tests.house.papers import JPEG, PDF, PNG

__all__ = ["cipher"]

LINE = "!expense 12 EUR eggs"


def picture(uri: str, body: str = "IMG.jpg", msgtype: str = "m.image", **more: object) -> Json:
    return {"msgtype": msgtype, "body": body, "filename": "IMG.jpg", "url": uri, **more}


async def test_a_picture_with_the_line_as_its_caption_is_kept_and_shown_in_private(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.say(room, "!me")
        await anna.send(room, "m.room.message", picture(await uploaded(anna, JPEG), LINE))
        told = await anna.hear(lambda it: "With a receipt: !slip T1" in it["content"].get("body", ""))
        assert told["room_id"] == room
        await anna.say(room, "!slip T1")
        shown = await anna.hear_wherever(lambda it: it["content"].get("filename") == "T1-1.jpg")
        assert shown["room_id"] != room
        assert shown["content"]["msgtype"] == "m.image"


async def test_a_picture_or_document_is_answered_with_the_line(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.say(room, "!me")
        first = await anna.send(room, "m.room.message", picture(await uploaded(anna, PNG)))
        await anna.reply(room, first, LINE)
        await anna.hear(lambda it: "With a receipt: !slip T1" in it["content"].get("body", ""))
        scan = await anna.send(
            room, "m.room.message", picture(await uploaded(anna, PDF), msgtype="m.file")
        )
        await anna.reply(room, scan, "!slip add T1")
        await anna.hear(lambda it: "A receipt of T1 is kept: PDF" in it["content"].get("body", ""))


async def test_an_encrypted_picture_is_opened_and_one_that_was_changed_is_not(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        await cipher.say(room, "!me")
        ciphertext, keys = encrypt_attachment(JPEG)
        file = {**keys, "url": await uploaded(anna, ciphertext)}
        await cipher.send(
            room, {"msgtype": "m.image", "body": LINE, "filename": "IMG.jpg", "file": file}
        )
        await cipher.hear_body(room, "With a receipt: !slip T1")


@pytest.mark.parametrize("words", [LINE, "!slip add T1"])
async def test_one_that_is_too_large_is_not_asked_for(words: str) -> None:
    uploads = Uploads(JPEG)
    large = picture("mxc://x/y", words, info={"size": 50_000_000})

    assert (message := await fetched(uploads, large, words)).file is not None
    assert message.file.fault == "file-large"
    assert uploads.asked == []
    assert (await fetched(uploads, picture("mxc://x/y", words), words)).file is not None


async def test_no_picture_is_fetched_for_mere_talk() -> None:
    uploads = Uploads(JPEG)

    for words in ("look at this", "IMG.jpg", "!balance"):
        assert (await fetched(uploads, picture("mxc://x/y", words), words)).file is None
    assert uploads.asked == []


async def test_a_picture_alone_that_answers_the_expense_is_its_receipt(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        await anna.say(room, "!me")
        await anna.say(room, LINE)
        card = await anna.hear(lambda it: "It waits" in it["content"].get("body", ""))
        await running.settled()  # what was told is known by its receipt
        answer = {"m.relates_to": {"m.in_reply_to": {"event_id": card["event_id"]}}}
        alone = {"msgtype": "m.image", "body": "IMG.jpg", "url": await uploaded(anna, PNG)}
        await anna.send(room, "m.room.message", alone)
        await anna.send(room, "m.room.message", {**alone, **answer})
        await anna.hear(lambda it: "A receipt of T1 is kept: PNG" in it["content"].get("body", ""))
