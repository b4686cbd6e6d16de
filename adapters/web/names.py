"""Whose names a reader sees: in everything that leaves the house, whatever part of it said them.

Pure. Names and accounts are known to the collective; wherever they stand in what a page tells, also in
what somebody typed, they become what the rule `web-names` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bot.collective.members import ERASED
from bot.collective.state import State
from bot.text.wording import Code, Link, Passage, Person, Say, Typed, Words

SHOWN, INITIALS, NONE = "names", "initials", "none"
"""The values of the rule."""

_TYPED_FIELD = {
    Words: "text",
    Passage: "text",
    Person: "name",
    Code: "text",
    Link: "url",
    Typed: "line",
}


class Names:
    """What each known name or account becomes; the rest stays."""

    def __init__(self, instead: Mapping[str, str]) -> None:
        """`instead` says by name, in any case of letters, what stands there."""
        self._instead = {name.casefold(): other for name, other in instead.items()}
        # The longest first: “Ann of the garden” is not “Ann” of something.
        words = sorted((re.escape(name) for name in instead if len(name) > 1), key=len, reverse=True)
        self._found = (
            re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None
        )

    def text(self, text: str) -> str:
        """A text with other names in it."""
        whole = self._instead.get(text.casefold())
        if whole is not None:
            return whole
        if self._found is None:
            return text
        return self._found.sub(lambda found: self._instead.get(found[0].casefold(), ERASED), text)

    def all_in(self, told: Any) -> Any:  # noqa: ANN401 - a tree, a chart, or facts of any shape
        """The same with other names in it: a tree of words, a chart, or facts."""
        if self._found is None and not self._instead:
            return told
        if isinstance(told, str):
            return self.text(told)
        if isinstance(told, Mapping):
            return {self._key(key): self.all_in(value) for key, value in told.items()}
        if isinstance(told, tuple | list):
            return type(told)([self.all_in(each) for each in told])
        if isinstance(told, msgspec.Struct):
            return self._in_struct(told)
        return told

    def _key(self, key: Any) -> Any:  # noqa: ANN401 - keys of facts are texts, or numbers
        return self._instead.get(key.casefold(), key) if isinstance(key, str) else key

    def _in_struct(self, told: msgspec.Struct) -> msgspec.Struct:
        """Of a leaf what was typed, of all else what is in it: our own words name nobody."""
        typed = _TYPED_FIELD.get(type(told))
        if typed is not None:
            text = getattr(told, typed)
            other = self.text(text)
            return told if other == text else msgspec.structs.replace(told, **{typed: other})
        if isinstance(told, Say):
            places = {name: self.all_in(place) for name, place in told.places.items()}
            return msgspec.structs.replace(told, places=places)
        inner = {name: getattr(told, name) for name in told.__struct_fields__}
        changed = {name: self.all_in(it) for name, it in inner.items() if not isinstance(it, str)}
        return msgspec.structs.replace(told, **changed)


EVERYONE = Names({})
"""For members: they know one another."""


def seen_from_outside(state: State, identities: Iterable[str], mode: str, somebody: str) -> Names:
    """What those see who are no members; `somebody` is what a name becomes that is not shown.

    `identities` are all texts that are names or accounts, also former ones and those of candidates.
    """
    shown: dict[str, str] = {}
    hidden: set[str] = {it.name.casefold() for it in state.partners.ever if it.private}
    for member in state.members.by_number.values():
        if state.pages.is_hidden(state.members.numbers(member.number)):
            hidden.add(member.name.casefold())
        elif member.name != ERASED:
            shown[member.name] = _as(mode, member.name, somebody)
    partners = (it.name for it in state.partners.ever if it.private)
    every = {
        name: shown.get(name, somebody) for name in (*identities, *shown, *partners) if name != ERASED
    }
    return Names(
        {
            name: somebody if name.casefold() in hidden else other
            for name, other in every.items()
            if name.casefold() in hidden or other != name
        }
    )


def _as(mode: str, name: str, somebody: str) -> str:
    if mode == SHOWN:
        return name
    if mode != INITIALS:
        return somebody
    letters = [word[0].upper() for word in re.findall(r"\w+", name)][:3]
    return ". ".join(letters) or somebody
