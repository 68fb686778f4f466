"""The closing summary counts what happened and names what could not."""

import os
import textwrap

import check
import postgres
import psycopg
import pytest
import suite
import system

from tests import needs

JUNIT = textwrap.dedent(
    """\
    <testsuites><testsuite name="pytest">
      <testcase classname="tests.a" name="works"/>
      <testcase classname="tests.a" name="fails"><failure message="no"/></testcase>
      <testcase classname="tests.a" name="breaks"><error message="no"/></testcase>
      <testcase classname="tests.a" name="cannot"><skipped type="pytest.skip" message="no Chromium"/></testcase>
      <testcase classname="tests.a" name="known"><skipped type="pytest.xfail" message="later"/></testcase>
    </testsuite></testsuites>
    """
)


@pytest.fixture
def results(tmp_path):
    path = tmp_path / "results.xml"
    path.write_text(JUNIT)
    return path


def test_a_junit_file_is_counted(results):
    tally = suite.read("sqlite", results)
    assert tally.passed == 2
    assert tally.failed == ["tests.a::fails", "tests.a::breaks"]
    assert tally.could_not_run == ["tests.a::cannot: no Chromium"]


@pytest.mark.parametrize("content", [None, "", "<testsuites>"])
def test_results_that_are_missing_or_broken_off_are_a_failure(tmp_path, content):
    path = tmp_path / "results.xml"
    if content is not None:
        path.write_text(content)
    assert "no results" in suite.read("sqlite", path).failed[0]


@pytest.mark.parametrize(
    ("ci", "status", "closing"), [("", 0, "7 passed, 0 failed"), ("true", 1, "7 passed, 1 failed")]
)
def test_what_could_not_run_is_named_and_fails_in_continuous_integration(monkeypatch, capsys, ci, status, closing):
    monkeypatch.setenv("CI", ci)
    tallies = [
        suite.Tally("checks", passed=3),
        suite.Tally("sqlite", passed=4, could_not_run=["tests.a::x: no Chromium"]),
    ]
    assert suite.summarise(tallies) == status
    said = capsys.readouterr().out
    assert "  sqlite: tests.a::x: no Chromium" in said
    assert said.splitlines()[-1] == closing


def test_a_failure_gives_the_status(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    assert suite.summarise([suite.Tally("checks", passed=3, failed=["types"])]) == 1
    assert "  checks: types" in capsys.readouterr().out


def test_an_unknown_part_is_refused():
    with pytest.raises(SystemExit, match="unknown part oracle"):
        suite.main(["oracle"])


def test_a_check_that_fails_shows_what_it_said(monkeypatch, capsys):
    monkeypatch.setattr(check, "CHECKS", {"good": ("true",), "bad": ("sh", "-c", "echo what is wrong; exit 3")})
    assert [(outcome.name, outcome.passed) for outcome in check.run_all()] == [("good", True), ("bad", False)]
    assert "what is wrong" in capsys.readouterr().out


def test_without_chromium_the_reason_says_what_to_install(monkeypatch):
    monkeypatch.delenv("MAINSTAY_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    assert "apt-get install chromium" in system.chromium().reason


def test_a_server_that_was_named_and_does_not_answer_is_not_replaced(monkeypatch):
    monkeypatch.setenv("MAINSTAY_TEST_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    with system.postgresql() as found:
        assert found == system.Found(reason="MAINSTAY_TEST_DATABASE_URL does not answer")


def test_without_postgresql_the_reason_says_what_to_install(monkeypatch):
    monkeypatch.delenv("MAINSTAY_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "REACHABLE", ())
    monkeypatch.setattr(postgres, "BINARIES", ())
    monkeypatch.setenv("PATH", "/nowhere")
    with system.postgresql() as found:
        assert "apt-get install postgresql" in found.reason


def test_a_private_server_serves_and_is_gone_afterwards():
    programs = postgres.binaries()
    if programs is None:
        needs.cannot_run("no PostgreSQL programs on this machine (Debian: apt-get install postgresql)")
    name = f"mainstay_{os.getpid()}_own"
    with postgres.private(programs) as server, postgres.database(server, name) as url:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "test_{name}_gw0"')
        psycopg.connect(url.replace(f"/{name}", f"/test_{name}_gw0")).close()
    assert not postgres.is_usable(server)
