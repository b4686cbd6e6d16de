"""What keeps a promise of the open book, taken out; and whether a test sees it."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
WEB = "adapters/web/"
OURS = ("adapters", "bot", "commands", "storage", "tests")
SECONDS_MAX = 300
"""A test that never ends has seen something, too."""


@dataclass(frozen=True)
class Mutant:
    """What is otherwise (file, what stands there, what stands there instead), and what sees it."""

    edits: tuple[tuple[str, str, str], ...]
    seen_by: tuple[str, ...]

    @property
    def tests(self) -> list[str]:
        """The tests as pytest knows them."""
        return [f"tests/{WEB}{file}.py::{name}" for file, _, name in map(_parted, self.seen_by)]


def _parted(test: str) -> tuple[str, str, str]:
    return test.partition(".")


def sources(mutant: Mutant) -> dict[str, str]:
    """The files as the mutant has them, by their paths. Raises ValueError: it changes nothing."""
    found: dict[str, str] = {}
    for file, old, new in mutant.edits:
        path = str(ROOT / file)
        text = found.get(path) or Path(path).read_text()
        if text.count(old) != 1:
            raise ValueError(f"{file} has not once: {old}")
        found[path] = text.replace(old, new)
    return found


def play(mutant: Mutant) -> bool:
    """Whether a test sees it; in a process of its own, which is forked here."""
    changed = sources(mutant)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) in {1, -signal.SIGALRM}
    signal.alarm(SECONDS_MAX)
    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - until this process ends
    code = 0
    try:
        code = _tested(mutant, changed)
    finally:
        os._exit(code)


def _tested(mutant: Mutant, changed: dict[str, str]) -> int:
    import pytest  # noqa: PLC0415 - it warns of what was imported before it

    get_code = SourceFileLoader.get_code

    def otherwise(loader: SourceFileLoader, name: str) -> Any:
        text = changed.get(loader.path)
        return get_code(loader, name) if text is None else compile(text, loader.path, "exec")

    SourceFileLoader.get_code = otherwise  # type: ignore[method-assign, assignment]
    for name in [each for each in sys.modules if each.partition(".")[0] in OURS]:
        del sys.modules[name]
    quiet = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return int(pytest.main([*quiet, *mutant.tests]))
