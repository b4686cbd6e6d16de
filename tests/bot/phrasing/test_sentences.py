"""What whole sentences want: of what they name, and of what is not there."""

from __future__ import annotations

import pytest

from bot.language.tokens import tokenize
from bot.phrasing.surveying import asked
from bot.writer import righting
from bot.writer.homes import Scene
from bot.writer.trying import Decides, only_shows
from commands import FEATURES
from tests.first_lines.test_first_lines import First, offered, said
from tests.house import House


def told(line: str, who: str = "cem", language: str = "en") -> tuple[str, list[str]]:
    """What is answered to a sentence in the house of the first lines, and what is offered."""
    answer, left = said(First(language, "room", who, f"/{line}", "-"), f"/{line}")
    assert not left, line
    names = {name.split()[0] for name in FEATURES.commands}
    return answer.text, [each for each in offered(answer) if each.split()[0] in names]


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("also bei P1 bin ich dafür", "vote P1 yes"),
        ("enthalte mich bei P2", "vote P2 abstain"),
        ("bin gegen montags öffnen", "vote P2 no"),
        ("yes to the mixer from me", "vote P1 yes"),
        ("tuesday suits me better", "vote Q1 Tue"),
        ("ich nehm dienstag bei der umfrage", "vote Q1 Tue"),
        ("quick poll what colour for the door, red or blue", "poll what colour for the door? | red"),
        ("which day monday or thursday", "poll which day? | monday | thursday"),
        ("mon suits me better than tue", "vote Q1 Mon"),
        ("dienstag passt mir besser als montag", "vote Q1 Tue"),
        ("thumbs up for P1 like on loomio", "vote P1 yes"),
        ("daumen runter für P2", "vote P2 no"),
        ("bin bei p2 dagegn", "vote P2 no"),
        (
            "consent from me for the mixer thing, as long as we buy it used",
            "vote P1 yes as long as we buy it used",
        ),
        ("bei P1 bin ich dafür, solange er leise ist", "vote P1 yes solange er leise ist"),
        ("I helped Bo carry the freezer, it took an hour", "log 1h helped Bo carry the freezer"),
        ("hab Bo beim Umzug geholfen, 3 Std", 'log 3 Std "Bo beim Umzug geholfen"'),
        ("bo helped me carry the freezer, 1h", "log 1h carry the freezer @bo"),
        ("bo hat beim umzug geholfen, 3h", "log 3h beim umzug geholfen @bo"),
        ("how can i see if we can afford a 900 euro oven, whats in the bank", "help treasury"),
        ("gestern hat bo mir beim umzug geholfen, 2h", "log 2h beim umzug @bo --on gestern"),
        ("hours 3 cleaning", "log 3h cleaning"),
        ("stunden: 2,5 unkraut gejätet", "log 2h30 unkraut gejätet"),
        ("minuten 20 gegossen", "log 20m gegossen"),
        ("can we afford a 900 euro oven right now? whats in the bank", "treasury"),
        (
            "give @bo a nudge about the keys on friday at six in the evening",
            "remind @bo on friday 18:00",
        ),
        ("could I bill 31 euro 90 for the cheese that I bought", "expense 31.90 EUR"),
        ("wie viel hat bo auf dem konto", "balance @bo"),
        ("I've got no objections to P1", "vote P1 yes"),
        ("gegen P1 hab ich keine Bedenken", "vote P1 yes"),
        ("the mixer again, it smells of oil, so I block it", "vote P1 object it smells of oil"),
        ("hoed the beet rows for two hours", "log 2h hoed the beet rows"),
    ],
)
def test_a_sentence_is_offered_as_its_line(sentence: str, line: str) -> None:
    assert any(each.startswith(line) for each in told(sentence)[1]), told(sentence)


@pytest.mark.parametrize(
    ("sentence", "reason", "line"),
    [
        ("also bei P12 bin ich dafür", "There is no proposal P12 here.", "vote P1 yes"),
        ("I'll do N14, I've got nothing on", "There is no need or offer N14 here.", "take N2"),
        ("why did P8 come out like that", "There is no proposal P8 here.", "why P2"),
        ("pay me out", "Nothing is held that could be paid out.", "help payout request"),
    ],
)
def test_what_is_not_there_is_said_with_a_line_that_works(
    sentence: str, reason: str, line: str
) -> None:
    text, lines = told(sentence)
    assert text.startswith(reason)
    assert line in lines


