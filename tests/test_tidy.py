"""Style as a test: what the linters do not know. Every check is shown to fail on a bad example."""

from __future__ import annotations

import ast
import gc
import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path, PurePath
from types import ModuleType

import pytest

import bot.feature
from bot.arguments import SUGGESTED, OptionType
from bot.collective.catalogue import CATALOGUE
from bot.collective.folding import EVENTS
from bot.collective.ruletypes import SomeOf
from bot.collective.state import parts_of_state
from bot.feature import Feature, Thing
from commands import FEATURES
from commands.contributions import thanks

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "commands", "storage", "adapters")

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 450
TEST_FILE_LINES_MAX = 600
"""A file of tests may hold all cases of one thing."""
FILE_LINES = {
    "bot/writer/engine.py": 240,
}
"""The heart stays small. A file that is longer than others for a good reason would stand here too."""

BANNED_CALLS = {
    "eval": "write the code itself",
    "exec": "write the code itself",
    "float": "amounts are whole smallest parts, shares are fractions",
}

OF_THE_WHOLE = {
    "bench": "promises of speed, beside baselines",
    "contract": "what every store keeps",
    "crash": "a program that is killed",
    "first_lines": "what people type first",
    "golden": "journals of releases",
    "security": "attacks, one file each",
    "simulation": "worlds in bad weather",
}
"""The folders of tests that mirror no folder of the code, and what is in them."""


def sources() -> list[Path]:
    """Every Python file of the four rooms and of the tests."""
    return sorted(p for room in (*ROOMS, "tests") for p in (ROOT / room).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def in_rooms(path: Path) -> bool:
    return named(path).split("/")[0] in ROOMS


@cache
def tree_of(path: Path) -> ast.Module:
    """A file's tree, read once.

    Python 3.11 fails when collecting garbage makes it parse while it parses (gh-106905).
    """
    gc.disable()
    try:
        return ast.parse(path.read_text("utf-8"))
    finally:
        gc.enable()


# --- The checks: each takes a file's name and tree (or text) and yields what is wrong ------------


def undocumented(name: str, tree: ast.Module) -> Iterator[str]:
    if not (ast.get_docstring(tree) or "").strip():
        yield f"{name}: begins with no docstring that says what it promises"
    if name.startswith("tests/"):
        return
    for item in tree.body:
        if (
            isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not item.name.startswith("_")
            and not ast.get_docstring(item)
        ):
            yield f"{name}:{item.lineno}: {item.name} has no docstring"


def long_functions(name: str, tree: ast.Module) -> Iterator[str]:
    for item in ast.walk(tree):
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (item.end_lineno or item.lineno) - item.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{name}:{item.lineno}: {item.name} has {length} lines; split it"


def banned(name: str, tree: ast.Module) -> Iterator[str]:
    for item in ast.walk(tree):
        if not isinstance(item, ast.Call):
            continue
        if isinstance(item.func, ast.Name) and item.func.id in BANNED_CALLS:
            if item.func.id == "float" and not name.startswith(("bot/", "commands/", "storage/")):
                continue
            yield f"{name}:{item.lineno}: {item.func.id}(): {BANNED_CALLS[item.func.id]}"
        if (
            isinstance(item.func, ast.Attribute)
            and item.func.attr == "format"
            and not isinstance(item.func.value, ast.Constant)
            and not name.startswith("tests/")
        ):
            yield f"{name}:{item.lineno}: .format() on a text that is no literal: use say()"


def sleeping(name: str, tree: ast.Module) -> Iterator[str]:
    """Tests wait for things, not for time; a comment `tidy:` says why one may."""
    lines = (ROOT / name).read_text().splitlines() if (ROOT / name).exists() else []
    for item in ast.walk(tree):
        if (
            isinstance(item, ast.Call)
            and isinstance(item.func, ast.Attribute)
            and item.func.attr == "sleep"
            and name.startswith("tests/")
            and not (lines and "tidy:" in lines[item.lineno - 1])
        ):
            yield f"{name}:{item.lineno}: a test sleeps; move the clock instead"


CLOCKS = {"perf_counter", "process_time"}


def timing(name: str, tree: ast.Module) -> Iterator[str]:
    """No test fails because a machine is slow; `monotonic` is left to bound a hang."""
    if not name.startswith("tests/test_") and "/test_" not in name:
        return
    for item in ast.walk(tree):
        if isinstance(item, ast.Call) and ast.unparse(item.func).rpartition(".")[2] in CLOCKS:
            yield f"{name}:{item.lineno}: times something; count steps, or make it a benchmark"


def engines(name: str, tree: ast.Module) -> Iterator[str]:
    """Tests speak to one house, so that what an engine is made of changes in one place."""
    for item in ast.walk(tree):
        if (
            isinstance(item, ast.Call)
            and isinstance(item.func, ast.Name)
            and item.func.id in {"Engine", "Instance"}
            and name.startswith("tests/")
            and name != "tests/house/engines.py"
        ):
            yield f"{name}:{item.lineno}: makes an engine; use tests/house"


def swallowed(name: str, tree: ast.Module) -> Iterator[str]:
    for item in ast.walk(tree):
        if isinstance(item, ast.ExceptHandler) and all(isinstance(s, ast.Pass) for s in item.body):
            kind = ast.unparse(item.type) if item.type else "everything"
            if kind in {"everything", "Exception", "BaseException"}:
                yield f"{name}:{item.lineno}: swallows {kind}"


def growing(name: str, tree: ast.Module) -> Iterator[str]:
    """A list or dict at module level in lower case is a variable that calls could grow."""
    for item in tree.body:
        targets = item.targets if isinstance(item, ast.Assign) else []
        if not isinstance(getattr(item, "value", None), ast.List | ast.Dict | ast.Set):
            continue
        for target in targets:
            if (
                isinstance(target, ast.Name)
                and target.id[:1].islower()
                and not name.startswith("tests/")
            ):
                yield f"{name}:{item.lineno}: {target.id} can grow; make it a constant or a field"


CHECKS: tuple[tuple[Callable[[str, ast.Module], Iterator[str]], str], ...] = (
    (undocumented, "x = 1"),
    (long_functions, "def f():\n" + "    x = 1\n" * 70),
    (banned, "eval('1')"),
    (banned, "x = text.format(1)"),
    (sleeping, "import time\ntime.sleep(1)"),
    (timing, "begun = time.perf_counter()"),
    (engines, "Engine(journal, Instance())"),
    (swallowed, "try:\n    f()\nexcept Exception:\n    pass"),
    (growing, "known = []"),
)


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _ in CHECKS))
def test_every_file_is_tidy(check: Callable[[str, ast.Module], Iterator[str]]) -> None:
    findings = [it for path in sources() for it in check(named(path), tree_of(path))]

    assert not findings, "\n".join(findings)


