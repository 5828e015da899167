"""Old months leave the database only once the lake is known to hold them, and come back word for word."""

from datetime import date

import pytest
from django.db import OperationalError, connection

from minsheng.domain.audit.models import Event
from minsheng.domain.monitoring.explanations import explain_household_named
from minsheng.domain.monitoring.lake import reasons_path
from minsheng.domain.monitoring.models import Run, Verdict, Warning
from minsheng.domain.monitoring.operations import Visit, partitions, record_verdicts, restore, retire
from minsheng.domain.monitoring.operations.keeping import LakeDiffers
from minsheng.domain.monitoring.operations.partitions import RollIsBusy
from minsheng.domain.monitoring.operations.retention import MonthNotRetired, MonthStillNeeded
from minsheng.domain.monitoring.queries import (
    MonthRetired,
    hits_at_verdict,
    levels_of,
    run_named,
    run_of,
    runs_in_order,
    warnings_by_township,
    warnings_of,
)
from minsheng.engine.lake import LakeMissing
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.operations.monitoring.district import AT, BY, MODEL, database_contents, household_key
from tests.operations.monitoring.test_partitions import names, roll_tables, rows_of, somebody_new

pytestmark = pytest.mark.django_db

HOMES = {"ill": [1, 2], "dibao": [3, 4], "well": [5]}
JUNE, JULY, AUGUST = Month(2026, 6), Month(2026, 7), Month(2026, 8)


@pytest.fixture(scope="module")
def lived(kept_district):
    """Three months of a district; a worker was at one household in July."""
    kept_district.publish()
    kept_district.register("2026-06", HOMES)
    kept_district.month("2026-06", costs={1: 3000, 2: 6000, 3: 2000}, out_of_work=[4], cars=[5])
    june = kept_district.run("2026-06").run
    record_verdicts(run=june, visits=[Visit(household_key("ill"), "UNREACHABLE", date(2026, 7, 3))], by=BY, at=AT)
    for month in ("2026-07", "2026-08"):
        kept_district.month(month, costs={1: 6000, 5: 3000})
        kept_district.run(month)
    return kept_district


@pytest.fixture
def district(lived, db):
    """The district after its three months, two of which nobody needs any more."""
    Verdict.objects.all().delete()
    return lived


def take_out(district, before=AUGUST, **how):
    return retire(before=before, **how, installation=district.installation, by=BY, at=AT, progress=SILENT)


def bring_back(district, month=JUNE):
    return restore(month=month, installation=district.installation, by=BY, at=AT, progress=SILENT)


def run_in(month):
    return Run.objects.get(month=str(month))


def test_months_leave_the_database_whole_and_say_so(district):
    june, july = run_in(JUNE), run_in(JULY)
    rows = {name: len(found) for name, found in rows_of(june.pk).items()}
    done = take_out(district)
    assert roll_tables() == names(AUGUST)
    assert [(one.month, one.runs) for one in done.months] == [("2026-06", [june.pk]), ("2026-07", [july.pk])]
    assert list(done.months[0].rows.values()) == list(rows.values())
    assert done.months[0].bytes > 0
    assert [(run.month, run.retired) for run in runs_in_order()] == [("2026-06", True), ("2026-07", True), ("2026-08", False)]
    [event] = Event.objects.filter(name="months.retired")
    lake = district.installation.lake
    assert event.detail["runs"] == {run.pk: lake.digest(reasons_path(run.pk)) for run in (june, july)}
    assert (event.subject, event.detail["months"]) == ("before:2026-08", ["2026-06", "2026-07"])


def test_a_second_time_changes_nothing(district):
    take_out(district)
    before = database_contents(), roll_tables(), district.lake_files()
    assert take_out(district).months == []
    assert (database_contents(), roll_tables(), district.lake_files()) == before


def test_a_dry_run_checks_and_changes_nothing(district):
    before = database_contents(), roll_tables(), district.lake_files()
    tried = take_out(district, dry_run=True)
    assert (database_contents(), roll_tables(), district.lake_files()) == before
    assert tried.months == take_out(district).months


@pytest.mark.parametrize("keep_tables", [False, True])
def test_a_month_comes_back_row_for_row(district, keep_tables):
    june, july = rows_of(run_in(JUNE).pk), rows_of(run_in(JULY).pk)
    take_out(district, keep_tables=keep_tables)
    assert (names(JUNE) <= roll_tables()) is keep_tables
    assert not partitions.has_partition(JUNE)
    assert bring_back(district).reloaded is not keep_tables
    assert rows_of(run_in(JUNE).pk) == june
    assert [run.retired for run in runs_in_order()] == [False, True, False]
    assert Event.objects.get(name="month.restored").detail == {"runs": [run_in(JUNE).pk], "reloaded": not keep_tables}
    bring_back(district, JULY)
    assert rows_of(run_in(JULY).pk) == july
    assert [one.month for one in take_out(district).months] == ["2026-06", "2026-07"]


