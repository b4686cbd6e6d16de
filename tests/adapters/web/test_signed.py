"""The page of checks tells a signed checkpoint, to members and to whoever else may look."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from adapters.cli.noted import read_copied
from adapters.cli.outside import SeededChance as Seeded
from adapters.web.book import Book, Request
from bot.checkpoints import check_signature
from bot.writer.signing import made_key
from bot.writer.vault import FleetingKeys, Vault
from bot.writer.witnesses import Witnesses
from commands import FEATURES
from tests.house import House


@pytest.mark.parametrize("home", [True, False])
def test_the_page_of_checks_tells_a_checkpoint_that_holds(tmp_path: Path, home: bool) -> None:
    keys = FleetingKeys()
    key = made_key(keys, Seeded(1))
    with House(url=f"sqlite:///{tmp_path}/book.db", rules={"web": "public"}) as it:
        it.say("ann", "/log 3h swept")
        book = Book(
            it.store.archive,
            FEATURES,
            it.clock,
            it.rules,
            own="alpha",
            signs=Vault(keys, Seeded(1), Witnesses(FleetingKeys())),
        )
        page = book.answer(Request("/alpha/verify", at_home=home)).body.decode()
        bare = [html.unescape(each) for each in re.findall("<code>(.*?)</code>", page)]
        at = next(n for n, each in enumerate(bare) if each.startswith("talkoot/alpha/"))
        note, point = read_copied("\n".join(bare[at : at + 4]))
        check_signature(note, key.public(point.origin))
        assert point.size == it.state().head.seq
        assert key.public(point.origin).text in bare
        unsigned = Book(it.store.archive, FEATURES, it.clock, it.rules, own="alpha")
        assert "talkoot/alpha/" not in unsigned.answer(Request("/alpha/verify")).body.decode()
