"""Every line that a page names within a sentence or a table works: typed in chat it is accepted, in a
shell it does what it says.

Blocks are the matter of tests/test_docs_examples.py. What stands for something (`NAME`, `…`) is filled
in by `FILLED`; what has to be there first, or is said by somebody else, stands in `BEFORE`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from adapters.console.stage import Stage
from adapters.console.transcript import Said, read_transcript
from bot.chat import Kind
from bot.command import Setting
from bot.grammar.lines import parse
from commands import FEATURES
from tests.adapters.cli.test_running import talkoot
from tests.house import BEGIN, staged
from tests.test_docs_examples import BLOCK, PAGES, ROOT, named
from tests.test_transcripts import OWN

TICKED = re.compile(r"(`+)(.+?)\1", re.DOTALL)
MADE = {"docs/commands.md"}
"""How each command is typed is made from its declaration; its examples are read below."""

NO_LINES = {
    "docs/backup.md": {
        "/etc/systemd/system/talkoot-backup.service",
        "/etc/systemd/system/talkoot-backup.timer",
        "/usr/local/bin/talkoot",
    },
    "docs/operating.md": {"/etc/systemd/system/talkoot.service"},
    "docs/containers.md": {"/data", "/keys"},
    "docs/benchmarks.md": {"/proc"},
    "docs/tally.md": {"/* */"},
}
"""What begins as a line does, and is a file or a sign of another language."""

TO_BE_REFUSED = {"/log amount:one what:dug"}
"""What the checklist has one mistype."""

PLAYED = {
    "!import --as kimai": ("tests/transcripts/import_file.transcript", "/import --as kimai"),
    "/import --as kimai --file hours.csv": (
        "tests/transcripts/import_file.transcript",
        "/import --as kimai",
    ),
    "/import undo I1": ("tests/transcripts/import_file.transcript", "/import undo I1"),
    "/slip T4": ("tests/transcripts/money_receipts.transcript", "/slip T4"),
    "/slip add T4": ("tests/transcripts/money_receipts.transcript", "/slip add T4"),
    "/slip remove T4": ("tests/transcripts/money_receipts.transcript", "/slip remove T4"),
    "/receipt C1": ("tests/commands/ledger/test_receipts.py", "/receipt C1"),
    "/receipt C1 text": ("tests/commands/ledger/test_receipts.py", "/receipt C1 text"),
    "/receipt C1 --entry 4": ("tests/commands/ledger/test_receipts.py", "--entry"),
    "/import agree I1": ("tests/adapters/cli/test_importing.py", "/import agree I1"),
    "/calendar link new": ("tests/adapters/web/test_calendars.py", "/calendar link new"),
    "/calendar link void": ("tests/transcripts/web.transcript", "/calendar link void"),
    "/web member @liisa": ("tests/transcripts/web.transcript", "/web member @bo"),
}
"""What the stage cannot play: it serves no pages, reads no files, has no key; and which test does."""

WORLD = """
@ admin ann
@ member bo
@ member cem
@ rule partners treasurer
@ rule units treasurer
@ rule web link
ann: /role give @ann treasurer
ann: /role give @ann coordinator
ann: /role give @cem coordinator
ann: /member add liisa
ann: /unit create star issued --wage 1 --budget 400 --levy 1
"""
WORLD += "".join(f"bo: /log 10m swept part {number} of the yard\n" for number in range(1, 32))
WORLD += "".join(f"ann: /income {number}00 EUR grant {number}\n" for number in range(1, 9))

NINTH = {
    "docs/units.md": "ann: /unit issue star",
    "docs/partners.md": (
        "ann: /partner add city-bakery\nann: /income 600 EUR share --partner city-bakery"
    ),
}
"""What the pages call T9: else a distribution."""

FILLED = {
    "/collective create NAME": "ann@garden: /collective create Garden",
    "!collective create NAME": "ann@garden: /collective create Garden",
    "/collective create name:…": "ann@garden: /collective create Garden",
    "/collective create name:Test": "ann@garden: /collective create Test",
    "/in NAME …": "ann!: /in talkoot balance",
    "/in NAME": "ann!: /in talkoot",
    "/rules explain NAME": "ann: /rules explain grace",
    "/rules lock NAME": "ann: /rules lock grace",
    "/rules set NAME VALUE [--in room|circle|collective]": "ann: /rules set grace 5 --in collective",
    "/rules preset NAME": "ann: /rules preset assembly",
    "/partner NAME": "ann: /partner city-bakery",
    "/equation NAME": "ann: /equation disco",
    "/equation try NAME": "ann: /equation try disco",
    "/poll … --secret": "ann: /poll Which day? | Monday | Tuesday --secret",
    "/log …": "ann: /log 1h dug",
    "!log 2h …": "ann: /log 2h dug",
    "!log 3h …": "ann: /log 3h dug",
    "/log … who:": "ann: /log 1h dug @bo",
    "/vote ref:P1 choice:": "ann: /vote P1 consent",
    "/me show": "ann: /me",
    "/import bring": "ann: /import",
    "/rules show": "ann: /rules",
}
"""What a line with something left open may be. On Discord a command that has others below it is called
`show` where it stands alone."""

ANEW = "# anew\n"
"""Where a page's story ends, and the next line is of another."""
FIVE = "".join(f"bo: /need 1h thing {number}\n" for number in range(1, 5))
LEAF = "ann: /unit create leaf credit --limit 20"

