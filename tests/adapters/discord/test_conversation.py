"""What an interaction tells while nobody knows what became of its first answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from adapters.discord.conversation import Conversation
from adapters.discord.outgoing import Message
from adapters.discord.rest import ACKNOWLEDGED, Garbled, Refusal
from bot.ports import Later

CARD, MORE = (Message({"content": words, "flags": 0}) for words in ("the card", "the draw"))


class Line:
    """Discord, and how what it answers is lost: each entry of `weather` is met once, in order."""

    def __init__(self, *weather: str) -> None:
        self.weather, self.first, self.others = list(weather), "", list[str]()

    def _met(self, words: str) -> dict[str, Any]:
        if self.weather and self.weather.pop(0) == "lost":
            raise Garbled
        return {"resource": {"message": words}}

    async def callback(self, _id: str, _token: str, _kind: object, data: Any, _files: object) -> Any:
        if self.first:
            raise Refusal(400, ACKNOWLEDGED, "it has an answer")
        self.first = data["content"]
        return self._met(self.first)

    async def original(self, _token: str, body: dict[str, Any], _files: Sequence[object] = ()) -> Any:
        self.first = body["content"]
        try:
            return self._met(self.first)
        except Garbled as garbled:
            raise Later from garbled

    async def follow_up(self, _token: str, body: dict[str, Any], _files: Sequence[object] = ()) -> Any:
        self.others.append(body["content"])
        return self._met(body["content"])


async def _pause(_seconds: float) -> None:
    pass


def conversation(line: Line) -> Conversation:
    asked = {"id": "1", "token": "t", "type": 2}
    return Conversation(line, asked, lambda: 0.0, _pause)  # type: ignore[arg-type]


@pytest.mark.parametrize("lost", [1, 2, 3])
async def test_the_next_answer_stands_beside_a_first_one_of_which_nothing_was_heard(lost: int) -> None:
    line = Line(*["lost"] * (lost + 1))
    it = conversation(line)
    for _ in range(lost):
        with pytest.raises(Later):
            await it.tell(CARD, private=False)
    line.weather.clear()
    await it.tell(MORE, private=False)
    assert (line.first, line.others) == ("the card", ["the draw"])

    await it.tell(CARD, private=False)
    await it.tell(Message({"content": "a third", "flags": 0}), private=False)

    assert (line.first, line.others) == ("the card", ["the draw", "a third"])


async def test_a_first_answer_that_did_not_arrive_leaves_its_place_to_the_next() -> None:
    line = Line("lost")
    it = conversation(line)
    it._tried = CARD  # its callback met a wall, and nothing is known of it
    await it.tell(MORE, private=False)

    assert (line.first, line.others) == ("the draw", [])
    await it.tell(CARD, private=False)
    assert (line.first, line.others) == ("the draw", ["the card"])
