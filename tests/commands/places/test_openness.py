"""Openness over a year that is written down here, with what every question comes to, by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.collective.openness import QUESTIONS, OpennessNoted
from tests.commands.test_looks import lines_of
from tests.house.house import House
from tests.house.told import plain

SCREEN = 25
"""Lines of 40 characters that a phone shows at once."""

SITE = "https://books.example/"


def go_to(house: House, month: int, day: int, year: int = 2026) -> None:
    """Let the days go by, with everything that is due in them."""
    house.later(dt.datetime(year, month, day, 12, tzinfo=dt.UTC) - house.clock.now())


def done(house: House, who: str, *lines: str) -> None:
    for line in lines:
        told = house.say(who, line)
        assert not told.refused, f"{line}: {told.text}"


def begun(site: str = SITE) -> House:
    house = House(homes={"console": "alpha"}, site=site)
    house.clock.move_to(dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC))
    house.enter("ann", "bo", "cem")
    done(house, "ann", "/rules set method majority", "/rules set early-close on")
    return house


def met(house: House, *also: str, note: bool = True) -> None:
    """Ann opens a meeting, others come themselves, something is noted, and it is closed."""
    done(house, "ann", "/meeting open")
    for who in also:
        done(house, who, "/meeting here")
    if note:
        done(house, "ann", "/meeting agreed we bake on Tuesdays")
    done(house, "ann", "/meeting close")


def proposed(house: House, line: str) -> str:
    """Ann proposes something; its name."""
    told = house.say("ann", f"/propose {line}")
    assert not told.refused, told.text
    return told.rows[0].reply.ref or ""


def decided(house: House, choice: str = "yes") -> None:
    """Ann proposes, and bo votes too."""
    ref = proposed(house, "what there is to decide")
    done(house, "ann", f"/vote {ref} {choice}")
    done(house, "bo", f"/vote {ref} {choice}")


def winter(house: House) -> None:
    """January to March."""
    done(house, "ann", "/rules set new-members request", "/rules set asking-lapses 90d")
    done(house, "ann", "/member add dora")
    done(house, "ann", "/log 1h bread")
    done(house, "bo", "/log 1h bread")
    done(house, "cem", "/log 1h bread", "/log 2h much more")
    done(house, "bo", "/dispute C4 it was one hour")
    met(house, "bo")
    met(house)
    decided(house)
    proposed(house, "nobody answers")
    done(house, "ann", f"/cancel {proposed(house, 'taken back')}")
    done(house, "ann", f"/cancel {proposed(house, 'taken back too')} the mill is closed")
    go_to(house, 1, 10)
    done(house, "eve", "/member apply I bake")
    done(house, "fay", "/member apply I sell")
    go_to(house, 1, 12)
    done(house, "ann", "/member admit eve")
    go_to(house, 1, 20)
    done(house, "ann", "/openness answer 10 half the statute, paragraph 4")
    go_to(house, 2, 20)
    done(house, "ann", "/member refuse fay")
    go_to(house, 3, 25)
    done(house, "gus", "/member apply I drive")
    go_to(house, 4, 2)


def spring(house: House) -> None:
    """April to June."""
    go_to(house, 4, 20)
    done(house, "ann", "/member admit gus")
    done(house, "ann", "/rules set web link", "/rules set licence cc-by-nc-4.0")
    met(house, "bo")
    met(house, "eve", "bo")
    decided(house)
    decided(house, "no")
    go_to(house, 6, 20)
    done(house, "cem", "/me forget")
    house.say("cem", "/me forget yes")
    go_to(house, 7, 2)


def summer(house: House) -> None:
    """July to September; from then on the bot is off until January."""
    done(house, "ann", "/rules set web public", "/rules set licence mit")
    done(house, "ann", "/rules set new-members everyone")
    for each in range(8):
        done(house, "eve", f"/log 1h bread of day {each}")
    decided(house)
    decided(house)
    proposed(house, "by silence --method lazy")
    go_to(house, 9, 20)


BY_HAND = {
    # 1 books, 2 licence, 5 minutes, 6 outcomes, 7 names, 8 joining, 13 say; what people answered: 10.
    "2026-01-01": ("no no - - half no full half - half - - half", (3, 15, 0, 2), 22),
    "2026-04-01": ("half half - - full half half no - half - - half", (14, 11, 0, 2), 30),
    "2026-07-01": ("full full - - full half full full - half - - half", (22, 23, 0, 2), 52),
    "2026-10-01": ("full full - - full half full full - half - - half", (22, 23, 0, 2), 52),
    "2027-01-01": ("full full - - half full full full - - - - half", (19, 24, 0, 2), 50),
}
"""By the first day of the quarter: the answers in order, the halves of points by area, the score."""

FIGURES = {
    5: {"good": 3, "of": 3},
    6: {"good": 3, "of": 5, "aside": 1},
    7: {"good": 2, "of": 3},
    8: {"new-members": "request", "good": 1, "of": 3, "longest_days": 41},
    13: {"good": 4, "of": 5},
    1: {"web": "link", "served": True},
    2: {"licence": "cc-by-nc-4.0"},
}
"""What is counted at the end of June, by question."""


def test_a_year_comes_to_what_it_comes_to_by_hand() -> None:
    house = begun()

    winter(house)
    spring(house)
    counted = house.say("ann", "/openness").facts["openness"]["questions"]
    summer(house)
    go_to(house, 1, 10, 2027)
    go_to(house, 4, 2, 2027)

    noted = [event for event in house.events() if isinstance(event, OpennessNoted)]
    assert {it.first: (" ".join(each or "-" for each in it.answers), it.halves) for it in noted} == {
        first: (answers, halves) for first, (answers, halves, _) in BY_HAND.items()
    }
    assert [it.score for it in house.state().openness.quarters] == [it[2] for it in BY_HAND.values()]
    assert {it["number"]: it["figures"] for it in counted if it["computed"]} == FIGURES
    assert house.folded().openness == house.state().openness


# --- What is not to be had cheaply ------------------------------------------------------------------


def answer_to(house: House, question: int) -> tuple[str | None, dict[str, object]]:
    it = house.say("ann", "/openness").facts["openness"]["questions"][question - 1]
    return it["answer"], it["figures"]


@pytest.mark.parametrize("question", [5, 6, 7])
def test_nothing_counted_is_nothing_shown(question: int) -> None:
    answer, figures = answer_to(begun(), question)

    assert answer == "no"
    assert figures["of"] == 0


def test_of_two_things_nobody_can_tell_how_it_usually_is() -> None:
    house = begun()
    answers = []
    for who in ("ann", "bo", "cem"):
        done(house, who, "/log 1h bread")
        answers.append(answer_to(house, 7)[0])

    assert answers == ["half", "half", "full"]


def test_a_meeting_counts_where_two_came_themselves() -> None:
    house = begun()
    met(house)
    done(house, "ann", "/meeting open", "/meeting here @bo @cem", "/meeting away @bo")
    done(house, "ann", "/meeting agreed we bake", "/meeting close")

    assert answer_to(house, 5)[1] == {"good": 0, "of": 0}


def test_two_accounts_of_one_person_are_no_meeting() -> None:
    house = begun()
    met(house, "bo")
    code = house.say("ann", "/me link", private=True).text.split("/me link ")[1].split()[0]
    done(house, "bo", f"/me link {code}", f"/me link {code} yes")

    assert answer_to(house, 5)[1] == {"good": 0, "of": 0}


def test_minutes_that_nobody_noted_can_be_told_within_the_week() -> None:
    house = begun()
    met(house, "bo", note=False)
    before = answer_to(house, 5)[1]
    house.later(days=2)
    done(house, "bo", "/meeting correct M1 We agreed to bake on Tuesdays")

    assert before == {"good": 0, "of": 1}
    assert answer_to(house, 5)[1] == {"good": 1, "of": 1}


def test_minutes_that_are_told_after_a_week_are_late() -> None:
    house = begun()
    done(house, "ann", "/rules set minutes-approve 3w")
    met(house, "bo", note=False)
    house.later(days=8)
    done(house, "bo", "/meeting correct M1 We agreed to bake on Tuesdays")

    assert answer_to(house, 5)[1] == {"good": 0, "of": 1}


def test_what_its_author_alone_said_is_no_outcome() -> None:
    house = begun()
    done(house, "ann", f"/vote {proposed(house, 'something')} yes")
    proposed(house, "by silence --method lazy")
    house.later(days=30)

    closed, figures = house.state().proposals.alive, answer_to(house, 6)[1]
    assert not closed
    assert figures["good"] == 0


@pytest.mark.parametrize(("confirms", "good"), [(True, 1), (False, 0)])
def test_hands_are_an_outcome_once_they_are_confirmed(*, confirms: bool, good: int) -> None:
    house = begun()
    done(house, "ann", "/meeting open", "/here @bo @cem", "/call The oven")
    done(house, "ann", "/hands P1 yes 3 --witness @bo")
    if confirms:
        done(house, "bo", "/hands confirm P1")
    house.later(days=30)

    assert answer_to(house, 6)[1]["good"] == good


def test_two_accounts_of_one_person_are_no_outcome() -> None:
    house = begun()
    ref = proposed(house, "something")
    code = house.say("bo", "/me link", private=True).text.split("/me link ")[1].split()[0]
    done(house, "ann", f"/me link {code}", f"/me link {code} yes", f"/vote {ref} yes")
    house.later(days=30)

    assert answer_to(house, 6)[1]["good"] == 0


def test_who_waits_for_too_long_counts_before_they_are_answered() -> None:
    house = begun()
    done(house, "ann", "/rules set new-members request")
    done(house, "eve", "/member apply I bake")
    house.later(days=13)
    before = answer_to(house, 8)
    house.later(days=2)

    assert before[1]["of"] == 0
    assert answer_to(house, 8) == (
        "no",
        {"new-members": "request", "good": 0, "of": 1, "longest_days": 15},
    )


def test_many_who_are_let_in_at_once_do_not_hide_one_who_waits() -> None:
    house = begun()
    done(house, "ann", "/rules set new-members request")
    done(house, "eve", "/member apply I bake")
    house.later(days=15)
    for each in range(12):
        done(house, f"friend{each}", "/member apply I am a friend")
        done(house, "ann", f"/member admit friend{each}")

    assert answer_to(house, 8)[0] == "half"


def test_who_comes_back_after_asking_was_answered() -> None:
    house = begun()
    done(house, "ann", "/rules set new-members request")
    house.say("cem", "/me leave")
    house.say("cem", "/me leave yes")
    done(house, "cem", "/member apply I am back")
    done(house, "ann", "/member admit cem")
    house.later(days=20)

    assert answer_to(house, 8)[1] == {"new-members": "request", "good": 1, "of": 1, "longest_days": 0}


def test_pages_that_nobody_serves_are_not_open() -> None:
    house = begun(site="")
    done(house, "ann", "/rules set web public")

    assert answer_to(house, 1) == ("no", {"web": "public", "served": False})


# --- Quarters ---------------------------------------------------------------------------------------


def quarters(house: House) -> list[str]:
    return [event.first for event in house.events() if isinstance(event, OpennessNoted)]


def test_each_quarter_is_noted_once_whatever_becomes_of_the_zone() -> None:
    house = begun()
    done(house, "ann", "/rules set zone Pacific/Auckland")
    house.clock.move_to(dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC))
    house.tick()
    done(house, "ann", "/rules set zone America/Los_Angeles")
    house.tick()
    go_to(house, 4, 2)
    house.restart()
    house.tick()

    assert quarters(house) == ["2026-01-01"]


def test_a_collective_of_long_ago_begins_with_the_last_quarter() -> None:
    house = begun()
    house.clock.move_to(dt.datetime(2027, 11, 27, 12, tzinfo=dt.UTC))
    house.tick()
    go_to(house, 1, 2, 2028)

    assert quarters(house) == ["2027-07-01", "2027-10-01"]


def test_a_quarter_that_is_noted_late_knows_nothing_of_who_was_answered_since() -> None:
    """Who asked five days before its end, and was let in after it, is not of that quarter's share."""
    house = begun()
    done(house, "ann", "/rules set new-members request")
    go_to(house, 3, 27)
    for who in ("eve", "fay", "gus"):
        done(house, who, "/member apply I bake")
    done(house, "ann", "/member admit fay", "/member admit gus")
    house.clock.move_to(dt.datetime(2026, 4, 2, 12, tzinfo=dt.UTC))
    done(house, "ann", "/member admit eve")
    house.tick()

    (noted,) = (event for event in house.events() if isinstance(event, OpennessNoted))
    assert noted.answers[8 - 1] == "half"
    assert answer_to(house, 8)[0] == "full"


