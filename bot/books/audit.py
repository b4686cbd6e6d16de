"""What must hold of a journal beyond its chain, and whether two states are the same.

One pass: the chain, the form of every event, sums that are zero, the state folded anew, its balances
against sums made independently, the commitments to texts, which texts may be gone, what is kept beside
the journal, heads that were posted elsewhere. It stops at the first entry that does not hold. It
refuses to know where a journal is kept, and mends nothing.

It has two halves, which need nothing of each other: what each entry is by itself (`Form`), and what the
entries come to (`Outcome`). An `Audit` is both, entry by entry.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

import msgspec

from bot.books.beside import Beside, Boxes, ballot_flaws
from bot.books.erasures import Erasures
from bot.books.form import Form, Unreadable, not_holding, told
from bot.chain import Entry, Head, seal_of
from bot.collective.events import Event, Posting
from bot.collective.folding import take
from bot.collective.ledger import imbalance
from bot.collective.state import State

FLAWS_MAX = 20
"""How many wrong texts of a journal are told one by one."""

DIFFERENCES_MAX = 20
"""How many differences of two states are told: the first ones show what kind of mistake it is."""

_POSTED = re.compile(r"(?:(.*)=)?([1-9][0-9]{0,17}):([0-9a-f]{16,64})", re.DOTALL)


class Posted(msgspec.Struct, frozen=True):
    """A head that somebody kept elsewhere; without a collective's name it may be anyone's.

    `digits` are the first digits of the hash, at least 16.
    """

    seq: int
    digits: str
    collective: str = ""

    @property
    def text(self) -> str:
        """As it was given."""
        name = f"{self.collective}=" if self.collective else ""
        return f"{name}{self.seq}:{self.digits}"


def read_posted(text: str) -> Posted:
    """Read `[COLLECTIVE=]SEQ:HASH`; raises ValueError, saying what it should be."""
    found = _POSTED.fullmatch(text.strip())
    if found is None:
        raise ValueError(
            f"“{text}” is not a head: SEQ:HASH, with 16 to 64 hexadecimal digits of the hash."
        )
    return Posted(int(found[2]), found[3], found[1] or "")


class Audited(msgspec.Struct, frozen=True):
    """What the audit of one journal found, up to `head`; it holds when there are no flaws.

    `matched` texts are the ones that were committed to, `absent` ones were erased or left out;
    `broken` names the first bad entry, `flaws` what else does not hold.
    """

    collective: str
    head: Head
    matched: int
    absent: int
    broken: str
    flaws: tuple[str, ...]
    reached: frozenset[Posted]

    @property
    def sound(self) -> bool:
        """Whether all of it holds."""
        return not self.broken and not self.flaws


# What is known of a commitment to a text.
_ABSENT, _ERASED, _SPARE, _MATCHED, _WRONG = range(5)
_THERE = frozenset({_SPARE, _MATCHED})
_THEN = (_ABSENT, _ERASED, _MATCHED, _MATCHED, _ERASED)
"""What becomes of it when an entry refers to it; a wrong one is told once."""


class Outcome:
    """What the entries of one journal come to: the state, our own sums, texts, heads that are reached.

    Take its texts, then its entries with their events, then ask for what was found. Whether each entry
    is what it should be by itself is asked elsewhere: `bot.books.form`.
    """

    def __init__(
        self,
        collective: str,
        posted: Iterable[Posted] = (),
        *,
        boxes: Boxes | None = None,
        partial: bool = False,
    ) -> None:
        """Begin; `posted` are the heads to look out for.

        `boxes` are the sealed ballots that a database keeps: there every text must be, if only as an
        erased one. With `partial` texts may be missing that nobody had erased.
        """
        self.state = State(collective)
        self._boxes, self._partial = boxes, partial
        self._erasures = Erasures()
        self._posted: dict[int, list[Posted]] = {}
        for each in posted:
            if each.collective in {"", collective}:
                self._posted.setdefault(each.seq, []).append(each)
        self._reached: set[Posted] = set()
        self._sums: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._waiting: defaultdict[str, defaultdict[tuple[str, str], int]]
        self._waiting = defaultdict(lambda: defaultdict(int))
        self._seals: dict[str, int] = {}
        self._names: set[str] = set()
        self._flaws: list[str] = []
        self._noted = 0

    def take_text(
        self, seal: str, salt: bytes | None, text: str | None, *, identity: bool = False
    ) -> None:
        """Hold a text against its commitment; one that was erased is passed over.

        An `identity` is kept as a name or an account, which states need.

        Raises Unreadable when the text was there before: a damaged index leads round in a ring.
        """
        if seal in self._seals:
            raise Unreadable(f"the text of {seal} is there twice")
        if identity:
            self._names.add(seal)
        if text is None and salt is None:
            self._seals[seal] = _ERASED
            return
        try:
            right = seal_of(text, salt) == seal  # type: ignore[arg-type] # anything may be kept there
        except (TypeError, AttributeError, ValueError):
            right = False
        self._seals[seal] = _SPARE if right else _WRONG

    def take(self, entry: Entry, event: Event) -> str:
        """Take the next entry; returns what is wrong with what it does, and then none is next."""
        name, seq = self.state.collective, entry.seq
        try:
            postings = getattr(event, "postings", None)
            if postings and not self._post(entry, postings):
                return told(name, seq, f"its postings do not sum to zero: {imbalance(postings)}")
            take(self.state, entry, event, {})
        except Exception as why:  # noqa: BLE001 - whatever a forged event breaks, it is the event's flaw
            return not_holding(name, seq, why)
        self._take_seals(entry, event)
        if seq in self._posted:
            self._reach(entry)
        return ""

    def audited(self, head: Head, broken: str = "", beside: Iterable[str] = ()) -> Audited:
        """What was found up to `head`, behind which an entry is `broken`, or none is.

        In its place stands what others found `beside` the journal; nobody asks for that behind a broken
        entry, for the rest of the journal is not known.
        """
        self.state.head = head
        more = self._noted - len(self._flaws)
        rest = [f"{self.state.collective}: {more} more texts like that"] if more else []
        if not broken:
            rest += [*self._at_the_end(), *beside, *self._ballots()]
        kinds = list(self._seals.values())
        return Audited(
            self.state.collective,
            head,
            kinds.count(_MATCHED),
            kinds.count(_ABSENT) + kinds.count(_ERASED),
            broken,
            (*self._flaws, *rest),
            frozenset(self._reached),
        )

    def _take_seals(self, entry: Entry, event: Event) -> None:
        seq, kept, gone = entry.seq, self._seals, []
        names = event.identities if self._boxes is not None else ()
        for seal in event.seals:
            known = kept.get(seal, _ABSENT)
            kept[seal] = _THEN[known]
            if known in _THERE:
                if (seal in names) is not (seal in self._names):
                    self._note(seq, "a name of it is kept as words, or words as a name")
            elif known == _WRONG:
                self._note(seq, "a text of it is not the one it committed to")
            elif known == _ABSENT and self._boxes is not None:
                self._note(seq, "a text of it is lost")
                kept[seal] = _ERASED
            else:
                gone.append(seal)
        self._erasures.take(self.state, entry, event, gone)

    def _post(self, entry: Entry, postings: Iterable[Posting]) -> bool:
        """Add to sums of our own, beside the state's; whether the postings sum to zero."""
        hidden = entry.cause in self.state.imports.hidden
        sums = self._waiting[entry.cause] if hidden else self._sums
        rest: dict[str, int] = {}
        for each in postings:
            unit, count = each.unit, each.count
            sums[each.account, unit] += count
            rest[unit] = rest.get(unit, 0) + count
        return not any(rest.values())

    def _note(self, seq: int, wrong: str) -> None:
        """A text's flaw: it breaks nothing that follows, so there can be many."""
        if len(self._flaws) < FLAWS_MAX:
            self._flaws.append(told(self.state.collective, seq, wrong))
        self._noted += 1

    def _reach(self, entry: Entry) -> None:
        digits = entry.hash.hex()
        self._reached.update(each for each in self._posted[entry.seq] if digits.startswith(each.digits))

    def _at_the_end(self) -> Iterator[str]:
        name, known = self.state.collective, self._seals.values()
        for cause, sums in self._waiting.items():
            for key, count in sums.items() if cause not in self.state.imports.hidden else ():
                self._sums[key] += count  # what an import held back counts since it is done
        for account, unit in self._sums | self.state.ledger.balances:
            posted = self._sums.get((account, unit), 0)
            running = self.state.ledger.balances.get((account, unit), 0)
            if posted != running:
                yield f"{name}: {account} has {running} {unit}, but {posted} were posted"
        if _SPARE in known or _WRONG in known:
            yield f"{name}: texts are kept that no entry commits to"
        yield from self._gone()

    def _gone(self) -> Iterator[str]:
        """The texts that are gone, and nobody's who was forgotten."""
        name, gone = self.state.collective, sorted(self._erasures.unexplained(self.state))
        if self._boxes is not None and gone:
            yield from (
                f"{name}, entry {seq}: a text of it was erased, and nobody whose it was is forgotten"
                for seq in gone[:FLAWS_MAX]
            )
            if len(gone) > FLAWS_MAX:
                yield f"{name}: {len(gone) - FLAWS_MAX} more texts like that"
        elif gone and not self._partial:
            yield (
                f"{name}, entry {gone[0]}: {len(gone)} texts from there on are missing, and nobody had "
                "them erased; if they were left out on purpose, check the rest with --without-texts"
            )

    def _ballots(self) -> Iterator[str]:
        if self._boxes is not None:
            name = self.state.collective
            yield from (f"{name}, {flaw}" for flaw in ballot_flaws(self._boxes, self.state))


