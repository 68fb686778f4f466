"""The settings file of a new installation. It comes before everything else: Django reads it when it is set up."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mainstay.common.crash_safe import write_whole
from mainstay.common.setting_forms import way_out
from mainstay.common.settings import Settings


class BeginningRefused(ValueError):
    """The agency cannot be set up like this; the message says why."""


@contextmanager
def written(settings: Settings, *, url: str, mail_url: str, support_address: str) -> Iterator[Path]:
    """Write `mainstay.toml` into the data folder, or add to the one that is there.

    When the block fails the file is as it was, so that one can try anew.

    Raises:
        BeginningRefused: a value is wrong, or the file says otherwise already.
    """
    path = settings.data / "mainstay.toml"
    values = _values(url=url, mail_url=mail_url, support_address=support_address)
    try:
        before = _read(path)
        _write(path, before, _missing(path, before, values))
    except OSError as problem:
        raise BeginningRefused(f"the settings cannot be written: {problem}") from problem
    try:
        yield path
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            write_whole(path, before.encode())
        raise


def check_address(text: str) -> None:
    """Raise `BeginningRefused` for what is no e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        raise BeginningRefused(f"{text!r} is no e-mail address") from None


def _read(path: Path) -> str | None:
    """What a person, or a beginning that was cut off, has left there."""
    return path.read_text(encoding="utf-8") if path.exists() else None


def _missing(path: Path, before: str | None, values: dict[str, Any]) -> dict[str, Any]:
    """Those of `values` that the file does not hold yet."""
    there = tomllib.loads(before or "")
    for name, value in values.items():
        if there.get(name, value) != value:
            raise BeginningRefused(
                f"{path} has another {name} already: this installation was set up before, or the line must go"
            )
    return {name: value for name, value in values.items() if name not in there}


def _write(path: Path, before: str | None, values: dict[str, Any]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    head = "# Every setting is explained in docs/operate/settings.md." if before is None else before.rstrip("\n")
    write_whole(path, "\n".join([head, *lines, ""]).encode())


def _values(*, url: str, mail_url: str, support_address: str) -> dict[str, Any]:
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise BeginningRefused(f"{url!r} is no address: it looks like https://care.agency.example")
    values: dict[str, Any] = {"url": url.rstrip("/")}
    if mail_url:
        if problem := way_out(mail_url):
            raise BeginningRefused(f"--mail-url {problem}")
        values["mail_url"] = mail_url
    if support_address:
        check_address(support_address)
        values["mail_from"] = support_address
        values["mail_addresses"] = [support_address]
    return values
