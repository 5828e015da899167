"""Persons and their numbers as a members' snapshot tells them."""

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Max

from minsheng.domain.registry.concealment import blind_indexed, pseudonyms, sealed, sealed_where_new
from minsheng.domain.registry.frames import change, insert_frame, read_frame, stage_frame
from minsheng.domain.registry.matching import KnownPeople
from minsheng.domain.registry.models import Person
from minsheng.domain.registry.operations.lines import LineTable
from minsheng.domain.registry.versions import diff_lines
from minsheng.engine.linkage.names import normalise_name, pinyin_of
from minsheng.kernel.sealing import Keys

_NUMBERS = LineTable("registry_personnumber", opens="valid_from", closes="valid_to")
_FACTS: dict[str, type[pl.DataType]] = {
    "name": pl.String,
    "name_normal": pl.String,
    "sex": pl.String,
    "birth_on": pl.Date,
    "division": pl.String,
    "ethnicity": pl.String,
    "mother_index": pl.Binary,
}
_DELIVERED: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("number", "name", "sex", "division", "ethnicity", "phone", "mother_number", "relation"), pl.String),
    **dict.fromkeys(("birth_on", "joined_on", "left_on"), pl.Date),
}


@dataclass(frozen=True)
class Register:
    """The people on record: for matching, with their facts (`known_` before each), and their numbers as lines."""

    known: KnownPeople
    facts: pl.DataFrame
    number_lines: pl.DataFrame


def read_register(first_day: date) -> Register:
    """Everybody on record, and the numbers that are valid or ended at the first day of the month."""
    people = read_frame(
        "SELECT key, name, name_normal, sex, birth_on, division, ethnicity, mother_index, phone_index FROM registry_person",
        {"person_key": pl.Int64, **_FACTS, "phone_index": pl.Binary},
    )
    numbers = read_frame(
        "SELECT id, person_id, blind_index, valid_from, valid_to FROM registry_personnumber",
        {"id": pl.Int64, "person_key": pl.Int64, "number_index": pl.Binary, "listed_from": pl.Date, "listed_until": pl.Date},
    )
    homes = read_frame(
        "SELECT person_id, household_id, bool_or(listed_until IS NULL) FROM registry_membership GROUP BY person_id, household_id",
        {"person_key": pl.Int64, "household_key": pl.Int64, "stands": pl.Boolean},
    )
    numbered = people.select("person_key", "name_normal", "birth_on", "mother_index").join(
        numbers.select("person_key", numbered=True).unique(), on="person_key", how="left"
    )
    known = KnownPeople(
        people=numbered.with_columns(pl.col("numbered").fill_null(False)),
        numbers=numbers.select("person_key", "number_index", valid_to="listed_until"),
        homes=homes,
    )
    facts = people.rename({name: f"known_{name}" for name in people.columns if name != "person_key"})
    open_or_now = pl.col("listed_until").is_null() | (pl.col("listed_until") == first_day)
    return Register(known, facts, numbers.filter(open_or_now))


def described(rows: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    """Members' lines with indexes for their secrets and a normal name; birth date and sex read from the number where not delivered."""
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in _DELIVERED.items() if name not in rows.columns]
    full = rows.with_columns(missing)
    indexed = blind_indexed(full, keys, {"number": "number_index", "phone": "phone_index", "mother_number": "mother_index"})
    written_birth = pl.col("number").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    odd = pl.col("number").str.slice(16, 1).str.contains("[13579]")
    written_sex = pl.when(odd).then(pl.lit("male")).when(~odd).then(pl.lit("female"))
    return indexed.with_columns(
        normalise_name(indexed["name"]).fill_null(indexed["name"]).alias("name_normal"),
        birth_on=pl.coalesce("birth_on", written_birth),
        sex=pl.coalesce("sex", written_sex),
        division=pl.coalesce("division", "household_division"),
    )


