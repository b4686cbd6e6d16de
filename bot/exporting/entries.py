"""The whole journal as JSON: every entry with the words that it commits to, as far as they are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from bot.chain import Entry
from bot.collective.events import Event
from bot.collective.state import State, read_event
from bot.exporting.transactions import AT_ONCE, Texts, instant_of

_ACCOUNT = "account"


def document(state: State, entries: Iterable[Entry], texts: Texts) -> Iterator[str]:
    """The document, a piece at a time; an entry a line."""
    head = {"seq": state.head.seq, "hash": state.head.hash.hex()}
    told = {"collective": state.collective, "name": state.name, "head": head}
    yield json.dumps(told, ensure_ascii=False)[:-1] + ', "entries": [\n'
    first = True
    for entry, event, words in _with_words(entries, texts):
        line = {
            "seq": entry.seq,
            "at": instant_of(entry.at),
            "by": entry.actor,
            "hash": entry.hash.hex(),
            **_told(event, words),
        }
        yield ("" if first else ",\n") + json.dumps(line, ensure_ascii=False)
        first = False
    yield "\n]}\n"


def _with_words(
    entries: Iterable[Entry], texts: Texts
) -> Iterator[tuple[Entry, Event, dict[str, str]]]:
    waiting: list[tuple[Entry, Event]] = []

    def told() -> Iterator[tuple[Entry, Event, dict[str, str]]]:
        words = dict(texts(seal for _, event in waiting for seal in event.seals))
        return ((entry, event, words) for entry, event in waiting)

    for entry in entries:
        waiting.append((entry, read_event(entry.payload)))
        if len(waiting) == AT_ONCE:
            yield from told()
            waiting.clear()
    yield from told()


def _told(event: Event, words: dict[str, str]) -> dict[str, Any]:
    """An event with its words, but for accounts: nobody's address is given out with the books.

    Where a fingerprint is left, the words were erased, or are kept back.
    """
    fields: dict[str, Any] = msgspec.to_builtins(event)
    told = set(event.sealed_fields) - set(event.kept_back_fields) - {_ACCOUNT}
    for name in told:
        value = fields.get(name)
        if isinstance(value, str) and value in words:
            fields[name] = words[value]
    return fields
