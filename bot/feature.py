"""A feature as one value: all that the rest of the bot knows of it.

`Feature` is its only registration. Help, slash-commands, completion, the clock, the digest, and what
serves several kinds of things (`/show C1`, `/show P1`) are made from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from bot.arguments import OptionType, WithRef
from bot.chat import Actor
from bot.collective.state import State
from bot.command import Asked, Command, Suggestion, command_table
from bot.decision import About, Accepted, Ask, Clockwork, Decide, Query, Wants
from bot.digest import Told
from bot.page import Page
from bot.text.wording import Node, Say, Words

Found = Iterable[tuple[str, Suggestion]]
"""Suggestions, each behind the text that it is found by."""

_NUMBERED = re.compile(r"[A-Z][1-9][0-9]{0,8}", re.ASCII)

Suggests = Callable[[State, Actor, Asked], Found]
"""What may stand in an option, by what there is, who types and what stands there already."""


def names(of: Callable[[State], Iterable[str]], mark: str = "") -> Suggests:
    """Suggest the names that there are, shown with their mark."""

    def suggest(state: State, actor: Actor, asked: Asked) -> Found:  # noqa: ARG001
        return ((name, Suggestion(name, Words(f"{mark}{name}"))) for name in of(state))

    return suggest


# --- Things ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deed:
    """What a command does to a thing, and what it reads of the journal for that."""

    decide: Decide
    wants: Wants


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What a feature keeps under a letter, and what the commands do to it that serve several things.

    Where things share a letter, `is_meant` knows its own by what was read; one of them has none and is
    meant otherwise. `suggested` are those that somebody may mean, what is open first. What is `inside`
    is shown to members alone. `page` is the name of a page that tells more of it; its own page tells
    as well what `/why` answers if it is `explained`, `way` how it came to be as it is, and `title` what
    heads it, where it has words of its own for that.
    """

    letter: str
    show: Deed | None = None
    why: Deed | None = None
    vote: Deed | None = None
    close: Deed | None = None
    cancel: Deed | None = None
    reverse: Deed | None = None
    is_meant: Callable[[Ask[WithRef]], bool] | None = None
    suggested: Callable[[State], Found] | None = None
    inside: Callable[[State, Ask[WithRef]], bool] | None = None
    page: str = ""
    explained: bool = False
    way: Callable[[State, Ask[WithRef]], Node | None] | None = None
    title: Callable[[State, Ask[WithRef]], Node] | None = None


def reference_queries(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:  # noqa: ARG001
    """The life of what was named."""
    return (About(ask.args.ref),)


def by_letter(deed: Callable[[Thing], Deed | None], usual: str) -> Deed:
    """What is done to the thing that the reference `ref` names, by its letter.

    What has no such deed is left to the `usual` letter's, which knows nothing of that name.
    """

    def those(ask: Ask[WithRef], letter: str) -> Iterator[tuple[Thing, Deed]]:
        for thing in features_of(ask).things:
            done = deed(thing)
            if thing.letter == letter and done is not None:
                yield thing, done

    def candidates(ask: Ask[WithRef]) -> list[tuple[Thing, Deed]]:
        return list(those(ask, ask.args.ref[0])) or list(those(ask, usual))

    def decide(state: State, ask: Ask[WithRef]) -> Accepted:
        found = candidates(ask)
        meant = (done for thing, done in found if thing.is_meant is not None and thing.is_meant(ask))
        return (next(meant, None) or _else(found)).decide(state, ask)

    def wants(state: State, ask: Ask[WithRef]) -> tuple[Query, ...]:
        return _else(candidates(ask)).wants(state, ask)

    return Deed(decide, wants)


def _else(found: Iterable[tuple[Thing, Deed]]) -> Deed:
    """That of the thing that is meant where no other one is."""
    return next(done for thing, done in found if thing.is_meant is None)


# --- What waits ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waits:
    """What of a feature waits for a member: a line for each thing, and what that reads of the journal.

    Only what they can settle themselves is told, in a line that says how.
    """

    told: Callable[[State, Ask], Iterable[Node]]
    wants: Wants | None = None


# --- Features -------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Feature:
    """A feature: its name, which is that of its part of the state, and what it brings along."""

    name: str
    commands: tuple[Command, ...]
    clockworks: tuple[Clockwork, ...] = ()
    thing: Thing | None = None
    digest: Told | None = None
    waits: Waits | None = None
    suggests: Mapping[OptionType, Suggests] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """Features that stand together in help, in this order; several may have one topic."""

    title: Say
    features: tuple[Feature, ...]
    topic: str = ""

    @property
    def commands(self) -> tuple[Command, ...]:
        """All commands of the chapter, in order."""
        return tuple(command for feature in self.features for command in feature.commands)


@dataclass(frozen=True)
class Features:
    """All features there are, by chapters, and what is looked up among them."""

    chapters: tuple[Chapter, ...]
    commands: Mapping[str, Command]
    clockworks: tuple[Clockwork, ...]

    @classmethod
    def of(cls, *chapters: Chapter) -> Features:
        """Those of these chapters; asserts that no command is declared twice."""
        every = [feature for chapter in chapters for feature in chapter.features]
        return cls(
            chapters,
            command_table(feature.commands for feature in every),
            tuple(each for feature in every for each in feature.clockworks),
        )

    def __iter__(self) -> Iterator[Feature]:
        """All features, in order."""
        return (feature for chapter in self.chapters for feature in chapter.features)

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """What has a letter."""
        return tuple(feature.thing for feature in self if feature.thing is not None)

    @cached_property
    def letters(self) -> frozenset[str]:
        """The letters of things."""
        return frozenset(thing.letter for thing in self.things)

    def is_reference(self, text: str) -> bool:
        """Whether a text is what things are called: the letter of one, and a number."""
        return text[:1] in self.letters and _NUMBERED.fullmatch(text) is not None

    @cached_property
    def digest(self) -> tuple[Told, ...]:
        """What is told in digests."""
        return tuple(feature.digest for feature in self if feature.digest is not None)

    @cached_property
    def waits(self) -> tuple[Waits, ...]:
        """What waits for whoever asks, in the order of the chapters."""
        return tuple(feature.waits for feature in self if feature.waits is not None)

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """The pages of the open book, by name."""
        return {page.name: page for feature in self for page in feature.pages}

    @cached_property
    def suggests(self) -> Mapping[OptionType, Suggests]:
        """What may stand in options of a type."""
        return {kind: suggest for each in self for kind, suggest in each.suggests.items()}


def features_of(ask: Ask) -> Features:
    """All features, as they travel in an ask, which knows nothing of them."""
    assert isinstance(ask.features, Features)
    return ask.features
