"""What can be meant in two ways is asked: every form of it, with the lines that are offered by hand."""

from __future__ import annotations

import pytest

from tests.first_lines.test_first_lines import First, said
from tests.house import House, settled

PROPOSED = ("/propose Paint the door",)
"""The second proposal: the first is about the dispute that was there before."""
DONE = ("/need 1h sweep", "/take N1")
TWO = (*PROPOSED, "/propose Paint the roof")
FUNDED = ("/role give @anna treasurer", "/income 900 EUR from the fair", "/log 3h swept")
ASKED = "/poll When? | mon | tue"

FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "/log 2h baked with @cem": ((), ("/log 2h baked @me @cem", "/log 2h baked @cem")),
    "/log 2h baked for cem": ((), ('/log 2h "baked for cem"', "/log 2h baked @cem")),
    "/log 2h for cem, he baked": ((), ('/log 2h "for cem, he baked"', "/log 2h he baked @cem")),
    "/log 2h for @cem baked": ((), ('/log 2h "for @cem baked"', "/log 2h baked @cem")),
    "/log 2h baked everyone": ((), ('/log 2h "baked everyone"', "/log 2h baked @anna @bo @cem")),
    "/log 2h everyone baked": ((), ('/log 2h "everyone baked"', "/log 2h baked @anna @bo @cem")),
    "/log everyone 2h baked": ((), ('/log 2h "everyone baked"', "/log 2h baked @anna @bo @cem")),
    "/log 2-3h baked": ((), ("/log 2h baked", "/log 3h baked")),
    "/log two to three hours baked": ((), ("/log 2h baked", "/log 3h baked")),
    "/log 30-45 min tea": ((), ("/log 30m tea", "/log 45m tea")),
    "/log 2 bis 3 Stunden gebacken": ((), ("/log 2h gebacken", "/log 3h gebacken")),
    "/log 2h for cem": ((), ('/log 2h "for cem"', "/log 2h work @cem")),
    "/log 2h for @cem": ((), ('/log 2h "for @cem"', "/log 2h work @cem")),
    "/log 2h fuer Cem": ((), ('/log 2h "fuer Cem"', "/log 2h work @Cem")),
    "/log 2h für cem und anna": ((), ('/log 2h "für cem und anna"', "/log 2h work @cem @anna")),
    "/log for cem 2h": ((), ('/log 2h "for cem"', "/log 2h work @cem")),
    "/log 2h with cem": ((), ("/log 2h work @me @cem", "/log 2h work @cem")),
    "/log 2h mit @cem": ((), ("/log 2h work @me @cem", "/log 2h work @cem")),
    "/log 2h cem": ((), ('/log 2h "cem"', "/log 2h work @cem")),
    "/log 2h everyone": ((), ('/log 2h "everyone"', "/log 2h work @anna @bo @cem")),
    "/log 2h with everyone": ((), ('/log 2h "with everyone"', "/log 2h work @anna @bo @cem")),
    "/log 2h cem baked": ((), ('/log 2h "cem baked"', "/log 2h baked @cem")),
    "/log 2h Cem: baked": ((), ('/log 2h "Cem: baked"', "/log 2h baked @Cem")),
    "/log cem baked 2h": ((), ('/log 2h "cem baked"', "/log 2h baked @cem")),
    "/log 2h each cem and anna baked": (
        (),
        ('/log 2h "each cem and anna baked"', "/log 2h baked @cem @anna"),
    ),
    "/log 2h cem, anna baked": ((), ('/log 2h "cem, anna baked"', "/log 2h baked @cem @anna")),
    "/log 2h @cem and anna baked": ((), ('/log 2h "and anna baked" @cem', "/log 2h baked @cem @anna")),
    "/log 2h baked @cem and anna": ((), ('/log 2h "baked and anna" @cem', "/log 2h baked @cem @anna")),
    "/log 2h me and cem": ((), ('/log 2h "me and cem"', "/log 2h work @me @cem")),
    "/log 2h cem and i baked": ((), ('/log 2h "cem and i baked"', "/log 2h baked @me @cem")),
    "/log 2h cem und ich haben gebacken": (
        (),
        ('/log 2h "cem und ich haben gebacken"', "/log 2h haben gebacken @me @cem"),
    ),
    "/log 2h baked cem and me": ((), ('/log 2h "baked cem and me"', "/log 2h baked @me @cem")),
    "/log 2h baked for cem and me": (
        (),
        ('/log 2h "baked for cem and me"', "/log 2h baked @me @cem"),
    ),
    "/log 2h baked with cem and anna": (
        (),
        ("/log 2h baked @me @cem @anna", "/log 2h baked @cem @anna"),
    ),
    "/log 2h baking, cem": ((), ('/log 2h "baking, cem"', "/log 2h baking @cem")),
    "/log 2h baking - cem": ((), ('/log 2h "baking - cem"', "/log 2h baking @cem")),
    "/log 2h baking (cem)": ((), ('/log 2h "baking (cem)"', "/log 2h baking @cem")),
    "/log 2h baking by cem": ((), ('/log 2h "baking by cem"', "/log 2h baking @cem")),
    "/log 2h Brot von Cem #care": ((), ('/log 2h "Brot von Cem" #care', "/log 2h Brot @Cem #care")),
    "/propose Buy an oven until friday": (
        (),
        ("/propose Buy an oven --closes friday", '/propose "Buy an oven until friday"'),
    ),
    "/propose Ofen kaufen bis Freitag": (
        (),
        ("/propose Ofen kaufen --closes Freitag", '/propose "Ofen kaufen bis Freitag"'),
    ),
    "/propose Ofen kaufen, Frist Freitag 18:00 --method majority": (
        (),
        (
            "/propose Ofen kaufen --closes Freitag 18:00 --method majority",
            '/propose "Ofen kaufen, Frist Freitag 18:00" --method majority',
        ),
    ),
    "/propose Buy an oven (deadline friday)": (
        (),
        ("/propose Buy an oven --closes friday", '/propose "Buy an oven (deadline friday)"'),
    ),
    "/log 2h minus 30 min break swept": (
        (),
        ("/log 1h30 swept", '/log 2h "minus 30 min break swept"'),
    ),
    "/log 1h - 15m swept": ((), ("/log 45m swept", '/log 1h "- 15m swept"')),
    "/log 2h abzüglich 30 min Pause gefegt": (
        (),
        ("/log 1h30 gefegt", '/log 2h "abzüglich 30 min Pause gefegt"'),
    ),
    "/log 2 x 3h baked": ((), ("/log 6h baked", '/log 2 x "3h baked"')),
    "/log 3 times 2h baked": ((), ("/log 6h baked",)),
    "/expense 12 EUR flour paid by cem": ((), ('/expense 12 EUR "flour paid by cem"',)),
    "/expense 12 EUR flour, cem paid": ((), ('/expense 12 EUR "flour, cem paid"',)),
    "/expense 12 EUR Mehl von Cem bezahlt": ((), ('/expense 12 EUR "Mehl von Cem bezahlt"',)),
    "/expense 12 EUR flour yesterday": (
        (),
        ("/expense 12 EUR flour --on yesterday", '/expense 12 EUR "flour yesterday"'),
    ),
    "/income 12 EUR vom Markt, gestern": (
        FUNDED,
        ("/income 12 EUR vom Markt --on gestern", '/income 12 EUR "vom Markt, gestern"'),
    ),
    "/amend C2 it was cem": ((), ("/amend C2 @cem", '/amend C2 --what "it was cem"')),
    "/amend C2 cem": ((), ("/amend C2 @cem", "/amend C2 --what cem")),
    "/amend C2 yesterday": ((), ("/amend C2 --on yesterday", "/amend C2 --what yesterday")),
    "/amend C2 14 EUR es war gestern": (
        (),
        ("/amend C2 14 EUR --on gestern", '/amend C2 14 EUR --what "es war gestern"'),
    ),
    "/done N1 not yet": (DONE, ("/drop N1", "/show N1")),
    "/done N1 noch nicht": (DONE, ("/drop N1", "/show N1")),
    "/vote P2 yes and P3 ok": (TWO, ("/vote P2 yes", "/vote P3 ok")),
    "/vote P2 yes P3 yes": (TWO, ("/vote P2 yes", "/vote P3 yes")),
    "/vote P2 and P3 yes": (TWO, ("/vote P2 yes", "/vote P3 yes")),
    "/vote P2, P3 ja": (TWO, ("/vote P2 ja", "/vote P3 ja")),
    "/cancel P2 und P3": (TWO, ("/cancel P2", "/cancel P3")),
    "/take N1 and N2": (("/need 1h sweep", "/need 1h mop"), ("/take N1", "/take N2")),
    "/meeting open assembly friday 18:00": (
        (),
        ("/meeting plan friday 18:00 assembly", '/meeting open "assembly friday 18:00"'),
    ),
    "/meeting open Plenum am Freitag um 18 Uhr": (
        (),
        ("/meeting plan am Freitag um 18 Uhr Plenum", '/meeting open "Plenum am Freitag um 18 Uhr"'),
    ),
    "/log 2": ((), ("/log 2h cleaned the kitchen", "/log 2 EUR cleaned the kitchen")),
    "/vote yes": (PROPOSED, ("/vote P2 yes",)),
    "/vote ok": (PROPOSED, ("/vote P2 consent",)),
    "/vote no": (PROPOSED, ("/vote P2 object I have a concern",)),
    "/vote P2 no": (PROPOSED, ("/vote P2 object I have a concern",)),
    "/vote P2 no too loud": (PROPOSED, ("/vote P2 object too loud",)),
    "/vote  yes": (TWO, ("/vote P3 yes", "/vote P2 yes")),
    "/vote +1": (TWO, ("/vote P3 consent", "/vote P2 consent")),
    "/vote  no": (TWO, ("/vote P3 object I have a concern", "/vote P2 object I have a concern")),
    "/unvote": (PROPOSED, ("/help vote",)),
    "/distribute 90 EUR to bo and cem": (FUNDED, ("/distribute 90 EUR",)),
    "/thank everyone for coming": ((), ("/thank @anna @cem for coming",)),
    "/thank alle fürs Kommen": ((), ("/thank @anna @cem fürs Kommen",)),
    "/poll Which? | Mon | Tue until friday": (
        (),
        ("/poll Which? | Mon | Tue --closes friday", '/poll Which? | Mon | "Tue until friday"'),
    ),
    "/poll Welcher? | Mo | Di bis Freitag 18:00": (
        (),
        (
            "/poll Welcher? | Mo | Di --closes Freitag 18:00",
            '/poll Welcher? | Mo | "Di bis Freitag 18:00"',
        ),
    ),
    "/delete my account": ((), ("/me forget",)),
}
"""What is typed, what was said before, and the lines that are asked for it."""


