"""Debian's Postfix and Dovecot on loopback, for the domains of an example. Needs root, as Postfix does.

Mail to a domain of a Mainstay goes to its LMTP listener; mail to every other domain lies in a mailbox that is made
when the first mail comes, and that IMAP serves. What goes to `gone.example` is taken, and comes back to its sender.
"""

import imaplib
import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

from tests import needs
from tests.mailbox import free_port
from tests.real.installation import until

PASSWORD = "kept-in-a-shoe-box"
DOVECOT = """
base_dir = {run}
state_dir = {run}
instance_name = {name}
protocols = imap lmtp
listen = 127.0.0.1
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_username_format = %Lu
mail_location = maildir:{boxes}/%d/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={boxes}/%d/%n allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
MAIN_CF = """
compatibility_level = 3.6
myhostname = mail.post.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mydestination =
local_recipient_maps =
local_transport = error:no local mail
alias_maps =
alias_database =
mynetworks = 127.0.0.0/8
default_transport = lmtp:inet:127.0.0.1:{lmtp}
relay_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = texthash:{folder}/postfix/transport
smtp_tls_security_level = none
disable_dns_lookups = yes
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
in_flow_delay = 0
minimal_backoff_time = 5s
maximal_backoff_time = 10s
queue_run_delay = 5s
"""
MASTER_CF = """
{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
nobody unix - n n - - pipe user=nobody argv=/bin/sh {folder}/postfix/nobody
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class PostOffice:
    """Both servers. `listeners` says to which port the mail of a Mainstay's domain goes, over LMTP."""

    def __init__(self, folder: Path, listeners: dict[str, int]) -> None:
        self.folder, self.listeners = folder, listeners
        self.smtp_port, self.imap_port, self.lmtp_port = free_port(), free_port(), free_port()

    @property
    def url(self) -> str:
        """Where letters are handed over, as MAINSTAY_MAIL_URL takes it."""
        return f"smtp://127.0.0.1:{self.smtp_port}"

    def imap_url(self, address: str) -> str:
        """The mailbox of an address, as MAINSTAY_IMAP_URL takes it."""
        user = address.replace("@", "%40")
        return f"imap://{user}:{PASSWORD}@127.0.0.1:{self.imap_port}/INBOX"

    def start(self) -> None:
        self._write_files()
        _run("dovecot", "-c", str(self.folder / "dovecot.conf"))
        _run("postfix", "-c", str(self._config), "start")
        until("Postfix answers", lambda: listens(self.smtp_port), timeout_s=20, every_s=0.05)
        until("Dovecot answers", lambda: listens(self.imap_port), timeout_s=20, every_s=0.05)

    def stop(self) -> None:
        for words in (
            ("postfix", "-c", str(self._config), "stop"),
            ("doveadm", "-c", str(self.folder / "dovecot.conf"), "stop"),
        ):
            subprocess.run(words, capture_output=True, check=False)

    def send(self, *mails: EmailMessage) -> None:
        """Hand mails over, as a mail program does. What Postfix has taken it delivers, however often it must try."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=30) as session:
            for mail in mails:
                session.send_message(mail)

    def lay(self, address: str, mails: Sequence[EmailMessage]) -> None:
        """Put mails into a mailbox as if they had come already."""
        name, _, domain = address.partition("@")
        box = self.folder / "boxes" / domain / name
        for each in ("cur", "new", "tmp"):
            (box / each).mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(mails):
            (box / "new" / f"{time.time_ns()}.{number}.here").write_bytes(mail.as_bytes())
        _run("chown", "-R", "mail:mail", str(self.folder / "boxes"))

    def waits_for(self, address: str, count: int = 1, timeout_s: float = 40) -> list[EmailMessage]:
        """The mails in a mailbox, oldest first, as soon as there are `count` of them."""
        return cast(
            list[EmailMessage],
            until(
                f"{count} mails for {address}",
                lambda: len(found := self.mails(address)) >= count and found,
                timeout_s=timeout_s,
            ),
        )

    def mails(self, address: str) -> list[EmailMessage]:
        """The mails in a mailbox, oldest first, as a mail program reads them."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=20) as session:
            session.login(address, PASSWORD)
            session.select("INBOX", readonly=True)
            numbers = session.search(None, "ALL")[1][0].split()
            raws = [session.fetch(each.decode(), "(RFC822)")[1][0][1] for each in numbers]  # type: ignore[index]
        return [cast(EmailMessage, message_from_bytes(bytes(raw), policy=default)) for raw in raws]  # type: ignore[arg-type]

    def try_again(self) -> None:
        """Have Postfix try at once what could not be delivered."""
        _run("postqueue", "-c", str(self._config), "-f")

    def is_idle(self) -> bool:
        """Whether everything that was taken is delivered."""
        return "is empty" in _run("postqueue", "-c", str(self._config), "-p")

    @property
    def _config(self) -> Path:
        return self.folder / "postfix"

    def _write_files(self) -> None:
        for each in ("spool", "data", "boxes", "run", "postfix"):
            (self.folder / each).mkdir()
        values = {
            "folder": self.folder, "run": self.folder / "run", "boxes": self.folder / "boxes", "name": self.folder.name,
            "password": PASSWORD, "imap": self.imap_port, "lmtp": self.lmtp_port, "smtp": self.smtp_port,
        }  # fmt: skip
        routes = [f"{domain} lmtp:inet:127.0.0.1:{port}" for domain, port in self.listeners.items()]
        files = {
            "dovecot.conf": DOVECOT.format(**values),
            "postfix/main.cf": MAIN_CF.format(**values),
            "postfix/master.cf": MASTER_CF.format(**values),
            "postfix/transport": "\n".join([*routes, "gone.example nobody:", ""]),
            "postfix/nobody": "exit 67\n",
            "postfix.log": "",
        }
        for name, content in files.items():
            (self.folder / name).write_text(content)
        shutil.chown(self.folder / "data", "postfix")
        shutil.chown(self.folder / "postfix.log", "postfix")
        shutil.chown(self.folder / "boxes", "mail", "mail")


@contextmanager
def post_office(listeners: dict[str, int]) -> Iterator[PostOffice]:
    """Both servers, until the block ends. Other users than root must reach the folder, so it is not pytest's."""
    needs.program("postfix", "postfix")
    needs.program("dovecot", "dovecot-imapd dovecot-lmtpd")
    if os.geteuid() != 0:
        needs.cannot_run("Postfix needs root")
    folder = Path(tempfile.mkdtemp(prefix="post-office-"))
    folder.chmod(0o755)
    office = PostOffice(folder, listeners)
    try:
        office.start()
        yield office
    finally:
        office.stop()
        shutil.rmtree(folder, ignore_errors=True)


def listens(port: int) -> bool:
    """Whether somebody answers at a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
    except OSError:
        return False
    return True


def _run(*words: str) -> str:
    """What a program printed. It goes into a file: what runs on in the background keeps a pipe open."""
    with tempfile.TemporaryFile("w+") as printed:
        done = subprocess.run(words, stdout=printed, stderr=printed, timeout=60, check=False)
        printed.seek(0)
        text = printed.read()
    assert done.returncode == 0, f"{' '.join(words)}: {text}"
    return text
