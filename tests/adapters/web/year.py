"""A year of everything in a collective that opens its books: what the pages have to show."""

from __future__ import annotations

import re

from tests.adapters.web.reader import Library

PEOPLE = ("ann", "bo", "cem", "Dagmar", "eve")

_WORK = (
    ("bo", "cleaned the hall after the assembly", "care"),
    ("cem", "baked forty loaves for the market", "making"),
    ("Dagmar", "kept the books of the month", "organising"),
    ("eve", "showed the new ones how the oven works", "teaching"),
    ("ann", "repaired the van, and drove it to Tampere and back", "work"),
)

BEGINNING = (
    ("ann", "/role give @ann treasurer"),
    ("ann", "/role give @Dagmar treasurer"),
    ("ann", "/rules set expenses anyone"),
    ("ann", "/rules set equations treasurer"),
    ("ann", "/circle create garden"),
    ("ann", "/fund create tools"),
    ("ann", "/income 2400 EUR a grant of the city"),
    ("ann", "/fund add 200 EUR tools"),
    ("ann", "/rules set partners treasurer"),
    ("ann", "/rules set units treasurer"),
    ("ann", "/partner add bakery"),
    ("ann", "/partner pledge bakery revenue 5% EUR --every month --from 2026-01"),
    ("ann", "/unit create leaf credit --limit 20"),
    ("ann", "/equation set fair 10% fund tools; 30% equal; rest work"),
)

MONTHLY = (
    ("cem", "/expense {n}8.50 EUR flour and yeast #food"),
    ("ann", "/income {n}40 EUR market stall"),
    ("bo", "/log 1h watered the beds #care :garden"),
    ("Dagmar", "/thank @bo for staying so long"),
    ("ann", "/propose Buy tool number {n} for the workshop"),
    ("eve", "/poll When do we meet in month {n}? | Monday | Tuesday | Sunday"),
    ("ann", "/need somebody with a ladder, month {n}"),
)

MEETING = (
    ("ann", "/meeting open Winter assembly"),
    ("bo", "/here"),
    ("Dagmar", "/here"),
    ("ann", "/meeting add The broken oven --time 10m"),
    ("ann", "/meeting add Opening hours in winter"),
    ("ann", "/next"),
    ("bo", "/meeting stack to say that the fan is loud"),
    ("bo", "#info The fan has been loud since Monday"),
    ("ann", "#agreed We have it mended before the market"),
    ("ann", "#action bo ask the smith"),
    ("ann", "/next"),
    ("Dagmar", "#idea open at seven on Saturdays"),
    ("ann", "/meeting close"),
    ("ann", "/meeting open Kitchen circle"),
    ("cem", "/here"),
    ("ann", "/next Soup on Mondays"),
)

LATE = (
    ("ann", "/meeting close"),
    ("ann", "/minutes amend M1 The fan has been loud since Sunday"),
    ("ann", "/meeting plan every monday 19:00 Weekly of the kitchen"),
    ("Dagmar", "/agenda add Who opens the shop in winter --time 15m"),
    ("ann", "/meeting plan fri 18:00 Feast"),
    ("ann", "/cancel M4"),
    ("cem", "/payout request 10 EUR bus"),
    ("ann", "/approve T30"),
    ("ann", "/reverse T4 typed twice"),
    ("ann", "/openness answer 3 half Only the workshop is open: https://example.org/rooms"),
    ("ann", "/openness answer 10 full The statute says so: https://example.org/statute"),
    ("ann", "/openness comment 5 We met in person, without the bot"),
    ("ann", "/rules set licence cc-by-sa-4.0"),
    ("bo", "/take N1"),
    ("eve", "/offer 3 chairs"),
    ("ann", "/budget create flour 600 EUR --per quarter --kind food"),
    ("ann", "/dues set 10 EUR monthly --choices 5,10,20"),
    ("ann", "/dues paid @bo 10 EUR"),
    ("ann", "/recurring 45 EUR hosting of the shop's pages --every month on the 1st"),
    ("ann", "/invoice 300 EUR the city library for twelve baskets of bread --due 14d"),
    ("ann", "/income 120 EUR the city library --invoice B1"),
)
"""What is done in the days after the year: money that is paid out, what is planned and called off."""

