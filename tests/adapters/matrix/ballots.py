"""A question that a test puts into a room, and commands for it; it remembers who voted what."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from bot.arguments import OptionType, arguments, takes
from bot.chat import Button, Choice, Kind, Menu, Reply
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.text.wording import Words, lines, say

YES_NO = Reply(
    Words("P3: bread on Fridays?"),
    Kind.CARD,
    ref="P3",
    buttons=(
        Button(Words("yes"), "vote P3 yes", emoji="👍"),
        Button(Words("no"), "vote P3 no", emoji="👎"),
    ),
)
BREADS = tuple(
    Choice(Words(name), word, emoji)
    for name, word, emoji in (("Rye", "1", "1️⃣"), ("Wheat", "2", "2️⃣"), ("Spelt", "3", "3️⃣"))
)
ONE_OF = Reply(
    Words("Q4: which bread?"),
    Kind.CARD,
    ref="Q4",
    menus=(Menu(Words("Which bread?"), "vote Q4", BREADS),),
    native=True,
)
TWO_OF = Reply(
    Words("Q5: which breads?"),
    Kind.CARD,
    ref="Q5",
    menus=(Menu(Words("Which breads?"), "vote Q5", BREADS, most=2, joint=","),),
    native=True,
)


@arguments
class VoteArgs:
    """What `/vote` takes."""

    ref: str = takes(OptionType.WORD, say("of what"), positional=True)
    choice: str = takes(OptionType.TEXT, say("what"), positional=True)


class Ballot:
    """One question, its votes, and every line that was typed for it."""

    def __init__(self, card: Reply) -> None:
        self.card = card
        self.votes: dict[str, str] = {}
        self.typed: list[str] = []
        self.body = ""

    def commands(self) -> tuple[Command, ...]:
        return (
            Command(name="open", about=say("opens"), decide=self._open, role=Role.GUEST),
            Command(
                name="vote",
                about=say("votes"),
                decide=self._vote,
                role=Role.GUEST,
                args=VoteArgs,
            ),
            Command(name="shut", about=say("closes"), decide=self._close, role=Role.GUEST),
        )

    def _open(self, state: State, ask: Ask) -> Accepted:
        return Accepted(replies=(self.card,))

    def _vote(self, state: State, ask: Ask[VoteArgs]) -> Accepted:
        choice = ask.args.choice
        self.typed.append(f"{ask.actor.name} {ask.args.ref} {choice}")
        if choice == "withdraw":
            self.votes.pop(ask.actor.id, None)
        else:
            self.votes[ask.actor.id] = choice
        return Accepted(replies=(replace(self.card, kind=Kind.EDIT, body=self._tally()),))

    def _close(self, state: State, ask: Ask) -> Accepted:
        body = lines(self._tally(), "closed")
        return Accepted(replies=(Reply(body, Kind.EDIT, ref=self.card.ref),))

    def _tally(self) -> Words:
        counted = sorted(Counter(self.votes.values()).items())
        return Words(f"{self.card.ref}: " + ", ".join(f"{n} {choice}" for choice, n in counted))
