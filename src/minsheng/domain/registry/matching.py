"""Who a line of the members' snapshot is: by number, else by mother, household, name and birth date. Pure."""

from dataclasses import dataclass

import polars as pl

from minsheng.engine.linkage.names import name_agreement

NUMBER_SHARED = "number-shared"
NUMBER_OF_ANOTHER = "number-of-another-person"
LISTED_TWICE = "listed-twice"
TWO_HOUSEHOLDS = "two-households"
CONFLICT_SCHEMA = {"row_number": pl.Int64, "column": pl.String, "reason": pl.String}


@dataclass(frozen=True)
class KnownPeople:
    """The register's people as matching needs them.

    people: person_key, name_normal, birth_on, mother_index, numbered (has ever had a number); numbers: person_key, number_index, valid_to;
    homes: person_key, household_key, stands (every household they were ever listed in, and whether they are now).
    """

    people: pl.DataFrame
    numbers: pl.DataFrame
    homes: pl.DataFrame


@dataclass(frozen=True)
class Matching:
    """`rows` are the incoming ones with `person_key` (null: a new person), each person once; `conflicts` were left out."""

    rows: pl.DataFrame
    conflicts: pl.DataFrame


def match_people(rows: pl.DataFrame, known: KnownPeople) -> Matching:
    """Match snapshot lines (row_number, household_key, number_index, mother_index, name_normal, birth_on, ...) to known people.

    A number two names share is nobody's until a person has looked, save for the one already registered under it by that name. A known
    number under another name is a change of name at home and with the same birth date, else a conflict. Who is listed under two roofs
    stays where they were, else where the delivery names them first.
    """
    numbered = _by_number(rows, known)
    refused = _disputed_numbers(numbered, known)
    clear = numbered.join(refused, on="row_number", how="anti")
    matched = _by_circumstances(clear, known)
    kept, repeated = _once_each(matched, known)
    conflicts = pl.concat([refused, repeated]).sort("row_number")
    return Matching(kept.drop("owner_name", "owner_birth_on"), conflicts)


def conflict(rows: pl.DataFrame, column: str, reason: str) -> pl.DataFrame:
    """The rows as conflicts: row_number, column, reason."""
    return rows.select("row_number", pl.lit(column).alias("column"), pl.lit(reason).alias("reason"))


def _by_number(rows: pl.DataFrame, known: KnownPeople) -> pl.DataFrame:
    """Adds person_key, owner_name and owner_birth_on; a number that is valid for one person and a former one of another is the first's."""
    current_first = known.numbers.sort("valid_to", descending=True, nulls_last=False)
    owners = current_first.unique("number_index", keep="first", maintain_order=True).select("number_index", "person_key")
    facts = known.people.select("person_key", owner_name="name_normal", owner_birth_on="birth_on")
    return rows.join(owners.join(facts, on="person_key"), on="number_index", how="left")


def _disputed_numbers(rows: pl.DataFrame, known: KnownPeople) -> pl.DataFrame:
    """Conflicts over numbers. A new name under a known number is only believed at home and with the same birth date."""
    numbered = rows.filter(pl.col("number_index").is_not_null())
    several = numbered.with_columns(shared=pl.col("name_normal").n_unique().over("number_index") > 1)
    doubtful = several.filter(~name_agreement(numbered["name_normal"], numbered["owner_name"]).fill_null(False))
    unshared = doubtful.filter(~pl.col("shared") & pl.col("person_key").is_not_null())
    renamed = unshared.filter(pl.col("birth_on").eq_missing(pl.col("owner_birth_on"))).join(
        known.homes, on=["person_key", "household_key"], how="semi"
    )
    strangers = unshared.join(renamed, on="row_number", how="anti")
    return pl.concat([conflict(doubtful.filter("shared"), "number", NUMBER_SHARED), conflict(strangers, "number", NUMBER_OF_ANOTHER)])


def _by_circumstances(rows: pl.DataFrame, known: KnownPeople) -> pl.DataFrame:
    """Fills person_key of the rows that no number matched: corrected numbers, newborns, people without one."""
    found = rows.filter(pl.col("person_key").is_not_null())
    waiting = rows.filter(pl.col("person_key").is_null())
    at_home = known.people.join(known.homes, on="person_key")
    unnumbered = known.people.filter(~pl.col("numbered"))
    for candidates, evidence in (
        (known.people, ["mother_index", "name_normal", "birth_on"]),
        (at_home, ["household_key", "name_normal", "birth_on"]),
        (_only_one(unnumbered, ["mother_index", "birth_on"]), ["mother_index", "birth_on"]),
    ):
        free = candidates.join(found, on="person_key", how="anti")
        hits = _agreeing(waiting, free, evidence)
        found = pl.concat([found, hits], how="diagonal")
        waiting = waiting.join(hits, on="row_number", how="anti")
    return pl.concat([found, waiting])


def _only_one(people: pl.DataFrame, evidence: list[str]) -> pl.DataFrame:
    """Twins share mother and birth date: those tell nobody apart."""
    return people.filter(pl.len().over(evidence) == 1)


def _agreeing(rows: pl.DataFrame, people: pl.DataFrame, evidence: list[str]) -> pl.DataFrame:
    """Rows that agree with one person on all the evidence, each person once; beside a name, two unknown birth dates agree."""
    named = "name_normal" in evidence
    sure = [name for name in evidence if name != "birth_on"] if named else evidence
    usable = rows.drop("person_key").filter(pl.all_horizontal(pl.col(sure).is_not_null()))
    if not named:
        usable = _only_one(usable, evidence)
    pairs = usable.join(people.select("person_key", *evidence), on=evidence, how="inner", nulls_equal=True).sort("row_number", "person_key")
    once = pairs.unique("row_number", keep="first", maintain_order=True).unique("person_key", keep="first", maintain_order=True)
    return once.select(rows.columns)


def _once_each(rows: pl.DataFrame, known: KnownPeople) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The line of each person that counts, and the others as conflicts."""
    home = known.homes.filter("stands").select("person_key", "household_key", at_home=True)
    ranked = (
        rows.with_columns(_identity().alias("identity"))
        .join(home, on=["person_key", "household_key"], how="left")
        .sort(pl.col("at_home").fill_null(False), -pl.col("row_number"), descending=True)
        .with_columns(first=pl.col("row_number").first().over("identity"), roof=pl.col("household_key").first().over("identity"))
        .sort("row_number")
    )
    extra = ranked.filter(pl.col("row_number") != pl.col("first"))
    same_roof = pl.col("household_key") == pl.col("roof")
    conflicts = pl.concat(
        [
            conflict(extra.filter(same_roof), "household_no", LISTED_TWICE),
            conflict(extra.filter(~same_roof), "household_no", TWO_HOUSEHOLDS),
        ]
    )
    return ranked.filter(pl.col("row_number") == pl.col("first")).select(rows.columns), conflicts


def _identity() -> pl.Expr:
    """One text per human being: the person, else the number, else household, name and birth date."""
    told = [pl.col("household_key").cast(pl.String), pl.col("name_normal").fill_null(""), pl.col("birth_on").cast(pl.String).fill_null("")]
    return pl.coalesce(
        pl.format("person {}", "person_key"),
        pl.format("number {}", pl.col("number_index").bin.encode("hex")),
        pl.concat_str(*told, separator="|"),
    )
