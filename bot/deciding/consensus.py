"""Consensus, whole and modified: agreement of all, and what happens when somebody blocks.

A block is a grave worry about ethics or safety, or about the group's values; it needs a reason.
`consensus`: a block that is left at the deadline stops it, or takes it on to the method that the rule
`fallback` names. `modified-consensus`: unanimity first, else at least nine in ten of those who say
agree, no or block. Stand-asides and abstentions are left out of that count and named in the record.
Sources: New York City General Assembly, guide and minutes of 1 September 2012 (modified consensus, at
least 90 %); Occupy Denver, proposal for a consensus model (nine tenths of those who vote; call order);
Enspiral handbook, decisions (one block stops, with its reason).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.deciding.ballots import Choice, Sense
from bot.deciding.judging import (
    Ground,
    Judgement,
    Method,
    Numbers,
    Verdict,
    always,
    blocked,
    counted_against,
    passed,
    rejected,
    without_agreement,
    without_quorum,
)
from bot.deciding.terms import Ratio, Terms, share_text
from bot.text.wording import Code, Node, Say, joined, say, say_n

NINE_TENTHS = Ratio(9, 10)
"""The share of a modified consensus where the rule `share` names no other."""

_FIST: Final = "✊"
"""The hand signal of whoever is opposed and does not block (the signals of Occupy's assemblies).

It says no; where there is no such choice, that is what standing aside is for.
"""

_AGREE = Choice(
    "agree",
    say("agree"),
    "✅",
    Sense.AGREE,
    also=("yes", "consent", "👍", "dafür", "zustimmung", "zustimmen", "ja"),
)
_ASIDE = Choice(
    "stand-aside",
    say("stand aside"),
    "🤷",
    Sense.ASIDE,
    also=("standaside", "aside", "beiseitestehen", "beiseite"),
)
_BLOCK = Choice(
    "block", say("block"), "🛑", Sense.STOP, reasoned=True, also=("🙅", "blockieren", "blockade")
)
_NO = Choice("no", say("no"), "👎", Sense.AGAINST, also=(_FIST, "disagree", "nein", "dagegen"))
_ABSTAIN = Choice("abstain", say("abstain"), "⚪", Sense.ABSTAIN, also=("enthaltung", "enthalten"))


def _blocks(numbers: Numbers) -> Say:
    return say_n("{count} block stands.", "{count} blocks stand.", numbers.tally["block"])


def _stopped(terms: Terms, numbers: Numbers) -> Judgement | None:
    if not numbers.tally["block"]:
        return None
    if not terms.fallback:
        return blocked(Ground.BLOCK, _blocks(numbers))
    return Judgement(Verdict.TURNS, Ground.BLOCK, _blocks(numbers), turns_into=terms.fallback)


def _judge(terms: Terms, numbers: Numbers) -> Judgement:
    return (
        without_quorum(terms, numbers)
        or _stopped(terms, numbers)
        or without_agreement(terms, numbers)
        or passed(Ground.BLOCK, say("Nobody blocks."))
    )


def _share(terms: Terms) -> Ratio:
    return terms.share or NINE_TENTHS


def _judge_modified(terms: Terms, numbers: Numbers) -> Judgement:
    """The share is asked for as soon as anybody says no or blocks: without both it is a consensus."""
    tally = numbers.tally
    stands_against = tally["no"] + tally["block"]
    judgement = without_quorum(terms, numbers)
    if judgement is None and stands_against:
        judgement = _voted(terms, numbers, stands_against)
    return (
        judgement
        or without_agreement(terms, numbers)
        or passed(Ground.BLOCK, say("Nobody blocks or says no."))
    )


def _voted(terms: Terms, numbers: Numbers, stands_against: int) -> Judgement:
    agree = numbers.tally["agree"]
    counted = agree + stands_against + counted_against(terms, numbers)
    needed = _share(terms).of(counted)
    why = say_n(
        "{count} of {counted} in the count agrees; it takes {needed} ({share}).",
        "{count} of {counted} in the count agree; it takes {needed} ({share}).",
        agree,
        counted=counted,
        share=share_text(_share(terms)),
        needed=needed,
    )
    if agree >= needed:
        return without_agreement(terms, numbers) or passed(Ground.SHARE, why)
    return blocked(Ground.SHARE, why) if numbers.tally["block"] else rejected(Ground.SHARE, why)


def _passes(terms: Terms) -> Node:
    passes = say("It passes at the deadline when nobody blocks.")
    if not terms.fallback:
        return passes
    goes_on = say("With a block left it goes on as {method}.", method=Code(terms.fallback))
    return joined((passes, goes_on), " ")


def _passes_modified(terms: Terms) -> Say:
    share = share_text(_share(terms))
    if terms.abstentions_count:
        return say(
            "It passes at the deadline when nobody blocks or says no, else when {share} of those who"
            " say agree, no, block or abstain agree. Who stands aside is left out of that count.",
            share=share,
        )
    return say(
        "It passes at the deadline when nobody blocks or says no, else when {share} of those who say"
        " agree, no or block agree. Who stands aside or abstains is left out of that count.",
        share=share,
    )


CONSENSUS = Method(
    "consensus",
    say("Everybody can live with it: one block with a reason stops it."),
    _passes,
    always(_AGREE, replace(_ASIDE, also=(*_ASIDE.also, _FIST)), _BLOCK, _ABSTAIN),
    _judge,
    rules=("quorum", "fallback", "silence"),
)

MODIFIED_CONSENSUS = Method(
    "modified-consensus",
    say("Consensus first; where somebody blocks, a very large majority decides."),
    _passes_modified,
    always(_AGREE, _ASIDE, _BLOCK, _NO, _ABSTAIN),
    _judge_modified,
    rules=("quorum", "share", "abstentions", "silence"),
)
