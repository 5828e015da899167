"""Made-up people by the block: who lives with whom, of what age and category, and who has died.

Shares follow the bulletins of the ministry (2021 to 2025): 1.75 persons a household on dibao, of 66 million low-income people on the
national platform 60 % on dibao and 7 % extremely poor, 15 % urban; and 12 million of them with a certified disability.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from minsheng.kernel.divisions import MADE_UP_PREFIX
from minsheng.kernel.periods import Month

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int32]
Column: TypeAlias = "pa.Array[Any]"
Columns: TypeAlias = dict[str, Column]

BLOCK_PERSONS = 1 << 18
HOUSEHOLDS_PER_VILLAGE = 60
_VILLAGES_PER_TOWNSHIP, _TOWNSHIPS_PER_COUNTY, _COUNTIES_AT_ONCE = 44, 18, 3
CATEGORIES = (
    "DIBAO",
    "TEKUN",
    "DIBAO_MARGINAL",
    "RIGID_EXPENDITURE",
    "POVERTY_RETURN_MONITORED",
    "OTHER",
    "DIBAO_SINGLE",
    "ORPHAN",
    "DE_FACTO_UNSUPPORTED_CHILD",
)
_DIBAO, _TEKUN, _MARGINAL, _SINGLE, _ORPHAN, _DE_FACTO = 0, 1, 2, 6, 7, 8
_HOUSEHOLD_SHARES = (0.58, 0.11, 0.11, 0.03, 0.09, 0.08, 0, 0, 0)
_SIZES = (1, 2, 3, 4, 5, 6)
_SIZE_SHARES = (0.53, 0.28, 0.12, 0.05, 0.013, 0.007)
SEXES = ("male", "female")
_RELATIONS = ("self", "spouse", "son", "daughter", "parent", "grandchild")
_ETHNICITIES = ("01", "02", "03", "04", "11", "07")
_ETHNICITY_SHARES = (0.89, 0.01, 0.05, 0.03, 0.01, 0.01)
_NEW_EVERY = 331


def days_since_epoch(day: date) -> int:
    """A day as Parquet counts it."""
    return (day - date(1970, 1, 1)).days


@dataclass(frozen=True)
class Block:
    """People and their households, as arrays by person (and, where said, by household)."""

    number: int
    person_key: Whole
    household_key: Whole
    place: Whole
    own_category: Whole
    age: Whole
    born: Days
    sex: Whole
    relation: Whole
    ethnicity: Whole
    disability: Whole
    exit_months: Whole
    died: Days
    household_keys: Whole
    household_category: Whole
    urban: Flags
    household_at: Whole

    @property
    def persons(self) -> int:
        """How many people the block holds."""
        return len(self.person_key)

    def alive(self, day: date) -> Flags:
        """Who lives at the end of a day."""
        return self.died > days_since_epoch(day)

    def division(self) -> npt.NDArray[np.int64]:
        """The ordinal of each person's village."""
        return (self.household_key - 1) // HOUSEHOLDS_PER_VILLAGE


def is_new(household_keys: Whole) -> Flags:
    """Which households came to the register in the last month."""
    return cast("Flags", household_keys % _NEW_EVERY == 0)


def make_block(number: int, first_person: int, first_household: int, persons: int, month: Month, rng: np.random.Generator) -> Block:
    """Draw one block of people; keys go on from `first_person` and `first_household`, persons sorted by household."""
    sizes = _sizes(persons, rng)
    households = len(sizes)
    at = np.repeat(np.arange(households), sizes)
    place = np.arange(persons) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    category = rng.choice(len(CATEGORIES), households, p=_HOUSEHOLD_SHARES)
    age, relation = _ages(place, sizes[at], category[at] == _TEKUN, rng)
    born = days_since_epoch(month.last_day) - (age * 365.2425).astype(np.int64) - rng.integers(0, 365, persons)
    exited = (rng.random(persons) < 0.04) & ~np.isin(category[at], (_DIBAO, _TEKUN))
    return Block(
        number=number,
        person_key=first_person + np.arange(persons),
        household_key=first_household + at,
        place=place,
        own_category=_own_categories(category[at], age, rng),
        age=_full_years(born, month),
        born=born.astype(np.int32),
        sex=rng.integers(0, 2, persons),
        relation=relation,
        ethnicity=rng.choice(len(_ETHNICITIES), persons, p=_ETHNICITY_SHARES),
        disability=np.where(rng.random(persons) < 0.18, rng.integers(1, 5, persons), 0),
        exit_months=np.where(exited, rng.integers(0, 36, persons), -1),
        died=_deaths(place, age, month, rng),
        household_keys=first_household + np.arange(households),
        household_category=category,
        urban=rng.random(households) < 0.15,
        household_at=at,
    )


