"""What a database keeps beside a journal, held against what the journal says.

Decisions read it: the index of what entries are about, whose room is whose, which messages were
handled, the sealed ballots of polls that are open. Were a row of it gone, or one too many, something
could be done twice, or not at all; so all of it is recomputed, entry by entry, and so is the Merkle
tree, from which proofs are made. Nothing is mended here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice, repeat

from msgspec.structs import astuple

from bot.chain import Entry
from bot.chat import Place
from bot.collective.events import Event
from bot.collective.folding import read_event
from bot.collective.polls import Poll
from bot.collective.state import State
from bot.merkle import Growing, Node, nodes_of

ENTRIES_AT_ONCE = 2_000
"""After how many entries the tree grows by them."""

MESSAGES_AT_ONCE = 50_000
"""How many messages are asked for at a time, whether they were handled.

They lie as if by chance: the more are looked for, the more stand on each page of the file that is read.
"""

TOLD_MAX = 20
"""How many rows of one sort are told one by one."""

Handled = Callable[[str, Collection[str]], AbstractSet[str]]
"""Which of these messages of a platform were handled."""

Boxes = Collection[tuple[int, int]]
"""Whose sealed ballots are kept: poll and voter."""

Indexed = Iterable[tuple[str, int]]
"""Rows of the index: what an entry is about, and its number."""


class Beside:
    """What is kept beside one journal: take it, then the entries, then ask for what does not hold."""

    def __init__(
        self,
        index: Callable[[], Indexed],
        entries: Callable[[], Iterable[Entry]],
        rooms: AbstractSet[Place],
        handled: Handled,
        nodes: Callable[[], Iterable[Node]],
    ) -> None:
        """`index`, `entries` and `nodes` are read anew each time."""
        self._index, self._entries, self._handled = index, entries, handled
        self._rooms, self._mine = rooms, set[Place]()
        self._owed, self._grown = _Bag(), _Bag()
        self._nodes, self._tree = nodes, Growing()
        self._leaves: list[bytes] = []
        self._causes: dict[str, int] = {}
        self._unheard: list[int] = []

    def take(self, entry: Entry, event: Event) -> None:
        """Take an entry that holds, with its event."""
        seq, causes, leaves = entry.seq, self._causes, self._leaves
        self._owed.add(zip(event.subjects, repeat(seq)))
        leaves.append(entry.hash)
        if len(leaves) >= ENTRIES_AT_ONCE:
            self._grow()
        if event.given_up or event.taken:
            self._mine.difference_update(event.given_up)
            self._mine.update(event.taken)
        if entry.cause not in causes:
            causes[entry.cause] = seq
            if len(causes) >= MESSAGES_AT_ONCE:
                self._ask()

    def flaws(self) -> Iterator[str]:
        """What does not hold, once all entries are taken."""
        self._ask()
        self._grow()
        if _bag(self._index()) != self._owed:
            yield from index_flaws(self._entries(), self._index())
        if _bag(self._nodes()) != self._grown:
            yield from tree_flaws(self._entries(), self._nodes())
        yield from _few(
            [f"entry {seq}: its message is not among those that were handled" for seq in self._unheard]
        )
        yield from _few(
            f"the room {it.platform}:{it.room} is not kept as one of this collective"
            for it in sorted(self._mine - self._rooms, key=astuple)
        )
        yield from _few(
            f"the room {it.platform}:{it.room} is kept as one of this collective, and is none"
            for it in sorted(self._rooms - self._mine, key=astuple)
        )

    def _grow(self) -> None:
        self._grown.add(self._tree.add_all(self._leaves))
        self._leaves.clear()

    def _ask(self) -> None:
        """Ask which of the messages that acted were handled; a message may have made many entries."""
        by_platform: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for cause, seq in self._causes.items():
            platform, _, message = cause.partition(":")
            by_platform[platform][message] = seq
        self._causes.clear()
        for platform, messages in by_platform.items():
            known = self._handled(platform, messages)
            self._unheard += sorted(messages[each] for each in messages.keys() - known)


def ballot_flaws(boxes: Boxes, state: State) -> Iterator[str]:
    """Which sealed ballots are not those that the state, at the journal's end, knows of."""
    voters: defaultdict[int, set[int]] = defaultdict(set)
    for number, voter in boxes:
        voters[number].add(voter)
    for number in sorted({*voters, *state.polls.known}):
        poll, kept = state.polls.known.get(number), voters.get(number, set())
        if poll is not None and poll.secret and poll.open and kept != set(poll.cast):
            yield f"the sealed ballots of {poll.ref} are not those of the members who voted"
        elif kept and not _may_have_boxes(poll):
            yield f"sealed ballots of poll {number} are kept, which has none"


def _may_have_boxes(poll: Poll | None) -> bool:
    """Between its closing and the end of its key the ballots of a poll may still be there."""
    return poll is not None and poll.secret and (poll.open or poll.key_kept)


class _Bag:
    """Many rows as two numbers: how many they are, and the sum of their hashes.

    Python's hash of a text has a key that nobody knows before the program starts, so rows that are not
    the same have another sum. It takes no memory, however many they are.
    """

    def __init__(self) -> None:
        self.count = self.total = 0

    def add(self, rows: Iterable[tuple[object, ...]]) -> None:
        hashes = [*map(hash, rows)]
        self.count += len(hashes)
        self.total += sum(hashes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Bag) and (self.count, self.total) == (other.count, other.total)

    __hash__ = None  # type: ignore[assignment] # it changes


def _bag(rows: Iterable[tuple[object, ...]]) -> _Bag:
    bag, every = _Bag(), iter(rows)
    while some := [*islice(every, ENTRIES_AT_ONCE)]:
        bag.add(some)
    return bag


def index_flaws(entries: Iterable[Entry], index: Indexed) -> Iterator[str]:
    """Which rows of the index are missing, and which are too many; each entry in order."""
    kept: defaultdict[int, set[str]] = defaultdict(set)
    for subject, seq in index:
        kept[seq].add(subject)
    found: list[str] = []
    for entry in entries:
        owed = set(read_event(entry.payload).subjects)
        has = kept.pop(entry.seq, set())
        found += [f"entry {entry.seq}: the index does not know it by {it}" for it in sorted(owed - has)]
        found += [
            f"entry {entry.seq}: the index has it at {it}, which it is not about"
            for it in sorted(has - owed)
        ]
    found += [
        f"entry {seq} is gone: the index still has it, at {', '.join(sorted(kept[seq]))}"
        for seq in sorted(kept)
    ]
    yield from _few(found)


def tree_flaws(entries: Iterable[Entry], kept: Iterable[Node]) -> Iterator[str]:
    """Which nodes of the tree are missing, are others, or are too many."""
    owed = {(level, number): own for level, number, own in nodes_of(it.hash for it in entries)}
    found: list[str] = []
    for level, number, own in kept:
        if owed.pop((level, number), None) != own:
            found.append(f"node {number} of level {level} of its tree does not follow from the entries")
    found += [f"node {number} of level {level} of its tree is gone" for level, number in sorted(owed)]
    yield from _few(found)


def _few(flaws: Iterable[str]) -> Iterator[str]:
    """The first ones, and how many more there are."""
    every = list(flaws)
    yield from every[:TOLD_MAX]
    if len(every) > TOLD_MAX:
        yield f"{len(every) - TOLD_MAX} more like that"
