"""Slash-commands on the stand-in: typed, answered, refused, completed, registered."""

from __future__ import annotations

import re
from functools import partial

import pytest

from adapters.discord.commands import BARE, as_spoken, spoken
from bot.arguments import OptionType
from bot.chat import Incoming
from bot.collective.roles import Role
from bot.grammar.lines import command_named
from bot.writer.answers import Answer
from commands import FEATURES
from tests.adapters.discord.stage import Stage, give, staged
from tests.doubles.discord.interactions import COMMAND, Interaction
from tests.doubles.discord.world import Guild, Member
from tests.house import sample

COMMANDS = FEATURES.commands


def on_discord(name: str) -> str:
    """A command's name as it is on Discord."""
    first, second = next(two for two, one in spoken(COMMANDS).items() if one == name)
    return f"{first} {second}".strip()


GROUPED = {
    "idea": "funding idea",
    "ideas": "funding ideas",
    "ideas change": "funding idea-change",
    "ideas accept": "funding idea-accept",
    "ideas approve": "funding idea-approve",
    "back": "funding back",
    "unback": "funding unback",
    "budgets": "budget list",
    "invoice": "invoice new",
    "invoices": "invoice list",
    "recurring": "recurring new",
    "payout": "payout make",
    "import": "import bring",
    "loop": "partner loop",
    "go-round": "go-round begin",
    "pass": "go-round pass",
    "slip": "treasury slip",
    "slip add": "treasury slip-add",
    "slip remove": "treasury slip-remove",
}
"""What stands under another command on Discord, which counts commands."""


def test_discord_has_room_for_more_commands() -> None:
    """It takes a hundred: what is new must not find it full."""
    assert len({first for first, _ in spoken(COMMANDS)}) < 90


@pytest.mark.parametrize("name", GROUPED)
def test_what_is_grouped_there_may_be_typed_in_both_forms(name: str) -> None:
    both = GROUPED[name]
    shown = {f"{first} {second}": one for (first, second), one in spoken(COMMANDS).items()}

    for words in (name, both, both.upper()):
        found = command_named(f"{words} K3", COMMANDS)
        assert found is not None
        assert found.name == name, words
    assert shown[both] == name


def test_what_moves_money_or_brings_in_stands_under_no_word_for_looking() -> None:
    shown = {name for (_, second), name in spoken(COMMANDS).items() if second == BARE}
    takes_file = {name for name in shown if OptionType.FILE in COMMANDS[name].by_type}
    assert {name for name in shown if COMMANDS[name].effect} | takes_file == set()
    assert {name for name in shown if COMMANDS[name].role is Role.TREASURER} == set()


def test_no_other_command_is_grouped() -> None:
    assert {it.name: it.grouped for it in COMMANDS.values() if it.grouped} == GROUPED


async def logged(stage: Stage, **values: str) -> Interaction:
    given = {"amount": "3h", "what": "cleaned the kitchen", **values}
    came: Interaction = await stage.people.slash(stage.anna, stage.room, "log", **given)
    await stage.settled()
    return came


def told(it: Interaction) -> bool:
    """Whether it was answered with words, be it later: an answer may be put off where it is slow."""
    return it.answered == 4 or bool(it.answered == 5 and it.shown and it.text)


async def test_log_is_answered_where_it_was_typed() -> None:
    async with staged() as stage:
        came = await logged(stage, kind="care")

        assert told(came)
        assert came.text.startswith("C1: Anna, 3h \\#care, cleaned the kitchen")
        assert not came.shown[0].ephemeral
        assert [mark.receipt for mark in stage.marks] == [f"{stage.room.id}/{came.shown[0].id}"]


async def test_every_command_with_all_its_options_goes_there_and_back() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "circle create", name="garden")
        await logged(stage)
        for name, command in COMMANDS.items():
            values = {
                option.name: stage.people.attach("rows.csv", b"a,b")
                if option.type is OptionType.FILE
                else sample(option)
                for option in command.options
            }
            bo_writes = await stage.people.slash(stage.bo, stage.room, on_discord(name), **values)

            await stage.world.until(partial(told, bo_writes))
            assert "Something broke" not in bo_writes.text, name
            assert "I don't know what to do" not in bo_writes.text, name
        await stage.settled()
        assert all(mark.receipt for mark in stage.marks)


