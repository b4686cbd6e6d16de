"""S21, K24: neither tokens nor what people said is in the log, whatever happens."""

from __future__ import annotations

import logging

import pytest

from tests.adapters.discord.cards import Cards, proposal
from tests.adapters.discord.stage import staged
from tests.doubles.discord.server import TOKEN

WORDS = "ZEBRACANARY"
INTERACTION = "secret-token-"


@pytest.mark.usefixtures("hurried")
async def test_tokens_and_words_are_not_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cards = Cards((proposal(extra=WORDS),))
    async with staged(cards.commands()) as stage:
        world, people = stage.world, stage.people
        for what in ("tear", "lose", "fail", "limit"):
            stage.discord.weather(what, "POST", "/callback", value=503.0 if what == "fail" else 0.01)
            await people.slash(stage.anna, stage.room, "log", amount="1h", what=WORDS)
        card = (await people.slash(stage.anna, stage.room, "card")).shown[-1]
        asked = await people.press(stage.bo, card, "Block")
        await people.submit(asked, WORDS)
        await people.slash(stage.bo, stage.room, "log", amount=WORDS, what=WORDS)
        stage.bo.closed = True
        people.say(stage.bo, stage.room, f"<@{world.bot.id}> {WORDS}", mentions=(world.bot,))
        world.dispatch("INTERACTION_CREATE", {"id": "1", "type": 2, "token": f"{INTERACTION}x"})
        world.dispatch("MESSAGE_CREATE", {"content": WORDS, "author": {"id": "x"}})
        stage.discord.gateway.tear()
        late = people.send_slash(stage.bo, stage.room, "log", amount="1h", what=WORDS)
        world.clock.move(4.0)
        await stage.world.until(lambda: bool(stage.discord.gateway.resumes))
        await stage.settled()
        assert late.answered is None

    told = [f"{r.name}: {r.getMessage()} {r.exc_text or ''}" for r in caplog.records]
    for secret in (TOKEN, INTERACTION, WORDS):
        assert not [each for each in told if secret in each], secret
