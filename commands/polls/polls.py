"""Polls: opening, adding options, hiding the count, taking back, opening again, and the list."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import msgspec
from msgspec import structs

from bot.arguments import OptionType, arguments, flag, given, takes
from bot.chain import normal
from bot.chat import Kind, Refusal, Reply
from bot.collective.pollevents import (
    CANCELLED,
    PollOpened,
    PollOptionAdded,
    PollRepeats,
    PollStep,
    reference,
)
from bot.collective.polls import Poll, poll_after, timing_of
from bot.collective.rules import refused_by
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.language.repeating import PERIODS, next_close, next_of
from bot.polling.terms import (
    NONE_NAME,
    OPTIONS_MAX,
    PollTerms,
    checked_names,
    checked_options,
    checked_terms,
    poll_closing,
)
from bot.tally.methods import METHODS
from bot.tally.options import CHOICES, NUMBERS, Options
from bot.tally.ties import commitment
from bot.text.wording import Typed, items, lines, say
from commands.decisions.letters import REF
from commands.decisions.lookups import check_own, circle_for, everywhere, instant_of, texts_of
from commands.decisions.openings import check_room
from commands.decisions.voters import electorate_of, voter_of
from commands.polls.cards import draw_sealed, poll_cards
from commands.polls.ending import CLOSES, HideArgs, ReopenArgs, hide, reopen
from commands.polls.listing import EXAMPLE, PollsArgs, list_queries, polls
from commands.polls.lookups import check_poll_open, check_voter, poll_of, poll_queries
from commands.polls.secrecy import (
    SecrecyArgs,
    check_enough,
    check_only_secret,
    secret_terms,
    voters_hidden_in,
)

QUESTION_CHARACTERS_MAX = 200
"""A question is one sentence."""


_NEVER = "never"

_WORDS = ("quota", "equal", "unranked", "strength", "borda")
"""The options of the counts that an author can choose; a vote with too many marks is refused."""


# --- Opening --------------------------------------------------------------------------------------


@arguments
class PollArgs(SecrecyArgs):
    """What `/poll` takes."""

    question: str = takes(
        OptionType.TEXT, say("the question, and behind bars its options"), positional=True
    )
    options: str = takes(OptionType.LONG, say("options, on the lines after the first"), default="")
    method: str = takes(OptionType.WORD, say("how it is counted"), choices=tuple(METHODS), default="")
    closes: dt.datetime | None = CLOSES
    seats: str = takes(OptionType.WORD, say("how many options are elected"), default="")
    marks: str = takes(OptionType.WORD, say("the most options that a vote may mark"), default="")
    points: str = takes(OptionType.WORD, say("the dots or credits of each voter"), default="")
    top: str = takes(OptionType.WORD, say("the highest score"), default="")
    quota: str = takes(OptionType.WORD, say("for STV: the quota"), choices=CHOICES["quota"], default="")
    equal: str = takes(
        OptionType.WORD,
        say("for IRV and STV: what becomes of equal ranks"),
        choices=CHOICES["equal"],
        default="",
    )
    unranked: str = takes(
        OptionType.WORD,
        say("for pairs: how options without a rank count"),
        choices=CHOICES["unranked"],
        default="",
    )
    strength: str = takes(
        OptionType.WORD,
        say("for pairs: how strong a defeat is"),
        choices=CHOICES["strength"],
        default="",
    )
    borda: str = takes(
        OptionType.WORD, say("for Borda: the points of the ranks"), choices=CHOICES["borda"], default=""
    )
    circle: str = takes(OptionType.CIRCLE, say("the circle that is asked"), default="")
    every: str = takes(OptionType.WORD, say("ask the same again every …"), choices=PERIODS, default="")
    hidden: bool | None = flag(say("hide the count until the close"), default=None)
    adding: bool = flag(say("voters may add options"))
    write_ins: bool = flag(say("a vote may write an option in, behind a +"))
    none: bool = flag(say("offer none of the above too"))
    shuffle: bool = flag(say("list the options in another order for each voter"))


def poll(state: State, ask: Ask[PollArgs]) -> Accepted:
    """Ask the members which of several options they want."""
    if len(state.polls.open) >= ask.rules.number("open-max"):
        raise refused_by("open-max", say("As many polls are open as there may be."))
    check_room(state, ask)
    question, names = _asked(ask)
    draws = METHODS[_method(ask)].kind == "none"
    checked_options(names, least=1 if _none(ask) or _open_list(ask) or draws else 2)
    if _none(ask):
        checked_options((*names, NONE_NAME), least=2)
    checked_names(names, none=_none(ask))
    count = len(names) + int(_none(ask))
    terms = checked_terms(_terms(ask), count)
    circle = circle_for(state, ask)
    electorate = electorate_of(state, circle)
    if terms.secret:
        check_enough(state, ask, electorate)
    seed = ask.moment.chance.salt().hex()
    typed = (question, "\n".join(names), seed)
    sealed = tuple(map(ask.moment.seal, typed))
    event = PollOpened(
        number=state.polls.count + 1,
        author=ask.me.number,
        question=sealed[0].seal,
        options=sealed[1].seal,
        terms=terms,
        electorate=electorate,
        closes=poll_closing(terms.timing, ask.moment.at, instant_of(ask.args.closes)),
        seed=sealed[2].seal,
        commitment=commitment(seed),
        count=count,
        room=ask.room,
        circle=circle,
        nudges=ask.rules.on("nudges") and not draws,
    )
    it = poll_after(None, event, ask.moment.at)
    assert it is not None
    events: list[PollStep] = [event]
    if ask.args.every:
        events.append(_repeating(it, ask.args.every, ask.moment.at))
        poll_after(it, events[-1], ask.moment.at)
    texts = texts_of(ask, {each.seal: each.text for each in sealed})
    here = None if ask.private else ask.place
    shown = (
        *poll_cards(state, it, texts, Kind.CARD, here),
        *draw_sealed(state, it, here, _drawn_before(ask, question)),
    )
    told = [Reply(say("{ref} is open in the rooms.", ref=it.ref), private=True, ref=it.ref)]
    urns = (it.urn(state.collective),) if it.secret else ()
    return Accepted(tuple(events), sealed, (*(told if ask.private else ()), *shown), urns=urns)


def _draws_queries(state: State, ask: Ask[PollArgs]) -> tuple[Query, ...]:
    """For a draw by lot, the polls of before: whoever asks again draws again, and all shall see it."""
    method = METHODS.get(_method(ask))
    return list_queries(state, ask) if method is not None and method.kind == "none" else ()


def _drawn_before(ask: Ask, question: str) -> list[str]:
    """The draws by lot of before that asked the same."""
    texts, asked = texts_of(ask), question.casefold()
    opened = [event for _, event in ask.entries(*ask.found) if isinstance(event, PollOpened)]
    draws = (each for each in opened if each.terms.how.kind == "none")
    return [reference(each.number) for each in draws if texts(each.question).casefold() == asked]


def _repeating(it: Poll, every: str, at: int) -> PollRepeats:
    again = next_of(at, every, it.terms.timing.zone, at)
    return PollRepeats(number=it.number, every=every, again=again, first=at)


@arguments
class RepeatArgs:
    """What `/repeat` takes."""

    ref: str = REF
    every: str = takes(OptionType.WORD, say("how often"), positional=True, choices=(*PERIODS, _NEVER))


def repeat(state: State, ask: Ask[RepeatArgs]) -> Accepted:
    """Ask the same again and again; or no more."""
    it = poll_of(state, ask)
    check_own(state, ask, it)
    every = ask.args.every
    if it.number not in state.polls.known or it.status == CANCELLED:
        raise Refusal(
            "poll-over",
            say("{ref} cannot be repeated.", ref=it.ref),
            word=it.ref,
            instead=say("Ask anew: {poll}", poll=Typed("poll …")),
        )
    if every == it.every or (every == _NEVER and not it.again):
        raise Refusal("nothing-changed", say("That is so already."))
    if every == _NEVER:
        event = PollRepeats(number=it.number)
        told = say("{ref} is not repeated any more.", ref=it.ref)
    else:
        event = _repeating(it, every, ask.moment.at)
        told = say("{ref} is asked again {at}.", ref=it.ref, at=it.time(event.again))
    again = replace(it, every=event.every, again=event.again)
    shown = poll_cards(state, again, texts_of(ask), Kind.EDIT) if it.open else ()
    return Accepted((event,), (), (*everywhere(state, it, told), *shown))


def asked_again(state: State, ask: Ask, it: Poll) -> Accepted:
    """Open the same poll anew, with the people who may vote now and a new seed.

    Where as many polls are open as there may be, or a secret one has too few voters now, this time is
    left out.
    """
    assert it.again, "nobody asked for that"
    if it.circle and it.circle not in state.circles.by_name:
        told = say("{ref} is not repeated any more: its circle is gone.", ref=it.ref)
        return Accepted((PollRepeats(number=it.number),), (), everywhere(state, it, told))
    first = it.first or it.again
    again = next_of(first, it.every, it.terms.timing.zone, ask.moment.at)
    electorate = electorate_of(state, it.circle)
    floor = ask.rules.number("secrecy-floor")
    few = it.secret and voters_hidden_in(state, ask, electorate) < floor
    if few or len(state.polls.open) >= ask.rules.number("open-max"):
        return Accepted((PollRepeats(number=it.number, every=it.every, again=again, first=first),))
    texts = texts_of(ask)
    seed = ask.moment.seal(ask.moment.chance.salt().hex())
    event = PollOpened(
        number=state.polls.count + 1,
        author=it.author,
        question=it.question,
        options=it.options,
        terms=_terms_again(ask, it.terms),
        electorate=electorate,
        closes=next_close(it.opened_at, it.planned, ask.moment.at, it.terms.timing.zone),
        seed=seed.seal,
        commitment=commitment(seed.text),
        count=it.count - len(it.added),
        room=it.room,
        circle=it.circle,
        nudges=it.nudges,
    )
    new = poll_after(None, event, ask.moment.at)
    assert new is not None
    events = (
        PollRepeats(number=it.number),
        event,
        PollRepeats(number=new.number, every=it.every, again=again, first=first),
    )
    poll_after(new, events[-1], ask.moment.at)
    known = texts_of(ask, {seed.seal: seed.text, **{s: texts(s) for s in (it.question, it.options)}})
    urns = (new.urn(state.collective),) if new.secret else ()
    shown = (*poll_cards(state, new, known, Kind.CARD), *draw_sealed(state, new))
    return Accepted(events, (seed,), shown, urns=urns)


def _terms_again(ask: Ask, terms: PollTerms) -> PollTerms:
    """The same terms; a secret poll has to have as many ballots as the rule says by now."""
    floor = max(terms.floor, ask.rules.number("secrecy-floor"))
    return structs.replace(terms, floor=floor) if terms.secret else terms


def _asked(ask: Ask[PollArgs]) -> tuple[str, tuple[str, ...]]:
    """The question, and the options: behind bars, or on the lines below. Raises Refusal."""
    question, *first = ask.args.question.split("|")
    below = [part for row in ask.args.options.splitlines() for part in row.split("|")]
    names = [part.strip() for part in first] + [part.strip().lstrip("-*•").strip() for part in below]
    question = question.strip()
    if not question or len(question) > QUESTION_CHARACTERS_MAX:
        raise Refusal(
            "question-long" if question else "question-missing",
            say("A question has one to {most} characters.", most=QUESTION_CHARACTERS_MAX),
            instead=say("It works like this: {example}", example=Typed(f"poll {EXAMPLE}")),
        )
    return question, tuple(" ".join(normal(name).split()) for name in names if name)


def _method(ask: Ask[PollArgs]) -> str:
    return ask.args.method or ask.rules.text("poll-method")


def _none(ask: Ask[PollArgs]) -> bool:
    return ask.args.none


def _open_list(ask: Ask[PollArgs]) -> bool:
    return ask.args.adding or ask.args.write_ins


def _terms(ask: Ask[PollArgs]) -> PollTerms:
    typed = given(ask.args)
    words = {name: typed[name] for name in _WORDS if name in typed}
    numbers = {name: _number(name, typed[name]) for name in NUMBERS if name in typed}
    counting = msgspec.convert({**words, **numbers}, Options)
    hidden = ask.args.hidden
    terms = PollTerms(
        method=_method(ask),
        seats=_number("seats", ask.args.seats) if ask.args.seats else 1,
        counting=counting,
        hidden=ask.rules.on("hide-tally") if hidden is None else hidden,
        adding=ask.args.adding,
        write_ins=ask.args.write_ins,
        none=_none(ask),
        shuffle=ask.args.shuffle,
        timing=timing_of(ask.rules),
    )
    if ask.args.secret:
        return secret_terms(ask, terms)
    check_only_secret(ask)
    return terms


def _number(name: str, word: str) -> int:
    """A whole number of at least 1. Raises Refusal."""
    if word.isascii() and word.isdecimal() and len(word) < 7 and int(word):
        return int(word)
    raise Refusal(
        "number-odd",
        say("{option} is a whole number of at least 1, not “{word}”.", option=f"--{name}", word=word),
        word=word,
    )


# --- Changing -------------------------------------------------------------------------------------


@arguments
class AddOptionArgs:
    """What `/add-option` takes."""

    ref: str = REF
    option: str = takes(OptionType.TEXT, say("the option"), positional=True)
    for_: str = takes(OptionType.WORD, say("the organisation that you speak for"), default="")


def add_option(state: State, ask: Ask[AddOptionArgs]) -> Accepted:
    """Add an option to a poll whose author allows that."""
    it = poll_of(state, ask)
    check_poll_open(it, ask.moment)
    texts = texts_of(ask)
    voter = voter_of(state, ask, ask.args.for_)
    if not it.terms.adding:
        raise Refusal("no-adding", say("Voters may not add options to {ref}.", ref=it.ref), word=it.ref)
    check_voter(state, it, voter)
    if it.draw_known:
        raise Refusal(
            "draw-known",
            say("The draw of {ref} is known since it closed; its options stay.", ref=it.ref),
            word=it.ref,
        )
    name = " ".join(normal(ask.args.option).split())
    checked_options((*it.names(texts), name), least=1)
    checked_names((name,), none=it.terms.none)
    sealed = ask.moment.seal(name)
    event = PollOptionAdded(number=it.number, option=sealed.seal, member=voter.number)
    longer = replace(it, added=[*it.added, sealed.seal], count=it.count + 1)
    known = texts_of(ask, {sealed.seal: sealed.text})
    told = say("{who} adds to {ref}: {option}", who=voter.shown, ref=it.ref, option=sealed.text)
    shown = poll_cards(state, longer, known, Kind.EDIT)
    return Accepted((event,), (sealed,), (*everywhere(state, it, told), *shown))


# --- Looking --------------------------------------------------------------------------------------


COMMANDS = (
    Command(
        name="poll",
        usual=("method", "closes", "secret", "hidden", "none", "every"),
        about=say("ask the members which of several options they want"),
        also=say(
            "survey, ask, question, quiz, doodle, election, date, who is for, which day, "
            "when shall we, when should we, when can we, ask everyone, ask everybody, "
            "schedule, make a poll, start a poll, anonymous vote, secret vote, secret "
            "ballot, make a survey"
        ),
        decide=poll,
        wants=_draws_queries,
        args=PollArgs,
        examples=(
            f"poll {EXAMPLE}",
            "poll Who speaks for us? | Anna | Bo | Cem --method irv --closes in 3 days",
            "poll When do we meet? | Mon 18:00 | Tue 18:00 --method times --hidden",
        ),
        details=lines(
            say("The methods, how each counts, and how its ties are settled:"),
            items(
                say("{name}: {about} {ties}", name=name, about=each.about, ties=each.ties)
                for name, each in METHODS.items()
            ),
            say("Options stand behind bars, or on the lines below; up to {most}.", most=OPTIONS_MAX),
        ),
    ),
    Command(
        name="polls",
        about=say("the polls, newest first"),
        also=say("surveys, results, result, todo, to do, list, elections, open polls"),
        decide=polls,
        wants=list_queries,
        args=PollsArgs,
        examples=("polls", "polls mixer"),
    ),
    Command(
        name="add-option",
        about=say("add an option to a poll that allows it"),
        decide=add_option,
        wants=poll_queries,
        args=AddOptionArgs,
        examples=("add-option Q4 Wednesday",),
    ),
    Command(
        name="hide",
        about=say("hide the count of your poll until it closes"),
        decide=hide,
        wants=poll_queries,
        args=HideArgs,
        examples=("hide Q4", "hide Q4 --secret"),
    ),
    Command(
        name="repeat",
        about=say("ask the same as in your poll again and again"),
        decide=repeat,
        wants=poll_queries,
        args=RepeatArgs,
        examples=("repeat Q4 week", "repeat Q4 never"),
    ),
    Command(
        name="reopen",
        about=say("open a poll again that closed too soon"),
        decide=reopen,
        wants=poll_queries,
        args=ReopenArgs,
        examples=("reopen Q4 --closes in 2 days",),
    ),
)
