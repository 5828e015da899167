"""A draft of a model proposed from what was found in its months; written as text, never published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import polars as pl
import pyarrow as pa

from minsheng.domain.monitoring.evaluating import Found, RunMonths
from minsheng.domain.monitoring.queries import published_models
from minsheng.engine.evaluation.arrays import Floats, codes_of
from minsheng.engine.evaluation.calibration.calibrating import Calibration, calibrate
from minsheng.engine.evaluation.calibration.draft import bands_of, drafted, next_version, tied_bands, with_bands
from minsheng.engine.evaluation.calibration.material import Bands, Material
from minsheng.engine.evaluation.cases import Cases
from minsheng.engine.evaluation.known import Coverage
from minsheng.engine.evaluation.worklist import Workload
from minsheng.engine.indicators.grammar import LEVELS, MILLIONTHS, Model
from minsheng.engine.simulation.arrays import ints
from minsheng.engine.simulation.findings import findings
from minsheng.engine.simulation.rescoring import rescored
from minsheng.engine.simulation.stored import StoredMonth, StoredRange
from minsheng.kernel.errors import Refusal


class NotEverybodyKnown(Refusal):
    """The outcomes stand only for some households, so that weights would be fitted to them alone."""

    code: ClassVar[str] = "not-everybody-known"


class ModelChanged(Refusal):
    """The months were run with several versions of the model."""

    code: ClassVar[str] = "model-changed"


@dataclass(frozen=True)
class Proposal:
    """A calibration, the draft that it proposes as YAML, and what it rests on."""

    model: Model
    version: str
    calibration: Calibration
    coverage: Coverage
    draft: str
    source: str


@dataclass(frozen=True)
class _Part:
    """A range of a month, where its cases begin among all, and the month's own."""

    month: StoredMonth
    range: StoredRange
    begin: int


def propose(months: RunMonths, found: Found, workload: Workload, *, new_bounds: bool = True) -> Proposal:
    """This will propose whole-number points, bounds and thresholds from outcomes, within the model's own rules.

    Raises NotEverybodyKnown (verdicts without a random sample), or ModelChanged.
    """
    model = months.model
    if len({(one.name, one.version) for one in months.models.values()}) > 1:
        raise ModelChanged("These months were run with several versions of the model.", next_step="Bound the months: --months A..B")
    cases = Cases.of(found.cases, pl.zeros(found.cases.height, pl.Boolean, eager=True))
    if not cases.coverage.everybody:
        raise NotEverybodyKnown(
            f"Nothing was found about anybody of: {', '.join(cases.coverage.missing)}.",
            next_step="Visit a random sample of households without a warning too, and record what was found; or give --truth.",
        )
    material = material_of(months, cases)
    thresholds = {level: float(getattr(model.levels, level)) for level in LEVELS[1:]}
    least = max(1.0, float(model.hysteresis.margin))
    share = sum(map(workload.in_month, months.persons.values())) / found.cases.height
    calibration = calibrate(material, thresholds=thresholds, share=share, least_threshold=least, new_bounds=new_bounds)
    version = next_version(model, {line.id.split("@")[1] for line in published_models() if line.id.startswith(f"{model.name}@")})
    source = f"{found.source}; {months.title}; {int((cases.weight > 0).sum()):,} known cases"
    after = untied(model, calibration.after)
    return Proposal(
        model=model,
        version=version,
        calibration=replace(calibration, before=bands_of(model), after=after),
        coverage=cases.coverage,
        draft=drafted(model, after, calibration.thresholds_after, version=version, source=source),
        source=source,
    )


def untied(model: Model, bands: Bands) -> Bands:
    """The bands of every category, of which those that are alike were calibrated as one."""
    return {key: bands[first] for key, first in tied_bands(model).items()}


def material_of(months: RunMonths, cases: Cases) -> Material:
    """The stored values of the months, in the order of the cases (month, then household), and the model's own arithmetic."""
    parts: list[_Part] = []
    for stored in months.stored.values():
        for part in stored.ranges():
            parts.append(_Part(stored, part, parts[-1].begin + len(parts[-1].range.roll) if parts else 0))
    model = months.model
    assert parts and parts[-1].begin + len(parts[-1].range.roll) == len(cases.household)
    place, _ = codes_of(cases.frame["township"].to_numpy().astype(np.str_))
    return Material(
        values=pl.concat([_values(part, model) for part in parts]),
        factor=np.concatenate([ints(part.range.scores, "identity_percent") for part in parts]) / 100,
        bands={key: bands for key, bands in bands_of(model).items() if tied_bands(model)[key] == key},
        score=lambda bands: np.concatenate([_rescored(part, model, with_bands(model, untied(model, bands))) for part in parts]),
        hard=cases.hard,
        weight=cases.weight,
        household=cases.household,
        place=place,
    )


def _rescored(part: _Part, before: Model, after: Model) -> Floats:
    """The scores of a range under other bands, by the rules of docs/scoring.md."""
    found = findings(before, after, part.range, part.month.merged)
    scored = rescored(before, after, part.range, found, part.month.merged)
    return np.asarray(scored.score / MILLIONTHS, dtype=np.float64)


def _values(part: _Part, model: Model) -> pl.DataFrame:
    """case, indicator, bands and value of the scoring indicators, bands that are alike under one name."""
    table = part.range.values.select(["household_key", "indicator", "bands", "value"])
    rows = pl.DataFrame(pl.from_arrow(_plain(table))).filter(pl.col("indicator").is_in([one.id for one in model.scoring_indicators]))
    case = part.begin + np.searchsorted(part.range.roll, rows["household_key"].to_numpy())
    first = _first_names(model)
    names = pl.struct("indicator", "bands").map_elements(lambda key: first[key["indicator"], key["bands"]], return_dtype=pl.String)
    return rows.select(pl.Series("case", case), "indicator", names.alias("bands"), pl.col("value").cast(pl.Float64))


def _first_names(model: Model) -> Mapping[tuple[str, str], str]:
    return {key: first[1] for key, first in tied_bands(model).items()}


def _plain(table: pa.Table) -> pa.Table:
    """Texts as texts, whatever the file had."""
    kinds = [pa.field(field.name, pa.int64() if field.name in ("household_key", "value") else pa.string()) for field in table.schema]
    return table.cast(pa.schema(kinds))
