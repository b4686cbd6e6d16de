"""The guards of a contribution: what the rules let be logged, each as one small function.

A guard raises `Refusal` with a refusal that names its rule; it writes and changes nothing.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Collection, Iterable

from bot.chat import Refusal
from bot.collective.contributionbook import Contributions, DayEntry
from bot.collective.contributions import (
    USUAL_KIND,
    ContributionKind,
    KindAdded,
    Share,
    Stream,
    reference,
)
from bot.collective.members import Member
from bot.collective.roles import Role
from bot.collective.rules import Rules, refused_by
from bot.language.units import UnitClass
from bot.text.wording import Day, Person, Quantity, Say, Typed, joined, say, say_n


def may_by(rule: str, rules: Rules, member: Member | None) -> bool:
    """Whether a who-may rule lets this person (the operator always)."""
    allowed = rules.text(rule)
    if member is None or allowed == "anyone":
        return True
    return allowed == "coordinators" and member.may(Role.COORDINATOR)


def check_day(day: dt.date, today: dt.date, rules: Rules) -> None:
    """A day that an entry may be for: not to come, not too long ago, not closed. Raises Refusal."""
    if day > today:
        raise Refusal(
            "day-future",
            say("{day} is still to come.", day=Day(day.isoformat())),
            instead=say("Log it when it is done."),
        )
    back = rules.number("days-back")
    if (today - day).days > back:
        raise refused_by(
            "days-back",
            say_n(
                "{day} is too long ago: one day back may be logged.",
                "{day} is too long ago: {count} days back may be logged.",
                back,
                day=Day(day.isoformat()),
            ),
        )
    check_open(day, rules)


def is_closed(day: dt.date, rules: Rules) -> bool:
    """Whether the books of a day are closed."""
    closed = rules.day("closed-until")
    return closed is not None and day <= closed


def check_open(day: dt.date, rules: Rules, *, instead: Say | None = None) -> None:
    """A day whose books are still open. Raises Refusal."""
    closed = rules.day("closed-until")
    if closed is not None and day <= closed:
        raise refused_by(
            "closed-until",
            say(
                "The books are closed up to {closed}; {day} lies in that.",
                closed=Day(closed.isoformat()),
                day=Day(day.isoformat()),
            ),
            instead=instead,
        )


def check_cap(share: Share, others: list[DayEntry], name: Person, rules: Rules) -> None:
    """No more hours on one day than the rule lets one person have. Raises Refusal."""
    if share.unit != "h":
        return
    cap = rules.number("daily-cap") * 60
    before = sum(entry.count for entry in others if entry.unit == "h")
    if before + share.count > cap:
        raise refused_by(
            "daily-cap",
            say(
                "{who} would have {sum} on {day}; {cap} is the most for one day.",
                who=name,
                sum=Quantity(before + share.count, "h", 60),
                day=Day(share.day),
                cap=Quantity(cap, "h", 60),
            ),
        )


def twin_of(
    share: Share, others: Iterable[DayEntry], rules: Rules, equal: Collection[int]
) -> int | None:
    """The number of an equal entry of that day, where the rule wants to know.

    Equal is what is of the same kind and amount and has the same words, as those with the numbers
    `equal` have. Raises Refusal.
    """
    if rules.text("duplicates") == "allow":
        return None
    same = (share.kind, share.unit, share.count)
    twin = next(
        (e.number for e in others if e.number in equal and (e.kind, e.unit, e.count) == same), None
    )
    if twin is not None and rules.text("duplicates") == "refuse":
        raise refused_by(
            "duplicates",
            say("That looks like {ref}, which is already there.", ref=reference(twin)),
        )
    return twin


def kind_for(
    contributions: Contributions,
    rules: Rules,
    member: Member | None,
    unit_class: UnitClass,
    named: str | None,
) -> tuple[ContributionKind, KindAdded | None]:
    """The kind that is meant, and the event that begins it if it is new. Raises Refusal."""
    if unit_class is UnitClass.OWN:
        raise Refusal(
            "own-unit",
            say("A unit of your own is what you pay with; work is measured in time, money or goods."),
            instead=say("{line} pays somebody in it.", line=Typed("pay @bo 3 …")),
        )
    name = named or USUAL_KIND[unit_class]
    known = contributions.kinds.get(name)
    if known is None:
        if not may_by("new-kinds", rules, member):
            raise refused_by(
                "new-kinds",
                say("There is no kind #{kind} here.", kind=name),
                instead=_near_kind(name, contributions, unit_class),
            )
        if len(contributions.kinds) >= rules.number("kinds-max"):
            raise refused_by("kinds-max", say("There are as many kinds here as there may be."))
        added = KindAdded(name=name, unit_class=unit_class.value)
        return ContributionKind(name, unit_class, Stream.LOVE), added
    if known.unit_class not in {None, unit_class}:
        raise Refusal(
            "kind-unit",
            say(
                "#{kind} counts {expected}, and that is {found}.",
                kind=name,
                expected=_CLASS_WORDS[known.unit_class or unit_class],
                found=_CLASS_WORDS[unit_class],
            ),
            word=f"#{name}",
            instead=say("Try #{kind}.", kind=USUAL_KIND[unit_class]),
        )
    return known, None


_CLASS_WORDS = {
    UnitClass.TIME: say("time"),
    UnitClass.MONEY: say("money"),
    UnitClass.GOODS: say("goods"),
}


def _near_kind(name: str, contributions: Contributions, unit_class: UnitClass) -> Say:
    near = difflib.get_close_matches(name, contributions.kinds, 1)
    if near:
        return say("Did you mean #{kind}?", kind=near[0])
    fitting = (k.name for k in contributions.kinds.values() if k.unit_class in {None, unit_class})
    return say("There are {kinds}.", kinds=joined(f"#{kind}" for kind in fitting))
