"""Our keys at the homeserver: used up by strangers, brought back from a backup; and clear text."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nio.crypto.olm_machine import Olm

from tests.adapters.matrix.ballots import ONE_OF, YES_NO, Ballot
from tests.adapters.matrix.ciphers import Cipher
from tests.adapters.matrix.house import house
from tests.adapters.matrix.people import HEARING_SECONDS_MAX, Json, Person
from tests.adapters.matrix.test_encryption import ENCRYPTED, KEY, secret_room

CURVE = "signed_curve25519"
START = "org.matrix.msc3381.poll.start"


@pytest.fixture
async def cipher(anna: Person, tmp_path: Path) -> AsyncIterator[Cipher]:
    """Anna's client that encrypts."""
    client = Cipher(anna, tmp_path / "anna")
    await client.sync(0)
    yield client
    await client.close()


async def count(bot: Person) -> int:
    """How many one-time keys the homeserver has of the bot's device."""
    answer = await bot.api("POST", "/keys/upload", {})
    return int(answer["one_time_key_counts"].get(CURVE, 0))


async def until_count(bot: Person, person: Person, room: str, wanted: int) -> None:
    """Wait until so many are there; what happens meanwhile lets the homeserver tell of them."""
    end = time.monotonic() + HEARING_SECONDS_MAX
    while await count(bot) < wanted:
        assert time.monotonic() < end, await count(bot)
        await person.put_state(room, "org.example.time", {"now": time.monotonic_ns()})


async def claim(person: Person, bot: Person) -> Json:
    """A key of the bot's device, as anybody can claim one."""
    body = {"one_time_keys": {bot.user: {bot.device: CURVE}}}
    answer = await person.api("POST", "/keys/claim", body)
    keys: Json = answer["one_time_keys"].get(bot.user, {}).get(bot.device, {})
    return keys


async def used_up(person: Person, bot: Person) -> Json:
    """Claim all that there are; the fallback key, which is given then."""
    for _ in range(150):
        keys = await claim(person, bot)
        if not keys or any(it.get("fallback") for it in keys.values()):
            return keys
    raise AssertionError("there is no end of them")


async def test_one_time_keys_that_a_stranger_uses_up_are_made_anew(
    cipher: Cipher, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        await cipher.hear_answer(room, await cipher.say(room, "!log 1h one"))
        await until_count(bot, anna, room, 50)
        for _ in range(110):
            await claim(bo, bot)
        await until_count(bot, anna, room, 50)
        # A device that was never seen begins a session with a new key.
        newcomer = Cipher(await _second_device(anna, tmp_path), tmp_path / "second")
        await newcomer.sync(0)
        await newcomer.sync(0)
        asked = await newcomer.say(room, "!log 2h two")
        assert (await cipher.hear_answer(room, asked))["content"]["body"].startswith("C2")
        await newcomer.close()


async def _second_device(person: Person, folder: Path) -> Person:
    """Another device of somebody."""
    other = Person(person.url, person.session)
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": person.user},
        "password": "secret",
    }
    made = await other.api("POST", "/login", login)
    other.user, other.token, other.device = made["user_id"], made["access_token"], made["device_id"]
    return other


