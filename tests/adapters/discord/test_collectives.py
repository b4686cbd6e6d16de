"""A guild as a collective on the stand-in: begun, greeted, its rooms, its proposals, its people."""

from __future__ import annotations

import re

import pytest

from bot.chat import Actor, Incoming, Place, Reply
from bot.text.wording import Words
from bot.writer.answers import Answer
from tests.adapters.discord.cards import Cards
from tests.adapters.discord.stage import Stage, give, staged
from tests.doubles.discord.world import Channel, Guild, Message
from tests.house import plain

DAY = 86_400.0


async def begun(stage: Stage) -> None:
    """Anna begins a collective in the guild."""
    await stage.people.slash(stage.anna, stage.room, "collective create", name="Garden Coop")
    await stage.settled()


def in_room(stage: Stage, channel: Channel | None = None) -> list[str]:
    return [message.content for message in stage.world.said(channel or stage.room)]


async def test_a_guild_becomes_a_collective_and_its_channels_are_its_rooms() -> None:
    async with staged(at_home=False) as stage:
        other = stage.world.channel(stage.guild, "kitchen")
        before = await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what="dug")
        await begun(stage)
        here = await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what="dug")
        there = await stage.people.slash(stage.bo, other, "balance", who=f"<@{stage.anna.id}>")

        assert "belongs to no collective yet" in before.text
        assert "/collective create:" in before.text
        assert here.text.startswith("C1: Anna")
        assert there.text == "Anna: 1h"


async def test_coming_into_a_guild_the_bot_says_once_what_it_is() -> None:
    async with staged(at_home=False) as stage:
        guild: Guild = stage.world.guild("Elsewhere", stage.cem, "lobby")
        stage.world.dispatch("GUILD_CREATE", stage.world.guild_payload(guild))
        stage.world.dispatch("GUILD_CREATE", stage.world.guild_payload(guild))
        await stage.settled()
        await stage.restart()
        await stage.settled()
        lobby = next(c for c in stage.world.channels.values() if c.guild == guild.id)

        assert len(in_room(stage, lobby)) == 1
        assert in_room(stage, lobby)[0].startswith("Hello, I am Talkoot.")


@pytest.mark.parametrize(
    ("system", "lobby", "garden", "greeted"),
    [
        ("lobby", {}, {}, "lobby"),
        ("garden", {}, {}, "garden"),
        ("", {}, {}, "lobby"),
        ("lobby", {"everyone": (0, 0, 1 << 11)}, {}, "garden"),
        ("lobby", {"everyone": (0, 0, 1 << 10)}, {}, "garden"),
        ("lobby", {"bot": (1, 0, 1 << 11)}, {}, "garden"),
        ("lobby", {"everyone": (0, 0, 1 << 11), "bot": (1, 1 << 11, 0)}, {}, "lobby"),
        ("", {"everyone": (0, 0, 1 << 11)}, {}, "garden"),
        ("lobby", {"everyone": (0, 0, 1 << 11)}, {"bot": (1, 0, 1 << 10)}, ""),
    ],
)
async def test_the_greeting_goes_where_the_bot_may_write(
    system: str,
    lobby: dict[str, tuple[int, int, int]],
    garden: dict[str, tuple[int, int, int]],
    greeted: str,
) -> None:
    async with staged(at_home=False) as stage:
        guild: Guild = stage.world.guild("Elsewhere", stage.cem, "lobby")
        rooms = {"garden": stage.world.channel(guild, "garden")}
        rooms |= {c.name: c for c in stage.world.channels.values() if c.guild == guild.id}
        who = {"everyone": guild.id, "bot": stage.world.bot.id}
        for room, given in (("lobby", lobby), ("garden", garden)):
            rooms[room].overwrites = {who[each]: value for each, value in given.items()}
        told = stage.world.guild_payload(guild)
        told["system_channel_id"] = rooms[system].id if system else None
        stage.world.dispatch("GUILD_CREATE", told)
        await stage.settled()

        assert [name for name, room in rooms.items() if in_room(stage, room)] == (
            [greeted] if greeted else []
        )


