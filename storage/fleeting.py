"""What may be read only once is kept sealed, with a key that is gone with the program.

A code that links two accounts, the receipt of a secret ballot, a member's own data: the words of such
an answer wait in the database until they are told. There they would stay in the write-ahead log and in
dead rows long after. So they are kept in a box, and the key is nowhere but in the memory of the program
that wrote them. Whoever comes after it tells that the answer was lost.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.chat import Outgoing
from bot.writer.answers import lost

_BOXED = "~"
"""What a kept message begins with when its words are in a box; every other one begins a JSON object."""

_NONCE_BYTES = 12

_decoder = msgspec.json.Decoder(Outgoing)
_encoder = msgspec.json.Encoder()


class Memory:
    """Keeps and reads outgoing messages; what is fleeting only it can read again."""

    def __init__(self) -> None:
        """With a key of its own, which is never written."""
        self._key = AESGCM(AESGCM.generate_key(256))

    def kept(self, outgoing: Outgoing) -> str:
        """A message as it is kept."""
        if not outgoing.reply.fleeting:
            return _encoder.encode(outgoing).decode()
        stand_in = _encoder.encode(lost(outgoing))
        nonce = secrets.token_bytes(_NONCE_BYTES)
        box = nonce + self._key.encrypt(nonce, _encoder.encode(outgoing), stand_in)
        return f"{_BOXED}{b64encode(box).decode()}{_BOXED}{stand_in.decode()}"

    def told(self, kept: str) -> Outgoing:
        """A message as it was kept, or the word that it was lost where another program sealed it."""
        if not kept.startswith(_BOXED):
            return _decoder.decode(kept)
        _, boxed, stand_in = kept.split(_BOXED, 2)
        box = b64decode(boxed)
        try:
            words = self._key.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], stand_in.encode())
        except InvalidTag:
            return _decoder.decode(stand_in)
        return _decoder.decode(words)

    def read(self, kept: str | None) -> Outgoing | None:
        """A message as `told` gives it; None where what is kept cannot be read any more."""
        try:
            return None if kept is None else self.told(kept)
        except (msgspec.MsgspecError, ValueError, UnicodeError):
            return None


MEMORY = Memory()
"""This program's own."""
