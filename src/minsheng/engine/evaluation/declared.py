"""A household table of one's own: a declaration says what its columns are, and the same measures and calibration apply.

No register, no database, no months: one row is one household.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
import polars as pl
import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator

from minsheng.engine.contracts.documents import Document, Fault
from minsheng.engine.contracts.schema import Strict, Text, Words
from minsheng.engine.evaluation.arrays import codes_of
from minsheng.engine.evaluation.bringing import Brought, bring
from minsheng.engine.evaluation.calibration.calibrating import Calibration, calibrate
from minsheng.engine.evaluation.calibration.material import Band, Bands, BandsKey, Material, plain_scores
from minsheng.engine.evaluation.cases import CASES
from minsheng.engine.evaluation.evaluating import Evaluation, evaluate
from minsheng.engine.evaluation.worklist import Workload
from minsheng.engine.indicators.grammar import DEFAULT_BANDS, LevelName
from minsheng.kernel.errors import Refusal

FIRST_TENTH = 0.1
"""The share of households looked at where no workload is given."""
_NO_MONTH = 0


class DeclarationFaults(Refusal):
    """The declaration cannot be used; every fault is named with its line."""

    code: ClassVar[str] = "declaration-faults"


class NoScore(Refusal):
    """Nothing says how households are scored."""

    code: ClassVar[str] = "no-score"


class NoOutcome(Refusal):
    """Nothing says, or nobody knows, which households were in hardship."""

    code: ClassVar[str] = "no-outcome"


class DeclaredBand(Strict):
    """From this value on (downward where less is worse) a household gets so many points."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    bound: Annotated[float, Field(alias="from")]
    points: Annotated[int, Field(ge=0, le=1000)]


class DeclaredIndicator(Strict):
    """A numeric column; `worse` says which way hardship lies. A blank cell is no finding."""

    column: Words
    worse: Literal["high", "low"] = "high"
    bands: tuple[DeclaredBand, ...] = ()

    @property
    def sign(self) -> float:
        """What turns values so that larger is worse."""
        return 1.0 if self.worse == "high" else -1.0

    @model_validator(mode="after")
    def _worse_upward(self) -> "DeclaredIndicator":
        bounds, points = [self.sign * band.bound for band in self.bands], [band.points for band in self.bands]
        if sorted(set(bounds)) != bounds or sorted(points) != points:
            raise ValueError("bands must go from better to worse, with points that never fall")
        return self


