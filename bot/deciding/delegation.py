"""Delegation: who votes for whom.

A member names a proxy for one circle or for everything; what is named for the circle goes first. One's
own ballot always goes before the proxy's. Chains are followed to the first who voted, as in
LiquidFeedback; a loop in which nobody voted is no vote, and somebody who may not vote here passes
nothing on. Secret ballots have no proxies (`Terms.secret`).
Source: Behrens, Kistner, Nitsche, Swierczek: The Principles of LiquidFeedback (2014), section 2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from typing import Final

from bot.chat import Refusal
from bot.text.wording import Person, joined, say

EVERYWHERE: Final = ""
"""The circle that a proxy for everything is named for."""

Named = Mapping[int, Mapping[str, int]]
"""By member and circle, the proxy that they named."""


def proxies_in(circle: str, named: Named) -> dict[int, int]:
    """By member, the proxy that holds in this circle."""
    found = {}
    for member, by_circle in named.items():
        proxy = by_circle.get(circle, by_circle.get(EVERYWHERE))
        if proxy is not None:
            found[member] = proxy
    return found


def check_proxy(named: Named, member: int, circle: str, proxy: int, name: Callable[[int], str]) -> None:
    """Whether the member may name this proxy. Raises Refusal for oneself and for a loop.

    Named for everything, it must make no loop in any circle that somebody named a proxy for.
    """
    if proxy == member:
        raise Refusal(
            "proxy-self",
            say("Nobody is their own proxy."),
            instead=say("Without a proxy you vote yourself; name somebody else."),
        )
    wish = {**named, member: {**named.get(member, {}), circle: proxy}}
    circles = {each for by_circle in wish.values() for each in by_circle} | {EVERYWHERE}
    for each in sorted(circles) if circle == EVERYWHERE else [circle]:
        loop = loop_from(member, proxies_in(each, wish))
        if loop:
            raise Refusal(
                "proxy-loop",
                say(
                    "That makes a loop, in which nobody votes: {people}.",
                    people=joined((Person(name(one)) for one in (*loop, member)), " → "),
                ),
                instead=say("Name somebody who does not pass it back to you."),
            )


def loop_from(member: int, proxies: Mapping[int, int]) -> tuple[int, ...]:
    """The loop that the chain of this member comes back to them by; empty if it does not."""
    chain = dict.fromkeys([member])
    at = proxies.get(member)
    while at is not None and at not in chain:
        chain[at] = None
        at = proxies.get(at)
    return tuple(chain) if at == member else ()


class _End(Enum):
    """What a chain leads to where it leads to nobody who voted."""

    NOWHERE = "nowhere"
    LOOP = "loop"


def followed(
    silent: Sequence[int],
    voted: Collection[int],
    electorate: Collection[int],
    proxies: Mapping[int, int],
) -> tuple[dict[int, int], tuple[int, ...]]:
    """By voter without an own ballot, whose ballot counts for them; and who is caught in a loop.

    Both in the order of `silent`. Each voter is looked at once: what a chain leads to is remembered,
    and a chain that comes back to itself finds its own mark.
    """
    ends: dict[int, int | _End] = {each: each for each in voted}
    for voter in silent:
        chain = []
        at: int | None = voter
        while at is not None and at not in ends:
            ends[at] = _End.LOOP
            chain.append(at)
            proxy = proxies.get(at)
            at = proxy if proxy in electorate else None
        end = _End.NOWHERE if at is None else ends[at]
        for each in chain:
            ends[each] = end
    casters = {voter: end for voter in silent if not isinstance(end := ends[voter], _End)}
    return casters, tuple(voter for voter in silent if ends[voter] is _End.LOOP)
