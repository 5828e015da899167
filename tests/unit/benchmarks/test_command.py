import json
from pathlib import Path

import pytest
from benchmarks import performance, suite
from typer.testing import CliRunner

from minsheng.cli import bench

PROMISED = {"persons", "feed_rows", "seconds", "baseline_seconds", "ratio", "peak_gb", "result_hash"}


def test_bench_monitor_prints_the_promised_figures(tmp_path: Path) -> None:
    words = ["monitor", "--persons", "1000", "--threads", "2", "--folder", str(tmp_path), "--json"]
    done = CliRunner().invoke(bench.app, words)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert set(found) >= PROMISED
    assert found["persons"] == 1000
    assert found["ratio"] == pytest.approx(found["seconds"] / found["baseline_seconds"], rel=0.02)
    assert 0 < found["peak_gb"] < 2


def test_a_smoke_run_of_the_suite_keeps_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "RESULTS", tmp_path / "results")
    result = suite.run("evidence", folder=tmp_path, date="2026-11-22", smoke=True)
    assert result["measured"]["ratio"] > 1
    assert not (tmp_path / "results").exists()


def test_every_benchmark_has_a_prediction_for_every_bar() -> None:
    for name, entry in suite.entries().items():
        assert all(set(entry["bars"]) <= set(one["figures"]) for one in suite.predictions()[name]), name


def test_a_result_stands_beside_what_was_predicted_before_it() -> None:
    first, *later = suite.predictions()["monitor"]
    assert suite.prediction("monitor", first["on"]) == first
    assert suite.prediction("monitor") == [first, *later][-1]


def test_measuring_again_keeps_what_was_measured_before() -> None:
    kept = {"date": "2026-11-22", "bars": {"ratio": 1.5}, "predicted": {"ratio": 1.4}, "measured": {"ratio": 2.0, "persons": 10}}
    before = {"date": "2026-11-22", "predicted": {"ratio": 1.4}, "measured": {"ratio": 2.0}}
    assert suite._earlier(kept, "2026-11-29") == [before]
    assert suite._earlier(kept | {"date": "2026-11-29", "earlier": [before]}, "2026-11-29") == [before]


def test_the_page_shows_what_was_met_and_missed() -> None:
    measured = {"ratio": 1.2, "peak_gb": 2.5, "result_hash": "ab" * 32}
    machine = {"cores": 2, "processor": "made up", "memory_gb": 24.0}
    result = {
        "date": "2026-11-22",
        "command": "minsheng bench monitor",
        "machine": machine,
        "versions": {"python": "3.11"},
        "measured": measured,
    }
    page = performance.page({"monitor": result})
    assert "| ratio | ≤ 1.5 | 1.4 | 1.2 | ✓ |" in page
    assert "| peak_gb | ≤ 2.0 | 1.3 | 2.5 | ✗ +25% |" in page
    assert "2 cores (made up), 24.0 GB" in page
    assert "Not measured yet: `minsheng bench growth" in page


def test_the_page_in_the_docs_is_in_step_with_the_kept_results() -> None:
    assert performance.PAGE.read_text() == performance.page(performance.kept_results())


def test_outside_a_checkout_the_command_says_where_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minsheng.__file__", str(tmp_path / "a" / "b" / "minsheng" / "__init__.py"))
    with pytest.raises(bench.NotACheckout) as refused:
        bench._load("suite")
    assert "checkout" in refused.value.message


def test_a_benchmark_that_cannot_be_imported_is_refused_clearly(tmp_path: Path) -> None:
    with pytest.raises(bench.BenchmarkMissing):
        bench._load("nothing_of_this_name")
    with pytest.raises(suite.UnknownBenchmark, match="monitor, growth"):
        suite.run("nothing", folder=tmp_path, date="2026-11-22")
