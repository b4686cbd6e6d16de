"""Commands are registered in the end, also where Discord could not take them at first."""

from __future__ import annotations

import pytest

from tests.adapters.discord.stage import staged


@pytest.mark.usefixtures("hurried")
async def test_a_registration_that_failed_is_tried_again() -> None:
    async with staged(start=False) as stage:
        # discord.py tries five times by itself.
        stage.discord.weather("fail", "PUT", "/commands$", times=5, value=500)
        await stage.start()

        assert len(stage.discord.requests("PUT", "/commands$")) >= 6
        assert stage.world.commands
