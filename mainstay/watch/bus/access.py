"""Who may sign in at the message server, and what each may do there: the file that its configuration includes."""

import json
from collections.abc import Iterable
from pathlib import Path

from mainstay.common.crash_safe import write_whole
from mainstay.common.settings import Settings, SettingWrong
from mainstay.watch.bus import subjects
from mainstay.watch.bus.credential import Credential, CredentialWrong
from mainstay.watch.bus.link import Link
from mainstay.watch.bus.subjects import Sender
from mainstay.watch.models import RemoteProber

CENTRE_KEY = "nats-centre.nkey"
HEADER = "# Written by `mainstay probers`; what is changed here is lost. Reload the server after each change.\n"


def credential_of(settings: Settings) -> Credential:
    """The key of this machine: the setting, else the centre's own, made once and kept in the data folder.

    Raises:
        SettingWrong: it cannot be used.
    """
    path = settings.data / CENTRE_KEY
    try:
        if not settings.nats_credential and not path.exists():
            write_whole(path, Credential.new().seed.encode())
        found = Credential(settings.nats_credential or path.read_text().strip())
        found.public_key  # noqa: B018 - a damaged key is told at the start
    except OSError as problem:
        raise SettingWrong(f"{path} cannot be used: {problem.strerror}") from problem
    except CredentialWrong as problem:
        raise SettingWrong(f"MAINSTAY_NATS_CREDENTIAL: {problem}") from problem
    return found


def link_of(settings: Settings, credential: Credential, name: str, inbox: str = "_INBOX") -> Link:
    """The way to the message server of an installation."""
    return Link(settings.nats_url, credential, name, settings.nats_ca_file, inbox)


def users_file(centre: Credential, probers: Iterable[RemoteProber]) -> str:
    """The users as the server reads them: the centre may do everything, a prober what is its own."""
    users = [{"nkey": centre.public_key}]
    lines = [f"  {json.dumps(user)}  # the centre and its judges" for user in users]
    for each in probers:
        sender = Sender(each.place, each.name)
        permissions = {
            "publish": {"allow": subjects.may_publish(sender)},
            "subscribe": {"allow": subjects.may_hear(sender)},
        }
        lines.append(f"  {json.dumps({'nkey': each.public_key, 'permissions': permissions})}  # {sender}")
    return HEADER + "authorization { users = [\n" + "\n".join(lines) + "\n] }\n"


def write_users(path: Path, centre: Credential) -> int:
    """Write the file, whole or not at all, and readable for the server's group. Returns how many probers are in it."""
    probers = list(RemoteProber.objects.filter(withdrawn_at__isnull=True))
    write_whole(path, users_file(centre, probers).encode())
    path.chmod(0o644)  # public keys and subjects: nothing in it is secret
    return len(probers)