class Audit:
    """The audit of one journal: take its texts, then its entries, then ask for what was found."""

    def __init__(
        self,
        collective: str,
        posted: Iterable[Posted] = (),
        *,
        beside: Beside | None = None,
        boxes: Boxes | None = None,
        partial: bool = False,
    ) -> None:
        """Begin; `beside` is what a database keeps beside the journal, the rest is as in `Outcome`."""
        self._form = Form(collective, beside)
        self._outcome = Outcome(collective, posted, boxes=boxes, partial=partial)
        self.take_text = self._outcome.take_text
        self._broken = ""

    @property
    def state(self) -> State:
        """The state, folded anew."""
        return self._outcome.state

    def take(self, entries: Iterable[Entry]) -> None:
        """Take the journal, in order, as far as it holds."""
        form, outcome = self._form, self._outcome
        try:
            for entry, event in form.holding(entries):
                if wrong := outcome.take(entry, event):
                    self._broken = wrong
                    return
        except (Unreadable, TypeError, AttributeError, ValueError, OverflowError) as why:
            # The last four: a database can hold anything in any column.
            self._broken = told(self.state.collective, form.head.seq + 1, f"cannot be read ({why})")
        self._broken = self._broken or form.broken

    def audited(self) -> Audited:
        """What was found, up to the last entry that holds."""
        return self._outcome.audited(self._form.head, self._broken, self._form.flaws())


