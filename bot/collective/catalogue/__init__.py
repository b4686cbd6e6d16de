"""The catalogue of rules: every guard and default that can be set.

No number that people may want otherwise is hidden in code: it is a row here. `docs/rules.md` is
generated from it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.chat import Refusal
from bot.collective.catalogue.clock import BY_THE_CLOCK
from bot.collective.catalogue.decisions import DECISIONS
from bot.collective.catalogue.money import MONEY
from bot.collective.catalogue.needs import NEEDS
from bot.collective.catalogue.people import CONTRIBUTIONS, MEMBERS, ROOMS
from bot.collective.rules import Rule, Rules
from bot.collective.ruletypes import Value
from bot.text.wording import Say, Typed, say

GROUPS: tuple[tuple[Say, tuple[Rule, ...]], ...] = (
    (say("Contributions"), CONTRIBUTIONS),
    (say("Needs, offers and shifts"), NEEDS),
    (say("Members, roles and circles"), MEMBERS),
    (say("Rooms"), ROOMS),
    (say("Decisions and polls"), DECISIONS),
    (say("Money and value"), MONEY),
    (say("By the clock, and in the open"), BY_THE_CLOCK),
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


def known_rule(name: str) -> Rule:
    """The rule of that name. Raises Refusal with the nearest one."""
    rule = CATALOGUE.get(name.casefold())
    if rule is not None:
        return rule
    near = difflib.get_close_matches(name.casefold(), CATALOGUE, 1)
    raise Refusal(
        "rule-unknown",
        say("There is no rule “{name}”.", name=name),
        word=name,
        instead=say("Did you mean {name}?", name=near[0])
        if near
        else say("{all} lists them.", all=Typed("rules all")),
    )


def read_value(name: str, text: str) -> Value:
    """The value of a rule as somebody typed it. Raises Refusal: unknown name, or outside the range."""
    rule = known_rule(name)
    try:
        return rule.type.read(text.strip())
    except ValueError:
        raise Refusal(
            "rule-value",
            say("“{text}” is no value for {rule}.", text=text, rule=rule.name),
            word=text,
            instead=say("It takes {allowed}.", allowed=rule.type.allowed),
        ) from None
