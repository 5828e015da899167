"""A made-up map of the demo's district: its townships as fields of a crooked chessboard."""

import json
from math import sin
from pathlib import Path

import polars as pl

from minsheng.domain.places.source import read_divisions
from minsheng.kernel.divisions import Level

REVIEW_NUMBER = "GS(2026)0001"
_DISTRICT = "420106"
_ACROSS = 4


def write_boundaries(file: Path) -> None:
    """Draw every township of the district."""
    chosen = pl.col("code").str.starts_with(_DISTRICT) & (pl.col("level") == int(Level.TOWNSHIP))
    codes = read_divisions().filter(chosen)["code"].to_list()
    features = [
        {
            "type": "Feature",
            "properties": {"code": code[: Level.TOWNSHIP.digits]},
            "geometry": {"type": "Polygon", "coordinates": [_field(at % _ACROSS, at // _ACROSS)]},
        }
        for at, code in enumerate(codes)
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def _field(column: int, row: int) -> list[list[float]]:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
    return [[114.3 + 0.04 * (x + 0.2 * sin(3 * y)), 30.5 + 0.03 * (y + 0.2 * sin(2 * x))] for x, y in corners]
