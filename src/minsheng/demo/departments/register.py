"""Civil affairs: the register of low-income households and their members, as it stands at the month's end."""

from typing import Final

import numpy as np
import polars as pl

from minsheng.demo import figures
from minsheng.demo.arrays import Flags, Ints
from minsheng.demo.chance import stream
from minsheng.demo.departments.disability import disabilities
from minsheng.demo.departments.rows import dates, draw_codes, fen, lognormal, pick_codes
from minsheng.demo.families import CHILD, GRANDCHILD, PARENT, SELF, SPOUSE
from minsheng.demo.lives import NEVER
from minsheng.demo.names import DOTS
from minsheng.demo.register import CATEGORIES, DIBAO, MARGINAL, NONE, OTHER, RETURN, RIGID, TEKUN
from minsheng.demo.world import World

_INCOME_RANGES: Final = {
    DIBAO: (0.05, 0.98),
    TEKUN: (0.0, 0.9),
    MARGINAL: (1.0, 1.49),
    RIGID: (1.2, 2.9),
    RETURN: (0.7, 1.6),
    OTHER: (1.0, 2.6),
}
"""Monthly income per head in dibao standards: the definitions give the bounds of the first three, the rest is our guess."""
_PERSONAL: Final = ("", "DIBAO_SINGLE", "ORPHAN", "DE_FACTO_UNSUPPORTED_CHILD")
_ETHNICITIES: Final = {"01": 0.962, "15": 0.014, "03": 0.008, "06": 0.004, "08": 0.004, "11": 0.005, "02": 0.003}
_UYGUR: Final = "05"


