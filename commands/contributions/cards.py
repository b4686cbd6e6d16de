"""The card of an entry, and its next picture when the entry changes."""

from __future__ import annotations

import datetime as dt

from bot.chat import Button, Kind, Reply, Tone
from bot.collective.contributions import Contribution, Share, Status
from bot.collective.state import State
from bot.decision import Ask
from bot.text.wording import Day, Node, Person, Say, Words, joined, lines, say
from commands.decisions.cards import place_of, placed

STATUS_WORDS = {
    Status.RECORDED: say("waits for confirmation"),
    Status.CONFIRMED: say("confirmed"),
    Status.DISPUTED: say("disputed"),
    Status.WITHDRAWN: say("withdrawn"),
}
_TONES = {
    Status.RECORDED: Tone.OPEN,
    Status.CONFIRMED: Tone.GOOD,
    Status.DISPUTED: Tone.BAD,
    Status.WITHDRAWN: Tone.OVER,
}


def card_buttons(ref: str) -> tuple[Button, ...]:
    """What others do with an entry that waits for them."""
    return (
        Button(say("Confirm"), f"confirm {ref}"),
        Button(say("Dispute"), f"dispute {ref}", asks=say("What is wrong with it?")),
    )


def summary(ref: str, share: Share, name: Person, what: Node, today: dt.date | None = None) -> Say:
    """An entry in one line; its day is left out where that is `today`."""
    told = say(
        "{ref}: {who}, {amount} #{kind}, {what}",
        ref=ref,
        who=name,
        amount=share.shown,
        kind=share.kind,
        what=what,
    )
    if today is not None and share.day == today.isoformat():
        return told
    return say("{entry} ({day})", entry=told, day=Day(share.day))


def card_edits(
    state: State, ask: Ask, it: Contribution, becomes: Status, now: Share | None = None, what: str = ""
) -> tuple[Reply, ...]:
    """The new picture of an entry's card, if it has one and something changed."""
    share = now or it.share
    same_words = what in {"", ask.text(it.what)}
    unchanged = becomes is it.status and share == it.share and same_words
    if not it.needs or unchanged:
        return ()
    words = Words(what or ask.text(it.what))
    first = summary(it.ref, share, state.members.name(share.member), words, ask.today())
    body = lines(first, STATUS_WORDS[becomes])
    buttons = card_buttons(it.ref) if becomes is Status.RECORDED else ()
    news = joined((STATUS_WORDS[becomes], first), ": ")
    picture = Reply(body, ref=it.ref, buttons=buttons, news=news, tone=_TONES[becomes])
    return placed(picture, Kind.EDIT, place_of(state, it.room))
