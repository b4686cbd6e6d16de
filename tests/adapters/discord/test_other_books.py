"""A button acts only where its references mean what they meant when it was made."""

from __future__ import annotations

from pathlib import Path
from shutil import copy

import pytest

from adapters.cli.store import MEMORY, open_store
from adapters.discord.components import former_line
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.interactions import COMPONENT, Interaction
from tests.doubles.discord.world import Message

OTHER = "This button was made from other books than those of this room; nothing was done."


async def proposed(stage: Stage, title: str) -> Message:
    it = await stage.people.slash(stage.anna, stage.room, "propose", title=title)
    await stage.settled()
    card: Message = it.shown[0]
    return card


async def asked(stage: Stage, question: str) -> tuple[Message, Message]:
    it = await stage.people.slash(stage.anna, stage.room, "poll", question=question)
    await stage.settled()
    polls = [m for m in stage.world.said(stage.room) if m.poll is not None]
    return it.shown[0], polls[-1]


async def shown(stage: Stage, ref: str) -> str:
    it: Interaction = await stage.people.slash(stage.cem, stage.room, "show", ref=ref)
    await stage.settled()
    return it.text


async def joined(stage: Stage) -> None:
    for user in (stage.anna, stage.bo, stage.cem):
        await stage.people.slash(user, stage.room, "me show")


async def test_a_button_of_an_older_database_does_not_vote_on_what_has_the_number_now() -> None:
    async with staged() as stage:
        await joined(stage)
        old = await proposed(stage, "Sell the house")
        await stage.stop()
        with open_store(MEMORY) as fresh:
            stage.store = fresh
            await stage.start()
            await joined(stage)
            await proposed(stage, "Buy bread")
            pressed = await stage.people.press(stage.bo, old, "consent")
            await stage.settled()

            assert OTHER in pressed.text
            assert "/show" in pressed.text
            assert pressed.shown[0].ephemeral
            assert "Bo" not in await shown(stage, "P1")
            await stage.stop()
        stage.running = None


@pytest.mark.parametrize("label", ["object", "Enter work"])
async def test_what_is_written_into_a_window_of_an_older_database_does_nothing(label: str) -> None:
    async with staged() as stage:
        await joined(stage)
        card = await proposed(stage, "Sell the house")
        menu = (await stage.people.slash(stage.bo, stage.room, "menu")).shown[0]
        await stage.stop()
        with open_store(MEMORY) as fresh:
            stage.store = fresh
            await stage.start()
            await joined(stage)
            await proposed(stage, "Buy bread")
            window = await stage.people.press(stage.bo, card if label == "object" else menu, label)
            handed_in = await stage.people.submit(window, "2h it is too much")
            await stage.settled()

            assert OTHER in handed_in.text
            assert "Bo" not in await shown(stage, "P1")
            assert "too much" not in await shown(stage, "C1")
            await stage.stop()
        stage.running = None


async def test_a_button_of_what_a_restored_backup_does_not_know_does_nothing(tmp_path: Path) -> None:
    async with staged(start=False) as stage:
        with open_store(f"sqlite:///{tmp_path}/all.db") as lost:
            stage.store = lost
            await stage.start()
            await joined(stage)
            await stage.stop()
        copy(tmp_path / "all.db", tmp_path / "backup.db")
        with open_store(f"sqlite:///{tmp_path}/all.db") as lost:
            stage.store = lost
            await stage.start()
            card = await proposed(stage, "Sell the house")
            await stage.stop()
        with open_store(f"sqlite:///{tmp_path}/backup.db") as restored:
            stage.store = restored
            await stage.start()
            await proposed(stage, "Buy bread")
            pressed = await stage.people.press(stage.bo, card, "consent")
            await stage.settled()

            assert OTHER in pressed.text
            assert "Bo" not in await shown(stage, "P1")
            await stage.stop()
        stage.running = None


async def test_a_native_poll_of_an_older_database_does_not_vote_on_what_has_the_number_now() -> None:
    async with staged() as stage:
        await joined(stage)
        _, old = await asked(stage, "Which bread? | Rye | Wheat")
        await stage.stop()
        with open_store(MEMORY) as fresh:
            stage.store = fresh
            await stage.start()
            await joined(stage)
            await asked(stage, "Who leads? | Rye | Wheat")
            stage.people.vote(stage.bo, old, "Rye")
            await stage.settled()

            whispers = stage.world.said(stage.world.direct(stage.bo))
            assert [OTHER in each.content for each in whispers] == [True]
            assert "0 of 3" in await shown(stage, "Q1") or "Bo" not in await shown(stage, "Q1")
            await stage.stop()
        stage.running = None


async def test_a_button_of_another_collective_does_nothing_where_the_room_has_moved() -> None:
    async with staged(at_home=False) as stage:
        await stage.people.slash(stage.anna, stage.room, "collective create", name="One")
        await stage.people.slash(stage.bo, stage.room, "me show")
        old = await proposed(stage, "Sell the house")
        await stage.people.slash(stage.anna, stage.room, "collective info")
        await stage.stop()
        with open_store(MEMORY) as other:
            stage.store = other
            await stage.start()
            await stage.people.slash(stage.cem, stage.room, "collective create", name="Two")
            await stage.people.slash(stage.bo, stage.room, "me show")
            await stage.people.slash(stage.cem, stage.room, "propose", title="Buy bread")
            pressed = await stage.people.press(stage.bo, old, "consent")
            await stage.settled()

            assert OTHER in pressed.text
            await stage.stop()
        stage.running = None


async def test_a_button_goes_on_working_after_all_that_was_written_since() -> None:
    async with staged() as stage:
        await joined(stage)
        card = await proposed(stage, "Buy bread")
        for day in range(3):
            await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what=f"dug {day}")
        await stage.restart()
        pressed = await stage.people.press(stage.bo, card, "consent")
        await stage.settled()

        assert OTHER not in pressed.text
        assert "consent" in pressed.text


@pytest.mark.parametrize(
    ("former", "line"),
    [
        ("1>vote P1 consent", "vote P1 consent"),
        ("1?Why?|vote P1 block", "vote P1 block …"),
        ("1=, |vote Q4", "vote Q4 …"),
        ("1~02| > |vote Q4", "vote Q4 …"),
    ],
)
async def test_a_button_of_an_older_version_says_what_to_type(former: str, line: str) -> None:
    assert former_line(former) == line
    async with staged() as stage:
        await joined(stage)
        card = await proposed(stage, "Buy bread")
        data = {"custom_id": former, "component_type": 2}
        it = stage.discord.interactions.begin(COMPONENT, stage.bo, stage.room, data, card)
        await stage.discord.interactions.answered(it)

        assert "I do not know this button any more; nothing was done." in it.text
        assert line.removesuffix(" …").split()[0] in it.text
        assert "Bo" not in await shown(stage, "P1")