WEEKLY = (
    ("ann", "/meeting open M3"),
    ("ann", "/here @bo @cem @eve +2"),
    ("ann", "/next"),
    ("ann", "/go-round Who can, and when?"),
    ("ann", "/speak"),
    ("bo", "/here"),
    ("ann", "/call The shop opens at eight --by @bo"),
    ("ann", "/hands P15 consent 2 --witness @cem"),
    ("cem", "/hands confirm P15"),
)
"""The meeting that was planned, with a round and a show of hands; it goes on."""

NEWEST = (
    ("Dagmar", "/expense 48 EUR pizza after the assembly @ann @bo @Dagmar"),
    ("ann", "/approve T36"),
    ("bo", "/approve T36"),
    ("bo", "/settle-up paid @Dagmar 10 EUR by bank"),
    ("Dagmar", "/approve T37"),
    ("ann", "/funding open 500 EUR --each 150 EUR --closes in 14 days"),
    ("Dagmar", "/funding approve F1"),
    ("bo", "/idea A second oven --min 100 --max 250"),
    ("cem", "/idea Paint for the hall --min 120"),
    ("eve", "/idea A sign above the door --min 40 --max 60"),
    ("bo", "/back K1 150 EUR"),
    ("cem", "/back K1 100 EUR"),
    ("eve", "/back K3 20 EUR"),
)
"""What members laid out for one another, and a funding round that goes on."""


def play(it: Library) -> None:
    """Twelve months, at the end of which everybody may see the pages."""
    it.house.enter(*PEOPLE)
    for who, line in BEGINNING:
        said(it, who, line)
    for month in range(1, 13):
        for at, (who, what, kind) in enumerate(_WORK):
            said(it, who, f"/log {1 + (month + at) % 4}h{15 * (at % 3) or ''} {what} #{kind}")
        for who, line in MONTHLY:
            said(it, who, line.format(n=month))
        for who in ("bo", "cem", "eve"):
            said(it, who, f"/vote P{month} consent")
            said(it, who, f"/vote Q{month} {'Monday' if who == 'bo' else 'Sunday'}")
        it.house.later(days=29)
    for who, line in (
        ("ann", "/equation use fair"),
        ("Dagmar", "/approve T3"),
        ("ann", "/partner declare bakery 12000 EUR 2026-01"),
        ("ann", "/partner declare bakery 8000 EUR 2026-02"),
        ("ann", "/income 700 EUR what was pledged for two months --partner bakery"),
        ("bo", "/pay @cem 5 leaf eggs"),
        ("ann", "/poll Where? | the hall | the garden | the lake --method schulze"),
        ("bo", "/vote Q13 the lake > the garden > the hall"),
        ("cem", "/vote Q13 the garden > the lake"),
        ("ann", "/poll Who holds the key? | Xaver | Yvonne --secret"),
        ("bo", "/log 2h read https://example.org/a/very/long/address/that/goes/on/and/on?with=much"),
        ("cem", "/dispute C1 that was an hour less"),
        ("ann", "/propose Sell the van --do rules set confirmations 1"),
        ("Dagmar", "/log 3h Frühjahrsputz <b>mit</b> 高橋さん & \u05d0\u05d1\u05d2 #care"),
        ("ann", "/rules set web public"),
    ):
        said(it, who, line)
    for who, line in MEETING:
        said(it, who, line)
    told = said(it, "ann", "/distribute 3000 EUR")
    (line,) = re.findall(r"/distribute \S+ EUR --confirm \w+", told)
    said(it, "ann", line)
    for who, line in LATE:
        said(it, who, line)
    told = said(it, "ann", "/payout @bo @eve")
    (line,) = re.findall(r"/payout \S+ \S+ --confirm \w+", told)
    said(it, "ann", line)
    it.house.later(days=2, hours=10)
    for who, line in (*WEEKLY, *NEWEST):
        said(it, who, line)


def said(it: Library, who: str, line: str) -> str:
    """Say it, and see that it was accepted."""
    told = it.house.say(who, line)
    assert told.error == "", (line, told.text)
    return told.text
