"""Encrypted rooms: read and answered; restarts, late keys, forged senders, lost and stolen stores."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from nio import MegolmEvent
from nio.crypto import decrypt_attachment

from adapters.matrix.keys import KEY_CHARACTERS_MIN, is_trusted
from adapters.matrix.link import Link
from bot.chat import File, Kind, Reply
from bot.ports import Later, TurnedAway, Undeliverable
from bot.text.wording import Words, say
from tests.adapters.matrix.ballots import ONE_OF, Ballot
from tests.adapters.matrix.ciphers import Cipher
from tests.adapters.matrix.conftest import Registers
from tests.adapters.matrix.house import account_of, house
from tests.adapters.matrix.people import Json, Person, answered, within
from tests.adapters.matrix.running import ACCOUNT
from tests.adapters.matrix.test_crashes import LONG, start
from tests.adapters.matrix.test_hostile import until
from tests.adapters.matrix.test_outgoing import PNG
from tests.adapters.matrix.test_rooms import invited

AWAY = 130 if LONG else 12
"""In full it is more than one session may encrypt."""

KILLS = 20 if LONG else 3
KEY = "a key for the tests of this run"
ENCRYPTED: Json = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@pytest.fixture
async def cipher(anna: Person, tmp_path: Path) -> AsyncIterator[Cipher]:
    """Anna's client that encrypts."""
    client = Cipher(anna, tmp_path / "anna")
    await client.sync(0)
    yield client
    await client.close()


async def secret_room(cipher: Cipher, bot: Person, *others: str) -> str:
    """An encrypted room with the bot in it, and both knowing of it."""
    room = await cipher.person.create_room(bot.user, *others, initial_state=[ENCRYPTED])
    await cipher.person.hear_join(room, bot.user)
    await cipher.sync(0)
    return room


def said_in_clear(events: list[Json], bot: Person) -> list[Json]:
    """What the bot said that anybody could read."""
    return [it for it in events if it["sender"] == bot.user and it["type"] == "m.room.message"]


