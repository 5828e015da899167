"""Histograms of a run, small enough to be kept for ever, with edges that stay the same from the first run on."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from minsheng.engine.lake import Lake
from minsheng.kernel.periods import Month

Kind = Literal["rows", "column", "reach", "value", "levels"]
KINDS: tuple[Kind, ...] = ("rows", "column", "reach", "value", "levels")
"""What is counted: a feed's rows; a feed's column; people with a value of an indicator; its values; households by level."""
EVERYWHERE = ""
BLANK = ""
Counts = Mapping[str, int]


@dataclass(frozen=True)
class Histogram:
    """How often each bin occurs, by place (county code, or EVERYWHERE); empty bins are left out.

    `edges` bound the bins of numbers: bin `i` holds those from edge i - 1 (included) to edge i. Codes are their own bins.
    """

    kind: Kind
    name: str
    counts: Mapping[str, Counts]
    edges: tuple[int, ...] = ()

    @property
    def subject(self) -> str:
        """What is counted, as one word: `value/own_medical_cost`."""
        return f"{self.kind}/{self.name}" if self.name else self.kind


@dataclass(frozen=True)
class Distributions:
    """The histograms of a run, by subject; `persons` by place is how many living people the register holds there."""

    month: Month
    persons: Counts
    histograms: Mapping[str, Histogram]


def distributions_path(run_id: str) -> str:
    """Where a run's histograms lie in the lake: beside its manifest, and no part of its result."""
    return f"runs/{run_id}/distributions.json"


def keep(lake: Lake, run_id: str, found: Distributions) -> None:
    """Write a run's histograms into the lake; the same histograms give the same bytes."""
    content = {
        "month": str(found.month),
        "persons": dict(found.persons),
        "histograms": [asdict(found.histograms[subject]) for subject in sorted(found.histograms)],
    }
    lake.write_bytes(distributions_path(run_id), json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def kept(lake: Lake, run_id: str) -> Distributions | None:
    """The histograms of a run, if it kept any."""
    if not lake.exists(distributions_path(run_id)):
        return None
    content = json.loads(lake.read_bytes(distributions_path(run_id)))
    histograms = [Histogram(**entry | {"edges": tuple(entry["edges"])}) for entry in content["histograms"]]
    return Distributions(Month.parse(content["month"]), content["persons"], {one.subject: one for one in histograms})
