"""Pictures are made by a process of its own: it stops nobody, and without it words go out alone."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.painter import KEPT_MAX, WAITING_MAX, Painter
from adapters.painting import paint
from bot.ports import Unpainted
from bot.text.charts import Bar, Bars, svg
from bot.text.languages import reader
from bot.text.wording import Words

DRAWN = svg(Bars(Words("Votes"), (Bar(Words("a"), "1", 1000),)), reader("en", "UTC", "/"))

COUNTING = """
import sys
from adapters.painting import paint_all
with open(sys.argv[1], "a") as seen:
    class Told:
        def write(self, data): seen.write("x"); seen.flush(); sys.stdout.buffer.write(data)
        def flush(self): sys.stdout.buffer.flush()
    import adapters.painting
    adapters.painting.paint = str.encode
    paint_all(sys.stdin.buffer, Told())
"""
"""Paints nothing, and makes a sign for each picture."""

DYING = (
    "import sys; open(sys.argv[1], 'a').write('x'); sys.stdin.buffer.read(4); sys.stdout.write('half')"
)
HANGING = "import sys, time; open(sys.argv[1], 'a').write('x'); time.sleep(600)"


@pytest.fixture
async def painter() -> AsyncIterator[Painter]:
    it = Painter()
    yield it
    await it.close()


def counting(seen: Path, program: str = COUNTING) -> Painter:
    seen.touch()
    return Painter((sys.executable, "-c", program, str(seen)))


async def test_it_paints_what_is_painted_here_elsewhere(painter: Painter) -> None:
    assert await painter.paint(DRAWN) == paint(DRAWN)
    process = painter._process
    assert process is not None
    assert process.pid != os.getpid()


async def test_a_painter_that_was_killed_is_followed_by_another(painter: Painter) -> None:
    await painter.paint(DRAWN)
    first = painter._process
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    await first.wait()

    other = DRAWN.replace("Votes", "Hours")

    assert await painter.paint(other) == paint(other)
    assert painter._process is not first


async def test_what_is_no_picture_is_refused_and_the_next_one_painted(painter: Painter) -> None:
    with pytest.raises(Unpainted, match="no picture"):
        await painter.paint("<svg")

    assert await painter.paint(DRAWN) == paint(DRAWN)


async def test_equal_pictures_are_painted_once(tmp_path: Path) -> None:
    it = counting(tmp_path / "seen")
    assert await asyncio.gather(*(it.paint("a") for _ in range(5)), it.paint("b")) == [
        *[b"a"] * 5,
        b"b",
    ]
    assert await it.paint("a") == b"a"
    assert (tmp_path / "seen").read_text() == "xx"

    # It remembers the newest ones alone.
    for number in range(KEPT_MAX):
        await it.paint(f"{number}")
    await it.paint("a")
    await it.close()
    assert (tmp_path / "seen").read_text() == "x" * (2 + KEPT_MAX + 1)


async def test_whoever_gives_up_leaves_the_picture_to_the_others(tmp_path: Path) -> None:
    it = counting(tmp_path / "seen")
    hurried, patient = (asyncio.create_task(it.paint("a")) for _ in range(2))
    await asyncio.sleep(0)  # tidy: lets both ask
    hurried.cancel()

    assert await patient == b"a"
    await it.close()


async def test_when_too_many_wait_words_go_out_alone(tmp_path: Path) -> None:
    it = counting(tmp_path / "seen")
    waiting = [asyncio.create_task(it.paint(f"{number}")) for number in range(WAITING_MAX)]
    await asyncio.sleep(0)  # tidy: lets them ask

    with pytest.raises(Unpainted, match=f"{WAITING_MAX} others wait"):
        await it.paint("one more")

    assert await asyncio.gather(*waiting) == [b"%d" % number for number in range(WAITING_MAX)]
    assert await it.paint("one more") == b"one more"
    await it.close()


@pytest.mark.parametrize("program", [DYING, HANGING])
async def test_a_picture_of_which_painters_die_or_hang_is_given_up(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.painter.SECONDS_MAX", 1 if program == HANGING else 60)
    it = counting(tmp_path / "seen", program)

    with pytest.raises(Unpainted, match="2 painters died or hung"):
        await it.paint("a")

    assert it._process is None
    await it.close()


async def test_where_no_painter_can_be_started_words_go_out_alone(tmp_path: Path) -> None:
    with pytest.raises(Unpainted):
        await Painter((str(tmp_path / "nowhere"),)).paint("a")


async def test_at_the_end_nothing_waits_and_nobody_paints(tmp_path: Path) -> None:
    it = counting(tmp_path / "seen", HANGING)
    waiting = [asyncio.create_task(it.paint(words)) for words in ("a", "b")]
    while not (tmp_path / "seen").read_text():
        await asyncio.sleep(0)  # tidy: until the process runs
    process = it._process
    assert process is not None

    await it.close()

    assert process.returncode == -signal.SIGKILL
    assert all(
        isinstance(it, asyncio.CancelledError)
        for it in await asyncio.gather(*waiting, return_exceptions=True)
    )


async def test_it_ends_with_whoever_asks_it(painter: Painter) -> None:
    await painter.paint(DRAWN)
    process = painter._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()  # as the system does it when we are killed

    assert await process.wait() == 0
