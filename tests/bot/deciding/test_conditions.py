"""What decides stands on the card, in `/show` and in `/why`: a table by hand, method by method.

The card and `/show` have `terms_in_words`, `/why` has `reckoning`. Every case of small electorates is
judged, so a method that decided by something which the table does not name fails here too.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.deciding.judging import Ground, Verdict
from bot.deciding.matter import Matter
from bot.deciding.methods import METHODS, choices_of, outcome
from bot.deciding.telling import outcome_told, terms_in_words
from bot.deciding.terms import HOUR_MS, Quorum, Ratio, Terms, Timing
from tests.bot.deciding.builders import CLOSES, OPENED, matter, name, shown

OTHERS = "Somebody besides the author has to vote for it."
SILENCE = "Silence counts as agreement."
QUORUM = "The quorum is 2 people of 3; abstentions count for it."


@dataclass(frozen=True)
class Row:
    """One method under some rules: the words for each ground that it can be decided by."""

    method: str
    grounds: dict[Ground, str]
    rules: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return " ".join([self.method, *self.rules])


NO_OBJECTION = "It passes if nobody objects."
NO_BLOCK = "It passes at the deadline when nobody blocks."
NINETY = (
    "It passes at the deadline when nobody blocks or says no, else when 90% of those who say agree, no"
    " or block agree. Who stands aside or abstains is left out of that count."
)
NINETY_WITH = (
    "It passes at the deadline when nobody blocks or says no, else when 90% of those who say agree, no,"
    " block or abstain agree. Who stands aside is left out of that count."
)
MOST = "It passes with more yes than no."
MOST_WITH = "It passes with more yes than no and abstentions together."
TWO_THIRDS = "It passes with at least one yes, when at least 2/3 of those who say yes or no say yes."
TWO_THIRDS_WITH = "It passes with at least one yes, when at least 2/3 of all who took part say yes."
NOBODY_OBJECTS = "It passes at the deadline unless somebody objects; then it goes on as consent."
BINDING = "It passes with at least 2 binding +1, and more +1 than -1."
VETO = "It passes with at least 2 binding +1 and no veto."
MEAN = "It passes when the mean is at most 4 and nobody is at 8. Who abstains is left out of the mean."
MEAN_ONCE = "It passes when the mean is at most 4 and nobody is at 8. Who abstains counts as 4."
DECIDES = "Undecided by the deadline it is rejected."
TWO = {"quorum": Quorum(2)}

TABLE = (
    Row("consent", {Ground.OBJECTION: NO_OBJECTION, Ground.AGREEMENT: OTHERS}),
    Row("consent", {Ground.OBJECTION: NO_OBJECTION}, {"silence_agrees": True}, (SILENCE,)),
    Row(
        "consent",
        {Ground.QUORUM: QUORUM, Ground.OBJECTION: NO_OBJECTION, Ground.AGREEMENT: OTHERS},
        TWO,
    ),
    Row("consensus", {Ground.BLOCK: NO_BLOCK, Ground.AGREEMENT: OTHERS}),
    Row("consensus", {Ground.BLOCK: NO_BLOCK}, {"silence_agrees": True}, (SILENCE,)),
    Row(
        "consensus",
        {Ground.BLOCK: NO_BLOCK, Ground.AGREEMENT: OTHERS},
        {"fallback": "majority"},
        ("With a block left it goes on as majority.",),
    ),
    Row("consensus", {Ground.QUORUM: QUORUM, Ground.BLOCK: NO_BLOCK, Ground.AGREEMENT: OTHERS}, TWO),
    Row("modified-consensus", {Ground.BLOCK: NINETY, Ground.SHARE: NINETY, Ground.AGREEMENT: OTHERS}),
    Row(
        "modified-consensus",
        {Ground.BLOCK: NINETY, Ground.SHARE: NINETY},
        {"silence_agrees": True},
        (SILENCE,),
    ),
    Row(
        "modified-consensus",
        {
            Ground.QUORUM: QUORUM,
            Ground.BLOCK: NINETY_WITH,
            Ground.SHARE: NINETY_WITH,
            Ground.AGREEMENT: OTHERS,
        },
        {"abstentions_count": True, **TWO},
    ),
    Row("majority", {Ground.MAJORITY: MOST}),
    Row(
        "majority",
        {Ground.QUORUM: QUORUM, Ground.MAJORITY: MOST_WITH},
        {"abstentions_count": True, **TWO},
    ),
    Row("supermajority", {Ground.SHARE: TWO_THIRDS}),
    Row(
        "supermajority",
        {Ground.QUORUM: QUORUM, Ground.SHARE: TWO_THIRDS_WITH},
        {"abstentions_count": True, **TWO},
    ),
    Row("lazy", {Ground.OBJECTION: NOBODY_OBJECTS, Ground.SILENCE: NOBODY_OBJECTS}, TWO),
    Row("advice", {Ground.AUTHOR: DECIDES}, TWO, ("The author decides",)),
    Row("apache", {Ground.BINDING: BINDING, Ground.MAJORITY: BINDING}, {"binding_min": 2}),
    Row(
        "apache",
        {Ground.BINDING: VETO, Ground.MAJORITY: VETO, Ground.VETO: VETO},
        {"binding_min": 2, "veto": True},
    ),
    Row(
        "gradient",
        {Ground.MEAN: MEAN, Ground.BLOCK: MEAN, Ground.AGREEMENT: OTHERS},
        {"abstentions_in_mean": False},
    ),
    Row(
        "gradient",
        {
            Ground.QUORUM: QUORUM,
            Ground.MEAN: MEAN_ONCE,
            Ground.BLOCK: MEAN_ONCE,
            Ground.AGREEMENT: OTHERS,
        },
        TWO,
    ),
    Row(
        "gradient",
        {Ground.MEAN: MEAN, Ground.BLOCK: MEAN},
        {"abstentions_in_mean": False, "silence_agrees": True},
        (SILENCE,),
    ),
)


def _every_case(row: Row) -> list[Matter]:
    """Three people, the first of them the author, each saying everything they could, or nothing."""
    words = ["-", *(choice.word for choice in choices_of(Terms(row.method, **row.rules)))]
    return [
        matter(row.method, " ".join(votes), **row.rules) for votes in itertools.product(words, repeat=3)
    ]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.id)
def test_every_ground_that_decides_stands_on_the_card_and_in_why(row: Row) -> None:
    terms = Terms(row.method, **row.rules)
    card = shown(terms_in_words(terms, 3))
    grounds = set()
    for case in _every_case(row):
        found = outcome(case, CLOSES)
        grounds.add(found.judgement.ground)
    why = shown(outcome_told(outcome(matter(row.method, "- - -", **row.rules), CLOSES), name))
    assert grounds == set(row.grounds)
    for words in (*row.grounds.values(), *row.also):
        assert words in card
        assert words in why


def test_the_table_has_every_method() -> None:
    assert {row.method for row in TABLE} == set(METHODS)


@pytest.mark.parametrize("method", [name for name, each in METHODS.items() if "silence" in each.rules])
def test_where_one_person_votes_no_other_s_agreement_is_asked_for(method: str) -> None:
    alone = shown(terms_in_words(Terms(method), 1))

    assert "Somebody has to vote for it." in alone
    assert "besides the author" not in alone


@pytest.mark.parametrize("method", METHODS)
def test_an_early_close_and_its_earliest_time_stand_on_the_card(method: str) -> None:
    for least, words in (
        (0, "It ends early once no vote can change it."),
        (72, "It ends early, 3 days after this text or later, once no vote can change it."),
    ):
        terms = Terms(method, timing=Timing(early_close=True, min_open_ms=least * HOUR_MS))
        why = shown(outcome_told(outcome(matter(method, "- -", timing=terms.timing), OPENED), name))
        for text in (shown(terms_in_words(terms, 2)), why):
            assert (words in text) == (method != "advice")
        late = Terms(method, timing=Timing(min_open_ms=least * HOUR_MS))
        assert "early" not in shown(terms_in_words(late, 2))


def test_what_a_missing_quorum_leads_to_stands_on_the_card() -> None:
    timing = Timing(extend_ms=48 * HOUR_MS, extensions_max=2)

    longer = "Without it, it stays open 2 days longer, up to 2 times."
    assert longer in shown(terms_in_words(Terms("majority", quorum=Quorum(2), timing=timing), 3))
    assert "longer" not in shown(terms_in_words(Terms("majority", timing=timing), 3))


def test_who_abstains_is_left_out_of_the_mean_and_named() -> None:
    votes = "1 7 4 4"
    once = outcome(matter("gradient", votes, mean=Ratio(39, 10)), CLOSES)
    now = outcome(matter("gradient", votes, mean=Ratio(39, 10), abstentions_in_mean=False), CLOSES)
    three = outcome(matter("gradient", "5 3 4", mean=Ratio(4), abstentions_in_mean=False), CLOSES)

    assert once.verdict is now.verdict is Verdict.REJECTED
    assert "The gradients of 4 people add up to 16" in shown(once.judgement.why)
    assert "The gradients of 2 people add up to 8; up to 7 passes" in shown(now.judgement.why)
    assert three.verdict is Verdict.PASSED
    neither = "abstain (4): Cat. That counts for the quorum and weighs for neither side."
    assert neither in shown(outcome_told(three, name))
    assert "weighs" not in shown(outcome_told(once, name))


def test_abstaining_pulls_no_mean_down() -> None:
    """Two against and any number of abstentions: the mean of those who say something decides."""
    for abstaining in range(6):
        votes = "1 8! 7 7" + " 4" * abstaining
        case = matter("gradient", votes, abstentions_in_mean=False)
        assert outcome(case, CLOSES).verdict is Verdict.REJECTED
