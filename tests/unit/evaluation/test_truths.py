"""Truth files and household tables: read, or refused with column and row."""

import polars as pl
import pytest

from minsheng.engine.evaluation.bringing import BadCell, MissingColumn, UnreadableTable, bring
from minsheng.engine.evaluation.truths import TRUTH, read_truth
from minsheng.kernel.periods import Month

GOOD = "household_no,month,in_hardship,severity\nH1,2026-10,1,55.5\nH2,202610,否,\nH1,2026-11,,3\n"


def written(tmp_path, text, name="truth.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_truth_file_is_read_and_what_it_lacks_is_blank(tmp_path):
    frame, by_key = read_truth(written(tmp_path, GOOD))

    assert not by_key
    assert frame.schema == TRUTH
    assert frame["month"].to_list() == [Month(2026, 10).ordinal] * 2 + [Month(2026, 11).ordinal]
    assert frame["in_hardship"].to_list() == [True, False, None]
    assert frame["severity"].to_list() == [55.5, None, 3.0]
    assert frame["cause"].null_count() == 3


def test_parquet_and_csv_say_the_same(tmp_path):
    pl.DataFrame({"household_no": ["H1"], "month": ["2026-10"], "in_hardship": [True], "newly": [False]}).write_parquet(
        tmp_path / "t.parquet"
    )
    by_file, _ = read_truth(tmp_path / "t.parquet")
    by_text, _ = read_truth(written(tmp_path, "household_no,month,in_hardship,newly\nH1,2026-10,1,0\n"))

    assert by_file.equals(by_text)


def test_households_may_be_given_by_key(tmp_path):
    _, by_key = read_truth(written(tmp_path, "household_key,month,in_hardship\n17,2026-10,1\n"))

    assert by_key


@pytest.mark.parametrize(
    ("text", "refusal", "told"),
    [
        ("month,in_hardship\n2026-10,1\n", MissingColumn, "neither household_no nor household_key"),
        ("household_no,month\nH1,2026-10\n", MissingColumn, "no column 'in_hardship'"),
        ("household_no,month,in_hardship\nH1,2026-10,1\n,2026-10,1\n", BadCell, "column 'household_no', row 3: the cell is blank"),
        ("household_no,month,in_hardship\nH1,2026-10,1\nH1,october,1\n", BadCell, "column 'month', row 3: 'october' is not a month"),
        ("household_no,month,in_hardship\nH1,2026-10,maybe\n", BadCell, "column 'in_hardship', row 2: 'maybe' is neither 1 nor 0"),
        ("household_no,month,in_hardship,severity\nH1,2026-10,1,much\n", BadCell, "column 'severity', row 2: 'much' is not a number"),
        ("household_no,month,in_hardship,weight\nH1,2026-10,1,-2\n", BadCell, "column 'weight', row 2: '-2' is below 0"),
        ("household_no,month,in_hardship\nH1,2026-10,1\nH2,2026-10,1\nH1,2026-10,0\n", BadCell, "row 4: 'H1' is there twice"),
        ("household_no,month,in_hardship\n", UnreadableTable, "no rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path, text, refusal, told):
    with pytest.raises(refusal, match=r"truth\.csv") as caught:
        read_truth(written(tmp_path, text))

    assert told in caught.value.message
    assert caught.value.next_step


def test_a_fault_that_many_rows_share_is_told_once(tmp_path):
    path = written(tmp_path, "a\n" + "x\n" * 5)

    with pytest.raises(BadCell, match=r"row 2: 'x' is not a number. \(4 more like it.\)"):
        bring(path).numbers("a")


@pytest.mark.parametrize(("name", "content"), [("t.xlsx", b"PK"), ("t.parquet", b"no parquet"), ("t.csv", b"\xff\xfe\x00a")])
def test_files_that_are_no_tables_are_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableTable):
        bring(tmp_path / name)
