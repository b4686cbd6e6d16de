"""What people who said something alike wanted."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from bot.phrasing.likeness import TALK, Taught, sentences_in, taught
from bot.phrasing.wishes import SURE
from commands import FEATURES

TEXT = files("bot.phrasing").joinpath("taught.txt").read_text("utf-8")
SENTENCES = list(sentences_in(TEXT))


def first(sentence: str) -> str:
    wants = taught(FEATURES.commands).wanted(sentence.split())
    return wants[0].command if wants else ""


@pytest.mark.parametrize(
    ("sentence", "command"),
    [
        ("how much money do we have", "treasury"),
        ("I would like to thank bo", "thank"),
        ("ich hab gestern drei stunden gejätet", "log"),
        ("what needs doing", "needs"),
        ("lösch meine daten", "me forget"),
        ("loesch meine daten", "me forget"),
        ("what did we decide", "decisions"),
    ],
)
def test_what_was_said_leads_to_what_others_wanted(sentence: str, command: str) -> None:
    assert first(sentence) == command


@pytest.mark.parametrize("sentence", ["", "   ", "xyzzy plugh", "\u202e", "☃", "'" * 500])
def test_what_is_like_nothing_leads_nowhere(sentence: str) -> None:
    wants = taught(FEATURES.commands).wanted(sentence.split())
    assert not wants or wants[0].sure < SURE


def test_the_nearer_comes_first_and_is_surer() -> None:
    small = Taught([("log", "worked three hours"), ("thank", "thank you bo"), (TALK, "hello you")])
    wants = small.wanted(["thank", "you", "ann"])
    assert [each.command for each in wants] == ["thank", TALK]
    assert wants[0].sure > wants[1].sure > 0


def test_words_that_nobody_was_taught_make_less_sure() -> None:
    small = Taught([("log", "worked three hours"), ("thank", "thank you bo")])
    (plain,), (strange,) = (
        small.wanted(each.split()) for each in ("thank you", "thank you zebra quux")
    )
    assert plain.sure > strange.sure > 0


def test_a_word_is_about_the_command_that_it_is_mostly_said_for() -> None:
    small = Taught([("log", "log it")] * 8 + [("log", "spent it")] + [("thank", "spent log")])
    assert small.about("log") == {"log", "it"}
    assert small.about("nothing") == frozenset()


def test_each_heading_is_a_command_that_is_taught_several_sentences() -> None:
    count = Counter(command for command, _ in SENTENCES)
    assert count.keys() - {TALK} <= FEATURES.commands.keys()
    assert [command for command, number in count.items() if number < 4] == []
    assert len(SENTENCES) >= 2_500


def test_no_sentence_is_taught_twice_or_with_a_sign() -> None:
    said = Counter(sentence.casefold().strip(" .!?") for _, sentence in SENTENCES)
    assert [sentence for sentence, times in said.items() if times > 1] == []
    assert [sentence for _, sentence in SENTENCES if sentence.startswith(("/", "!"))] == []
