"""A collective's commands with cards that the features of today do not show yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Choice, File, Kind, Menu, Place, Reply
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Words, lines, say
from commands import FEATURES

WORDS = takes(OptionType.TEXT, say("any words"), positional=True, default="")
REF = takes(OptionType.REFERENCE, say("which one"), positional=True)


@arguments
class CardArgs:
    """What `/card` takes."""

    words: str = WORDS


@arguments
class VoteArgs:
    """What `/vote` takes."""

    ref: str = REF
    choice: str = takes(OptionType.WORD, say("what"), positional=True, default="")
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")


def menu(*labels: str, most: int = 1, joint: str = " ", line: str = "vote P3") -> Menu:
    """A menu whose words are its labels in lower case, without blanks."""
    choices = tuple(Choice(Words(each), each.lower().replace(" ", "-")) for each in labels)
    return Menu(say("Which one?"), line, choices, most, joint)


def proposal(*, extra: str = "", open_: bool = True) -> Reply:
    """The card of a proposal: buttons, one of which asks for words."""
    buttons = (
        Button(say("Agree"), "vote P3 agree", emoji="👍"),
        Button(say("Block"), "vote P3 block", asks=say("Why do you block it?")),
    )
    body = lines(say("P3: {title}", title=f"Buy a *new* oven {extra}".strip()))
    return Reply(
        body, kind=Kind.CARD if open_ else Kind.EDIT, ref="P3", buttons=buttons if open_ else ()
    )


Replies = Callable[[Ask], tuple[Reply, ...]]


@dataclass
class Cards:
    """`/card` shows what a test put in `shown`; `/vote` notes what it heard and edits the card."""

    shown: tuple[Reply, ...] = ()
    answers: tuple[Reply, ...] | None = None
    heard: list[tuple[str, str]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    gate: threading.Event | None = None
    """Until it is set, the engine takes its time over `/card` and `/vote`."""

    def commands(self) -> Mapping[str, Command]:
        """With all the real ones."""
        card = Command(name="card", about=say("shows the card"), decide=self._card, args=CardArgs)
        vote = Command(
            name="vote",
            about=say("votes"),
            decide=self._vote,
            args=VoteArgs,
        )
        guest = Command(name="nothing", about=say("says nothing"), decide=_nothing, role=Role.GUEST)
        return {**FEATURES.commands, "card": card, "vote": vote, "nothing": guest}

    def _wait(self) -> None:
        if self.gate is not None:
            assert self.gate.wait(60)

    def _card(self, state: State, ask: Ask) -> Accepted:
        self.places.append(ask.place)
        self._wait()
        return Accepted(replies=self.shown)

    def _vote(self, state: State, ask: Ask[VoteArgs]) -> Accepted:
        self._wait()
        said = " ".join(filter(None, (ask.args.choice, ask.args.reason)))
        self.heard.append((ask.me.name, said))
        if self.answers is not None:
            return Accepted(replies=self.answers)
        return Accepted(replies=(Reply(say("Recorded: {said}", said=said), private=True),))


def _nothing(state: State, ask: Ask) -> Accepted:
    return Accepted()


def picture(data: bytes = b"\x89PNG") -> File:
    """A picture with words."""
    return File("the bars.png", "image/png", data, say("Bars: anna 3, bo 2"))
