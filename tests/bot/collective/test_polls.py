"""Polls of a collective: what its journal says is what it remembers; one person counts once."""

from __future__ import annotations

import hashlib
import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.books.audit import compare
from bot.collective.collectives import HOME
from bot.collective.events import Event, When
from bot.collective.folding import read_event
from bot.collective.pollbook import Polls, can_reopen
from bot.collective.pollevents import PollClosed, PollOpened, PollReopened, PollStep
from bot.collective.polls import life_of
from bot.polling.record import ResultRecord
from bot.polling.terms import PollTerms
from bot.tally.ties import commitment
from bot.text.languages import reader
from bot.text.rendering import render
from commands.polls.working import _draw_told
from tests.house import staged

PEOPLE = ("ann", "bo", "cem", "dee")
SCENE = "ann: /me\n@ member bo\n@ member cem\n@ member dee\n"

LINES = (
    "/poll Which? | a | b | c",
    "/poll Which? | a | b | c --method irv --adding --none",
    "/poll Which? | a | b --method dots --hidden --write-ins",
    "/vote Q1 a",
    "/vote Q1 b",
    "/vote Q2 a > b = c",
    "/vote Q2 none > c",
    "/vote Q3 a 4 b 2",
    "/vote Q3 +new 4",
    "/vote Q1 withdraw",
    "/vote Q2 withdraw",
    "/add-option Q2 d",
    "/hide Q1",
    "/close Q1",
    "/close Q2",
    "/close Q2 in 2 days",
    "/cancel Q3",
    "/reopen Q1",
    "/reopen Q2",
    "/repeat Q1 day",
    "/repeat Q1 never",
)

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from(LINES)).map(": ".join),
        st.sampled_from(("@ +1d", "@ +8d", "@ +40d", "@ restart")),
    ),
    max_size=30,
)


@settings(max_examples=25)
@given(STEPS)
def test_what_is_remembered_is_what_the_journal_says(steps: list[str]) -> None:
    with staged() as it:
        it.play(SCENE + "\n".join(["ann: " + LINES[0], "ann: " + LINES[1], *steps]))
        live, anew = it.remembered.get(HOME), it.folded()
        with it.store.journal.transaction() as tx:
            lives = {poll.ref: tx.about(HOME, poll.ref) for poll in anew.polls.known.values()}

    assert live is None or compare(live, anew) == []
    for poll in anew.polls.known.values():
        assert life_of([(entry, read_event(entry.payload)) for entry in lives[poll.ref]]) == poll


def events(text: str) -> list[Event]:
    with staged() as it:
        it.play(SCENE + text)
        return it.events()


def test_the_seed_that_is_revealed_is_the_one_that_was_published() -> None:
    polls = events("ann: /poll Which? | a | b\nann: /close Q1\nann: /reopen Q1\nann: /close Q1")

    commitments = [it.commitment for it in polls if isinstance(it, PollOpened | PollReopened)]
    seeds = [it.seed for it in polls if isinstance(it, PollClosed)]
    assert commitments == [hashlib.sha256(seed.encode()).hexdigest() for seed in seeds]
    assert seeds[1] == hashlib.sha256(f"{seeds[0]}\n1".encode()).hexdigest()


TIED = "ann: /poll Which? | a | b | c | d\nann: /vote Q1 a\nbo: /vote Q1 b\nann: /close Q1\n"


def elected(text: str) -> list[tuple[int, ...]]:
    return [it.result.elected for it in events(text) if isinstance(it, PollClosed)]


def test_however_often_it_is_opened_again_the_same_votes_draw_the_same() -> None:
    once = elected(TIED)

    assert elected(TIED + "ann: /reopen Q1\nann: /close Q1\n" * 6) == once * 7
    back = "ann: /reopen Q1\nann: /vote Q1 c\nann: /close Q1\n"
    back += "ann: /reopen Q1\nann: /vote Q1 a\nann: /close Q1\n"
    assert elected(TIED + back)[-1:] == once


def test_the_seeds_of_one_poll_are_one_chain() -> None:
    again = "ann: /reopen Q1\ncem: /vote Q1 {}\nann: /close Q1\n"
    polls = events(TIED + again.format("c") + again.format("d"))

    seeds = [it.seed for it in polls if isinstance(it, PollClosed)]
    for number, (last, following) in enumerate(itertools.pairwise(seeds), 1):
        assert following == hashlib.sha256(f"{last}\n{number}".encode()).hexdigest()


def test_a_journal_that_drew_anew_folds_as_it_was_and_is_told_so() -> None:
    """Polls by lot could be opened again once, and each opening had a seed of its own."""
    seal = "0" * 64
    drawn = ResultRecord("sortition", elected=(0,))
    terms = PollTerms(method="sortition")
    commitments = [commitment(seed) for seed in ("first", "second")]
    steps: tuple[PollStep, ...] = (
        PollOpened(
            number=1,
            author=1,
            question=seal,
            options=seal,
            terms=terms,
            electorate=(1,),
            closes=9,
            seed=seal,
            commitment=commitments[0],
            count=2,
        ),
        PollClosed(number=1, result=drawn, seed="first", closed=2),
        PollReopened(number=1, closes=9, seed=seal, commitment=commitments[1]),
        PollClosed(number=1, result=replace(drawn, elected=(1,)), seed="second", closed=4),
    )
    polls = Polls()
    for at, step in enumerate(steps, 1):
        polls.take(step, When(at, 1, {}))

    it = polls.known[1]
    assert it.result is not None
    assert (it.result.elected, it.revealed) == ((1,), "second")
    assert [each.seed for each in it.earlier] == ["first"]
    assert not can_reopen(it, 5)
    told = [render(row, reader("en", "UTC")) for row in _draw_told(it, lambda _: "a\nb")]
    assert "Its next seed was drawn anew when it was opened again." in told
    assert not [row for row in told if commitments[1] in row and "published at the opening" in row]


def test_a_seed_stays_behind_its_seal_until_the_close() -> None:
    with staged() as it:
        asked = "ann: /poll Which? | a | b\nann: /why Q1\nann!: /me export\n"
        script = f"{SCENE}{asked}ann: /close Q1\nann: /why Q1"
        answers = it.play(script)
        (closed,) = [event for event in it.events() if isinstance(event, PollClosed)]
    before, after = answers.split("ann: /close Q1")

    assert closed.seed not in before
    assert closed.seed in after
    assert "Which?" in before


def test_old_polls_leave_memory() -> None:
    script = "ann: /poll A? | a | b\nann: /close Q1\n@ +31d\nann: /poll B? | a | b"
    with staged() as it:
        it.play(SCENE + script)

        assert list(it.folded().polls.known) == [2]
