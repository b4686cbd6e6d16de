"""Decisions: the log of what was decided, why it came out so, looking at it again."""

from __future__ import annotations

import datetime as dt

from bot.arguments import OptionType, WithRef, arguments, flag, takes
from bot.chat import Refusal, Reply
from bot.collective.proposalevents import DECISIONS, WITHDRAWN, BallotCast, ReviewSet, Step
from bot.collective.proposals import Act, Proposal, fold_proposal
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.deciding.ballots import Sense
from bot.deciding.methods import METHODS, choices_of, outcome
from bot.deciding.telling import outcome_told
from bot.decision import About, Accepted, Ask, Query
from bot.feature import features_of
from bot.moment import Moment
from bot.text.wording import Node, Strong, Typed, Words, items, joined, lines, say, say_n
from commands.decisions import letters
from commands.decisions.advising import asked_told
from commands.decisions.cards import (
    VERDICTS,
    asked_of,
    card,
    closed_card,
    draft_card,
    hands_told,
    reasons,
    title_of,
    vote_typed,
)
from commands.decisions.closing import effected
from commands.decisions.headings import in_own_words
from commands.decisions.letters import REF, RefArgs
from commands.decisions.lookups import check_may, proposal_of, proposal_queries, texts_of

LOGGED_FROM = 1_000
"""How many of the newest entries of the log are looked through."""

LISTED_MAX = 15
"""How many decisions a list shows: what fits a phone's screen."""

_SAID = (Sense.STOP, Sense.AGAINST, Sense.CONCERN, Sense.ASIDE, Sense.ADVICE, Sense.AGREE)


def show_proposal(state: State, ask: Ask[WithRef]) -> Accepted:
    """One proposal, whole."""
    it, texts = proposal_of(state, ask), texts_of(ask)
    if it.verdict:
        body: Node = closed_card(state, it, texts)
    else:
        body = card(state, it, texts) if it.terms else draft_card(state, it, texts)
    facts, page = {"status": it.verdict or "open"}, f"show/{it.ref}" if it.terms else ""
    shown = Reply(body, ref=it.ref, facts=facts, typed=vote_typed(it), page=page)
    return Accepted(replies=(shown,))


def headed(state: State, ask: Ask[WithRef]) -> Node:
    """What heads a proposal: its title; one that is called by a thing's number alone is about that."""
    it = proposal_of(state, ask)
    title = title_of(it, texts_of(ask))
    if features_of(ask).is_reference(title.text):
        return say("Proposal {ref}, about {thing}", ref=it.ref, thing=title)
    return in_own_words(title.text, say("Proposal {ref}", ref=it.ref))


def is_draft(state: State, ask: Ask[WithRef]) -> bool:
    """Whether it was never put to anybody, also where it was taken back since."""
    return proposal_of(state, ask).terms is None


def why(state: State, ask: Ask[RefArgs]) -> Accepted:
    """The whole reckoning: who could vote, what counted, what did not, which rule decided."""
    it, texts = proposal_of(state, ask), texts_of(ask)
    title = say("{ref}: {title}", ref=it.ref, title=Strong(title_of(it, texts)))
    if it.verdict == WITHDRAWN:
        told = say("It was withdrawn on {at}.", at=it.time(it.ended_at))
        return Accepted(replies=(Reply(lines(title, told), private=True),))
    if it.terms is None:
        return Accepted(replies=(Reply(lines(title, say("It is a draft.")), private=True),))
    if it.hidden and not it.verdict:
        told = say("The count is hidden until it closes.")
        return Accepted(replies=(Reply(lines(title, told), private=True),))
    found = outcome(it.matter(state.members, state.proposals.proxies), _at(it, ask.moment))
    points = list(reasons(state, it, found, texts, *_SAID))
    body = lines(
        title,
        asked_of(state, it, found.electorate),
        outcome_told(found, lambda number: state.members.name(number).name),
        hands_told(state, it, found, texts),
        asked_told(state, it, found),
        say("Reasons:") if points else None,
        items(points) if points else None,
        _said_before(state, ask, it),
        _spoken_for(state, it),
        _carried_out(it),
    )
    return Accepted(
        replies=(Reply(body, private=True, ref=it.ref, facts=found.facts(), page=f"show/{it.ref}"),)
    )


def _at(it: Proposal, moment: Moment) -> int:
    return max(moment.at, it.ended_at) if it.verdict else it.opened_at


def _said_before(state: State, ask: Ask, it: Proposal) -> Node | None:
    """Reasons that stand no more: of votes that were changed, taken back, or cleared."""
    standing = {ballot.reason for ballot in it.cast.values()}
    assert it.terms is not None
    # What was said may be of the method before, whose words are others.
    every = (choice for method in METHODS.values() for choice in method.choices(it.terms))
    labels = {choice.word: choice.label for choice in (*every, *choices_of(it.terms))}
    points = [
        say(
            "{who}, {choice}: {reason}",
            who=state.members.name(event.member),
            choice=labels.get(event.choice, Words(event.choice)),
            reason=Words(ask.text(event.reason)),
        )
        for _, event in ask.entries(*ask.found)
        if isinstance(event, BallotCast)
        and event.number == it.number
        and event.reason
        and event.reason not in standing
    ]
    return lines(say("Said before, and changed since:"), items(points)) if points else None


