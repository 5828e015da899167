"""The register of low-income households: shares of people by category, and its change from month to month."""

import numpy as np
import pytest

from minsheng.demo import figures
from minsheng.demo.register import DIBAO, MARGINAL, NONE, TEKUN
from minsheng.demo.world import World


def shares_of_people(world: World, number: int) -> np.ndarray:
    home = world.lives.home[number]
    category = world.register[number].category
    on_register = world.register[number].registered[home] & (home >= 0)
    return np.bincount(category[home[on_register]], minlength=6) / on_register.sum()


def test_categories_start_with_the_published_shares_of_people(world: World) -> None:
    shares = shares_of_people(world, 0)
    assert shares[DIBAO] == pytest.approx(figures.SHARE_DIBAO, abs=0.015)
    assert shares[TEKUN] == pytest.approx(figures.SHARE_TEKUN, abs=0.01)
    assert shares[MARGINAL] == pytest.approx(figures.SHARE_MARGINAL, abs=0.015)


def test_the_register_keeps_its_size_while_households_join_and_leave(world: World) -> None:
    counts = [world.on_register(position).sum() for position in world.timeline.full_positions]
    assert counts[0] == pytest.approx(30_000, rel=0.01)
    assert counts[-1] == pytest.approx(30_000, rel=0.02)
    joined = world.register[-1].registered & ~world.register[0].registered
    left = world.register[0].registered & ~world.register[-1].registered
    assert joined.sum() == pytest.approx(5 * 30_000 * figures.HOUSEHOLDS_JOIN, rel=0.25)
    assert left.sum() == pytest.approx(5 * 30_000 * figures.HOUSEHOLDS_LEAVE, rel=0.25)


def test_a_changed_category_remembers_the_one_before(world: World) -> None:
    first, last = world.register[0], world.register[-1]
    changed = np.flatnonzero((first.category != last.category) & first.registered & last.registered)
    assert len(changed) > 50
    assert (last.previous[changed] != NONE).all()
    assert (last.previous_until[changed] == last.since[changed] - 1).all()


def test_the_extremely_poor_live_alone(world: World) -> None:
    sizes = np.bincount(world.lives.household[world.lives.mother < 0])
    tekun = np.flatnonzero(world.register[0].category[: len(sizes)] == TEKUN)
    assert (sizes[tekun] == 1).all()
