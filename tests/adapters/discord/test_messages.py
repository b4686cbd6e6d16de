"""Typed messages on the stand-in: by mention, directly, by prefix; edits, bots, closed doors."""

from __future__ import annotations

import pytest

from bot.chat import ELSEWHERE, Reply
from bot.text.wording import Words
from tests.adapters.discord.cards import Cards
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.gateway import MESSAGE_CONTENT
from tests.doubles.discord.world import ADD_REACTIONS, READ_MESSAGE_HISTORY, Message, User


def mention(stage: Stage, user: User, words: str, *others: User) -> Message:
    bot = stage.world.bot
    said: Message = stage.people.say(user, stage.room, f"<@{bot.id}> {words}", mentions=(bot, *others))
    return said


def in_room(stage: Stage) -> list[str]:
    return [message.content for message in stage.world.said(stage.room)]


def directly(stage: Stage, user: User) -> list[str]:
    return [message.content for message in stage.world.said(stage.world.direct(user))]


@pytest.mark.parametrize("words", ["log 1h dug", "/log 1h dug", ", log 1h dug"])
async def test_who_mentions_the_bot_is_answered_in_a_reply_that_rings_nobody(words: str) -> None:
    async with staged() as stage:
        asked = mention(stage, stage.anna, words)
        await stage.settled()

        (told,) = stage.world.said(stage.room)
        assert told.content.startswith("C1: Anna, 1h")
        assert told.reference == asked.id
        assert told.allowed_mentions == {"parse": []}


async def test_without_the_intent_the_text_of_others_is_not_there_and_nothing_happens() -> None:
    async with staged() as stage:
        stage.people.say(stage.anna, stage.room, "/log 1h dug")
        await stage.settled()

        assert in_room(stage) == []


async def test_with_the_intent_a_prefix_is_enough() -> None:
    async with staged(start=False, message_text=True, rules={"prefix": "!"}) as stage:
        stage.discord.gateway.allowed |= MESSAGE_CONTENT
        await stage.start()
        for words in ("!log 1h dug", "/balance", "hello /balance", "> !balance", "`!balance`"):
            stage.people.say(stage.anna, stage.room, words)
        await stage.settled()

        assert len(in_room(stage)) == 2
        assert in_room(stage)[1] == "Anna: 1h"


async def test_a_direct_message_needs_no_prefix() -> None:
    async with staged() as stage:
        direct = stage.world.direct(stage.bo)
        for words in ("me", "/me zone Europe/Berlin", "3h"):
            stage.people.say(stage.bo, direct, words)
        await stage.settled()

        assert directly(stage, stage.bo)[0].startswith("You are Bo")
        assert directly(stage, stage.bo)[1].startswith("From now on")
        assert "`amount:3h what:cleaned the kitchen`" in directly(stage, stage.bo)[2]


async def test_mentioned_people_are_who_discord_says_they_are() -> None:
    async with staged() as stage:
        for user in (stage.bo, stage.cem):
            mention(stage, user, "me")
        await stage.settled()
        mention(stage, stage.bo, f"log 1h dug with the spade <@{stage.cem.id}>", stage.cem)
        mention(stage, stage.bo, f"thank <@{stage.cem.id}> for the spade", stage.cem)
        await stage.settled()

        assert in_room(stage)[0].startswith("C1: Cem, 1h")
        assert "Cem" in in_room(stage)[1]


async def test_a_refusal_comes_privately_and_where_that_is_closed_in_the_room() -> None:
    async with staged() as stage:
        mention(stage, stage.bo, "log nothing")
        await stage.settled()
        stage.bo.closed = True
        mention(stage, stage.bo, "log nothing at all")
        mention(stage, stage.bo, "me")
        await stage.settled()

        assert len(directly(stage, stage.bo)) == 1
        assert len(in_room(stage)) == 1
        assert [m.failure for m in stage.marks if m.failure] == [
            "their direct messages are closed to the bot"
        ]


async def test_who_opens_their_door_again_is_told_again() -> None:
    async with staged() as stage:
        stage.bo.closed = True
        mention(stage, stage.bo, "me")
        await stage.settled()
        stage.bo.closed = False
        stage.people.say(stage.bo, stage.world.direct(stage.bo), "me")
        mention(stage, stage.bo, "me")
        await stage.settled()

        assert len(directly(stage, stage.bo)) == 2


async def test_an_edited_message_never_acts_and_its_author_is_told_once() -> None:
    async with staged() as stage:
        asked = mention(stage, stage.anna, "log 1h dug")
        await stage.settled()
        bot = stage.world.bot
        stage.people.preview(asked)
        for words in ("log 5h dug", "log 9h dug"):
            stage.people.edit(asked, f"<@{bot.id}> {words}")
        await stage.settled()

        assert len(in_room(stage)) == 1
        (told,) = directly(stage, stage.anna)
        assert "Editing a message changes nothing" in told
        assert "> `ref:C1 amount:5h what:dug`" in told


