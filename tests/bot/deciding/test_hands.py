"""Hands that are shown: never more voices than people, and nothing is settled too early."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement
from random import Random

import pytest

from bot.deciding.ballots import Ballot, Sense
from bot.deciding.judging import Verdict
from bot.deciding.matter import Hands, Matter
from bot.deciding.methods import FULL_METHODS, as_if_closed, choices_of, settled
from bot.deciding.terms import Quorum, Terms
from tests.bot.deciding.builders import CLOSES, OPENED, matter, verdict

SEEN = OPENED + 5


def shown(case: Matter, reason: str = "because", at: int = SEEN, **counts: int) -> Matter:
    words = {word.replace("_", "-"): count for word, count in counts.items()}
    return replace(case, hands=Hands(words, at, reason))


def test_hands_are_counted_beside_ballots() -> None:
    case = shown(matter("majority", "yes no - - -"), yes=2, no=1)
    found = as_if_closed(case)
    assert found.tally == {"yes": 3, "no": 2, "abstain": 0}
    assert (found.took_part, found.count.unheard) == (5, 0)
    assert found.facts()["hands"] == {"yes": 2, "no": 1}
    assert verdict(case) is Verdict.PASSED


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (shown(matter("majority", "yes no -"), yes=2), "more than are silent"),
        (shown(matter("majority", "- - -"), yes=2, at=CLOSES + 1), "after the deadline"),
        (replace(shown(matter("majority", "- - -"), yes=2), version=2), "about an old text"),
        (shown(matter("majority", "- - -"), agree=2), "no word of this method"),
        (shown(matter("consent", "- - -"), "", object=2), "no reason"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_hands_count_no_more(case: Matter, why: str) -> None:
    assert not as_if_closed(case).count.hands, why
    assert as_if_closed(case).took_part == len(case.ballots)


def test_kept_ballots_are_kept_hands() -> None:
    case = replace(shown(matter("majority", "- - -", keep_ballots=True), yes=2), version=2)
    assert as_if_closed(case).count.hands == {"yes": 2}


def test_nobody_votes_through_a_proxy_beside_hands() -> None:
    case = matter("majority", "yes - -", proxies={2: 1, 3: 1})
    assert as_if_closed(case).count.delegated == {2: 1, 3: 1}
    found = as_if_closed(shown(case, no=2))
    assert found.tally == {"yes": 1, "no": 2, "abstain": 0}
    assert (dict(found.count.delegated), found.count.waived) == ({}, (2, 3))


def test_one_of_the_hands_may_be_the_author_s() -> None:
    assert verdict(shown(matter("consent", "- - -"), consent=1)) is Verdict.REJECTED
    assert verdict(shown(matter("consent", "- - -"), consent=2)) is Verdict.PASSED
    assert verdict(shown(matter("consent", "consent - -"), consent=1)) is Verdict.PASSED


def test_a_block_by_hand_stops_it_and_settles_nothing() -> None:
    case = shown(matter("consent", "- - - -"), consent=3, object=1)
    assert verdict(case) is Verdict.BLOCKED
    assert settled(case) is None


def test_who_votes_after_the_hands_may_be_one_of_them_so_that_another_is_still_to_be_heard() -> None:
    case = shown(matter("consent", "- - - -"), consent=3)
    assert settled(replace(case, ballots={4: Ballot("concern", SEEN - 1)})) is not None
    assert settled(replace(case, ballots={4: Ballot("concern", SEEN)})) is None


def test_there_are_never_more_voices_than_people() -> None:
    for seed in range(300):
        case = made(Random(seed))
        found = as_if_closed(case)
        assert found.took_part <= found.electorate
        assert found.took_part + found.count.unheard == found.electorate


def test_what_is_settled_comes_out_so_whatever_the_rest_say() -> None:
    looked = 0
    for seed in range(400):
        case = made(Random(seed))
        found = settled(case)
        if found is not None:
            looked += 1
            verdicts = {as_if_closed(each).verdict for each in completions(case)}
            assert verdicts == {found.verdict}, case
    assert looked > 40


def made(chance: Random) -> Matter:
    """Any small matter with hands: also more of them than there are people."""
    terms = Terms(chance.choice(FULL_METHODS), quorum=Quorum(chance.randrange(4)))
    words = [each.word for each in choices_of(terms)]
    size = chance.randrange(1, 5)
    cast = {
        person: Ballot(chance.choice(words), SEEN - 1, "because")
        for person in range(1, size + 1)
        if chance.random() < 0.4
    }
    counts = {word: chance.randrange(3) for word in chance.sample(words, 2)}
    plain = matter(terms.method, size=size)
    return replace(plain, terms=terms, ballots=cast, hands=Hands(counts, SEEN, "because"))


def completions(case: Matter) -> Iterator[Matter]:
    """All that can still become of it: the rest, and who stops it, say anything or nothing."""
    count = as_if_closed(case).count
    stops = {each.word for each in count.choices if each.sense is Sense.STOP}
    standing = {word: n for word, n in count.hands.items() if word not in stops}
    kept = {who: each for who, each in case.ballots.items() if each.choice not in stops}
    rest = len(case.electorate) - len(kept) - sum(standing.values())
    words = [each.word for each in count.choices]
    for more in range(rest + 1):
        for said in combinations_with_replacement(words, more):
            counts = dict(standing)
            for word in said:
                counts[word] = counts.get(word, 0) + 1
            yield replace(case, ballots=kept, hands=Hands(counts, SEEN, "because"))
