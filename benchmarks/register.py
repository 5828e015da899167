"""A made-up world's people as a province's register has them in PostgreSQL: with names and numbers that nobody has, brought in by COPY."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from benchmarks.world import World
from minsheng.demo.identities import draw_numbers, draw_phones
from minsheng.demo.names import draw_names
from minsheng.engine.linkage.names import normalise_name, pinyin_of
from minsheng.kernel.divisions import DivisionCode, Level

if TYPE_CHECKING:
    from minsheng.kernel.sealing import Keys

LISTED_FROM = date(2025, 1, 1)
_NAMES = {Level.PROVINCE: "省", Level.PREFECTURE: "市", Level.COUNTY: "县", Level.TOWNSHIP: "镇", Level.VILLAGE: "村"}


def register_of(world: World) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Everybody in the order of their keys, with a name, a number and a phone; and the households with their numbers."""
    newcomers = _frame(world, "households").join(_frame(world, "households", back=1), on="household_key", how="anti")
    new = pl.col("household_key").is_in(newcomers["household_key"].implode())
    households = _frame(world, "households").with_columns(
        number=pl.col("division").str.head(6) + pl.col("household_key").cast(pl.String).str.zfill(8),
        since=pl.when(new).then(pl.lit(world.month.first_day)).otherwise(pl.lit(LISTED_FROM)),
    )
    people = pl.concat([_frame(world, "members"), _frame(world, "deceased")], how="diagonal").sort("household_key", "person_key")
    rng = np.random.default_rng([world.spec.seed, 1])
    male = (people["sex"] == "male").to_numpy()
    head = people["household_key"].search_sorted(people["household_key"]).to_numpy().astype(np.int64)
    named = people.with_columns(
        draw_names(rng, male, (people["age"] < 45).to_numpy(), head).alias("name"),
        draw_numbers(rng, people["birth_on"].to_physical().cast(pl.Int64).to_numpy(), male.astype(np.int64)).alias("number"),
        draw_phones(rng, len(people)).alias("phone"),
    )
    return named.join(households.select("household_key", "division", "since"), on="household_key", maintain_order="left"), households


def settle_places(households: pl.DataFrame) -> dict[Level, list[str]]:
    """Write every village and the places above it; returns the codes by level, each in order."""
    from minsheng.domain.registry.frames import insert_frame

    villages = [DivisionCode(code) for code in households["division"].unique().sort()]
    codes = {one.text: one for village in villages for one in (*village.ancestors, village)}
    insert_frame("places_division", pl.DataFrame([_division(code) for _, code in sorted(codes.items())], infer_schema_length=None))
    return {level: sorted(text for text, code in codes.items() if code.level is level) for level in Level}


def _division(code: DivisionCode) -> dict[str, object]:
    return {
        "code": code.text,
        "level": int(code.level),
        "lowest_level": int(code.level),
        "name": f"第{int(code.prefix[-2:])}{_NAMES[code.level]}",
        "pinyin": "di",
        "functional_zone": code.is_functional_zone,
        "pseudo_county": False,
        "parent_id": code.parent.text if code.parent else None,
    }


def enter_people(people: pl.DataFrame, households: pl.DataFrame, keys: "Keys") -> None:
    """Bring the register in: households and their lines, people, their numbers, their lines, and who died."""
    from django.db import transaction

    from minsheng.domain.registry.frames import insert_frame

    dead = people.filter(pl.col("died_on").is_not_null())
    with transaction.atomic():
        insert_frame("registry_household", households.select(_key("household"), _since("first_month"), "number", "division"))
        insert_frame(
            "registry_householdlisting",
            households.select(_key("household", "household_id"), _since("listed_from"), "division", "residence", "category"),
        )
        insert_frame("registry_person", people, finish=lambda part: _persons(part, keys))
        insert_frame("registry_personnumber", people, finish=lambda part: _numbers(part, keys))
        insert_frame("registry_membership", _lines(people))
        insert_frame("registry_death", dead.select(_key("person", "person_id"), "died_on", delivery=pl.lit("cremations")))


def _persons(part: pl.DataFrame, keys: "Keys") -> pl.DataFrame:
    from minsheng.domain.registry.concealment import blind_indexed, sealed

    normal = normalise_name(part["name"])
    spelt = (normal.alias("name_normal"), pinyin_of(normal).fill_null("").alias("pinyin"))
    facts = ("name", "sex", "birth_on", "division", "ethnicity", "phone", "phone_index")
    concealed = blind_indexed(part, keys, {"phone": "phone_index"}).with_columns(sealed(part["phone"], keys))
    return concealed.select(_key("person"), _since("first_month"), *spelt, *facts)


def _numbers(part: pl.DataFrame, keys: "Keys") -> pl.DataFrame:
    from minsheng.domain.registry.concealment import blind_indexed, pseudonyms, sealed

    hidden = (pseudonyms(part["number"], keys).alias("pseudonym"), sealed(part["number"], keys))
    indexed = blind_indexed(part, keys, {"number": "blind_index"}).with_columns(hidden)
    return indexed.select(_key("person", "person_id"), _since("valid_from"), "number", "blind_index", "pseudonym")


def _lines(people: pl.DataFrame) -> pl.DataFrame:
    """A line for each member; that of somebody who died ends with the month."""
    ended = pl.col("died_on").dt.month_start().dt.offset_by("1mo")
    left = pl.col("died_on").is_not_null() & (ended > pl.col("since"))
    return people.select(
        _key("person", "person_id"),
        _key("household", "household_id"),
        *("relation", "sex", "birth_on", "ethnicity", "category", "disability_level"),
        *(_since(name) for name in ("joined_on", "listed_from")),
        pl.when(left).then("died_on").alias("left_on"),
        pl.when(left).then(ended).alias("listed_until"),
    )


def _key(of: str, name: str = "key") -> pl.Expr:
    return pl.col(f"{of}_key").alias(name)


def _since(name: str) -> pl.Expr:
    return pl.col("since").alias(name)


def _frame(world: World, name: str, *, back: int = 0) -> pl.DataFrame:
    """A table of the register as it was frozen with the world's month, or so many months back."""
    file = world.files[f"registry/{world.month.plus(-back)}/{name}"]
    frame = pl.from_arrow(world.lake.read_table(file["path"]))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))
