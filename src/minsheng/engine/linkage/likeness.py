"""Finding people without a usable number: candidates, how probable each is, and what that is enough for."""

from dataclasses import dataclass
from functools import cached_property
from math import log2
from typing import TYPE_CHECKING, Final

import polars as pl

from minsheng.engine.linkage.exact import LINKS, REVIEWS
from minsheng.engine.linkage.frequencies import with_own_frequencies
from minsheng.engine.linkage.names import name_agreement, pinyin_of
from minsheng.engine.linkage.settings import ID, LinkageSettings

if TYPE_CHECKING:
    from minsheng.engine.linkage.probabilistic import Matcher

_EVIDENCE: Final = ("name", "birth_on", "sex", "division", "phone_index")
LEAST_WEIGHT: Final = log2(0.001)
"""Candidates whose match weight, in bits, is less are passed over."""
_AT_A_TIME: Final = 500_000
"""Questions put to the engine at once: what bounds its memory, since each has some ten candidates."""

_WORTH_SHOWING: Final = 0.02
_MOST_BITS: Final = 200.0
_DECIMALS: Final = 6


@dataclass(frozen=True)
class Findings:
    """Rows linked by probability, and rows with candidates for a person to look at."""

    links: pl.DataFrame
    reviews: pl.DataFrame


class Likeness:
    """The registry's people by what is like them; the execution engine is started only when a row needs it."""

    def __init__(self, people: pl.DataFrame, settings: LinkageSettings, *, threads: int | None) -> None:
        self._settings = settings
        self._threads = threads
        numbered = people.filter(pl.col("pseudonym").is_not_null())["person_key"]
        faces = people.select("person_key", pl.col("person_key").is_in(numbered.implode()).alias("held"), *_EVIDENCE, "pinyin")
        self._faces = _distinct(faces).with_row_index(ID).cast({ID: pl.Int64})

    def find(self, rows: pl.DataFrame) -> Findings:
        """Look for the people of rows that no number led to.

        A row without a usable number may be anybody; one whose number nobody holds may only be somebody registered without a number,
        such as a newborn. A candidate is accepted if it is sure and the names agree: likeness of sound, or of everything but the name,
        is for a person to judge.
        """
        asked = rows.with_columns(held=pl.col("pseudonym").is_not_null())
        asked = asked.filter(~pl.col("held") | pl.col("name").is_in(self._unnumbered_names.implode()))
        if asked.is_empty() or self._faces.is_empty():
            return Findings(pl.DataFrame(schema=LINKS), pl.DataFrame(schema=REVIEWS))
        question = ("held", *_EVIDENCE)
        questions = asked.select(question).unique(maintain_order=True).with_row_index(ID).cast({ID: pl.Int64})
        answers = pl.concat([self._answers(part) for part in questions.iter_slices(_AT_A_TIME)])
        told = asked.join(questions, on=question, how="inner", nulls_equal=True).join(answers, on=ID, how="inner").sort("row_number")
        return Findings(_links(told.filter("sure")), _reviews(told.filter(~pl.col("sure"))))

    def close(self) -> None:
        """Give the engine back, if it was started."""
        if "_matcher" in self.__dict__:
            self._matcher.close()

    @cached_property
    def _unnumbered_names(self) -> pl.Series:
        return self._faces.filter(~pl.col("held"))["name"].drop_nulls().unique()

    @cached_property
    def _matcher(self) -> "Matcher":
        from minsheng.engine.linkage.probabilistic import Matcher  # Splink takes most of a second to import

        faces = comparable(self._faces)
        return Matcher(faces, with_own_frequencies(self._settings, faces), threads=self._threads)

    def _answers(self, questions: pl.DataFrame) -> pl.DataFrame:
        """Per answerable question: unique_id, person_key and probability of the likeliest, sure, candidates."""
        spoken = questions.with_columns(pinyin_of(questions["name"]).alias("pinyin"))
        pairs = self._matcher.between(comparable(spoken), at_least=LEAST_WEIGHT)
        asked = questions.select(left=ID, asked_name="name", asked_held="held")
        faces = self._faces.select("person_key", "held", "name", right=ID)
        pairs = pairs.join(asked, on="left").join(faces, on="right").filter(~(pl.col("asked_held") & pl.col("held")))
        pairs = pairs.with_columns(agree=name_agreement(pairs["asked_name"], pairs["name"]).fill_null(False))
        return self._judged(_probabilities(pairs))

    def _judged(self, candidates: pl.DataFrame) -> pl.DataFrame:
        likely = candidates.filter(pl.col("probability") >= _WORTH_SHOWING)
        best = likely.group_by("left", maintain_order=True).agg(
            pl.col("person_key", "probability", "agree").first(),
            candidates=pl.struct("person_key", "probability").head(self._settings.most_candidates),
        )
        sure = (pl.col("probability") >= self._settings.sure) & pl.col("agree")
        return best.filter(pl.col("probability") >= self._settings.doubtful).with_columns(sure=sure).rename({"left": ID})


def comparable(records: pl.DataFrame) -> pl.DataFrame:
    """Bring people or rows into the form that the registry's comparisons read: dates as text."""
    return records.with_columns(pl.col("birth_on").cast(pl.String))


def _distinct(faces: pl.DataFrame) -> pl.DataFrame:
    """Each face once; only people with several rows can have two alike."""
    several = faces["person_key"].is_duplicated()
    return pl.concat([faces.filter(~several), faces.filter(several).unique(maintain_order=True)]) if several.any() else faces


def _probabilities(pairs: pl.DataFrame) -> pl.DataFrame:
    """The probability of each person for each question, given that it is one of them or none; the likeliest first."""
    people = pairs.group_by("left", "person_key").agg(pl.col("weight").max(), pl.col("agree").any()).sort("left", "person_key")
    odds = people.with_columns(odds=pl.lit(2.0).pow(pl.col("weight").clip(upper_bound=_MOST_BITS)))
    share = pl.col("odds") / (1 + pl.col("odds").sum().over("left"))
    return odds.with_columns(probability=share.round(_DECIMALS)).sort("left", "probability", "person_key", descending=[False, True, False])


def _links(told: pl.DataFrame) -> pl.DataFrame:
    return told.select("row_number", "person_key", method=pl.lit("probabilistic"), probability="probability").cast(LINKS)


def _reviews(told: pl.DataFrame) -> pl.DataFrame:
    return told.select("row_number", "subject", reason=pl.lit("doubtful"), candidates="candidates").cast(REVIEWS)
