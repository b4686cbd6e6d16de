"""`talkoot doctor`: looks at everything that can be out of order, and says how to mend each.

It reads, and asks the platforms who we are; it mends nothing by itself.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import make_url

from adapters.cli.backup import last_backup
from adapters.cli.config import Config
from adapters.cli.slips import wrongs
from adapters.cli.store import Look, Store
from adapters.cli.verify import report_text, verify_archive
from bot.collective.catalogue import rules_of
from bot.collective.folding import fold
from bot.collective.state import State
from bot.polling.sealing import KEY_BYTES
from bot.ports import StorageFault
from bot.text.languages import FOLDER, uncompiled
from bot.writer.signing import NAME, SpoiledKeyError, signing_key
from storage.copying import held_back
from storage.engines import weaknesses
from storage.health import Health, damage, health
from storage.reading import Snapshot
from storage.snapshots import flaws

DAY_MS = 86_400_000
FAILURES_DAYS = 7
"""How far back undelivered messages are told: older ones nobody waits for."""

SPOILED_DAYS = 30
"""How far back a snapshot is told of that had to be thrown away."""

OVERDUE_MS = 10 * 60_000
"""What should have happened longer ago than this is told."""

AHEAD_MS = 60_000
"""An entry that is further in the future than this was written by a clock that was wrong."""

BACKUP_DAYS_MAX = 2
"""A backup that is older is told of, where entries were made since."""

FREE_BYTES_MIN = 200_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is, and what is wrong and how to mend it, if anything."""

    what: str
    wrong: str = ""

    @property
    def told(self) -> str:
        """As a line."""
        return f"!!  {self.what}: {self.wrong}" if self.wrong else f"ok  {self.what}"


def findings(
    config: Config, store: Look | Store, url: str, online: Mapping[str, Callable[[], list[str]]]
) -> Iterator[Finding]:
    """What is found, one after another; `online` asks each configured platform."""
    now = int(time.time() * 1000)
    found = health(store.archive.engine, since=now - FAILURES_DAYS * DAY_MS, before=now - OVERDUE_MS)
    yield _clock(found, now)
    yield _zone(config)
    yield _languages()
    yield _secrets(config.secrets_file)
    yield _space(url)
    yield from (Finding("database", each) for each in weaknesses(store.archive.engine))
    yield _file(store)
    journal = _journal(store)
    yield journal
    yield _snapshots(store, now)
    yield _backup(store, url, found, now)
    yield _told(found)
    yield from _held(store)
    yield _waiting(found)
    yield _overdue(found)
    # Which polls there are is read from the journal: a broken one may tell anything.
    yield from () if journal.wrong else _keys(store, config.ballots.folder)
    if not journal.wrong:
        found_slips = wrongs(store.archive, Path(config.slips.store))
        yield from (Finding(what, wrong) for what, wrong in found_slips)
    for platform, ask in online.items():
        complaints = ask()
        yield from (Finding(platform, each) for each in complaints or [""])


def _clock(found: Health, now: int) -> Finding:
    wrong = ""
    if found.newest > now + AHEAD_MS:
        wrong = (
            f"the newest entry is from {_instant(found.newest)}, and it is {_instant(now)}. Set this "
            "machine's clock (timedatectl set-ntp true); until then new entries get that time."
        )
    return Finding("clock", wrong)


def _zone(config: Config) -> Finding:
    zone = rules_of(config.rules).text("zone")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, OSError):
        return Finding("time zones", f"{zone} is not known here. Install tzdata.")
    return Finding(f"time zones ({zone})")


def _languages() -> Finding:
    missing = uncompiled()
    if not missing:
        return Finding("languages")
    mend = f"pybabel compile --domain talkoot --directory {FOLDER}"
    told = f"not compiled: {', '.join(missing)}; people read English. Mend it with: {mend}"
    return Finding("languages", told)


def _secrets(file: Path) -> Finding:
    if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Finding(".env", f"others on this machine can read it. Mend it with: chmod 600 {file}")
    return Finding(".env")


def _space(url: str) -> Finding:
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return Finding("disk")
    free = shutil.disk_usage(Path(address.database).resolve().parent).free
    if free < FREE_BYTES_MIN:
        return Finding(
            "disk", f"only {free // 1_000_000} MB are free where the database is. Make room."
        )
    return Finding("disk")


def _file(store: Look | Store) -> Finding:
    """Whether the database's own structure is whole; what it says is the journal's question."""
    wrong = damage(store.archive.engine)
    if not wrong:
        return Finding("file of the database")
    return Finding(
        "file of the database",
        f"it is damaged: {'; '.join(wrong)}. Keep it to find out what happened, look at the disk, and "
        "restore a backup that talkoot verify accepts.",
    )


def _journal(store: Look | Store) -> Finding:
    report = verify_archive(store.archive)
    if report.sound:
        entries = ", ".join(f"{it.head.seq} entries" for it in report.journals)
        return Finding(f"journal ({entries or 'none'})")
    return Finding(
        "journal",
        f"{report_text(report).splitlines()[-1]} Restore a backup that talkoot verify accepts, and "
        "keep this file to find out what happened.",
    )


def _snapshots(store: Look | Store, now: int) -> Finding:
    """Whether what makes the start short was ever wrong: the journal is right all the same."""
    wrong = flaws(store.archive.engine, now - SPOILED_DAYS * DAY_MS)
    if not wrong:
        return Finding("snapshots")
    told = "; ".join(f"that of {collective}: {what}" for collective, what in wrong)
    return Finding(
        "snapshots",
        f"thrown away in the last {SPOILED_DAYS} days, {told}. The journal is right and is folded anew "
        "by itself; what was answered by that snapshot may be wrong. If nobody touched the "
        "database, look at the disk and the memory of this machine, and tell us.",
    )


