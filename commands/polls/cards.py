"""What a poll looks like: its live card with menus, its result in words and as facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import repeat
from typing import Any, Final

from bot.chat import Button, Choice, Kind, Menu, Place, Reply, Tone
from bot.collective.pollevents import CANCELLED, VOID
from bot.collective.polls import Close, Poll
from bot.collective.rules import Rules
from bot.collective.state import State
from bot.polling.counting import standing
from bot.polling.record import StageRecord, result_of
from bot.polling.slate import Slate, example
from bot.polling.terms import terms_told
from bot.polling.votes import Name, answers_of
from bot.tally.drawing import drawn
from bot.tally.result import Result
from bot.tally.telling import totals_told, votes_text, working_told
from bot.tally.ties import DRAW
from bot.text.charts import told
from bot.text.wording import Code, Lines, Node, Strong, Typed, Words, joined, lines, say, say_n
from commands.decisions.cards import Texts, by_and_until, electorate_told, placed, places_of, rooms_of
from commands.polls.secretcards import (
    key_told,
    published_facts,
    published_told,
    sealed_told,
    took_part_told,
    void_told,
)

_DIGITS: Final = (*(f"{digit}\ufe0f\u20e3" for digit in range(1, 10)), "\U0001f51f")
"""The keycaps from 1 to 10."""

_BALLOT_BOX: Final = "\U0001f5f3\ufe0f"

BUTTONS_MAX: Final = 5
"""The most buttons that stand in one row everywhere; more options come as a menu."""

WORKING_OPTIONS_MAX: Final = 12
"""Of how many options the result tells its working at once; with more, `/why` does."""

LISTED_BALLOTS_MAX: Final = 20
"""How many published ballots the result lists at once; of more, `/why` does."""

_NATIVE: Final = frozenset({"single", "several", "approval"})
"""The methods that a platform's own poll can ask for."""


def slate_of(it: Poll, texts: Texts) -> Slate:
    """The options, as votes name them."""
    return Slate(it.names(texts), it.none)


def namer(it: Poll, names: Sequence[str]) -> Name:
    """What people read for an option; none of the above is said in their language."""
    return lambda option: say("None of the above") if option == it.none else Words(names[option])


# --- The card -------------------------------------------------------------------------------------


def poll_card(state: State, it: Poll, texts: Texts) -> Node:
    """The picture of a poll as it stands: open, closed or taken back."""
    head = say("{ref}: {question}", ref=it.ref, question=Strong(Words(texts(it.question))))
    if it.status == CANCELLED:
        return lines(head, say("Taken back; nothing was counted."))
    if it.status == VOID:
        return lines(head, void_told(it), _more(it))
    if not it.open:
        asked = electorate_told(it.circle, len(it.voters(state.members))) if it.circle else None
        return lines(head, asked, _outcome(state, it, texts), _more(it))
    name = namer(it, slate_of(it, texts).names)
    return lines(
        head,
        electorate_told(it.circle, len(it.voters(state.members))) if it.circle else None,
        sealed_told(state, it) if it.secret else None,
        terms_told(it.terms),
        _additions(it),
        _so_far(state, it, name),
        _closes(state, it),
        say("Asked again {at}.", at=it.time(it.again)) if it.again else None,
    )


def vote_typed(it: Poll, texts: Texts) -> Node | None:
    """The options, and the line that votes; of a secret poll the line that asks for the ballot."""
    if not it.open:
        return None
    slate = slate_of(it, texts)
    if it.secret:
        return say("Vote in private: {line}", line=Typed(f"ballot {it.ref}"))
    if it.terms.how.kind == "none":
        return options_told(it, slate, range(it.count))
    line = Typed(f"vote {it.ref} {example(it.terms, slate)}")
    return lines(*options_told(it, slate, range(it.count)).items, say("Vote so: {vote}", vote=line))