async def test_two_guilds_are_two_collectives() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        guild: Guild = stage.world.guild("Elsewhere", stage.anna, "lobby")
        stage.world.dispatch("GUILD_CREATE", stage.world.guild_payload(guild))
        lobby = next(c for c in stage.world.channels.values() if c.guild == guild.id)
        await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what="dug")
        await stage.people.slash(stage.anna, lobby, "collective create", name="Elsewhere")
        there = await stage.people.slash(stage.anna, lobby, "balance")
        offered = await stage.people.complete(stage.anna, lobby, "show", "ref", "")

        assert there.text == "Anna: 0h"
        assert offered == []


async def test_a_guild_that_removes_the_bot_keeps_its_journal() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        await stage.people.slash(stage.anna, stage.room, "log", amount="1h", what="dug")
        await stage.settled()
        stage.guild.gone = True
        stage.world.dispatch("GUILD_DELETE", {"id": stage.guild.id})
        stage.guild.gone = False
        stage.world.dispatch("GUILD_CREATE", stage.world.guild_payload(stage.guild))
        came = await stage.people.slash(stage.anna, stage.room, "balance")

        assert came.text == "Anna: 1h"


async def test_a_role_of_the_guild_counts_by_its_id_and_a_second_of_its_name_does_not() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        role = give(stage, stage.bo, "Gardeners")
        give(stage, stage.cem, "Gardeners")
        stage.world.dispatch("GUILD_UPDATE", stage.world.guild_payload(stage.guild))
        words = {"name": "coordinators", "value": f"<@&{role.id}>"}
        await stage.people.slash(stage.anna, stage.room, "rules set", **words)
        await stage.people.slash(stage.bo, stage.room, "circle create", name="kitchen")
        bo = await stage.people.slash(stage.bo, stage.room, "circle close", name="kitchen")
        cem = await stage.people.slash(stage.cem, stage.room, "circle close", name="kitchen")

        assert "is for coordinators" in cem.text
        assert "is for coordinators" not in bo.text


async def test_a_proposal_from_its_card_to_its_outcome() -> None:
    async with staged(at_home=False) as stage:
        kitchen = stage.world.channel(stage.guild, "kitchen")
        await begun(stage)
        for user in (stage.bo, stage.cem):
            await stage.people.slash(user, kitchen, "me show")
        came = await stage.people.slash(
            stage.anna,
            stage.room,
            "propose",
            title="Buy an oven",
            method="consensus",
            closes="in 3 days",
        )
        await stage.settled()
        card = came.shown[0]
        (twin,) = [m for m in stage.world.said(kitchen) if "Buy an oven" in m.content]
        assert set(card.buttons()) >= {"agree", "block"}

        asked = await stage.people.press(stage.bo, twin, "block")
        blocked = await stage.people.submit(asked, "It is too dear")
        choices = await stage.people.complete(stage.cem, stage.room, "vote", "choice", "a", ref="P1")
        voted = await stage.people.slash(stage.cem, stage.room, "vote", ref="P1", choice="agree")
        await stage.settled()

        assert "too dear" in card.content
        assert card.content == twin.content
        assert {each["value"] for each in choices} >= {"agree", "abstain"}
        assert blocked.shown[0].content
        assert voted.shown[0].content


async def test_the_result_of_a_poll_comes_with_its_picture() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        await stage.people.slash(stage.bo, stage.room, "me show")
        asked = "Which day? | Monday | Tuesday"
        await stage.people.slash(stage.anna, stage.room, "poll", question=asked)
        await stage.people.slash(stage.bo, stage.room, "vote", ref="Q1", choice="Tuesday")
        await stage.people.slash(stage.anna, stage.room, "close", ref="Q1")
        await stage.settled()

        (message,) = [m for m in stage.world.said(stage.room) if m.attachments]
        (file,) = message.attachments
        assert message.content == ""
        assert file["filename"] == "Q1.png"
        assert file["description"] == "Votes: Tuesday: 1, Monday: 0"


async def test_what_is_for_somebody_else_is_told_to_them_alone() -> None:
    cards = Cards((Reply(Words("for Bo's eyes"), to=2), Reply(Words("for all"))))
    async with staged(cards.commands()) as stage:
        for user in (stage.anna, stage.bo):
            await stage.people.slash(user, stage.room, "me show")
        came = await stage.people.slash(stage.anna, stage.room, "card")
        await stage.settled()

        assert [m.content for m in came.shown] == ["for all"]
        direct = stage.world.direct(stage.bo)
        assert [m.content for m in stage.world.said(direct)] == ["for Bo's eyes"]


