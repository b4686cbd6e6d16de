"""Discord's own polls on the stand-in: opened below a card, voted in, ended; and what does not fit."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat import Choice, Kind, Menu, Place, Reply
from bot.text.wording import Words, say
from tests.adapters.discord.cards import Cards, menu, picture
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.world import SEND_POLLS, Member, Message


def poll(*labels: str, most: int = 1, joint: str = ", ") -> Reply:
    menus = (menu(*labels, most=most, joint=joint, line="vote Q4"),)
    return Reply(say("Q4: Which fruit?"), Kind.CARD, ref="Q4", menus=menus, native=True)


async def opened(stage: Stage) -> tuple[Message, Message]:
    """Show the card; returns it and the poll below it."""
    await stage.people.slash(stage.anna, stage.room, "card")
    await stage.settled()
    card, below = stage.world.said(stage.room)
    return card, below


async def closed(stage: Stage, cards: Cards) -> None:
    """Somebody's command closes the card."""
    place = Place("discord", stage.room.id)
    edit = Reply(say("Q4: Apple it is"), Kind.EDIT, ref="Q4", place=place)
    cards.answers = (edit,)
    await stage.people.slash(stage.anna, stage.room, "vote", ref="Q4", choice="close")
    await stage.settled()


async def test_a_poll_stands_below_its_card_and_its_votes_type_the_menus_line() -> None:
    cards = Cards((poll("Apple", "Dark Plum"),))
    async with staged(cards.commands()) as stage:
        card, below = await opened(stage)
        stage.people.vote(stage.bo, below, "Dark Plum")
        await stage.settled()
        stage.people.vote(stage.bo, below, "Apple")
        await stage.settled()
        stage.people.vote(stage.bo, below)
        await stage.people.choose(stage.cem, card, "Apple")
        await stage.settled()

        assert below.poll is not None
        assert (below.poll.question, below.poll.several) == ("Which one?", False)
        assert below.poll.answers == ["Apple", "Dark Plum"]
        assert below.reference == card.id
        # A change of mind is a vote taken back and a new one.
        assert sorted(cards.heard) == sorted(
            [
                ("Bo", "dark-plum"),
                ("Bo", "withdraw"),
                ("Bo", "apple"),
                ("Bo", "withdraw"),
                ("Cem", "apple"),
            ]
        )
        assert cards.heard[2] == ("Bo", "apple")
        # Discord shows a vote itself: nobody gets a message for it.
        assert stage.world.said(stage.world.direct(stage.bo)) == []


