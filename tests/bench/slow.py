"""`python -m tests.bench.slow PORT COUNT`: so many slow readers, each from an address of its own.

A process of their own. They say nothing, ask half a question, or ask and read a byte a second; whoever
is let go comes again after a while. It says `came` once all have come, and goes on until it is ended.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from contextlib import suppress
from itertools import count

AGAIN_SECONDS = 10
"""How long somebody waits who was let go."""

AT_ONCE = 64
"""So many come at the same moment: more than that no machine has on its way."""

WAYS = (
    b"",
    b"GET /home/ HTTP/1.1\r\nHost: book.exa",
    b"GET /home/contributions HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
)


def address(number: int) -> str:
    """One of the machine's own addresses, another for each."""
    return f"127.{1 + number // 62_500}.{number // 250 % 250 + 1}.{number % 250 + 1}"


async def read(port: int, number: int, door: asyncio.Semaphore, came: asyncio.Event) -> None:
    """One of them, for ever."""
    for _ in count():
        with suppress(OSError):
            async with door:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", port, local_addr=(address(number), 0), limit=64
                )
                writer.write(WAYS[number % len(WAYS)])
                came.set()
            with suppress(OSError):
                while await reader.read(1):
                    await asyncio.sleep(1)  # tidy: this is how slowly they read
            writer.close()
        await asyncio.sleep(AGAIN_SECONDS)  # tidy: people come again after a while


async def main(port: int, number: int) -> None:
    """All of them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    door, all_came = asyncio.Semaphore(AT_ONCE), [asyncio.Event() for _ in range(number)]
    readers = [asyncio.ensure_future(read(port, at, door, came)) for at, came in enumerate(all_came)]
    for came in all_came:
        await came.wait()
    print("came", flush=True)
    await asyncio.gather(*readers)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
