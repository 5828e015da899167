"""What moved since the months before: kept with each run, told by the run and by its page."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from minsheng.domain.monitoring.drifting import drift_of, run_facts
from minsheng.domain.monitoring.queries import run_named
from minsheng.engine.drift import stability
from minsheng.engine.drift.histograms import distributions_path
from minsheng.reports.drift import drift_section, sentence
from minsheng.reports.page import render_page
from minsheng.reports.run import run_page

pytestmark = pytest.mark.django_db

HOMES = {f"home-{at}": [at] for at in range(1, 41)}


@pytest.fixture(scope="module")
def lived(kept_district):
    """Two months alike, and a third in which many more people pay for hospital care; numbers of a handful are taken as enough."""
    district = kept_district
    district.publish()
    outcomes = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(stability, "LEAST", 10)
        for month, ill in (("2026-06", 12), ("2026-07", 12), ("2026-08", 30)):
            district.register(month, HOMES)
            district.month(month, costs=dict.fromkeys(range(1, ill + 1), 3000 if ill == 12 else 9000))
            outcomes[month] = district.run(month)
    return SimpleNamespace(district=district, **{f"m{month[-1]}": outcome for month, outcome in outcomes.items()})


@pytest.fixture
def few_are_enough(monkeypatch):
    monkeypatch.setattr(stability, "LEAST", 10)


def test_the_first_run_says_that_there_is_nothing_to_compare_with(lived):
    assert (lived.m6.drift.months, lived.m6.drift.shifts) == ((), ())


def test_a_month_like_the_one_before_moves_nothing(lived):
    assert lived.m7.drift.months == ("2026-06",)
    assert [shift for shift in lived.m7.drift.shifts if shift.kind in ("levels", "value", "reach")] == []


def test_a_run_says_what_moved(lived):
    moved = {(shift.kind, shift.name): shift.moved for shift in lived.m8.drift.shifts if not shift.place}
    assert moved[("levels", "")] == "moved-much"
    assert moved[("reach", "own_cost")] == "moved-much"
    assert lived.m8.drift.months == ("2026-06", "2026-07")


def test_histograms_are_kept_beside_the_manifest_with_the_edges_of_the_first_run(lived, few_are_enough):
    lake = lived.district.installation.lake
    assert all(lake.exists(distributions_path(run.run)) for run in (lived.m6, lived.m7, lived.m8))
    found = drift_of(run_named(lived.m8.run), installation=lived.district.installation).drift
    assert found.only_moved() == lived.m8.drift


def test_a_run_that_kept_none_is_counted_for_the_answer_and_none_are_kept(lived, few_are_enough):
    lake = lived.district.installation.lake
    path = distributions_path(lived.m8.run)
    content = lake.read_bytes(path)
    lake.remove(path)
    try:
        found = drift_of(run_named(lived.m8.run), installation=lived.district.installation).drift
        assert found.only_moved() == lived.m8.drift
        assert not lake.exists(path)
    finally:
        lake.write_bytes(path, content)


def test_running_again_gives_the_same(lived, few_are_enough):
    again = lived.district.run("2026-08")
    assert replace(again, seconds={}) == replace(lived.m8, seconds={})


def test_each_thing_that_moved_is_one_sentence_in_both_languages(lived, few_are_enough):
    moves = drift_of(run_named(lived.m8.run), installation=lived.district.installation)
    said = {(one.kind, one.name): sentence(one, moves) for one in moves.drift.moved if not one.place}
    assert "各级别户数变动很大" in said[("levels", "")].zh
    assert "people with a record for medical cost moved much" in said[("reach", "own_cost")].en


def test_the_page_of_a_run_tells_how_the_month_stands(lived, few_are_enough):
    page = render_page(run_page(run_facts(run_named(lived.m8.run), installation=lived.district.installation)))
    for told in (
        "2026-08 监测月报",
        "Households by level, month by month",
        "Warnings by township",
        "moved much",
        "What the departments delivered",
    ):
        assert told in page
    assert "<script" not in page and "http" not in page.replace("http://www.w3.org", "")


def test_the_page_of_the_first_run_says_so(lived):
    moves = drift_of(run_named(lived.m6.run), installation=lived.district.installation)
    assert "首次运行" in drift_section(moves).html()
    page = render_page(run_page(run_facts(run_named(lived.m6.run), installation=lived.district.installation)))
    assert "month by month" not in page


def test_a_retired_month_says_where_its_warnings_are(lived):
    facts = run_facts(replace(run_named(lived.m7.run), retired=True), installation=lived.district.installation)
    assert "The month was retired" in render_page(run_page(facts))
