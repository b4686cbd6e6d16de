"""The counting methods by name, and `count`, the one way to count anything.

Every method has its published tie rule, and says which ballots it counts and what can be chosen about
it. Counting is exact: whole numbers and fractions, never floating point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.chat import Refusal
from bot.tally.ballots import Election
from bot.tally.borda import count_borda
from bot.tally.dots import count_dots, count_quadratic
from bot.tally.fitting import Kind, first_misfit
from bot.tally.irv import count_irv
from bot.tally.options import Options, settled
from bot.tally.pairwise import count_ranked_pairs, count_schulze
from bot.tally.plurality import count_approval, count_several, count_single
from bot.tally.ranks import without_withdrawn
from bot.tally.result import Result
from bot.tally.scores import TOP, count_score, count_star
from bot.tally.sortition import count_sortition
from bot.tally.stv_meek import count_stv_meek
from bot.tally.stv_scottish import count_stv_scottish
from bot.tally.ties import Draw
from bot.tally.times import YES, count_times
from bot.text.wording import Say, joined, say

Counting = Callable[[Election[Any], Options, Draw], Result]


@dataclass(frozen=True, slots=True)
class CountingMethod:
    """A counting method: what it is for and how its ties end, in words, and what it counts.

    `most_seats` is None where any number can be elected. `options` are those of `Options` that it
    knows, with their defaults; the default of a number is None where there is no limit. For `scores`,
    `top` is the highest number for one option unless `options` say another, None where there is none.
    """

    name: str
    about: Say
    ties: Say
    kind: Kind
    counting: Counting
    most_seats: int | None = None
    options: Mapping[str, str | int | None] = field(default_factory=dict)
    top: int | None = None


THE_DRAW = say(
    "The draw follows from a seed. Its commitment is published at the opening and the seed at the "
    "close; anybody can repeat the draw."
)
"""What every tie rule means by the draw."""

_DRAW = say("Ties are settled by the draw.")
_PAIRS: Mapping[str, str] = {"unranked": "last", "strength": "votes"}

_ALL = (
    CountingMethod(
        "single",
        say("One vote each; the most votes win."),
        _DRAW,
        "choice",
        count_single,
        options={"overvotes": "void"},
    ),
    CountingMethod(
        "several",
        say("Each voter marks several options, up to a number; the most votes win."),
        _DRAW,
        "marks",
        count_several,
        options={"overvotes": "void", "marks": None},
    ),
    CountingMethod(
        "approval",
        say("Each voter marks every option they can live with; the most votes win."),
        _DRAW,
        "marks",
        count_approval,
    ),
    CountingMethod(
        "score",
        say("Each voter gives every option points, 0 to {top}; the highest sum wins.", top=TOP),
        say(
            "Of options with equal sums, the one with more highest scores comes first; then the draw "
            "decides."
        ),
        "scores",
        count_score,
        options={"top": TOP},
        top=TOP,
    ),
    CountingMethod(
        "star",
        say(
            "Each voter gives every option stars, 0 to {top}. The two highest sums go into a runoff: "
            "the one that more voters gave more stars wins.",
            top=TOP,
        ),
        say(
            "For the runoff, of options with equal sums those drop out that lose the most comparisons "
            "among them, then those with the fewest highest scores. In the runoff the higher sum wins, "
            "then more highest scores. Then the draw decides."
        ),
        "scores",
        count_star,
        most_seats=1,
        options={"top": TOP},
        top=TOP,
    ),
    CountingMethod(
        "irv",
        say(
            "Each voter ranks the options. The last one drops out and its ballots go on to their next "
            "choice, until one has more than half of the votes still counted."
        ),
        say(
            "Options equal at the bottom drop out together if all their votes are fewer than those of "
            "any other. Otherwise the one with fewer votes in the latest round where they differ drops "
            "out; then the draw decides."
        ),
        "ranks",
        count_irv,
        most_seats=1,
        options={"equal": "split"},
    ),
    CountingMethod(
        "stv-scottish",
        say(
            "Each voter ranks the options; several are elected in proportion. Who reaches the quota is "
            "elected and passes on the surplus; else the last one drops out. Counted by the rules of "
            "Scotland’s council elections."
        ),
        say(
            "Of equal surpluses the one goes first, and of options equal at the bottom the one stays, "
            "that had more votes in the latest stage where they differ; then the draw decides."
        ),
        "ranks",
        count_stv_scottish,
        options={"quota": "droop", "equal": "exhaust"},
    ),
    CountingMethod(
        "stv-meek",
        say(
            "Each voter ranks the options; several are elected in proportion. Everybody elected keeps "
            "only the part of each vote that they need. Counted by the Meek reference rule of the "
            "Proportional Representation Foundation."
        ),
        say(
            "Of options at the bottom that the surplus still to be passed on could make equal, the "
            "draw decides which one drops out."
        ),
        "ranks",
        count_stv_meek,
        options={"quota": "droop", "equal": "split"},
    ),
    CountingMethod(
        "schulze",
        say(
            "Each voter ranks the options. They are compared in pairs; who beats all others wins. If "
            "they beat each other in a circle, the strongest paths of defeats decide."
        ),
        say("Of options with paths equally strong in both directions, the draw decides."),
        "ranks",
        count_schulze,
        options=_PAIRS,
    ),
    CountingMethod(
        "ranked-pairs",
        say(
            "Each voter ranks the options. They are compared in pairs; the clearest defeats are locked "
            "first, and one that would close a circle is left out."
        ),
        say(
            "Of defeats with equally many votes, the one with fewer votes against it comes first; then "
            "the draw decides."
        ),
        "ranks",
        count_ranked_pairs,
        options=_PAIRS,
    ),
    CountingMethod(
        "borda",
        say("Each voter ranks the options; each place gives points, and the most points win."),
        say(
            "Of options with equal points, the one with more first places comes first; then the draw "
            "decides."
        ),
        "ranks",
        count_borda,
        options={"borda": "classic"},
    ),
    CountingMethod(
        "dots",
        say("Each voter spreads a number of dots over the options; the most dots win."),
        say(
            "Of options with equally many dots, the one that more voters gave dots comes first; then "
            "the draw decides."
        ),
        "scores",
        count_dots,
        options={"points": None},
    ),
    CountingMethod(
        "quadratic",
        say(
            "Each voter buys votes from a budget of credits: one vote for an option costs 1, two cost "
            "4, three cost 9. The most votes win."
        ),
        say(
            "Of options with equally many votes, the one that more voters gave votes comes first; then "
            "the draw decides."
        ),
        "scores",
        count_quadratic,
        options={"points": None},
    ),
    CountingMethod(
        "times",
        say("Each voter says yes, if need be, or no to each time; where most can come, wins."),
        say(
            "Of times when equally many can come, the one with more clear yes comes first; then the "
            "draw decides."
        ),
        "scores",
        count_times,
        top=YES,
    ),
    CountingMethod(
        "sortition",
        say("Nobody votes: those who are chosen are drawn by lot, and anybody can repeat the draw."),
        say("The draw leaves no ties."),
        "none",
        count_sortition,
    ),
)

METHODS: Mapping[str, CountingMethod] = {method.name: method for method in _ALL}
"""Every method by the name that it has in chat, on the command line and in rules."""


def count(
    method: str, election: Election[Any], *, options: Options | None = None, seed: str = ""
) -> Result:
    """Count the ballots. The same ballots, options and seed always give the same result.

    When no ballot says anything, or all give everybody nothing, nobody is elected. Raises Refusal for
    a method, an option or a number of seats that does not exist, for options of one name, and for
    ballots that are not of the method.
    """
    known = METHODS.get(method)
    if known is None:
        raise Refusal(
            "tally-method",
            say("There is no method “{method}”.", method=method),
            word=method,
            instead=say("There are: {methods}.", methods=joined(METHODS)),
        )
    chosen = settled(method, options or Options(), known.options)
    check_election(known, election, chosen)
    if known.kind == "ranks":
        election = without_withdrawn(election)
    result = known.counting(election, chosen, Draw(seed, election.options))
    zeros = known.kind == "scores" and not any(result.rounds[0].totals.values())
    if zeros or (known.kind != "none" and result.blank == election.voters):
        return Result(method, election.seats, (), blank=election.voters)
    return result


def check_election(method: CountingMethod, election: Election[Any], options: Options) -> None:
    """Raises Refusal for seats, options or ballots that this method cannot count."""
    names = election.options
    if len(set(names)) < len(names):
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise Refusal(
            "tally-same-name", say("Two options are called “{name}”.", name=twice), word=twice
        )
    if election.seats < 1:
        raise Refusal("tally-seats", say("At least one has to be elected."), word=str(election.seats))
    if method.most_seats is not None and election.seats > method.most_seats:
        raise Refusal(
            "tally-seats",
            say("The method “{method}” elects only one.", method=method.name),
            word=str(election.seats),
            instead=say("For several seats there are: {methods}.", methods=joined(_for_several())),
        )
    if not election.standing:
        raise Refusal("tally-no-options", say("There is nothing to elect."))
    misfit = first_misfit(method.kind, election, options.top or method.top)
    if misfit is not None:
        raise Refusal(
            "tally-ballot",
            say("A ballot does not fit the method “{method}”.", method=method.name),
            word=str(misfit),
        )


def _for_several() -> tuple[str, ...]:
    return tuple(name for name, method in METHODS.items() if method.most_seats is None)
