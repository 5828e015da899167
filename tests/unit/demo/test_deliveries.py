"""How departments write, what goes wrong in their files, and that every mistake is counted."""

import gzip
import io
import time
import zipfile
from collections.abc import Callable
from datetime import date

import numpy as np
import openpyxl
import polars as pl
import pytest

from minsheng.demo.chance import stream
from minsheng.demo.deliveries import make_delivery
from minsheng.demo.departments import DEPARTMENTS
from minsheng.demo.dialects import DIALECTS, Dialect, dialect_of, form_of, header_of, spelling_of
from minsheng.demo.files import file_bytes
from minsheng.demo.spoiling import ACCEPTED, REFUSED, REPEATED, spoil
from minsheng.demo.timeline import Timeline
from minsheng.demo.troubles import LATE, MISSING, SHORT, plan_troubles
from minsheng.demo.troubles import REPEATED as REPEATED_MONTH
from minsheng.demo.world import World
from minsheng.demo.writing import fixed_point, written
from minsheng.engine.contracts.headers import code_index, header_index, split_unit
from minsheng.engine.contracts.loading import Catalogue
from minsheng.kernel.periods import Month

NUMBER = "999005197003070011"
SETTLEMENT = pl.DataFrame(
    {
        "person": [0],
        "number": [NUMBER],
        "name": ["王伟"],
        "division": ["420106001001"],
        "settlement_no": ["S1"],
        "settled_on": [date(2026, 10, 9)],
        "kind": ["inpatient"],
        "total_cost": [123456789],
        "own_share": [5],
    }
)


def text_of(catalogue: Catalogue, column: str, dialect: Dialect) -> str:
    value: str = written(SETTLEMENT, catalogue["medical_settlements"], dialect)[column][0]
    return value


@pytest.mark.parametrize(
    ("column", "dialect", "text"),
    [
        ("settled_on", Dialect(dates="%Y年%m月%d日"), "2026年10月09日"),
        ("settled_on", Dialect(dates="%Y%m%d"), "20261009"),
        ("settled_on", Dialect(dates="%Y-%m-%d %H:%M:%S"), "2026-10-09 00:00:00"),
        ("total_cost", Dialect(), "1234567.89"),
        ("total_cost", Dialect(money="grouped"), "1,234,567.89"),
        ("total_cost", Dialect(money="ten-thousands"), "123.456789"),
        ("own_share", Dialect(), "0.05"),
        ("own_share", Dialect(money="grouped"), "0.05"),
        ("own_share", Dialect(money="ten-thousands"), "0.000005"),
        ("kind", Dialect(), "住院"),
        ("kind", Dialect(codes=1), "21"),
        ("kind", Dialect(codes=99), "住院医疗"),
        ("number", Dialect(numbers="spaced"), "999005 19700307 0011"),
        ("number", Dialect(numbers="full-width"), "９９９００５１９７００３０７００１１"),
        ("number", Dialect(numbers="legacy"), "999005700307001"),
        ("name", Dialect(names="padded"), "王　伟"),
        ("division", Dialect(divisions="township"), "420106001000"),
    ],
)
def test_a_value_is_written_as_the_department_writes(catalogue: Catalogue, column: str, dialect: Dialect, text: str) -> None:
    assert text_of(catalogue, column, dialect) == text


@pytest.mark.parametrize(("steps", "places", "text"), [(0, 2, "0.00"), (-5, 2, "-0.05"), (12, 0, "12"), (1_000_001, 6, "1.000001")])
def test_whole_steps_become_decimals(steps: int, places: int, text: str) -> None:
    assert pl.DataFrame({"value": [steps]}).select(fixed_point(pl.col("value"), places)).item() == text


def test_every_department_has_a_dialect_of_its_own(catalogue: Catalogue) -> None:
    assert {contract.department for contract in catalogue.values()} == set(DIALECTS)
    assert len(set(DIALECTS.values())) == len(DIALECTS) == 15


