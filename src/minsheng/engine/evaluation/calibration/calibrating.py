"""A calibration: points and bounds that outcomes speak for, what they would gain, and how far they are from the ceiling."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np

from minsheng.engine.evaluation.arrays import Flags, Floats, Ints
from minsheng.engine.evaluation.calibration.bounds import proposed_bounds
from minsheng.engine.evaluation.calibration.ceiling import boosted, features_of
from minsheng.engine.evaluation.calibration.fitting import fitted
from minsheng.engine.evaluation.calibration.folds import folds_of
from minsheng.engine.evaluation.calibration.material import Bands, Material, steps_of
from minsheng.engine.evaluation.ranking import Estimate, auc, folded, found_in_first
from minsheng.kernel.errors import Refusal

STRENGTHS = (0.3, 3.0, 30.0, 300.0)
"""How strongly points are held where they are; the strongest of those that foresee best, within one standard error, is taken."""
LEAST_KNOWN, LEAST_OF_EACH = 200, 20
"""Known cases, and cases in hardship and not, below which nothing is proposed."""
Kept = Literal["household", "township"]


class TooLittleKnown(Refusal):
    """There are too few outcomes to propose anything from."""

    code: ClassVar[str] = "too-little-known"


@dataclass(frozen=True)
class Quality:
    """How a score does on cases it never saw: AUC, and the share found of those in hardship when as many are looked at as are now."""

    auc: Estimate
    recall: Estimate


@dataclass(frozen=True)
class Comparison:
    """The same cases under three scores. `kept` is what folds keep together."""

    kept: Kept
    folds: int
    before: Quality
    after: Quality
    ceiling: Quality


@dataclass(frozen=True)
class Calibration:
    """What outcomes propose: bands, the score from which each level is given, and how it compares. `share` is who is looked at."""

    before: Bands
    after: Bands
    thresholds_before: Mapping[str, float]
    thresholds_after: Mapping[str, float]
    strength: float
    share: float
    comparisons: tuple[Comparison, ...]


def calibrate(
    material: Material,
    *,
    thresholds: Mapping[str, float],
    share: float,
    least_threshold: float = 1.0,
    new_bounds: bool = True,
    most_bands: int | None = None,
) -> Calibration:
    """This will propose bands and thresholds; nothing is changed. Raises TooLittleKnown.

    `share` of all households is what recall is measured at. Thresholds are moved so that each level keeps the share of households
    that it has now.
    """
    _enough(material)
    households, places = folds_of(material.household), folds_of(material.place)
    bounds = _Bounds(households, new_bounds, most_bands)
    strength = _strength(material, bounds)
    after = _pointed(bounds.applied(material, np.ones(len(material.hard), dtype=np.bool_)), strength)
    shown: tuple[tuple[Kept, Ints], ...] = (("household", households), ("township", places))
    comparisons = [_compared(material, kept, folds, bounds, strength, share) for kept, folds in shown if folds.max(initial=0) > 0]
    return Calibration(
        before=material.bands,
        after=after,
        thresholds_before=thresholds,
        thresholds_after=moved_thresholds(thresholds, material.score(material.bands), material.score(after), least=least_threshold),
        strength=strength,
        share=share,
        comparisons=tuple(comparisons),
    )


def _enough(material: Material) -> None:
    known = material.hard[material.weight > 0]
    if len(known) < LEAST_KNOWN or min(known.sum(), (~known).sum()) < LEAST_OF_EACH:
        raise TooLittleKnown(
            f"There are {len(known):,} known outcomes, {int(known.sum()):,} of them in hardship.",
            next_step=f"Give at least {LEAST_KNOWN} known cases, of them {LEAST_OF_EACH} in hardship and {LEAST_OF_EACH} not.",
        )


def moved_thresholds(thresholds: Mapping[str, float], before: Floats, after: Floats, *, least: float = 1.0) -> dict[str, float]:
    """The whole-number thresholds, strictly rising from `least`, at which as many households have each level as before."""
    found: dict[str, float] = {}
    least = float(np.ceil(least))
    for level, threshold in thresholds.items():
        wanted = float((before >= threshold).mean())
        choices = np.arange(least, max(least, float(np.ceil(after.max(initial=0)))) + 2)
        shares = (len(after) - np.searchsorted(np.sort(after), choices, side="left")) / max(len(after), 1)
        off = np.abs(shares - wanted)
        best = choices[off <= off.min() + 1e-12]
        found[level] = float(best[np.abs(best - threshold).argmin()])
        least = found[level] + 1
    return found


@dataclass(frozen=True)
class _Bounds:
    """Whether and how bounds are proposed, and the folds on which they must prove themselves."""

    folds: Ints
    wanted: bool
    most_bands: int | None

    def applied(self, material: Material, seen: Flags) -> Material:
        """The material with the bounds that the cases seen propose; of the others no outcome counts any more."""
        known = replace(material, weight=material.weight * seen)
        return known.with_bands(proposed_bounds(known, self.folds, most_bands=self.most_bands)) if self.wanted else known


def _pointed(material: Material, strength: float) -> Bands:
    steps = steps_of(material)
    return steps.bands(material.bands, fitted(steps, material.hard, material.weight, strength=strength))


def _strength(material: Material, bounds: _Bounds) -> float:
    """The strongest penalty whose mean AUC in folds is within one standard error of the best."""
    rows = [list(_aucs(material, bounds, one)) for one in np.unique(bounds.folds)]
    table = np.array([row for row in rows if None not in row], dtype=np.float64)
    if not len(table):
        return STRENGTHS[-1]
    best = table[:, table.mean(axis=0).argmax()]
    return max(strength for strength, aucs in zip(STRENGTHS, table.T, strict=True) if (best - aucs).mean() <= _error(best - aucs))


def _aucs(material: Material, bounds: _Bounds, fold: int) -> Iterator[float | None]:
    """The AUC in a fold of what the others propose, at each strength."""
    rebound, unseen = bounds.applied(material, bounds.folds != fold), bounds.folds == fold
    for strength in STRENGTHS:
        yield auc(material.score(_pointed(rebound, strength))[unseen], material.hard[unseen], material.weight[unseen])


def _error(differences: Floats) -> float:
    """The standard error of a difference, fold by fold: folds are alike for both."""
    return float(differences.std(ddof=1) / np.sqrt(len(differences))) if len(differences) > 1 else 0.0


def _compared(material: Material, kept: Kept, folds: Ints, bounds: _Bounds, strength: float, share: float) -> Comparison:
    features, now = features_of(material), material.score(material.bands)
    unseen: list[Flags] = []
    scores: tuple[list[Floats], ...] = ([], [], [])
    for one in np.unique(folds):
        seen = folds != one
        draft = material.score(_pointed(bounds.applied(material, seen), strength))
        unseen.append(~seen)
        for kept_scores, score in zip(scores, (now, draft, boosted(features, material.hard, material.weight, seen)), strict=True):
            kept_scores.append(score)
    before, after, ceiling = (_quality(material, list(zip(unseen, one, strict=True)), share) for one in scores)
    return Comparison(kept, len(unseen), before, after, ceiling)


def _quality(material: Material, scored: Sequence[tuple[Flags, Floats]], share: float) -> Quality:
    def aucs() -> Iterator[float | None]:
        for rows, score in scored:
            yield auc(score[rows], material.hard[rows], material.weight[rows])

    def recalls() -> Iterator[float | None]:
        for rows, score in scored:
            in_hardship = float(material.weight[rows][material.hard[rows]].sum())
            found, _ = found_in_first(score[rows], material.hard[rows], material.weight[rows], share)
            yield found / in_hardship if in_hardship > 0 else None

    return Quality(folded(aucs()), folded(recalls()))
