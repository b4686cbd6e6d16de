"""The ranked methods once more, ballot by ballot as their rules are told: slow, and easy to check.

Each ballot is a tuple of options, best first, none equal. Whoever has to go in a tie is the last one
in the drawn order, which is given. The properties compare these with the real counts; the benchmarks
take them as the baseline.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

Order = tuple[int, ...]
Stages = list[dict[int, Fraction]]


def next_choice(ballot: Order, continuing: set[int]) -> int | None:
    """The first choice that is still in the count."""
    for option in ballot:
        if option in continuing:
            return option
    return None


def irv(ballots: Sequence[Order], options: int) -> tuple[int | None, Stages]:
    """Instant runoff one by one; None when a tie would have to be drawn."""
    continuing, stages = set(range(options)), Stages()
    while True:
        totals = dict.fromkeys(sorted(continuing), Fraction(0))
        for ballot in ballots:
            choice = next_choice(ballot, continuing)
            if choice is not None:
                totals[choice] += 1
        stages.append(totals)
        leader = max(totals, key=totals.__getitem__)
        if 2 * totals[leader] > sum(totals.values()):
            return leader, stages
        lowest = min(totals.values())
        last = [option for option in continuing if totals[option] == lowest]
        if len(last) > 1:
            return None, stages
        continuing.remove(last[0])


def pairs(ballots: Sequence[Order], options: int) -> list[list[int]]:
    """Who is preferred to whom how often; options that are not ranked are below all others."""
    wins = [[0] * options for _ in range(options)]
    for ballot in ballots:
        for place, winner in enumerate(ballot):
            for loser in set(range(options)).difference(ballot[: place + 1]):
                wins[winner][loser] += 1
    return wins


def schulze(ballots: Sequence[Order], options: int) -> set[int]:
    """The unbeaten options, by the definition: a path from each to each, of every strength."""
    wins = pairs(ballots, options)

    def reaches(start: int, end: int, strength: int) -> bool:
        seen, open_ends = {start}, [start]
        while open_ends:
            here = open_ends.pop()
            for there in range(options):
                won = wins[here][there]
                if there not in seen and won > wins[there][here] and won >= strength:
                    seen.add(there)
                    open_ends.append(there)
        return end in seen

    def path(start: int, end: int) -> int:
        return max((s for row in wins for s in row if s and reaches(start, end, s)), default=0)

    everybody = range(options)
    return {a for a in everybody if all(path(a, b) >= path(b, a) for b in everybody if a != b)}


def scottish(  # noqa: C901 - the rules in one piece, to be read beside the Order
    ballots: Sequence[Order], options: int, seats: int, drawn: Sequence[int]
) -> tuple[list[int], Stages]:
    """Scottish STV with one value for each paper: rules 45 to 52."""
    continuing, elected, waiting, stages = set(range(options)), list[int](), set[int](), Stages()
    cut = 10**5
    valid = [ballot for ballot in ballots if ballot]
    quota = (len(valid) // (seats + 1) + 1) * cut
    holder = [ballot[0] for ballot in valid]
    value = [cut] * len(valid)
    totals = dict.fromkeys(range(options), 0)
    for option in holder:
        totals[option] += cut

    def latest_difference(tied: list[int], edge: int) -> int:
        for stage in reversed(stages[:-1]):
            best = sorted(stage[option] for option in tied)[edge]
            tied = [option for option in tied if stage[option] == best]
        return sorted(tied, key=drawn.index)[-1 if edge == 0 else 0]

    def transfer(option: int, surplus: int | None) -> None:
        total = totals.pop(option)
        if surplus is not None:
            totals[option] = quota
        for paper, ballot in enumerate(valid):
            if holder[paper] != option:
                continue
            if surplus is not None:
                value[paper] = surplus * value[paper] // total
            receiver = next_choice(ballot, continuing)
            holder[paper] = -1 if receiver is None else receiver
            if receiver is not None:
                totals[receiver] += value[paper]

    while True:
        stages.append({option: Fraction(total, cut) for option, total in totals.items()})
        new = {option for option in continuing if totals[option] >= quota}
        continuing -= new
        elected += sorted(new, key=lambda option: (-totals[option], drawn.index(option)))
        waiting |= {option for option in new if totals[option] > quota}
        vacancies = seats - len(elected)
        if vacancies == 0:
            return elected, stages
        if len(continuing) > vacancies and waiting:
            most = max(totals[option] for option in waiting)
            first = latest_difference([o for o in waiting if totals[o] == most], -1)
            waiting.remove(first)
            transfer(first, totals[first] - quota)
            continue
        if len(continuing) <= vacancies:
            elected += sorted(continuing, key=lambda o: (-totals[o], drawn.index(o)))
            return elected, stages
        least = min(totals[option] for option in continuing)
        last = latest_difference([o for o in continuing if totals[o] == least], 0)
        continuing.remove(last)
        transfer(last, None)


def meek(  # noqa: C901 - the rule in one piece
    ballots: Sequence[Order], options: int, seats: int, drawn: Sequence[int]
) -> tuple[list[int], Stages]:
    """The Meek reference rule, ballot by ballot."""
    one, omega = 10**9, 10**3
    hopeful, elected, stages = set(range(options)), list[int](), Stages()
    keep = dict.fromkeys(range(options), one)
    while len(elected) < seats and len(hopeful) + len(elected) > seats:
        last_surplus, new = None, list[int]()
        while True:
            votes = {option: 0 for option in range(options) if keep[option]}
            for ballot in ballots:
                weight = one
                for option in ballot:
                    if keep[option]:
                        kept = -(-weight * keep[option] // one)
                        votes[option] += kept
                        weight -= kept
                    if weight <= 0:
                        break
            quota = sum(votes.values()) // (seats + 1) + 1
            new = [option for option in hopeful if votes[option] >= quota]
            surplus = max(0, sum(votes[option] - quota for option in (*elected, *new)))
            if new or surplus < omega or (last_surplus is not None and surplus >= last_surplus):
                break
            last_surplus = surplus
            for option in elected:
                scaled = -(-keep[option] * quota // one)
                keep[option] = -(-scaled * one // votes[option])
        stages.append({option: Fraction(vote, one) for option, vote in votes.items()})
        hopeful.difference_update(new)
        elected += sorted(new, key=lambda option: (-votes[option], drawn.index(option)))
        if not new:
            lowest = min(votes[option] for option in hopeful)
            tied = [option for option in hopeful if votes[option] <= lowest + surplus]
            out = max(tied, key=drawn.index)
            hopeful.remove(out)
            keep[out] = 0
    if len(elected) < seats:
        elected += sorted(hopeful, key=lambda option: (-votes[option], drawn.index(option)))
    return elected, stages
