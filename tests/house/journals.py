"""Made-up journals with every kind of event, as lists and in a store."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.chain import Entry, Head, link, sealed
from bot.chat import Key
from bot.collective import shifts
from bot.collective.accounts import AccountAdded, CodeOffered, MembersMerged, MergeUndone
from bot.collective.banking import CollectiveIbanKept, MemberIbanKept, PayoutsFiled
from bot.collective.circles import CircleClosed, CircleFormed, CircleJoined, CircleLeft
from bot.collective.collectives import CollectiveFounded, CollectiveRenamed, InviteEnded, InviteMade
from bot.collective.contributions import (
    ContributionAmended,
    ContributionConfirmed,
    ContributionDisputed,
    ContributionLogged,
    ContributionWithdrawn,
    DisputeLifted,
    KindAdded,
    Share,
    Status,
    Stream,
    postings_between,
    postings_of,
)
from bot.collective.digests import DigestStopped, DigestTaken, DigestTold, Every
from bot.collective.dues import DuesChosen, DuesEnded, DuesExempted, DuesFell, DuesSet
from bot.collective.events import Event, Origin, Seal
from bot.collective.folding import write_event
from bot.collective.imports import (
    DecisionBrought,
    ImportAgreed,
    ImportAnnounced,
    ImportBegun,
    ImportDone,
    ImportHalted,
    ImportUndone,
    ThanksBrought,
)
from bot.collective.members import (
    LanguageChosen,
    MemberForgotten,
    MemberJoined,
    MemberLeft,
    MemberReached,
    MemberRenamed,
    MemberReturned,
    MembershipAsked,
    MembershipRefused,
    MembershipVouched,
    MemberUnreached,
    SeatHolderSet,
    ZoneChosen,
)
from bot.collective.needevents import (
    NeedCalled,
    NeedChanged,
    NeedDone,
    NeedDropped,
    NeedEnded,
    NeedOver,
    NeedPosted,
    NeedReminded,
    NeedSwapped,
    NeedTaken,
    NeedTerms,
    ShiftsMade,
    ShiftsTaken,
    SwapOffered,
)
from bot.collective.openness import Answer, OpennessAnswered, OpennessCommented, OpennessNoted
from bot.collective.pages import (
    CalendarLinkMade,
    CalendarLinkVoided,
    PageLinkMade,
    PageLinkVoided,
    PageNameHidden,
)
from bot.collective.pollevents import (
    PollBallotCast,
    PollBallotSealed,
    PollBallotTaken,
    PollCancelled,
    PollClosed,
    PollHidden,
    PollKeyDestroyed,
    PollMoved,
    PollNudged,
    PollOpened,
    PollOptionAdded,
    PollReopened,
    PollRepeats,
    PollVoided,
)
from bot.collective.proposalevents import (
    BallotCast,
    BallotTaken,
    EffectDone,
    EffectFailed,
    HandsConfirmed,
    HandsRejected,
    HandsShown,
    ProposalAmended,
    ProposalClosed,
    ProposalDrafted,
    ProposalMoved,
    ProposalOpened,
    ProposalTurned,
    ProxyNamed,
    ReviewCame,
    ReviewSet,
    SpokeChanged,
    VotersNudged,
)
from bot.collective.reminders import (
    ReminderAmended,
    ReminderCame,
    ReminderEnded,
    ReminderJoined,
    ReminderMoved,
    ReminderSet,
    RemindersRefused,
    RemindersWanted,
)
from bot.collective.restores import BooksRestored
from bot.collective.roles import Role, RoleGiven, RoleTaken
from bot.collective.rooms import RoomJoined, RoomLeft, RoomMoved, RoomNamed, RoomPlaced, SpaceJoined
from bot.collective.rulebook import RuleLocked, RuleSet, RuleUnlocked, RuleUnset
from bot.collective.rules import Layer
from bot.collective.thanks import ThanksGiven
from bot.collective.timers import TimerStarted, TimerStopped
from bot.deciding.terms import Terms
from bot.polling.record import PublishedBallot, ResultRecord, StageRecord
from bot.polling.terms import PollTerms
from bot.polling.votes import Vote
from bot.ports import Assigned, Received, Subject, Text, Written
from bot.value import periods
from storage.engines import open_engine
from storage.journal import SqlJournal
from storage.reading import SqlArchive
from storage.upgrading import bring_up_to_date
from tests.house.met import met
from tests.house.valuables import Valuables

BEGIN = 1_767_600_000_000
WORDS = ("baked bread", "leipä ✓ — тесто", 'said "no"\n\\ and left', "苺", "\x7f\u2028 </b> 🥖", "")


@dataclass
class Book(Valuables):
    """A journal in the making: every event follows from the ones before it."""

    seed: int
    collective: str = "home"
    entries: list[Entry] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    rooms: list[Assigned] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(f"{self.seed} {self.collective}")
        self.head, self.at = Head(), BEGIN
        self.open: dict[int, tuple[Share, Status]] = {}
        self.count = 0
        self.add(CollectiveFounded(name=f"Leipomo {self.collective}"))
        room = "main" if self.collective == "home" else self.collective
        self.add(RoomJoined(number=1, platform="console", room=room))
        for number in (1, 2, 3):
            name, account = self.seal(f"Äiti {number}", name=True), self.seal(f"@{number}", name=True)
            roles = (Role.ADMIN,) if number == 1 else ()
            self.add(MemberJoined(member=number, name=name, platform="p", account=account, roles=roles))

    def household(self) -> None:
        """Rooms, circles, rules and people come and go."""
        name = self.seal("Äiti 4", name=True)
        account = self.seal("@4", name=True)
        asked = MembershipAsked(
            candidate=1, name=name, platform="p", account=account, until=2**50, words=self.seal("hei")
        )
        joined = MemberJoined(member=4, name=name, platform="p", account=account, candidate=1)
        again = self.seal("@4 too", name=True)
        refused = MembershipAsked(
            candidate=2, name=self.seal("x", name=True), platform="p", account=again, until=2**50
        )
        for event in (
            CollectiveRenamed(name="Leipomo"),
            InviteMade(code="00", until=2**50),
            InviteEnded(code="00"),
            SpaceJoined(platform="p", space="guild"),
            RoomNamed(number=1, name="keittiö"),
            CircleFormed(name="garden", purpose=self.seal("vihannekset")),
            CircleJoined(name="garden", member=1),
            CircleJoined(name="garden", member=2),
            CircleLeft(name="garden", member=1),
            RoomPlaced(number=1, circle="garden"),
            CircleFormed(name="short"),
            CircleClosed(name="short"),
            RoomJoined(number=2, platform="p", room="old"),
            RoomMoved(number=2, platform="p", former="old", room="new"),
            RoomJoined(number=3, platform="p", room="gone"),
            RoomLeft(number=3, platform="p", room="gone"),
            RuleSet(rule="grace", value="5", layer=Layer.ROOM, name="1"),
            RuleSet(rule="quorum", value="50%"),
            RuleUnset(rule="quorum"),
            RuleLocked(rule="grace"),
            RuleLocked(rule="share"),
            RuleUnlocked(rule="share"),
            asked,
            MembershipVouched(member=1, candidate=1),
            joined,
            refused,
            MembershipRefused(candidate=2),
            CodeOffered(member=4, code="01", until=2**50),
            AccountAdded(member=4, platform="p", account=self.seal("@5", name=True), code="01"),
            MemberRenamed(member=4, name=self.seal("Isoäiti", name=True)),
            MembersMerged(member=1, absorbed=4, roles=(Role.TREASURER,)),
            MergeUndone(member=1, absorbed=4, roles=(Role.TREASURER,)),
            MemberLeft(member=4),
            MemberReturned(member=4),
            MemberJoined(member=5, name=self.seal("Oy", name=True), platform="", account="", seat=True),
            SeatHolderSet(member=5, holder=4),
            MemberJoined(member=6, name=self.seal("z", name=True), platform="", account=""),
            MemberForgotten(member=6),
        ):
            self.add(event)

    def decide(self) -> None:
        """A proposal has a long life."""
        for event in (
            ProposalDrafted(number=1, author=1, title=self.seal("?")),
            ProposalOpened(
                number=1,
                author=1,
                title=self.seal("Sekoitin"),
                terms=Terms("consent"),
                electorate=(1, 2, 3),
                closes=2**50,
            ),
            BallotCast(number=1, member=2, choice="object", reason=self.seal("ei")),
            ProposalAmended(number=1, title=self.seal("Pieni sekoitin")),
            VotersNudged(number=1),
            BallotTaken(number=1, member=2),
            HandsShown(number=1, counts={"consent": 1}, by=1, witness=3),
            HandsRejected(number=1, member=3),
            HandsShown(number=1, counts={"consent": 2}, by=1, witness=3, reason=self.seal("käsi")),
            HandsConfirmed(number=1, member=3),
            ProposalMoved(number=1, closes=2**49, reason=self.seal("kiire")),
            SpokeChanged(number=1, circle="garden", member=2),
            ProposalTurned(number=1, terms=Terms("majority"), closes=2**49),
            ProposalClosed(number=1, verdict="passed", closed=2**48, review=2**49),
            EffectFailed(number=1, error="role"),
            EffectDone(number=1),
            ReviewSet(number=1, at=2**50),
            ReviewCame(number=1),
            ProxyNamed(member=2, proxy=3),
        ):
            self.add(event)

    def remind(self) -> None:
        """A digest of one's own, taken and stopped; reminders through all their lives."""
        self.add(DigestTaken(member=1, every=Every.WEEKLY, by=1))
        self.add(DigestTold(every=Every.WEEKLY, slot=self.at, member=1))
        self.add(DigestTold(every=Every.MONTHLY, slot=self.at, room=1, empty=True, until="2026-01-31"))
        self.add(DigestStopped(member=1))
        what = self.seal("water the plants")
        self.add(
            ReminderSet(
                number=1, author=1, at=self.at, what=what, room=1, every="week", zone="UTC", shared=True
            )
        )
        self.add(ReminderJoined(number=1, member=2))
        self.add(ReminderCame(number=1, members=(2,), next=self.at + 1))
        self.add(ReminderMoved(number=1, at=self.at + 2))
        self.add(ReminderAmended(number=1, at=self.at + 3, what=self.seal("water the tree")))
        self.add(ReminderEnded(number=1))
        self.add(RemindersRefused(member=2))
        self.add(RemindersWanted(member=2))
        self.add(MemberUnreached(member=2))
        self.add(BooksRestored(backup=1_000, missing=3))
        self.add(
            ImportAnnounced(
                number=1,
                source="kimai",
                plan=f"sha256:{'0' * 64}",
                file=f"sha256:{'1' * 64}",
                entries=2,
                members=(1,),
            )
        )
        self.add(ImportAgreed(number=1, member=2))
        brought = DecisionBrought(
            day="2025-03-01", what=self.seal("new oven"), origin=Origin(1, 2, "p")
        )
        self.add(brought)
        origin = Origin(1, 3, "q")
        self.add(ThanksBrought(member=1, to=2, day="2025-03-01", what=what, origin=origin))
        self.add(ImportBegun(number=1, rows="time:rows", contributions=2))
        self.add(ImportHalted(number=1))
        self.add(
            DuesSet(
                unit="EUR", count=1_000, every=periods.Every.MONTH, choices=(500,), first="2026-02-01"
            )
        )
        self.add(DuesChosen(member=1, step=self.seal("5", name=True)))
        self.add(DuesExempted(member=2, last="2026-03-01", by=1))
        self.add(DuesFell(first="2026-02-01", members=(1,)))
        self.add(DuesEnded(by=1))
        self.add(MemberIbanKept(member=2))
        self.add(CollectiveIbanKept(by=1))
        self.add(PayoutsFiled(numbers=(1,), form="sepa", by=1))
        self.add(ImportDone(number=1, first=1, entries=2))
        self.add(ImportUndone(number=1, entries=1, kept=1))
        self.add(MemberReached(member=2))

    def want(self) -> None:
        """A shift and a need, taken, given back, swapped, missed, done and taken off the board."""
        what = self.seal("shop till")
        terms = NeedTerms(unit="h", count=60, at=2**41, places=3, every="week", zone="UTC")
        for event in (
            shifts.ShiftAccountBegun(day="2026-01-01"),
            NeedPosted(number=1, author=1, what=what, terms=terms, room=1),
            ShiftsMade(number=1, first=2, at=(2**41, 2**41 + 604_800_000)),
            ShiftsTaken(number=1, member=2),
            NeedTaken(number=2, member=2, count=60),
            NeedTaken(number=2, member=1, count=30, by=2),
            NeedChanged(number=2, terms=terms, what=self.seal("shop and yard")),
            NeedReminded(number=2, members=(1, 2)),
            SwapOffered(number=2, member=2, to=3),
            NeedSwapped(number=2, member=2, to=3),
            NeedCalled(number=2),
            NeedOver(number=2),
            NeedDone(number=2, member=3, count=60, contribution=1),
            NeedDropped(number=2, member=1, reason=self.seal("ill"), missed=True),
            shifts.ShiftsOwed(members=(1, 2, 3), day="2026-02-01"),
            shifts.ShiftsExcused(member=2, first="2026-02-01", last="2026-03-01", by=1),
            shifts.ShiftsOwedAgain(member=2, day="2026-02-10", by=1),
            shifts.ShiftAccountEnded(),
            NeedEnded(number=3, reason=self.seal("closed")),
        ):
            self.add(event)

    def look(self) -> None:
        """Links to the pages, and a name that is hidden there."""
        for event in (
            PageLinkMade(member=2, digest="0" * 64),
            PageLinkMade(member=0, digest="1" * 64),
            PageLinkVoided(member=2),
            CalendarLinkMade(member=2, digest="2" * 64),
            CalendarLinkVoided(member=2),
            PageNameHidden(member=1),
            PageNameHidden(member=1, hidden=False),
            OpennessAnswered(question=10, answer=Answer.HALF, member=1, evidence=self.seal("sopimus")),
            OpennessCommented(question=5, member=1, text=self.seal("tapasimme")),
            OpennessCommented(question=5, member=1),
            OpennessNoted(
                first="2026-01-01", at=BEGIN, answers=("no",) * 12 + ("",), halves=(0, 0, 0, 0)
            ),
        ):
            self.add(event)

    def ask(self) -> None:
        """A poll goes through everything that can happen to one."""
        result = ResultRecord("irv", 1, (0,), (StageRecord({"0": "1", "1": "5/2"}, (0,), quota="3/2"),))
        asked: dict[str, Any] = {"terms": PollTerms("irv"), "electorate": (1, 2, 3), "closes": 2**49}
        names = self.seal("leipä\nпирог")
        for number in (1, 2, 3, 4):
            seed, question = self.seal(f"{number:032x}"), self.seal("mikä?")
            opened = PollOpened(
                number=number,
                author=1,
                question=question,
                options=names,
                seed=seed,
                commitment="0" * 64,
                count=2,
                room=1,
                nudges=True,
                **asked,
            )
            self.add(opened)
        ballot = PublishedBallot(Vote(ranks=((1,), (0,))), "amber-canoe-owl")
        for event in (
            PollHidden(number=3, secret=True, publishes="receipts"),
            PollBallotSealed(number=3, member=2),
            PollBallotSealed(number=3, member=3, by=1),
            PollBallotTaken(number=3, member=3),
            PollClosed(
                number=3,
                result=result,
                seed="0" * 32,
                voters=1,
                closed=self.at,
                standing=(0, 1),
                ballots=(ballot,),
            ),
            PollKeyDestroyed(number=3),
            PollHidden(number=4, secret=True),
            PollVoided(number=4, why="lost", closed=self.at),
            PollHidden(number=1),
            PollOptionAdded(number=1, option=self.seal("pulla"), member=2),
            PollBallotCast(number=1, member=2, vote=Vote(ranks=((0,), (1, 2)))),
            PollBallotCast(number=1, member=3, vote=Vote(ranks=((1,),)), by=1),
            PollBallotTaken(number=1, member=3),
            PollRepeats(number=1, every="week", again=2**49),
            PollMoved(number=1, closes=2**48, reason=self.seal("kiire")),
            PollNudged(number=1),
            PollClosed(number=1, result=result, seed="0" * 32, voters=1, closed=self.at),
            PollReopened(number=1, closes=2**49, seed=self.seal("f" * 32), commitment="1" * 64),
            PollCancelled(number=2, reason=self.seal("ei enää")),
        ):
            self.add(event)

    def add(self, event: Event) -> None:
        self.at += self.random.randrange(3) * 10_000_000
        cause = f"console:“{self.random.choice(WORDS)}”"
        entry = link(self.head, self.collective, self.at, 1, cause, write_event(event))
        self.entries.append(entry)
        self.rooms += [Assigned(place, "") for place in event.given_up]
        self.rooms += [Assigned(place, self.collective) for place in event.taken]
        self.subjects += [Subject(self.collective, it, entry.seq) for it in event.subjects]
        self.head = Head(entry.seq, entry.hash, entry.at)

    def seal(self, text: str, *, name: bool = False) -> Seal:
        made = sealed(text, self.random.randbytes(16))
        self.texts.append(Text(self.collective, made, identity=name, seq=self.head.seq + 1))
        return made.seal

    def share(self) -> Share:
        draw = self.random
        unit = draw.choice(("h", "EUR", "kg"))
        day = f"2026-01-{draw.randint(1, 28):02}"
        circle = draw.choice(("", "garden", "työ"))
        return Share(draw.randint(1, 3), "work", unit, draw.randint(1, 500), day, circle)

    def step(self) -> None:
        """One more event of some kind."""
        step = self.random.choice((self.log, self.log, self.change, self.small, self.timer))
        step()

    def log(self) -> None:
        self.count += 1
        share, needs = self.share(), self.random.randrange(2)
        status = Status.RECORDED if needs else Status.CONFIRMED
        self.open[self.count] = (share, status)
        self.add(
            ContributionLogged(
                number=self.count,
                share=share,
                what=self.seal(self.random.choice(WORDS)),
                needs=needs,
                postings=postings_between(None, status, share, status),
            )
        )

    def change(self) -> None:
        if not self.open:
            return
        number = self.random.choice(list(self.open))
        share, was = self.open[number]
        becomes = {Status.RECORDED: Status.CONFIRMED, Status.CONFIRMED: Status.DISPUTED}.get(was)
        postings = postings_between(share, was, share, becomes or Status.CONFIRMED)
        same: dict[str, Any] = {"number": number, "share": share, "was": was}
        if self.random.random() < 0.3:
            self.end(number, share, was)
            return
        if was is Status.RECORDED:
            self.add(ContributionConfirmed(**same, complete=True, postings=postings))
        elif was is Status.CONFIRMED:
            reason = self.seal(self.random.choice(WORDS))
            self.add(ContributionDisputed(**same, reason=reason, postings=postings))
        else:
            self.add(DisputeLifted(**same, becomes=Status.CONFIRMED, postings=postings))
        self.open[number] = (share, becomes or Status.CONFIRMED)

    def end(self, number: int, share: Share, was: Status) -> None:
        if self.random.random() < 0.5:
            undone = postings_between(share, was, None, was)
            self.add(ContributionWithdrawn(number=number, share=share, was=was, postings=undone))
            del self.open[number]
            return
        now = self.share()
        self.add(
            ContributionAmended(
                number=number,
                share=share,
                was=was,
                now=now,
                becomes=Status.CONFIRMED,
                what=self.seal("another"),
                postings=postings_between(share, was, now, Status.CONFIRMED),
            )
        )
        self.open[number] = (now, Status.CONFIRMED)

    def small(self) -> None:
        number = self.random.randint(1, 3)
        made: tuple[Event, ...] = (
            KindAdded(name=f"kind{len(self.entries)}", unit_class="time", stream=Stream.CARE),
            RoleGiven(member=number, role=Role.TREASURER),
            RoleTaken(member=number, role=Role.TREASURER),
            LanguageChosen(member=number, language="fi"),
            ZoneChosen(member=number, zone="Europe/Helsinki"),
            ThanksGiven(member=1, to=2, what=self.seal("kiitos")),
        )
        self.add(self.random.choice(made))

    def timer(self) -> None:
        self.add(TimerStarted(member=2, what=self.seal("weeding"), circle="garden"))
        self.add(TimerStopped(member=2))

    @property
    def written(self) -> Written:
        # The texts of steps that were not taken have no entry.
        payloads = "".join(entry.payload for entry in self.entries)
        texts = [text for text in self.texts if text.sealed.seal in payloads]
        return Written(
            entries=self.entries,
            subjects=self.subjects,
            texts=texts,
            received=heard(self.entries),
            rooms=self.rooms,
        )


