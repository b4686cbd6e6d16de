"""No weaker door: which method carries which effect, written down by hand, grade by grade.

Nothing in the tables is taken from the declarations: who changes one there changes it here too, and
says so. The doors beside these (time, quorum, agreement, circles, locks) are in the transcripts
`no_weaker_door`, `locks_on_every_road`, `circles_decide_their_own` and `money_by_decision`.
"""

from __future__ import annotations

import pytest

from bot.collective.catalogue import CATALOGUE
from bot.collective.grades import Grade
from bot.deciding.methods import FULL_METHODS
from tests.house import COMMANDS, House

GRADES = {
    "role give": "roles",
    "role take": "roles",
    "duty excuse": "roles",
    "rules set": "rules",
    "rules unset": "rules",
    "rules lock": "rules",
    "rules unlock": "rules",
    "rules import": "rules",
    "rules preset": "rules",
    "room circle": "rules",
    "member admit": "membership",
    "member add": "membership",
    "member seat": "membership",
    "member remove": "membership",
    "member return": "membership",
    "income": "money",
    "expense": "money",
    "pay": "money",
    "payout": "money",
    "payout all": "money",
    "budget create": "money",
    "budget change": "money",
    "budget end": "money",
    "dues set": "money",
    "dues paid": "money",
    "invoice": "money",
    "invoice paid": "money",
    "recurring": "money",
    "recurring change": "money",
    "recurring pause": "money",
    "recurring resume": "money",
    "dues end": "money",
    "funding open": "money",
    "funding cancel": "money",
    "fund create": "money",
    "fund add": "money",
    "fund release": "money",
    "approve": "money",
    "reverse": "money",
    "settle": "money",
    "equation set": "money",
    "equation use": "money",
    "distribute": "money",
    "member settle": "money",
    "unit create": "money",
    "unit set": "money",
    "unit issue": "money",
    "unit exempt": "money",
    "unit write-off": "money",
    "partner add": "money",
    "partner classify": "money",
    "partner in-kind": "money",
    "partner end": "money",
    "partner pledge": "money",
    "partner declare": "money",
    "circle create": "harmless",
    "circle join": "harmless",
    "circle leave": "harmless",
    "circle close": "harmless",
    "collective name": "harmless",
}
"""What each command weighs that a proposal can carry out."""

RULES_OF_WEIGHT = {
    "roles": ("admins", "coordinators", "treasurers", "facilitators"),
    "deciding": (
        "method",
        "quorum",
        "share",
        "fallback",
        "silence",
        "abstentions",
        "min-open",
        "early-close",
        "emergency",
        "delegation",
        "effect-methods",
        "effect-tenure",
        "effect-quorum",
        "effect-quorum-most",
        "effect-open",
        "effect-agreement",
    ),
    "membership": ("new-members", "vouches", "bridge-ghosts", "undo-merge", "link-lapses"),
    "money": (
        "expenses",
        "second-eyes",
        "leaving-max",
        "credit-limit",
        "units",
        "closed-until",
        "meeting-spend",
    ),
    "rules": ("confirmations", "daily-cap", "log-for-others", "zone", "digest", "flood"),
}
"""What it weighs to change one of these rules."""

LINES = {
    "roles": "role give @bo admin",
    "roles by a rule": "rules set admins power:50 --in room",
    "deciding": "rules set quorum 60%",
    "deciding of effects": "rules set effect-agreement 0",
    "rules": "rules set confirmations 2",
    "locked": "rules set days-back 3",
    "unlocking": "rules unlock days-back",
    "a circle with a lock": "circle close shed",
    "membership": "member add Liisa",
    "membership by a rule": "rules set new-members nobody",
    "money": "expense 10 EUR cables",
    "money by a rule": "rules set leaving-max none",
    "harmless": "circle create barn",
}