async def test_a_fallback_key_that_is_truly_ours_serves_when_no_other_is_left(
    cipher: Cipher, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(cipher, bot)
        await cipher.hear_answer(room, await cipher.say(room, "!log 1h one"))
        olm = running.matrix._link.client.olm
        fingerprint = olm.account.identity_keys["ed25519"]
    fallback = await used_up(bo, bot)
    (key,) = fallback.values()
    assert key["fallback"] is True
    verify: Olm = cipher.client.olm
    assert verify.verify_json(dict(key), fingerprint, bot.user, bot.device)
    # Whoever claims now, while the bot is away, gets that key, and is read when it is back.
    newcomer = Cipher(await _second_device(anna, tmp_path), tmp_path / "second")
    await newcomer.sync(0)
    await newcomer.sync(0)
    asked = await newcomer.say(room, "!log 2h two")
    async with house(bot, tmp_path, key=KEY):
        assert (await cipher.hear_answer(room, asked))["content"]["body"].startswith("C2")
        await until_count(bot, anna, room, 50)
        # It was used, so there is another one.
        assert await used_up(bo, bot) != fallback
    await newcomer.close()


async def test_a_store_from_an_older_backup_is_made_good_and_that_is_said_once(
    cipher: Cipher,
    anna: Person,
    bo: Person,
    bot: Person,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        await cipher.hear_answer(room, await cipher.say(room, "!log 1h one"))
    shutil.copytree(tmp_path / "keys", tmp_path / "backup")
    async with house(bot, tmp_path, key=KEY):
        cipher.client.invalidate_outbound_session(room)
        await cipher.hear_answer(room, await cipher.say(room, "!log 2h two"))
        for _ in range(30):
            await claim(bo, bot)
        await until_count(bot, anna, room, 50)
        await cipher.hear_answer(room, await cipher.say(room, "!log 3h three"))
    shutil.rmtree(tmp_path / "keys")
    (tmp_path / "backup").rename(tmp_path / "keys")
    for _ in range(5):
        await claim(bo, bot)
    caplog.clear()
    async with house(bot, tmp_path, key=KEY):
        # What it says first can be read.
        clear = await anna.say(room, "!log 9h in clear")
        assert "encrypted room" in (await cipher.hear_answer(room, clear))["content"]["body"]
        await until_count(bot, anna, room, 50)
        # With the sessions that it brought along, it is written to as before.
        cipher.client.invalidate_outbound_session(room)
        asked = await cipher.say(room, "!log 4h four")
        assert (await cipher.hear_answer(room, asked))["content"]["body"].startswith("C4")
        for _ in range(5):
            await claim(bo, bot)
        await until_count(bot, anna, room, 50)
        last = await cipher.say(room, "!log 5h five")
        await cipher.hear_answer(room, last)

    said = [it.getMessage() for it in caplog.records if "new keys" in it.getMessage()]
    assert len(said) == 1
    assert "older than what it knows" in said[0]


@pytest.mark.parametrize("trusted", [("*",), ()])
async def test_clear_text_in_an_encrypted_room_does_nothing_and_its_author_is_told_once(
    trusted: tuple[str, ...], cipher: Cipher, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    options: Json = {"key": KEY, "commands": ballot.commands()}
    async with house(bot, tmp_path, **options, trusted=trusted or ("none:*",)) as running:
        room = await anna.create_room(bot.user, bo.user, initial_state=[ENCRYPTED])
        await anna.hear_join(room, bot.user)
        await bo.join(room)
        told = [await bo.say(room, "!log 9h forged")]
        told.append(await bo.say(room, f"{bot.user}: log 8h forged"))
        told.append(await bo.say(room, "/log 7h forged"))
        told.append(await bo.edit(room, told[0], "!log 6h forged"))
        await bo.say(room, "hello, and nothing for the bot")
        other = await bo.room_with(bot.user)
        await bo.hear_answer(other, await bo.say(other, "!about"))
        await bo.quiet()
        notices = await _notices(bot, room)

        assert not any("forged" in it.words for it in running.intake.heard)
        assert len(notices) == 1


async def _notices(bot: Person, room: str) -> list[Json]:
    said = await bot.messages(room)
    return [it for it in said if it["sender"] == bot.user and it["type"] == "m.room.encrypted"]


async def test_what_is_pressed_in_clear_in_an_encrypted_room_is_no_vote(
    cipher: Cipher, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    for card in (ONE_OF, YES_NO):
        ballot = Ballot(card)
        async with house(bot, tmp_path, key=KEY, commands=ballot.commands()) as running:
            room = await secret_room(cipher, bot, bo.user)
            await bo.join(room)
            await cipher.sync(0)
            opened = await cipher.hear_answer(room, await cipher.say(room, "!open"))
            for sign in ("1️⃣", "👍"):
                await bo.react(room, opened["event_id"], sign)
            if card is ONE_OF:
                poll = await cipher._hear(room, lambda it: it["type"] == START)
                related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
                response = "org.matrix.msc3381.poll.response"
                forged: Json = {"m.relates_to": related, response: {"answers": ["1"]}}
                await bo.send(room, response, forged)
                await bo.send(room, "m.poll.end", {"m.relates_to": related})
            await cipher.say(room, f"!vote {card.ref} 2")
            await cipher.hear_body(room, f"{card.ref}: 1 2")
            assert ballot.typed == [f"Anna {card.ref} 2"]
            assert running.matrix._link.is_encrypted(room)


async def test_a_room_that_becomes_encrypted_hears_what_was_said_before(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!log 1h one"))
    before = await anna.say(room, "!log 2h said in clear while that was right")
    await anna.put_state(room, "m.room.encryption", ENCRYPTED["content"])
    after = await anna.say(room, "!log 3h said in clear when it no longer was")
    async with house(bot, tmp_path, key=KEY) as running:
        await cipher.sync(0)
        asked = await cipher.say(room, "!log 4h four")
        assert (await cipher.hear_answer(room, asked, 30))["content"]["body"].startswith("C3")
        words = [it.words for it in running.intake.heard]
        assert any("while that was right" in it for it in words)
        assert not any("no longer" in it for it in words)
    assert before != after
