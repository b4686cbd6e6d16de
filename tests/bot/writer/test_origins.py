"""Where a message comes from is found once, and anew where that may have changed meanwhile."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from bot.chat import Incoming
from tests.house import House


def runs_it(house: House, words: str, room: str = "hall") -> Incoming:
    """A message from ann, who runs the room."""
    message = house.message("ann", words, "m", room=room)
    return replace(message, actor=replace(message.actor, standing=("power:100",)))


def settled(house: House) -> None:
    """A collective with two rooms."""
    founded = house.hand_in([runs_it(house, "/collective create Garden")])
    line = house.hand_in([runs_it(house, "/collective invite")])[0].rows[0].reply.facts["line"]
    joined = house.hand_in([runs_it(house, f"/{line}", "shed")])
    assert [each.error for each in (*founded, *joined)] == ["", ""]


def test_what_is_said_in_one_batch_belongs_where_what_was_said_before_it_put_the_room() -> None:
    with House(homes={}) as house:
        founding = ("/log 1h swept", "/collective create Garden", "/log 2h mowed")
        founded = house.hand_in([runs_it(house, words, "new") for words in founding])
        settled(house)
        left = house.hand_in([runs_it(house, words, "shed") for words in ("/room leave", "/log 3h x")])

    assert [each.error for each in founded] == ["no-collective", "", ""]
    assert founded[2].text.startswith("C1: ann, 2h")
    assert [each.error for each in left] == ["", "no-collective"]


def test_who_became_a_member_in_a_batch_is_known_in_private_in_the_same_batch() -> None:
    with House(homes={}) as house:
        settled(house)
        batch = [house.message("bo", "/me", "m"), house.message("bo", "/balance", "m", private=True)]
        came = house.hand_in(batch)

    assert [each.error for each in came] == ["", ""]


def test_a_room_that_another_program_took_out_belongs_to_nobody_here_either(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'both.db'}"
    with House(homes={}, url=url) as here, House(homes={}, url=url, program="n") as there:
        settled(here)
        there.hand_in([runs_it(there, "/room leave", "shed")])
        came = here.hand_in([runs_it(here, "/log 2h mowed", "shed")])

    assert came[0].error == "no-collective"


def test_where_a_message_comes_from_is_asked_of_the_store_once() -> None:
    with House(homes={}) as house:
        house.hand_in([runs_it(house, "/collective create Garden")])
        asked = list[str]()
        homes = house.engine._homes
        found = homes.origin

        def noted(tx: object, message: Incoming) -> object:
            asked.append(message.words)
            return found(tx, message)  # type: ignore[arg-type]

        homes.origin = noted  # type: ignore[method-assign, assignment]
        house.hand_in([runs_it(house, "/log 1h swept")])
        house.hand_in([runs_it(house, "it was fun"), runs_it(house, "/log 2h mowed")])

    assert asked == ["/log 1h swept", "it was fun", "/log 2h mowed"]
