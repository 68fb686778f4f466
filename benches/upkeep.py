"""What it takes to match 1,000 websites of 60 components each with 300,000 advisories, and one changed advisory again.

In memory, on one core, from records as a feed holds them. The floor is a look-up of each component's name alone. The
targets: below 10 s for everything, below 1 s for one changed entry.
"""

import json
import os
import random
import sys
from pathlib import Path
from time import process_time
from typing import Any

WEBSITES, COMPONENTS, ADVISORIES = (
    int(os.environ.get("WEBSITES", "1000")),
    60,
    int(os.environ.get("ADVISORIES", "300000")),
)
PACKAGES = 40_000
ECOSYSTEMS = ("npm", "Packagist", "PyPI", "WordPress plugin", "Debian")
TARGET_S, CHANGED_TARGET_S = 10, 1


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from mainstay.upkeep.facts import Component  # late: the path had to be set first
    from mainstay.upkeep.feeds import osv
    from mainstay.upkeep.rules import matching
    from mainstay.upkeep.rules.naming import package_key

    chance = random.Random(1)
    advisories = [osv.record(_record(number, chance)) for number in range(ADVISORIES)]
    websites = [[Component(*_package(chance), _version(chance)) for _ in range(COMPONENTS)] for _ in range(WEBSITES)]
    began = process_time()
    index = matching.index_of(advisories)
    indexing = process_time() - began
    began = process_time()
    looked_up = sum(len(index.get(package_key(each.ecosystem, each.name), ())) for one in websites for each in one)
    floor = process_time() - began
    began = process_time()
    found = [matching.together(hit for each in one for hit in matching.findings(each, index)) for one in websites]
    matched = process_time() - began
    began = process_time()
    changed = matching.index_of([advisories[0]])
    again = sum(len(matching.findings(each, changed)) for one in websites for each in one)
    once = process_time() - began
    hits = sum(map(len, found))
    print(f"{hits:,} vulnerabilities, {looked_up:,} comparisons; {again} of the changed one")
    print(
        f"index {indexing:.1f} s, all {matched:.1f} s (asked: {TARGET_S}), one {once:.2f} s (asked: {CHANGED_TARGET_S})"
    )
    figures = {
        "bench": "upkeep", "components": WEBSITES * COMPONENTS, "advisories": ADVISORIES, "found": hits,
        "index_s": round(indexing, 2), "match_s": round(matched, 2), "of_floor": round(matched / floor, 1),
        "changed_s": round(once, 3), "of_target": round((indexing + matched) / TARGET_S, 2),
    }  # fmt: skip
    print(json.dumps(figures))


def _package(chance: random.Random) -> tuple[str, str]:
    """Some packages stand on many websites and have many advisories."""
    number = int(PACKAGES * chance.random() ** 1.5)
    return ECOSYSTEMS[number % len(ECOSYSTEMS)], f"package-{number}"


def _version(chance: random.Random) -> str:
    return f"{chance.randrange(6)}.{chance.randrange(12)}.{chance.randrange(20)}"


def _record(number: int, chance: random.Random) -> dict[str, Any]:
    ecosystem, name = _package(chance)
    major = chance.randrange(6)
    events = [{"introduced": f"{major}.0.0"}, {"fixed": f"{major}.{chance.randrange(1, 12)}.{chance.randrange(20)}"}]
    package = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {
        "id": f"GHSA-{number}",
        "aliases": [f"CVE-2026-{number // 2}"],
        "affected": [package],
    }


if __name__ == "__main__":
    main()
