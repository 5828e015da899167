from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from benchmarks.happenings import FEEDS
from benchmarks.world import World, WorldSpec, build_world

from minsheng.domain.feeds.storing import lake_columns
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.loading import earlier_model
from minsheng.engine.scoring.tables import INPUTS
from tests.unit.benchmarks.small import PERSONS


def world_of(folder: Path) -> World:
    return build_world(folder, WorldSpec(PERSONS))


def test_every_feed_has_the_columns_the_lake_would_keep(small_month: Path, catalogue: Catalogue) -> None:
    world = world_of(small_month)
    for feed in FEEDS:
        kept = {column.name for column in lake_columns(catalogue[feed])} | {"person_key", "row_number", "event_on"}
        paths = [str(file["path"]) for name, file in world.files.items() if name.startswith(f"{feed}/")]
        assert paths
        for path in paths:
            assert set(world.lake.read_table(path).column_names) == kept, feed


def test_ledgers_are_sorted_by_person_and_row(small_month: Path) -> None:
    world = world_of(small_month)
    rows = world.lake.read_table(world.files["medical_settlements/2026-10"]["path"])
    order = pc.sort_indices(rows, [("person_key", "ascending"), ("row_number", "ascending")])
    assert order.equals(pa.array(range(rows.num_rows), pa.uint64()))
    assert pc.count_distinct(rows["row_number"]).as_py() == rows.num_rows


def test_the_register_is_frozen_as_a_run_expects_it(small_month: Path) -> None:
    world = world_of(small_month)
    plan = world.plan(earlier_model("gansu", "2026.1"))
    for name, file in plan.registry.given().items():
        assert world.lake.read_table(file.path).schema.names == INPUTS[name].names
    members = world.lake.read_table(plan.registry.members.path)
    dead = world.lake.read_table(plan.registry.given()["deceased"].path)
    keys = sorted([*members["person_key"].to_pylist(), *dead["person_key"].to_pylist()])
    assert keys == list(range(1, PERSONS + 1))
    households = members["household_key"].to_pylist()
    assert households == sorted(households)
    assert 1.5 < PERSONS / world.lake.read_table(plan.registry.households.path).num_rows < 2.0


def test_a_seed_gives_the_same_bytes_and_another_gives_others(tmp_path: Path) -> None:
    here, there, other = (build_world(tmp_path / name, WorldSpec(1_000, seed=seed)) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert {name: file["sha256"] for name, file in here.files.items()} == {name: file["sha256"] for name, file in there.files.items()}
    assert here.files["medical_settlements/2026-10"]["sha256"] != other.files["medical_settlements/2026-10"]["sha256"]


def test_a_world_that_stands_is_not_built_again(small_month: Path) -> None:
    path = world_of(small_month).folder / "lake" / "registry" / "2026-10" / "members.parquet"
    written = path.stat().st_mtime_ns
    world_of(small_month)
    assert path.stat().st_mtime_ns == written
    assert pq.read_metadata(path).num_rows > 0
