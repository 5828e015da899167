import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minsheng.domain.registry.models import Merge
from minsheng.domain.registry.operations import AlreadyMerged, AlreadyUnmerged, MergeWouldCircle, NoSuchMerge, merge_people, unmerge_people
from minsheng.domain.registry.queries import frozen_registry, people_for_linkage, person_of_number, redirects, registry_epoch
from minsheng.kernel.periods import Month
from tests.factories import AT, BY, KEYS, apply_month, household, identity_number, member
from tests.operations.registry.reading import events

pytestmark = pytest.mark.django_db

PEOPLE = 6


@pytest.fixture(autouse=True)
def _people(db):
    rows = [member(f"H{serial % 3}", serial) for serial in range(1, PEOPLE + 1)]
    apply_month("2026-07", [household(f"H{number}") for number in range(3)], rows)


def merge(person_from, person_into):
    return merge_people(person_from=person_from, person_into=person_into, reason="同一人", by=BY, at=AT)


def unmerge(number):
    unmerge_people(merge=number, reason="并非同一人", by=BY, at=AT)


def state():
    """Everything that merges can show in."""
    tables = frozen_registry(Month(2026, 7))
    owners = [person_of_number(identity_number(serial), keys=KEYS) for serial in range(1, PEOPLE + 1)]
    frames = [tables.households, tables.members, tables.deceased, tables.tags, tables.redirects, people_for_linkage(KEYS)]
    return [frame.rows() for frame in frames], owners


def test_after_unmerging_everything_is_as_before():
    before = state()
    number = merge(3, 1)
    assert state() != before
    unmerge(number)
    assert state() == before


def test_undoing_a_link_in_the_middle_leaves_the_others():
    merge(4, 3)
    middle = merge(3, 1)
    unmerge(middle)
    assert redirects().rows() == [(4, 3)]


def test_both_the_merge_and_its_undoing_are_kept():
    number = merge(3, 1)
    unmerge(number)
    merge(3, 1)
    assert list(Merge.objects.order_by("id").values_list("reason", "undone_by", "undone_reason")) == [
        ("同一人", BY, "并非同一人"),
        ("同一人", "", ""),
    ]


def test_a_merge_cannot_be_undone_twice():
    number = merge(3, 1)
    unmerge(number)
    with pytest.raises(AlreadyUnmerged):
        unmerge(number)


def test_an_unknown_merge_is_refused():
    with pytest.raises(NoSuchMerge):
        unmerge(99)


def test_the_event_is_written_and_the_epoch_moves():
    number = merge(3, 1)
    before = registry_epoch()
    unmerge(number)
    assert events("people.unmerged") == [{"into": 1, "merge": number, "reason": "并非同一人"}]
    assert registry_epoch() == before + 1


@given(pairs=st.lists(st.tuples(st.integers(1, PEOPLE), st.integers(1, PEOPLE)), max_size=6), order=st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_unmerging_undoes_merging_in_any_order(pairs, order):
    with transaction.atomic():
        before = state()
        merges = [number for pair in pairs if (number := _merged_if_possible(pair))]
        order.shuffle(merges)
        for number in merges:
            unmerge(number)
        assert state() == before
        transaction.set_rollback(True)


def _merged_if_possible(pair):
    try:
        with transaction.atomic():
            return merge(*pair)
    except (AlreadyMerged, MergeWouldCircle):
        return None
