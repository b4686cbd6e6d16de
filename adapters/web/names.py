"""Whose names a reader sees: in everything that leaves the house, whatever part of it said them.

Pure. Names and accounts are known to the collective; wherever they stand in what a page tells, also in
what somebody typed, they become what the rule `web-names` says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from adapters.web.ibans import without_ibans
from bot.books.exporting.transactions import Transaction
from bot.collective.ledger import Ledger
from bot.collective.members import ERASED, Member
from bot.collective.state import State
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Code, Link, Node, Passage, Person, Say, Typed, Way, Words, say

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


_PERSONAL = re.compile(r"(member|held):([0-9]+)", re.ASCII)
"""An account of somebody."""


class Names:
    """What each known name or account becomes; the rest stays."""

    def __init__(
        self, instead: Mapping[str, str], numbers: Mapping[int, int] | None = None, somebody: str = ""
    ) -> None:
        """`instead` says by name, in any case of letters, what stands there.

        `numbers` says by whose number accounts are told: of those who look alike from outside it is
        the same, and 0 for `somebody` whose name is not shown. Without it everybody has their own.
        """
        self._numbers, self._somebody = numbers, somebody
        self._exact: frozenset[str] = frozenset()
        self._instead = {name.casefold(): other for name, other in instead.items()}
        # The longest first: “Ann of the garden” is not “Ann” of something.
        words = sorted((re.escape(name) for name in instead if len(name) > 1), key=len, reverse=True)
        self._found = (
            re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None
        )

    def sparing(self, exact: frozenset[str]) -> Names:
        """The same, but for texts that are told as they stand."""
        if self is EVERYONE or not exact:
            return self
        spared = copy(self)
        spared._exact = exact  # noqa: SLF001 - it is one of us
        return spared

    def text(self, text: str) -> str:
        """A text with other names in it."""
        if text in self._exact:
            return text
        if _PERSONAL.fullmatch(text):
            return self.account(text)
        whole = self._instead.get(text.casefold())
        if whole is not None:
            return whole
        if self._numbers is not None:
            text = without_ibans(text)
        if self._found is None:
            return text
        return self._found.sub(lambda found: self._instead.get(found[0].casefold(), ERASED), text)

    def all_in(self, told: Any) -> Any:  # noqa: ANN401 - a tree, a chart, or facts of any shape
        """The same with other names in it: a tree of words, a chart, or facts."""
        if self is EVERYONE:
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

    # --- Books --------------------------------------------------------------------------------------

    def number(self, number: int) -> int:
        """Under which number somebody is told of."""
        return number if self._numbers is None else self._numbers.get(number, 0)

    def account(self, account: str) -> str:
        """An account under the name that is seen: of whom it is, or what somebody called it."""
        found = _PERSONAL.fullmatch(account)
        return f"{found[1]}:{self.number(int(found[2]))}" if found else self.text(account)

    def state(self, state: State) -> State:
        """The state as its books are told: with these names, and accounts of those who are seen."""
        if self._numbers is None:
            return state
        balances: defaultdict[tuple[str, str], int] = defaultdict(int)
        for (account, unit), count in state.ledger.balances.items():
            balances[self.account(account), unit] += count
        ledger = Ledger()
        ledger.balances = dict(balances)
        known = state.members.by_number
        found = (_PERSONAL.fullmatch(account) for account, _ in balances)
        people = {
            number: Member(number, self.text(known[number].name) if number in known else self._somebody)
            for number in sorted({int(each[2]) for each in found if each})
        }
        partners = {
            self.text(name): replace(it, name=self.text(it.name))
            for name, it in state.partners.named.items()
        }
        return replace(
            state,
            ledger=ledger,
            members=replace(state.members, by_number=people),
            partners=replace(state.partners, named=partners),
        )

    def transaction(self, it: Transaction) -> Transaction:
        """A transaction as it is told: without receipts, which are for members."""
        if self._numbers is None:
            return it
        return msgspec.structs.replace(
            it,
            what=self.text(it.what),
            by=self.number(it.by),
            tags=self.all_in(it.tags),
            proof="",
            postings=tuple(
                msgspec.structs.replace(each, account=self.account(each.account))
                for each in it.postings
            ),
        )

    # --- What is in it ------------------------------------------------------------------------------

    def _key(self, key: Any) -> Any:  # noqa: ANN401 - keys of facts are texts, or numbers
        if not isinstance(key, str):
            return key
        other = self._instead.get(key.casefold(), key)
        return other if self._numbers is None else without_ibans(other)

    def _names_nobody(self, way: Way) -> bool:
        """Whether nothing that is asked for on a way is told here under another name."""
        return all(self.text(value) == value for _, value in parse_qsl(way.to.partition("?")[2]))

    def _in_struct(self, told: msgspec.Struct) -> Node | msgspec.Struct:
        """Of a leaf what was typed, of all else what is in it: our own words name nobody.

        A way that would tell a name or a number is none: what it leads from stays.
        """
        if isinstance(told, Way) and not self._names_nobody(told):
            body: Node = self.all_in(told.body)
            return body
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
    numbers: dict[int, int] = {}
    first: dict[str, int] = {}
    for number, member in state.members.by_number.items():
        if state.pages.is_hidden(state.members.numbers(member.number)):
            hidden.add(member.name.casefold())
        elif member.name != ERASED:
            shown[member.name] = _as(mode, member.name, somebody)
            told = shown[member.name]
            if told != somebody:
                numbers[number] = number if mode == SHOWN else first.setdefault(told, number)
    for number, member in state.members.by_number.items():
        if member.name.casefold() in hidden:
            numbers.pop(number, None)  # whoever is called so is hidden with them
    partners = (it.name for it in state.partners.ever if it.private)
    every = {
        name: shown.get(name, somebody) for name in (*identities, *shown, *partners) if name != ERASED
    }
    return Names(
        {
            name: somebody if name.casefold() in hidden else other
            for name, other in every.items()
            if name.casefold() in hidden or other != name
        },
        numbers,
        somebody,
    )


def _as(mode: str, name: str, somebody: str) -> str:
    if mode == SHOWN:
        return name
    if mode != INITIALS:
        return somebody
    letters = [word[0].upper() for word in re.findall(r"\w+", name)][:3]
    return ". ".join(letters) or somebody


class Kept(Protocol):
    """Whoever keeps names."""

    def names(self, collective: str) -> dict[str, str]:
        """The names and accounts that are not erased, by their commitments."""
        ...


def names_seen(kept: Kept, state: State, mode: str, language: str) -> Names:
    """What those see who are no members, by the rule `web-names`."""
    somebody = render(say("a member"), reader(language, "UTC"))
    return seen_from_outside(state, kept.names(state.collective).values(), mode, somebody)
