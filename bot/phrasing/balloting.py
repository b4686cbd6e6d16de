"""A vote as a sentence says it: on what, which way, and why.

`also bei P12 bin ich dafür`, `tuesday suits me better`, `take back my vote on the mixer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, NamedTuple

from bot.command import Command
from bot.deciding.ballots import Sense
from bot.language.tokens import Token
from bot.phrasing.denying import denies, without_objection
from bot.phrasing.known import Known, letters
from bot.phrasing.stems import title_word
from bot.phrasing.vocabulary import distance
from bot.phrasing.votes import NO, YES, choices_of, is_choice, sample_reason
from bot.phrasing.ways import TYPED, lines_of
from bot.phrasing.wording import Said, reference, word, words_of

REFERENCES: Final = 2
"""Of so many open things one may be meant, where none was named."""

LINES_MAX: Final = 4

_POLLS: Final = words_of("poll survey umfrage")

_TAKEN_BACK: Final = re.compile(
    r"\b(take|took|withdraw|retract|cancel|remove|undo|delete)\b.*\bvote\b|\bunvote\b"
    r"|\bstimme\b.*\b(zurück\w*|weg|raus\w*|löschen|streichen)\b|\b(zurück\w*)\b.*\bstimme\b"
)
_SAYS: Final = {
    Sense.ASIDE: r"""stand(s|ing)?.aside leave.me.out keep.me.out ohne.mich halt\w*.mich(.da)?.raus
        beiseite without.me""",
    Sense.ABSTAIN: r"""abstain\w* enthalt\w* neutral no.opinion keine.meinung don't.mind mir.egal""",
    Sense.STOP: r"object(s|ion|ing)? block\w* veto\w* einspruch einwand widerspr\w+",
    Sense.CONCERN: r"concerns? bedenken reservations? worr(y|ied|ies)",
    Sense.AGAINST: r"""no nope nay against oppose\w* reject\w* nein nö nee dagegen ablehn\w* lehne?
        gegen -1 disagree thumbs.down daumen.runter""",
    Sense.AGREE: r"""yes yep yeah agree\w* support\w* in.favou?r for.it i'm.for i.am.for im.for ja jo
        dafür zustimm\w* stimm\w*\b.*\bzu einverstanden bin(.ich)?(.auch)?.für für\b.*\bbin.ich
        fine ok okay \+1 geht.klar passt meinetwegen von.mir.aus my.vote count.me.in dabei thumbs.up
        daumen.hoch consent(s)?""",
}
"""What is said for each way to vote, in the order in which it is looked for; a point is a blank."""

_WAYS: Final = tuple(
    (sense, re.compile(rf"(?<![\w'])(?:{'|'.join(them.split())})(?![\w'])"))
    for sense, them in _SAYS.items()
)
_WORDS: Final = {
    Sense.AGREE: YES,
    Sense.AGAINST: NO,
    Sense.ABSTAIN: "abstain",
    Sense.ASIDE: "stand-aside",
    Sense.STOP: "object",
    Sense.CONCERN: "concern",
}
"""What is typed where nobody knows what can be said on it."""

_BECAUSE: Final = words_of("because weil denn since cause da")

_PROVIDED: Final = re.compile(
    r"\b(as long as|so long as|provided|on condition|only if|but only if|if we|if it|unless|solange"
    r"|sofern|vorausgesetzt|aber nur wenn|nur wenn|wenn wir|unter der bedingung)\b"
)
"""What a yes depends on begins so: nobody's condition is left out of their vote."""


class Vote(NamedTuple):
    """A line that votes, and whether what it votes on was named."""

    line: str
    named: bool


