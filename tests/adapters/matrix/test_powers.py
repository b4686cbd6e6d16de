"""What a room's state says: powers in every version, spaces, and when we were in it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.matrix.events import Event
from adapters.matrix.rooms import (
    CREATOR_POWER,
    RoomState,
    is_arrival,
    space_of,
    state_before,
    with_presence,
)

ME, ANNA, BO = "@bot:x", "@anna:x", "@bo:x"


def state(kind: str, content: dict[str, Any], key: str = "", sender: str = ANNA) -> Event:
    return Event(kind, sender, "$s", content, key)


def room(version: str, levels: dict[str, Any] | None = None, **created: Any) -> RoomState:
    made = RoomState("!r")
    made.take(state("m.room.create", {"room_version": version, **created}))
    if levels is not None:
        made.take(state("m.room.power_levels", levels))
    return made


USERS: dict[str, Any] = {"users": {ANNA: 100, BO: 50}, "users_default": 5}

POWERS = [
    (room("11", USERS), ANNA, 100),
    (room("11", USERS), BO, 50),
    (room("11", USERS), "@x:x", 5),
    (room("11"), ANNA, 100),
    (room("11"), BO, 0),
    (room("12", {"users": {BO: 50}}), ANNA, CREATOR_POWER),
    (room("12", {"users": {BO: 50}}, additional_creators=[BO]), BO, CREATOR_POWER),
    (room("11", {"users": {BO: 50}}, additional_creators=[BO]), BO, 50),
    (room("12", {"users": {BO: 50}}), BO, 50),
    (room("13", {}), ANNA, CREATOR_POWER),
    (room("org.matrix.hydra.11", {}), ANNA, CREATOR_POWER),
    (room("org.example.12", {}), ANNA, 0),
    (room("9", {"users": {BO: "50"}}), BO, 50),
    (room("9", {"users": {BO: "-1"}}), BO, -1),
    (room("11", {"users": {BO: True}}), BO, 0),
    (room("11", {"users": {BO: None}}), BO, 0),
    (room("11", {"users": {BO: "9" * 9999}}), BO, 0),
    (room("11", {"users": [BO]}), BO, 0),
    (room("12", {}, additional_creators="@bo:x"), BO, 0),
    (room("12", {}, additional_creators=[3, BO]), BO, CREATOR_POWER),
    (RoomState("!r"), ANNA, 0),
]


@pytest.mark.parametrize(("known", "user", "power"), POWERS)
def test_the_power_of_somebody(known: RoomState, user: str, power: int) -> None:
    assert known.power(user) == power


def test_a_power_that_is_taken_away_is_gone() -> None:
    known = room("11", USERS)
    known.take(state("m.room.power_levels", {"users": {ANNA: 100}}))

    assert known.power(BO) == 0


def test_what_a_state_event_takes() -> None:
    assert room("11", {}).needed("m.room.name") == 50
    assert room("11", {"state_default": 10, "events": {"m.room.name": 77}}).needed("m.room.name") == 77
    assert room("11", {"state_default": 10}).needed("m.room.name") == 10
    assert room("11").needed("m.room.name") == 0


def test_only_state_tells_and_only_in_its_place() -> None:
    known = room("11", USERS)
    for event in (
        Event("m.room.power_levels", BO, "$e", {"users": {BO: 100}}),
        state("m.room.power_levels", {"users": {BO: 100}}, key="x"),
        state("m.room.create", {"room_version": "12"}, key="x", sender=BO),
    ):
        known.take(event)

    assert known.power(BO) == 50
    assert known.version == "11"


def test_a_room_knows_which_one_it_replaced_and_which_replaces_it() -> None:
    known = room("11", predecessor={"room_id": "!old"})
    known.take(state("m.room.tombstone", {"replacement_room": "!new"}))

    assert (known.former, known.replacement) == ("!old", "!new")
    assert room("11", predecessor="!old").former == ""


def test_a_space_counts_where_both_say_so_the_canonical_one_first() -> None:
    known, one, two = RoomState("!r"), RoomState("!one"), RoomState("!two")
    rooms = {it.id: it for it in (known, one, two)}
    known.take(state("m.space.parent", {"via": ["x"]}, "!one"))
    known.take(state("m.space.parent", {"via": ["x"], "canonical": True}, "!two"))
    assert space_of(known, rooms) == ""

    one.take(state("m.space.child", {"via": ["x"]}, "!r"))
    assert space_of(known, rooms) == "!one"
    two.take(state("m.space.child", {"via": ["x"]}, "!r"))
    assert space_of(known, rooms) == "!two"
    two.take(state("m.space.child", {}, "!r"))
    known.take(state("m.space.parent", {}, "!one"))
    assert space_of(known, rooms) == ""


def member(membership: str, before: str = "", user: str = ME) -> Event:
    unsigned = {"prev_content": {"membership": before}} if before else {}
    return Event("m.room.member", user, f"${membership}", {"membership": membership}, user, unsigned)


def talk(body: str) -> Event:
    return Event("m.room.message", BO, body, {"body": body})


PRESENCE = [
    ([talk("a"), talk("b")], "ab"),
    ([talk("a"), member("join", "invite"), talk("b")], "b"),
    ([talk("a"), member("join"), talk("b")], "b"),
    ([talk("a"), member("join", "join"), talk("b")], "ab"),
    ([talk("a"), member("leave", "join"), talk("b"), member("join", "invite"), talk("c")], "ac"),
    ([talk("a"), member("leave"), talk("b")], "a"),
    ([talk("a"), member("leave", "invite"), talk("b"), member("join", "invite"), talk("c")], "c"),
    ([talk("a"), member("join", user=BO), talk("b")], "ab"),
    ([talk("a"), member("invite", "leave"), talk("b"), member("join", "invite"), talk("c")], "c"),
]


@pytest.mark.parametrize(("events", "heard"), PRESENCE)
def test_only_what_was_said_while_we_were_there_is_for_us(events: list[Event], heard: str) -> None:
    ours = [event.event_id for event, inside in with_presence(events, ME) if inside]

    assert "".join(it for it in ours if len(it) == 1) == heard


def test_what_was_before_is_taken_from_what_changed() -> None:
    def levels(after: int, before: int | None) -> Event:
        unsigned = {} if before is None else {"prev_content": {"users_default": before}}
        content = {"users_default": after}
        return Event("m.room.power_levels", "@x:y", "$1", content, state_key="", unsigned=unsigned)

    def known(*events: Event) -> int:
        room = RoomState("!r")
        for event in (levels(7, None), *state_before(events)):
            room.take(event)
        return room.power("@anna:y")

    talk = Event("m.room.message", "@x:y", "$2", {"body": "x"})
    assert known(talk) == 7
    assert known(talk, levels(5, 3), levels(7, 5)) == 3
    assert known(levels(7, None)) == 0


def test_coming_is_not_changing_ones_name() -> None:
    assert is_arrival(member("join", "invite"), ME)
    assert not is_arrival(member("join", "join"), ME)
    assert not is_arrival(member("join", "invite", user=BO), ME)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
TYPES = ("create", "power_levels", "tombstone")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(TYPES),
            st.dictionaries(
                st.sampled_from(
                    [
                        "users",
                        "users_default",
                        "room_version",
                        "predecessor",
                        "replacement_room",
                        "additional_creators",
                    ]
                ),
                JSON,
            ),
        )
    )
)
def test_no_shape_of_a_state_breaks_the_room(told: list[tuple[str, dict[str, Any]]]) -> None:
    known = RoomState("!r")
    for kind, content in told:
        known.take(state(f"m.room.{kind}", content))

    assert isinstance(known.power(BO), int)
    assert isinstance(known.needed("x"), int)
