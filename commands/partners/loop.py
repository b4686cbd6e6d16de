"""`/loop`: what partners captured with the commons, what came back, and how much reached people."""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, arguments, takes
from bot.chat import Reply
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.language.periods import Period
from bot.text.wording import say
from commands.partners.loopreport import loop_facts, loop_of, loop_told
from commands.partners.partnering import grace_of

_YEAR = dt.timedelta(days=365)


@arguments
class LoopArgs:
    """What `/loop` takes."""

    period: Period | None = takes(
        OptionType.PERIOD,
        say("of which time; the last twelve months if left out"),
        positional=True,
        default=None,
    )

    def within(self, today: dt.date) -> Period:
        """The time that is meant."""
        return self.period or Period(today - _YEAR + dt.timedelta(days=1), today)


def loop(state: State, ask: Ask[LoopArgs]) -> Accepted:
    """The loop of a time, or of the last twelve months."""
    today = ask.today()
    found = loop_of(state, ask.args.within(today), today, grace_of(ask.rules))
    return Accepted(replies=(Reply(loop_told(found), facts=loop_facts(found), page="loop"),))


COMMANDS = (
    Command(
        name="loop",
        grouped="partner loop",
        about=say("what partners captured, what came back, and whom it reached"),
        decide=loop,
        args=LoopArgs,
        examples=("loop", "loop 2026", "loop last quarter"),
    ),
)
