"""From a delivery's rows to the registry's people: decisions first, then numbers, then probability."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from minsheng.engine.linkage.exact import LINKS, match_by_number
from minsheng.engine.linkage.likeness import Likeness
from minsheng.engine.linkage.names import normalise_name
from minsheng.engine.linkage.settings import LinkageSettings

__all__ = ["PEOPLE", "LinkageSettings", "PeopleIndex", "Resolution", "resolve"]

PEOPLE: Final = pl.Schema(
    {
        "person_key": pl.Int64,
        "pseudonym": pl.Binary,
        "name": pl.String,
        "pinyin": pl.String,
        "birth_on": pl.Date,
        "sex": pl.String,
        "division": pl.String,
        "phone_index": pl.Binary,
    }
)
_ROW: Final = ("row_number", "subject", "pseudonym", "name", "birth_on", "sex", "division", "phone_index")


@dataclass(frozen=True)
class Resolution:
    """Where every row of a delivery went: linked to a person, asked about, or outside the registry; both frames by row number.

    links: row_number, person_key, method (`number`, `decided`, `probabilistic`), probability (of the last method only).
    reviews: row_number, subject, reason (`name-disagrees`, `birth-disagrees`, `doubtful`), candidates (person_key, probability).
    """

    links: pl.DataFrame
    reviews: pl.DataFrame
    outside: int


class PeopleIndex:
    """The registry's people, made ready once, to find any number of deliveries' rows among.

    `people` (see PEOPLE) has several rows for a person of several numbers or names; the key of a merged person is the key they count as.
    """

    def __init__(self, people: pl.DataFrame, settings: LinkageSettings | None = None, *, threads: int | None = None) -> None:
        self._settings = settings or LinkageSettings()
        self._threads = threads
        self._people = people.select(PEOPLE.names()).with_columns(normalise_name(people["name"]).alias("name"))

    @classmethod
    def no_people(cls) -> "PeopleIndex":
        """An index of an empty registry."""
        return cls(pl.DataFrame(schema=PEOPLE))

    def resolve(self, rows: pl.DataFrame, decided: pl.DataFrame) -> Resolution:
        """Say of every row whom it is about: every row is in `links`, in `reviews`, or counted in `outside`.

        `rows`: row_number, subject, pseudonym (null without a usable number), name, birth_on, sex, division, phone_index; other columns
        are passed over. `decided`: subject, person_key (null: nobody of the registry); these subjects are not asked about again.
        """
        asked = rows.select(_ROW).with_columns(normalise_name(rows["name"]).alias("name"))
        known = asked.join(
            decided.select("subject", "person_key").unique("subject", keep="last", maintain_order=True), on="subject", how="inner"
        ).drop_nulls("person_key")
        by_decision = known.select("row_number", "person_key", method=pl.lit("decided"), probability=pl.lit(None, pl.Float64))
        undecided = asked.join(decided, on="subject", how="anti")
        by_number = match_by_number(undecided, self._people)
        left_over = undecided.join(_settled(by_number.links, by_number.reviews), on="row_number", how="anti")
        by_likeness = self._likeness.find(left_over)
        links = pl.concat([by_decision.cast(LINKS), by_number.links, by_likeness.links]).sort("row_number")
        reviews = pl.concat([by_number.reviews, by_likeness.reviews]).sort("row_number")
        return Resolution(links, reviews, rows.height - links.height - reviews.height)

    def close(self) -> None:
        """Give back what the index holds of the execution engine."""
        self._likeness.close()

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self._people, self._settings, threads=self._threads)


def resolve(rows: pl.DataFrame, people: pl.DataFrame, decided: pl.DataFrame, *, settings: LinkageSettings | None = None) -> Resolution:
    """Resolve one delivery's rows; see PeopleIndex, which serves many deliveries."""
    index = PeopleIndex(people, settings)
    try:
        return index.resolve(rows, decided)
    finally:
        index.close()


def _settled(links: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([links.select("row_number"), reviews.select("row_number")])