BEFORE: dict[str, dict[str, tuple[str, ...]]] = {
    "README.md": {
        "/why Q1": ("ann: /poll Which day? | Monday | Tuesday", ""),
        "/poll … --secret": ("@ member dan\n@ rule secrecy-floor 4",),
    },
    "docs/start-member.md": {
        "/settle-up paid @bo 20 EUR": (
            "bo: /expense 600 EUR an oven @ann @cem\nann: /approve T13\ncem: /approve T13",
        ),
    },
    "docs/glossary.md": {
        "/meeting open --spokes": ("ann: /circle create kitchen\nann: /circle create garden",),
    },
    "docs/needs.md": {
        "/take N5": (
            "bo: /need 2h dig\nbo: /need 2h weed",
            "bo: /take N5",
        ),
        "/take N5 --part 1h": ("ann: /drop N5",),
        "/swap N5 @bo": ("ann: /take N5",),
        "/drop N5": ("bo: /swap N5 @ann\nann: /drop N5",),
        "/done N5": ("bo: /done N5",),
        "/done N5 1h30": (f"{ANEW}{FIVE}bo: /need 1h sow\nann: /take N5",),
        "/take N5 --every": (f'{ANEW}{FIVE}bo: /need 4h till --every "monday 09:00" --people 2',),
    },
    "docs/funding.md": {
        "/funding open 150 EUR --each 60 EUR": ("ann: /income 500 EUR a client",),
        "/cancel K1": ("",),
        "/ideas accept K3": ("ann: /idea B --min 5\nann: /idea C --min 5 --max 9\nbo: /back K3 5 EUR",),
    },
    "docs/partners.md": {
        "/partner add city-bakery --form cooperative society --worker-owned": (
            "ann: /partner end city-bakery",
        ),
        "/partner declare city-bakery 12000 EUR 2026-Q1 --proof https://…": (
            "ann: /partner pledge city-bakery revenue 5% EUR\n@ 2026-04-02 09:00",
        ),
    },
    "docs/sharing-out.md": {
        "/equation try NAME": ("@ 2026-04-02 09:00",),
        "/distribute 1000 EUR": ("bo: /log 1h more",),
    },
    "docs/units.md": {
        "/pay @bo 3 leaf": (LEAF,),
        '/propose A unit of ours --do "unit create leaf credit --limit 20"': (ANEW,),
        "/unit leaf": (LEAF,),
        "/unit vouch @bo leaf": ("ann: /unit set leaf --vouches 1",),
        "/unit write-off @bo leaf": ("bo: /pay @ann 9 leaf",),
        "/unit issue star": ("bo: /log 15h more",),
        "/unit issue star @bo": ("bo: /log 1h still more",),
        "/unit retire 5 star": ("bo: /unit retire 5 star",),
        "/unit settle star": ("@ 2026-03-01 09:00\nbo: /pay @ann 1 star",),
    },
}
"""What has to be there before a line, each time that a page has it; where it ends in the line itself,
that is said by somebody else."""


def ticked(path: Path) -> list[str]:
    """What stands in backticks in a page, outside of its blocks, each as one line."""
    text = BLOCK.sub("", path.read_text("utf-8"))
    return [" ".join(code.split()).replace("\\|", "|") for _, code in TICKED.findall(text)]


