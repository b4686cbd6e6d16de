"""`/why` of a poll: the votes, the counting, the draw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.arguments import WithRef
from bot.chat import Reply
from bot.collective.pollevents import CANCELLED, CLOSED, VOID
from bot.collective.polls import Cast, Poll, life_of
from bot.collective.state import State
from bot.decision import About, Accepted, Ask
from bot.polling.record import result_of
from bot.polling.terms import OUTCOME, terms_told
from bot.polling.votes import Name, vote_told
from bot.tally.telling import working_told
from bot.tally.ties import commitment, next_seed
from bot.text.wording import Code, Node, Strong, Words, items, lines, say, say_n
from commands.decisions.cards import Texts, electorate_told
from commands.decisions.lookups import texts_of
from commands.polls.cards import elected_told, namer, result_facts
from commands.polls.lookups import poll_of
from commands.polls.secretcards import key_told, promise_told, published_told, took_part_told, void_told


def as_read(state: State, ask: Ask[WithRef]) -> Poll:
    """The poll that was named, where its whole life was read along."""
    number = ask.args.ref
    return life_of(ask.found.get(About(number), ())) or poll_of(state, ask)


def why_poll(state: State, ask: Ask[WithRef]) -> Accepted:
    """How it was counted: the rules, every vote, every round, and how to repeat the draw."""
    it, texts = as_read(state, ask), texts_of(ask)
    body = lines(*_working(state, it, texts))
    facts = result_facts(state, it, texts) if it.result else {}
    return Accepted(
        replies=(Reply(body, private=True, ref=it.ref, facts=facts, page=f"show/{it.ref}"),)
    )


def _working(state: State, it: Poll, texts: Texts) -> Iterator[Node]:
    yield say("{ref}: {title}", ref=it.ref, title=Strong(Words(texts(it.question))))
    if it.circle:
        yield electorate_told(it.circle, len(it.voters(state.members)))
    if it.status in {CANCELLED, VOID}:
        yield void_told(it) if it.status == VOID else say("Taken back; nothing was counted.")
        if it.secret:
            yield key_told(it)
        return
    name = namer(it, it.names(texts))
    yield say("Method: {method}.", method=Code(it.terms.method))
    yield terms_told(it.terms)
    yield it.terms.how.ties
    votes = it.votes(state.members)
    if it.terms.how.kind != "none":
        yield _took_part(len(it.voters(state.members)), len(votes))
    if it.result is not None:
        yield say("Result: {elected}", elected=elected_told(it, texts))
        if it.terms.publishes != OUTCOME:
            yield working_told(result_of(it.result), name)
    if it.secret:
        yield from _secretly(state, it, name)
    elif it.terms.hidden and it.open:
        yield say("The count is hidden until it closes.")
    elif votes:
        yield say("Votes:")
        yield items(_votes(state, it, votes, name))
    yield from _draw_told(it, texts)


def _took_part(electorate: int, voted: int) -> Node:
    return say_n(
        "{count} person could vote, frozen when it was opened; {voted} took part.",
        "{count} people could vote, frozen when it was opened; {voted} took part.",
        electorate,
        voted=voted,
    )


def _secretly(state: State, it: Poll, name: Name) -> Iterator[Node]:
    yield took_part_told(state, it)
    if it.open:
        yield promise_told(state, it)
    else:
        yield from published_told(it, name)
        yield key_told(it)


def _votes(state: State, it: Poll, votes: Mapping[int, Cast], name: Name) -> Iterator[Node]:
    for number, each in votes.items():
        who, told = state.members.name(number), vote_told(it.terms, each.vote, name)
        if each.by:
            by = state.members.name(each.by)
            yield say("{who}, by {by}: {vote}", who=who, by=by, vote=told)
        else:
            yield say("{who}: {vote}", who=who, vote=told)


def _draw_told(it: Poll, texts: Texts) -> Iterator[Node]:
    """How anybody repeats the draw, in a shell; and every close, with the draw that it had."""
    for number, each in enumerate(it.earlier, 1):
        then = replace(it, result=each.result, voted=each.voted, status=CLOSED)
        yield say(
            "Closed {at}, and opened again: {elected}; {voted} had voted.",
            at=it.time(each.at),
            elected=elected_told(then, texts),
            voted=each.voted,
        )
        yield from _seed_told(each.seed, each.commitment, at_opening=number == 1)
        yield _next_told(it, number)
    if it.earlier and not it.revealed:
        return
    if not it.revealed:
        yield say(
            "The draw that settles ties is sealed as {commitment}.", commitment=Code(it.commitment)
        )
        return
    yield from _seed_told(it.revealed, it.commitment, at_opening=not it.earlier)
    drawn = it.drawn_with(it.revealed)
    if drawn != it.revealed:
        yield say(
            "The votes are those of an earlier close; so its draw counts, of {seed}.", seed=Code(drawn)
        )
    yield say(
        "The lot of an option is what {second} gives; the lowest comes first.",
        second=Code(f"printf '%s\\n%s' {drawn} OPTION | sha256sum"),
    )


def _seed_told(seed: str, sealed: str, *, at_opening: bool) -> Iterator[Node]:
    first = Code(f"printf '%s' {seed} | sha256sum")
    if at_opening:
        yield say(
            "The draw: {first} gives {commitment}, which was published at the opening.",
            first=first,
            commitment=Code(sealed),
        )
    else:
        yield say(
            "The draw after it was opened again: {first} gives {commitment}.",
            first=first,
            commitment=Code(sealed),
        )


def _next_told(it: Poll, reopening: int) -> Node:
    """Where the seed came from with which it was opened again."""
    seed = it.earlier[reopening - 1].seed
    after = it.earlier[reopening].commitment if reopening < len(it.earlier) else it.commitment
    if commitment(next_seed(seed, reopening)) != after:
        return say("Its next seed was drawn anew when it was opened again.")
    line = Code(f"printf '%s\\n%s' {seed} {reopening} | sha256sum")
    return say("Its next seed is what {line} gives.", line=line)
