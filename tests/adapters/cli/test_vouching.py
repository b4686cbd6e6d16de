"""Witnesses beside a bot that runs: they are asked about the journals that want it, and heard."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiohttp import web

from adapters.cli.config import Config
from adapters.cli.outside import SeededChance as Seeded
from adapters.cli.store import Store
from adapters.cli.vouching import asking
from bot.chat import Incoming
from bot.checkpoints import COSIGNATURE, public_of
from bot.writer.signing import made_key
from bot.writer.vault import FleetingKeys
from bot.writer.witnesses import Witnesses
from tests.security.election import HOME, Election

KEY = public_of(bytes(32), "w.example", COSIGNATURE)
SILENT = public_of(bytes(32), "silent.example", COSIGNATURE)


async def _refuses(_: web.Request) -> web.Response:
    return web.Response(status=422, text="no")


async def first_heard(store: Store, witnesses: Witnesses) -> Incoming:
    """What is handed in first, while one witness does not answer and one refuses."""
    heard: asyncio.Queue[Incoming] = asyncio.Queue()
    app = web.Application()
    app.router.add_post("/add-checkpoint", _refuses)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    known = [f"{SILENT.text} http://127.0.0.1:9", f"{KEY.text} http://{host}:{port}"]
    config = Config.model_validate({"witness": {"known": known}})
    task = asyncio.create_task(asking(config, store, witnesses, heard.put))
    try:
        return await asyncio.wait_for(heard.get(), 30)
    finally:
        task.cancel()
        await runner.cleanup()


def test_a_witness_that_refuses_is_told_of_in_the_room_and_nobody_has_to_look(tmp_path: Path) -> None:
    coop = Election(f"sqlite:///{tmp_path}/talkoot.db", tmp_path / "keys")
    made_key(coop.store.keys, Seeded(1))
    coop.say("ann", "/rules set witnesses *")
    message = asyncio.run(first_heard(coop.store, Witnesses(FleetingKeys())))
    coop.close()
    assert (message.place.room, message.refusing) == (HOME, "w.example")
