"""The catalogue of rules: every guard and default that can be set.

No number that people may want otherwise is hidden in code: it is a row here. `docs/rules.md` is
generated from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.chat import Refused
from bot.collective.rules import (
    INSTANCE,
    PLACES,
    TOGETHER,
    Amounts,
    DayOrNone,
    Hours,
    LanguageCode,
    Patterns,
    Prefix,
    Quorum,
    Rule,
    Rules,
    Share,
    SomeOf,
    Span,
    Standings,
    Switch,
    Value,
    WeekTime,
    Whole,
    ZoneName,
    one_of,
)
from bot.deciding.methods import FALLBACKS, METHODS
from bot.tally.methods import METHODS as POLL_METHODS
from bot.wording import Say, Typed, say

_WHO = one_of("anyone", "coordinators", "nobody")
_HOUR, _DAY, _WEEK = 60, 1_440, 10_080
_YEAR = 366 * _DAY

_CONTRIBUTIONS = (
    Rule(
        "confirmations",
        say("How many other members must confirm a contribution before it counts."),
        0,
        Whole(0, 20),
    ),
    Rule("daily-cap", say("The most hours that one person may log for one day."), 24, Whole(1, 24)),
    Rule("days-back", say("How many days back a contribution may be logged."), 31, Whole(0, 366)),
    Rule(
        "duplicates",
        say("What happens to a second entry of the same person, kind, amount and day."),
        "warn",
        one_of("warn", "refuse", "allow"),
    ),
    Rule("log-for-others", say("Who may log a contribution for somebody else."), "anyone", _WHO),
    Rule(
        "new-kinds",
        say("Who may begin a new kind of contribution by using it."),
        "anyone",
        _WHO,
        TOGETHER,
    ),
    Rule(
        "kinds-max", say("How many kinds of contribution there may be."), 100, Whole(8, 500), TOGETHER
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
    ),
)

_MEMBERS = (
    Rule(
        "new-members",
        say("Who becomes a member: everyone who types a command, who asks, who is vouched for."),
        "everyone",
        one_of("everyone", "request", "vouch", "proposal", "nobody"),
        TOGETHER,
    ),
    Rule(
        "vouches",
        say("How many members must vouch for somebody who asks to become a member."),
        2,
        Whole(1, 20),
        TOGETHER,
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
    ),
    Rule(
        "claim-lapses",
        say("How long the code is good by which a member without an account claims their place."),
        _WEEK,
        Span(_HOUR, _YEAR),
        TOGETHER,
    ),
    Rule(
        "undo-merge",
        say("For how long an admin may undo that two accounts were made one person."),
        _DAY,
        Span(_HOUR, 30 * _DAY),
        TOGETHER,
    ),
    Rule(
        "bridge-ghosts",
        say("Accounts that a bridge speaks with: they become members only by linking."),
        (),
        Patterns("@telegram_*:*, @discord_*:*"),
        TOGETHER,
    ),
    Rule("new-circles", say("Who may begin a circle."), "coordinators", _WHO, TOGETHER),
    *(
        Rule(
            f"{role}s",
            about,
            (),
            Standings(),
            PLACES,
        )
        for role, about in (
            ("admin", say("Who is an admin here by what the platform says they are.")),
            ("coordinator", say("Who is a coordinator here by what the platform says they are.")),
            ("treasurer", say("Who is a treasurer here by what the platform says they are.")),
            ("facilitator", say("Who is a facilitator here by what the platform says they are.")),
        )
    ),
)

_ROOMS = (
    Rule("prefix", say("What a command begins with in this room, beside /."), "/", Prefix()),
    Rule("zone", say("The time zone of a room."), "UTC", ZoneName()),
    Rule("language", say("The language of a room."), "en", LanguageCode()),
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
    Rule("flood", say("How many commands one person may send in a minute."), 30, Whole(2, 600), PLACES),
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
        "founders",
        say("Who may found a collective in a room: who has power there, anyone, or nobody."),
        "room-admins",
        one_of("room-admins", "anyone", "nobody"),
        INSTANCE,
    ),
)

_DECISIONS = (
    Rule(
        "method", say("The decision method of a proposal that names none."), "consent", one_of(*METHODS)
    ),
    Rule(
        "poll-method",
        say("The counting method of a poll that names none."),
        "single",
        one_of(*POLL_METHODS),
    ),
    Rule(
        "closes",
        say("How long a proposal or a poll is open if it names no time."),
        0,
        Span(10, _YEAR, usual=True),
    ),
    Rule("min-open", say("How long a proposal is open at least."), _HOUR, Span(0, 90 * _DAY)),
    Rule("quorum", say("How many must take part for a decision to count."), "none", Quorum()),
    Rule(
        "share", say("The share that a supermajority or a modified consensus needs."), "usual", Share()
    ),
    Rule(
        "fallback",
        say("What a consensus with a block left at its end goes on as."),
        "none",
        one_of("none", *FALLBACKS),
    ),
    Rule("silence", say("Whether whoever says nothing counts as agreeing."), False, Switch()),
    Rule("abstentions", say("Whether abstentions count in a share, as if against."), False, Switch()),
    Rule("veto", say("Whether a −1 with a reason stops an apache vote."), False, Switch()),
    Rule("binding", say("How many +1 an apache vote needs."), 3, Whole(1, 100)),
    Rule(
        "mean",
        say("The highest mean of the gradients, from 1 to 8, with which a proposal passes."),
        4,
        Whole(1, 8),
    ),
    Rule(
        "advice-wait",
        say("After how long an author may decide without having got the advice they asked for."),
        3 * _DAY,
        Span(_HOUR, 90 * _DAY),
    ),
    Rule("keep-votes", say("Whether votes still count after a proposal was amended."), False, Switch()),
    Rule(
        "delegation",
        say("Whether members may name others who vote for them."),
        True,
        Switch(),
        TOGETHER,
    ),
    Rule(
        "early-close",
        say("Whether a decision closes as soon as nothing can change it."),
        True,
        Switch(),
    ),
    Rule(
        "extend", say("By how long a decision without its quorum is extended."), 0, Span(0, 90 * _DAY)
    ),
    Rule("extensions", say("How often a decision without its quorum is extended."), 1, Whole(0, 10)),
    Rule(
        "emergency",
        say("How much time an emergency leaves people to answer."),
        _HOUR,
        Span(10, 7 * _DAY),
    ),
    Rule(
        "review", say("After how long a consent is looked at again."), 90 * _DAY, Span(_DAY, 10 * _YEAR)
    ),
    Rule(
        "open-max",
        say("How many proposals, and how many polls, may be open at once."),
        50,
        Whole(1, 500),
        TOGETHER,
    ),
    Rule(
        "hide-tally",
        say("Whether the count of a proposal or a poll is hidden until it closes."),
        False,
        Switch(),
    ),
    Rule(
        "pictures", say("Whether a result, a digest or a report comes with a picture."), True, Switch()
    ),
    Rule(
        "ballots",
        say("What is published of the ballots of a secret poll when it closes."),
        "totals",
        one_of("totals", "list", "receipts"),
    ),
    Rule(
        "secrecy-floor", say("The fewest voters with whom a secret poll is opened."), 4, Whole(2, 100)
    ),
)

_MONEY = (
    Rule(
        "expenses",
        say("Who approves an expense that a member asks to be paid back for."),
        "treasurer",
        one_of("nobody", "anyone", "treasurer", "proposal"),
        TOGETHER,
    ),
    Rule(
        "second-eyes",
        say("From which amounts on a second treasurer must agree to what leaves."),
        (),
        Amounts("500 EUR, 500 USD"),
        TOGETHER,
    ),
    Rule(
        "leaving-max",
        say("The most that may leave within the leaving period; a passed proposal may pass it."),
        (),
        Amounts("2000 EUR, 2000 USD"),
        TOGETHER,
    ),
    Rule(
        "leaving-period",
        say("The time over which what leaves is summed up."),
        30 * _DAY,
        Span(_DAY, _YEAR),
        TOGETHER,
    ),
    Rule(
        "credit-limit",
        say("How far what is held for a member may go below nothing when they pay others."),
        (),
        Amounts("20 EUR, 10h"),
        TOGETHER,
    ),
    Rule(
        "distributions",
        say("Who has a distribution by the equation in force carried out."),
        "treasurer",
        one_of("treasurer", "proposal"),
        TOGETHER,
    ),
    Rule(
        "equations",
        say("Who sets an equation, puts it in force, or shares out by another one."),
        "proposal",
        one_of("proposal", "treasurer"),
        TOGETHER,
    ),
    Rule(
        "points",
        say("How many points each member has to give others in a giving round."),
        100,
        Whole(1, 10_000),
        TOGETHER,
    ),
)

_BY_THE_CLOCK = (
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
        ("contributions", "thanks", "decided", "open", "waiting", "money", "reviews", "journal"),
        SomeOf(
            (
                "contributions",
                "people",
                "thanks",
                "decided",
                "open",
                "waiting",
                "money",
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
        "coordinators",
        one_of("coordinators", "admins", "nobody"),
        PLACES,
    ),
    Rule(
        "digest-empty",
        say("Whether a digest comes even when nothing happened."),
        False,
        Switch(),
        PLACES,
    ),
    Rule("quiet-hours", say("The hours in which nobody is reminded."), "22:00-07:00", Hours()),
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
)

GROUPS: tuple[tuple[Say, tuple[Rule, ...]], ...] = (
    (say("Contributions"), _CONTRIBUTIONS),
    (say("Members, roles and circles"), _MEMBERS),
    (say("Rooms"), _ROOMS),
    (say("Decisions and polls"), _DECISIONS),
    (say("Money and value"), _MONEY),
    (say("By the clock, and in the open"), _BY_THE_CLOCK),
)

CATALOGUE: Mapping[str, Rule] = {rule.name: rule for _, rules in GROUPS for rule in rules}

PRESETS: Mapping[str, Mapping[str, str]] = {
    "assembly": {
        "method": "consensus",
        "fallback": "modified-consensus",
        "quorum": "25%",
        "closes": "3d",
        "silence": "off",
    },
    "sociocracy": {"method": "consent", "quorum": "50%", "closes": "5d", "silence": "off"},
    "open-source": {"method": "lazy", "closes": "72h", "min-open": "72h", "veto": "on"},
    "majority": {"method": "majority", "quorum": "25%", "closes": "7d"},
}
"""Values that go together; `open-source` is the Apache foundation's way."""


def rules_of(*layers: Mapping[str, Value]) -> Rules:
    """The rules in force where these layers lie over the defaults."""
    return Rules(CATALOGUE, *layers)


def known_rule(name: str) -> Rule | Refused:
    """The rule of that name, or a refusal with the nearest one."""
    rule = CATALOGUE.get(name.casefold())
    if rule is not None:
        return rule
    near = difflib.get_close_matches(name.casefold(), CATALOGUE, 1)
    return Refused(
        say("There is no rule “{name}”.", name=name),
        error="rule-unknown",
        word=name,
        instead=say("Did you mean {name}?", name=near[0])
        if near
        else say("{all} lists them.", all=Typed("rules all")),
    )


def read_value(name: str, text: str) -> Value | Refused:
    """The value of a rule as somebody typed it, or why not: unknown name, or outside the range."""
    rule = known_rule(name)
    if isinstance(rule, Refused):
        return rule
    try:
        return rule.type.read(text.strip())
    except ValueError:
        return Refused(
            say("“{text}” is no value for {rule}.", text=text, rule=rule.name),
            error="rule-value",
            word=text,
            instead=say("It takes {allowed}.", allowed=rule.type.allowed),
        )
