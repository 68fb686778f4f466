"""Monitors from other products' files, and our own file of them. Bytes in, drafts and what is left out of them out.

Nothing here knows the database or the network. `read` finds out by itself what a file is.
"""

from mainstay.watch.exchange import gatus, kuma_json, kuma_sqlite, ours, upptime, yaml_text
from mainstay.watch.exchange.draft import Draft, FileRefused, LeftOut, Reading

PRODUCTS = (kuma_json.PRODUCT, kuma_sqlite.PRODUCT, gatus.PRODUCT, upptime.PRODUCT, ours.PRODUCT)
JSON_BYTES_MAX = 20_000_000
OF_YAML = (ours, gatus, upptime)


def read(data: bytes) -> Reading:
    """The monitors that a file holds.

    Raises:
        FileRefused: it is none of those that can be read.
    """
    if not data.strip():
        raise FileRefused("It is empty.")
    if data.startswith(kuma_sqlite.MAGIC):
        return kuma_sqlite.read(data)
    if len(data) > JSON_BYTES_MAX:
        raise FileRefused(f"It is larger than {JSON_BYTES_MAX // 1_000_000} MB.")
    if b'"monitorList"' in data and data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return kuma_json.read(data)
    value = yaml_text.load(data)
    reader = next((each for each in OF_YAML if each.holds(value)), None)
    if reader is None:
        raise FileRefused(
            "It is none of these: a backup or database of Uptime Kuma, YAML of Gatus, Upptime or Mainstay."
        )
    return reader.read_value(value)


__all__ = ["PRODUCTS", "Draft", "FileRefused", "LeftOut", "Reading", "read"]
