"""How rounds and ideas look: in one line, and as live cards with their buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.chat import Button, Kind, Reply, Tone
from bot.collective.events import Seal
from bot.collective.funding import Asked, Round
from bot.collective.ideas import Idea, IdeaEnd
from bot.collective.state import State
from bot.language.sums import shown
from bot.text.wording import Node, Say, Strong, Typed, Words, items, joined, lines, say, say_n
from commands.decisions.cards import placed
from commands.funding.lookups import money, place_of, time_of

IDEAS_SHOWN = 8
"""How many of its ideas the card of a round shows: what fits a phone's screen."""

BACKERS_SHOWN = 10
"""How many of those who back it the card of an idea names."""

Texts = Callable[[Seal], str]


# --- Ideas ------------------------------------------------------------------------------------------


def idea_line(it: Round, idea: Idea, what: str) -> Node:
    """An idea in one line: what it is, and how it stands."""
    return say("{ref}: {what} · {state}", ref=idea.ref, what=Words(what), state=stands_told(it, idea))


def stands_told(it: Round, idea: Idea) -> Say:
    """How an idea stands: what it has of what it needs, or what became of it."""
    has = shown(it.terms.unit, idea.total)
    if idea.funded:
        return say("funded with {amount}", amount=has)
    match idea.ended:
        case IdeaEnd.WITHDRAWN:
            return say("withdrawn")
        case IdeaEnd.CANCELLED:
            return say("not funded, as the round was cancelled")
        case IdeaEnd.MISSED:
            had = shown(it.terms.unit, idea.missed)
            return say(
                "not funded: {amount} of {least}", amount=had, least=shown(it.terms.unit, idea.least)
            )
    if it.terms.looked_at and not idea.approved:
        return say("a coordinator looks at it first")
    least, most = shown(it.terms.unit, idea.least), shown(it.terms.unit, idea.most)
    if idea.total >= idea.least:
        return say("{amount}, enough; up to {most}", amount=has, most=most)
    return say("{amount} of {least}", amount=has, least=least)


def wants_told(it: Round, idea: Idea) -> Say:
    """What an idea takes."""
    least, most = shown(it.terms.unit, idea.least), shown(it.terms.unit, idea.most)
    if idea.least == idea.most:
        return say("It takes {amount}.", amount=most)
    return say("It takes from {least} to {most}.", least=least, most=most)


def backers_told(state: State, it: Round, idea: Idea) -> Node | None:
    """Who backs it with how much; of a hidden round, and of one long over, how many."""
    people = idea.backers(state.members.one)
    if idea.ended is not None:
        return None
    if it.terms.hidden or (idea.givers and not people):
        count = idea.givers or len(people)
        return say_n("{count} person backs it.", "{count} people back it.", count) if count else None
    if not people:
        return None
    told: list[Node] = [
        say("{who} {amount}", who=state.members.name(who), amount=shown(it.terms.unit, count))
        for who, count in list(people.items())[:BACKERS_SHOWN]
    ]
    more = len(people) - BACKERS_SHOWN
    if more > 0:
        told.append(say("and {count} more", count=more))
    return say("Backed by {people}", people=joined(told))


def idea_told(state: State, it: Round, idea: Idea, texts: Texts) -> Node:
    """The picture of an idea as it stands."""
    what, text = Strong(Words(texts(idea.title))), texts(idea.text) if idea.text else ""
    return lines(
        say(
            "{ref}, {who}'s idea: {what}", ref=idea.ref, who=state.members.name(idea.author), what=what
        ),
        Words(text) if text else None,
        *_stand_of(it, idea),
        backers_told(state, it, idea),
        say("It is in the fund {fund}.", fund=Words(idea.fund)) if idea.fund else None,
        say("In {ref}, until {at}.", ref=it.ref, at=time_of(it, it.terms.closes))
        if idea.live
        else None,
    )


