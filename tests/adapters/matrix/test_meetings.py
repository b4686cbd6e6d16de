"""Meetings on Matrix: signs, words without a slash and typed lines play one meeting, on one card."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.adapters.matrix.conftest import Registers
from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person

HAND, WAVE, TRIANGLE, UP, DOWN, FIST = "✋", "👋", "🔺", "👍", "👎", "✊"
TICK, PASS = "✅", "⏭"
RULES = {"prefix": "!", "method": "consensus", "fallback": "modified-consensus", "call-time": 0}


def shown(event: Json) -> str:
    """What an edit shows, or a message says."""
    content = event["content"]
    return str(content.get("m.new_content", content).get("body", ""))


class Played:
    """A room where anna meets with others, and what of it the bot says."""

    def __init__(self, room: str, anna: Person, bot: Person) -> None:
        self.room, self.anna, self.bot = room, anna, bot
        self.card = ""

    async def said(self, part: str, *, behind: int = 0) -> Json:
        """What the bot said in the room with these words, as a message of its own."""
        return await self.anna.hear(
            lambda it: (
                it["room_id"] == self.room
                and it["sender"] == self.bot.user
                and it["type"] == "m.room.message"
                and "m.new_content" not in it["content"]
                and part in shown(it)
                and it["origin_server_ts"] > behind
            )
        )

    async def follows(self, *parts: str, card: str = "") -> Json:
        """An edit of the card that shows all these words."""
        return await self.anna.hear(
            lambda it: (
                it["sender"] == self.bot.user
                and (it["content"].get("m.relates_to") or {}).get("rel_type") == "m.replace"
                and it["content"]["m.relates_to"]["event_id"] == (card or self.card)
                and all(part in shown(it) for part in parts)
            )
        )

    async def own(self) -> list[Json]:
        """All that the bot said in the room."""
        every = await self.anna.messages(self.room)
        return [it for it in every if it["sender"] == self.bot.user and it["type"] == "m.room.message"]


async def opened(running: House, anna: Person, bot: Person, *others: Person) -> Played:
    """A meeting in a room with others, where anna facilitates."""
    room = await anna.room_with(bot.user)
    for other in others:
        await anna.invite(room, other.user)
        await other.join(room)
    played = Played(room, anna, bot)
    await anna.say(room, "!meeting open Garden meeting")
    played.card = (await played.said("M1: Garden meeting"))["event_id"]
    await running.delivery.drained()
    return played


async def speaking(it: Played, bo: Person, cem: Person, dora: Person) -> None:
    """They come, and put themselves on the list: by signs, by words and by lines."""
    await bo.react(it.room, it.card, WAVE)
    await it.follows("Here: 2 members")
    await cem.say(it.room, "present+")
    await it.follows("Here: 3 members")
    await dora.say(it.room, "!here")
    await it.follows("Here: 4 members")

    await it.anna.say(it.room, "agenda+ The oven")
    await it.follows("1. The oven")
    await it.anna.say(it.room, "#topic")
    await it.follows("1. The oven (now)")
    raised = await bo.react(it.room, it.card, HAND)
    await it.follows("Next: Bo.")
    await cem.say(it.room, "q+ to say that it smokes")
    await it.follows("Next: Bo, Cem.")
    await dora.react(it.room, it.card, TRIANGLE)
    await it.follows("Next: Dora (point of process), Bo, Cem.")
    await bo.redact(it.room, raised)
    await it.follows("Next: Dora (point of process), Cem.")
    await it.anna.say(it.room, "!speak")
    await it.follows("Dora speaks. Next: Cem.")
    await it.anna.say(it.room, "ack cem")
    await it.follows("Cem speaks.")


async def deciding(it: Played, bo: Person, cem: Person, dora: Person, running: House) -> None:
    """A call: agreed by thumb and by line, opposed by the fist; then hands that a witness confirms."""
    await it.anna.say(it.room, "!call We buy the oven --by @bo")
    call = (await it.said("P1: We buy the oven"))["event_id"]
    await bo.react(it.room, call, UP)
    await it.follows("So far: agree 1.", card=call)
    await cem.say(it.room, "!vote P1 block It smokes")
    await it.follows("agree 1, block 1", card=call)
    await dora.react(it.room, call, FIST)
    await it.follows("stand aside 1", card=call)
    await it.anna.say(it.room, "!vote P1 agree")
    await it.follows("agree 2, stand aside 1, block 1", card=call)
    # A block is talked about once more before it takes the call on.
    await it.anna.say(it.room, "!meeting count")
    await it.anna.say(it.room, "!meeting count")
    await it.said("P1 goes on as modified-consensus")
    await it.follows("when 90% of those", card=call)
    await running.settled()
    await cem.react(it.room, call, FIST)
    await it.follows("agree 2, stand aside 1, no 1", card=call)
    await it.anna.say(it.room, "!meeting count")
    await it.said("P1, We buy the oven: rejected.")

    await it.anna.say(it.room, "!call We paint it --by @bo")
    second = (await it.said("P2: We paint it"))["event_id"]
    await it.anna.say(it.room, "!hands P2 agree 3 --witness @cem")
    question = await cem.hear_wherever(
        lambda each: each["sender"] == it.bot.user and "Did you see the same?" in shown(each)
    )
    await cem.react(question["room_id"], question["event_id"], TICK)
    await it.follows("agree 3", card=second)
    await it.anna.say(it.room, "!meeting count")
    await it.said("P2, We paint it: passed.")


async def test_a_whole_meeting_is_played_with_signs_words_and_lines_through_a_restart(
    anna: Person, bo: Person, bot: Person, register: Registers, tmp_path: Path
) -> None:
    cem, dora = await register("cem"), await register("dora")
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, bo, cem, dora)
        await speaking(it, bo, cem, dora)
        await anna.say(it.room, "!temp A new oven?")
        asked = await it.said("How does this feel to you: A new oven?")
        await bo.react(it.room, asked["event_id"], UP)
        await it.follows("Temperature, A new oven?: for it 1, unsure 0, against it 0.")
        await cem.react(it.room, asked["event_id"], DOWN)
        await it.follows("for it 1, unsure 0, against it 1.")
        await running.settled()

    async with house(bot, tmp_path, rules=RULES) as running:
        # What was shown before goes on being pressed.
        await cem.react(it.room, asked["event_id"], UP)
        await it.follows("for it 2, unsure 0, against it 0.")
        await dora.say(it.room, "!signal flat")
        await it.follows("for it 2, unsure 1, against it 0.")
        await anna.say(it.room, "!go-round How does it look?")
        round_ = await it.said("A round: How does it look?")
        await bo.react(it.room, round_["event_id"], PASS)
        await it.said("Bo passes.")
        for _ in range(3):
            await anna.say(it.room, "!speak")
        await it.said("The round is done.")
        await deciding(it, bo, cem, dora, running)

        await anna.say(it.room, "#action bo fetch the oven")
        await anna.say(it.room, "#endmeeting")
        minutes = shown(await it.said("Minutes of M1: Garden meeting"))
        await running.settled()
        for line in (
            "Present: 4 members: Anna, Bo, Cem, Dora.",
            "A temperature check, “A new oven?”: 2 for it, 1 unsure, 0 against it.",
            "Action for Bo: fetch the oven",
        ):
            assert line in minutes
        cards = [each for each in await it.own() if "Anna facilitates. Here" in shown(each)]
        first = [each for each in cards if "m.new_content" not in each["content"]]
        assert len(first) == 1, "one card stands, and is edited in place"


async def test_a_sign_taken_back_undoes_what_it_did_and_nothing_else(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, bo)
        came = await bo.react(it.room, it.card, WAVE)
        await it.follows("Here: 2 members")

        # Whoever was on the list by a word is not taken off by a sign that did nothing.
        await bo.say(it.room, "q+")
        await it.follows("Next: Bo.")
        raised = await bo.react(it.room, it.card, HAND)
        await running.settled()
        await bo.redact(it.room, raised)
        # Whoever moderates the room tidies up: that says nothing for bo.
        await anna.redact(it.room, came)
        await anna.say(it.room, "agenda+ The oven")
        last = await it.follows("1. The oven")
        assert "Next: Bo." in shown(last)
        assert "Here: 2 members" in shown(last)

        again = await bo.react(it.room, it.card, WAVE)
        await running.settled()
        await bo.redact(it.room, again)
        await bo.say(it.room, "!away")
        await it.follows("Here: 1 member")


async def test_a_sign_is_taken_back_through_a_restart_and_what_was_pressed_or_typed_since_stands(
    anna: Person, bo: Person, bot: Person, register: Registers, tmp_path: Path
) -> None:
    cem = await register("cem")
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, bo, cem)
        raised = await bo.react(it.room, it.card, HAND)
        await cem.react(it.room, it.card, HAND)
        await it.follows("Next: Bo, Cem.")
        process = await cem.react(it.room, it.card, TRIANGLE)
        await it.follows("Next: Cem (point of process), Bo.")
        await anna.say(it.room, "!temp The oven?")
        asked = (await it.said("How does this feel to you: The oven?"))["event_id"]
        liked = await bo.react(it.room, asked, UP)
        await cem.react(it.room, asked, UP)
        await it.follows("for it 2, unsure 0, against it 0.")
        first = await anna.react(it.room, asked, UP)
        await anna.react(it.room, asked, DOWN)
        await it.follows("for it 2, unsure 0, against it 1.")
        await running.settled()

    async with house(bot, tmp_path, rules=RULES) as running:
        await bo.redact(it.room, raised)
        await it.follows("Next: Cem (point of process).")
        # The hand below the triangle is still raised.
        await cem.redact(it.room, process)
        await it.follows("Next: Cem.")
        await bo.redact(it.room, liked)
        await it.follows("for it 1, unsure 0, against it 1.")
        # Of two signs the newer one stands, also when the older one is taken away.
        await anna.redact(it.room, first)
        await bo.say(it.room, "!signal flat")
        last = await it.follows("unsure 1")
        assert "for it 1, unsure 1, against it 1." in shown(last)
        await running.settled()


async def test_a_sign_that_was_no_vote_takes_none_back_after_a_restart(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, bo)
        await bo.quiet()
        bo.events.clear()
        await bo.say(it.room, "present+")
        await it.follows("Here: 2 members")
        await anna.say(it.room, "!call We paint it --by @bo")
        call = (await it.said("P1: We paint it"))["event_id"]
        await anna.say(it.room, "!hands P1 agree 1 --witness @bo")
        question = await bo.hear_wherever(
            lambda each: each["sender"] == bot.user and "Did you see the same?" in shown(each)
        )
        seen = await bo.react(question["room_id"], question["event_id"], TICK)
        await it.follows("agree 1", card=call)
        await running.settled()

    async with house(bot, tmp_path, rules=RULES) as running:
        await bo.redact(question["room_id"], seen)
        await bo.say(it.room, "!vote P1 agree")
        last = await it.follows("agree 2", card=call)
        assert "withdr" not in shown(last)
        await running.settled()


async def test_what_was_asked_before_is_not_answered_by_a_late_sign(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, bo)
        await anna.say(it.room, "!temp The oven?")
        before = (await it.said("How does this feel to you: The oven?"))["event_id"]
        await anna.say(it.room, "!temp The roof?")
        asked = (await it.said("How does this feel to you: The roof?"))["event_id"]

        await bo.react(it.room, before, UP)
        await running.settled()
        await bo.react(it.room, asked, DOWN)

        last = await it.follows("against it 1")
        assert "The roof?: for it 0, unsure 0, against it 1" in shown(last)


async def test_what_only_looks_like_a_question_of_ours_presses_nothing(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, bo)
        await anna.say(it.room, "!temp The oven?")
        asked = await it.said("How does this feel to you: The oven?")
        await running.settled()
        ours = {name: asked["content"][name] for name in ("org.talkoot.row", "org.talkoot.asked")}

        forged = await bo.say(it.room, "How do you feel?", **ours)
        other_row = await bo.say(it.room, "And now?", **{**ours, "org.talkoot.row": "0" * 40})
        oddly = await bo.say(it.room, "Odd", **{**ours, "org.talkoot.asked": [1, {}, "\x00"]})
        for event in (forged, other_row, oddly):
            await anna.react(it.room, event, UP)
        await bo.react(it.room, asked["event_id"], DOWN)
        last = await it.follows("against it 1")
        assert "for it 0, unsure 0, against it 1" in shown(last)


async def test_many_signs_at_once_become_few_edits(
    anna: Person, bot: Person, register: Registers, tmp_path: Path
) -> None:
    people = [await register(f"person{number}") for number in range(12)]
    async with house(bot, tmp_path, rules=RULES) as running:
        it = await opened(running, anna, bot, *people)
        await asyncio.gather(*(each.react(it.room, it.card, WAVE) for each in people))
        await it.follows("Here: 13 members")
        await running.settled()

        edits = [each for each in await it.own() if "m.new_content" in each["content"]]
        assert "Here: 13 members" in shown(edits[-1])
        assert len(edits) < len(people), "the newest picture is enough"
