"""How often two people agree by chance, reckoned from the people at hand."""

from collections.abc import Mapping

import polars as pl

from minsheng.engine.linkage.comparisons import OTHERWISE, Comparison, Exact, Nested
from minsheng.engine.linkage.settings import LinkageModel, LinkageSettings, Shares

_LEAST = 1e-6


def with_own_frequencies(settings: LinkageSettings, records: pl.DataFrame) -> LinkageSettings:
    """Set u of the whole-value comparisons (sex, division) to what these records give, instead of what the model was trained on.

    One township's register has fewer villages than a province's: the same village says less there. Disagreement never speaks for a link.
    """
    old = settings.linkage_model.comparisons
    new = {c.title: _renewed(c, records, old[c.title]) for c in settings.comparisons if c.title in old and isinstance(c, Exact | Nested)}
    return settings.model_copy(update={"linkage_model": LinkageModel(comparisons={**old, **new})})


def _renewed(comparison: Comparison, records: pl.DataFrame, shares: Mapping[str, Shares]) -> dict[str, Shares]:
    values = records[comparison.columns[0]].drop_nulls().value_counts().rename({comparison.columns[0]: "value"})
    if values["count"].sum() < 2:
        return dict(shares)
    value = pl.col("value")
    pieces = {"same": value} if isinstance(comparison, Exact) else {f"first {n}": value.str.head(n) for n in _lengths(comparison)}
    agreed, u = 0.0, {}
    for title, piece in pieces.items():
        chance = _chance_of_two(values.group_by(piece).agg(pl.col("count").sum())["count"])
        u[title], agreed = max(chance - agreed, _LEAST), chance
    u[OTHERWISE] = max(1 - agreed, shares[OTHERWISE].m)
    return {title: Shares(m=share.m, u=u[title]) for title, share in shares.items()}


def _lengths(comparison: Comparison) -> tuple[int, ...]:
    return comparison.lengths if isinstance(comparison, Nested) else ()


def _chance_of_two(counts: pl.Series) -> float:
    """The chance that two values, drawn without putting back, are equal, given how often each value is there."""
    whole = counts.cast(pl.Int64)
    return int((whole * (whole - 1)).sum()) / (int(whole.sum()) * (int(whole.sum()) - 1))