def _stand_of(it: Round, idea: Idea) -> Iterator[Node]:
    """What it takes, and what it has or what became of it."""
    yield wants_told(it, idea)
    unit = it.terms.unit
    if idea.funded:
        yield say("It is funded with {amount}.", amount=shown(unit, idea.funded))
    elif idea.ended == IdeaEnd.WITHDRAWN:
        yield say("It was withdrawn.")
    elif idea.ended == IdeaEnd.CANCELLED:
        yield say("It is not funded: the round was cancelled.")
    elif idea.ended is not None:
        yield say("It is not funded: it had {amount}.", amount=shown(unit, idea.missed))
    elif it.terms.looked_at and not idea.approved:
        yield say("A coordinator looks at it before it is backed.")
    elif idea.total >= idea.least:
        line = Typed(f"ideas accept {idea.ref}")
        yield say(
            "It has {amount}, which is enough; {line} takes it before the end.",
            amount=shown(unit, idea.total),
            line=line,
        )
    else:
        yield say("It has {amount}.", amount=shown(unit, idea.total))


def usual_of(it: Round, idea: Idea) -> int:
    """How much an example gives: as much as one person may, and the idea still takes."""
    return min(it.terms.each, it.terms.per_idea or it.terms.each, idea.free or idea.most)


def idea_buttons(it: Round, idea: Idea) -> tuple[Button, ...]:
    """What is pressed on the card of an idea."""
    if not idea.live or it.ended_at:
        return ()
    if it.terms.looked_at and not idea.approved:
        return (Button(say("Approve"), f"ideas approve {idea.ref}"),)
    example = money(it, usual_of(it, idea))
    asks = say("How much, for example {example}?", example=Words(example))
    return (
        Button(say("Back it"), f"back {idea.ref}", asks=asks),
        Button(say("Take it back"), f"unback {idea.ref}"),
    )


def idea_typed(it: Round, idea: Idea) -> Node | None:
    """How to back it, where nothing can be pressed."""
    if not idea.live or it.ended_at:
        return None
    if it.terms.looked_at and not idea.approved:
        return say("{line} lets it be backed.", line=Typed(f"ideas approve {idea.ref}"))
    example = money(it, usual_of(it, idea))
    back, unback = Typed(f"back {idea.ref} {example}"), Typed(f"unback {idea.ref}")
    return say("{back} backs it, {unback} takes that back.", back=back, unback=unback)


def idea_card(
    state: State, it: Round, idea: Idea, texts: Texts, kind: Kind = Kind.EDIT
) -> tuple[Reply, ...]:
    """Its picture for the room of its round: first a card, later edits."""
    place = place_of(state, it.room)
    if place is None:
        return ()
    picture = Reply(
        idea_told(state, it, idea, texts),
        ref=idea.ref,
        buttons=idea_buttons(it, idea),
        typed=idea_typed(it, idea),
        news=idea_line(it, idea, texts(idea.title)),
        tone=Tone.GOOD if idea.funded else Tone.OPEN if idea.live else Tone.OVER,
        page=f"show/{idea.ref}",
    )
    return placed(picture, kind, (place,))


# --- Rounds -----------------------------------------------------------------------------------------


def round_line(it: Round | Asked) -> Node:
    """A round in one line."""
    unit = it.terms.unit
    if isinstance(it, Asked):
        return say("{ref}: {amount} for ideas, waits", ref=it.ref, amount=shown(unit, it.terms.count))
    if it.cancelled:
        return say(
            "{ref}: {amount} for ideas, cancelled", ref=it.ref, amount=shown(unit, it.terms.count)
        )
    if it.ended_at:
        return say(
            "{ref}: {funded} of {amount} went to ideas, until {at}",
            ref=it.ref,
            funded=shown(unit, it.funded),
            amount=shown(unit, it.terms.count),
            at=time_of(it, it.ended_at),
        )
    return say(
        "{ref}: {given} of {amount} given to ideas, until {at}",
        ref=it.ref,
        given=shown(unit, it.given),
        amount=shown(unit, it.terms.count),
        at=time_of(it, it.terms.closes),
    )


