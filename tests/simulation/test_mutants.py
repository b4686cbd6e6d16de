"""Bugs planted on purpose: the simulation must find each of them, or it proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

import bot.collective.folding as folding_room
import commands.contributions.contributions as contribution_commands
from bot.chain import Entry, Head, link
from bot.chat import Outgoing
from bot.collective.contributions import ContributionWithdrawn
from bot.collective.memberbook import Members
from bot.collective.proposalbook import Proposals
from bot.collective.proposals import Proposal
from bot.collective.questions import CLOSE, Question
from bot.collective.treasury import postings_of
from bot.deciding.matter import Matter
from bot.deciding.settling import is_settled
from bot.ports import Mark, StorageFault
from bot.writer.delivery import Delivery
from bot.writer.engine import Engine
from bot.writer.resting import Resting
from bot.writer.sending import Became, Ours, Sender
from storage.journal import SqlTransaction
from tests.simulation.world import World

WORLDS = range(70, 100)
"""Each bug shows in one of them: which one does follows from the order in which all is sent."""

Plant = Callable[[pytest.MonkeyPatch], None]


def nothing_is_remembered(patch: pytest.MonkeyPatch) -> None:
    """The inbox is never asked: a message that comes twice acts twice."""
    patch.setattr(SqlTransaction, "answered", lambda self, keys: {})


def states_outlive_a_failed_commit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Engine, "forget", lambda self: None)


def told_before_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    """A message is marked as sent, then sent: a failure in between loses it."""
    send = Sender.deliver

    async def deliver(
        self: Sender, row: Outgoing, ours: Ours, resting: Resting | None = None
    ) -> Became:
        self._mark(Mark(row.key, row.number, receipt="sent"))
        return Became.TOLD if not row.at % 7 else await send(self, row, ours, resting)

    patch.setattr(Sender, "deliver", deliver)


def time_runs_back(patch: pytest.MonkeyPatch) -> None:
    def linked(head: Head, collective: str, at: int, actor: int, cause: str, payload: str) -> Entry:
        return link(Head(head.seq, head.hash, 0), collective, at, actor, cause, payload)

    patch.setattr("bot.writer.scribe.link", linked)


def links_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    def linked(head: Head, collective: str, at: int, actor: int, cause: str, payload: str) -> Entry:
        entry = link(head, collective, at, actor, cause, payload)
        return msgspec.structs.replace(entry, previous=bytes(32)) if head.seq % 5 else entry

    patch.setattr("bot.writer.scribe.link", linked)


def a_dispute_keeps_counting(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(contribution_commands, "postings_between", lambda *_: ())


def withdrawing_is_ignored(patch: pytest.MonkeyPatch) -> None:
    table: dict[Any, Any] = {**folding_room.EVENTS, ContributionWithdrawn: lambda *_: None}
    patch.setattr(folding_room, "EVENTS", table)


def strangers_may_amend(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(contribution_commands, "_check_own", lambda state, it, me: None)


def repeats_are_answered_anew(patch: pytest.MonkeyPatch) -> None:
    """A repeated message gets an empty answer instead of the first one."""
    answered = SqlTransaction.answered

    def emptied(self: SqlTransaction, keys: Any) -> Any:
        return dict.fromkeys(answered(self, keys), ())

    patch.setattr(SqlTransaction, "answered", emptied)


def the_outbox_is_not_taken_up(patch: pytest.MonkeyPatch) -> None:
    """After a restart nobody looks what was left to be told."""
    patch.setattr(Delivery, "take_up", lambda self: None)


def limits_are_not_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("commands.ledger.moving.check_covered", lambda *_, **__: None)


def payments_are_taken_once_too_often(patch: pytest.MonkeyPatch) -> None:
    """A payment posts its amount twice: its postings still sum to zero."""
    patch.setattr("commands.ledger.moving.postings_of", lambda order: postings_of(order) * 2)


def what_was_settled_stays_settled(patch: pytest.MonkeyPatch) -> None:
    """A vote that is changed, or taken back, is not looked at again."""
    known: dict[str, bool] = {}

    def is_settled_once(name: str, matter: Matter) -> bool:
        known[name] = known.get(name, False) or is_settled(name, matter)
        return known[name]

    patch.setattr("bot.collective.proposalbook.is_settled", is_settled_once)


def a_look_leaves_its_trace_in_the_state(patch: pytest.MonkeyPatch) -> None:
    look = Proposals.ends

    def traced(self: Proposals, it: Proposal, members: Members) -> int:
        it.failed = "looked at"
        return look(self, it, members)

    patch.setattr(Proposals, "ends", traced)


def the_first_vote_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Question, "take_vote", lambda self, voter, vote: self.cast.setdefault(voter, vote))


def a_deadline_is_passed_over(patch: pytest.MonkeyPatch) -> None:
    """Whoever has not voted is reminded, and nothing ever closes by the clock."""
    due = Question.dues
    patch.setattr(Question, "dues", lambda self: (each for each in due(self) if each.what != CLOSE))


MUTANTS = (
    nothing_is_remembered,
    states_outlive_a_failed_commit,
    told_before_it_is_sent,
    time_runs_back,
    links_are_forgotten,
    a_dispute_keeps_counting,
    withdrawing_is_ignored,
    strangers_may_amend,
    repeats_are_answered_anew,
    the_outbox_is_not_taken_up,
    limits_are_not_kept,
    payments_are_taken_once_too_often,
    what_was_settled_stays_settled,
    a_look_leaves_its_trace_in_the_state,
    the_first_vote_stays,
    a_deadline_is_passed_over,
)


@pytest.mark.parametrize("plant", MUTANTS, ids=lambda plant: plant.__name__)
def test_the_simulation_finds_a_planted_bug(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    assert any(_finds_something(seed) for seed in WORLDS)


def test_a_plant_that_does_not_fit_the_program_any_more_has_found_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(world: World, steps: int) -> list[str]:
        raise TypeError("takes 3 arguments")

    monkeypatch.setattr(World, "run", run)
    with pytest.raises(TypeError):
        _finds_something(70)


def _finds_something(seed: int) -> bool:
    """Findings, or what stops a world: it never comes to rest, or its store takes nothing any more."""
    try:
        return bool(World(seed).run(150))
    except (AssertionError, StorageFault):
        return True
