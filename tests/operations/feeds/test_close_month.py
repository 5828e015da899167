import pytest

from minsheng.domain.feeds.models import ClosedMonth
from minsheng.domain.feeds.operations import close_month
from minsheng.domain.feeds.queries import is_closed
from minsheng.kernel.periods import Month
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.reading import events

pytestmark = pytest.mark.django_db


def test_a_closed_month_is_closed_and_no_other():
    close_month(month=Month(2026, 9), by=BY, at=NOW)
    assert [is_closed(Month(2026, number)) for number in (8, 9, 10)] == [False, True, False]
    assert events("month.closed") == [("2026-09", {})]


def test_closing_a_month_twice_changes_nothing():
    for _ in range(2):
        close_month(month=Month(2026, 9), by=BY, at=NOW)
    assert ClosedMonth.objects.count() == len(events("month.closed")) == 1
