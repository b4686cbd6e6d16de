"""Every interaction ends in the truth, in private: nothing is called done that was not done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.discord.cards import Cards, proposal
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.interactions import COMPONENT, Interaction
from tests.doubles.discord.world import User


async def slash(stage: Stage, user: User, name: str, **values: str) -> Interaction:
    it: Interaction = await stage.people.slash(user, stage.room, name, **values)
    await stage.settled()
    return it


def whispered(it: Interaction) -> str:
    """What its author alone was told."""
    assert it.shown, "nothing was said at all"
    assert all(each.ephemeral for each in it.shown)
    return "\n".join(each.content for each in it.shown)


async def test_each_command_of_a_flood_hears_that_it_was_not_done() -> None:
    async with staged(rules={"flood": 1}) as stage:
        await slash(stage, stage.anna, "log", amount="1h", what="dug")
        for _ in range(3):
            flooded = await slash(stage, stage.anna, "log", amount="1h", what="dug")

            assert "That was a lot at once; nothing of this was recorded." in whispered(flooded)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"places": ("matrix:*",)}, "I do not act in this room; nothing was done."),
        ({"people": ("nobody",)}, "I do not act on what you send; nothing was done."),
        ({"ignored": ("*",)}, "I do not act on what you send here; nothing was done."),
        ({"listen": False}, "I act here only for admins at present; nothing was done."),
    ],
)
async def test_who_is_not_heard_is_told_so_and_by_which_rule(rules: dict[str, Any], said: str) -> None:
    async with staged() as stage:
        await slash(stage, stage.anna, "me show")
        await stage.stop()
        stage.rules = rules
        await stage.start()
        unheard = await slash(stage, stage.bo, "log", amount="1h", what="dug")

        (rule,) = rules
        assert said in whispered(unheard)
        assert f"The rule {rule} says so" in whispered(unheard)


async def test_who_types_in_the_room_unheard_is_left_in_silence() -> None:
    async with staged(rules={"listen": False}) as stage:
        await slash(stage, stage.anna, "me show")
        bot = stage.world.bot
        stage.people.say(stage.bo, stage.room, f"<@{bot.id}> balance", mentions=(bot,))
        await stage.settled()

        assert len(stage.world.said(stage.room)) == 0


async def test_a_button_that_changes_nothing_for_its_presser_says_what_became_of_it() -> None:
    cards = Cards(shown=(proposal(),), answers=(proposal(open_=False),))
    async with staged(cards.commands()) as stage:
        await slash(stage, stage.anna, "card")
        (card,) = stage.world.said(stage.room)
        pressed = await stage.people.press(stage.bo, card, "Agree")
        await stage.settled()

        assert whispered(pressed) == "Done."


async def test_a_press_that_only_lets_its_presser_in_says_so_and_no_more() -> None:
    cards = Cards(shown=(proposal(),), answers=())
    async with staged(cards.commands()) as stage:
        await slash(stage, stage.anna, "card")
        (card,) = stage.world.said(stage.room)
        first = await stage.people.press(stage.bo, card, "Agree")
        again = await stage.people.press(stage.bo, card, "Agree")
        await stage.settled()

        assert whispered(first) == "You are a member now; nothing else was done."
        assert whispered(again) == "Nothing was done."


async def test_who_chose_a_language_is_told_in_it_what_was_misread_and_what_was_not_heard() -> None:
    async with staged(rules={"flood": 3}) as stage:
        await slash(stage, stage.bo, "me language", language="de")
        misread = await slash(stage, stage.bo, "log", amount="nix", what="Brot")
        unknown = await slash(stage, stage.bo, "balance", who="niemand")
        await slash(stage, stage.bo, "balance")
        flooded = await slash(stage, stage.bo, "balance")

        assert whispered(misread).startswith("„nix“ ist keine Menge.")
        assert "So geht es: " in whispered(misread)
        assert whispered(unknown).startswith("Hier heißt niemand „niemand“.")
        assert "davon wurde nichts eingetragen" in whispered(flooded)


async def test_a_command_that_does_nothing_does_not_call_that_done() -> None:
    async with staged(Cards().commands()) as stage:
        assert whispered(await slash(stage, stage.anna, "nothing")) == "Nothing was done."


async def test_an_interaction_that_cannot_be_read_is_answered() -> None:
    async with staged(Cards(shown=(proposal(),)).commands()) as stage:
        await slash(stage, stage.anna, "card")
        (card,) = stage.world.said(stage.room)
        broken = stage.discord.interactions.begin(COMPONENT, stage.bo, stage.room, {}, card)
        await stage.discord.interactions.answered(broken)

        assert whispered(broken) == "Something broke on my side; nothing was done."


async def test_an_answer_that_discord_refuses_is_owned_up_to() -> None:
    async with staged(sound=False) as stage:
        stage.discord.weather("refuse", "POST", r"^/interactions/", value=50035)
        it = await slash(stage, stage.anna, "log", amount="1h", what="dug")

        assert whispered(it).startswith("I took this in, but Discord refuses my answer to it.")


async def test_a_press_whose_answer_lost_its_echo_is_answered_once() -> None:
    cards = Cards(shown=(proposal(),))
    async with staged(cards.commands()) as stage:
        await slash(stage, stage.anna, "card")
        (card,) = stage.world.said(stage.room)
        stage.discord.weather("lose", "POST", "/callback$")
        pressed = await stage.people.press(stage.bo, card, "Agree")
        await stage.settled()

        assert [each.content for each in pressed.shown] == ["Recorded: agree"]
