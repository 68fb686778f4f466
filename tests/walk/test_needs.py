"""A test that cannot run says why: skipped at a desk, failed in continuous integration."""

import pytest

from tests import needs


def test_at_a_desk_the_reason_is_told(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="cannot run: no moon"):
        needs.cannot_run("no moon")


def test_in_continuous_integration_it_fails(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="cannot run: no moon"):
        needs.cannot_run("no moon")


def test_chromium_may_be_named(monkeypatch, tmp_path):
    own = tmp_path / "chromium"
    own.touch()
    monkeypatch.setenv("MAINSTAY_CHROMIUM", str(own))
    assert needs.chromium() == str(own)


def test_a_program_that_is_missing_names_its_package(monkeypatch):
    monkeypatch.delenv("MAINSTAY_CHROMIUM", raising=False)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        needs.chromium()
    with pytest.raises(pytest.skip.Exception, match="apt-get install postgresql-client"):
        needs.program("pg_dump", "postgresql-client")
