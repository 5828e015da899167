"""Points from outcomes: a logistic regression on steps that may only go up, held near the points there are."""

import numpy as np
from scipy.sparse import csr_array

from minsheng.engine.evaluation.arrays import Flags, Floats
from minsheng.engine.evaluation.calibration.material import Steps

USUAL_STEP = 10.0
"""Points by which a step may differ before the penalty at strength 1 costs half a unit of log-likelihood."""
MOST_POINTS = 100.0
_LEAST_SLOPE, _USUAL_SLOPE = 0.005, 0.04


def fitted(steps: Steps, hard: Flags, weight: Floats, *, strength: float) -> Floats:
    """This will propose the points that each step adds: never negative, so that a higher band is never worth less.

    Maximises the weighted log-likelihood of outcomes, less strength / 2 × Σ ((points − current) / USUAL_STEP)². Weights are scaled to
    Kish's effective number of cases. The result is scaled so that the mean of the plain sums stays as it is; where the current points
    are all 0, so that the most that can be reached is MOST_POINTS.
    """
    from scipy.optimize import minimize

    rows = np.flatnonzero(weight > 0)
    if not len(rows):
        return steps.current
    matrix, outcome = steps.matrix[rows], hard[rows]
    cases = weight[rows] * (weight[rows].sum() / (weight[rows] ** 2).sum())
    current = steps.current
    slope = _slope(matrix, outcome, cases, current)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        constant, points = parameters[0], parameters[1:]
        value, residual = _log_loss(constant + slope * (matrix @ points), outcome, cases)
        away = (points - current) / USUAL_STEP
        gradient = np.concatenate([[residual.sum()], slope * (matrix.T @ residual) + strength * away / USUAL_STEP])
        return value + strength / 2 * float((away**2).sum()), gradient

    least = np.concatenate([[_logit(outcome, cases)], current])
    bounds = [(None, None), *[(0.0, MOST_POINTS)] * len(current)]
    found = minimize(loss, least, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x[1:]
    return _scaled(steps, np.maximum(found, 0.0), current)


def log_loss(predictor: Floats, hard: Flags, weight: Floats) -> float:
    """The mean log-loss of a linear predictor (log-odds)."""
    return _log_loss(predictor, hard, weight)[0] / float(weight.sum())


def _log_loss(predictor: Floats, hard: Flags, weight: Floats) -> tuple[float, Floats]:
    """Σ weight × log-loss, and its derivative by the predictor."""
    signed = np.where(hard, -predictor, predictor)
    chance = 1 / (1 + np.exp(-np.clip(predictor, -500, 500)))
    return float((weight * np.logaddexp(0.0, signed)).sum()), weight * (chance - hard)


def _logit(hard: Flags, weight: Floats) -> float:
    share = float(np.clip((weight * hard).sum() / weight.sum(), 1e-6, 1 - 1e-6))
    return float(np.log(share / (1 - share)))


def _slope(matrix: csr_array, hard: Flags, weight: Floats, current: Floats) -> float:
    """The log-odds that a point of the current score is worth: what points are translated by. A usual one if there are no points."""
    from scipy.optimize import minimize

    score = matrix @ current
    if not score.any():
        return _USUAL_SLOPE

    def loss(parameters: Floats) -> tuple[float, Floats]:
        value, residual = _log_loss(parameters[0] + parameters[1] * score, hard, weight)
        return value, np.array([residual.sum(), (residual * score).sum()])

    found = minimize(loss, np.array([_logit(hard, weight), 0.0]), jac=True, method="L-BFGS-B", bounds=[(None, None), (0, 1)]).x
    return max(float(found[1]), _LEAST_SLOPE)


def _scaled(steps: Steps, points: Floats, current: Floats) -> Floats:
    before, after = float((steps.matrix @ current).sum()), float((steps.matrix @ points).sum())
    if after <= 0:
        return points
    if before > 0:
        return np.minimum(points * (before / after), MOST_POINTS)
    return points * (MOST_POINTS / float(points.sum()))
