"""The picture of a conversation on Matrix in the manual shows what the bot sends today."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Person
from tests.drawing import Poll, Said, held, page

DAY = re.compile(r"\w{3}, \d{1,2} \w{3}(?: \d{4})?, \d\d:\d\d UTC")
ASKED, ANSWERED = "org.matrix.msc3381.poll.start", "org.matrix.msc3381.poll.response"
TEXT = "org.matrix.msc1767.text"

Json = dict[str, Any]


def drawn(events: list[Json], names: dict[str, str]) -> list[Said]:
    """What stands in a room in the end: edits in their place, votes in their poll."""
    shown: dict[str, tuple[str, Json, bool]] = {}
    votes: dict[str, dict[str, str]] = {}
    for event in events:
        content, who = event["content"], names[event["sender"]]
        related = content.get("m.relates_to", {})
        if related.get("rel_type") == "m.replace":
            first = shown[related["event_id"]]
            shown[related["event_id"]] = (first[0], content["m.new_content"], True)
        elif event["type"] == ANSWERED:
            (answer,) = content[ANSWERED]["answers"]
            votes.setdefault(related["event_id"], {})[who] = answer
        elif event["type"] in {"m.room.message", ASKED}:
            shown[event["event_id"]] = (who, content, False)
    return [_said(who, it, votes.get(key, {}), edited=new) for key, (who, it, new) in shown.items()]


def _said(who: str, content: Json, votes: dict[str, str], *, edited: bool) -> Said:
    if ASKED in content:
        asked, chosen = content[ASKED], list(votes.values())
        answers = tuple((it[TEXT], chosen.count(it["id"])) for it in asked["answers"])
        return Said(who, poll=Poll(asked["question"][TEXT], answers))
    words = content.get("formatted_body") or html.escape(content["body"]).replace("\n", "<br>")
    return Said(who, DAY.sub(lambda day: f"<time>{day[0]}</time>", words), edited=edited)


async def conversation(anna: Person, bo: Person, bot: Person) -> list[Said]:
    """Work that somebody confirms, money, and a poll in which people vote."""
    names = {anna.user: "anna", bo.user: "bo", bot.user: "talkoot"}
    for person in (anna, bo, bot):
        display = {"displayname": names[person.user]}
        await person.api("PUT", f"/profile/{person.user}/displayname", display)
    room = await anna.room_with(bot.user)
    await anna.invite(room, bo.user)
    await bo.join(room)

    for who, line, answer in (
        (anna, "!log 3h cleaned the kitchen #care", "It counts when"),
        (bo, "!confirm C1", "confirms C1"),
        (bo, "!log 12.50 EUR flour", "C2: "),
        (bo, "!poll Which day do we bake? | Saturday | Sunday", "The draw of Q1"),
    ):
        await who.say(room, line)
        await anna.hear_body(room, bot.user, answer)
    poll = await anna.hear(lambda it: it["type"] == ASKED)
    for who, option, told in ((anna, "1", "1 of 2"), (bo, "2", "2 of 2")):
        related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
        await who.send(room, ANSWERED, {"m.relates_to": related, ANSWERED: {"answers": [option]}})
        await anna.hear_body(room, bot.user, told)
    return drawn([it for it in await anna.messages(room) if it["sender"] in names], names)


@pytest.mark.fair("a picture shows no faults")
async def test_the_conversation_in_the_manual_is_what_matrix_is_sent(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    rules = {"prefix": "!", "confirmations": 1, "welcome": False}
    async with house(bot, tmp_path, rules=rules):
        said = await conversation(anna, bo, bot)

    await held("conversation-matrix", page("light", "Kitchen", said))
