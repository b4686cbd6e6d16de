"""Sealed ballots: what a ballot of a secret poll looks like where it is kept, and who can open it.

Authenticated encryption (AES-256-GCM, NIST SP 800-38D) with a key of that poll alone. Every box has
one length, whatever is in it, and opens only for the poll, the voter and the turn that it was made
for. Nothing here keeps a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

T = TypeVar("T")

KEY_BYTES: Final = 32
"""A key of AES-256."""

BALLOT_BYTES_MAX: Final = 1022
"""The longest ballot: fifty options with a number each, and a receipt, need about 600."""

_LENGTH_BYTES: Final = 2
_NONCE_BYTES: Final = 12  # what the mode is made for; random, for at most some thousand ballots a key
_TAG_BYTES: Final = 16

BOX_BYTES: Final = _NONCE_BYTES + _LENGTH_BYTES + BALLOT_BYTES_MAX + _TAG_BYTES
"""The length of every box."""

_WORDS: Final = """
acorn agate alder alley almond amber anchor anvil apple apron arch arrow aspen attic autumn axle
badge bagel baker bamboo banjo barge barley barn basil basket bay beacon beaver beech bell bench
berry birch bison blanket boat bonnet book boot bottle bowl branch brass bread brick bridge brook
broom brush bucket buckle bugle butter button cabin cable cactus camel candle canoe canvas canyon
cape carrot castle cedar cellar chalk cherry chimney cider cinder circle clay cliff clock cloud
clover coat cobalt comet copper coral cork corner cotton cradle crane crayon creek cricket crown
crystal cup curtain daisy dawn desert dew dome donkey door dove dragon drum dune eagle earth easel
echo elbow elm ember falcon feather fence fern ferry fiddle field finch flag flame flax flint flute
forest fork fossil fountain fox frost galaxy garden garlic gate ginger glacier glove goat granite
grape gravel guitar hammer harbor hazel hedge heron hill honey hoof horizon ink iris iron island
ivory ivy jacket jasmine jewel juniper kayak kettle kite ladder lagoon lake lamp lantern lark laurel
lemon lentil lily linen lion lizard locket loom lotus magnet maple marble market meadow melon mill
mint mirror mitten moon moss mountain mule nectar needle nest nettle nickel oak oasis oat ocean
olive onion opal orchard otter owl oyster paddle palm panda paper pearl pebble pepper piano pigeon
pillow pine planet plum pocket pond poppy quartz quilt rabbit radish raft rain raven reed ribbon
river robin rocket rose rudder saddle sail satin shell silver spoon stone thistle tiger tulip velvet
violin walnut willow
"""

RECEIPT_WORDS: Final = tuple(_WORDS.split())
"""Words that are easy to say and to tell apart; one for each value of a byte."""


class Urn(msgspec.Struct, frozen=True, order=True):
    """Where the ballots of a secret poll lie.

    `opening` is the commitment that was published when the poll opened: another poll that came to
    the same number, in a database that was restored, has another key.
    """

    collective: str
    poll: int
    opening: str

    @property
    def key_name(self) -> str:
        """What its key is called."""
        return f"{self.collective}-Q{self.poll}-{self.opening[:16]}"


class Turn(msgspec.Struct, frozen=True, order=True):
    """Which vote of a voter it is, from 1: an earlier box of theirs cannot stand in for a later."""

    voter: int
    count: int


class Spoiled(Exception):  # noqa: N818 - a fault of the world, not of the program
    """This box does not open: it, or the key, is not what it was."""


def seal(urn: Urn, turn: Turn, words: bytes, key: bytes, chance: bytes) -> bytes:
    """The box with a ballot in it; `chance` are 12 random bytes at least, never given twice.

    Raises ValueError where the ballot is too long, or the key is none.
    """
    if len(words) > BALLOT_BYTES_MAX:
        message = f"a ballot of {len(words)} bytes does not fit a box"
        raise ValueError(message)
    nonce = chance[:_NONCE_BYTES]
    padded = len(words).to_bytes(_LENGTH_BYTES, "big") + words.ljust(BALLOT_BYTES_MAX, b"\0")
    return nonce + _cipher(key).encrypt(nonce, padded, _label(urn, turn))


def unseal(urn: Urn, turn: Turn, box: bytes, key: bytes) -> bytes:
    """The ballot in a box. Raises Spoiled."""
    try:
        padded = _cipher(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _label(urn, turn))
    except (InvalidTag, ValueError) as closed:
        raise Spoiled from closed
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        message = f"a key has {KEY_BYTES} bytes, not {len(key)}"
        raise ValueError(message)
    return AESGCM(key)


def _label(urn: Urn, turn: Turn) -> bytes:
    """What a box is bound to."""
    return msgspec.json.encode(("talkoot ballot", urn, turn))


def receipt(chance: bytes) -> str:
    """Three words, of three random bytes: one of sixteen million."""
    return "-".join(RECEIPT_WORDS[byte] for byte in chance[:3])


def shuffled(items: Iterable[T], chance: Callable[[], bytes]) -> Sequence[T]:
    """The items in an order that is nobody's: each drew a random number of its own."""
    drawn = [(chance(), number, item) for number, item in enumerate(items)]
    return [item for _, _, item in sorted(drawn, key=lambda each: each[:2])]