def after(before: tuple[str, ...]) -> House:
    house = settled()
    for line in before:
        assert not house.say("bo" if line.startswith("/take") else "anna", line).error
    return house


@pytest.mark.parametrize("line", FORMS)
def test_what_is_ambiguous_is_asked(line: str) -> None:
    before, lines = FORMS[line]
    house = after(before)
    who = "anna" if before == FUNDED or line.startswith("/cancel") else "bo"
    told = house.say(who, line)
    assert told.error
    offer = told.text.splitlines()[-1].removesuffix(" says more.")
    assert (offer.partition(": ")[2] or offer) == " / ".join(lines)
    house.close()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("yesterday baked bread", "yesterday"),
        ("baked bread yesterday", "yesterday"),
        ("baked bread on monday", "monday"),
        ("baked on monday for the fair", "monday"),
    ],
)
def test_a_day_inside_the_text_is_taken_and_told(text: str, day: str) -> None:
    house = settled()
    told = house.say("bo", f"/log 1h {text}")
    assert not told.error
    assert f"1h #work, {text}" in told.text
    assert f"“{day}” stays in the text" in told.text
    assert told.text.endswith(f"--on {day}")
    house.close()


@pytest.mark.parametrize("line", ["/polls open", "/polls --open"])
def test_what_is_open_is_listed_by_the_word(line: str) -> None:
    house = after((ASKED, ASKED.replace("When", "Where")))
    told = house.say("bo", line).text
    assert "Q1" in told
    assert "Q2" in told
    house.close()


