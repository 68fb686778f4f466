"""`mainstay upkeep match`: what is known to be wrong with the components in a file, by advisories in a folder."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mainstay.config.cli.mistake import Mistake

if TYPE_CHECKING:
    from mainstay.upkeep.facts import Component, Vulnerability

app = typer.Typer(help="Components, advisories and changes of websites.", no_args_is_help=True)


@app.callback()
def upkeep() -> None:
    """Components, advisories and changes of websites."""


@app.command("match")
def match(
    *,
    inventory: Annotated[Path, typer.Option(help="A lock file, a bill of materials, or what WP-CLI or dpkg lists.")],
    advisories: Annotated[Path, typer.Option(help="A folder with advisories: JSON, YAML, or ZIP archives of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say which components of a file are hit by which advisories. It needs no installation and no network."""
    from mainstay.upkeep import feeds, inventories  # late: the command line starts without them
    from mainstay.upkeep.rules import coverage, matching

    try:
        read = inventories.read(inventory.name, inventory.read_bytes())
    except OSError as problem:
        raise Mistake(f"{inventory} cannot be read: {problem.strerror}") from problem
    except inventories.NotAnInventory as problem:
        raise Mistake(str(problem)) from problem
    if not advisories.is_dir():
        raise Mistake(f"{advisories} is no folder")
    known = feeds.read_folder(advisories)
    index = matching.index_of(known.advisories)
    found = matching.together(one for each in read.components for one in matching.findings(each, index))
    ecosystems = frozenset(affected.ecosystem for each in known.advisories for affected in each.affected)
    said = {
        "format": read.format,
        "components": len(read.components),
        "advisories": len(known.advisories),
        "vulnerabilities": [vulnerability(each, known.exploited) for each in found],
        "unjudged": [
            {**component(each.component), "reason": each.reason}
            for each in coverage.unjudged(read.components, ecosystems)
        ],
        "problems": known.problems,
    }
    typer.echo(json.dumps(said, indent=1, ensure_ascii=False) if as_json else shown(said))


def component(each: "Component") -> dict[str, Any]:
    """A component as JSON values."""
    return {"ecosystem": each.ecosystem, "name": each.name, "version": each.version, "release": each.release}


def vulnerability(each: "Vulnerability", exploited: set[str]) -> dict[str, Any]:
    """A vulnerability as JSON values, with each advisory's own ruling and reason."""
    from mainstay.upkeep.rules.severity import gravest  # late: as above

    graveness = gravest(one.advisory for one in each.findings)
    return {
        "component": component(each.component),
        "name": each.name,
        "aliases": list(each.aliases),
        "ruling": each.ruling.value,
        "severity": graveness.severity.value,
        "score": graveness.score,
        "is_exploited": bool({each.name, *each.aliases} & exploited),
        "fixed_in": list(dict.fromkeys(version for one in each.findings for version in one.fixed_in)),
        "findings": [
            {
                "advisory": one.advisory.id,
                "feed": one.advisory.feed,
                "summary": one.advisory.summary,
                "url": one.advisory.url,
                "ruling": one.ruling.value,
                "rule": one.rule,
                "fixed_in": list(one.fixed_in),
            }
            for one in each.findings
        ],
    }


def shown(said: dict[str, Any]) -> str:
    """The same for people, a vulnerability a line."""
    lines = [
        f"{each['ruling']:<13} {each['severity']:<8} {each['component']['name']} {each['component']['version']}  "
        f"{each['name']}{' (used by attackers)' if each['is_exploited'] else ''}"
        f"{'  fixed in ' + ', '.join(each['fixed_in']) if each['fixed_in'] else '  no fix known'}\n"
        f"              {each['findings'][0]['rule']}"
        for each in said["vulnerabilities"]
    ]
    judged = said["components"] - len(said["unjudged"])
    lines.append(f"{judged} of {said['components']} components can be judged, by {said['advisories']} advisories.")
    lines += [f"cannot be judged: {each['name']} {each['version']}: {each['reason']}" for each in said["unjudged"]]
    lines += [f"not read: {each}" for each in said["problems"]]
    return "\n".join(lines)
