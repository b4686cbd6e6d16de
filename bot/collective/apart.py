"""A state, or a part of one, that goes its own way: what would be is tried on it, and nothing stays.

`copy.deepcopy` makes anew what nothing can change, too. In the state of a large collective that is
nearly everything: of 200,000 entries it took a fifth of a second, in which everybody waits, for two
entries in one message.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


def apart(value: T) -> T:
    """The same, of which nothing that can be changed is shared with it.

    What has a hash cannot be changed, and is shared. What stands in two places is one thing afterwards,
    too. Nothing may hold itself.
    """
    return _apart(value, {})


def _apart(value: T, made: dict[int, object]) -> T:
    """`made` are the copies by what they are of."""
    names = _parts(cast(Hashable, type(value)))
    if names is None:
        return value if _fixed((value,)) else deepcopy(value, made)
    known = made.get(id(value))
    if known is None:
        known = made[id(value)] = _copied(value, names, made)
    return cast(T, known)


def _copied(value: object, names: tuple[str, ...], made: dict[int, object]) -> object:
    if isinstance(value, dict):
        held = value.values()
        return dict(value) if _fixed(held) else {key: _apart(each, made) for key, each in value.items()}
    if isinstance(value, list):
        return value[:] if _fixed(value) else [_apart(each, made) for each in value]
    if isinstance(value, set):
        return set(value)
    parts = {name: _apart(getattr(value, name), made) for name in names}
    return replace(cast(Any, value), **parts)


def _fixed(values: Iterable[object]) -> bool:
    """Whether none of them can be changed."""
    try:
        hash((*values,))
    except TypeError:
        return False
    return True


@cache
def _parts(kind: Hashable) -> tuple[str, ...] | None:
    """What the things of a kind are made of, where they can be changed and we know how; else None."""
    assert isinstance(kind, type)
    if kind in {dict, list, set}:
        return ()
    if kind.__hash__ is not None or not is_dataclass(kind):
        return None
    return tuple(each.name for each in fields(kind) if each.init)
