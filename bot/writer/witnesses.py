"""What witnesses said of our journals: kept in files, read for answers, never a reason to wait.

It follows from what they answered, and is believed by nobody who checks: a cosignature that is shown is
checked by its key. It lies in files, apart from the journal, so that no upgrade and no backup of that
takes it back in time.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import msgspec

from bot.ports import Keys, StorageFault
from bot.witnessing import Witnessed

log = logging.getLogger("talkoot.witnesses")


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[Witnessed, ...]).decode


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What was said of each journal, by the collective."""

    kept: Keys

    def of(self, collective: str) -> tuple[Witnessed, ...]:
        """What witnesses said last; nothing where it cannot be read, which is logged."""
        try:
            found = self.kept.read(collective)
            return _decode(found) if found else ()
        except (StorageFault, msgspec.MsgspecError, ValueError) as why:
            log.warning("what witnesses said of %s cannot be read: %s", collective, why)
            return ()

    def keep(self, collective: str, said: tuple[Witnessed, ...]) -> None:
        """Keep what they said. Raises StorageFault."""
        self.kept.make(collective, _encode(said))
