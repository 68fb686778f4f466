"""What the person has set for pip, said again for uv.

uv reads none of pip's settings. Whoever has set an index, a folder of wheels, a certificate or a proxy for pip
means it for this project too; what is set for uv itself wins.
"""

from __future__ import annotations

import ast
import os
import subprocess

SECTIONS = ("global", "install", ":env:")
"""pip's sections that hold for an installation; a later one overrides an earlier one."""

FOR_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
}
SEPARATORS = {"UV_FIND_LINKS": ","}
TRUE_WORDS = {"1", "true", "yes", "on"}


def read(python: str) -> dict[str, str]:
    """pip's settings by name, as `python -m pip` finds them in its files and in the environment."""
    done = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    return parse(done.stdout)


def parse(listing: str) -> dict[str, str]:
    """The settings that `pip config list` prints, one a line: global.index-url='…'."""
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listing.splitlines():
        key, equals, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if equals and section in found:
            found[section][name] = str(ast.literal_eval(value))
    return {name: value for section in SECTIONS for name, value in found[section].items()}


def for_uv(settings: dict[str, str], environ: dict[str, str]) -> dict[str, str]:
    """The environment for uv that says the same as pip's `settings`, as far as `environ` does not say it already."""
    said: dict[str, str] = {}
    for name, variable in FOR_UV.items():
        words = settings.get(name, "").split()
        if words:
            said[variable] = SEPARATORS.get(variable, " ").join(words)
    if settings.get("no-index", "").lower() in TRUE_WORDS:
        said["UV_NO_INDEX"] = "1"
    if "UV_INDEX" in said:
        said["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does; the hashes say which file is meant
    return {variable: value for variable, value in said.items() if variable not in environ}


def environment(python: str, *, for_locking: bool = False) -> dict[str, str]:
    """The whole environment that uv is started with.

    A lock must hold the hashes of what everybody gets, so `for_locking` leaves this machine's own wheels out.
    """
    settings = read(python)
    if for_locking:
        settings = {name: value for name, value in settings.items() if name not in ("extra-index-url", "find-links")}
    return {**os.environ, **for_uv(settings, dict(os.environ))}
