from dataclasses import dataclass, field
from datetime import date

import pytest

from minsheng.domain.feeds.policies import Surroundings, findings, usual_volume
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.kernel.periods import Month

CONTRACT = load_catalogue()["medical_settlements"]
MONTH = Month(2026, 9)


@dataclass
class Read:
    """As much of an intake as the policies look at."""

    read: int = 1000
    content_digest: str = "this"
    missing_columns: list[str] = field(default_factory=list)
    suggestions: dict[str, str] = field(default_factory=dict)


def _kinds(intake: Read, **around: object) -> list[str]:
    given = {
        "month": MONTH,
        "arrived_on": date(2026, 10, 1),
        "month_closed": False,
        "first_of_month": True,
        "earlier_volumes": [1000, 1010, 990],
    }
    return [finding.kind for finding in findings(intake, CONTRACT, Surroundings(**{**given, **around}))]  # type: ignore[arg-type]


def test_an_ordinary_delivery_is_not_held() -> None:
    assert _kinds(Read()) == []


@pytest.mark.parametrize(("rows", "kinds"), [(0, ["empty"]), (499, ["volume-low"]), (500, []), (2000, []), (2001, ["volume-high"])])
def test_a_delivery_is_held_when_empty_or_under_half_or_over_double_its_usual_volume(rows: int, kinds: list[str]) -> None:
    assert _kinds(Read(read=rows)) == kinds


def test_a_handful_of_rows_swings_by_chance_and_is_not_held() -> None:
    assert _kinds(Read(read=6), earlier_volumes=[2]) == []


def test_the_first_delivery_is_measured_by_the_contract_and_only_where_many_rows_are_expected() -> None:
    assert usual_volume(CONTRACT, Surroundings(MONTH, None, False, True, people=100)) is None
    assert "volume-low" in _kinds(Read(read=10), earlier_volumes=[], people=100_000)


def test_a_delivery_is_late_after_its_due_day_or_once_the_month_is_out_but_a_correction_never_is() -> None:
    due = CONTRACT.due_on(MONTH)
    assert _kinds(Read(), arrived_on=due) == []
    assert _kinds(Read(), arrived_on=date(2026, 10, 31)) == ["late"]
    assert _kinds(Read(), arrived_on=None, month_closed=True) == ["late"]
    assert _kinds(Read(), arrived_on=date(2026, 10, 31), month_closed=True, first_of_month=False) == []


def test_last_months_content_is_held() -> None:
    assert _kinds(Read(), previous_content="this") == ["same-as-last-month"]
    assert _kinds(Read(), previous_content="other") == []


def test_a_missing_column_is_held_if_required_or_if_it_came_last_month_and_a_likely_new_name_is_said() -> None:
    required = next(column.name for column in CONTRACT.columns if column.required)
    optional = next(column.name for column in CONTRACT.columns if not column.required)
    assert _kinds(Read(missing_columns=[required])) == ["columns-missing"]
    assert _kinds(Read(missing_columns=[optional])) == []
    assert _kinds(Read(missing_columns=[optional]), previous_columns=(optional,)) == ["columns-missing"]
    assert _kinds(Read(missing_columns=[optional], suggestions={"新列": optional})) == ["columns-renamed"]


def test_mended_rows_are_not_measured_against_a_month() -> None:
    assert _kinds(Read(read=1), amends=True, month_closed=True) == []