async def test_several_answers_are_one_ballot() -> None:
    cards = Cards((poll("Apple", "Pear", "Plum", most=3),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        stage.people.vote(stage.bo, below, "Apple", "Plum")
        await stage.settled()
        stage.people.vote(stage.bo, below, "Plum", "Pear")
        await stage.settled()

        assert cards.heard[1] == ("Bo", "apple, plum")
        assert cards.heard[-1] == ("Bo", "pear, plum")


@pytest.mark.parametrize("most", [1, 3])
async def test_votes_count_after_a_restart_and_after_months(most: int) -> None:
    cards = Cards((poll("Apple", "Pear", "Plum", most=most),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        stage.people.vote(stage.bo, below, "Apple")
        await stage.settled()
        await stage.restart()
        stage.world.clock.move(30 * 86_400.0)
        stage.people.vote(stage.cem, below, "Pear")
        if most > 1:
            stage.people.vote(stage.bo, below, "Apple", "Plum")
        await stage.settled()

        assert ("Cem", "pear") in cards.heard
        if most > 1:
            assert [said for said in cards.heard if said[0] == "Bo"][-1] == ("Bo", "apple, plum")


@pytest.mark.parametrize("most", [1, 3])
async def test_votes_while_nobody_listened_are_counted_at_the_next_start(most: int) -> None:
    cards = Cards((poll("Apple", "Pear", "Plum", most=most),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        stage.people.vote(stage.bo, below, "Apple")
        stage.people.vote(stage.cem, below, "Apple")
        await stage.settled()
        cards.heard.clear()
        await stage.stop()
        stage.people.vote(stage.bo, below, "Plum")
        stage.people.vote(stage.cem, below)
        stage.people.vote(stage.anna, below, "Pear")
        await stage.start()
        await stage.settled()
        assert sorted(cards.heard) == [("Anna", "pear"), ("Bo", "plum"), ("Cem", "withdraw")]

        cards.heard.clear()
        await stage.restart()
        await stage.settled()
        assert cards.heard == []


async def test_many_voters_are_read_page_by_page() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands(), rules={"flood": 600}) as stage:
        _, below = await opened(stage)
        await stage.stop()
        for number in range(130):
            voter = stage.world.user(f"Voter {number}")
            stage.guild.members[voter.id] = Member(voter)
            stage.people.vote(voter, below, "Apple")
        await stage.start()
        await stage.settled()

        assert len({name for name, _ in cards.heard}) == 130
        pages = {it.query["after"] for it in stage.discord.requests("GET", "/answers/1")}
        assert len(pages) == 2


async def test_polls_that_are_over_or_gone_are_looked_after_no_more() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        _, first = await opened(stage)
        await stage.people.slash(stage.anna, stage.room, "card")
        await stage.settled()
        second = stage.world.said(stage.room)[-1]
        await stage.stop()
        stage.discord.delete(first)
        stage.world.expire(second)
        await stage.start()
        await stage.settled()
        asked = len(stage.discord.requests("GET", "/messages/"))
        await stage.restart()
        await stage.settled()

        assert len(stage.discord.requests("GET", "/messages/")) == asked


async def test_a_vote_counts_when_discord_answers_again() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        stage.discord.weather("tear", "GET", f"/messages/{below.id}", 12)
        stage.people.vote(stage.bo, below, "Apple")
        await stage.settled()

        assert cards.heard == [("Bo", "apple")]


@pytest.mark.fair("it says itself which answer is lost, and when")
async def test_a_vote_that_waits_for_discord_does_not_come_after_a_newer_one() -> None:
    cards = Cards((poll("Apple", "Plum"),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        stage.discord.weather("tear", "GET", f"/members/{stage.bo.id}", 2)
        stage.patience = asyncio.Event()
        stage.people.vote(stage.bo, below, "Apple")
        await stage.waited()
        stage.people.vote(stage.bo, below, "Plum")
        # Of others everything is counted meanwhile.
        stage.people.vote(stage.cem, below, "Apple")
        await stage.world.until(lambda: ("Cem", "apple") in cards.heard)
        stage.patience.set()
        await stage.settled()

        assert [said for name, said in cards.heard if name == "Bo"][-1] == "plum"


@pytest.mark.fair("it says itself which answer is lost, and when")
async def test_a_vote_that_comes_while_missed_ones_are_counted_is_not_overruled_by_them() -> None:
    cards = Cards((poll("Apple", "Plum"),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        await stage.stop()
        stage.people.vote(stage.bo, below, "Apple")
        held = stage.discord.weather("wait", "GET", f"/polls/{below.id}/answers/2")
        await stage.start()
        while held.times:
            await asyncio.sleep(0.001)  # tidy: lets sockets be read
        stage.people.vote(stage.bo, below, "Plum")
        await stage.world.until(lambda: ("Bo", "plum") in cards.heard)
        assert held.gate is not None
        held.gate.set()
        await stage.settled()

        assert [said for name, said in cards.heard if name == "Bo"][-1] == "plum"


@pytest.mark.fair("it says itself which answer is lost, and when")
async def test_a_card_that_was_told_before_a_crash_gets_no_second_poll() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        stage.discord.weather("none", "POST", "/channels/.*/messages", 1)
        stage.discord.weather("lose", "POST", "/channels/.*/messages", 1)
        stage.patience = asyncio.Event()
        bot = stage.world.bot
        stage.people.say(stage.anna, stage.room, f"<@{bot.id}> card", mentions=(bot,))
        await stage.waited()
        stage.world.clock.move(600.0)
        stage.patience = None
        await stage.restart(kill=True)
        await stage.settled()

        card, below = stage.world.said(stage.room)
        assert [m.receipt for m in stage.marks] == [f"{stage.room.id}/{card.id}/{below.id}"]


async def test_closing_the_card_ends_the_poll() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        card, below = await opened(stage)
        await closed(stage, cards)

        assert below.poll is not None
        assert below.poll.final
        assert card.content == "Q4: Apple it is"
        assert card.inside() == []
        assert stage.world.messages[next(reversed(stage.world.messages))].type in {20, 46}


async def test_hiding_the_votes_ends_the_poll_that_would_show_them() -> None:
    async with staged() as stage:
        await stage.people.slash(
            stage.anna, stage.room, "poll", question="Which? | Apple | Pear | Plum", method="approval"
        )
        await stage.settled()
        below = next(it for it in stage.world.said(stage.room) if it.poll is not None)
        await stage.people.slash(stage.anna, stage.room, "hide", ref="Q1")
        await stage.settled()

        assert below.poll is not None
        assert below.poll.final


async def test_a_poll_that_has_ended_by_itself_is_no_failure() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        _, below = await opened(stage)
        stage.world.clock.move(33 * 86_400.0)
        await closed(stage, cards)

        assert below.poll is not None
        assert not below.poll.final
        assert all(mark.receipt for mark in stage.marks)


async def test_a_live_card_is_edited_and_its_poll_goes_on() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        card, below = await opened(stage)
        edit = Reply(
            say("Q4: Which fruit? 1 vote"),
            Kind.EDIT,
            ref="Q4",
            place=Place("discord", stage.room.id),
            menus=poll("Apple", "Pear").menus,
        )
        cards.answers = (edit,)
        stage.people.vote(stage.bo, below, "Apple")
        await stage.settled()

        assert card.content.endswith("1 vote")
        assert below.poll is not None
        assert not below.poll.final


@pytest.mark.parametrize(
    "odd",
    [
        poll(*(f"C{n}" for n in range(11))),
        poll("x" * 56, "y"),
        poll("a", "b", "c", most=2),
        poll("a", "b", most=2, joint=" > "),
        Reply(say("two"), Kind.CARD, ref="Q4", menus=(menu("a", "b"), menu("c", "d")), native=True),
        Reply(
            say("blank"),
            Kind.CARD,
            ref="Q4",
            menus=(Menu(say("?"), "vote Q4", (Choice(Words(" "), "a"), Choice(Words("b"), "b"))),),
            native=True,
        ),
        Reply(say("secret"), Kind.CARD, private=True, ref="Q4", menus=(menu("a", "b"),), native=True),
    ],
)
async def test_what_does_not_fit_a_poll_has_its_menu_alone(odd: Reply) -> None:
    cards = Cards((odd,))
    async with staged(cards.commands()) as stage:
        came = await stage.people.slash(stage.anna, stage.room, "card")
        await stage.settled()

        assert len(came.shown) == 1
        assert came.shown[0].selects()
        assert not any(message.poll for message in stage.world.messages.values())


async def test_without_the_right_to_open_polls_the_card_has_its_menu() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        stage.room.denied = SEND_POLLS
        came = await stage.people.slash(stage.anna, stage.room, "card")
        await stage.settled()

        assert came.shown[0].selects()
        assert stage.marks[-1].receipt == f"{stage.room.id}/{came.shown[0].id}"


async def test_votes_in_other_polls_and_of_people_who_left_are_left_alone() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        card, below = await opened(stage)
        assert below.poll is not None
        own = Message(stage.world.snowflake(), stage.room.id, stage.anna, poll=below.poll)
        stage.world.post(own)
        stage.people.vote(stage.bo, own, "Apple")
        del stage.guild.members[stage.bo.id]
        own.poll.votes.clear()  # type: ignore[union-attr]
        stage.people.vote(stage.bo, below, "Apple")
        stage.discord.delete(card)
        await stage.settled()

        assert cards.heard == []


async def test_a_poll_whose_card_is_gone_counts_no_more() -> None:
    cards = Cards((poll("Apple", "Pear"),))
    async with staged(cards.commands()) as stage:
        card, below = await opened(stage)
        stage.discord.delete(card)
        stage.people.vote(stage.bo, below, "Apple")
        await stage.settled()

        assert cards.heard == []


async def test_a_card_with_a_picture_and_a_poll() -> None:
    shown = poll("Apple", "Pear")
    cards = Cards(
        (Reply(shown.body, Kind.CARD, ref="Q4", menus=shown.menus, native=True, files=(picture(),)),)
    )
    async with staged(cards.commands()) as stage:
        card, below = await opened(stage)

        assert card.attachments
        assert below.poll is not None