async def test_an_option_of_several_lines_that_is_left_out_is_asked_for() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        asked = await stage.people.slash(stage.anna, stage.room, "rules import")
        came = await stage.people.submit(asked, 'quorum = "50%"\nconfirmations = 1')
        shown = await stage.people.slash(stage.anna, stage.room, "rules explain", name="confirmations")

        assert asked.modal is not None
        assert asked.modal["title"] == "/rules import"
        assert "confirmations" in came.text
        assert "1" in shown.text


async def test_a_guild_joins_a_collective_that_began_on_matrix_by_its_code() -> None:
    """From then on all its channels are rooms of it, and a poll counts votes from both."""
    async with staged(at_home=False) as stage:
        await said_elsewhere(stage, "collective create Garden Coop")
        invited = await said_elsewhere(stage, "collective invite")
        assert invited is not None
        code = code_in(plain(invited.outgoing[0]))
        joined = await stage.people.slash(stage.anna, stage.room, "collective join", code=code)
        other = stage.world.channel(stage.guild, "kitchen")
        logged = await stage.people.slash(stage.bo, other, "log", amount="1h", what="dug")
        await said_elsewhere(stage, "poll Which fruit? | Apple | Pear")
        await stage.settled()
        card = next(m for m in stage.world.said(stage.room) if m.content.startswith("Q1: "))
        await stage.people.choose(stage.bo, card, "Pear")
        await said_elsewhere(stage, "vote Q1 Apple")
        await stage.settled()

        assert "Garden Coop" in joined.text
        assert logged.text.startswith("C1: Bo")
        assert "So far: Apple 1, Pear 1." in card.content


async def test_one_person_on_two_platforms_votes_once_and_the_later_vote_counts() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        await stage.people.slash(stage.bo, stage.room, "me show")
        invited = await stage.people.slash(stage.anna, stage.room, "collective invite")
        await said_elsewhere(stage, f"collective join {code_in(invited.text)}")
        linking = await stage.people.slash(stage.bo, stage.room, "me link")
        await said_elsewhere(stage, f"me link {code_in(linking.text)} yes")
        came = await stage.people.slash(
            stage.anna, stage.room, "propose", title="Buy an oven", method="majority"
        )
        await stage.settled()
        card = came.shown[0]
        await stage.people.press(stage.bo, card, "yes")
        both = await said_elsewhere(stage, "vote P1 no")
        await stage.settled()

        assert both is not None
        assert "So far: no 1." in card.content


def code_in(text: str) -> str:
    """The code in an answer."""
    found = re.search(r"[\w.]*\w{4}-[\w-]+", text)
    assert found is not None
    return found[0]


async def said_elsewhere(stage: Stage, line: str) -> Answer | None:
    """Bo says something on another platform."""
    assert stage.intake is not None
    elsewhere = Place("elsewhere", "!room")
    actor = Actor("elsewhere", "@bo:example.org", "Bo of old", standing=("power:100",))
    message = Incoming(f"m{line}", elsewhere, actor, line, addressed=True)
    return await stage.intake.submit(message)


async def asked(stage: Stage, **options: str | bool) -> Message:
    """Anna asks; returns the poll's card."""
    question = "Which fruit? | Apple | Dark Plum | Pear"
    came = await stage.people.slash(stage.anna, stage.room, "poll", question=question, **options)
    await stage.settled()
    message: Message = came.shown[0]
    return message


async def test_a_poll_is_voted_in_on_discord_by_menu_and_by_typing_and_counted_once() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        for user in (stage.bo, stage.cem):
            await stage.people.slash(user, stage.room, "me show")
        card = await asked(stage, method="single")
        below = next(m for m in stage.world.said(stage.room) if m.poll is not None)
        assert below.poll is not None
        stage.people.vote(stage.bo, below, "Dark Plum")
        await stage.settled()
        await stage.people.choose(stage.cem, card, "Pear")
        stage.people.vote(stage.cem, below, "Apple")
        await stage.settled()
        typed = await stage.people.slash(stage.anna, stage.room, "vote", ref="Q1", choice="Apple")
        await stage.settled()
        assert typed.shown
        assert "3 of 3 people voted" in card.content
        assert "So far: Apple 2, Dark Plum 1." in card.content

        await stage.people.slash(stage.anna, stage.room, "close", ref="Q1")
        await stage.settled()
        assert below.poll.final
        assert card.inside() == []
        assert "Apple" in card.content


