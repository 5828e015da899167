"""Where the made-up people live: real villages and communities of a real district."""

from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from minsheng.demo.chance import stream
from minsheng.domain.places.source import read_divisions, read_villages
from minsheng.kernel.errors import Refusal

_SPREAD = 0.5


class NoSuchArea(Refusal):
    """The area has no villages or communities to live in."""

    code: ClassVar[str] = "no-such-area"


@dataclass(frozen=True)
class Ground:
    """Codes and names of the villages, the share of households in each, and codes of townships in other districts."""

    villages: tuple[str, ...]
    names: tuple[str, ...]
    weights: tuple[float, ...]
    elsewhere: tuple[str, ...]


def read_ground(seed: int, area: str) -> Ground:
    """This will read the villages of an area (leading digits of a division code), some larger than others; raises NoSuchArea."""
    villages = read_villages(area)
    if not villages.height:
        raise NoSuchArea(f"No village or community belongs to {area}.", next_step="Give a county's six digits, such as 420106.")
    weights = stream(seed, "villages").lognormal(0, _SPREAD, size=villages.height)
    townships = read_divisions().filter((pl.col("level") == 4) & ~pl.col("code").str.starts_with(area))
    near = townships.filter(pl.col("code").str.starts_with(area[:4]))
    elsewhere = near if near.height else townships
    return Ground(tuple(villages["code"]), tuple(villages["name"]), tuple(weights.tolist()), tuple(elsewhere["code"]))
