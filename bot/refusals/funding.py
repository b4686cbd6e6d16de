"""The codes of refusals of rounds, sharing out and receipts, as `bot.refusals` has all others."""

from __future__ import annotations

from collections.abc import Mapping

FUNDING: Mapping[str, str] = {
    "backing-early": "an idea is backed before the time for that",
    "idea-backed": "an idea would be changed that somebody backs",
    "idea-beyond": "an idea takes more than there is for all",
    "idea-ended": "an idea was withdrawn",
    "idea-exact": "an idea has a least and a most where ideas take one sum",
    "idea-full": "an idea would get more than it takes",
    "idea-funded": "an idea is funded already",
    "idea-not-approved": "no coordinator has looked at an idea yet",
    "idea-short": "an idea has not what it takes to be funded",
    "idea-sum": "it has to be said what an idea takes",
    "idea-untitled": "an idea has no words",
    "ideas-late": "ideas are put no more",
    "ideas-max": "there are as many ideas as there may be",
    "no-funding-round": "no funding round is open",
    "no-share": "somebody was no member yet when the round opened",
    "not-backed": "somebody takes back what they never gave",
    "of-a-round": "what is to be undone is the money of a funding round",
    "own-idea": "somebody looks at their own idea",
    "own-idea-alone": "somebody would have their own idea funded alone",
    "per-idea": "somebody gives one idea more than one person may",
    "pot-spent": "less than that is left of the round",
    "round-far": "a round would be open too long",
    "round-over": "the round is over",
    "round-times": "a time is not within the round",
    "rounds-max": "as many rounds are open as may be",
    "share-odd": "a share is more than what it is of",
    "share-spent": "somebody has not that much of their share left",
    "which-round": "several rounds are open, and none is named",
}
"""Funding rounds."""

SHARING: Mapping[str, str] = {
    "equation-currency": "the prices of an equation are in another currency",
    "equation-long": "an equation is too long",
    "equation-odd": "a part of an equation means nothing",
    "equation-preset": "an equation is always there as it is",
    "equation-unknown": "there is no equation of that name",
    "equation-word": "a word of an equation cannot be read",
    "equations-max": "there are as many equations as there may be",
    "member-left": "a share would go to somebody who has left",
    "no-distribution": "something is no distribution",
    "no-need": "nothing was said of a need in that unit",
    "nobody-weighs": "nobody gets anything by that equation",
    "own-points": "somebody gives points to themselves",
    "plan-changed": "what was previewed is not what would be shared out now",
    "points-odd": "something is no number of points",
    "what-missing": "it has to be said what a share for one person is for",
}
"""Equations, distributions, rounds."""

SLIPS: Mapping[str, str] = {
    "slip-none": "there is no receipt of something",
    "slip-not-of": "something is nothing that receipts are handed in for",
    "slip-odd": "a file is no receipt that is taken",
    "slip-others": "a receipt is somebody else's to hand in, or to take back",
    "slip-private": "a receipt is not for whoever asks",
    "slip-room": "there is no room for more receipts",
    "slip-several": "a receipt came with several entries",
    "slip-unknown": "there is no receipt of that number",
    "slips-max": "something has as many receipts as it may have",
}
"""Receipts."""
