"""Which households a changed input touches, so that only they are computed again.

Touched are the households with a different row in the register, the verdicts or last month's run, and those of every person with a
row in a delivery that came, went or was replaced; where an indicator became known or unknown, of every person it may speak of.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from minsheng.engine.backends.backend import Backend, Source, collect
from minsheng.engine.indicators.grammar import Indicator
from minsheng.engine.indicators.loading import model_digest
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.availability import Reading, reading, unknown_indicators
from minsheng.engine.scoring.inputs import LAST_MONTH, RunInputs
from minsheng.engine.scoring.manifest import Manifest, OfAnEarlierLayout, read_manifest
from minsheng.engine.scoring.plan import InputFile, LedgerFile, RunPlan
from minsheng.engine.scoring.ranges import EVERYTHING, Layout
from minsheng.engine.scoring.tables import INPUTS, TABLES

_KEYS = pa.schema({"household_key": pa.int64()})
_PERSON = pa.schema({"person_key": pa.int64()})
_BY_HOUSEHOLD = ("households", "members", "deceased", "tags", "verdicts", "verdict_hits")


@dataclass(frozen=True)
class Base:
    """A finished run of the same month and model, with its plan."""

    plan: RunPlan
    manifest: Manifest

    @classmethod
    def of(cls, lake: Lake, base: RunPlan, plan: RunPlan, layout: Layout) -> "Base | None":
        """The base, if it can serve: finished, whole, of the same month, model and layout, with the same people merged."""
        folder = f"runs/{base.run_id}"
        if not lake.exists(f"{folder}/manifest.json") or base.month != plan.month or model_digest(base.model) != model_digest(plan.model):
            return None
        try:
            manifest = read_manifest(lake, folder)
        except OfAnEarlierLayout:
            return None
        whole = manifest.result is not None and all(manifest.stands(record) for record in manifest.ranges.values())
        fits = manifest.layout == layout.kept
        return cls(base, manifest) if whole and fits and _sha(base, "redirects") == _sha(plan, "redirects") else None


def touched_households(backend: Backend, lake: Lake, plan: RunPlan, base: Base) -> pa.Table:
    """The households (household_key, in order) that may come out otherwise by a plan than by its base."""
    look = _Look(backend, lake, plan, base.plan)
    run = RunInputs(lake, plan)
    everybody = run.everybody()
    households = [*look.changed_households(), *look.changed_by_last_month("scores")]
    people = [*look.changed_people()]
    run.bind(backend, EVERYTHING, {})
    persons = [run.merged(rows) for rows in people]
    if persons:
        named = ibis.union(*persons, distinct=True) if len(persons) > 1 else persons[0].distinct()
        backend.keep("touched_people", backend.compile(named))
        touched = ibis.table(named.schema(), name="touched_people")
        households.append(everybody.semi_join(touched, "person_key").select("household_key"))
    if not households:
        return _KEYS.empty_table()
    together = ibis.union(*households, distinct=True) if len(households) > 1 else households[0].distinct()
    return collect(backend, together, _KEYS, ("household_key",))


class _Look:
    """Compares two plans; binds what it reads under names of its own."""

    def __init__(self, backend: Backend, lake: Lake, plan: RunPlan, base: RunPlan) -> None:
        self._backend, self._lake, self._plan, self._base = backend, lake, plan, base
        self._made = 0

    def changed_households(self) -> Iterator[ir.Table]:
        """Households with a different row in the register or the verdicts."""
        for name in _BY_HOUSEHOLD:
            now, before = (plan.registry.given().get(name) for plan in (self._plan, self._base))
            if now != before:
                yield self._unlike([now] if now else [], [before] if before else [], INPUTS[name]).select("household_key")

    def changed_by_last_month(self, name: str) -> Iterator[ir.Table]:
        """The rows of a table of last month's run that differ."""
        now, before = (set(getattr(plan.previous, name) if plan.previous else ()) for plan in (self._plan, self._base))
        if now != before:
            rows = self._unlike(sorted(now - before, key=_path), sorted(before - now, key=_path), TABLES[name].schema)
            yield rows.select("household_key" if name == "scores" else "person_key")

    def changed_people(self) -> Iterator[ir.Table]:
        """The people, under keys as ledgers know them, of whom a ledger, last month's run or an indicator says something else now."""
        for name in LAST_MONTH:
            if name != "scores":
                yield from self.changed_by_last_month(name)
        files = set[LedgerFile]()
        for indicator in self._plan.model.indicators:
            files |= self._files_of(indicator)
            if self._is_known_otherwise(indicator):
                yield from self._carried(indicator)
        if files:
            yield self._table(sorted(files, key=_path), _PERSON)

    def _files_of(self, indicator: Indicator) -> set[LedgerFile]:
        """The ledger files whose people an indicator may speak otherwise of: those that differ, or all if it is known otherwise."""
        now, before = (set(_files(plan, indicator)) for plan in (self._plan, self._base))
        return now | before if self._is_known_otherwise(indicator) else now ^ before

    def _is_known_otherwise(self, indicator: Indicator) -> bool:
        return _knowing(self._plan, indicator) != _knowing(self._base, indicator)

    def _carried(self, indicator: Indicator) -> Iterator[ir.Table]:
        """People whose points of last month may be carried."""
        files = {file for plan in (self._plan, self._base) if plan.previous for file in plan.previous.points}
        if files:
            rows = self._table(sorted(files, key=_path), TABLES["points"].schema)
            yield rows.filter(rows.indicator == indicator.id).select("person_key")

    def _unlike(self, now: Sequence[InputFile], before: Sequence[InputFile], schema: pa.Schema) -> ir.Table:
        """The rows that stand in one of two versions of a table only."""
        new, old = self._table(now, schema), self._table(before, schema)
        return ibis.union(ibis.difference(new, old, distinct=True), ibis.difference(old, new, distinct=True), distinct=True)

    def _table(self, files: Iterable[InputFile], schema: pa.Schema) -> ir.Table:
        self._made += 1
        name = f"compared_{self._made}"
        self._backend.bind(name, self._lake, Source(tuple(file.path for file in files), schema))
        return ibis.table(ibis.schema(schema), name=name)


def _files(plan: RunPlan, indicator: Indicator) -> list[LedgerFile]:
    """The ledger files behind an indicator's values, or behind its points when they were last known."""
    return list(reduce(lambda found, one: [*found, *one.files], _readings(plan, indicator), list[LedgerFile]()))


def _readings(plan: RunPlan, indicator: Indicator) -> list[Reading]:
    unknown = unknown_indicators(plan).get(indicator.id)
    back = (unknown.stale_months or 0) if unknown else 0
    return [reading(indicator, plan.feeds, plan.month.plus(-months)) for months in {0, back}]


def _knowing(plan: RunPlan, indicator: Indicator) -> object:
    """How an indicator is known, apart from the files it reads."""
    readings = [(one.window, one.absent, one.delivered, one.undated_at_end) for one in _readings(plan, indicator)]
    return readings, unknown_indicators(plan).get(indicator.id)


def _sha(plan: RunPlan, name: str) -> str | None:
    file = plan.registry.given().get(name)
    return file.sha256 if file else None


def _path(file: InputFile) -> str:
    return file.path