def test_a_list_of_what_is_closed_never_says_that_there_is_none() -> None:
    house = after((ASKED,))
    assert "There is no poll yet" not in house.say("bo", "/polls closed").text
    house.close()


@pytest.mark.parametrize(
    "since", ["/propose Paint the door", "/expense 5 EUR salt", "/need 2h help", ASKED]
)
def test_a_bare_undo_asks_where_something_else_was_done_since(since: str) -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/log 3h baked")
        house.say("ann", since)

        asked = house.say("ann", "/undo")
        assert asked.error
        assert asked.text.splitlines()[-1] == "Send it so: /withdraw C1"
        assert not house.say("ann", "/undo last").error


def test_a_bare_undo_takes_back_what_was_done_last_whatever_others_did() -> None:
    with House().enter("ann", "bo") as house:
        house.say("ann", "/log 3h baked")
        house.say("bo", "/propose Paint the door")

        assert not house.say("ann", "/undo").error
        assert not house.state().contributions.unsettled


@pytest.mark.parametrize(
    ("line", "apart"),
    [
        ("/log 2h @bo 1h @cem baked", ["/log 2h baked @bo", "/log 1h baked @cem"]),
        ("/log 2h baked, cem 1h", ["/log 2h baked", "/log 1h baked @cem"]),
        ("/log 2h baked and cem 1h cleaned", ["/log 2h baked", "/log 1h cleaned @cem"]),
        ("/log 2h baking @bo, 1h cleaning @cem", ["/log 2h baking @bo", "/log 1h cleaning @cem"]),
    ],
)
def test_what_each_gave_is_asked_where_one_line_has_several(line: str, apart: list[str]) -> None:
    house = settled()
    told = house.say("bo", line)
    assert told.error
    assert [
        each.removeprefix("- ") for each in told.text.splitlines() if each.startswith("- ")
    ] == apart
    for each in apart:
        assert not house.say("bo", each).error
    house.close()


