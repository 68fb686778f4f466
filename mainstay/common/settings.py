"""The settings of an installation, typed, from the environment and `mainstay.toml` in the data folder.

Every setting is an environment variable `MAINSTAY_<NAME>`; where it is unset, the same name in lower case in
`mainstay.toml` counts; where that is missing too, the default below. A secret may come from a file: the
variable `MAINSTAY_<NAME>_FILE` names it.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class SettingWrong(ValueError):
    """A setting that cannot be used: the message names it and says what is expected."""


def setting(help_text: str, default: Any = "") -> Any:
    """A field of `Settings` with its one-line explanation, which the documentation must repeat."""
    if isinstance(default, tuple):
        return field(default_factory=lambda: default, metadata={"help": help_text})
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one installation. Times are in seconds unless the name says otherwise."""

    data: Path = setting("Folder that holds the database, files and secrets.", Path("data"))
    database_url: str = setting("Database: sqlite:///path or postgres://user:password@host/name.")
    url: str = setting("Public address of this installation, used in links of mails.", "http://127.0.0.1:8000")
    allowed_hosts: tuple[str, ...] = setting("Further host names that the site answers to.", ())
    trusted_proxies: int = setting("How many proxies in front of the site are trusted to name the visitor.", 0)
    debug: bool = setting("Show errors in full. Never outside development.", False)
    demo: bool = setting("This is the demo world: demo accounts and breakable websites exist.", False)
    secret_key: str = setting("Key for signatures. Made and kept in the data folder when unset.")
    web_listen: str = setting("Address and port that the site listens on.", "127.0.0.1:8000")
    web_workers: int = setting("Processes that serve the site.", 1)
    web_threads: int = setting("Threads of each process that serves the site.", 4)
    mail_url: str = setting(
        "Outgoing mail: smtp://user:password@host:port, smtps://, console: or file:/folder.", "console:"
    )
    mail_from: str = setting("Sender of outgoing mail.", "Mainstay <support@localhost>")
    mail_listen: str = setting("Address and port of the incoming SMTP listener; empty for none.", "127.0.0.1:2525")
    mail_protocol: str = setting("What the incoming listener speaks: smtp or lmtp.", "smtp")
    mail_addresses: tuple[str, ...] = setting("Addresses at which the desk takes mail in.", ("support@localhost",))
    mail_size_limit: int = setting("Largest incoming message in bytes.", 50 * 1024 * 1024)
    imap_url: str = setting("Mailbox to read: imaps://user:password@host:port/INBOX; empty for none.")
    imap_interval: int = setting("Seconds between two looks into the mailbox.", 30)
    watch_place: str = setting("Name of the place that this prober stands at.", "local")
    watch_ca_file: str = setting("File of further certificate authorities that the prober trusts.")
    watch_allow_private: bool = setting("Administrators may allow private addresses for a monitor.", True)
    chromium: str = setting("Path of the Chromium program.", "/usr/bin/chromium")
    log_format: str = setting("Format of the log: auto, human or json.", "auto")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings.

    Raises:
        SettingWrong: a value has the wrong form, or the file holds a name that is no setting.
    """
    data = Path(environ.get("MAINSTAY_DATA", "data")).absolute()
    from_file = _read_file(data / "mainstay.toml")
    values: dict[str, Any] = {"data": data}
    for each in fields(Settings):
        if each.name == "data":
            continue
        raw = _raw(each.name, environ, from_file)
        if raw is not None:
            values[each.name] = _convert(each.name, each.type, raw)
    settings = Settings(**values)
    return _with_defaults(settings, values)


def secret_key_of(settings: Settings) -> str:
    """The key for signatures: the setting, else one that is made once and kept in the data folder."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return _make_secret_key(path)
    except OSError as problem:
        raise SettingWrong(f"MAINSTAY_DATA: the data folder cannot be used: {problem}") from problem


def _make_secret_key(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(key)
    except FileExistsError:
        if path.is_file():
            return path.read_text().strip()
        raise SettingWrong(f"MAINSTAY_DATA: {path.parent} is no folder") from None
    except OSError as problem:
        raise SettingWrong(f"MAINSTAY_DATA: the data folder cannot be made: {problem}") from problem
    return key


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
    except tomllib.TOMLDecodeError as problem:
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
        except OSError as problem:
            raise SettingWrong(f"{key}_FILE cannot be read: {problem}") from problem
    return from_file.get(name)


def _convert(name: str, kind: Any, raw: Any) -> Any:
    if kind is bool:
        return _boolean(name, raw)
    if kind is int:
        try:
            return int(raw)
        except (TypeError, ValueError):
            raise SettingWrong(f"MAINSTAY_{name.upper()} must be a whole number, not {raw!r}") from None
    if kind == tuple[str, ...]:
        parts = raw.split(",") if isinstance(raw, str) else raw
        return tuple(part.strip() for part in parts if part.strip())
    if not isinstance(raw, str):
        raise SettingWrong(f"MAINSTAY_{name.upper()} must be text, not {raw!r}")
    return raw


def _boolean(name: str, raw: Any) -> bool:
    word = str(raw).strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise SettingWrong(f"MAINSTAY_{name.upper()} must be yes or no, not {raw!r}")
