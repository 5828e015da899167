"""What the members of a household are called: by relation to the head, never by name."""

from collections.abc import Mapping

import polars as pl

from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.figures import filled
from minsheng.engine.explaining.words import AGED, LANGUAGES, RELATIONS, SOMEBODY, Language, said

_USED = ("household_key", "person_key", "relation", "sex", "age", "category")


def now_known_as(rows: pl.DataFrame, redirects: Mapping[int, int]) -> pl.DataFrame:
    """Rows with the person keys of merged people replaced by the key they were merged into."""
    return rows.with_columns(pl.col("person_key").replace(redirects)) if redirects else rows


def labelled(members: pl.DataFrame, deceased: pl.DataFrame | None = None, labels: Mapping[int, Text] | None = None) -> pl.DataFrame:
    """Call every member, living or dead, by relation to the head, with the age where two would be called alike.

    The tables are `members` and `deceased` of the frozen register; `labels` are a caller's own words for single people. Returns
    household_key, person_key, relation, age, category, deceased, zh, en; one row per person and household.
    """
    people = members.select(*_USED, deceased=pl.lit(value=False))
    if deceased is not None:
        people = pl.concat([people, deceased.select(*_USED, deceased=pl.lit(value=True))])
    people = people.unique(["household_key", "person_key"], keep="first", maintain_order=True)
    people = people.with_columns(_relation(language).alias(language) for language in LANGUAGES)
    alike = pl.len().over("household_key", "zh") > 1
    people = people.with_columns(alike=alike & pl.col("age").is_not_null())
    people = people.with_columns(_called(language).alias(language) for language in LANGUAGES)
    if labels:
        people = people.with_columns(_own(labels, language).alias(language) for language in LANGUAGES)
    return people.select("household_key", "person_key", "relation", "age", "category", "deceased", *LANGUAGES)


def _relation(language: Language) -> pl.Expr:
    words = {relation: said(text, language) for relation, text in RELATIONS.items()}
    with_sex = (pl.col("relation") + "/" + pl.col("sex")).replace_strict(words, default=None, return_dtype=pl.String)
    alone = pl.col("relation").replace_strict(words, default=None, return_dtype=pl.String)
    return pl.coalesce(with_sex, alone, pl.lit(said(SOMEBODY, language)))


def _called(language: Language) -> pl.Expr:
    aged = filled(said(AGED, language), {"label": pl.col(language), "age": pl.col("age")})
    return pl.when("alike").then(aged).otherwise(pl.col(language))


def _own(labels: Mapping[int, Text], language: Language) -> pl.Expr:
    own = {person: said(text, language) for person, text in labels.items()}
    return pl.coalesce(pl.col("person_key").replace_strict(own, default=None, return_dtype=pl.String), pl.col(language))
