"""A day of a collective while every tenth of Discord's answers is one of the worst.

What is said counts once, each interaction is answered with the truth, and no message comes twice. As a
program it goes on for as long as it is told to, with one seed after another:

    python -m tests.adapters.discord.foul_weather --minutes 30
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import re
import time
from collections import Counter

from bot.collective.collectives import HOME
from bot.collective.contributions import ContributionLogged
from bot.collective.events import Event
from bot.collective.folding import read_event
from bot.collective.pollevents import PollBallotCast, PollBallotTaken
from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.interactions import COMPONENT, Interaction
from tests.doubles.discord.storm import Storm
from tests.doubles.discord.world import Channel, Message, User

ROUNDS = 120


async def day(seed: int, rounds: int = ROUNDS) -> list[str]:
    """Play one day; returns what went wrong, a sentence each."""
    async with staged(rules={"flood": 1_000_000, "confirmations": 1}, sound=False) as stage:
        other = stage.world.channel(stage.guild, "garden")
        stage.world.dispatch("CHANNEL_CREATE", other.payload())
        chance = random.Random(seed)
        for user in (stage.anna, stage.bo, stage.cem):
            for place in (stage.room, other):
                await stage.people.slash(user, place, "me show")
        polls = [await _opened(stage, method) for method in ("single", "approval")]
        stage.discord.rest.storm = storm = Storm(seed)
        came = []
        for number in range(rounds):
            came.append(await _said(stage, chance, other, number))
            _voted(stage, chance, chance.choice(polls))
        await _quiet(stage)
        stage.discord.rest.storm = None
        assert storm.struck or rounds < ROUNDS, "there was no storm"
        wrong = [f"nobody answered {it.data}" for it in came if it and not _answered(stage, it)]
        wrong += [
            f"nobody answered a press of {it.user.username}"
            for it in stage.discord.interactions.all.values()
            if it.type == COMPONENT and not _told(stage, it)
        ]
        books = _logged(stage)
        wrong += [
            f"“dug {n}” stands {books[f'dug {n}']} times in the books"
            for n in range(rounds)
            if books[f"dug {n}"] != 1
        ]
        for number, poll in enumerate(polls, start=1):
            shown, counted = _taken(stage, poll), _ballots(stage, number)
            if shown != counted:
                wrong.append(f"the poll shows {shown}, and the books have {counted}")
        return wrong + _doubled(stage) + [mark.failure for mark in stage.marks if mark.failure]


async def _opened(stage: Stage, method: str) -> Message:
    """Discord's own poll, below the card of one of ours."""
    question = "Bread? | Rye | Wheat | Spelt"
    await stage.people.slash(stage.anna, stage.room, "poll", question=question, method=method)
    await stage.settled()
    return next(m for m in reversed(stage.world.said(stage.room)) if m.poll is not None)


def _voted(stage: Stage, chance: random.Random, message: Message) -> None:
    """Somebody votes in one of Discord's polls, votes for something else, or takes it back."""
    assert message.poll is not None
    most = len(message.poll.answers) if message.poll.several else 1
    answers = chance.sample(message.poll.answers, chance.randint(0, most))
    stage.people.vote(chance.choice((stage.anna, stage.bo, stage.cem)), message, *answers)


def _taken(stage: Stage, message: Message) -> dict[int, set[int]]:
    """What everybody has taken, by the number of the member, as the poll shows it to all."""
    assert message.poll is not None
    people = enumerate((stage.anna, stage.bo, stage.cem), start=1)
    votes = {number: message.poll.votes.get(user.id, set()) for number, user in people}
    return {number: {answer - 1 for answer in taken} for number, taken in votes.items() if taken}


def _ballots(stage: Stage, number: int) -> dict[int, set[int]]:
    """The same, as the journal has it."""
    found: dict[int, set[int]] = {}
    for event in _events(stage):
        if isinstance(event, PollBallotCast) and event.number == number:
            found[event.member] = set(event.vote.marks)
        elif isinstance(event, PollBallotTaken) and event.number == number:
            del found[event.member]
    return found


def _events(stage: Stage) -> list[Event]:
    with stage.store.journal.transaction() as tx:
        return [read_event(entry.payload) for entry in tx.entries(HOME)]


def _logged(stage: Stage) -> Counter[str]:
    """How often the journal has each contribution, by its words."""
    seals = [event.what for event in _events(stage) if isinstance(event, ContributionLogged)]
    with stage.store.journal.transaction() as tx:
        texts = tx.texts(HOME, seals)
        return Counter(texts[seal] for seal in seals)


async def _said(stage: Stage, chance: random.Random, other: Channel, number: int) -> Interaction | None:
    """One thing that somebody does: a slash-command, a message, or else a press on the newest card."""
    user: User = chance.choice((stage.anna, stage.bo, stage.cem))
    place, what = chance.choice((stage.room, other)), f"dug {number}"
    if chance.random() < 0.3:
        bot = stage.world.bot
        stage.people.say(user, place, f"<@{bot.id}> log 1m {what}", mentions=(bot,))
        it = None
    else:
        it = stage.people.send_slash(user, place, "log", amount="1m", what=what)
    if chance.random() < 0.5:
        await stage.settled()
        for card in stage.world.said(place)[-1:]:
            if "Confirm" in card.buttons():
                presser = chance.choice((stage.anna, stage.bo, stage.cem))
                stage.people.send_press(presser, card, card.buttons()["Confirm"]["custom_id"])
    return it


async def _quiet(stage: Stage) -> None:
    """Until all that waits is told."""
    for _ in range(5):
        await stage.settled()
        await asyncio.sleep(0)  # tidy: lets sockets be read


def _told(stage: Stage, it: Interaction) -> bool:
    """Whether whoever pressed was told what became of it: in it, in private, or in the room."""
    if [m for m in it.shown if m.content] or stage.world.said(stage.world.direct(it.user)):
        return True
    receipts = (mark.receipt for mark in stage.marks if mark.key.message == f"i{it.id}")
    return any(receipt.rpartition("/")[2] in stage.world.messages for receipt in receipts)


def _answered(stage: Stage, it: Interaction) -> bool:
    """Whether its author was told what became of it: in it, or where it was typed, or in private."""
    what = next(o["value"] for o in it.data["options"] if o["name"] == "what")
    here = stage.world.said(it.channel) + stage.world.said(stage.world.direct(it.user))
    own = [m for m in it.shown if m.content]
    return any(re.search(rf"\b{what}\b", m.content) for m in (*own, *here))


def _doubled(stage: Stage) -> list[str]:
    """What stands twice for all to read."""
    entries = (
        found[0]
        for m in stage.world.messages.values()
        if m.author is stage.world.bot and (found := re.match(r"C\d+: .*", m.content))
    )
    return [f"told {count} times: {it}" for it, count in Counter(entries).items() if count > 1]


def main() -> None:
    """Play days until the time is over, or something goes wrong."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--minutes", type=float, default=30.0)
    given.add_argument("--seed", type=int, default=1)
    asked = given.parse_args()
    logging.disable(logging.ERROR)
    began, seed = time.monotonic(), asked.seed
    while time.monotonic() - began < asked.minutes * 60:
        wrong = asyncio.run(day(seed))
        if wrong:
            raise SystemExit("\n".join([f"seed {seed}:", *wrong]))
        seed += 1
    print(f"{seed - asked.seed} days, nothing lost, nothing doubled, everybody answered")


if __name__ == "__main__":
    main()
