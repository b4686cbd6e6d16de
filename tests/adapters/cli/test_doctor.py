"""`talkoot doctor`: finds what is out of order, and says how to mend it."""

from __future__ import annotations

import datetime as dt
import time
from email.utils import format_datetime
from pathlib import Path

import discord.http
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.cli.config import BallotsSection, Config, DiscordSection, MatrixSection
from adapters.cli.doctor import DAY_MS, findings
from adapters.cli.doctor_online import apart, online
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.running import tell_uncompiled
from adapters.cli.store import Look, Store, open_look, open_store
from bot.ports import Mark, Wake, Written
from bot.text import languages
from bot.writer.signing import made_key
from storage.keys import KeyFolder
from tests.adapters.cli.test_running import talkoot
from tests.security.election import Election

NOON = dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)


USUAL = Config()


def wrong(store: Look | Store, url: str, tmp_path: Path, config: Config = USUAL) -> dict[str, str]:
    found = list(findings(config, store, url, {}))
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
    with open_look(url, folder / "keys") as look:
        return wrong(look, url, folder, Config(ballots=BallotsSection(keys=str(folder / "keys"))))


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


def test_a_catalogue_that_is_not_compiled_is_told_once_and_by_the_doctor(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    it = election(folder)
    it.say("ann", "/log 1h swept")
    it.close()
    for name in ("fi", "fr"):
        (folder / "locales" / name / "LC_MESSAGES").mkdir(parents=True)
    (folder / "locales/fr/LC_MESSAGES/talkoot.mo").touch()
    monkeypatch.setattr(languages, "FOLDER", folder / "locales")
    assert "not compiled: fi; people read English" in sick(folder)["languages"]
    tell_uncompiled()
    assert [each.getMessage() for each in caplog.records if each.name == "talkoot"] == [
        "the catalogue of fi is not compiled: people read English"
    ]
    (folder / "locales/fi/LC_MESSAGES/talkoot.mo").touch()
    assert "languages" not in sick(folder)


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
    url = f"sqlite:///{folder}/data/talkoot.db"
    with open_look(url, folder / "keys") as look:
        assert "keys of no poll here" not in wrong(look, url, folder), (
            "it may be another installation's"
        )
    (folder / "keys").chmod(0o755)
    assert "chmod 700" in sick(folder)["folder of keys"]


def test_the_key_of_checkpoints_is_no_stray_and_one_that_is_no_key_is_told(folder: Path) -> None:
    it = election(folder)
    it.open()
    it.close()
    made_key(KeyFolder(folder / "keys"), SystemChance())
    assert sick(folder) == {}
    (folder / "keys" / "checkpoints.key").write_bytes(b"no key")
    assert sick(folder).keys() == {"key of checkpoints"}
    (folder / "keys" / "checkpoints.key").unlink()
    (folder / "keys" / "checkpoints.key").mkdir()
    assert "cannot be read" in sick(folder)["key of checkpoints"]


def test_what_was_not_told_and_what_is_overdue(folder: Path) -> None:
    it = election(folder)
    it.say("ann", "/log 1h swept")
    row = it.said[-1]
    it.close()
    url = f"sqlite:///{folder}/data/talkoot.db"
    with open_store(url, folder / "keys") as store, store.journal.transaction() as tx:
        tx.write(
            Written(
                marks=[Mark(row.key, row.number, failure="direct messages are closed")],
                wakes=[Wake("home", int(time.time() * 1000) - DAY_MS)],
            )
        )
    found = sick(folder)
    assert "overdue in 1 collectives" in found["what is due by the clock"]
    assert set(found) <= {"what is due by the clock", "messages told"}


def test_a_journal_that_was_changed_and_a_clock_that_went_back(folder: Path) -> None:
    it = election(folder)
    it.say("ann", "/log 1h swept")
    with it.database.begin() as connection:
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


def test_a_journal_that_tells_nonsense_is_told_and_nothing_is_built_on_it(folder: Path) -> None:
    it = election(folder)
    it.open()
    with it.database.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER entries_update")
        connection.exec_driver_sql("UPDATE entries SET payload = 'nonsense' WHERE seq = 2")
    it.close()
    found = sick(folder)
    assert "Restore a backup" in found["journal"]
    assert not [what for what in found if what.startswith("key of ")]


def test_a_key_of_the_wrong_length_is_none(folder: Path) -> None:
    it = election(folder)
    it.open()
    it.close()
    (key,) = it.key_files()
    key.write_bytes(b"short")
    assert "Put it back" in sick(folder)["key of Q1 of Talkoot"]


def test_a_database_that_may_lose_what_it_accepted_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    election(folder).close()
    monkeypatch.setattr("adapters.cli.doctor.weaknesses", lambda _: ["fsync is off."])
    assert sick(folder)["database"] == "fsync is off."


class Stopped:
    """A clock that stands so many seconds from the server's."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=self.seconds)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, ""), (9, ""), (-9, ""), (11, "11 s ahead of its own"), (-3600, "3600 s behind its own")],
)
async def test_our_clock_is_held_beside_that_of_a_platform(seconds: float, told: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(headers={"Date": format_datetime(NOON, usegmt=True)})

    application = web.Application()
    application.router.add_get("/", answer)
    async with TestServer(application) as server:
        found = await apart(str(server.make_url("/")), Stopped(seconds))

    assert len(found) == bool(told)
    assert all(told in each and "timedatectl" in each for each in found)


async def test_a_platform_that_is_away_says_nothing_of_our_clock() -> None:
    assert await apart("http://127.0.0.1:9/", Stopped(99)) == []


def test_the_platforms_that_are_configured_are_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:9")
    away = "http://127.0.0.1:9"
    matrix = MatrixSection(user="@a:b.org", homeserver=away, device="D", token="t", encryption=False)
    with open_store(f"sqlite:///{tmp_path / 'talkoot.db'}") as store:
        asked = online(Config(matrix=matrix, discord=DiscordSection(token="t")), store.outbox)

        assert online(Config(), store.outbox) == {}
        assert {platform: len(ask()) for platform, ask in asked.items()} == {"Matrix": 1, "Discord": 1}
