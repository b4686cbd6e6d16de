"""Cards go where they were asked for, or say where they are: forums, threads, closed doors."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.interactions import Interaction
from tests.doubles.discord.world import (
    ATTACH_FILES,
    FORUM,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Channel,
    Message,
    User,
)

STALE = "cannot be kept up to date any more"


async def begun(stage: Stage) -> None:
    for user in (stage.anna, stage.bo, stage.cem):
        await stage.people.slash(user, stage.room, "me show")
    await stage.settled()


async def slash(stage: Stage, user: User, place: Channel, name: str, **values: str) -> Interaction:
    it: Interaction = await stage.people.slash(user, place, name, **values)
    await stage.settled()
    return it


async def vote(stage: Stage, user: User) -> None:
    await slash(stage, user, stage.room, "vote", ref="P1", choice="consent")


def thread_in(stage: Stage, parent: Channel) -> Channel:
    thread = stage.world.channel(stage.guild, "plans", parent)
    stage.world.dispatch("THREAD_CREATE", thread.payload())
    return thread


def cards(stage: Stage, place: Channel) -> list[Message]:
    return [m for m in stage.world.said(place) if "P1" in m.content and m.components]


async def test_a_card_that_is_asked_for_in_a_forums_post_stands_in_the_post() -> None:
    async with staged() as stage:
        await begun(stage)
        forum = stage.world.forum(stage.guild, "ideas")
        post = thread_in(stage, forum)
        it = await slash(stage, stage.anna, post, "propose", title="Buy an oven")
        (card,) = cards(stage, post)
        await vote(stage, stage.bo)

        assert it.text.startswith(card.content[:10])
        assert "So far: consent 1." in card.content
        assert cards(stage, stage.room), "the other rooms have theirs"


async def test_a_card_for_a_room_that_is_a_forum_becomes_a_post_of_its_own() -> None:
    async with staged() as stage:
        await begun(stage)
        forum = stage.world.forum(stage.guild, "ideas")
        await slash(stage, stage.anna, thread_in(stage, forum), "me show")
        await slash(stage, stage.anna, stage.room, "propose", title="Buy an oven")
        posts = [c for c in stage.world.channels.values() if c.parent == forum.id and "P1" in c.name]
        (card,) = cards(stage, posts[0])
        await vote(stage, stage.bo)

        assert forum.type == FORUM
        assert len(posts) == 1
        assert "So far: consent 1." in card.content
        assert not [mark.failure for mark in stage.marks if mark.failure]


async def proposed_in_a_forum(stage: Stage, what: str) -> list[Channel]:
    """The posts that are there when the answer to beginning one was lost at first."""
    await begun(stage)
    forum = stage.world.forum(stage.guild, "ideas")
    await slash(stage, stage.anna, thread_in(stage, forum), "me show")
    stage.discord.weather(what, "POST", f"/channels/{forum.id}/threads$", 3)
    await slash(stage, stage.anna, stage.room, "propose", title="Buy an oven")
    return [c for c in stage.world.channels.values() if c.parent == forum.id and "P1" in c.name]


@pytest.mark.fair("it says itself which answer is lost, and when")
@pytest.mark.parametrize("what", ["lose", "tear"])
async def test_a_post_is_begun_once_also_where_the_answer_to_it_was_lost(what: str) -> None:
    async with staged() as stage:
        (post,) = await proposed_in_a_forum(stage, what)
        (card,) = cards(stage, post)
        await vote(stage, stage.bo)

        assert "So far: consent 1." in card.content
        assert not [mark.failure for mark in stage.marks if mark.failure]


@pytest.mark.fair("it says itself which answer is lost, and when")
async def test_a_post_that_was_begun_before_a_crash_is_found_also_where_it_was_put_away() -> None:
    async with staged() as stage:
        await begun(stage)
        forum = stage.world.forum(stage.guild, "ideas")
        await slash(stage, stage.anna, thread_in(stage, forum), "me show")
        stage.discord.weather("lose", "POST", f"/channels/{forum.id}/threads$", 1)
        stage.patience = asyncio.Event()
        stage.people.send_slash(stage.anna, stage.room, "propose", title="Buy an oven")
        await stage.waited()
        (post,) = [c for c in stage.world.channels.values() if "P1" in c.name]
        post.archived = True
        stage.world.clock.move(2 * 3600.0)
        stage.patience = None
        await stage.restart(kill=True)
        await stage.settled()
        await vote(stage, stage.bo)
        (card,) = cards(stage, post)

        assert len([c for c in stage.world.channels.values() if "P1" in c.name]) == 1
        assert "So far: consent 1." in card.content


async def test_what_comes_later_is_told_where_the_card_stands() -> None:
    async with staged() as stage:
        await begun(stage)
        forum = stage.world.forum(stage.guild, "ideas")
        post = thread_in(stage, forum)
        await slash(stage, stage.anna, post, "propose", title="Buy an oven")
        await vote(stage, stage.bo)
        stage.world.clock.move(8 * 86_400)
        await stage.tick()
        await stage.settled()

        assert any("passed" in m.content for m in stage.world.said(post))
        assert not [mark.failure for mark in stage.marks if mark.failure]


async def test_a_card_in_a_thread_stands_in_the_thread_and_not_above_it() -> None:
    async with staged() as stage:
        await begun(stage)
        thread = thread_in(stage, stage.room)
        await slash(stage, stage.anna, thread, "propose", title="Buy an oven")

        assert len(cards(stage, thread)) == 1
        assert cards(stage, stage.room) == []


async def test_a_card_in_a_thread_that_was_put_away_is_kept_up_to_date() -> None:
    async with staged() as stage:
        await begun(stage)
        thread = thread_in(stage, stage.room)
        await slash(stage, stage.anna, thread, "propose", title="Buy an oven")
        (card,) = cards(stage, thread)
        thread.archived = True
        await vote(stage, stage.bo)

        assert "So far: consent 1." in card.content


async def test_a_card_in_a_closed_thread_is_said_to_be_stale_once_in_the_room() -> None:
    async with staged() as stage:
        await begun(stage)
        thread = thread_in(stage, stage.room)
        await slash(stage, stage.anna, thread, "propose", title="Buy an oven")
        thread.archived = thread.locked = True
        await vote(stage, stage.bo)
        await stage.restart()
        await vote(stage, stage.cem)

        said = [m.content for m in stage.world.said(stage.room) if STALE in m.content]
        assert len(said) == 1
        assert "P1" in said[0]
        assert "/show" in said[0]


async def test_a_deleted_card_is_said_to_be_stale_once_in_the_room() -> None:
    async with staged() as stage:
        await begun(stage)
        await slash(stage, stage.anna, stage.room, "propose", title="Buy an oven")
        stage.discord.delete(cards(stage, stage.room)[0])
        await vote(stage, stage.bo)
        await vote(stage, stage.cem)

        assert len([m for m in stage.world.said(stage.room) if STALE in m.content]) == 1


async def test_where_the_bot_may_not_see_or_write_the_card_says_so_at_once() -> None:
    async with staged() as stage:
        await begun(stage)
        closed = stage.world.channel(stage.guild, "closed")
        closed.denied = VIEW_CHANNEL | SEND_MESSAGES
        it = await slash(stage, stage.anna, closed, "propose", title="Buy an oven")

        warned = it.shown[-1]
        assert warned.ephemeral
        assert "View Channels, Send Messages" in warned.content
        assert "/show" in warned.content


async def test_where_nothing_may_be_attached_the_words_come_alone() -> None:
    async with staged() as stage:
        await begun(stage)
        await slash(stage, stage.anna, stage.room, "log", amount="1h", what="dug")
        stage.room.denied = ATTACH_FILES
        bot = stage.world.bot
        stage.people.say(stage.anna, stage.room, f"<@{bot.id}> export csv", mentions=(bot,))
        await stage.settled()
        said = [m for m in stage.world.messages.values() if m.author is bot and "export" in m.content]

        assert not [mark.failure for mark in stage.marks if mark.failure]
        assert said is not None


async def test_a_vote_in_a_poll_that_does_not_count_is_told_also_behind_closed_doors() -> None:
    async with staged(rules={"new-members": "request"}) as stage:
        await stage.people.slash(stage.anna, stage.room, "me show")
        await slash(stage, stage.anna, stage.room, "poll", question="Which bread? | Rye | Wheat")
        (poll,) = [m for m in stage.world.said(stage.room) if m.poll is not None]
        stage.bo.closed = True
        stage.people.vote(stage.bo, poll, "Rye")
        await stage.settled()
        told = stage.world.said(stage.room)[-1]

        assert f"<@{stage.bo.id}>" in told.content
        assert "for members" in told.content
        assert told.allowed_mentions == {"parse": []}


async def test_discords_poll_closes_when_the_card_says_so() -> None:
    async with staged() as stage:
        await begun(stage)
        await slash(
            stage, stage.anna, stage.room, "poll", question="Bread? | Rye | Wheat", closes="in 3 days"
        )
        poll = stage.discord.requests("POST", "/messages$")[-1]
        assert poll.body["poll"]["duration"] == 72
