"""`mainstay check`: one look of any kind, as the prober does it, with the exit status of the monitoring plugins."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.config.cli.mistake import Mistake

if TYPE_CHECKING:
    from mainstay.watch.probes import Kind

STATUS = {"up": 0, "degraded": 1, "down": 2, "unknown": 3}
"""OK, WARNING, CRITICAL and UNKNOWN of the Monitoring Plugins Development Guidelines."""

PHASES = ("name", "connect", "tls", "first byte", "body")
ASK = "-"
"""Given for a secret: it is read from standard input, so that no list of processes shows it."""


def check(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ADDRESS",
            help="What to look at, as https://www.example.org/ or mail.example.org:465, with options of the kind.",
        ),
    ] = None,
    *,
    kind: Annotated[str, typer.Option("--kind", help="What kind of check; --options lists them.")] = "http",
    options: Annotated[bool, typer.Option("--options", help="List the kinds, and the options of this one.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the observation as JSON.")] = False,
    allow_private: Annotated[
        bool, typer.Option(help="Look at private and loopback addresses too, as a monitor with that permission does.")
    ] = True,
    timeout_s: Annotated[
        float, typer.Option("--timeout", min=0.1, max=300, help="Seconds to wait for an answer.")
    ] = 10.0,
) -> None:
    """Look once, as the prober does, and print what it saw. Status 0: up, 1: degraded, 2: down, 3: unknown."""
    from mainstay.config.cli import processes  # late: the command line starts without Django

    processes.set_up()
    found = _kind(kind)
    if options:
        typer.echo(_listed(found))
        return
    address, given = _read(found, words or [])
    described = _look(found, address, timeout_s, allow_private=allow_private, given=given)
    typer.echo(json.dumps(described, indent=1) if as_json else _human(described))
    raise typer.Exit(STATUS[described["state"]])


def _kind(key: str) -> "Kind":
    from mainstay.watch.probes import KINDS

    kinds = {each.key: each for each in KINDS.values() if not each.is_called}
    if key not in kinds:
        raise Mistake(f"there is no kind of check {key!r}; there are {', '.join(kinds)}")
    return kinds[key]


def _look(kind: "Kind", address: str, timeout_s: float, *, allow_private: bool, given: dict[str, Any]) -> Any:
    from mainstay.common.addresses import AddressRefused  # late: Django must be set up first
    from mainstay.watch.actions.kinds import address_of
    from mainstay.watch.engine.trust import TrustFileWrong
    from mainstay.watch.observe import describe, observe
    from mainstay.watch.probes import SettingsWrong

    try:
        there = address_of(kind, address, allow_private=True)  # the probe itself says what it may not look at
        seen = observe(there, kind=kind.key, timeout_s=timeout_s, allow_private=allow_private, probe_settings=given)
    except (AddressRefused, TrustFileWrong) as problem:
        raise Mistake(str(problem)) from problem
    except SettingsWrong as problem:
        option = f"--{problem.field.replace('_', '-')}: " if problem.field else ""
        raise Mistake(f"{option}{str(problem).rstrip('.')}") from problem
    return describe(seen, kind.key)


def _read(kind: "Kind", words: list[str]) -> tuple[str, dict[str, Any]]:
    """The address among `words`, and the settings that the other words give; what is given twice is a list."""
    from mainstay.watch.web.kind_fields import is_switch, read_words  # late: as above

    addresses: list[str] = []
    given: dict[str, list[str]] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            addresses.append(word)
            continue
        name, equals, value = word.partition("=")
        key = _known(kind, name)
        if not equals and not is_switch(kind, key):
            value = rest.pop(0) if rest else ""
        if key in kind.secrets and value == ASK:
            value = typer.prompt(key.replace("_", " ").capitalize(), hide_input=True)
        given.setdefault(key, []).append(value)
    if len(addresses) != 1:
        missing = "Missing argument 'address'" if not addresses else f"One address, not {' and '.join(addresses)}"
        raise Mistake(f"{missing}: see mainstay check --help")
    try:
        return addresses[0], read_words(kind, given)
    except ValueError as problem:
        raise Mistake(str(problem)) from problem


def _known(kind: "Kind", name: str) -> str:
    """The setting that the option `name` sets."""
    key = name.removeprefix("--").replace("-", "_")
    if key not in kind.settings.model_fields:
        raise Mistake(f"No such option: {name}: see mainstay check --kind {kind.key} --options")
    return key


def _listed(kind: "Kind") -> str:
    """The kinds, and what can be set for one of them."""
    from mainstay.watch.probes import KINDS

    lines = ["Kinds of check:"]
    lines += [f"  {each.key:<10} {each.explanation}" for each in KINDS.values() if not each.is_called]
    lines.append(f"Options of {kind.key}:")
    for name, info in kind.settings.model_fields.items():
        told = f"{info.title}. {info.description or ''}".strip()
        secret = f" Give {ASK} to enter it unseen." if name in kind.secrets else ""
        lines.append(f"  --{name.replace('_', '-'):<18} {told}{secret}")
    return "\n".join(lines)


def _human(described: dict[str, Any]) -> str:
    """The sentence first, then what stands behind it; what was not reached is left out."""
    lines = [f"{described['state'].upper()}: {described['sentence']}", f"code         {described['code']}"]
    shown = {"status": "status", "address": "address", "certificate_ends_at": "certificate ends"}
    lines += [f"{label:<12} {described[key]}" for key, label in shown.items() if described[key]]
    times = {name: described[f"{name.replace(' ', '_')}_ms"] for name in PHASES}
    lines += [f"{name:<12} {spent} ms" for name, spent in times.items() if spent]
    return "\n".join([*lines, f"total        {described['total_ms']} ms"])
