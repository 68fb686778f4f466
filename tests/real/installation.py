"""An installation of Mainstay in a folder of its own, run as processes, as an agency runs it."""

import atexit
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.mailbox import free_port

ROOT = Path(__file__).resolve().parents[2]
PREAMBLE = """
import json
import django
django.setup()
from django.utils import timezone
now = timezone.now()
"""


class Failed(AssertionError):
    """A command of the installation did not end well."""


class Installation:
    """One installation: its data folder, its database, its addresses, and the processes that run it.

    Args:
        folder: where its data and its log are kept.
        database_url: its database; empty for SQLite in its folder.
        mail_url: where it hands its letters over.
    """

    def __init__(self, folder: Path, *, database_url: str = "", mail_url: str) -> None:
        self.folder = folder
        self.web, self.smtp_port = f"127.0.0.1:{free_port()}", free_port()
        self.url, self.token = f"http://{self.web}", ""
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MAINSTAY_")},
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "mainstay.config.settings",
            "MAINSTAY_DATA": str(folder / "data"),
            "MAINSTAY_SECOND_FACTOR": "no",  # programs sign in here with a password alone
            "MAINSTAY_WEB_LISTEN": self.web,
            "MAINSTAY_MAIL_LISTEN": f"127.0.0.1:{self.smtp_port}",
            "MAINSTAY_MAIL_URL": mail_url,
            **({"MAINSTAY_DATABASE_URL": database_url} if database_url else {}),
        }
        self._serve: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str:
        """What `mainstay WORDS` printed. Raises `Failed` when it ends with another status than 0."""
        return self._done([sys.executable, "-m", "mainstay", *words])

    def attempt(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """`mainstay WORDS` as it ended, with more in its environment."""
        command = [sys.executable, "-m", "mainstay", *words]
        given = {**self.environ, **environ}
        return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)

    def ask(self, program: str, **given: Any) -> Any:
        """What the Python `program`, run inside the installation, left in `answer`; it finds `given` and `now`."""
        body = f"{PREAMBLE}given = json.loads({json.dumps(json.dumps(given))})\n{program}\nprint(json.dumps(answer))"
        return json.loads(self._done([sys.executable, "-c", body]).splitlines()[-1])

    def make_tables(self) -> None:
        """Begin with empty tables, copied from those this process made first: making them takes 10 s of processor."""
        self.begin_as(_empty_tables())

    def begin_as(self, other: "Installation") -> None:
        """Begin with what `other` holds, which must not run."""
        shutil.copytree(other.folder / "data", self.folder / "data", dirs_exist_ok=True)
        (self.folder / "data" / "secret.key").unlink()
        if url := self.environ.get("MAINSTAY_DATABASE_URL", ""):
            name, source = (_name_of(each.environ["MAINSTAY_DATABASE_URL"]) for each in (self, other))
            with _server(url) as server:
                server.execute(f'DROP DATABASE "{name}"')
                server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')

    def start(self, command: str = "serve", *, timeout_s: float = 240) -> None:
        """`mainstay serve` (or `demo`, which makes its world first), until it answers."""
        with self.log.open("ab") as log:
            words = [sys.executable, "-m", "mainstay", command]
            self._serve = subprocess.Popen(words, cwd=ROOT, env=self.environ, stdout=log, stderr=log)
        until("the site answers", self.answers, timeout_s=timeout_s)

    def kill(self) -> None:
        """`kill -9` of `mainstay serve`; its children follow it by themselves."""
        assert self._serve is not None
        self._serve.kill()
        self._serve.wait()

    def stop(self) -> None:
        """Ask `mainstay serve` to end in good order."""
        if self._serve is not None and self._serve.poll() is None:
            self._serve.send_signal(signal.SIGTERM)
            try:
                self._serve.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()

    def children(self) -> dict[str, int]:
        """The running processes under `mainstay serve`: their ids by their roles."""
        assert self._serve is not None
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                state, parent = path.read_text().rsplit(")", 1)[1].split()[:2]
                words = (path.parent / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if int(parent) == self._serve.pid and state != "Z" and "mainstay" in words:
                found[words[words.index("mainstay") + 1]] = int(path.parent.name)
        return found

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    def answers(self) -> bool:
        """Whether the site gives any answer."""
        try:
            urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=5).close()
        except OSError:
            return False
        return True

    def get(self, path: str) -> Any:
        """What the API answers at `path`."""
        return self.call("GET", path)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What the API answers, read as JSON. Raises `urllib.error.HTTPError` for a refusal."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def _done(self, command: list[str]) -> str:
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"status {done.returncode}: {done.stdout[-2000:]}{done.stderr[-4000:]}")
        return done.stdout


def until(what: str, is_so: Callable[[], Any], *, timeout_s: float = 60, every_s: float = 0.2) -> Any:
    """What `is_so` gives as soon as that is something; a failure that names `what` when it takes longer."""
    deadline = time.monotonic() + timeout_s
    while not (found := is_so()):
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what}"
        time.sleep(every_s)
    return found


@contextmanager
def installed(folder: Path, mail_url: str) -> Iterator[Installation]:
    """An installation on the kind of database that this run tests; nothing of it runs or remains afterwards."""
    with _database(os.environ.get("MAINSTAY_DATABASE_URL", "")) as database_url:
        installation = Installation(folder, database_url=database_url, mail_url=mail_url)
        try:
            yield installation
        except BaseException:
            _tell(installation.log)
            raise
        finally:
            installation.stop()


@cache
def _empty_tables() -> Installation:
    """An installation whose database is made and empty; it is kept until this process ends."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="mainstay-tables-")))
    made = stack.enter_context(installed(folder, "console:"))
    made.ask("from mainstay.config import prepare\nprepare.database()\nanswer = None")
    return made


def _tell(log: Path) -> None:
    """Show the end of the log with a failure."""
    if log.exists():
        print(log.read_text(errors="replace")[-6000:])


@contextmanager
def _database(url: str) -> Iterator[str]:
    """A new database beside the one at `url`; nothing for SQLite."""
    if not url:
        yield ""
        return
    name = f"{_name_of(url)}_real_{secrets.token_hex(4)}"
    with _server(url) as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield url.replace(urlsplit(url).path, f"/{name}")
    finally:
        with _server(url) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _name_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


@contextmanager
def _server(url: str) -> Iterator[psycopg.Connection]:
    address = url.replace(urlsplit(url).path, "/postgres").replace("postgres://", "postgresql://")
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def refused(call: Callable[[], Any]) -> bool:
    """Whether `call` got no answer, or none that says it was done."""
    try:
        call()
    except (OSError, urllib.error.HTTPError):
        return True
    return False
