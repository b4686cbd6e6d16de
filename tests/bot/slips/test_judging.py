"""What is a receipt, by what is in it; what is not; and what is left out of a picture."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slips import jpeg, webp
from bot.slips.judging import Kind, judged
from bot.slips.parts import Odd, Why
from tests.house.papers import (
    JPEG,
    JPEG_PROGRESSIVE,
    PDF,
    PNG,
    WEBP,
    WEBP_LOSSLESS,
    pdf,
)

KINDS = {
    "jpeg": (JPEG, Kind.JPEG),
    "progressive": (JPEG_PROGRESSIVE, Kind.JPEG),
    "png": (PNG, Kind.PNG),
    "webp": (WEBP, Kind.WEBP),
    "lossless": (WEBP_LOSSLESS, Kind.WEBP),
    "pdf": (PDF, Kind.PDF),
}
ELF, MZ = b"\x7fELF\x02\x01\x01" + bytes(64), b"MZ\x90\x00" + bytes(64)
ZIP = b"PK\x05\x06" + bytes(18)


def why(data: bytes) -> Why:
    """Why it is refused."""
    with pytest.raises(Odd) as refused:
        judged(data)
    return refused.value.why


@pytest.mark.parametrize("name", KINDS)
def test_a_picture_or_document_is_known_by_what_is_in_it(name: str) -> None:
    data, kind = KINDS[name]

    assert judged(data).kind is kind
    assert judged(judged(data).data) == judged(data), "what is kept is a receipt itself"


@pytest.mark.parametrize("name", KINDS)
def test_what_is_cut_off_anywhere_is_refused(name: str) -> None:
    data, _ = KINDS[name]
    whole = data.rstrip()

    for end in range(len(whole)):
        with pytest.raises(Odd):
            judged(data[:end])


@given(st.binary(max_size=2_000), st.sampled_from(["", *KINDS]), st.integers(0, 16))
def test_random_bytes_are_no_receipt(noise: bytes, like: str, much: int) -> None:
    """Also behind the beginning of one."""
    start = KINDS[like][0][:much] if like else b""

    with pytest.raises(Odd):
        judged(start + noise)


@given(st.sampled_from(list(KINDS)), st.data())
def test_whatever_is_changed_in_one_only_that_it_is_odd_is_raised(
    name: str, draws: st.DataObject
) -> None:
    changed = bytearray(KINDS[name][0])
    for _ in range(draws.draw(st.integers(1, 5))):
        changed[draws.draw(st.integers(0, len(changed) - 1))] = draws.draw(st.integers(0, 255))
    try:
        kept = judged(bytes(changed)).data
    except Odd:
        return
    assert len(kept) <= len(changed)


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_what_a_picture_tells_beside_itself_is_left_out(name: str) -> None:
    data = KINDS[name][0]
    assert b"SecretCam" in data

    kept = judged(data).data

    assert b"SecretCam" not in kept
    assert b"where I live" not in kept
    assert len(kept) < len(data)


def test_which_way_up_a_picture_is_stays_known() -> None:
    assert jpeg.exif_of(6) in judged(JPEG).data
    assert jpeg.exif_of(6) in judged(WEBP).data
    assert jpeg.orientation(jpeg.exif_of(6)) == 6
    assert jpeg.orientation(b"MM\0*" + bytes(3)) == 1
    assert jpeg.orientation(b"II*\0" + struct.pack("<IH", 8, 60_000)) == 1


def test_the_points_are_kept_to_the_bit() -> None:
    """The scan of the JPEG, the packed rows of the PNG, the picture of the WebP."""
    assert JPEG[JPEG.index(b"\xff\xda") :] == judged(JPEG).data[judged(JPEG).data.index(b"\xff\xda") :]
    start = PNG.index(b"IDAT") - 4
    assert PNG[start:] in judged(PNG).data
    picture = WEBP[WEBP.index(b"VP8 ") : WEBP.index(b"EXIF")]
    assert picture in judged(WEBP).data


OTHERS = {
    "nothing": (b"", Why.EMPTY),
    "zeros": (bytes(500), Why.EMPTY),
    "windows program": (MZ, Why.PROGRAM),
    "linux program": (ELF, Why.PROGRAM),
    "script": (b"#!/bin/sh\nrm -rf /\n", Why.PROGRAM),
    "zip, or a modern office document": (b"PK\x03\x04" + bytes(50), Why.ARCHIVE),
    "old office document": (b"\xd0\xcf\x11\xe0" + bytes(50), Why.ARCHIVE),
    "page": (b"\xef\xbb\xbf <!doctype html><script>alert(1)</script>", Why.MARKUP),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', Why.MARKUP),
    "phone's own form": (b"\0\0\0\x18ftypheic" + bytes(50), Why.HEIC),
    "gif": (b"GIF89a" + bytes(50), Why.OTHER_PICTURE),
    "tiff": (b"II*\0" + bytes(50), Why.OTHER_PICTURE),
    "words": (b"12 EUR eggs", Why.UNKNOWN),
    "words, called a document": (b"%PDF-1.4 is what I am", Why.BROKEN),
    "program behind a picture's first bytes": (b"\xff\xd8\xff" + ELF, Why.BROKEN),
    "program behind a jpeg": (JPEG + ELF, Why.BEHIND),
    "program behind a png": (PNG + MZ, Why.BEHIND),
    "program behind a webp": (WEBP + MZ, Why.BEHIND),
    "program behind a pdf": (PDF + ELF, Why.BEHIND),
    "archive behind a jpeg": (JPEG + ZIP, Why.BEHIND),
    "archive that ends a pdf": (PDF[:-1] + ZIP, Why.BEHIND),
    "pdf with a script": (pdf("<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"), Why.ACTS),
    "pdf with a script in disguise": (pdf("<< /S /J#61va#53cript >>"), Why.ACTS),
    "pdf that starts a program": (pdf("<< /S /Launch /F (cmd.exe) >>"), Why.ACTS),
    "pdf whose table is elsewhere": (PDF.replace(b"startxref\n", b"startxref\n9"), Why.BROKEN),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_something_else_is_refused_for_what_it_is(name: str) -> None:
    data, expected = OTHERS[name]

    assert why(data) is expected


def test_what_phones_write_behind_a_picture_is_left_out() -> None:
    alone = judged(JPEG).data

    assert judged(JPEG + JPEG_PROGRESSIVE).data == alone, "a second picture"
    assert judged(JPEG + b"\0\0\0\x18ftypmp42" + bytes(90)).data == alone, "a film"
    assert judged(JPEG + b"\0\0\x01\x0aImage_UTC_Data" + bytes(9) + b"SEFT").data == alone, "a trailer"
    assert judged(JPEG + bytes(40)).data == alone, "nothing"


def test_a_document_that_names_what_only_sounds_like_a_program_is_taken() -> None:
    assert judged(pdf("<< /Launched /JavaScripts /Type /Catalog >>")).kind is Kind.PDF


def png_of(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of these chunks, each with its checksum."""
    made = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return PNG[:8] + b"".join(made)