def test_headers_and_codes_are_ones_the_contract_knows(catalogue: Catalogue) -> None:
    for contract in catalogue.values():
        dialect, known = dialect_of(contract), header_index(contract)
        for column in contract.columns:
            assert known[split_unit(header_of(column, dialect)).plain] == column.name
            for code, spelling in spelling_of(column, dialect).items():
                assert code_index(column)[split_unit(spelling).plain] == code


def sheet_of(world: World, catalogue: Catalogue, feed: str) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, int]]:
    contract = catalogue[feed]
    rows = DEPARTMENTS[feed](world, world.timeline.length - 1, stream(1))
    known = {"number": world.people["number"].gather(rows["person"]), "name": world.people["name"].gather(rows["person"])}
    text = written(rows.with_columns(division=pl.lit("420106001001"), **known), contract, Dialect())
    sheet = spoil(stream(1, "s"), text, contract, Dialect())
    return text, sheet.rows, sheet.planted


def test_every_kind_of_mistake_is_planted_and_counted(world: World, catalogue: Catalogue) -> None:
    clean, spoiled, planted = sheet_of(world, catalogue, "medical_settlements")
    assert set(planted) == {*REFUSED, *REPEATED, *ACCEPTED}
    assert spoiled.height == clean.height + planted["conflict"] + planted["duplicate"]
    untouched = spoiled.join(clean, on=clean.columns, how="semi", nulls_equal=True).height
    changed = sum(planted[kind] for kind in (*REFUSED, *ACCEPTED))
    assert untouched == clean.height - changed + planted["duplicate"]


def test_mistakes_are_about_one_in_a_hundred_rows(world: World, catalogue: Catalogue) -> None:
    clean, _, planted = sheet_of(world, catalogue, "medical_settlements")
    assert sum(planted[kind] for kind in (*REFUSED, *REPEATED)) / clean.height == pytest.approx(0.01, rel=0.1)
    assert planted["wrong-name"] / clean.height == pytest.approx(0.003, rel=0.2)
    assert planted["no-number"] / clean.height == pytest.approx(0.005, rel=0.2)


def test_the_register_has_far_fewer_mistakes(world: World, catalogue: Catalogue) -> None:
    rows = DEPARTMENTS["registry_households"](world, world.timeline.length - 1, stream(1))
    known = rows.with_columns(head_number=world.people["number"].gather(rows["person"]), division=pl.lit("420106001001"))
    contract = catalogue["registry_households"]
    planted = spoil(stream(1), written(known, contract, Dialect()), contract, Dialect()).planted
    assert 0 < sum(planted.values()) / rows.height < 0.003
    assert "no-number" not in planted


@pytest.mark.parametrize(
    ("form", "opened"),
    [
        ("csv", lambda content: content.decode().splitlines()[1]),
        ("csv.gz", lambda content: gzip.decompress(content).decode().splitlines()[1]),
        ("zip", lambda content: zipfile.ZipFile(io.BytesIO(content)).read("medical_settlements.csv").decode().splitlines()[1]),
        ("parquet", lambda content: ",".join(pl.read_parquet(content).row(0))),
    ],
)
def test_a_file_of_every_form_holds_the_rows(catalogue: Catalogue, form: str, opened: Callable[[bytes], str]) -> None:
    contract = catalogue["medical_settlements"]
    content = file_bytes(written(SETTLEMENT, contract, Dialect()), contract, Dialect(), form)
    assert opened(content) == f"{NUMBER},王伟,420106001001,S1,2026-10-09,住院,1234567.89,0.05"


def test_a_workbook_has_cells_of_dates_and_numbers_and_no_time_of_making(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = catalogue["medical_settlements"]
    text = written(SETTLEMENT, contract, Dialect())
    content = file_bytes(text, contract, Dialect(), "xlsx")
    cells = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).active[2]]
    assert cells[0] == NUMBER
    assert cells[4].date() == date(2026, 10, 9)
    assert cells[6] == 1234567.89
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert file_bytes(text, contract, Dialect(), "xlsx") == content