def register_tables(block: Block, month: Month, *, newcomers: bool) -> dict[str, pa.Table]:
    """The block's part of the register frozen at a month's end; without `newcomers` as if they had not come yet."""
    there = np.ones(block.persons, bool) if newcomers else ~is_new(block.household_key)
    alive = block.alive(month.last_day)
    facts = _facts(block, alive, month)
    dead = _rows(facts, there & ~alive)
    died = block.died[there & ~alive]
    dead["died_on"] = pa.array(died, pa.date32())
    dead["listed"] = pa.array((died > days_since_epoch(month.plus(-2).last_day)) & (died % 3 == 0))
    kept = np.ones(len(block.household_keys), bool) if newcomers else ~is_new(block.household_keys)
    return {
        "households": _households(block, kept),
        "members": pa.table(_rows(facts, there & alive)),
        "deceased": pa.table(dead),
        "tags": _tags(block, there & alive, kept, facts),
    }


def coded(codes: Whole, names: tuple[str, ...], blank: Flags | None = None) -> Column:
    """Ordinals as the texts they stand for."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32), pa.int32(), mask=blank), pa.array(names, pa.string()))


def villages(ordinals: Whole) -> Column:
    """Made-up twelve-digit codes of villages: 44 to a township, 18 townships to a county, three counties to a prefecture, then more."""
    distinct, at = np.unique(ordinals, return_inverse=True)
    rest, village = np.divmod(distinct, _VILLAGES_PER_TOWNSHIP)
    county, township = np.divmod(rest, _TOWNSHIPS_PER_COUNTY)
    names = [f"{_county(c)}{t + 100:03d}{v + 201:03d}" for c, t, v in zip(county, township, village, strict=True)]
    return pa.DictionaryArray.from_arrays(pa.array(at.astype(np.int32), pa.int32()), pa.array(names, pa.string()))


def _county(ordinal: int) -> str:
    """Ten prefectures are filled by three counties each before any gets a fourth; there is room for 990."""
    third, place = divmod(ordinal, _COUNTIES_AT_ONCE)
    turn, prefecture = divmod(third, 10)
    return f"{MADE_UP_PREFIX}{prefecture}{turn * _COUNTIES_AT_ONCE + place + 1:02d}"


def _sizes(persons: int, rng: np.random.Generator) -> Whole:
    drawn = rng.choice(_SIZES, persons, p=_SIZE_SHARES)
    ends = np.cumsum(drawn)
    last = int(np.searchsorted(ends, persons))
    sizes = drawn[: last + 1].astype(np.int64)
    sizes[-1] -= ends[last] - persons
    return sizes


def _ages(place: Whole, size: Whole, extremely_poor: Flags, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Ages and relations to the head; the head's age is the first of its household."""
    count = len(place)
    centre = np.where(extremely_poor, 70, np.where(size == 1, 62, 50))
    head = np.clip(rng.normal(centre, 12), 18, 98).astype(np.int64)[np.arange(count) - place]
    draw = rng.random(count)
    kind = np.select([place == 0, (place == 1) & (draw < 0.6), draw < 0.15], [0, 1, 4], 2 + rng.integers(0, 2, count))
    kind = np.where((kind >= 2) & (kind <= 3) & (head > 66) & (draw > 0.6), 5, kind)
    shift = np.select([kind == 0, kind == 1, kind == 4, kind == 5], [0, rng.integers(-6, 7, count), 25, -52], rng.integers(-42, -20, count))
    return np.clip(head + shift, 0, 101), kind


