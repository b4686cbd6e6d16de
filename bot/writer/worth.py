"""What leaves memory first: what costs little to have again, and was not used for long."""

from __future__ import annotations

from collections.abc import Collection


class Worth:
    """How much each of several things is worth: its cost, and how late it was used (GreedyDual).

    N. Young, The k-server dual and loose competitiveness for paging, Algorithmica 11 (1994). Hundreds
    of cheap ones that were used since do not push out a dear one, but in the end they do.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._worth: dict[str, int] = {}
        self._left = 0

    def __len__(self) -> int:
        return len(self._worth)

    def used(self, name: str, cost: int) -> None:
        """It was used now, and would cost so much to have again."""
        self.drop(name)
        self._worth[name] = self._left + cost

    def drop(self, name: str) -> None:
        """It is gone, whatever it was worth."""
        self._worth.pop(name, None)

    def clear(self) -> None:
        """All are gone."""
        self._worth.clear()

    def leaving(self, among: Collection[str]) -> str:
        """The one of these that leaves: it is worth the least, and of equals was used the longest ago.

        What was never used is worth nothing.
        """
        unused = next((name for name in among if name not in self._worth), None)
        if unused is not None:
            return unused
        least = min((name for name in self._worth if name in among), key=self._worth.__getitem__)
        self._left = max(self._left, self._worth.pop(least))
        return least
