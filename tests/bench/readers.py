"""`python -m tests.bench.readers PORT PATH COUNT RATE [ETAG]`: people who read a page.

A process of their own; RATE of them a second, or as fast as they are served for 0. Prints what they
saw, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

CONNECTIONS = 4


async def read(port: int, paths: list[str], pause: float, known: str, seen: dict[str, int]) -> None:
    """One connection that asks for one page after another."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = time.perf_counter()
    for number, path in enumerate(paths):
        late = begun + number * pause - time.perf_counter()
        if late > 0:
            await asyncio.sleep(late)  # tidy: readers come one after another
        condition = f"If-None-Match: {known}\r\n" if known else ""
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        writer.write(f"{asked}{condition}\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(
            (int(line[15:]) for line in head.splitlines() if line.startswith("content-length:")), 0
        )
        await reader.readexactly(0 if " 304 " in head[:20] else length)
        status = head[9:12]
        seen[status] = seen.get(status, 0) + 1
    writer.close()


def numbered(path: str, number: int) -> str:
    """The path, as that of the number."""
    return path.replace("{n}", str(number)).replace("{50n}", str(50 * number + 51))


async def main(port: int, path: str, count: int, rate: float, known: str) -> None:
    """Share the reading out over some connections; `{n}` in the path makes each address another one.

    `{50n}` makes it a list's next stretch.
    """
    seen: dict[str, int] = {}
    begun = time.perf_counter()
    each = count // CONNECTIONS
    await asyncio.gather(
        *(
            read(
                port,
                [numbered(path, at * each + n) for n in range(each)],
                CONNECTIONS / rate if rate else 0,
                known,
                seen,
            )
            for at in range(CONNECTIONS)
        )
    )
    print(json.dumps({"seconds": time.perf_counter() - begun, **seen}))


if __name__ == "__main__":
    given = sys.argv[1:]
    known = given[4] if len(given) > 4 else ""
    asyncio.run(main(int(given[0]), given[1], int(given[2]), float(given[3]), known))