def test_what_somebody_may_not_do_is_told_as_for_the_exact_line() -> None:
    text, lines = told("from now on @bo should be our treasurer")
    assert text.startswith("/role give is for admins.")
    assert "help role give" in lines


@pytest.mark.parametrize("sentence", ["finish the meeting now", "Treffen beenden"])
def test_where_the_likeliest_cannot_be_done_nothing_less_likely_is_offered(sentence: str) -> None:
    text, lines = told(sentence)
    assert text.startswith("Nobody meets here now.")
    assert not [each for each in lines if each.startswith("propose")]


@pytest.mark.parametrize("sentence", ["did anybody vote yes on P1", "who is going to object to P1"])
def test_whoever_asks_about_a_thing_is_offered_no_deed(sentence: str) -> None:
    assert all(each.startswith(("show", "why", "help")) for each in told(sentence)[1])


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("umfrage: was kochen wir? suppe oder auflauf", "was kochen wir? | suppe | auflauf"),
        (
            "frag alle, was es gibt: Gulasch, Linsen oder Kraut",
            "was es gibt? | Gulasch | Linsen | Kraut",
        ),
        ("poll whether to see the lake or the sea", "to see the lake or the sea? | the lake | the sea"),
        ("which day monday tuesday or thursday", "which day? | monday | tuesday | thursday"),
        ("welcher tag mo, di und do", "welcher tag? | mo | di | do"),
        ("poll putztag samstag od sonntag", "putztag? | samstag | sonntag"),
        (
            "poll what colour for the door - red, green, blue",
            "what colour for the door? | red | green | blue",
        ),
        ("poll rye or spelt for the bake", "rye or spelt for the bake? | rye | spelt"),
        ("should we work on saturday and sunday", ""),
        ("see you monday", ""),
        ("monday or tuesday", ""),
        ("what do we cook tonight", ""),
        ("poll", ""),
    ],
)
def test_a_poll_is_read_out_of_its_sentence(sentence: str, text: str) -> None:
    assert asked(list(tokenize(sentence))) == text


@pytest.mark.parametrize(
    "line",
    [
        "what else do we need",
        "/expense € I half don't need",
        "/expense 0 EUR a bike",
        "/log 0 hours swept the yard",
        "/income nothing 0,00 € from a client",
    ],
)
def test_no_sentence_breaks_what_reads_it(line: str) -> None:
    house = House().enter("ann")
    house.say("ann", "/role give @ann treasurer")
    assert house.say("ann", line, private=True).error not in {"", "bug"}


SHOWS = {
    "treasury": True,
    "balance": True,
    "help": True,
    "me": True,
    "me forget": True,  # it says what that would be, and how it is done
    "me leave": False,
    "me link": False,
    "undo": False,
    "timer start the barn": False,
    "log 1h swept": False,
    "poll Which? | a | b --secret": False,
    "nothing of ours": False,
    "balance of the world": False,
}
"""Lines, and whether they only show something."""


def test_what_only_shows_something_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = dict[str, bool]()

    def looked(scene: Scene, line: str, decides: Decides) -> bool:
        found.update({each: only_shows(scene, each, decides) for each in SHOWS})
        return only_shows(scene, line, decides)

    monkeypatch.setattr(righting, "only_shows", looked)
    with House().enter("ann", "bo") as house:
        told = house.say("bo", "/can we afford a 900 euro oven right now? whats in the bank")
        assert "/treasury" in told.text
        assert not house.state().contributions.count
    assert found == SHOWS


def test_where_nobody_reads_all_names_everybody_is_not_named() -> None:
    with House().enter("ann", *(f"m{number}" for number in range(9))) as house:
        told = house.say("ann", "/thank everyone for coming")
        assert told.refused
        assert told.text.splitlines()[0] == "Thanks are for people, by their names."
        assert "@m1" not in told.text


def test_a_poll_in_ones_own_words_is_no_example() -> None:
    with House().enter("ann") as house:
        told = house.say("ann", "/poll which day monday tuesday or thursday")
        line = "/poll which day? | monday | tuesday | thursday"
        assert told.text.splitlines()[-1] == f"Send it so: {line}"