async def test_bots_webhooks_and_what_was_not_written_are_nobody() -> None:
    async with staged() as stage:
        robot = stage.world.user("Robot", bot=True)
        stage.guild.members[robot.id] = type(stage.guild.members[stage.anna.id])(robot)
        mention(stage, robot, "log 1h dug")
        bot = stage.world.bot
        pinned = Message(stage.world.snowflake(), stage.room.id, stage.anna, f"<@{bot.id}> me", type=6)
        pinned.mentions.append(bot)
        stage.world.post(pinned)
        payload = stage.world.message_payload(mention_of(stage)) | {"webhook_id": "5"}
        stage.world.dispatch("MESSAGE_CREATE", {**payload, "guild_id": stage.guild.id})
        await stage.settled()

        assert in_room(stage) == []
        assert stage.marks == []


def mention_of(stage: Stage) -> Message:
    bot = stage.world.bot
    return Message(
        stage.world.snowflake(), stage.room.id, stage.anna, f"<@{bot.id}> me", mentions=[bot]
    )


async def test_words_that_only_ring_the_bot_by_a_reply_are_no_command() -> None:
    async with staged() as stage:
        bot = stage.world.bot
        stage.people.say(stage.anna, stage.room, "log 1h dug", mentions=(bot,))
        stage.people.say(stage.anna, stage.room, f"thanks <@{bot.id}>!", mentions=(bot,))
        stage.people.say(stage.anna, stage.room, f"<@{bot.id}>", mentions=(bot,))
        await stage.settled()

        assert in_room(stage) == []


async def test_the_same_message_twice_acts_once() -> None:
    async with staged() as stage:
        mention(stage, stage.anna, "log 1h dug")
        stage.discord.gateway.again()
        await stage.settled()

        assert len(in_room(stage)) == 1


async def test_a_reply_needs_no_right_to_read_the_history() -> None:
    cards = Cards((Reply(Words("here")),))
    async with staged(cards.commands()) as stage:
        stage.room.denied = READ_MESSAGE_HISTORY
        mention(stage, stage.anna, "card")
        await stage.settled()

        assert in_room(stage) == ["here"]


# --- A sign at what is answered in private ---------------------------------------------------------


@pytest.mark.parametrize("words", ["help", "log nothing", "me"])
async def test_what_is_answered_in_private_gets_a_sign(words: str) -> None:
    async with staged() as stage:
        asked = mention(stage, stage.bo, words)
        await stage.settled()

        assert len(directly(stage, stage.bo)) == 1
        assert in_room(stage) == []
        assert asked.reactions == [ELSEWHERE]


async def test_the_sign_stands_in_the_thread_where_it_was_asked() -> None:
    async with staged() as stage:
        thread = stage.world.channel(stage.guild, "plans", stage.room)
        stage.world.dispatch("THREAD_CREATE", thread.payload())
        bot = stage.world.bot
        asked = stage.people.say(stage.bo, thread, f"<@{bot.id}> help", mentions=(bot,))
        await stage.settled()

        assert len(directly(stage, stage.bo)) == 1
        assert asked.reactions == [ELSEWHERE]


async def test_what_is_answered_where_it_was_asked_gets_none() -> None:
    async with staged() as stage:
        asked = [mention(stage, stage.bo, "log 1h dug")]
        direct = stage.world.direct(stage.bo)
        asked.append(stage.people.say(stage.bo, direct, "help"))
        stage.cem.closed = True
        asked.append(mention(stage, stage.cem, "log nothing"))
        await stage.settled()

        assert len(in_room(stage)) == 2
        assert len(directly(stage, stage.bo)) == 1
        assert [each.reactions for each in asked] == [[], [], []]


@pytest.mark.fair("it counts what is asked")
async def test_the_answer_comes_also_where_no_sign_can_be_put() -> None:
    async with staged() as stage:
        stage.room.denied = ADD_REACTIONS
        asked = mention(stage, stage.bo, "help")
        await stage.settled()
        stage.room.denied = 0
        gone = mention(stage, stage.bo, "me")
        del stage.world.messages[gone.id]
        await stage.settled()

        assert len(directly(stage, stage.bo)) == 2
        assert asked.reactions == []
        assert len(stage.discord.requests("PUT", "/reactions/")) == 2


async def test_several_entries_in_one_message_are_one_answer_each_or_a_refusal_of_all() -> None:
    async with staged() as stage:
        mention(stage, stage.anna, "log 2h dug\n- 1h raked\n30m swept")
        await stage.settled()
        assert [told.partition(",")[0] for told in in_room(stage)] == [
            "C1: Anna",
            "C2: Anna",
            "C3: Anna",
        ]
        mention(stage, stage.anna, "log 2h dug more\n/balance")
        await stage.settled()
        assert "Nothing was entered. Line 2" in directly(stage, stage.anna)[-1]
        mention(stage, stage.anna, "balance")
        await stage.settled()
        assert in_room(stage)[-1] == "Anna: 3h30"
