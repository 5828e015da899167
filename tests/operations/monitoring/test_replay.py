"""A past month computed again: with that day's model, with another version of it, and with another model altogether."""

from datetime import date
from types import SimpleNamespace

import pytest

from minsheng.domain.installation import engine_of
from minsheng.domain.monitoring import operations
from minsheng.domain.monitoring.models import Run
from minsheng.domain.monitoring.operations import Visit, record_verdicts
from minsheng.domain.monitoring.operations.plans import plan_from_data
from minsheng.domain.monitoring.queries import NoSuchModel, NoSuchRun, current_run, model_named, run_named
from minsheng.engine.scoring.ranges import Layout
from minsheng.engine.scoring.runner import USUAL, run_month
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.operations.monitoring.district import AT, BY, MODEL, STRANGERS, database_contents, household_key, levels, person, stay, warnings

pytestmark = pytest.mark.django_db

HOMES = {"ill": [1], "ill-again": [2], "disabled": [3], "well": [4]}
STRICTER = MODEL.replace("2026.1", "2026.2").replace("blue: 20, yellow: 40", "blue: 20, yellow: 24")
OTHER = MODEL.replace("model: tiny", "model: other").replace(
    "  - id: has_car",
    """  - id: disability
    title: {zh: 残疾, en: disability}
    dimension: work
    source: disability_certificates
    measure: exists
    bands: {default: [{from: 1, points: 20}]}
    evidence: [level]
    reason: {zh: "{member}残疾", en: "{member} is disabled"}
    basis: made up
  - id: has_car""",
)


@pytest.fixture(scope="module")
def lived(kept_district):
    """Two months run with the tiny model; then July's bills were corrected, and a verdict on June's warning came in."""
    district = kept_district
    for text in (MODEL, STRICTER, OTHER):
        district.publish(text)
    district.register("2026-06", HOMES)
    district.month("2026-06", costs={1: 3000, 2: 3000})
    june = district.run("2026-06", model="tiny@2026.1")
    record_verdicts(run=june.run, visits=[Visit(household_key("ill"), "TRUE_HELPED", date(2026, 7, 3))], by=BY, at=AT)
    district.month("2026-07", costs={1: 3000, 2: 6000})
    district.deliver("disability_certificates", "2026-07", [_certificate(serial) for serial in (3, *STRANGERS)])
    july = district.run("2026-07", model="tiny@2026.1")
    corrected = district.deliver("medical_settlements", "2026-07", [stay(serial, 20, "2026-07-11") for serial in (1, 2, *STRANGERS[2:])])
    assert corrected.status == "received"
    return SimpleNamespace(district=district, june=june, july=july)


def _certificate(serial):
    return person(serial, certificate_no=f"D{serial}", kind="physical", level=2, issued_on="2026-01-05")


def _replay(lived, run, model=None):
    return operations.replay(run=run, model=model, installation=lived.district.installation, by=BY, at=AT, progress=SILENT)


def test_with_that_days_model_every_byte_is_the_same_and_nothing_is_touched(lived):
    before = database_contents(), lived.district.lake_files()
    replayed = _replay(lived, lived.july.run)
    assert (replayed.original, replayed.outcome.run, replayed.same_bytes) == (lived.july.run, lived.july.run, True)
    assert replayed.outcome.result_hash == lived.july.result_hash
    assert (database_contents(), lived.district.lake_files()) == before


def test_a_run_that_was_laid_out_otherwise_is_computed_again_as_it_was(lived):
    hashes = [_laid_out(lived, layout) for layout in (Layout(row_group=1), USUAL)]
    assert hashes[0] != hashes[1] == lived.july.result_hash
    _laid_out(lived, Layout(row_group=1))
    Run.objects.filter(pk=lived.july.run).update(result_hash=hashes[0])
    try:
        assert _replay(lived, lived.july.run).same_bytes
    finally:
        _laid_out(lived, USUAL)


def _laid_out(lived, layout):
    """Write July's run in a layout; returns its hash."""
    installation = lived.district.installation
    run = run_named(lived.july.run)
    plan = plan_from_data(run.summary["inputs"], model_named(run.model_id, catalogue=installation.catalogue), same_line=True)
    with engine_of(installation) as backend:
        return run_month(installation.lake, backend, plan, layout=layout).result_hash


def test_a_result_that_is_not_what_it_was_is_noticed(lived):
    Run.objects.filter(pk=lived.july.run).update(result_hash="0" * 64)
    assert _replay(lived, lived.july.run[:12]).same_bytes is False


def test_with_another_version_it_is_another_run_that_never_becomes_current(lived):
    replayed = _replay(lived, lived.july.run, "tiny")
    assert replayed.outcome.model == "tiny@2026.2"
    assert (replayed.outcome.run != lived.july.run, replayed.same_bytes) == (True, False)
    assert levels(replayed.outcome.run) == {
        "ill": (2, "escalated"),
        "ill-again": (2, "escalated"),
        "disabled": (0, "none"),
        "well": (0, "none"),
    }
    assert {number: warning.suppressed for number, warning in warnings(replayed.outcome.run).items()} == {"ill": True, "ill-again": False}
    assert current_run("tiny", Month(2026, 7)).id == lived.july.run
    assert not Run.objects.get(pk=replayed.outcome.run).current


def test_with_another_model_the_feeds_that_only_it_reads_are_read_too(lived):
    """The other model has no earlier month and no verdict of its own, so everything is new and nothing suppressed."""
    outcome = _replay(lived, lived.july.run, "other").outcome
    assert outcome.unknown == {}
    assert levels(outcome.run) == {"ill": (1, "new"), "ill-again": (2, "new"), "disabled": (1, "new"), "well": (0, "none")}
    assert {warning.suppressed for warning in warnings(outcome.run).values()} == {False}
    assert current_run("other", Month(2026, 7)) is None


def test_a_replay_can_be_replayed(lived):
    other = _replay(lived, lived.june.run, "other").outcome
    again = _replay(lived, other.run)
    assert (again.same_bytes, again.outcome.result_hash) == (True, run_named(other.run).result_hash)
    assert Run.objects.filter(pk=other.run).count() == 1


def test_a_replay_that_comes_to_a_current_run_leaves_it_current(lived):
    current = lived.district.run("2026-06", model="tiny@2026.2").run
    assert _replay(lived, lived.june.run, "tiny@2026.2").outcome.run == current
    assert current_run("tiny", Month(2026, 6)).id == current


@pytest.mark.parametrize(("run", "model", "refusal"), [("nothing", None, NoSuchRun), ("", None, NoSuchRun), (None, "nobody", NoSuchModel)])
def test_an_unknown_run_or_model_is_refused(lived, run, model, refusal):
    with pytest.raises(refusal):
        _replay(lived, lived.july.run if run is None else run, model)
