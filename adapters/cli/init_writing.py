"""What `talkoot init` was answered, and writing it: both files whole, or neither."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tomlkit
from dotenv import set_key, unset_key

from adapters.cli.given import read_env, variable_of

Setting = tuple[str, str]
Seen = str | bool


class Draft:
    """Settings by section and name: what may be seen, and what is secret."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seen: dict[Setting, Seen] = {}
        self.hidden: dict[Setting, str] = {}

    def put(self, section: str, name: str, value: Seen) -> None:
        """Have a setting written where everybody may read it."""
        self.seen[section, name] = value

    def hide(self, section: str, name: str, value: str) -> None:
        """Have a secret written where only the owner reads it."""
        self.hidden[section, name] = value

    def answer(self, section: str, name: str) -> str:
        """What was answered so far; nothing where it was not asked yet."""
        return str(self.seen.get((section, name)) or self.hidden.get((section, name)) or "")

    def drop(self, section: str) -> None:
        """Forget what was answered in a section: it is asked anew."""
        self.seen = {it: value for it, value in self.seen.items() if it[0] != section}
        self.hidden = {it: value for it, value in self.hidden.items() if it[0] != section}

    @property
    def told(self) -> Iterator[str]:
        """A line for each setting; of a secret, only where it goes."""
        for (section, name), value in self.seen.items():
            yield f"{section}.{name} = {str(value).lower() if isinstance(value, bool) else value}"
        for setting in self.hidden:
            yield f"{variable_of(*setting)} = (secret)"


def written(draft: Draft, config: Path, env: Path) -> list[Path]:
    """Write the files that change, each in one step; which those are. Raises OSError; then none did."""
    config, env = (path.resolve() for path in (config, env))
    before = env.read_bytes() if env.is_file() else None
    with (
        tempfile.TemporaryDirectory(prefix=".init-", dir=env.parent) as beside_env,
        tempfile.TemporaryDirectory(prefix=".init-", dir=config.parent) as beside_config,
    ):
        secrets = _secrets(draft, env, Path(beside_env) / ".env")
        settings = _settings(draft, config, Path(beside_config) / "config.toml")
        if secrets is not None:
            secrets.replace(env)
        try:
            settings.replace(config)
        except OSError:
            if before is not None:
                env.write_bytes(before)
            elif secrets is not None:
                env.unlink()
            raise
    return [config] if secrets is None else [config, env]


def _settings(draft: Draft, config: Path, new: Path) -> Path:
    text = config.read_text("utf-8-sig") if config.is_file() else ""
    document = tomlkit.parse(text)
    for (section, name), value in draft.seen.items():
        document.setdefault(section, tomlkit.table())[name] = value
    for section, name in draft.hidden:
        # A secret goes before what stands in the file; there it would only mislead.
        document.get(section, {}).pop(name, None)
    new.write_text(tomlkit.dumps(document), "utf-8")
    _as_before(config, new)
    return new


def _secrets(draft: Draft, env: Path, new: Path) -> Path | None:
    """The new `.env`; None where it stays as it is."""
    known = read_env(env)
    # What stands in `.env` goes before `config.toml`: it would silence what was answered now.
    silencing = [variable for each in draft.seen if (variable := variable_of(*each)) in known]
    if not draft.hidden and not silencing:
        return None
    new.touch(mode=0o600)
    if env.is_file():
        shutil.copyfile(env, new)
    for variable in silencing:
        unset_key(new, variable)
    for setting, value in draft.hidden.items():
        set_key(new, variable_of(*setting), value)
    _as_before(env, new)
    new.chmod(0o600)
    return new


def _as_before(old: Path, new: Path) -> None:
    """The new file belongs to whom the old one did, and is as readable; it is on disk."""
    if old.is_file():
        shutil.copymode(old, new)
        if os.geteuid() == 0:
            there = old.stat()
            os.chown(new, there.st_uid, there.st_gid)
    with new.open("rb+") as file:
        os.fsync(file.fileno())
