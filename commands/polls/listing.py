"""The list of polls, newest first."""

from __future__ import annotations

from bot.arguments import OptionType, arguments, flag, takes
from bot.chat import Reply
from bot.collective.pollevents import CANCELLED, POLLS, PollStep
from bot.collective.polls import Poll, fold_poll
from bot.collective.state import State
from bot.decision import About, Accepted, Ask, Query
from bot.text.wording import Node, Typed, Words, items, say
from commands.decisions.cards import Texts
from commands.decisions.lookups import texts_of

LISTED_FROM = 200
"""How many of the newest entries of the list are looked through."""


LISTED_MAX = 15
"""How many polls a list shows: what fits a phone's screen."""


EXAMPLE = "Which day? | Monday | Tuesday"


def list_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """The newest entries of the list."""
    return (About(POLLS, newest=LISTED_FROM),)


@arguments
class PollsArgs:
    """What `/polls` takes."""

    search: str = takes(OptionType.TEXT, say("words of the question"), positional=True, default="")
    open: bool = flag(say("only those that are open"))


def polls(state: State, ask: Ask[PollsArgs]) -> Accepted:
    """The polls, newest first; with words, those whose question has them; those that are open."""
    lives: dict[int, list[tuple[int, PollStep]]] = {}
    for entry, event in ask.entries(*ask.found):
        if isinstance(event, PollStep):
            lives.setdefault(event.number, []).append((entry.at, event))
    texts, wanted = texts_of(ask), ask.args.search.casefold().split()
    points: list[Node] = []
    refs: list[str] = []
    for number in sorted(lives, reverse=True):
        it = fold_poll(lives[number])
        if it is None or not all(word in texts(it.question).casefold() for word in wanted):
            continue
        now = state.polls.known.get(number, it)
        if ask.args.open and not now.open:
            continue
        points.append(line_told(now, texts))
        refs.append(it.ref)
        if len(points) == LISTED_MAX:
            break
    if not points:
        nothing = say("No poll has these words. {all} lists them.", all=Typed("polls"))
        if not lives:
            nothing = say("There is no poll yet. {poll} asks one.", poll=Typed(f"poll {EXAMPLE}"))
        elif ask.args.open:
            nothing = say("No such poll is open. {all} lists them.", all=Typed("polls"))
        return Accepted(replies=(Reply(nothing),))
    return Accepted(replies=(Reply(items(points), facts={"refs": refs}, page="polls"),))


def line_told(it: Poll, texts: Texts) -> Node:
    """One of the list: what it is about, then how it stands."""
    title = Words(texts(it.question))
    if it.open:
        return say("{ref}: {title} (open until {at})", ref=it.ref, at=it.time(it.closes), title=title)
    if it.status == CANCELLED:
        return say("{ref}: {title} (taken back)", ref=it.ref, title=title)
    return say("{ref}: {title} (closed {at})", ref=it.ref, at=it.time(it.ended_at), title=title)
