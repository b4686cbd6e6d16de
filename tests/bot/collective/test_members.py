"""Members: accounts decide, names are compared kindly and never guessed, roles say who may."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Actor, Refusal
from bot.collective.access import among
from bot.collective.accounts import AccountAdded, MembersMerged, MergeUndone
from bot.collective.events import When
from bot.collective.memberbook import Members, folded
from bot.collective.members import (
    Member,
    MemberForgotten,
    MemberJoined,
    MemberLeft,
    MemberRenamed,
    MemberReturned,
)
from bot.collective.roles import GIVEN_ROLES, Role
from bot.text.languages import reader
from bot.text.rendering import render
from bot.text.wording import lines
from tests.bot.collective.test_own import looks
from tests.house import House


def crowd(*names: str) -> Members:
    members = Members()
    for number, name in enumerate(names, start=1):
        joined = MemberJoined(member=number, name="seal", platform="a", account=f"id{number}")
        members.join(joined, When(0, 0, {"seal": name}))
    return members


def misread(members: Members, word: str, account: tuple[str, str] | None = None) -> tuple[str, str]:
    with pytest.raises(Refusal) as told:
        members.found(word, account)
    refused = told.value
    return refused.code, render(lines(refused.reason, refused.instead), reader("en", "UTC"))


@pytest.mark.parametrize(
    "word", ["anna", "ANNA", "Anna", "ａｎｎａ", "an na", "an\u200bna", "\u202eanna", "anna\ufeff"]
)
def test_a_name_is_found_without_case_blanks_and_invisible_signs(word: str) -> None:
    assert crowd("Anna", "Bo").found(word, None).number == 1


@pytest.mark.parametrize(
    ("name", "word"),
    [("Straße", "STRASSE"), ("José", "Jose\u0301"), ("ﬁlip", "filip"), ("Ω", "\u2126"), ("٣", "٣")],
)
def test_a_name_is_found_in_any_composition(name: str, word: str) -> None:
    assert crowd(name).found(word, None).name == name


@pytest.mark.parametrize("word", ["аnna", "anno", "anna.", "@anna", "", " ", "\u200b", "id1", "1"])
def test_what_only_looks_like_a_name_is_nobody(word: str) -> None:
    error, words = misread(crowd("anna", "bo"), word)
    assert error == "person-unknown"
    assert words


def test_a_slip_is_told_the_nearest_names_and_not_taken() -> None:
    error, words = misread(crowd("Annika", "Annikki", "Bo"), "annikk")
    assert error == "person-unknown"
    assert "Annika" in words
    assert "Annikki" in words
    assert "/me" in misread(crowd("Bo"), "xxxxxxx")[1]


def test_two_of_one_name_are_ambiguous_until_the_account_says_who() -> None:
    members = crowd("bo", "Bo", "cem")
    error, words = misread(members, "BO")
    assert error == "person-ambiguous"
    assert "2 people" in words
    assert members.found("BO", ("a", "id2")).number == 2
    assert members.found("cem", ("a", "id1")).number == 1
    assert misread(members, "bo", ("b", "id1"))[0] == "person-ambiguous"


def test_an_account_on_another_platform_is_somebody_else() -> None:
    members = crowd("anna")
    assert members.who(Actor("a", "id1", "whatever")) is members.by_number[1]
    assert members.who(Actor("b", "id1", "anna")) is None
    assert members.who(Actor("a", "id2", "anna")) is None


@given(st.lists(st.text(st.characters(codec=None), max_size=20), max_size=6), st.text(max_size=20))
def test_whoever_is_found_is_called_so(names: list[str], word: str) -> None:
    members = crowd(*names)
    try:
        found = members.found(word, None)
    except Refusal as wrong:
        assert wrong.code in {"person-unknown", "person-ambiguous"}
        same = [name for name in names if folded(name) == folded(word)]
        assert len(same) != 1
        return
    assert folded(found.name) == folded(word)


@given(st.text(st.characters(codec=None)))
def test_the_folded_form_has_no_blanks_and_does_not_depend_on_composition(text: str) -> None:
    assert not any(sign.isspace() for sign in folded(text))
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("role", Role)
def test_an_admin_may_everything_and_a_member_what_members_may(role: Role) -> None:
    assert Member(1, "x", frozenset({Role.ADMIN})).may(role)
    assert Member(1, "x").may(role) is (role in {Role.GUEST, Role.MEMBER})


@pytest.mark.parametrize("held", GIVEN_ROLES)
@pytest.mark.parametrize("role", GIVEN_ROLES)
def test_a_role_gives_its_own_rights_only(held: Role, role: Role) -> None:
    may = Member(1, "x", frozenset({held})).may(role)
    assert may is (held is role or held is Role.ADMIN)


def test_numbers_are_counted() -> None:
    members = crowd("a", "b")
    assert members.next_number == 3
    assert members.name(2).name == "b"


def test_the_last_admin_is_the_last_who_can_act() -> None:
    members = crowd("a", "b", "c")
    assert not any(members.last_admin(number) for number in (1, 2, 3))
    members.by_account = {("console", "a"): 1, ("console", "c"): 3}
    members.by_number[1].roles |= {Role.ADMIN}
    assert members.last_admin(1)
    members.by_number[2].roles |= {Role.ADMIN}
    assert members.last_admin(1), "who has no account is no admin who acts"
    assert not members.last_admin(2)
    members.by_number[3].roles |= {Role.ADMIN}
    assert not members.last_admin(1)
    members.by_number[3].seat = True
    assert members.last_admin(1), "an organisation does not act"


# --- Accounts -------------------------------------------------------------------------------------


def walked(members: Members, number: int) -> list[tuple[str, str]]:
    """The accounts of a member, looked for among all, in the order in which they came."""
    one = members.one(number)
    return [account for account, owner in members.by_account.items() if members.one(owner) == one]


@pytest.mark.parametrize("seed", range(20))
def test_the_accounts_of_each_are_those_that_are_found_among_all(seed: int) -> None:
    """Whoever joins, adds one, takes one over, is merged, parted again, or forgotten."""
    chance, now = random.Random(seed), When(0, 0, {})
    members = Members()
    for step in range(60):
        numbers = list(members.by_number)
        roots = [number for number in numbers if members.one(number) == number]
        what = chance.choice(("join", "join", "add", "over", "merge", "merge", "part", "forget"))
        if what == "join" or not numbers:
            number, platform = len(numbers) + 1, chance.choice(("", "a", "b"))
            account = f"id{step}" if platform else ""
            members.join(MemberJoined(member=number, name="x", platform=platform, account=account), now)
        elif what == "add" or (what == "over" and not members.by_account):
            added = AccountAdded(
                member=chance.choice(numbers), platform="c", account=f"id{step}", code=""
            )
            members.add_account(added, now)
        elif what == "over":
            platform, account = chance.choice(list(members.by_account))
            taken = AccountAdded(
                member=chance.choice(numbers), platform=platform, account=account, code=""
            )
            members.add_account(taken, now)
        elif what == "merge" and len(roots) > 1:
            member, absorbed = chance.sample(roots, 2)
            members.merge(MembersMerged(member=member, absorbed=absorbed), now)
        elif what == "part" and members.merges:
            absorbed = chance.choice(list(members.merges))
            member = members.merges[absorbed].member
            members.undo_merge(MergeUndone(member=member, absorbed=absorbed), now)
        elif what == "forget" and chance.random() < 0.3:
            members.forget(MemberForgotten(member=chance.choice(roots)), now)

        for number in members.by_number:
            assert members.accounts(number) == walked(members, number), (step, what)


@pytest.mark.parametrize("seed", range(20))
def test_what_people_are_called_is_never_of_before(seed: int) -> None:
    """After whatever may change it, it is what a book says that never told it."""
    chance, now = random.Random(seed), When(0, 0, {})
    members = crowd("ann (ida)", "bo", "cem")
    for step in range(80):
        number = chance.choice(list(members.by_number))
        root, other = members.one(number), members.one(chance.choice(list(members.by_number)))
        name = chance.choice(("ann", "bo", "ann (ida)", "eva (idb)"))
        member = members.by_number[root]
        what = chance.choice(
            ("join", "rename", "leave", "back", "account", "merge", "part", "forget", "look")
        )
        if what == "join":
            joined = MemberJoined(member=len(members.by_number) + 1, name=name, platform="", account="")
            members.join(joined, When(0, 0, {name: name}))
        elif what == "rename":
            members.rename(MemberRenamed(member=root, name=name), When(0, 0, {name: name}))
        elif what == "leave" and member.here:
            members.leave(MemberLeft(member=root), now)
        elif what == "back" and not member.here:
            members.come_back(MemberReturned(member=root), now)
        elif what == "account":
            account = chance.choice(("ida", "idb"))
            members.add_account(AccountAdded(member=root, platform="b", account=account, code=""), now)
        elif what == "merge" and root != other:
            members.merge(MembersMerged(member=root, absorbed=other), now)
        elif what == "part" and members.merges:
            absorbed = chance.choice(list(members.merges))
            whose = members.merges[absorbed].member
            members.undo_merge(MergeUndone(member=whose, absorbed=absorbed), now)
        elif what == "forget" and step % 9 == 0:
            members.forget(MemberForgotten(member=root), now)

        assert members.called() == replace(members).called(), (step, what)


def test_the_accounts_of_one_cost_the_same_among_ten_and_a_thousand() -> None:
    def among(people: int) -> int:
        members = crowd(*(f"m{n}" for n in range(people)))
        added = AccountAdded(member=3, platform="b", account="other", code="")
        members.add_account(added, When(0, 0, {}))
        assert members.accounts(3) == [("a", "id3"), ("b", "other")]
        return looks(lambda: members.accounts(3))

    assert among(10) == among(1000)


def test_a_name_is_found_from_when_somebody_enters_and_not_before() -> None:
    """What people are called is kept together; who only tries to enter is not among them."""
    house = House().enter("ann")
    assert house.say("ann", "/thank @bo for bread").refused

    assert house.say("bo", "/thank @nobody for bread @bo").refused
    assert house.say("ann", "/thank @bo for bread").text.startswith("Nobody here is called “bo”")

    assert not house.say("cem", "/log 2h swept @cem").refused
    assert not house.say("ann", "/thank @cem for sweeping").refused
    house.say("cem", "/me name Carl")
    assert house.say("ann", "/thank @cem for sweeping").refused
    assert not house.say("ann", "/thank @carl for sweeping").refused


def test_who_only_asks_for_what_is_theirs_has_not_entered() -> None:
    """What somebody who left may still ask for is decided by the state as it is."""
    house = House().enter("ann", "bo")
    house.say("bo", "/me leave yes")
    state = house.state()
    left = state.members.by_number[2]
    assert not left.here

    assert among(state, left, Actor("a", "bo", "bo"), house.now) is state
    back = among(state, replace(left, here=True), Actor("a", "bo", "bo"), house.now)
    assert back.members.by_number[2].here
    assert not state.members.by_number[2].here
