"""The configuration: where it lives, what gives it, and every mistake told with a line that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.cli.configuring import ConfigError, read_config
from adapters.cli.home import home_of


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def mistakes(text: str, **variables: str) -> list[str]:
    """Every mistake that is told of a configuration in `config.toml` and the environment."""
    Path("config.toml").write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in variables.items():
            environment.setenv(name, value)
        with pytest.raises(ConfigError) as told:
            read_config(None)
    head, *rows = str(told.value).splitlines()
    assert head == "The configuration cannot be used (config.toml):"
    return rows


IN_FILE = {
    "a section with a letter too few": (
        "[databse]\nurl = 'x'",
        "databse (config.toml, line 2): there is no such section. Did you mean [database]?",
    ),
    "a section of somebody else's": (
        "[kitchen]\nurl = 'x'",
        "kitchen (config.toml, line 2): there is no such section.",
    ),
    "a section that is a value": (
        "web = 8470",
        'web (config.toml, line 1): it is a section. For example:\n    [web]\n    serve = "console"',
    ),
    "rules that are a value": (
        "rules = 3",
        "rules (config.toml, line 1): it is a section of rules, [rules]",
    ),
    "a setting with two letters swapped": (
        "[web]\nprot = 8470",
        (
            "web.prot (config.toml, line 2): there is no such setting. Did you mean port?"
            " For example: port = 8470"
        ),
    ),
    "a setting of another section": (
        "[web]\nencryption = true",
        "web.encryption (config.toml, line 2): there is no such setting.",
    ),
    "a text for a number": (
        '[web]\nport = "many"',
        "web.port (config.toml, line 2): “many” is no whole number. For example: port = 8470",
    ),
    "a part of a number": (
        "[web]\nport = 80.5",
        "web.port (config.toml, line 2): “80.5” is no whole number. For example: port = 8470",
    ),
    "a number too large": (
        "[web]\n\nport = 84700",
        "web.port (config.toml, line 3): “84700” is more than 65535. For example: port = 8470",
    ),
    "a number too small": (
        "[web]\nport = -1",
        "web.port (config.toml, line 2): “-1” is less than 0. For example: port = 8470",
    ),
    "a choice that is none": (
        '[web]\nserve = "yes"',
        (
            "web.serve (config.toml, line 2): “yes” is none of console, always, never."
            ' For example: serve = "console"'
        ),
    ),
    "a level that is none": (
        '[log]\nlevel = "loud"',
        (
            "log.level (config.toml, line 2): “loud” is none of debug, info, warning, error."
            ' For example: level = "warning"'
        ),
    ),
    "a truth that is none": (
        '[matrix]\nencryption = "perhaps"',
        (
            "matrix.encryption (config.toml, line 2): “perhaps” is neither true nor false."
            " For example: encryption = true"
        ),
    ),
    "a number for a text": (
        "[collective]\nname = 3",
        (
            "collective.name (config.toml, line 2): “3” is no text in quotation marks."
            ' For example: name = "Talkoot"'
        ),
    ),
    "an empty name": (
        '[collective]\nname = ""',
        'collective.name (config.toml, line 2): “” is empty. For example: name = "Talkoot"',
    ),
    "a name too long": (
        f'[collective]\nname = "{"x" * 81}"',
        (
            f"collective.name (config.toml, line 2): “{'x' * 81}” is longer than 80 characters."
            ' For example: name = "Talkoot"'
        ),
    ),
    "a name that is two": (
        '[console]\nname = "anna and bo"',
        (
            "console.name (config.toml, line 2): “anna and bo” has not the form that is wanted."
            ' For example: name = "anna"'
        ),
    ),
    "a number for a list": (
        "[discord]\nguilds = 7",
        (
            "discord.guilds (config.toml, line 2): “7” is no list."
            ' For example: guilds = ["81384788765712384"]'
        ),
    ),
    "a server by its name": (
        '[discord]\nguilds = ["Our bakery"]',
        (
            "discord.guilds (config.toml, line 2): “['Our bakery']” has not the form that is wanted."
            ' For example: guilds = ["81384788765712384"]'
        ),
    ),
    "two witnesses of one name": (
        (
            "[witness]\n"
            'known = ["w.example+41aab8ed+BIqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c https://a.example",'
            ' "w.example+a26f2ad7+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU https://b.example"]'
        ),
        "witness: known: 2 witnesses are called w.example; a name means one",
    ),
    "a web server by its name": (
        '[web]\nproxies = ["proxy"]',
        (
            "web.proxies (config.toml, line 2): “['proxy']” has not the form that is wanted."
            ' For example: proxies = ["10.0.0.2"]'
        ),
    ),
    "an account without its server": (
        '[matrix]\nuser = "talkoot"',
        (
            "matrix.user (config.toml, line 2): “talkoot” has not the form that is wanted."
            ' For example: user = "@talkoot:example.org"'
        ),
    ),
    "a server without its protocol": (
        '[matrix]\nhomeserver = "example.org"',
        (
            "matrix.homeserver (config.toml, line 2): “example.org” has not the form that is wanted."
            ' For example: homeserver = "https://matrix.example.org"'
        ),
    ),
    "an account without the rest": (
        '[matrix]\nuser = "@bot:example.org"',
        "matrix: an account needs also homeserver, device, token, store_key; talkoot init sets them",
    ),
    "an address of pages with a question": (
        '[web]\nurl = "https://example.org/?a"',
        (
            "web.url (config.toml, line 2): “https://example.org/?a” has not the form that is wanted."
            ' For example: url = "https://book.example.org"'
        ),
    ),
    "a secret that all can read": (
        '[matrix]\ntoken = "syt_x"',
        "matrix.token (config.toml, line 2): it is a secret; put it into .env as TALKOOT_MATRIX__TOKEN",
    ),
    "another secret that all can read": (
        '[discord]\ntoken = "x"',
        (
            "discord.token (config.toml, line 2): it is a secret;"
            " put it into .env as TALKOOT_DISCORD__TOKEN"
        ),
    ),
    "an address that is a number, which is not repeated": (
        "[database]\nurl = 3",
        (
            "database.url (config.toml, line 2): is no text in quotation marks."
            ' For example: url = "sqlite:///talkoot.db"'
        ),
    ),
    "a database that is a path": (
        '[database]\nurl = "/srv/talkoot.db"',
        (
            "database.url (config.toml, line 2): The database's address is not a URL."
            " For this file it is sqlite:////srv/talkoot.db."
            ' For example: url = "sqlite:///talkoot.db"'
        ),
    ),
    "a database that is a name": (
        '[database]\nurl = "talkoot.db"',
        (
            "database.url (config.toml, line 2): The database's address is not a URL."
            " For a file it is sqlite:///talkoot.db."
            ' For example: url = "sqlite:///talkoot.db"'
        ),
    ),
    "a database of another kind": (
        '[database]\nurl = "mysql://me:geheim@host/x"',
        (
            "database.url (config.toml, line 2): Talkoot keeps its journal in SQLite or PostgreSQL,"
            ' not in mysql. For example: url = "sqlite:///talkoot.db"'
        ),
    ),
    "a database that forgets": (
        '[database]\nurl = "sqlite://"',
        (
            "database.url (config.toml, line 2): A database in memory forgets everything; name a file."
            ' For example: url = "sqlite:///talkoot.db"'
        ),
    ),
    "a database with a sign in its password": (
        '[database]\nurl = "postgresql://me:ge:hei@m@host:x/y"',
        (
            "database.url (config.toml, line 2): The port in the database's address is no number."
            " In a password, @ is written %40: postgresql://user:password@host:5432/name."
            ' For example: url = "sqlite:///talkoot.db"'
        ),
    ),
    "a rule with a letter wrong": (
        "[rules]\ndaily-kap = 8",
        (
            "rules.daily-kap (config.toml, line 2): There is no rule “daily-kap”. Did you mean "
            "daily-cap?"
            " For example: daily-cap = 24"
        ),
    ),
    "a rule out of bounds": (
        "[rules]\ndaily-cap = 25",
        (
            "rules.daily-cap (config.toml, line 2): “25” is no value for daily-cap."
            " It takes a whole number from 1 to 24. For example: daily-cap = 24"
        ),
    ),
    "a rule's choice that is none": (
        '[rules]\nduplicates = "maybe"',
        (
            "rules.duplicates (config.toml, line 2): “maybe” is no value for duplicates."
            ' It takes one of warn, refuse, allow. For example: duplicates = "warn"'
        ),
    ),
}

IN_ENVIRONMENT = {
    "one line too few": (
        ("TALKOOT_DATABASE_URL", "sqlite:///x.db"),
        (
            "TALKOOT_DATABASE_URL (the environment): there is no such setting."
            " Did you mean TALKOOT_DATABASE__URL?"
        ),
    ),
    "a letter too few": (
        ("TALKOOT_DATABSE__URL", "sqlite:///x.db"),
        (
            "TALKOOT_DATABSE__URL (the environment): there is no such setting."
            " Did you mean TALKOOT_DATABASE__URL?"
        ),
    ),
    "a token by half its name": (
        ("TALKOOT_DISCORD_TOKEN", "x"),
        (
            "TALKOOT_DISCORD_TOKEN (the environment): there is no such setting."
            " Did you mean TALKOOT_DISCORD__TOKEN?"
        ),
    ),
    "a section of somebody else's": (
        ("TALKOOT_KITCHEN__KNIFE", "x"),
        "TALKOOT_KITCHEN__KNIFE (the environment): there is no such setting.",
    ),
    "a port that is a word": (
        ("TALKOOT_WEB__PORT", "many"),
        (
            "TALKOOT_WEB__PORT (the environment): “many” is no whole number."
            " For example: TALKOOT_WEB__PORT=8470"
        ),
    ),
    "a level that is none": (
        ("TALKOOT_LOG__LEVEL", "loud"),
        (
            "TALKOOT_LOG__LEVEL (the environment): “loud” is none of debug, info, warning, error."
            " For example: TALKOOT_LOG__LEVEL=warning"
        ),
    ),
    "a truth that is none": (
        ("TALKOOT_MATRIX__ENCRYPTION", "perhaps"),
        (
            "TALKOOT_MATRIX__ENCRYPTION (the environment): “perhaps” is neither true nor false."
            " For example: TALKOOT_MATRIX__ENCRYPTION=true"
        ),
    ),
    "a server by its name": (
        ("TALKOOT_DISCORD__GUILDS", "12345, bakery"),
        (
            "TALKOOT_DISCORD__GUILDS (the environment): “12345, bakery” has not the form that is "
            "wanted."
            " For example: TALKOOT_DISCORD__GUILDS=81384788765712384"
        ),
    ),
    "a rule with a letter wrong": (
        ("TALKOOT_RULES__DAILY_KAP", "8"),
        (
            "TALKOOT_RULES__DAILY_KAP (the environment): There is no rule “daily-kap”."
            " Did you mean daily-cap? For example: TALKOOT_RULES__DAILY_CAP=24"
        ),
    ),
    "a rule out of bounds": (
        ("TALKOOT_RULES__GRACE", "x"),
        (
            "TALKOOT_RULES__GRACE (the environment): “x” is no value for grace."
            " It takes a whole number from 0 to 1,440. For example: TALKOOT_RULES__GRACE=10"
        ),
    ),
    "a secret that is wrong, which is not repeated": (
        ("TALKOOT_DATABASE__ULR", "postgresql://me:geheim@host/x"),
        (
            "TALKOOT_DATABASE__ULR (the environment): there is no such setting."
            " Did you mean TALKOOT_DATABASE__URL?"
        ),
    ),
}


@pytest.mark.parametrize(("text", "told"), IN_FILE.values(), ids=IN_FILE)
def test_a_mistake_in_the_file_is_told_with_its_line(text: str, told: str) -> None:

    assert "\n".join(mistakes(text)) == f"- {told}"


@pytest.mark.parametrize(("variable", "told"), IN_ENVIRONMENT.values(), ids=IN_ENVIRONMENT)
def test_a_mistake_in_the_environment_is_told_with_its_variable(
    variable: tuple[str, str], told: str
) -> None:
    assert mistakes("", **dict([variable])) == [f"- {told}"]


def test_the_tables_have_forty_and_all_of_a_file_are_told_at_once() -> None:
    assert len(IN_FILE) + len(IN_ENVIRONMENT) >= 40
    # Of those about the same setting one can stand in a file, and a section is one thing or another.
    wanted, taken = [], dict[str, list[str]]()
    for text, told in IN_FILE.values():
        section, _, setting = (part.strip() for part in text.partition("]\n"))
        once = setting and setting.split(" =")[0] not in {
            each.split(" =")[0] for each in taken.get(section, [])
        }
        if once and "an account needs" not in told:
            taken.setdefault(section, []).append(setting)
            wanted.append(told.split(" (")[0])
    text = "\n".join(f"{section}]\n" + "\n".join(rows) for section, rows in taken.items())

    named = [row.removeprefix("- ").split(" (")[0] for row in mistakes(text) if row.startswith("- ")]
    assert sorted(named) == sorted(wanted)
    assert len(named) >= 20


def test_all_mistakes_are_told_at_once() -> None:
    text = '[web]\nprot = 3\nport = "x"\n[databse]\nurl = "y"\n[rules]\ngrace = -1\ndaily-kap = 1\n'

    rows = mistakes(text, TALKOOT_LOG__LEVEL="loud", TALKOOT_DATABASE_URL="z")

    assert [row.split(" (")[0] for row in rows] == [
        "- web.prot",
        "- databse",
        "- TALKOOT_DATABASE_URL",
        "- web.port",
        "- TALKOOT_LOG__LEVEL",
        "- rules.grace",
        "- rules.daily-kap",
    ]


@pytest.mark.parametrize(
    "text", ["[rules", "<html>", "[rules]\ngrace = 1\ngrace = 2", "grace 10"], ids=str
)
def test_a_file_that_is_no_toml_is_told_with_the_place(text: str) -> None:
    Path("config.toml").write_text(text, "utf-8")

    with pytest.raises(ConfigError, match=r"^config\.toml cannot be read: .+\(at .+\)$"):
        read_config(None)


def test_what_is_somebody_elses_in_env_stops_nothing() -> None:
    Path(".env").write_text(
        "COMPOSE_PROJECT_NAME=bakery\nPATH=/x\nTALKOOT_WORLDS=3\nTALKOOT_WEB__PORT=8471\n", "utf-8"
    )

    assert read_config(None).web.port == 8471


def test_a_typo_in_env_is_told() -> None:
    Path(".env").write_text("TALKOOT_WEBB__PORT=8471\n", "utf-8")

    assert mistakes("") == [
        "- TALKOOT_WEBB__PORT (.env): there is no such setting. Did you mean TALKOOT_WEB__PORT?"
    ]


def test_the_environment_wins_over_env_and_env_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.toml").write_text('[web]\nport = 1\nhost = "a"\n[log]\nlevel = "info"\n', "utf-8")
    Path(".env").write_text("TALKOOT_WEB__PORT=2\nTALKOOT_WEB__HOST=b\n", "utf-8")
    monkeypatch.setenv("TALKOOT_WEB__PORT", "3")

    config = read_config(None)

    assert (config.web.port, config.web.host, config.log.level) == (3, "b", "info")


def test_every_setting_can_be_given_by_a_variable_that_a_shell_exports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "TALKOOT_DATABASE__URL": "postgresql://db/talkoot",
        "TALKOOT_DISCORD__GUILDS": "12345, 67890",
        "TALKOOT_DISCORD__MESSAGE_TEXT": "true",
        "TALKOOT_MATRIX__INVITERS": "@*:example.org",
        "TALKOOT_WEB__PORT": "0",
        "TALKOOT_RULES__DAILY_CAP": "8",
        "TALKOOT_RULES__CLOSED_UNTIL": "2026-01-31",
    }.items():
        assert name.replace("_", "").isalnum()
        monkeypatch.setenv(name, value)

    config = read_config(None)

    assert config.database.url == "postgresql://db/talkoot"
    assert config.discord.guilds == ("12345", "67890")
    assert config.discord.message_text is True
    assert config.matrix.inviters == ("@*:example.org",)
    assert config.web.port == 0
    assert config.rules["daily-cap"] == 8
    assert str(config.rules["closed-until"]) == "2026-01-31"


def test_an_installation_lives_where_it_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKOOT_HOME", str(tmp_path / "srv"))

    config = read_config(None)

    assert home_of() == tmp_path / "srv"
    assert config.database.url == f"sqlite:///{tmp_path}/srv/talkoot.db"
    assert config.matrix.store == f"{tmp_path}/srv/talkoot-matrix"


def test_without_a_word_it_lives_with_the_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALKOOT_HOME")

    assert home_of() == tmp_path / "data" / "talkoot"
    monkeypatch.setenv("XDG_DATA_HOME", "not/whole")
    monkeypatch.setenv("HOME", "/home/anna")
    assert home_of() == Path("/home/anna/.local/share/talkoot")


@pytest.mark.parametrize("mark", ["config.toml", "talkoot.db"])
def test_a_folder_that_holds_an_installation_is_meant(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALKOOT_HOME")
    Path(mark).touch()

    assert home_of() == Path()
    assert read_config(None).database.url == "sqlite:///talkoot.db"


def test_a_configuration_that_is_named_has_its_paths_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALKOOT_HOME")
    (tmp_path / "coop").mkdir()
    (tmp_path / "coop" / "ours.toml").write_text(
        '[database]\nurl = "sqlite:///book.db"\n[ballots]\nkeys = "/srv/keys"\n', "utf-8"
    )

    config = read_config(tmp_path / "coop" / "ours.toml")

    assert config.database.url == f"sqlite:///{tmp_path}/coop/book.db"
    assert config.ballots.keys == "/srv/keys"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("shard_ids = [0]", "shard_ids need shards as well"),
        ("shards = 2\nshard_ids = [1, 2]", "of 2 shards there is no 2: they begin with 0"),
        ("shards = 2\nshard_ids = [1, 1]", "shard_ids name a shard twice"),
        ("shards = -1", "discord.shards"),
        ("shards = 2\nshard_ids = [-1]", "discord.shard_ids"),
    ],
)
def test_shards_that_cannot_be_are_told(rows: str, why: str) -> None:
    (told,) = mistakes(f"[discord]\n{rows}\n")

    assert why in told


def test_shards_come_from_the_environment_of_each_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALKOOT_DISCORD__SHARDS", "4")
    monkeypatch.setenv("TALKOOT_DISCORD__SHARD_IDS", "2, 3")

    discord = read_config(None).discord

    assert (discord.shards, discord.shard_ids) == (4, (2, 3))
