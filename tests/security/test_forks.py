"""Who catches what: each change of the past is caught by all who remember enough, and by nobody else.

An operator with the key and the database does it: cuts the end off, rewrites all from some entry on
with new hashes, or changes entries and leaves the rest. What holds against that is the memory of
others: a receipt, a head that was told in a room, a witness.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest

from adapters.cli.noted import Noted
from adapters.cli.noted import flaws as noted_flaws
from bot.chain import Entry, Head, flaws, link
from bot.checkpoints import Checkpoint, origin_of, public_of, signed
from bot.merkle import Tree, nodes_of
from bot.witnessing import Seen, judge, read_submission, write_submission
from tests.house.cases import first
from tests.house.journals import book

SEED = bytes([1]) * 32
TRUE = book(40).written.entries
COUNT = len(TRUE)
ATTACKS = ("cut", "rewrite", "insert", "edit", "drop", "swap", "made up")


def tree_of(entries: Sequence[Entry]) -> Tree:
    leaves = [entry.hash for entry in entries]
    known = {(level, number): own for level, number, own in nodes_of(leaves)}
    return Tree(len(leaves), lambda level, at: known[level, at] if level else leaves[at])


def point_of(entries: Sequence[Entry]) -> Checkpoint:
    return Checkpoint(origin_of("home", entries[0].hash), len(entries), tree_of(entries).root)


def relinked(kept: Sequence[Entry], rest: Sequence[Entry]) -> list[Entry]:
    """Entries behind others, with hashes as if it had been so from the beginning."""
    entries = list(kept)
    head = Head(entries[-1].seq, entries[-1].hash, entries[-1].at) if entries else Head()
    for each in rest:
        own = link(head, each.collective, each.at, each.actor, f"{each.cause}x", each.payload)
        entries.append(own)
        head = Head(own.seq, own.hash, own.at)
    return entries


def attacked(attack: str, at: int) -> list[Entry]:
    """The journal of which the first `at` entries are as they were."""
    kept, rest = TRUE[:at], TRUE[at:]
    match attack:
        case "cut":
            return list(kept)
        case "rewrite":
            return relinked(kept, rest)
        case "insert":
            return relinked(kept, [rest[0], *rest])
        case "edit":
            return [*kept, _changed(rest[0]), *rest[1:]]
        case "drop":
            return [*kept, *rest[1:]]
        case "swap":
            return [*kept, *rest[1:2], rest[0], *rest[2:]]
        case _:
            return relinked([], TRUE)


def _changed(entry: Entry) -> Entry:
    """Another content under the old envelope, but with hashes of its own."""
    head = Head(entry.seq - 1, entry.previous, entry.at)
    return link(head, entry.collective, entry.at, entry.actor + 1, entry.cause, entry.payload)


def shown_by(entries: Sequence[Entry], noted: int, told: int, seen: int) -> Iterator[str]:
    """Who catches it: the chain alone, a receipt's checkpoint, a head of the room, a witness."""
    if next(flaws(entries), ""):
        yield "chain"
    if next(noted_flaws(Noted(point_of(TRUE[:noted])), entries), ""):
        yield "receipt"
    if len(entries) < told or entries[told - 1].hash != TRUE[told - 1].hash:
        yield "room"
    point, tree = point_of(entries), tree_of(entries)
    proof = tree.consistency(seen) if 0 < seen <= tree.size else []
    note = signed(point.text, SEED, point.origin)
    sent = read_submission(write_submission(seen, proof, note).encode())
    was = point_of(TRUE[:seen])
    # Another origin is another journal: nothing is known of it, and no key of its own.
    keys = [public_of(SEED, was.origin)] if point.origin == was.origin else []
    if judge(sent, keys, Seen(seen, was.root)).status != 200:
        yield "witness"


@pytest.mark.parametrize("seed", first(40, range(500)))
def test_a_changed_past_is_caught_by_whoever_remembers_enough_and_by_nobody_else(seed: int) -> None:
    chance = random.Random(seed)
    attack = ATTACKS[seed % len(ATTACKS)]
    at = 0 if attack == "made up" else chance.randrange(1, COUNT - 2)
    noted, told, seen = (chance.randrange(1, COUNT + 1) for _ in range(3))
    entries = attacked(attack, at)
    assert entries != TRUE
    owed = {name for name, size in (("receipt", noted), ("room", told), ("witness", seen)) if size > at}
    shown = set(shown_by(entries, noted, told, seen))
    if attack in {"edit", "drop", "swap"}:  # the hashes behind it are the old ones: anybody sees it
        assert "chain" in shown
    else:
        assert shown == owed


def test_what_nobody_changed_is_caught_by_nobody() -> None:
    for size in (1, 17, COUNT):
        assert not set(shown_by(TRUE, size, size, size))
