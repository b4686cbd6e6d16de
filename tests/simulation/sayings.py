"""What the people of a world say: each line with what the auditor knows of it."""

from __future__ import annotations

import random

from tests.simulation.auditor import LIMIT, Auditor, Deed

PEOPLE = ("anna", "bo", "cem", "dora", "eino", "frida")

TREASURER = PEOPLE[0]

ODD_TEXTS = (
    "",
    "@everyone @here <@&1> @room",
    "<script>alert(1)</script> [x](javascript:alert(1))",
    "=HYPERLINK(1) +1 -1 \t| `code` ```",
    "\u202eesrever\u202c \u200b zero\u200dwidth \u0007 bell",
    "\ud800 lone surrogate",
    "nul \x00 byte",
    "😀👩‍👩‍👧‍👦 ہم مل کر کام کرتے ہیں",
    "{0.__class__} %s ${x} {{7*7}}",
    "'; DROP TABLE entries; --",
    "x" * 70_000,
)

VERBS = (
    *("log", "log", "log", "log for", "confirm", "dispute", "withdraw", "amend"),
    *("pay", "pay", "reverse"),
    *("propose", "poll", "vote", "vote", "vote", "vote", "vote", "vote", "cancel"),
    *("look", "thank", "house", "estate", "estate", "estate"),
)
"""What people do, as often as it stands here."""

LOOKS = ("/balance", "/ledger", "/statement", "/contributions", "/me", "/decisions", "/polls", "/unit")

HOUSE = (
    "/rules set grace 7",
    "/rules set language de --in collective",
    "/rules unset grace",
    "/rules import\nnudges = false\nquorum = 3",
    "/rules",
    "/rules explain grace",
    "/circle create garden",
    "/circle join garden",
    "/circle leave garden",
    "/circle close garden",
    "/room circle garden",
    "/room name Hall",
    "/collective invite",
    "/collective info",
    "/member list",
    "/member add Grandma",
    "/member code @Grandma",
    "/me link",
    "/me zone Europe/Helsinki",
    "/me export",
    "/me privacy",
)
"""What changes the house and nobody's balance."""

ESTATE = (
    "/unit create moss credit --limit 5 --vouches 1",
    "/unit create oak issued --wage 2 --budget 40",
    "/unit set star --budget 60",
    "/unit issue star",
    "/unit retire 1 star",
    "/unit vouch @bo moss",
    "/pay @cem 1 star",
    "/pay @cem 1 moss",
    "/unit issue oak",
    "/income 50 EUR sold bread",
    "/partner add dairy",
    "/partner pledge dairy profit 2% EUR --every quarter",
    "/partner declare mill 1000 EUR 2026-01",
    "/partner declare mill 1000 EUR",
    "/partner end mill",
    "/round need 20 EUR",
    "/round no-need EUR",
    "/round give @bo 30",
)
"""Units, partners and pledges, of which the auditor keeps no books: they only have to fold alike."""

FIRST = (
    "/unit create star issued --wage 1 --budget 40 --decimals 0",
    "/partner add mill",
    "/partner pledge mill revenue 5% EUR --every month",
)
"""What there is in every world."""

LINES = {"look": LOOKS, "house": HOUSE, "estate": ESTATE}

CHOICES = ("yes", "yes", "yes", "no", "abstain", "withdraw")
OPTIONS = ("1", "2", "2", "withdraw")


def deed_of(verb: str, auditor: Auditor, who: str, rng: random.Random) -> tuple[Deed, str]:
    """What somebody does, and how they say it."""
    target = rng.randint(1, len(auditor.book) + 2)
    minutes = rng.randint(1, 90)
    match verb:
        case "pay" | "reverse":
            return _paying(verb, auditor, who, rng)
        case "propose" | "poll" | "vote" | "cancel":
            return _deciding(verb, auditor, who, rng)
        case "log for":
            others = tuple(dict.fromkeys(rng.choices(PEOPLE, k=2)))
            people = " ".join(f"@{other}" for other in others)
            return Deed("log", who, minutes, others=others), f"/log {minutes}m shared {people}"
        case "log":
            kind = rng.choice(("", "#care", "#making"))
            return Deed("log", who, minutes), f"/log {minutes}m did something {kind}"
        case "amend":
            return Deed(verb, who, minutes, target), f"/amend C{target} {minutes}m"
        case "dispute":
            return Deed(verb, who, target=target), f"/dispute C{target} not so"
        case "look" | "house":
            return Deed(verb, who), rng.choice(LINES[verb])
        case "estate":
            return Deed(verb, rng.choice((TREASURER, TREASURER, who))), rng.choice(LINES[verb])
        case "thank":
            return Deed(verb, who), f"/thank @{rng.choice(PEOPLE)} for all"
        case _:
            return Deed(verb, who, target=target), f"/{verb} C{target}"


def _paying(verb: str, auditor: Auditor, who: str, rng: random.Random) -> tuple[Deed, str]:
    if verb == "reverse":
        target = rng.randint(1, len(auditor.payments) + 2)
        return Deed(verb, rng.choice((TREASURER, who)), target=target), f"/reverse T{target} a slip"
    to, count = rng.choice(PEOPLE), rng.randint(1, LIMIT)
    return Deed(verb, who, count, others=(to,)), f"/pay @{to} {count} leaf"


def _deciding(verb: str, auditor: Auditor, who: str, rng: random.Random) -> tuple[Deed, str]:
    hours = rng.randint(13, 120)
    if verb == "propose":
        line = f"/propose Do something --method majority --closes in {hours} hours"
        return Deed(verb, who, hours, ref="P"), line
    if verb == "poll":
        return Deed(verb, who, hours, ref="Q"), f"/poll Which? | a | b --closes in {hours} hours"
    questions = auditor.questions
    news = [f"{letter}{questions.newest(letter) + 1}" for letter in "PQ"]
    ref = rng.choice(questions.open or news) if rng.random() < 0.8 else rng.choice(news)
    if verb == "cancel":
        return Deed(verb, who, ref=ref), f"/cancel {ref}"
    said = rng.choice(CHOICES if ref[0] == "P" else OPTIONS)
    return Deed(verb, who, ref=ref, said=said), f"/vote {ref} {said}"
