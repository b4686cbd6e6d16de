"""What is served beside the bot where the configuration says so: pages, and figures of how it is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from adapters.cli.config import Config
from adapters.cli.outside import SystemChance, SystemClock
from adapters.cli.store import Store
from bot.collective.collectives import HOME
from bot.writer.vault import Vault
from bot.writer.witnesses import Witnesses
from commands import FEATURES

if TYPE_CHECKING:
    from adapters.cli.figures import Figures
    from adapters.cli.platforms import Platform
    from adapters.cli.vouching import Vouching
    from adapters.web.server import Site


SWITCH_SECONDS: Final = 0.0005
"""How long a thread may compute while another one waits to go on: Python's own is ten times as much.

Whoever types waits for a few dozen such turns, beside a thread that makes a page.
"""


def serving(config: Config, store: Store, witnesses: Witnesses) -> Site | None:
    """The pages, which are served from now on; None where they are not.

    They tell what `witnesses` said. Where the address is taken that is told, and the bot does without.
    """
    section = config.web
    if section.serve == "never" or (section.serve == "console" and not sys.stdin.isatty()):
        return None
    # Loading it takes a third of a second.
    from adapters.web.book import Book  # noqa: PLC0415
    from adapters.web.server import Site  # noqa: PLC0415

    signs = Vault(store.keys, SystemChance(), witnesses)
    book = Book(store.archive, FEATURES, SystemClock(), config.rules, own=HOME, signs=signs)
    site = Site(book, section.host, section.port, behind=bool(section.url), proxies=section.proxies)
    try:
        address = site.start()
    except OSError as taken:
        print(f"No pages: {section.host}:{section.port} cannot be used: {taken}", file=sys.stderr)
        return None
    sys.setswitchinterval(SWITCH_SECONDS)
    print(f"Pages: {address}", file=sys.stderr, flush=True)
    return site


def measuring(config: Config, store: Store, platforms: Sequence[Platform]) -> Figures | None:
    """The figures, which are served from now on; None where they are not.

    Where the port is taken that is told, and the bot does without.
    """
    if not config.metrics.serve:
        return None
    from adapters.cli.figures import Figures  # noqa: PLC0415 - few need it

    figures = Figures(store.archive.engine, config.database.url, platforms, SystemClock())
    try:
        address = figures.start(config.metrics.port)
    except OSError as taken:
        print(f"No figures: port {config.metrics.port} cannot be used: {taken}", file=sys.stderr)
        return None
    print(f"Figures: {address}", file=sys.stderr, flush=True)
    return figures


def stop_serving(pages: Site | None, figures: Figures | None, vouched: Vouching | None) -> None:
    """Serve no more of what is served."""
    if pages is not None:
        pages.stop()
    if figures is not None:
        figures.stop()
    if vouched is not None:
        vouched.stop()
