"""The key with which checkpoints are signed: made once, kept outside the database, replaced by itself.

It lies where the keys of secret polls lie, a file for its owner alone, with the notes in which each
key before it named the next. It is read for every signature, so that a new one holds at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import msgspec

from bot.checkpoints import (
    ROTATION_NAME,
    SEED_BYTES,
    Checkpoint,
    PublicKey,
    origin_of,
    public_of,
    rotation,
    signed,
)
from bot.collective.state import State
from bot.decision import Proof
from bot.merkle import LostLeaf, Tree
from bot.ports import Chance, Keys, StorageFault
from bot.witnessing import Witnessed, vouched

log = logging.getLogger("talkoot.signing")

NAME = "checkpoints"
"""What the key is called among the others."""


class Nodes(Protocol):
    """Whoever keeps the trees over the journals."""

    def node(self, collective: str, level: int, number: int) -> bytes:
        """A whole node of a tree. Raises LostLeaf where an entry is gone."""
        ...


class SpoiledKeyError(Exception):
    """What lies where the key should is none; nothing is put in its place unasked."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "The file of the key that signs checkpoints holds none. Put it back from your copy; or "
            "delete it, and the next start makes a new one, which nobody can link with the old one."
        )


class SigningKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key, by its seed, and the notes that led to it, the oldest first."""

    seed: bytes
    rotations: tuple[str, ...] = ()

    def public(self, name: str) -> PublicKey:
        """What others may know of it, in the name in which it signs."""
        return public_of(self.seed, name)

    def note(self, point: Checkpoint) -> str:
        """A checkpoint as a note that is signed by it."""
        return signed(point.text, self.seed, point.origin)


_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(SigningKey).decode


def signing_key(keys: Keys) -> SigningKey | None:
    """The key, or None where none was made yet. Raises SpoiledKeyError or StorageFault."""
    kept = keys.read(NAME)
    if kept is None:
        return None
    try:
        key = _decode(kept)
    except (msgspec.MsgspecError, ValueError) as why:
        raise SpoiledKeyError from why
    if len(key.seed) != SEED_BYTES:
        raise SpoiledKeyError
    return key


def made_key(keys: Keys, chance: Chance) -> SigningKey:
    """The key, made where there is none yet. Raises SpoiledKeyError or StorageFault."""
    key = signing_key(keys)
    if key is None:
        key = SigningKey(chance.salt() + chance.salt())
        keys.make(NAME, _encode(key))
    return key


def rotated(keys: Keys, chance: Chance) -> SigningKey | None:
    """A new key in place of the old one, which signs that; None where there is no old one.

    Raises SpoiledKeyError or StorageFault.
    """
    old = signing_key(keys)
    if old is None:
        return None
    seed = chance.salt() + chance.salt()
    new = SigningKey(seed, (*old.rotations, rotation(old.seed, seed)))
    keys.make(NAME, _encode(new))
    return new


def checkpoint(tx: Nodes, state: State) -> Checkpoint | None:
    """The journal as the state knows it; None where nothing was written yet. Raises LostLeaf."""
    return _checkpoint(tx, state, state.head.seq) if state.head.seq else None


def _checkpoint(tx: Nodes, state: State, size: int) -> Checkpoint:
    """The first entries of the journal, so many. Raises LostLeaf."""
    origin = origin_of(state.collective, tx.node(state.collective, 0, 0))
    return Checkpoint(origin, size, _tree(tx, state, size).root)


def _tree(tx: Nodes, state: State, size: int) -> Tree:
    return Tree(size, lambda level, number: tx.node(state.collective, level, number))


def signed_checkpoint(keys: Keys, tx: Nodes, state: State) -> str:
    """The same as a signed note; empty where there is no key, or nothing to sign.

    Where the key is spoiled or cannot be read, or an entry is gone, only the operator is told: people
    go on, for all of them would wait while it was tried again. Raises StorageFault of the journal's.
    """
    key = _key_of_today(keys, state)
    try:
        point = checkpoint(tx, state) if key else None
    except LostLeaf as why:
        return _unsigned(state, why)
    return key.note(point) if key and point else ""


def public_key(keys: Keys) -> str:
    """The public key, as it is given out; empty where there is none, or it cannot be read."""
    try:
        key = signing_key(keys)
    except (SpoiledKeyError, StorageFault) as why:
        log.warning("the key of checkpoints cannot be told: %s", why)
        return ""
    return key.public(ROTATION_NAME).text if key else ""


def proof_of(
    keys: Keys, tx: Nodes, state: State, seq: int, witnessed: Sequence[Witnessed] = ()
) -> Proof | None:
    """That the entry `seq` is in the journal of a signed checkpoint; None without one.

    Where witnesses signed one that has the entry, it is the newest of those, with what they signed.
    """
    key = _key_of_today(keys, state)
    try:
        sizes = {it.size for it in witnessed if seq <= it.size <= state.head.seq}
        for size in sorted(sizes, reverse=True):
            point = _checkpoint(tx, state, size)
            if seen := vouched(witnessed, size, point.root, key.note(point) if key else ""):
                return Proof(seen, tuple(_tree(tx, state, size).inclusion(seq - 1)))
        if key is None:
            return None
        note = key.note(_checkpoint(tx, state, state.head.seq))
        return Proof(note, tuple(_tree(tx, state, state.head.seq).inclusion(seq - 1)))
    except LostLeaf as why:
        _unsigned(state, why)
        return None


def growth_of(
    keys: Keys, tx: Nodes, state: State, older: int, newer: int, witnessed: Sequence[Witnessed] = ()
) -> Proof | None:
    """That the journal of `newer` entries begins with its first `older`; None where nothing is signed.

    Both are signed by the key of today, and stand there with what witnesses signed of them.
    """
    key = _key_of_today(keys, state)
    if key is None:
        return None
    try:
        points = [_checkpoint(tx, state, size) for size in (older, newer)]
        hashes = tuple(_tree(tx, state, newer).consistency(older))
    except LostLeaf as why:
        _unsigned(state, why)
        return None
    own = [key.note(it) for it in points]
    was, now = (
        vouched(witnessed, it.size, it.root, note) or note for it, note in zip(points, own, strict=True)
    )
    return Proof(now, hashes, was)


def _key_of_today(keys: Keys, state: State) -> SigningKey | None:
    """The key; None where there is none or it cannot be read, which only the operator is told."""
    try:
        return signing_key(keys)
    except (SpoiledKeyError, StorageFault) as why:
        _unsigned(state, why)
        return None


def _unsigned(state: State, why: Exception) -> str:
    log.warning("no checkpoint of %s is signed: %s", state.collective, why)
    return ""
