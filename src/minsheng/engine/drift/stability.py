"""Whether a histogram moved: the population stability index, beside the customary bounds.

PSI = Σ (p − q) · ln(p / q) over the bins, p the shares now and q those before: the symmetric relative entropy of the two. Under 0.1
is customarily read as steady, up to 0.25 as moved, above as moved much: a convention of credit scoring (Siddiqi 2006), no test. With
B bins and nothing changed it is about (B − 1) · (1/N + 1/M) by chance (Yurdakul 2018), so that fewer than LEAST cases say nothing.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from minsheng.engine.drift.histograms import EVERYWHERE, KINDS, Counts, Distributions, Histogram, Kind
from minsheng.engine.drift.measuring import REACHED, ROWS

Moved = Literal["steady", "moved", "moved-much"]
MOVED_FROM, MUCH_FROM = 0.1, 0.25
LEAST = 500
"""Cases that a histogram needs, now and before, to be compared."""
LEAST_ROWS = 100
"""Rows that a feed needs, now or usually: with fewer, a tenth more or less is chance."""
MONTHS = 12
_HALF = 0.5
_MISSING = "without"


@dataclass(frozen=True)
class Shift:
    """One subject compared with the months before it, in one place.

    `index` is the PSI; for rows it is what a single bin adds that grew or shrank as the rows per registered person did. `bin` is
    what contributes most, with its share now and before; for rows the two are rows per registered person.
    """

    kind: Kind
    name: str
    place: str
    index: float
    moved: Moved
    bin: str
    now: float
    before: float
    cases: int
    months: int


@dataclass(frozen=True)
class Drift:
    """A month compared with up to twelve before it; no months: there is nothing to compare with. Shifts with the largest first."""

    month: str
    months: tuple[str, ...]
    shifts: tuple[Shift, ...]

    @property
    def moved(self) -> tuple[Shift, ...]:
        """What moved, or moved much."""
        return tuple(shift for shift in self.shifts if shift.moved != "steady")

    def only_moved(self) -> "Drift":
        """The same without what is steady."""
        return replace(self, shifts=self.moved)


@dataclass(frozen=True)
class Picture:
    """The bins of a shift in order, with their shares now and in the months before."""

    shift: Shift
    bins: tuple[str, ...]
    now: tuple[float, ...]
    before: tuple[float, ...]


def stability_index(now: Counts, before: Counts) -> dict[str, float]:
    """What each bin adds to the population stability index; their sum is the index.

    Half a case is added to every bin, so that an empty one says little where there are few cases.
    """
    bins = sorted({**now, **before})
    here, there = (sum(counts.values()) + _HALF * len(bins) for counts in (now, before))
    shares = {name: ((now.get(name, 0) + _HALF) / here, (before.get(name, 0) + _HALF) / there) for name in bins}
    return {name: (p - q) * math.log(p / q) for name, (p, q) in shares.items()}


def drift(now: Distributions, before: Sequence[Distributions]) -> Drift:
    """Compare a month's histograms with those of the months before it, all added up; at most the last twelve."""
    earlier = sorted((one for one in before if one.month < now.month), key=lambda one: one.month)[-MONTHS:]
    shifts = [shift for histogram in now.histograms.values() for shift in _shifts(now, histogram, earlier)] if earlier else []
    shifts.sort(key=lambda shift: (-shift.index, KINDS.index(shift.kind), shift.name, shift.place))
    return Drift(str(now.month), tuple(str(one.month) for one in earlier), tuple(shifts))


def _shifts(now: Distributions, histogram: Histogram, earlier: Sequence[Distributions]) -> Iterator[Shift]:
    known = [(one, one.histograms[histogram.subject]) for one in earlier if histogram.subject in one.histograms]
    alike = [(one, was) for one, was in known if was.edges == histogram.edges]
    if not alike:
        return
    if histogram.kind == "rows":
        yield from _rows(now, histogram, alike)
        return
    for place in histogram.counts:
        counts = [_whole(one, was, place) for one, was in alike]
        shift = _shift(histogram, place, _whole(now, histogram, place), _added(counts), sum(1 for one in counts if one))
        if shift is not None:
            yield shift


