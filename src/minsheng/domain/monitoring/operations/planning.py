"""Putting together what a run is given: the frozen register, the deliveries in effect, last month's run."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

import pyarrow as pa

from minsheng.domain.feeds import queries as feeds
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.lake import frozen_path
from minsheng.domain.monitoring.models import Verdict
from minsheng.domain.monitoring.queries import current_run, hits_at_verdict
from minsheng.domain.registry.queries import frozen_registry
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.indicators.grammar import REGISTRY, Model
from minsheng.engine.lake import Lake, group_of, write_parquet
from minsheng.engine.scoring.plan import FeedInput, InputFile, LedgerFile, PreviousRun, RegistryFiles, RunPlan
from minsheng.engine.scoring.results import previous_run
from minsheng.engine.scoring.tables import INPUTS
from minsheng.kernel.periods import Month, window

_SNAPSHOT_LOOKBACK = 13


def months_read(model: Model, month: Month, catalogue: Catalogue) -> list[Month]:
    """The months whose deliveries a model may need.

    Its longest window, or a year for snapshots delivered once a year; before it as many months as points may be carried, since
    the records behind carried points are those of the window in which they were known.
    """
    longest = max((indicator.window_months or 1 for indicator in model.indicators), default=1)
    carried = max((catalogue[feed].tolerance_months for feed in feeds_read(model) if feed in catalogue), default=0)
    return window(month, max(longest, _SNAPSHOT_LOOKBACK) + carried)


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


def completed(plan: RunPlan, *, installation: Installation) -> RunPlan:
    """A kept plan for another model, with the feeds and months that the first model did not read, as they stand now."""
    months = months_read(plan.model, plan.month, installation.catalogue)
    now = _feeds(plan.model, plan.month, feeds.in_effect(feeds_read(plan.model), months), installation)
    return replace(plan, feeds={feed: _completed(plan.feeds.get(feed), given) for feed, given in now.items()})


def _completed(kept: FeedInput | None, now: FeedInput) -> FeedInput:
    if kept is None:
        return now
    added = {month: files for month, files in now.ledgers.items() if month not in kept.months}
    return replace(kept, months={**now.months, **kept.months}, ledgers={**added, **kept.ledgers})


def freeze(model: Model, month: Month, lake: Lake) -> RegistryFiles:
    """Write the register and the verdicts as they stand at month end; a table that did not change is not written again."""
    tables = frozen_registry(month).tables() | verdicts_known(model, month)
    return RegistryFiles(**{name: _frozen(lake, month, name, table.cast(INPUTS[name])) for name, table in tables.items()})


def _frozen(lake: Lake, month: Month, name: str, table: pa.Table) -> InputFile:
    content = io.BytesIO()
    write_parquet(table, content, group=group_of(table.num_rows))
    digest = sha256(content.getvalue()).hexdigest()
    path = frozen_path(month, name, digest)
    if not lake.exists(path):
        lake.write_bytes(path, content.getvalue())
    return InputFile(path, digest)


def verdicts_known(model: Model, month: Month) -> dict[str, pa.Table]:
    """The newest verdict that quiets, of every household by month end, and what its warning rested on."""
    first = month.plus(-model.suppression.quiet_months).last_day
    given = Verdict.standing.filter(given_on__gt=first, given_on__lte=month.last_day, run__model_name=model.name)
    quieting = given.filter(verdict__in=model.suppression.verdicts).order_by("given_on", "id")
    newest: dict[int, Verdict] = {verdict.household_key: verdict for verdict in quieting}
    rows = [{"household_key": key, "given_on": one.given_on, "verdict": one.verdict} for key, one in sorted(newest.items())]
    households: dict[str, list[int]] = defaultdict(list)
    for key, one in sorted(newest.items()):
        households[one.run_id].append(key)
    hits = hits_at_verdict(households)
    return {
        "verdicts": pa.Table.from_pylist(rows, schema=INPUTS["verdicts"]),
        "verdict_hits": pa.Table.from_pylist(hits, schema=INPUTS["verdict_hits"]),
    }


def _feeds(model: Model, month: Month, ledgers: Sequence[Delivery], installation: Installation) -> Mapping[str, FeedInput]:
    used = [feed for feed in feeds_read(model) if feed in installation.catalogue]
    states = feeds.availability(installation.catalogue, used, months_read(model, month, installation.catalogue))
    files: dict[str, dict[Month, list[LedgerFile]]] = defaultdict(lambda: defaultdict(list))
    for delivery in ledgers:
        parts = (LedgerFile(part["path"], part["sha256"], delivery.id) for part in delivery.ledger)
        files[delivery.feed][Month.parse(delivery.month)].extend(parts)
    return {feed: FeedInput.of(installation.catalogue[feed], states[feed], files[feed]) for feed in used}


def _previous(model: Model, month: Month, lake: Lake) -> PreviousRun | None:
    run = current_run(model.name, month.plus(-1))
    return previous_run(lake, run.id) if run else None
