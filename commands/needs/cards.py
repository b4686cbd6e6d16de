"""How a need or an offer looks: in one line, and as a live card with its buttons."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.chat import Button, Kind, Place, Reply, Tone
from bot.collective.events import Seal
from bot.collective.needs import Need
from bot.collective.state import State
from bot.language.recurrence import every_told
from bot.text.wording import Node, Strong, Time, Typed, Words, items, joined, lines, say
from commands.decisions.cards import placed
from commands.needs.lookups import asked_by, free_told, place_of, takers_told, when_told

DATES_SHOWN = 8
"""How many of its dates the card of a shift shows: what fits a phone's screen."""

HAND, TICK = "\u270b", "\u2705"
"""The reactions that take something, and say that it is done."""

Texts = Callable[[Seal], str]


def line(state: State, it: Need, what: str) -> Node:
    """It in one line, as the board has it."""
    return joined(_parts(state, it, what), " · ")


def _parts(state: State, it: Need, what: str) -> Iterator[Node]:
    yield say("{ref}: {what}", ref=it.ref, what=Words(what))
    if it.terms.offer:
        yield say("offered by {who}", who=asked_by(state, it).shown)
    when, amount, takers = when_told(it), it.terms.amount, takers_told(state, it)
    if when is not None:
        yield when
    if amount is not None:
        yield amount
    if it.terms.circle:
        yield Words(f":{it.terms.circle}")
    if it.terms.wage is not None:
        yield say("pays {amount}", amount=it.terms.wage)
    yield say("its time is over") if it.over else free_told(it)
    if takers is not None:
        yield takers


def card_told(state: State, it: Need, texts: Texts) -> Node:
    """The picture of it as it stands."""
    what = Strong(Words(texts(it.what)))
    head = (
        say("{ref}, {who} offers: {what}", ref=it.ref, who=asked_by(state, it).shown, what=what)
        if it.terms.offer
        else say("{ref}, {who} needs: {what}", ref=it.ref, who=asked_by(state, it).shown, what=what)
    )
    if it.ended:
        return lines(head, say("It is off the board."))
    return lines(
        head,
        joined(terms) if (terms := list(_terms_told(it))) else None,
        _dates(state, it) if it.is_series else _places(state, it),
    )


def _terms_told(it: Need) -> Iterator[Node]:
    terms, when = it.terms, when_told(it)
    if terms.every and not it.series:
        yield every_told(terms.every)
        yield say("from {at} on", at=Time(terms.at, terms.zone))
        if terms.until:
            yield say("until {at}", at=Time(terms.until, terms.zone))
    elif when is not None:
        yield when
    if terms.amount is not None:
        yield say("{amount} each", amount=terms.amount) if terms.places > 1 else terms.amount
    if terms.kind:
        yield Words(f"#{terms.kind}")
    if terms.circle:
        yield Words(f":{terms.circle}")
    if terms.wage is not None:
        yield say("pays {amount}", amount=terms.wage)
    if terms.places > 1:
        yield say("{places} places", places=terms.places)


def _places(state: State, it: Need) -> Node:
    takers = takers_told(state, it)
    doers = (state.members.name(it.author if it.terms.offer else e.member) for e in it.done)
    done = joined(doers) if it.done else None
    parts = [free_told(it)] if it.free > 0 and not it.over else []
    if takers is not None:
        parts.append(say("taken by {who}", who=takers))
    if done is not None:
        parts.append(say("done by {who}", who=done))
    return joined(parts or [say("Its time is over.")])


def _dates(state: State, it: Need) -> Node:
    dates = state.needs.dates(it.number)
    points: list[Node] = [
        joined([each.ref, Time(each.terms.at, each.terms.zone), *_state_of(state, each)])
        for each in dates[:DATES_SHOWN]
    ]
    if len(dates) > DATES_SHOWN:
        more = Typed("needs --taken")
        points.append(say("and {count} more: {line}", count=len(dates) - DATES_SHOWN, line=more))
    return items(points) if points else say("It has no date that is to come.")


def _state_of(state: State, it: Need) -> Iterator[Node]:
    yield free_told(it)
    takers = takers_told(state, it)
    if takers is not None:
        yield takers


def how_typed(it: Need) -> Node | None:
    """How to take it and to say that it is done, where nothing can be pressed."""
    if it.settled or it.over:
        return None
    if it.is_series:
        return say("{take} takes all that come.", take=Typed(f"take {it.ref} --every"))
    take, done = Typed(f"take {it.ref}"), Typed(f"done {it.ref}")
    if it.free <= 0:
        return say("{done} logs it when it is done.", done=done)
    return say("{take} takes it, {done} logs it when it is done.", take=take, done=done)


def buttons(it: Need) -> tuple[Button, ...]:
    """What is pressed on the card."""
    if it.settled or it.over:
        return ()
    if it.is_series:
        return (
            Button(say("Take all"), f"take {it.ref} --every"),
            Button(say("Give all back"), f"drop {it.ref} --every"),
        )
    take = Button(say("Take"), f"take {it.ref}", emoji=HAND, back=f"drop {it.ref}")
    free = (take,) if it.free > 0 else ()
    if not it.taken:
        return free
    return (*free, Button(say("Give back"), f"drop {it.ref}"), done_button(it))


def done_button(it: Need) -> Button:
    """What logs it; where nobody knows how much it is, whoever presses it is asked."""
    if it.terms.count:
        return Button(say("Done"), f"done {it.ref}", emoji=TICK)
    return Button(say("Done"), f"done {it.ref}", asks=say("How much was it, for example 2h?"))


def card_of(
    state: State, it: Need, texts: Texts, kind: Kind, here: Place | None = None
) -> tuple[Reply, ...]:
    """Its picture for the place `here`, or the room where it stands: first a card, later edits.

    The dates of a shift stand together on one card, that of what they are dates of.
    """
    shown = state.needs.open.get(it.series, it) if it.series else it
    place = here or place_of(state, shown)
    if place is None or (shown.series and kind is Kind.EDIT):
        return ()
    body = card_told(state, shown, texts)
    what = texts(shown.what)
    news = (
        joined(
            (say("It is off the board."), say("{ref}: {what}", ref=shown.ref, what=Words(what))), " "
        )
        if shown.ended
        else line(state, shown, what)
    )
    pressed, tone = buttons(shown), _tone(shown)
    picture = Reply(
        body,
        ref=shown.ref,
        buttons=pressed,
        typed=how_typed(shown),
        news=news,
        tone=tone,
        page=f"show/{shown.ref}",
    )
    return placed(picture, kind, (place,))


def _tone(it: Need) -> Tone:
    if it.ended or it.over:
        return Tone.OVER
    return Tone.GOOD if it.settled else Tone.OPEN
