"""Being forgotten: no name, account or word of somebody is left in the file; sums and hashes stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cli.outside import SeededChance
from adapters.cli.verify import verify_archive
from adapters.console.stage import StageClock
from bot.chat import Actor, Incoming, Place
from bot.ports import Mark
from bot.writer.engine import Engine
from bot.writer.hearing import Instance
from storage.engines import bring_up_to_date
from tests.contract.making import opened
from tests.house import BEGIN, COMMANDS, plain

CANARIES = ("canaryname", "canaryaccount", "canarywork", "canarynote", "canarythanks", "canaryreason")
OTHERS = ("canarygift", "canarycomplaint")
"""What others said about them goes too."""


class Bakery:
    """An engine over a file, whose answers are delivered at once."""

    def __init__(self, url: str) -> None:
        bring_up_to_date(url)
        self.store = opened(url)
        instance = Instance(COMMANDS, StageClock(BEGIN), SeededChance(1), homes={"m": "home"})
        self.engine = Engine(self.store.journal, instance)
        self.count = 0

    def say(self, who: str, words: str, name: str = "") -> str:
        self.count += 1
        actor = Actor("m", who, name or who)
        message = Incoming(f"m{self.count}", Place("m", "hall"), actor, words)
        (answer,) = self.engine.handle([message])
        rows = answer.outgoing if answer else ()
        self.engine.handle(
            [], [Mark(row.key, row.number, "$x", fleeting=row.reply.fleeting) for row in rows]
        )
        return "\n".join(map(plain, rows))


def lived(bakery: Bakery) -> None:
    """A life full of canaries."""
    bakery.say("ann", "/me")
    bakery.say("bo", "/me")
    bakery.say("canaryaccount", "/log 2h canarywork\ncanarynote", name="canaryname")
    bakery.say("canaryaccount", "/thank @bo canarythanks")
    bakery.say("bo", "/log 1h swept")
    bakery.say("canaryaccount", "/dispute C2 canaryreason")
    bakery.say("bo", "/thank @canaryname canarygift")
    bakery.say("bo", "/dispute C1 canarycomplaint")
    bakery.say("bo", "/confirm C1")


@pytest.mark.parametrize("which", ["sqlite_url", "postgres_url"])
def test_nothing_of_somebody_who_is_forgotten_is_left(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    bakery = Bakery(request.getfixturevalue(which))
    lived(bakery)
    before = bakery.say("ann", "/ledger").partition("Journal")[0]
    assert "forgotten" in bakery.say("canaryaccount", "/me forget yes")

    assert bakery.say("ann", "/ledger").partition("Journal")[0] == before
    assert "canary" not in bakery.say("ann", "/contributions") + bakery.say("ann", "/member list")
    assert "…, 2h" in bakery.say("ann", "/show C1")
    with bakery.store.archive.snapshot() as snapshot:
        left = [text.text for text in snapshot.kept_texts("home") if text.text]
    assert not [text for text in left if "canary" in text]
    assert verify_archive(bakery.store.archive).sound
    bakery.store.journal.close()
    if which == "sqlite_url":
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"swept" in kept
        for canary in (*CANARIES, *OTHERS):
            assert canary.encode() not in kept, canary


def test_the_same_person_begins_anew_and_gets_nothing_back(sqlite_url: str) -> None:
    bakery = Bakery(sqlite_url)
    lived(bakery)
    bakery.say("canaryaccount", "/me forget yes")
    assert bakery.say("canaryaccount", "/balance", name="canaryname") == "canaryname: 0h"
    bakery.engine.forget()
    assert bakery.say("canaryaccount", "/balance", name="canaryname") == "canaryname: 0h"
    bakery.store.journal.close()