@pytest.mark.parametrize(("check", "bad"), CHECKS)
def test_every_check_can_fail(check: Callable[[str, ast.Module], Iterator[str]], bad: str) -> None:
    name = "tests/test_nowhere.py" if check in {sleeping, timing, engines} else "bot/nowhere.py"

    assert list(check(name, ast.parse(bad)))


def test_no_file_outgrows_its_room() -> None:
    long = {
        named(path): lines
        for path in sources()
        if (lines := len(path.read_text("utf-8").splitlines()))
        > FILE_LINES.get(named(path), FILE_LINES_MAX if in_rooms(path) else TEST_FILE_LINES_MAX)
    }

    assert not long, f"split these: {long}"


UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "Not" + "ImplementedError")))
ADDRESSES = re.compile("|".join((r"(?<!\w)/wo" + "rk/", "index" + "-url", "/sim" + "ple/")))


def tracked() -> list[Path]:
    """What git knows, as far as it is text of ours."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in {".png", ".ttf"}]


@pytest.mark.parametrize(
    ("pattern", "except_for"), [(UNFINISHED, {"LICENSE"}), (ADDRESSES, {"test_tidy.py"})]
)
def test_nothing_is_left_unfinished_and_no_address_is_written_down(
    pattern: re.Pattern[str], except_for: set[str]
) -> None:
    findings = [
        f"{path.name}:{number}: {row.strip()[:80]}"
        for path in tracked()
        if path.name not in except_for
        for number, row in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(row)
    ]

    assert not findings, "\n".join(findings)


def modules_of(feature: Feature) -> Iterator[ModuleType]:
    """Where the decisions of a feature stand."""
    thing = feature.thing or Thing(letter="")
    deeds = (thing.show, thing.why, thing.vote, thing.close, thing.cancel, thing.reverse)
    decides = [each.decide for each in (*feature.commands, *feature.clockworks, *deeds) if each]
    yield from {sys.modules[decide.__module__] for decide in decides} - {bot.feature}


def writing(modules: Iterable[ModuleType]) -> set[str]:
    """The events that are named in some modules."""
    named = (each for module in modules for each in vars(module).values())
    return {each.__name__ for each in named if isinstance(each, type) and each in EVENTS}


def test_a_feature_that_writes_something_has_a_part_of_that_name() -> None:
    known = {path.stem for path in (ROOT / "bot" / "collective").glob("*.py")}
    without = {each.name: writing(modules_of(each)) for each in FEATURES if each.name not in known}

    assert not any(without.values()), without
    assert writing([thanks]) == {"ThanksGiven"}


def test_every_part_of_the_state_has_a_feature_of_that_name() -> None:
    features = {each.name for each in FEATURES}
    parts = [name for name, _ in parts_of_state()]

    assert len(parts) > 15
    assert not {*parts} - features


def strays(tests: Iterable[str], code: Collection[str]) -> Iterator[str]:
    """Which tests stand elsewhere than what they test, or a room above it; paths from the root."""
    folders = {PurePath(path).parent for path in code}
    for path in map(PurePath, tests):
        here = path.parent.relative_to("tests")
        module = path.name.removeprefix("test_")
        homes = {home for home in folders if f"{home / module}" in code}
        if not here.parts or here.parts[0] in OF_THE_WHOLE:
            continue
        if here not in folders:
            yield f"{path}: there is no {here}/"
        elif here not in homes and (below := [home for home in homes if here in home.parents]):
            yield f"{path}: {module} is in {below[0]}"


def test_tests_stand_at_the_path_of_what_they_test() -> None:
    code = [named(path) for path in sources() if in_rooms(path)]
    tests = [named(path) for path in sources() if path.name.startswith("test_")]

    assert not list(strays(tests, code))
    assert list(strays(["tests/bot/test_amounts.py"], code))
    assert list(strays(["tests/language/test_amounts.py"], code))


def test_every_command_is_in_the_table_of_contents() -> None:
    paths = [path for path in sources() if named(path).startswith("commands/")]
    modules = [import_module(named(path)[:-3].replace("/", ".")) for path in paths]
    declared = [each for module in modules for each in getattr(module, "COMMANDS", ())]

    assert sorted(each.name for each in declared) == sorted(FEATURES.commands)


def test_what_is_suggested_comes_from_a_feature() -> None:
    assert {*FEATURES.suggests, OptionType.REFERENCE} == SUGGESTED


def test_every_section_of_the_digest_is_told_by_a_feature() -> None:
    kind = CATALOGUE["digest-sections"].type
    assert isinstance(kind, SomeOf)

    told = {section.name for each in FEATURES.digest for section in each.sections} | {"open"}

    assert told == set(kind.choices)
