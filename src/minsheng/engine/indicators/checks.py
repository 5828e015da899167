"""Faults of a model that no single field shows: what points nowhere, repeats, shrinks or contradicts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from minsheng.engine.contracts.checks import Flaw
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.indicators.grammar import LEVELS, REGISTRY, Hysteresis, Identity, Indicator, Levels, Overlap, Suppression, Trigger
from minsheng.engine.indicators.indicator_checks import indicator_flaws
from minsheng.engine.indicators.sources import all_sources, known_categories

VERDICTS = frozenset({"TRUE_HELPED", "TRUE_ALREADY_COVERED", "TRUE_NOT_ELIGIBLE", "FALSE_DATA", "UNREACHABLE"})


@dataclass(frozen=True)
class ModelParts:
    """The parts of a model that could be read, each with its position; the ids are those declared, readable or not."""

    dimension_ids: frozenset[str]
    indicator_ids: tuple[str, ...]
    indicators: Mapping[int, Indicator]
    triggers: Mapping[int, Trigger]
    levels: Levels | None
    overlap: Overlap | None
    identity: Identity | None
    hysteresis: Hysteresis | None
    suppression: Suppression | None


def model_flaws(parts: ModelParts, catalogue: Mapping[str, Contract]) -> Iterator[Flaw]:
    """Every flaw in what could be read of a model, against the feeds of the catalogue."""
    sources = all_sources(catalogue)
    categories = known_categories(catalogue)
    for at, indicator in parts.indicators.items():
        for flaw in indicator_flaws(indicator, sources, sources[REGISTRY]):
            yield Flaw(("indicators", at, *flaw.place), flaw.message)
        yield from _dimension(at, indicator, parts.dimension_ids)
        for name in indicator.bands:
            yield from _category(("indicators", at, "bands", name), name, categories | {"default"})
    yield from _unique_ids(parts)
    yield from _triggers(parts, categories)
    yield from _scale(parts)


def _unique_ids(parts: ModelParts) -> Iterator[Flaw]:
    seen: Counter[str] = Counter()
    for at, name in enumerate(parts.indicator_ids):
        seen[name] += 1
        if seen[name] == 2:
            yield Flaw(("indicators", at, "id"), f"there is already an indicator {name}")


def _dimension(at: int, indicator: Indicator, dimensions: frozenset[str]) -> Iterator[Flaw]:
    place = ("indicators", at, "dimension")
    if indicator.reverse and indicator.dimension is not None:
        yield Flaw(place, "a reverse indicator belongs to no dimension")
    if not indicator.reverse and indicator.dimension is None:
        yield Flaw(place, "is missing; an indicator that gives points belongs to a dimension")
    if indicator.dimension is not None and indicator.dimension not in dimensions:
        yield Flaw(place, f"there is no dimension {indicator.dimension}")


def _category(place: tuple[str | int, ...], name: str, known: frozenset[str]) -> Iterator[Flaw]:
    if name not in known:
        yield Flaw(place, f"{name} is not a category of the registry")


def _triggers(parts: ModelParts, categories: frozenset[str]) -> Iterator[Flaw]:
    readable = {indicator.id: indicator for indicator in parts.indicators.values()}
    for at, trigger in parts.triggers.items():
        for category in trigger.categories:
            yield from _category(("triggers", at, "categories"), category, categories)
        if trigger.indicator not in parts.indicator_ids:
            yield Flaw(("triggers", at, "indicator"), f"there is no indicator {trigger.indicator}")
        elif trigger.indicator in readable:
            yield from _trigger_fires(at, trigger, readable[trigger.indicator])


def _trigger_fires(at: int, trigger: Trigger, indicator: Indicator) -> Iterator[Flaw]:
    if indicator.reverse:
        yield Flaw(("triggers", at, "indicator"), "a reverse indicator cannot lift a level")
    most = max((len(bands) for bands in indicator.bands.values()), default=0)
    if trigger.band > most:
        yield Flaw(("triggers", at, "band"), f"the indicator has only {most} band(s)")


def _scale(parts: ModelParts) -> Iterator[Flaw]:
    yield from _levels(parts.levels, parts.hysteresis)
    if parts.overlap is not None:
        yield from _overlap(parts.overlap)
    for tag, percent in parts.identity.percent.items() if parts.identity else ():
        if percent < 100:
            yield Flaw(("identity", "percent", tag), "must be at least 100: belonging to a group never lowers a score")
    for at, verdict in enumerate(parts.suppression.verdicts if parts.suppression else ()):
        if verdict not in VERDICTS:
            yield Flaw(("suppression", "verdicts", at), f"{verdict} is not a verdict; known are {', '.join(sorted(VERDICTS))}")


def _levels(levels: Levels | None, hysteresis: Hysteresis | None) -> Iterator[Flaw]:
    if levels is None:
        return
    for lower, higher in pairwise(LEVELS[1:]):
        if getattr(levels, higher) <= getattr(levels, lower):
            yield Flaw(("levels", higher), f"must be above {lower}")
    if levels.blue == 0:
        yield Flaw(("levels", "blue"), "must be above 0, or every household has a level")
    if hysteresis is not None and hysteresis.margin > levels.blue:
        yield Flaw(("hysteresis", "margin"), "is above the lowest threshold")


def _overlap(overlap: Overlap) -> Iterator[Flaw]:
    for (fewer, low), (more, high) in pairwise(sorted(overlap.percent.items())):
        if high < low:
            yield Flaw(("overlap", "percent", str(more)), f"may not be less than the percent for {fewer}")
