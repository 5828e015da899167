"""What was found, as clauses of a sentence: for many households at once, by looping over the model's indicators only."""

from collections.abc import Iterator

import polars as pl

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.explaining.figures import Figure, day_column, filled
from minsheng.engine.explaining.reason_frames import reason_frame
from minsheng.engine.explaining.words import AND_MORE, LANGUAGES, LATELY, NOT_GIVEN, OTHERS_TOO, SOMEBODY, Language, category_words, said
from minsheng.engine.indicators.grammar import Indicator, Model

SHOWN = 3
"""Clauses that a sentence holds; of more, it says how many."""
_WHO = "\ue000"
_BETWEEN = {"zh": "；", "en": "; "}
_SAID: dict[str, pl.DataType | type[pl.DataType]] = {
    "household_key": pl.Int64,
    "indicators": pl.List(pl.String),
    "clauses_zh": pl.String,
    "clauses_en": pl.String,
}
_SPOT = ["household_key", "person_key", "indicator"]


def clauses_by_household(
    found: pl.DataFrame, people: pl.DataFrame, evidence: pl.DataFrame | None, model: Model, catalogue: Catalogue
) -> pl.DataFrame:
    """Say what was found in each household: household_key, indicators, clauses_zh, clauses_en.

    What is new or worse comes first, then the weightiest; what holds for several members in the same words is said once.
    Households without findings have no row.
    """
    of = {str(name): rows for (name,), rows in found.partition_by("indicator", as_dict=True).items()}
    present = [(rank, indicator) for rank, indicator in enumerate(model.indicators) if indicator.id in of]
    if not present:
        return pl.DataFrame(schema=_SAID)
    worded = [_worded(indicator, rank, of[indicator.id], evidence, catalogue) for rank, indicator in present]
    clauses = _merged(pl.concat(worded), people).sort(
        "household_key", "fresh", "points", "rank", "person_key", descending=[False, True, True, False, False]
    )
    told = clauses.group_by("household_key", maintain_order=True).agg(
        pl.col("indicator").unique(maintain_order=True).alias("indicators"),
        pl.len().alias("count"),
        *(pl.col(language).head(SHOWN).str.join(_BETWEEN[language]) for language in LANGUAGES),
    )
    return told.select("household_key", "indicators", *(_with_rest(language).alias(f"clauses_{language}") for language in LANGUAGES))


def _worded(indicator: Indicator, rank: int, found: pl.DataFrame, evidence: pl.DataFrame | None, catalogue: Catalogue) -> pl.DataFrame:
    """The findings of one indicator with its reason filled in, except who it is about."""
    rows = found.select(*_SPOT, "bands", "value", "band", "points", fresh=pl.col("is_new") | pl.col("band_rose"))
    rows = rows.join(_bands(indicator, catalogue), on=["bands", "band"], how="left")
    rows = rows.join(_records(indicator, evidence), on=["household_key", "person_key"], how="left")
    figure = Figure.of(indicator, catalogue)
    texts = (_reason(indicator, figure, language).alias(language) for language in LANGUAGES)
    return rows.select(*_SPOT, "fresh", "points", pl.lit(rank).alias("rank"), *texts)


def _reason(indicator: Indicator, figure: Figure, language: Language) -> pl.Expr:
    not_given, lately = pl.lit(said(NOT_GIVEN, language)), pl.lit(said(LATELY, language))
    parts = {
        "value": figure.number_column(pl.col("value")).fill_null(not_given),
        "bound": figure.number_column(pl.col("bound")).fill_null(not_given),
        "months": pl.lit(str(indicator.window_months or "")),
        "category": pl.col(f"category_{language}").fill_null(pl.col("bands")),
        "count": pl.col("count").cast(pl.String).fill_null(not_given),
        "latest_on": day_column(pl.col("latest_on"), language).fill_null(lately),
        "member": pl.lit(_WHO),
    }
    return filled(reason_frame(indicator, language), parts)


def _bands(indicator: Indicator, catalogue: Catalogue) -> pl.DataFrame:
    """The bound of every band, and the words for the category it is meant for."""
    schema = {"bands": pl.String, "band": pl.Int64, "bound": pl.Int64, "category_zh": pl.String, "category_en": pl.String}
    rows = list(_band_rows(indicator, catalogue))
    return pl.DataFrame(rows, schema=schema, orient="row")


def _band_rows(indicator: Indicator, catalogue: Catalogue) -> Iterator[tuple[str, int, int, str, str]]:
    for name, bands in indicator.bands.items():
        words = category_words(name, catalogue)
        for number, band in enumerate(bands, start=1):
            yield name, number, band.bound, words.zh, words.en


def _records(indicator: Indicator, evidence: pl.DataFrame | None) -> pl.DataFrame:
    """How many records stand behind each finding, and the day of the latest; nothing where the reason says neither."""
    if evidence is None or not any(name in indicator.reason.zh + indicator.reason.en for name in ("{count}", "{latest_on}")):
        schema = {"household_key": pl.Int64, "person_key": pl.Int64, "count": pl.UInt32, "latest_on": pl.Date}
        return pl.DataFrame(schema=schema)
    own = evidence.filter(pl.col("indicator") == indicator.id)
    return own.group_by("household_key", "person_key").agg(count=pl.len(), latest_on=pl.col("event_on").max())


def _merged(worded: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """One row per household, indicator and words: what is said of several members is said once, of the first and the others."""
    same = worded.group_by("household_key", "indicator", "rank", "zh", "en").agg(
        pl.col("fresh").any(), pl.col("points").sum(), pl.col("person_key").min(), pl.len().alias("members")
    )
    labels = people.select("household_key", "person_key", *(pl.col(language).alias(f"who_{language}") for language in LANGUAGES))
    same = same.join(labels, on=["household_key", "person_key"], how="left")
    return same.with_columns(pl.col(language).str.split(_WHO).list.join(_who(language)).alias(language) for language in LANGUAGES)


def _who(language: Language) -> pl.Expr:
    label = pl.col(f"who_{language}").fill_null(pl.lit(said(SOMEBODY, language)))
    together = {"label": label, "count": pl.col("members"), "others": pl.col("members") - 1}
    return pl.when(pl.col("members") > 1).then(filled(said(OTHERS_TOO, language), together)).otherwise(label)


def _with_rest(language: Language) -> pl.Expr:
    rest = pl.col("count").cast(pl.Int64) - SHOWN
    more = filled(said(AND_MORE, language), {"rest": rest})
    return pl.col(language) + pl.when(rest > 0).then(more).otherwise(pl.lit(""))
