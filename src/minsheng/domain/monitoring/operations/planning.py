"""Putting together what a run is given: the frozen register, the deliveries in effect, last month's run."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256

import pyarrow as pa

from minsheng.domain.feeds import queries as feeds
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.lake import frozen_path
from minsheng.domain.monitoring.models import Verdict
from minsheng.domain.monitoring.queries import current_run, hits_at_verdict
from minsheng.domain.registry.queries import frozen_registry
from minsheng.engine.indicators.grammar import REGISTRY, Model
from minsheng.engine.lake import Lake, write_parquet
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, PreviousRun, RegistryFiles, RunPlan
from minsheng.engine.scoring.results import previous_run
from minsheng.engine.scoring.tables import INPUTS
from minsheng.kernel.periods import Month, window

_SNAPSHOT_LOOKBACK = 13


def months_read(model: Model, month: Month) -> list[Month]:
    """The months whose deliveries a model may need: its longest window, and a year for snapshots delivered once a year."""
    longest = max((indicator.window_months or 1 for indicator in model.indicators), default=1)
    return window(month, max(longest, _SNAPSHOT_LOOKBACK))


def feeds_read(model: Model) -> list[str]:
    """The feeds a model reads, in order."""
    return sorted({indicator.source for indicator in model.indicators} - {REGISTRY})


def plan_run(model: Model, month: Month, ledgers: Sequence[Delivery], *, installation: Installation) -> RunPlan:
    """The plan of a month's run; the register and the verdicts are frozen into the lake."""
    return RunPlan(
        month=month,
        model=model,
        registry=freeze(model, month, installation.lake),
        feeds=_feeds(model, month, ledgers, installation),
        previous=_previous(model, month, installation.lake),
    )


def freeze(model: Model, month: Month, lake: Lake) -> RegistryFiles:
    """Write the register and the verdicts as they stand at month end; a table that did not change is not written again."""
    tables = frozen_registry(month).tables() | _verdicts(model, month)
    return RegistryFiles(**{name: _frozen(lake, month, name, table.cast(INPUTS[name])) for name, table in tables.items()})


def _frozen(lake: Lake, month: Month, name: str, table: pa.Table) -> InputFile:
    content = io.BytesIO()
    write_parquet(table, content)
    digest = sha256(content.getvalue()).hexdigest()
    path = frozen_path(month, name, digest)
    if not lake.exists(path):
        lake.write_bytes(path, content.getvalue())
    return InputFile(path, digest)


def _verdicts(model: Model, month: Month) -> dict[str, pa.Table]:
    """The newest verdict of every household by month end, and what its warning rested on."""
    first = month.plus(-model.suppression.quiet_months).last_day
    given = Verdict.objects.filter(given_on__gt=first, given_on__lte=month.last_day, run__model_name=model.name).order_by("given_on", "id")
    newest: dict[int, Verdict] = {verdict.household_key: verdict for verdict in given}
    rows = [{"household_key": key, "given_on": one.given_on, "verdict": one.verdict} for key, one in sorted(newest.items())]
    hits = hits_at_verdict({one.run_id: [key for key, v in newest.items() if v.run_id == one.run_id] for one in newest.values()})
    return {
        "verdicts": pa.Table.from_pylist(rows, schema=INPUTS["verdicts"]),
        "verdict_hits": pa.Table.from_pylist(hits, schema=INPUTS["verdict_hits"]),
    }


def _feeds(model: Model, month: Month, ledgers: Sequence[Delivery], installation: Installation) -> Mapping[str, FeedInput]:
    used = [feed for feed in feeds_read(model) if feed in installation.catalogue]
    states = feeds.availability(installation.catalogue, used, months_read(model, month))
    files: dict[str, dict[Month, list[LedgerFile]]] = defaultdict(lambda: defaultdict(list))
    for delivery in ledgers:
        parts = (LedgerFile(part["path"], part["sha256"], delivery.id) for part in delivery.ledger)
        files[delivery.feed][Month.parse(delivery.month)].extend(parts)
    return {feed: FeedInput.of(installation.catalogue[feed], states[feed], files[feed]) for feed in used}


def _previous(model: Model, month: Month, lake: Lake) -> PreviousRun | None:
    run = current_run(model.name, month.plus(-1))
    return previous_run(lake, run.id) if run else None
