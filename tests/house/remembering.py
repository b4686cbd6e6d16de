"""Books so long that what was said of a thing is not remembered to their end."""

from __future__ import annotations

from typing import Any

import pytest

from storage.reading import Snapshot


def looked_up_again(patch: pytest.MonkeyPatch) -> list[str]:
    """From now on one thing is remembered, and no more; what is looked up comes into the list."""
    found: list[str] = []
    about = Snapshot.about

    def counted(snapshot: Snapshot, collective: str, subject: str, **more: Any) -> Any:
        found.append(subject)
        return about(snapshot, collective, subject, **more)

    patch.setattr(Snapshot, "about", counted)
    patch.setattr("bot.books.exporting.transactions.KNOWN_MAX", 1)
    return found
