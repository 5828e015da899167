import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from benchmarks.baseline import Baseline
from benchmarks.monitor import Laps, SidesDiffer, UnknownModel, compare, prepare, standing_plan
from benchmarks.world import WorldSpec

from minsheng.engine.scoring.results import read_result, run_result
from tests.unit.benchmarks.small import PERSONS, Given


def test_bare_sql_gives_the_engines_rows_in_every_column(small_month: Path) -> None:
    found = compare(**Given(str(small_month)).words())
    lake, plan = standing_plan(small_month, PERSONS, "gansu")
    scores = read_result(lake, plan.run_id, "scores", ["score", "level", "change"])
    assert found["score_total"] == sum(scores["score"].to_pylist()) > 0
    assert found["rows"]["scores"] == scores.num_rows
    assert set(scores["level"].to_pylist()) == {0, 1, 2, 3, 4}
    assert set(scores["change"].to_pylist()) == {"none", "new", "escalated", "unchanged", "eased", "cleared"}
    assert min(found["rows"].values()) > 0


def test_bare_sql_carries_points_of_missing_deliveries_as_the_engine_does(month_with_gaps: Path) -> None:
    given = Given(str(month_with_gaps), ("registered_unemployment", "medical_settlements"))
    assert compare(**given.words())["rows"]["hits"] > 0
    lake, plan = standing_plan(month_with_gaps, PERSONS, "gansu", absent=given.absent)
    assert run_result(lake, plan.run_id).unknown["own_medical_cost"]["carried"] > 0


def test_bare_sql_gives_the_same_in_many_ranges(small_month: Path) -> None:
    lake, plan = standing_plan(small_month, PERSONS, "gansu")
    home = small_month / WorldSpec(PERSONS).name / "baseline"
    Baseline(lake, plan, small_month / "ranges", home / "2026-09", threads=2).run(range_persons=300)
    assert len(list((small_month / "ranges" / "scores").glob("*.parquet"))) == 7
    for table in ("scores", "warnings", "hits", "reverse"):
        assert pq.read_table(small_month / "ranges" / table).equals(pq.read_table(home / "2026-10" / table))


def test_a_difference_is_an_error(small_month: Path) -> None:
    part = small_month / WorldSpec(PERSONS).name / "baseline" / "2026-10" / "scores" / "00000.parquet"
    rows = pq.read_table(part)
    raised = pa.array([rows["score"][0].as_py() + 1, *rows["score"].to_pylist()[1:]], pa.int64())
    kept = part.read_bytes()
    try:
        pq.write_table(rows.set_column(rows.schema.get_field_index("score"), "score", raised), part)
        with pytest.raises(SidesDiffer, match="scores differs in score "):
            compare(**Given(str(small_month)).words())
    finally:
        part.write_bytes(kept)


def test_a_model_whose_feeds_the_world_lacks_is_refused(small_month: Path) -> None:
    words = Given(str(small_month)).words()
    with pytest.raises(UnknownModel, match="water_use"):
        prepare(**words | {"model": "wuchang"})
    with pytest.raises(UnknownModel, match="no model nobody"):
        prepare(**words | {"model": "nobody"})


def test_what_is_measured_is_told_as_json(small_month: Path) -> None:
    assert json.loads(json.dumps(prepare(**Given(str(small_month)).words())))["feed_rows"] > PERSONS


def test_work_is_told_by_step_over_all_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    worked = iter([0.0, 1.0, 1.0, 1.5, 2.0, 4.0, 4.0, 4.25])
    monkeypatch.setattr("benchmarks.monitor.time.process_time", lambda: next(worked))
    laps = Laps()
    for _ in range(8):
        laps()
    assert laps.worked(["feeds", "evidence"]) == {"feeds": 3.0, "evidence": 0.75}