def unreached(posted: Iterable[Posted], found: Sequence[Audited]) -> Iterator[str]:
    """The heads that no journal reaches, in words."""
    for each in posted:
        if not any(each in it.reached for it in found):
            read = ", ".join(f"{it.collective} up to entry {it.head.seq}" for it in found)
            yield (
                f"no entry {each.text}; the end was cut off, or it is another journal "
                f"(read: {read or 'nothing'})"
            )


def compare(live: State, anew: State) -> list[str]:
    """How two states of one collective differ, both folded with the same names; nothing when equal.

    Everything that a state holds is compared, also what a feature of tomorrow adds to it.
    """
    was, now = dict(_facts(live, "")), dict(_facts(anew, ""))
    differing = [key for key in was | now if was.get(key, _NOTHING) != now.get(key, _NOTHING)]
    told = [
        f"{key}: {was.get(key, _NOTHING)} live, {now.get(key, _NOTHING)} folded anew"
        for key in differing[:DIFFERENCES_MAX]
    ]
    rest = len(differing) - len(told)
    return [*told, f"and {rest} more"] if rest else told


_NOTHING = "nothing"


def _facts(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Everything that a value holds, by the way to it; but not what it only remembers of itself."""
    if is_dataclass(value):
        for each in (it for it in fields(value) if it.compare):
            yield from _facts(getattr(value, each.name), f"{path}.{each.name}".lstrip("."))
    elif isinstance(value, Mapping):
        yield f"{path}, in this order", tuple(value)
        for key, held in value.items():
            yield from _facts(held, f"{path}[{key}]")
    else:
        yield path, value
