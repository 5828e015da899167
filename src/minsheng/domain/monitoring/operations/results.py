"""Bringing a run's results to PostgreSQL by COPY: only what people act on."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.lake import result_path
from minsheng.domain.monitoring.models import Evidence, Hit, HouseholdLevel, Run, Warning
from minsheng.domain.monitoring.operations.plans import plan_as_data
from minsheng.engine.explaining.reasons import RunContext, warning_reasons
from minsheng.engine.scoring.plan import RunPlan
from minsheng.engine.scoring.results import RunResult

_ONE_PUBLISHER = 0x6D6F_6E69_746F_7269
_LEVEL_COLUMNS = ("run_id", "household_key", "division", "level", "previous_level", "change", "score")
_WARNING_COLUMNS = (
    "run_id",
    "household_key",
    "division",
    "level",
    "change",
    "cause",
    "score",
    "indicators",
    "reason_zh",
    "reason_en",
    "suppressed",
    "suppressed_by",
)
_HIT_COLUMNS = ("run_id", "household_key", "person_key", "indicator", "value", "band", "points", "stale_months", "is_new")
_EVIDENCE_COLUMNS = ("run_id", "household_key", "person_key", "indicator", "feed", "delivery", "row_number", "event_on", "detail")


def publish_results(*, plan: RunPlan, result: RunResult, installation: Installation, by: str, at: datetime, current: bool = True) -> None:
    """Bring levels, warnings with their reasons, hits and evidence into PostgreSQL, all or nothing; a second time changes nothing.

    The run becomes the current one of its model and month.
    """
    frames = _frames(plan, result, installation)
    model = f"{plan.model.name}@{plan.model.version}"
    with transaction.atomic():
        _one_publisher()
        if current:
            Run.objects.filter(month=str(plan.month), model_name=plan.model.name, current=True).exclude(pk=result.run_id).update(
                current=False
            )
        known = Run.objects.filter(pk=result.run_id).first()
        if known is not None:
            Run.objects.filter(pk=result.run_id).update(current=current or known.current)
            return
        Run.objects.create(
            id=result.run_id,
            month=str(plan.month),
            model_id=model,
            model_name=plan.model.name,
            current=current,
            result_hash=result.result_hash,
            summary=_summary(result) | {"inputs": plan_as_data(plan)},
            finished_at=at,
            run_by=by,
        )
        for table, (columns, frame) in frames.items():
            _copy(table, columns, frame)
        record(
            "run.published",
            by=by,
            at=at,
            subject=f"run:{result.run_id}",
            detail=_summary(result) | {"month": str(plan.month), "model": model},
        )


def _one_publisher() -> None:
    """Wait until no other command publishes a run; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_PUBLISHER])


def _summary(result: RunResult) -> dict[str, object]:
    names = ("households", "persons", "by_level", "by_change", "warnings", "suppressed", "unknown", "seconds")
    return {name: getattr(result, name) for name in names}


def _frames(plan: RunPlan, result: RunResult, installation: Installation) -> dict[str, tuple[Sequence[str], pl.DataFrame]]:
    tables = _tables(plan, result, installation)
    places = tables["households"].select("household_key", pl.col("division").fill_null(""))
    context = RunContext(plan.model, installation.catalogue, plan.month, result.unknown)
    reasons = warning_reasons({name: frame for name, frame in tables.items() if name != "households"}, context)
    scores, warnings = tables["scores"].join(places, on="household_key"), tables["warnings"]
    told = warnings.join(scores.select("household_key", "score", "division"), on="household_key").join(reasons, on="household_key")
    run = pl.lit(result.run_id).alias("run_id")
    return {
        HouseholdLevel._meta.db_table: (_LEVEL_COLUMNS, scores.with_columns(run)),
        Warning._meta.db_table: (_WARNING_COLUMNS, _told(told).with_columns(run)),
        Hit._meta.db_table: (_HIT_COLUMNS, tables["hits"].with_columns(run)),
        Evidence._meta.db_table: (_EVIDENCE_COLUMNS, _actionable(tables["evidence"], warnings).with_columns(run)),
    }


def _tables(plan: RunPlan, result: RunResult, installation: Installation) -> dict[str, pl.DataFrame]:
    paths = {name: result_path(result.run_id, name) for name in ("scores", "hits", "warnings", "points", "evidence")}
    paths |= {name: file.path for name, file in plan.registry.given().items() if name in ("households", "members", "deceased")}
    frames = {name: pl.from_arrow(installation.lake.read_table(path)) for name, path in paths.items()}
    return {name: frame for name, frame in frames.items() if isinstance(frame, pl.DataFrame)}


def _told(warnings: pl.DataFrame) -> pl.DataFrame:
    """Warnings as PostgreSQL takes them: arrays as literals, blanks as empty texts."""
    quoted = pl.concat_str([pl.lit("{"), pl.col("indicators").list.join(","), pl.lit("}")])
    return warnings.with_columns(quoted.alias("indicators"), pl.col("suppressed_by").fill_null(""))


def _actionable(evidence: pl.DataFrame, warnings: pl.DataFrame) -> pl.DataFrame:
    """The department records behind warnings; the rest stays in the lake."""
    kept = evidence.join(warnings.select("household_key"), on="household_key", how="semi")
    return kept.with_columns(pl.col("detail").fill_null("{}"), pl.col("delivery", "feed").fill_null(""), pl.col("row_number").fill_null(0))


def _copy(table: str, columns: Sequence[str], frame: pl.DataFrame) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    content = frame.select(columns).write_csv(include_header=False, null_value="", quote_style="non_numeric").encode()
    with connection.cursor() as cursor, cursor.copy(f"COPY \"{table}\" ({names}) FROM STDIN (FORMAT csv, NULL '')") as copy:
        copy.write(content)
