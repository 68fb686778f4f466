"""Whether versions stand in the order of the programs that install them, on 100,000 generated pairs of each.

The programs: PHP's `version_compare`, `packaging`, and `dpkg --compare-versions`, which is asked twice a pair and takes
minutes; `DPKG_PAIRS` for fewer. Prints how many pairs differ, which must be none, and how long it takes beside theirs.
"""

import json
import os
import sys
from pathlib import Path
from time import perf_counter

PAIRS = int(os.environ.get("PAIRS", "100000"))
DPKG_PAIRS = int(os.environ.get("DPKG_PAIRS", str(PAIRS)))


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from mainstay.upkeep.rules.versions import order_of  # late: the path had to be set first
    from tests.upkeep import versions

    debian = order_of("Debian")
    made = versions.pairs(versions.DEBIAN_PIECES, 6 * DPKG_PAIRS, start="1")
    valid = [pair for pair in made if all(debian.is_valid(each) for each in pair)][:DPKG_PAIRS]
    asked = {
        "WordPress": (versions.pairs(versions.PHP_PIECES, PAIRS), versions.by_php),
        "PyPI": (versions.python_pairs(PAIRS), versions.by_packaging),
        "Debian": (valid, versions.by_dpkg),
    }
    figures: dict[str, object] = {"bench": "versions"}
    for ecosystem, (pairs, program) in asked.items():
        order = order_of(ecosystem)
        began = perf_counter()
        mine = [(order(one) > order(other)) - (order(one) < order(other)) for one, other in pairs]
        took = perf_counter() - began
        began = perf_counter()
        theirs = program(pairs)
        its = perf_counter() - began
        differing = sum(one != other for one, other in zip(mine, theirs, strict=True))
        print(f"{ecosystem}: {differing} of {len(pairs)} pairs differ; {took:.1f} s, the program itself {its:.1f} s")
        figures[ecosystem] = {"pairs": len(pairs), "differing": differing, "of_theirs": round(took / its, 2)}
    print(json.dumps(figures))
    if any(each["differing"] for each in figures.values() if isinstance(each, dict)):
        raise SystemExit("versions stand in another order than that of the programs")


if __name__ == "__main__":
    main()
