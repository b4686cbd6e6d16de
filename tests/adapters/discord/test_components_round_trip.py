"""Buttons, menus and modals on the stand-in: pressed at once, after a restart, and after months."""

from __future__ import annotations

import pytest

from bot.chat import Button, Kind, Menu, Place, Reply
from bot.text.wording import Words, say
from tests.adapters.discord.cards import Cards, menu, picture, proposal
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.world import Message

MONTHS = 200 * 86_400.0


async def carded(stage: Stage) -> Message:
    """Show the card; returns its message."""
    came = await stage.people.slash(stage.anna, stage.room, "card")
    await stage.settled()
    message: Message = came.shown[-1]
    return message


async def test_a_button_types_its_line_for_whoever_presses_it() -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        came = await stage.people.press(stage.bo, card, "Agree")

        assert card.content == "P3: Buy a \\*new\\* oven"
        assert card.buttons()["Agree"]["emoji"] == {"name": "👍"}
        assert cards.heard == [("Bo", "agree")]
        assert came.shown[0].ephemeral
        assert came.text == "Recorded: agree"


async def test_a_button_that_needs_words_asks_for_them() -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        asked = await stage.people.press(stage.bo, card, "Block")
        assert cards.heard == []
        came = await stage.people.submit(asked, "It is --too dear\nand too big")

        assert asked.modal is not None
        assert asked.modal["title"] == "Block"
        assert asked.modal["components"][0]["label"] == "Why do you block it?"
        assert cards.heard == [("Bo", "block It is --too dear\nand too big")]
        assert came.shown[0].ephemeral


@pytest.mark.parametrize("kill", [False, True])
async def test_buttons_menus_and_open_modals_outlive_the_program(*, kill: bool) -> None:
    cards = Cards(
        (
            Reply(
                proposal().body,
                Kind.CARD,
                ref="P3",
                buttons=proposal().buttons,
                menus=(menu("Left", "Right"),),
            ),
        )
    )
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        asked = await stage.people.press(stage.bo, card, "Block")
        await stage.restart(kill=kill)
        await stage.people.submit(asked, "no")
        stage.world.clock.move(MONTHS)
        await stage.people.press(stage.bo, card, "Agree")
        await stage.people.choose(stage.cem, card, "Right")

        assert cards.heard == [("Bo", "block no"), ("Bo", "agree"), ("Cem", "right")]


