"""What of a sync nio is given: what there is, once, and nothing where there is nothing."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any, cast

import pytest
from nio import AsyncClient

from adapters.matrix.digest import Digest
from adapters.matrix.keys import Keys


class NoKeys:
    """Nothing is encrypted here."""

    def kept_whole(self) -> AbstractContextManager[None]:
        return nullcontext()

    def opened(self, event: object, room: str, source: object) -> object:
        return event


@pytest.mark.parametrize(
    ("synced", "given"),
    [
        ({}, 0),
        ({"device_lists": {"changed": [], "left": []}, "to_device": {"events": []}}, 0),
        ({"rooms": {"join": {}}}, 0),
        ({"device_lists": {"changed": ["@ann:localhost"]}}, 1),
        ({"device_lists": {"left": ["@ann:localhost"]}}, 1),
        ({"to_device": {"events": [{"type": "m.dummy", "sender": "@a:localhost", "content": {}}]}}, 1),
    ],
)
async def test_nio_is_given_what_there_is_and_nothing_besides(
    synced: Any, given: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = AsyncClient("https://localhost", "@us:localhost")
    digest = Digest(client, cast(Keys, NoKeys()))
    took, count = client.receive_response, 0

    async def counted(response: object) -> None:
        nonlocal count
        count += 1
        await took(response)

    monkeypatch.setattr(client, "receive_response", counted)

    await digest.keys(synced)
    await digest.rooms(synced)

    assert count == given
    await client.close()


def test_nothing_is_waited_for_while_keys_are_kept() -> None:
    client = AsyncClient("https://localhost", "@us:localhost")
    message = {"type": "m.dummy", "sender": "@a:localhost", "content": {}}
    taking = Digest(client, cast(Keys, NoKeys())).keys({"to_device": {"events": [message] * 3}})

    with pytest.raises(StopIteration) as done:
        taking.send(None)

    assert done.value.value is True
