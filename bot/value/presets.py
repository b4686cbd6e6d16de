"""Equations that are always there by name, and where each comes from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.text.wording import Say, say
from bot.value.equations import Equation
from bot.value.reading import read_equation

USUAL: Final = "hours"
"""What is in force where the members have decided nothing else."""

_TEXTS: Final = {
    "equal": ("rest equal", say("everybody who is a member gets the same")),
    "hours": ("rest work", say("by hours that were not shared on before")),
    "disco": (
        "75% work livelihood; 25% work love; care-balance",
        say("DisCO: livelihood work, love work, and care passed on to who cares more"),
    ),
    "immediate": ("rest work last 1 lasting", say("SourceCred: by the hours of this month alone")),
    "recent": (
        "rest work lasting decay 50%",
        say("SourceCred: by all hours, each month counting half of the next"),
    ),
    "lifetime-fair": (
        "rest work balanced",
        say("SourceCred: so that all that was ever paid matches all hours that there ever were"),
    ),
    "round": ("rest given", say("Coordinape: by the points that members gave one another")),
}

PRESETS: Final[Mapping[str, Equation]] = MappingProxyType(
    {name: read_equation(text) for name, (text, _) in _TEXTS.items()}
)
"""The presets by name."""

PRESET_WORDS: Final[Mapping[str, Say]] = MappingProxyType(
    {name: about for name, (_, about) in _TEXTS.items()}
)
"""What each preset does, in one line."""
