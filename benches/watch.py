"""What a check costs Mainstay from its schedule to the disk, beside blackbox_exporter, check_http and bare pycurl.

All check one website on loopback (nginx, a page of 8 kB, certificate P-256), with a new connection each time, TLS
verified and the body read, in turns, five rounds and more. The figures are processor seconds per 1,000 checks; the
ratios are taken within a round and printed with their spread (highest less lowest).

`python benches/watch.py [ROUNDS [SECONDS]]`. Needs nginx, prometheus-blackbox-exporter and monitoring-plugins-basic.
"""

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from _peers import CHECK_HTTP, Bare, CheckHttp, Cost, Mainstay, Peer, blackbox_exporter
from _website import website

RATES = (800, 100, 40)
SCHEMES = ("https", "http")
ROUNDS = 5
SECONDS = 8.0
PLUGIN_CHECKS = 60
TARGETS = {
    ("https", "blackbox_exporter"): 0.9,
    ("http", "blackbox_exporter"): 0.45,
    ("https", "check_http"): 0.25,
    ("http", "check_http"): 0.25,
    ("https", "bare"): 1.35,
    ("http", "bare"): 1.35,
}
"""The ratio that Mainstay must not pass at `RATES[0]`."""


def compare(peers: dict[str, Peer], url: str, rate: int, rounds: int, for_s: float) -> dict[str, list[Cost]]:
    """The costs of each peer by round; the order turns with each round."""
    costs: dict[str, list[Cost]] = {name: [] for name in peers}
    names = list(peers)
    for number in range(rounds):
        turned = names[number % len(names) :] + names[: number % len(names)]
        for name in turned:
            costs[name].append(peers[name].run(url, rate, for_s))
    return costs


def ratios(costs: dict[str, list[Cost]], peer: str) -> list[float]:
    """Mainstay's cost as a part of the peer's, by round, in order of size."""
    return sorted(ours.per_1000 / its.per_1000 for ours, its in zip(costs["mainstay"], costs[peer], strict=True))


def told(scheme: str, rate: int, costs: dict[str, list[Cost]]) -> dict[str, float]:
    """Print one table, and give its figures by name."""
    figures: dict[str, float] = {}
    print(f"\n{scheme}, {rate} checks a second")
    for peer, found in costs.items():
        cost = statistics.median(each.per_1000 for each in found)
        line = f"  {peer:<18}{cost:8.3f} s per 1,000"
        figures[f"{scheme}_{rate}_{peer}_s"] = round(cost, 4)
        if peer != "mainstay":
            found_ratios = ratios(costs, peer)
            ratio, spread = statistics.median(found_ratios), found_ratios[-1] - found_ratios[0]
            figures[f"{scheme}_{rate}_of_{peer}"] = round(ratio, 3)
            figures[f"{scheme}_{rate}_of_{peer}_spread"] = round(spread, 3)
            wanted = TARGETS[scheme, peer] if rate == RATES[0] else None
            line += f"   Mainstay: {ratio:6.3f} of it, spread {spread:.3f}"
            line += f"   (wanted: {wanted}{'' if ratio <= wanted else ', MISSED'})" if wanted else ""
        print(line, flush=True)
    return figures


def need_programs() -> None:
    """Raises `SystemExit` that says what to install."""
    for program, package in (
        ("nginx", "nginx-light"),
        ("prometheus-blackbox-exporter", "prometheus-blackbox-exporter"),
        (CHECK_HTTP, "monitoring-plugins-basic"),
    ):
        if shutil.which(program) is None:
            raise SystemExit(f"{program} is missing: on Debian, apt-get install {package}")


def main(rounds: int = ROUNDS, for_s: float = SECONDS) -> None:
    need_programs()
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="mainstay-bench-") as name:
        folder = Path(name)
        with website(folder) as site, blackbox_exporter(site, folder) as blackbox:
            peers: dict[str, Peer] = {
                "bare": Bare(site),
                "blackbox_exporter": blackbox,
                "check_http": CheckHttp(PLUGIN_CHECKS),
                "mainstay": Mainstay(site, folder),
            }
            for rate in RATES:
                for scheme in SCHEMES:
                    found |= told(scheme, rate, compare(peers, site.url(scheme), rate, rounds, for_s))
    print(json.dumps({"bench": "watch", "rounds": rounds, "seconds": for_s, **found}))


if __name__ == "__main__":
    main(*(kind(each) for kind, each in zip((int, float), sys.argv[1:], strict=False)))
