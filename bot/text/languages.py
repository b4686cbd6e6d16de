"""The gettext catalogues that are shipped, by language."""

from __future__ import annotations

import gettext
from functools import lru_cache
from importlib.resources import files

from babel.core import Locale

from bot.text.rendering import Reader

SOURCE = "en"
"""The language the message ids are written in."""

FOLDER = files("bot") / "locales"
"""Where the catalogues lie."""


@lru_cache(maxsize=64)
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, the nearest one (`de` for `de-AT`), or the message ids."""
    wanted = [language.replace("-", "_"), language.partition("-")[0]]
    return gettext.translation("talkoot", str(FOLDER), languages=wanted, fallback=True)


def uncompiled() -> tuple[str, ...]:
    """The languages that are offered and not compiled: whoever chose one reads English."""
    found = (entry.name for entry in FOLDER.iterdir() if (entry / "LC_MESSAGES").is_dir())
    return tuple(
        sorted(name for name in found if not (FOLDER / name / "LC_MESSAGES" / "talkoot.mo").is_file())
    )


@lru_cache(maxsize=1)
def offered() -> tuple[str, ...]:
    """The languages that people can choose, the source language first."""
    found = (entry.name for entry in FOLDER.iterdir() if (entry / "LC_MESSAGES").is_dir())
    return (SOURCE, *sorted(name.replace("_", "-") for name in found))


@lru_cache(maxsize=1_024)
def language_named(word: str) -> str:
    """The language that is offered by that code or name, as `de`, `German`, `Deutsch`; or nothing."""
    wanted = word.casefold()
    for code in offered():
        locale = Locale.parse(code, sep="-")
        names = (locale.get_display_name(each.replace("-", "_")) for each in offered())
        if wanted == code.casefold() or wanted in {name.casefold() for name in names if name}:
            return code
    return ""


@lru_cache(maxsize=1024)
def reader(
    language: str, zone: str, prefix: str = "/", *, own_zone: bool = False, year: int = 0
) -> Reader:
    """Who reads this language, in this zone and year, and types commands behind this prefix."""
    return Reader(language, zone, catalogue(language), prefix, own_zone, year)
