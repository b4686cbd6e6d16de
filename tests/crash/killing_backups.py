"""A process that kills itself: `python -m tests.crash.killing_backups backup|restore FOLDER URL EVERY`.

After each kill it looks at what is left: nothing, or a whole one. It prints how often it was killed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from adapters.cli.archive import check_archive, read_manifest
from adapters.cli.backup import backup, unfinished
from adapters.cli.restore import Target, restore
from adapters.cli.store import open_archive
from adapters.cli.verify import verify_archive
from storage.engines import UnfitDatabase
from tests.crash.killed import killed


def whole(archive: Path, folder: Path) -> bool:
    """Whether there is an archive; then it must be whole."""
    if not archive.exists():
        return False
    with unfinished(folder) as empty:
        check_archive(archive, read_manifest(archive), empty)
    return True


def sound(url: str) -> bool:
    """Whether there are entries; then all of them must be."""
    try:
        with open_archive(url) as archive:
            report = verify_archive(archive)
    except UnfitDatabase:
        return False
    assert report.sound, report
    return bool(report.journals)


def main(what: str, folder: Path, url: str, every: int) -> int:
    """How many kills it lived through."""
    target, kills, done = folder / "made.zip", 0, False

    def run() -> None:
        if what == "backup":
            backup(url, target)
        else:
            restore(folder / "given.zip", Target(url, folder.with_name("keys")))

    for _ in killed(run, every):
        kills += 1
        done = whole(target, folder) if what == "backup" else sound(url)
        if done:
            break
    assert done or (whole(target, folder) if what == "backup" else sound(url))
    with unfinished(folder):
        left = list(folder.glob(".talkoot-part-*"))
    assert len(left) == 1, f"what was killed is not cleared away: {left}"
    return kills


if __name__ == "__main__":
    print(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