def test_encodings_are_the_department_s(world: World, catalogue: Catalogue) -> None:
    starts = {"gb18030": None, "utf-16": b"\xff\xfe", "utf-8-sig": b"\xef\xbb\xbf"}
    for feed in ("registry_households", "return_to_poverty_monitoring", "public_rental"):
        contract = catalogue[feed]
        content = make_delivery(world, contract, world.timeline.length - 1, None).content
        encoding = dialect_of(contract).encoding
        assert starts[encoding] is None or content.startswith(starts[encoding])
        assert header_of(contract.columns[0], dialect_of(contract)) in content.decode(encoding)[:400]


def test_a_repeated_month_has_last_month_s_rows_in_another_order(world: World, catalogue: Catalogue) -> None:
    position = world.timeline.length - 1
    contract = catalogue["pensions"]
    before = make_delivery(world, contract, position - 1, None)
    repeated = make_delivery(world, contract, position, REPEATED_MONTH)
    columns = [header_of(column, dialect_of(contract)) for column in contract.columns]
    frames = [pl.read_csv(io.BytesIO(made.content), infer_schema=False).select(columns) for made in (before, repeated)]
    assert frames[0].equals(frames[1].reverse())
    assert before.content != repeated.content


def test_a_short_month_has_under_half_of_the_rows(world: World, catalogue: Catalogue) -> None:
    position = world.timeline.length - 1
    usual, short = (make_delivery(world, catalogue["water_use"], position, trouble).rows for trouble in (None, SHORT))
    assert short < 0.45 * usual


def test_only_late_deliveries_come_after_the_due_day(world: World, catalogue: Catalogue) -> None:
    position = world.timeline.length - 1
    for feed in ("vehicles", "cremations"):
        contract = catalogue[feed]
        due = contract.due_on(world.timeline.month(position))
        assert make_delivery(world, contract, position, None).arrives_on <= due
        assert make_delivery(world, contract, position, LATE).arrives_on > due


def test_troubles_spare_the_register_and_the_first_month() -> None:
    timeline = Timeline(Month(2026, 10), 4, 11)
    for seed in range(30):
        troubles = plan_troubles(seed, timeline)
        assert sorted(troubles.values()) == sorted([LATE, LATE, SHORT, REPEATED_MONTH, MISSING])
        assert not any(feed.startswith("registry") for feed, _ in troubles)
        assert all(position > timeline.first_full for _, position in troubles)
        assert troubles == plan_troubles(seed, timeline)


def test_a_single_month_has_no_troubles() -> None:
    assert not plan_troubles(1, Timeline(Month(2026, 10), 1, 11))


def test_form_and_name_of_a_file_fit_its_content(world: World, catalogue: Catalogue) -> None:
    magic = {"xlsx": b"PK", "zip": b"PK", "csv.gz": b"\x1f\x8b", "parquet": b"PAR1"}
    for feed, contract in catalogue.items():
        if form_of(contract) in magic and not feed.startswith("water"):
            made = make_delivery(world, contract, world.timeline.first_full + 1, None)
            assert made.content.startswith(magic[made.form]), feed


def test_people_without_a_number_yet_are_delivered_without(world: World, catalogue: Catalogue) -> None:
    position = world.timeline.length - 1
    contract = catalogue["registry_members"]
    content = make_delivery(world, contract, position, None).content
    members = pl.read_csv(content, infer_schema=False)
    waiting = (world.numbered > world.timeline.last_day(position)) & (world.lives.home[-1] >= 0)
    registered = world.on_register(position)[np.maximum(world.lives.home[-1], 0)]
    unnumbered = members.filter(pl.col("公民身份号码").is_null() & pl.col("母亲身份证号").is_not_null())
    assert unnumbered.height == pytest.approx(int((waiting & registered).sum()), abs=3)
