"""A show of hands in a room: whoever leads the meeting counts them, and a witness confirms the count.

Until then they count for nothing. Whoever votes by themselves as well is not among the hands.
"""

from __future__ import annotations

from bot.arguments import OptionType, WithRef, arguments, takes
from bot.chain import Sealed
from bot.chat import Button, Refusal, Reply
from bot.collective.meetingevents import words_of
from bot.collective.meetings import Meeting
from bot.collective.members import Member
from bot.collective.proposalevents import HandsConfirmed, HandsRejected, HandsShown
from bot.collective.proposals import Act, Proposal, Show, stepped
from bot.collective.state import State
from bot.command import Command
from bot.deciding.ballots import Choice, read_choice, said_reason
from bot.deciding.hands import hands_fit
from bot.deciding.methods import choices_of
from bot.decision import About, Accepted, Ask, Query, joined_with
from bot.text.wording import Typed, Words, fill, say, say_n
from commands.decisions.cards import hand_words, outcome_of
from commands.decisions.letters import REF, RefArgs
from commands.decisions.lookups import check_may, everywhere, proposal_of, proposal_queries
from commands.decisions.voting import after_vote
from commands.meetings.calls import check_no_hands_wait
from commands.meetings.lookups import check_leads, comes, is_present
from commands.meetings.lookups import stepped as with_card

_COUNT_DIGITS_MAX = 6


@arguments
class HandsCountArgs:
    """What `/hands count` takes."""

    ref: str = REF
    counts: str = takes(
        OptionType.TEXT, say("each choice and how many hands, as yes 12 no 3"), positional=True
    )
    witness: str = takes(OptionType.PERSON, say("who saw it too and confirms it, as @name"), default="")
    reason: str = takes(OptionType.TEXT, say("why those who stop it do"), default="")


def _queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
    """The life of the proposal, and the words of the meeting that it is asked at."""
    ref = ask.args.ref
    it = state.proposals.alive.get(int(ref[1:])) if ref[0] == "P" else None
    words = (About(words_of(it.meeting)),) if it is not None and it.meeting else ()
    return (*proposal_queries(state, ask), *words)


def count_hands(state: State, ask: Ask[HandsCountArgs]) -> Accepted:
    """Enter a show of hands; a witness is asked to confirm it."""
    it, args = proposal_of(state, ask), ask.args
    meeting = _meeting_of(state, it)
    check_leads(state, ask, meeting)
    check_may(it, Act.VOTE, ask.moment.at)
    _check_none_yet(state, it)
    if it.hidden:
        raise Refusal(
            "count-hidden",
            say("The count of {ref} is hidden until it closes, and all see hands.", ref=it.ref),
            word=it.ref,
            instead=say("Each votes by themselves: {line}", line=Typed(f"vote {it.ref} …")),
        )
    counts = _read(it, args.counts)
    reason = _reason(it, counts, args.reason)
    _check_fit(it, counts, outcome_of(state, it).count.not_themselves)
    witness = _witness(state, ask, meeting, it)
    sealed = ask.moment.seal(reason) if reason else None
    event = HandsShown(
        number=it.number,
        counts=counts,
        by=ask.me.number,
        witness=witness.number,
        reason=sealed.seal if sealed else "",
        version=it.version,
    )
    told = say(
        "{who} counted hands on {ref}: {counts}. They count once {witness} confirms it.",
        who=ask.me.shown,
        ref=it.ref,
        counts=hand_words(it, counts),
        witness=witness.shown,
    )
    asked = Reply(
        say(
            "{who} counted hands on {ref}: {counts}. Did you see the same?",
            who=ask.me.shown,
            ref=it.ref,
            counts=hand_words(it, counts),
        ),
        to=witness.number,
        ref=it.ref,
        buttons=(
            Button(say("Confirm"), f"hands confirm {it.ref}", emoji="✅"),
            Button(say("Count again"), f"hands reject {it.ref}", emoji="❌"),
        ),
        typed=say(
            "{confirm} if so, {reject} if not.",
            confirm=Typed(f"hands confirm {it.ref}"),
            reject=Typed(f"hands reject {it.ref}"),
        ),
    )
    came = with_card(state, ask, meeting, comes(state, meeting, ask.me))
    texts: tuple[Sealed, ...] = (sealed,) if sealed else ()
    return joined_with(Accepted((event,), texts, (*everywhere(state, it, told), asked)), came)