def _own_categories(household: Whole, age: Whole, rng: np.random.Generator) -> Whole:
    draw = rng.random(len(age))
    child = age < 18
    picked = [child & (draw < 0.004), child & (draw < 0.016), (household == _MARGINAL) & (draw > 0.92)]
    return np.select(picked, [_ORPHAN, _DE_FACTO, _SINGLE], household)


def _full_years(born: Whole, month: Month) -> Whole:
    birth = born.astype("datetime64[D]")
    months = birth.astype("datetime64[M]")
    day = (birth - months).astype(np.int64) + 1
    passed = month.ordinal - (months.astype(np.int64) + 1970 * 12)
    return np.asarray((passed - (day > month.last_day.day)) // 12)


def _deaths(place: Whole, age: Whole, month: Month, rng: np.random.Generator) -> Days:
    """The day of death, or a day that never comes; heads stay alive, so that no household is left without members."""
    yearly = np.where(age >= 70, 0.05, np.where(age >= 50, 0.012, 0.002))
    dies = (place > 0) & (rng.random(len(place)) < yearly)
    day = days_since_epoch(month.last_day) - rng.integers(0, 365, len(place))
    return np.where(dies, day, np.iinfo(np.int32).max).astype(np.int32)


def _facts(block: Block, alive: Flags, month: Month) -> Columns:
    living = np.bincount(block.household_at, alive, len(block.household_keys)).astype(np.int64)[block.household_at]
    return {
        "household_key": pa.array(block.household_key),
        "person_key": pa.array(block.person_key),
        "category": coded(block.own_category, CATEGORIES),
        "relation": coded(block.relation, _RELATIONS),
        "sex": coded(block.sex, SEXES),
        "birth_on": pa.array(block.born, pa.date32()),
        "age": pa.array(_full_years(block.born.astype(np.int64), month)),
        "household_size": pa.array(living),
        "lives_alone": pa.array(alive & (living == 1)),
        "months_since_exit": pa.array(block.exit_months, mask=block.exit_months < 0),
        "disability_level": pa.array(block.disability, mask=block.disability == 0),
        "ethnicity": coded(block.ethnicity, _ETHNICITIES),
    }


def _rows(facts: Columns, kept: Flags) -> Columns:
    wanted = pa.array(kept)
    return {name: column.filter(wanted) for name, column in facts.items()}


def _households(block: Block, kept: Flags) -> pa.Table:
    keys = block.household_keys[kept]
    return pa.table(
        {
            "household_key": pa.array(keys),
            "division": villages((keys - 1) // HOUSEHOLDS_PER_VILLAGE),
            "residence": coded(block.urban[kept].astype(np.int64), ("rural", "urban")),
            "category": coded(block.household_category[kept], CATEGORIES),
        }
    )


_DERIVED_TAGS = ("SEVERE_DISABILITY", "ELDER_ALONE", "CHILD_ONLY", "RECENT_EXIT")


def _tags(block: Block, members: Flags, kept: Flags, facts: Columns) -> pa.Table:
    """The categories of households and members, and what follows from their members, one row each."""
    households = len(block.household_keys)
    alone = facts["lives_alone"].to_numpy(zero_copy_only=False)
    adult = np.bincount(block.household_at, members & (block.age >= 18), households) > 0
    found = [
        _tagged(block, members & (block.disability > 0) & (block.disability <= 2)),
        _tagged(block, members & alone & (block.age >= 70)),
        kept & ~adult,
        _tagged(block, members & (block.exit_months >= 0) & (block.exit_months < 24)),
    ]
    stated = [kept & (block.household_category == code) for code in range(len(CATEGORIES))]
    for code in range(len(CATEGORIES)):
        stated[code] = stated[code] | _tagged(block, members & (block.own_category == code))
    holds = dict(zip((*CATEGORIES, *_DERIVED_TAGS), (*stated, *found), strict=True))
    names = tuple(sorted(holds))
    at, tag = np.nonzero(np.stack([holds[name] for name in names], axis=1))
    return pa.table({"household_key": pa.array(block.household_keys[at]), "tag": coded(tag, names)})


def _tagged(block: Block, persons: Flags) -> Flags:
    return np.bincount(block.household_at, persons, len(block.household_keys)) > 0
