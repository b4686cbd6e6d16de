"""`talkoot try`: a throw-away collective to play with, or a transcript that is played."""

from __future__ import annotations

import datetime as dt
import difflib
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zlib import crc32

from adapters.cli.config import Config
from adapters.cli.outside import SeededChance
from adapters.cli.store import Store
from adapters.console.speech import json_of
from adapters.console.stage import Stage, StageClock
from adapters.console.transcript import (
    TranscriptError,
    read_time,
    read_transcript,
    write_transcript,
)
from bot.chat import CONSOLE
from bot.collective.collectives import HOME
from bot.collective.ruletypes import Value
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from commands import FEATURES

BEGIN = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
"""The instant at which a transcript begins unless it says otherwise: a Monday morning."""


LOOKED_AT = 1_000
"""How many messages of an earlier play are looked for: talk that is no command leaves nothing."""


def begin_at(text: str | None) -> dt.datetime:
    """The instant that `--at` names. Raises TranscriptError."""
    if text is None:
        return BEGIN
    at = read_time(text)
    if at is None:
        message = f"--at takes a time such as 2026-12-01 09:00, not {text!r}"
        raise TranscriptError(message)
    return at


def open_stage(config: Config, store: Store, at: dt.datetime, seed: int) -> Stage:
    """A stage over a store, whose time and chance are the script's."""
    clock, session = StageClock(at), _session(store)
    # A later play on one database has another chance: the same text twice is sealed in two ways.
    drawn = seed + crc32(session.encode()) if session else seed
    instance = Instance(
        features=FEATURES,
        clock=clock,
        chance=SeededChance(drawn),
        rules=config.rules,
        name=config.collective.name,
        keys=store.keys,
    )

    def open_engine(rules: Mapping[str, Value]) -> Engine:
        welcomes = bool(rules.get("welcome"))
        return Engine(
            store.journal, replace(instance, rules={**config.rules, **rules}, welcomes=welcomes)
        )

    return Stage(open_engine, clock, store.wakes, session)


def _session(store: Store) -> str:
    """What tells the messages of this play from those of earlier ones on the same database."""
    with store.archive.snapshot() as archive:
        newest = archive.latest(HOME, before=None, limit=1)
        plays = [f"after-{newest[0].seq}-"] if newest else [""]
        # A play may have written nothing: then its messages are known all the same.
        while archive.handled(CONSOLE, [f"{plays[-1]}{number}" for number in range(1, LOOKED_AT)]):
            plays.append(f"play-{len(plays)}-{plays[0]}")
    return plays[-1]


def play(stage: Stage, text: str, *, machine: bool) -> str:
    """Play a transcript; returns it with its answers, or the answers as JSON lines."""
    parts = read_transcript(text)
    came = [each for part in parts for each in stage.annotate(part)]
    if machine:
        return "".join(f"{json_of(each)}\n" for each in came)
    return write_transcript(parts)


def script(stage: Stage, path: str, *, machine: bool, update: bool) -> int:
    """Play the transcript at a path (`-`: standard input) and print what comes back.

    A transcript that has answers is a test: where they differ, the difference goes to standard
    error and the exit code is 1; `update` writes the new answers into the file.
    """
    text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    expected = any(row.startswith(">") for row in text.splitlines())
    came = play(stage, text, machine=machine)
    sys.stdout.write(came)
    if update and path != "-" and not machine:
        Path(path).write_text(came, encoding="utf-8")
        return 0
    if machine or not expected or came.splitlines() == text.splitlines():
        return 0
    sys.stdout.flush()
    sys.stderr.writelines(
        f"{row}\n"
        for row in difflib.unified_diff(
            text.splitlines(), came.splitlines(), "expected", "came", lineterm=""
        )
    )
    return 1
