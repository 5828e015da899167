"""Reading models from YAML, with every fault at once and its line; the shipped models."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from minsheng.engine.contracts.documents import Document, Fault, Plain
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.contracts.schema import Contract
from minsheng.engine.indicators.checks import ModelParts, model_flaws
from minsheng.engine.indicators.grammar import Hysteresis, Identity, Indicator, Levels, Model, Overlap, Suppression, Trigger
from minsheng.kernel.errors import Refusal

SHIPPED = Path(__file__).parent / "models"
EARLIER = SHIPPED / "earlier"
"""Versions that were shipped before, NAME-VERSION.yaml: what was published or documented with them stays explainable."""
T = TypeVar("T", bound=BaseModel)
_WORDS = {"missing": "is missing", "extra_forbidden": "is not part of the grammar"}


class ModelFaults(Refusal):
    """A model cannot be used; `faults` lists every fault with its line."""

    code: ClassVar[str] = "model-faults"

    def __init__(self, faults: Sequence[Fault]) -> None:
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"The model has {len(faults)} fault(s):\n{lines}\n", next_step="Mend the lines named here and try again.")
        self.faults = tuple(faults)


class UnknownModel(Refusal):
    """No model of that name is known."""

    code: ClassVar[str] = "unknown-model"


def load_model(source: Path | str, *, catalogue: Mapping[str, Contract] | None = None) -> Model:
    """Read a model from a YAML file (a Path) or from YAML text (a str), checked against the contracts.

    Raises ModelFaults with every fault. Without a catalogue the shipped contracts are used.
    """
    return model_of(_document(source), catalogue=load_catalogue() if catalogue is None else catalogue)


def model_of(document: Document, *, catalogue: Mapping[str, Contract]) -> Model:
    """The model that a document holds, checked against the contracts; raises ModelFaults with every fault."""
    faults = list(document.faults) + list(_structure_faults(document))
    faults += [document.fault(flaw.place, flaw.message) for flaw in model_flaws(_parts(document.data), catalogue)]
    if faults:
        raise ModelFaults(sorted(set(faults), key=lambda fault: (fault.line, fault.place, fault.message)))
    return Model.model_validate(document.data)


def model_digest(model: Model) -> str:
    """The SHA-256 (hex) of a model's content; equal models have equal digests, however their files are written."""
    return hashlib.sha256(model_json(model).encode()).hexdigest()


def model_json(model: Model) -> str:
    """A model as canonical JSON, which is YAML too: `load_model` reads it back to an equal model."""
    return json.dumps(model.model_dump(mode="json", by_alias=True, exclude_defaults=True), ensure_ascii=False, sort_keys=True)


def shipped_models(extra: Sequence[Path] = (), *, catalogue: Mapping[str, Contract] | None = None) -> dict[str, Model]:
    """The shipped models by name, and those of the extra folders; a later folder overrides an earlier one. Raises ModelFaults."""
    known = load_catalogue() if catalogue is None else catalogue
    found: dict[str, Model] = {}
    for folder in (SHIPPED, *extra):
        for path in sorted(folder.glob("*.yaml")):
            model = load_model(path, catalogue=known)
            found[model.name] = model
    return found


def earlier_model(name: str, version: str) -> Model:
    """A version of a shipped model that a newer one has replaced; raises UnknownModel."""
    path = EARLIER / f"{name}-{version}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in EARLIER.glob("*.yaml")))
        raise UnknownModel(f"No version {version} of {name} was shipped.", next_step=f"Earlier versions: {known}.")
    return load_model(path)


def _document(source: Path | str) -> Document:
    if isinstance(source, Path):
        return Document(source)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.yaml")
        path.write_text(source, encoding="utf-8")
        return Document(path)


def _structure_faults(document: Document) -> Iterator[Fault]:
    try:
        Model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors():
            yield document.fault(detail["loc"], _words(detail))


def _words(detail: ErrorDetails) -> str:
    return _WORDS.get(detail["type"], detail["msg"].removeprefix("Value error, "))


def _parts(data: Plain) -> ModelParts:
    top = data if isinstance(data, dict) else {}
    indicators, dimensions, triggers = _list(top.get("indicators")), top.get("dimensions"), _list(top.get("triggers"))
    return ModelParts(
        dimension_ids=frozenset(dimensions if isinstance(dimensions, dict) else ()),
        indicator_ids=tuple(str(entry.get("id", "")) if isinstance(entry, dict) else "" for entry in indicators),
        indicators=_readable(Indicator, indicators),
        triggers=_readable(Trigger, triggers),
        levels=_read(Levels, top.get("levels")),
        overlap=_read(Overlap, top.get("overlap")),
        identity=_read(Identity, top.get("identity")),
        hysteresis=_read(Hysteresis, top.get("hysteresis")),
        suppression=_read(Suppression, top.get("suppression")),
    )


def _list(value: Plain | None) -> list[Plain]:
    return value if isinstance(value, list) else []


def _read(kind: type[T], value: Plain | None) -> T | None:
    try:
        return kind.model_validate(value)
    except ValidationError:
        return None


def _readable(kind: type[T], values: list[Plain]) -> dict[int, T]:
    read = {at: _read(kind, value) for at, value in enumerate(values)}
    return {at: part for at, part in read.items() if part is not None}
