"""The rules of what comes by the clock, and of what is open to all."""

from __future__ import annotations

from bot.collective.rules import PLACES, TOGETHER, Rule
from bot.collective.ruletypes import Hours, SomeOf, Switch, WeekTime, Whole, one_of
from bot.text.wording import say

BY_THE_CLOCK = (
    Rule(
        "digest",
        say("Which rooms get a digest: the first one (home), all of them (on), or none (off)."),
        "home",
        one_of("home", "on", "off"),
        PLACES,
    ),
    Rule(
        "digest-every",
        say("How often the digest comes."),
        ("weekly",),
        SomeOf(("daily", "weekly", "monthly", "quarterly")),
        PLACES,
    ),
    Rule(
        "digest-sections",
        say("What the digest tells; people lists who gave how much."),
        (
            "contributions",
            "thanks",
            "decided",
            "open",
            "needs",
            "waiting",
            "money",
            "partners",
            "reviews",
            "journal",
        ),
        SomeOf(
            (
                "contributions",
                "people",
                "thanks",
                "decided",
                "open",
                "needs",
                "waiting",
                "money",
                "partners",
                "reviews",
                "journal",
            )
        ),
        PLACES,
    ),
    Rule("digest-at", say("When the digest comes."), "mon 09:00", WeekTime(), PLACES),
    Rule(
        "digest-to",
        say("Who gets the digest as a direct message beside the room."),
        ("coordinators",),
        SomeOf(("coordinators", "treasurers", "facilitators", "admins", "members"), least=0),
        PLACES,
    ),
    Rule(
        "digest-empty",
        say("Whether a digest comes even when nothing happened."),
        False,
        Switch(),
        PLACES,
    ),
    Rule(
        "rings",
        say("What may notify on Matrix when it is new; everything else but reminders comes silently."),
        ("proposals", "polls", "digests"),
        SomeOf(("proposals", "polls", "digests"), least=0),
        PLACES,
    ),
    Rule(
        "quiet-hours",
        say("The hours in which nobody is reminded."),
        "22:00-07:00",
        Hours(),
    ),
    Rule(
        "nudges",
        say("Whether members who have not voted are reminded before the close."),
        True,
        Switch(),
    ),
    Rule(
        "reminders-week",
        say("How often at most a member is reminded by others in a week."),
        10,
        Whole(0, 1000),
        TOGETHER,
    ),
    Rule(
        "web",
        say("Who sees the collective's web page."),
        "off",
        one_of("off", "link", "public"),
        TOGETHER,
    ),
    Rule(
        "web-names",
        say("How the web page names people to whoever is no member."),
        "initials",
        one_of("names", "initials", "none"),
        TOGETHER,
    ),
)
