"""Looking up texts: the names of a collective, and the words behind commitments.

Words lie on sheets (`storage.schema.texts`); where those are that are looked for is known from the
entries that refer to them. Each is looked for near its own entry: all of a year's words on all of a
year's sheets would be as many places as words times sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, func, select

from bot.chain import Near
from storage.asking import Asking, in_pages
from storage.schema import entries, identities, sheet_of, texts

HOMES_MAX = 20
"""The most collectives that are looked at for one private message."""

PLACES_MAX = 1_024
"""In how many places one question looks for texts of several sheets: so many texts times sheets."""

_collective: BindParameter[str] = bindparam("collective")
_length = select(func.max(entries.c.seq)).where(entries.c.collective == _collective)
_texts = select(texts.c.seal, texts.c.text).where(
    texts.c.collective == _collective, texts.c.text.is_not(None)
)
_names = _texts.where(texts.c.identity.is_(True))
_texts_behind = select(texts.c.seal, texts.c.text).where(
    texts.c.collective == _collective,
    texts.c.identity.in_([False, True]),
    texts.c.sheet.in_(bindparam("sheets", expanding=True)),
    texts.c.seal.in_(bindparam("seals", expanding=True)),
)
_homes = (
    select(texts.c.collective)
    .where(identities, texts.c.text == bindparam("account"))
    .distinct()
    .order_by(texts.c.collective)
    .limit(HOMES_MAX)
)


class Texts(Asking):
    """What can be asked of the texts, over one connection."""

    def homes_of(self, account: str) -> list[str]:
        """The collectives that may know an account by this id; whether they do is theirs to say."""
        return [row.collective for row in self._rows(_homes, account=account)]

    def names(self, collective: str) -> dict[str, str]:
        """The identity texts of a collective that are not erased: commitment to text."""
        return {row.seal: row.text for row in self._rows(_names, collective=collective)}

    def texts(self, collective: str, seals: Sequence[str], near: Near = None) -> dict[str, str]:
        """The texts behind these commitments, as far as they are not erased; an empty one is none."""
        found: dict[str, str | None] = {}
        near = near or {}
        for several, sheets in _together(seals, near):
            for some in in_pages(several):
                self._look(found, collective, sheets, some)
        left = [seal for seal in seals if seal and seal not in found]
        if left:
            seen = set.intersection(*(_likely(sheet_of(near.get(seal, 0))) for seal in left))
            others = self._sheets(collective) - seen
            for some in in_pages(left if others else ()):
                self._look(found, collective, others, some)
        return {seal: text for seal, text in found.items() if text is not None}

    def _look(
        self, found: dict[str, str | None], collective: str, sheets: Iterable[int], some: Sequence[str]
    ) -> None:
        for each in in_pages(sorted(sheets)):
            rows = self._tuples(_texts_behind, collective=collective, sheets=each, seals=some)
            found.update(rows)

    def is_kept(self, collective: str, seal: str) -> bool | None:
        """Whether the text behind a commitment is not erased; None where no journal has it."""
        found: dict[str, str | None] = {}
        self._look(found, collective, self._sheets(collective), [seal])
        return found[seal] is not None if seal in found else None

    def _sheets(self, collective: str) -> set[int]:
        """All sheets that texts of a collective may be on."""
        (length,) = self._rows(_length, collective=collective)
        return set(range(sheet_of(length[0] or 0) + 1))


def _likely(sheet: int) -> set[int]:
    """Where the texts of a sheet's entries are: on it, the one before, or where old ones were left."""
    return {0, max(0, sheet - 1), sheet}


def _together(seals: Sequence[str], near: Mapping[str, int]) -> Iterator[tuple[list[str], set[int]]]:
    """Which are looked for with one question, and on which sheets."""
    by_sheet: dict[int, list[str]] = {}
    for seal in seals:
        by_sheet.setdefault(sheet_of(near.get(seal, 0)), []).append(seal)
    some: list[str] = []
    sheets: set[int] = set()
    for sheet, own in sorted(by_sheet.items()):
        if some and (len(some) + len(own)) * len(sheets | _likely(sheet)) > PLACES_MAX:
            yield some, sheets
            some, sheets = [], set()
        some, sheets = some + own, sheets | _likely(sheet)
    if some:
        yield some, sheets
