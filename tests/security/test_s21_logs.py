"""S21, S33, K24, K29: the log says what was refused and why, never what was said, nor a secret."""

from __future__ import annotations

import asyncio
import logging
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from adapters.cli.config import Config
from adapters.cli.configuring import ConfigError, read_config
from adapters.cli.running import task_failed
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.ports import StorageBroken, StorageFault
from bot.text.wording import say
from bot.writer.crashes import wordless
from storage.engines import UnfitDatabase, open_engine
from tests.house import COMMANDS, House, line

CANARY = "ZEBRACANARY"
OWN = {"talkoot", "sqlalchemy", "alembic", "asyncio", "prompt_toolkit", "psycopg"}


def raising(state: State, ask: Ask) -> Accepted:
    message = f"about {ask.args}"
    raise RuntimeError(message)


BROKEN = replace(COMMANDS["log"], name="broken", decide=raising)


def everything(house: House, secret: str) -> None:
    """Says the secret in all ways: accepted, refused, misread, edited, broken, as a name."""
    for command in COMMANDS.values():
        for option in command.options:
            for words in (
                line(command, {option.name: secret}),
                line(command, {option.name: f'"{secret}"'}),
            ):
                house.say("anna", words)
        house.say("bo", line(command, full=True), name=secret)
    house.say("bo", f"/role give @{secret} admin")
    house.say("bo", f"/{secret}")
    house.say("bo", secret)
    house.say("bo", f"/log {secret * 1_000}")
    house.say("bo", "/me", "elsewhere", name=secret)
    house.hand_in([house.message("anna", f"/log 1h {secret}", key="m1", edited=True)])


@pytest.mark.parametrize("level", [logging.INFO, logging.DEBUG])
def test_nothing_that_was_said_is_in_the_log(level: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(level)
    house = House()
    everything(house, CANARY)
    house.restart()
    house.say("anna", "/show C1")
    lines = [record.getMessage() for record in caplog.records]
    told = [each for each in lines if CANARY in each]
    assert not told, f"{len(told)} lines tell what was said, such as {told[0][:200]}"
    house.close()


def test_a_bug_is_logged_without_the_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    house = House(commands={**COMMANDS, "broken": BROKEN})
    told = house.say("anna", f"/broken 1h {CANARY}")
    assert told.error == "bug"
    assert CANARY not in told.text
    assert not any(CANARY in record.getMessage() for record in caplog.records)
    assert any(record.exc_info for record in caplog.records), "the traceback is in the log"
    house.close()


@pytest.mark.parametrize("alone", [{"private": True}, {"unseen": True}])
def test_a_bug_over_a_private_message_is_logged_without_its_words(
    alone: dict[str, bool], caplog: pytest.LogCaptureFixture
) -> None:
    """The traceback says where it was and of what kind; the bug's own words may repeat the message."""
    caplog.set_level(logging.INFO)
    house = House(commands={**COMMANDS, "broken": BROKEN})
    message = structs.replace(house.message("anna", f"/broken 1h {CANARY}"), **alone)
    (told,) = house.hand_in([message])
    assert told.error == "bug"
    assert "in raising" in caplog.text
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text
    house.close()


def test_a_task_that_fails_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(task_failed)
    loop.call_exception_handler({"message": "it failed", "exception": RuntimeError(CANARY)})
    loop.close()
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_a_bug_is_told_with_its_causes_and_without_their_words() -> None:
    def failing() -> None:
        try:
            known: dict[str, str] = {}
            known[CANARY]
        except KeyError as why:
            raise RuntimeError(CANARY) from why

    try:
        failing()
    except RuntimeError as bug:
        told = "".join(traceback.format_exception(wordless(bug)))
    assert CANARY not in told
    assert "KeyError" in told
    assert "RuntimeError" in told
    assert "in failing" in told


def test_a_refused_right_is_logged_with_its_message_id(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    house = House()
    house.say("anna", "/me")
    message = house.message("bo", "/role give @bo admin", key="the-key")
    house.hand_in([message])
    (record,) = [each for each in caplog.records if each.name.startswith("talkoot")]
    assert record.levelno >= logging.WARNING
    assert "the-key" in record.getMessage()
    house.close()


@pytest.mark.parametrize("key", ["a\nb", "a\r\nCRITICAL forged", "a\x1b[31m", "a\u2028b", "%s %n"])
def test_a_message_id_forges_no_log_line(key: str, caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.say("anna", "/me")
    house.hand_in([house.message("bo", "/role give @bo admin", key=key)])
    for record in caplog.records:
        assert len(record.getMessage().splitlines()) == 1
        assert "\x1b" not in record.getMessage()
    house.close()


DATABASES = (
    f"postgresql://anna:{CANARY}@127.0.0.1:1/talkoot",
    f"postgresql://anna:{CANARY}@127.0.0.1:1/talkoot?connect_timeout=1&password={CANARY}",
    f"mysql://anna:{CANARY}@127.0.0.1/talkoot",
    f"postgres://anna:{CANARY}@",
    f"anna:{CANARY}@example.org",
    f"sqlite:///nowhere/x.db?key={CANARY}",
)


@pytest.mark.parametrize("url", DATABASES)
def test_a_database_that_fails_does_not_tell_its_password(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises((UnfitDatabase, StorageFault, StorageBroken)) as told:
        open_engine(url)
    chain: list[BaseException] = [told.value]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    assert not any(CANARY in str(each) for each in chain)
    assert CANARY not in caplog.text


def test_the_configuration_does_not_show_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALKOOT_DATABASE__URL", DATABASES[0])
    config: Config = read_config(None)
    assert CANARY not in repr(config)
    assert CANARY not in str(config)


def test_a_mistake_in_the_configuration_does_not_show_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALKOOT_DATABASE__URL", DATABASES[0])
    monkeypatch.setenv("TALKOOT_LOG__LEVEL", "loud")
    with pytest.raises(ConfigError) as told:
        read_config(None)
    assert CANARY not in str(told.value)


def test_no_answer_names_a_version_or_a_path() -> None:
    house = House(commands={**COMMANDS, "broken": replace(BROKEN, about=say("breaks"))})
    for command in (*COMMANDS.values(), BROKEN):
        for words in (line(command), line(command, full=True)):
            text = house.say("anna", words).text
            assert not any(
                each in text
                for each in ("Traceback", ".py", "site-packages", "Error", "sqlite", "0.1.")
            )
    house.close()


def test_the_command_table_of_this_test_is_whole() -> None:
    assert all(isinstance(command, Command) for command in COMMANDS.values())
