"""Texts lie on sheets, in about the order of writing: found wherever they are, soon near an entry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from bot.chain import sealed
from bot.ports import Erased, Text, Written
from storage import schema
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
        for near in ([], [1], [11], [22], range(1, 23), [999], [0]):
            assert snapshot.texts("home", [*texts, erased, "0" * 64], near) == texts
        for seal, text in texts.items():
            assert snapshot.texts("home", [seal], [7]) == {seal: text}
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
            assert snapshot.texts("home", [text.sealed.seal], [text.seq])
            assert snapshot.texts("home", [text.sealed.seal], [text.seq + 3])
        assert len(asked) == 44
        snapshot.texts("home", [batch.texts[-1].sealed.seal])
        assert len(asked) == 44 + 3
        asked.clear()
        assert snapshot.texts("home", [""], [22]) == {}
        assert len(asked) == 1, "what is no commitment is looked for as long as what is found at once"