def options_told(it: Poll, slate: Slate, order: Iterable[int]) -> Lines:
    """The options with their numbers, in an order."""
    name = namer(it, slate.names)
    return lines(
        *(say("{number}. {option}", number=option + 1, option=name(option)) for option in order)
    )


def _additions(it: Poll) -> Node | None:
    if it.draw_known:
        return None
    if it.terms.adding:
        line = Typed(f"add-option {it.ref} …")
        return say("Who may vote may add options: {line}", line=line)
    if it.terms.write_ins:
        return say("A vote may write an option in, behind a +.")
    return None


def _so_far(state: State, it: Poll, name: Name) -> Node | None:
    votes = it.votes(state.members)
    if it.terms.how.kind == "none":
        return None
    if it.secret:
        return None
    if it.terms.hidden:
        hidden = say("The count is hidden until it closes.")
        return joined((hidden, _voted(len(votes), it, state)), " ") if votes else hidden
    if not votes:
        return None
    totals = standing(it.terms, (each.vote for each in votes.values()), it.count)
    shown = {option: Fraction(total) for option, total in enumerate(totals) if total}
    if not shown:
        return _voted(len(votes), it, state)
    label = say("First ranks so far") if it.terms.how.kind == "ranks" else say("So far")
    return joined(
        (
            say("{label}: {totals}.", label=label, totals=totals_told(shown, name)),
            _voted(len(votes), it, state),
        ),
        " ",
    )


def _voted(voted: int, it: Poll, state: State) -> Node:
    electorate = len(it.voters(state.members))
    return say_n(
        "{voted} of {count} person voted.",
        "{voted} of {count} people voted.",
        electorate,
        voted=voted,
    )


def _closes(state: State, it: Poll) -> Node:
    author = state.members.name(it.author)
    if it.terms.how.kind == "none":
        return say("By {author}. Drawn {at}.", author=author, at=it.time(it.closes))
    return by_and_until(author, it.time(it.closes))


def _more(it: Poll) -> Node:
    return say("{why} tells the whole working.", why=Typed(f"why {it.ref}"))


def menus(it: Poll, texts: Texts) -> tuple[Menu, ...]:
    """The menu of the card, where all may vote there."""
    if not it.open or _apart(it) or _buttoned(it) or it.terms.how.kind == "none":
        return ()
    return (ballot_menu(it, texts, range(it.count)),)


def ballot_menu(it: Poll, texts: Texts, order: Iterable[int]) -> Menu:
    """The menu that votes, with the options in this order."""
    kind, slate = it.terms.how.kind, slate_of(it, texts)
    name = namer(it, slate.names)
    signs = dict(zip(range(it.count), _signs(it), strict=False))
    choices = tuple(Choice(name(option), slate.word(option), signs[option]) for option in order)
    most = it.terms.marks_max if kind in {"choice", "marks"} else None
    question = Words(texts(it.question))
    prompt: Node = (
        say("{question} (the best first)", question=question) if kind == "ranks" else question
    )
    joint = {"ranks": " > ", "scores": " "}.get(kind, ", ")
    most = min(most or it.count, it.count)
    return Menu(prompt, f"vote {it.ref}", choices, most, joint, answers_of(it.terms))


def buttons(it: Poll, texts: Texts) -> tuple[Button, ...]:
    """What is pressed on the card: an option, where one of a few is chosen; else the own ballot."""
    if not it.open or it.terms.how.kind == "none":
        return ()
    if _apart(it):
        return (Button(say("Vote"), f"ballot {it.ref}", emoji=_BALLOT_BOX),)
    if not _buttoned(it):
        return ()
    slate = slate_of(it, texts)
    name = namer(it, slate.names)
    return tuple(
        Button(name(option), f"vote {it.ref} {slate.word(option)}") for option in range(it.count)
    )


def _signs(it: Poll) -> Iterator[str]:
    """The reactions that vote. Everybody sees reactions: where the count is hidden, there are none."""
    yield from () if it.terms.hidden or _apart(it) or it.count > len(_DIGITS) else _DIGITS
    yield from repeat("")


