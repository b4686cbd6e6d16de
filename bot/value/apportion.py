"""Largest remainder: whole units handed out in proportion, to the last one.

Everybody gets the whole part of their exact share; the units left over go, one each, to the largest
remainders (Hamilton 1792). The published tie rule: of equal remainders the one whose digest of
`SEED:NUMBER` (SHA-256) is smaller comes first; the seed is the number of the distribution and of its
part, such as `D3.2`, so that nobody comes first every time and anybody can repeat it.

Who weighs more never gets less, and the order in which people are handed in changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def apportioned(pool: int, weights: Mapping[int, int], seed: str) -> dict[int, int]:
    """`pool` units in proportion to the weights; nothing to anybody where nobody weighs anything.

    The shares sum to the pool. Raises ValueError for a negative pool or weight.
    """
    if pool < 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("neither a pool nor a weight is negative")
    total = sum(weights.values())
    if not total:
        return {}
    shares: dict[int, int] = {}
    remainders: list[tuple[int, int]] = []
    for key, weight in weights.items():
        if weight:
            shares[key], remainder = divmod(pool * weight, total)
            remainders.append((remainder, key))
    left = pool - sum(shares.values())
    if left:
        remainders.sort(key=lambda each: -each[0])
        # Only those who tie with the last winner have to be told apart by the draw.
        last = remainders[left - 1][0]
        winners = [key for remainder, key in remainders if remainder > last]
        tied = [key for remainder, key in remainders if remainder == last]
        tied.sort(key=lambda key: drawn(seed, key))
        for key in [*winners, *tied[: left - len(winners)]]:
            shares[key] += 1
    return shares


def drawn(seed: str, key: int) -> bytes:
    """The place of somebody in the draw that settles ties."""
    return hashlib.sha256(f"{seed}:{key}".encode()).digest()


def filled(pool: int, weights: Mapping[int, int], most: Mapping[int, int], seed: str) -> dict[int, int]:
    """As `apportioned`, where nobody gets more than their `most`: the excess goes to the others.

    What nobody may take is handed out to nobody, so the shares may sum to less than the pool.
    """
    shares: dict[int, int] = {}
    open_weights = {key: weight for key, weight in weights.items() if weight and most[key]}
    left = min(pool, sum(most[key] for key in open_weights))
    while open_weights and left:
        total = sum(open_weights.values())
        # Whose exact share passes their most is settled at that; the others share the rest anew.
        over = [key for key, weight in open_weights.items() if left * weight >= most[key] * total]
        if not over:
            return {**shares, **apportioned(left, open_weights, seed)}
        for key in over:
            shares[key] = most[key]
            del open_weights[key]
        left = min(pool - sum(shares.values()), left)
    return shares
