"""What the declarations and the real cards offer on Discord, each tried once: nothing leads nowhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.arguments import OptionType
from bot.deciding.methods import METHODS as PROPOSING
from bot.tally.methods import METHODS as COUNTING
from commands import FEATURES
from tests.adapters.discord.stage import Stage, staged
from tests.adapters.discord.test_commands_round_trip import on_discord
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.world import Message, User
from tests.house import sample

COMMANDS = FEATURES.commands
BROKEN = ("Something broke", "I don't know what to do", "There is no command")

WINDOWS = sorted(
    name
    for name, command in COMMANDS.items()
    if any(option.type is OptionType.LONG and option.required for option in command.options)
)


@asynccontextmanager
async def furnished(**rules: bool | int | str) -> AsyncIterator[Stage]:
    """Three members, and something of everything that can be referred to."""
    async with staged(rules={"confirmations": 1, "flood": 1_000_000, **rules}) as stage:
        for user in (stage.anna, stage.bo, stage.cem):
            await stage.people.slash(user, stage.room, "me show")
        await stage.people.slash(stage.anna, stage.room, "circle create", name="garden")
        await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what="dug", kind="care")
        await stage.people.slash(stage.anna, stage.room, "propose", title="Buy an oven")
        await stage.people.slash(stage.anna, stage.room, "poll", question="Bread? | Rye | Wheat")
        await stage.settled()
        yield stage


def told(it: Interaction) -> str:
    """Everything that an interaction brought, also into the message that it came from."""
    messages = [*it.shown, *([it.on] if it.on is not None and it.on.ephemeral else [])]
    return "\n".join(message.content for message in messages)


def is_answer(it: Interaction) -> bool:
    return not any(part in told(it) for part in BROKEN)


# --- completion ------------------------------------------------------------------------------------


async def test_whatever_can_be_completed_is_completed_within_discords_limits() -> None:
    async with furnished() as stage:
        offered: dict[str, int] = {}
        for command in stage.world.commands:
            groups = [each for each in command.get("options", ()) if each["type"] == 1]
            for group in groups or [command]:
                name = f"{command['name']} {group['name']}" if groups else command["name"]
                for option in group.get("options", ()):
                    if option.get("autocomplete"):
                        found = await stage.people.complete(
                            stage.anna, stage.room, name, option["name"], ""
                        )
                        offered[f"{name} {option['name']}"] = len(found)

        assert {
            "confirm ref",
            "log kind",
            "log who",
            "log circle",
            "rules set name",
            "vote ref",
        } <= set(offered)
        # What there is something of is offered: references, kinds, people, circles, rules.
        for known in ("dispute ref", "log kind", "log who", "log circle", "rules set name", "vote ref"):
            assert offered[known], known
        assert max(offered.values()) <= 25


async def test_a_guest_is_offered_nothing_of_the_collective() -> None:
    async with furnished() as stage:
        guest = stage.world.user("Dee")
        stage.guild.members[guest.id] = type(stage.guild.members[stage.bo.id])(guest)
        for name, option in (("confirm", "ref"), ("log", "who"), ("vote", "ref")):
            assert await stage.people.complete(guest, stage.room, name, option, "") == []


# --- windows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WINDOWS)
async def test_what_needs_several_lines_asks_for_them_in_a_window(name: str) -> None:
    async with furnished() as stage:
        command = COMMANDS[name]
        given = {
            option.name: sample(option)
            for option in command.options
            if option.required and option.type is not OptionType.LONG
        }
        asked = await stage.people.slash(stage.anna, stage.room, on_discord(name), **given)
        assert asked.modal is not None
        came = await stage.people.submit(asked, "one line\nand another")

        assert came.answered in {4, 6, 7}
        assert is_answer(came), told(came)


# --- cards -----------------------------------------------------------------------------------------


async def card_of(stage: Stage, command: str, **values: str | bool) -> Message:
    came = await stage.people.slash(stage.anna, stage.room, command, **values)
    await stage.settled()
    assert came.shown, came.text
    card: Message = came.shown[0]
    return card


async def use_all(stage: Stage, user: User, card: Message) -> list[str]:
    """Take the first of every menu, press every button, fill in every window; what was told then.

    What comes back for this person alone, as their own ballot, is used as well.
    """
    used = []
    for menu in range(len(card.selects())):
        # A card that is over has none any more.
        if menu < len(card.selects()):
            labels = [option["label"] for option in card.selects()[menu]["options"]]
            # What stands in an order already has its number, and would be taken out again.
            first = next(label for label in labels if not re.match(r"\d+\. ", label))
            it = await stage.people.choose(user, card, first, menu=menu)
            used += await taken(stage, user, card, it)
    for label in sorted(card.buttons(), key=lambda each: each == "Start over"):
        if label in card.buttons():
            it = await stage.people.press(user, card, label)
            if it.modal is not None:
                it = await stage.people.submit(it, "because of the neighbours")
            used += await taken(stage, user, card, it)
    return used


async def taken(stage: Stage, user: User, card: Message, it: Interaction) -> list[str]:
    """Judge an answer to a component, and use what it brings."""
    await stage.settled()
    assert it.answered in {4, 5, 6, 7}
    assert is_answer(it), told(it)
    own = [message for message in it.shown if message.ephemeral and message.id != card.id]
    return [told(it), *[text for message in own for text in await use_all(stage, user, message)]]


@pytest.mark.parametrize("method", PROPOSING)
async def test_every_button_of_a_proposal_works_for_members(method: str) -> None:
    async with furnished() as stage:
        card = await card_of(stage, "propose", title="Buy a mill", method=method)

        used = await use_all(stage, stage.bo, card)
        await use_all(stage, stage.anna, card)
        # Advice is given in words, and taken by whoever asked for it.
        assert bool(used) == (method != "advice")


@pytest.mark.parametrize("method", COUNTING)
@pytest.mark.parametrize("secret", [False, True])
async def test_every_button_and_menu_of_a_poll_works_for_members(method: str, *, secret: bool) -> None:
    async with furnished(**{"secrecy-floor": 2}) as stage:
        question = "Which fruit? | Apple | Plum | Pear"
        card = await card_of(stage, "poll", question=question, method=method, secret=secret)
        texts = await use_all(stage, stage.bo, card)

        if method == "sortition":
            assert texts == []  # the draw asks nobody
        elif secret:
            assert any("recorded and sealed" in text for text in texts), texts
        else:
            assert "1 of 3 people voted" in card.content


async def test_every_button_of_an_entry_works_for_others_and_for_its_author() -> None:
    async with furnished() as stage:
        for user in (stage.anna, stage.bo):
            card = await card_of(stage, "log", amount="2h", what=f"swept for {user.username}")
            assert await use_all(stage, user, card)


async def test_every_button_of_an_expense_works_for_members_and_for_a_treasurer() -> None:
    async with furnished() as stage:
        await stage.people.slash(stage.anna, stage.room, "role give", role="treasurer", who="@anna")
        await stage.people.slash(stage.anna, stage.room, "income", amount="1000 EUR", what="a licence")
        came = await stage.people.slash(stage.bo, stage.room, "expense", amount="90 EUR", what="a lamp")
        await stage.settled()
        refused = await use_all(stage, stage.cem, came.shown[0])
        approved = await use_all(stage, stage.anna, came.shown[0])

        assert [told.splitlines()[0] for told in refused] == ["T2 waits for a treasurer."] * 2
        assert approved[0].startswith("Anna approves T2.")
        assert len(approved) == 1, "the card says so and has no button more"
        assert "Approved by Anna." in came.shown[0].content


async def test_the_button_of_somebody_who_wants_to_come_in_works() -> None:
    async with furnished() as stage:
        await stage.people.slash(stage.anna, stage.room, "rules set", name="new-members", value="vouch")
        guest = stage.world.user("Dee")
        stage.guild.members[guest.id] = type(stage.guild.members[stage.bo.id])(guest)
        came = await stage.people.slash(guest, stage.room, "member apply", words="I can bake")
        await stage.settled()
        for user in (stage.anna, stage.bo):
            assert await use_all(stage, user, came.shown[0])
        known = await stage.people.slash(guest, stage.room, "me show")

        assert known.text.startswith("You are Dee")