async def test_every_option_means_on_discord_what_it_means_typed() -> None:
    async with staged() as stage:
        await stage.people.slash(stage.anna, stage.room, "circle create", name="kitchen")
        came = await logged(
            stage,
            what='said "hi" --on #care @bo',
            kind="care",
            on="yesterday",
            circle="kitchen",
            proof="https://example.org/a_b",
            note="more of it",
        )
        whole = await stage.people.slash(stage.bo, stage.room, "show", ref="c1")

        assert 'said "hi" --on #care \\@bo' in came.text
        assert "more of it" in whole.text
        assert "<https://example.org/a_b>" in whole.text
        assert "kitchen" in whole.text


async def test_people_are_mentioned_chosen_or_named() -> None:
    async with staged() as stage:
        for user in (stage.anna, stage.bo, stage.cem):
            await stage.people.slash(user, stage.room, "me show")
        (chosen,) = await stage.people.complete(
            stage.anna, stage.room, "log", "who", "ce", amount="1h", what="dug"
        )
        offered = await stage.people.complete(
            stage.anna, stage.room, "log", "who", f"<@{stage.bo.id}> ce", amount="1h", what="dug"
        )
        came = await logged(stage, who=offered[0]["value"])
        one = await stage.people.slash(stage.anna, stage.room, "balance", who="@bo")
        other = await stage.people.slash(stage.anna, stage.room, "balance", who=chosen["value"])

        assert chosen == {"name": "Cem", "value": f"<@{stage.cem.id}>"}
        assert [shown.content.split(",")[0] for shown in came.shown] == ["C1: Bo", "C2: Cem"]
        assert (one.text, other.text) == ("Bo: 3h", "Cem: 3h")


async def test_kinds_and_references_are_completed_as_they_are_known_now() -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        await logged(stage, kind="weaving")
        kinds = await stage.people.complete(stage.anna, stage.room, "log", "kind", "wea")
        refs = await stage.people.complete(stage.anna, stage.room, "confirm", "ref", "")
        strangers = await stage.people.complete(stage.cem, stage.room, "confirm", "ref", "")

        assert kinds == [{"name": "#weaving", "value": "weaving"}]
        assert refs == [{"name": "C1, Anna, 3h, #weaving, waits for confirmation", "value": "C1"}]
        assert strangers == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/me", "/me show"),
        ("/me zone Europe/Berlin", "/me zone zone:Europe/Berlin"),
        ("/rules all", "/rules show name:all"),
        ("/log 2h baked bread #care", "/log amount:2h what:baked bread kind:care"),
        ("/log 1h 30m bread @bo --on yesterday", "/log amount:1h 30m what:bread who:@bo on:yesterday"),
        ('/log --amount 2h --what "a b"', "/log amount:2h what:a b"),
        ("/vote P3", "/vote ref:P3"),
        ("/vote P3 yes|no", "/vote ref:P3 choice:yes|no"),
        ("/vote Q4 …", "/vote ref:Q4 choice:…"),
        ("/poll A? | x | y --secret", "/poll question:A? | x | y secret:True"),
        ("/collective create NAME", "/collective create name:…"),
        (f"/{COMMANDS['confirm'].usage}", "/confirm ref:…"),
        ("/help", "/help"),
        ("/lgo 2h", "/lgo 2h"),
        ("me", "me"),
        ("5:abc", "5:abc"),
    ],
)
def test_a_command_is_shown_as_discord_has_it(typed: str, shown: str) -> None:
    assert as_spoken(typed, spoken(COMMANDS), COMMANDS) == shown


async def test_a_refusal_is_for_who_typed_it_alone() -> None:
    async with staged() as stage:
        came = await stage.people.slash(stage.bo, stage.room, "confirm", ref="C7")

        assert came.shown[0].ephemeral
        assert came.text.startswith("There is no contribution C7 here.")
        assert "</contributions:" in came.text


async def test_a_command_in_a_direct_message_is_answered_there() -> None:
    async with staged() as stage:
        direct = stage.world.direct(stage.bo)
        came = await stage.people.slash(stage.bo, direct, "me show")

        assert came.text.startswith("You are Bo")
        assert came.shown[0].channel == direct.id


async def test_a_thread_is_part_of_the_channel_above_it() -> None:
    async with staged() as stage:
        thread = stage.world.channel(stage.guild, "kitchen plans", stage.room)
        stage.world.dispatch("THREAD_CREATE", {**thread.payload(), "newly_created": True})
        came = await stage.people.slash(stage.anna, thread, "log", amount="1h", what="planned")
        stage.people.say(stage.bo, thread, f"<@{stage.world.bot.id}> me", mentions=(stage.world.bot,))
        await stage.settled()

        assert came.shown[0].channel == thread.id
        assert stage.store.journal is not None
        with stage.store.journal.transaction() as tx:
            rooms = [each.payload for each in tx.entries("home") if "room.joined" in each.payload]
        assert len(rooms) == 1
        assert stage.room.id in rooms[0]


