"""`talkoot init` and `talkoot run` as people use them: log in once, start as often as wanted."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.cli.configuring import read_config
from tests.adapters.matrix.people import Person, answered, within
from tests.adapters.matrix.test_crashes import until_answered_to
from tests.adapters.matrix.test_rooms import invited

pytestmark = pytest.mark.fair("what init asks is typed once, so that it must not ask again")

TALKOOT = (sys.executable, "-c", "from adapters.cli.app import main; main()")
MORE_THAN_FLOOD = 40
"""One may send 30 commands in a minute."""

CONFIG = "# ours\n[rules]\nprefix = '!' # as always\n"


def talkoot(*arguments: str, typed: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TALKOOT, *arguments],
        input=typed,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=60,
        check=False,
    )


def init(bot: Person, folder: Path, *secret: str) -> subprocess.CompletedProcess[str]:
    # Only Matrix; of all else the usual.
    typed = ["y", bot.user, bot.url, *secret, "n", *[""] * 6]
    return talkoot("init", typed="\n".join(typed), folder=folder)


async def test_who_logged_in_once_is_connected_at_every_start(
    anna: Person, bot: Person, tmp_path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    done = init(bot, tmp_path, "secret")
    assert done.returncode == 0, done.stderr + done.stdout
    assert (tmp_path / "config.toml").read_text().startswith(CONFIG)
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    devices = await device_ids(bot)

    room = ""
    for turn in range(2):
        process = start(tmp_path)
        processes.append(process)
        room = room or await anna.room_with(bot.user)
        # No collective is founded for it yet; that is told to whoever asks, alone and encrypted.
        await anna.say(room, "!help")
        private = await invited(anna, bot)
        if not turn:
            await anna.join(private)
        await within(until_encrypted(anna, private, turn + 1))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
        assert only_that_it_runs(tmp_path)
        assert f"Connected to Matrix as {bot.user}, in " in (tmp_path / "said").read_text()
    # All is well then, and nothing but that is told.
    doctor = talkoot("doctor", typed="", folder=tmp_path)
    assert doctor.stderr == ""
    assert [row for row in doctor.stdout.splitlines() if "Matrix" in row] == ["ok  Matrix"]
    assert await device_ids(bot) == devices
    assert len(devices) == 2


async def test_what_was_typed_while_the_program_was_off_is_answered_whatever_the_rules_of_its_floods(
    anna: Person, bot: Person, tmp_path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    (tmp_path / "config.toml").write_text(CONFIG)
    assert init(bot, tmp_path, "secret").returncode == 0
    processes.append(start(tmp_path))
    room = await anna.room_with(bot.user)
    await anna.hear_answer(room, await anna.say(room, "!collective create Garden"))
    # What went away without a word knows as much as it had written.
    processes[-1].kill()
    processes[-1].wait()
    asked = [await anna.say(room, f"!log 1 kg number {number}") for number in range(MORE_THAN_FLOOD)]
    processes.append(start(tmp_path))
    await within(until_answered_to(anna, room, asked[-1]), 60)

    told = [answered(it) for it in await anna.messages(room) if it["sender"] == bot.user]
    assert [it for it in told if it in asked] == asked
    processes[-1].send_signal(signal.SIGTERM)
    assert processes[-1].wait(timeout=15) == 0
    assert only_that_it_runs(tmp_path)


def start(folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "errors").open("wb") as errors, (folder / "said").open("wb") as said:
        return subprocess.Popen(
            [*TALKOOT, "run"], stdin=subprocess.DEVNULL, stdout=said, stderr=errors, cwd=folder
        )


def only_that_it_runs(folder: Path) -> bool:
    """Whether the program told of no error: its start is one line."""
    told = (folder / "errors").read_text()
    return told.startswith("talkoot ") and told.count("\n") == 1


async def until_encrypted(person: Person, room: str, number: int) -> None:
    while True:
        events = await person.newest(room)
        if len([it for it in events if it["type"] == "m.room.encrypted"]) >= number:
            return
        await person.quiet()


async def device_ids(bot: Person) -> set[str]:
    return {it["device_id"] for it in (await bot.api("GET", "/devices"))["devices"]}


async def test_a_token_can_be_given_instead_and_the_store_keeps_its_key(
    bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert init(bot, tmp_path, "", bot.token).returncode == 0
    first = (tmp_path / ".env").read_text()
    assert init(bot, tmp_path, "", bot.token).returncode == 0

    assert (tmp_path / ".env").read_text() == first
    monkeypatch.chdir(tmp_path)
    section = read_config(None).matrix
    assert (section.user, section.device, section.token) == (bot.user, bot.device, bot.token)
    assert section.homeserver == bot.url
    assert len(section.store_key) > 40


async def test_what_does_not_work_is_told_and_asked_for_again(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    answers = [
        "y",
        bot.name,
        bot.user,
        "http://127.0.0.1:1",
        "",
        bot.user,
        "http://127.0.0.1:1",
        f"{bot.url}/nothing/here",
        bot.url,
        "wrong",
        "",
        "nonsense",
        "",
        anna.token,
        "secret",
        "n",
        *[""] * 6,
    ]
    done = talkoot("init", typed="\n".join(answers), folder=tmp_path)

    assert done.returncode == 0, done.stderr
    told = done.stderr
    wrong = (
        "no Matrix id",
        "No Matrix homeserver answers at http://127.0.0.1:1.\n",
        f"No Matrix homeserver answers at {bot.url}/nothing/here.\n",
        "did not let the bot in: Invalid username or password",
        "does not know this access token",
        f"the token of {anna.user}",
    )
    places = [told.index(each) for each in wrong]
    assert places == sorted(places)
    assert "Traceback" not in told
    assert f"Logged in as {bot.user}" in done.stdout
    assert (tmp_path / "config.toml").exists()


async def test_a_token_that_was_revoked_stops_the_program_with_a_clear_word(
    bot: Person, tmp_path: Path
) -> None:
    assert init(bot, tmp_path, "secret").returncode == 0
    await bot.api("POST", "/logout/all", {})

    done = talkoot("run", typed="", folder=tmp_path)

    assert done.returncode == 78
    assert "talkoot init" in done.stderr
    assert "Traceback" not in done.stderr