def _whole(of: Distributions, histogram: Histogram, place: str) -> Counts:
    """The counts of a place; of a reach also those without."""
    counts = histogram.counts.get(place, {})
    if histogram.kind != "reach" or not counts:
        return counts
    return {**counts, _MISSING: max(0, of.persons.get(place, 0) - counts[REACHED])}


def _added(counts: Sequence[Counts]) -> dict[str, int]:
    bins = {name for one in counts for name in one}
    return {name: sum(one.get(name, 0) for one in counts) for name in sorted(bins)}


def _shift(histogram: Histogram, place: str, now: Counts, before: Counts, months: int) -> Shift | None:
    cases, cases_before = sum(now.values()), sum(before.values())
    if min(cases, cases_before) < LEAST:
        return None
    parts = stability_index(now, before)
    index = sum(parts.values())
    most = max(parts, key=lambda name: (parts[name], name))
    return Shift(
        kind=histogram.kind,
        name=histogram.name,
        place=place,
        index=round(index, 4),
        moved=moved(index),
        bin=_bin_name(histogram, most),
        now=round(now.get(most, 0) / cases, 4),
        before=round(before.get(most, 0) / cases_before, 4),
        cases=cases,
        months=months,
    )


def picture(shift: Shift, now: Distributions, before: Sequence[Distributions]) -> Picture:
    """The shares behind a shift that `drift` found in these months (of anything but rows)."""
    subject = f"{shift.kind}/{shift.name}" if shift.name else shift.kind
    histogram = now.histograms[subject]
    earlier = [(one, one.histograms[subject]) for one in before if subject in one.histograms and one.month < now.month]
    counts = _added([_whole(one, was, shift.place) for one, was in earlier if was.edges == histogram.edges])
    here = _whole(now, histogram, shift.place)
    bins = sorted({**here, **counts}, key=lambda name: (int(name), "") if histogram.edges else (0, name))
    return Picture(
        shift,
        tuple(_bin_name(histogram, name) for name in bins),
        tuple(here.get(name, 0) / max(1, sum(here.values())) for name in bins),
        tuple(counts.get(name, 0) / max(1, sum(counts.values())) for name in bins),
    )


def moved(index: float) -> Moved:
    """What an index is customarily read as."""
    return "moved-much" if index > MUCH_FROM else "moved" if index >= MOVED_FROM else "steady"


def _bin_name(histogram: Histogram, name: str) -> str:
    """A bin of numbers by its edges: `< 100`, `100 - 200`, `>= 200`."""
    if not histogram.edges:
        return name
    at = int(name)
    if at == 0:
        return f"< {histogram.edges[0]}"
    return f">= {histogram.edges[-1]}" if at == len(histogram.edges) else f"{histogram.edges[at - 1]} - {histogram.edges[at] - 1}"


def _rows(now: Distributions, histogram: Histogram, earlier: Sequence[tuple[Distributions, Histogram]]) -> Iterator[Shift]:
    """Rows per registered person against the median of the months before: as the index of one bin that grew or shrank so."""
    here = _per_person(now, histogram)
    usual = median(_per_person(one, was) for one, was in earlier)
    cases = histogram.counts[EVERYWHERE][ROWS]
    if here > 0 and usual > 0 and max(cases, usual * now.persons.get(EVERYWHERE, 0)) >= LEAST_ROWS:
        ratio = here / usual
        index = abs(ratio - 1) * abs(math.log(ratio))
        yield Shift(
            kind="rows",
            name=histogram.name,
            place=EVERYWHERE,
            index=round(index, 4),
            moved=moved(index),
            bin=ROWS,
            now=round(here, 4),
            before=round(usual, 4),
            cases=cases,
            months=len(earlier),
        )


def _per_person(one: Distributions, histogram: Histogram) -> float:
    persons = one.persons.get(EVERYWHERE, 0)
    return histogram.counts[EVERYWHERE][ROWS] / persons if persons else 0.0


def known_edges(before: Sequence[Distributions]) -> Mapping[str, tuple[int, ...]]:
    """The edges that earlier months used, those of the newest first."""
    ordered = sorted(before, key=lambda one: one.month)
    return {subject: histogram.edges for one in ordered for subject, histogram in one.histograms.items() if histogram.edges}
