"""The settings of an installation, typed, from the environment and `mainstay.toml` in the data folder.

Every setting is an environment variable `MAINSTAY_<NAME>`; where it is unset, the same name in lower case in
`mainstay.toml` counts; where that is missing too, the default below. A secret may come from a file: the
variable `MAINSTAY_<NAME>_FILE` names it.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from mainstay.common import setting_forms as forms
from mainstay.common.crash_safe import write_whole

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class SettingWrong(ValueError):
    """A setting that cannot be used: the message names it and says what is expected."""


def setting(help_text: str, default: Any = "", form: forms.Check | None = None, *, may_be_empty: bool = True) -> Any:
    """A field of `Settings` with its one-line explanation, which the documentation must repeat.

    Args:
        help_text: the explanation.
        default: what counts where nothing is set.
        form: looks at a text or number that is set, and at each part of a list.
        may_be_empty: whether an empty text is a value.
    """
    metadata = {"help": help_text, "form": form, "may_be_empty": may_be_empty}
    if isinstance(default, tuple):
        return field(default_factory=lambda: default, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one installation. Times are in seconds unless the name says otherwise."""

    data: Path = setting("Folder that holds the database, files and secrets.", Path("data"))
    database_url: str = setting("Database: sqlite:///path or postgres://user:password@host/name.")
    url: str = setting(
        "Public address of this installation, used in links of mails.",
        "http://127.0.0.1:8000",
        forms.web_address,
        may_be_empty=False,
    )
    allowed_hosts: tuple[str, ...] = setting("Further host names that the site answers to.", (), forms.host_names)
    trusted_proxies: int = setting(
        "How many proxies in front of the site are trusted to name the visitor.", 0, forms.whole_number(0)
    )
    debug: bool = setting("Show errors in full. Never outside development.", False)
    demo: bool = setting("This is the demo world: demo accounts and breakable websites exist.", False)
    secret_key: str = setting(
        "Key for signatures. Made and kept in the data folder when unset.", "", forms.length(32, 1000)
    )
    sealing_keys: str = setting(
        "File of the keys that kept secrets are sealed with; sealing.keys in the data folder when unset."
    )
    trail_days: int = setting(
        "Days for which the record keeps network addresses and values before and after; facts stay. 0 for ever.",
        400,
        forms.whole_number(0),
    )
    people_days: int = setting(
        "Days after which what is personal of people who left, and belong nowhere, is erased. 0 for never.",
        0,
        forms.whole_number(0),
    )
    web_listen: str = setting(
        "Address and port that the site listens on.", "127.0.0.1:8000", forms.listening, may_be_empty=False
    )
    web_workers: int = setting("Processes that serve the site, best as many as processors.", 2, forms.whole_number(1))
    web_threads: int = setting("Threads of each process that serves the site.", 4, forms.whole_number(1))
    mail_url: str = setting(
        "Outgoing mail: smtp://user:password@host:port, smtps://, console: or file:/folder.",
        "console:",
        forms.way_out,
        may_be_empty=False,
    )
    mail_from: str = setting(
        "Sender of outgoing mail.", "Mainstay <support@localhost>", forms.sender, may_be_empty=False
    )
    dkim_key: str = setting(
        "Private key (RSA, PEM) with which outgoing mail is signed (DKIM); empty for none.", "", forms.private_key
    )
    dkim_selector: str = setting(
        "Selector of that key: its public half stands in the name service at <selector>._domainkey.<domain>.",
        "mainstay",
        forms.selector,
        may_be_empty=False,
    )
    dkim_domain: str = setting("Domain that signs; empty for the sender's own.", "", forms.domain_name)
    mail_listen: str = setting(
        "Address and port of the incoming SMTP listener; empty for none.", "127.0.0.1:2525", forms.listening
    )
    mail_protocol: str = setting(
        "What the incoming listener speaks: smtp or lmtp.", "smtp", forms.one_of("smtp", "lmtp"), may_be_empty=False
    )
    mail_addresses: tuple[str, ...] = setting(
        "Addresses at which the desk takes mail in.", ("support@localhost",), forms.mail_addresses
    )
    mail_authserv_ids: tuple[str, ...] = setting(
        "Names that our mail servers write into Authentication-Results: their word on senders counts; empty for none.",
        (),
        forms.server_names,
    )
    mail_size_limit: int = setting("Largest incoming message in bytes.", 50 * 1024 * 1024, forms.whole_number(1024))
    imap_url: str = setting(
        "A mailbox to read: imaps://user:password@host:port/INBOX; further ones are kept in the console.",
        "",
        forms.mailbox,
    )
    imap_interval: int = setting(
        "Seconds between two looks into a mailbox whose server does not tell of news.", 30, forms.whole_number(1)
    )
    watch_place: str = setting(
        "Name of the place that this prober stands at.", "local", forms.length(1, 40), may_be_empty=False
    )
    watch_prober: str = setting(
        "Name of this prober, as `mainstay probers add` was given it; where there are many machines.",
        "",
        forms.short_name,
    )
    watch_ca_file: str = setting("File of further certificate authorities that the prober trusts.")
    watch_canaries: tuple[str, ...] = setting(
        "What hardly ever fails (https://… or host:port, two or more): when all of it fails, the prober is at fault.",
        (),
        forms.canary,
    )
    watch_allow_private: bool = setting("Administrators may allow private addresses for a monitor.", True)
    nats_url: tuple[str, ...] = setting(
        "Message servers between probers and the centre: tls://host:4222; empty where one machine does everything.",
        (),
        forms.message_server,
    )
    nats_ca_file: str = setting("File of the certificate authority that the message server's certificate is from.")
    nats_credential: str = setting("Key with which this machine signs in at the message server.", "", forms.nkey)
    nats_users_file: str = setting(
        "File that `mainstay probers` keeps for the message server: who may sign in, and what each may do."
    )
    evidence_bucket: str = setting(
        "S3-compatible storage that the day files of checks go to, as s3://bucket/prefix; empty for the data folder.",
        "",
        forms.bucket,
    )
    evidence_endpoint: str = setting(
        "Address of that storage, as https://s3.agency.example; empty for Amazon's.", "", forms.web_address
    )
    evidence_region: str = setting("Region of the bucket; most other storage takes any.", "us-east-1")
    evidence_key: str = setting("Access key of that storage.")
    evidence_secret: str = setting("Secret of the access key.")
    timestamp_url: str = setting(
        "Time-stamping authority (RFC 3161) that is asked once a day to stamp the sealed log's head; empty for none.",
        "",
        forms.called_address,
    )
    timestamp_roots: str = setting(
        "PEM file of the certificates of that authority, or of those above it, that are believed."
    )
    dead_man_url: str = setting(
        "Called every minute while Mainstay is well; what is there raises the alarm when no call comes.",
        "",
        forms.called_address,
    )
    registration: bool = setting(
        "Anybody may make an account by mail; it opens nothing until access is given. No: people are invited only.",
        True,
    )
    second_factor: bool = setting(
        "Whoever must have a second factor sets it up before anything of a client is shown. No: it is only judged.",
        True,
    )
    sleeping_days: int = setting(
        "Days without a sign-in after which an account is closed; a fortnight before, its owner is told. 0 for never.",
        180,
        forms.whole_number(0),
    )
    public_policy: bool = setting("Show the policy with its usual terms to everybody, at /policy/.", True)
    chromium: str = setting("Path of the Chromium program.", "/usr/bin/chromium")
    log_format: str = setting(
        "Format of the log: auto, human or json.", "auto", forms.one_of("auto", "human", "json"), may_be_empty=False
    )


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        SettingWrong: a value has the wrong form, or the file holds a name that is no setting.
    """
    data = Path(environ.get("MAINSTAY_DATA") or "data").absolute()
    from_file = _read_file(data / "mainstay.toml")
    values: dict[str, Any] = {"data": data}
    for each in fields(Settings):
        if each.name == "data":
            continue
        raw = _raw(each.name, environ, from_file)
        if raw is not None:
            values[each.name] = _convert(each.name, each.type, raw)
            _check_form(each, values[each.name])
    settings = Settings(**values)
    return _with_defaults(settings, values)


def secret_key_of(settings: Settings) -> str:
    """The key for signatures: the setting, else one that is made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / "secret.key"
    try:
        if not path.exists():
            _make_secret_key(path)
        key = path.read_text().strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingWrong(f"MAINSTAY_DATA: the data folder cannot be used: {problem}") from problem
    if not key:
        raise SettingWrong(f"{path} is empty: put the key back from a backup, or remove the file to get a new one")
    return key


