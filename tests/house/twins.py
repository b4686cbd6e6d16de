"""Whether two states are the same, down to types and to which things are one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import msgspec

SHOWN_MAX = 20

Seen = Iterator[tuple[str, tuple[str, object]]]


def differences(one: Any, other: Any) -> list[str]:
    """What is not the same, by the way to it; the first of them."""
    was, now = dict(_walk(one, "", {})), dict(_walk(other, "", {}))
    differ = [key for key in was | now if was.get(key) != now.get(key)]
    return [f"{key}: {was.get(key)} / {now.get(key)}" for key in differ[:SHOWN_MAX]]


def short_ways(it: Any) -> list[str]:
    """What is remembered beside what counts (`compare=False`), and is not as it is when it begins."""
    found: list[str] = []
    for each in fields(it):
        value = getattr(it, each.name)
        if not each.compare:
            begins = each.default_factory() if callable(each.default_factory) else each.default
            found += [each.name] if value != begins else []
        for held in value.values() if isinstance(value, dict) else [value]:
            if is_dataclass(held):
                found += short_ways(held)
    return found


def _walk(it: Any, path: str, met: dict[int, str]) -> Seen:
    """Every value by the way to it: its type and itself; of what was met before, where that was."""
    if _can_change(it):
        if id(it) in met:
            yield path, (type(it).__qualname__, f"the same as {met[id(it)]}")
            return
        met[id(it)] = path
    shown, within = _taken_apart(it)
    yield path, (type(it).__qualname__, shown)
    for way, held in within:
        yield from _walk(held, path + way, met)


def _can_change(it: Any) -> bool:
    if is_dataclass(it):
        return not vars(type(it))["__dataclass_params__"].frozen
    return isinstance(it, (dict, list, set))


def _taken_apart(it: Any) -> tuple[object, Iterable[tuple[str, Any]]]:
    """How it is shown, and what it holds by the way to that."""
    if is_dataclass(it):
        return "", [(f".{each.name}", getattr(it, each.name)) for each in fields(it) if each.compare]
    if isinstance(it, msgspec.Struct):
        return "", [(f".{name}", getattr(it, name)) for name in it.__struct_fields__]
    if isinstance(it, Mapping):
        keys = [(f"[key {number}]", key) for number, key in enumerate(it)]
        return list(map(repr, it)), [*keys, *((f"[{key!r}]", held) for key, held in it.items())]
    if isinstance(it, (list, tuple)):
        return len(it), [(f"[{number}]", held) for number, held in enumerate(it)]
    if isinstance(it, (set, frozenset)):
        return sorted(map(repr, it)), []
    return repr(it), []
