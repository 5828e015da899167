"""Asking for one household's explanation by its number; that every explanation adds up is asked in test_run."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from minsheng.domain.monitoring.explanations import explain_household_named
from minsheng.domain.monitoring.queries import NoSuchRun
from minsheng.domain.registry.queries import NoSuchHousehold
from minsheng.engine.explaining.household import NoSuchHousehold as NotInTheRun
from minsheng.kernel.periods import Month
from tests.operations.monitoring.district import AT, MODEL, household_key

pytestmark = pytest.mark.django_db

JUNE = {"ill": [1], "well": [2]}


@pytest.fixture(scope="module")
def lived(kept_district):
    """One month with two models; a household that only July's register knows."""
    kept_district.publish()
    kept_district.publish(MODEL.replace("model: tiny", "model: strict").replace("blue: 20, yellow: 40", "blue: 10, yellow: 20"))
    kept_district.register("2026-06", JUNE)
    delivered = kept_district.month("2026-06", costs={1: 3000}, cars=[1])
    kept_district.run("2026-06", model="strict", at=AT - timedelta(hours=1))
    kept_district.run("2026-06")
    kept_district.register("2026-07", JUNE | {"new": [3]})
    return SimpleNamespace(installation=kept_district.installation, bills=delivered["medical_settlements"].delivery)


def explain(lived, number, *, month="2026-06", model=None):
    return explain_household_named(number, month=Month.parse(month), model=model, installation=lived.installation)


def test_a_household_is_explained_down_to_the_row_of_the_delivery(lived):
    explained = explain(lived, "ill")
    assert (explained.household, explained.month, explained.model, explained.version) == (household_key("ill"), "2026-06", "tiny", "2026.1")
    [line] = explained.lines
    [record] = line.evidence
    assert (line.value, line.bound, line.points, record.delivery, record.row) == (300_000, 200_000, 2_500, lived.bills, 4)
    assert (explained.score, explained.level, explained.warning.cause) == (25_000_000, 1, "new")
    assert [line.indicator for line in explained.reverse] == ["has_car"]


def test_a_household_without_any_finding_is_explained_too(lived):
    explained = explain(lived, " well ")
    assert (explained.score, explained.level, explained.steps, explained.lines) == (0, 0, (), ())
    assert explained.sentences.zh
    assert explained.sentences.en


def test_the_latest_run_is_explained_unless_a_model_is_named(lived):
    assert explain(lived, "ill").model == explain(lived, "ill", model="tiny").model == "tiny"
    assert (explain(lived, "ill", model="strict").model, explain(lived, "ill", model="strict@2026.1").level) == ("strict", 2)


def test_an_unknown_household_is_refused(lived):
    with pytest.raises(NoSuchHousehold):
        explain(lived, "nobody")


def test_a_household_that_the_month_did_not_know_is_refused(lived):
    with pytest.raises(NotInTheRun):
        explain(lived, "new")


@pytest.mark.parametrize(("month", "model"), [("2026-07", None), ("2026-06", "other")])
def test_a_month_that_was_not_run_is_refused(lived, month, model):
    with pytest.raises(NoSuchRun):
        explain(lived, "ill", month=month, model=model)
