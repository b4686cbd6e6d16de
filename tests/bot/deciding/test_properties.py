"""What holds for every method, whatever people say: by hypothesis, and by trying all small cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deciding.ballots import Ballot, Fault, Sense
from bot.deciding.judging import Verdict
from bot.deciding.matter import Asked, Matter
from bot.deciding.methods import (
    FALLBACKS,
    METHODS,
    as_if_closed,
    choices_of,
    closes_early,
    outcome,
    settled,
)
from bot.deciding.outcome import Outcome
from bot.deciding.terms import HOUR_MS, Quorum, Ratio, Terms, Timing
from tests.bot.deciding.builders import CLOSES, OPENED, matter

SIZE_MAX = 7
YES = {
    "consent": "consent",
    "consensus": "agree",
    "modified-consensus": "agree",
    "majority": "yes",
    "supermajority": "yes",
    "lazy": "+1",
    "advice": "advice",
    "apache": "+1",
    "gradient": "1",
}
"""What favours a proposal most, in each method."""

quorums = st.one_of(
    st.builds(Quorum, st.integers(0, 4)),
    st.builds(lambda n, d: Quorum(share=Ratio(min(n, d), d)), st.integers(0, 5), st.integers(1, 5)),
)
terms = st.builds(
    Terms,
    st.sampled_from(sorted(METHODS)),
    quorum=quorums,
    share=st.sampled_from([None, Ratio(1, 2), Ratio(2, 3), Ratio(9, 10), Ratio(1)]),
    fallback=st.sampled_from(["", *FALLBACKS]),
    silence_agrees=st.booleans(),
    abstentions_count=st.booleans(),
    veto=st.booleans(),
    binding_min=st.integers(0, 4),
    mean=st.sampled_from([Ratio(1), Ratio(7, 2), Ratio(4), Ratio(8)]),
    keep_ballots=st.booleans(),
    secret=st.booleans(),
)


@st.composite
def matters(draw: st.DrawFn) -> Matter:
    """Any matter of a few people, also with ballots that do not count."""
    frozen = draw(terms)
    words = [choice.word for choice in choices_of(frozen)]
    people = st.integers(1, SIZE_MAX + 1)
    ballot = st.builds(
        Ballot,
        st.sampled_from([*words, *words, "nonsense"]),
        st.sampled_from([OPENED, OPENED + 80 * HOUR_MS, CLOSES, CLOSES, CLOSES + 1]),
        st.sampled_from(["", "so", "because"]),
        st.sampled_from([1, 1, 1, 2]),
    )
    return Matter(
        terms=frozen,
        author=draw(people),
        electorate=frozenset(range(1, draw(st.integers(0, SIZE_MAX)) + 1)),
        ballots=draw(st.dictionaries(people, ballot)),
        opened_at=OPENED,
        closes_at=CLOSES,
        proxies=draw(st.dictionaries(people, people)),
        asked=draw(st.sampled_from([None, Asked(OPENED, (2,), (3,))])),
    )


def result(found: Outcome) -> tuple[Verdict, str]:
    return found.verdict, found.turns_into


@given(matters(), st.randoms(use_true_random=False))
def test_the_order_of_ballots_never_matters(case: Matter, chance: Random) -> None:
    pairs = list(case.ballots.items())
    chance.shuffle(pairs)
    shuffled = replace(case, ballots=dict(pairs))

    assert as_if_closed(shuffled) == as_if_closed(case)


@given(matters())
def test_the_same_facts_give_the_same_outcome_after_the_journal(case: Matter) -> None:
    kept = msgspec.json.encode((case.terms, case.ballots, case.asked))
    read = msgspec.json.decode(kept, type=tuple[Terms, dict[int, Ballot], Asked | None])
    again = replace(case, terms=read[0], ballots=read[1], asked=read[2])

    assert outcome(again, CLOSES) == outcome(case, CLOSES)


@given(matters(), st.integers(1, SIZE_MAX))
def test_adding_a_yes_never_turns_passed_into_failed(case: Matter, voter: int) -> None:
    """Somebody who has not voted, or through a proxy only, says the most favourable thing."""
    before = as_if_closed(case)
    if voter in case.ballots:
        return
    yes = Ballot(YES[case.terms.method], OPENED, "because", case.version)
    after = as_if_closed(replace(case, ballots={**case.ballots, voter: yes}))

    assert before.verdict is not Verdict.PASSED or after.verdict is Verdict.PASSED


@given(matters(), st.integers(1, SIZE_MAX), st.data())
def test_a_late_ballot_never_counts(case: Matter, voter: int, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from([choice.word for choice in choices_of(case.terms)]))
    late = Ballot(word, CLOSES + 1, "because", case.version)
    without = replace(case, ballots={p: b for p, b in case.ballots.items() if p != voter})
    found = as_if_closed(replace(case, ballots={**case.ballots, voter: late}))

    assert found.count.numbers == as_if_closed(without).count.numbers
    assert voter in found.count.uncounted[Fault.LATE if voter in case.electorate else Fault.OUTSIDE]


@given(matters())
def test_who_is_outside_never_counts(case: Matter) -> None:
    inside = {p: b for p, b in case.ballots.items() if p in case.electorate}

    assert as_if_closed(replace(case, ballots=inside)).count.numbers == as_if_closed(case).count.numbers


@given(matters())
def test_everybody_is_counted_once(case: Matter) -> None:
    count = as_if_closed(case).count
    voices = [person for people in count.said.values() for person in people]

    assert sorted([*voices, *count.silent]) == sorted(case.electorate)
    assert set(count.looped) <= set(count.silent)
    assert count.numbers.took_part == len(voices)
    assert not case.terms.secret or not count.delegated


@given(matters())
def test_nothing_passes_without_its_quorum_or_against_a_stop(case: Matter) -> None:
    found = as_if_closed(case)
    if found.verdict is Verdict.PASSED:
        assert found.took_part >= found.quorum
        assert found.electorate
        assert not found.count.who(Sense.STOP) or case.terms.method == "modified-consensus"


# What can no longer change.


def completions(case: Matter) -> Iterator[Mapping[int, Ballot]]:
    """Every way in which those who have not voted, and those who stop it, may still vote."""
    own = as_if_closed(replace(case, proxies={})).count
    rest = sorted({*own.silent, *own.who(Sense.STOP)})
    fixed = {p: b for p, b in case.ballots.items() if p not in rest}
    says = [
        [None, *(c.word for c in choices_of(case.terms) if c.open_to(author=who == case.author))]
        for who in rest
    ]
    for words in product(*says):
        said = {
            who: Ballot(word, CLOSES, "because")
            for who, word in zip(rest, words, strict=True)
            if word is not None
        }
        yield {**fixed, **said}


def results(case: Matter) -> set[tuple[Verdict, str]]:
    return {
        result(as_if_closed(replace(case, ballots=ballots, proxies={})))
        for ballots in completions(case)
    }


@given(matters())
def test_settled_is_exact(case: Matter) -> None:
    """It says so if, and only if, no case of all cases comes out otherwise."""
    own = as_if_closed(replace(case, proxies={})).count
    if len({*own.silent, *own.who(Sense.STOP)}) > 4:
        case = replace(case, electorate=frozenset(range(1, 5)))
    case = replace(case, asked=Asked(OPENED - 100 * HOUR_MS))

    found = settled(case)

    assert (found is not None) == (len(results(case)) == 1)
    assert found is None or result(found) in results(case)


RULES: list[dict[str, Any]] = [
    {},
    {"quorum": Quorum(3)},
    {"quorum": Quorum(9)},
    {"silence_agrees": True},
    {"abstentions_count": True},
    {"fallback": "modified-consensus"},
    {"veto": True, "binding_min": 1},
    {"share": Ratio(1, 2), "mean": Ratio(2)},
]


@pytest.mark.parametrize("rules", RULES, ids=str)
@pytest.mark.parametrize("method", sorted(METHODS))
def test_settled_agrees_with_all_cases_of_three_people(method: str, rules: dict[str, Any]) -> None:
    words = [choice.word for choice in choices_of(Terms(method, **rules))]
    words = ["1", "3", "4", "8"] if method == "gradient" else words
    for line in product(["-", *words], repeat=3):
        case = replace(matter(method, " ".join(line), **rules), asked=Asked(OPENED - 100 * HOUR_MS))
        assert (settled(case) is not None) == (len(results(case)) == 1), line


@given(matters(), st.data())
def test_settled_is_never_contradicted(case: Matter, data: st.DataObject) -> None:
    """Also with proxies: whatever those vote who have not voted themselves, it comes out so."""
    found = settled(case)
    if found is None:
        return
    words = [choice.word for choice in choices_of(case.terms)]
    rest = sorted(case.electorate - {p for people in found.count.said.values() for p in people})
    more = data.draw(
        st.dictionaries(st.sampled_from(rest), st.sampled_from(words)) if rest else st.just({})
    )
    later = {who: Ballot(word, CLOSES, "because", case.version) for who, word in more.items()}

    assert result(as_if_closed(replace(case, ballots={**case.ballots, **later}))) == result(found)


SETTLED = [
    ("majority", "yes yes yes - -", {}, "passed"),
    ("majority", "yes yes - - -", {}, None),
    ("majority", "yes yes yes - -", {"quorum": Quorum(4)}, None),
    ("majority", "no no no - - -", {}, "rejected"),
    ("majority", "yes yes yes - -", {"quorum": Quorum(6)}, "no-quorum"),
    ("supermajority", "yes yes yes yes - -", {}, "passed"),
    ("supermajority", "yes yes yes - - -", {}, None),
    ("consensus", "agree agree agree", {}, "passed"),
    ("consensus", "agree agree -", {}, None),
    ("consensus", "agree agree block", {}, None),
    ("modified-consensus", "agree " * 9 + "-", {}, "passed"),
    ("modified-consensus", "agree " * 8 + "-", {}, None),
    ("consent", "consent consent consent", {}, "passed"),
    ("consent", "consent consent object", {}, None),
    ("lazy", "+1 +1 +1", {}, "passed"),
    ("lazy", "+1 +1 -", {}, None),
    ("apache", "+1 +1 +1 -", {}, "passed"),
    ("apache", "+1 +1 - -1", {}, None),
    ("apache", "+1 0 0 -", {}, "rejected"),
    ("apache", "+1 +1 +1 +1 -", {"veto": True}, None),
    ("gradient", "1 1 -", {}, None),
    ("gradient", "1 1 5", {}, "passed"),
]


@pytest.mark.parametrize(("method", "votes", "rules", "expected"), SETTLED)
def test_what_is_settled(method: str, votes: str, rules: dict[str, Any], expected: str | None) -> None:
    found = settled(matter(method, votes, **rules))

    assert (found and found.verdict.value) == expected


def test_it_closes_early_only_by_the_rule_and_after_the_minimum_wait() -> None:
    early = Timing(early_close=True, min_open_ms=24 * HOUR_MS)
    case = matter("majority", "yes yes yes - -", timing=early)

    assert closes_early(case, OPENED + 24 * HOUR_MS - 1) is None
    assert closes_early(matter("majority", "yes yes yes - -"), CLOSES - 1) is None
    assert closes_early(matter("majority", "yes yes - - -", timing=early), CLOSES - 1) is None
    found = closes_early(case, OPENED + 24 * HOUR_MS)
    assert found is not None
    assert found.verdict is Verdict.PASSED


def test_a_proxy_may_be_overruled_so_it_settles_nothing() -> None:
    case = matter("majority", "yes - - - -", proxies={2: 1, 3: 1, 4: 1, 5: 1})

    assert as_if_closed(case).tally["yes"] == 5
    assert settled(case) is None