async def test_roles_and_permissions_come_along_as_standing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with staged() as stage:
        role = give(stage, stage.bo, "Gardeners", 1 << 5)
        stage.world.dispatch("GUILD_UPDATE", stage.world.guild_payload(stage.guild))
        seen: list[Incoming] = []
        assert stage.intake is not None
        submit = stage.intake.submit

        async def watched(message: Incoming) -> Answer | None:
            seen.extend([message] if message.words == "about" else [])
            return await submit(message)

        monkeypatch.setattr(stage.intake, "submit", watched)
        await stage.people.slash(stage.bo, stage.room, "about")

        (message,) = seen
        assert message.actor.standing == (f"role:{role.id}", "permission:manage-guild")
        assert message.space == stage.guild.id


async def test_a_command_that_is_no_more_is_refused_politely() -> None:
    async with staged() as stage:
        data = {"id": "1", "name": "lgo", "type": 1, "options": []}
        it = stage.discord.interactions.begin(COMMAND, stage.bo, stage.room, data)
        await stage.discord.interactions.answered(it)
        await stage.settled()

        first, second = it.text.splitlines()
        assert first == "There is no command `/lgo`."
        assert re.fullmatch(r"</help:\d+> `command:log` says more\.", second)


@pytest.mark.fair("it counts what is asked")
async def test_commands_are_registered_once_and_again_only_when_they_change() -> None:
    async with staged() as stage:
        await stage.restart()
        assert len(stage.discord.requests("PUT", "/commands$")) == 1

        stage.commands = {name: c for name, c in COMMANDS.items() if name != "thank"}
        await stage.stop()
        await stage.start()
        await stage.world.until(lambda: "thank" not in {each["name"] for each in stage.world.commands})
        assert len(stage.discord.requests("PUT", "/commands$")) == 2


async def test_what_is_registered_has_types_choices_lengths_and_other_languages() -> None:
    async with staged() as stage:
        known = {each["name"]: each for each in stage.world.commands}
        log = {option["name"]: option for option in known["log"]["options"]}
        (give_, take) = known["role"]["options"]

        assert known["log"]["description_localizations"]["de"] == "trag ein, was du beigetragen hast"
        assert list(log)[:2] == ["amount", "what"]
        assert log["amount"]["required"]
        assert log["kind"]["autocomplete"]
        assert log["what"]["max_length"] == 1000
        assert (give_["name"], take["name"]) == ("give", "take")
        assert {c["value"] for c in give_["options"][1]["choices"]} >= {"admin", "treasurer"}
        # Hidden from nobody: an admin of the collective may be nobody on Discord.
        assert not [name for name, it in known.items() if "default_member_permissions" in it]
        assert known["log"]["contexts"] == [0, 1]


async def test_a_server_that_is_not_served_is_told_its_number_and_nothing_is_written() -> None:
    async with staged() as stage:
        other: Guild = stage.world.guild("Elsewhere", stage.cem, "lobby")
        other.members[stage.bo.id] = Member(stage.bo)
        stage.world.dispatch("GUILD_CREATE", stage.world.guild_payload(other))
        lobby = next(c for c in stage.world.channels.values() if c.guild == other.id)
        came = await stage.people.slash(stage.bo, lobby, "log", amount="1h", what="spied")
        offered = await stage.people.complete(stage.bo, lobby, "log", "kind", "")
        stage.people.say(stage.bo, lobby, f"<@{stage.world.bot.id}> me", mentions=(stage.world.bot,))
        await stage.settled()

        assert came.shown[0].ephemeral
        assert re.search(rf"Its number is {other.id}", came.text)
        assert offered == []
        assert stage.marks == []


async def test_a_text_that_was_given_is_not_overwritten_by_what_stands_behind_the_amount() -> None:
    async with staged() as stage:
        work = await logged(stage, amount="2h baked bread", what="for the feast")
        money = await stage.people.slash(
            stage.anna, stage.room, "income", amount="10 EUR from the fair", what="cakes"
        )
        listed = await stage.people.slash(stage.anna, stage.room, "contributions")

        assert "would be a second “what”" in work.text
        assert "baked bread for the feast" in work.text
        assert "from the fair cakes" in money.text
        assert "C1" not in listed.text
        assert work.shown[0].ephemeral
        assert money.shown[0].ephemeral
