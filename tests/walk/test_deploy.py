"""What lies in deploy/ fits the product: units, the cluster example, and the configuration of the message server."""

import re
import subprocess
from configparser import RawConfigParser
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from mainstay.common.settings import Settings
from mainstay.config.cli.commands import COMMANDS
from tests import needs
from tests.walk.repository import ROOT
from tests.watch.authority import Authority

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
CLUSTER = DEPLOY / "cluster"
COMPOSE = yaml.safe_load((CLUSTER / "compose.yaml").read_text())
NOT_HERE = re.compile(r"(Command|Unit) .* (is not executable|not found)|is not executable|nats-server\.service")
OURS = ("centre", "judge", "london", "paris")
NEWER = re.compile(r"\n.*\n  sync_interval: always")
"""What NATS 2.9 does not know, and its comment."""


def unit(path: Path) -> RawConfigParser:
    parsed = RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(path.read_text())
    return parsed


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(path: Path) -> None:
    parsed = unit(path)
    assert parsed["Unit"]["Description"]
    if path.suffix == ".service" and (found := re.search(r"/mainstay (\S+)", parsed["Service"]["ExecStart"])):
        assert found[1] in COMMANDS
        assert (parsed["Service"]["User"], parsed["Service"]["Restart"]) == ("mainstay", "always")
    for page in re.findall(r"file:///srv/mainstay/(\S+)", path.read_text()):
        assert (ROOT / page).exists()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_understands_a_unit(path: Path) -> None:
    done = subprocess.run(
        [needs.program("systemd-analyze", "systemd"), "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if path.name in line and not NOT_HERE.search(line)] == []


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_the_cluster_runs_a_command_that_there_is(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["command"][0] in COMMANDS
    assert (CLUSTER / service["build"]["dockerfile"].removeprefix("deploy/cluster/")).exists()


def test_the_cluster_uses_no_volume_or_secret_that_it_does_not_declare() -> None:
    declared = set(COMPOSE["volumes"])
    for service in COMPOSE["services"].values():
        used = {each.partition(":")[0] for each in service.get("volumes", []) if not each.startswith(".")}
        assert used <= declared
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", [])) <= set(COMPOSE["services"])


@pytest.mark.parametrize("path", sorted(CLUSTER.glob("*.example")), ids=lambda path: path.name)
def test_an_example_names_settings_that_there_are(path: Path) -> None:
    known = {f"MAINSTAY_{each.name.upper()}" for each in fields(Settings)}
    assert {line.partition("=")[0] for line in path.read_text().splitlines()} <= known


def test_the_message_server_reads_its_configuration(tmp_path: Path) -> None:
    program = needs.program("nats-server", "nats-server")
    text = (CLUSTER / "nats-server.conf").read_text()
    assert "sync_interval: always" in text
    if "v2.9" in subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout:
        text = NEWER.sub("", text)
    pair = Authority().issue("nats.example").write(tmp_path)
    text = re.sub(r'"/etc/nats/tls/server\.(pem|key)"', f'"{pair}"', text)
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "mainstay-users.conf").write_text("authorization { users = [] }\n")
    (tmp_path / "nats.conf").write_text(text)
    done = subprocess.run(
        [program, "-t", "-c", str(tmp_path / "nats.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
