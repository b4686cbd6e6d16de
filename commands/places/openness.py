"""`/openness`: how open a collective is, by thirteen questions; people answer what no book tells."""

from __future__ import annotations

from collections.abc import Iterator

from bot.arguments import OptionType, arguments, takes
from bot.chat import Kind, Refusal, Reply
from bot.collective.openness import (
    QUESTIONS,
    Answer,
    OpennessAnswered,
    OpennessCommented,
)
from bot.collective.roles import Role
from bot.collective.state import State
from bot.command import Command
from bot.decision import Accepted, Ask, Query
from bot.digest import Digest, Section, Told
from bot.feature import Feature
from bot.text.charts import told as chart_told
from bot.text.wording import Node, Typed, Words, lines, say
from commands.decisions.lookups import texts_of
from commands.decisions.openly import openly
from commands.places.opennesscards import (
    ANSWERS,
    areas_told,
    figures,
    headed,
    how_told,
    listed,
    picture,
    published_told,
    trend_told,
    whole,
)
from commands.places.opennessindex import CLOCKWORKS, index_of, quarter_text
from commands.places.opennesspage import PAGE, openness_queries

_NUMBERS = tuple(map(str, QUESTIONS))
_ALL = "all"

# --- Looking --------------------------------------------------------------------------------------


@arguments
class OpennessArgs:
    """What `/openness` takes."""

    what: str = takes(
        OptionType.WORD,
        say("the number of a question, or all; in short if left out"),
        positional=True,
        choices=(_ALL, *_NUMBERS),
        default="",
    )


def _queries(state: State, ask: Ask[OpennessArgs]) -> tuple[Query, ...]:
    """What was said to the questions."""
    return openness_queries(state)


def openness(state: State, ask: Ask[OpennessArgs]) -> Accepted:
    """How open it is, in short; or the thirteen, or one of them."""
    found, texts, what = index_of(state, ask, ask.moment.at), texts_of(ask), ask.args.what
    facts = {"openness": figures(state, found, texts)}
    if what in _NUMBERS:
        row = found.rows[int(what) - 1]
        body = lines(whole(row, found, texts), how_told(row))
        return Accepted(replies=(Reply(body, facts=facts, page="openness"),))
    if what == _ALL:
        more = say("{line} tells one of them.", line=Typed("openness 5"))
        body = lines(headed(found), listed(found), more)
        return Accepted(replies=(Reply(body, facts=facts, page="openness"),))
    chart = picture(state, found) if ask.rules.on("pictures") else None
    body = lines(
        headed(found),
        areas_told(found),
        None if chart else trend_told(state, found),
        published_told(),
        say("{line} lists the thirteen questions.", line=Typed("openness all")),
    )
    told = Reply(body, facts=facts, page="openness")
    if chart is None:
        return Accepted(replies=(told,))
    return Accepted(replies=(told, Reply(chart_told(chart), kind=Kind.PICTURE, chart=chart)))


# --- Answering ------------------------------------------------------------------------------------

_QUESTION = takes(OptionType.WORD, say("the number of the question"), positional=True, choices=_NUMBERS)


@arguments
class OpennessAnswerArgs:
    """What `/openness answer` takes."""

    question: str = _QUESTION
    answer: str = takes(
        OptionType.WORD,
        say("how far it is so"),
        positional=True,
        choices=tuple(each.value for each in Answer),
    )
    evidence: str = takes(
        OptionType.TEXT, say("what shows it, such as a link that everybody can open"), positional=True
    )


def answer(state: State, ask: Ask[OpennessAnswerArgs]) -> Accepted:
    """Answer a question that no book tells, with what shows it; good for a year."""
    question, given = QUESTIONS[int(ask.args.question)], Answer(ask.args.answer)
    if question.computed:
        raise Refusal(
            "openness-computed",
            say(
                "The books answer question {number}; nobody answers it by hand.", number=question.number
            ),
            word=ask.args.question,
            instead=say(
                "Say what you have to say about it: {line}",
                line=Typed(f"openness comment {question.number} {ask.args.evidence}"),
            ),
        )
    evidence = ask.moment.seal(ask.args.evidence)
    event = OpennessAnswered(
        question=question.number, answer=given, member=ask.me.number, evidence=evidence.seal
    )
    told = say(
        "{who} answers question {number}, {question}: {answer}. {evidence}",
        who=ask.me.shown,
        number=question.number,
        question=question.short,
        answer=ANSWERS[given],
        evidence=Words(evidence.text),
    )
    return Accepted((event,), (evidence,), (Reply(told, page="openness"),))


