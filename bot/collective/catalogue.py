"""The catalogue of rules: every guard and default that can be set.

No number that people may want otherwise is hidden in code: it is a rule, declared with what it rules
(`RULES` of a part of the state). `docs/rules.md` is generated from this.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.chat import Refusal
from bot.collective.rulebook import RuleSet, Scope
from bot.collective.rules import Group, Layer, Rule, Rules
from bot.collective.ruletypes import Value
from bot.collective.state import parts_of_state
from bot.text.wording import Say, Typed, Words, joined, say

GROUPS: tuple[tuple[Say, tuple[Rule, ...]], ...] = tuple(
    (group.value, tuple(rule for _, part in parts_of_state() for rule in part.rules.get(group, ())))
    for group in Group
)
"""All rules there are, by what they are told under: those that the parts of the state declare."""

CATALOGUE: Mapping[str, Rule] = {rule.name: rule for _, rules in GROUPS for rule in rules}

PRESETS: Mapping[str, Mapping[str, str]] = {
    "assembly": {
        "method": "consensus",
        "fallback": "modified-consensus",
        "quorum": "25%",
        "closes": "3d",
        "silence": "off",
        "meeting-spend": "20%",
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


def setting_of(rule: Rule, text: str, scope: Scope, proposal: int = 0) -> RuleSet:
    """The event that gives a rule a value in a layer. Raises Refusal where it cannot have it there.

    `proposal` is the number of the proposal that decided it, 0 for none.
    """
    if scope.layer not in rule.layers:
        raise _no_meaning(rule, scope.layer)
    value = read_value(rule.name, text)
    written = rule.type.write(value)
    return RuleSet(rule=rule.name, value=written, layer=scope.layer, name=scope.name, proposal=proposal)


_LAYER_WORDS = {
    Layer.COLLECTIVE: say("the collective"),
    Layer.CIRCLE: say("a circle"),
    Layer.ROOM: say("a room"),
}


def _no_meaning(rule: Rule, layer: Layer) -> Refusal:
    if not rule.layers:
        return Refusal(
            "rule-layer",
            say("{rule} is said by whoever runs this bot, in its configuration.", rule=rule.name),
            word=rule.name,
        )
    return Refusal(
        "rule-layer",
        say("{rule} has no meaning for {layer}.", rule=rule.name, layer=_LAYER_WORDS[layer]),
        word=layer.value,
        instead=say(
            "It can be set with {ways}.",
            ways=joined((Words(f"--in {each}") for each in Layer if each in rule.layers), " / "),
        ),
    )