def registry_households(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """One row per household on the register."""
    register, head = world.register[world.full_month(position)], _heads(world, position)
    homes = np.flatnonzero(world.on_register(position))
    members = np.bincount(world.residence(position)[world.alive(position)], minlength=len(register.category))
    steady = stream(world.seed, "means")
    count = world.households.height
    luck, goods, area = steady.random(count), lognormal(steady, 1.0, 0.9, count), lognormal(steady, 52, 0.35, count)
    category = register.category[homes]
    low, high = (np.array([_INCOME_RANGES[kind][side] for kind in range(len(CATEGORIES))])[category] for side in (0, 1))
    standards = low + (high - low) * luck[homes]
    previous = register.previous[homes]
    return pl.DataFrame(
        {
            "person": head[homes],
            "household": homes,
            "household_no": world.households["household_no"].gather(pl.Series(homes)),
            "category": pick_codes(CATEGORIES, category),
            "category_from": dates(register.since[homes]),
            "previous_category": pick_codes((*CATEGORIES, ""), np.where(previous == NONE, len(CATEGORIES), previous)).replace("", None),
            "previous_category_until": dates(register.previous_until[homes]),
            "residence": pl.repeat("urban", len(homes), dtype=pl.String, eager=True),
            "monthly_income": fen(np.rint(standards * figures.DIBAO_STANDARD_YUAN * np.maximum(members[homes], 1))),
            "property_value": fen(np.rint(goods[homes] * 9000 * (0.5 + standards))),
            "housing_area": np.rint(area[homes] * 100).astype(np.int64),
            "account": "62" + pl.Series(10**15 + homes * 7919).cast(pl.String),
        }
    )


def registry_members(world: World, position: int, _: np.random.Generator) -> pl.DataFrame:
    """One row per member, those who left or died in the month included with the day."""
    registered, home = world.on_register(position), world.residence(position)
    gone_on = np.minimum(world.lives.died, world.lives.left)
    first = world.timeline.first_day(position)
    born = world.lives.born <= world.timeline.last_day(position)
    person = np.flatnonzero(born & registered[home] & (gone_on >= first))
    left = np.where(gone_on[person] <= world.timeline.last_day(position), gone_on[person], NEVER)
    level = _levels(world, position)[person]
    mother = world.lives.mother[person]
    numbers = world.people["number"]
    register = world.register[world.full_month(position)]
    since = np.minimum(register.since[home[person]], world.timeline.first_day(world.timeline.first_full) - 40)
    joined = np.where(world.lives.joined[person] < NEVER, world.lives.joined[person], since)
    return pl.DataFrame(
        {
            "person": person,
            "household": home[person],
            "household_no": world.households["household_no"].gather(pl.Series(home[person])),
            "relation": relations(world, position)[person],
            "ethnicity": _ethnicities(world).gather(pl.Series(person)),
            "marriage": _marriages(world).gather(pl.Series(person)),
            "category": pick_codes(_PERSONAL, _personal(world, position)[person]).replace("", None),
            "disability_level": pl.Series(level).replace(0, None),
            "labour_capacity": pick_codes(("full", "partial", "none"), _capacity(world.age[person], level)),
            "joined_on": dates(joined),
            "left_on": dates(left),
            "mother_number": pl.select(pl.when(pl.Series(mother >= 0)).then(numbers.gather(pl.Series(np.maximum(mother, 0))))).to_series(),
        }
    )


def _levels(world: World, position: int) -> Ints:
    person, _, level, since = disabilities(world)
    known = since <= world.timeline.last_day(position)
    levels = np.zeros(world.lives.people, dtype=np.int64)
    levels[person[known]] = level[known]
    return levels


def _heads(world: World, position: int) -> Ints:
    """The head of each household: its first member at the month's end, the eldest in the order of the family; 0 without one."""
    home = world.lives.home[world.full_month(position)]
    inside = np.flatnonzero(home >= 0)
    order = inside[np.lexsort((inside, -(world.age[inside] >= 16).astype(np.int64), home[inside]))]
    heads = np.zeros(world.households.height, dtype=np.int64)
    heads[home[order][::-1]] = order[::-1]
    return heads


def relations(world: World, position: int) -> pl.Series:
    """Relation to the head of the month; when the old head is gone, the new one is the head."""
    names = {
        SELF: ("other", "other"),
        SPOUSE: ("spouse", "spouse"),
        CHILD: ("daughter", "son"),
        GRANDCHILD: ("grandchild",) * 2,
        PARENT: ("parent",) * 2,
    }
    table = tuple(name for role in range(len(names)) for name in names[role])
    index = world.lives.relation * 2 + world.lives.male
    head = np.zeros(world.lives.people, dtype=bool)
    head[_heads(world, position)] = True
    return pick_codes((*table, "self"), np.where(head, len(table), index))


def _personal(world: World, position: int) -> Ints:
    """Personal categories: single-person dibao for the severely disabled in marginal families; children without parents."""
    home = world.residence(position)
    category = world.register[world.full_month(position)].category[home]
    drawn = stream(world.seed, "personal").random(world.lives.people)
    grown = np.bincount(home, weights=world.age >= 18, minlength=world.households.height) > 0
    child = world.age < 18
    single = (category == MARGINAL) & (_levels(world, position) > 0) & (_levels(world, position) <= 2) & (drawn < 0.7)
    return np.select([single, child & ~grown[home], child & (drawn < 0.004)], [1, 2, 3], default=0)


def _marriages(world: World) -> pl.Series:
    """Married where the spouse lives in the household; the others by age."""
    lives, rng = world.lives, stream(world.seed, "marriages")
    coupled = np.bincount(lives.household, weights=lives.relation == SPOUSE, minlength=world.households.height) > 0
    in_couple = coupled[lives.household] & np.isin(lives.relation, (SELF, SPOUSE))
    alone = draw_codes(rng, {"single": 0.4, "divorced": 0.4, "widowed": 0.2}, lives.people)
    old = draw_codes(rng, {"single": 0.12, "divorced": 0.13, "widowed": 0.72, "unknown": 0.03}, lives.people)
    single = pl.Series(world.age < 24) | pl.Series(lives.relation == CHILD)
    return pl.select(
        pl.when(pl.Series(in_couple))
        .then(pl.lit("married"))
        .when(single)
        .then(pl.lit("single"))
        .when(pl.Series(world.age >= 65))
        .then(old)
        .otherwise(alone)
    ).to_series()


def _ethnicities(world: World) -> pl.Series:
    drawn = draw_codes(stream(world.seed, "ethnicities"), _ETHNICITIES, world.lives.people)
    dotted = world.people["name"].str.contains(DOTS[0], literal=True)
    return pl.select(pl.when(dotted).then(pl.lit(_UYGUR)).otherwise(drawn)).to_series()


def _capacity(age: Ints, level: Ints) -> Ints:
    severe: Flags = (level > 0) & (level <= 2)
    return np.select([severe | (age < 16) | (age >= 70), (level > 2) | (age >= 60)], [2, 1], default=0)
