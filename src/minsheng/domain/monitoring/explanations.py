"""Why a household has its level, read from a finished run."""

import pyarrow as pa
import pyarrow.parquet as pq

from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.queries import FinishedRun, model_named, refuse_retired, run_of
from minsheng.domain.registry.queries import household_card
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import explain_household as explained
from minsheng.engine.explaining.reasons import RunContext
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.results import household_tables, run_result
from minsheng.kernel.periods import Month


def explain_household_named(number: str, *, month: Month, model: str | None, installation: Installation) -> Explanation:
    """Explain a household by its number, in the month's current run.

    Raises NoSuchHousehold, NoSuchRun, MonthRetired or DoesNotAddUp.
    """
    key = household_card(number, keys=installation.keys).household_key
    run = run_of(month, model)
    refuse_retired([run.id])
    return explain_household(key, run=run, installation=installation)


def explain_household(household_key: int, *, run: FinishedRun, installation: Installation) -> Explanation:
    """Explain a household in a run, from department records to the level; raises NoSuchHousehold, LakeMissing or DoesNotAddUp."""
    lake, inputs = installation.lake, run.summary["inputs"]
    month = Month.parse(run.month)
    tables = household_tables(lake, run.id, household_key)
    for name in ("members", "deceased"):
        if name in inputs["registry"]:
            tables[name] = _rows_of(lake, inputs["registry"][name]["path"], household_key)
    merged = inputs["registry"].get("redirects")
    redirects = _redirects(lake, merged["path"]) if merged else {}
    previous = inputs["previous"] and household_tables(lake, inputs["previous"]["run_id"], household_key)
    model = model_named(run.model_id, catalogue=installation.catalogue)
    context = RunContext(model, installation.catalogue, month, run_result(lake, run.id).unknown, redirects)
    return explained(tables, context, previous=previous or None)


def _redirects(lake: Lake, path: str) -> dict[int, int]:
    return {row["person_key"]: row["into_key"] for row in lake.read_table(path).to_pylist()}


def _rows_of(lake: Lake, path: str, household_key: int) -> pa.Table:
    with lake.open_reader(path) as stream:
        return pq.read_table(stream, filters=[("household_key", "=", household_key)])