@pytest.mark.parametrize(
    ("typed", "hours"), [("9-12h", "3h"), ("14-16h", "2h"), ("9:00-11:30", "2h30")]
)
def test_times_of_the_day_are_no_range(typed: str, hours: str) -> None:
    house = settled()
    assert f": bo, {hours} #work, stall" in house.say("bo", f"/log {typed} stall").text
    house.close()


@pytest.mark.parametrize(
    "text",
    [
        "Cem's bike repaired",
        "visited cem",
        "showed cem the oven",
        "baked for the fair",
        "i baked",
        "baked with care",
        "bread by the oven",
        "Brot von gestern Abend aufgeräumt",
    ],
)
def test_an_entry_in_which_somebody_is_only_spoken_of_is_ones_own(text: str) -> None:
    house = settled()
    told = house.say("bo", f"/log 2h {text}")
    assert f": bo, 2h #work, {text}" in told.text
    house.close()


def test_the_name_is_looked_for_as_it_is_now() -> None:
    with House().enter("ann", "bo") as house:
        assert not house.say("ann", "/log 2h cem baked").error
        house.say("bo", "/me name cem")
        assert house.say("ann", "/log 1h cem baked").error
        house.say("bo", "/me name dan")
        assert not house.say("ann", "/log 3h cem baked").error
        assert house.say("ann", "/log 2h dan swept").error


