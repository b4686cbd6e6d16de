"""K13, K16: what an adapter hands in may be malformed; the engine and the console still stand."""

from __future__ import annotations

import asyncio
import io
from contextlib import suppress

import pytest

from adapters.console.client import Console, piped
from adapters.console.stage import Stage
from adapters.console.terminal import completions
from adapters.console.transcript import Direction, Part, TranscriptError, read_said
from bot.chat import Actor, Incoming, Place
from tests.house import COMMANDS, House, hidden, settled
from tests.security.payloads import ALL

IDS = {
    "nul": "a\x00b",
    "lone surrogate": "a\ud800b",
    "newline": "a\nb",
    "bidi": "\u202eab",
    "empty": "",
    "blank": " ",
    "long": "x" * 10_000,
    "sql": "'; DROP TABLE inbox; --",
    "decomposed": "e\u0301",
    "proto": "__proto__",
    "bar": "a|b|c",
}
PLACES = ("message", "room", "account", "name", "mention", "mentioned", "platform")


def odd(place: str, text: str, words: str, number: int) -> Incoming:
    values = dict.fromkeys(PLACES, "x") | {"message": f"odd-{number}", "platform": "a"}
    values[place] = f"{text}{number}" if place == "message" else text
    return Incoming(
        values["message"],
        Place(values["platform"], values["room"]),
        Actor(values["platform"], values["account"], values["name"]),
        words,
        mentions={values["mention"]: values["mentioned"]},
    )


@pytest.mark.parametrize("text", IDS.values(), ids=IDS)
@pytest.mark.parametrize("place", PLACES)
def test_an_odd_id_raises_nothing_and_spoils_nothing(place: str, text: str) -> None:
    house = settled()
    for number, words in enumerate(("/log 1 pcs x", "/me", "/thank @x", "/nonsense", "hello")):
        batch = [
            house.message("anna", "/balance"),
            odd(place, text, words, number),
            house.message("bo", "/balance"),
        ]
        told = house.hand_in(batch)
        assert told[0].text.startswith("anna: ")
        assert told[2].text.startswith("bo: ")
        assert told[1].error != "bug"
        assert not hidden(told[1].text)
    house.restart()
    assert house.say("anna", "/ledger").error == ""
    house.close()


@pytest.mark.parametrize("language", ["", "xx", "../../x", "de", "en-US"])
def test_a_language_from_the_configuration_or_a_member_never_breaks_an_answer(language: str) -> None:
    house = settled()
    told = house.say("anna", f"/me language {language}")
    assert told.error in {"", "language-unknown", "language-missing"}
    assert house.say("anna", "/balance").error == ""
    house.close()


async def listened(text: bytes, errors: str = "strict") -> list[str]:
    source = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", errors=errors)

    async def gather() -> list[str]:
        return [row async for row in piped(source)]

    return await asyncio.wait_for(gather(), 2)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize(
    "text", [b"\xff\xfe\n", b"/log 1h \xc3\n/me\n", b"\xed\xa0\x80\n", b"a\x00b\n", b"\n\n", b""]
)
async def test_a_pipe_of_bytes_that_are_no_text_comes_to_its_end(text: bytes) -> None:
    rows = await listened(text)
    assert len(rows) == text.count(b"\n")


async def test_an_endless_line_in_a_pipe_is_cut() -> None:
    rows = await listened(b"/log 1h " + b"x" * 3_000_000 + b"\n/me\n")
    assert rows[-1] == "/me"
    assert max(map(len, rows)) <= 1_000_000


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
def test_whatever_is_typed_is_a_message_and_can_be_completed(text: str) -> None:
    console = Console("anna", "s")
    house = House()
    for row in (
        text,
        f"/{text}",
        f"bo: {text}",
        f"{text}: /log 1h x",
        f"bo@{text}: /me",
        f"bo!: /{text}",
    ):
        message = console.said(row)
        (told,) = house.hand_in([house.message("x", message.words)])
        assert told.error != "bug"
        completions(row, COMMANDS)
        completions(f"/log {row}", COMMANDS)
    house.close()


@pytest.mark.parametrize(
    "row", ["/", "/ ", "/  ", " / ", "bo: /", "bo: / ", "/\t", "/\u3000", "//", "/ x"]
)
def test_a_slash_and_blanks_can_be_completed(row: str) -> None:
    completions(row, COMMANDS)


@pytest.mark.parametrize(
    "words", ["+999999w", "+0s", "9999-12-31 23:59-23:59", "0001-01-01 00:00+23:59", "+1y"]
)
def test_a_direction_of_time_is_in_range_or_a_plain_mistake(words: str) -> None:
    house = House()
    stage = Stage(lambda _: house.engine, house.clock, house.store.wakes)
    with suppress(TranscriptError):
        stage.play(Part([f"@ {words}"], Direction(words, 1)))
    house.close()


@pytest.mark.parametrize("text", [name for name in ALL.values() if len(name) < 200])
def test_a_name_in_front_of_a_line_is_short_and_whole(text: str) -> None:
    said = read_said(f"{text}: hello")
    if said is not None:
        assert len(said.name) <= 60
        assert said.name
        assert "\n" not in said.name
