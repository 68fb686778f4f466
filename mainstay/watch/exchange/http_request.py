"""What all readers make of a request over HTTP: its headers, how it signs in, statuses, names and domains. Pure."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from mainstay.watch.exchange.draft import NotTaken, Sketch
from mainstay.watch.probes.http import NOT_TO_BE_SET, STATUS_MAX, STATUS_MIN

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REDIRECTS_HERE = 5
DIFFERENT_CERTIFICATE = "here a certificate is always checked; add it by hand where the certificate is good"
SLOW_IS_DEGRADED = "it is kept as slow from then on, which here makes a website degraded and never down"
DAYS_ARE_DEGRADED = "it is kept as days left, which here makes a website degraded and never down"
SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "ltd", "me", "net", "nhs", "org", "plc", "sch"})


def method_of(given: str) -> str:
    """The method. Raises `NotTaken` where it is none that can be asked with."""
    method = (given or "GET").strip().upper()
    if method not in METHODS:
        raise NotTaken(f"method {method[:20]}", f"here there are {', '.join(sorted(METHODS))}")
    return method


def with_body(settings: dict[str, Any], body: str) -> None:
    """Put the body in. Raises `NotTaken` where the method sends none."""
    if not body:
        return
    if settings["method"] in ("GET", "HEAD"):
        raise NotTaken("body", f"with the method {settings['method']} no body is sent here")
    settings["body"] = body


def with_headers(settings: dict[str, Any], pairs: Iterable[tuple[str, str]]) -> None:
    """Put the headers in; a sign-in that is written as a header becomes one.

    Raises:
        NotTaken: without one that cannot be set, something else would be asked for.
    """
    lines: list[str] = []
    for name, value in pairs:
        if name.lower() == "authorization":
            _sign_in(settings, value.strip())
        elif name.lower() in NOT_TO_BE_SET:
            raise NotTaken(f"header {name}", "it cannot be set here, and without it something else is asked for")
        else:
            lines.append(f"{name}: {value}".strip())
    if lines:
        settings["headers"] = lines


def _sign_in(settings: dict[str, Any], value: str) -> None:
    scheme, _, rest = value.partition(" ")
    for each in ("bearer", "basic_user", "basic_password"):
        settings.pop(each, None)
    if scheme.lower() == "bearer" and rest.strip():
        settings["bearer"] = rest.strip()
        return
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            raise NotTaken("header Authorization", "its user name and password cannot be read") from None
        settings |= {"basic_user": user, "basic_password": password}
        return
    raise NotTaken("header Authorization", "here there is basic authentication and a bearer token")


def header_pairs(given: Any) -> list[tuple[str, str]]:
    """The headers of a mapping. Raises `NotTaken` where a value is no text."""
    if not given:
        return []
    if not isinstance(given, dict):
        raise NotTaken("headers", "they cannot be read")
    found = []
    for name, value in given.items():
        if not isinstance(name, str) or not isinstance(value, (str, int, float)):
            raise NotTaken("headers", "they cannot be read")
        found.append((name.strip(), str(value)))
    return found


def ranges(statuses: Iterable[int]) -> list[list[int]]:
    """Statuses as ranges: 200, 201, 202, 404 are 200-202 and 404. What is no status is left out."""
    found: list[list[int]] = []
    for status in sorted(set(statuses)):
        if not STATUS_MIN <= status <= STATUS_MAX:
            continue
        if found and found[-1][1] == status - 1:
            found[-1][1] = status
        else:
            found.append([status, status])
    return found


def note_redirects(sketch: Sketch, allowed: int, usual: int) -> str:
    """Whether redirects are followed; another number of them than is usual there is noted."""
    if allowed == 0:
        return "stop"
    if allowed not in (usual, REDIRECTS_HERE):
        sketch.note(f"{allowed} redirects", f"up to {REDIRECTS_HERE} are followed here")
    return "follow"


def host_port(host: str, port: int | None = None) -> str:
    """`name:port`, or the name alone; an address of IPv6 in brackets."""
    name = f"[{host.strip('[]')}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"


def server_of(url: str) -> str:
    """`name:port` of the server that an address of https points at; empty for none."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        return ""
    return host_port(parts.hostname, port) if parts.scheme.lower() == "https" and parts.hostname else ""


def host_of(url: str) -> str:
    """The name in an address, with or without scheme and port; empty for none."""
    try:
        return urlsplit(url if "://" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""


def registered_domain(host: str) -> str:
    """The part of a name that is registered, where that is beyond doubt; else empty."""
    labels = host.lower().strip(".").removeprefix("www.").split(".")
    needed = 3 if len(labels) > 1 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 2
    is_name = all(labels) and not labels[-1].isdigit() and ":" not in host
    return ".".join(labels) if len(labels) == needed and is_name else ""


def watch_domain(sketch: Sketch, host: str, days: int, what: str) -> None:
    """A second check for the registration of the domain; where it is not known which that is, a note."""
    if domain := registered_domain(host):
        sketch.become("domain", domain, {"days_left_min": min(days, 365)}, suffix=": domain")
    else:
        sketch.note(
            what, "the file does not say which part of the name is registered: add a check of the domain by hand"
        )
