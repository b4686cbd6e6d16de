"""The reckoning in words: each example is what somebody reads after `/why`."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from hypothesis import given

from bot.deciding.ballots import Ballot
from bot.deciding.matter import Matter
from bot.deciding.methods import METHODS, outcome
from bot.deciding.telling import (
    NAMES_SHOWN_MAX,
    cannot_pass,
    outcome_told,
    tally_words,
    terms_in_words,
)
from bot.deciding.terms import Quorum, Ratio, Terms
from tests.bot.deciding.builders import CLOSES, OPENED, matter, name, shown
from tests.bot.deciding.test_properties import matters

HALF = Quorum(share=Ratio(1, 2))


def told(case: Matter, now: int = CLOSES) -> str:
    return shown(outcome_told(outcome(case, now), name))


def same(told: str, expected: str) -> None:
    assert told == dedent(expected).strip()


def test_a_block_that_nine_tenths_do_not_outvote() -> None:
    case = matter(
        "modified-consensus",
        "agree " * 5 + "block stand-aside abstain - -",
        quorum=HALF,
        proxies={9: 2},
    )
    late = replace(case, ballots={**case.ballots, 10: Ballot("agree", CLOSES + 1), 11: Ballot("no", 1)})

    same(
        told(late),
        """
        Outcome: blocked.
        6 of 7 in the count agree; it takes 7 (90%).
        Method: modified-consensus. It passes at the deadline when nobody blocks or says no, else \
when 90% of those who say agree, no or block agree. Who stands aside or abstains is left out of \
that count. Somebody besides the author has to vote for it.
        - 10 people could vote, frozen when it was opened; 9 took part.
        - The quorum is 5 people of 10; abstentions count for it.
        - Counted: agree 6, stand aside 1, block 1, abstain 1
        - stand aside: Gus.
        - block: Fay.
        - abstain: Hal. That counts for the quorum and weighs for neither side.
        - Through a proxy: Ida by Ben.
        - Not counted, since they are not in the electorate: Kim.
        - Not counted, since it came after the deadline: Jon.
        - 1 person said nothing, which counts for nothing.
        - Rules, frozen when it was opened: quorum 50%, abstentions quorum, silence nothing.
        """,
    )


def test_a_consent_round_without_quorum_while_it_is_open() -> None:
    same(
        told(matter("consent", "- consent concern - -", quorum=HALF), OPENED),
        """
        It is open. Closed now it would be: no quorum.
        Only 2 people took part; the quorum is 3 of 5.
        Method: consent. It passes if nobody objects. Somebody besides the author has to \
vote for it.
        - 5 people could vote, frozen when it was opened; 2 took part.
        - The quorum is 3 people of 5; abstentions count for it.
        - Counted: consent 1, consent with a concern 1
        - consent with a concern: Cat.
        - 3 people said nothing, which counts for nothing.
        - Rules, frozen when it was opened: quorum 50%, silence nothing.
        """,
    )


def test_a_lazy_consensus_that_somebody_objected_to() -> None:
    same(
        told(matter("lazy", "- object -"), OPENED),
        """
        Outcome: goes on as consent.
        1 person objects.
        Method: lazy. It passes at the deadline unless somebody objects; then it goes on as consent.
        - 3 people could vote, frozen when it was opened; 1 took part.
        - Counted: object 1
        - object: Ben.
        - 2 people said nothing, which is assent.
        - Rules, frozen when it was opened: method consent.
        """,
    )


def test_a_release_vote_and_a_loop_of_proxies() -> None:
    same(
        told(matter("apache", "+1 +1 +1 -1 0 - -", proxies={6: 7, 7: 6})),
        """
        Outcome: passed.
        3 binding +1 and 1 binding -1.
        Method: apache. It passes with at least 3 binding +1, and more +1 than -1.
        - 7 people could vote, frozen when it was opened; 5 took part.
        - Counted: in favour (+1) 3, no opinion (0) 1, against (-1) 1
        - no opinion (0): Eve.
        - No vote, since the proxies lead round in a loop: Fay, Gus.
        - 2 people said nothing, which counts for nothing.
        - Rules, frozen when it was opened: veto off.
        """,
    )


def test_silence_that_a_rule_makes_agreement_is_told() -> None:
    text = told(matter("consent", "- - -", silence_agrees=True))

    assert "Silence counts as agreement." in text
    assert "3 people said nothing; by the rule silence that is agreement." in text


def test_abstentions_that_a_rule_puts_into_the_share_are_told_as_that() -> None:
    assert "abstain: Ben.\n" in told(matter("majority", "yes abstain", abstentions_count=True))


def test_a_fallback_is_told_before_it_is_needed() -> None:
    words = shown(terms_in_words(Terms("consensus", fallback="modified-consensus"), 3))

    assert "With a block left it goes on as modified-consensus." in words


def test_long_lists_of_names_are_cut() -> None:
    text = told(matter("majority", "abstain " * 30))

    assert "P20, 10 more." in text
    assert text.count("P") < NAMES_SHOWN_MAX


def test_facts_for_machines() -> None:
    case = matter("consensus", "agree agree block -", proxies={4: 1}, fallback="modified-consensus")

    assert outcome(case, CLOSES).facts() == {
        "status": "turns",
        "tally": {"agree": 3, "stand-aside": 0, "block": 1, "abstain": 0},
        "method": "consensus",
        "decided_by": "block",
        "electorate": 4,
        "took_part": 4,
        "quorum": 0,
        "uncounted": {},
        "delegated": 1,
        "turns_into": "modified-consensus",
    }


def test_the_tally_of_nothing() -> None:
    assert shown(tally_words(outcome(matter("majority", "- -"), OPENED))) == "Nobody has voted."


@pytest.mark.parametrize("method", METHODS)
def test_each_method_says_what_it_needs(method: str) -> None:
    for terms in (
        Terms(method),
        Terms(method, quorum=HALF, silence_agrees=True, abstentions_count=True, veto=True),
    ):
        text = shown(terms_in_words(terms, 5))
        assert text.splitlines()[0].endswith(".")
        assert ("The quorum is 3 people of 5" in text) == (
            METHODS[method].quorum and terms.quorum == HALF
        )
    assert shown(METHODS[method].about).endswith(".")


@pytest.mark.parametrize(
    ("terms", "electorate", "words"),
    [
        (Terms("majority"), 0, "Nobody may vote"),
        (Terms("majority", quorum=Quorum(4)), 3, "It takes 4 to vote, and 3 people may."),
        (Terms("majority", quorum=Quorum(3)), 3, None),
        (Terms("apache"), 2, "It takes 3 to vote"),
        (Terms("apache", quorum=Quorum(9)), 3, None),
        (Terms("lazy", quorum=Quorum(9)), 3, None),
    ],
)
def test_what_could_never_pass_is_told_at_opening(terms: Terms, electorate: int, words: str) -> None:
    found = cannot_pass(terms, electorate)

    assert (found is None) == (words is None)
    assert found is None or words in shown(found)


@given(matters())
def test_every_outcome_can_be_told(case: Matter) -> None:
    for now in (OPENED, CLOSES):
        text = told(case, now)
        assert "{" not in text
        assert text
