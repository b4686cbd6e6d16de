"""The bot in a room: invited, asked, answering, and leaving."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.matrix.direct import Direct
from adapters.matrix.faults import Unreachable
from adapters.matrix.rooms import RoomState
from bot.chat import Incoming, Kind
from bot.writer.answers import Answer
from tests.adapters.matrix.conftest import Registers
from tests.adapters.matrix.house import House, house
from tests.adapters.matrix.people import Json, Person, Refused
from tests.adapters.matrix.proxy import Proxy

CREATOR_POWER = 2**53 - 1


def heard(running: House, words: str) -> Incoming:
    """The message with these words, as the engine got it."""
    return next(it for it in running.intake.heard if it.words == words)


async def answers_to(anna: Person, room: str, bot: Person) -> list[str]:
    """All that the bot said in a room."""
    said = [it for it in await anna.messages(room) if it["type"] == "m.room.message"]
    return [it["content"]["body"] for it in said if it["sender"] == bot.user]


async def test_a_command_in_a_room_is_answered_there(anna: Person, bot: Person, tmp_path: Path) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        asked = await anna.say(room, "!log 3h cleaned the <b>kitchen</b> #care")
        answer = await anna.hear_answer(room, asked)

    assert answer["sender"] == bot.user
    assert answer["content"]["msgtype"] == "m.notice"
    assert answer["content"]["body"].startswith("C1: Anna, 3h #care, cleaned the <b>kitchen</b>")
    assert "&lt;b&gt;kitchen" in answer["content"].get("formatted_body", "&lt;b&gt;kitchen")
    assert answer["content"]["m.mentions"] == {}


async def test_the_bot_is_called_by_prefix_by_name_and_by_answering_it(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules={}) as running:
        room = await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        link = f'<a href="https://matrix.to/#/{bot.user}">Talkoot</a>'
        by_prefix = await anna.say(room, "!log 1h swept")
        by_name = await anna.say(
            room,
            "Talkoot: log 2h cooked",
            format="org.matrix.custom.html",
            formatted_body=f"{link}: log 2h cooked",
        )
        first = await anna.hear_answer(room, by_prefix)
        second = await anna.hear_answer(room, by_name)
        by_answer = await anna.reply(room, second["event_id"], "log 3h baked")
        thanks = await anna.reply(room, second["event_id"], "thank you!")
        third = await anna.hear_answer(room, by_answer)
        last = await anna.say(room, "!about")
        await anna.hear_answer(room, last)

        bodies = [it["content"]["body"].partition(":")[0] for it in (first, second, third)]
        assert bodies == ["C1", "C2", "C3"]
        # Clients keep the slash for themselves, so whoever sends one is told what works.
        await anna.say(room, "/log 9h swept")
        private = await invited(anna, bot)
        await anna.join(private)
        hint = await anna.hear_body(private, bot.user, "Commands begin with ! in this room")
        assert "!log 9h swept" in hint["content"]["body"]
        assert not any(row.startswith("C4") for row in await answers_to(anna, room, bot))
        assert running.intake.heard
        answered = {
            it["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id")
            for it in anna.events
            if it["sender"] == bot.user
        }
        assert thanks not in answered


async def test_talk_notices_and_what_is_quoted_are_no_commands(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.invite(room, bo.user)
        await bo.join(room)
        first = await anna.say(room, "!log 1h swept")
        await anna.hear_answer(room, first)
        await bo.say(room, "Talkoot is a bot", **{"m.mentions": {"user_ids": ["@other:localhost"]}})
        await bo.say(room, "hello", **{"m.mentions": {"user_ids": [bot.user]}})
        await bo.say(room, f"{bot.user}.example.org: log 9h lied")
        await bo.say(room, "> !log 9h lied")
        await bo.say(room, "```\n!log 9h lied\n```")
        await bo.reply(room, first, f"> <{anna.user}> !log 9h lied\n\nwell done")
        await bo.reply(room, first, "> !log 9h lied")
        await bo.send(room, "m.room.message", {"msgtype": "m.notice", "body": "!log 9h lied"})
        await bo.send(room, "m.room.message", {"msgtype": "m.emote", "body": "!log 9h lied"})
        await bo.send(room, "m.room.message", {"msgtype": "m.text", "body": "!log 9h", "format": 3})
        last = await anna.say(room, "!log 2h swept")
        answer = await anna.hear_answer(room, last)

        assert answer["content"]["body"].startswith("C2")
        assert len(await answers_to(anna, room, bot)) == 2


async def test_an_edit_never_acts_and_its_author_is_told_once_in_private(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        asked = await anna.say(room, "!log 3h baked")
        await anna.hear_answer(room, asked)
        await anna.edit(room, asked, "!log 4h baked")
        await anna.edit(room, asked, "!log 5h baked")
        private = await invited(anna, bot)
        await anna.join(private)
        told = await anna.hear_body(private, bot.user, "Editing a message changes nothing")
        assert "!amend C1 4h baked" in told["content"]["body"]
        wrong = await anna.say(room, "!log")
        await anna.hear_body(private, bot.user, "!log needs")
        last = await anna.say(room, "!balance")
        balance = await anna.hear_answer(room, last)

        assert balance["content"]["body"].endswith("3h")
        assert len(await answers_to(anna, private, bot)) == 2
        direct = await bot.api("GET", f"/user/{bot.user}/account_data/m.direct")
        assert direct == {anna.user: [private]}
        assert wrong


def is_invitation(event: Json, anna: Person, bot: Person) -> bool:
    """Whether the bot invites somebody."""
    return (
        event["type"] == "m.room.member"
        and event.get("state_key") == anna.user
        and event["sender"] == bot.user
        and event["content"]["membership"] == "invite"
    )


async def invited(anna: Person, bot: Person) -> str:
    """The room that the bot invites somebody to."""
    invite = await anna.hear(lambda it: is_invitation(it, anna, bot))
    assert invite["content"]["is_direct"] is True
    return str(invite["room_id"])


@pytest.mark.parametrize("answer", [(502, b""), (200, b"{}"), (200, b'{"room_id": 7}')])
async def test_a_room_for_one_person_is_made_once_also_where_the_answer_to_that_was_lost(
    answer: tuple[int, bytes], anna: Person, bot: Person, tmp_path: Path
) -> None:
    line, lost = Proxy(bot.line), [answer]

    def losing(method: str, path: str, true: tuple[int, bytes]) -> tuple[int, bytes]:
        return lost.pop() if "/createRoom" in path and lost else true

    line.spoil = losing
    async with line.up(), house(bot, tmp_path, url=line.url):
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!about"))
        await anna.say(room, "!log")
        private = await invited(anna, bot)
        await anna.join(private)
        await anna.hear_body(private, bot.user, "!log needs")

        assert not lost
        assert len({it["room_id"] for it in anna.events if is_invitation(it, anna, bot)}) == 1


async def test_a_room_that_was_known_before_its_invitation_is_no_reason_to_make_another_one() -> None:
    class Line:
        """A homeserver that has made a room, and then invites into it."""

        account, keys = SimpleNamespace(user="@bot:x"), SimpleNamespace(there=False)

        def __init__(self) -> None:
            self.people, self.asked = ["@bot:x"], list[str]()

        async def members(self, room: str) -> list[str]:
            return self.people

        async def ask(self, method: str, path: list[str], body: object = None) -> dict[str, object]:
            self.asked.append(path[-1])
            if path[-1] == "createRoom":
                raise Unreachable("its answer was lost")
            return {"joined_rooms": ["!r:x"]}

    line, made = Line(), RoomState("!r:x")
    made.creators = frozenset({"@bot:x"})
    known: dict[str, RoomState] = {}
    direct = Direct(line, known)  # type: ignore[arg-type]
    for _ in range(2):
        with pytest.raises(Unreachable):
            await direct._made("@anna:x")
    # The first sync tells of it without the invitation.
    known["!r:x"] = made
    await direct.people("!r:x")
    with pytest.raises(Unreachable):
        await direct._made("@anna:x")
    line.people = ["@bot:x", "@anna:x"]

    assert await direct._made("@anna:x") == "!r:x"
    assert line.asked.count("createRoom") == 1


async def test_whoever_writes_to_the_bot_alone_needs_no_prefix(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user, is_direct=True, preset="trusted_private_chat")
        asked = await anna.say(room, "log 3h baked")
        answer = await anna.hear_answer(room, asked)
        unclear = await anna.say(room, "hello?")
        help_told = await anna.hear_answer(room, unclear)

        assert answer["content"]["body"].startswith("C1")
        assert "There is no command" in help_told["content"]["body"]
        said = heard(running, "log 3h baked")
        assert said.private
        assert said.actor.standing == ()


async def test_in_a_room_with_the_bot_alone_everything_is_for_it_until_somebody_else_comes(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules={}) as running:
        room = await anna.room_with(bot.user)
        for words, ref in (("log 3h baked", "C1"), ("/log 2h cooked", "C2"), ("!log 1h swept", "C3")):
            answer = await anna.hear_answer(room, await anna.say(room, words))
            assert answer["content"]["body"].startswith(ref)
        await anna.invite(room, bo.user)
        await anna.say(room, "log 9h not meant")
        await bo.join(room)
        await bo.say(room, "log 9h not meant either")
        last = await anna.hear_answer(room, await anna.say(room, "!log 2h baked"))

        assert last["content"]["body"].startswith("C4")
        # What is said there others may read later, so it is no private room.
        assert not any(it.private for it in running.intake.heard)


async def test_a_room_is_told_by_its_name(anna: Person, bot: Person, tmp_path: Path) -> None:
    async with house(bot, tmp_path):
        kitchen = await anna.room_with(bot.user, name="The  kitchen\u202e\n of us all")
        await anna.hear_answer(kitchen, await anna.say(kitchen, "!log 1h swept"))
        hall = await anna.room_with(bot.user)
        await anna.hear_answer(hall, await anna.say(hall, "!log 1h swept"))
        await anna.say(hall, "!room")
        private = await invited(anna, bot)
        await anna.join(private)
        told = await anna.hear_body(private, bot.user, "The other rooms")
        assert kitchen not in told["content"]["body"]
        assert "The kitchen" in told["content"]["body"]
        # One that gets its name later is called so from then on.
        await anna.put_state(hall, "m.room.name", {"name": "Great hall"})
        await anna.hear_answer(hall, await anna.say(hall, "!log 1h swept"))
        await anna.say(kitchen, "!room")
        await anna.hear_body(private, bot.user, "Great hall")


async def test_the_greeting_shows_what_can_be_typed_there(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, rules={}, home=False):
        room = await anna.room_with(bot.user)
        greeting = await anna.hear_body(room, bot.user, "Hello, I am Talkoot")

        assert "!collective create NAME" in greeting["content"]["body"]
        assert "!help" in greeting["content"]["body"]
        assert " /" not in greeting["content"]["body"]


async def test_in_a_thread_the_answer_is_in_the_thread(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        root = await anna.say(room, "who cleaned?")
        thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True}
        relates = {**thread, "m.in_reply_to": {"event_id": root}}
        asked = await anna.say(room, "!log 3h cleaned", **{"m.relates_to": relates})
        answer = await anna.hear_answer(room, asked)

        assert answer["content"]["m.relates_to"]["rel_type"] == "m.thread"
        assert answer["content"]["m.relates_to"]["event_id"] == root


async def test_what_was_said_before_the_bot_came_or_while_it_was_away_is_not_acted_on(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.create_room()
        for number in range(3):
            await anna.say(room, f"!log {number + 1}m before")
        await anna.invite(room, bot.user)
        await anna.hear_join(room, bot.user)
        first = await anna.say(room, "!log 1h inside")
        assert (await anna.hear_answer(room, first))["content"]["body"].startswith("C1")
        await anna.kick(room, bot.user)
        await anna.say(room, "!log 2h away")
        await anna.invite(room, bot.user)
        while (await anna.state(room, "m.room.member", bot.user))["membership"] != "join":
            await anna.quiet()
        last = await anna.say(room, "!log 3h back")
        assert (await anna.hear_answer(room, last))["content"]["body"].startswith("C2")

        arrivals = {it.key: it for it in running.intake.heard if it.arrived}
        assert [it.place.room for it in arrivals.values()] == [room, room]
        assert {it.actor.id for it in arrivals.values()} == {anna.user}


async def test_an_invitation_by_a_stranger_is_declined(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path, inviters=[anna.user]):
        declined = await bo.create_room(bot.user)
        await bo.hear(
            lambda it: it.get("state_key") == bot.user and it["content"]["membership"] == "leave"
        )
        await anna.room_with(bot.user)

        assert (await bo.state(declined, "m.room.member", bot.user))["membership"] == "leave"


async def test_a_room_that_everybody_left_is_left(anna: Person, bot: Person, tmp_path: Path) -> None:
    async with house(bot, tmp_path):
        room = await anna.room_with(bot.user)
        await anna.leave(room)
        other = await anna.room_with(bot.user)
        asked = await anna.say(other, "!about")
        await anna.hear_answer(other, asked)

        assert (await bot.api("GET", "/joined_rooms"))["joined_rooms"] == [other]


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_who_has_which_power_is_known_in_every_room_version(
    version: str, anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user, room_version=version)
        await anna.invite(room, bo.user)
        await bo.join(room)
        levels = await anna.state(room, "m.room.power_levels")
        for power, words in ((0, "!about"), (50, "!balance"), (7, "!ledger")):
            levels["users"] = {**levels["users"], bo.user: power}
            if power:
                await anna.put_state(room, "m.room.power_levels", levels)
            asked = await bo.say(room, words)
            await bo.hear_answer(room, asked)
        asked = await anna.say(room, "!log 1h swept")
        await anna.hear_answer(room, asked)

        powers = [heard(running, words).actor.standing for words in ("!about", "!balance", "!ledger")]
        assert powers == [("power:0",), ("power:50",), ("power:7",)]
        creator = CREATOR_POWER if version == "12" else 100
        assert heard(running, "!log 1h swept").actor.standing == (f"power:{creator}",)


def _of_rules(running: House) -> list[Incoming]:
    """What was heard so far that sets a rule."""
    return [it for it in running.intake.heard if it.words.startswith("!rules")]


async def test_who_has_power_in_a_room_has_the_role_that_a_rule_gives_for_it(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    rules = {"prefix": "!", "admins": ("power:50",)}
    async with house(bot, tmp_path, rules=rules) as running:
        room = await anna.room_with(bot.user)
        await anna.hear_answer(room, await anna.say(room, "!balance"))
        await anna.invite(room, bo.user)
        await bo.join(room)
        levels = await anna.state(room, "m.room.power_levels")
        refused = []
        for number, power in enumerate((0, 50, 49)):
            levels["users"] = {**levels["users"], bo.user: power}
            await anna.put_state(room, "m.room.power_levels", levels)
            await bo.say(room, f"!rules set confirmations {number + 1}")
            await anna.hear_answer(room, await anna.say(room, "!balance"))
            while len(them := _of_rules(running)) <= number:
                await anna.quiet()
            await running.intake.finished()
            rows = running.store.outbox.answers(them[-1].key)
            assert them[-1].actor.standing == (f"power:{power}",)
            refused.append(rows[0].reply.kind is Kind.REFUSAL)

        assert refused == [True, False, True]


async def test_a_room_that_was_replaced_is_followed_and_only_a_true_heir_is_believed(
    anna: Person, bo: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user, preset="public_chat", room_version="10")
        upgraded = await anna.api("POST", f"/rooms/{room}/upgrade", {"new_version": "11"})
        heir = upgraded["replacement_room"]
        await anna.hear_join(heir, bot.user)
        false_heir = await bo.room_with(
            bot.user, creation_content={"predecessor": {"room_id": room, "event_id": "$x"}}
        )
        for person, place in ((anna, heir), (bo, false_heir)):
            asked = await person.say(place, "!about")
            await person.hear_answer(place, asked)

        former = {it.place.room: it.former for it in running.intake.heard if it.arrived}
        assert former == {room: "", heir: room, false_heir: ""}


async def test_a_space_counts_only_where_it_says_the_same(
    anna: Person, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        space = await anna.room_with(bot.user, creation_content={"type": "m.space"})
        inside, outside = [await anna.room_with(bot.user) for _ in range(2)]
        await anna.put_state(space, "m.space.child", {"via": ["localhost"]}, inside)
        for room in (inside, outside):
            await anna.put_state(room, "m.space.parent", {"via": ["localhost"]}, space)
        for room, words in ((inside, "!about"), (outside, "!ledger")):
            asked = await anna.say(room, words)
            await anna.hear_answer(room, asked)

        assert heard(running, "!about").space == space
        assert heard(running, "!ledger").space == ""


async def test_a_person_who_is_linked_is_meant_by_their_id_not_by_their_name(
    anna: Person, register: Registers, bot: Person, tmp_path: Path
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        bo, other = await register("bo"), await register("bo")
        for person in (bo, other):
            await anna.invite(room, person.user)
            await person.join(room)
            asked = await person.say(room, "!log 1h baked")
            await person.hear_answer(room, asked)
        link = f'<a href="https://matrix.to/#/{other.user}">Bo</a>'
        asked = await anna.say(
            room,
            "!thank Bo for the bread",
            format="org.matrix.custom.html",
            formatted_body=f"!thank {link} for the bread",
        )
        await anna.hear_answer(room, asked)

        words = f"!thank {other.user} for the bread"
        assert heard(running, words).mentions == {other.user[1:]: other.user}


async def test_where_the_bot_may_not_write_the_message_is_given_up(
    anna: Person, bot: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        levels = await anna.state(room, "m.room.power_levels")
        await anna.put_state(room, "m.room.power_levels", {**levels, "events_default": 50})
        await anna.say(room, "!about")
        other = await anna.room_with(bot.user)
        asked = await anna.say(other, "!ledger")
        await anna.hear_answer(other, asked)
        await running.delivery.drained()
        await running.intake.finished()

        assert "M_FORBIDDEN" in caplog.text
        assert not running.store.outbox.waiting(10)
        with pytest.raises(Refused):
            await bot.say(room, "indeed")


@pytest.mark.fair("what is only polite is not tried twice")
async def test_what_was_read_is_shown_and_so_is_an_answer_that_takes_long(
    anna: Person, bot: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.matrix.courtesy.READ_SECONDS", 0.0)
    monkeypatch.setattr("adapters.matrix.courtesy.BUSY_SECONDS", 0.0)
    async with house(bot, tmp_path) as running:
        room = await anna.room_with(bot.user)
        gate, submit = asyncio.Event(), running.intake.submit

        async def slow(message: Incoming) -> Answer | None:
            await gate.wait()
            return await submit(message)

        monkeypatch.setattr(running.intake, "submit", slow)
        asked = await anna.say(room, "!about")
        await anna.hear(lambda it: it["type"] == "m.typing" and it["content"]["user_ids"] == [bot.user])
        gate.set()
        await anna.hear_answer(room, asked)
        await anna.hear(
            lambda it: it["type"] == "m.receipt" and bot.user in it["content"][asked]["m.read"]
        )
        await anna.hear(lambda it: it["type"] == "m.typing" and it["content"]["user_ids"] == [])


async def test_the_log_knows_neither_what_was_said_nor_the_token(
    anna: Person, bot: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with house(bot, tmp_path, key="a key for the tests of this run"):
        room = await anna.room_with(bot.user)
        await anna.send(room, "m.room.message", {"msgtype": "m.image", "body": "ZEBRACANARY"})
        await anna.send(room, "m.reaction", {"m.relates_to": {"key": "ZEBRACANARY"}})
        asked = await anna.say(room, "!log 1h ZEBRACANARY")
        await anna.hear_answer(room, asked)

    assert caplog.records
    assert "ZEBRACANARY" not in caplog.text
    assert bot.token not in caplog.text
    assert "a key for the tests" not in caplog.text
