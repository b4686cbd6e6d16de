"""What people read about a secret poll: what it promises and what not, and what it publishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.collective.pollevents import FEW
from bot.collective.polls import Poll
from bot.collective.state import State
from bot.polling.record import PublishedBallot
from bot.polling.terms import LIST, OUTCOME, RECEIPTS, TOTALS
from bot.polling.votes import ANSWER_WORDS, Name, Vote, vote_told
from bot.text.wording import Code, Node, Typed, items, joined, lines, say, say_n

SMALL: Final = 7
"""Below so many voters a result often tells one of them how all the others voted."""

PUBLISHES: Final = {
    TOTALS: say("After the close: the totals and the working of the count."),
    LIST: say(
        "After the close: all ballots, without names, in random order. A ballot that ranks many "
        "options can be recognised."
    ),
    RECEIPTS: say(
        "After the close: all ballots, without names, in random order, each with three words that only "
        "its voter was told. Whoever shows these words to others proves how they voted."
    ),
    OUTCOME: say("After the close: what was decided, and nothing else."),
}
"""What a secret poll publishes, in words."""

CARD_PUBLISHES: Final = {
    TOTALS: say("Then the totals are told."),
    LIST: say("Then all ballots are told, without names."),
    RECEIPTS: say(
        "Then all ballots are told, without names, each with a receipt that can prove to others how "
        "its voter voted."
    ),
    OUTCOME: say("Then only what was decided is told."),
}
"""The same on a card, behind its close, in a few words: the ballot paper says what that means."""

WHY_VOID: Final = {
    "lost": say("the key of its ballots is gone"),
    "spoiled": say("its ballots do not open with its key"),
    "missing": say("its ballots are not those of the people who took part"),
    FEW: say("too few took part"),
}
"""Why a secret poll could not be counted."""


def sealed_told(state: State, it: Poll) -> Node:
    """What the card of an open secret poll says of it; its ballot paper and `/why` say the whole."""
    voters, floor = len(it.voters(state.members)), it.terms.floor
    told = (
        say("Secret: whoever runs this bot could look before it closes."),
        CARD_PUBLISHES[it.terms.publishes],
        say_n(
            "With {count} voter that may show who chose what.",
            "With {count} voters that may show who chose what.",
            voters,
        )
        if voters < SMALL
        else None,
        say("Fewer than {floor} votes are void.", floor=floor) if floor else None,
    )
    return joined(filter(None, told), " ")


def promise_told(state: State, it: Poll) -> Node:
    """What an open secret poll keeps from whom."""
    voters = len(it.voters(state.members))
    return items(
        each
        for each in (
            say("A private poll, not a cryptographic election."),
            say("Everybody may learn who has voted, not how."),
            say(
                "The ballots are sealed. Whoever runs this bot could open them until the poll closes; "
                "then they are counted and their key is destroyed."
            ),
            say("The platform sees what you type or press, and your own message stays where it is."),
            PUBLISHES[it.terms.publishes],
            _floor_told(it),
            say_n(
                "With {count} voter, the result itself may tell who chose what.",
                "With {count} voters, the result itself may tell who chose what.",
                voters,
            )
            if voters < SMALL
            else None,
        )
        if each
    )


def _floor_told(it: Poll) -> Node | None:
    """How many have to vote, and what happens where they do not."""
    if not it.terms.floor:
        return None
    floor = it.terms.floor
    if it.terms.timing.extend_ms and not it.extended:
        return say(
            "With ballots of fewer than {floor} people it is open once more, for as long; after that, "
            "nothing is counted or told.",
            floor=floor,
        )
    return say("With ballots of fewer than {floor} people, nothing is counted or told.", floor=floor)


def void_told(it: Poll) -> Node:
    """Why it was not counted."""
    return say("Void: {why}. Nothing was counted.", why=WHY_VOID[it.void])


def key_told(it: Poll) -> Node:
    """What became of the key of a poll that is over."""
    if it.key_gone_at:
        return say("The key of its ballots was destroyed {at}.", at=it.time(it.key_gone_at))
    why = Typed(f"why {it.ref}")
    return say("The key of its ballots is destroyed next; {why} tells when.", why=why)


def took_part_told(state: State, it: Poll) -> Node:
    """Who took part, as people are known now."""
    names = [state.members.name(number) for number in sorted(it.votes(state.members))]
    if not names:
        return say("Nobody took part.")
    return say("Took part: {names}", names=joined(names))


def published_told(it: Poll, name: Name) -> Iterator[Node]:
    """The ballots that were published, if any."""
    if it.ballots:
        yield say("Ballots, in random order:")
        yield items(_ballot_told(it, each, name) for each in it.ballots)


def _ballot_told(it: Poll, ballot: PublishedBallot, name: Name) -> Node:
    told = vote_told(it.terms, ballot.vote, name)
    if not ballot.receipt:
        return told
    return say("{receipt}: {vote}", receipt=Code(ballot.receipt), vote=told)


def published_facts(it: Poll, names: Sequence[str]) -> list[dict[str, Any]]:
    """The published ballots for machines, each as it could be typed."""
    return [
        {
            "ballot": _typed(it.terms.method, each.vote, names),
            **({"receipt": each.receipt} if each.receipt else {}),
        }
        for each in it.ballots
    ]


def _typed(method: str, vote: Vote, names: Sequence[str]) -> str:
    if vote.ranks:
        return " > ".join(" = ".join(names[option] for option in rank) for rank in vote.ranks)
    if vote.scores:
        words = ANSWER_WORDS if method == "times" else {}
        return ", ".join(f"{names[option]}: {words.get(n, n)}" for option, n in vote.scores)
    return ", ".join(names[option] for option in vote.marks)


def verified_told(it: Poll, receipt: str, name: Name) -> Node | None:
    """The ballot that was counted under a receipt; None where there is none."""
    found = [each for each in it.ballots if each.receipt == receipt]
    if not found:
        return None
    return lines(
        say("Counted on {ref} under {receipt}:", ref=it.ref, receipt=Code(receipt)),
        *(vote_told(it.terms, each.vote, name) for each in found),
    )
