"""Who was removed comes back by an admin, and by no road of their own or of a friend."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from tests.house import House, Told


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    for who in ("ann", "bo", "eve"):
        made.say(who, "/me")
    yield made
    made.close()


def is_here(house: House, who: str) -> bool:
    return f"\n- {who}\n" in f"\n{house.say('ann', '/member list').text}\n"


def remove(house: House) -> None:
    assert not house.say("ann", "/member remove @eve --sure").refused
    assert not is_here(house, "eve")


def speaking(house: House) -> Told:
    return house.say("eve", "/log 1h dug")


def voting(house: House) -> Told:
    house.say("ann", "/poll Which day? Monday | Friday")
    return house.say("eve", "/vote Q1 1")


def asking(house: House) -> Told:
    house.say("ann", "/rules set new-members request")
    return house.say("eve", "/member apply it is me")


def entering_a_friends_code(house: House) -> Told:
    code = house.say("bo", "/me link").rows[0].reply.facts["code"]
    return house.say("eve", f"/me link {code}")


def entering_a_friends_code_twice(house: House) -> Told:
    code = house.say("bo", "/me link").rows[0].reply.facts["code"]
    return house.say("eve", f"/me link {code} yes")


def having_a_role_of_the_platform(house: House) -> Told:
    house.say("ann", "/rules set admins power:50")
    message = house.message("eve", "/log 1h dug")
    actor = msgspec.structs.replace(message.actor, standing=("power:100", "power:50"))
    return house.hand_in([msgspec.structs.replace(message, actor=actor)])[0]


ROADS = (
    speaking,
    voting,
    asking,
    entering_a_friends_code,
    entering_a_friends_code_twice,
    having_a_role_of_the_platform,
)


@pytest.mark.parametrize("road", ROADS)
def test_who_was_removed_is_barred_on_every_road(house: House, road: object) -> None:
    remove(house)
    assert callable(road)

    assert road(house).error == "removed"
    assert not is_here(house, "eve")
    house.restart()
    assert not is_here(house, "eve")
    assert house.say("eve", "/log 1h dug").error == "removed"


def test_an_asking_of_before_lets_nobody_in_who_was_removed_since(house: House) -> None:
    house.say("ann", "/rules set new-members request")
    house.say("eve", "/me leave")
    house.say("eve", "/member apply it is me")
    house.say("ann", "/member return eve")
    remove(house)

    assert house.say("ann", "/member admit 1").error == "removed"
    house.say("ann", "/rules set new-members vouch")
    house.say("ann", "/rules set vouches 1")
    assert house.say("bo", "/member vouch 1").error == "removed"
    assert not is_here(house, "eve")


def test_a_code_of_before_is_good_for_nothing_once_its_giver_was_removed(house: House) -> None:
    code = house.say("eve", "/me link").rows[0].reply.facts["code"]
    remove(house)

    assert house.say("zoe", f"/me link {code} yes").error == "code-unknown"


def test_both_accounts_of_who_was_removed_are_barred(house: House) -> None:
    code = house.say("eve", "/me link").rows[0].reply.facts["code"]
    house.say("eva", f"/me link {code} yes")
    remove(house)

    assert house.say("eva", "/log 1h dug").error == "removed"


def test_who_was_removed_and_is_forgotten_may_join_anew_for_nobody_knows_them(house: House) -> None:
    remove(house)
    assert not house.say("eve", "/me forget yes").refused

    assert not house.say("eve", "/log 1h dug").refused
    assert is_here(house, "eve")
    house.say("ann", "/rules set new-members request")
    remove(house)
    house.say("eve", "/me forget yes")
    assert house.say("eve", "/log 1h dug").refused
    assert not is_here(house, "eve")


def test_an_admin_takes_back_who_was_removed(house: House) -> None:
    remove(house)

    assert not house.say("ann", "/member return eve").refused
    assert not house.say("eve", "/log 1h dug").refused