def test_kept_tables_of_which_one_is_gone_are_made_again(district):
    june = rows_of(run_in(JUNE).pk)
    take_out(district, keep_tables=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE monitoring_hit_2026_06")
    assert bring_back(district).reloaded
    assert rows_of(run_in(JUNE).pk) == june


def test_sentences_come_back_as_they_were_published_whatever_the_words_are_today(district):
    Warning.objects.filter(month="2026-06").update(reason_zh="当时的说法。", reason_en='Then, "in other words".\nSo.', indicators=[])
    june = rows_of(run_in(JUNE).pk)
    take_out(district)
    bring_back(district)
    assert rows_of(run_in(JUNE).pk) == june


def test_runs_of_several_models_go_and_come_together(district):
    district.publish(MODEL.replace("model: tiny", "model: other").replace("points: 18", "points: 24"))
    other = district.run("2026-06", model="other").run
    both = {run.pk: rows_of(run.pk) for run in Run.objects.filter(month="2026-06")}
    assert len(both) == 2
    take_out(district)
    bring_back(district)
    assert {run: rows_of(run) for run in both} == both
    assert run_named(other).retired is False


def test_what_is_retired_is_refused_with_what_to_do(district):
    take_out(district)
    june = run_of(JUNE)
    asked = (
        lambda: warnings_of(june),
        lambda: levels_of(june),
        lambda: warnings_by_township(june),
        lambda: hits_at_verdict({june.id: [household_key("ill")]}),
        lambda: explain_household_named("ill", month=JUNE, model=None, installation=district.installation),
        lambda: record_verdicts(run=june.id, visits=[Visit(household_key("ill"), "TRUE_HELPED", date(2026, 7, 5))], by=BY, at=AT),
    )
    for ask in asked:
        with pytest.raises(MonthRetired) as refused:
            ask()
        assert "minsheng monitor restore --month 2026-06" in refused.value.next_step


def test_a_retired_month_takes_no_further_run_and_the_one_it_had_changes_nothing(district):
    take_out(district)
    before = database_contents()
    assert district.run("2026-07").run == run_in(JULY).pk
    assert database_contents() == before
    somebody_new(district, JULY)
    with pytest.raises(MonthRetired):
        district.run("2026-07")
    assert Run.objects.filter(month="2026-07").count() == 1


def test_a_month_that_is_not_retired_is_not_restored(district):
    with pytest.raises(MonthNotRetired):
        bring_back(district)


def test_the_newest_month_is_needed_by_the_next(district):
    with pytest.raises(MonthStillNeeded) as refused:
        take_out(district, before=AUGUST.plus(1))
    assert "2026-08" in str(refused.value)
    assert roll_tables() == names(JUNE) | names(JULY) | names(AUGUST)


@pytest.mark.parametrize(("visited", "needed"), [(date(2026, 5, 31), False), (date(2026, 6, 1), True)])
def test_a_month_whose_verdicts_still_quiet_is_needed(district, visited, needed):
    """Three quiet months before August's last day begin with 1 June."""
    record_verdicts(run=run_in(JUNE).pk, visits=[Visit(household_key("ill"), "TRUE_HELPED", visited)], by=BY, at=AT)
    take_out(district, before=JUNE)
    if not needed:
        assert len(take_out(district).months) == 2
        return
    with pytest.raises(MonthStillNeeded) as refused:
        take_out(district)
    assert "2026-06" in refused.value.next_step
    assert names(JUNE) <= roll_tables()


def _spoil_result(district):
    path = next(path for path in district.lake_files() if path.startswith(f"runs/{run_in(JULY).pk}/hits"))
    return path, district.installation.lake.read_bytes(path)[:-1] + b"?"


def _spoil_register(district):
    path = run_in(JULY).summary["inputs"]["registry"]["members"]["path"]
    return path, district.installation.lake.read_bytes(path) + b"?"


@pytest.mark.parametrize("spoil", [_spoil_result, _spoil_register])
@pytest.mark.parametrize("missing", [False, True])
def test_nothing_leaves_if_one_file_in_the_lake_is_not_what_it_was(district, spoil, missing):
    lake, (path, spoilt) = district.installation.lake, spoil(district)
    right = lake.read_bytes(path)
    before = database_contents()
    lake.remove(path) if missing else lake.write_bytes(path, spoilt)
    try:
        with pytest.raises((LakeDiffers, LakeMissing)) as refused:
            take_out(district)
    finally:
        lake.write_bytes(path, right)
    assert path in str(refused.value)
    assert database_contents() == before
    assert names(JUNE) | names(JULY) <= roll_tables()


def test_nothing_leaves_if_the_database_holds_other_rows_than_the_lake(district):
    Warning.objects.filter(month="2026-06").first().delete()
    with pytest.raises(LakeDiffers, match="warnings"):
        take_out(district)
    assert names(JUNE) <= roll_tables()


def test_a_month_is_not_reloaded_without_all_its_sentences(district):
    take_out(district)
    lake, path = district.installation.lake, reasons_path(run_in(JUNE).pk)
    lake.write_table(path, lake.read_table(path).slice(1))
    with pytest.raises(LakeDiffers):
        bring_back(district)
    assert run_of(JUNE).retired
    assert not names(JUNE) & roll_tables()


def test_who_waits_behind_a_long_report_gives_up(district, monkeypatch):
    """As PostgreSQL says it when the lock does not come in time."""
    from psycopg.errors import LockNotAvailable

    done = partitions._run

    def too_long(statement, **given):
        if "DETACH" in statement:
            raise OperationalError from LockNotAvailable()
        return done(statement, **given)

    monkeypatch.setattr(partitions, "_run", too_long)
    with pytest.raises(RollIsBusy):
        take_out(district)
    assert names(JUNE) <= roll_tables()
