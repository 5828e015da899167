"""The boundaries of divisions, joined to their codes and cut to what one picture can show. Nothing here reads a file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, log10

import numpy as np
import numpy.typing as npt

from minsheng.kernel.divisions import DivisionCode

Ring = npt.NDArray[np.float64]
"""Corners of a closed line, each a longitude and a latitude in degrees; the last is the first again."""
Polygon = tuple[Ring, ...]
"""An outer ring, and the rings of its holes."""

LEAST_CORNERS = 4
_POINTS_ACROSS = 2048
"""A screen tells no more points apart along a picture's longer side."""
_FINEST = 6


@dataclass(frozen=True)
class Unmatched:
    """A feature of a file that belongs to no division, and why: `no-code`, `not-a-code`, `not-an-area` or `given-before`."""

    file: str
    feature: int
    code: str
    why: str

    def __str__(self) -> str:
        said = {
            "no-code": "has no property with a division code",
            "not-a-code": f"has {self.code!r} where a division code should stand",
            "not-an-area": f"({self.code}) is no polygon" if self.code else "is no polygon",
            "given-before": f"({self.code}) was drawn by an earlier file",
        }
        return f"{self.file}: feature {self.feature} {said[self.why]}"


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Where divisions lie: twelve-digit code → its polygons. `digest` names this very content, `unmatched` what was left out of it."""

    shapes: Mapping[str, Sequence[Polygon]]
    digest: str
    unmatched: Sequence[Unmatched] = ()

    @cached_property
    def _below(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for code in sorted(self.shapes):
            parent = DivisionCode(code).parent
            found.setdefault(parent.text if parent else "", []).append(code)
        return found

    def below(self, division: str) -> Sequence[str]:
        """The divisions directly within one (twelve digits) whose boundaries are known, in order of code."""
        return self._below.get(division, ())

    def picture_of(self, division: str) -> bytes:
        """The boundaries directly within a division as GeoJSON: features that carry `code` and nothing else.

        Corners are moved to the nearest of a grid that the picture's size calls for. Neighbours share their corners, so they move
        together and no gap opens between them.
        """
        codes = self.below(division)
        grid = _Grid.of([ring for code in codes for polygon in self.shapes[code] for ring in polygon])
        features = [_feature(code, self.shapes[code], grid) for code in codes]
        return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


@dataclass(frozen=True)
class _Grid:
    """Where corners may lie: so many degrees apart, written with so many decimals."""

    step: float
    digits: int

    @classmethod
    def of(cls, rings: Sequence[Ring]) -> "_Grid":
        """The grid that a picture of these rings needs."""
        boxes = [(ring.min(axis=0), ring.max(axis=0)) for ring in rings]
        across = float(np.max(np.max([high for _, high in boxes], axis=0) - np.min([low for low, _ in boxes], axis=0))) if boxes else 0.0
        step = max(across / _POINTS_ACROSS, 10.0**-_FINEST)
        return cls(step, min(_FINEST, ceil(-log10(step)) + 1))

    def moved(self, ring: Ring) -> list[list[float]]:
        """A ring on the grid, without corners that fall together with the one before."""
        places = np.round(ring / self.step)
        apart = np.ones(len(places), dtype=bool)
        apart[1:] = np.any(places[1:] != places[:-1], axis=1)
        corners: list[list[float]] = np.round(places[apart] * self.step, self.digits).tolist()
        return corners


def _feature(code: str, polygons: Sequence[Polygon], grid: _Grid) -> dict[str, object]:
    drawn = [rings for polygon in polygons if (rings := list(_coarse(polygon, grid)))]
    coordinates = drawn or [[np.round(ring, _FINEST).tolist() for ring in max(polygons, key=lambda polygon: len(polygon[0]))]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "MultiPolygon", "coordinates": coordinates}}


def _coarse(polygon: Polygon, grid: _Grid) -> Iterator[list[list[float]]]:
    """The rings on the grid, without those that shrink to nothing; a polygon whose outer ring does has none."""
    for at, ring in enumerate(polygon):
        corners = grid.moved(ring)
        if len(corners) >= LEAST_CORNERS:
            yield corners
        elif at == 0:
            return