def write_people(rows: pl.DataFrame, register: Register, *, keys: Keys, first_day: date) -> pl.DataFrame:
    """Write new and changed persons; returns the rows with person_key filled, merged facts, `is_new` and `is_changed`.

    What a snapshot leaves empty stays as known.
    """
    people = _with_keys(rows.join(register.facts, on="person_key", how="left"))
    is_changed = pl.any_horizontal(_differs(name) for name in (*_FACTS, "phone_index"))
    merged = people.with_columns(is_changed=is_changed & ~pl.col("is_new")).with_columns(
        pl.coalesce(name, f"known_{name}").alias(name) for name in _FACTS
    )
    _insert(merged.filter("is_new"), keys, first_day)
    _update(merged.filter("is_changed"), keys)
    return merged


def write_numbers(people: pl.DataFrame, register: Register, *, keys: Keys, first_day: date) -> bool:
    """Write new and corrected numbers; returns whether there were any.

    A department that falls back to a number corrected in an earlier month does not undo the correction.
    """
    told = people.filter(pl.col("number_index").is_not_null())
    former = register.known.numbers.join(register.number_lines, on=["person_key", "number_index"], how="anti")
    wanted = told.join(former, on=["person_key", "number_index"], how="anti").select("person_key", "number_index")
    lines = register.number_lines.join(wanted, on="person_key", how="semi")
    changes = diff_lines(lines, wanted, entity="person_key", values=["number_index"], month=first_day)

    def concealed(part: pl.DataFrame) -> pl.DataFrame:
        told_numbers = part.join(told.select("person_key", "number"), on="person_key", maintain_order="left")
        secret = told_numbers.with_columns(
            sealed(told_numbers["number"], keys), pseudonyms(told_numbers["number"], keys).alias("pseudonym")
        )
        return secret.rename({"person_key": "person_id", "number_index": "blind_index"})

    _NUMBERS.write(changes, month=first_day, finish=concealed)
    return bool(changes)


def _differs(name: str) -> pl.Expr:
    return pl.col(name).is_not_null() & pl.col(name).ne_missing(pl.col(f"known_{name}"))


def _with_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """New people go on after the last key, by household, the head first, so that a household's keys lie together."""
    last = Person.objects.aggregate(last=Max("key"))["last"] or 0
    marked = rows.with_columns(is_new=pl.col("person_key").is_null())
    head_first = (pl.col("relation") != "self").fill_null(True)
    order = ["household_key", head_first, "birth_on", "name_normal", "number_index"]
    new = marked.filter("is_new").sort(order, nulls_last=True).with_columns(person_key=pl.int_range(1, pl.len() + 1) + last)
    return pl.concat([marked.filter(~pl.col("is_new")), new])


def _insert(new: pl.DataFrame, keys: Keys, first_day: date) -> None:
    insert_frame("registry_person", new, finish=lambda part: _columns(part, keys).with_columns(first_month=pl.lit(first_day)))


def _update(changed: pl.DataFrame, keys: Keys) -> None:
    if not changed.height:
        return
    staged = _columns(changed, keys)
    stage_frame("changed_people", staged)
    facts = [name for name in staged.columns if name not in ("key", "phone", "phone_index")]
    change(
        "UPDATE registry_person AS person SET "  # noqa: S608
        + ", ".join(f"{name} = told.{name}" for name in facts)
        + ", phone = coalesce(told.phone, person.phone), phone_index = coalesce(told.phone_index, person.phone_index), "
        "former_names = CASE WHEN told.name = person.name OR person.name = ANY (person.former_names) THEN person.former_names "
        "ELSE person.former_names || person.name END "
        "FROM changed_people AS told WHERE person.key = told.key"
    )


def _columns(people: pl.DataFrame, keys: Keys) -> pl.DataFrame:
    concealed = sealed_where_new(people, keys, ["phone"])
    sounds = pinyin_of(people["name_normal"]).fill_null("").alias("pinyin")
    return concealed.select(pl.col("person_key").alias("key"), *_FACTS, sounds, "phone", "phone_index")
