"""What `talkoot verify` has shown, and what only somebody's memory of earlier can show: one screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.cli.alone import Alone
from adapters.cli.noted import Demands, Noted
from bot.books.audit import Posted


def proven_text(
    posted: Sequence[Posted],
    noted: Sequence[Noted],
    wanted: Demands,
    held: Alone,
    *,
    alone: bool = False,
) -> str:
    """What was shown by what was given, where all of it holds.

    `noted` are the checkpoints, those of the receipts and proofs that are `held` among them; these may
    have been checked `alone`, without any journal.
    """
    shown = list(_shown(posted, noted, wanted, held, alone=alone))
    lacks = list(_lacks(posted, noted, wanted, held, alone=alone))
    rows = ["", "This shows:", *(f"  + {each}" for each in shown)]
    return "\n".join([*rows, "It does not show:", *(f"  - {each}" for each in lacks)])


def _shown(
    posted: Sequence[Posted], noted: Sequence[Noted], wanted: Demands, held: Alone, *, alone: bool
) -> Iterator[str]:
    if held.receipts:
        yield "that each receipt's entry, unchanged, is in the journal that its checkpoint is of"
    for _, proof in held.proofs:
        yield f"that a journal of {proof.old} entries only grew, to {proof.point.size}"
    if not alone:
        yield "that nothing inside was changed, moved or left out up to the end that is told"
    for each in posted:
        yield f"that the journal reaches the head {each.text}, and nothing before it was changed since"
    for size in sorted({it.point.size for it in noted if not alone}):
        yield f"that the journal begins with the {size} entries of a checkpoint"
    if wanted.keys:
        yield "that this key, or one that it named, signed the checkpoints"
    for point in dict.fromkeys(it.point for it in noted if it.witnessed):
        yield (
            f"that {wanted.quorum} of {len(wanted.witnesses)} witnesses saw {point.origin} only grow, "
            f"up to entry {point.size}"
        )


def _lacks(
    posted: Sequence[Posted], noted: Sequence[Noted], wanted: Demands, held: Alone, *, alone: bool
) -> Iterator[str]:
    if alone and held.proofs:
        yield "what stands in that journal, and what came behind: for that name a bundle, too"
    elif alone:
        yield "that nothing else in that journal was changed: for that name a bundle, too"
    elif not posted and not noted:
        yield (
            "that the end was not cut off, and that all was not written anew: only a head or a "
            "checkpoint that the room remembers does (--head, --checkpoint)"
        )
    else:
        yield "what came behind the newest head or checkpoint that was given: its end may be cut off"
    if not wanted.keys:
        yield "who signed: name the key that you were told (--key)"
    if not wanted.quorum:
        yield "that others were not told another story: only witnesses do, or comparing (--witness)"
    yield "that what people said they did is true"