@pytest.mark.parametrize(
    "title",
    [
        "Keep the shop closed until the roof is mended",
        "Der Laden bleibt zu bis das Dach dicht ist",
        "Work until you drop",
        '"Buy an oven until friday"',
        "Stand by me",
        "Buy until",
        "Until friday",
    ],
)
def test_until_stays_in_the_title_where_no_moment_ends_it(title: str) -> None:
    house = settled()
    told = house.say("bo", f"/propose {title}")
    assert not told.error
    assert title.strip('"') in told.text
    house.close()


def test_a_deadline_that_was_given_is_not_asked_for_again() -> None:
    house = settled()
    for line in (
        "/propose Shut until friday --closes monday",
        "/poll Q? | a | b until friday --closes monday",
    ):
        assert not house.say("bo", line).error
    house.close()


OF_FOUR = {
    "/pay 20 EUR to bo and eva": ("/pay @bo 20 EUR", "/pay @eva 20 EUR"),
    "/pay @bo 20 EUR and @eva 10 EUR": ("/pay @bo 20 EUR", "/pay @eva 10 EUR"),
    "/pay @bo 20 EUR, eva 10 EUR for rent": ("/pay @bo 20 EUR for rent", "/pay @eva 10 EUR for rent"),
    "/pay bo und eva 20 EUR": ("/pay @bo 20 EUR", "/pay @eva 20 EUR"),
    "/pay @bo @eva 20 EUR": ("/pay @bo 20 EUR", "/pay @eva 20 EUR"),
    "/payout bo 20 EUR and ann 10 EUR": ("/payout @bo 20 EUR", "/payout @ann 10 EUR"),
    "/poll Lunch? | rice | beans secret": (
        "/poll Lunch? | rice | beans --secret",
        '/poll Lunch? | rice | "beans secret"',
    ),
    "/poll Mittag? | Reis | Bohnen, geheim": (
        "/poll Mittag? | Reis | Bohnen --secret",
        '/poll Mittag? | Reis | "Bohnen, geheim"',
    ),
}


@pytest.mark.parametrize("line", OF_FOUR)
def test_what_is_ambiguous_is_asked_where_there_is_money_and_a_secret(line: str) -> None:
    told, left = said(First("en", "room", "ann", line, "?"), line)
    assert told.refused
    assert not left
    assert told.text.splitlines()[-1].partition(": ")[2] == " / ".join(OF_FOUR[line])


@pytest.mark.parametrize(
    "line",
    [
        "/vote P2 yes but not before P3",
        "/vote P2 yes and P3 is better",
        "/done N1 1h no rain",
        "/poll Which? | open | secret",
        "/meeting open Assembly 2",
        "/meeting open Plenum heute",
        "/expense 12 EUR paid cem for flour",
        "/expense 12 EUR flour today",
        "/amend C2 flour and salt",
        "/amend C2 flour for cem",
    ],
)
def test_what_has_one_meaning_is_done(line: str) -> None:
    house = after((*TWO, *DONE))
    assert not house.say("bo", line).error
    house.close()


def test_what_it_was_not_says_nothing_of_the_words() -> None:
    with House().enter("ann") as house:
        house.say("ann", "/log 2h swept the yard")
        assert "1h #work, swept the yard" in house.say("ann", "/amend C1 1h not 2h").text
        assert "3h #work, swept the yard" in house.say("ann", "/amend C1 3h statt 1h").text


def test_of_two_polls_nobody_is_told_what_was_chosen() -> None:
    house = after((ASKED, ASKED.replace("When", "Where")))
    told = house.say("bo", "/vote Q1 Q2 mon")
    assert told.error
    assert "mon" not in told.text.replace("mon, tue", "")
    house.close()


def test_an_option_that_is_called_secret_is_one() -> None:
    line = "/poll Which? | open | closed | secret"
    told, _ = said(First("en", "room", "ann", line, "?"), line)
    assert not told.refused
    assert "3. secret" in told.text
