"""Disputes: saying that an entry is not right, and settling that by a decision of all.

A dispute comes with a draft of a proposal: whoever wants the members to decide opens it.
"""

from __future__ import annotations

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal, Reply
from bot.collective.contributions import (
    ContributionDisputed,
    ContributionWithdrawn,
    DisputeLifted,
    Status,
    postings_between,
)
from bot.collective.grades import Grade
from bot.collective.proposalevents import reference
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask
from bot.feature import reference_queries
from bot.text.wording import Typed, lines, say
from commands.contributions.cards import card_edits
from commands.contributions.lookups import REF, check_alive, check_counts, contribution_of
from commands.decisions.openly import openly
from commands.decisions.proposals import drafted

_COUNTS, _FALLS = "counts", "falls"


@arguments
class DisputeArgs:
    """What `/dispute` takes."""

    ref: str = REF
    reason: str = takes(OptionType.TEXT, say("what is wrong"), positional=True)


def dispute(state: State, ask: Ask[DisputeArgs]) -> Accepted:
    """Say that an entry is not right, and why: it does not count until that is settled."""
    it, me = contribution_of(state, ask), ask.me
    check_alive(it, ask.rules)
    if me.number == state.members.one(it.share.member):
        raise Refusal(
            "own-entry",
            say("{ref} is your own.", ref=it.ref),
            instead=say(
                "Use {withdraw} or {amend}.",
                withdraw=Typed(f"withdraw {it.ref}"),
                amend=Typed(f"amend {it.ref}"),
            ),
        )
    if me.number in it.disputes:
        raise Refusal("already-disputed", say("You dispute {ref} already.", ref=it.ref))
    reason = ask.moment.seal(ask.args.reason)
    event = ContributionDisputed(
        number=it.number,
        share=it.share,
        was=it.status,
        reason=reason.seal,
        postings=postings_between(it.share, it.status, it.share, Status.DISPUTED),
    )
    told = lines(
        say("{who} disputes {ref}: {reason}", who=me.shown, ref=it.ref, reason=ask.args.reason),
        say(
            "It does not count until it is settled: {whose} can {amend} or {withdraw}, "
            "{who} can take it back with {confirm}; {open} asks everybody.",
            whose=state.members.name(it.share.member),
            amend=Typed(f"amend {it.ref}"),
            withdraw=Typed(f"withdraw {it.ref}"),
            who=me.shown,
            confirm=Typed(f"confirm {it.ref}"),
            open=Typed(f"open {reference(state.proposals.count + 1)}"),
        ),
    )
    draft, texts = drafted(state, ask.moment, me.number, it.ref, f"settle {it.ref} counts", ask.room)
    replies = (Reply(told, ref=it.ref), *card_edits(state, ask, it, Status.DISPUTED))
    return Accepted((event, draft), (reason, *texts), replies)


@arguments
class SettleArgs:
    """What `/settle` takes."""

    ref: str = REF
    how: str = takes(
        OptionType.WORD, say("whether it counts or falls"), positional=True, choices=(_COUNTS, _FALLS)
    )


def settle(state: State, ask: Ask[SettleArgs]) -> Accepted:
    """End a dispute as the members decided: the entry counts, or it falls."""
    it = contribution_of(state, ask)
    check_alive(it, ask.rules)
    if not ask.proposal:
        line = Typed(f"propose {it.ref} --do settle {it.ref} counts")
        raise Refusal(
            "by-proposal",
            say("A dispute is settled by whose entry it is, by who disputes it, or by a proposal."),
            instead=say("Propose it: {line}", line=line),
        )
    if it.status is not Status.DISPUTED:
        raise Refusal("not-disputed", say("{ref} is not disputed.", ref=it.ref), word=it.ref)
    if ask.args.how == _FALLS:
        gone = ContributionWithdrawn(
            number=it.number,
            share=it.share,
            was=it.status,
            postings=postings_between(it.share, it.status, None, Status.WITHDRAWN),
        )
        told = say("{ref} falls, as was decided.", ref=it.ref)
        shown = card_edits(state, ask, it, Status.WITHDRAWN)
        return Accepted((gone,), (), (Reply(told, ref=it.ref), *shown))
    check_counts(it, ask.rules)
    event = DisputeLifted(
        number=it.number,
        share=it.share,
        was=it.status,
        becomes=Status.CONFIRMED,
        postings=postings_between(it.share, it.status, it.share, Status.CONFIRMED),
    )
    told = say("{ref} counts, as was decided.", ref=it.ref)
    shown = card_edits(state, ask, it, Status.CONFIRMED)
    return Accepted((event,), (), (Reply(told, ref=it.ref), *shown))


COMMANDS = (
    Command(
        name="dispute",
        about=say("say that an entry is not right, and why"),
        also=say("contest, disagree, not true, that is not true, that's not true, never happened"),
        decide=openly(dispute),
        wants=reference_queries,
        args=DisputeArgs,
        examples=("dispute C12 it was two hours",),
    ),
    Command(
        name="settle",
        about=say("end a dispute, by a proposal"),
        decide=openly(settle),
        role=Role.ADMIN,
        effect=Grade.MONEY,
        wants=reference_queries,
        args=SettleArgs,
        examples=("settle C12 counts",),
    ),
)
