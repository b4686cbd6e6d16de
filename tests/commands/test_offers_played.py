"""What a refusal offers is accepted: each line, typed behind it by the same person in that place."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.console.transcript import Direction, Part, Said, read_said, read_transcript
from bot.chat import Kind, Outgoing, Reply
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import Lines
from tests.house import COMMANDS, staged
from tests.test_transcripts import TRANSCRIPTS, typed

ELSEWHERE = {
    "rules set shift-balance 4w": "for an admin, as the refusal says",
    "ideas approve K4": "for a coordinator, as the refusal says",
    "show C12": "an example of what a reference is",
    "withdraw C12": "an example: what is to be taken back only its author can name",
    "ballot Q4": "an example: nobody named a poll",
    "done N4 2h": "for who took it, as the refusal says",
    "amend C2 --on today": "for its author, as the refusal says",
    "amend C3 --on today": "for its author, as the refusal says",
    "decline T2": "for whoever asked, whom the refusal names",
    "decline T4": "for whoever asked, whom the refusal names",
    'web member @"Oma Liisa"': "where pages are served, which a transcript's bot does not",
    "web member @liisa": "an example: whom, only who asks can say",
    "slip add T2": "with a file, as the refusal says",
    "slip add T4": "with a file, as the refusal says",
    "receipt C1": "where something signs, which nothing does in a transcript",
    "circle create garden": "for those who may begin a circle, as the refusal says",
    "pay @bo 3 leaf": "how a unit comes to be: for those who have some, or credit in it",
    'propose Change confirmations --do "rules set confirmations 0"': "0 already: for another value",
}
"""What is offered for another role or another moment, and which."""


@dataclass(frozen=True)
class Offer:
    """A line that a refusal offers: to whom, where, and behind how many parts of the transcript."""

    line: str
    error: str
    said: Said
    behind: int

    def typed(self) -> Part:
        """The line as this person would type it there."""
        private = self.said.private or self.error == "not-private"
        return Part([], replace(self.said, text=self.said.text[:1] + self.line, private=private))


def offers(parts: list[Part]) -> Iterator[Offer]:
    """Every line that is offered, once for each person to whom a refusal of that kind offers it."""
    seen = set()
    with staged() as it:
        for behind, part in enumerate(parts, 1):
            for reply in refusals(it.stage.play(part)):
                said = typed_by(part)
                if said is None:
                    continue
                for line in whole_lines(reply):
                    offer = Offer(line, str(reply.facts["error"]), said, behind)
                    key = (offer.line, offer.error, offer.said.name)
                    if key not in seen:
                        seen.add(key)
                        yield offer


def typed_by(part: Part) -> Said | None:
    """Who typed what a part answers, also by editing a message; None where the clock spoke."""
    if isinstance(part.what, Direction):
        verb, _, rest = part.what.words.partition(" ")
        return read_said(rest) if verb == "edit" else None
    return part.what


def refusals(came: list[Outgoing]) -> list[Reply]:
    return [each.reply for each in came if each.reply.kind is Kind.REFUSAL]


def whole_lines(reply: Reply) -> Iterator[str]:
    """The lines that can be typed as they stand; a bare command only says which one it is."""
    body = reply.body
    for line in typed(body.items[1:] if isinstance(body, Lines) else ()):
        if "…" not in line and line not in COMMANDS:
            yield line


def answers(parts: list[Part], offer: Offer) -> list[Reply]:
    """What refuses an offer when it is taken, on a stage of its own."""
    with staged() as it:
        for part in parts[: offer.behind]:
            it.stage.play(part)
        return refusals(it.stage.play(offer.typed()))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_what_is_offered_is_accepted_when_it_is_typed(path: Path) -> None:
    parts = read_transcript(path.read_text("utf-8"))
    for offer in offers(deepcopy(parts)):
        for refused in answers(parts, offer):
            further = any(line.startswith(f"{offer.line} ") for line in whole_lines(refused))
            told = render(refused.body, reader("en", "UTC"))
            assert further or offer.line in ELSEWHERE, (offer, told)
