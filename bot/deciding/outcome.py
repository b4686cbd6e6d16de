"""An outcome: the verdict, what decided it, and everything that it was reckoned from, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.deciding.counting import Count
from bot.deciding.judging import Judgement, Method, Verdict
from bot.deciding.terms import Terms


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out, or, while the verdict is `open`, what would come out if it closed now."""

    verdict: Verdict
    judgement: Judgement
    method: Method
    terms: Terms
    count: Count

    @property
    def tally(self) -> dict[str, int]:
        """How often each choice was said, also those that nobody said."""
        return dict(self.count.numbers.tally)

    @property
    def electorate(self) -> int:
        """How many people could vote."""
        return self.count.numbers.electorate

    @property
    def took_part(self) -> int:
        """How many of them did, themselves or through a proxy."""
        return self.count.numbers.took_part

    @property
    def quorum(self) -> int:
        """How many people had to take part; 0 where no quorum is asked for."""
        return self.terms.quorum.people(self.electorate) if self.method.quorum else 0

    @property
    def turns_into(self) -> str:
        """The method that it goes on by, if the verdict is to turn."""
        return self.judgement.turns_into if self.verdict is Verdict.TURNS else ""

    def facts(self) -> dict[str, Any]:
        """The reckoning for machines; what is no end yet is a status, not an outcome."""
        ended = self.verdict not in {Verdict.OPEN, Verdict.TURNS}
        return {
            "outcome" if ended else "status": self.verdict.value,
            "tally": self.tally,
            "method": self.method.name,
            "decided_by": self.judgement.ground.value,
            "electorate": self.electorate,
            "took_part": self.took_part,
            "quorum": self.quorum,
            "uncounted": {fault.value: len(who) for fault, who in self.count.uncounted.items()},
            "delegated": len(self.count.delegated),
            **({"hands": dict(self.count.hands)} if self.count.hands else {}),
            **({"turns_into": self.turns_into} if self.turns_into else {}),
        }