def _apart(it: Poll) -> bool:
    """Whether everybody votes on a ballot of their own, rather than on the card."""
    return it.secret or it.terms.shuffle or it.terms.how.kind == "scores"


def _buttoned(it: Poll) -> bool:
    return it.terms.how.kind == "choice" and it.terms.hidden and it.count <= BUTTONS_MAX


def poll_cards(
    state: State, it: Poll, texts: Texts, kind: Kind, here: Place | None = None
) -> tuple[Reply, ...]:
    """The picture for every room that it is shown in, and for the place `here` if that is none."""
    picture = Reply(
        poll_card(state, it, texts),
        ref=it.ref,
        typed=vote_typed(it, texts),
        news=_news(state, it, texts),
        buttons=buttons(it, texts),
        menus=menus(it, texts),
        hides=it.open and it.terms.hidden,
        native=it.open and it.terms.method in _NATIVE and not it.terms.hidden and not _apart(it),
        closes=it.closes,
        tone=_tone(it),
        page=f"show/{it.ref}",
    )
    return placed(picture, kind, places_of(state, it, here))


def _tone(it: Poll) -> Tone:
    if it.open:
        return Tone.OPEN
    return Tone.OVER if it.status in {CANCELLED, VOID} else Tone.GOOD


def _news(state: State, it: Poll, texts: Texts) -> Node:
    """How a poll stands, in one line."""
    question = Words(texts(it.question))
    if it.status == CANCELLED:
        stands: Node | None = say("Taken back; nothing was counted.")
    elif it.status == VOID:
        stands = void_told(it)
    elif not it.open:
        stands = _outcome(state, it, texts)
    else:
        stands = _so_far(state, it, namer(it, it.names(texts)))
    told = say("{ref}: {question}", ref=it.ref, question=question)
    if stands is None:
        return told
    return say("{ref}: {stands} {title}", ref=it.ref, stands=stands, title=question)


def draw_sealed(
    state: State, it: Poll, here: Place | None = None, before: Sequence[str] = ()
) -> tuple[Reply, ...]:
    """The commitment to the draw, published once, whole, in a message that is never edited.

    `before` are the draws by lot that asked the same.
    """
    sealed = say(
        "The draw of {ref} is sealed as {commitment}. {why} tells how to repeat it after the close.",
        ref=it.ref,
        commitment=Code(it.commitment),
        why=Typed(f"why {it.ref}"),
    )
    again = say("The same was to be drawn before: {refs}.", refs=joined(before)) if before else None
    told = lines(sealed, again)
    return tuple(Reply(told, ref=it.ref, place=place) for place in places_of(state, it, here))


# --- The result -----------------------------------------------------------------------------------


def elected_told(it: Poll, texts: Texts) -> Node:
    """What came out, in one line."""
    assert it.result is not None
    if it.result.elected:
        name = namer(it, it.names(texts))
        return Strong(joined(map(name, it.result.elected)))
    if not it.voted:
        return Strong(say("nobody voted"))
    return Strong(say("none of the above") if it.terms.none else say("nothing was chosen"))


def _outcome(state: State, it: Poll, texts: Texts) -> Node:
    """What came out, and how many had voted."""
    elected = say("{elected}.", elected=elected_told(it, texts))
    if it.terms.how.kind == "none":
        return elected
    return joined((elected, _voted(it.voted, it, state)), " ")


