"""Versions made up and as they are, and what the programs that order them for real say of a pair: -1, 0 or 1."""

import json
import random
import subprocess
from collections.abc import Iterable, Sequence

from packaging.version import Version

from tests import needs

PHP_WORDS = ("alpha", "beta", "b", "a", "rc", "RC", "pl", "p", "dev", "x", "v")
PHP_PIECES = ("1", "2", "10", "0", ".", ".", "-", "+", "_", "~", "#", *PHP_WORDS)
DEBIAN_PIECES = ("1", "2", "10", "0", "00", ".", "-", "+", "~", "a", "b", "z", "A", ":", "dfsg", "deb12u1")
COMPARES = """
$pairs = json_decode(stream_get_contents(STDIN), true);
echo json_encode(array_map(fn($pair) => version_compare($pair[0], $pair[1]), $pairs));
"""

Pair = tuple[str, str]


def pairs(pieces: Sequence[str], count: int, seed: int = 1, start: str = "") -> list[Pair]:
    """Pairs of versions out of pieces; many of them begin alike. Two of the same are none: PHP has `1.` before `1.`."""
    chance = random.Random(seed)

    def one(begins: str = "") -> str:
        return begins + "".join(chance.choice(pieces) for _ in range(chance.randint(1, 7)))

    made = []
    for _ in range(count):
        first = one(start)
        made.append((first, chance.choice([one(start), one(first), one(start + first[len(start) : len(first) // 2])])))
    return [(one, other) for one, other in made if one != other]


def python_pairs(count: int, seed: int = 1) -> list[Pair]:
    """Pairs of Python's versions, all of them valid."""
    chance = random.Random(seed)

    def one() -> str:
        release = ".".join(str(chance.choice([0, 1, 2, 10])) for _ in range(chance.randint(1, 4)))
        parts = [
            chance.choice(["", "", "1!"]), release, chance.choice(["", "a1", "b2", "rc1", "-alpha.3", ".c4"]),
            chance.choice(["", ".post1", "-2"]), chance.choice(["", ".dev0", ".dev3"]), chance.choice(["", "+local.1"]),
        ]  # fmt: skip
        return chance.choice(["", "v"]) + "".join(parts)

    return [(one(), one()) for _ in range(count)]


def by_php(asked: list[Pair]) -> list[int]:
    """What PHP's `version_compare` says."""
    command = [needs.program("php", "php-cli"), "-r", COMPARES]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60)
    return list(json.loads(done.stdout))


def by_dpkg(asked: Iterable[Pair]) -> list[int]:
    """What `dpkg --compare-versions` says; it is asked twice for a pair."""
    program = needs.program("dpkg", "dpkg")

    def says(one: str, word: str, other: str) -> bool:
        command = [program, "--compare-versions", one, word, other]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode == 0

    return [-1 if says(one, "lt", other) else int(says(one, "gt", other)) for one, other in asked]


def by_packaging(asked: Iterable[Pair]) -> list[int]:
    """What `packaging` says."""
    return [(Version(one) > Version(other)) - (Version(one) < Version(other)) for one, other in asked]
