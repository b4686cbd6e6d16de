"""The tree over a journal: the known vectors, other hands, and everything that must not pass."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.merkle import (
    EMPTY_ROOT,
    PROOF_HASHES_MAX,
    BadProof,
    Growing,
    Tree,
    check_consistency,
    nodes_of,
    root_by_inclusion,
)

# The leaves and roots with which Certificate Transparency's own implementations are tested.
LEAVES = [
    sha256(b"\x00" + bytes.fromhex(each)).digest()
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSIONS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCIES = {
    (1, 8): INCLUSIONS[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}

SIZES = st.integers(1, 300)


def leaves(count: int, salt: bytes = b"") -> list[bytes]:
    return [sha256(b"\x00" + salt + str(each).encode()).digest() for each in range(count)]


def tree(hashes: list[bytes]) -> Tree:
    kept = {(level, number): own for level, number, own in nodes_of(hashes)}
    kept.update({(0, number): own for number, own in enumerate(hashes)})
    return Tree(len(hashes), lambda level, number: kept[level, number])


# What RFC 6962 says in 2.1, word for word, with all leaves at hand.
def mth(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    k = below(len(hashes))
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def path(m: int, hashes: list[bytes]) -> list[bytes]:
    if len(hashes) == 1:
        return []
    k = below(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), mth(hashes[k:])]
    return [*path(m - k, hashes[k:]), mth(hashes[:k])]


def subproof(m: int, hashes: list[bytes], whole: bool) -> list[bytes]:
    if m == len(hashes):
        return [] if whole else [mth(hashes)]
    k = below(len(hashes))
    if m <= k:
        return [*subproof(m, hashes[:k], whole), mth(hashes[k:])]
    return [*subproof(m - k, hashes[k:], False), mth(hashes[:k])]


def below(n: int) -> int:
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def grown(hashes: list[bytes]) -> Growing:
    it = Growing()
    for each in hashes:
        it.add(each)
    return it


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_the_known_ones(size: int) -> None:
    assert grown(LEAVES[:size]).root.hex() == ROOTS[size]
    assert tree(LEAVES[:size]).root.hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSIONS)
def test_the_proofs_of_inclusion_are_the_known_ones(index: int, size: int) -> None:
    proof = tree(LEAVES[:size]).inclusion(index)
    assert [each.hex() for each in proof] == INCLUSIONS[index, size]
    assert root_by_inclusion(index, size, LEAVES[index], proof).hex() == ROOTS[size]


@pytest.mark.parametrize(("older", "newer"), CONSISTENCIES)
def test_the_proofs_of_consistency_are_the_known_ones(older: int, newer: int) -> None:
    proof = tree(LEAVES[:newer]).consistency(older)
    assert [each.hex() for each in proof] == CONSISTENCIES[older, newer]
    roots = (bytes.fromhex(ROOTS[older]), bytes.fromhex(ROOTS[newer]))
    check_consistency(older, newer, *roots, proof)


@given(SIZES, st.data())
def test_all_is_as_the_rfc_s_own_definition_has_it(size: int, data: st.DataObject) -> None:
    index, older = (data.draw(st.integers(first, size - 1 + first)) for first in (0, 1))
    hashes = leaves(size)
    it = tree(hashes)

    assert it.root == grown(hashes).root == mth(hashes)
    assert it.inclusion(index) == path(index, hashes)
    assert it.consistency(older) == subproof(older, hashes, True)
    assert root_by_inclusion(index, size, hashes[index], it.inclusion(index)) == it.root
    check_consistency(older, size, mth(hashes[:older]), it.root, it.consistency(older))


@given(SIZES, st.data())
def test_no_other_leaf_place_size_or_hash_passes(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    it = tree(hashes)
    proof = it.inclusion(index)
    other = data.draw(st.integers(0, size - 1).filter(lambda at: at != index)) if size > 1 else 0
    at = data.draw(st.integers(0, len(proof) - 1)) if proof else 0
    bad = [
        (index, size, hashes[other] if size > 1 else EMPTY_ROOT, proof),
        (index, size, hashes[index], [*proof, EMPTY_ROOT]),
        (size, size, hashes[index], proof),
        (-1, size, hashes[index], proof),
        (index, 0, hashes[index], proof),
        (index, size, hashes[index], [EMPTY_ROOT] * (PROOF_HASHES_MAX + 1)),
    ]
    if proof:
        bad += [
            (index, size, hashes[index], proof[:-1]),
            (index, size, hashes[index], [*proof[:at], proof[at][:31], *proof[at + 1 :]]),
            (index, size, hashes[index], [*proof[:at], bytes(32), *proof[at + 1 :]]),
        ]
        if proof != it.inclusion(other):
            bad.append((other, size, hashes[index], proof))
    for each in bad:
        try:
            root = root_by_inclusion(*each)
        except BadProof:
            continue
        assert root != it.root, each


@given(SIZES, st.data())
def test_no_fork_or_rollback_is_consistent(size: int, data: st.DataObject) -> None:
    older = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, older - 1))
    hashes = leaves(size)
    forked = [*hashes[:changed], *leaves(size, b"forked")[changed:]]
    was = mth(hashes[:older])
    fork = tree(forked)
    with pytest.raises(BadProof):
        check_consistency(older, size, was, fork.root, fork.consistency(older))
    with pytest.raises(BadProof):
        check_consistency(older, size, was, fork.root, tree(hashes).consistency(older))
    if older < size:
        with pytest.raises(BadProof, match="does not begin"):
            check_consistency(size, older, mth(hashes), was, tree(hashes).consistency(older))
    for wrong in (
        [EMPTY_ROOT] * (PROOF_HASHES_MAX + 1),
        [*tree(hashes).consistency(older), EMPTY_ROOT],
    ):
        with pytest.raises(BadProof):
            check_consistency(older, size, was, mth(hashes), wrong)
    if proof := tree(hashes).consistency(older):
        with pytest.raises(BadProof):
            check_consistency(older, size, was, mth(hashes), proof[:-1])


def test_every_tree_begins_with_the_empty_one() -> None:
    check_consistency(0, 3, EMPTY_ROOT, mth(leaves(3)), [])
    with pytest.raises(BadProof, match="empty tree"):
        check_consistency(0, 3, bytes(32), mth(leaves(3)), [])
    with pytest.raises(BadProof, match="two trees of 3"):
        check_consistency(3, 3, mth(leaves(3)), mth(leaves(3, b"x")), [])


@pytest.mark.parametrize("index", [-1, 3])
def test_what_is_not_there_is_not_proved(index: int) -> None:
    with pytest.raises(ValueError, match="has no leaf"):
        tree(leaves(3)).inclusion(index)
    with pytest.raises(ValueError, match="does not begin with"):
        tree(leaves(3)).consistency(index + 1 if index > 0 else 0)


@given(st.integers(0, 5_000))
def test_a_tree_grows_by_few_nodes_and_remembers_few(size: int) -> None:
    """Append is O(log n): counted, not timed."""
    it = Growing()
    made = [len(it.add(each)) for each in leaves(size)]
    assert sum(made) == size - size.bit_count() if size else not made
    assert len(it.peaks) == size.bit_count()


@given(st.lists(st.integers(0, 70), max_size=6), st.integers(0, 40))
def test_many_leaves_at_once_grow_the_same_tree(pieces: list[int], before: int) -> None:
    """However many stand already, and however they are divided."""
    it, alone = grown(leaves(before)), grown(leaves(before))
    every = iter(leaves(before + sum(pieces))[before:])
    for size in pieces:
        some = [next(every) for _ in range(size)]
        whole = [node for each in some for node in alone.add(each)]
        assert sorted(it.add_all(some)) == sorted(whole)
        assert it == alone
