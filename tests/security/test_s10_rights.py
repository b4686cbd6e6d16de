"""S10, S11, K12: rights come from the journal, are checked when a message acts, and count at once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.collective.roles import GIVEN_ROLES, Role
from bot.command import Command
from tests.house import COMMANDS, House, line, settled
from tests.security.rights import INSIDE, ROLES

GUARDED = [COMMANDS[name] for name, role in ROLES.items() if role not in {Role.GUEST, Role.MEMBER}]
MEMBERS = [COMMANDS[name] for name, role in ROLES.items() if role is Role.MEMBER]


def test_every_command_stands_in_the_table_of_rights() -> None:
    assert ROLES.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_a_command_asks_for_the_role_that_the_table_says(name: str) -> None:
    assert COMMANDS[name].role is ROLES[name]


@pytest.mark.parametrize("words", INSIDE)
def test_a_line_asks_for_the_role_that_the_table_says(words: str) -> None:
    role, error = INSIDE[words]
    house = settled()
    house.say("anna", "/circle create kitchen")
    house.say("cem", "/circle join kitchen")
    house.say("anna", "/income 50 EUR market")
    house.say("anna", "/funding open 20 EUR --each 10 EUR")
    house.say("cem", "/propose Buy an oven")
    kept = house.tables()
    for held in GIVEN_ROLES:
        if held in {role, Role.ADMIN}:
            continue
        house.say("anna", f"/role give @bo {held}")
        assert house.say("bo", words).error == error, held
        house.say("anna", f"/role take @bo {held}")
    assert house.say("bo", words).error == error
    house.say("anna", f"/role give @bo {role}")
    assert house.say("bo", words).error != error
    assert kept
    house.close()


def test_there_are_guarded_commands() -> None:
    assert {"role give", "role take"} <= {command.name for command in GUARDED}


@pytest.mark.parametrize("role", [None, *(r for r in GIVEN_ROLES if r is not Role.ADMIN)])
@pytest.mark.parametrize("command", GUARDED, ids=lambda command: command.name)
@pytest.mark.parametrize("room", ["hall", "another room"])
def test_nobody_without_the_role_may(command: Command, role: Role | None, room: str) -> None:
    house = settled()
    if role:
        house.say("anna", f"/role give @bo {role.value}")
    kept = house.tables()
    for who in ("bo", "stranger"):
        if role is ROLES[command.name] and who == "bo":
            continue
        for words in (line(command), line(command, full=True)):
            told = house.say(who, words, room=room)
            assert told.error == "role"
            assert told.rows[0].person == who
    assert house.tables() == kept
    house.close()


@pytest.mark.parametrize("command", GUARDED, ids=lambda command: command.name)
def test_an_admin_may(command: Command) -> None:
    house = settled()
    assert house.say("anna", line(command, full=True)).error != "role"
    house.close()


def test_a_name_gives_no_rights() -> None:
    house = settled()
    kept = house.tables()
    for name in ("anna", "admin", "operator", "Talkoot", "@admin"):
        assert house.say("imp", "/role give @bo admin", name=name).error == "role"
    assert house.tables() == kept
    house.close()


def test_another_platform_gives_no_rights() -> None:
    house = settled()
    house.say("boss", "/me", "b")
    assert house.say("anna", "/role give @boss admin", "b").error == "role"
    house.close()


def test_a_role_taken_in_a_batch_is_gone_for_the_next_message_of_it() -> None:
    house = settled()
    house.say("anna", "/role give @bo admin")
    taken, tried, given, again = house.hand_in(
        [
            house.message("anna", "/role take @bo admin"),
            house.message("bo", "/role give @bo admin"),
            house.message("anna", "/role give @bo admin"),
            house.message("bo", "/role give @cem treasurer"),
        ]
    )
    assert not taken.refused
    assert tried.error == "role"
    assert not given.refused
    assert not again.refused
    house.close()


def test_a_role_taken_is_gone_after_a_restart() -> None:
    house = settled()
    house.say("anna", "/role give @bo admin")
    house.say("anna", "/role take @bo admin")
    house.restart()
    assert house.say("bo", "/role give @bo admin").error == "role"
    house.close()


def test_the_last_admin_stays() -> None:
    house = settled()
    kept = house.tables()
    for _ in range(2):
        assert house.say("anna", "/role take @me admin").error == "last-admin"
    assert house.tables() == kept
    house.say("anna", "/role give @bo admin")
    first, second = house.hand_in(
        [house.message("anna", "/role take @bo admin"), house.message("bo", "/role take @anna admin")]
    )
    assert not first.refused
    assert second.error == "role"
    house.close()


@pytest.mark.parametrize("role", ["guest", "member", "operator", "root", "ADMIN ", "", "*"])
def test_only_the_roles_that_exist_are_given(role: str) -> None:
    house = settled()
    kept = house.tables()
    if role.strip().casefold() != "admin":
        assert house.say("anna", f"/role give @bo {role}").refused
        assert house.tables() == kept
    house.close()


@pytest.mark.parametrize("command", MEMBERS, ids=lambda command: command.name)
def test_where_nobody_joins_by_speaking_a_stranger_does_nothing(command: Command) -> None:
    house = House({"new-members": "nobody"})
    house.say("anna", "/me")
    kept = house.tables()
    for words in (line(command), line(command, full=True)):
        told = house.say("stranger", words)
        assert told.error == "new-members"
    assert house.tables() == kept
    house.close()


def test_the_bot_does_not_lend_its_own_rights() -> None:
    """An entry of another person is changed by nobody through a detour."""
    house = settled()
    kept = house.tables()
    for words in ("/withdraw C2", "/amend C2 1 EUR", "/amend C2 --who @anna", "/confirm C1"):
        assert house.say("anna", words).refused, words
    assert house.say("bo", "/log 1h x @cem --nope").refused
    assert house.tables() == kept
    house.close()


def test_where_logging_for_others_is_forbidden_no_way_leads_around_it() -> None:
    house = settled({"log-for-others": "nobody"})
    for words in (
        "/log 1h x @bo",
        "/log 1h x @me @bo",
        "/log 1h x --who bo",
        "/log 1h x --who=bo",
        "/amend C1 2h @bo",
        "/amend C1 --who bo",
    ):
        kept = house.tables()
        assert house.say("anna", words).error == "log-for-others", words
        assert house.tables() == kept
    house.close()


@pytest.mark.parametrize("command", GUARDED, ids=lambda command: command.name)
def test_a_role_by_standing_lets_in_here_and_nowhere_else(command: Command) -> None:
    """What the platform says somebody is counts in the rooms whose rule says so, while it says so."""
    house = settled()
    house.say("anna", f"/rules set {ROLES[command.name].value}s power:50, role:71055")

    def error(words: str, room: str, *standing: str) -> str:
        message = house.message("cem", words, room=room)
        actor = replace(message.actor, standing=standing)
        return house.hand_in([replace(message, actor=actor)])[0].error

    words = line(command, full=True)
    assert error(words, "hall", "power:49", "role:7105", "permission:crew") == "role"
    assert error(words, "another room", "power:100", "role:71055") == "role"
    assert error(words, "hall", "power:50") != "role"
    assert error(words, "hall", "role:71055") != "role"
    assert error(words, "hall") == "role"
    house.close()
