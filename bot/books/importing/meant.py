"""What the words of a file are taken for here: its people, kinds and units. The rest is asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.books.importing.mapping import NEW, SKIP, Map
from bot.books.importing.planned import OF_NOBODY, Found, Plan
from bot.books.importing.reasons import theirs
from bot.collective.contributions import USUAL_KIND
from bot.collective.lookalikes import is_reserved, shows_account
from bot.collective.memberbook import folded
from bot.collective.members import NAME_CHARACTERS_MAX
from bot.collective.state import State
from bot.language.units import Unit, unit_of
from bot.text.wording import Say, Typed, joined, say

DELETED = {
    "",
    "deleted user",
    "deleted",
    "inactive user",
    "gelöschter benutzer",
    "gelöschter nutzer",
    "inaktiver benutzer",
    "usuario eliminado",
    "usuari eliminat",
    "utilisateur supprimé",
    "unknown",
    "unbekannt",
}
"""What stands where somebody was deleted there: several people under one text."""


def units_of(state: State, found: list[Found], told: Map, plan: Plan) -> dict[str, Unit | str]:
    """Which unit of our own each of those is here that they pay one another with. The rest is asked."""
    meant: dict[str, Unit | str] = {}
    for name in dict.fromkeys(each.unit for each in found if each.parts):
        given = told.units.get(name, "")
        own = state.units.named(given or name)
        if given == SKIP:
            meant[name] = SKIP
        elif own is not None:
            meant[name] = own.unit
        else:
            plan.asked.append(_unit_asked(state, name))
        plan.units[name] = given or (own.name if own else "")
    return meant


def _unit_asked(state: State, name: str) -> Say:
    known = [it.name for it in state.units]
    if not known:
        return say(
            "“{name}” is what they owe one another in. Here is no unit of your own yet: {line}.",
            name=theirs(name),
            line=Typed("unit create"),
        )
    return say(
        "“{name}” is what they owe one another in. Say under [units] which unit of your own that is: "
        "{units}.",
        name=theirs(name),
        units=joined(known),
    )


def people_of(
    state: State, found: list[Found], told: Map, plan: Plan, before: set[int]
) -> dict[str, int | str]:
    """Whom each name is taken for: a member by number, a new one, or nobody. The rest is asked.

    `before` are those whom earlier imports of this source named: one of them is new only once.
    """
    meant: dict[str, int | str] = {}
    new: dict[str, str] = {}
    rows = (each for each in found if each.flow not in OF_NOBODY)
    names = (name for each in rows for name in (each.person, each.to) if name)
    for name in dict.fromkeys(names):
        given = told.people.get(name, "")
        who = _given(state, name, given, before) if given else _guessed(state, name)
        if isinstance(who, _Open):
            plan.asked.append(
                say("{doubt} Say under [people] who it is: a name, new or skip.", doubt=who.why)
            )
            plan.people[name] = ""
            continue
        if isinstance(who, str) and who != SKIP and new.setdefault(folded(who), name) != name:
            plan.asked.append(
                say(
                    "“{name}” and “{other}” may be one: say so under [people].",
                    name=theirs(name),
                    other=theirs(new[folded(who)]),
                )
            )
            plan.people[name] = ""
            continue
        meant[name] = who
        plan.people[name] = f"#{who}" if isinstance(who, int) else SKIP if who == SKIP else NEW
    return meant


@dataclass(frozen=True, slots=True)
class _Open:
    why: Say


def _given(state: State, name: str, given: str, before: set[int]) -> int | str | _Open:
    if given == SKIP:
        return SKIP
    if given == NEW:
        known = [each.number for each in state.members.named(name) if each.number in before]
        if len(known) > 1:
            return _Open(
                say(
                    "“{name}” could be any of {count} people who came so before.",
                    name=theirs(name),
                    count=len(known),
                )
            )
        return known[0] if known else _as_new(name)
    numbered, named = state.members.numbered(given), state.members.named(given.lstrip("@"))
    if numbered is not None:
        return numbered.number
    if len(named) == 1:
        return named[0].number
    return _Open(
        say(
            "“{name}” is “{given}” in the map, who is nobody here.",
            name=theirs(name),
            given=theirs(given),
        )
    )


def _guessed(state: State, name: str) -> int | str | _Open:
    members = state.members
    if folded(name) in map(folded, DELETED):
        return _Open(
            say(
                "“{name}” stands for people who were deleted there, perhaps several.", name=theirs(name)
            )
        )
    same = members.named(name)
    if len(same) == 1:
        return same[0].number
    if same:
        return _Open(
            say("“{word}” could be any of {count} people here.", word=theirs(name), count=len(same))
        )
    if members.gone(name) is not None:
        return _Open(say("“{name}” is somebody who left.", name=theirs(name)))
    like = members.like(name)
    if like is None:
        return _as_new(name)
    return _Open(say("“{name}” looks like {who}.", name=theirs(name), who=like.shown))


def _as_new(name: str) -> str | _Open:
    """The name of somebody who is new here, where it can be one: nobody else is taken for them."""
    if len(name) > NAME_CHARACTERS_MAX or is_reserved(name) or shows_account(name):
        return _Open(say("“{name}” cannot be what somebody new is called here.", name=theirs(name)))
    return name


def kinds_of(state: State, found: list[Found], told: Map, plan: Plan) -> dict[tuple[str, str], str]:
    """Which kind each of their words is taken for; the usual one where none here is called so."""
    known = {folded(name): kind for name, kind in state.contributions.kinds.items()}
    meant: dict[tuple[str, str], str] = {}
    for word, unit in dict.fromkeys((each.kind, each.unit) for each in found if not each.flow):
        unit_class = unit_of(unit).unit_class
        given = told.kinds.get(word, "").lstrip("#")
        if given == SKIP:
            meant[word, unit] = plan.kinds[word] = SKIP
            continue
        kind = known.get(folded(given or word))
        if given and kind is None:
            plan.asked.append(
                say(
                    "“{word}” is {kind} in the map, and there is no such kind here.",
                    word=theirs(word),
                    kind=theirs(f"#{given}"),
                )
            )
            continue
        fits = kind is not None and kind.unit_class in {None, unit_class}
        meant[word, unit] = plan.kinds[word] = kind.name if kind and fits else USUAL_KIND[unit_class]
    return meant
