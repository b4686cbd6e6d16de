"""Codes that people carry from one place to another: invitations of rooms, links of accounts, claims.

A code is shown once, to one person; the journal keeps only its hash, so that whoever reads the
journal, or an export of it, cannot use it.
"""

from __future__ import annotations

import hashlib
import re

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Thirty-two signs without 0, 1, I and O, which are mixed up when read aloud."""

SECRET_SIGNS = 16
"""Sixteen signs are 80 bits: nobody guesses that in the life of a code."""

_GROUP = 4
_NAMED = re.compile(r"([a-z0-9-]{1,60})\.(.+)", re.IGNORECASE | re.DOTALL)


def secret_of(salt: bytes) -> str:
    """A secret made of random bytes (10 at least), in groups that can be read aloud."""
    bits = int.from_bytes(salt[:10], "big")
    signs = "".join(SIGNS[bits >> 5 * i & 31] for i in range(SECRET_SIGNS))
    return "-".join(signs[i : i + _GROUP] for i in range(0, SECRET_SIGNS, _GROUP))


def digest_of(code: str) -> str:
    """What the journal keeps of a code; dashes, blanks and case do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def named_code(collective: str, secret: str) -> str:
    """A code that also says which collective it belongs to."""
    return f"{collective}.{secret}"


def read_named_code(code: str) -> tuple[str, str] | None:
    """The collective and the secret of such a code, or None when it is none."""
    found = _NAMED.fullmatch(code.strip())
    return (found[1].casefold(), found[2]) if found else None


def collective_id(salt: bytes) -> str:
    """A new collective's id: short, and nobody else's."""
    return "c" + secret_of(salt).replace("-", "")[:12].casefold()
