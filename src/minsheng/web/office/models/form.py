"""A draft as a form: every number a person may change under a name of its own, and the way back into the model's document.

Bands that are alike for several categories are one set of fields, named by the first of them. Which are alike is a matter of the draft's
first revision, so that the same name means the same thing in every revision. Nothing typed is thrown away: what is no number goes into the
document as it was typed, and the model's own checks name it.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from minsheng.engine.contracts.schema import Contract
from minsheng.engine.explaining.figures import Figure
from minsheng.engine.indicators.grammar import LEVELS, Indicator, Model
from minsheng.engine.indicators.loading import model_json
from minsheng.web.office.models.describing import grouped_bands

Values = dict[str, str]
"""Field → what stands in it."""
SPARE = 1
"""Empty rows for another band or trigger."""
_BLOCKS = ("overlap", "identity", "levels", "hysteresis", "suppression")


@dataclass
class Written:
    """A document made from a form: its text, and for every place of the document the field that it came from."""

    document: dict[str, Any]
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The document as the model's loader reads it."""
        return json.dumps(self.document, ensure_ascii=False)

    def field_of(self, place: str) -> str:
        """The field that a place of the document came from; empty where there is none."""
        while place:
            if place in self.fields:
                return self.fields[place]
            cut = max(place.rfind("."), place.rfind("["))
            place = place[:cut] if cut > 0 else ""
        return ""


class DraftForm:
    """The fields of a draft's model; `first` is the model of its first revision."""

    def __init__(self, first: Model, catalogue: Mapping[str, Contract]) -> None:
        self.first = first
        self.catalogue = catalogue
        self.groups = {one.id: grouped_bands(one) for one in first.indicators}

    def values(self, model: Model) -> Values:
        """What stands in the fields for a model."""
        found: Values = {}
        for name, one in model.dimensions.items():
            found |= {f"dimensions.{name}.{part}": _shown(getattr(one, part)) for part in ("person_cap", "household_cap")}
            found[f"dimensions.{name}.basis"] = one.basis
        for indicator in model.indicators:
            found |= self._bands(indicator) | {f"indicators.{indicator.id}.basis": indicator.basis}
        for block in _BLOCKS:
            found[f"{block}.basis"] = getattr(model, block).basis
        found |= {f"overlap.{count}": str(percent) for count, percent in model.overlap.percent.items()}
        found |= {f"identity.{tag}": str(percent) for tag, percent in model.identity.percent.items()}
        found |= {f"levels.{name}": _shown(getattr(model.levels, name)) for name in LEVELS[1:]}
        found |= {"hysteresis.margin": _shown(model.hysteresis.margin), "suppression.quiet_months": str(model.suppression.quiet_months)}
        found["suppression.verdicts"] = ",".join(model.suppression.verdicts)
        for at, trigger in enumerate(model.triggers):
            found |= {
                f"triggers.{at}.indicator": trigger.indicator,
                f"triggers.{at}.band": str(trigger.band),
                f"triggers.{at}.level": trigger.level,
            }
            found |= {f"triggers.{at}.categories": ",".join(trigger.categories), f"triggers.{at}.basis": trigger.basis}
        return found

    def written(self, base: Model, values: Mapping[str, str]) -> Written:
        """The document of a model with what stands in the fields; fields that were not sent leave it as it is."""
        made = Written(json.loads(model_json(base)))
        document = made.document
        for name, one in document["dimensions"].items():
            for part in ("person_cap", "household_cap", "basis"):
                _put(made, one, part, f"dimensions.{name}.{part}", values, f"dimensions.{name}.{part}")
        for at, entry in enumerate(document["indicators"]):
            self._write_bands(made, base.indicator(entry["id"]), at, values)
            _put(made, entry, "basis", f"indicators[{at}].basis", values, f"indicators.{entry['id']}.basis")
        for block in _BLOCKS:
            _put(made, document[block], "basis", f"{block}.basis", values, f"{block}.basis")
        _percents(made, "overlap", values)
        _percents(made, "identity", values)
        for name in LEVELS[1:]:
            _put(made, document["levels"], name, f"levels.{name}", values, f"levels.{name}")
        _put(made, document["hysteresis"], "margin", "hysteresis.margin", values, "hysteresis.margin")
        _put(made, document["suppression"], "quiet_months", "suppression.quiet_months", values, "suppression.quiet_months")
        if "suppression.verdicts" in values:
            document["suppression"]["verdicts"] = _several(values["suppression.verdicts"])
            made.fields["suppression.verdicts"] = "suppression.verdicts"
        _triggers(made, values)
        return made

    def scale(self, indicator: Indicator) -> int:
        """How many of the document's units are one of the form's: 100 fen in a yuan."""
        figure = Figure.of(indicator, self.catalogue)
        return 100 if figure.money else int(10**figure.places)

    def _bands(self, indicator: Indicator) -> Values:
        found: Values = {}
        scale = self.scale(indicator)
        for first in self.groups.get(indicator.id, grouped_bands(indicator)):
            for at, band in enumerate(indicator.bands.get(first, ())):
                name = f"indicators.{indicator.id}.{first}.{at}"
                found |= {f"{name}.from": _shown(Decimal(band.bound) / scale), f"{name}.points": _shown(band.points)}
        return found

    def _write_bands(self, made: Written, indicator: Indicator, at: int, values: Mapping[str, str]) -> None:
        scale = self.scale(indicator)
        for first, names in self.groups.get(indicator.id, {}).items():
            rows = _rows(values, f"indicators.{indicator.id}.{first}", ("from", "points"))
            if rows is None:
                continue
            bands: list[dict[str, str]] = []
            for number, row in rows.items():
                sent = f"indicators.{indicator.id}.{first}.{number}.from" in values
                band = {"from": _scaled(row["from"], scale) if sent else str(indicator.bands[first][0].bound)}
                if not indicator.reverse:
                    band["points"] = _plain(row["points"])
                for category in names:
                    place = f"indicators[{at}].bands.{category}[{len(bands)}]"
                    made.fields |= {f"{place}.{part}": f"indicators.{indicator.id}.{first}.{number}.{part}" for part in ("from", "points")}
                bands.append(band)
            for category in names:
                made.document["indicators"][at]["bands"][category] = bands
                made.fields[f"indicators[{at}].bands.{category}"] = f"indicators.{indicator.id}.{first}.0.from"