def result_told(state: State, it: Poll, texts: Texts, by: Node | None = None) -> Node:
    """The result in words, with its working; `by` says who closed it, where somebody did."""
    assert it.result is not None
    name, result = namer(it, it.names(texts)), result_of(it.result)
    whole = it.count <= WORKING_OPTIONS_MAX and (result.rounds or result.order)
    return lines(
        say(
            "{ref}: {outcome} {question}",
            ref=it.ref,
            outcome=_outcome(state, it, texts),
            question=Words(texts(it.question)),
        ),
        by,
        working_told(result, name) if whole else None,
        took_part_told(state, it) if it.secret else None,
        *(published_told(it, name) if it.secret and len(it.ballots) <= LISTED_BALLOTS_MAX else ()),
        say("The seed of the draw was {seed}.", seed=Code(it.drawn_with(it.revealed)))
        if _was_drawn(it, result)
        else None,
        key_told(it) if it.secret else None,
        _more(it),
    )


def _was_drawn(it: Poll, result: Result) -> bool:
    """Whether the draw decided anything."""
    return it.terms.how.kind == "none" or any(tie.rule == DRAW for tie in result.ties)


def results(
    state: State, it: Poll, texts: Texts, rules: Rules, by: Node | None = None
) -> tuple[Reply, ...]:
    """The result, and its picture where the rule `pictures` says so, for every room."""
    assert it.result is not None
    body, facts = result_told(state, it, texts, by), result_facts(state, it, texts)
    chart = drawn(result_of(it.result), namer(it, it.names(texts))) if rules.on("pictures") else None
    replies: list[Reply] = []
    page = f"show/{it.ref}"
    for room in rooms_of(state, it):
        replies.append(
            Reply(body, kind=Kind.RESULT, ref=it.ref, place=room.place, facts=facts, page=page)
        )
        if chart is not None:
            words = told(chart)
            replies.append(Reply(words, kind=Kind.PICTURE, ref=it.ref, place=room.place, chart=chart))
    return tuple(replies)


def result_facts(state: State, it: Poll, texts: Texts) -> dict[str, Any]:
    """The result for machines: who is elected, the tally, and every round."""
    assert it.result is not None
    result, names = result_of(it.result), it.names(texts)
    people = [state.members.name(number).name for number in it.votes(state.members)]
    return {
        "method": result.method,
        "seats": result.seats,
        "elected": [names[option] for option in result.elected],
        "tally": _tally(state, it, result, names),
        "rounds": [_stage_facts(each, names) for each in it.result.rounds],
        "ties": [
            {
                "round": tie.round,
                "options": [names[option] for option in tie.options],
                "chosen": [names[option] for option in tie.chosen],
                "rule": tie.rule,
                "purpose": tie.purpose,
            }
            for tie in result.ties
        ],
        "voters": people,
        "commitment": it.commitment,
        "seed": it.revealed,
        **({"earlier": [_close_facts(each, names) for each in it.earlier]} if it.earlier else {}),
        **({"ballots": published_facts(it, names)} if it.ballots else {}),
    }


def _close_facts(it: Close, names: Sequence[str]) -> dict[str, Any]:
    elected = [names[option] for option in it.result.elected]
    return {"closed": it.at, "elected": elected, "commitment": it.commitment, "seed": it.seed}


def _tally(state: State, it: Poll, result: Result, names: Sequence[str]) -> dict[str, int | str]:
    """The totals of the first round; where a method has none, the first ranks."""
    if result.rounds:
        return {names[option]: _number(total) for option, total in result.rounds[0].totals.items()}
    if it.secret:
        return dict(zip(names, it.standing, strict=False))
    votes = (each.vote for each in it.votes(state.members).values())
    if it.terms.how.kind == "none":
        return {}
    return dict(zip(names, standing(it.terms, votes, it.count), strict=True))


def _number(votes: Fraction) -> int | str:
    return votes.numerator if votes.denominator == 1 else votes_text(votes)


def _stage_facts(it: StageRecord, names: Sequence[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "totals": {names[int(o)]: votes_text(Fraction(total)) for o, total in it.totals.items()},
        "elected": [names[option] for option in it.elected],
        "eliminated": [names[option] for option in it.eliminated],
        "exhausted": votes_text(Fraction(it.exhausted)),
    }
    if it.quota:
        facts["quota"] = votes_text(Fraction(it.quota))
    return facts
