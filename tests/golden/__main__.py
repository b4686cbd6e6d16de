"""`python -m tests.golden VERSION`: keep a journal of this release for all later ones."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from adapters.cli.config import Config
from adapters.cli.export import export_bundle
from adapters.cli.store import open_store
from adapters.cli.trying import BEGIN, open_stage, play
from bot.collective.collectives import HOME
from bot.collective.folding import fold
from bot.collective.state import State
from tests.golden.facts import facts

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"


def keep(version: str) -> None:
    """Write the folder of a release."""
    folder = Path(__file__).parent / version
    with open_store("sqlite://") as store:
        for path in sorted(TRANSCRIPTS.glob("*.transcript")):
            rows = path.read_text("utf-8").splitlines()
            lasting = [row for row in rows if not row.startswith(("@ 20", "@ rule", ">"))]
            play(open_stage(Config(), store, BEGIN, seed=len(rows)), "\n".join(lasting), machine=True)
        export_bundle(store.archive, folder)
        with store.archive.snapshot() as archive:
            state = fold(State(HOME), archive.entries(HOME), archive.names(HOME))
    for name in ("verify.py", "README.txt"):
        (folder / name).unlink()
    (folder / "state.json").write_text(json.dumps(facts(state), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    keep(sys.argv[1])
