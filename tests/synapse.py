"""A real Matrix homeserver: Synapse from PyPI, in an environment of its own.

One serves the whole test run, started when the first test asks for it. The environment is made once
and kept in a cache folder outside the repository, which `TALKOOT_TEST_SYNAPSE` may name.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.sharing import OWNER, free_port, locked, mine, share, unshare

VERSION = "1.163.2"
CACHE = "TALKOOT_TEST_SYNAPSE"
FOLDER = "TALKOOT_TEST_SYNAPSE_FOLDER"
START_SECONDS_MAX = 60

# A server ends with whoever started it, also where that was killed.
WHILE_WANTED = """
"$@" & echo $! > pid
while kill -0 "$OWNER" && kill -0 $!; do sleep 0.2; done 2> /dev/null
kill $! 2> /dev/null
"""
SECRET = "test"
NAME = "localhost"

FREELY = {"per_second": 100_000, "burst_count": 100_000}
LIMITS = {
    "rc_message": FREELY,
    "rc_registration": FREELY,
    "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), FREELY),
    "rc_joins": dict.fromkeys(("local", "remote"), FREELY),
    "rc_joins_per_room": FREELY,
    "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), FREELY),
    "rc_media_create": FREELY,
    "rc_room_creation": FREELY,
    "rc_admin_redaction": FREELY,
}


def pytest_configure() -> None:
    """The controlling process picks the folder, so that all workers share one server."""
    share(FOLDER, "talkoot-synapse-")


def pytest_unconfigure() -> None:
    """The process that picked the folder stops what any worker started; a run inside of it does not."""
    folder = mine(FOLDER)
    if folder is None:
        return
    if (folder / "pid").exists():
        os.kill(int((folder / "pid").read_text()), signal.SIGTERM)
    unshare(FOLDER)


def shared_url() -> str:
    """The URL of the run's server; starts it if nobody has."""
    folder = Path(os.environ[FOLDER])
    with locked(folder / "lock"):
        known = folder / "url"
        if not known.exists():
            server = Homeserver(folder)
            server.start(owner=int(os.environ[FOLDER + OWNER]))
            known.write_text(server.url)
        return known.read_text()


def cache() -> Path:
    """The folder in which is kept what takes long to make."""
    default = Path.home() / ".cache" / "talkoot" / f"synapse-{VERSION}"
    folder = Path(os.environ.get(CACHE, default))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def python() -> Path:
    """The Python of Synapse's environment; makes it where it is missing. Fails loudly."""
    folder = cache()
    with locked(folder / "lock"):
        ready = folder / "ready"
        if not ready.exists():
            _install(folder / "venv")
            ready.write_text(VERSION)
    return folder / "venv" / "bin" / "python"


def _install(venv: Path) -> None:
    wanted = f"matrix-synapse=={VERSION}"
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        [*pip, "install", "--only-binary", ":all:", wanted],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


class Homeserver:
    """One Synapse on this machine that speaks to nobody else, and takes whatever it is given."""

    def __init__(self, folder: Path, limits: dict[str, object] | None = None) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        folder.mkdir(exist_ok=True)
        self._configure(LIMITS if limits is None else limits)

    def start(self, owner: int | None = None) -> None:
        """Start, and wait until it answers; it runs as long as the process `owner` (this one)."""
        program = [str(python()), "-m", "synapse.app.homeserver", "-c", str(self._folder / "hs.yaml")]
        with (self._folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                ["sh", "-c", WHILE_WANTED, "sh", *program],
                stdout=output,
                stderr=output,
                cwd=self._folder,
                env={**os.environ, "OWNER": str(owner or os.getpid())},
                start_new_session=True,
            )
        end = time.monotonic() + START_SECONDS_MAX
        while not self._answers():
            told = (self._folder / "output").read_text()[-2000:]
            assert self._process.poll() is None, told
            assert time.monotonic() < end, told
            time.sleep(0.05)  # tidy: waiting for another process, not for time to pass

    @property
    def pid(self) -> int:
        """The number of its process, while it runs."""
        return int((self._folder / "pid").read_text())

    def stop(self) -> None:
        """Stop it; what it knows stays."""
        assert self._process
        os.kill(self.pid, signal.SIGTERM)
        self._process.wait(START_SECONDS_MAX)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_matrix/client/versions", timeout=1) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def _configure(self, limits: dict[str, object]) -> None:
        folder = self._folder
        listener = {
            "port": self._port,
            "bind_addresses": ["127.0.0.1"],
            "type": "http",
            "tls": False,
            "resources": [{"names": ["client"], "compress": False}],
        }
        logging = {
            "version": 1,
            "handlers": {"file": {"class": "logging.FileHandler", "filename": str(folder / "log")}},
            "root": {"level": "WARNING", "handlers": ["file"]},
        }
        config = {
            "server_name": NAME,
            "public_baseurl": f"{self.url}/",
            "pid_file": str(folder / "homeserver.pid"),
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
            "log_config": str(folder / "log.yaml"),
            "media_store_path": str(folder / "media"),
            "signing_key_path": str(folder / "signing.key"),
            "registration_shared_secret": SECRET,
            "macaroon_secret_key": "m",
            "form_secret": "f",
            "report_stats": False,
            "trusted_key_servers": [],
            "suppress_key_server_warning": True,
            "federation_domain_whitelist": [],
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "bcrypt_rounds": 4,
            "experimental_features": {"msc3381_polls_enabled": True},
            **limits,
        }
        # JSON is YAML.
        (folder / "hs.yaml").write_text(json.dumps(config))
        (folder / "log.yaml").write_text(json.dumps(logging))
        (folder / "signing.key").write_text(f"ed25519 a_test {'A' * 43}\n")
