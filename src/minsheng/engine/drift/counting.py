"""Adding up histograms part by part."""

from collections.abc import Mapping, Sequence

import numpy as np

from minsheng.engine.drift.histograms import BLANK, EVERYWHERE, Histogram, Kind
from minsheng.engine.simulation.arrays import Coded, Ints

Edges = Mapping[str, tuple[int, ...]]
"""Subject → the edges of its bins."""
DECILES = tuple(tenth / 10 for tenth in range(1, 10))


def decile_edges(values: Ints) -> tuple[int, ...]:
    """The deciles of some values, each once: the edges of a subject from the first time it is counted."""
    return tuple(int(edge) for edge in np.unique(np.quantile(values, DECILES, method="higher"))) if len(values) else ()


class Counting:
    """Histograms under way; `edges` of every subject of numbers are known beforehand."""

    def __init__(self, edges: Edges) -> None:
        self._edges = edges
        self.histograms: dict[str, Histogram] = {}

    def codes(self, kind: Kind, name: str, values: Coded, county: Coded) -> None:
        """Count the rows of each code; blank cells are a bin of their own."""
        self._add(Histogram(kind, name, {}), values, county)

    def numbers(self, kind: Kind, name: str, values: Ints, county: Coded) -> None:
        """Count the rows between each two edges."""
        empty = Histogram(kind, name, {})
        edges = self._edges[empty.subject]
        bins = np.searchsorted(np.array(edges, dtype=np.int64), values, side="right").astype(np.int32)
        self._add(Histogram(kind, name, {}, edges), Coded(bins, tuple(map(str, range(len(edges) + 1)))), county)

    def _add(self, empty: Histogram, values: Coded, county: Coded) -> None:
        known = self.histograms.setdefault(empty.subject, empty)
        bins, places = (*values.names, BLANK), (*county.names, EVERYWHERE)
        codes = np.where(values.codes < 0, len(values.names), values.codes).astype(np.int64)
        here = np.where(county.codes < 0, len(county.names), county.codes)
        counts = np.bincount(here * len(bins) + codes, minlength=len(places) * len(bins)).reshape(len(places), len(bins))
        counts[-1] = counts.sum(axis=0)
        added = {place: _counted(bins, row) for place, row in zip(places, counts.tolist(), strict=True) if any(row)}
        merged = {place: _summed(known.counts.get(place, {}), added.get(place, {})) for place in {**known.counts, **added}}
        self.histograms[empty.subject] = Histogram(empty.kind, empty.name, merged, empty.edges)


def _counted(bins: Sequence[str], row: Sequence[int]) -> dict[str, int]:
    return {name: number for name, number in zip(bins, row, strict=True) if number}


def _summed(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
