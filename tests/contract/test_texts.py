"""Texts lie on sheets, in about the order of writing: found wherever they are, soon near an entry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event

from bot.chain import sealed
from bot.ports import Erased, Text, Written
from storage import schema
from storage import texts as texts_of_storage
from tests.contract.making import Chain, Store, store_at, together


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with store_at(database_url) as store:
        yield store


@pytest.fixture
def chain() -> Chain:
    return Chain()


@pytest.fixture
def on_small_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "SHEET", 3)


@pytest.mark.usefixtures("on_small_sheets")
def test_a_text_is_found_wherever_it_lies_and_whatever_it_is_looked_for_near(
    store: Store, chain: Chain
) -> None:
    """Names and words, on eight sheets."""
    batch = together(*(chain.command(f"m{n}") for n in range(22)))
    name = sealed("Aino", b"1" * 16)
    batch.texts.append(Text("home", name, identity=True, seq=13))
    store.write(batch)
    texts = {text.sealed.seal: text.sealed.text for text in batch.texts}
    erased = batch.texts[10].sealed.seal
    with store.journal.transaction() as transaction:
        transaction.write(Written(erased=[Erased("home", (erased, "0" * 64))]))
    del texts[erased]

    with store.archive.snapshot() as snapshot:
        wanted = [*texts, erased, "0" * 64]
        own = {text.sealed.seal: text.seq for text in batch.texts}
        turned = dict(zip(own, reversed(own.values()), strict=True))
        others = (dict.fromkeys(wanted, seq) for seq in (0, 1, 7, 11, 22, 999))
        for near in ({}, own, turned, dict(list(own.items())[::2]), *others):
            assert snapshot.texts("home", wanted, near) == texts
        for seal, text in texts.items():
            assert snapshot.texts("home", [seal], {seal: 7}) == {seal: text}
        kept = [text.seal for text in snapshot.kept_texts("home")]
        assert snapshot.names("home") == {name.seal: "Aino"}
    assert sorted(kept) == sorted([*texts, erased])


@pytest.mark.usefixtures("on_small_sheets")
def test_one_question_finds_the_texts_of_known_entries(store: Store, chain: Chain) -> None:
    batch = together(*(chain.command(f"m{n}") for n in range(22)))
    store.write(batch)
    asked: list[str] = []

    @event.listens_for(store.archive.engine, "before_cursor_execute")
    def remember(_c: object, _r: object, statement: str, *_: object) -> None:
        asked.append(statement)

    with store.archive.snapshot() as snapshot:
        asked.clear()
        for text in batch.texts:
            seal = text.sealed.seal
            assert snapshot.texts("home", [seal], {seal: text.seq})
            assert snapshot.texts("home", [seal], {seal: text.seq + 3})
        assert len(asked) == 44
        snapshot.texts("home", [batch.texts[-1].sealed.seal])
        assert len(asked) == 44 + 3
        asked.clear()
        assert snapshot.texts("home", [""]) == {}
        assert len(asked) == 1, "what is no commitment is looked for as long as what is found at once"


@pytest.mark.usefixtures("on_small_sheets")
def test_each_text_is_looked_for_near_its_own_entry_and_not_near_those_of_all_others(
    store: Store, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places are texts times sheets: twice the entries make twice as many, and not four times."""
    monkeypatch.setattr(texts_of_storage, "PLACES_MAX", 12)
    batch = together(*(chain.command(f"m{n}") for n in range(96)))
    store.write(batch)
    looked: list[int] = []
    look = texts_of_storage.Texts._look

    def remember(self: Any, found: Any, collective: str, sheets: Any, some: Any) -> None:
        looked.append(len(sheets) * len(some))
        look(self, found, collective, sheets, some)

    monkeypatch.setattr(texts_of_storage.Texts, "_look", remember)
    places: list[int] = []
    with store.archive.snapshot() as snapshot:
        for count in (24, 48, 96):
            looked.clear()
            near = {text.sealed.seal: text.seq for text in batch.texts[:count]}
            assert len(snapshot.texts("home", [*near], near)) == count
            assert max(looked) <= 12
            places.append(sum(looked))
    assert places[1] <= 2.2 * places[0]
    assert places[2] <= 2.2 * places[1]
