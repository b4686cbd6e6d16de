"""The console: what one types, line by line, as messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from adapters.console.client import Console, whole_messages


async def _rows(*rows: str) -> AsyncIterator[str]:
    for row in rows:
        yield row


async def _messages(*rows: str) -> list[str]:
    return [each async for each in whole_messages(_rows(*rows))]


def test_a_line_that_ends_in_a_backslash_goes_on_in_the_next() -> None:
    typed = ("/log 2h cooked \\", "1h cleaned", "/balance", "/log 1h swept\\")
    assert asyncio.run(_messages(*typed)) == ["/log 2h cooked\n1h cleaned", "/balance", "/log 1h swept"]


def test_somebody_else_says_all_of_the_lines() -> None:
    said = Console("ann", "s").said("bo: /log 2h cooked\n1h cleaned")
    assert (said.actor.id, said.words) == ("bo", "/log 2h cooked\n1h cleaned")
    assert Console("ann", "s").said("/log 2h cooked\n1h cleaned").actor.id == "ann"
