"""The house itself: what it counts, what it remembers, who comes back after a restart."""

from __future__ import annotations

from tests.house import House, cooperative, settled
from tests.house.steps import grows_with


def test_work_that_grows_with_the_square_is_found() -> None:
    def line(size: int) -> None:
        for _ in range(size):
            abs(size)

    def square(size: int) -> None:
        for _ in range(size):
            line(size)

    assert grows_with(line, 2_000, 4_000)
    assert not grows_with(square, 50, 100)


def test_what_was_said_outlives_a_restart(database_url: str) -> None:
    with House(url=database_url).enter("anna") as house:
        house.say("anna", "/log 2h baked")
        kept = house.tables()
        house.restart()

        assert house.remembered == {}
        assert house.tables() == kept
        assert house.say("anna", "/balance").text == "anna: 2h"
        assert [event.__class__.__name__ for event in house.events()][-1] == "ContributionLogged"


def test_a_second_program_reads_what_the_first_one_wrote(database_url: str) -> None:
    with House(url=database_url) as one, House(url=database_url, program="two") as two:
        one.say("anna", "/log 2h baked")
        two.say("bo", "/log 3h swept")

        assert one.say("anna", "/balance @bo").text == "bo: 3h"
        assert one.folded().members.by_number.keys() == two.state().members.by_number.keys()


def test_time_that_goes_by_does_what_is_due_in_every_collective() -> None:
    with House() as house:
        for platform in ("a", "b"):
            house.say("anna", "/remind me in 3 days water the beds", platform)
        told = house.later(days=3)

        assert [row.collective for row in told.rows] == ["alpha", "beta"]
        assert house.later(days=3).rows == ()


def test_what_is_delivered_waits_no_more() -> None:
    with House(delivering=True) as house:
        house.say("anna", "/log 2h baked")

        assert [row.collective for row in house.said] == ["alpha"]
        assert house.store.outbox.waiting(10) == []


def test_the_lives_are_as_they_say() -> None:
    with settled() as house, cooperative("bo") as treasury:
        assert set(house.say("anna", "/me").texts)
        assert not treasury.say("ann", "/income 5 EUR a friend").refused
        assert treasury.say("bo", "/income 5 EUR a friend").error == "role"
