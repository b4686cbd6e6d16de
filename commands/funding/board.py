"""Looking: `/funding` lists the rounds, `/ideas` the ideas; `/show F1` and `/show K3` tell one."""

from __future__ import annotations

from collections.abc import Iterable

from bot.arguments import OptionType, WithRef, arguments, flag, takes
from bot.chat import Reply
from bot.collective.funding import ROUNDS, Asked, FundingOpened, FundingStep, Round
from bot.collective.ideas import Idea
from bot.collective.state import State
from bot.command import Suggestion
from bot.decision import About, Accepted, Ask, Query
from bot.feature import Found
from bot.language.sums import decimals, shown
from bot.text.wording import Node, Typed, items, lines, say
from commands.decisions.headings import headed, in_own_words
from commands.decisions.lookups import texts_of
from commands.funding.cards import (
    asked_buttons,
    asked_told,
    by_total,
    idea_buttons,
    idea_line,
    idea_told,
    idea_typed,
    round_line,
    round_told,
    round_typed,
)
from commands.funding.lookups import called, idea_known, round_known, words_queries
from commands.ledger.money import by_told

LISTED_MAX = 12
"""How many lines a list has: what fits a phone's screen."""

SHOWN_MAX = 40
"""How many ideas `/show F1` tells."""

BEFORE_MAX = 5
"""How many rounds of before `/funding` lists."""

_READ = 100


# --- Lists ------------------------------------------------------------------------------------------


def funding(state: State, ask: Ask) -> Accepted:
    """The rounds that are open or wait, what is left of one's own share, and the last that are over."""
    book = state.funding
    rounds = book.running
    before = _before(state, ask)
    if not rounds and not before:
        told = say(
            "There was no funding round here. A treasurer opens one, or a proposal: {line}",
            line=Typed("funding open 5000 EUR --each 100 EUR"),
        )
        return Accepted(replies=(Reply(told),))
    points: list[Node] = []
    for it in rounds:
        left = share_left(state, ask, it) if isinstance(it, Round) else None
        line = round_line(it)
        points.append(
            line if left is None else say("{line} · {left} of your share left", line=line, left=left)
        )
    body = lines(
        items(points) if points else say("No funding round is open."),
        say("Before:") if before else None,
        items(before) if before else None,
        say("{ideas} lists the ideas.", ideas=Typed("ideas")) if book.open else None,
    )
    own = any(isinstance(it, Round) and share_left(state, ask, it) is not None for it in rounds)
    facts = {"refs": [it.ref for it in rounds]}
    return Accepted(replies=(Reply(body, private=own, facts=facts, page="funding"),))


def share_left(state: State, ask: Ask, it: Round) -> Node | None:
    """What is left of the share of whoever asks; None for who has none."""
    me, one = ask.member, state.members.one
    if me is None or me.number not in set(map(one, it.members)):
        return None
    spent = it.spent_by(state.members.numbers(me.number))
    return shown(it.terms.unit, max(0, it.terms.each - spent))


def list_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """The newest entries about rounds."""
    return (About(ROUNDS, newest=_READ),)


def _before(state: State, ask: Ask) -> list[Node]:
    """The last rounds that are over, the newest first."""
    lives: dict[int, FundingOpened] = {}
    for _, event in ask.found.get(About(ROUNDS, newest=_READ), ()):
        if isinstance(event, FundingStep) and isinstance(event, FundingOpened):
            lives[event.number] = event
    over = [each for number, each in sorted(lives.items()) if number not in state.funding.open]
    return [
        say(
            "{show}: {amount} for ideas",
            show=Typed(f"show F{each.number}"),
            amount=shown(each.terms.unit, each.terms.count),
        )
        for each in reversed(over[-BEFORE_MAX:])
    ]


@arguments
class IdeasArgs:
    """What `/ideas` takes."""

    search: str = takes(OptionType.TEXT, say("words of it"), positional=True, default="")
    round: str = takes(OptionType.REFERENCE, say("of one round, for example F1"), default="")
    mine: bool = flag(say("what you put or back"))


def ideas(state: State, ask: Ask[IdeasArgs]) -> Accepted:
    """The ideas of the rounds that are open, those with the most first."""
    words, args = ask.args.search.casefold().split(), ask.args
    numbers = set(state.members.numbers(ask.member.number)) if ask.member else set[int]()
    found = [
        (it, idea)
        for it in state.funding.open.values()
        for idea in by_total(it)
        if args.round in {"", it.ref}
        and (not args.mine or idea.author in numbers or idea.of(numbers))
        and all(word in ask.text(idea.title).casefold() for word in words)
    ]
    most = SHOWN_MAX if args.round else LISTED_MAX
    if not found:
        return Accepted(replies=(Reply(_nothing(state, args), private=args.mine),))
    points = [_listed(ask, it, idea, numbers if args.mine else set()) for it, idea in found[:most]]
    if len(found) > most:
        points.append(say("and {count} more", count=len(found) - most))
    facts = {"refs": [idea.ref for _, idea in found]}
    return Accepted(replies=(Reply(items(points), private=args.mine, facts=facts, page="funding"),))