def _meeting_of(state: State, it: Proposal) -> Meeting:
    """The meeting that a proposal is asked at. Raises Refusal."""
    meeting = state.meetings.open.get(it.meeting)
    if meeting is None:
        raise Refusal(
            "no-call",
            say("Hands are counted on what people who meet are asked, and {ref} is not.", ref=it.ref),
            word=it.ref,
            instead=say("{line} asks those who are there.", line=Typed("meeting call …")),
        )
    return meeting


def _check_none_yet(state: State, it: Proposal) -> None:
    """Hands are shown once; again where they do not count any more. Raises Refusal."""
    check_no_hands_wait(state, it)
    if outcome_of(state, it).count.hands:
        raise _counted(it)


def _counted(it: Proposal) -> Refusal:
    return Refusal(
        "hands-counted",
        say("The hands on {ref} were counted, and confirmed.", ref=it.ref),
        word=it.ref,
        instead=say(
            "{back} takes the hands back; whoever has not shown theirs votes: {vote}",
            vote=Typed(f"vote {it.ref} …"),
            back=Typed(f"hands reject {it.ref}"),
        ),
    )


def _read(it: Proposal, typed: str) -> dict[str, int]:
    """How many hands for which choice, as `yes 12 no 3`. Raises Refusal."""
    assert it.terms is not None, "what is open has terms"
    counts: dict[str, int] = {}
    words: list[str] = []
    for word in typed.replace(",", " ").replace(";", " ").split():
        if not words or not word.isdecimal():
            words.append(word.rstrip(":="))
            continue
        if not word.isascii() or len(word) > _COUNT_DIGITS_MAX:
            raise _odd(it, word)
        choice = read_choice(choices_of(it.terms), " ".join(words))
        if choice.word in counts:
            raise Refusal(
                "said-twice",
                say("“{word}” stands there twice.", word=choice.typed),
                word=" ".join(words),
            )
        counts[choice.word] = int(word)
        words = []
    if words or not any(counts.values()):
        raise _odd(it, " ".join(words) or typed)
    return {word: count for word, count in counts.items() if count}


def _odd(it: Proposal, word: str) -> Refusal:
    return Refusal(
        "hands-odd",
        say("“{word}” is no choice with a number of hands behind it.", word=word),
        word=word,
        instead=say("As here: {line}", line=_line(it)),
    )


def _line(it: Proposal) -> Typed:
    """How hands are entered, with the first choice of this proposal."""
    assert it.terms is not None
    first = choices_of(it.terms)[0]
    return Typed(f"hands count {it.ref}", (first.typed,), "… --witness @…")


def _reason(it: Proposal, counts: dict[str, int], typed: str) -> str:
    """Why those stop it who do; it is needed for them, and for nobody else. Raises Refusal."""
    reason, stopping = said_reason(typed), _reasoned(it, counts)
    if stopping is not None and not reason:
        raise Refusal(
            "reason-missing",
            say("“{choice}” needs a reason.", choice=stopping.typed),
            word=stopping.word,
            instead=say("Write it behind the hands: {example}", example=Words("--reason …")),
        )
    if typed and stopping is None:
        raise Refusal(
            "reason-idle",
            say("A reason is written down of those who stop it, and nobody does."),
            word=typed,
            instead=say("Write it into the minutes: {line}", line=Typed("meeting note …")),
        )
    return reason


def _reasoned(it: Proposal, counts: dict[str, int]) -> Choice | None:
    assert it.terms is not None
    return next((c for c in choices_of(it.terms) if c.reasoned and c.word in counts), None)


def _check_fit(it: Proposal, counts: dict[str, int], silent: int) -> None:
    """There are no more hands than people who have not voted themselves. Raises Refusal."""
    if not hands_fit(counts, silent):
        raise Refusal(
            "hands-many",
            say_n(
                "{hands} hands are more than there are: {count} person has not voted on {ref} yet.",
                "{hands} hands are more than there are: {count} people have not voted on {ref} yet.",
                silent,
                hands=sum(counts.values()),
                ref=it.ref,
            ),
            word=str(sum(counts.values())),
            instead=say("Whoever voted by themselves raises no hand; guests do not vote."),
        )


def _witness(state: State, ask: Ask[HandsCountArgs], meeting: Meeting, it: Proposal) -> Member:
    """Who saw it too: somebody else who is there. Raises Refusal."""
    named = ask.args.witness
    if not named:
        raise Refusal(
            "witness-missing",
            say("Somebody else confirms what you counted."),
            instead=say("Name them: {line}", line=_line(it)),
        )
    who = ask.person(state, named)
    if who.number == ask.me.number:
        raise Refusal(
            "witness-self",
            say("Whoever counts is no witness of it."),
            word=named,
            instead=say("Name somebody else who is there: {line}", line=_line(it)),
        )
    if who.seat or not is_present(state, meeting, who.number):
        raise Refusal(
            "not-there",
            say("{who} is not noted as there.", who=who.shown),
            word=named,
            instead=say("They say so: {line}", line=Typed("meeting here")),
        )
    if who.since > it.opened_at:
        raise Refusal(
            "member-later",
            say("{ref} was asked before {who} was a member.", ref=it.ref, who=who.shown),
            word=named,
            instead=say("Name somebody else who is there: {line}", line=_line(it)),
        )
    return who


