"""The reckoning in words: who could vote, what counted, what did not, and which rule decided.

`terms_in_words` is for the card and the help of an open proposal, `outcome_told` for `/why`. Names are
asked for one by one, so that whoever calls decides whether they are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from bot.deciding.advice import ADVICE
from bot.deciding.ballots import Choice, Fault, Sense
from bot.deciding.judging import NOBODY_MAY_VOTE, Judgement, Verdict, others_needed
from bot.deciding.methods import FULL_METHODS, METHODS
from bot.deciding.outcome import Outcome
from bot.deciding.terms import Terms, hours_words, mean_text, share_text
from bot.text.wording import Code, Node, Person, Say, items, joined, lines, say, say_n

Name = Callable[[int], str]

NAMES_SHOWN_MAX: Final = 20
"""More names in one sentence are not read; `/export` has them all."""


def terms_in_words(terms: Terms, electorate: int) -> Node:
    """The whole rule by which a proposal under these terms passes, with the quorum in people."""
    return joined((_passes(terms, electorate), *_further(terms, electorate)), " ")


def _passes(terms: Terms, electorate: int) -> Node:
    method = METHODS[terms.method]
    if "silence" not in method.rules:
        return method.passes(terms)
    return joined((method.passes(terms), _agreement_words(terms, electorate)), " ")


def _agreement_words(terms: Terms, electorate: int) -> Node:
    """Who has to agree; where only one person may vote, it is that one."""
    if terms.silence_agrees:
        return say("Silence counts as agreement.")
    if electorate == 1:
        return say("Somebody has to vote for it.")
    return say("Somebody besides the author has to vote for it.")


def _further(terms: Terms, electorate: int) -> Iterator[Node]:
    """What decides beside the sentence of the method: others, the quorum, and an early close."""
    others = _others_words(terms, electorate)
    if others is not None:
        yield others
    if METHODS[terms.method].quorum and terms.quorum.people(electorate):
        yield _quorum_words(terms, electorate)
    if terms.timing.early_close and terms.method != ADVICE.name:
        yield _early_words(terms)


def _early_words(terms: Terms) -> Node:
    least = terms.timing.min_open_ms
    if not least:
        return say("It ends early once no vote can change it.")
    return say(
        "It ends early, {time} after this text or later, once no vote can change it.",
        time=hours_words(least),
    )


def cannot_pass(terms: Terms, electorate: int) -> Say | None:
    """Why nothing could ever pass under these terms in an electorate of this size; None if it can."""
    if not electorate:
        return NOBODY_MAY_VOTE
    needed = terms.quorum.people(electorate) if METHODS[terms.method].quorum else 0
    if terms.method == "apache":
        needed = terms.binding_min
    if needed <= electorate:
        return None
    return say_n(
        "It takes {needed} to vote, and {count} person may.",
        "It takes {needed} to vote, and {count} people may.",
        electorate,
        needed=needed,
    )


def tally_words(outcome: Outcome) -> Node:
    """How often each choice was said: `agree 3, block 1`."""
    said = [
        joined((choice.label, outcome.tally[choice.word]), " ")
        for choice in outcome.count.choices
        if outcome.tally[choice.word]
    ]
    return joined(said) if said else say("Nobody has voted.")


def verdict_words(judgement: Judgement) -> Say:
    """What came out, in a few words."""
    if judgement.verdict is Verdict.TURNS:
        return say("goes on as {method}", method=Code(judgement.turns_into))
    return _VERDICTS[judgement.verdict]


_VERDICTS: Final[Mapping[Verdict, Say]] = {
    Verdict.PASSED: say("passed"),
    Verdict.REJECTED: say("rejected"),
    Verdict.BLOCKED: say("blocked"),
    Verdict.NO_QUORUM: say("no quorum"),
}


def outcome_told(outcome: Outcome, name: Name) -> Node:
    """The whole reckoning of an outcome, or of what would come out if it closed now."""
    judgement, terms = outcome.judgement, outcome.terms
    head = (
        say("It is open. Closed now it would be: {verdict}.", verdict=verdict_words(judgement))
        if outcome.verdict is Verdict.OPEN
        else say("Outcome: {verdict}.", verdict=verdict_words(judgement))
    )
    return lines(
        head,
        judgement.why,
        say(
            "Method: {method}. {passes}",
            method=Code(terms.method),
            passes=_passes(terms, outcome.electorate),
        ),
        items(_points(outcome, name)),
    )


def _points(outcome: Outcome, name: Name) -> Iterator[Node]:
    yield _electorate_words(outcome)
    yield from _further(outcome.terms, outcome.electorate)
    yield say("Counted: {tally}", tally=tally_words(outcome))
    for choice in outcome.count.choices:
        if choice.sense in _NAMED and outcome.count.said[choice.word]:
            yield _named(choice, outcome, name)
    yield from _proxy_words(outcome, name)
    for fault, people in outcome.count.uncounted.items():
        yield say("{why}: {people}.", why=_FAULTS[fault], people=_names(people, name))
    if outcome.count.unheard:
        yield _silence_words(outcome)
    yield from _frozen(outcome.terms, outcome.method.rules)


_NAMED: Final = frozenset({Sense.STOP, Sense.ASIDE, Sense.ABSTAIN, Sense.CONCERN, Sense.ADVICE})
"""What is named in the record, beside the number."""

_FAULTS: Final[Mapping[Fault, Say]] = {
    Fault.OUTSIDE: say("Not counted, since they are not in the electorate"),
    Fault.LATE: say("Not counted, since it came after the deadline"),
    Fault.OLD_TEXT: say("Not counted, since the text was amended after they voted"),
    Fault.UNKNOWN: say("Not counted, since this method has no such choice"),
    Fault.NOT_THEIRS: say("Not counted, since the choice was not theirs to make"),
    Fault.UNREASONED: say("Not counted, since the reason is missing"),
    Fault.EARLY: say("Not counted, since the advice was still missing"),
}


def _electorate_words(outcome: Outcome) -> Node:
    return say_n(
        "{count} person could vote, frozen when it was opened; {took} took part.",
        "{count} people could vote, frozen when it was opened; {took} took part.",
        outcome.electorate,
        took=outcome.took_part,
    )


def _quorum_words(terms: Terms, electorate: int) -> Node:
    needed = terms.quorum.people(electorate)
    quorum = say_n(
        "The quorum is {count} person of {electorate}; abstentions count for it.",
        "The quorum is {count} people of {electorate}; abstentions count for it.",
        needed,
        electorate=electorate,
    )
    timing = terms.timing
    if not timing.extend_ms or not timing.extensions_max:
        return quorum
    longer = say_n(
        "Without it, it stays open {time} longer, once.",
        "Without it, it stays open {time} longer, up to {count} times.",
        timing.extensions_max,
        time=hours_words(timing.extend_ms),
    )
    return joined((quorum, longer), " ")


def _abstentions_weigh(outcome: Outcome) -> bool:
    terms = outcome.terms
    in_share = terms.abstentions_count and "abstentions" in outcome.method.rules
    return in_share or (terms.abstentions_in_mean and "mean" in outcome.method.rules)


def _others_words(terms: Terms, electorate: int) -> Node | None:
    """Who must agree because something is carried out; where the method says that itself, nothing."""
    needed = others_needed(terms, electorate)
    said = "silence" in METHODS[terms.method].rules and not terms.silence_agrees
    if terms.method not in FULL_METHODS or needed <= int(said):
        return None
    return say_n(
        "Since something is carried out, {count} person other than the author must agree.",
        "Since something is carried out, {count} people other than the author must agree.",
        needed,
    )


def _named(choice: Choice, outcome: Outcome, name: Name) -> Node:
    people = _names(outcome.count.said[choice.word], name)
    neutral = choice.sense is Sense.ABSTAIN and not _abstentions_weigh(outcome)
    if neutral and outcome.method.quorum:
        return say(
            "{choice}: {people}. That counts for the quorum and weighs for neither side.",
            choice=choice.label,
            people=people,
        )
    return say("{choice}: {people}.", choice=choice.label, people=people)


def _proxy_words(outcome: Outcome, name: Name) -> Iterator[Node]:
    delegated = outcome.count.delegated
    if delegated:
        pairs = [
            say("{voter} by {caster}", voter=Person(name(voter)), caster=Person(name(caster)))
            for voter, caster in sorted(delegated.items())[:NAMES_SHOWN_MAX]
        ]
        yield say("Through a proxy: {pairs}.", pairs=_shortened(pairs, len(delegated)))
    if outcome.count.waived:
        yield say(
            "Hands were counted, so nobody votes through a proxy: {people}.",
            people=_names(outcome.count.waived, name),
        )
    if outcome.count.looped:
        yield say(
            "No vote, since the proxies lead round in a loop: {people}.",
            people=_names(outcome.count.looped, name),
        )


def _silence_words(outcome: Outcome) -> Node:
    silent = outcome.count.unheard
    if outcome.method.name == "lazy":
        return say_n(
            "{count} person said nothing, which is assent.",
            "{count} people said nothing, which is assent.",
            silent,
        )
    if outcome.terms.silence_agrees and "silence" in outcome.method.rules:
        return say_n(
            "{count} person said nothing; by the rule silence that is agreement.",
            "{count} people said nothing; by the rule silence that is agreement.",
            silent,
        )
    return say_n(
        "{count} person said nothing, which counts for nothing.",
        "{count} people said nothing, which counts for nothing.",
        silent,
    )


def _frozen(terms: Terms, rules: Sequence[str]) -> Iterator[Node]:
    """The rule values that this method looked at, as they were when it opened."""
    values = {
        "quorum": str(terms.quorum),
        "share": share_text(terms.share) if terms.share else "",
        "fallback": terms.fallback or "none",
        "silence": "agreement" if terms.silence_agrees else "nothing",
        "abstentions": "share" if terms.abstentions_count else "quorum",
        "veto": "on" if terms.veto else "off",
        "mean": mean_text(terms.mean),
        "method": terms.full_method,
    }
    shown = [
        say("{rule} {value}", rule=Code(rule), value=values[rule]) for rule in rules if values[rule]
    ]
    if shown:
        yield say("Rules, frozen when it was opened: {rules}.", rules=joined(shown))


def _names(people: Sequence[int], name: Name) -> Node:
    return _shortened([Person(name(one)) for one in people[:NAMES_SHOWN_MAX]], len(people))


def _shortened(shown: Sequence[Node], whole: int) -> Node:
    if len(shown) == whole:
        return joined(shown)
    more = say_n("{count} more", "{count} more", whole - len(shown))
    return joined([*shown, more])
