"""The picture of a conversation on Discord in the manual shows what the bot sends today."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator

import pytest

from tests.adapters.discord.stage import Stage, staged
from tests.doubles.discord.world import Message, Payload, User
from tests.doubles.discord.world import Poll as Asked
from tests.drawing import Poll, Said, held, page

LOOKS = {1: "primary", 2: "", 3: "success", 4: "danger"}
TEXT, BUTTON, MENU, CONTAINER = 10, 2, 3, 17


def as_html(content: str) -> str:
    """Discord's Markdown as it is shown: what this conversation has of it."""
    shown = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", html.escape(content, quote=False))
    shown = re.sub(r"&lt;/([\w ]+):\d+&gt;", r"<code>/\1</code>", shown)
    shown = re.sub(r"&lt;t:(\d+):f&gt;", lambda it: f"<time>{_moment(int(it[1]))}</time>", shown)
    shown = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", shown)
    shown = re.sub(r"`(.+?)`", r"<code>\1</code>", shown)
    assert not re.search(r"[*_~|]{2}|&lt;", shown), f"markup that is not drawn here: {shown}"
    return shown.replace("\n", "<br>")


def _moment(seconds: int) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%-d %B %Y %H:%M}"


def drawn(message: Message, used: dict[str, str]) -> Said:
    """A message as it stands in the channel."""
    parts: list[Payload] = []
    for each in message.components:
        inside = each["components"] if each["type"] == CONTAINER else [each]
        parts += [it for one in inside for it in one.get("components", [one])]
    accent = message.accent
    words = [it["content"] for it in parts if it["type"] == TEXT] or [message.content]
    asked = message.poll
    return Said(
        message.author.username,
        as_html("\n".join(words)),
        above=used.pop(message.interaction, ""),
        accent="" if accent is None else f"#{accent:06x}",
        buttons=tuple((it["label"], LOOKS[it["style"]]) for it in parts if it["type"] == BUTTON),
        menu=next((it["placeholder"] for it in parts if it["type"] == MENU), ""),
        poll=Poll(asked.question, tuple(counted(asked))) if asked else None,
        edited=message.edits > 0,
    )


def counted(asked: Asked) -> Iterator[tuple[str, int]]:
    """Each answer, and how many chose it."""
    for number, answer in enumerate(asked.answers, start=1):
        yield answer, sum(number in chosen for chosen in asked.votes.values())


async def conversation(stage: Stage) -> list[Said]:
    """Work that somebody confirms, money, and a poll in which people vote."""
    people, room, used = stage.people, stage.room, dict[str, str]()

    async def uses(who: User, name: str, **values: str) -> None:
        it = await people.slash(who, room, name, **values)
        used[it.id] = f"{who.global_name or who.username} used /{name}"
        await stage.settled()

    await uses(stage.anna, "log", amount="3h", what="cleaned the kitchen", kind="care")
    card = list(stage.world.messages.values())[-1]
    await people.press(stage.bo, card, "Confirm")
    await stage.settled()
    await uses(stage.cem, "log", amount="12.50 EUR", what="flour")
    await uses(stage.bo, "poll", question="Which day do we bake? | Saturday | Sunday")
    asked = next(it for it in stage.world.messages.values() if it.poll)
    for who, answer in ((stage.anna, "Saturday"), (stage.cem, "Saturday"), (stage.bo, "Sunday")):
        people.vote(who, asked, answer)
        await stage.settled()
    told = [it for it in stage.world.messages.values() if it.channel == room.id and not it.seen_by]
    return [drawn(it, used) for it in told]


@pytest.mark.fair("a picture shows no faults")
async def test_the_conversation_in_the_manual_is_what_discord_is_sent() -> None:
    async with staged(rules={"confirmations": 1, "welcome": False}) as stage:
        said = await conversation(stage)

    await held("conversation-discord", page("dark", "# kitchen", said))
