"""Training a linkage model without labels: u from the records' own frequencies, m by expectation maximisation."""

from typing import Any, Final

import polars as pl
from splink import Linker

from minsheng.engine.linkage.probabilistic import Matcher, levels_of
from minsheng.engine.linkage.settings import LinkageModel, LinkageSettings, Shares

_SEED: Final = 1
_LEAST_M: Final = 1e-3
_LEAST_U: Final = 1e-6
_DIGITS: Final = 6


def train(records: pl.DataFrame, others: pl.DataFrame | None, *, settings: LinkageSettings, pairs: float = 1e6) -> LinkageModel:
    """Learn the shares of every level from records to be linked with others, or among themselves if there are none.

    Both frames are as `Matcher` takes them. `pairs` random pairs serve to learn u. The same frames give the same model.
    A level that was never met keeps its share from the settings' model, if that has it, and the least share otherwise.
    """
    matcher = Matcher(records, settings)
    try:
        linker = matcher.trainer(others)
        linker.training.estimate_u_using_random_sampling(max_pairs=pairs, seed=_SEED, min_count_per_level=None, num_chunks=1)
        for block in settings.training:
            linker.training.estimate_parameters_using_expectation_maximisation(block.condition())
        return _model(linker, settings)
    finally:
        matcher.close()


def _model(linker: Linker, settings: LinkageSettings) -> LinkageModel:
    learnt: list[dict[str, Any]] = linker.misc.save_model_to_json()["comparisons"]
    return LinkageModel(
        comparisons={
            comparison.title: {
                level.title: _shares(found, settings.linkage_model.comparisons.get(comparison.title, {}).get(level.title))
                for level, found in zip(levels_of(comparison)[1:], told["comparison_levels"][1:], strict=True)
            }
            for comparison, told in zip(settings.comparisons, learnt, strict=True)
        }
    )


def _shares(found: dict[str, Any], before: Shares | None) -> Shares:
    m, u = (found.get(name) for name in ("m_probability", "u_probability"))
    old_m, old_u = (None, None) if before is None else (before.m, before.u)
    return Shares(m=_share(m, old_m, _LEAST_M), u=_share(u, old_u, _LEAST_U))


def _share(found: object, before: float | None, least: float) -> float:
    value = found if isinstance(found, float) else before
    return max(least, float(f"{value or least:.{_DIGITS}g}"))
