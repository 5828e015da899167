"""Published versions, by model, with the months in which each counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import yaml

from minsheng.domain.modelling import states
from minsheng.domain.modelling.models import ModelDraft
from minsheng.domain.monitoring.in_force import version_in_force
from minsheng.domain.monitoring.models import ModelActivation, PublishedModel, Run
from minsheng.domain.monitoring.queries import FinishedRun, NoSuchModel, current_runs, model_named
from minsheng.engine.contracts.schema import Contract, Text
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.periods import Month


@dataclass(frozen=True)
class Version:
    """A published version. `from_month` is empty where it counted at once; `counts` says whether it counts in the month asked about."""

    id: str
    name: str
    version: str
    title: Text
    published_at: datetime
    published_by: str
    from_month: str
    counts: bool
    months_run: int
    document: str


@dataclass(frozen=True)
class ModelFamily:
    """A model with its published versions, the newest first."""

    name: str
    title: Text
    versions: tuple[Version, ...]

    @property
    def counting(self) -> Version | None:
        """The version that counts in the month asked about."""
        return next((one for one in self.versions if one.counts), None)

    @property
    def to_come(self) -> tuple[Version, ...]:
        """Approved versions whose month has not come, the nearest first."""
        current = self.counting
        since = current.from_month if current else ""
        return tuple(sorted((one for one in self.versions if one.from_month > since and not one.counts), key=lambda one: one.from_month))

    def before(self, version: str) -> Version | None:
        """The version published before one."""
        numbers = [one.version for one in self.versions]
        at = numbers.index(version) + 1
        return self.versions[at] if at < len(self.versions) else None


def families(*, month: Month) -> list[ModelFamily]:
    """Every model with its versions, by name; `month` is the one asked about."""
    rows = sorted(PublishedModel.objects.all(), key=lambda row: row.name)
    since = dict(ModelActivation.objects.order_by("activated_at").values_list("model_id", "from_month"))
    run = _months_run()
    return [_family(name, list(group), since, run, month) for name, group in groupby(rows, key=lambda row: row.name)]


def family(name: str, *, month: Month) -> ModelFamily:
    """One model with its versions; raises NoSuchModel."""
    found = next((one for one in families(month=month) if one.name == name), None)
    if found is None:
        raise NoSuchModel(f"No model {name!r} is published.", next_step="Choose one of the list.")
    return found


def published(name: str, version: str, *, catalogue: Mapping[str, Contract]) -> Model:
    """A published version; raises NoSuchModel."""
    return model_named(f"{name}@{version}", catalogue=catalogue)


def next_version(family: ModelFamily) -> str:
    """The version after the newest that neither is published nor being drafted."""
    drafted = ModelDraft.objects.filter(name=family.name).exclude(state=states.WITHDRAWN).values_list("version", flat=True)
    taken = {one.version for one in family.versions} | set(drafted)
    year, number = max(tuple(int(part) for part in version.split(".")) for version in taken)
    return f"{year}.{number + 1}"


def model_text(model: Model) -> str:
    """A model as YAML that a person reads and `load_model` reads back."""
    document = _plain(model.model_dump(mode="python", by_alias=True, exclude_defaults=True))
    return str(yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120))


def runs_to_try(name: str) -> list[FinishedRun]:
    """The current runs of a model on which a draft can be tried, the newest month first."""
    return current_runs(name)[::-1]


def _family(name: str, rows: list[PublishedModel], since: Mapping[str, str], run: Mapping[str, int], month: Month) -> ModelFamily:
    counting = version_in_force(name, month)
    newest_first = sorted(rows, key=lambda row: tuple(int(part) for part in row.version.split(".")), reverse=True)
    versions = tuple(_version(row, since.get(row.pk, ""), run.get(row.pk, 0), counts=row.pk == counting) for row in newest_first)
    title = next((one.title for one in versions if one.counts), versions[0].title)
    return ModelFamily(name, title, versions)


def _version(row: PublishedModel, from_month: str, months_run: int, *, counts: bool) -> Version:
    title = Model.model_validate_json(row.document).title
    return Version(row.pk, row.name, row.version, title, row.published_at, row.published_by, from_month, counts, months_run, row.document)


def _months_run() -> dict[str, int]:
    months: dict[str, set[str]] = {}
    for model, month in Run.objects.filter(current=True).values_list("model_id", "month"):
        months.setdefault(model, set()).add(month)
    return {model: len(found) for model, found in months.items()}


def _plain(value: Any) -> Any:
    """Only what YAML knows: whole points as integers, lists for tuples."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
