"""Polls of a collective: what its journal says is what it remembers; one person counts once."""

from __future__ import annotations

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.cli.config import Config
from adapters.cli.store import MEMORY, open_store
from adapters.cli.trying import BEGIN, open_stage, play
from bot.audit import compare
from bot.collective.collectives import HOME
from bot.collective.polls import PollClosed, PollOpened, PollReopened, life_of
from bot.collective.state import State, fold, read_event

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
    with open_store(MEMORY) as store:
        stage = open_stage(Config(), store, BEGIN, seed=1)
        play(stage, SCENE + "\n".join(["ann: " + LINES[0], "ann: " + LINES[1], *steps]), machine=False)
        live = stage._engine._hearing.states._states.get(HOME)
        with store.journal.transaction() as tx:
            entries = list(tx.entries(HOME))
            anew = fold(State(HOME), entries, tx.names(HOME))
            lives = {it.ref: tx.about(HOME, it.ref) for it in anew.polls.known.values()}

    assert live is None or compare(live, anew) == []
    for it in anew.polls.known.values():
        assert life_of([(entry, read_event(entry.payload)) for entry in lives[it.ref]]) == it


def events(text: str) -> list[object]:
    with open_store(MEMORY) as store:
        play(open_stage(Config(), store, BEGIN, seed=1), SCENE + text, machine=False)
        with store.journal.transaction() as tx:
            return [read_event(entry.payload) for entry in tx.entries(HOME)]


def test_the_seed_that_is_revealed_is_the_one_that_was_published() -> None:
    polls = events("ann: /poll Which? | a | b\nann: /close Q1\nann: /reopen Q1\nann: /close Q1")

    commitments = [it.commitment for it in polls if isinstance(it, PollOpened | PollReopened)]
    seeds = [it.seed for it in polls if isinstance(it, PollClosed)]
    assert commitments == [hashlib.sha256(seed.encode()).hexdigest() for seed in seeds]
    assert len(set(seeds)) == 2


def test_a_seed_stays_behind_its_seal_until_the_close() -> None:
    with open_store(MEMORY) as store:
        stage = open_stage(Config(), store, BEGIN, seed=1)
        script = SCENE + "ann: /poll Which? | a | b\nann: /why Q1\nann!: /me export\nann: /close Q1"
        answers = play(stage, script, machine=False)
        with store.journal.transaction() as tx:
            (closed,) = [
                event
                for entry in tx.entries(HOME)
                if isinstance(event := read_event(entry.payload), PollClosed)
            ]
    before, after = answers.split("ann: /close Q1")

    assert closed.seed not in before
    assert closed.seed in after
    assert "Which?" in before


def test_old_polls_leave_memory() -> None:
    script = "ann: /poll A? | a | b\nann: /close Q1\n@ +31d\nann: /poll B? | a | b"
    with open_store(MEMORY) as store:
        play(open_stage(Config(), store, BEGIN, seed=1), SCENE + script, machine=False)
        with store.journal.transaction() as tx:
            state = fold(State(HOME), tx.entries(HOME), tx.names(HOME))

    assert list(state.polls.known) == [2]
