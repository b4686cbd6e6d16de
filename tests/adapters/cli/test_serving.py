"""The pages beside the bot, as the program starts them."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from adapters.cli.config import Config
from adapters.cli.serving import serving
from adapters.cli.store import MEMORY, open_store
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from tests.adapters.cli.test_running import TALKOOT, talkoot


def test_the_program_says_where_the_pages_are_and_serves_them(tmp_path: Path) -> None:
    environment = {**os.environ, "TALKOOT_WEB__SERVE": "always", "TALKOOT_WEB__PORT": "0"}
    with subprocess.Popen(
        [*TALKOOT, "run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.startswith("Pages: http://127.0.0.1:")
        process.stdin.write("anna: /log 3h cooked\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith("> C1: anna")
        address = said.removeprefix("Pages: ").strip()
        with urllib.request.urlopen(address, timeout=20) as page:
            assert page.url == f"{address}home/"
            assert "3h" in page.read().decode()
        process.stdin.close()
        assert process.wait(timeout=20) == 0


def test_the_pages_know_the_web_servers_that_stand_in_front(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "setswitchinterval", lambda _: None)
    config = Config.model_validate({"web": {"serve": "always", "port": 0, "proxies": ["10.0.0.0/8"]}})
    with open_store(MEMORY) as store:
        site = serving(config, store, Witnesses(FleetingKeys()))
        assert site is not None
        try:
            assert site._front.asker("10.0.0.9", ["203.0.113.7"]) == "203.0.113.7"
        finally:
            site.stop()


def test_where_the_address_is_taken_the_bot_does_without(tmp_path: Path) -> None:
    done = talkoot(
        "run",
        typed="anna: /log 3h cooked\n",
        folder=tmp_path,
        TALKOOT_WEB__SERVE="always",
        TALKOOT_WEB__HOST="203.0.113.1",
    )

    assert done.returncode == 0
    assert done.stderr.startswith("No pages: 203.0.113.1:8470 cannot be used")
    assert done.stdout.startswith("> C1: anna")


def test_nothing_is_served_to_a_pipe_unless_asked(tmp_path: Path) -> None:
    done = talkoot("run", typed="anna: /me\n", folder=tmp_path)

    assert "Pages" not in done.stderr + done.stdout