class Declaration(Strict):
    """What the columns of a household table are.

    outcome: 1 in hardship, 0 not, blank unknown. weight: a survey's own. place: what folds keep together (a township). groups:
    columns whose groups are measured apart. levels: the score from which each level is given.
    """

    household: Words | None = None
    outcome: Words | None = None
    weight: Words | None = None
    place: Words | None = None
    groups: tuple[Words, ...] = ()
    most_bands: Annotated[int, Field(ge=1, le=8)] = 3
    indicators: Annotated[tuple[DeclaredIndicator, ...], Field(min_length=1)]
    levels: dict[LevelName, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    note: str = ""

    @property
    def bands(self) -> dict[BandsKey, tuple[Band, ...]]:
        """The bands as a calibration has them: larger is worse."""
        return {
            (one.column, DEFAULT_BANDS): tuple(Band(one.sign * band.bound, float(band.points)) for band in one.bands)
            for one in self.indicators
        }


@dataclass(frozen=True)
class Households:
    """A table as declared: cases (`CASES` without scores, and the groups), and long values (case, indicator, bands, value)."""

    cases: pl.DataFrame
    values: pl.DataFrame
    groups: tuple[str, ...]
    place: pl.Series
    source: str


def load_declaration(path: Path) -> Declaration:
    """Read a declaration; raises DeclarationFaults."""
    document = Document(path)
    faults: list[Fault] = list(document.faults)
    if not faults:
        try:
            return Declaration.model_validate(document.data)
        except ValidationError as error:
            faults = [document.fault(tuple(one["loc"]), one["msg"].removeprefix("Value error, ")) for one in error.errors()]
    told = "\n".join(f"  {fault}" for fault in faults)
    raise DeclarationFaults(f"The declaration has {len(faults)} fault(s):\n{told}\n", next_step="Mend the lines named here and try again.")


def read_households(path: Path, declaration: Declaration, *, outcome: str | None) -> Households:
    """Read a household table as declared; raises UnreadableTable, MissingColumn, BadCell or NoOutcome."""
    table = bring(path)
    column = outcome or declaration.outcome
    if column is None:
        raise NoOutcome("Nothing says which column holds the outcome.", next_step="Name it: --outcome COLUMN.")
    hard = table.flags(column, blank_ok=True)
    if not hard.is_not_null().any() or hard.all() or not hard.any():
        raise NoOutcome(f"{table.name}, column {column!r} holds only one outcome.", next_step="Give households of both kinds.")
    household = table.texts(declaration.household) if declaration.household else pl.Series("row", range(table.frame.height)).cast(pl.String)
    if declaration.household:
        table.once([household], declaration.household, "one row for each household")
    groups = {name: table.texts(name, blank_ok=True).fill_null("") for name in declaration.groups}
    weight = table.numbers(declaration.weight, least=0) if declaration.weight else None
    place = table.texts(declaration.place) if declaration.place else household
    return Households(_cases(hard, weight, groups), _values(table, declaration), tuple(groups), place, table.name)


def evaluate_declared(
    path: Path, *, declaration: Declaration | None, outcome: str | None, score: str | None, workload: Workload | None
) -> tuple[Evaluation, Households]:
    """This will measure a score against outcomes: of a column, or of the points that the declaration gives; raises NoScore too."""
    if score is None and (declaration is None or not any(declaration.bands.values())):
        raise NoScore(
            "Nothing says how households are scored.", next_step="Name a column (--score), or give --columns with bands and points."
        )
    used = declaration or Declaration(indicators=(DeclaredIndicator(column=score or ""),))
    table = read_households(path, used, outcome=outcome)
    points = bring(path).numbers(score).to_numpy() if score else plain_scores(table.values, used.bands, table.cases.height)
    level = np.searchsorted(np.array(list(used.levels.values())), points, side="right")
    cases = table.cases.with_columns(score=pl.Series(points, dtype=pl.Float64), level=pl.Series(level.astype(np.int64)))
    work = workload or Workload(Text(zh="全部家庭的前十分之一", en="the first tenth of the households"), a_month=FIRST_TENTH * cases.height)
    findings = (
        pl.DataFrame(schema={"household_key": pl.Int64, "month": pl.Int64, "indicator": pl.String}) if score else _findings(table, used)
    )
    found = evaluate(cases, findings, workload=work, persons={_NO_MONTH: cases.height}, groups=table.groups)
    return found, table


def calibrate_declared(table: Households, declaration: Declaration, *, workload: Workload | None) -> Calibration:
    """This will propose bands and points for the declared columns; levels that are declared keep their shares."""
    cases = table.cases.height
    hard = table.cases["in_hardship"]
    known = hard.is_not_null().to_numpy()
    given = table.cases["given_weight"].fill_null(1.0).to_numpy()
    material = Material(
        values=table.values,
        factor=np.ones(cases),
        bands=declaration.bands,
        score=lambda bands: plain_scores(table.values, bands, cases),
        hard=hard.fill_null(value=False).to_numpy(),
        weight=np.where(known, given, 0.0),
        household=np.arange(cases),
        place=codes_of(table.place.to_numpy().astype(np.str_))[0],
    )
    share = (workload.in_month(cases) / cases) if workload else FIRST_TENTH
    thresholds = {str(level): least for level, least in declaration.levels.items()}
    return calibrate(material, thresholds=thresholds, share=share, most_bands=declaration.most_bands)


def drafted_declaration(declaration: Declaration, found: Calibration, *, source: str) -> str:
    """The declaration with the proposed bands as YAML; its note says that it is a draft and from which data."""
    document = declaration.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document["note"] = f"DRAFT, proposed from outcomes ({source}) and judged by nobody yet."
    document["indicators"] = [_drafted(one, found.after) for one in declaration.indicators]
    if found.thresholds_after:
        document["levels"] = {level: round(least) for level, least in found.thresholds_after.items()}
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)


def _drafted(one: DeclaredIndicator, bands: Bands) -> dict[str, object]:
    own = bands[one.column, DEFAULT_BANDS]
    written = [{"from": _number(one.sign * band.bound), "points": round(band.points)} for band in own]
    return {"column": one.column, "worse": one.worse, **({"bands": written} if written else {})}


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _cases(hard: pl.Series, weight: pl.Series | None, groups: dict[str, pl.Series]) -> pl.DataFrame:
    frame = pl.DataFrame({"household_key": range(len(hard)), "in_hardship": hard})
    given = {"month": _NO_MONTH, "score": 0.0, "level": 0, "warned": True, "new_points": 0.0, "stratum": "all"}
    blank = {"newly": None, "severity": None, "cause": None}
    weights = pl.lit(None) if weight is None else weight
    filled = frame.with_columns(**{name: pl.lit(value) for name, value in {**given, **blank}.items()}, given_weight=weights)
    return filled.select(CASES.names()).cast(CASES).with_columns(**groups)


def _values(table: Brought, declaration: Declaration) -> pl.DataFrame:
    parts = []
    for one in declaration.indicators:
        cells = table.numbers(one.column, blank_ok=True) * one.sign
        rows = pl.DataFrame({"case": range(len(cells)), "value": cells}).drop_nulls("value")
        parts.append(rows.select("case", pl.lit(one.column).alias("indicator"), pl.lit(DEFAULT_BANDS).alias("bands"), "value"))
    return pl.concat(parts)


def _findings(table: Households, declaration: Declaration) -> pl.DataFrame:
    """Who has points of what."""
    parts = []
    for (column, _), bands in declaration.bands.items():
        least = min((band.bound for band in bands if band.points > 0), default=math.inf)
        rows = table.values.filter((pl.col("indicator") == column) & (pl.col("value") >= least))
        parts.append(rows.select(household_key=pl.col("case").cast(pl.Int64), month=pl.lit(_NO_MONTH, pl.Int64), indicator="indicator"))
    return pl.concat(parts)