# --- The witness ----------------------------------------------------------------------------------


def _shown(state: State, ask: Ask[WithRef]) -> tuple[Proposal, Show]:
    """The hands that were counted, confirmed or not. Raises Refusal."""
    it = proposal_of(state, ask)
    check_may(it, Act.VOTE, ask.moment.at)
    shown = it.show
    if shown is None:
        raise Refusal(
            "no-hands",
            say("No hands were counted on {ref}.", ref=it.ref),
            word=it.ref,
            instead=say("{show} shows how it stands.", show=Typed(f"show {it.ref}")),
        )
    return it, shown


def _is_witness(state: State, ask: Ask, shown: Show) -> bool:
    """Whether it is the witness who speaks, and they have not become the one who counted."""
    one = state.members.one
    return ask.me.number == one(shown.witness) and one(shown.witness) != one(shown.by)


def confirm_hands(state: State, ask: Ask[RefArgs]) -> Accepted:
    """Say that one saw the same: now the hands count."""
    it, shown = _shown(state, ask)
    if shown.confirmed:
        raise _counted(it)
    if not _is_witness(state, ask, shown):
        raise Refusal(
            "not-witness",
            say("{who} was named to confirm it.", who=state.members.name(shown.witness)),
            word=it.ref,
        )
    if shown.hands.version != it.version:
        raise Refusal(
            "hands-old",
            say("{ref} has a new text since the hands were counted.", ref=it.ref),
            word=it.ref,
            instead=say("Those who are there show their hands again."),
        )
    _check_fit(it, dict(shown.hands.counts), outcome_of(state, it).count.not_themselves)
    event = HandsConfirmed(number=it.number, member=ask.me.number)
    counted = stepped(it, event, ask.moment.at)
    assert counted is not None
    told = say(
        "{who} confirms the show of hands on {ref}: {counts}.",
        who=ask.me.shown,
        ref=it.ref,
        counts=hand_words(it, shown.hands.counts),
    )
    said = Accepted((event,), (), everywhere(state, it, told))
    meeting = state.meetings.open.get(it.meeting)
    if meeting is not None:
        said = joined_with(said, with_card(state, ask, meeting, comes(state, meeting, ask.me)))
    return after_vote(state, ask, counted, said)


def reject_hands(state: State, ask: Ask[RefArgs]) -> Accepted:
    """Say that one saw something else, or take a count back: they are counted again.

    Also one that was confirmed, where somebody turns out to be heard twice.
    """
    it, shown = _shown(state, ask)
    if ask.me.number not in {state.members.one(shown.witness), state.members.one(shown.by)}:
        check_leads(state, ask, _meeting_of(state, it))
    event = HandsRejected(number=it.number, member=ask.me.number)
    told = fill(
        say("{who} takes the confirmed hands on {ref} back; they are counted again: {line}")
        if shown.confirmed
        else say("{who} does not confirm the hands on {ref}; they are counted again: {line}"),
        who=ask.me.shown,
        ref=it.ref,
        line=_line(it),
    )
    gone = stepped(it, event, ask.moment.at)
    assert gone is not None
    said = Accepted((event,), (), everywhere(state, it, told))
    return joined_with(said, after_vote(state, ask, gone, Accepted()))


COMMANDS = (
    Command(
        name="hands count",
        about=say("enter a show of hands in the room; a witness confirms it"),
        also=say("hands, show of hands, count hands, raised hands"),
        decide=count_hands,
        wants=_queries,
        args=HandsCountArgs,
        examples=("hands count P3 yes 12 no 3 --witness @bo",),
    ),
    Command(
        name="hands confirm",
        about=say("confirm a show of hands that you saw too"),
        also=say("confirm hands, witness"),
        decide=confirm_hands,
        wants=_queries,
        args=RefArgs,
        examples=("hands confirm P3",),
    ),
    Command(
        name="hands reject",
        about=say(
            "say that a show of hands was counted wrong, also a confirmed one; it is counted again"
        ),
        also=say("reject hands, recount, count again"),
        decide=reject_hands,
        wants=_queries,
        args=RefArgs,
        examples=("hands reject P3",),
    ),
)