def test_a_png_is_held_to_its_order_its_checksums_and_a_size() -> None:
    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    huge = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\0\0" * 2)

    assert judged(png_of((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))).kind is Kind.PNG
    assert why(png_of((b"IDAT", rows), (b"IHDR", head), (b"IEND", b""))) is Why.BROKEN
    assert why(png_of((b"IHDR", head), (b"IEND", b""))) is Why.BROKEN
    assert why(png_of((b"IHDR", head), (b"EVIL", b""), (b"IDAT", rows), (b"IEND", b""))) is Why.BROKEN
    assert why(png_of((b"IHDR", huge), (b"IDAT", rows), (b"IEND", b""))) is Why.HUGE
    assert why(PNG[:40] + bytes([PNG[40] ^ 1]) + PNG[41:]) is Why.BROKEN
    kept = judged(png_of((b"IHDR", head), (b"tEXt", b"a\0b"), (b"IDAT", rows), (b"IEND", b""))).data
    assert b"tEXt" not in kept


def test_a_webp_that_moves_is_refused() -> None:
    moving = bytearray(WEBP)
    moving[20] |= webp._ANIMATION

    assert why(bytes(moving)) is Why.MOVES


SCAN = JPEG[: JPEG.index(b"\xff\xda") + 14]
SMALL_CHUNK = struct.pack(">I4sI", 0, b"tEXt", zlib.crc32(b"tEXt"))
FILLERS = {
    "marks": (SCAN, b"\xff"),
    "points": (SCAN, b"\xff\x00"),
    "restarts": (SCAN, b"\xff\xd0"),
    "segments": (JPEG[:2], b"\xff\xfe\x00\x02"),
    "pictures": (JPEG, JPEG),
    "chunks": (PNG[:33], SMALL_CHUNK),
    "parts": (b"RIFF\xff\xff\x7f\0WEBP", b"ICCP\0\0\0\0"),
    "slashes": (b"%PDF-1.4\n", b"/J"),
    "blanks": (b"%PDF-1.4\n", b" "),
    "ends": (b"%PDF-1.4\n", b"startxref 1 %%EOF "),
}


@pytest.mark.parametrize("name", FILLERS)
def test_no_bytes_make_it_slow(name: str) -> None:
    """Ten million of them are read once, or a few times: a quadratic reader would take hours."""
    start, filler = FILLERS[name]

    with pytest.raises(Odd):
        judged(start + filler * (10_000_000 // len(filler)))