def heard(entries: Iterable[Entry]) -> list[Received]:
    """The messages that entries come from, as they were handled."""
    causes = {(entry.cause, entry.collective): entry.at for entry in entries}
    return [
        Received(Key(*cause.partition(":")[::2], collective), collective, at)
        for (cause, collective), at in causes.items()
    ]


def book(seed: int = 0, length: int = 40, collective: str = "home", *, whole: bool = False) -> Book:
    """A journal of about so many entries; the same seed gives the same one.

    A whole one holds every kind of event.
    """
    made = Book(seed, collective)
    while len(made.entries) < length:
        made.step()
    if whole:
        made.household()
        made.decide()
        made.earn()
        made.share_out()
        made.issue()
        made.reciprocate()
        made.fund()
        made.share_expense()
        made.ask()
        made.remind()
        made.want()
        for event in met(made.seal):
            made.add(event)
        made.look()
    return made


def write(journal: SqlJournal, *written: Written) -> None:
    for each in written:
        with journal.transaction() as transaction:
            transaction.write(each)


@contextmanager
def stored(url: str, *books: Book) -> Iterator[tuple[SqlJournal, SqlArchive]]:
    """A store that keeps these journals."""
    bring_up_to_date(url)
    engine = open_engine(url)
    journal = SqlJournal(engine)
    try:
        write(journal, *(each.written for each in books))
        yield journal, SqlArchive(engine)
    finally:
        journal.close()


def forged(entries: list[Entry], payload: str) -> list[Entry]:
    """The journal with one more entry that is chained as it should be, whatever it says."""
    last = entries[-1]
    head = Head(last.seq, last.hash, last.at)
    return [*entries, link(head, last.collective, last.at, 1, "forged", payload)]


def logged(share: Share) -> str:
    """The content of a made-up entry."""
    event = ContributionLogged(number=999, share=share, what="", postings=postings_of(share))
    return write_event(event)
