"""A picture of a conversation is known by the page that it was taken of."""

from __future__ import annotations

import struct
import zlib

from tests.drawing import SIGNATURE, Poll, Said, hash_in, hash_of, page, signed


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PICTURE = SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
SAID = Said("anna", "<b>C1</b>: closes <time>4 Dec</time>", buttons=(("Confirm", ""),))


def drawn(*said: Said) -> str:
    return page("light", "Kitchen", list(said))


def test_a_picture_holds_the_hash_of_its_page() -> None:
    text = drawn(SAID)

    assert hash_in(PICTURE) == ""
    assert hash_in(signed(PICTURE, text)) == hash_of(text)
    assert signed(PICTURE, text).endswith(chunk(b"IDAT", b"x") + chunk(b"IEND", b""))


def test_another_word_button_vote_or_order_is_another_page_and_another_time_is_not() -> None:
    asked = Said("talkoot", poll=Poll("Which day?", (("Monday", 1), ("Tuesday", 0))))
    voted = Said("talkoot", poll=Poll("Which day?", (("Monday", 1), ("Tuesday", 1))))
    first = hash_of(drawn(SAID, asked))

    assert hash_of(drawn(asked, SAID)) != first
    assert hash_of(drawn(SAID, voted)) != first
    assert hash_of(drawn(Said("anna", SAID.words), asked)) != first
    assert hash_of(drawn(SAID, asked).replace("4 Dec", "5 Dec")) == first


def test_what_people_type_is_shown_as_it_is() -> None:
    assert "<script>" not in drawn(Said("<script>", buttons=(("<script>", ""),), menu="<script>"))
