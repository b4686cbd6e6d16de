"""Looking up what a decision wants to know, before it decides."""

from __future__ import annotations

from dataclasses import replace

from bot.collective.state import State
from bot.decision import Ask, Ballots, Reads
from bot.writer.batch import Batch
from bot.writer.vault import Vault

LOOKS_MAX = 3
"""How often a decision looks things up: a proposal, what its effect names, and what belongs to that."""


def looked_up(batch: Batch, vault: Vault, state: State, ask: Ask, reads: Reads) -> Ask:
    """The ask with what it wants to know from the journal, the texts in that, and opened ballots.

    It is asked again with what it knows then, which may show what else it needs: a proposal its effect,
    and that what it is about. Raises StorageFault.
    """
    for _ in range(LOOKS_MAX):
        wanted = [it for it in reads(state, ask, batch.moment) if it not in {*ask.found, *ask.opened}]
        if not wanted:
            break
        batch.flush()
        sealed = [it for it in wanted if isinstance(it, Ballots)]
        opened = {each: vault.opened(batch.tx, each) for each in sealed}
        found = {it: batch.read(state.collective, it) for it in wanted if not isinstance(it, Ballots)}
        seals = {seal for entries in found.values() for _, event in entries for seal in event.seals}
        texts = batch.tx.texts(state.collective, sorted(seals)) if seals else {}
        ask = replace(
            ask,
            found={**ask.found, **found},
            opened={**ask.opened, **opened},
            texts={**ask.texts, **texts},
        )
    return ask
