"""The container's files, as far as they can be checked without building one."""

from __future__ import annotations

import fnmatch
import os
import re
from pathlib import Path

import typer
import yaml  # type: ignore[import-untyped]  # noqa: TID251 - so is compose.yml written

from adapters.cli.app import app
from adapters.cli.configuring import mistakes
from adapters.cli.given import given_in_variables

ROOT = Path(__file__).parent.parent
FILE = (ROOT / "Containerfile").read_text("utf-8")
STEPS = re.findall(r"^([A-Z]+) (.*)$", FILE.replace("\\\n", " "), re.MULTILINE)
IGNORED = [
    row
    for row in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    if row and not row.startswith("#")
]
COMPOSE = yaml.safe_load((ROOT / "compose.yml").read_text("utf-8"))
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # it is a group


def steps(name: str) -> list[str]:
    return [rest for each, rest in STEPS if each == name]


def test_every_file_that_is_copied_is_there_and_all_of_the_program_is() -> None:
    copied = [word for row in steps("COPY") if "--from" not in row for word in row.split()[:-1]]

    assert all((ROOT / word).exists() for word in copied)
    assert {"bot", "commands", "storage", "adapters", "requirements.lock", "pyproject.toml"} <= {
        *copied
    }
    named = re.findall(
        r"^readme = \"(.+)\"", (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert set(named) <= {*copied}


def let_in(path: str) -> bool:
    """Whether whoever builds gets this file: the last row of .dockerignore that fits says so."""
    taken = True
    for row in IGNORED:
        pattern = row.removeprefix("!")
        parts = path.split("/")
        above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        whole = pattern.removeprefix("**/")
        found = parts if whole != pattern else above
        if any(fnmatch.fnmatchcase(each, whole) for each in found):
            taken = row.startswith("!")
    return taken


def test_whoever_builds_gets_what_is_copied_and_no_secret_book_or_history() -> None:
    copied = [word for row in steps("COPY") if "--from" not in row for word in row.split()[:-1]]

    assert all(let_in(word) for word in copied)
    assert let_in("bot/locales/de/LC_MESSAGES/talkoot.po")
    kept = [row.strip() for row in (ROOT / ".gitignore").read_text("utf-8").splitlines()]
    kept = [row.rstrip("/").replace("*", "x") for row in kept]
    for path in (*kept, ".git", ".env", "tests", "talkoot.db-wal", "bot/__pycache__/x.pyc"):
        assert not let_in(path), path


def test_it_stands_in_the_folder_of_its_home() -> None:
    set_ = dict(pair.split("=", 1) for row in steps("ENV") for pair in row.split())

    assert steps("WORKDIR")[-1] == set_["TALKOOT_HOME"]


def test_what_it_runs_are_commands_of_ours_and_what_it_sets_are_settings() -> None:
    assert steps("ENTRYPOINT") == ['["talkoot"]']
    assert re.findall(r'"(\w+)"', steps("CMD")[-1])[0] in COMMANDS
    assert re.findall(r'CMD \["talkoot", "(\w+)"\]', steps("HEALTHCHECK")[0])[0] in COMMANDS
    set_ = dict(pair.split("=", 1) for row in steps("ENV") for pair in row.split())
    environment = COMPOSE["services"]["talkoot"]["environment"]
    given = given_in_variables({**set_, **environment}, "the container")
    assert mistakes([it for it in given if it.variable != "TALKOOT_HOME"]) == []
    assert set_["TALKOOT_HOME"] == "/data"


def test_nobody_is_root_and_what_is_kept_lies_in_volumes_apart() -> None:
    kept = re.findall(r'"(.+?)"', steps("VOLUME")[0])
    last = [name for name, _ in STEPS]

    assert steps("USER") == ["talkoot"]
    assert last.index("USER") > max(i for i, name in enumerate(last) if name == "RUN")
    assert last.index("VOLUME") > last.index("USER") - 2
    assert all(f"-m 0700 {' '.join(kept)}" in row for row in steps("RUN") if "install -d" in row)
    mounted = [each.split(":")[1] for each in COMPOSE["services"]["talkoot"]["volumes"]]
    assert mounted == kept == ["/data", "/keys"]
    assert not os.path.commonpath(kept).strip("/"), "keys are not in the folder of the database"


def test_images_and_dependencies_are_held() -> None:
    assert all(re.match(r"\S+:\d", image) for image in steps("FROM")), "an image has a version"
    installs = [row for row in steps("RUN") if "pip install" in row]
    assert all("--require-hashes" in row or "--no-deps" in row for row in installs)
    assert all("--no-cache-dir" in row for row in installs)
    assert all(
        re.fullmatch(r"\S+:\d+", it["image"]) for it in COMPOSE["services"].values() if "image" in it
    )


def test_both_services_know_one_database_and_wait_for_it() -> None:
    ours, theirs = COMPOSE["services"]["talkoot"], COMPOSE["services"]["database"]
    url = ours["environment"]["TALKOOT_DATABASE__URL"]
    user, name = theirs["environment"]["POSTGRES_USER"], theirs["environment"]["POSTGRES_DB"]
    secret = theirs["environment"]["POSTGRES_PASSWORD"]

    assert url == f"postgresql://{user}:{secret}@database/{name}"
    assert ours["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert user in theirs["healthcheck"]["test"]
    assert ours["build"]["dockerfile"] == "Containerfile"
    named = {each.split(":")[0] for it in COMPOSE["services"].values() for each in it["volumes"]}
    assert named == set(COMPOSE["volumes"])
