"""One in ten answers of the homeserver is spoiled: nothing lost, nothing doubled, nobody late."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.adapters.matrix.conftest import Registers
from tests.adapters.matrix.faults import day, hurried
from tests.adapters.matrix.people import Person


@pytest.mark.fair("its answers are spoiled as it is")
@pytest.mark.parametrize(
    ("seed", "sealed"), [(1, 0), (2, 1), pytest.param(3, 3, marks=pytest.mark.exhaustive)]
)
async def test_on_a_day_of_spoiled_answers_every_line_is_answered_once_and_in_order(
    seed: int,
    sealed: int,
    register: Registers,
    bot: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in hurried().items():
        monkeypatch.setattr(f"adapters.matrix.link.{name}", value)
    people = [await register(f"p{number}") for number in range(3)]
    if sealed:
        pytest.importorskip("olm", reason="there is no wheel of libolm for this Python or machine")
        handmade = importlib.import_module("tests.adapters.matrix.handmade").Handmade
        for number in range(sealed):
            people[number] = await handmade(bot.url, bot.session).register(f"h{number}")

    told = await day(people, bot, tmp_path, seed, seconds=0, lines=8)

    assert told.startswith("24 lines answered once")
