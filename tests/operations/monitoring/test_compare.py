"""Comparing two runs household by household."""

from types import SimpleNamespace

import pytest

from minsheng.domain.monitoring import operations
from minsheng.domain.monitoring.queries import NoSuchRun
from tests.operations.monitoring.district import household_key

pytestmark = pytest.mark.django_db

JUNE = {"rises": [1], "falls": [2], "stays": [3], "goes-away": [4], "well": [5]}
JULY = {"rises": [1], "falls": [2], "stays": [3], "comes": [6], "well": [5]}


@pytest.fixture(scope="module")
def lived(kept_district):
    """Two months, between which one household rises, one falls, one comes and one goes."""
    kept_district.publish()
    kept_district.register("2026-06", JUNE)
    kept_district.month("2026-06", costs={1: 3000, 2: 6000, 3: 3000, 4: 3000})
    june = kept_district.run("2026-06").run
    kept_district.register("2026-07", JULY)
    kept_district.month("2026-07", costs={1: 6000, 2: 10, 3: 3000, 6: 3000})
    return SimpleNamespace(installation=kept_district.installation, june=june, july=kept_district.run("2026-07").run)


def test_movements_count_every_household_of_either_run_once(lived):
    found = operations.compare(before=lived.june, after=lived.july, installation=lived.installation)
    assert (found.before, found.after, found.same_bytes) == (lived.june, lived.july, False)
    assert found.movements == {
        "none → none": 1,
        "none → blue": 1,
        "blue → none": 1,
        "blue → blue": 1,
        "blue → yellow": 1,
        "yellow → none": 1,
    }
    assert sum(found.movements.values()) == found.households == 6
    assert {one["household_key"]: (one["level"], one["level_after"]) for one in found.examples} == {
        household_key("rises"): (1, 2),
        household_key("falls"): (2, 0),
        household_key("goes-away"): (1, 0),
        household_key("comes"): (0, 1),
    }
    assert found.moved == 4


def test_a_run_beside_itself_has_not_moved(lived):
    found = operations.compare(before=lived.july[:10], after=lived.july, installation=lived.installation)
    assert (found.same_bytes, found.moved, found.examples, found.households) == (True, 0, [], 5)


@pytest.mark.parametrize(("before", "after"), [("nothing", "july"), ("july", "nothing")])
def test_an_unknown_run_is_refused(lived, before, after):
    with pytest.raises(NoSuchRun):
        operations.compare(before=getattr(lived, before, before), after=getattr(lived, after, after), installation=lived.installation)
