"""The stand-in refuses what Discord refuses: a stand-in that takes anything proves nothing."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.adapters.discord.stage import staged
from tests.doubles.discord import limits, openapi
from tests.doubles.discord.markdown import read
from tests.doubles.discord.server import TOKEN, Standin, standing_in
from tests.doubles.discord.world import Channel, Message, User

GOOD: dict[str, Any] = {"content": "hello", "allowed_mentions": {"parse": []}}


def button(**more: Any) -> dict[str, Any]:
    one = {"type": 2, "style": 2, "label": "B", "custom_id": "1>a", **more}
    return {"components": [{"type": 1, "components": [one]}]}


def select(options: list[str], **more: Any) -> dict[str, Any]:
    listed = [{"label": word, "value": word} for word in options]
    one = {"type": 3, "custom_id": "1=a", "options": listed, "min_values": 1, "max_values": 1, **more}
    return {"components": [{"type": 1, "components": [one]}]}


def poll(*answers: str, **more: Any) -> dict[str, Any]:
    asked = {"question": {"text": "?"}, "answers": [{"poll_media": {"text": a}} for a in answers]}
    return {"content": None, "poll": {**asked, **more}}


def texts(*words: str) -> list[dict[str, Any]]:
    return [{"type": 10, "content": each} for each in words]


def frame(*inside: dict[str, Any], colour: int = 0x0072B2) -> dict[str, Any]:
    return {"type": 17, "accent_color": colour, "components": list(inside)}


def contained(*words: str) -> list[dict[str, Any]]:
    return [frame(*texts(*words))]


WHOLE: dict[str, Any] = {"content": None, "flags": 1 << 15}

BAD: dict[str, dict[str, Any]] = {
    "too long": {"content": "x" * 2_001},
    "empty": {"content": " "},
    "mentions by default": {"allowed_mentions": None},
    "mentions twice": {"allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    "an unknown field": {"colour": "red"},
    "a button without an id": button(custom_id=None),
    "a button without words": button(label=None),
    "a long id": button(custom_id="x" * 101),
    "six rows": {"components": [*button()["components"] * 6]},
    "the same id twice": {"components": [*button()["components"] * 2]},
    "six buttons": {
        "components": [{"type": 1, "components": button()["components"][0]["components"] * 6}]
    },
    "26 options": select([str(n) for n in range(26)]),
    "the same value twice": select(["a", "a"]),
    "more to take than there is": select(["a"], max_values=2),
    "a long answer": poll("x" * 56),
    "eleven answers": poll(*"abcdefghijk"),
    "half an hour": poll("a", "b", duration=0.5),
    "33 days": poll("a", "b", duration=33 * 24),
    "a nonce that is none": {"enforce_nonce": True},
    "a container without the flag": {"components": contained("hello")},
    "content beside a container": {"flags": 1 << 15, "components": contained("hello")},
    "a container without words": {**WHOLE, "components": contained(" ")},
    "an endless text in a container": {**WHOLE, "components": contained("x" * 2_001, "x" * 2_000)},
    "a container in a container": {**WHOLE, "components": [frame(*contained("hello"))]},
    "no components at all": {**WHOLE, "components": []},
    "a colour of four bytes": {**WHOLE, "components": [frame(*texts("hello"), colour=1 << 24)]},
    "41 components": {**WHOLE, "components": contained(*"x" * 40)},
}


@pytest.mark.parametrize("name", BAD)
def test_bad_bodies_are_refused(name: str) -> None:
    body = {**GOOD, **BAD[name]}
    own = list(limits.message_complaints(body, 0, fields=limits.MESSAGE_FIELDS, new=True))
    theirs = openapi.complaints("POST", "/channels/1/messages", body, {})

    assert own or theirs


def test_a_good_body_is_taken() -> None:
    card = {**WHOLE, "components": [frame(*texts("hello"), *button()["components"])]}
    for more in (button(), select(["a", "b"]), poll("a", "b", duration=24), card):
        body = {**GOOD, **more}
        assert list(limits.message_complaints(body, 0, fields=limits.MESSAGE_FIELDS, new=True)) == []
        assert openapi.complaints("POST", "/channels/1/messages", body, {}) == []


@pytest.mark.skipif(not openapi.PATH, reason="Discord's OpenAPI document is not here")
def test_the_document_is_asked() -> None:
    body = {**GOOD, "nonce": "x" * 26}

    assert openapi.complaints("POST", "/channels/1/messages", body, {})
    assert openapi.complaints("POST", "/channels/1/messages", GOOD, {"colour": "red"})
    assert openapi.complaints("POST", "/nowhere", GOOD, {})
    assert openapi.complaints("POST", "/users/@me/channels", {"recipient_id": 5}, {}) == []


def option(name: str, **more: Any) -> dict[str, Any]:
    return {"type": 3, "name": name, "description": "d", **more}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Log"},
        {"name": "log it"},
        {"name_localizations": {"de": "Eintragen"}},
        {"description": ""},
        {"description": "x" * 101},
        {"options": [option("a"), option("a")]},
        {"options": [option("a"), option("b", required=True)]},
        {"options": [option("a"), {"type": 1, "name": "s", "description": "d"}]},
        {"options": [option("a", choices=[{"name": "x", "value": "x"}], autocomplete=True)]},
        {"options": [option(f"o{n}") for n in range(26)]},
        {"options": [option(f"o{n}", description="x" * 100) for n in range(25)] * 4},
    ],
)
def test_bad_commands_are_refused(wrong: dict[str, Any]) -> None:
    good = {"type": 1, "name": "log", "description": "d", "options": []}

    assert list(limits.command_complaints([good])) == []
    assert list(limits.command_complaints([{**good, **wrong}]))


async def asked(standin: Standin, method: str, path: str, body: Any = None, token: str = TOKEN) -> int:
    import discord.http  # noqa: PLC0415 - where the stand-in is, is written there

    headers = {"Authorization": f"Bot {token}"}
    async with aiohttp.ClientSession() as session:
        url = discord.http.Route.BASE + path
        async with session.request(method, url, json=body, headers=headers) as response:
            told = await response.json(content_type=None)
            return int(told["code"]) if response.status >= 400 else 0


def room(standin: Standin) -> Channel:
    world = standin.world
    guild = world.guild("Garden", world.user("Anna"), "hall")
    return next(c for c in world.channels.values() if c.guild == guild.id)


async def test_interactions_have_three_seconds_one_answer_and_fifteen_minutes() -> None:
    async with standing_in() as standin:
        hall = room(standin)
        anna = standin.world.users[standin.world.guilds[hall.guild].owner]
        it, late = (standin.interactions.begin(2, anna, hall, {}) for _ in range(2))
        answer = {"type": 4, "data": GOOD}
        callback = "/interactions/{}/{}/callback?with_response=true"
        follow = f"/webhooks/{standin.world.bot.id}/{it.token}"

        assert await asked(standin, "POST", callback.format("1", it.token), answer) == 10062
        assert await asked(standin, "POST", follow, GOOD) == 10015
        assert await asked(standin, "POST", callback.format(it.id, it.token), {"type": 8}) == 50035
        assert await asked(standin, "POST", callback.format(it.id, it.token), answer) == 0
        assert await asked(standin, "POST", callback.format(it.id, it.token), answer) == 40060
        assert await asked(standin, "POST", follow, GOOD) == 0
        standin.world.clock.move(4)
        assert await asked(standin, "POST", callback.format(late.id, late.token), answer) == 10062
        standin.world.clock.move(900)
        assert await asked(standin, "POST", follow, GOOD) == 50027


async def test_rights_are_kept() -> None:
    async with standing_in() as standin:
        hall = room(standin)
        path = f"/channels/{hall.id}/messages"

        assert await asked(standin, "POST", path, GOOD) == 0
        hall.denied = 1 << 11
        assert await asked(standin, "POST", path, GOOD) == 50013
        hall.denied = 1 << 10
        assert await asked(standin, "POST", path, GOOD) == 50001
        assert await asked(standin, "POST", "/channels/5/messages", GOOD) == 10003


async def test_what_is_not_known_is_refused_and_noted() -> None:
    async with standing_in() as standin:
        await asked(standin, "DELETE", "/guilds/5")

        with pytest.raises(AssertionError, match="no such route"):
            standin.sound()


async def test_an_invalid_body_fails_whoever_sent_it() -> None:
    with pytest.raises(AssertionError, match="more than 2000"):
        async with staged() as stage:
            assert stage.bot is not None
            with pytest.raises(Exception, match="50035"):
                await stage.bot.rest.send(stage.room.id, {**GOOD, "content": "x" * 2_001})


async def test_a_nonce_makes_a_second_send_harmless_for_a_while() -> None:
    async with standing_in() as standin:
        hall = room(standin)
        body = {**GOOD, "nonce": "n", "enforce_nonce": True}
        for _ in range(2):
            await asked(standin, "POST", f"/channels/{hall.id}/messages", body)
        assert len(standin.world.messages) == 1
        standin.world.clock.move(600)
        await asked(standin, "POST", f"/channels/{hall.id}/messages", body)
        assert len(standin.world.messages) == 2


def test_the_reader_of_markdown_knows_markup_when_it_sees_it() -> None:
    for content, names in {
        "# big": ["heading"],
        "-# small": ["small"],
        "> said": ["quote"],
        "- one": ["list"],
        "1. one": ["numbered list"],
        "**a** __b__ ~~c~~ ||d|| *e*": ["strong", "underline", "struck", "spoiler", "emphasis"],
        "`a` ```b```": ["code", "code block"],
        "<@1> @everyone <#2> <@&3>": ["mention"] * 4,
        "[x](https://evil.example)": ["masked link"],
        "https://evil.example discord.gg/x": ["address", "invite"],
        "<t:0:R> </log:1> <:a:1>": ["instant", "command", "emoji"],
        r"\*a\* \<@1> https\://x": [],
    }.items():
        assert read(content)[1] == names, content


CONTAINED = {"flags": 1 << 15, "components": contained("hello")}


@pytest.mark.parametrize(
    ("flags", "edit", "taken"),
    [
        (0, {"content": "hi"}, True),
        (0, {**CONTAINED, "content": None}, True),
        (0, CONTAINED, False),
        (1 << 15, {"flags": 0, "content": None, "components": contained("hi")}, True),
        (1 << 15, {"content": "hi", "components": []}, False),
        (1 << 15, {"content": None, "components": []}, False),
    ],
)
def test_a_message_becomes_one_of_components_and_stays_it(
    flags: int, edit: dict[str, Any], taken: bool
) -> None:
    bot = User("1", "talkoot", bot=True)
    message = Message("2", "3", bot, "hello", flags=flags, components=contained("hello"))

    assert (list(limits.change_complaints(message, edit)) == []) is taken
