"""Which kind a receipt is, by what is in it and never by its name; and what of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bot.slips import jpeg, pdf, png, webp
from bot.slips.parts import Odd, Why


class Kind(StrEnum):
    """What a receipt may be."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"

    @property
    def media(self) -> str:
        """Its media type."""
        return "application/pdf" if self is Kind.PDF else f"image/{self.value}"

    @property
    def ending(self) -> str:
        """What the name of such a file ends with."""
        return "jpg" if self is Kind.JPEG else self.value


@dataclass(frozen=True, slots=True)
class Judged:
    """A receipt: its kind, and the bytes that are kept of it."""

    kind: Kind
    data: bytes = field(repr=False)


def judged(data: bytes) -> Judged:
    """The receipt in some bytes. Raises Odd where there is none, or more than one.

    What a picture tells beside itself (where and when it was taken, by which device, comments) is left
    out; its points are kept to the bit. A document is kept as it is.
    """
    found = _read(data)
    if _ends_as_archive(found.data):
        raise Odd(Why.BEHIND)
    return found


def _read(data: bytes) -> Judged:
    if data.startswith(jpeg.MAGIC):
        return Judged(Kind.JPEG, jpeg.cleaned(data))
    if data.startswith(png.MAGIC):
        return Judged(Kind.PNG, png.cleaned(data))
    if webp.is_webp(data):
        return Judged(Kind.WEBP, webp.cleaned(data))
    if pdf.is_pdf(data):
        return Judged(Kind.PDF, pdf.checked(data))
    raise Odd(_taken_for(data))


_BEGINNINGS = (
    (
        Why.PROGRAM,
        (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe"),
    ),
    (
        Why.ARCHIVE,
        (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"),
    ),
    (Why.OTHER_PICTURE, (b"GIF8", b"BM", b"II*\0", b"MM\0*")),
)
"""What begins as what, to be told by its name: nothing is taken because it is not among them."""

_HEIC = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


def _taken_for(data: bytes) -> Why:
    """What something is that is no receipt, as far as its beginning tells."""
    if not data.strip(b"\0"):
        return Why.EMPTY
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return Why.HEIC
    for why, beginnings in _BEGINNINGS:
        if data.startswith(beginnings):
            return why
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    return Why.MARKUP if start.startswith(b"<") else Why.UNKNOWN


def _ends_as_archive(data: bytes) -> bool:
    """Whether it is a ZIP archive as well: its contents stand at the end (APPNOTE, 4.3.16)."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return (
        at >= 0
        and at + 22 <= len(data)
        and (at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") == len(data))
    )
