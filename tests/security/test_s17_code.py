"""S17, S18, K5, K22: no text becomes code, SQL or a format: the names for that are not in the house."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli import halves
from tests.house import House, settled
from tests.security.payloads import FORMATS, SQL

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("bot", "commands", "storage", "adapters")
ALONE = "standalone_verify.py"
"""One file without dependencies, for old Pythons: it formats with %, and reads no chat."""
SOURCES = sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py") if p.name != ALONE)

CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "breakpoint",
    "input",
    "globals",
    "setattr",
    "delattr",
}
METHODS = {"system", "popen", "spawn", "execv", "execvp", "fork", "literal_eval", "import_module"}
MODULES = {
    "pickle",
    "cPickle",
    "dill",
    "marshal",
    "shelve",
    "subprocess",
    "yaml",
    "ctypes",
    "code",
    "codeop",
    "jinja2",
    "mako",
    "xmlrpc",
    "telnetlib",
    "urllib.request",
    "http.client",
    "requests",
    "webbrowser",
}
SQL_CALLS = {"text", "exec_driver_sql", "literal_column", "execute", "executescript", "DDL"}
HALVES = "adapters/cli/halves.py"
MEANT = {"adapters/web/paper.py": {"jinja2"}, HALVES: {"subprocess"}}
"""Templates of our own that lay pages out: they are files, and never made of what somebody typed. And
the second process that verifies a journal: this Python with a module of ours, and no other word."""

LOG_CALLS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def codelike(name: str, tree: ast.Module) -> Iterator[str]:
    for item in ast.walk(tree):
        at = f"{name}:{getattr(item, 'lineno', 0)}"
        if isinstance(item, ast.Call):
            if isinstance(item.func, ast.Name) and item.func.id in CALLS:
                yield f"{at}: {item.func.id}()"
            if isinstance(item.func, ast.Attribute) and item.func.attr in METHODS:
                yield f"{at}: .{item.func.attr}()"
        names = [each.name for each in item.names] if isinstance(item, ast.Import) else []
        if isinstance(item, ast.ImportFrom):
            names = [item.module or "", *(f"{item.module}.{each.name}" for each in item.names)]
        for each in names:
            if {each, each.split(".")[0]} & (MODULES - MEANT.get(name, set())):
                yield f"{at}: imports {each}"


def formatted(node: ast.AST) -> bool:
    """Whether a text is put together where it stands."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        texts = (ast.Constant, ast.JoinedStr, ast.BinOp)
        return isinstance(node.op, ast.Mod | ast.Add) and isinstance(node.left, texts)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"format", "format_map", "join", "replace"}
    )


def built_sql(name: str, tree: ast.Module) -> Iterator[str]:
    for item in ast.walk(tree):
        if not isinstance(item, ast.Call) or not item.args:
            continue
        called = (
            item.func.attr if isinstance(item.func, ast.Attribute) else getattr(item.func, "id", "")
        )
        if called in SQL_CALLS and formatted(item.args[0]):
            yield f"{name}:{item.lineno}: {called}() of a text that is put together"


def formats(name: str, tree: ast.Module) -> Iterator[str]:
    for item in ast.walk(tree):
        at = f"{name}:{getattr(item, 'lineno', 0)}"
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute):
            of_text = isinstance(item.func.value, ast.Constant)
            if item.func.attr in {"format", "format_map"} and not of_text:
                yield f"{at}: .{item.func.attr}() of what is no literal"
            logs = isinstance(item.func.value, ast.Name) and item.func.value.id in {"log", "logging"}
            if logs and item.func.attr in LOG_CALLS and item.args and formatted(item.args[0]):
                yield f"{at}: a log line that is put together"
        if (
            isinstance(item, ast.BinOp)
            and isinstance(item.op, ast.Mod)
            and isinstance(item.right, ast.Tuple | ast.Dict)
            and not isinstance(item.left, ast.Constant)
        ):
            yield f"{at}: % of what is no literal"


CHECKS = {
    codelike: "import pickle\neval('1')\nimport os\nos.system('x')",
    built_sql: "connection.execute(text(f'SELECT {x}'))\nconnection.exec_driver_sql('a' + x)",
    formats: "'x'.join(a).format(b)\nt.format(1)\nt % (1, 2)\nlog.info(f'{x}')",
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_no_source_turns_text_into_code(check: object) -> None:
    for known in CHECKS:
        if known is check:
            found = [
                each
                for path in SOURCES
                for each in known(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
            ]
            assert not found, "\n".join(found)


def test_the_second_process_is_our_own_program_and_no_other_word() -> None:
    assert (sys.executable, "-P", "-m", "adapters.cli.otherhalf") == halves.PROGRAM
    tree = ast.parse((ROOT / HALVES).read_text("utf-8"))
    started = [
        item
        for item in ast.walk(tree)
        if isinstance(item, ast.Call) and getattr(item.func, "id", "") in {"Popen", "run", "call"}
    ]
    (popen,) = started
    (program,) = popen.args
    assert isinstance(program, ast.Name)
    assert program.id == "PROGRAM"
    assert {each.arg for each in popen.keywords} == {"stdin", "stdout", "stderr"}
    names = [it for it in ast.walk(tree) if isinstance(it, ast.Name) and it.id == "PROGRAM"]
    assert [type(it.ctx) for it in names] == [ast.Store, ast.Load]  # nobody adds a word to it


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_checks_find_a_bad_example(check: object) -> None:
    for known, bad in CHECKS.items():
        if known is check:
            assert len(list(known("bad.py", ast.parse(bad)))) >= 2


def test_there_are_sources_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(ROOMS)


@pytest.mark.parametrize("text", SQL.values(), ids=SQL)
def test_sql_is_text_in_every_field(text: str) -> None:
    house = House()
    house.say(text, f"/log 1 pcs {text}\n{text}", name=text, room=text)
    house.hand_in([house.message("bo", f"/thank @x {text}", key=text, mentions={"x": text})])
    house.say("bo", f"/dispute C1 {text}", room=text)
    house.say("bo", "/me", text)
    assert len(house.tables()["rooms"]) == 2
    shown = house.say("bo", "/show C1").text
    assert shown.count(text) >= 3
    assert house.say("bo", "/ledger").error == ""
    house.restart()
    assert house.say("bo", "/show C1").text == shown
    house.close()


@pytest.mark.parametrize("text", FORMATS.values(), ids=FORMATS)
def test_a_format_is_shown_verbatim_everywhere(text: str) -> None:
    house, name = House({"confirmations": 2}), f"bo {text}"
    house.say("anna", "/me")
    told = [house.say("bo", f"/log 1 pcs {text}\n{text}", name=name)]
    told += [house.say("anna", "/dispute C1 no " + text)]
    for words in ("/show C1", "/contributions"):
        shown = house.say("anna", words).text
        assert text in shown, words
        told.append(house.say("anna", words))
    told += [house.say("bo", words, name=name) for words in ("/balance", "/me", "/statement")]
    for each in told:
        assert text in each.text
        assert each.error == ""
    house.close()


@pytest.mark.parametrize("text", [*FORMATS.values(), *SQL.values()])
def test_a_refusal_shows_what_it_refuses_verbatim(text: str) -> None:
    house = settled()
    word = text.split(maxsplit=1)[0]
    for words in (f"/show {word}", f"/balance @{word}", f"/ledger {word}"):
        told = house.say("anna", words)
        assert told.refused
        assert word in told.text, words
    house.close()
