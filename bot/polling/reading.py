"""Reading a typed vote, of any method. Every refusal names the word that it is about.

An option is named by its whole name, by its number on the card, or by a beginning that only it has.
Names may hold blanks and commas: the longest name that stands there is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.chat import Refusal
from bot.polling.slate import Read, Slate, Values, example
from bot.polling.terms import NONE_WORD, OPTION_CHARACTERS_MAX, OPTIONS_MAX, PollTerms
from bot.polling.votes import Vote
from bot.tally.dots import dots_cost, quadratic_cost
from bot.tally.times import IF_NEED_BE, NO, YES
from bot.text.wording import Node, Typed, Words, joined, say, say_n

_GAP = re.compile(r"[\s,;]*")
_NUMBER = re.compile(r"#?([0-9]{1,3})")
_SCORE = re.compile(r"\s*[=:]?\s*([+-]?[0-9]{1,9})(?=$|[\s,;])")
_ANSWERS: Mapping[str, int] = {
    "yes": YES,
    "y": YES,
    "✓": YES,
    "✅": YES,
    "if need be": IF_NEED_BE,
    "if-need-be": IF_NEED_BE,
    "ifneedbe": IF_NEED_BE,
    "maybe": IF_NEED_BE,
    "no": NO,
    "n": NO,
    "✗": NO,
    "❌": NO,
}
"""What people write for a time; the first of a number is its usual form."""

_ANSWER = "|".join(re.escape(word) for word in sorted(_ANSWERS, key=len, reverse=True))
_TIME = re.compile(rf"\s*[=:]?\s*({_ANSWER})(?=$|[\s,;/])", re.IGNORECASE)
_TIMES = re.compile(rf"(?:{_ANSWER})(?:[\s,;/]+(?:{_ANSWER}))*", re.IGNORECASE)


def read_vote(terms: PollTerms, slate: Slate, text: str, ref: str) -> Read:
    """What somebody says in a poll. Raises Refusal with the word that cannot be read."""
    kind = terms.how.kind
    if kind == "none":
        raise Refusal(
            "no-votes",
            say("Nobody votes on {ref}: it is a draw by lot.", ref=ref),
            word=ref,
        )
    line = _Line(terms, slate, " ".join(text.split()), ref)
    if not line.text.strip(" ,;"):
        raise line.missing()
    vote = {"choice": line.choice, "marks": line.marks, "ranks": line.ranks, "scores": line.scores}[
        kind
    ]()
    return Read(vote, tuple(line.written_in))


@dataclass(slots=True)
class _Line:
    """One reading of one line."""

    terms: PollTerms
    slate: Slate
    text: str
    ref: str
    written_in: list[str] = field(default_factory=list)

    # --- By method --------------------------------------------------------------------------------

    def choice(self) -> Vote:
        """The whole line is one option."""
        found = self._named(self.text)
        if found is None:
            several = self._options(",;")
            if len(several) > 1:
                raise Refusal(
                    "vote-too-many",
                    say("You can choose one option on {ref}.", ref=self.ref),
                    word=self.text,
                    instead=self._how(),
                )
            (found,) = several
        return Vote(marks=(found,))

    def marks(self) -> Vote:
        """Options with commas or blanks between."""
        whole = self._named(self.text)
        marks = [whole] if whole is not None else self._options(",;")
        most = self.terms.marks_max
        if most is not None and len(marks) > most:
            raise Refusal(
                "vote-too-many",
                say(
                    "That is {count} options; up to {most} can be marked.",
                    count=len(marks),
                    most=most,
                ),
                word=self._name(marks[most]),
                instead=self._how(),
            )
        return Vote(marks=tuple(sorted(marks)))

    def ranks(self) -> Vote:
        """The best first: `>` or a comma before the next one, `=` between equal ones."""
        whole = self._named(self.text)
        ranks: list[list[int]] = [] if whole is None else [[whole]]
        seen: set[int] = set()
        at, equal = (len(self.text), False) if whole is not None else (0, False)
        while at < len(self.text):
            found, at = self._option(at, ">=,;")
            if equal:
                ranks[-1].append(found)
            else:
                ranks.append([found])
            self._check_once(found, seen)
            equal, at = self._joint(at)
        return Vote(ranks=tuple(tuple(rank) for rank in ranks))

    def scores(self) -> Vote:
        """A number, or an answer, for each option: `Anna=5 Bo=3`, `yes no maybe`."""
        times = self.terms.method == "times"
        if times and _TIMES.fullmatch(self.text):
            return self._in_order()
        pattern, read = _READ_TIME if times else _READ_SCORE
        scores: list[tuple[int, int]] = []
        seen: set[int] = set()
        at = 0
        while at < len(self.text):
            option, number, at = self._pair(at, pattern, read)
            self._check_number(option, number)
            self._check_once(option, seen)
            scores.append((option, number))
        self._check_points(scores)
        return Vote(scores=tuple(sorted(scores)))

    # --- Parts ------------------------------------------------------------------------------------

    def _in_order(self) -> Vote:
        """An answer for each time, in their order."""
        words = re.findall(_ANSWER, self.text, re.IGNORECASE)
        times = len(self.slate.names)
        if len(words) != times:
            raise Refusal(
                "vote-number",
                say_n(
                    "There is {count} time on {ref}; answers given: {given}.",
                    "There are {count} times on {ref}; answers given: {given}.",
                    times,
                    ref=self.ref,
                    given=len(words),
                ),
                word=self.text,
                instead=self._how(),
            )
        return Vote(scores=tuple((i, _ANSWERS[word.casefold()]) for i, word in enumerate(words)))

    def _options(self, separators: str) -> list[int]:
        found: list[int] = []
        seen: set[int] = set()
        at = 0
        while at < len(self.text):
            option, at = self._option(at, separators)
            self._check_once(option, seen)
            found.append(option)
            at = self._gap(at)
        return found

    def _option(self, at: int, separators: str) -> tuple[int, int]:
        """The option that is named at a place, and the place behind it."""
        at = self._blanks(at)
        whole = self._name_at(at, separators)
        if whole is not None:
            return whole
        end = at
        while end < len(self.text) and self.text[end] not in separators:
            end += 1
        piece = self.text[at:end].strip()
        found = self._named(piece)
        if found is not None:
            return found, end
        # The longest beginning that names an option; a name is short, so few can.
        blank = piece.rfind(" ", 0, OPTION_CHARACTERS_MAX + 1)
        while blank > 0 and not piece.startswith("+"):
            found = self._named(piece[:blank])
            if found is not None:
                return found, at + blank
            blank = piece.rfind(" ", 0, blank)
        return self._new_or_unknown(piece, piece.split()), end

    def _new_or_unknown(self, piece: str, words: Sequence[str]) -> int:
        if piece.startswith("+"):
            return self._write_in(piece[1:].strip())
        known = words and self._named(words[0]) is not None
        raise self._unknown(piece if len(words) < 2 or known else words[0])

    def _pair(
        self, at: int, pattern: re.Pattern[str], read: Callable[[str], int]
    ) -> tuple[int, int, int]:
        """An option and its number, and the place behind them."""
        at = self._gap(at)
        whole = self._name_at(at, "=:,;")
        value = pattern.match(self.text, whole[1]) if whole else None
        if whole and value:
            return whole[0], read(value[1]), self._gap(value.end())
        stop = next((i for i in range(at + 1, len(self.text)) if self.text[i] in ",;"), len(self.text))
        for end in range(at + 1, stop):
            value = pattern.match(self.text, end) if self.text[end] in " =:" else None
            if value:
                name = self.text[at:end].strip()
                found = self._named(name)
                if found is None:
                    found = self._new_or_unknown(name, name.split())
                return found, read(value[1]), self._gap(value.end())
        piece = self.text[at:stop].strip()
        name = re.split(r"[=:]", piece)[0].strip()
        if self._named(piece.split()[0] if piece else "") is None and self._named(name) is None:
            raise self._unknown(name)
        raise Refusal(
            "vote-number",
            say("“{word}” needs an answer behind it.", word=piece)
            if self.terms.method == "times"
            else say("“{word}” needs a whole number behind it.", word=piece),
            word=piece,
            instead=self._how(),
        )

    def _blanks(self, at: int) -> int:
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        return at

    def _gap(self, at: int) -> int:
        found = _GAP.match(self.text, at)
        return found.end() if found else at

    def _joint(self, at: int) -> tuple[bool, int]:
        """What stands before the next option: whether it is equal to the last one."""
        at = self._blanks(at)
        sign = self.text[at : at + 1]
        if sign not in {">", "=", ",", ";"}:
            return False, at
        if not self.text[at + 1 :].strip():
            raise Refusal(
                "vote-unfinished",
                say("Behind “{sign}” an option is missing.", sign=sign),
                word=sign,
                instead=self._how(),
            )
        return sign == "=", at + 1

    # --- Names ------------------------------------------------------------------------------------

    def _name_at(self, at: int, separators: str) -> tuple[int, int] | None:
        """The longest whole name that stands at a place, with an end or a separator behind it."""
        folded = self.text[at:].casefold()
        best: tuple[int, int] | None = None
        for option, name in enumerate(self.slate.names):
            size = len(name)
            if self.text[at : at + size].casefold() != name.casefold():
                continue
            behind = self.text[at + size : at + size + 1]
            ends = not behind or behind.isspace() or behind in separators
            if folded and ends and (best is None or at + size > best[1]):
                best = (option, at + size)
        return best

    def _named(self, word: str) -> int | None:
        """The option that a word means: its name, its number, or a beginning that only it has."""
        folded = word.casefold()
        names = [name.casefold() for name in self.slate.names]
        if not folded:
            return None
        if folded in names:
            return names.index(folded)
        if folded == NONE_WORD and self.slate.none is not None:
            return self.slate.none
        number = _NUMBER.fullmatch(word)
        if number and 0 < int(number[1]) <= len(names):
            return int(number[1]) - 1
        if number:
            return None
        begun = [option for option, name in enumerate(names) if name.startswith(folded)]
        if len(begun) > 1:
            raise Refusal(
                "option-unclear",
                say("“{word}” can mean several options.", word=word),
                word=word,
                instead=say("Which one: {options}?", options=joined(map(self._name, begun))),
            )
        return begun[0] if begun else None

    def _name(self, option: int) -> str:
        names = [*self.slate.names, *self.written_in]
        return names[option]

    def _write_in(self, name: str) -> int:
        known = [each.casefold() for each in (*self.slate.names, *self.written_in)]
        if name.casefold() in known:
            return known.index(name.casefold())
        if not self.terms.write_ins:
            raise Refusal(
                "no-write-ins",
                say("{ref} takes no options that are written in.", ref=self.ref),
                word=f"+{name}",
                instead=self._choices(),
            )
        if not 0 < len(name) <= OPTION_CHARACTERS_MAX:
            raise Refusal(
                "option-long",
                say("An option has up to {most} characters.", most=OPTION_CHARACTERS_MAX),
                word=name,
            )
        if len(known) >= OPTIONS_MAX:
            raise Refusal(
                "poll-options",
                say(
                    "That is {count} options; {most} is the most.",
                    count=len(known) + 1,
                    most=OPTIONS_MAX,
                ),
                word=name,
            )
        self.written_in.append(name)
        return len(known)

    def missing(self) -> Refusal:
        """What is told where no option is named."""
        return Refusal("option-missing", say("An option is missing in your vote."), instead=self._how())

    def _unknown(self, word: str) -> Refusal:
        if not word:
            return self.missing()
        return Refusal(
            "option-unknown-here",
            say("“{word}” is no option on {ref}.", word=word, ref=self.ref),
            word=word,
            instead=self._choices(),
        )

    def _choices(self) -> Node:
        told = joined(
            say("None of the above") if at == self.slate.none else name
            for at, name in enumerate(self.slate.names)
        )
        if self.terms.write_ins:
            return say(
                "There are: {options}; {new} writes another one in.",
                options=told,
                new=Words("+…"),
            )
        return say("There are: {options}.", options=told)

    # --- Checks -----------------------------------------------------------------------------------

    def _check_once(self, option: int, seen: set[int]) -> None:
        """Each option once; checked at once, so that a long line of one option is read quickly."""
        if option in seen:
            name = self._name(option)
            raise Refusal(
                "option-twice",
                say("“{name}” stands in your vote twice.", name=name),
                word=name,
                instead=self._how(),
            )
        seen.add(option)

    def _check_number(self, option: int, number: int) -> None:
        top = self.terms.top
        if number >= 0 and (top is None or number <= top):
            return
        reason = (
            say("{number} is less than nothing.", number=number)
            if number < 0
            else say("{number} is too much: {top} is the most.", number=number, top=top or 0)
        )
        raise Refusal("vote-number", reason, word=f"{self._name(option)}={number}", instead=self._how())

    def _check_points(self, scores: Sequence[tuple[int, int]]) -> None:
        points = self.terms.counting.points
        if points is None:
            return
        cost = quadratic_cost if self.terms.method == "quadratic" else dots_cost
        spent = cost([number for _, number in scores])
        if spent > points:
            raise Refusal(
                "vote-points",
                say("That costs {spent}; you have {points} to give.", spent=spent, points=points),
                word=self.text,
                instead=say("Give less to some of them."),
            )

    def _how(self) -> Node:
        return say(
            "It works like this: {example}",
            example=Typed(f"vote {self.ref} {example(self.terms, self.slate)}"),
        )


_READ_SCORE: Values = (_SCORE, int)
_READ_TIME: Values = (_TIME, lambda word: _ANSWERS[word.casefold()])
