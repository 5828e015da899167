"""Reading boundaries from GeoJSON files (RFC 7946): every fault is said at once, and what belongs to no division is told apart."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from minsheng.domain.places.boundaries import LEAST_CORNERS, Boundaries, Polygon, Ring, Unmatched
from minsheng.kernel.divisions import DivisionCode, NotADivisionCode
from minsheng.kernel.errors import Refusal

CODE_NAMES = ("adcode", "code", "gb", "xzqdm", "pac")
"""The properties that published boundary files keep the division code in, in the order in which they are tried."""
SUFFIXES = (".geojson", ".json")
_COUNTRY = "156"
"""What some files write before six digits: the country's own number in ISO 3166. No division's code begins so."""
_FAULTS_TOLD = 20


class BoundaryFaults(Refusal):
    """The boundary files cannot be used; `faults` says each thing that is wrong, with its file."""

    code: ClassVar[str] = "boundary-faults"

    def __init__(self, faults: Sequence[str]) -> None:
        told = [f"  {fault}" for fault in faults[:_FAULTS_TOLD]]
        more = [f"  and {len(faults) - _FAULTS_TOLD} more"] if len(faults) > _FAULTS_TOLD else []
        super().__init__(
            "\n".join([f"The boundary files have {len(faults)} fault(s):", *told, *more, ""]),
            next_step="Name in MINSHENG_BOUNDARIES a GeoJSON file of areas in degrees of longitude and latitude, or a folder of them.",
        )
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Basemap:
    """A configured map: where its files lie, which property holds the division code (blank: one that is known), its review number."""

    source: Path
    code_name: str = ""
    review_number: str = ""


def boundaries_of(basemap: Basemap) -> Boundaries:
    """The boundaries of a configured map; read again only when a file of it changed, broken or not. Raises BoundaryFaults."""
    try:
        found = _read(tuple((file, *_stamp(file)) for file in _files(basemap.source)), basemap.code_name)
    except OSError as fault:
        raise BoundaryFaults([f"{basemap.source}: cannot be read ({fault.strerror})"]) from fault
    if isinstance(found, BoundaryFaults):
        raise BoundaryFaults(found.faults)
    return found


def read_boundaries(source: Path, *, code_name: str = "") -> Boundaries:
    """Read a GeoJSON file, or all those of a folder in order of name; where two draw the same division, the first does.

    Polygons of one division within a file belong together. Raises BoundaryFaults with every fault.
    """
    return _joined(_files(source), code_name)


@lru_cache(maxsize=2)
def _read(stamped: tuple[tuple[Path, int, int], ...], code_name: str) -> Boundaries | BoundaryFaults:
    try:
        return _joined([file for file, *_ in stamped], code_name)
    except BoundaryFaults as faults:
        return faults


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        found = sorted(file for file in source.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
        if not found:
            raise BoundaryFaults([f"{source}: the folder holds no file ending in {' or '.join(SUFFIXES)}"])
        return found
    if not source.is_file():
        raise BoundaryFaults([f"{source}: there is no such file or folder"])
    return [source]


def _joined(files: Sequence[Path], code_name: str) -> Boundaries:
    digest = sha256(code_name.encode())
    gathered = _Gathered(code_name, {}, [], [])
    for file in files:
        content = file.read_bytes()
        digest.update(sha256(content).digest())
        gathered.take(file.name, content)
    if not gathered.faults and not gathered.shapes:
        gathered.faults.append(_nothing_found(gathered))
    if gathered.faults:
        raise BoundaryFaults(gathered.faults)
    return Boundaries(gathered.shapes, digest.hexdigest()[:16], tuple(gathered.unmatched))


@dataclass
class _Gathered:
    """What was found in the files so far."""

    code_name: str
    shapes: dict[str, list[Polygon]]
    faults: list[str]
    unmatched: list[Unmatched]

    def take(self, file: str, content: bytes) -> None:
        """Take a file in."""
        try:
            features = _features(content)
        except ValueError as fault:
            self.faults.append(f"{file}: {fault}")
            return
        own: dict[str, list[Polygon]] = {}
        for at, feature in enumerate(features, start=1):
            try:
                code, polygons = self._joined(file, at, feature)
            except ValueError as fault:
                self.faults.append(f"{file}: feature {at} {fault}")
            else:
                own.setdefault(code, []).extend(polygons)
        self.shapes |= {code: polygons for code, polygons in own.items() if polygons}

    def _joined(self, file: str, at: int, feature: Mapping[str, Any]) -> tuple[str, list[Polygon]]:
        """The division of a feature, blank if it has none, and its polygons; raises ValueError for what cannot be read."""
        properties, geometry = feature.get("properties") or {}, feature.get("geometry") or {}
        if not isinstance(properties, dict) or not isinstance(geometry, dict):
            raise ValueError("has properties or a geometry that are none")
        written = _written(properties, self.code_name)
        why, code = _told(written)
        if not why and geometry.get("type") not in ("Polygon", "MultiPolygon"):
            why = "not-an-area"
        if not why and code in self.shapes:
            why = "given-before"
        if why:
            self.unmatched.append(Unmatched(file, at, written[:40], why))
            return "", []
        return code, list(_polygons(geometry))


def _features(content: bytes) -> list[dict[str, Any]]:
    """The features of a file; raises ValueError saying what it is instead."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text") from None
    except (json.JSONDecodeError, RecursionError) as fault:
        raise ValueError(f"is not JSON ({fault})") from None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        raise ValueError("is not GeoJSON: it must be a FeatureCollection")
    if not all(isinstance(feature, dict) for feature in document["features"]):
        raise ValueError("is not GeoJSON: it holds features that are none")
    return list(document["features"])


def _written(properties: Mapping[str, Any], code_name: str) -> str:
    """What stands where the division code should, as text."""
    by_name = {name.lower(): value for name, value in properties.items()}
    value = properties.get(code_name) if code_name else next((by_name[name] for name in CODE_NAMES if by_name.get(name)), None)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _told(written: str) -> tuple[str, str]:
    """Why a text is no division code, or blank and the code's twelve digits."""
    digits = written.removeprefix(_COUNTRY) if len(written) == 9 else written
    try:
        return ("", DivisionCode.parse(digits).text) if written else ("no-code", "")
    except NotADivisionCode:
        return "not-a-code", ""


def _polygons(geometry: Mapping[str, Any]) -> Iterator[Polygon]:
    written = geometry.get("coordinates")
    polygons = [written] if geometry["type"] == "Polygon" else written
    if not isinstance(polygons, list) or not all(isinstance(polygon, list) for polygon in polygons):
        raise ValueError("has no coordinates")
    yield from (tuple(_ring(ring) for ring in polygon) for polygon in polygons if polygon)


def _ring(written: Any) -> Ring:
    try:
        ring = np.array([position[:2] for position in written], dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("has corners that are not pairs of numbers") from None
    if ring.ndim != 2 or ring.shape[1] != 2 or len(ring) < LEAST_CORNERS:
        raise ValueError(f"has a ring of fewer than {LEAST_CORNERS} corners")
    if not np.all(np.abs(ring) <= (180, 90)):
        raise ValueError("lies outside the degrees of longitude and latitude: are its coordinates projected?")
    return ring


def _nothing_found(gathered: _Gathered) -> str:
    named = f"the property {gathered.code_name!r}" if gathered.code_name else f"one of the properties {', '.join(CODE_NAMES)}"
    first = f"; {gathered.unmatched[0]}" if gathered.unmatched else ""
    return f"no feature carries a division code in {named}{first} (MINSHENG_BOUNDARY_CODE names another property)"
