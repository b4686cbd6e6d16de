"""PDF: whole from its first line to its last, and nothing in it that plainly begins a program.

ISO 32000-1, 7.5. What is packed in it is not unpacked here: whoever opens one needs a reader that is
careful all the same. Nothing of it is changed, so that a signature in it stays valid; what its author's
program wrote about them stays in it too.
"""

from __future__ import annotations

import re

from bot.slips.parts import Odd, Why

_BEGINS = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)(?=[\s%])")
_ENDS = re.compile(rb"startxref\s{1,4}(\d{1,10})\s{1,4}%%EOF[\s\0]{0,64}\Z")
_TABLE = re.compile(rb"\s{0,4}(?:xref\s|\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj)")
_TAIL_BYTES = 1_024


def _named(name: str) -> str:
    """A name as it may be written, each sign as it is or as its number (7.3.5)."""
    return "".join(f"(?:{each}|#{ord(each):x}|#{ord(each):X})" for each in name)


_ACTS = re.compile(
    f"/(?:{'|'.join(map(_named, ('JavaScript', 'Launch', 'RichMedia')))})".encode()
    + rb"(?![A-Za-z0-9])"
)
"""What begins a program, or plays one, when the document is opened."""


def is_pdf(data: bytes) -> bool:
    """Whether it begins like one."""
    return data.startswith(b"%PDF-")


def checked(data: bytes) -> bytes:
    """The document as it is. Raises Odd for what is cut off, damaged, or something else as well."""
    if not _BEGINS.match(data):
        raise Odd(Why.BROKEN)
    ends = _ENDS.search(data, max(0, len(data) - _TAIL_BYTES))
    if ends is None:
        raise Odd(Why.BEHIND if b"%%EOF" in data else Why.BROKEN)
    if not _TABLE.match(data, int(ends[1])):
        raise Odd(Why.BROKEN)
    if _ACTS.search(data):
        raise Odd(Why.ACTS)
    return data
