"""The Merkle tree over a journal (RFC 6962 and 9162): some 20 hashes show that an entry is in it.

An entry's hash is a leaf's hash already (`bot.chain`), and entry 1 is leaf 0. A chain must be read
whole to be checked; in the tree a proof of inclusion shows one entry, and a proof of consistency that
a longer journal begins with a shorter one. The tree follows from the entries: what is kept of it may
be made anew at any time, and is believed by nobody who checks.

Node (level, number) is the hash over the 2**level leaves from leaf number * 2**level on; only whole
nodes are kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat

_sha256 = hashlib.sha256

EMPTY_ROOT = _sha256(b"").digest()
PROOF_HASHES_MAX = 64
"""No proof in a tree of less than 2**63 leaves is longer."""

Node = tuple[int, int, bytes]
"""Level, number and hash."""


class BadProof(ValueError):  # noqa: N818 - the proof's fault, not the program's
    """A proof that does not hold; says why in plain words."""


class LostLeaf(LookupError):  # noqa: N818 - the journal's fault, not the program's
    """An entry is gone over which a node is wanted."""


def parent(left: bytes, right: bytes) -> bytes:
    """The hash of a node with two children."""
    return _sha256(b"\x01" + left + right).digest()


def peaks_of(size: int) -> list[tuple[int, int]]:
    """The whole nodes, level and number, that together cover a tree's leaves; the largest first."""
    places, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree, from its peaks."""
    if not peaks:
        return EMPTY_ROOT
    *rest, root = peaks
    for peak in reversed(rest):
        root = parent(peak, root)
    return root


@dataclass(slots=True)
class Growing:
    """A tree to which leaves are added: as many hashes as its size has ones."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return root_of(self.peaks)

    def add(self, leaf: bytes) -> list[Node]:
        """Add a leaf, by its hash; the nodes that it makes whole, without the leaf itself."""
        size, peaks, whole = self.size, self.peaks, leaf
        nodes: list[Node] = []
        level = 0
        while size >> level & 1:
            whole = parent(peaks.pop(), whole)
            level += 1
            nodes.append((level, size >> level, whole))
        peaks.append(whole)
        self.size = size + 1
        return nodes

    def add_all(self, leaves: Sequence[bytes]) -> list[Node]:
        """Add many leaves; the nodes that they make whole, level by level: it takes less time."""
        size, level = self.size, 0
        row, nodes, peaks = list(leaves), list[Node](), list[bytes]()
        self.size += len(row)
        while row:
            number = size >> level
            if number & 1:
                row.insert(0, self.peaks.pop())
            if len(row) & 1:
                peaks.append(row.pop())
            row = [*map(parent, row[::2], row[1::2])]
            level += 1
            nodes += zip(repeat(level), count(number >> 1), row)
        self.peaks += reversed(peaks)
        return nodes


def nodes_of(leaves: Iterable[bytes]) -> Iterator[Node]:
    """All whole nodes over these leaves, each as soon as it is whole."""
    tree = Growing()
    for leaf in leaves:
        yield from tree.add(leaf)


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of a size, which proves what is asked; `node` looks up a whole node (level, number)."""

    size: int
    node: Callable[[int, int], bytes]

    @property
    def root(self) -> bytes:
        """The root."""
        return self._over(0, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree (RFC 6962, 2.1.1)."""
        if not 0 <= index < self.size:
            raise ValueError(f"a tree of {self.size} leaves has no leaf {index}")
        return self._path(index, 0, self.size)

    def consistency(self, older: int) -> list[bytes]:
        """The proof that the tree begins with its first `older` leaves (RFC 6962, 2.1.2)."""
        if not 0 < older <= self.size:
            raise ValueError(f"a tree of {self.size} leaves does not begin with {older}")
        return self._begins(older, 0, self.size, known=True)

    def _over(self, start: int, end: int) -> bytes:
        """The hash over some leaves; `start` is a multiple of the greatest power of two in there."""
        return root_of([self.node(level, (start >> level) + at) for level, at in peaks_of(end - start)])

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._over(middle, end)]
        return [*self._path(index, middle, end), self._over(start, middle)]

    def _begins(self, older: int, start: int, end: int, *, known: bool) -> list[bytes]:
        if older == end:
            return [] if known else [self._over(start, end)]
        middle = start + _split(end - start)
        if older <= middle:
            return [*self._begins(older, start, middle, known=known), self._over(middle, end)]
        return [*self._begins(older, middle, end, known=False), self._over(start, middle)]


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a proof of inclusion leads to (RFC 9162, 2.1.3.2). Raises BadProof."""
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    _refuse_odd(proof)
    at, last, root = index, size - 1, leaf
    for each in proof:
        if last == 0:
            raise BadProof("the proof is too long")
        if at & 1 or at == last:
            root = parent(each, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = parent(root, each)
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("the proof is too short")
    return root


def check_consistency(
    older: int, newer: int, older_root: bytes, newer_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the newer tree begins with the older one (RFC 9162, 2.1.4.2). Raises BadProof."""
    if older > newer:
        raise BadProof(f"a tree of {newer} leaves does not begin with {older}")
    _refuse_odd(proof)
    if older in {0, newer}:
        if proof:
            raise BadProof("the proof is too long")
        if older == newer and older_root != newer_root:
            raise BadProof(f"there are two trees of {newer} leaves")
        if older == 0 and older_root != EMPTY_ROOT:
            raise BadProof("the empty tree has another root")
        return
    was, now, rest = _both_roots(older, newer, older_root, proof)
    if rest:
        raise BadProof("the proof is too short")
    if was != older_root:
        raise BadProof(f"the tree does not begin with the one of {older} leaves")
    if now != newer_root:
        raise BadProof(f"the proof leads to another tree of {newer} leaves")


def _both_roots(
    older: int, newer: int, older_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes, int]:
    """The roots that a proof leads to, of both trees, and how much of the newer one it leaves open."""
    whole = older & (older - 1) == 0
    path = [older_root, *proof] if whole else list(proof)
    if not path:
        raise BadProof("the proof is too short")
    at, last = older - 1, newer - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    was = now = path[0]
    for each in path[1:]:
        if last == 0:
            raise BadProof("the proof is too long")
        if at & 1 or at == last:
            was, now = parent(each, was), parent(each, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = parent(now, each)
        at, last = at >> 1, last >> 1
    return was, now, last


def _refuse_odd(proof: Sequence[bytes]) -> None:
    if len(proof) > PROOF_HASHES_MAX:
        raise BadProof(f"a proof has at most {PROOF_HASHES_MAX} hashes")
    if any(len(each) != len(EMPTY_ROOT) for each in proof):
        raise BadProof("a hash has 32 bytes")


def _split(width: int) -> int:
    """The largest power of two below the width."""
    return 1 << (width - 1).bit_length() - 1
