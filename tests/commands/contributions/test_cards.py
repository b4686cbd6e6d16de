"""The card of an entry shows what is confirmed by pressing its button."""

from __future__ import annotations

from bot.chat import Kind
from tests.house.house import House
from tests.house.told import plain


def test_words_that_are_amended_in_private_stand_on_the_card_that_others_confirm() -> None:
    with House({"confirmations": 1}).enter("ann", "bo") as house:
        house.say("ann", "/log 3h painted")

        told = house.say("ann", "/amend C1 3h repaired the roof", private=True)
        (card,) = (row for row in told.rows if row.reply.kind is Kind.EDIT)
        assert "repaired the roof" in plain(card)

        again = house.say("ann", "/amend C1 --note a longer note", private=True)
        assert not [row for row in again.rows if row.reply.kind is Kind.EDIT], "the card is the same"
