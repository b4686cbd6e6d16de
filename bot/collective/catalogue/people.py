"""The rules of contributions, members, roles, circles and rooms."""

from __future__ import annotations

from bot.collective.grades import Grade
from bot.collective.rules import INSTANCE, PLACES, TOGETHER, Rule
from bot.collective.ruletypes import (
    OF_PLATFORM,
    DayOrNone,
    LanguageCode,
    Patterns,
    Prefix,
    Standings,
    Switch,
    Whole,
    ZoneName,
    one_of,
)
from bot.collective.spans import Span
from bot.text.wording import say

_WHO = one_of("anyone", "coordinators", "nobody")
_HOUR, _DAY, _WEEK = 60, 1_440, 10_080
_YEAR = 366 * _DAY

CONTRIBUTIONS = (
    Rule(
        "confirmations",
        say("How many other members must confirm a contribution before it counts."),
        0,
        Whole(0, 20),
    ),
    Rule(
        "daily-cap",
        say("The most hours that one person may log for one day."),
        24,
        Whole(1, 24),
    ),
    Rule(
        "days-back",
        say("How many days back a contribution may be logged, and money be dated."),
        31,
        Whole(0, 366),
    ),
    Rule(
        "duplicates",
        say("What happens to a second entry of the same person, kind, amount and words on a day."),
        "warn",
        one_of("warn", "refuse", "allow"),
    ),
    Rule(
        "log-for-others",
        say("Who may log a contribution for somebody else."),
        "anyone",
        _WHO,
    ),
    Rule(
        "new-kinds",
        say("Who may begin a new kind of contribution by using it."),
        "anyone",
        _WHO,
        TOGETHER,
    ),
    Rule(
        "kinds-max",
        say("How many kinds of contribution there may be."),
        100,
        Whole(8, 500),
        TOGETHER,
    ),
    Rule(
        "grace",
        say("For how many minutes one may change an own entry without a new confirmation."),
        10,
        Whole(0, 1440),
    ),
    Rule(
        "closed-until",
        say("The last day of the closed periods: no entry is made or changed up to this day."),
        None,
        DayOrNone(),
        TOGETHER,
        Grade.MONEY,
    ),
)

MEMBERS = (
    Rule(
        "new-members",
        say("Who becomes a member: everyone who types a command, who asks, who is vouched for."),
        "everyone",
        one_of("everyone", "request", "vouch", "proposal", "nobody"),
        TOGETHER,
        Grade.MEMBERSHIP,
    ),
    Rule(
        "vouches",
        say("How many members must vouch for somebody who asks to become a member."),
        2,
        Whole(1, 20),
        TOGETHER,
        Grade.MEMBERSHIP,
    ),
    Rule(
        "asking-lapses",
        say("How long an asking to become a member stays open."),
        2 * _WEEK,
        Span(_DAY, _YEAR),
        TOGETHER,
    ),
    Rule(
        "link-lapses",
        say("How long the code that makes two accounts one person is good."),
        10,
        Span(1, _DAY),
        TOGETHER,
        Grade.MEMBERSHIP,
    ),
    Rule(
        "claim-lapses",
        say("How long the code is good by which a member without an account claims their place."),
        _WEEK,
        Span(_HOUR, _YEAR),
        TOGETHER,
        Grade.MEMBERSHIP,
    ),
    Rule(
        "undo-merge",
        say("For how long an admin may undo that two accounts were made one person."),
        _DAY,
        Span(_HOUR, 30 * _DAY),
        TOGETHER,
        Grade.MEMBERSHIP,
    ),
    Rule(
        "bridge-ghosts",
        say("Accounts that a bridge speaks with: they become members only by linking."),
        (),
        Patterns("@telegram_*:*, @discord_*:*"),
        TOGETHER,
        Grade.MEMBERSHIP,
    ),
    Rule(
        "new-circles",
        say("Who may begin a circle."),
        "coordinators",
        _WHO,
        TOGETHER,
    ),
    *(
        Rule(
            f"{role}s",
            about,
            (),
            Standings(),
            PLACES,
            Grade.ROLES,
        )
        for role, about in (
            ("admin", say("Who is an admin here by what the platform says they are.")),
            ("coordinator", say("Who is a coordinator here by what the platform says they are.")),
            ("treasurer", say("Who is a treasurer here by what the platform says they are.")),
            ("facilitator", say("Who is a facilitator here by what the platform says they are.")),
        )
    ),
)

ROOMS = (
    Rule(
        "prefix",
        say("What a command begins with in this room; auto is ! on Matrix and / elsewhere."),
        OF_PLATFORM,
        Prefix(),
    ),
    Rule(
        "zone",
        say("The time zone of a room."),
        "UTC",
        ZoneName(),
    ),
    Rule(
        "language",
        say("The language of a room."),
        "en",
        LanguageCode(),
    ),
    Rule(
        "new-rooms",
        say("Which rooms join by themselves: those of a guild or space that one is in, or none."),
        "space",
        one_of("space", "none"),
        TOGETHER,
    ),
    Rule(
        "invite-lapses",
        say("How long the code is good by which a room joins the collective."),
        _WEEK,
        Span(_HOUR, _YEAR),
        TOGETHER,
    ),
    Rule(
        "listen",
        say("Whether commands are taken in this room; admins are always heard."),
        True,
        Switch(),
        PLACES,
    ),
    Rule(
        "ignored",
        say("Accounts that are not answered; admins always are."),
        (),
        Patterns("@spam*:*, troll"),
        PLACES,
    ),
    Rule(
        "show-rules",
        say("Whether a Matrix room's state tells the rules in force to clients and other bots."),
        False,
        Switch(),
        PLACES,
    ),
    Rule(
        "show-commands",
        say("Whether commands are described in a Matrix room's state, so that clients complete them."),
        False,
        Switch(),
        PLACES,
    ),
    Rule(
        "flood",
        say("How many commands one person may send in a minute."),
        30,
        Whole(2, 600),
        PLACES,
    ),
    Rule(
        "places",
        say("The rooms that this program listens to at all."),
        ("*",),
        Patterns("matrix:*:example.org, discord:*"),
        INSTANCE,
    ),
    Rule(
        "people",
        say("The accounts that this program listens to at all."),
        ("*",),
        Patterns("@*:example.org"),
        INSTANCE,
    ),
    Rule(
        "trusted-devices",
        say("Whose devices are trusted when first seen, in encrypted rooms; and single fingerprints."),
        ("*",),
        Patterns("@*:example.org, fwT4x0VqGx6iJQTMhk7vFYpTaBxfL3kPlkMRyo3Rzq4"),
        INSTANCE,
    ),
    Rule(
        "founders",
        say("Who may found a collective in a room: who has power there, anyone, or nobody."),
        "room-admins",
        one_of("room-admins", "anyone", "nobody"),
        INSTANCE,
    ),
)
