"""What `talkoot doctor` asks a homeserver: whose token it is, and what the bot may do in its rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.matrix.checking import complaints
from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import Person
from tests.adapters.matrix.test_encryption import KEY
from tests.adapters.matrix.test_keys import until_count, used_up

pytestmark = pytest.mark.fair("the doctor asks once, and tells what it was told")


async def test_a_login_that_works_has_nothing_wrong(bot: Person) -> None:
    assert await complaints(bot.url, bot.user, "", bot.token) == []


async def test_a_token_of_nobody_or_of_somebody_else_is_told(bot: Person, anna: Person) -> None:
    (unknown,) = await complaints(bot.url, bot.user, "", "nobody")
    assert "does not know the bot's access token" in unknown
    (other,) = await complaints(bot.url, anna.user, "", bot.token)
    assert other.startswith(f"The token is that of {bot.user}, not of {anna.user}.")
    (device,) = await complaints(bot.url, bot.user, "ELSEWHERE", bot.token)
    assert "encryption store" in device


async def test_a_homeserver_that_is_away_is_told(bot: Person) -> None:
    (away,) = await complaints("http://127.0.0.1:9", bot.user, "", bot.token)
    assert "Try it later." in away


async def test_a_room_in_which_the_bot_may_not_write_is_told(bot: Person, anna: Person) -> None:
    for name in ("Kitchen", ""):
        less = {"events_default": 50}
        named = {"name": name} if name else {}
        room = await anna.create_room(bot.user, power_level_content_override=less, **named)
        await bot.join(room)
        (told,) = await complaints(bot.url, bot.user, "", bot.token)
        assert told.startswith(f"In the room {name or room} the bot may not write")
        await bot.leave(room)


async def test_a_reader_that_is_stuck_is_told(
    bot: Person, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await anna.create_room(bot.user)
    await bot.join(room)
    await bot.quiet()
    since = bot._since
    await anna.say(room, "!log 1h swept")
    assert await complaints(bot.url, bot.user, "", bot.token, since=since) == []
    monkeypatch.setattr("adapters.matrix.checking.BEHIND_MS", -1)
    (told,) = await complaints(bot.url, bot.user, "", bot.token, since=since)
    assert "is not read yet" in told
    await bot.quiet()
    assert await complaints(bot.url, bot.user, "", bot.token, since=bot._since) == []


async def test_keys_that_are_used_up_are_told(
    bot: Person, bo: Person, anna: Person, tmp_path: Path
) -> None:
    missing = await complaints(bot.url, bot.user, "", bot.token, encrypting=True)
    assert [it.partition(".")[0].partition(" of the bot")[0] for it in missing] == [
        "No one-time key",
        "The homeserver has no unused fallback key",
    ]
    async with house(bot, tmp_path, key=KEY):
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!about"))
        await until_count(bot, anna, room, 50)
        assert await complaints(bot.url, bot.user, "", bot.token, encrypting=True) == []
    await used_up(bo, bot)
    assert len(await complaints(bot.url, bot.user, "", bot.token, encrypting=True)) == 2


async def test_in_an_encrypted_room_the_power_to_encrypt_counts(bot: Person, anna: Person) -> None:
    room = await anna.create_room(
        bot.user,
        power_level_content_override={"events": {"m.room.encrypted": 40, "m.room.encryption": 0}},
    )
    await bot.join(room)
    assert await complaints(bot.url, bot.user, "", bot.token) == []
    await anna._request(
        "PUT",
        f"/_matrix/client/v3/rooms/{room}/state/m.room.encryption",
        {"algorithm": "m.megolm.v1.aes-sha2"},
    )
    (told,) = await complaints(bot.url, bot.user, "", bot.token)
    assert told.startswith(f"In the room {room} the bot may not write")
