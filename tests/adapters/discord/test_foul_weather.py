"""With every tenth of Discord's answers one of the worst, nothing is lost, doubled or unanswered."""

from __future__ import annotations

import pytest

from tests.adapters.discord.foul_weather import day
from tests.house.cases import first


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("seed", first(1, range(3)))
async def test_a_day_in_foul_weather(seed: int) -> None:
    assert await day(seed) == []
