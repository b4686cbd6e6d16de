"""A bot to be killed: `python -m tests.adapters.matrix.running FOLDER` runs until somebody ends it.

The folder holds `account.json`, and the bot's database beside it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import msgspec

from adapters.cli.store import open_store
from adapters.matrix import link
from adapters.matrix.link import Account
from bot.writer.resting import REST_SECONDS
from tests import foul
from tests.adapters.matrix.faults import hurried
from tests.adapters.matrix.house import House

ACCOUNT = "account.json"


async def run(folder: Path) -> None:
    """Run until killed."""
    if foul.seed() is not None:
        for name, value in hurried().items():
            setattr(link, name, value)
    account = msgspec.json.decode((folder / ACCOUNT).read_bytes(), type=Account, dec_hook=_path)
    with open_store(f"sqlite:///{folder / 'talkoot.db'}") as store:
        running = House(store, account, rest=REST_SECONDS)
        running.matrix.connected = _say
        running.start()
        assert running.listening
        await running.listening


def _say(words: str) -> None:
    print(words, flush=True)


def _path(kind: type, value: object) -> object:
    return kind(value)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
