"""`talkoot init`: asks what an installation needs, tries it, writes it down, and sees that all is well.

Nothing is written before all is answered. What may be seen goes into `config.toml`, where everything
else stays as it is; secrets go into `.env`, which only its owner can read.
"""

from __future__ import annotations

import asyncio
import secrets as chance
import sys
from collections.abc import Sequence
from pathlib import Path

import typer
from tzlocal import get_localzone_name

from adapters.cli.asking import BACK, Step, agreed, asked, fitting, tell, walk
from adapters.cli.beginning import config_of
from adapters.cli.configuring import ConfigError, all_given, mistakes, wrong_with
from adapters.cli.examining import examine
from adapters.cli.given import RULES, variable_of
from adapters.cli.home import made_home, url_under
from adapters.cli.init_database import hides_a_password, left_behind, shown_url, unfit
from adapters.cli.init_discord import ask_discord
from adapters.cli.init_matrix import ask_matrix
from adapters.cli.init_writing import Draft, written
from adapters.cli.running import have_key
from adapters.cli.store import open_store
from adapters.matrix.login import Session, log_out
from bot.ports import StorageBroken, StorageFault
from bot.text.languages import language_named, offered
from bot.writer.signing import SpoiledKeyError
from storage.engines import UnfitDatabase

ENVIRONMENT = "the environment"


class InitError(Exception):
    """It cannot be set up so; the text says why."""


class Init:
    """One setting up: what is configured already, and what is answered."""

    def __init__(self, config: Path, home: Path) -> None:
        """Begin with what is there. Raises ConfigError where that is wrong."""
        self.config, self.home, self.env = config, home, home / ".env"
        self.draft = Draft()
        self.session: Session | None = None
        self._given = {(it.section, it.name): it for it in all_given(config, home)}
        # An account that is there by half is what this mends.
        whole = [it for it in self._given.values() if (it.section, it.name) != ("matrix", "user")]
        if wrong := mistakes(whole):
            raise ConfigError("\n".join(["Mend this first, then run talkoot init again:", *wrong]))

    def usual(self, section: str, name: str, otherwise: str) -> str:
        """What was answered, or is configured, or what is offered where nothing is."""
        return self.draft.answer(section, name) or self.configured(section, name) or otherwise

    def configured(self, section: str, name: str) -> str:
        """What is configured before anything is asked; nothing where it is not."""
        it = self._given.get((section, name))
        return str(it.value) if it is not None and it.value else ""

    def steps(self) -> Sequence[Step]:
        """The questions, in order, but for those that the environment answers."""
        asking: list[tuple[str, str, Step]] = [
            ("matrix", "token", self.matrix),
            ("discord", "token", self.discord),
            (RULES, "language", self.language),
            (RULES, "zone", self.zone),
            ("collective", "name", self.name),
            ("database", "url", self.database),
        ]
        open_ = [step for section, name, step in asking if not self._fixed(section, name)]
        return [*open_, self.confirm]

    def _fixed(self, section: str, name: str) -> bool:
        """Whether the environment says it, which goes before what would be written; that is told."""
        it = self._given.get((section, name))
        if it is None or it.where != ENVIRONMENT:
            return False
        typer.echo(f"{variable_of(section, name)} stands in the environment, and is not asked for.")
        return True

    def matrix(self) -> None:
        """Log in on a homeserver, once; what was logged in before is given up."""
        self.give_up()
        self.draft.drop("matrix")
        known = self.usual("matrix", "user", "")
        question = f"Matrix is connected as {known}. Connect it anew?" if known else "Connect Matrix?"
        if not agreed(question, usual=not known) or (session := ask_matrix()) is None:
            return
        self.session = session
        typer.echo(f"Logged in as {session.user}, device {session.device}.")
        self.draft.put("matrix", "user", session.user)
        self.draft.put("matrix", "homeserver", session.homeserver)
        self.draft.put("matrix", "device", session.device)
        self.draft.hide("matrix", "token", session.token)
        if not self.usual("matrix", "store_key", ""):
            self.draft.hide("matrix", "store_key", chance.token_urlsafe(32))

    def give_up(self) -> None:
        """Log out what was logged in and is not used: nobody should find a device of no program."""
        if self.session is not None and self.session.fresh:
            asyncio.run(log_out(self.session))
        self.session = None

    def discord(self) -> None:
        """Take in a bot's token, and say how to invite the bot."""
        self.draft.drop("discord")
        known = self.usual("discord", "token", "")
        question = "Discord is connected. Connect another bot?" if known else "Connect Discord?"
        if not agreed(question, usual=not known) or (answers := ask_discord()) is None:
            return
        self.draft.put("discord", "message_text", answers.message_text)
        self.draft.hide("discord", "token", answers.token)

    def language(self) -> None:
        """The language of whoever chose none."""
        choices = ", ".join(offered())
        usual = self.usual(RULES, "language", "en")
        chosen = fitting(
            f"The language of the collective ({choices})",
            usual,
            _wrong_language,
        )
        self.draft.put(RULES, "language", _spoken(chosen) or chosen)

    def zone(self) -> None:
        """The time zone in which days begin and digests are told."""
        usual = self.usual(RULES, "zone", (get_localzone_name() or "UTC").removeprefix("Etc/"))
        usual = "UTC" if wrong_with(RULES, "zone", usual) else usual
        chosen = fitting("Its time zone", usual, lambda typed: wrong_with(RULES, "zone", typed))
        self.draft.put(RULES, "zone", chosen)

    def name(self) -> None:
        """What the collective of the console is called."""
        usual = self.usual("collective", "name", "Talkoot")
        question = "The name of your collective"
        chosen = fitting(question, usual, lambda typed: wrong_with("collective", "name", typed))
        self.draft.put("collective", "name", chosen)

    def database(self) -> None:
        """Where the books are kept."""
        usual = self.usual("database", "url", "sqlite:///talkoot.db")
        chosen = fitting(
            "The database: a file, or PostgreSQL as postgresql://user:password@host/name",
            usual,
            lambda typed: unfit(self.home, typed),
            shown=shown_url(usual),
        )
        keep = self.draft.hide if hides_a_password(chosen) else self.draft.put
        self.draft.drop("database")
        keep("database", "url", chosen)
        before = self.configured("database", "url") or "sqlite:///talkoot.db"
        if chosen != before and (told := left_behind(url_under(self.home, before))):
            typer.echo(told)

    def confirm(self) -> None:
        """Show all of it before anything is written. Raises Abort where it is not wanted."""
        for row in self.draft.told:
            typer.echo(f"  {row}")
        if not agreed("Write this down?", usual=True):
            raise typer.Abort


