"""Limits for an address, a network and everybody together; they hold over the processes that serve the site."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from mainstay.access.web import rates
from mainstay.access.web.rates import network_of
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
ASKED_EACH = 12
PROGRAM = """
import json, sys
import django
django.setup()
from django.core.management import call_command
from django.test import RequestFactory
from mainstay.access.web import rates

if sys.argv[1] == "table":
    call_command("createcachetable", verbosity=0)
else:
    sys.stdin.readline()
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")
    print(json.dumps([rates.allowed(request, "code", key="x") for _ in range(int(sys.argv[1]))]))
"""


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:7:1::9", "2001:db8:7::/48"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("nonsense", "nonsense"),
    ],
)
def test_networks(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_network_that_asks_from_many_addresses_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rates.NETWORKS, "code", "3/h/key")
    asked = [RequestFactory().post("/", REMOTE_ADDR=f"192.0.2.{last}") for last in range(1, 6)]
    assert [rates.allowed_everywhere(each, "code") for each in asked] == [True] * 3 + [False] * 2
    assert rates.allowed_everywhere(RequestFactory().post("/", REMOTE_ADDR="198.51.100.1"), "code")


def test_everybody_together_is_slowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rates.ALTOGETHER, "code", "3/h/key")
    asked = [RequestFactory().post("/", REMOTE_ADDR=f"203.{last}.113.1") for last in range(1, 6)]
    assert [rates.allowed_everywhere(each, "code") for each in asked] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    ("act", "path", "given", "refused"),
    [
        (
            "sign_in",
            "/accounts/login/",
            {"login": "x@example.org", "password": "not the right one"},
            "Too many attempts",
        ),
        ("register", "/accounts/signup/", {"email": "x@example.org"}, "Too many attempts"),
        ("recover", "/accounts/password/reset/", {"email": "x@example.org"}, "too often in a short time"),
        ("code", "/accounts/code/", {"email": "x@example.org"}, "Too many attempts"),
    ],
)
def test_each_form_asks_for_all_three(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, act: str, path: str, given: Any, refused: str
) -> None:
    monkeypatch.setitem(rates.NETWORKS, act, "2/h/key")
    said = [Client(REMOTE_ADDR=f"192.0.2.{last}").post(path, given, follow=True).text for last in range(1, 4)]
    assert [refused in each for each in said] == [False, False, True]


def test_two_processes_count_together(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("MAINSTAY_", "DJANGO_"))}
    environ |= {
        "DJANGO_SETTINGS_MODULE": "mainstay.config.settings",
        "MAINSTAY_DATA": str(tmp_path),
        "MAINSTAY_DATABASE_URL": f"sqlite:///{tmp_path}/rates.sqlite3",
    }
    command = [sys.executable, "-c", PROGRAM]
    subprocess.run([*command, "table"], cwd=ROOT, env=environ, check=True, timeout=60)
    running = [
        subprocess.Popen(
            [*command, str(ASKED_EACH)], cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for each in running:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    allowed = [json.loads(each.communicate(timeout=60)[0]) for each in running]
    assert [each.returncode for each in running] == [0, 0]
    assert sum(map(sum, allowed)) == 20, "twenty an hour for an address, whichever process it asks"
    assert min(map(sum, allowed)) > 0, "both processes were asked"
