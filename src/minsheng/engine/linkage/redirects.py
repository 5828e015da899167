"""Merged people: who counts as whom, once every chain of merges is followed to its end."""

from typing import ClassVar

import polars as pl

from minsheng.kernel.errors import Refusal


class MergeCycle(Refusal):
    """People would be merged in a circle, so that nobody is left of them."""

    code: ClassVar[str] = "merge-cycle"


class MergedTwice(Refusal):
    """One person would be merged into two others."""

    code: ClassVar[str] = "merged-twice"


def close_redirects(pairs: pl.DataFrame) -> pl.DataFrame:
    """Follow merges (person_key merged into into_key) to the person that finally stands for each, sorted by person_key.

    Raises MergeCycle and MergedTwice. Since the table is reckoned from the merges in force, leaving a merge out undoes exactly that merge.
    """
    merged = pairs.select("person_key", "into_key").unique().sort("person_key")
    _refuse_two_targets(merged)
    steps = merged.rename({"person_key": "into_key", "into_key": "further_key"})
    for _ in range(merged.height.bit_length() + 1):
        followed = merged.join(steps, on="into_key", how="left", maintain_order="left")
        if followed["further_key"].null_count() == followed.height:
            return merged
        merged = followed.select("person_key", into_key=pl.coalesce("further_key", "into_key"))
        steps = merged.rename({"person_key": "into_key", "into_key": "further_key"})
    circle = merged.join(steps, on="into_key", how="semi")["person_key"].to_list()
    raise MergeCycle(f"The people {circle[:10]} would be merged in a circle.", next_step="Undo one of these merges first.")


def _refuse_two_targets(merged: pl.DataFrame) -> None:
    twice = merged.filter(pl.col("person_key").is_duplicated())["person_key"].unique(maintain_order=True).to_list()
    if twice:
        raise MergedTwice(f"The people {twice[:10]} would each be merged into two others.", next_step="Undo one of the two merges first.")
