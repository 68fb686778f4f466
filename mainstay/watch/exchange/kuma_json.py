"""The backup of Uptime Kuma 1: JSON with its monitors, notifications and proxies. Pure."""

import json
from typing import Any

from mainstay.watch.exchange import kuma
from mainstay.watch.exchange.draft import FileRefused, Gathering, Reading

PRODUCT = "Uptime Kuma 1 (backup)"
BESIDE = {
    "notificationList": ("notifications", "alerts follow the rules of the client here"),
    "proxyList": ("proxies", "here websites are looked at directly"),
}


def holds(value: Any) -> bool:
    """Whether JSON is such a backup."""
    return isinstance(value, dict) and "monitorList" in value


def parse(data: bytes) -> Any:
    """The JSON of a file. Raises `FileRefused` where it is none."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FileRefused("It is no text in UTF-8.") from None
    except (ValueError, RecursionError):
        raise FileRefused("It cannot be read as JSON.") from None


def read(data: bytes) -> Reading:
    """The monitors of a backup.

    Raises:
        FileRefused: it is none.
    """
    return read_value(parse(data))


def read_value(value: Any) -> Reading:
    """The monitors of a backup that was parsed. Raises as `read`."""
    if not holds(value):
        raise FileRefused("It is no backup of Uptime Kuma: it holds no monitorList.")
    monitors = value["monitorList"]
    if isinstance(monitors, dict):
        monitors = list(monitors.values())
    if not isinstance(monitors, list):
        raise FileRefused("Its monitorList is no list.")
    gathering = Gathering(PRODUCT)
    for key, (what, why) in BESIDE.items():
        if isinstance(value.get(key), list) and value[key]:
            gathering.remark(f"{len(value[key])} {what}", why)
    kuma.gather(gathering, monitors)
    return gathering.reading()
