"""The way between decisions, which know ballots, and the store, which knows boxes.

Keys are made, used and destroyed here and nowhere else. What is opened is never logged, and no error
of this file says what was in a box.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from bot.collective.state import State
from bot.decision import Ballots, Grown, Opened, Proof, Proven, SecretBallot, Unopened
from bot.polling.sealing import KEY_BYTES, Spoiled, Urn, seal, unseal
from bot.ports import Chance, Keys, SealedBallot, Transaction
from bot.witnessing import Witnessed
from bot.writer.signing import Nodes, growth_of, proof_of, public_key, signed_checkpoint
from bot.writer.witnesses import Witnesses

LOST: Final = Unopened("lost")
"""There is no key, or what lies there is none."""

SPOILED: Final = Unopened("spoiled")
"""A box does not open: it is not the one that was sealed, or the key is another one."""

MISSING: Final = Unopened("missing")
"""The boxes are not those of the members who took part."""


@dataclass(slots=True)
class FleetingKeys:
    """Keys that are gone with the program (`bot.ports.Keys`), for a database that is too."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def make(self, name: str, key: bytes) -> None:
        """Keep a key."""
        self.kept[name] = key

    def read(self, name: str) -> bytes | None:
        """The key, or None where there is none."""
        return self.kept.get(name)

    def destroy(self, name: str) -> None:
        """Forget the key."""
        self.kept.pop(name, None)


class Vault:
    """Seals and opens the ballots of secret polls."""

    def __init__(self, keys: Keys, chance: Chance, witnesses: Witnesses) -> None:
        """Take keys from `keys`, and their bytes from `chance`; `witnesses` is what was said of us."""
        self._keys, self._chance, self._witnesses = keys, chance, witnesses

    def make(self, urn: Urn) -> None:
        """Make the key of a poll that opens. Raises StorageFault."""
        self._keys.make(urn.key_name, (self._chance.salt() + self._chance.salt())[:KEY_BYTES])

    def boxed(self, ballot: SecretBallot) -> SealedBallot:
        """The ballot in its box. Raises StorageFault; who decided has asked whether there is a key."""
        urn, turn = ballot.urn, ballot.turn
        box = b""
        if ballot.words is not None:
            key = self._key(urn)
            assert key is not None, f"there is no key {urn.key_name}"
            box = seal(urn, turn, ballot.words, key, self._chance.salt())
        return SealedBallot(urn.collective, urn.poll, turn.voter, box)

    def opened(self, tx: Transaction, wanted: Ballots) -> Opened | Unopened:
        """The ballots of a poll: all of those who took part, or none. Raises StorageFault."""
        urn, turns = wanted.urn, wanted.turns
        key = self._key(urn)
        if key is None:
            return LOST
        if turns is None:
            return Opened({})
        boxes = tx.boxes(urn.collective, urn.poll)
        if boxes.keys() != {turn.voter for turn in turns}:
            return MISSING
        try:
            return Opened({turn.voter: unseal(urn, turn, boxes[turn.voter], key) for turn in turns})
        except Spoiled:
            return SPOILED

    def checkpoint(self, tx: Nodes, state: State) -> str:
        """Where the journal stands, as a signed note; empty where nothing is signed. StorageFault."""
        return signed_checkpoint(self._keys, tx, state)

    def proof(self, tx: Nodes, state: State, wanted: Proven | Grown) -> Proof | None:
        """That an entry or a shorter journal is in that of a signed checkpoint; None without a key."""
        if isinstance(wanted, Grown):
            return growth_of(self._keys, tx, state, wanted.older, wanted.newer, self.witnessed(state))
        return proof_of(self._keys, tx, state, wanted.seq, self.witnessed(state))

    def signer(self) -> str:
        """The public key that signs checkpoints; empty where there is none."""
        return public_key(self._keys)

    def witnessed(self, state: State) -> tuple[Witnessed, ...]:
        """What witnesses said last of a journal."""
        return self._witnesses.of(state.collective)

    def destroy(self, urn: Urn) -> None:
        """Destroy the key of a poll that is over, for good. Raises StorageFault."""
        self._keys.destroy(urn.key_name)

    def _key(self, urn: Urn) -> bytes | None:
        key = self._keys.read(urn.key_name)
        return key if key is not None and len(key) == KEY_BYTES else None
