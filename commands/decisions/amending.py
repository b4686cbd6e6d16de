"""A proposal's title, and giving it another text."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.events import Event
from bot.collective.proposalevents import ProposalAmended, ProposalMoved
from bot.collective.proposals import Act, Proposal, Version
from bot.collective.state import State
from bot.deciding.deadlines import after_amending
from bot.decision import Accepted, Ask
from bot.text.wording import Node, Typed, Words, items, lines, say, say_n
from commands.decisions.advising import asking
from commands.decisions.cards import cards
from commands.decisions.letters import REF
from commands.decisions.lookups import check_may, everywhere, proposal_of, texts_of
from commands.decisions.voters import told_for

TITLE_CHARACTERS_MAX = 200
"""A title is one sentence; what is longer belongs on the lines below it."""

CHANGES_MAX = 12
"""How many changed lines an amendment shows; the card has the whole text."""


def checked_title(title: str) -> str:
    """A title of one sentence. Raises Refusal."""
    if len(title) > TITLE_CHARACTERS_MAX:
        raise Refusal(
            "title-long",
            say("A title has up to {most} characters.", most=TITLE_CHARACTERS_MAX),
            instead=say("Put the rest on the lines below it."),
        )
    return title


@arguments
class AmendProposalArgs:
    """What `/amend-proposal` takes."""

    ref: str = REF
    title: str = takes(OptionType.TEXT, say("the question, if it changes"), positional=True, default="")
    text: str = takes(OptionType.LONG, say("the long text, if it changes"), default="")


def amend(state: State, ask: Ask[AmendProposalArgs]) -> Accepted:
    """Give a proposal another text: everybody who voted is told, and votes again."""
    it = proposal_of(state, ask)
    check_may(it, Act.AMEND, ask.moment.at)
    author = state.members.one(it.author)
    if ask.me.number != author:
        raise Refusal(
            "not-own",
            say("{ref} is {who}'s.", ref=it.ref, who=state.members.name(author)),
            word=it.ref,
            instead=say("Say what you think: {vote}", vote=Typed(f"vote {it.ref} …")),
        )
    texts = texts_of(ask)
    old_title, old_text = texts(it.latest.title), texts(it.latest.text) if it.latest.text else ""
    title = checked_title(ask.args.title) if ask.args.title else old_title
    text = ask.args.text or old_text
    if (title, text) == (old_title, old_text):
        raise Refusal("nothing-changed", say("That changes nothing in {ref}.", ref=it.ref))
    sealed = [ask.moment.seal(words) if words else None for words in (title, text)]
    seals = [each.seal if each else "" for each in sealed]
    events: list[Event] = [ProposalAmended(number=it.number, title=seals[0], text=seals[1])]
    amended = replace(it, versions=[*it.versions, Version(ask.moment.at, seals[0], seals[1])])
    if it.terms is not None:
        amended.closes = after_amending(it.terms, it.closes, ask.moment.at)
    if amended.closes != it.closes:
        events.append(ProposalMoved(number=it.number, closes=amended.closes))
    known = texts_of(ask, dict(zip(seals, (title, text), strict=True)))
    changed = items(_changes(f"{old_title}\n{old_text}", f"{title}\n{text}"))
    told = lines(
        say("{ref} has a new text:", ref=it.ref),
        changed,
        _deadline_told(it, amended),
        say("The show of hands was about the old one, and counts no more.")
        if it.show is not None and it.terms is not None and not it.terms.keep_ballots
        else None,
    )
    shown = cards(state, amended, known, Kind.EDIT) if it.terms else ()
    here = (Reply(told, private=True, ref=it.ref),) if ask.private else ()
    private = _amended_told(state, it, amended, changed)
    sealed_texts = tuple(each for each in sealed if each)
    anew = asking(state, amended, known) if it.terms and it.terms.advice_anew else ()
    replies = (*here, *everywhere(state, it, told), *shown, *private, *anew)
    return Accepted(tuple(events), sealed_texts, replies)


def _deadline_told(before: Proposal, it: Proposal) -> Node | None:
    """Until when a new text is open, and whether that is later than the old one was."""
    if it.terms is None:
        return None
    at = it.time(it.closes)
    if it.closes == before.closes:
        return say("It closes {at}, as before.", at=at)
    return say("It closes later now, so that there is time for it: {at}.", at=at)


def _amended_told(state: State, before: Proposal, it: Proposal, changed: Node) -> Iterator[Reply]:
    """The new text and its deadline for everybody who voted on an older one, but the author."""
    if it.terms is None:
        return
    told = (
        say("{ref}, on which you voted, has a new text; your vote stays.", ref=it.ref)
        if it.terms.keep_ballots
        else say("{ref}, on which you voted, has a new text; please vote again.", ref=it.ref)
    )
    body = lines(told, changed, _deadline_told(before, it))
    voters = map(state.members.member, _voters(state, it))
    people = dict.fromkeys(person for each in voters for person in told_for(each))
    author = state.members.one(it.author)
    for person in people:
        if state.members.one(person) != author:
            yield Reply(body, to=person, ref=it.ref)


def _voters(state: State, it: Proposal) -> dict[int, None]:
    return dict.fromkeys(state.members.one(number) for number in it.cast)


def _changes(before: str, after: str) -> list[Node]:
    """The lines that went and that came, in order."""
    rows = difflib.ndiff(before.strip().splitlines(), after.strip().splitlines())
    changed = [row for row in rows if row[:2] in {"- ", "+ "}]
    shown: list[Node] = [
        Words(f"{'−' if row[0] == '-' else '+'} {row[2:]}") for row in changed[:CHANGES_MAX]
    ]
    more = len(changed) - CHANGES_MAX
    return (
        [*shown, say_n("and {count} more line", "and {count} more lines", more)] if more > 0 else shown
    )
