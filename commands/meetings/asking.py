"""What is asked by a call: a question in words, a draft, or the point that the meeting is at."""

from __future__ import annotations

import re
from typing import Final

from bot.arguments import OptionType, arguments, takes
from bot.chat import Refusal
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.proposals import Proposal
from bot.collective.state import State
from bot.deciding.methods import FULL_METHODS
from bot.decision import Ask, Query
from bot.text.wording import Typed, say
from commands.decisions.amending import checked_title
from commands.decisions.effects import effect_reads, frozen_line
from commands.decisions.letters import RefArgs
from commands.decisions.lookups import proposal_of, proposal_queries
from commands.decisions.proposals import ProposeArgs
from commands.meetings.effects import spending_queries
from commands.meetings.lookups import check_came, found_here, is_present, meeting_queries

_DRAFT: Final = re.compile(r"[Pp][1-9][0-9]{0,8}")


@arguments
class MeetingCallArgs:
    """What `/meeting call` takes."""

    title: str = takes(
        OptionType.TEXT,
        say("the question, or a draft, as P3; else the point of the agenda"),
        positional=True,
        default="",
    )
    text: str = takes(OptionType.LONG, say("more words, on the lines after the first"), default="")
    method: str = takes(OptionType.WORD, say("how it is decided"), choices=FULL_METHODS, default="")
    by: str = takes(OptionType.PERSON, say("who proposes it, if not you"), default="")
    do: str = takes(OptionType.TEXT, say("the command that is carried out if it passes"), default="")


def calling_queries(state: State, ask: Ask[MeetingCallArgs]) -> tuple[Query, ...]:
    """What the meeting and its points are called; and what is needed to try what is carried out."""
    words, it, args = meeting_queries(state, ask), found_here(state, ask), ask.args
    if it is None:
        return words
    if _DRAFT.fullmatch(args.title):
        ref = ask.with_args(RefArgs(ref=args.title.upper()))
        return (*words, *spending_queries(it), *proposal_queries(state, ref))
    if not args.do:
        return words
    try:
        line = frozen_line(state, ask, args.do)
    except Refusal:
        return words
    number = state.proposals.count + 1
    return (*words, *spending_queries(it), *effect_reads(state, ask, number, line))


def draft_of(state: State, ask: Ask[MeetingCallArgs], it: Meeting) -> Proposal | None:
    """The draft that is called, where one is named: as it stands, with its effect. Raises Refusal."""
    args = ask.args
    if not _DRAFT.fullmatch(args.title):
        return None
    found = proposal_of(state, ask.with_args(RefArgs(ref=args.title.upper())))
    line = Typed(f"meeting call {found.ref}")
    if found.open:
        raise Refusal(
            "asked-already",
            say("{ref} is asked of all until {at}.", ref=found.ref, at=found.time(found.closes)),
            word=args.title,
            instead=say("Those who are here vote as well: {line}", line=Typed(f"vote {found.ref} …")),
        )
    if found.verdict:
        raise Refusal(
            "no-draft",
            say("{ref} is no draft.", ref=found.ref),
            word=args.title,
            instead=say("A question of its own: {line}", line=Typed("meeting call …")),
        )
    more = args.text or args.do or args.by
    if more:
        raise Refusal(
            "draft-whole",
            say("{ref} is called as it was written, and by whom.", ref=found.ref),
            word=more,
            instead=say("As it is: {line}", line=line),
        )
    if found.circle != it.circle:
        raise Refusal(
            "beyond-circle",
            say("{ref} is asked of others than those who meet here.", ref=found.ref),
            word=args.title,
            instead=say("Ask them: {line}", line=Typed(f"open {found.ref}")),
        )
    return found


def author_of(state: State, ask: Ask[MeetingCallArgs], drafted: Proposal | None) -> Member:
    """Whoever proposes it: whose draft it is, who is named, or who calls it. Raises Refusal."""
    if drafted is not None:
        return state.members.member(state.members.one(drafted.author))
    return ask.person(state, ask.args.by) if ask.args.by else ask.me


def question_of(
    state: State, ask: Ask[MeetingCallArgs], it: Meeting, drafted: Proposal | None
) -> ProposeArgs:
    """What is asked, in which words. Raises Refusal."""
    args = ask.args
    if drafted is not None:
        return ProposeArgs(
            title=checked_title(ask.text(drafted.latest.title)),
            text=ask.text(drafted.latest.text),
            method=args.method,
            do=ask.text(drafted.do),
        )
    do = frozen_line(state, ask, args.do) if args.do else ""
    title = checked_title(_title(ask, it))
    return ProposeArgs(title=title, text=args.text, method=args.method, do=do)


def _title(ask: Ask[MeetingCallArgs], it: Meeting) -> str:
    """The question: as it was typed, or the point that the meeting is at. Raises Refusal."""
    if ask.args.title:
        return ask.args.title
    now = it.item_now
    if now is None:
        raise Refusal(
            "no-point",
            say("The meeting is at no point of its agenda."),
            instead=say("Say what is asked: {line}", line=Typed("meeting call …")),
        )
    return ask.text(now.title)


def check_author(state: State, ask: Ask[MeetingCallArgs], it: Meeting, author: Member) -> None:
    """Whoever proposes is there. Raises Refusal.

    Others propose in somebody's name only who came by their own word: whoever is elsewhere would make
    the one who facilitates the second pair of eyes on their own proposal.
    """
    if not is_present(state, it, author.number):
        raise Refusal(
            "not-there", say("{who} is not noted as there.", who=author.shown), word=ask.args.by
        )
    if author.number != ask.me.number:
        check_came(state, it, author, ask.args.by)
