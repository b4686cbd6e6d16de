"""What is heard of the books from outside is told in each platform's first room.

That they are those of a backup is written down, too; that a witness refuses to sign them is not, for
the journal is what it doubts.
"""

from __future__ import annotations

from bot.chat import Incoming, Reply, Restored
from bot.collective.restores import BooksRestored
from bot.collective.state import State
from bot.decision import Accepted
from bot.text.wording import Code, Strong, Time, Typed, lines, say, say_n
from bot.writer.unreached import noted


def of_the_world(state: State, message: Incoming) -> Accepted | None:
    """What follows from news that no person told: of a restore, a witness, or who is not reached."""
    if message.restored is not None:
        return _restored(state, message.restored)
    if message.refusing:
        return _refusing(state, message.refusing)
    return None if message.unreached is None else noted(state, message.unreached)


def _restored(state: State, of: Restored) -> Accepted:
    count = of.missing
    missing = say_n("{count} entry is missing here.", "{count} entries are missing here.", count)
    told = lines(
        say("These books were restored from a backup of {at}.", at=Time(of.at)),
        missing if count else None,
        say(
            "What you did after that may be gone: look with {ledger}, and type again what is missing.",
            ledger=Typed("ledger"),
        ),
    )
    replies = tuple(Reply(told, place=place) for place in state.rooms.first)
    return Accepted((BooksRestored(backup=of.at, missing=count),), (), replies)


def _refusing(state: State, witness: str) -> Accepted:
    told = lines(
        Strong(say("WITNESS {name} REFUSES TO SIGN that this journal only grew.", name=Code(witness))),
        say("Why: {line}", line=Typed("verify")),
    )
    return Accepted(replies=tuple(Reply(told, place=place) for place in state.rooms.first))
