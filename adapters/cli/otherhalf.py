"""The other half of verifying a database: what each entry is by itself, and what is kept beside them.

`python -m adapters.cli.otherhalf` is told by `adapters.cli.halves`, on standard input, where the
database is; it says on standard output when it is about to look, whether it sees the same, how many
rows it has gone through, and what it found.
"""

from __future__ import annotations

import sys
from collections import deque
from functools import partial

from adapters.cli.halves import Doubtful, Said, doubtless, hear, in_words, tell
from adapters.cli.kept import beside_of, rising
from adapters.cli.progress import Going
from bot.books.form import Form
from storage.looking import looking_too
from storage.reading import Snapshot, SqlArchive


def said_of(snapshot: Snapshot, going: Going | None = None) -> Said:
    """What is found of all journals; `going` counts what is read."""
    try:
        return Said(_heads(snapshot, going or Going()))
    except Exception as why:  # noqa: BLE001 - whatever it was, one process alone says what
        return Said(doubt=in_words(why))


def _heads(snapshot: Snapshot, going: Going) -> dict[str, str]:
    """The heads of journals that hold. Raises Doubtful, or what reading them raises."""
    heads = {}
    for collective in rising(snapshot.collectives()):
        form = Form(collective, beside_of(snapshot, collective, going))
        deque(form.holding(going.over(snapshot.entries(collective))), maxlen=0)
        if form.broken:
            raise Doubtful(form.broken)
        doubtless(form.flaws())
        heads[collective] = form.head.text
    return heads


def _begin() -> str:
    """Have the other process begin its picture."""
    tell(sys.stdout.buffer, words=True)
    return hear(sys.stdin.buffer, str)


def main() -> None:
    """Look as soon as both see the same."""
    said = None
    with looking_too(hear(sys.stdin.buffer, str)) as engine:
        while said is None:
            with SqlArchive(engine).joined(_begin) as snapshot:
                tell(sys.stdout.buffer, words=snapshot is not None)
                if snapshot is not None:
                    said = said_of(snapshot, Going(partial(tell, sys.stdout.buffer)))
    tell(sys.stdout.buffer, said)


if __name__ == "__main__":
    main()
