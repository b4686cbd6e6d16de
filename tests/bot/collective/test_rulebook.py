"""The rule book: whatever is set and unset, every rule stays in its bounds and can be replayed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.collective.catalogue import CATALOGUE, PRESETS, read_value, rules_of, setting_of
from bot.collective.events import When
from bot.collective.folding import apply, read_event, write_event
from bot.collective.rulebook import WHOLE, RuleBook, RuleLocked, RuleSet, RuleUnlocked, RuleUnset, Scope
from bot.collective.rules import Layer
from bot.collective.state import State
from tests.house import House

SCOPES = (WHOLE, Scope(Layer.CIRCLE, "garden"), Scope(Layer.ROOM, "1"), Scope(Layer.ROOM, "2"))
GOOD = [
    "0", "1", "5", "24", "100", "on", "off", "none", "everyone", "vouch", "anyone", "nobody", "50%",
    "2/3", "3d", "90m", "2w", "consent", "majority", "de", "Europe/Berlin", "mon 09:00", "a*, b?",
    "22:00-07:00", "power:50", "link", "!", "2026-01-31", "", "spam*:*", "list", "warn", "refuse",
]  # fmt: skip

changes = st.tuples(
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from(GOOD) | st.text(max_size=12),
    st.sampled_from(SCOPES),
    st.sampled_from(["set", "set", "set", "unset", "lock", "unlock"]),
)


def happened(book: RuleBook, name: str, text: str, scope: Scope, what: str) -> list[object]:
    """The events of one change, as far as it is allowed."""
    match what:
        case "set":
            try:
                return [setting_of(CATALOGUE[name], text, scope)]
            except Refusal:
                return []
        case "unset" if name in book.settings.get(scope, {}):
            return [RuleUnset(rule=name, layer=scope.layer, name=scope.name)]
        case "lock":
            return [RuleLocked(rule=name)]
        case "unlock" if name in book.locked:
            return [RuleUnlocked(rule=name)]
    return []


@given(st.lists(changes, max_size=40))
def test_any_sequence_of_changes_stays_within_bounds_and_replays(
    steps: list[tuple[str, str, Scope, str]],
) -> None:
    live, anew, written = State("home"), State("home"), []
    for at, (name, text, scope, what) in enumerate(steps, 1):
        for event in happened(live.rules, name, text, scope, what):
            assert isinstance(event, RuleSet | RuleUnset | RuleLocked | RuleUnlocked)
            apply(live, event, When(at, 1, {}))
            written.append((at, write_event(event)))
    for at, payload in written:
        apply(anew, read_event(payload), When(at, 1, {}))
    assert live.rules == anew.rules

    for room, circle in ((1, "garden"), (2, ""), (3, "other")):
        rules = rules_of(*live.rules.layers(room, circle))
        for name, rule in CATALOGUE.items():
            value = rules.value(name)
            assert read_value(name, rule.type.write(value)) == value
    for scope, layer in live.rules.settings.items():
        assert all(scope.layer in CATALOGUE[name].layers for name in layer)


def test_the_narrower_layer_covers_the_wider() -> None:
    state = State("home")
    values = {WHOLE: "1", Scope(Layer.CIRCLE, "garden"): "2", Scope(Layer.ROOM, "1"): "3"}
    for scope, text in values.items():
        event = setting_of(CATALOGUE["confirmations"], text, scope)
        assert isinstance(event, RuleSet)
        apply(state, event, When(1, 1, {}))
    seen = [
        rules_of({"confirmations": 9}, *state.rules.layers(room, circle)).number("confirmations")
        for room, circle in ((1, "garden"), (2, "garden"), (2, ""), (1, ""))
    ]
    assert seen == [3, 2, 1, 3]


def test_a_value_that_a_later_release_does_not_take_lets_the_layer_below_count() -> None:
    book = RuleBook()
    book.set(RuleSet(rule="grace", value="5"), CATALOGUE.get("grace"), When(1, 1, {}))
    book.set(RuleSet(rule="grace", value="99999999"), CATALOGUE.get("grace"), When(2, 1, {}))
    book.set(RuleSet(rule="a-rule-of-old", value="1"), CATALOGUE.get("a-rule-of-old"), When(3, 1, {}))
    assert book.layers(1, "") == []


def test_the_presets_are_made_of_rules_that_a_room_can_have_or_all_have_together() -> None:
    together = set()
    for values in PRESETS.values():
        for name, text in values.items():
            scope = Scope(Layer.ROOM, "1")
            if Layer.ROOM not in CATALOGUE[name].layers:
                together.add(name)
                scope = Scope(Layer.COLLECTIVE)
            assert isinstance(setting_of(CATALOGUE[name], text, scope), RuleSet)
    assert together == {"meeting-spend"}


def test_a_preset_for_a_room_sets_what_a_room_can_have_and_nothing_for_all() -> None:
    with House() as house:
        house.say("anna", "/me")
        told = house.say("anna", "/rules preset assembly --in room").text

        assert told.splitlines()[0] == "5 rules are set:"
        assert "for the collective" not in told
        assert "In force here: none." in house.say("anna", "/rules explain meeting-spend").text
