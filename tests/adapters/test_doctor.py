"""`talkoot doctor`: finds what is out of order, and says how to mend it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from adapters.cli.config import Config
from adapters.cli.doctor import DAY_MS, findings
from adapters.cli.outside import SystemClock
from adapters.cli.store import Store, open_store
from adapters.discord.setup import complaints
from bot.ports import Mark, Wake, Written
from commands import all_commands
from tests.adapters.discord.stage import staged
from tests.adapters.test_run import talkoot
from tests.doubles.discord.server import TOKEN, standing_in
from tests.doubles.discord.world import SEND_POLLS
from tests.security.election import Election


def wrong(store: Store, url: str, tmp_path: Path) -> dict[str, str]:
    found = list(findings(Config(), store, url, {}))
    assert all(each.told.startswith(("ok  ", "!!  ")) for each in found)
    return {each.what: each.wrong for each in found if each.wrong}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own: the doctor looks at the .env there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    return tmp_path


def sick(folder: Path) -> dict[str, str]:
    url = f"sqlite:///{folder}/data/talkoot.db"
    with open_store(url, folder / "keys") as store:
        return wrong(store, url, folder)


def election(folder: Path) -> Election:
    it = Election(f"sqlite:///{folder}/data/talkoot.db", folder / "keys")
    it.clock.move_to(SystemClock().now())
    return it


def test_a_healthy_one_is_told_so_and_a_missing_database_too(tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path / "home"), "XDG_STATE_HOME": str(tmp_path / "state")}
    talkoot("run", typed="/log 2h bread\n", folder=tmp_path, **home)
    done = talkoot("doctor", folder=tmp_path, **home)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All is well."), done.stdout
    none = talkoot("doctor", "--db", "sqlite:///nowhere.db", folder=tmp_path, **home)
    assert (none.returncode, none.stderr) == (2, "There is no database nowhere.db.\n")


def test_secrets_that_others_can_read(folder: Path) -> None:
    it = election(folder)
    it.say("ann", "/log 1h swept")
    it.close()
    (folder / ".env").write_text("")
    (folder / ".env").chmod(0o644)
    assert "chmod 600 .env" in sick(folder)[".env"]
    (folder / ".env").chmod(0o600)
    assert sick(folder) == {}


def test_a_key_that_is_gone_and_one_that_nobody_needs(folder: Path) -> None:
    it = election(folder)
    it.open()
    it.close()
    assert sick(folder) == {}
    (key,) = it.key_files()
    key.rename(folder / "keys" / "other.key")
    found = sick(folder)
    assert "it is gone: no vote can be sealed" in found["key of Q1 of Talkoot"]
    assert found["keys of no poll here"].startswith("other.key in ")
    (folder / "keys").chmod(0o755)
    assert "chmod 700" in sick(folder)["folder of keys"]


def test_what_was_not_told_and_what_is_overdue(folder: Path) -> None:
    it = election(folder)
    it.say("ann", "/log 1h swept")
    row = it.said[-1]
    it.journal.close()
    url = f"sqlite:///{folder}/data/talkoot.db"
    with open_store(url, folder / "keys") as store, store.journal.transaction() as tx:
        tx.write(
            Written(
                marks=[Mark(row.key, row.number, failure="direct messages are closed")],
                wakes=[Wake("home", int(time.time() * 1000) - DAY_MS)],
            )
        )
    it.close()
    found = sick(folder)
    assert "overdue in 1 collectives" in found["what is due by the clock"]
    assert set(found) <= {"what is due by the clock", "messages told"}


def test_a_journal_that_was_changed_and_a_clock_that_went_back(folder: Path) -> None:
    it = election(folder)
    it.say("ann", "/log 1h swept")
    with it.store.begin() as connection:
        for name in (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            .scalars()
            .all()
        ):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(f"UPDATE entries SET at = {int(time.time() * 1000) + DAY_MS}")
    it.close()
    found = sick(folder)
    assert "Set this machine's clock" in found["clock"]
    assert "Restore a backup" in found["journal"]


async def test_discord_tells_what_is_missing_there() -> None:
    async with staged() as stage:
        commands = all_commands()
        assert await complaints(TOKEN, commands, [], message_text=False) == []
        fewer = {name: each for name, each in commands.items() if name != "log"}
        robot = next(role for role in stage.guild.roles.values() if role.name == "Talkoot")
        robot.permissions &= ~SEND_POLLS
        told = await complaints(TOKEN, fewer, ["123456789012345678"], message_text=True)

    assert "does not let the bot read messages" in told[0]
    assert told[1].startswith("In the server Garden the bot lacks: Create Polls.")
    assert told[2] == "The bot is not in the server 123456789012345678 of [discord] guilds."
    assert "has other commands of the bot" in told[3]


async def test_a_wrong_token_is_all_that_discord_tells() -> None:
    async with standing_in():
        (told,) = await complaints("wrong", all_commands(), [], message_text=False)
    assert "does not know the bot's token" in told
