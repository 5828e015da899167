import pytest

from minsheng.domain.registry.models import Merge
from minsheng.domain.registry.operations import AlreadyMerged, MergeWouldCircle, NoSuchPerson, merge_people
from minsheng.domain.registry.queries import person_of_number, redirects, registry_epoch
from tests.factories import AT, BY, KEYS, apply_month, household, identity_number, member
from tests.operations.registry.reading import events, frozen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _four_people(db):
    apply_month("2026-07", [household("H1"), household("H2")], [member("H1", 1), member("H1", 2), member("H2", 3), member("H2", 4)])


def merge(person_from, person_into):
    return merge_people(person_from=person_from, person_into=person_into, reason="同一人", by=BY, at=AT)


def test_a_merged_person_counts_as_the_other():
    merge(3, 1)
    assert redirects().rows() == [(3, 1)]
    assert person_of_number(identity_number(3), keys=KEYS) == 1


def test_a_chain_of_merges_leads_to_its_end():
    merge(4, 3)
    merge(3, 1)
    assert redirects().rows() == [(3, 1), (4, 1)]


def test_a_merged_person_is_a_member_once_where_the_other_lives():
    merge(3, 1)
    members = [(roof, name, size) for roof, name, *_, size, _, _ in frozen("2026-07")["members"]]
    assert members == [("H1", "甲一", "2"), ("H1", "甲二", "2"), ("H2", "甲四", "1")]


def test_a_person_merged_into_somebody_no_longer_listed_is_still_a_member():
    apply_month("2026-08", [household("H1"), household("H2")], [member("H1", 2), member("H2", 3), member("H2", 4)])
    merge(3, 1)
    assert [(roof, name) for roof, name, *_ in frozen("2026-08")["members"]] == [("H1", "甲二"), ("H2", "甲一"), ("H2", "甲四")]


def test_a_later_snapshot_keeps_both_apart_underneath():
    merge(3, 1)
    apply_month("2026-08", [household("H1"), household("H2")], [member("H1", 1), member("H1", 2), member("H2", 3), member("H2", 4)])
    assert len(frozen("2026-08")["members"]) == 3


def test_a_person_cannot_be_merged_twice():
    merge(3, 1)
    with pytest.raises(AlreadyMerged):
        merge(3, 2)


@pytest.mark.parametrize("back", [(1, 4), (1, 3), (1, 1)])
def test_a_circle_of_merges_is_refused(back):
    merge(4, 3)
    merge(3, 1)
    with pytest.raises(MergeWouldCircle):
        merge(*back)
    assert Merge.objects.count() == 2


def test_an_unknown_person_is_refused():
    with pytest.raises(NoSuchPerson):
        merge(99, 1)
    with pytest.raises(NoSuchPerson):
        merge(1, 99)


def test_the_event_is_written_and_the_epoch_moves():
    before = registry_epoch()
    number = merge(3, 1)
    assert events("people.merged") == [{"into": 1, "merge": number, "reason": "同一人"}]
    assert registry_epoch() == before + 1
