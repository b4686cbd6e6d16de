"""Each method by worked examples: thresholds met exactly and missed by one, silence, blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.deciding.ballots import Ballot, Fault, Sense
from bot.deciding.judging import Ground
from bot.deciding.matter import Asked
from bot.deciding.methods import FALLBACKS, FULL_METHODS, METHODS, as_if_closed, choices_of, outcome
from bot.deciding.terms import HOUR_MS, Quorum, Ratio, Terms
from tests.bot.deciding.builders import AUTHOR, CLOSES, OPENED, matter, shown, verdict

Row = tuple[str, dict[str, Any], str, str]
HALF = Quorum(share=Ratio(1, 2))

CONSENT: list[Row] = [
    # what they say (the first is the author), rules, verdict, what decides
    ("- consent consent", {}, "passed", "objection"),
    ("- consent -", {}, "passed", "objection"),
    ("- - -", {}, "rejected", "agreement"),
    ("consent - -", {}, "rejected", "agreement"),
    ("abstain abstain abstain", {}, "rejected", "agreement"),
    ("consent concern -", {}, "passed", "objection"),
    ("consent consent object", {}, "blocked", "objection"),
    ("object consent consent", {}, "blocked", "objection"),
    ("- consent object!", {}, "passed", "objection"),
    ("consent", {}, "passed", "objection"),
    ("-", {}, "rejected", "agreement"),
    ("", {}, "no-quorum", "quorum"),
    ("- consent consent - -", {"quorum": HALF}, "no-quorum", "quorum"),
    ("- consent consent abstain -", {"quorum": HALF}, "passed", "objection"),
    ("- consent object - -", {"quorum": HALF}, "no-quorum", "quorum"),
    ("- consent object abstain -", {"quorum": HALF}, "blocked", "objection"),
    ("- - -", {"silence_agrees": True}, "passed", "objection"),
    ("- - object", {"silence_agrees": True}, "blocked", "objection"),
    ("- - -", {"silence_agrees": True, "quorum": Quorum(1)}, "no-quorum", "quorum"),
    ("", {"silence_agrees": True}, "no-quorum", "quorum"),
]

CONSENSUS: list[Row] = [
    ("agree agree agree", {}, "passed", "block"),
    ("agree agree stand-aside", {}, "passed", "block"),
    ("- stand-aside stand-aside", {}, "rejected", "agreement"),
    ("agree agree block", {}, "blocked", "block"),
    ("agree agree block!", {}, "passed", "block"),
    ("block agree agree", {}, "blocked", "block"),
    ("agree - -", {}, "rejected", "agreement"),
    ("abstain abstain abstain", {}, "rejected", "agreement"),
    ("agree agree no", {}, "passed", "block"),
    ("", {}, "no-quorum", "quorum"),
    ("agree agree block", {"fallback": "modified-consensus"}, "turns", "block"),
    ("agree agree agree", {"fallback": "modified-consensus"}, "passed", "block"),
    ("agree agree block -", {"quorum": Quorum(4)}, "no-quorum", "quorum"),
]

MODIFIED: list[Row] = [
    ("agree agree agree", {}, "passed", "block"),
    # Nine of ten agree: met exactly. Eight of nine do not.
    ("agree " * 9 + "block", {}, "passed", "share"),
    ("agree " * 8 + "block", {}, "blocked", "share"),
    ("agree " * 18 + "block no", {}, "passed", "share"),
    ("agree " * 17 + "block no", {}, "blocked", "share"),
    ("agree " * 9 + "no", {}, "passed", "share"),
    ("agree " * 8 + "no", {}, "rejected", "share"),
    ("agree no no no", {}, "rejected", "share"),
    # Stand-asides and abstentions are left out of the count.
    ("agree " * 9 + "block stand-aside stand-aside abstain", {}, "passed", "share"),
    ("agree " * 9 + "block abstain", {"abstentions_count": True}, "blocked", "share"),
    ("agree " * 9 + "block!", {}, "passed", "block"),
    ("agree agree block", {"share": Ratio(2, 3)}, "passed", "share"),
    ("agree block", {"share": Ratio(2, 3)}, "blocked", "share"),
    ("- block", {}, "blocked", "share"),
    ("agree - -", {}, "rejected", "agreement"),
    ("stand-aside stand-aside stand-aside", {}, "rejected", "agreement"),
    ("", {}, "no-quorum", "quorum"),
    ("agree " * 9 + "block " + "- " * 11, {"quorum": HALF}, "no-quorum", "quorum"),
    ("agree " * 9 + "block " + "- " * 10, {"quorum": HALF}, "passed", "share"),
]

MAJORITY: list[Row] = [
    ("yes yes no", {}, "passed", "majority"),
    ("yes no", {}, "rejected", "majority"),
    ("yes - -", {}, "passed", "majority"),
    ("- - -", {}, "rejected", "majority"),
    ("abstain abstain abstain", {}, "rejected", "majority"),
    ("yes abstain abstain", {}, "passed", "majority"),
    ("yes abstain abstain", {"abstentions_count": True}, "rejected", "majority"),
    ("yes yes abstain", {"abstentions_count": True}, "passed", "majority"),
    ("", {}, "no-quorum", "quorum"),
    # Half of five is three people, abstentions among them.
    ("yes yes - - -", {"quorum": HALF}, "no-quorum", "quorum"),
    ("yes yes abstain - -", {"quorum": HALF}, "passed", "majority"),
    ("yes - -", {"quorum": Quorum(1)}, "passed", "majority"),
    ("yes yes yes", {"quorum": Quorum(4)}, "no-quorum", "quorum"),
]

SUPERMAJORITY: list[Row] = [
    # Two of three: met exactly; three of five is one below.
    ("yes yes no", {}, "passed", "share"),
    ("yes yes yes no no", {}, "rejected", "share"),
    ("yes " * 4 + "no no", {}, "passed", "share"),
    ("yes " * 66 + "no " * 33, {}, "passed", "share"),
    ("yes " * 66 + "no " * 34, {}, "rejected", "share"),
    ("- - -", {}, "rejected", "share"),
    ("abstain abstain abstain", {}, "rejected", "share"),
    ("yes abstain abstain", {}, "passed", "share"),
    ("yes yes abstain abstain", {"abstentions_count": True}, "rejected", "share"),
    ("yes yes abstain", {"abstentions_count": True}, "passed", "share"),
    ("yes yes yes no", {"share": Ratio(3, 4)}, "passed", "share"),
    ("yes yes no", {"share": Ratio(3, 4)}, "rejected", "share"),
    ("", {}, "no-quorum", "quorum"),
    ("yes yes - - -", {"quorum": HALF}, "no-quorum", "quorum"),
]

LAZY: list[Row] = [
    ("- - -", {}, "passed", "silence"),
    ("- +1 -", {}, "passed", "silence"),
    ("- - object", {}, "turns", "objection"),
    ("- - object!", {}, "passed", "silence"),
    ("object - -", {}, "turns", "objection"),
    ("- - -", {"quorum": HALF}, "passed", "silence"),
    ("", {}, "no-quorum", "quorum"),
]

APACHE: list[Row] = [
    ("+1 +1 +1", {}, "passed", "majority"),
    ("+1 +1 -", {}, "rejected", "binding"),
    ("- +1 +1 +1", {}, "passed", "majority"),
    ("+1 +1 +1 -1 -1", {}, "passed", "majority"),
    ("+1 +1 +1 -1 -1 -1", {}, "rejected", "majority"),
    ("+1 +1 +1 0 0", {}, "passed", "majority"),
    ("0 0 0", {}, "rejected", "binding"),
    ("- - -", {}, "rejected", "binding"),
    ("+1 +1 +1 -1", {"veto": True}, "blocked", "veto"),
    ("+1 +1 +1 -1!", {"veto": True}, "passed", "majority"),
    ("+1 +1 +1 -1!", {}, "passed", "majority"),
    ("+1 +1 -1", {"binding_min": 2}, "passed", "majority"),
    ("", {}, "no-quorum", "quorum"),
]

GRADIENT: list[Row] = [
    ("1 1 1", {}, "passed", "mean"),
    # A mean of exactly four passes, one more in the sum does not.
    ("1 3 5 7", {}, "passed", "mean"),
    ("1 3 6 7", {}, "rejected", "mean"),
    ("3 4", {"mean": Ratio(7, 2)}, "rejected", "agreement"),
    ("4 3", {"mean": Ratio(7, 2)}, "passed", "mean"),
    ("4 3 4", {"mean": Ratio(7, 2)}, "rejected", "mean"),
    ("1 1 1 8", {}, "blocked", "block"),
    ("1 1 1 8!", {}, "passed", "mean"),
    ("4 4 4", {}, "rejected", "agreement"),
    ("1 4 4", {}, "rejected", "agreement"),
    ("- - -", {}, "rejected", "agreement"),
    ("4 4 4", {"silence_agrees": True}, "passed", "mean"),
    ("", {}, "no-quorum", "quorum"),
    ("1 1 - - -", {"quorum": HALF}, "no-quorum", "quorum"),
]

TABLES: dict[str, list[Row]] = {
    "consent": CONSENT,
    "consensus": CONSENSUS,
    "modified-consensus": MODIFIED,
    "majority": MAJORITY,
    "supermajority": SUPERMAJORITY,
    "lazy": LAZY,
    "apache": APACHE,
    "gradient": GRADIENT,
}
EXAMPLES = [
    pytest.param(method, *row, id=f"{method}: {row[0][:40]} {row[1] or ''}")
    for method, table in TABLES.items()
    for row in table
]


@pytest.mark.parametrize(("method", "votes", "rules", "expected", "ground"), EXAMPLES)
def test_worked_examples(
    method: str, votes: str, rules: dict[str, Any], expected: str, ground: str
) -> None:
    found = outcome(matter(method, votes, **rules), CLOSES)

    assert (found.verdict.value, found.judgement.ground.value) == (expected, ground)
    assert shown(found.judgement.why).endswith(".")


def test_every_method_has_its_worked_examples() -> None:
    assert {*TABLES, "advice"} == METHODS.keys()


@pytest.mark.parametrize("method", METHODS)
def test_it_is_open_before_the_deadline_and_closed_from_it_on(method: str) -> None:
    case = matter(method, "- - -", asked=Asked(OPENED))

    assert outcome(case, CLOSES - 1).verdict.value == "open"
    assert outcome(case, CLOSES).verdict.value != "open"
    assert outcome(case, CLOSES - 1).judgement == outcome(case, CLOSES).judgement


@pytest.mark.parametrize("method", METHODS)
def test_words_and_emoji_of_a_method_are_its_own(method: str) -> None:
    for terms in (Terms(method), Terms(method, veto=True)):
        choices = choices_of(terms)
        words = [word for choice in choices for word in (choice.word, *choice.also)]
        assert len(set(words)) == len(words)
        assert len({choice.emoji for choice in choices}) == len(choices)
        assert all(choice.reasoned for choice in choices if choice.sense is Sense.STOP)


def test_methods_that_others_turn_into_exist_and_do_not_turn_back() -> None:
    assert {*FULL_METHODS, *FALLBACKS} <= METHODS.keys()
    assert "lazy" not in FULL_METHODS
    assert "consensus" not in FALLBACKS


# Blocks, deadlines, versions, people.


def test_a_block_withdrawn_in_the_last_minute_stops_nothing() -> None:
    case = matter("consensus", "agree agree block")
    withdrawn = replace(case, ballots={p: b for p, b in case.ballots.items() if p != 3})
    agreed = replace(case, ballots={**case.ballots, 3: Ballot("agree", CLOSES)})

    assert verdict(case).value == "blocked"
    assert verdict(withdrawn).value == verdict(agreed).value == "passed"


def test_a_block_after_the_deadline_does_not_count_and_is_told() -> None:
    case = matter("consensus", "agree agree -")
    late = replace(case, ballots={**case.ballots, 3: Ballot("block", CLOSES + 1, "because")})

    found = outcome(late, CLOSES + 1)

    assert found.verdict.value == "passed"
    assert found.count.uncounted == {Fault.LATE: (3,)}
    assert found.count.silent == (3,)


def test_whoever_joins_late_does_not_count_and_whoever_leaves_still_does() -> None:
    case = matter("majority", "yes yes no no yes", size=4)

    found = outcome(case, CLOSES)

    assert found.tally == {"yes": 2, "no": 2, "abstain": 0}
    assert found.verdict.value == "rejected"
    assert found.count.uncounted == {Fault.OUTSIDE: (5,)}
    assert found.electorate == 4, "frozen, whoever left since"


def test_a_ballot_on_an_older_text_counts_only_where_the_rule_keeps_it() -> None:
    amended = replace(matter("majority", "yes yes -"), version=2)
    kept = replace(amended, terms=Terms("majority", keep_ballots=True))
    again = replace(amended, ballots={1: Ballot("yes", OPENED + 2, version=2)})

    assert outcome(amended, CLOSES).count.uncounted == {Fault.OLD_TEXT: (1, 2)}
    assert verdict(amended).value == "rejected"
    assert verdict(kept).value == verdict(again).value == "passed"


def test_a_choice_of_another_method_does_not_count() -> None:
    found = outcome(matter("majority", "yes block -"), CLOSES)

    assert found.count.uncounted == {Fault.UNKNOWN: (2,)}


def test_a_voice_that_the_author_casts_for_somebody_is_no_agreement_of_another() -> None:
    by_author = matter("consent", "consent - -", proxies={2: 1})
    by_another = matter("consent", "consent consent -", proxies={3: 2})

    assert outcome(by_author, CLOSES).tally["consent"] == 2
    assert verdict(by_author).value == "rejected"
    assert verdict(by_another).value == "passed"


def test_an_author_who_may_not_vote_needs_somebody_who_may() -> None:
    assert verdict(matter("consent", "- -", author=9)).value == "rejected"
    assert verdict(matter("consent", "consent -", author=9)).value == "passed"


# Going on by another method.


def test_a_blocked_consensus_goes_on_and_its_ballots_keep_counting() -> None:
    case = matter("consensus", "agree " * 9 + "block", fallback="modified-consensus")
    found = outcome(case, CLOSES)
    goes_on = replace(
        case,
        terms=Terms(found.turns_into, fallback="modified-consensus"),
        closes_at=CLOSES + 72 * HOUR_MS,
    )

    assert found.turns_into == "modified-consensus"
    assert verdict(goes_on, CLOSES + 72 * HOUR_MS).value == "passed"


def test_an_objection_turns_lazy_consensus_at_once_into_the_full_method() -> None:
    case = matter("lazy", "- +1 object", full_method="consent")
    found = outcome(case, OPENED + 2 * HOUR_MS)
    goes_on = replace(case, terms=Terms(found.turns_into), closes_at=CLOSES + 1)

    assert (found.verdict.value, found.turns_into) == ("turns", "consent")
    assert verdict(goes_on, CLOSES + 1).value == "blocked", "the objection stands"
    assert outcome(goes_on, CLOSES).count.uncounted == {Fault.UNKNOWN: (2,)}


# The advice process.

ASKED = Asked(OPENED, affected=(2, 3), experts=(3, 4))
WAIT_OVER = OPENED + 72 * HOUR_MS
HOUR = OPENED + HOUR_MS

ADVICE = [
    # advice and decision as {person: (word, hours after opening)}, whom was asked, verdict
    ({2: ("advice", 1), 4: ("advice", 2), 1: ("go-ahead", 2)}, ASKED, "passed"),
    ({2: ("advice", 1), 4: ("advice", 2), 1: ("drop", 2)}, ASKED, "rejected"),
    ({2: ("advice", 1), 4: ("advice", 2), 1: ("go-ahead", 1)}, ASKED, "early"),
    ({3: ("advice", 1), 1: ("go-ahead", 1)}, ASKED, "passed"),
    ({2: ("advice", 1), 1: ("go-ahead", 2)}, ASKED, "early"),
    ({4: ("advice", 1), 1: ("go-ahead", 2)}, ASKED, "early"),
    ({5: ("advice", 1), 2: ("advice", 1), 1: ("go-ahead", 2)}, ASKED, "early"),
    ({1: ("go-ahead", 71)}, ASKED, "early"),
    ({1: ("go-ahead", 72)}, ASKED, "passed"),
    ({1: ("go-ahead", 72)}, Asked(OPENED + 1, (2,), (4,)), "early"),
    ({1: ("go-ahead", 72)}, Asked(OPENED), "passed"),
    ({1: ("go-ahead", 99)}, None, "early"),
    ({1: ("advice", 1), 2: ("go-ahead", 99)}, ASKED, "not-theirs"),
]


@pytest.mark.parametrize(("said", "asked", "expected"), ADVICE)
def test_the_author_decides_after_advice_or_a_wait(
    said: dict[int, tuple[str, int]], asked: Asked | None, expected: str
) -> None:
    cast = {who: Ballot(word, OPENED + at * HOUR_MS, "so") for who, (word, at) in said.items()}
    long = replace(matter("advice", size=5, asked=asked), ballots=cast, closes_at=OPENED + 10**9)
    found = outcome(long, OPENED + 100 * HOUR_MS)

    got = found.verdict.value if not found.count.uncounted else next(iter(found.count.uncounted)).value
    assert got == expected
    assert (found.verdict.value == "open") == (expected in {"early", "not-theirs"})


@pytest.mark.parametrize(
    ("asked", "advised", "of_two", "passes"),
    [
        (Asked(OPENED, (3,), (3,)), (3,), True, False),
        (Asked(OPENED, (3,), (3,)), (3,), False, True),
        (Asked(OPENED, (2, 3), (3, 4)), (3,), True, False),
        (Asked(OPENED, (2, 3), (3, 4)), (2, 3), True, True),
        (Asked(OPENED, (2, 3), (3, 4)), (3, 4), True, True),
        (Asked(OPENED, (2,), (AUTHOR,)), (AUTHOR, 2), True, False),
    ],
)
def test_one_person_is_not_both_affected_and_expert(
    asked: Asked, advised: tuple[int, ...], of_two: bool, passes: bool
) -> None:
    cast = {who: Ballot("advice", HOUR, "so") for who in advised}
    cast[AUTHOR] = Ballot("go-ahead", HOUR)
    case = matter("advice", size=5, asked=asked, advice_of_two=of_two)

    assert (verdict(replace(case, ballots=cast), HOUR).value == "passed") == passes


def test_an_author_who_never_decides_has_not_decided() -> None:
    case = replace(matter("advice", size=4, asked=ASKED), ballots={2: Ballot("advice", HOUR, "so")})

    assert (verdict(case).value, as_if_closed(case).judgement.ground) == ("rejected", Ground.AUTHOR)


def test_advice_of_one_who_is_asked_as_both_and_without_words() -> None:
    silent = Asked(OPENED, affected=(AUTHOR,), experts=(AUTHOR,))
    case = matter("advice", size=3, asked=silent)
    own = replace(
        case, ballots={1: Ballot("advice", HOUR, "mine"), 2: Ballot("advice", HOUR)}, closes_at=10**15
    )

    assert outcome(own, HOUR).count.uncounted == {Fault.NOT_THEIRS: (1,), Fault.UNREASONED: (2,)}