async def test_a_poll_of_several_marks_takes_them_together() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        card = await asked(stage, method="approval")
        below = next(m for m in stage.world.said(stage.room) if m.poll is not None)
        stage.people.vote(stage.anna, below, "Apple", "Pear")
        await stage.settled()

        assert below.poll is not None
        assert below.poll.several
        assert "So far: Apple 1, Pear 1." in card.content


async def test_a_ranked_poll_is_voted_in_by_a_menu_or_typed() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        await stage.people.slash(stage.bo, stage.room, "me show")
        card = await asked(stage, method="irv")
        step = (await stage.people.choose(stage.bo, card, "Pear")).shown[0]
        await stage.people.choose(stage.bo, step, "Dark Plum")
        await stage.people.press(stage.bo, step, "That is my order")
        typed = await stage.people.slash(
            stage.anna, stage.room, "vote", ref="Q1", choice="Dark Plum > Apple = Pear"
        )
        await stage.settled()

        assert not any(message.poll for message in stage.world.messages.values())
        assert "2 of 2 people voted" in card.content, typed.text


async def test_a_poll_whose_count_is_hidden_is_never_one_of_discords() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        card = await asked(stage, method="single", hidden=True)
        came = await stage.people.press(stage.anna, card, "Dark Plum")
        await stage.settled()

        assert not any(message.poll for message in stage.world.messages.values())
        assert "count is hidden" in card.content
        assert came.shown[0].ephemeral


async def test_a_scored_poll_is_voted_in_by_two_menus_on_the_own_ballot() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        await stage.people.slash(stage.bo, stage.room, "me show")
        card = await asked(stage, method="score")
        ballot = (await stage.people.press(stage.bo, card, "Vote")).shown[0]
        assert ballot.ephemeral
        await stage.people.choose(stage.bo, ballot, "4", menu=1)
        await stage.restart()
        await stage.people.choose(stage.bo, ballot, "Pear")
        await stage.people.choose(stage.bo, ballot, "2", menu=1)
        listed = {o["label"]: o.get("description") for o in ballot.selects()[0]["options"]}
        assert listed == {"Apple": "4", "Dark Plum": None, "Pear": "2"}
        await stage.people.press(stage.bo, ballot, "That is my vote")
        await stage.settled()

        assert (ballot.components, ballot.content) == ([], "You on Q1: Apple: 4, Pear: 2.")
        assert "So far: Apple 4, Pear 2" in card.content
        assert set(card.buttons()) == {"Vote"}


async def test_times_are_answered_by_menus_too() -> None:
    async with staged(at_home=False) as stage:
        await begun(stage)
        card = await asked(stage, method="times")
        ballot = (await stage.people.press(stage.anna, card, "Vote")).shown[0]
        for answer in ("yes", "no", "if need be"):
            await stage.people.choose(stage.anna, ballot, answer, menu=1)
        await stage.people.press(stage.anna, ballot, "That is my vote")
        assert ballot.content == "You on Q1: Apple: yes, Dark Plum: no, Pear: if need be."


async def test_a_secret_ranking_is_made_on_the_own_ballot_and_told_to_nobody() -> None:
    async with staged(at_home=False, rules={"secrecy-floor": 1}) as stage:
        await begun(stage)
        await stage.people.slash(stage.bo, stage.room, "me show")
        card = await asked(stage, method="schulze", secret=True, shuffle=True)
        before, content = len(in_room(stage)), card.content
        ballot = (await stage.people.press(stage.bo, card, "Vote")).shown[0]
        step = (await stage.people.choose(stage.bo, ballot, "Pear")).shown[0]
        await stage.people.choose(stage.bo, step, "Apple")
        await stage.people.press(stage.bo, step, "That is my order")
        await stage.settled()

        assert ballot.ephemeral
        assert step.ephemeral
        assert step.content == "Your vote on Q1 is recorded and sealed."
        assert (len(in_room(stage)), card.content) == (before, content)
        assert card.selects() == []
        assert not any(message.poll for message in stage.world.messages.values())
