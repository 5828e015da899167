"""Recording: what an event says of why, from where and for which place."""

import pytest

from minsheng.domain.audit.acting import acting
from minsheng.domain.audit.operations import acting_from, record
from tests.operations.audit.log import at, rows

pytestmark = pytest.mark.django_db


def told():
    """Purpose, origin and division of the entries, oldest first."""
    return rows("SELECT purpose, origin, division FROM audit_event ORDER BY id")


def recorded(**said):
    record("month.closed", by="user:wang", at=at(0), subject="2026-10", **said)


def test_an_event_says_why_from_where_and_for_which_place():
    recorded(purpose="年度复核", origin="10.1.2.3 session 5f2a", division="620102000000")
    recorded()
    assert told() == [("年度复核", "10.1.2.3 session 5f2a", "620102000000"), ("", "", "")]


def test_what_the_surrounding_work_says_is_the_default():
    with acting_from(origin="10.1.2.3", purpose="visit"):
        recorded()
        with acting_from(purpose="review"):
            recorded()
        recorded(purpose="own", origin="own")
    recorded()
    assert [row[:2] for row in told()] == [("visit", "10.1.2.3"), ("review", "10.1.2.3"), ("own", "own"), ("", "")]


def test_the_surroundings_end_with_an_exception_too():
    with pytest.raises(ZeroDivisionError), acting_from(origin="10.1.2.3"):
        raise ZeroDivisionError
    assert acting().origin == ""


def test_a_division_that_is_no_code_is_refused():
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="event_division_is_a_code"):
        recorded(division="620102")
