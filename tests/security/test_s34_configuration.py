"""S34, K30: the example configuration is the default one and safe; a bad one is told in plain words."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from adapters.cli.config import Config, secrets
from adapters.cli.configuring import ConfigError, read_config
from bot.chat import Refusal
from bot.collective.catalogue import CATALOGUE, read_value, rules_of
from tests.security.payloads import ALL

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "config.example.toml"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own configuration counts here."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE__URL", "COLLECTIVE__NAME", "CONSOLE__NAME", "LOG__LEVEL", "MATRIX__USER"):
        monkeypatch.delenv(f"TALKOOT_{name}", raising=False)


def written(text: str) -> Path:
    path = Path("config.toml")
    path.write_text(text, encoding="utf-8")
    return path


def refused(text: str) -> str:
    with pytest.raises(ConfigError) as told:
        read_config(written(text))
    words = str(told.value)
    assert "Traceback" not in words
    assert "pydantic" not in words.casefold()
    assert len(words.splitlines()) <= 12, words
    return words


def test_the_example_is_the_default() -> None:
    example, default = read_config(EXAMPLE), read_config(None)
    assert example.model_dump(exclude={"rules"}) == default.model_dump(exclude={"rules"})
    assert default.rules == {}
    assert example.rules == {name: rule.default for name, rule in CATALOGUE.items()}


def test_the_example_names_everything_that_can_be_configured() -> None:
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert set(example["rules"]) == set(CATALOGUE)
    for name, section in Config.model_fields.items():
        if name != "rules":
            fields = getattr(section.annotation, "model_fields", {})
            kept_apart = {secret for where, secret in secrets() if where == name}
            assert set(example[name]) == set(fields) - kept_apart, name
    assert set(example) == set(Config.model_fields)


def test_the_example_is_safe() -> None:
    example = read_config(EXAMPLE)
    assert example.log.level != "debug"
    # A secret may only be shown as empty.
    secret = r'(?im)(password|secret|token)\s*=\s*(?!""$)\S'
    assert not re.search(secret, EXAMPLE.read_text(encoding="utf-8"))
    assert "@" not in example.database.url


def test_an_empty_configuration_is_the_default() -> None:
    assert read_config(written("")).model_dump() == Config().model_dump()
    assert read_config(written("[rules]\n")).rules == {}


BAD = {
    "an unknown rule": ("[rules]\ndaily-kap = 3\n", "daily-cap"),
    "an unknown rule far from any": ("[rules]\nzzz = 3\n", "zzz"),
    "an empty rule": ('[rules]\n"" = 3\n', "rule"),
    "a number too large": ("[rules]\ndaily-cap = 25\n", "24"),
    "a number that is a text": ('[rules]\ndaily-cap = "many"\n', "many"),
    "a number that is true": ("[rules]\ndaily-cap = true\n", "daily-cap"),
    "a number with a point": ("[rules]\ndaily-cap = 8.5\n", "8.5"),
    "not a number": ("[rules]\ndaily-cap = nan\n", "nan"),
    "endless": ("[rules]\ndaily-cap = inf\n", "inf"),
    "negative": ("[rules]\ngrace = -1\n", "-1"),
    "huge": (f"[rules]\ngrace = {9**999}\n", "grace"),
    "a list": ("[rules]\ngrace = [1]\n", "grace"),
    "a table": ("[rules.grace]\nx = 1\n", "grace"),
    "an unknown choice": ('[rules]\nduplicates = "maybe"\n', "refuse"),
    "an unknown zone": ('[rules]\nzone = "Mars/Olympus"\n', "Europe/Berlin"),
    "a zone that is a path": ('[rules]\nzone = "../../etc/passwd"\n', "Europe/Berlin"),
    "a zone that is absolute": ('[rules]\nzone = "/etc/passwd"\n', "Europe/Berlin"),
    "a zone that is a folder": ('[rules]\nzone = "Europe"\n', "Europe/Berlin"),
    "a zone with a nul": ('[rules]\nzone = "UTC\\u0000"\n', "Europe/Berlin"),
    "an empty zone": ('[rules]\nzone = ""\n', "Europe/Berlin"),
    "an unknown language": ('[rules]\nlanguage = "klingon"\n', "language"),
    "a language that is a path": ('[rules]\nlanguage = "../../x"\n', "language"),
    "an empty language": ('[rules]\nlanguage = ""\n', "language"),
    "a day that is none": ('[rules]\nclosed-until = "2026-02-30"\n', "2026-02-30"),
    "a prefix of letters": ('[rules]\nprefix = "log"\n', "prefix"),
    "an empty prefix": ('[rules]\nprefix = ""\n', "prefix"),
    "a prefix that nobody sees": ('[rules]\nprefix = "\\u200b"\n', "prefix"),
    "a prefix that reverses": ('[rules]\nprefix = "\\u202e"\n', "prefix"),
    "rules that are no table": ("rules = 3\n", "rules"),
    "an unknown section": ("[discord]\ntoken = 1\n", "discord"),
    "an unknown key": ("[database]\nurll = 1\n", "urll"),
    "a wrong type": ("[database]\nurl = 3\n", "database.url"),
    "a section that is a number": ("database = 3\n", "database"),
    "an unknown level": ('[log]\nlevel = "loud"\n', "log.level"),
    "an empty name": ('[collective]\nname = ""\n', "collective.name"),
    "a long name": (f'[collective]\nname = "{"x" * 81}"\n', "collective.name"),
    "a console name with a colon": ('[console]\nname = "a:b"\n', "console.name"),
    "half a Matrix account": ('[matrix]\nuser = "@bot:example.org"\n', "talkoot init"),
    "a Matrix user that is none": ('[matrix]\nuser = "bot"\n', "matrix.user"),
    "a homeserver that is no address": ('[matrix]\nhomeserver = "example.org"\n', "homeserver"),
    "a secret": ('[matrix]\ntoken = "syt_x"\n', "TALKOOT_MATRIX__TOKEN"),
    "another secret": ('[matrix]\nstore_key = "x"\n', "TALKOOT_MATRIX__STORE_KEY"),
    "no TOML": ("[rules\n", "config.toml"),
    "no TOML at all": ("<html>", "config.toml"),
    "a key twice": ("[rules]\ngrace = 1\ngrace = 2\n", "config.toml"),
}


@pytest.mark.parametrize(("text", "named"), BAD.values(), ids=BAD)
def test_a_bad_configuration_is_told_in_plain_words(text: str, named: str) -> None:
    assert named in refused(text)


def test_a_file_that_is_no_text_is_told_in_plain_words() -> None:
    Path("config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError) as told:
        read_config(Path("config.toml"))
    assert "config.toml" in str(told.value)


def test_a_folder_or_a_missing_file_is_told_in_plain_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.toml"):
        with pytest.raises(ConfigError) as told:
            read_config(path)
        assert str(path) in str(told.value)


def test_all_mistakes_are_told_at_once() -> None:
    words = refused('[log]\nlevel = "loud"\n[collective]\nname = ""\n[database]\nurl = 1\n')
    assert all(each in words for each in ("log.level", "collective.name", "database.url"))


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_rule_takes_a_good_value_or_refuses(name: str) -> None:
    for text in ALL.values():
        try:
            value = read_value(name, text)
        except Refusal as refused:
            assert refused.code == "rule-value"
        else:
            assert rules_of({name: value}).value(name) == value


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_locked_by_version_and_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    rows = [row for row in text.splitlines() if row.strip() and not row.lstrip().startswith(("#", "-"))]
    assert len(rows) > 5
    for row in rows:
        assert "==" in row, row
        assert "--hash=sha256:" in row, row
        assert "://" not in row, row


def test_a_secret_comes_from_the_environment_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for section, name in secrets():
        monkeypatch.setenv(f"TALKOOT_{section}__{name}".upper(), "canary")
    config = read_config(None)

    assert len(secrets()) >= 2
    assert all(getattr(getattr(config, section), name) == "canary" for section, name in secrets())
    assert "canary" not in repr(config)
