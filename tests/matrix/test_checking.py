"""What `talkoot doctor` asks a homeserver: whose token it is, and what the bot may do in its rooms."""

from __future__ import annotations

from adapters.matrix.checking import complaints
from tests.matrix.people import Person


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
    room = await anna.create_room(bot.user, power_level_content_override={"events_default": 50})
    await bot.join(room)
    (told,) = await complaints(bot.url, bot.user, "", bot.token)
    assert told.startswith(f"In the room {room} the bot may not write")


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
