"""Every body that a reply can become is one that Discord takes, and rings nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.components import (
    Mark,
    Press,
    answered,
    custom_id,
    modal,
    read_custom_id,
)
from adapters.discord.containers import pressable, words_of
from adapters.discord.outgoing import EPHEMERAL, answering, in_channel, messages_of, nonce
from adapters.discord.polls import native_poll, poll_body
from bot.chat import Button, Choice, File, Key, Kind, Menu, Outgoing, Place, Reply
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Node, Passage, Words, lines
from tests.adapters.discord.test_markdown import SIGNS
from tests.doubles.discord import limits, openapi
from tests.doubles.discord.markdown import read

TEXT = SIGNS | st.text(max_size=200)
SOME = TEXT.filter(lambda text: bool(text.strip()))
LINES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=130).map(
    lambda text: f"vote {text}"
)
CHOICES = st.lists(
    st.builds(
        Choice, st.builds(Words, TEXT), st.text(max_size=110), st.sampled_from(["", "👍", "+1", "x"])
    ),
    max_size=60,
).map(tuple)
MENUS = st.builds(
    Menu,
    st.builds(Words, TEXT),
    LINES,
    CHOICES,
    st.integers(1, 30),
    st.sampled_from([" ", ", ", " > ", " | "]),
)
BUTTONS = st.builds(
    Button,
    st.builds(Words, SOME),
    LINES,
    st.sampled_from(["", "👍", "+1", "❤️", "1️⃣"]),
    st.none() | st.builds(Words, TEXT),
)
REPLIES = st.builds(
    Reply,
    st.builds(Passage, st.text(max_size=9_000)) | st.builds(Words, TEXT),
    kind=st.sampled_from(Kind),
    private=st.booleans(),
    buttons=st.lists(BUTTONS, max_size=30).map(tuple),
    menus=st.lists(MENUS, max_size=6).map(tuple),
    native=st.booleans(),
    files=st.lists(
        st.builds(
            File, st.text(max_size=30), st.just("image/png"), st.just(b"x"), st.builds(Words, TEXT)
        ),
        max_size=12,
    ).map(tuple),
)


def row(reply: Reply, number: int = 0) -> Outgoing:
    return Outgoing(
        key=Key("discord", f"m{number}"),
        number=0,
        collective="home",
        place=Place("discord", "1"),
        person="",
        reply=reply,
        language="en",
        zone="UTC",
        prefix="/",
        at=0,
    )


def plain(node: Node) -> str:
    return render(node, reader("en", "UTC"))


def complaints(method: str, path: str, body: dict[str, Any], files: int, fields: set[str]) -> list[str]:
    new = method == "POST"
    return [
        *limits.message_complaints(body, files, fields=fields, new=new),
        *openapi.complaints(method, path, body, {}),
    ]


@settings(max_examples=60)
@given(REPLIES)
def test_any_reply_becomes_bodies_that_discord_takes(reply: Reply) -> None:
    outgoing = row(reply)
    for part, message in enumerate(messages_of(outgoing)):
        files = len(message.files)
        sent = in_channel(message, outgoing, part, "5")
        told = answering(message, private=True)

        assert complaints("POST", "/channels/1/messages", sent, files, limits.MESSAGE_FIELDS) == []
        assert complaints("POST", "/webhooks/1/x", told, files, limits.ANSWER_FIELDS) == []
        assert (
            complaints("PATCH", "/channels/1/messages/2", message.body, files, limits.EDIT_FIELDS) == []
        )
        assert sent["allowed_mentions"] == told["allowed_mentions"] == {"parse": []}
        assert told["flags"] & EPHEMERAL
        assert sent["flags"] & (1 << 2)
        assert {"link", "address", "mention", "masked link"}.isdisjoint(read(words_of(message.body))[1])
    poll = native_poll(outgoing, plain)
    if poll is not None:
        body = poll_body(poll, "5", outgoing)
        assert complaints("POST", "/channels/1/messages", body, 0, limits.MESSAGE_FIELDS) == []


def test_a_long_text_comes_in_parts_and_an_endless_one_ends_visibly() -> None:
    long = messages_of(row(Reply(lines(*(Words(f"row {n}") for n in range(1_000))))))
    endless = messages_of(row(Reply(lines(*(Words(f"row {n} " * 30) for n in range(1_000))))))

    assert 1 < len(long) < 8
    assert "\n".join(part.body["content"] for part in long).splitlines()[-1] == "row 999"
    assert len(endless) == 8
    assert endless[-1].body["content"].endswith("\n…")


@pytest.mark.parametrize("kind", [Kind.CARD, Kind.EDIT])
def test_a_card_is_one_message_whatever_its_length(kind: Kind) -> None:
    (card,) = messages_of(row(Reply(Passage("word " * 1_000), kind, ref="P3")))

    words = words_of(card.body)
    assert 3_900 < len(words) <= 4_000
    assert words.endswith(" …")


def test_an_edit_takes_the_components_away() -> None:
    (edit,) = messages_of(row(Reply(Words("done"), Kind.EDIT, ref="P3")))

    assert list(pressable(edit.body)) == []


def test_a_reply_without_words_is_still_a_message() -> None:
    (empty,) = messages_of(row(Reply(Words(" \u200b "))))

    assert empty.body["content"] == "…"


def test_nonces_are_the_same_for_the_same_part_and_for_no_other() -> None:
    one, other = row(Reply(Words("a"))), row(Reply(Words("a")), 2)
    nonces = [nonce(one, 0), nonce(one, 1), nonce(other, 0)]

    assert nonce(one, 0) == nonces[0]
    assert len(set(nonces)) == 3
    assert all(len(each) <= 25 for each in nonces)


FIELD = st.text(max_size=12)


@given(st.sampled_from(Mark), st.text(min_size=1, max_size=60), FIELD, FIELD)
def test_a_custom_id_says_what_was_put_into_it(mark: Mark, line: str, one: str, other: str) -> None:
    one_field = {Mark.ASKS, Mark.OPENS, Mark.TAKES, Mark.RATED}
    two_fields = {Mark.RANKS, Mark.RANKED, Mark.ANEW, Mark.TURNS, Mark.RATES}
    count = 1 if mark in one_field else 2 if mark in two_fields else 0
    press = Press(mark, line, (one, other)[:count], "1x.8f03ac")
    written = custom_id(press)

    if written is not None and line.strip() and line == line.rstrip():
        assert read_custom_id(written) == press
        assert len(written.encode("utf-16-le", "surrogatepass")) <= 200


@given(st.text(max_size=120))
def test_any_custom_id_is_read_or_is_none_of_ours(text: str) -> None:
    press = read_custom_id(text)

    assert press is None or press.line.strip()


@given(LINES, TEXT, TEXT)
def test_any_question_becomes_a_modal_that_discord_takes(line: str, question: str, title: str) -> None:
    body = modal(Press(Mark.ASKS, line, (question,)), title, "In your words")
    if body is None:
        assert len(line.encode("utf-16-le", "surrogatepass")) > 190
        return
    told = {"type": 9, "data": body}

    assert list(limits.modal_complaints(body)) == []
    assert openapi.complaints("POST", "/interactions/1/x/callback", told, {}) == []


@pytest.mark.parametrize(
    ("components", "words"),
    [
        ([{"type": 18, "component": {"type": 4, "custom_id": "answer", "value": "why"}}], "why"),
        ([{"type": 1, "components": [{"type": 4, "custom_id": "answer", "value": "why"}]}], "why"),
        ([{"type": 18, "component": {"type": 4, "custom_id": "other", "value": "why"}}], ""),
        ([{"type": 4, "custom_id": "answer", "value": None}], ""),
        (None, ""),
        ("text", ""),
    ],
)
def test_what_was_written_into_a_modal_is_found_in_whatever_it_is_wrapped(
    components: object, words: str
) -> None:
    assert answered(components) == words
