"""What people type about funding rounds."""

from __future__ import annotations

from bot.collective.grades import Grade
from bot.collective.roles import Role
from bot.command import Command
from bot.feature import Deed, Feature, Thing
from bot.text.wording import say
from commands.decisions.openly import openly
from commands.funding import board, closing, digest, lookups, opening, page, waiting

COMMANDS = (
    Command(
        name="funding",
        about=say("the funding rounds, and what is left of your share"),
        also=say(
            "funding rounds, participatory budget, participatory budgeting, cobudget, my share, "
            "grants, grant round"
        ),
        decide=board.funding,
        wants=board.list_queries,
        examples=("funding",),
    ),
    Command(
        name="funding open",
        about=say("set money of the treasury aside for ideas that members give it to"),
        also=say("open funding, start funding round, new funding round, new round of funding"),
        decide=openly(opening.open_round),
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=opening.FundingOpenArgs,
        usual=("amount", "each", "closes", "ideas-until", "per-idea", "hidden"),
        examples=(
            "funding open 5000 EUR --each 100 EUR",
            "funding open 5000 EUR --each 100 EUR --closes in 14 days",
        ),
        details=say(
            "What has its most is funded at once; what has its least when the round closes is funded"
            " then; all else goes back to who gave it, and what is left into the treasury."
        ),
        undo="funding cancel F1",
    ),
    Command(
        name="funding approve",
        about=say("agree to a funding round that waits for a second person"),
        decide=openly(opening.approve),
        wants=lookups.round_queries,
        args=opening.FundingRefArgs,
        examples=("funding approve F1",),
    ),
    Command(
        name="funding decline",
        about=say("say no to a funding round that waits"),
        decide=openly(opening.decline),
        wants=lookups.round_queries,
        args=opening.FundingRefArgs,
        examples=("funding decline F1",),
    ),
    Command(
        name="funding cancel",
        about=say("cancel a funding round; what is not funded yet goes back into the treasury"),
        decide=openly(closing.cancel),
        wants=lookups.round_queries,
        role=Role.TREASURER,
        effect=Grade.MONEY,
        args=closing.FundingCancelArgs,
        examples=("funding cancel F1 the roof comes first",),
    ),
)

FEATURE = Feature(
    name="funding",
    commands=COMMANDS,
    clockworks=(closing.CLOCKWORK,),
    thing=Thing(
        letter="F",
        show=Deed(board.show_round, lookups.round_queries),
        why=Deed(board.show_round, lookups.round_queries),
        cancel=Deed(closing.cancel_by_letter, lookups.round_queries),
        suggested=board.rounds_suggested,
        title=board.round_headed,
    ),
    digest=digest.TOLD,
    waits=waiting.WAITS,
    pages=(page.PAGE,),
)
"""Funding rounds."""
