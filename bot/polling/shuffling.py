"""The order in which a voter's own ballot lists the options.

Who stands first gets some more votes for that alone (Miller and Krosnick, "The Impact of Candidate Name
Order on Election Outcomes", 1998). Where each ballot has an order of its own, that falls on all alike.
"""

from __future__ import annotations

import hashlib


def ballot_order(count: int, commitment: str, voter: int, none: int | None) -> list[int]:
    """The options (their places, from 0) as this voter's ballot lists them.

    It is fixed by the commitment that the poll published when it opened, so a voter who looks again
    finds the same order. None of the above stays the last.
    """

    def place(option: int) -> tuple[bool, bytes]:
        words = f"{commitment}|{voter}|{option}".encode()
        return option == none, hashlib.sha256(words).digest()

    return sorted(range(count), key=place)