async def test_a_menu_types_one_word_or_several() -> None:
    several = menu("Red", "Green", "Dark Blue", most=2, joint=", ", line="vote Q4")
    cards = Cards((Reply(say("Colours"), Kind.CARD, ref="Q4", menus=(menu("Left", "Right"), several)),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        await stage.people.choose(stage.bo, card, "Left")
        await stage.people.choose(stage.bo, card, "Red", "Dark Blue", menu=1)

        assert [s["max_values"] for s in card.selects()] == [1, 2]
        assert cards.heard == [("Bo", "left"), ("Bo", "red, dark-blue")]


async def test_a_ranking_is_made_choice_by_choice_and_seen_by_nobody_else() -> None:
    ranked = menu("Apple", "Pear", "Plum", most=3, joint=" > ", line="vote Q4")
    cards = Cards((Reply(say("Fruit"), Kind.CARD, ref="Q4", menus=(ranked,)),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        first = await stage.people.choose(stage.bo, card, "Plum")
        step = first.shown[0]
        await stage.people.choose(stage.bo, step, "Apple")
        await stage.restart()
        await stage.people.choose(stage.bo, step, "Pear")
        await stage.people.choose(stage.bo, step, "2. Apple")
        shown = step.content
        done = await stage.people.press(stage.bo, step, "That is my order")

        assert step.ephemeral
        assert shown.splitlines()[1:3] == ["- 1\\. Plum", "- 2\\. Pear"]
        assert cards.heard == [("Bo", "plum > pear")]
        assert done.answered == 7
        assert (step.content, step.components) == ("Recorded: plum \\> pear", [])
        assert [s["custom_id"].split("|", 1)[1] for s in card.selects()] == ["| > |vote Q4"]


async def test_a_ranking_can_be_begun_anew() -> None:
    ranked = menu("Apple", "Pear", most=2, joint=" > ", line="vote Q4")
    cards = Cards((Reply(say("Fruit"), Kind.CARD, ref="Q4", menus=(ranked,)),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        step = (await stage.people.choose(stage.bo, card, "Pear")).shown[0]
        await stage.people.press(stage.bo, step, "Start over")
        assert "That is my order" not in step.buttons()
        await stage.people.choose(stage.bo, step, "Apple")
        await stage.people.press(stage.bo, step, "That is my order")

        assert cards.heard == [("Bo", "apple")]


async def test_real_entries_are_confirmed_by_their_button_and_the_card_is_edited() -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        came = await stage.people.slash(stage.anna, stage.room, "log", amount="3h", what="dug")
        await stage.settled()
        card = came.shown[0]
        assert set(card.buttons()) == {"Confirm", "Dispute"}
        own = await stage.people.press(stage.anna, card, "Confirm")
        await stage.people.press(stage.bo, card, "Confirm")
        await stage.settled()

        assert "somebody else has to confirm it" in own.text
        assert own.shown[0].ephemeral
        assert card.content.endswith("\nconfirmed")
        assert card.inside() == []
        assert [m.content for m in stage.world.said(stage.room)][1] == "Bo confirms C1; it counts."


async def test_who_disputes_an_entry_by_its_button_says_what_is_wrong() -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        came = await stage.people.slash(stage.anna, stage.room, "log", amount="3h", what="dug")
        await stage.settled()
        asked = await stage.people.press(stage.bo, came.shown[0], "Dispute")
        told = await stage.people.submit(asked, "it was two")
        await stage.settled()

        assert told.text.startswith("Bo disputes C1: it was two")
        assert "disputed" in came.shown[0].content


async def test_a_card_of_another_room_is_edited_where_it_stands() -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        edit = proposal(extra="(passed)", open_=False)
        place = Place("discord", stage.room.id)
        cards.answers = (Reply(edit.body, Kind.EDIT, ref="P3", place=place),)
        direct = stage.world.direct(stage.bo)
        came = await stage.people.slash(stage.bo, direct, "vote", ref="P3", choice="agree")
        await stage.settled()

        assert card.content.endswith("oven (passed)")
        assert card.inside() == []
        assert card.allowed_mentions == {"parse": []}
        # There was nothing else to say.
        assert came.text == "Done."


async def test_a_press_that_has_no_answer_is_told_what_became_of_it() -> None:
    cards = Cards((proposal(),), answers=())
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        came = await stage.people.press(stage.bo, card, "Agree")

        assert came.text == "You are a member now; nothing else was done."
        assert came.shown[0].ephemeral


@pytest.mark.parametrize(
    "custom_id",
    [
        "persistent_view:confirm",
        "0>vote P3 agree",
        "2>",
        "2>1.aa|   ",
        "2%1.aa|vote P3",
        "2!vote P3",
        "2=vote Q4",
        "2~1.aa|ab|vote Q4",
        "2.1.aa|zz| > |vote Q4",
        "2.1.aa|aa| > |vote Q4",
        "2?",
        "2>|vote P3 agree",
        "ü" * 100,
    ],
)
async def test_a_custom_id_that_is_none_of_ours_does_nothing_and_says_so(custom_id: str) -> None:
    cards = Cards((proposal(),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        it = stage.people.send_press(stage.bo, card, custom_id)
        await stage.discord.interactions.answered(it)

        assert cards.heard == []
        assert it.shown[0].ephemeral
        assert "do not know this button" in it.text


async def test_a_forged_custom_id_may_do_no_more_than_the_typed_line() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        await stage.people.slash(stage.bo, stage.room, "me show")
        came = await stage.people.slash(stage.anna, stage.room, "propose", title="Buy an oven")
        pressed = next(iter(came.shown[0].buttons().values()))["custom_id"]
        as_of = pressed[2:].partition("|")[0]
        it = stage.people.send_press(stage.bo, came.shown[0], f"2>{as_of}|role give bo admin")
        await stage.discord.interactions.answered(it)

        assert "is for admins" in it.text


async def test_what_finds_no_place_among_the_components_can_be_typed() -> None:
    long = Button(say("Long"), f"vote P3 {'x' * 120}")
    many = tuple(Button(Words(f"B{n}"), f"vote P3 b{n}") for n in range(24))
    cards = Cards(
        (Reply(say("Many"), Kind.CARD, ref="P3", buttons=(*many, long), menus=(menu("L", "R"),)),)
    )
    async with staged(cards.commands()) as stage:
        card = await carded(stage)

        assert len(card.buttons()) == 20
        assert "`ref:P3 choice:b23`" in card.content
        assert "choice:" + "x" * 120 in card.content


async def test_a_long_menu_is_cut_into_several() -> None:
    labels = [f"Choice {n}" for n in range(60)]
    cards = Cards((Reply(say("Many"), Kind.CARD, ref="P3", menus=(menu(*labels),)),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)
        await stage.people.choose(stage.bo, card, "Choice 59", menu=2)

        assert [len(s["options"]) for s in card.selects()] == [25, 25, 10]
        assert cards.heard == [("Bo", "choice-59")]


@pytest.mark.parametrize(
    "odd",
    [
        menu(*(f"c{n}" for n in range(30)), most=3),
        menu("x" * 101, "y"),
        Menu(say("None"), "vote P3", ()),
        menu("same", "Same"),
        menu("a", "b", line=f"vote P3 {'x' * 100}"),
    ],
)
async def test_a_menu_that_discord_cannot_show_can_be_typed(odd: Menu) -> None:
    cards = Cards((Reply(say("Odd"), Kind.CARD, ref="P3", menus=(odd,)),))
    async with staged(cards.commands()) as stage:
        card = await carded(stage)

        assert card.selects() == []
        assert "> `ref:P3" in card.content


async def test_pictures_come_with_their_words() -> None:
    told = Reply(say("The week"), Kind.DIGEST, files=(picture(),))
    cards = Cards((told, told))
    async with staged(cards.commands()) as stage:
        came = await stage.people.slash(stage.anna, stage.room, "card")
        await stage.settled()

        for message in came.shown:
            (file,) = message.attachments
            assert file["filename"] == "the_bars.png"
            assert file["description"] == "Bars: anna 3, bo 2"
