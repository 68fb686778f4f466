"""A bench counts only when it ends with one line of JSON."""

import bench
import pytest


@pytest.fixture
def benches(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "BENCHES", tmp_path)
    return tmp_path


def test_every_bench_runs_when_none_is_named(benches, capfd):
    (benches / "one.py").write_text('print("words")\nprint(\'{"per_s": 1}\')\n')
    (benches / "two.py").write_text("print('{}')\n")
    bench.main([])
    assert capfd.readouterr().out.splitlines() == ["words", '{"per_s": 1}', "{}"]


@pytest.mark.parametrize("content", ["print('no figures')", "", "print('[1]')", "raise SystemExit(3)"])
def test_a_bench_without_figures_fails(benches, content):
    (benches / "one.py").write_text(content)
    with pytest.raises(SystemExit, match="failed: one"):
        bench.main(["one"])


def test_an_unknown_bench_is_named_with_those_that_exist(benches):
    (benches / "one.py").write_text("print('{}')\n")
    with pytest.raises(SystemExit, match="no bench three: there are one"):
        bench.main(["three"])
