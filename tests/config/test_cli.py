"""The command line as people meet it: what it prints, how it ends, and one clear line for each mistake."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mainstay.config.cli.commands import COMMANDS
from tests.mailbox import Mailbox, free_port
from tests.real.installation import Installation
from tests.real.stage import WebsiteProcess
from tests.real.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.one_database, pytest.mark.timeout(600)]

NAMED = (
    "serve",
    "web",
    "watch",
    "work",
    "mail",
    "demo",
    "init",
    "check",
    "upkeep",
    "report",
    "ledger",
    "verify",
    "doctor",
    "lost-device",
    "backup",
    "restore",
    "upgrade",
    "evidence",
    "history",
    "keys",
    "monitors",
    "desk",
)

QUIET = """
from datetime import timedelta
from mainstay.access.models import User
from mainstay.clients import actions as clients
from mainstay.common.models import PeriodicSlot
from mainstay.watch.actions import add_monitor
from mainstay.watch.models import Prober

ada = User.objects.get()
client = clients.create_client(name="Alder Books", slug="alder", starts_on=now.date().replace(day=1), by=ada, at=now)
website = clients.create_website(client=client, name="Bookshop", url="https://alder.example/", by=ada, at=now)
add_monitor(environment=website.environments.first(), url="https://alder.example/", by=ada, at=now)
Prober.objects.create(place="local", started_at=now - timedelta(days=1), seen_at=now - timedelta(minutes=5))
PeriodicSlot.objects.create(task="tests", slot_at=now - timedelta(hours=1))
answer = website.pk
"""


@pytest.fixture
def website() -> Iterator[WebsiteProcess]:
    process = WebsiteProcess()
    yield process
    process.kill()


def mistake(installation: Installation, *words: str, **environ: str) -> str:
    """The last line that a person reads after a mistake; there is no traceback, and the status tells."""
    done = installation.attempt(*words, **environ)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_every_command_explains_itself(place: Callable[[str], Installation]) -> None:
    installation = place("empty")
    overview = installation.run("--help")
    assert set(NAMED) <= set(COMMANDS)
    for command in NAMED:
        assert command in overview
        assert installation.run(command, "--help").strip()


@pytest.mark.parametrize(
    ("words", "environ", "told"),
    [
        (("bogus",), {}, "there is no command 'bogus'"),
        (("serve", "--bogus"), {}, "No such option: --bogus: see mainstay serve --help"),
        (("check",), {}, "Missing argument 'address': see mainstay check --help"),
        (("check", "example.org", "--kind", "tls", "--bogus", "1"), {}, "No such option: --bogus"),
        (("check", "example.org", "--kind", "tls", "--days-left-min", "soon"), {}, "--days-left-min: Enter a whole"),
        (("check", "example.org", "--kind", "tls", "--days-left-min", "999"), {}, "--days-left-min: Ensure this value"),
        (("check", "one.example", "two.example"), {}, "One address, not one.example and two.example"),
        (("check", "example.org", "--kind", "heartbeat"), {}, "there is no kind of check 'heartbeat'"),
        (("check", "http://127.0.0.1:1/", "--timeout", "-3"), {}, "Invalid value for '--timeout'"),
        (("init",), {}, "cancelled: nothing was entered"),
        (("serve",), {}, "is empty"),
        (("backup", "/nowhere/kept.tar.gz"), {}, "nothing to back up"),
        (("doctor",), {"MAINSTAY_WEB_THREADS": "many"}, "MAINSTAY_WEB_THREADS must be a whole number"),
        (("doctor",), {"MAINSTAY_DEMO": "perhaps"}, "MAINSTAY_DEMO must be yes or no"),
        (("doctor",), {"MAINSTAY_DATA": "/dev/null/data"}, "MAINSTAY_DATA"),
        (("serve",), {"MAINSTAY_DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "the database cannot be used"),
        (("serve",), {"MAINSTAY_DATABASE_URL": "sqlite:////dev/../etc/passwd"}, "the database cannot be used"),
        (("serve",), {"MAINSTAY_DATABASE_URL": "sqlite://"}, "MAINSTAY_DATABASE_URL must be"),
        (("serve",), {"MAINSTAY_DATABASE_URL": "postgres://"}, "MAINSTAY_DATABASE_URL must be"),
        (("serve",), {"MAINSTAY_WATCH_CA_FILE": "/nowhere.pem"}, "MAINSTAY_WATCH_CA_FILE cannot be read"),
        (("check", "ftp://example.org/"), {}, "http"),
        (("report", "nobody", "2026-01", "--out", "report.pdf"), {}, "no client called 'nobody'"),
        (("report", "nobody", "2026-01", "--out", "report.doc"), {}, "the ending must be one of"),
        (("report", "harbour-web-studio", "2026-13", "--out", "report.pdf"), {}, "2026-13"),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, tuple) else "",
)
def test_a_mistake_is_told_in_one_line(
    request: pytest.FixtureRequest, words: tuple[str, ...], environ: dict[str, str], told: str
) -> None:
    needs_rows = words[0] == "report"
    installation = request.getfixturevalue("installation") if needs_rows else request.getfixturevalue("place")("empty")
    assert told in mistake(installation, *words, **environ)


def test_init_sets_an_agency_up_once(place: Callable[[str], Installation]) -> None:
    installation = place("agency")
    words = ["init", "--agency", "Pier Web", "--name", "Ann Pier", "--url", installation.url]
    assert "is no e-mail address" in mistake(installation, *words, "--email", "ann")
    printed = installation.run(*words, "--email", "ann@pier.example")
    link = re.search(r"http\S+/invitations/\S+", printed)
    assert link
    assert "set up before" in mistake(installation, *words, "--email", "ann@pier.example")
    assert "nobody has an account" in mistake(installation, "lost-device", "bob@pier.example")
    assert "has no second factor" in mistake(installation, "lost-device", "ann@pier.example")

    installation.start()
    visitor = Visitor(installation.url)
    path = link[0].removeprefix(installation.url)
    page = visitor.send(path, password1="a lantern over calm water", password2="a lantern over calm water")
    assert "Today" in page
    assert "Nothing needs a hand" in page
    for empty in (
        "/console/clients/",
        "/console/desk/",
        "/console/outages/",
        "/console/reports/",
        "/console/promises/",
    ):
        assert "<h1>" in visitor.read(empty)


def test_init_takes_a_policy_and_says_what_is_wrong_with_one(
    place: Callable[[str], Installation], tmp_path: Path
) -> None:
    installation, policy = place("agency"), tmp_path / "policy.toml"
    words = ["init", "--agency", "Pier", "--name", "Ann", "--email", "ann@pier.example", "--url", installation.url]
    policy.write_text("[downtime]\nhours_a_year = -3\n")
    assert "hours_a_year" in mistake(installation, *words, "--policy", str(policy))
    policy.write_text("[downtime]\nhours_a_year = 20\n")
    installation.run(*words, "--policy", str(policy))
    signed = "from mainstay.clients.models import Agreement\nanswer = Agreement.objects.order_by('-version')[0].terms"
    assert installation.ask(signed)["downtime"]["hours_a_year"] == 20


def test_check_prints_one_observation(place: Callable[[str], Installation], website: WebsiteProcess) -> None:
    installation = place("empty")
    website.start()
    assert "The website answered as it should." in installation.run("check", website.url)
    seen = json.loads(installation.run("check", website.url, "--json"))
    assert (seen["state"], seen["status"], seen["address"]) == ("up", 200, "127.0.0.1")
    assert seen["total_ms"] >= seen["connect_ms"] > 0

    guarded = installation.attempt("check", website.url, "--json", "--no-allow-private")
    assert guarded.returncode == 3
    assert json.loads(guarded.stdout)["code"] == "address_refused"

    website.kill()
    down = installation.attempt("check", website.url, "--json")
    assert down.returncode == 2
    assert json.loads(down.stdout)["code"] == "connection_refused"


def test_check_takes_every_kind_with_the_options_that_it_declares(
    place: Callable[[str], Installation], website: WebsiteProcess
) -> None:
    installation = place("empty")
    website.start()
    there = urlsplit(website.url).netloc

    assert "The server took the connection." in installation.run("check", "--kind", "tcp", there)
    words = installation.attempt("check", website.url, "--contains", "words that stand nowhere")
    assert (words.returncode, "text_missing" in words.stdout) == (2, True)
    slow = installation.attempt("check", website.url, "--slow-ms=1", "--expect-status", "200-299")
    assert slow.returncode in (0, 1)
    before = installation.attempt("check", "--contains", "nowhere", website.url)
    assert (before.returncode, "text_missing" in before.stdout) == (2, True)
    listed = installation.run("check", "--kind", "tls", "--options")
    assert "--days-left-min" in listed
    assert "journey" in listed


def test_doctor_finds_what_is_wrong(installation: Installation, smtp_sink: Mailbox) -> None:
    healthy = findings(installation, MAINSTAY_MAIL_URL=smtp_sink.url)
    assert {each["verdict"] for each in healthy.values()} <= {"ok", "warn"}
    assert healthy["mail server"]["verdict"] == "ok"

    sick = findings(installation, status=1, MAINSTAY_MAIL_URL=f"smtp://127.0.0.1:{free_port()}")
    assert sick["mail server"]["verdict"] == "fail"
    assert sick["mail server"]["remedy"]
    public = findings(
        installation, status=1, MAINSTAY_URL=f"https://127.0.0.1:{free_port()}", MAINSTAY_IMAP_URL=imap_nowhere()
    )
    assert public["trusted proxies"]["verdict"] == "fail"
    assert "does not work from here" in public["site address"]["sentence"]
    assert public["mailbox"]["verdict"] == "fail"
    with socket.create_server(("127.0.0.1", 0)) as dumb:
        address = f"127.0.0.1:{dumb.getsockname()[1]}"
        silent = findings(installation, status=1, MAINSTAY_WEB_LISTEN=address, MAINSTAY_MAIL_URL=smtp_sink.url)
    assert "gives no answer" in silent["site"]["sentence"]


def test_doctor_finds_who_is_silent(installation: Installation) -> None:
    assert findings(installation)["prober"]["sentence"] == "there is nothing to watch yet"
    installation.ask(QUIET)
    found = findings(installation, status=1)
    assert "nobody watches" in found["prober"]["sentence"]
    assert "nobody does the jobs" in found["worker"]["sentence"]


def imap_nowhere() -> str:
    return f"imap://ann:word@127.0.0.1:{free_port()}/INBOX"


def findings(installation: Installation, *, status: int | None = 0, **environ: str) -> dict[str, dict[str, str]]:
    """What the doctor says, by what it looked at."""
    done = installation.attempt("doctor", "--json", **environ)
    assert status is None or done.returncode == status, done
    return {each["name"]: each for each in json.loads(done.stdout)}


def test_an_address_in_use_is_named(installation: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        told = [mistake(installation, command, MAINSTAY_WEB_LISTEN=address) for command in ("serve", "web")]
        told.append(mistake(installation, "mail", MAINSTAY_MAIL_LISTEN=address))
    assert all(f"something else listens at {address}" in line for line in told)
    assert ["MAINSTAY_MAIL_LISTEN" in line for line in told] == [False, False, True]


def test_an_address_of_another_machine_is_named(installation: Installation) -> None:
    told = mistake(installation, "serve", MAINSTAY_MAIL_LISTEN="192.0.2.1:2525")
    assert "MAINSTAY_MAIL_LISTEN: nothing can listen at 192.0.2.1:2525" in told


def test_init_keeps_what_a_person_wrote_and_goes_on_after_one_that_was_cut_off(
    place: Callable[[str], Installation],
) -> None:
    installation = place("agency")
    path = Path(installation.environ["MAINSTAY_DATA"]) / "mainstay.toml"
    path.parent.mkdir()
    path.write_text('# Ours.\nmail_from = "care@pier.example"')
    words = ["init", "--agency", "Pier", "--name", "Ann", "--email", "ann@pier.example", "--url", installation.url]
    assert "has another mail_from already" in mistake(installation, *words, "--support-address", "help@pier.example")
    assert path.read_text() == '# Ours.\nmail_from = "care@pier.example"'
    assert "--mail-url must look like" in mistake(installation, *words, "--mail-url", "pigeon://loft")
    assert path.read_text() == '# Ours.\nmail_from = "care@pier.example"'
    path.write_text(f'{path.read_text()}\nurl = "{installation.url}"\n')

    installation.run(*words)

    assert path.read_text() == f'# Ours.\nmail_from = "care@pier.example"\nurl = "{installation.url}"\n'


def test_what_was_cut_off_at_the_beginning_is_empty(place: Callable[[str], Installation]) -> None:
    installation = place("cut-off")
    installation.ask("from mainstay.config import prepare\nprepare.database()\nanswer = 1")
    assert "this installation is empty" in mistake(installation, "serve")


def test_the_demo_keeps_away_from_a_real_installation(installation: Installation) -> None:
    assert "holds a real installation" in mistake(installation, "demo", "--prepare-only")
