"""A simulation gives what a run with the changed model gives: over random worlds, changes of every kind, and any ranges."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.engine.simulation.movements import Movements
from minsheng.engine.simulation.simulating import compared, simulate
from minsheng.kernel.periods import Month
from tests.spec.reference_engine import run_reference
from tests.spec.strategies import models, months_after, worlds
from tests.spec.world import World
from tests.unit.simulation.agreeing import assert_is_a_run
from tests.unit.simulation.stored import stored_month
from tests.unit.simulation.strategies import changes

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def counted(found: Movements) -> dict[str, dict[str, list[list[int]]]]:
    return {split: {group: matrix.tolist() for group, matrix in groups.items()} for split, groups in found.splits.items()}


@many
@given(world=worlds(models()), cut=st.sampled_from([(), (2,)]), data=st.data())
def test_simulate_is_a_run_with_the_changed_model(world: World, cut: tuple[int, ...], data: st.DataObject) -> None:
    first = run_reference(world)
    for month in (world, data.draw(months_after(world, first))):
        after = data.draw(changes(month.model))
        assert_is_a_run(month, after, cut)


@many
@given(world=worlds(models()), data=st.data())
def test_both_ways_of_comparing_agree(world: World, data: st.DataObject) -> None:
    month = data.draw(months_after(world, run_reference(world)))
    after = data.draw(changes(month.model))
    stored, again = stored_month(month, run_reference(month)), stored_month(month, run_reference(replace(month, model=after)))
    simulated, run = simulate(month.model, after, Month.parse(month.month), stored), compared(month.model, after, stored, again)
    assert simulated.movements.listed().equals(run.movements.listed())
    assert simulated.warnings_before.equals(run.warnings_before)
    assert simulated.warnings_after.equals(run.warnings_after)
    assert counted(simulated.movements) == counted(run.movements)
