"""What the real runs set up: an agency with a client, and a website on loopback that can be ended and started."""

import subprocess
import sys
import urllib.request
from dataclasses import dataclass

from tests.mailbox import free_port
from tests.real.installation import Installation, until
from tests.real.visitor import Visitor

DESK = "support@harbour.example"
ADMINISTRATOR = "ada@harbour.example"
PASSWORD = "a lantern over calm water"
INTERVAL_S = 5

SET_UP = """
from mainstay.access import actions as access
from mainstay.access.facts import Role
from mainstay.access.models import User
from mainstay.access.rules import scopes_for
from mainstay.clients import actions as clients
from mainstay.clients.facts import Part
from mainstay.common.facts import Process
from mainstay.watch import actions as watch

by = Process("tests")
ada = User.objects.get(email=given["administrator"])

def colleague(name, email):
    return access.create_user(email=email, name=name, agency_role=Role.ACCOUNT_MANAGER, by=ada, at=now)

client = clients.create_client(name="Alder Books", slug="alder", starts_on=now.date().replace(day=1), by=ada, at=now)
manager, deputy = colleague("Max Manager", "max@harbour.example"), colleague("Dora Deputy", "dora@harbour.example")
clients.name_account_manager(client=client, user=manager, by=ada, at=now)
clients.name_account_manager(client=client, user=deputy, part=Part.DEPUTY, by=ada, at=now)
clients.add_contact(
    client=client, name="Rita Reader", email="rita@alder.example", role=Role.REQUESTER, by=ada, at=now
)
website = clients.create_website(client=client, name="Bookshop", url=given["url"], by=ada, at=now)
live = website.environments.get(kind="live")
monitor = watch.add_monitor(
    environment=live, url=given["url"], interval_seconds=given["interval_s"], timeout_seconds=4,
    allow_private=True, by=ada, at=now,
)
allowed = scopes_for([ada.agency_role])
token = access.create_token(
    user=ada, name="Tests", scopes=allowed, allowed=allowed, expires_at=now.replace(year=now.year + 1),
    by=ada, at=now,
)[1]
answer = {"website": website.pk, "monitor": monitor.pk, "token": token}
"""
SERVER = """
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"Bookshop.")

    def log_message(self, *_):
        pass

class Server(ThreadingHTTPServer):
    allow_reuse_address = True

Server(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""


class WebsiteProcess:
    """A website that is a process of its own. `url` is its address, whether it runs or not."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start it, until it answers."""
        self._process = subprocess.Popen([sys.executable, "-c", SERVER, str(self.port)])
        until("the website answers", self._answers, timeout_s=20, every_s=0.02)

    def kill(self) -> None:
        """`kill -9`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=2).close()
        except OSError:
            return False
        return True


@dataclass(frozen=True)
class Stage:
    """An installation that runs, with one client's website under watch."""

    installation: Installation
    website: WebsiteProcess
    website_id: int
    monitor_id: int

    def state(self) -> str:
        """What the API says the monitor saw last."""
        return str(self.installation.get(f"/websites/{self.website_id}/monitors")[0]["state"])

    def wait_until(self, state: str) -> None:
        """Until the monitor's state is `state`."""
        until(f"the monitor sees the website {state}", lambda: self.state() == state, timeout_s=60)


def set_up(installation: Installation, website: WebsiteProcess) -> Stage:
    """Begin as an agency does: `mainstay init`, `mainstay serve`, the first password; then a client with a website."""
    installation.make_tables()
    printed = installation.run(
        "init", "--agency", "Harbour Web Studio", "--name", "Ada Whitfield", "--email", ADMINISTRATOR,
        "--url", installation.url, "--support-address", DESK,
    )  # fmt: skip
    link = next(word for word in printed.split() if "/invitations/" in word)
    installation.start()
    Visitor(installation.url).send(link.removeprefix(installation.url), password1=PASSWORD, password2=PASSWORD)
    website.start()
    made = installation.ask(SET_UP, administrator=ADMINISTRATOR, url=website.url, interval_s=INTERVAL_S)
    installation.token = made["token"]
    stage = Stage(installation, website, made["website"], made["monitor"])
    stage.wait_until("up")
    return stage


def signed_in(installation: Installation) -> Visitor:
    """The administrator at the console."""
    visitor = Visitor(installation.url)
    page = visitor.send("/accounts/login/", login=ADMINISTRATOR, password=PASSWORD)
    assert "Ada Whitfield" in page
    return visitor
