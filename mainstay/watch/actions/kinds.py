"""A monitor's address and settings as its kind wants them: checked, secrets sealed, what is usual left out."""

from datetime import timedelta
from typing import Any

from mainstay.common import sealed
from mainstay.common.addresses import AddressRefused, check_written, parse
from mainstay.watch.engine.steps import Spec
from mainstay.watch.models import Monitor
from mainstay.watch.probes import KINDS, Kind, Pointed, SettingsWrong, spec_of
from mainstay.watch.probes.heartbeat import rhythm_of
from mainstay.watch.rules.judge import vouch

TASK_NAME_MAX = 200


def address_of(kind: Kind, written: str, *, allow_private: bool = False) -> str:
    """The address in its one form, for a kind's way of pointing.

    Raises:
        AddressRefused: it is none of that form, or none that may be looked at.
    """
    text = written.strip()
    if kind.pointed is Pointed.NOTHING:
        return _name_of_task(text)
    if kind.pointed is Pointed.URL:
        found = parse(text)
        check_written(found, allow_private=allow_private)
        return found.url
    if "://" in text or "/" in text.rstrip("/"):
        raise AddressRefused("Here the name alone is wanted, without https:// and path")
    found = parse(f"http://{text.rstrip('/')}")
    check_written(found, allow_private=allow_private)
    has_port = text.rstrip("/").endswith(f":{found.port}")
    if kind.pointed is Pointed.HOST and has_port:
        raise AddressRefused("Here the name alone is wanted, without a port")
    host = f"[{found.host}]" if ":" in found.host else found.host
    return f"{host}:{found.port}" if has_port else host


def _name_of_task(text: str) -> str:
    if not text.isprintable() or not 1 <= len(text) <= TASK_NAME_MAX:
        raise AddressRefused(f"Here the name of the task is wanted, in one line of at most {TASK_NAME_MAX} characters")
    return text


def vouches_for(monitor: Monitor) -> timedelta:
    """How long one check of `monitor` speaks for the time after it."""
    if KINDS[monitor.kind].is_called:
        return rhythm_of(monitor.interval_seconds, monitor.settings).allowance
    return vouch(monitor.interval_seconds)


def settings_of(kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """The settings as they are kept.

    Raises:
        SettingsWrong: one is unknown or out of range.
    """
    read = kind.read(opened(kind, given))
    kept: dict[str, Any] = read.model_dump(mode="json", exclude_defaults=True)
    return {name: sealed.seal(value) if name in kind.secrets else value for name, value in kept.items()}


def opened(kind: Kind, kept: dict[str, Any]) -> dict[str, Any]:
    """The settings with their secrets open.

    Raises:
        SettingsWrong: a secret was sealed with another key.
    """
    try:
        return {name: sealed.unseal(str(value)) if name in kind.secrets else value for name, value in kept.items()}
    except sealed.CannotBeOpened as problem:
        raise SettingsWrong(kind.secrets[0], str(problem)) from problem


def opened_spec(kind: str, url: str, timeout_s: float, kept: dict[str, Any], *, allow_private: bool) -> Spec:
    """What is to be checked, from a monitor's own columns.

    Raises:
        SettingsWrong: the settings cannot be read.
    """
    return spec_of(kind, url, timeout_s, opened(KINDS[kind], kept), allow_private=allow_private)
