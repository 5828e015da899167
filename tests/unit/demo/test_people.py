"""The made-up people against the published figures that made them."""

import numpy as np
import polars as pl
import pytest

from minsheng.demo import figures
from minsheng.demo.chance import stream
from minsheng.demo.families import ages_on, draw_families
from minsheng.demo.identities import draw_numbers, wrong_check_digits
from minsheng.demo.lives import NEVER, NOWHERE
from minsheng.demo.names import misspelt
from minsheng.demo.world import World

TODAY = 20_500
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_digit_fits(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    return "10X98765432"[total % 11] == number[17]


def test_households_have_the_published_size() -> None:
    families = draw_families(stream(1, "test"), 60_000, TODAY)
    assert families.size.mean() == pytest.approx(figures.PERSONS_PER_HOUSEHOLD, rel=0.01)
    assert families.size.min() >= 1


def test_ages_have_the_published_shares() -> None:
    families = draw_families(stream(1, "test"), 60_000, TODAY)
    age = ages_on(families.born, TODAY)
    assert (age < 16).mean() == pytest.approx(figures.SHARE_UNDER_16, abs=0.01)
    assert (age >= 60).mean() == pytest.approx(figures.SHARE_60_AND_OVER, abs=0.01)
    assert (age >= 65).mean() == pytest.approx(figures.SHARE_65_AND_OVER, abs=0.01)


def test_there_are_as_many_men_to_women_as_published() -> None:
    families = draw_families(stream(1, "test"), 60_000, TODAY)
    assert 100 * families.male.sum() / (~families.male).sum() == pytest.approx(figures.SEX_RATIO, abs=2.5)


def test_numbers_are_unique_made_up_and_sound() -> None:
    families = draw_families(stream(1, "test"), 20_000, TODAY)
    numbers = draw_numbers(stream(1, "numbers"), families.born, families.male)
    assert numbers.n_unique() == len(numbers)
    assert numbers.str.starts_with("999").all()
    assert all(check_digit_fits(number) for number in numbers.head(2000))
    birth = numbers.str.slice(6, 8).str.to_date("%Y%m%d").cast(pl.Int32)
    assert (birth == pl.Series(families.born)).all()
    assert ((numbers.str.slice(16, 1).cast(pl.Int64) % 2 == 1).to_numpy() == families.male).all()


def test_a_mistyped_number_never_has_a_sound_check_digit() -> None:
    families = draw_families(stream(1, "test"), 2_000, TODAY)
    numbers = draw_numbers(stream(1, "numbers"), families.born, families.male)
    assert not any(check_digit_fits(number) for number in wrong_check_digits(numbers))


def test_a_misspelt_name_is_another_name_of_the_same_surname() -> None:
    names = pl.Series(["王伟", "李静", "欧阳喆", "陈堃"])
    heard = misspelt(names)
    assert (heard != names).all()
    assert (heard.str.slice(0, 1) == names.str.slice(0, 1)).all()


def test_births_and_deaths_come_at_the_published_rates(world: World) -> None:
    people, years = int((world.lives.mother < 0).sum()), world.timeline.full / 12
    births, deaths = int((world.lives.mother >= 0).sum()), int((world.lives.died < NEVER).sum())
    assert births / people / years * 1000 == pytest.approx(figures.BIRTHS_PER_1000_YEAR, rel=0.2)
    assert deaths / people / years * 1000 == pytest.approx(figures.DEATHS_PER_1000_YEAR, rel=0.15)


def test_the_dead_are_old_more_often_and_live_nowhere(world: World) -> None:
    dead = world.lives.died < NEVER
    assert world.age[dead].mean() > world.age.mean() + 25
    assert (world.lives.home[-1][dead] == NOWHERE).all()


def test_newborns_live_with_their_mother_and_get_a_number_later(world: World) -> None:
    newborn = np.flatnonzero(world.lives.mother >= 0)
    assert (world.lives.household[newborn] == world.lives.household[world.lives.mother[newborn]]).all()
    assert (world.numbered[newborn] >= world.lives.born[newborn] + 10).all()


def test_a_split_makes_a_household_of_its_own(world: World) -> None:
    fresh = np.flatnonzero(world.lives.started < NEVER)
    assert len(fresh) > 0
    assert (world.lives.origin[fresh] != fresh).all()
    assert np.isin(fresh, world.lives.home[-1]).mean() > 0.9


def test_disability_and_disease_have_the_published_shares(world: World) -> None:
    assert (world.life.level > 0).mean() == pytest.approx(figures.DISABLED_SHARE, rel=0.05)
    assert world.life.chronic.mean() == pytest.approx(figures.CHRONIC_SHARE, rel=0.05)


def test_the_same_seed_gives_the_same_people(world: World) -> None:
    families, again = draw_families(stream(3, "x"), 500, TODAY), draw_families(stream(3, "x"), 500, TODAY)
    assert (families.born == again.born).all()
    assert not np.array_equal(families.born[:100], draw_families(stream(4, "x"), 500, TODAY).born[:100])