@arguments
class OpennessCommentArgs:
    """What `/openness comment` takes."""

    question: str = _QUESTION
    text: str = takes(
        OptionType.TEXT,
        say("what there is to say about it; nothing takes back what was said"),
        positional=True,
        default="",
    )


def comment(state: State, ask: Ask[OpennessCommentArgs]) -> Accepted:
    """Say something about what the books answer, or take that back; the answer stays as it is."""
    number, text = int(ask.args.question), ask.args.text
    if not QUESTIONS[number].computed:
        known = state.openness.answers.get(number)
        again = known.answer if known is not None else Answer.HALF
        raise Refusal(
            "openness-answered",
            say("Question {number} is answered by hand, and its evidence stands there.", number=number),
            word=ask.args.question,
            instead=say(
                "Answer it with what you have to say: {line}",
                line=Typed(f"openness answer {number} {again} {text or '…'}"),
            ),
        )
    if not text and number not in state.openness.comments:
        raise Refusal(
            "nothing-changed",
            say("Nothing was said about question {number}.", number=number),
            word=ask.args.question,
        )
    if not text:
        taken = say(
            "{who} takes back what was said about question {number}.", who=ask.me.shown, number=number
        )
        event = OpennessCommented(question=number, member=ask.me.number)
        return Accepted((event,), (), (Reply(taken),))
    sealed = ask.moment.seal(text)
    event = OpennessCommented(question=number, member=ask.me.number, text=sealed.seal)
    told = say(
        "{who} about question {number}, {question}: {text}",
        who=ask.me.shown,
        number=number,
        question=QUESTIONS[number].short,
        text=Words(sealed.text),
    )
    return Accepted((event,), (sealed,), (Reply(told, page="openness"),))


# --- In the digest ----------------------------------------------------------------------------------


def _quarter(digest: Digest) -> Iterator[Node]:
    """The quarter that ended in these days, once."""
    quarters = digest.state.openness.quarters
    for at, it in enumerate(quarters):
        if not digest.since < it.at <= digest.until:
            continue
        told = say("Openness in {quarter}: {score} of 100", quarter=quarter_text(it), score=it.score)
        if at:
            before = quarters[at - 1]
            yield say(
                "{told} ({before} in {quarter})",
                told=told,
                before=before.score,
                quarter=quarter_text(before),
            )
        else:
            yield told


def _changed(digest: Digest) -> bool:
    """Whether a quarter came out otherwise than the one before."""
    quarters = digest.state.openness.quarters
    return "openness" in digest.sections and any(
        digest.since < it.at <= digest.until and (not at or it.answers != quarters[at - 1].answers)
        for at, it in enumerate(quarters)
    )


COMMANDS = (
    Command(
        name="openness",
        about=say("how open the collective is, by thirteen questions"),
        also=say("open governance, transparency, how open are we, open governance index, audit"),
        decide=openness,
        wants=_queries,
        args=OpennessArgs,
        role=Role.GUEST,
        examples=("openness", "openness all", "openness 5"),
    ),
    Command(
        name="openness answer",
        about=say("answer a question about openness that no book tells"),
        decide=openly(answer),
        args=OpennessAnswerArgs,
        role=Role.COORDINATOR,
        examples=("openness answer 10 half The licence says so: https://example.org/licence",),
    ),
    Command(
        name="openness comment",
        about=say("say something about what the books answer"),
        decide=openly(comment),
        args=OpennessCommentArgs,
        role=Role.COORDINATOR,
        examples=("openness comment 5 We met in person, without the bot", "openness comment 5"),
    ),
)

FEATURE = Feature(
    name="openness",
    commands=COMMANDS,
    clockworks=CLOCKWORKS,
    pages=(PAGE,),
    digest=Told(
        sections={Section("openness"): _quarter},
        happened=_changed,
    ),
)
