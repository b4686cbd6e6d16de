"""The gettext catalogues that are shipped, by language."""

from __future__ import annotations

import gettext
import logging
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from bot.text.wording import Reader

SOURCE = "en"
"""The language the message ids are written in."""

FOLDER = Path(str(files("bot") / "locales"))
"""Where the catalogues lie."""

log = logging.getLogger("talkoot")


@lru_cache(maxsize=64)
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, the nearest one (`de` for `de-AT`), or the message ids.

    Where the catalogue is not compiled, so that people read English, that is said once in the log.
    """
    wanted = [language.replace("-", "_"), language.partition("-")[0]]
    for name in uncompiled():
        if name in wanted:
            log.warning("the catalogue of %s is not compiled: people read English", name)
    return gettext.translation("talkoot", str(FOLDER), languages=wanted, fallback=True)


def uncompiled() -> tuple[str, ...]:
    """The languages that are offered and not compiled: whoever chose one reads English."""
    catalogues = (entry / "LC_MESSAGES" for entry in FOLDER.iterdir())
    return tuple(
        sorted(
            folder.parent.name
            for folder in catalogues
            if folder.is_dir() and not (folder / "talkoot.mo").is_file()
        )
    )


@lru_cache(maxsize=1)
def offered() -> tuple[str, ...]:
    """The languages that people can choose, the source language first."""
    found = (entry.name for entry in FOLDER.iterdir() if (entry / "LC_MESSAGES").is_dir())
    return (SOURCE, *sorted(name.replace("_", "-") for name in found))


@lru_cache(maxsize=1024)
def reader(language: str, zone: str, prefix: str = "/", *, own_zone: bool = False) -> Reader:
    """Somebody who reads this language, in this zone, and types commands behind this prefix."""
    return Reader(language, zone, catalogue(language), prefix, own_zone)
