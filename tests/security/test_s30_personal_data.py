"""S30: what a person may want erased stands in one table, so that erasing it there is enough."""

from __future__ import annotations

import pytest

from tests.house import House

CANARY = "zebracanary"
MESSAGES_TOO = ("inbox", "outbox")


def told_everything(house: House) -> None:
    """Everything that somebody can say about themselves or others, with the canary in it."""
    account, name = f"account-{CANARY}", f"name {CANARY}"
    for words in (
        f"/log 1h {CANARY} @me\n{CANARY}",
        f"/log 1 pcs x --proof https://example.org/{CANARY}",
        f"/timer start {CANARY}",
        "/timer stop 1h",
        f"/amend C1 2h {CANARY}",
        f"/withdraw C1 {CANARY}",
        f"/thank @boss for {CANARY}",
    ):
        assert not house.say(account, words, name=name).refused, words
    for words in (f"/dispute C2 {CANARY}", f'/log 1h x "@name {CANARY}"', f"/thank @x {CANARY}"):
        assert not house.say("boss", words, mentions={"x": account}).refused, words


def test_texts_and_names_stand_in_the_table_of_texts_alone() -> None:
    house = House()
    house.say("boss", "/me")
    told_everything(house)
    for table, rows in house.tables(but=(*MESSAGES_TOO, "texts")).items():
        assert not [row for row in rows if CANARY in row], table
    assert [row for row in house.tables()["texts"] if CANARY in row]
    house.close()


def test_what_was_erased_is_nowhere_and_nothing_breaks() -> None:
    house = House()
    house.say("boss", "/me")
    told_everything(house)
    with house.database.begin() as connection:
        connection.exec_driver_sql("UPDATE texts SET salt = NULL, text = NULL")
        connection.exec_driver_sql("DELETE FROM outbox")
    house.restart()
    for words in ("/show C1", "/show C2", "/contributions", "/ledger", "/me", "/statement"):
        told = house.say("new", words)
        assert told.error == "", words
        assert CANARY not in told.text
    house.close()


@pytest.mark.parametrize(
    "circle",
    [
        "x" * 3_000,
        "a:b",
        "\u202egarden",
        "gar\u200bden",
        "@everyone",
        "<b>",
        "=1+1",
        "a\x07b",
        "#x",
        "",
    ],
)
def test_a_circle_is_a_short_name_and_no_place_for_texts(circle: str) -> None:
    """A circle's name stands in the journal for ever, so it is held as short as a kind's."""
    house = House()
    house.say("anna", "/me")
    kept = house.tables()
    for command in ("log 1h x", "timer start x"):
        told = house.say("anna", f'/{command} --circle "{circle}"')
        assert told.refused, f"{command}: {ascii(circle)[:60]}"
    assert house.tables() == kept
    house.close()


@pytest.mark.parametrize("circle", ["garden", "Garden", "küche", "haus-3", "ہم", "सेवा", "İstanbul"])
def test_a_circle_may_have_any_language_s_name(circle: str) -> None:
    house = House()
    assert not house.say("anna", f"/circle create {circle}").refused
    told = house.say("anna", f"/log 1h x --circle {circle}")
    assert not told.refused
    assert circle.casefold() in house.say("anna", "/show C1").text.casefold()
    house.close()


@pytest.mark.parametrize("kind", ["küche", "care-2", "ہم", "सेवा", "การดูแล", "İş", "işçi", "ホーム"])
def test_a_kind_may_have_any_language_s_name(kind: str) -> None:
    house = House()
    told = house.say("anna", f"/log 1h x #{kind}")
    assert not told.refused
    assert house.say("anna", f"/contributions #{kind}").text.startswith("- C1")
    house.close()


@pytest.mark.parametrize(
    "kind", ["#!", "#a:b", "#a b", "#" + "k" * 31, "#\u202ea", "#a\u200bb", "#<b>", "#a@b"]
)
def test_a_kind_is_a_short_name_too(kind: str) -> None:
    house = House()
    house.say("anna", "/me")
    kept = house.tables()
    assert house.say("anna", f'/log 1h x --kind "{kind}"').refused or kind == "#a b"
    if kind != "#a b":
        assert house.tables() == kept
    house.close()