def chat_lines(path: Path) -> Iterator[str]:
    """What of it is typed in chat, and is more than a command's name or a prefix."""
    for line in ticked(path):
        of_chat = line[0] in "/!" and len(line) > 1 and line not in NO_LINES.get(named(path), ())
        if of_chat and line[1:] not in FEATURES.commands:
            yield line


def typed(line: str) -> str:
    """A line of chat as it is typed at the console; of Discord's the values without their names."""
    return FILLED.get(line) or f"ann: /{re.sub(r'(?<= )[a-z]+:(?=[^/ ])', '', line[1:])}"


def refused(stage: Stage, text: str) -> list[str]:
    """What of some lines is not accepted, with the answers."""
    told = []
    for part in read_transcript(text):
        came = stage.annotate(part)
        if isinstance(part.what, Said) and (
            not came or any(it.reply.kind is Kind.REFUSAL for it in came)
        ):
            told.append(f"{part.what.text}\n  {part.answers}")
    return told


def prepared(stage: Stage, page: str) -> list[str]:
    told = refused(stage, WORLD)
    if page in NINTH:
        return told + refused(stage, NINTH[page])
    (part,) = read_transcript("ann: /distribute 90 EUR")
    stage.annotate(part)
    offered = next(row for row in reversed(part.answers) if "/distribute" in row)
    return told + refused(stage, f"ann: {offered[offered.index('/') :]}")