def test_a_digest_tells_of_a_quarter_that_ended_in_its_days_alone() -> None:
    house = begun()
    done(house, "ann", "/log 1h bread")
    go_to(house, 4, 2)
    assert "Openness in 2026-Q1" in house.say("ann", "/digest preview").text
    go_to(house, 4, 20)
    assert "Openness" not in house.say("ann", "/digest preview").text


# --- Who may, and what it looks like ------------------------------------------------------------------


@pytest.mark.parametrize("number", [n for n, it in QUESTIONS.items() if it.computed])
def test_what_the_books_answer_nobody_answers_by_hand(number: int) -> None:
    house = begun()
    before = answer_to(house, number)

    assert house.say("ann", f"/openness answer {number} full we are").error == "openness-computed"
    assert house.say("ann", f'/propose x --do "openness answer {number} full we are"').refused
    done(house, "ann", f"/openness comment {number} we are very open")
    assert answer_to(house, number) == before


@pytest.mark.parametrize("line", ["answer 10 half the statute", "comment 5 we met", "comment 5"])
def test_what_is_said_about_it_in_private_is_told_in_the_room(line: str) -> None:
    house = begun()
    done(house, "ann", "/openness comment 5 before")

    told = house.say("ann", f"/openness {line}", private=True)

    (row,) = (row for row in told.rows if row.place.room == "hall")
    assert "ann" in plain(row)


def test_a_stranger_may_look_and_stays_one() -> None:
    house = begun()

    told = house.say("zoe", "/openness")

    assert told.facts["openness"]["score"] == 13
    assert len(list(house.state().members.here)) == 3


def test_a_phone_shows_it_on_one_screen() -> None:
    house = begun()
    winter(house)
    spring(house)

    for line in ("/openness", "/openness all", "/openness 6", "/openness 10"):
        assert lines_of(house.say("ann", line).texts[0]) <= SCREEN, line
