"""The table of commands. Each group of commands has a file of its own."""

from collections.abc import Callable

import typer

from mainstay.config.cli import (
    accounts,
    checking,
    desk,
    evidence,
    keeping,
    keys,
    letters,
    monitors,
    past,
    probers,
    processes,
    starting,
    tools,
    upkeep,
)

app = typer.Typer(
    name="mainstay",
    help="Keeps a website support and maintenance policy, and proves that it was kept.",
    add_completion=False,
    pretty_exceptions_enable=False,
)

_TABLE: dict[str, Callable[..., None]] = {
    "serve": processes.serve,
    "web": processes.web,
    "watch": processes.watch,
    "judge": processes.judge,
    "work": processes.work,
    "demo": starting.demo,
    "init": starting.init,
    "check": checking.check,
    "report": tools.report,
    "ledger": past.ledger,
    "verify": evidence.verify,
    "doctor": tools.doctor,
    "lost-device": accounts.lost_device,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "upgrade": keeping.upgrade,
}
_HIDDEN: dict[str, Callable[..., None]] = {"demo-sites": starting.demo_sites}
_GROUPS: dict[str, typer.Typer] = {
    "desk": desk.app,
    "evidence": evidence.app,
    "history": past.app,
    "keys": keys.app,
    "mail": letters.app,
    "monitors": monitors.app,
    "probers": probers.app,
    "upkeep": upkeep.app,
}
COMMANDS = frozenset(_TABLE) | frozenset(_HIDDEN) | frozenset(_GROUPS)

_TAKES_MORE = {"check": {"ignore_unknown_options": True}}
"""Commands whose options are not all known beforehand."""

for _name, _command in _TABLE.items():
    app.command(_name, context_settings=_TAKES_MORE.get(_name))(_command)
for _name, _group in _GROUPS.items():
    app.add_typer(_group, name=_name)
for _name, _command in _HIDDEN.items():
    app.command(_name, hidden=True)(_command)
