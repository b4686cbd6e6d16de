"""Casting: what is taken, in all its spellings, and what is refused, with what would work instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Refusal
from bot.deciding.ballots import Ballot
from bot.deciding.casting import cast
from bot.deciding.matter import Asked
from bot.deciding.methods import METHODS, as_if_closed
from bot.deciding.terms import HOUR_MS
from tests.bot.deciding.builders import CLOSES, OPENED, matter, shown

NOW = OPENED + HOUR_MS

TAKEN = [
    ("consent", "consent", "consent"),
    ("consent", "YES", "consent"),
    ("consent", " object ", "object"),
    ("consensus", "stand aside", "stand-aside"),
    ("consensus", "Stand_Aside", "stand-aside"),
    ("consensus", "stand–aside", "stand-aside"),
    ("majority", "👍", "yes"),
    ("apache", "−1", "-1"),
    ("apache", "＋1", "+1"),
    ("apache", "-0", "0"),
    ("gradient", "8️⃣", "8"),
    ("gradient", "8", "8"),
    ("gradient", "endorse", "1"),
]


@pytest.mark.parametrize(("method", "word", "choice"), TAKEN)
def test_a_choice_is_known_by_word_spelling_and_emoji(method: str, word: str, choice: str) -> None:
    ballot = cast(matter(method, "- - -"), 2, word, " it floods ", now=NOW, ref="P3")

    assert ballot == Ballot(choice, NOW, "it floods")


REFUSED = [
    # method, voter, word, reason, error, words
    ("consent", 2, "object", "", "reason-missing", "/vote P3 object …"),
    ("consent", 2, "object", " \u200b\u3164 ", "reason-missing", "“object” needs a reason."),
    ("consensus", 2, "block", "", "reason-missing", "/vote P3 block …"),
    ("modified-consensus", 2, "block", "", "reason-missing", "“block” needs a reason."),
    ("lazy", 2, "object", "", "reason-missing", "“object” needs a reason."),
    ("gradient", 2, "8", "", "reason-missing", "“8” needs a reason."),
    ("advice", 2, "advice", "", "reason-missing", "“advice” needs a reason."),
    ("majority", 9, "yes", "", "not-eligible", "when it was opened"),
    ("majority", 9, "nonsense", "", "not-eligible", "when it was opened"),
    ("majority", 2, "yess", "", "choice-unknown", "Did you mean yes?"),
    ("majority", 2, "block", "", "choice-unknown", "The choices are yes, no, abstain."),
    ("gradient", 2, "9", "", "choice-unknown", "1, 2, 3, 4, 5, 6, 7, 8"),
    ("advice", 2, "go-ahead", "", "choice-not-yours", "Your choices are advice."),
    ("advice", 1, "advice", "do it", "choice-not-yours", "Your choices are go-ahead, drop."),
    ("advice", 1, "go-ahead", "", "advice-missing", "First ask somebody"),
]


@pytest.mark.parametrize(("method", "voter", "word", "reason", "error", "words"), REFUSED)
def test_a_refusal_says_what_would_work(
    method: str, voter: int, word: str, reason: str, error: str, words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        cast(matter(method, "- - -"), voter, word, reason, now=NOW, ref="P3")

    refused = caught.value
    assert refused.code == error
    assert refused.instead is not None
    assert words in f"{shown(refused.reason)} {shown(refused.instead)}"


def test_a_veto_needs_a_reason_where_the_rule_makes_it_one() -> None:
    assert cast(matter("apache", "- -"), 2, "-1", "", now=NOW, ref="P3").choice == "-1"
    with pytest.raises(Refusal) as caught:
        cast(matter("apache", "- -", veto=True), 2, "-1", "", now=NOW, ref="P3")
    assert caught.value.code == "reason-missing"


def test_the_deadline_itself_is_in_time_and_anything_later_is_not() -> None:
    case = matter("majority", "- -")

    assert cast(case, 2, "yes", "", now=CLOSES, ref="P3").at == CLOSES
    with pytest.raises(Refusal) as caught:
        cast(case, 2, "yes", "", now=CLOSES + 1, ref="P3")
    assert caught.value.code == "vote-closed"


def test_an_author_who_asked_hears_until_when_to_wait() -> None:
    case = matter("advice", "- - -", asked=Asked(OPENED, (2,), (3,)))
    with pytest.raises(Refusal) as caught:
        cast(case, 1, "go-ahead", "", now=NOW, ref="P3")

    assert "or until" in shown(caught.value.instead or caught.value.reason)
    ready = replace(case, ballots={n: Ballot("advice", NOW, "fine") for n in (2, 3)})
    assert cast(ready, 1, "go-ahead", "", now=NOW, ref="P3").choice == "go-ahead"


@given(st.sampled_from(sorted(METHODS)), st.integers(1, 4), st.text(), st.text())
def test_what_is_taken_counts(method: str, voter: int, word: str, reason: str) -> None:
    case = matter(method, "- - -")
    try:
        ballot = cast(case, voter, word, reason, now=NOW, ref="P3")
    except Refusal as misread:
        assert misread.code
        return
    assert as_if_closed(replace(case, ballots={voter: ballot})).took_part == 1
