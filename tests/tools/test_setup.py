"""The environment is made once, and a machine that lacks something is told what."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import setup


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with locks and an environment that exists."""
    locks = tmp_path / "requirements"
    locks.mkdir()
    for name in ("uv", *setup.LEVELS):
        (locks / f"{name}.txt").write_text(f"{name}==1\n")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "PYTHON", python)
    monkeypatch.setattr(setup, "STAMP", tmp_path / ".venv" / "stamp")
    return tmp_path


def stamp(level: str) -> None:
    setup.STAMP.write_text(json.dumps({"level": level, "locks": setup.digests(level)}))


def test_without_a_stamp_nothing_is_done_yet(checkout):
    assert not setup.is_done("run")


@pytest.mark.parametrize("broken", ["", "{}", '{"level": "dev"}', '{"level": "none", "locks": {}}'])
def test_a_broken_stamp_counts_as_none(checkout, broken):
    setup.STAMP.write_text(broken)
    assert not setup.is_done("run")


@pytest.mark.parametrize(
    ("made", "wanted", "done"), [("run", "run", 1), ("dev", "run", 1), ("run", "dev", 0), ("audit", "dev", 1)]
)
def test_a_larger_environment_serves_the_smaller_wish(checkout, made, wanted, done):
    stamp(made)
    assert setup.is_done(wanted) == bool(done)


def test_another_lock_means_another_environment(checkout):
    stamp("dev")
    (checkout / "requirements" / "run.txt").write_text("run==2\n")
    assert not setup.is_done("dev")


def test_a_larger_lock_that_is_not_installed_changes_nothing(checkout):
    stamp("run")
    (checkout / "requirements" / "dev.txt").write_text("dev==2\n")
    assert setup.is_done("run")


def test_an_environment_whose_python_is_gone_is_made_again(checkout):
    stamp("run")
    setup.PYTHON.unlink()
    setup.PYTHON.symlink_to(checkout / "gone")
    assert not setup.is_done("run")


def test_a_person_who_is_not_root_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=r"sudo apt-get install python3\.\d+-venv"):
        setup.provide_ensurepip()


def test_root_on_debian_gets_the_package(tmp_path, monkeypatch):
    calls = fake_apt_get(tmp_path, monkeypatch, status=0)
    setup.provide_ensurepip()
    assert calls.read_text().splitlines() == ["install -y -qq --no-install-recommends " + venv_package()]


def test_a_package_that_cannot_be_installed_is_tried_twice_and_then_told(tmp_path, monkeypatch):
    calls = fake_apt_get(tmp_path, monkeypatch, status=100)
    with pytest.raises(SystemExit, match="no such package"):
        setup.provide_ensurepip()
    assert [line.split()[0] for line in calls.read_text().splitlines()] == ["install", "update", "install"]


def venv_package() -> str:
    return f"python3.{sys.version_info.minor}-venv"


def fake_apt_get(folder: Path, monkeypatch: pytest.MonkeyPatch, *, status: int) -> Path:
    """Put an apt-get on the path that notes how it is called and ends with `status`; give the notes."""
    calls = folder / "calls"
    program = folder / "apt-get"
    program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\necho no such package >&2\nexit {status}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return calls


def test_the_command_works_from_any_folder(checkout):
    site_packages = checkout / ".venv" / "lib" / "python3.11" / "site-packages"
    site_packages.mkdir(parents=True)
    setup.put_command()
    assert (site_packages / "mainstay-checkout.pth").read_text() == f"{checkout}\n"
    assert os.access(checkout / ".venv" / "bin" / "mainstay", os.X_OK)


def test_a_second_run_is_quick_and_says_nothing(checkout):
    """The real script, in a folder where everything is there."""
    script = checkout / "tools" / "setup.py"
    script.parent.mkdir()
    script.write_text(Path(setup.__file__).read_text())
    (checkout / ".venv" / "mainstay-lock.json").write_text(json.dumps({"level": "dev", "locks": setup.digests("dev")}))
    done = subprocess.run([sys.executable, str(script), "dev"], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_an_unknown_wish_is_refused():
    with pytest.raises(SystemExit, match=r"usage: .*run\|dev\|audit"):
        setup.main(["everything"])


def test_an_old_python_goes_on_with_a_newer_one(monkeypatch):
    started = []
    monkeypatch.setattr(setup, "OLDEST", (9, 0))
    monkeypatch.setattr(setup, "NEWER_NAMES", (Path(sys.executable).name,))
    monkeypatch.setattr(os, "execv", lambda program, arguments: started.append(arguments[2:]))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        setup.use_new_enough_python(["dev"])
    assert started == [["dev"]]
