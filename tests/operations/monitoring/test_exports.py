from datetime import date

import openpyxl
import polars as pl
import pytest

from minsheng.domain.monitoring import exports
from minsheng.domain.monitoring.exports import NoSuchFolder, UnknownFormat, export_warnings, named_warnings, shown_points
from minsheng.domain.monitoring.models import Warning
from minsheng.domain.places.operations import open_division
from tests.factories import AT, BY, apply_household_rows, household
from tests.operations.monitoring.district import household_key
from tests.operations.monitoring.published import published_run, warned

pytestmark = pytest.mark.django_db

PROMISED = ["household", "division", "level", "score", "change", "indicators", "reason_zh", "reason_en"]
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1"]


class Interrupted(BaseException):
    """Ctrl-C, or worse."""


@pytest.fixture
def run():
    apply_household_rows("2026-06", [household("H1"), household("H2"), household("=H3")])
    run = published_run()
    warned(run, household_key("H1"), level=4, score=85_804_999, indicators=["own_cost", "out_of_work"])
    warned(run, household_key("H2"), suppressed=True, suppressed_by="TRUE_HELPED")
    warned(run, household_key("=H3"), level=1, reason_zh="=HYPERLINK(1)", reason_en='two\nlines, and "quotes"')
    return run


def read(path):
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        header, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(header, row, strict=True)) for row in rows]
    frame = pl.read_csv(path, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(path)
    return frame.to_dicts()


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "XLSX"])
def test_every_format_has_the_promised_columns_and_the_warnings_that_go_out(run, tmp_path, ending):
    out = tmp_path / f"warnings.{ending}"
    assert export_warnings(run, out=out) == 2
    rows = read(out.rename(tmp_path / f"read.{ending.lower()}"))
    assert set(PROMISED) <= set(rows[0])
    first = rows[0]
    assert [str(first[name]) for name in PROMISED[:6]] == ["H1", "999001001201", "4", "85804999", "new", "own_cost;out_of_work"]
    assert (first["points"], first["level_name"], first["reason_zh"]) == ("85.80", "red", "户主自付 6,000 元。")


def test_suppressed_ones_and_other_divisions_come_on_request_only(run, tmp_path):
    assert export_warnings(run, out=tmp_path / "all.csv", with_suppressed=True) == 3
    assert {row["suppressed_by"] for row in read(tmp_path / "all.csv")} == {"", "TRUE_HELPED"}
    assert export_warnings(run, out=tmp_path / "none.csv", division="420106") == 0
    assert (tmp_path / "none.csv").read_text("utf-8-sig").startswith("household,division,")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_a_spreadsheet_would_calculate_is_neutralised(run, tmp_path, ending):
    out = tmp_path / f"warnings.{ending}"
    export_warnings(run, out=out)
    last = read(out)[-1]
    assert (last["household"], last["reason_zh"], last["reason_en"]) == ("'=H3", "'=HYPERLINK(1)", 'two\nlines, and "quotes"')


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_beginning_of_a_formula_passes(run, tmp_path, text):
    Warning.objects.filter(run_id=run.id, household_key=household_key("H1")).update(reason_en=text)
    export_warnings(run, out=tmp_path / "warnings.csv")
    assert read(tmp_path / "warnings.csv")[0]["reason_en"] == f"'{text}"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_characters_that_no_workbook_may_hold_are_left_out(run, tmp_path, ending):
    Warning.objects.filter(run_id=run.id, household_key=household_key("H1")).update(reason_en="a\x0bb\x1fc\td")
    export_warnings(run, out=tmp_path / f"warnings.{ending}")
    assert read(tmp_path / f"warnings.{ending}")[0]["reason_en"] == "abc\td"


def test_parquet_holds_the_texts_as_they_are(run, tmp_path):
    export_warnings(run, out=tmp_path / "warnings.parquet")
    frame = pl.read_parquet(tmp_path / "warnings.parquet")
    assert (frame["household"].to_list(), frame["level"].to_list(), frame["suppressed"].to_list()) == (
        ["H1", "=H3"],
        [4, 1],
        [False, False],
    )


def test_places_are_named_where_they_are_known(run):
    for code, name in (("99", "假省"), ("9990", "假市"), ("999001", "假区"), ("999001001", "长街街道"), ("999001001201", "一社区")):
        open_division(code=code, name=name, on=date(2020, 1, 1), by=BY, at=AT)
    Warning.objects.filter(run_id=run.id, household_key=household_key("=H3")).update(division="")
    assert [warning.place for warning in named_warnings(run)] == ["假省假市假区长街街道一社区", ""]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_an_interrupted_export_leaves_no_file_and_keeps_the_one_before(run, tmp_path, monkeypatch, ending):
    out = tmp_path / f"warnings.{ending}"
    export_warnings(run, out=out)
    before = out.read_bytes()
    writer = getattr(exports, f"_write_{ending}")

    def interrupted(frame, path):
        writer(frame, path)
        raise Interrupted

    monkeypatch.setattr(exports, f"_write_{ending}", interrupted)
    for target in (out, tmp_path / f"fresh.{ending}"):
        with pytest.raises(Interrupted):
            export_warnings(run, out=target)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    assert out.read_bytes() == before


@pytest.mark.parametrize("name", ["warnings.pdf", "warnings", "warnings.csv.gz"])
def test_an_ending_that_cannot_be_written_is_refused(run, tmp_path, name):
    with pytest.raises(UnknownFormat):
        export_warnings(run, out=tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_refused(run, tmp_path):
    with pytest.raises(NoSuchFolder):
        export_warnings(run, out=tmp_path / "nowhere" / "warnings.csv")


@pytest.mark.parametrize(
    ("score", "shown"),
    [(0, "0.00"), (4_999, "0.00"), (5_000, "0.01"), (85_804_999, "85.80"), (85_805_000, "85.81"), (99_999_999, "100.00")],
)
def test_scores_are_shown_with_two_decimals_half_up(score, shown):
    assert shown_points(score) == shown
