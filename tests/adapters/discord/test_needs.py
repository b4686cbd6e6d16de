"""Needs on Discord: the card's buttons take, give back and log; the board's menu takes as well."""

from __future__ import annotations

from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.world import Message


def card(stage: Stage) -> Message:
    """The card of the first need, as the room shows it now."""
    said = stage.world.said(stage.room)
    found = [each for each in said if "N1, Anna needs" in each.content]
    assert found, [each.content for each in said]
    return found[0]


async def test_the_buttons_of_a_card_take_and_log_and_the_card_follows() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "need", what="water the beds", amount="2h")
        await stage.settled()
        assert {"Take"} == set(card(stage).buttons())

        await stage.people.press(stage.bo, card(stage), "Take")
        await stage.settled()
        assert "taken by Bo" in card(stage).content
        assert {"Give back", "Done"} == set(card(stage).buttons())

        await stage.people.press(stage.bo, card(stage), "Done")
        await stage.settled()
        assert "done by Bo" in card(stage).content
        assert not card(stage).buttons()


async def test_the_menu_of_the_board_takes_what_is_chosen() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "need", what="water the beds", amount="2h")
        await stage.settled()
        board = await stage.people.slash(stage.bo, stage.room, "needs show")
        await stage.settled()

        (shown,) = [m for m in stage.world.said(stage.room) if m.components and m is not card(stage)]
        await stage.people.choose(stage.bo, shown, "N1: water the beds")
        await stage.settled()

        assert board.text
        assert "taken by Bo" in card(stage).content


async def test_the_buttons_of_a_shift_take_all_and_give_all_back_on_one_card() -> None:
    async with staged() as stage:
        await stage.people.slash(
            stage.anna, stage.room, "need", what="till", amount="2h", every="monday 18:00", people="2"
        )
        await stage.settled()
        before = len(stage.world.said(stage.room))
        assert {"Take all", "Give all back"} == set(card(stage).buttons())

        await stage.people.press(stage.bo, card(stage), "Take all")
        await stage.settled()
        assert card(stage).content.count("Bo") == 4, "each of its dates"

        await stage.people.slash(stage.cem, stage.room, "take", ref="N2")
        await stage.settled()
        assert "0 of 2 places open" in card(stage).content
        await stage.people.press(stage.bo, card(stage), "Give all back")
        await stage.settled()
        assert "Bo" not in card(stage).content
        assert "Cem" in card(stage).content
        cards = [m for m in stage.world.said(stage.room)[before:] if "Anna needs: till" in m.content]
        assert not cards, "the card is edited in place"


async def test_how_much_it_was_is_asked_where_nobody_knows() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "need", what="weld the gate")
        await stage.people.slash(stage.bo, stage.room, "take", ref="N1")
        await stage.settled()

        asked = await stage.people.press(stage.bo, card(stage), "Done")
        await stage.people.submit(asked, "2h30")
        await stage.settled()

        assert "done by Bo" in card(stage).content
        assert not card(stage).buttons()
