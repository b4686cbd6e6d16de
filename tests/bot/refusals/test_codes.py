"""Every code of a refusal stands in the one table, and every code of the table is told somewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.collective.catalogue import CATALOGUE
from bot.refusals import CODES, READING_OF

ROOT = Path(__file__).parents[3]
COMPUTED = {
    "adapters/discord/rest.py": "Discord's own refusals, by status",
    "bot/collective/rules.py": "a rule's own name",
    "commands/decisions/effects.py": "the code of what cannot be carried out",
    "commands/polls/secrecy.py": "the code of a vote that cannot be read, without its words",
}
"""Where a code is none of the table's own, and what it is."""


def codes(node: ast.expr, constants: dict[str, str]) -> Iterator[str | None]:
    """The codes that an argument may have; a made one as its ending; None for what is no literal."""
    match node:
        case ast.Constant(value=str(code)):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from codes(one, constants)
            yield from codes(other, constants)
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(ending))]):
            yield ending
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case _:
            yield None


def told() -> Iterator[tuple[str, str | None]]:
    """Every code in the sources, by file."""
    for folder in ("bot", "commands", "adapters"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            constants = {
                each.target.id: each.value.value
                for each in tree.body
                if isinstance(each, ast.AnnAssign)
                and isinstance(each.target, ast.Name)
                and isinstance(each.value, ast.Constant)
                and isinstance(each.value.value, str)
            }
            for node in ast.walk(tree):
                named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                if named and node.func.id in {"Refusal", "Misread"}:  # type: ignore[attr-defined]
                    for code in codes(node.args[0], constants):  # type: ignore[attr-defined]
                        yield path.relative_to(ROOT).as_posix(), code


TABLE = {code for codes in CODES.values() for code in codes}


def test_every_code_stands_in_the_table_and_is_told_somewhere() -> None:
    found = set(told())
    assert {path for path, code in found if code is None} == set(COMPUTED)
    assert {code for _, code in found if code is not None} - set(CATALOGUE) == {*TABLE, *READING_OF}


def test_no_code_stands_twice_and_none_is_a_rule_s() -> None:
    assert sum(map(len, CODES.values())) == len(TABLE)
    assert TABLE.isdisjoint(CATALOGUE)


def test_every_code_says_in_words_when_it_is_told() -> None:
    for each in (*CODES.values(), READING_OF):
        assert all(when and not when.endswith(".") for when in each.values())
