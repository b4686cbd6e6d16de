"""What is asked of everything that has a letter, whichever feature keeps it: `/show C1`, `/why P3`.

Each is declared here once, and does what the `Thing` that was named says. It stands in help, and in the
table of commands, where its chapter lists it.
"""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, arguments, takes
from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.command import Command
from bot.feature import by_letter
from bot.text.wording import say
from commands.decisions.openly import openly

REF = takes(OptionType.REFERENCE, say("which one, for example P3 or Q4"), positional=True)

FOR = takes(OptionType.WORD, say("the organisation that you speak for"), default="")


@arguments
class RefArgs:
    """What the commands take that are about one thing, and nothing else."""

    ref: str = REF


@arguments
class VoteArgs:
    """What `/vote` takes."""

    ref: str = REF
    choice: str = takes(OptionType.CHOICE, say("what you say"), positional=True)
    reason: str = takes(
        OptionType.TEXT, say("and why; in a poll the rest of it"), positional=True, default=""
    )
    for_: str = FOR


@arguments
class CloseArgs:
    """What `/close` takes."""

    ref: str = REF
    when: dt.datetime | None = takes(
        OptionType.WHEN, say("in an emergency: when"), positional=True, default=None
    )
    reason: str = takes(OptionType.TEXT, say("and why"), positional=True, default="")


@arguments
class CancelArgs:
    """What `/cancel` takes."""

    ref: str = REF
    reason: str = takes(OptionType.TEXT, say("why"), positional=True, default="")


@arguments
class ShowArgs:
    """What `/show` takes."""

    ref: str = takes(OptionType.REFERENCE, say("which one, for example C12"), positional=True)


@arguments
class ReverseArgs:
    """What `/reverse` takes."""

    ref: str = takes(OptionType.REFERENCE, say("which one, for example T4"), positional=True)
    reason: str = takes(OptionType.TEXT, say("why"), positional=True)


SHOWING = by_letter(lambda thing: thing.show, usual="C")

SHOW = Command(
    name="show",
    about=say("one entry, proposal, poll or transfer, whole"),
    also=say(
        "view, detail, details, see, look, info, what is, what's, result of, results "
        "of, status of, state of, who voted, when does, when is, how is, what about, "
        "what happened to, how long, link to, extend"
    ),
    decide=SHOWING.decide,
    wants=SHOWING.wants,
    args=ShowArgs,
    examples=("show C12", "show P3", "show Q4", "show T4"),
)

EXPLAINING = by_letter(lambda thing: thing.why, usual="P")

WHY = Command(
    name="why",
    about=say("why a proposal or poll came out so, or why you got what you got"),
    also=say("explain, reason, reasons, how come, why did, why was, why is, why does, reason for"),
    decide=EXPLAINING.decide,
    wants=EXPLAINING.wants,
    args=RefArgs,
    examples=("why P3", "why T9"),
)

_VOTE = by_letter(lambda thing: thing.vote, usual="P")

VOTE = Command(
    name="vote",
    discreet=True,
    about=say("vote on a proposal or poll; again to change it, withdraw to take it back"),
    also=say(
        "voting, support, oppose, reject, agree, object, objection, block, veto, "
        "abstain, unvote, yes, no, consent, against, ballot, stand-aside, +1, -1, "
        "second, seconded, i agree, i object, i support, i'm for, i am for, i'm "
        "against, i am against, cast my vote, take back my vote, withdraw my vote, "
        "change my vote, cancel my vote, undo my vote, delete my vote, remove my vote, "
        "retract my vote, my vote, count my vote, count my vote as"
    ),
    decide=_VOTE.decide,
    wants=_VOTE.wants,
    args=VoteArgs,
    examples=(
        "vote P3 agree",
        "vote P3 object it costs too much",
        "vote P3 withdraw",
        "vote Q4 1",
        "vote Q4 Anna > Bo = Cem",
    ),
)

_CLOSE = by_letter(lambda thing: thing.close, usual="P")

CLOSE = Command(
    name="close",
    about=say("close a poll, or what nothing can change any more, or in an emergency, sooner"),
    also=say("finish, end"),
    decide=_CLOSE.decide,
    wants=_CLOSE.wants,
    args=CloseArgs,
    examples=("close P3", "close Q4", "close P3 in 2 hours because the oven burns"),
)

_CANCEL = by_letter(lambda thing: thing.cancel, usual="P")

CANCEL = Command(
    name="cancel",
    about=say("take your proposal or poll back"),
    also=say("abort, call off"),
    decide=_CANCEL.decide,
    wants=_CANCEL.wants,
    args=CancelArgs,
    examples=("cancel P3",),
)

REVERSING = by_letter(lambda thing: thing.reverse, usual="T")

REVERSE = Command(
    name="reverse",
    about=say("undo a transfer by a counter-entry of today"),
    decide=openly(REVERSING.decide),
    role=Role.TREASURER,
    effect=Grade.MONEY,
    wants=REVERSING.wants,
    args=ReverseArgs,
    examples=("reverse T4 typed twice",),
)
