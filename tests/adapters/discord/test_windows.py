"""Windows: for several paragraphs where they are wished, and as long as Discord lets them be."""

from __future__ import annotations

from tests.adapters.discord.stage import staged

LONG = "\n\n".join(["We need an oven that bakes for sixty. " * 20] * 5)[:4000]


async def test_an_option_of_several_lines_that_may_be_left_out_gets_a_window_where_it_is_wished() -> (
    None
):
    async with staged() as stage:
        offered = await stage.people.complete(
            stage.anna, stage.room, "propose", "text", "", title="Buy an oven"
        )
        (window,) = offered
        asked = await stage.people.slash(
            stage.anna, stage.room, "propose", title="Buy an oven", text=window["value"]
        )
        came = await stage.people.submit(asked, LONG)
        await stage.settled()
        shown = await stage.people.slash(stage.anna, stage.room, "show", ref="P1")
        await stage.settled()

        assert len(LONG) > 3000
        assert "P1" in came.text
        assert "bakes for sixty" in "".join(each.content for each in shown.shown)
        assert window["name"] == "Several paragraphs: write them in a window"


async def test_without_the_wish_there_is_no_window() -> None:
    async with staged() as stage:
        it = await stage.people.slash(stage.anna, stage.room, "propose", title="Buy an oven")

        assert it.modal is None


async def test_a_line_that_no_custom_id_holds_stands_in_the_window() -> None:
    async with staged() as stage:
        title = "Buy an oven, for " + "bread and " * 15
        asked = await stage.people.slash(stage.anna, stage.room, "propose", title=title, text="…")
        assert asked.modal is not None
        came = await stage.people.submit(asked, "Because.\n\nAnd because.")
        await stage.settled()
        shown = await stage.people.slash(stage.anna, stage.room, "show", ref="P1")

        assert len(asked.modal["components"]) == 2
        assert "bread and bread and" in came.text
        assert "And because." in shown.text


async def test_a_reason_may_be_as_long_as_a_window() -> None:
    async with staged(rules={"method": "consent"}) as stage:
        for user in (stage.anna, stage.bo):
            await stage.people.slash(user, stage.room, "me show")
        it = await stage.people.slash(stage.anna, stage.room, "propose", title="Buy an oven")
        asked = await stage.people.press(stage.bo, it.shown[0], "object")
        came = await stage.people.submit(asked, "no " * 1333)
        await stage.settled()

        assert "too long" not in came.text
        assert "more words" not in came.text
        assert "object" in came.text


async def test_each_button_of_the_menu_opens_a_window_that_goes_on_as_if_it_were_typed() -> None:
    written = {
        "Enter work": ("2h baked #care @bo --on yesterday", "C1"),
        "Enter an expense": ("5 EUR salt", "T1"),
        "Ask for help": ("2h help in the kitchen", "N1"),
        "Propose": ("Buy a mixer\nIt is old.", "P1"),
        "Ask the others": ("Which day? | Mon | Tue", "Q1"),
        "Say thanks": ("@bo for the lift", "thanks Bo"),
    }
    async with staged() as stage:
        for user in (stage.anna, stage.bo):
            await stage.people.slash(user, stage.room, "me show")
        it = await stage.people.slash(stage.anna, stage.room, "menu")
        for label, (words, comes) in written.items():
            asked = await stage.people.press(stage.anna, it.shown[0], label)
            assert asked.modal is not None
            came = await stage.people.submit(asked, words)
            await stage.settled()
            assert comes in came.text, (label, came.text)
        shown = await stage.people.slash(stage.bo, stage.room, "show", ref="C1")
        assert "#care" in shown.text
