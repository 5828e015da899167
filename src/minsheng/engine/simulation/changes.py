"""Reading a change of a model: a whole model, or only the parts that change, in the model's own words.

A change is merged into the model as in RFC 7396: a mapping goes into the mapping, `null` takes an entry away, everything else
stands instead of what was there. Indicators may be named by their id. Every fault is told at once, with its line in the file.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from minsheng.engine.contracts.documents import Document, Fault, Plain
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import model_json, model_of

_TAKEN_AWAY = ("null", "~", "")
_REPLACED = ("measure",)
"""Mappings that say one thing and are never merged: `{max: days}` stands instead of `{sum: days}`."""
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Difference:
    """One number or word of a model that is another one now; None stands for nothing."""

    place: str
    before: object
    after: object


def changed_model(path: Path, model: Model, *, catalogue: Mapping[str, Contract]) -> Model:
    """The model with the change that a YAML file holds; raises ModelFaults with every fault and its line."""
    return model_of(_ChangedDocument(path, model), catalogue=catalogue)


def differences(before: Model, after: Model) -> list[Difference]:
    """What the changed model says otherwise, indicators by their ids; words that explain (title, reason, basis) left out.

    An indicator that only one of the two has is told in one line, by its measure.
    """
    both = {one.id for one in before.indicators} & {one.id for one in after.indicators}
    was, now = _leaves(before, both), _leaves(after, both)
    return [Difference(place, was.get(place), now.get(place)) for place in {**was, **now} if was.get(place) != now.get(place)]


class _ChangedDocument(Document):
    """A document that holds a whole model, and knows the lines of the change it came from."""

    def __init__(self, path: Path, model: Model) -> None:
        super().__init__(path)
        self._by_id: dict[int, str] = {}
        if isinstance(self.data, dict) and "model" in self.data and isinstance(self.data.get("indicators"), list):
            return
        whole = _plain(json.loads(model_json(model)))
        assert isinstance(whole, dict)
        if self.faults and not self.data:
            pass
        elif not isinstance(self.data, dict) or not self.data:
            self.faults.append(self.fault((), "is no change: parts of a model were expected, for example `levels: {blue: 25}`"))
        else:
            self._merge(whole, self.data)
        self.data = whole

    def fault(self, place: Place, message: str) -> Fault:
        """A fault at a place of the whole model, said with its place in the change."""
        if len(place) > 1 and place[0] == "indicators" and place[1] in self._by_id:
            place = ("indicators", self._by_id[int(place[1])], *place[2:])
        return super().fault(place, message)

    def _merge(self, whole: dict[str, Plain], change: dict[str, Plain]) -> None:
        parts = dict(change)
        by_id = parts.pop("indicators", None)
        self._into(whole, parts, ())
        if isinstance(by_id, dict):
            self._indicators(whole, by_id)
        elif by_id is not None:
            whole["indicators"] = by_id

    def _indicators(self, whole: dict[str, Plain], change: dict[str, Plain]) -> None:
        listed = whole["indicators"]
        assert isinstance(listed, list)
        known = {str(entry["id"]): entry for entry in listed if isinstance(entry, dict)}
        for name, given in change.items():
            place: Place = ("indicators", name)
            if name not in known and not (isinstance(given, dict) and "source" in given):
                self.faults.append(super().fault(place, f"there is no indicator {name}"))
            elif isinstance(given, dict):
                self._into(known.setdefault(name, {"id": name}), given, place)
            elif given in _TAKEN_AWAY:
                del known[name]
            else:
                self.faults.append(super().fault(place, "is no change of an indicator: its parts were expected, or null"))
        whole["indicators"] = list(known.values())
        self._by_id = dict(enumerate(known))

    def _into(self, whole: dict[str, Plain], change: dict[str, Plain], place: Place) -> None:
        for name, given in change.items():
            here = whole.get(name)
            if given in _TAKEN_AWAY:
                if whole.pop(name, None) is None:
                    self.faults.append(super().fault((*place, name), "there is nothing to take away"))
            elif isinstance(given, dict) and isinstance(here, dict) and name not in _REPLACED:
                self._into(here, given, (*place, name))
            else:
                whole[name] = given


def _plain(value: object) -> Plain:
    """JSON as a document holds it: every scalar as text."""
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


_EXPLAINING = ("title", "note", "basis", "reason", "evidence")


def _leaves(model: Model, compared: Collection[str]) -> dict[str, object]:
    data = json.loads(model_json(model))
    entries = {entry.pop("id"): entry for entry in data["indicators"]}
    data["indicators"] = {name: entry if name in compared else entry["measure"] for name, entry in entries.items()}
    return dict(_walk(data, ""))


def _walk(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, entry in value.items():
            if name not in _EXPLAINING:
                yield from _walk(entry, f"{place}.{name}" if place else name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for at, entry in enumerate(value):
            yield from _walk(entry, f"{place}[{at}]")
    else:
        yield place, value
