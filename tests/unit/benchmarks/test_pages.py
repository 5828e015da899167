import json
from pathlib import Path

import pytest
from benchmarks import performance, suite
from benchmarks.pages import KINDS
from benchmarks.visiting import Crowd, Visit, Visitor, all_at_once, first_load, percentile


def test_a_small_office_is_built_served_and_measured(tmp_path: Path) -> None:
    found = json.loads(json.dumps(suite.run("pages", folder=tmp_path, date="2026-11-29", smoke=True)["measured"]))
    asked = suite.arguments("pages", smoke=True)
    assert (found["persons"], found["open_warnings"], found["users"]) == (asked["persons"], asked["warnings"], asked["users"])
    assert found["errors"] == 0
    assert found["answers"] > 0
    assert 0 < found["first_load_kb"] < suite.entry("pages")["bars"]["first_load_kb"]
    assert all(found[f"{kind}_ratio"] > 0 for kind in KINDS)
    assert {name.split(": ")[0] for name in found["pages"]} == {"province", "auditor", "administrator"}
    assert max(page["queries"] for page in found["pages"].values()) < 35
    assert all(page["p95"] >= page["p50"] > 0 for page in found["pages"].values())


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.95) == 4.0
    assert percentile([1.0] * 38 + [9.0] * 2, 0.95) == 1.0


def test_a_page_loads_its_scripts_and_styles_and_charts_only_where_it_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = {"/static/office.css": 30, "/static/office.js": 20, "/static/charts.js": 170}
    monkeypatch.setattr(Visitor, "bytes_of", lambda _, path: sizes[path])
    head = '<link rel="stylesheet" href="/static/office.css"><script src="/static/office.js" type="module"></script>'
    body = '<body data-charts="/static/charts.js">'
    assert first_load(head + body, Visitor(1, ""), {}) == 50
    assert first_load(f'{head}{body}<div data-chart="{{}}">', Visitor(1, ""), {}) == 220


def test_answers_that_are_none_are_errors() -> None:
    crowd = all_at_once([(Visitor(1, ""), [Visit("/"), Visit("/warnings/")])])
    assert crowd == Crowd([], 2)


def test_the_docs_tell_each_page_in_a_line_and_a_bar_of_none_at_all_is_missed_by_one() -> None:
    result = {
        "date": "2026-11-29",
        "command": "minsheng bench pages",
        "machine": {"cores": 2, "processor": "made up", "memory_gb": 24.0},
        "versions": {"python": "3.11"},
        "measured": {"errors": 1, "pages": {"county: wall": {"p50": 8.5, "p95": 10.0, "ratio": 2.5, "queries": 20}}},
    }
    page = performance.page({"pages": result})
    assert "| errors | ≤ 0 | 0 | 1 | ✗ |" in page
    assert "| pages | p50 | p95 | ratio | queries |\n|---|---|---|---|---|\n| county: wall | 8.5 | 10.0 | 2.5 | 20 |" in page
