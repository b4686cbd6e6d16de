"""The small words that join: entries, people, and whom an entry is with or for."""

from __future__ import annotations

from typing import Final

from bot.phrasing.wording import words_of

AND: Final = words_of("and und & et y ja +")
JOINED: Final = AND | {"plus"}
WITH: Final = frozenset(["with", "mit", "w/"])
FOR: Final = frozenset(["for", "für", "fuer"])
BY: Final = frozenset(["by", "von"])
EACH: Final = words_of("each je jeweils both beide")
EVERYBODY: Final = words_of("everyone everybody alle allen")
EVERYBODY_FIRST: Final = words_of("everyone everybody")
"""Before other words these are people; `alle Fenster` are windows."""

WHOSE: Final = WITH | FOR | EVERYBODY
"""What may say whose an entry is."""

LAID_OUT: Final = words_of("paid pays payed bezahlt gezahlt zahlte zahlt ausgelegt laid")
"""What may say out of whose pocket something was paid."""
