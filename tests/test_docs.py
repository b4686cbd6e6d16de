"""The pages for whoever works on the code name only what is there: files, targets, tests, names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "commands", "storage", "adapters")
PAGES = ("docs/architecture.md", "docs/glossary.md", ".github/CONTRIBUTING.md")

TICKED = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#]+)\)")
A_PATH = re.compile(r"(?:[\w.]+/)+[\w.*]*|[\w.]+\.(?:py|md|toml|po|transcript)|Makefile")
A_NAME = re.compile(r"_?[A-Za-z]\w*(?:\._?[A-Za-z]\w*)*")
A_REFERENCE = re.compile(r"[CPQRT][0-9]+")
A_PLACE = re.compile(r"`([\w.]+)` (?:in|of) `([\w./]+\.py)`")
EXAMPLE = "x"
"""The name of the feature that somebody adds: only its folder has to be there."""
NOT_OURS = {"config.toml": "whoever runs the bot writes it"}


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def ticked(text: str) -> list[str]:
    """What stands in backticks within a line; quoted blocks are looked at by themselves."""
    return TICKED.findall(BLOCK.sub("", text))


def lost_paths(text: str) -> Iterator[str]:
    """Paths that are named and are not there, from the top folder."""
    for path in filter(A_PATH.fullmatch, ticked(text)):
        there = ROOT / path
        if there.stem == EXAMPLE:
            there = there.parent
        if path not in NOT_OURS and not there.exists() and not any(ROOT.glob(path)):
            yield path


def lost_links(name: str, text: str) -> Iterator[str]:
    """Links to files that are not there, from the page's own folder."""
    for link in LINK.findall(text):
        if "://" not in link and not (ROOT / name).parent.joinpath(link).exists():
            yield link


def lost_targets(text: str) -> Iterator[str]:
    """Targets of make that are named and that the Makefile does not have."""
    known = set(re.findall(r"^([\w-]+):", page("Makefile"), re.MULTILINE))
    named = [code for code in ticked(text) if code.startswith("make ")]
    named += [row for _, block in BLOCK.findall(text) for row in block.splitlines()]
    for code in named:
        found = re.match(r"make ([a-z-]+)", code)
        if found and found[1] not in known:
            yield found[1]


def lost_tests(text: str) -> Iterator[str]:
    """Tests that are named and that nobody plays."""
    for test in re.findall(r"\btest_\w+(?!\w*\.py)\b", " ".join(ticked(text))):
        if test not in names_of_tests() and not any((ROOT / "tests").rglob(f"{test}.py")):
            yield test


@cache
def names_of_tests() -> frozenset[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    found = (
        re.findall(r"^(?:async )?def (test_\w+)", p.read_text("utf-8"), re.MULTILINE) for p in files
    )
    return frozenset(name for names in found for name in names)


@cache
def code() -> str:
    paths = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return "\n".join(path.read_text("utf-8") for path in paths)


@cache
def words_of_code() -> frozenset[str]:
    return frozenset(re.findall(r"\w+", code() + page("tests/test_tidy.py") + page("pyproject.toml")))


def lost_names(text: str) -> Iterator[str]:
    """Names of the code that no file of it has; a dotted one must be a class with that in it."""
    for name in filter(A_NAME.fullmatch, ticked(text)):
        parts = name.split(".")
        if name.startswith("test_") or A_PATH.fullmatch(name) or A_REFERENCE.fullmatch(name):
            continue
        owner, *rest = parts
        if rest and owner[0].isupper():
            bodies = re.findall(rf"^class {owner}\b.*?(?=^[^\s)]|\Z)", code(), re.DOTALL | re.MULTILINE)
            member = re.compile(rf"^    (?:async )?(?:def )?{rest[0]}\b", re.MULTILINE)
            if not any(map(member.search, bodies)):
                yield name
        elif not set(parts) <= words_of_code():
            yield name


def misplaced(text: str) -> Iterator[str]:
    """What a page says to be in a file that does not define it."""
    for name, path in A_PLACE.findall(BLOCK.sub("", text)):
        last = name.rpartition(".")[2]
        defined = rf"^\s*(?:async )?(?:def|class) {last}\b|^\s*{last}(?:: .*)? = |^\s+{last}: "
        if not re.search(defined, page(path), re.MULTILINE):
            yield f"{name} in {path}"


def lost_quotes(text: str) -> Iterator[str]:
    """Quoted code that its file, which the first line names, does not have like that."""
    for language, block in BLOCK.findall(text):
        if language == "python":
            where, quoted = block.split("\n", 1)
            if quoted not in page(where.removeprefix("# ")):
                yield block


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_a_page_names_is_there(name: str) -> None:
    assert not list(lost_paths(page(name)))
    assert not list(lost_links(name, page(name)))


@pytest.mark.parametrize("name", [*PAGES, "README.md"])
def test_every_target_that_a_page_names_is_there(name: str) -> None:
    assert not list(lost_targets(page(name)))


@pytest.mark.parametrize("name", [*PAGES, "docs/secrecy.md"])
def test_every_test_that_a_page_names_is_there(name: str) -> None:
    assert not list(lost_tests(page(name)))


@pytest.mark.parametrize("name", PAGES)
def test_every_name_of_the_code_that_a_page_names_is_in_it(name: str) -> None:
    assert not list(lost_names(page(name)))
    assert not list(misplaced(page(name)))


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_quotes_is_what_the_code_says(name: str) -> None:
    assert not list(lost_quotes(page(name)))


def test_the_rooms_stand_in_the_order_of_their_contract() -> None:
    contracts = tomllib.loads(page("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["type"] == "layers")
    pure = contracts[-1]["forbidden_modules"]
    text = page("docs/architecture.md")
    table = re.findall(
        r"^\| (`bot/.*?) \|", text[text.index("### The rooms of the hall") :], re.MULTILINE
    )

    rooms = [{re.sub(r"/$|\.py$", "", path) for path in TICKED.findall(row)} for row in table]
    assert rooms[: len(layers)] == [set(each.replace(".", "/").split(" | ")) for each in layers]
    assert ", ".join(f"`{each}`" for each in pure) in text


def test_the_glossary_is_in_order_and_has_every_word_once() -> None:
    words = [word.casefold() for word in re.findall(r"^\| \*\*(.+?)\*\*", page(PAGES[1]), re.MULTILINE)]

    assert words == sorted(set(words))


def test_every_link_of_the_readme_leads_somewhere() -> None:
    assert not list(lost_links("README.md", page("README.md")))


def test_what_is_lost_is_found() -> None:
    """Each of these checks can fail."""
    quote = "```python\n# commands/contributions/thanks.py\ndef unthank() -> None:\n```\n"

    assert list(lost_paths("`bot/nowhere.py` `bot/engine.py`")) == ["bot/nowhere.py", "bot/engine.py"]
    assert list(lost_links("README.md", "[it](docs/nowhere.md)")) == ["docs/nowhere.md"]
    assert list(lost_targets("`make nothing`\n```sh\nmake less\n```\n")) == ["nothing", "less"]
    assert list(lost_tests("`test_nobody_plays_this`")) == ["test_nobody_plays_this"]
    assert list(lost_names("`Engine.dance` `dances_on_tables` `Engine.handle`")) == [
        "Engine.dance",
        "dances_on_tables",
    ]
    assert list(misplaced("`thank` in `commands/places/rules.py`")) == [
        "thank in commands/places/rules.py"
    ]
    assert list(lost_quotes(quote))
