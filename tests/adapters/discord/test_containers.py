"""Cards stand in a frame with the colour of their state; commands can be tapped."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from adapters.discord.commands import ids_of
from adapters.discord.containers import ACCENTS, COMPONENTS_V2, pressable, words_of
from adapters.discord.incoming import Answered, Callback, InteractionType, press_of, read_interaction
from adapters.discord.markdown import Markdown, split
from adapters.discord.outgoing import CARD_FILES_MAX, EPHEMERAL, messages_of, without_files
from adapters.discord.outgoing import Message as Sent
from adapters.discord.standing import Surroundings
from bot.chat import Button, Choice, File, Kind, Menu, Reply, Tone
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Typed, Words, joined, lines, say
from tests.adapters.discord.stage import Stage, staged
from tests.adapters.discord.test_outgoing import row
from tests.doubles.discord import limits
from tests.doubles.discord.markdown import read
from tests.doubles.discord.world import Message

IDS = {"log": "11", "me zone": "12", "me show": "12"}
BLUE, GREEN, VERMILLION = 0x0072B2, 0x009E73, 0xD55E00


async def logged(stage: Stage) -> Message:
    """An entry that waits for somebody to confirm it; returns its card."""
    for user in (stage.anna, stage.bo):
        await stage.people.slash(user, stage.room, "me show")
    came = await stage.people.slash(stage.anna, stage.room, "log", amount="3h", what="dug")
    await stage.settled()
    card: Message = next(each for each in came.shown if each.buttons())
    return card


def test_every_tone_has_a_colour_of_its_own() -> None:
    assert set(ACCENTS) == set(Tone)
    assert len(set(ACCENTS.values())) == len(Tone)


async def test_a_card_stands_in_a_frame_with_its_buttons_below_its_words() -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        card = await logged(stage)
        (frame,) = card.components
        kinds = [each["type"] for each in frame["components"]]

        assert card.flags & COMPONENTS_V2
        assert (frame["type"], kinds) == (17, [10, 1])
        assert card.accent == BLUE
        assert stage.world.message_payload(card)["content"] == ""


@pytest.mark.parametrize(("pressed", "colour"), [("Confirm", GREEN), ("Dispute", VERMILLION)])
async def test_the_edge_has_the_colour_of_its_state(pressed: str, colour: int) -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        card = await logged(stage)
        asked = await stage.people.press(stage.bo, card, pressed)
        if asked.modal is not None:
            await stage.people.submit(asked, "it was less")
        await stage.settled()

        assert card.accent == colour
        assert list(card.buttons()) == []


@pytest.mark.parametrize("kill", [False, True])
async def test_a_card_of_before_becomes_one_with_its_next_edit(*, kill: bool) -> None:
    async with staged(rules={"confirmations": 1}) as stage:
        card = await logged(stage)
        # As the version before wrote it: words as content, rows without a frame.
        card.components = [each for each in card.components[0]["components"] if each["type"] == 1]
        card.flags &= ~COMPONENTS_V2
        await stage.restart(kill=kill)
        await stage.people.press(stage.bo, card, "Confirm")
        await stage.settled()

        assert card.content.endswith("confirmed")
        assert card.accent == GREEN
        assert stage.world.message_payload(card)["content"] == ""


def test_what_only_one_person_sees_is_no_frame() -> None:
    card = Reply(Words("Your ballot"), Kind.CARD, buttons=(Button(say("Yes"), "vote P1 yes"),))
    (message,) = messages_of(replace(row(card), person="7"))

    assert message.body["content"] == "Your ballot"
    assert not message.body["flags"] & COMPONENTS_V2


def complaints(card: Sent) -> list[str]:
    files, fields = len(card.files), limits.MESSAGE_FIELDS
    return [*limits.message_complaints(card.body, files, fields=fields, new=True)]


def test_rating_in_private_leaves_a_framed_card_as_it_is_and_answers_beside_it() -> None:
    # A frame cannot become a message with rows alone: its words would be gone.
    options = (Choice(Words("Rye"), "rye"), Choice(Words("Wheat"), "wheat"))
    answers = (Choice(Words("0"), "0"), Choice(Words("5"), "5"))
    rated = Menu(Words("Rate"), "vote Q1", options, answers=answers)
    (card,) = messages_of(
        replace(row(Reply(Words("Q1"), Kind.CARD, menus=(rated,))), as_of="1x.8f03ac")
    )
    first = next(pressable(card.body))
    payload = {
        "id": "1",
        "type": InteractionType.COMPONENT,
        "channel_id": "2",
        "user": {"id": "3", "username": "bo"},
        "data": {"custom_id": first["custom_id"], "values": ["wheat"]},
        "message": {"id": "4", **card.body},
    }
    step = read_interaction(payload, press_of(payload), Surroundings("9", {}, {}))

    assert isinstance(step, Answered)
    assert step.callback is Callback.MESSAGE
    assert step.data["flags"] & EPHEMERAL


PICTURE = File("chart.png", "image/png", b"x", Words("Who gave what"))


def test_a_full_card_has_no_more_components_than_discord_takes() -> None:
    pressed = tuple(Button(say("Yes"), f"vote P{number} yes") for number in range(40))
    (card,) = messages_of(row(Reply(Words("P1"), Kind.CARD, buttons=pressed, files=(PICTURE,) * 12)))

    assert complaints(card) == []
    assert len(card.files) == CARD_FILES_MAX


def test_a_card_whose_files_may_not_be_attached_keeps_its_buttons_and_says_what_is_missing() -> None:
    pressed = (Button(say("Yes"), "vote P1 yes"),)
    (card,) = messages_of(row(Reply(Words("P1: mixer"), Kind.CARD, buttons=pressed, files=(PICTURE,))))
    bare = without_files(card, "chart.png is missing.")

    assert complaints(bare) == []
    assert words_of(bare.body) == "P1: mixer\nchart.png is missing."
    assert [*pressable(bare.body)] == [*pressable(card.body)] != []


# --- Commands that can be tapped -------------------------------------------------------------------


def written(*nodes: Any, ids: dict[str, str] = IDS) -> str:
    """As Discord gets it."""
    return render(lines(*nodes), reader("en", "UTC"), Markdown(ids=ids))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("log", "</log:11>"),
        ("log 2h baked bread", "</log:11> `2h baked bread`"),
        ("me zone Europe/Berlin", "</me zone:12> `Europe/Berlin`"),
        ("me", "`/me`"),
        ("lgo 2h", "`/lgo 2h`"),
    ],
)
def test_a_command_can_be_tapped_where_its_number_is_known(typed: str, shown: str) -> None:
    assert written(Typed(typed)) == shown
    assert written(Typed(typed), ids={}) == f"`/{typed}`"


def test_a_command_of_a_group_has_the_groups_number_and_the_group_alone_cannot_be_tapped() -> None:
    members = [{"type": 1, "name": "zone"}, {"type": 1, "name": "show"}]
    me = {"id": "12", "name": "me", "options": members}
    log = {"id": "11", "name": "log", "options": [{"type": 3, "name": "amount"}]}

    assert ids_of([me, log, {"id": "12> @everyone", "name": "odd"}]) == IDS


def test_nobody_can_write_a_command_to_be_tapped() -> None:
    assert read(written(Words("</log:11> and `</log:11>`")))[1] == []


def test_a_command_is_never_torn() -> None:
    text = written(joined([Typed("me zone")] * 40, " "))
    parts = split(text, 18)

    assert len(parts) == 40
    assert set(parts) == {"</me zone:12>"}


async def test_the_numbers_are_those_of_registration_and_known_after_a_restart() -> None:
    async with staged() as stage:
        first = await stage.people.slash(stage.bo, stage.room, "help")
        registered = {each["name"]: each["id"] for each in stage.world.commands}
        await stage.restart()
        again = await stage.people.slash(stage.bo, stage.room, "help")

        assert f"</log:{registered['log']}>" in first.text
        assert again.text == first.text
        assert len(stage.discord.requests("PUT", "/commands$")) == 1


def test_words_are_found_in_old_cards_and_new_ones() -> None:
    (new,) = messages_of(row(Reply(Words("P3: mixer"), Kind.CARD, ref="P3")))

    assert words_of(new.body) == "P3: mixer"
    assert words_of({"content": "P3: mixer", "components": []}) == "P3: mixer"
