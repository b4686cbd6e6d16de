"""Which receipts there are of what the books tell: their commitments, nothing of what is on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bot.books.exporting.transactions import Transaction
from bot.chain import Entry
from bot.collective.folding import read_event
from bot.collective.slips import SlipKept, SlipRemoved
from bot.collective.treasury import reference

_OF_SLIPS = '"event":"slip.'

TAG = "slip"
"""What their commitments are called in the books."""


def slips_in(entries: Iterable[Entry]) -> Mapping[str, str]:
    """The commitments to the receipts that are kept, in one text, by what they are of."""
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for entry in entries:
        if _OF_SLIPS not in entry.payload:
            continue
        event = read_event(entry.payload)
        if isinstance(event, SlipKept):
            found[reference(event.transfer)][event.number] = event.content
        elif isinstance(event, SlipRemoved):
            for number in event.numbers:
                found[reference(event.transfer)].pop(number, None)
    return {ref: " ".join(kept.values()) for ref, kept in found.items() if kept}


def with_slips(found: Iterable[Transaction], slips: Mapping[str, str]) -> Iterator[Transaction]:
    """Each transaction with the receipts that are kept of it."""
    for each in found:
        kept = "" if each.undoes else slips.get(each.ref, "")
        yield msgspec.structs.replace(each, tags={**each.tags, TAG: kept}) if kept else each
