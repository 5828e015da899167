"""The draft of a model: another version with proposed numbers, each saying where it comes from."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import yaml

from minsheng.engine.evaluation.calibration.material import Band, Bands
from minsheng.engine.indicators.grammar import Model

Plain = Any
_NOTE_ZH = "草案：由结果数据测算得出，尚未经人审定；审定后请改写本说明并给出正式版本号。数据：{source}。原说明：{note}"
_NOTE_EN = (
    "DRAFT, proposed from outcomes and judged by nobody yet: whoever publishes it rewrites this note and gives it a version. "
    "Data: {source}. The note before: {note}"
)


def bands_of(model: Model) -> dict[tuple[str, str], tuple[Band, ...]]:
    """The bands of a model's scoring indicators, as a calibration has them."""
    return {
        (indicator.id, name): tuple(Band(float(band.bound), float(band.points)) for band in rows)
        for indicator in model.scoring_indicators
        for name, rows in indicator.bands.items()
    }


def tied_bands(model: Model) -> dict[tuple[str, str], tuple[str, str]]:
    """Which bands are alike in all numbers and so are one: each (indicator, name) → the first name of its like."""
    first: dict[tuple[str, tuple[Band, ...]], tuple[str, str]] = {}
    return {key: first.setdefault((key[0], bands), key) for key, bands in bands_of(model).items()}


def with_bands(model: Model, bands: Bands, thresholds: Mapping[str, float] | None = None) -> Model:
    """The model with other bands (and thresholds), all else as it is."""
    document = model.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for indicator in document["indicators"]:
        for name in indicator["bands"]:
            if (indicator["id"], name) in bands:
                indicator["bands"][name] = [_written(band) for band in bands[indicator["id"], name]]
    if thresholds is not None:
        document["levels"] |= {level: round(value) for level, value in thresholds.items()}
    return Model.model_validate(document)


def drafted(model: Model, bands: Bands, thresholds: Mapping[str, float], *, version: str, source: str) -> str:
    """The draft as YAML: the model with proposed numbers; the note and the basis of every changed one name the data (`source`)."""
    draft = with_bands(model, bands, thresholds)
    document = _plain(draft.model_dump(mode="python", by_alias=True, exclude_defaults=True))
    document["version"] = version
    document["note"] = {
        "zh": _NOTE_ZH.format(source=source, note=model.note.zh),
        "en": _NOTE_EN.format(source=source, note=model.note.en),
    }
    for indicator in document["indicators"]:
        if draft.indicator(indicator["id"]).bands != model.indicator(indicator["id"]).bands:
            indicator["basis"] = f"DRAFT: bounds and points proposed from outcomes ({source}); before: {indicator['basis']}"
    if draft.levels != model.levels:
        document["levels"]["basis"] = f"DRAFT: as many households in each level as before ({source}); before: {model.levels.basis}"
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)


def next_version(model: Model, taken: Collection[str]) -> str:
    """The next version of the model's year that is not taken."""
    year, number = model.version.split(".")
    later = (f"{year}.{one}" for one in range(int(number) + 1, int(number) + len(taken) + 2))
    return next(version for version in later if version not in taken)


def _written(band: Band) -> dict[str, int]:
    return {"from": round(band.bound), "points": round(band.points)}


def _plain(value: Plain) -> Plain:
    """Only what YAML knows: whole points as integers, lists for tuples."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
