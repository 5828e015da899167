"""A made-up corner of the country: two streets of one county, and the county that takes over."""

from datetime import UTC, date, datetime
from typing import Any, TypedDict

import pytest

from minsheng.domain.places.operations import open_division

OPENED = date(2020, 1, 1)


class Who(TypedDict):
    """Who does it, and when."""

    by: str
    at: datetime


WHO = Who(by="clerk", at=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))

CORNER = {
    "99": "假省",
    "9901": "市辖区",
    "990101": "武昌区",
    "990101001": "长街街道",
    "990101001001": "一社区",
    "990101001002": "二社区",
    "990101002": "短街街道",
    "990102": "新武昌区",
    "990102001": "长街街道",
    "990102001001": "一社区",
}


@pytest.fixture
def corner(db: Any) -> None:
    for code, name in CORNER.items():
        open_division(code=code, name=name, on=OPENED, **WHO)