def init(config: Path, home: Path) -> bool:
    """Ask, write, and look whether all is well, which is returned.

    Raises ConfigError, InitError or OSError, and Abort where somebody ends it; then nothing is written.
    """
    it = Init(config, home)
    typer.echo(
        f"Enter takes what stands in brackets, {BACK} goes a question back, Ctrl-C ends it; nothing is "
        "written before the end."
    )
    files: list[Path] = []
    try:
        walk(it.steps())
        made_home(config)
        files = written(it.draft, config, it.env)
    finally:
        if not files:
            it.give_up()
            tell("Nothing was written.")
    typer.echo(f"Written: {' and '.join(map(str, files))}.\n")
    return _made_well(config)


def _made_well(config: Path) -> bool:
    """Make the database, and look at everything, as often as somebody mends something."""
    settings = config_of(config if config.is_file() else None)
    try:
        with open_store(settings.database.url, settings.ballots.folder) as store:
            have_key(store)
    except (UnfitDatabase, StorageFault, StorageBroken, SpoiledKeyError) as why:
        raise InitError(f"The database cannot be made: {why}") from why
    while not examine(settings, settings.database.url):
        if not sys.stdin.isatty():
            return False
        again = asked("Mend that, then press Enter to look again (q: later)")
        if again.lower().startswith("q"):
            typer.echo("When it is mended: talkoot doctor")
            return False
    bot = settings.matrix.user
    invite = f" Invite {bot} into a room, and type there: !help" if bot else ""
    typer.echo(f"Start it with: talkoot run.{invite}")
    return True


def _spoken(typed: str) -> str:
    """The code of a language that is spoken, or whose nearest one is (`de-AT`); nothing for others."""
    return language_named(typed) or (typed if language_named(typed.partition("-")[0]) else "")


def _wrong_language(typed: str) -> str:
    """What is wrong with a language that is answered; nothing where it fits."""
    if not (wrong := wrong_with(RULES, "language", _spoken(typed) or typed)) and not _spoken(typed):
        return f"“{typed}” is a language that I do not speak. I speak {', '.join(offered())}."
    return wrong
