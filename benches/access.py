"""Whether the time an answer takes tells who has an account: four forms, asked about known and unknown addresses.

Pairs of both kinds are interleaved, in changing order, each address once and each from a network of its own, with rate
limits on and passwords hashed as in operation. Prints, for each form, the ratio of the medians (known to unknown; 1 is
what nobody can tell apart) and its spread: the smallest and the largest ratio of five blocks of the pairs.
"""

import json
import os
import statistics
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from _database import in_a_database_of_its_own

PAIRS = int(os.environ.get("PAIRS", "60"))
WARM = 6
BLOCKS = 5
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "sign_in": ("/accounts/login/", {"login": "ADDRESS", "password": "a password that is not right"}),
    "register": ("/accounts/signup/", {"email": "ADDRESS"}),
    "reset": ("/accounts/password/reset/", {"email": "ADDRESS"}),
    "mailed_code": ("/accounts/code/", {"email": "ADDRESS"}),
}


def make_people() -> None:
    """As many accounts as pairs, each with a password; one hash serves all of them."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password

    from mainstay.access.models import User

    password = make_password("a lantern over calm water")
    emails = [f"known{number}@example.org" for number in range(PAIRS + WARM)]
    people = User.objects.bulk_create(User(email=each, name="Known", password=password) for each in emails)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=each.email, primary=True, verified=True) for each in people
    )


def took_ms(form: str, email: str, network: int) -> float:
    """How long the answer to one question takes, in milliseconds, by a browser that was not there before."""
    from django.test import Client

    path, fields = FORMS[form]
    client = Client(SERVER_NAME="localhost", REMOTE_ADDR=f"10.{network // 250}.{network % 250}.9")
    given = {name: value.replace("ADDRESS", email) for name, value in fields.items()}
    began = perf_counter()
    answer = client.post(path, given)
    took = (perf_counter() - began) * 1000
    if answer.status_code not in (200, 302):
        raise SystemExit(f"{form} answered {answer.status_code}")
    return took


def pairs_of(form: str, networks: Iterator[int]) -> list[tuple[float, float]]:
    """What each pair took: known, unknown."""
    found = []
    for number in range(WARM + PAIRS):
        known, unknown = f"known{number}@example.org", f"nobody{number}@example.org"
        if number % 2:
            first = took_ms(form, known, next(networks))
            pair = (first, took_ms(form, unknown, next(networks)))
        else:
            first = took_ms(form, unknown, next(networks))
            pair = (took_ms(form, known, next(networks)), first)
        if number >= WARM:
            found.append(pair)
    return found


def ratio(pairs: list[tuple[float, float]]) -> float:
    known, unknown = zip(*pairs, strict=True)
    return statistics.median(known) / statistics.median(unknown)


def measure(database: str) -> None:
    from django.core.management import call_command

    call_command("collectstatic", "--noinput", verbosity=0)
    make_people()
    networks = iter(range(60_000))
    found: dict[str, Any] = {}
    for form in FORMS:
        pairs = pairs_of(form, networks)
        blocks = [ratio(pairs[n::BLOCKS]) for n in range(BLOCKS)]
        median = statistics.median(known for known, _ in pairs)
        found[form] = {
            "ratio": round(ratio(pairs), 3),
            "spread": [round(min(blocks), 3), round(max(blocks), 3)],
            "median_ms": round(median, 1),
        }
        print(f"{form:12} {found[form]['ratio']:.3f} ({min(blocks):.3f} to {max(blocks):.3f}), {median:.1f} ms")
    print(json.dumps({"bench": "access", "database": database, "pairs": PAIRS, **found}))


if __name__ == "__main__":
    in_a_database_of_its_own(measure)
