"""Matching by identity number, with the name and the birth date as witnesses."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from minsheng.engine.linkage.names import name_agreement

LINKS: Final = pl.Schema({"row_number": pl.Int64, "person_key": pl.Int64, "method": pl.String, "probability": pl.Float64})
_CANDIDATES: Final = pl.List(pl.Struct({"person_key": pl.Int64, "probability": pl.Float64}))
REVIEWS: Final = pl.Schema([("row_number", pl.Int64), ("subject", pl.Binary), ("reason", pl.String), ("candidates", _CANDIDATES)])


@dataclass(frozen=True)
class NumberMatches:
    """What the numbers say: sure links, and the rows whose number a person has but whose name or birth date is another's."""

    links: pl.DataFrame
    reviews: pl.DataFrame


def match_by_number(rows: pl.DataFrame, people: pl.DataFrame) -> NumberMatches:
    """Match rows to the people who hold, or once held, their number.

    A row is linked if one person holds its number and neither name nor birth date contradicts; what is missing contradicts nothing.
    Two holders of one number are never told apart here: a person looks into it.
    `rows`: row_number, subject, pseudonym, name (normalised), birth_on. `people`: person_key, pseudonym, name (normalised), birth_on.
    """
    facts = people.select("person_key", "pseudonym", name_held="name", birth_held="birth_on").drop_nulls("pseudonym")
    pairs = rows.drop_nulls("pseudonym").join(facts, on="pseudonym", how="inner")
    pairs = pairs.with_columns(
        names_agree=name_agreement(pairs["name"], pairs["name_held"]).fill_null(True),
        births_agree=(pl.col("birth_on") == pl.col("birth_held")).fill_null(True),
    )
    holders = pairs.group_by("row_number", "subject", "person_key").agg(pl.col("names_agree", "births_agree").any())
    judged = holders.group_by("row_number", "subject").agg(
        pl.col("person_key").sort(), alone=pl.len() == 1, names_agree=pl.col("names_agree").all(), births_agree=pl.col("births_agree").all()
    )
    reason = (
        pl.when(~pl.col("alone"))
        .then(pl.lit("doubtful"))
        .when(~pl.col("names_agree"))
        .then(pl.lit("name-disagrees"))
        .when(~pl.col("births_agree"))
        .then(pl.lit("birth-disagrees"))
    )
    judged = judged.with_columns(reason=reason).sort("row_number")
    return NumberMatches(_links(judged.filter(pl.col("reason").is_null())), _reviews(judged.drop_nulls("reason")))


def _links(judged: pl.DataFrame) -> pl.DataFrame:
    person, nothing = pl.col("person_key").list.first(), pl.lit(None, pl.Float64)
    return judged.select("row_number", person_key=person, method=pl.lit("number"), probability=nothing).cast(LINKS)


def _reviews(judged: pl.DataFrame) -> pl.DataFrame:
    candidate = pl.struct(pl.element().alias("person_key"), pl.lit(None, pl.Float64).alias("probability"))
    return judged.select("row_number", "subject", "reason", candidates=pl.col("person_key").list.eval(candidate)).cast(REVIEWS)
