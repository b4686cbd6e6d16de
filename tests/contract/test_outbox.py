"""The outbox's contract, held by both databases: what is to be told is told in order, in the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.chat import Kind, Place
from bot.ports import Mark, Outbox, Position, Written
from storage.engines import writing
from tests.contract.making import KITCHEN, NOON, Chain, Store, key, outgoing, store_at, together

GARDEN = Place("discord", "42")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with store_at(database_url) as store:
        yield store


def sent(message: str, number: int = 0, receipt: str = "$receipt") -> Written:
    return Written(marks=[Mark(key(message), number, receipt)])


def test_messages_wait_in_the_order_they_were_written_whatever_the_clock_did(store: Store) -> None:
    late = [outgoing("m1", number, at=NOON + 60_000) for number in (2, 0, 1)]
    early = [outgoing("m0", number, at=NOON) for number in range(3)]
    store.write(Written(outgoing=late))
    store.write(Written(outgoing=early))

    assert store.outbox.waiting(10) == late + early
    assert store.outbox.waiting(4) == late + early[:1]


def test_a_message_waits_until_it_is_marked_and_the_mark_belongs_to_the_batch(store: Store) -> None:
    rows = [outgoing("m1", number) for number in range(3)]
    store.write(Written(outgoing=rows))

    store.write(Written(marks=[Mark(key("m1"), 0, "$a"), Mark(key("m1"), 2, failure="no room")]))

    assert store.outbox.waiting(10) == [rows[1]]
    with pytest.raises(LookupError), store.journal.transaction() as transaction:
        transaction.write(sent("m1", 1))
        raise LookupError
    assert store.outbox.waiting(10) == [rows[1]]


def test_a_card_stands_where_it_was_delivered_last(store: Store) -> None:
    def card(message: str, number: int = 0, place: Place = KITCHEN) -> Written:
        return Written(outgoing=[outgoing(message, number, kind=Kind.CARD, ref="P3", place=place)])

    store.write(card("m1"))
    store.write(card("m1", 1, GARDEN))
    store.write(Written(outgoing=[outgoing("m2", kind=Kind.EDIT, ref="P3")]))
    store.write(Written(outgoing=[outgoing("m3", kind=Kind.CARD, ref="P3", person="aino")]))
    store.write(Written(outgoing=[outgoing("m4", kind=Kind.CARD, ref="P4")]))
    assert store.outbox.receipts("home", "P3") == {}

    for message, number, receipt in [
        ("m1", 0, "$card"),
        ("m1", 1, "77"),
        ("m2", 0, "$edit"),
        ("m3", 0, "$private"),
        ("m4", 0, "$other"),
    ]:
        store.write(sent(message, number, receipt))

    assert store.outbox.receipts("home", "P3") == {KITCHEN: "$card", GARDEN: "77"}
    assert store.outbox.receipts("other", "P3") == {}
    store.write(card("m5"))
    store.write(sent("m5", receipt="$later"))
    assert store.outbox.receipts("home", "P3") == {KITCHEN: "$later", GARDEN: "77"}


def test_words_told_long_ago_are_forgotten_but_neither_their_keys_nor_their_receipts(
    store: Store,
) -> None:
    chain = Chain()
    old, card, failed, waits, new = (
        chain.command(name, at=at)
        for name, at in [("m1", 1), ("m2", 2), ("m3", 3), ("m4", 4), ("m5", NOON)]
    )
    card.outgoing = [outgoing("m2", kind=Kind.CARD, ref="P3", at=2)]
    store.write(together(old, card, failed, waits, new))
    marks = [sent("m1"), sent("m2", receipt="$card"), sent("m5")]
    store.write(together(*marks, Written(marks=[Mark(key("m3"), 0, failure="no room")])))

    assert store.outbox.prune(NOON) == 3
    assert store.outbox.prune(NOON) == 0

    with store.journal.transaction() as transaction:
        answered = transaction.answered([key(f"m{n}") for n in range(1, 6)])
    assert answered == {
        key("m1"): (),
        key("m2"): (),
        key("m3"): (),
        key("m4"): tuple(waits.outgoing),
        key("m5"): tuple(new.outgoing),
    }
    assert store.outbox.receipts("home", "P3") == {KITCHEN: "$card"}
    assert store.outbox.waiting(10) == waits.outgoing


def test_a_card_is_found_by_its_receipt_and_shows_its_newest_edit(store: Store) -> None:
    card = outgoing("m1", kind=Kind.CARD, ref="P3")
    first, second, elsewhere = (
        outgoing("m2", kind=Kind.EDIT, ref="P3"),
        outgoing("m3", kind=Kind.EDIT, ref="P3"),
        outgoing("m3", 1, kind=Kind.EDIT, ref="P3", place=GARDEN),
    )
    store.write(Written(outgoing=[card, outgoing("m1", 1), first, second, elsewhere]))
    assert store.outbox.shown(KITCHEN, "$card") is None

    store.write(together(sent("m1", receipt="$card"), sent("m1", 1, "$reply")))
    assert store.outbox.shown(KITCHEN, "$card") == card
    store.write(together(sent("m2", receipt="$edit"), sent("m3", 1, "77")))
    assert store.outbox.shown(KITCHEN, "$card") == first
    store.write(sent("m3", receipt=""))
    assert store.outbox.shown(KITCHEN, "$card") == first
    store.write(sent("m3", receipt="$edit2"))
    assert store.outbox.shown(KITCHEN, "$card") == second

    for place, receipt in [(GARDEN, "$card"), (KITCHEN, "$reply"), (KITCHEN, "$edit"), (KITCHEN, "")]:
        assert store.outbox.shown(place, receipt) is None


def test_a_card_for_one_person_is_found_wherever_the_platform_showed_it(store: Store) -> None:
    card = outgoing("m1", kind=Kind.CARD, ref="P3", person="aino")
    store.write(Written(outgoing=[card, outgoing("m2", kind=Kind.EDIT, ref="P3")]))
    store.write(together(sent("m1", receipt="$private"), sent("m2", receipt="$edit")))

    direct = Place("matrix", "!direct:example.org")
    assert store.outbox.shown(direct, "$private") == card
    assert store.outbox.shown(Place("discord", "!direct:example.org"), "$private") is None


def test_a_card_whose_words_are_forgotten_is_not_shown(store: Store) -> None:
    store.write(Written(outgoing=[outgoing("m1", kind=Kind.CARD, ref="P3", at=1)]))
    store.write(sent("m1", receipt="$card"))

    store.outbox.prune(NOON)

    assert store.outbox.shown(KITCHEN, "$card") is None


def test_the_answers_to_a_message_are_found_by_its_key_in_order(store: Store) -> None:
    rows = [outgoing("m1", number) for number in (1, 0)]
    store.write(Written(outgoing=[*rows, outgoing("m2")]))

    assert store.outbox.answers(key("m1")) == rows[::-1]
    assert store.outbox.answers(key("m1", "edited:@a:b")) == []
    assert store.outbox.answers(key("m9")) == []


def test_each_account_goes_on_reading_where_it_stopped(store: Store) -> None:
    outbox: Outbox = store.outbox
    assert outbox.position("matrix", "@bot:example.org") == ""

    store.write(Written(positions=[Position("matrix", "@bot:example.org", "s1")]))
    store.write(
        Written(
            positions=[
                Position("matrix", "@bot:example.org", "s2"),
                Position("matrix", "@bot:other.org", "s9"),
                Position("matrix", "@bot:example.org", "s3 ✓"),
            ]
        )
    )

    assert outbox.position("matrix", "@bot:example.org") == "s3 ✓"
    assert outbox.position("matrix", "@bot:other.org") == "s9"
    assert outbox.position("discord", "@bot:example.org") == ""


def test_positions_are_found_by_how_their_names_begin(store: Store) -> None:
    names = ("open 1", "open 2", "open", "opens", "open 10 ✓", "shut 1")
    at = [Position("discord", name, name.upper()) for name in names]
    store.write(Written(positions=[*at, Position("matrix", "open 3", "x")]))
    store.write(Written(positions=[Position("discord", "open 2", "")]))

    found = store.outbox.positions("discord", "open ")
    assert found == {"1": "OPEN 1", "10 ✓": "OPEN 10 ✓"}


def test_a_position_is_moved_alone_only_from_where_it_was_seen(store: Store) -> None:
    outbox: Outbox = store.outbox

    assert outbox.swap("discord", "turns", "", "1")
    assert not outbox.swap("discord", "turns", "", "1")
    assert not outbox.swap("discord", "turns", "0", "2")
    assert outbox.position("discord", "turns") == "1"
    assert outbox.swap("discord", "turns", "1", "2")
    assert not outbox.swap("discord", "other", "1", "2")

    store.write(Written(positions=[Position("discord", "turns", "")]))
    assert outbox.swap("discord", "turns", "", "9")
    assert outbox.position("discord", "turns") == "9"


def test_a_position_is_kept_with_its_batch_or_not_at_all(store: Store) -> None:
    with pytest.raises(LookupError), store.journal.transaction() as transaction:
        transaction.write(Written(positions=[Position("matrix", "@bot:example.org", "s1")]))
        raise LookupError

    assert store.outbox.position("matrix", "@bot:example.org") == ""


def test_many_words_are_forgotten_a_few_at_a_time(store: Store) -> None:
    count = 1_200
    store.write(Written(outgoing=[outgoing("m1", number) for number in range(count)]))
    store.write(together(*(sent("m1", number) for number in range(count))))

    assert store.outbox.prune(NOON + 1) == count


def test_what_is_fleeting_is_forgotten_when_it_is_told(store: Store) -> None:
    command = Chain().command("code")
    row = outgoing("code", person="@ann:example.org")
    command.outgoing = [row]
    store.write(command)
    assert store.outbox.waiting(10) == [row]
    store.write(Written(marks=[Mark(row.key, row.number, "$1", fleeting=True)]))
    with store.journal.transaction() as transaction:
        assert transaction.answered([row.key]) == {row.key: ()}
    with writing(store.journal._engine) as connection:
        kept = connection.exec_driver_sql("SELECT to_person, body FROM outbox").all()
    assert [tuple(each) for each in kept] == [("-", None)]