def _listed(ask: Ask, it: Round, idea: Idea, mine: Iterable[int]) -> Node:
    told = idea_line(it, idea, called(ask, idea).text)
    own = idea.of(mine)
    return say("{told} · from you {own}", told=told, own=shown(it.terms.unit, own)) if own else told


def _nothing(state: State, args: IdeasArgs) -> Node:
    if not state.funding.open:
        return say("No funding round is open. {line} lists those of before.", line=Typed("funding"))
    if args.search or args.mine or args.round:
        return say("No such idea. {line} lists all.", line=Typed("ideas"))
    return say("No idea yet. {line} puts one.", line=Typed("idea … --min 300 --max 800"))


def ideas_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    """What they are called."""
    return words_queries(state.funding.open.values())


# --- One --------------------------------------------------------------------------------------------


def show_round(state: State, ask: Ask[WithRef]) -> Accepted:
    """One round, whole: by what it goes, how it stands, its ideas."""
    it = round_known(state, ask)
    if isinstance(it, Asked):
        waits = it.number in state.funding.asked
        told = lines(
            asked_told(it, by_told(state, it.by)),
            say("It waits for a second person.") if waits else say("It was not opened."),
        )
        pressed = asked_buttons(it) if waits else ()
        return Accepted(replies=(Reply(told, ref=it.ref, buttons=pressed),))
    own = None if it.ended_at else share_left(state, ask, it)
    body = lines(
        round_told(state, it, texts_of(ask), SHOWN_MAX),
        say("Opened by {who}.", who=_opener(state, it)),
    )
    facts = {
        "total": decimals({it.terms.unit: it.terms.count}),
        "given": decimals({it.terms.unit: it.given}),
        "left": decimals({it.terms.unit: 0 if it.ended_at else it.left}),
        "ideas": [each.ref for each in it.ideas.values()],
    }
    shown_now = Reply(body, ref=it.ref, facts=facts, typed=round_typed(it), page=f"show/{it.ref}")
    if own is None:
        return Accepted(replies=(shown_now,))
    mine = Reply(say("{left} of your share of {ref} is left.", left=own, ref=it.ref), private=True)
    return Accepted(replies=(shown_now, mine) if ask.private else (shown_now,))


def _opener(state: State, it: Round) -> Node:
    if it.proposal:
        return say("the decision {ref}", ref=f"P{it.proposal}")
    who = by_told(state, it.by)
    if it.second:
        return say("{who} and {second}", who=who, second=by_told(state, it.second))
    return who


def show_idea(state: State, ask: Ask[WithRef]) -> Accepted:
    """One idea, whole."""
    it, idea = idea_known(state, ask)
    facts = {
        "round": it.ref,
        "given": decimals({it.terms.unit: idea.total}),
        "least": decimals({it.terms.unit: idea.least}),
        "most": decimals({it.terms.unit: idea.most}),
        "status": "funded" if idea.funded else idea.ended.value if idea.ended else "open",
    }
    told = Reply(
        idea_told(state, it, idea, texts_of(ask)),
        ref=idea.ref,
        buttons=idea_buttons(it, idea),
        typed=idea_typed(it, idea),
        facts=facts,
        page=f"show/{idea.ref}",
    )
    return Accepted(replies=(told,))


def idea_headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads an idea: what it is."""
    it = idea_known(state, ask)[1]
    return in_own_words(ask.text(it.title), say("Idea {ref}", ref=it.ref))


def round_headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a round: how much is there for ideas."""
    it = round_known(state, ask)
    amount = shown(it.terms.unit, it.terms.count)
    return headed(say("Funding round {ref}", ref=it.ref), "", amount)


def rounds_suggested(state: State) -> Found:
    """The rounds that are open or wait."""
    for it in state.funding.running:
        yield it.ref, Suggestion(it.ref, round_line(it))


def ideas_suggested(state: State) -> Found:
    """The ideas that can be backed."""
    for it, idea in state.funding.every_idea():
        if idea.live:
            author = state.members.name(idea.author)
            yield f"{idea.ref} {author.name}", Suggestion(idea.ref, idea_line(it, idea, "…"))