async def test_what_is_asked_in_an_encrypted_room_is_answered_there_encrypted(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        asked = await cipher.say(room, "!log 3h cleaned the kitchen")
        answer = await cipher.hear_answer(room, asked)

        assert answer["content"]["body"].startswith("C1: Anna, 3h")
        assert said_in_clear(await anna.messages(room), bot) == []


async def test_the_device_and_its_keys_outlive_a_restart_and_what_came_meanwhile_is_read(
    cipher: Cipher, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        first = await cipher.say(room, "!log 1h one")
        await cipher.hear_answer(room, first)
    asked = [await cipher.say(room, f"!log {number} kg away") for number in range(1, AWAY + 1)]
    async with house(bot, tmp_path, key=KEY):
        answer = await cipher.hear_answer(room, asked[-1], 60)

        assert answer["content"]["body"].startswith(f"C{AWAY + 1}:")


async def test_killed_again_and_again_it_answers_every_encrypted_command_once_and_in_order(
    cipher: Cipher, bot: Person, tmp_path: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    account = account_of(bot, tmp_path, KEY)
    (tmp_path / ACCOUNT).write_bytes(msgspec.json.encode(account, enc_hook=str))
    processes.append(start(tmp_path))
    room = await secret_room(cipher, bot)
    rng, asked = random.Random(6), list[str]()
    for _ in range(KILLS):
        asked += [await cipher.say(room, f"!log 1 kg number {number}") for number in range(10)]
        await asyncio.sleep(rng.random() * 1.5)  # tidy: a moment for the kill that nobody chose
        processes[-1].kill()
        processes[-1].wait()
        processes.append(start(tmp_path))
    await cipher.hear_answer(room, asked[-1], 60)

    ours = [it for it in await cipher.person.messages(room) if it["sender"] == bot.user]
    # What a message answers is not encrypted.
    assert [answered(it) for it in ours if it["type"] == "m.room.encrypted"] == asked


async def test_a_message_whose_key_comes_later_is_answered_then_also_after_a_restart(
    cipher: Cipher, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(cipher, bot)
        first = await cipher.say_before_its_key(room, "!log 1h one")
        while not running.matrix._late.unread():
            await cipher.sync()
        (waited_for,) = (it for it in running.matrix.unread() if it.account)
        assert waited_for.account == cipher.person.user
        await cipher.let_go()
        assert (await cipher.hear_answer(room, first))["content"]["body"].startswith("C1")
        # It counts from when it came, not from when it could be read.
        assert running.intake.heard[-1].said == waited_for.said == waited_for.since
        assert not running.matrix._late.unread()
        cipher.client.invalidate_outbound_session(room)
        second = await cipher.say_before_its_key(room, "!log 2h two")
        while not running.matrix._late.unread():
            await cipher.sync()
        await running.intake.finished()
    await cipher.let_go()
    async with house(bot, tmp_path, key=KEY):
        assert (await cipher.hear_answer(room, second))["content"]["body"].startswith("C2")


class Adjustable:
    """A clock that can be set on."""

    def __init__(self) -> None:
        self.more = dt.timedelta()

    def now(self) -> dt.datetime:
        return dt.datetime.now(tz=dt.UTC) + self.more


async def test_whoever_wrote_what_nobody_can_read_is_told_once(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    clock = Adjustable()
    async with house(bot, tmp_path, key=KEY, clock=clock) as running:
        room = await secret_room(cipher, bot)
        first = await cipher.say_before_its_key(room, "!log 1h one")
        await cipher.say(room, "!log 2h in the same session")
        while len(running.matrix._late.unread()) < 2:
            await cipher.sync()
        clock.more = dt.timedelta(minutes=2)
        await anna.react(room, first, "🎉")
        told = await cipher.hear_answer(room, first)
        await anna.react(room, first, "🎂")
        await cipher.sync()

        assert "its key has not reached me" in told["content"]["body"]
        assert all(it.told for it in running.matrix._late.unread())
        ours = [it for it in await anna.messages(room) if it["sender"] == bot.user]
        assert len([it for it in ours if it["type"] == "m.room.encrypted"]) == 1


async def test_a_message_counts_only_as_that_of_the_devices_owner(
    cipher: Cipher, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(cipher, bot, bo.user)
        await bo.join(room)
        await cipher.sync(0)
        first = await cipher.say(room, "!log 1h one")
        await cipher.hear_answer(room, first)
        # What anna's device encrypted, bo's account sends as his own.
        _, content = cipher.client.encrypt(
            room, "m.room.message", {"msgtype": "m.text", "body": "!log 9h forged"}
        )
        forged = await bo.send(room, "m.room.encrypted", content)
        last = await cipher.say(room, "!log 2h two")
        answer = await cipher.hear_answer(room, last)

        assert answer["content"]["body"].startswith("C2")
        assert [it.event for it in running.matrix._late.unread()] == [forged]
        assert not any("forged" in it.words for it in running.intake.heard)


async def test_a_device_that_the_rule_does_not_trust_is_neither_read_nor_written_for(
    cipher: Cipher, register: Registers, anna: Person, bot: Person, tmp_path: Path
) -> None:
    clock = Adjustable()
    bo = await register("bo")
    listed = Cipher(bo, tmp_path / "bo")
    await listed.sync()
    fingerprint = listed.client.olm.account.identity_keys["ed25519"]
    options: Json = {"key": KEY, "clock": clock}
    async with house(bot, tmp_path, **options, trusted=("@x:*", fingerprint)) as running:
        room = await secret_room(cipher, bot)
        await anna.invite(room, bo.user)
        await bo.join(room)
        await listed.sync()
        await cipher.sync()
        asked = await listed.say(room, "!log 1h one")
        unheard = await cipher.say(room, "!log 2h two")
        assert (await listed.hear_answer(room, asked))["content"]["body"].startswith("C1")
        while not running.matrix.unread():
            await cipher.sync()
        clock.more = dt.timedelta(minutes=2)
        await anna.react(room, unheard, "🎉")
        told = await listed.hear_answer(room, unheard)
        assert "do not trust the device" in told["content"]["body"]
        await cipher.sync()
        sealed = [it.event_id for _, it in cipher.events if isinstance(it, MegolmEvent)]
        assert told["event_id"] in sealed
    # The rule is read anew at every start.
    async with house(bot, tmp_path, **options):
        assert (await cipher.hear_answer(room, unheard))["content"]["body"].startswith("C2")
    await listed.close()


@pytest.mark.parametrize(
    ("trusted", "is_so"),
    [
        (("*",), True),
        (("@*:example.org",), True),
        (("@bo:example.org",), False),
        (("fwT4 x0Vq",), True),
        (("fwt4x0vq",), False),
        ((), False),
    ],
)
def test_whose_device_is_trusted(trusted: tuple[str, ...], is_so: bool) -> None:
    assert is_trusted("@anna:example.org", "fwT4x0Vq", trusted) is is_so


async def test_what_is_for_one_person_is_encrypted_for_them_before_they_come(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        await cipher.say(room, "!log")
        private = await invited(anna, bot)
    async with house(bot, tmp_path, key=KEY):
        # After a restart, too, somebody who has not come yet is written to.
        await cipher.say(room, "!log nothing")
        asked = await cipher.say(room, "!log 1h one")
        await cipher.hear_answer(room, asked)
        await within(until_sent(bot, private, 2))
        await anna.join(private)
        await cipher.hear_body(private, "!log needs")
        await cipher.hear_body(private, "nothing")

        assert said_in_clear(await bot.messages(private), bot) == []


async def until_sent(bot: Person, room: str, number: int) -> None:
    """Wait until so many encrypted messages stand in a room."""
    while len([it for it in await bot.messages(room) if it["type"] == "m.room.encrypted"]) < number:
        await bot.quiet()


async def test_a_picture_is_encrypted_where_the_room_is(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    picture = File("week.png", "image/png", PNG, say("Who gave what this week"))
    ballot = Ballot(Reply(Words("This week"), Kind.PICTURE, files=(picture,)))
    async with house(bot, tmp_path, key=KEY, commands=ballot.commands()):
        room = await secret_room(cipher, bot)
        await cipher.say(room, "!open")
        image = (await cipher.hear_body(room, "Who gave what"))["content"]
        server, media = image["file"]["url"].removeprefix("mxc://").split("/")
        got = await anna.session.get(
            f"{anna.url}/_matrix/client/v1/media/download/{server}/{media}",
            headers={"Authorization": f"Bearer {anna.token}"},
        )
        ciphertext, file = await got.read(), image["file"]

        assert "url" not in image
        assert ciphertext != PNG
        plain = decrypt_attachment(ciphertext, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
        assert plain == PNG


async def test_cards_and_polls_work_in_encrypted_rooms(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    ballot = Ballot(ONE_OF)
    async with house(bot, tmp_path, key=KEY, commands=ballot.commands()):
        room = await secret_room(cipher, bot)
        asked = await cipher.say(room, "!open")
        card = await cipher.hear_answer(room, asked)
        start = "org.matrix.msc3381.poll.start"
        poll = await cipher._hear(room, lambda it: it["type"] == start)
        related = {"rel_type": "m.reference", "event_id": poll["event_id"]}
        vote: Json = {
            "m.relates_to": related,
            "org.matrix.msc3381.poll.response": {"answers": ["2"]},
        }
        await cipher.send(room, vote, "org.matrix.msc3381.poll.response")
        await cipher.hear_body(room, "Q4: 1 2")
        await cipher.say(room, "!vote Q4 3")
        edit = await cipher.hear_body(room, "Q4: 1 3")
        assert "!show Q4" in card["content"]["body"]
        assert "2️⃣" not in card["content"]["body"]
        await cipher.say(room, "!shut")
        await cipher._hear(room, lambda it: it["type"] == "org.matrix.msc3381.poll.end")

        assert edit["content"]["m.relates_to"]["event_id"] == card["event_id"]
        assert said_in_clear(await anna.messages(room), bot) == []


@pytest.mark.fair("it sends a row by hand, once")
async def test_what_is_for_a_room_that_no_sync_has_told_of_waits_but_not_for_one_that_was_left(
    cipher: Cipher, anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(cipher, bot)
        asked = await cipher.say(room, "!log 1h one")
        await cipher.hear_answer(room, asked)
        (row,) = running.store.outbox.answers(running.intake.heard[-1].key)
        known = running.matrix._link.client.rooms.pop(room)
        row = msgspec.structs.replace(row, number=9)
        with pytest.raises(Later):
            await running.matrix.send(row, None)
        running.matrix._link.client.rooms[room] = known
        await running.matrix.send(row, None)
        await anna.kick(room, bot.user)
        while room in running.matrix._link.rooms:
            await anna.quiet()
        with pytest.raises(Undeliverable):
            await running.matrix.send(msgspec.structs.replace(row, number=10), None)


async def test_without_encryption_nothing_is_said_in_an_encrypted_room(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        asked = await anna.say(room, "!log 1h one")
        await anna.hear_answer(room, asked)
        await anna.put_state(room, "m.room.encryption", ENCRYPTED["content"])
        while not running.matrix._link.is_encrypted(room):
            await anna.quiet()
        (row,) = running.store.outbox.answers(running.intake.heard[-1].key)
        running.matrix._speaker._sent.clear()

        with pytest.raises(Undeliverable, match="encryption is switched off"):
            await running.matrix.send(row, None)


# --- The store of the keys ------------------------------------------------------------------------


async def opened(bot: Person, folder: Path, key: str = KEY) -> None:
    link = Link(account_of(bot, folder, key))
    await link.close()
    link.client.store.database.close()


async def test_the_keys_are_for_their_owner_alone(bot: Person, tmp_path: Path) -> None:
    await opened(bot, tmp_path)

    store = tmp_path / "keys"
    assert store.stat().st_mode & 0o777 == 0o700
    assert [it.stat().st_mode & 0o777 for it in store.iterdir()] == [0o600]
    store.chmod(0o750)
    with pytest.raises(TurnedAway, match="chmod 700"):
        await opened(bot, tmp_path)


async def test_a_store_is_opened_by_its_own_key_only(bot: Person, tmp_path: Path) -> None:
    await opened(bot, tmp_path)

    with pytest.raises(TurnedAway, match="another one"):
        await opened(bot, tmp_path, KEY[::-1])
    with pytest.raises(TurnedAway, match="too short"):
        await opened(bot, tmp_path, "DEFAULT_KEY")
    assert len(KEY) >= KEY_CHARACTERS_MIN


async def test_a_store_that_was_lost_is_not_made_anew_under_the_same_device(
    cipher: Cipher, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, key=KEY):
        room = await secret_room(cipher, bot)
        asked = await cipher.say(room, "!log 1h one")
        await cipher.hear_answer(room, asked)
    (tmp_path / "keys").rename(tmp_path / "lost")

    async with house(bot, tmp_path, key=KEY) as running:
        assert running.listening
        with pytest.raises(TurnedAway, match="are not those of the device"):
            await within(running.listening)
        running.listening = None


async def test_nothing_is_said_in_the_clear_before_a_sync_tells_that_a_room_is_encrypted(
    cipher: Cipher, bot: Person, tmp_path: Path
) -> None:
    """A sync may tell of a new room before it tells of its encryption: the homeserver is asked."""
    async with house(bot, tmp_path, key=KEY) as running:
        room = await secret_room(cipher, bot)
        client = running.matrix._link.client
        await until(lambda: room in client.rooms and room in client.encrypted_rooms, cipher.person)
        client.rooms[room].encrypted = False
        client.encrypted_rooms.discard(room)
        await cipher.hear_answer(room, await cipher.say(room, "!log 1h one"))

        assert said_in_clear(await bot.messages(room), bot) == []
