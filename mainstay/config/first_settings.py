"""The settings file of a new installation. It comes before everything else: Django reads it when it is set up."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mainstay.common.settings import Settings


class BeginningRefused(ValueError):
    """The agency cannot be set up like this; the message says why."""


@contextmanager
def written(settings: Settings, *, url: str, mail_url: str, support_address: str) -> Iterator[Path]:
    """Write `mainstay.toml` into the data folder. When the block fails it is gone again, so that one can try anew.

    Raises:
        BeginningRefused: there is one already, or a value is wrong.
    """
    path = settings.data / "mainstay.toml"
    values = _values(url=url, mail_url=mail_url, support_address=support_address)
    try:
        _write(path, values)
    except FileExistsError:
        raise BeginningRefused(f"{path} exists already: this installation was set up before") from None
    except OSError as problem:
        raise BeginningRefused(f"the settings cannot be written: {problem}") from problem
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_address(text: str) -> None:
    """Raise `BeginningRefused` for what is no e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        raise BeginningRefused(f"{text!r} is no e-mail address") from None


def _write(path: Path, values: dict[str, str | list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    text = "\n".join(["# Every setting is explained in docs/operate/settings.md.", *lines, ""])
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)


def _values(*, url: str, mail_url: str, support_address: str) -> dict[str, str | list[str]]:
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise BeginningRefused(f"{url!r} is no address: it looks like https://care.agency.example")
    values: dict[str, str | list[str]] = {"url": url.rstrip("/")}
    if mail_url:
        values["mail_url"] = mail_url
    if support_address:
        check_address(support_address)
        values["mail_from"] = support_address
        values["mail_addresses"] = [support_address]
    return values