def terms_told(it: Round | Asked, people: int = 0) -> Iterator[Node]:
    """By what it goes; all that decides is told. So many `people` have a share, where that is known."""
    terms = it.terms
    amount, each = Strong(shown(terms.unit, terms.count)), shown(terms.unit, terms.each)
    ref = Strong(Words(it.ref))
    if not people:
        yield say(
            "{ref}: {amount} for ideas; each member gives up to {each} of it.",
            ref=ref,
            amount=amount,
            each=each,
        )
    else:
        yield say_n(
            "{ref}: {amount} for ideas; {count} member gives up to {each} of it.",
            "{ref}: {amount} for ideas; {count} members give up to {each} of it each.",
            people,
            ref=ref,
            amount=amount,
            each=each,
        )
    if terms.per_idea:
        yield say("Up to {amount} to one idea.", amount=shown(terms.unit, terms.per_idea))
    if terms.ideas_until:
        yield say("Ideas until {at}.", at=time_of(it, terms.ideas_until))
    if terms.backs_from:
        yield say("Ideas are backed from {at} on.", at=time_of(it, terms.backs_from))
    if terms.exact:
        yield say("Each idea takes one sum, all of it or nothing.")
    if terms.looked_at:
        yield say("A coordinator looks at each idea before it is backed.")
    if terms.hidden:
        yield say("Who backs what is not told. Whoever watches the sums may guess it.")


def round_told(state: State, it: Round, texts: Texts, most: int = IDEAS_SHOWN) -> Node:
    """The picture of a round as it stands, with its first ideas: those with the most first."""
    ideas = by_total(it)
    points = [idea_line(it, each, texts(each.title)) for each in ideas[:most]]
    if len(ideas) > most:
        points.append(
            say(
                "and {count} more: {line}",
                count=len(ideas) - most,
                line=Typed(f"ideas --round {it.ref}"),
            )
        )
    return lines(
        *terms_told(it, _sharing(state, it)),
        *_stands(it),
        items(points) if points else say("No idea yet."),
        say("What is not given goes back into the treasury.") if not it.ended_at else None,
    )


def _stands(it: Round) -> Iterator[Node]:
    unit = it.terms.unit
    if it.cancelled:
        yield say("It was cancelled {at}.", at=time_of(it, it.ended_at))
    elif it.ended_at:
        yield say("It was over {at}.", at=time_of(it, it.ended_at))
    if it.ended_at:
        yield say(
            "{funded} went to ideas, {left} back into the treasury.",
            funded=shown(unit, it.funded),
            left=shown(unit, it.returned),
        )
        return
    yield say(
        "Given: {given}; left: {left}. Until {at}.",
        given=shown(unit, it.given),
        left=shown(unit, it.left),
        at=time_of(it, it.terms.closes),
    )


def _sharing(state: State, it: Round) -> int:
    """How many of those who have a share are here."""
    people = {state.members.one(number) for number in it.members}
    return sum(state.members.member(each).here for each in people)


def by_total(it: Round) -> list[Idea]:
    """Its ideas, what has the most first; those that are withdrawn last."""
    return sorted(
        it.ideas.values(), key=lambda each: (each.ended is not None, -each.total, each.number)
    )


def round_typed(it: Round) -> Node | None:
    """How to put an idea, and to back one."""
    if it.ended_at:
        return None
    sums = "--min 300" if it.terms.exact else "--min 300 --max 800"
    put = Typed(f"idea … {sums}")
    backable = [each for each in it.live if each.approved or not it.terms.looked_at]
    if not backable:
        return say("{put} puts an idea.", put=put)
    back = Typed(f"back {backable[0].ref} {money(it, usual_of(it, backable[0]))}")
    return say("{put} puts an idea, {back} backs one.", put=put, back=back)


def round_card(state: State, it: Round, texts: Texts, kind: Kind = Kind.EDIT) -> tuple[Reply, ...]:
    """Its picture for its room: first a card, later edits."""
    place = place_of(state, it.room)
    if place is None:
        return ()
    picture = Reply(
        round_told(state, it, texts),
        ref=it.ref,
        typed=round_typed(it),
        news=round_line(it),
        tone=Tone.OPEN if not it.ended_at else Tone.GOOD if it.funded else Tone.OVER,
        page=f"show/{it.ref}",
    )
    return placed(picture, kind, (place,))


def asked_told(it: Asked, by: Node, *, whose: Iterable[Node] = ()) -> Node:
    """A round that waits for a second person."""
    return lines(
        *terms_told(it),
        say("Asked for by {who}, open until {at}.", who=by, at=time_of(it, it.terms.closes)),
        *whose,
    )


def asked_buttons(it: Asked) -> tuple[Button, ...]:
    """What is pressed on the card of a round that waits."""
    return (
        Button(say("Approve"), f"funding approve {it.ref}"),
        Button(say("Decline"), f"funding decline {it.ref}"),
    )
