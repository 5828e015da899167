"""What field workers would report after visiting warned households, simulated from the hidden truth."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from minsheng.demo.chance import stream

TRUE_HELPED: Final = "TRUE_HELPED"
TRUE_ALREADY_COVERED: Final = "TRUE_ALREADY_COVERED"
TRUE_NOT_ELIGIBLE: Final = "TRUE_NOT_ELIGIBLE"
FALSE_DATA: Final = "FALSE_DATA"
UNREACHABLE: Final = "UNREACHABLE"
VISITED_SHARE: Final = 0.6
HELPED_SHARE: Final = 0.135
"""Tongling: 15,900 alerts led to 2,145 helped. Only the hard-hit are helped, so fewer if the warnings found fewer."""
_UNREACHABLE_SHARE: Final = 0.05
_COVERED_SHARE: Final = 0.45
_FALSE_SHARE: Final = 0.4


def verdicts_for(households: Sequence[str], truth: pl.DataFrame, *, seed: int = 0, visited: float = VISITED_SHARE) -> list[tuple[str, str]]:
    """This will give (household_no, verdict) for a share of the warned households, in the order of their numbers.

    `truth` holds household_no, month, in_hardship and severity; a household's latest month counts, and one it does not know is not
    visited. The hardest-hit are helped; the other hard-hit are covered already or not eligible; of the rest some were warned about on
    false data. The same arguments give the same verdicts.
    """
    known = (
        truth.filter(pl.col("household_no").is_in(list(households))).sort("month").unique("household_no", keep="last").sort("household_no")
    )
    rng = stream(seed, "verdicts", *known["month"].unique().sort())
    drawn = known.with_columns(pl.Series("visit", rng.random(known.height)), pl.Series("luck", rng.random(known.height)))
    seen = drawn.filter(pl.col("visit") < visited)
    reached = pl.col("visit") >= visited * _UNREACHABLE_SHARE
    hardest = pl.when(reached & pl.col("in_hardship")).then(pl.col("severity") + pl.col("luck"))
    helped = hardest.rank(method="ordinal", descending=True) <= round(HELPED_SHARE * seen.height)
    judged = seen.with_columns(
        verdict=pl.when(~reached)
        .then(pl.lit(UNREACHABLE))
        .when(helped)
        .then(pl.lit(TRUE_HELPED))
        .when("in_hardship")
        .then(_either(_COVERED_SHARE, TRUE_ALREADY_COVERED, TRUE_NOT_ELIGIBLE))
        .otherwise(_either(_FALSE_SHARE, FALSE_DATA, TRUE_NOT_ELIGIBLE))
    )
    return list(zip(judged["household_no"], judged["verdict"], strict=True))


def _either(share: float, one: str, other: str) -> pl.Expr:
    return pl.when(pl.col("luck") < share).then(pl.lit(one)).otherwise(pl.lit(other))