def _backup(store: Look | Store, url: str, found: Health, now: int) -> Finding:
    """How old the last backup is; one that nothing happened after is as good as new."""
    last = last_backup(url)
    if last is None:
        young = now - (found.oldest or now) < BACKUP_DAYS_MAX * DAY_MS
        mend = "there is none of this database that I know of. Make one: talkoot backup FILE"
        return Finding("backup (none yet)") if young else Finding("backup", mend)
    age = _age(now - last.at)
    if not Path(last.path).is_file():
        return Finding(
            f"backup ({age} old)",
            f"{last.path} is not there any more. If you did not move it, make one: talkoot backup FILE",
        )
    with store.archive.snapshot() as snapshot:
        heads = {name: _head(snapshot, name) for name in snapshot.collectives()}
    if now - last.at > BACKUP_DAYS_MAX * DAY_MS and heads != last.heads:
        return Finding(
            f"backup ({age} old)",
            "entries were made since. Make one, and have a timer do it: docs/backup.md says how.",
        )
    return Finding(f"backup ({age} old, {last.path})")


def _head(snapshot: Snapshot, collective: str) -> str:
    return next(
        (f"{it.seq}:{it.hash.hex()}" for it in snapshot.latest(collective, before=None, limit=1)), ""
    )


def _age(ms: int) -> str:
    hours = max(0, ms) // 3_600_000
    if hours < 48:
        return f"{hours} {'hour' if hours == 1 else 'hours'}"
    return f"{hours // 24} days"


def _held(store: Look | Store) -> Iterator[Finding]:
    count = held_back(store.archive.engine)
    if count:
        yield Finding(
            "messages held back",
            f"{count}, since a restore: they may have been sent before it. Send them with talkoot held "
            "send, or drop them with talkoot held drop.",
        )


def _told(found: Health) -> Finding:
    if not found.given_up:
        return Finding("messages told")
    rows = "; ".join(f"{it.count} on {it.platform} ({it.why})" for it in found.given_up)
    return Finding(
        "messages told",
        f"given up in the last {FAILURES_DAYS} days: {rows}. Whoever closed direct messages can open "
        "them; a room that is gone is taken out with /room leave.",
    )


def _waiting(found: Health) -> Finding:
    count, oldest = found.waiting
    if not count:
        return Finding("messages waiting")
    return Finding(
        "messages waiting",
        f"{count}, the oldest since {_instant(oldest)}. They are sent while talkoot run is running; if "
        "it is, its log says what the platform answers.",
    )


def _overdue(found: Health) -> Finding:
    count, oldest = found.overdue
    if not count:
        return Finding("what is due by the clock")
    return Finding(
        "what is due by the clock",
        f"overdue in {count} collectives, since {_instant(oldest)}. Start talkoot run: all of it "
        "happens then, once.",
    )


# --- Keys of secret polls -------------------------------------------------------------------------


def _keys(store: Look | Store, own: Path | None) -> Iterator[Finding]:
    polls = [
        (state, it)
        for state in _states(store)
        for it in state.polls.known.values()
        if it.secret and (it.open or it.key_kept)
    ]
    wanted = {it.urn(state.collective).key_name for state, it in polls}
    yield from _signing(store)
    for state, it in polls:
        name = it.urn(state.collective).key_name
        key = store.keys.read(name)
        has = key is not None and len(key) == KEY_BYTES
        if it.open and not has:
            yield Finding(
                f"key of {it.ref} of {state.name}",
                "it is gone: no vote can be sealed, and it will be void. Put it back, or ask anew.",
            )
        if not it.open and key is not None:
            yield Finding(
                f"key of {it.ref} of {state.name}",
                "the poll is over and its key is still there. Start talkoot run: it destroys it.",
            )
    folder = getattr(store.keys, "folder", None)
    if isinstance(folder, Path) and folder.is_dir():
        yield _open_folder(folder)
        # In the usual folder lie the keys of all installations of this user.
        found = folder.glob("*.key") if own else ()
        strays = sorted(path.name for path in found if unquote(path.stem) not in {*wanted, NAME})
        if strays:
            yield Finding(
                "keys of no poll here",
                f"{', '.join(strays[:3])}{' and more' if len(strays) > 3 else ''} in {folder}. They "
                "are of another database, or left by a crash; delete those that you know to be old.",
            )
    yield Finding(f"keys of secret polls ({len(wanted)})")


def _signing(store: Look | Store) -> Iterator[Finding]:
    try:
        key = signing_key(store.keys)
    except (SpoiledKeyError, StorageFault) as why:
        yield Finding("key of checkpoints", str(why))
    else:
        if key is not None:
            yield Finding("key of checkpoints")


def _open_folder(folder: Path) -> Finding:
    if stat.S_IMODE(folder.stat().st_mode) & 0o077 or folder.stat().st_uid != os.getuid():
        return Finding("folder of keys", f"others can enter {folder}. Mend it with: chmod 700 {folder}")
    return Finding("folder of keys")


def _states(store: Look | Store) -> Iterator[State]:
    with store.archive.snapshot() as snapshot:
        for collective in snapshot.collectives():
            yield fold(State(collective), snapshot.entries(collective), snapshot.names(collective))


def _instant(at: int) -> str:
    return dt.datetime.fromtimestamp(at / 1000, dt.UTC).strftime("%Y-%m-%d %H:%M UTC")