def votes(command: Command, tokens: Sequence[Token], known: Known) -> Iterator[Vote]:
    """The votes that a sentence may mean: on what it names, else on what is open."""
    letters_ = letters(command)
    named = [found for token in tokens if (found := reference(token, letters_))][:1]
    left = [token for token in tokens if not reference(token, letters_)]
    words = [word(token) for token in left]
    said = " ".join(words)
    titled = [] if named else known.called_so(command, words, "P")
    on_title = bool(titled and _way(said)) and not named and _POLLS.isdisjoint(words)
    polls = [ref for ref in _of_polls(named, known) if _option(ref, left, known)]
    chooses = [Said(command, (Token(it), *_option(it, left, known))).line for it in polls[:1]]
    if chooses and not on_title:
        yield Vote(chooses[0], named=True)
        return
    refs = named or titled[:1] or [ref for ref in known.references(command) if ref[0] == "P"]
    for ref in refs[:REFERENCES]:
        way = _said_on(ref, said, left, _behind(tokens, letters_), known)
        them = lines_of(Said(command, (Token(ref), *way)), known, TYPED) if way else ()
        for line in islice(dict.fromkeys(them), LINES_MAX // len(refs[:REFERENCES])):
            yield Vote(line, bool(named or titled))
    yield from (Vote(line, named=True) for line in chooses)  # `monday suits me` may be either


def chosen(tokens: Sequence[Token], known: Known) -> bool:
    """Whether a sentence names one option of an open poll, and asks for no new one.

    Whoever speaks of a poll so, votes on it: `tuesday suits me better`.
    """
    tokens = preferred(tokens)
    days = {said for token in tokens if (said := title_word(token.text))[:1] == "<"}
    if len(days) > 1 or not _MAKING.isdisjoint(map(word, tokens)):
        return False
    return any(_option(it.ref, tokens, known) for it in known.state.polls.open)


def prefers(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says that something is liked better: `saturday would be nicer for me`."""
    return not _PREFERRING.isdisjoint(map(word, tokens))


_PREFERRING: Final = words_of("""
    better best nicer rather prefer preferred suits favourite favorite
    besser am-besten lieber liebsten bevorzuge schöner passt""")
_MAKING: Final = words_of("""
    new neue start starte begin make mach mache machen erstell erstelle open eröffne ask frag frage
    whether if ob or oder vs add another als""")
"""Who says one of these asks for a poll, or lists what it may have."""


def preferred(tokens: Sequence[Token]) -> Sequence[Token]:
    """What is liked better than something else: `monday suits me better than tuesday`."""
    than = next((at for at, token in enumerate(tokens) if word(token) in _THAN), None)
    return tokens[:than] if than is not None and prefers(tokens[:than]) else tokens


_THAN: Final = words_of("than als")


def _of_polls(named: Sequence[str], known: Known) -> list[str]:
    """The polls that may be meant: the one that is named, else the open ones."""
    if named:
        return [ref for ref in named if ref[0] == "Q"]
    return [it.ref for it in known.state.polls.open]


def _option(ref: str, tokens: Sequence[Token], known: Known) -> list[Token]:
    """The option of a poll that a sentence names, in whatever language it names a day."""
    options, tokens = known.options_of(ref), preferred(tokens)
    said = {title_word(token.text) for token in tokens} - {""}
    shared = {each: len(said & {title_word(it) for it in each.split()}) for each in options}
    most = max(shared.values(), default=0)
    best = [each for each, count in shared.items() if count == most]
    if most and len(best) == 1:
        return [Token(each) for each in best[0].split()]
    if ref in {each.text.rstrip(".,").upper() for each in tokens} or not most:
        numbers = [int(w) for t in tokens if (w := word(t)).isdecimal()]
        if len(numbers) == 1 and 0 < numbers[0] <= len(options):
            return [Token(str(numbers[0]))] if _of_a_poll(tokens) else []
    return []


def _of_a_poll(tokens: Sequence[Token]) -> bool:
    return any(word(token) in _POLLS | words_of("option choice möglichkeit wahl") for token in tokens)


def _way(said: str) -> Sense | None:
    """Which way a sentence says that somebody votes, be it with a slip: `dagegn`."""
    agreeing = without_objection(said)
    plain = " ".join(map(_unslipped, agreeing.split()))
    found = next((sense for sense, pattern in _WAYS if pattern.search(plain)), None)
    # Of `gegen P1 habe ich keine Bedenken` what is left is no vote against it.
    nothing = agreeing != said and found is Sense.AGAINST
    return Sense.AGREE if nothing else found


@lru_cache(maxsize=4_000)
def _unslipped(word: str) -> str:
    """A word; one that says which way without its slip."""
    if len(word) < LONG or word in _LONG_WAYS:
        return word
    return next((each for each in _LONG_WAYS if distance(word, each) == 1), word)


LONG: Final = 6
"""A shorter word is too like others: `gegen`, `regen`."""

_LONG_WAYS: Final = words_of("dagegen against einverstanden enthaltung abstain support disagree")


def _said_on(
    ref: str, said: str, tokens: Sequence[Token], behind: Sequence[Token], known: Known
) -> list[Token]:
    """The words that say which way, as they would stand behind the reference."""
    if _TAKEN_BACK.search(said):
        return [Token("withdraw")]
    choices = choices_of(ref, known)
    sense = _way(said)
    if sense is Sense.AGREE and denies(tokens):
        sense = Sense.AGAINST
    typed = next(([token] for token in tokens if is_choice(token.text, choices)), [])
    if sense is None or (typed and len(tokens) <= FEW):
        return typed  # `abstimmen P1 ja`: the word itself is a choice
    fits = [each for each in choices if each.sense is sense]
    if len(fits) == 1 and sense is not Sense.AGREE:
        reason = _reason(tokens) or list(behind) or (sample_reason(known) if fits[0].reasoned else [])
        return [Token(fits[0].word), *reason]
    if choices and not fits and sense in {Sense.STOP, Sense.CONCERN, Sense.ASIDE}:
        sense = Sense.AGAINST if sense is Sense.STOP else Sense.ABSTAIN
    why = [*(_reason(tokens) or behind)]
    against = sense in {Sense.AGAINST, Sense.STOP, Sense.CONCERN}
    return [Token(_WORDS[sense]), *(why if against else _condition(tokens))]


def _behind(tokens: Sequence[Token], letters_: frozenset[str]) -> list[Token]:
    """What stands behind the thing at the beginning: `veto P1 it is too dear`, `P1 no too dear`."""
    at = next((at for at, token in enumerate(tokens[:BEGINNING]) if reference(token, letters_)), None)
    behind = list(tokens[at + 1 :]) if at is not None else []
    if behind and _way(word(behind[0])) is not None:
        del behind[0]
    return behind if behind and _way(" ".join(map(word, behind))) is None else []


FEW: Final = 2
"""Among so few words none says anything but the vote."""

BEGINNING: Final = 3
"""Among so many words at the beginning the thing stands that a reason follows."""


def _reason(tokens: Sequence[Token]) -> list[Token]:
    """Why somebody votes so: what stands behind `because`, or behind a comma."""
    for at, token in enumerate(tokens[:-1]):
        if word(token) in _BECAUSE and at:
            return list(tokens[at + 1 :])
    for at, token in enumerate(tokens[:-2]):
        behind = tokens[at + 1 :]
        says = _way(" ".join(map(word, behind))) is None
        if (
            token.text.endswith((",", ";", ":"))
            and says
            and _way(" ".join(map(word, tokens[: at + 1])))
        ):
            return list(behind)
    return _told_between(tokens)


def _condition(tokens: Sequence[Token]) -> list[Token]:
    """What a yes depends on, from its first word to the end; nothing where it depends on nothing."""
    found = [at for at in range(1, len(tokens)) if _PROVIDED.match(" ".join(map(word, tokens[at:])))]
    return list(tokens[found[0] :]) if found else []


def _told_between(tokens: Sequence[Token]) -> list[Token]:
    """A clause between two others that says neither which way nor on what."""
    ends = [at for at, token in enumerate(tokens) if token.text.endswith((",", ";"))]
    for begin, end in pairwise(ends):
        clause = list(tokens[begin + 1 : end + 1])
        if len(clause) >= CLAUSE_WORDS and _way(" ".join(map(word, clause))) is None:
            return [*clause[:-1], Token(clause[-1].text.rstrip(",;"))]
    return []


CLAUSE_WORDS: Final = 3
