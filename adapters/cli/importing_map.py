"""The map of an import as a file: read, and written to be filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from bot.books.importing.mapping import Map, map_of_toml
from bot.books.importing.planned import Plan
from bot.books.importing.reasons import Misfit


class ImportFault(Exception):  # noqa: N818 - told as it is
    """Nothing was brought in; says why, for whoever asked for it."""


def read_map(path: Path) -> Map:
    """The map in a file; an empty one where there is none yet. Raises ImportFault."""
    try:
        return map_of_toml(path.read_text("utf-8"))
    except FileNotFoundError:
        return Map()
    except Misfit as why:
        raise ImportFault(f"{path}: {why}.") from why
    except (OSError, ValueError) as why:
        reason = getattr(why, "strerror", None) or why
        raise ImportFault(f"{path} cannot be read: {reason}") from why


def write_map(path: Path, plan: Plan) -> None:
    """Write a map to be filled in, where there is none yet: what each name was taken for.

    Raises ImportFault.
    """
    rows = ["# What the import asked, and what it took each name for. Change what is wrong."]
    for section, known in _parts_of(plan):
        rows += ["", f"[{section}]"]
        rows += [
            f"{json.dumps(name, ensure_ascii=False)} = {json.dumps(it)}" for name, it in known.items()
        ]
    try:
        path.write_text("\n".join(rows) + "\n", "utf-8")
    except OSError as why:
        raise ImportFault(f"the map {path} cannot be written: {why.strerror}.") from why


def _parts_of(plan: Plan) -> tuple[tuple[str, Mapping[str, str]], ...]:
    return (("people", plan.people), ("kinds", plan.kinds), ("units", plan.units))