def joined(seen: Mapping[str, str], theirs: Mapping[str, str], ours: Mapping[str, str]) -> tuple[Values, dict[str, tuple[str, str, str]]]:
    """What one person typed on top of what another saved meanwhile.

    Returns the fields to go on from (ours where we changed something, theirs elsewhere), and for every field that either changed:
    as it was seen, theirs, ours.
    """
    names = {**seen, **theirs, **ours}
    three = {name: (seen.get(name, ""), theirs.get(name, ""), ours.get(name, "")) for name in names}
    changed = {name: told for name, told in three.items() if len(set(told)) > 1}
    return {name: mine if mine != was else other for name, (was, other, mine) in three.items()}, changed


def _put(made: Written, into: dict[str, Any], part: str, place: str, values: Mapping[str, str], name: str) -> None:
    made.fields[place] = name
    if name in values:
        into[part] = _plain(values[name]) if part != "basis" else values[name].strip()


def _percents(made: Written, block: str, values: Mapping[str, str]) -> None:
    sent = {
        name.removeprefix(f"{block}."): text for name, text in values.items() if name.startswith(f"{block}.") and name != f"{block}.basis"
    }
    if not sent:
        return
    made.document[block]["percent"] = {key: _plain(text) for key, text in sent.items() if text.strip()}
    made.fields |= {f"{block}.percent.{key}": f"{block}.{key}" for key in sent}


def _triggers(made: Written, values: Mapping[str, str]) -> None:
    rows = _rows(values, "triggers", ("indicator", "band", "level", "categories", "basis"), least="indicator")
    if rows is None:
        return
    made.document["triggers"] = []
    for number, row in rows.items():
        place = f"triggers[{len(made.document['triggers'])}]"
        trigger: dict[str, Any] = {name: _plain(row[name]) for name in ("indicator", "band", "level")}
        trigger |= {"categories": _several(row["categories"]), "basis": row["basis"].strip()}
        made.document["triggers"].append(trigger)
        made.fields |= {f"{place}.{part}": f"triggers.{number}.{part}" for part in row}


def _rows(values: Mapping[str, str], prefix: str, parts: tuple[str, ...], *, least: str = "") -> dict[int, dict[str, str]] | None:
    """The numbered rows under a prefix that say something, in order; None where no such row was sent."""
    numbers = sorted(
        {
            int(number)
            for name in values
            if name.startswith(f"{prefix}.")
            for number in [name.removeprefix(f"{prefix}.").split(".")[0]]
            if number.isdecimal()
        }
    )
    if not numbers:
        return None
    rows = {number: {part: values.get(f"{prefix}.{number}.{part}", "") for part in parts} for number in numbers}
    return {number: row for number, row in rows.items() if (row[least].strip() if least else any(text.strip() for text in row.values()))}


def _plain(text: str) -> str:
    """What was typed, full-width digits and thousands' commas read as a person means them."""
    return unicodedata.normalize("NFKC", text).strip().replace(",", "")


def _scaled(text: str, scale: int) -> str:
    """A bound in the document's unit; what is no such number stays as it was typed."""
    typed = _plain(text)
    try:
        value = Decimal(typed) * scale
    except InvalidOperation:
        return typed
    return str(int(value)) if value.is_finite() and abs(value) < 10**15 and value == int(value) else typed


def _several(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _shown(value: Decimal) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
