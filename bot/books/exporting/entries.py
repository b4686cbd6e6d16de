"""The whole journal as JSON: every entry with the words that it commits to, as far as they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from bot.books.exporting.transactions import About, Texts, instant_of, with_words
from bot.books.reserved import kind_of
from bot.chain import Entry
from bot.collective.booking import booked
from bot.collective.events import Event
from bot.collective.state import State

Kept = Callable[[Entry, Event], bool]
"""Whether an entry is others' affair to who reads."""

_ACCOUNT = "account"

_ENTRY = frozenset({"seq", "at", "by", "hash"})
"""What a line says of the entry. An event's own field of that name stands as `event_at`, `event_by`."""


def document(
    state: State,
    entries: Iterable[Entry],
    texts: Texts,
    wanted: Callable[[Entry], bool],
    about: About | None = None,
    kept: Kept | None = None,
) -> Iterator[str]:
    """The document, a piece at a time; an entry that is wanted a line.

    Of what is `kept` back a line tells what the chain tells: that there is one, when, and its hash.
    """
    head = {"seq": state.head.seq, "hash": state.head.hash.hex()}
    told = {"collective": state.collective, "name": state.name, "head": head}
    yield json.dumps(told, ensure_ascii=False)[:-1] + ', "entries": [\n'
    first = True
    for entry, event, words in with_words(entries, texts, about):
        if not wanted(entry):
            continue
        line: dict[str, Any] = {"seq": entry.seq, "at": instant_of(entry.at)}
        if kept is not None and kept(entry, event):
            line |= {"hash": entry.hash.hex(), "event": kind_of(event), "kept_back": True}
        else:
            line |= {"by": entry.actor, "hash": entry.hash.hex(), **_told(event, words)}
            line |= _booked(event, entry.at)
        yield ("" if first else ",\n") + json.dumps(line, ensure_ascii=False)
        first = False
    yield "\n]}\n"


def _told(event: Event, words: dict[str, str]) -> dict[str, Any]:
    """An event with its words, but for accounts: nobody's address is given out with the books.

    Where a fingerprint is left, the words were erased, or are kept back.
    """
    fields: dict[str, Any] = msgspec.to_builtins(event)
    hidden = {*event.kept_back_fields, _ACCOUNT}
    fields |= {name: text for name, text in words.items() if name not in hidden}
    return {f"event_{name}" if name in _ENTRY else name: value for name, value in fields.items()}


def _booked(event: Event, at: int) -> dict[str, Any]:
    """For which day which of its postings count; nothing where it posts nothing."""
    found = [{"day": day, "postings": msgspec.to_builtins(each)} for day, each in booked(event, at)]
    return {"booked": found} if found else {}
