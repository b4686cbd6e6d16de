"""Votes on cards: by reaction, by Matrix's own poll, by words, all in one tally."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import pytest

from bot.chat import File, Kind, Outgoing, Reply
from bot.text.wording import Words, lines, say
from tests.adapters.matrix.ballots import ONE_OF, TWO_OF, YES_NO, Ballot
from tests.adapters.matrix.conftest import Registers
from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person, Refused
from tests.adapters.matrix.test_outgoing import PNG

UNSTABLE, STABLE = "org.matrix.msc3381.poll", "m.poll"


class Table:
    """A room where a ballot is open."""

    def __init__(self, running: House, ballot: Ballot, anna: Person, bot: Person) -> None:
        self.running, self.ballot, self.anna, self.bot = running, ballot, anna, bot
        self.room = self.card = ""

    async def open(self) -> None:
        self.room = await self.anna.room_with(self.bot.user)
        asked = await self.anna.say(self.room, "!open")
        card = await self.anna.hear_answer(self.room, asked)
        self.card = card["event_id"]

    async def sit(self, person: Person) -> Person:
        await self.anna.invite(self.room, person.user)
        await person.join(self.room)
        return person

    async def tally(self, words: str) -> Json:
        """The edit of the card that shows these words."""
        return await self.anna.hear(
            lambda it: (
                it["sender"] == self.bot.user
                and it["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
                and it["content"]["m.relates_to"]["event_id"] == self.card
                and it["content"]["m.new_content"]["body"].splitlines()[0] == words
            )
        )

    async def settled(self) -> None:
        """Everything that was sent before is read, and every receipt is noted."""
        asked = await self.anna.say(self.room, "!about")
        await self.anna.hear_answer(self.room, asked)
        while self.running.matrix.unread():
            # What was set aside comes later.
            await self.anna.quiet()
        await self.running.delivery.drained()
        await self.running.intake.finished()

    async def poll(self) -> Json:
        return await self.anna.hear(lambda it: it["type"] == f"{UNSTABLE}.start")

    async def vote(self, person: Person, poll: str, *words: str, stable: bool = False) -> str:
        related = {"rel_type": "m.reference", "event_id": poll}
        content: Json = {"m.relates_to": related}
        if stable:
            content["m.selections"] = list(words)
        else:
            content[f"{UNSTABLE}.response"] = {"answers": list(words)}
        return await person.send(self.room, f"{STABLE if stable else UNSTABLE}.response", content)


async def test_a_reaction_presses_the_button_with_its_sign(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(YES_NO)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        await table.sit(bo)
        await anna.react(table.room, table.card, "👍")
        await table.tally("P3: 1 yes")
        await bo.react(table.room, table.card, "👎🏽")
        await table.tally("P3: 1 no, 1 yes")
        await bo.react(table.room, table.card, "🎉")
        with pytest.raises(Refused, match="same reaction twice"):
            await anna.react(table.room, table.card, "👍")
        await anna.say(table.room, "!vote P3 no")
        await table.tally("P3: 2 no")
        assert ballot.typed == ["Anna P3 yes", "Bo P3 no", "Anna P3 no"]
        # What the bot put there itself would look like its vote.
        reactions = [it for it in await anna.messages(table.room) if it["type"] == "m.reaction"]
        assert bot.user not in {it["sender"] for it in reactions}


async def test_a_reaction_that_is_removed_takes_the_vote_back_or_leaves_the_one_that_is_left(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(YES_NO)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        await table.sit(bo)
        yes = await anna.react(table.room, table.card, "👍")
        no = await anna.react(table.room, table.card, "👎")
        await table.tally("P3: 1 no")
        await anna.redact(table.room, no)
        await table.settled()
        await anna.redact(table.room, yes)
        await table.settled()
        assert ballot.typed == ["Anna P3 yes", "Anna P3 no", "Anna P3 yes", "Anna P3 withdraw"]
        assert ballot.votes == {}

        # Who moderates the room can clear it of reactions, but votes for nobody.
        vote = await bo.react(table.room, table.card, "👍")
        await table.settled()
        assert ballot.votes == {bo.user: "yes"}
        await anna.redact(table.room, vote)
        talk = await bo.say(table.room, "hello")
        await bo.redact(table.room, talk)
        await table.settled()
        assert ballot.votes == {bo.user: "yes"}


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_reaction_that_is_removed_gives_way_to_a_vote_that_was_typed_later_than_those_left(
    restarted: bool, anna: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(YES_NO)
    options: Json = {"commands": ballot.commands()}
    async with house(bot, tmp_path, **options) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        yes = await anna.react(table.room, table.card, "👍")
        await table.tally("P3: 1 yes")
        await anna.say(table.room, "!vote P3 no")
        await table.tally("P3: 1 no")
        await anna.say(table.room, "they will vote P3 yes, I hear")
        again = await anna.react(table.room, table.card, "👍🏽")
        await table.settled()
        assert ballot.votes == {anna.user: "yes"}
        before = len(ballot.typed)
        if not restarted:
            await anna.redact(table.room, again)
            await table.settled()
            assert ballot.votes == {anna.user: "no"}
    if restarted:
        await anna.redact(table.room, again)
    async with house(bot, tmp_path, **options) as table.running:
        await table.settled()
        assert ballot.votes == {anna.user: "no"}
        await anna.redact(table.room, yes)
        await table.settled()

        # What was typed after it stands, and is not typed again.
        assert ballot.typed[before:] == ["Anna P3 no"]


async def test_a_reaction_of_before_a_restart_can_be_removed_after_it(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(YES_NO)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        yes = await anna.react(table.room, table.card, "👍")
        await table.tally("P3: 1 yes")
    await anna.redact(table.room, yes)
    async with house(bot, tmp_path, commands=ballot.commands()) as table.running:
        await table.settled()

        assert ballot.votes == {}


async def test_only_reactions_of_this_room_on_a_card_that_is_open_count(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(YES_NO)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        other = await bo.room_with(bot.user)
        with pytest.raises(Refused, match="same room"):
            await bo.react(other, table.card, "👍")
        await bo.send(other, "m.reaction", {"m.relates_to": {"rel_type": "m.annotation"}})
        await bo.send(other, "m.reaction", {"m.relates_to": 3})
        related = {"rel_type": "x.y", "event_id": table.card, "key": "👍"}
        await anna.send(table.room, "m.reaction", {"m.relates_to": related})
        talk = await anna.say(table.room, "👍")
        await anna.react(table.room, talk, "👍")
        await anna.say(table.room, "!shut")
        await table.tally("P3: ")
        await table.settled()
        await anna.react(table.room, table.card, "👍")
        await table.settled()
        asked = await bo.say(other, "!about")
        await bo.hear_answer(other, asked)

        assert ballot.typed == []


async def test_signs_of_a_menu_that_takes_several_count_together(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(TWO_OF)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        one, _, three = [await anna.react(table.room, table.card, it) for it in ("1️⃣", "2️⃣", "3️⃣")]
        await table.tally("Q5: 1 2,3")
        await anna.redact(table.room, three)
        await table.tally("Q5: 1 1,2")
        await anna.redact(table.room, one)
        await table.tally("Q5: 1 2")


@pytest.mark.parametrize("stable", [False, True])
async def test_a_poll_opens_beside_its_card_and_its_votes_count_with_the_typed_ones(
    stable: bool, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        await table.sit(bo)
        poll = await table.poll()
        start = poll["content"][f"{UNSTABLE}.start"]
        assert start["max_selections"] == 1
        assert [it["id"] for it in start["answers"]] == ["1", "2", "3"]
        assert poll["content"]["org.matrix.msc1767.text"] == "Which bread?\n1. Rye\n2. Wheat\n3. Spelt"

        await table.vote(anna, poll["event_id"], "1", stable=stable)
        await table.tally("Q4: 1 1")
        await table.vote(bo, poll["event_id"], "2", "1", stable=stable)
        await table.tally("Q4: 1 1, 1 2")
        await bo.say(table.room, "!vote Q4 3")
        await table.tally("Q4: 1 1, 1 3")
        await table.vote(bo, poll["event_id"], stable=stable)
        await table.tally("Q4: 1 1")
        await table.vote(anna, poll["event_id"], "9; DROP", stable=stable)
        await table.settled()
        assert ballot.votes == {}


@pytest.mark.parametrize("stable", [False, True])
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_redacted_newest_vote_gives_way_to_the_earlier_one_as_clients_count(
    restarted: bool, stable: bool, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    options: Json = {"commands": ballot.commands()}
    async with house(bot, tmp_path, **options) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        await table.sit(bo)
        poll = (await table.poll())["event_id"]
        first = await table.vote(anna, poll, "1", stable=stable)
        second = await table.vote(anna, poll, "2", stable=stable)
        third = await anna.react(table.room, table.card, "3️⃣")
        await table.tally("Q4: 1 3")
        await table.settled()
        if not restarted:
            await anna.redact(table.room, third)
            await table.tally("Q4: 1 2")
    if restarted:
        await anna.redact(table.room, third)
    async with house(bot, tmp_path, **options) as table.running:
        await table.settled()
        assert ballot.votes == {anna.user: "2"}
        await anna.redact(table.room, second)
        await table.settled()
        assert ballot.votes == {anna.user: "1"}
        # Who moderates takes away no vote of somebody else.
        theirs = await table.vote(bo, poll, "3", stable=stable)
        await table.settled()
        await anna.redact(table.room, theirs)
        await anna.redact(table.room, first)
        await table.settled()
        assert ballot.votes == {bo.user: "3"}


async def test_a_vote_in_a_poll_that_is_not_ours_or_not_here_or_of_no_shape_is_none(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        poll = await table.poll()
        other = await bo.room_with(bot.user)
        related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
        answers = {f"{UNSTABLE}.response": {"answers": ["1"]}}
        with pytest.raises(Refused, match="same room"):
            await bo.send(other, f"{UNSTABLE}.response", {"m.relates_to": related, **answers})
        copy = await anna.send(table.room, f"{UNSTABLE}.start", poll["content"])
        for wrong in ({**related, "event_id": copy}, {**related, "rel_type": "x.y"}, 7):
            content: Json = {"m.relates_to": wrong, **answers}
            await anna.send(table.room, f"{UNSTABLE}.response", content)
        await anna.say(table.room, "!shut")
        await table.tally("Q4: ")
        await table.settled()
        await table.vote(anna, poll["event_id"], "1")
        await table.settled()
        asked = await bo.say(other, "!about")
        await bo.hear_answer(other, asked)

        assert ballot.typed == []


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_poll_ends_with_the_edit_that_has_no_menu(
    restarted: bool, anna: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    options: Json = {"commands": ballot.commands()}
    async with house(bot, tmp_path, **options) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        poll = await table.poll()
        await anna.react(table.room, table.card, "1️⃣")
        await table.tally("Q4: 1 1")
        if not restarted:
            await anna.say(table.room, "!shut")
            ended = await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.end")
    if restarted:
        async with house(bot, tmp_path, **options):
            await anna.say(table.room, "!shut")
            ended = await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.end")

    assert ended["sender"] == bot.user
    related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
    assert ended["content"]["m.relates_to"] == related


async def test_a_poll_that_is_closed_while_it_is_still_being_sent_ends_too(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        room = await anna.room_with(bot.user)
        sent, send = asyncio.Event(), running.matrix.send

        async def held(outgoing: Outgoing, replaces: str | None) -> str:
            await sent.wait()
            return await send(outgoing, replaces)

        running.matrix.send = held  # type: ignore[method-assign]
        await anna.say(room, "!open")
        await anna.say(room, "!shut")
        while "!shut" not in {it.words for it in running.intake.heard}:
            await anna.quiet()
        await running.intake.finished()
        sent.set()
        poll = await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.start")
        ended = await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.end")

        assert ended["content"]["m.relates_to"]["event_id"] == poll["event_id"]


async def test_edits_of_a_card_that_the_homeserver_limits_become_few(
    anna: Person, register: Registers, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(YES_NO)
    admin = await register("admin", admin=True)
    people = [await register(f"p{number}") for number in range(8)]
    async with house(bot, tmp_path, commands=ballot.commands()) as running:
        table = Table(running, ballot, anna, bot)
        await table.open()
        for person in people:
            await table.sit(person)
        path = f"/_synapse/admin/v1/users/{bot.user}/override_ratelimit"
        await admin._request("POST", path, {"messages_per_second": 1, "burst_count": 1})
        for person in people:
            await person.react(table.room, table.card, "👍")
        await table.tally("P3: 8 yes")
        edits = [
            it
            for it in anna.events
            if it["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
        ]

        assert len(ballot.typed) == 8
        assert len(edits) < 8


async def test_a_picture_is_uploaded_once_with_its_text_equal(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    picture = File("week.png", "image/png", PNG, say("Who gave what this week"))
    ballot = Ballot(Reply(Words("This week"), Kind.PICTURE, files=(picture,)))
    async with house(bot, tmp_path, commands=ballot.commands()):
        room = await anna.room_with(bot.user)
        await anna.say(room, "!open")
        image = await anna.hear(lambda it: it["content"].get("msgtype") == "m.image")
        server, media = image["content"]["url"].removeprefix("mxc://").split("/")
        got = await anna.session.get(
            f"{anna.url}/_matrix/client/v1/media/download/{server}/{media}",
            headers={"Authorization": f"Bearer {anna.token}"},
        )

        assert await got.read() == PNG
        assert image["content"]["body"] == "Who gave what this week"
        assert image["content"]["filename"] == "week.png"


async def test_a_long_text_comes_whole_and_in_order(anna: Person, bot: Person, tmp_path: Path) -> None:
    rows = [f"row {number} {'€' * 60}" for number in range(600)]
    ballot = Ballot(Reply(lines(*rows)))
    async with house(bot, tmp_path, commands=ballot.commands()):
        room = await anna.room_with(bot.user)
        await anna.say(room, "!open")
        await anna.hear_body(room, bot.user, rows[-1])
        said = [it for it in anna.events if it["sender"] == bot.user and "body" in it["content"]]

    got = itertools.chain.from_iterable(it["content"]["body"].split("\n") for it in said)
    assert list(got) == rows
    assert len(said) > 1


@pytest.mark.parametrize("stable", [False, True])
async def test_votes_by_words_by_reaction_and_in_matrix_s_own_poll_are_one_tally(
    stable: bool, register: Registers, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    cem = await register("cem")
    async with house(bot, tmp_path) as running:
        table = Table(running, Ballot(ONE_OF), anna, bot)
        table.room = await anna.room_with(bot.user)
        for person in (bo, cem):
            await table.sit(person)
            await person.hear_answer(table.room, await person.say(table.room, "!balance"))
        await anna.say(table.room, "!poll Which day? | Monday | Tuesday")
        card = await anna.hear_body(table.room, bot.user, "Q1: Which day?")
        poll = await table.poll()
        monday, tuesday = poll["content"][f"{UNSTABLE}.start"]["answers"]
        assert "Monday" not in card["content"]["body"], "the poll below has the options"
        sign = "1\ufe0f\u20e3"
        await table.vote(anna, poll["event_id"], tuesday["id"], stable=stable)
        await bo.react(table.room, card["event_id"], sign)
        await cem.say(table.room, "!vote Q1 Tuesday")
        await table.settled()
        # One person counts once, whichever way they came last.
        await bo.say(table.room, "!vote Q1 Tuesday")
        await table.settled()
        await table.vote(bo, poll["event_id"], monday["id"], stable=stable)
        await table.settled()
        await anna.say(table.room, "!close Q1")
        image = await anna.hear(lambda it: it["content"].get("msgtype") == "m.image")
        await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.end")

        assert image["content"]["body"] == "Votes: Tuesday: 2, Monday: 1"


@pytest.mark.parametrize("stable", [False, True])
async def test_a_poll_that_is_ended_in_a_client_is_closed_by_whoever_may_close_it(
    stable: bool, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        table = Table(running, Ballot(ONE_OF), anna, bot)
        table.room = await anna.room_with(bot.user)
        await table.sit(bo)
        for person in (anna, bo):
            await person.hear_answer(table.room, await person.say(table.room, "!balance"))
        await anna.say(table.room, "!poll Which day? | Monday | Tuesday")
        poll = await table.poll()
        await table.vote(
            anna, poll["event_id"], poll["content"][f"{UNSTABLE}.start"]["answers"][1]["id"]
        )
        related = {"m.relates_to": {"rel_type": "m.reference", "event_id": poll["event_id"]}}
        kind = f"{STABLE if stable else UNSTABLE}.end"
        await bo.send(table.room, kind, related)
        await table.settled()
        assert not [it for it in anna.events if it["content"].get("msgtype") == "m.image"]

        await anna.send(table.room, kind, related)
        image = await anna.hear(lambda it: it["content"].get("msgtype") == "m.image")
        assert image["content"]["body"] == "Votes: Tuesday: 1, Monday: 0"
        await anna.send(table.room, kind, related)
        await table.settled()


async def test_the_result_of_a_poll_comes_with_its_picture(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        await anna.hear_answer(room, await bo.say(room, "!balance"))
        await anna.say(room, "!poll Which day? | Monday | Tuesday")
        await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.start")
        await bo.say(room, "!vote Q1 Tuesday")
        await anna.say(room, "!close Q1")
        image = await anna.hear(lambda it: it["content"].get("msgtype") == "m.image")

        assert image["content"]["body"] == "Votes: Tuesday: 1, Monday: 0"
        assert image["content"]["filename"] == "Q1.png"
        assert image["content"]["info"]["w"] == 960
        assert image["content"]["url"].startswith("mxc://")


async def test_hiding_the_votes_ends_the_poll_that_would_show_them(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        table = Table(running, Ballot(ONE_OF), anna, bot)
        table.room = await anna.room_with(bot.user)
        await anna.hear_answer(table.room, await anna.say(table.room, "!balance"))
        await anna.say(table.room, "!poll Which day? | Monday | Tuesday | Sunday --method approval")
        poll = await table.poll()
        await anna.say(table.room, "!hide Q1")
        ended = await anna.hear(lambda it: it["type"] == f"{UNSTABLE}.end")

        assert ended["content"]["m.relates_to"]["event_id"] == poll["event_id"]
