"""The bare bot that Matrix is measured against: matrix-nio's own loop, and an echo for every message.

`python -m tests.bench.echo FOLDER` keeps nothing, promises nothing, and runs until it is ended.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from nio import AsyncClient, InviteMemberEvent, RoomMessageText

from tests.adapters.matrix.running import ACCOUNT


async def run(folder: Path) -> None:
    """Echo until ended."""
    account = json.loads((folder / ACCOUNT).read_text())
    client = AsyncClient(account["homeserver"], account["user"], account["device"])
    client.user_id, client.access_token = account["user"], account["token"]

    async def echo(room: Any, event: Any) -> None:
        if event.sender != client.user_id:
            content = {
                "msgtype": "m.notice",
                "body": event.body,
                "m.relates_to": {"m.in_reply_to": {"event_id": event.event_id}},
            }
            await client.room_send(room.room_id, "m.room.message", content)

    async def join(room: Any, event: Any) -> None:
        if event.state_key == client.user_id and event.membership == "invite":
            await client.join(room.room_id)

    client.add_event_callback(join, InviteMemberEvent)
    client.add_event_callback(echo, RoomMessageText)
    await client.sync_forever(timeout=30_000)


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1])))
