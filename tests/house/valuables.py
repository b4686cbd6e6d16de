"""What a made-up journal tells of money and value: every kind of event, one after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from bot.collective.budgets import BudgetBegun, BudgetChanged, BudgetEnded, BudgetTerms
from bot.collective.contributions import (
    Share,
)
from bot.collective.distributions import DistributionMade, ShareAllotted
from bot.collective.equations import EquationChosen, EquationSet
from bot.collective.events import Event, Seal
from bot.collective.funding import (
    FundingAsked,
    FundingDeclined,
    FundingEnded,
    FundingOpened,
    FundingTerms,
)
from bot.collective.ideas import (
    BackingsReturned,
    IdeaApproved,
    IdeaBacked,
    IdeaChanged,
    IdeaEnd,
    IdeaEnded,
    IdeaFunded,
    IdeaPut,
)
from bot.collective.invoices import InvoiceCancelled, InvoiceMatched, InvoiceSent
from bot.collective.ledger import reversed_postings, transfer
from bot.collective.partners import (
    PartnerAdded,
    PartnerClassified,
    PartnerDeclared,
    PartnerEnded,
    PartnerFell,
    PartnerGave,
    PartnerPledged,
    Standing,
)
from bot.collective.recurring import (
    RecurringCame,
    RecurringChanged,
    RecurringEnded,
    RecurringPaused,
    RecurringResumed,
    RecurringSet,
    RecurringTerms,
)
from bot.collective.rounds import NeedSaid, PointsGiven
from bot.collective.sharedexpenses import (
    Borne,
    ExpenseShared,
    PartAgreed,
    PartDeclined,
    PartsReminded,
    part_postings,
    shared_postings,
)
from bot.collective.slips import SlipKept, SlipRemoved
from bot.collective.treasury import (
    Approval,
    Flow,
    FundBegun,
    Order,
    TransferApproved,
    TransferAsked,
    TransferDeclined,
    TransferMade,
)
from bot.collective.treasury import postings_of as postings_of_order
from bot.collective.units import (
    IssueAllotted,
    LevyExempted,
    UnitBegun,
    UnitChanged,
    UnitPeriodEnded,
    UnitsIssued,
    UnitsTaken,
    UnitVouched,
)
from bot.deciding.terms import Ratio
from bot.value.partners import Basis as PledgeOf
from bot.value.partners import Pledge
from bot.value.periods import Every as PledgedEvery
from bot.value.policy import Mode, UnitTerms
from bot.value.reading import read_equation
from bot.value.reckoning import Basis, Cut, ShareLine


class Valuables(ABC):
    """The part of a journal in the making that is about money, equations, units and partners."""

    @abstractmethod
    def add(self, event: Event) -> None:
        """Write down one more event."""

    @abstractmethod
    def seal(self, text: str, *, name: bool = False) -> Seal:
        """Keep a text, and what commits to it."""

    def recurring(self) -> tuple[Event, ...]:
        """A bill recurs, comes, changes, is paused, resumed and ended."""
        terms = RecurringTerms("EUR", 4_500, "hosting", 1_769_900_000_000, "month", "Europe/Helsinki")
        bill = Order(Flow.EXPENSE, "EUR", 4_500, "2026-02-01", kind="hosting", recurring=1)
        return (
            RecurringSet(
                number=1, terms=terms, what=self.seal("palvelin"), next=terms.first, by=1, room=1
            ),
            TransferAsked(number=6, order=bill, needs=Approval.TREASURER, by=1),
            RecurringCame(number=1, day="2026-02-01", transfer=6, next=1, missed=("2026-01-01",)),
            TransferApproved(number=6, order=bill, by=1, postings=postings_of_order(bill)),
            RecurringChanged(number=1, terms=terms, next=2, by=1),
            RecurringPaused(number=1, by=1),
            RecurringResumed(number=1, next=3, by=1),
            RecurringEnded(number=1, by=1, reason=self.seal("loppu")),
        )

    def earn(self) -> None:
        """Money comes in, waits, is passed on and undone."""
        income = Order(Flow.INCOME, "EUR", 100_000, "2026-02-01", kind="licence")
        bill = Order(
            Flow.EXPENSE, "EUR", 1_250, "2026-02-02", member=2, kind="food", own=True, circle="garden"
        )
        paid = Order(Flow.PAY, "EUR", 250, "2026-02-03", member=2, to=3)
        library, eggs = self.seal("kirjasto"), self.seal("munat")
        waits = Approval.TREASURER
        kitchen = BudgetTerms("EUR", PledgedEvery.QUARTER.value, "food", "garden")
        rest = BudgetTerms("EUR", PledgedEvery.MONTH.value)
        undone = reversed_postings(postings_of_order(paid))
        for event in (
            FundBegun(name="tools"),
            TransferMade(number=1, order=income, what=library, postings=postings_of_order(income)),
            TransferAsked(number=2, order=bill, needs=waits, what=eggs, by=2),
            TransferApproved(number=2, order=bill, by=1, postings=postings_of_order(bill)),
            TransferAsked(number=3, order=bill, needs=waits, by=2),
            TransferDeclined(number=3, order=bill, by=1, reason=self.seal("ei")),
            TransferMade(number=4, order=paid, by=2, postings=postings_of_order(paid)),
            TransferMade(number=5, order=paid, reverses=4, postings=undone),
            BudgetBegun(name="kitchen", terms=kitchen, count=60_000, first="2026-01-01", by=1),
            BudgetChanged(name="kitchen", count=70_000, first="2026-01-01", proposal=1),
            BudgetBegun(name="rest", terms=rest, count=1, first="2026-02-01", by=1),
            BudgetEnded(name="rest", by=1),
            SlipKept(transfer=2, number=1, content=self.seal("pdf 9 1"), by=1, member=2),
            SlipKept(transfer=2, number=2, content=self.seal("png 9 2"), by=2, member=2),
            SlipRemoved(transfer=2, numbers=(2,), by=1),
            *self.recurring(),
            InvoiceSent(
                number=1,
                unit="EUR",
                count=100_000,
                day="2026-02-01",
                due="2026-03-01",
                whom=self.seal("kirjasto"),
                what=self.seal("varausjärjestelmä"),
                by=1,
            ),
            InvoiceMatched(number=1, transfer=1, count=100_000, day="2026-02-02", by=1),
            InvoiceSent(
                number=2, unit="EUR", count=1, day="2026-02-01", due="2026-03-01", whom=self.seal("x")
            ),
            InvoiceCancelled(number=2, day="2026-02-03", reason=self.seal("ei"), by=1),
        ):
            self.add(event)

    def share_out(self) -> None:
        """Equations are set, points given, needs said; income is shared out, and that is undone."""
        equation = read_equation("10% fund tools; rest work price 20 EUR")
        covering = Basis("2026-01", 2, "work", "h", "", 60, "2000", "45/2", 750)
        line = ShareLine(
            2, 1, 750, "2000", (covering, Basis("2026-01", 2, "work", "h", "", 2, "1", "2"))
        )
        made: dict[str, Any] = {"unit": "EUR", "count": 1_000, "equation": equation, "name": "fair"}
        shared: dict[str, Any] = {"member": 2, "unit": "EUR", "count": 750, "lines": (line,)}
        fund = transfer("treasury", "fund:tools", "EUR", 100)
        share = transfer("treasury", "held:2", "EUR", 750)
        for event in (
            EquationSet(name="fair", version=1, equation=equation, by=1, proposal=1),
            EquationChosen(name="fair", proposal=1),
            PointsGiven(giver=2, to=3, points=40),
            NeedSaid(member=3, unit="EUR", count=5_000),
            DistributionMade(
                number=6,
                day="2026-02-04",
                seed="D1",
                cuts=(Cut(100, 100), Cut(900, 750, "2000")),
                rest=150,
                what=self.seal("kevät"),
                postings=fund,
                **made,
            ),
            ShareAllotted(number=6, day="2026-02-04", postings=share, **shared),
            DistributionMade(
                number=7, day="2026-02-05", reverses=6, postings=reversed_postings(fund), **made
            ),
            ShareAllotted(
                number=7, day="2026-02-05", reverses=6, postings=reversed_postings(share), **shared
            ),
        ):
            self.add(event)

    def share_expense(self) -> None:
        """A member lays money out for two others, and that is undone; the next time both are asked."""
        borne = (Borne(1, 1, 34), Borne(2, 1, 33), Borne(3, 1, 33))
        owed = shared_postings(1, "EUR", borne)
        shared: dict[str, Any] = {"payer": 1, "unit": "EUR", "count": 100, "borne": borne, "by": 1}
        for event in (
            ExpenseShared(
                number=20, day="2026-02-07", what=self.seal("pizza"), postings=owed, **shared
            ),
            ExpenseShared(
                number=21,
                day="2026-02-08",
                corrects="2026-02-07",
                reverses=20,
                postings=reversed_postings(owed),
                **shared,
            ),
            ExpenseShared(number=22, day="2026-02-09", asked=(2, 3), **shared),
            PartAgreed(
                number=22,
                member=2,
                by=2,
                payer=1,
                unit="EUR",
                count=33,
                day="2026-02-10",
                postings=part_postings(2, 1, "EUR", 33),
            ),
            PartsReminded(number=22, members=(3,)),
            PartDeclined(number=22, member=3, by=3, reason=self.seal("en syönyt")),
        ):
            self.add(event)

    def issue(self) -> None:
        """A unit of one's own is begun, vouched in, issued, undone, paid in, taken of and changed."""
        unit = "leaf.2"
        terms = UnitTerms(
            Mode.ISSUED, wage=100, budget=50_000, levy=10, since="2026-01", fee=Ratio(1, 100)
        )
        credit = UnitTerms(Mode.CREDIT, limit=2_000, vouches=1)
        basis = (Basis("2026-01", 2, "work", "h", "", 60, "", "60"),)
        got: dict[str, Any] = {"unit": unit, "member": 2, "count": 100, "basis": basis}
        made = transfer("issuer", "held:2", unit, 100)
        paid = Order(Flow.PAY, unit, 50, "2026-02-07", member=2, to=3, fee=1, taker="issuer")
        retired = Order(Flow.RETIRE, unit, 5, "2026-02-07", member=3, taker="issuer")
        settled = Order(Flow.LEVY, unit, 5, "2026-02-07", member=3, taker="issuer")
        for event in (
            UnitBegun(unit=unit, words=("leaf", "leaves"), terms=terms, day="2026-02-06", by=1),
            UnitBegun(unit="sol.0", words=("sol",), terms=credit, day="2026-02-06", proposal=1),
            UnitVouched(unit="sol.0", member=2, by=3),
            UnitVouched(unit="sol.0", member=2, by=3, given=False),
            LevyExempted(unit=unit, member=1, until="2026-12-31", proposal=1),
            UnitsIssued(unit=unit, number=8, count=100, day="2026-02-06", by=1),
            IssueAllotted(number=8, day="2026-02-06", postings=made, **got),
            UnitsIssued(
                unit=unit, number=9, count=100, day="2026-02-06", reverses=8, what=self.seal("väärin")
            ),
            IssueAllotted(
                number=9, day="2026-02-06", reverses=8, postings=reversed_postings(made), **got
            ),
            UnitsIssued(unit=unit, number=10, count=100, day="2026-02-06", proposal=1),
            IssueAllotted(number=10, day="2026-02-06", postings=made, **got),
            TransferMade(number=11, order=paid, postings=postings_of_order(paid)),
            TransferMade(number=12, order=retired, postings=postings_of_order(retired)),
            UnitsTaken(
                unit=unit,
                member=3,
                day="2026-02-28",
                demurrage=2,
                levied=10,
                levy=3,
                owed=7,
                postings=transfer("held:3", "issuer", unit, 5),
            ),
            UnitPeriodEnded(unit=unit, day="2026-03-01"),
            TransferMade(number=13, order=settled, postings=postings_of_order(settled)),
            UnitChanged(unit=unit, version=2, words=("leaf",), terms=terms, day="2026-03-02", by=1),
        ):
            self.add(event)

    def fund(self) -> None:
        """A round waits, is declined, opened; ideas are put, backed, funded and not; it is over."""
        terms = FundingTerms("EUR", 5_000, 2_000, closes=1_770_400_000_000, zone="Europe/Helsinki")
        hidden = FundingTerms(
            "EUR",
            100,
            50,
            closes=1_770_400_000_000,
            ideas_until=1_770_300_000_000,
            backs_from=1_770_200_000_000,
            per_idea=20,
            exact=True,
            looked_at=True,
            hidden=True,
        )
        moves = [
            (Order(Flow.SET_ASIDE, "EUR", 5_000, "2026-02-07", fund="F1"), 15),
            (Order(Flow.RELEASE, "EUR", 2_500, "2026-02-07", fund="F1"), 16),
            (Order(Flow.SET_ASIDE, "EUR", 2_500, "2026-02-07", fund="k1"), 17),
            (Order(Flow.RELEASE, "EUR", 2_500, "2026-02-07", fund="F1"), 18),
            (Order(Flow.SET_ASIDE, "EUR", 100, "2026-02-07", fund="F3"), 19),
        ]
        made = [TransferMade(number=n, order=o, postings=postings_of_order(o)) for o, n in moves]
        why = self.seal("ei nyt")
        for event in (
            FundingAsked(number=1, terms=terms, by=1),
            made[0],
            FundingOpened(number=1, terms=terms, members=(1, 2, 3), transfer=15, by=1, second=2),
            FundingAsked(number=2, terms=terms, by=1),
            FundingDeclined(number=2, by=2),
            IdeaPut(number=1, round=1, author=2, title=self.seal("uuni"), least=2_000, most=2_500),
            IdeaChanged(number=1, round=1, least=1_000, most=2_500, text=self.seal("iso uuni")),
            IdeaApproved(number=1, round=1, by=1),
            IdeaBacked(round=1, member=2, number=1, count=1_000),
            IdeaBacked(round=1, member=3, number=1, count=1_500),
            made[1],
            FundBegun(name="k1"),
            made[2],
            IdeaFunded(number=1, round=1, count=2_500, backers=2, fund="k1", transfer=17),
            IdeaPut(number=2, round=1, author=3, title=self.seal("katto"), least=9, most=9),
            IdeaBacked(round=1, member=2, number=2, count=5),
            BackingsReturned(round=1, member=2),
            IdeaEnded(number=2, round=1, why=IdeaEnd.WITHDRAWN, reason=why, by=3),
            made[3],
            FundingEnded(number=1, left=2_500, transfer=18),
            made[4],
            FundingOpened(number=3, terms=hidden, members=(1, 2), transfer=19, proposal=1),
            IdeaPut(number=3, round=3, author=1, title=self.seal("maali"), least=20, most=20),
            IdeaBacked(round=3, member=2, backing=self.seal("3 20", name=True)),
        ):
            self.add(event)

    def reciprocate(self) -> None:
        """A partner pledges, declares, pays, gives, falls behind, and ends."""
        pledge = Pledge(
            PledgeOf.REVENUE, "EUR", Ratio(1, 20), PledgedEvery.QUARTER, "2025-01-01", cap=900
        )
        order = Order(Flow.INCOME, "EUR", 700, "2026-02-06", partner="bakery", period="2025-10-01")
        given = Share(2, "work", "h", 60, "2026-02-01")
        partner: dict[str, Any] = {"name": "bakery", "by": 1}
        for event in (
            PartnerAdded(day="2026-02-06", form=self.seal("osuuskunta"), worker_owned=True, **partner),
            PartnerClassified(standing=Standing.CONTRIBUTING, proposal=1, **partner),
            PartnerPledged(pledge=pledge, **partner),
            PartnerDeclared(
                first="2025-10-01",
                last="2025-12-31",
                count=16_000,
                day="2026-02-06",
                proof=self.seal("https://example.org"),
                **partner,
            ),
            TransferMade(number=14, order=order, by=1, postings=postings_of_order(order)),
            PartnerGave(contribution=1, share=given, **partner),
            PartnerFell(name="bakery", periods=("2025-01-01", "2025-04-01"), proposal=2),
            PartnerEnded(day="2026-02-06", **partner),
        ):
            self.add(event)