def played(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Every line of chat of a page, played after what has to be there, and what of it was refused."""
    page, seen = named(path), Counter[str]()
    before = BEFORE.get(page, {})
    with ExitStack() as open_:
        stage: Stage | None = None
        for line in chat_lines(path):
            if line in PLAYED:
                continue
            scripts = before.get(line, ("",))
            script = scripts[min(seen[line], len(scripts) - 1)]
            seen[line] += 1
            told = []
            if stage is None or script.startswith(ANEW):
                stage = open_.enter_context(staged()).stage
                told = prepared(stage, page)
            if not script.endswith(f": {line}"):
                script = f"{script}\n{typed(line)}"
            yield line, told + refused(stage, script)


@pytest.mark.parametrize("path", [it for it in PAGES if any(chat_lines(it))], ids=named)
def test_every_line_of_chat_in_running_text_and_tables_is_accepted(path: Path) -> None:
    if named(path) in MADE:
        pytest.skip("made from the declarations")

    for line, told in played(path):
        assert bool(told) == (line in TO_BE_REFUSED), (line, told)


def test_what_the_stage_cannot_play_is_played_elsewhere() -> None:
    for line, (test, text) in PLAYED.items():
        assert any(line in chat_lines(path) for path in PAGES), f"no page has {line}"
        assert text in (ROOT / test).read_text("utf-8"), f"{test} does not play {text}"


def test_nothing_is_prepared_or_excepted_for_a_line_that_no_page_has() -> None:
    lines = {named(path): set(chat_lines(path)) for path in PAGES}

    for page, scripts in BEFORE.items():
        assert set(scripts) <= lines[page], page
    assert {*FILLED, *TO_BE_REFUSED} <= set().union(*lines.values())
    for page, excepted in NO_LINES.items():
        assert excepted <= set(ticked(ROOT / page)), page


def test_every_example_of_a_command_is_a_line_that_is_read() -> None:
    setting = Setting("en", "UTC", BEGIN, OWN)
    for command in FEATURES.commands.values():
        for example in command.examples:
            assert parse(example, FEATURES.commands, setting).command == command.name, example


IN_A_SHELL = {
    "talkoot try --script FILE": "try --script said.transcript",
    "talkoot tally": "tally ballots.csv --method stv-scottish",
    "talkoot tally FILE --method stv-scottish": "tally ballots.csv --method stv-scottish",
    "talkoot verify --head": "verify --head {head}",
    "talkoot verify --head SEQ:HASH": "verify --head {head}",
    "talkoot verify --head 6:ca182577dd5d60a0": "verify --head {head}",
    "talkoot verify FOLDER": "verify out",
    "talkoot verify FOLDER --key KEY": "verify out --key {key}",
    "talkoot verify --checkpoint": "verify --checkpoint out/checkpoint-home.txt",
    "talkoot verify --checkpoint FILE": "verify --checkpoint out/checkpoint-home.txt",
    "talkoot verify --checkpoint FILE --key KEY": (
        "verify --checkpoint out/checkpoint-home.txt --key {key}"
    ),
    "talkoot verify --db sqlite:///checklist.db": "verify --db sqlite:///talkoot.db",
    "talkoot export --format bundle": "export --format bundle bundle",
    "talkoot export --format bundle DIR": "export --format bundle another",
    "talkoot export --format site DIR": "export --format site pages",
    "talkoot export --format ics": "export --format ics dates.ics",
    "talkoot export --format …": "export --format hledger book.journal",
    "talkoot backup": "backup saved",
    "talkoot backup FILE": "backup again",
}
"""Lines of a shell with something left open, and one that they stand for."""

NOT_RUN = {
    "talkoot verify --proof FILE --checkpoint FILE --key KEY": "tests/adapters/cli/test_alone.py",
    "talkoot verify --proof proof.txt --checkpoint FILE": "tests/adapters/cli/test_alone.py",
    "talkoot verify --receipt FILE --key KEY": "tests/adapters/cli/test_checking_receipts.py",
    "talkoot verify FOLDER --witness KEY": "tests/adapters/cli/test_noted.py",
    "talkoot verify --checkpoint FILE --witness KEY --witness KEY --quorum 1": (
        "of what others sign: tests/adapters/cli/test_checking_receipts.py"
    ),
    "talkoot verify --checkpoint FILE --key KEY --rotations FILE": (
        "of a key that was replaced: tests/adapters/cli/test_checking_receipts.py"
    ),
    "talkoot init": "it asks, and tests/adapters/cli/test_init.py answers",
    "talkoot import --undo I1": "of what was agreed to in chat: tests/adapters/cli/test_importing.py",
    "talkoot --install-completion": "changes the shell of whoever runs it: .ci/installed",
    "talkoot healthcheck": "looks at a bot that runs: tests/adapters/cli/test_operating.py",
}
"""Lines that cannot be run here, and who does."""

BALLOTS = "Ann,Bo,Cem\n1,2,3\n2,1,3\n1,2,3\n"


def shell_lines() -> list[str]:
    """All that pages name in running text as typed in a shell, each once."""
    return sorted({line for path in PAGES for line in ticked(path) if line.startswith("talkoot ")})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An installation with a small book, a bundle of it, and what a line needs: a head, a key."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "ballots.csv").write_text(BALLOTS)
    (folder / "said.transcript").write_text("ann: /log 1h bread\n")
    shutil.copy(ROOT / "tests/adapters/cli/imports/kimai.csv", folder / "hours.csv")
    (folder / "people.toml").touch()
    shell(folder, "run", "ann: /log 1h bread\nbo: /log 2h more\nann: /rules set web public\n")
    shell(folder, "export --format bundle out")
    (head,) = re.findall(r"head (\d+:\w+)", shell(folder, "verify").stdout)
    return folder, {"head": head, "key": shell(folder, "key show").stdout.split()[0]}


def shell(folder: Path, line: str, typed_in: str = "") -> subprocess.CompletedProcess[str]:
    return talkoot(*line.split(), typed=typed_in, folder=folder, XDG_STATE_HOME=str(folder / "state"))


@pytest.mark.parametrize("line", shell_lines())
def test_every_line_of_a_shell_in_running_text_and_tables_does_what_it_says(
    line: str, home: tuple[Path, dict[str, str]]
) -> None:
    folder, known = home
    if line in NOT_RUN:
        return
    run = IN_A_SHELL.get(line, line.removeprefix("talkoot ")).format(**known)
    # What asks whether to go on is told yes; what reads lines has one.
    done = shell(folder, run, "y\n" if run.startswith("key") else "ann: /balance\n")

    # Somebody has to say whom the names of an import mean: the map is written, and that is told.
    asks = run.startswith("import") and "people.toml" in done.stdout + done.stderr
    assert done.returncode == 0 or asks, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_no_line_of_a_shell_is_excepted_that_no_page_has() -> None:
    assert {*IN_A_SHELL, *NOT_RUN} <= set(shell_lines())


def test_a_line_that_does_not_work_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Type `/log 2h bread`, or `/lock 2h bread`.\n\n| `/vote P1 yes` | `/why` |\n", "utf-8"
    )

    with staged() as it:
        told = [bool(refused(it.stage, typed(line))) for line in chat_lines(page)]
    assert told == [False, True, True]