def _spoken_for(state: State, it: Proposal) -> Node | None:
    """Who cast the votes of organisations: all see that."""
    points = [
        say("{who} by {by}", who=state.members.name(seat), by=state.members.name(by))
        for seat, by in it.cast_by.items()
        if by and seat in it.cast
    ]
    return say("Spoken for: {pairs}.", pairs=joined(points)) if points else None


def _carried_out(it: Proposal) -> Node | None:
    if it.done:
        return say("What it decided was carried out.")
    return say("What it decided could not be carried out yet.") if it.failed else None


def _log_queries(state: State, ask: Ask) -> tuple[Query, ...]:
    return (About(DECISIONS, newest=LOGGED_FROM),)


@arguments
class DecisionsArgs:
    """What `/decisions` takes."""

    search: str = takes(OptionType.TEXT, say("words of the title"), positional=True, default="")
    open: bool = flag(say("only those that are open"))


def decisions(state: State, ask: Ask[DecisionsArgs]) -> Accepted:
    """The decision log, newest first; with words, those whose title has them; those that are open."""
    lives: dict[int, list[tuple[int, Step]]] = {}
    for entry, event in ask.entries(*ask.found):
        if isinstance(event, Step):
            lives.setdefault(event.number, []).append((entry.at, event))
    texts, wanted = texts_of(ask), ask.args.search.casefold().split()
    points: list[Node] = []
    refs: list[str] = []
    for number in sorted(lives, reverse=True):
        # The index of the log has neither moved deadlines nor turns to another method.
        it = state.proposals.alive.get(number) or fold_proposal(lives[number])
        if it is None or not all(word in texts(it.latest.title).casefold() for word in wanted):
            continue
        if ask.args.open and it.verdict:
            continue
        points.append(line_told(it, Words(texts(it.latest.title))))
        refs.append(it.ref)
        if len(points) == LISTED_MAX:
            break
    if not points:
        nothing = say("No decision has these words. {all} lists them.", all=Typed("decisions"))
        if not lives:
            nothing = say(
                "No proposal was decided yet. {propose} begins, {polls} lists the polls.",
                propose=Typed("propose …"),
                polls=Typed("polls"),
            )
        elif ask.args.open:
            nothing = say("No such proposal is open. {all} lists them.", all=Typed("decisions"))
        return Accepted(replies=(Reply(lines(nothing, _elsewhere(state))),))
    body = lines(items(points), _elsewhere(state))
    return Accepted(replies=(Reply(body, facts={"refs": refs}, page="decisions"),))


def _elsewhere(state: State) -> Node | None:
    """That more was decided before, in another place."""
    count = state.imports.decisions
    if not count:
        return None
    return say_n(
        "{count} more was decided elsewhere, before: {line}",
        "{count} more were decided elsewhere, before: {line}",
        count,
        line=Typed("import decisions"),
    )


def line_told(it: Proposal, title: Words) -> Node:
    """One of the list: what it is about, then how it stands."""
    if not it.verdict:
        return say("{ref}: {title} (open until {at})", ref=it.ref, at=it.time(it.closes), title=title)
    return say(
        "{ref}: {title} ({verdict}, {at})",
        ref=it.ref,
        verdict=VERDICTS[it.verdict],
        at=it.time(it.ended_at),
        title=title,
    )


@arguments
class ReviewArgs:
    """What `/review` takes."""

    ref: str = REF
    when: dt.datetime | None = takes(OptionType.WHEN, say("when"), positional=True, default=None)


def review(state: State, ask: Ask[ReviewArgs]) -> Accepted:
    """Say when a decision is looked at again; without a time, never."""
    it = proposal_of(state, ask)
    check_may(it, Act.REVIEW, ask.moment.at)
    when = ask.args.when
    at = int(when.timestamp() * 1000) if when else 0
    if when is not None and at <= ask.moment.at:
        raise Refusal("past", say("{when} is over.", when=it.time(at)))
    told = (
        say("{ref} is looked at again {at}.", ref=it.ref, at=it.time(at))
        if at
        else say("{ref} is not looked at again.", ref=it.ref)
    )
    return Accepted((ReviewSet(number=it.number, at=at),), (), (Reply(told, ref=it.ref),))


def retry(state: State, ask: Ask[RefArgs]) -> Accepted:
    """Carry out again what could not be carried out."""
    it = proposal_of(state, ask)
    if it.number not in state.proposals.failed:
        raise Refusal("nothing-to-retry", say("There is nothing to retry in {ref}.", ref=it.ref))
    return effected(state, ask, it, ask.text(it.do))


COMMANDS = (
    letters.WHY,
    Command(
        name="decisions",
        about=say("what was decided, newest first"),
        also=say(
            "proposals, list proposals, decision, motions, todo, to do, list, ls, what's "
            "open, whats open, open, pending, votes, what's on, what's up, what are we "
            "voting on, open proposals, what can i vote on, what is there to vote on, open "
            "votes, any votes"
        ),
        decide=decisions,
        wants=_log_queries,
        args=DecisionsArgs,
        examples=("decisions", "decisions mixer"),
    ),
    Command(
        name="review",
        about=say("say when a decision is looked at again"),
        decide=review,
        role=Role.COORDINATOR,
        wants=proposal_queries,
        args=ReviewArgs,
        examples=("review P3 in 90 days",),
    ),
    Command(
        name="retry",
        about=say("carry out again what was decided and could not be done"),
        decide=retry,
        role=Role.COORDINATOR,
        wants=proposal_queries,
        args=RefArgs,
        examples=("retry P3",),
    ),
)