def _make_secret_key(path: Path) -> None:
    """Make the key, whole or not at all; of several processes that begin at once, one makes it for all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        write_whole(draft, secrets.token_urlsafe(48).encode())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _with_defaults(settings: Settings, values: dict[str, Any]) -> Settings:
    if settings.database_url:
        return settings
    return Settings(**{**values, "database_url": f"sqlite:///{settings.data / 'mainstay.sqlite3'}"})


def _read_file(path: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise SettingWrong(f"MAINSTAY_DATA: {path} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise SettingWrong(f"{path} is not valid TOML: {problem}") from problem
    unknown = sorted(set(content) - {each.name for each in fields(Settings)})
    if unknown:
        raise SettingWrong(f"{path} holds unknown settings: {', '.join(unknown)}")
    return content


def _raw(name: str, environ: Mapping[str, str], from_file: Mapping[str, Any]) -> Any:
    key = f"MAINSTAY_{name.upper()}"
    if key in environ:
        return environ[key]
    if f"{key}_FILE" in environ:
        try:
            return Path(environ[f"{key}_FILE"]).read_text().strip()
        except (OSError, ValueError) as problem:
            raise SettingWrong(f"{key}_FILE cannot be read: {problem}") from problem
    return from_file.get(name)


def _convert(name: str, kind: Any, raw: Any) -> Any:
    if kind is bool:
        return _boolean(name, raw)
    if kind is int:
        return _integer(name, raw)
    if kind == tuple[str, ...]:
        return _list(name, raw)
    if not isinstance(raw, str):
        raise SettingWrong(f"MAINSTAY_{name.upper()} must be text, not {raw!r}")
    return raw.strip()


def _check_form(each: Field[Any], value: Any) -> None:
    """Refuse what has the right kind and cannot be used all the same. The value may be a secret, and is not told."""
    form: forms.Check | None = each.metadata["form"]
    for part in value if isinstance(value, tuple) else (str(value),):
        problem = form(part) if form and part else ""
        if not part and not each.metadata["may_be_empty"]:
            problem = "must not be empty"
        if problem:
            raise SettingWrong(f"MAINSTAY_{each.name.upper()} {problem}")


def _integer(name: str, raw: Any) -> int:
    wrong = SettingWrong(f"MAINSTAY_{name.upper()} must be a whole number, not {raw!r}")
    if not isinstance(raw, str) and type(raw) is not int:
        raise wrong
    try:
        return int(raw)
    except ValueError:
        raise wrong from None


def _list(name: str, raw: Any) -> tuple[str, ...]:
    parts = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise SettingWrong(f"MAINSTAY_{name.upper()} must be a list of texts, not {raw!r}")
    return tuple(part.strip() for part in parts if part.strip())


def _boolean(name: str, raw: Any) -> bool:
    word = str(raw).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise SettingWrong(f"MAINSTAY_{name.upper()} must be yes or no, not {raw!r}")