METHODS = [
    "consent",
    "consensus",
    "modified-consensus",
    "majority",
    "supermajority",
    "lazy",
    "advice",
    "apache",
    "gradient",
]
#   con con mod maj sup laz adv apa gra
TABLES = {
    "as it comes": {
        "roles": "yes yes no no no no no no no",
        "roles by a rule": "yes yes no no no no no no no",
        "deciding": "yes yes no no no no no no no",
        "deciding of effects": "yes yes no no no no no no no",
        "rules": "yes yes no no no no no no no",
        "locked": "yes yes no no no no no no no",
        "unlocking": "yes yes no no no no no no no",
        "a circle with a lock": "yes yes no no no no no no no",
        "membership": "yes yes no no no no no no no",
        "membership by a rule": "yes yes no no no no no no no",
        "money": "yes yes no no no no no no no",
        "money by a rule": "yes yes no no no no no no no",
        "harmless": "yes yes no no no no no no no",
    },
    # The room's own method carries; what was locked under consent does not become lighter by it.
    "method = majority": {
        "roles": "yes yes no yes no no no no no",
        "roles by a rule": "yes yes no yes no no no no no",
        "deciding": "yes yes no yes no no no no no",
        "deciding of effects": "yes yes no yes no no no no no",
        "rules": "yes yes no yes no no no no no",
        "locked": "yes yes no no no no no no no",
        "unlocking": "yes yes no no no no no no no",
        "a circle with a lock": "yes yes no no no no no no no",
        "membership": "yes yes no yes no no no no no",
        "membership by a rule": "yes yes no yes no no no no no",
        "money": "yes yes no yes no no no no no",
        "money by a rule": "yes yes no yes no no no no no",
        "harmless": "yes yes no yes no no no no no",
    },
    # Silence as the usual way of a room is no way for an effect.
    "method = lazy": {
        "roles": "yes yes no no no no no no no",
        "roles by a rule": "yes yes no no no no no no no",
        "deciding": "yes yes no no no no no no no",
        "deciding of effects": "yes yes no no no no no no no",
        "rules": "yes yes no no no no no no no",
        "locked": "yes yes no no no no no no no",
        "unlocking": "yes yes no no no no no no no",
        "a circle with a lock": "yes yes no no no no no no no",
        "membership": "yes yes no no no no no no no",
        "membership by a rule": "yes yes no no no no no no no",
        "money": "yes yes no no no no no no no",
        "money by a rule": "yes yes no no no no no no no",
        "harmless": "yes yes no no no no no no no",
    },
    # Named are all nine: silence and one author still never carry what is grave.
    "effect-methods = all": {
        "roles": "yes yes yes yes yes no no yes yes",
        "roles by a rule": "yes yes yes yes yes no no yes yes",
        "deciding": "yes yes yes yes yes no no yes yes",
        "deciding of effects": "yes yes yes yes yes no no yes yes",
        "rules": "yes yes yes yes yes yes yes yes yes",
        "locked": "yes yes no no no no no no no",
        "unlocking": "yes yes no no no no no no no",
        "a circle with a lock": "yes yes no no no no no no no",
        "membership": "yes yes yes yes yes no no yes yes",
        "membership by a rule": "yes yes yes yes yes no no yes yes",
        "money": "yes yes yes yes yes no no yes yes",
        "money by a rule": "yes yes yes yes yes no no yes yes",
        "harmless": "yes yes yes yes yes yes yes yes yes",
    },
}
SETTINGS = {
    "as it comes": "",
    "method = majority": "method = 'majority'",
    "method = lazy": "method = 'lazy'",
    "effect-methods = all": f"effect-methods = '{', '.join(METHODS)}'",
}


def furnished() -> House:
    """Four people, money, and a circle that sets a rule which was locked under consent."""
    house = House()
    for who in ("anna", "bo", "cem", "dee"):
        house.say(who, "/me")
    for words in (
        "/income 1000 EUR a grant",
        "/circle create shed",
        "/rules set days-back 5 --in room",
        "/room circle shed",
        "/rules set days-back 4 --in circle",
        "/room circle none",
        "/rules lock days-back",
    ):
        assert not house.say("anna", words).refused, words
    return house


CASES = [(setting, what) for setting, table in TABLES.items() for what in table]


@pytest.mark.parametrize(("setting", "what"), CASES)
def test_a_method_carries_what_the_table_says(setting: str, what: str) -> None:
    house = furnished()
    if SETTINGS[setting]:
        assert not house.say("anna", f"/rules import --in collective\n{SETTINGS[setting]}").refused
    found = {}
    for method in METHODS:
        asked = " --affected @cem --experts @dee" if method == "advice" else ""
        told = house.say("bo", f'/propose It --do "{LINES[what]}" --method {method}{asked}')
        assert told.error in {"", "effect-methods"}, told.text
        found[method] = "no" if told.error else "yes"
    assert found == dict(zip(METHODS, TABLES[setting][what].split(), strict=True))
    house.close()


@pytest.mark.parametrize(("setting", "what"), CASES)
def test_a_call_at_a_meeting_carries_nothing_more(setting: str, what: str) -> None:
    """Those who are there decide by the same table, where everybody is there; never by silence."""
    house = furnished()
    if SETTINGS[setting]:
        assert not house.say("anna", f"/rules import --in collective\n{SETTINGS[setting]}").refused
    house.say("anna", "/meeting open")
    for who in ("bo", "cem", "dee"):
        house.say(who, "/here")
    for method, carries in zip(METHODS, TABLES[setting][what].split(), strict=True):
        line = f'/meeting call It --by @bo --do "{LINES[what]}" --method {method}'
        told = house.say("anna", line)
        if method not in FULL_METHODS:
            assert told.refused, method
            continue
        assert told.error == ("" if carries == "yes" else "effect-methods"), (method, told.text)
        if not told.refused:
            assert not house.say("bo", f"/cancel P{house.state().proposals.count}").refused
    # Whoever is away could not know of it: nothing is carried out on the spot without them.
    house.say("dee", "/away")
    told = house.say("anna", f'/meeting call It --by @bo --do "{LINES[what]}"')
    assert told.error == "effect-open", told.text
    house.close()


def test_every_effect_has_its_row_and_weighs_what_that_says() -> None:
    declared = {name: each.effect.value for name, each in COMMANDS.items() if each.effect is not None}
    assert declared == GRADES


@pytest.mark.parametrize("grade", RULES_OF_WEIGHT)
def test_a_rule_weighs_what_changing_it_weighs(grade: str) -> None:
    assert {CATALOGUE[name].grade for name in RULES_OF_WEIGHT[grade]} == {Grade(grade)}


def test_no_rule_of_decisions_or_money_weighs_little() -> None:
    heavy = {name for names in RULES_OF_WEIGHT.values() for name in names}
    rest = {name: rule.grade for name, rule in CATALOGUE.items() if name not in heavy}
    assert Grade.HARMLESS not in rest.values()
    assert {name for name, grade in rest.items() if name.startswith("effect-")} == set()


@pytest.mark.parametrize("name", [name for name, grade in GRADES.items() if grade == "money"])
def test_what_moves_money_is_told_in_the_room_when_it_is_typed_in_private(name: str) -> None:
    told_by_itself = {"unit exempt"}  # why somebody owes nothing is theirs
    assert name in told_by_itself or hasattr(COMMANDS[name].decide, "__wrapped__"), name
