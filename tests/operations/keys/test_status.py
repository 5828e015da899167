import pytest

from minsheng.domain.keys.queries import UNNAMED
from tests.operations.keys.keeping import FIRST

pytestmark = pytest.mark.django_db


def test_it_counts_what_each_key_seals_by_column(kept):
    use = kept.use
    assert [(one.key, one.role, one.values, one.originals, one.may_drop) for one in use.keys] == [
        (FIRST, "current", 7, 2, False),
        (UNNAMED, "unnamed", 1, 0, False),
    ]
    assert use.of(FIRST).columns == {
        "registry_person.phone": 2,
        "registry_personnumber.number": 2,
        "registry_household.phone": 1,
        "registry_household.account": 1,
        "registry_household.address": 1,
    }
    assert (use.current, use.values_behind, use.originals_behind, use.damaged) == (FIRST, 1, 0, ())


def test_after_a_rotation_it_says_what_remains_and_which_key_may_be_dropped(kept):
    new = kept.rotate().key
    assert (kept.use.current, kept.use.values_behind, kept.use.originals_behind) == (new, 0, 2)
    assert not kept.use.of(FIRST).may_drop
    kept.rotate(originals=True)
    assert (kept.use.originals_behind, kept.use.of(FIRST).may_drop, kept.use.of(new).may_drop) == (0, True, False)


def test_a_key_that_is_missing_from_the_settings_and_a_damaged_file_are_shown(kept):
    new = kept.rotate().key
    paths = list(kept.originals)
    kept.lake.write_bytes(paths[0], b"no sealed file")
    kept.now = kept.now.without([FIRST])
    assert (kept.use.of(FIRST).role, kept.use.of(FIRST).originals) == ("missing", 1)
    assert kept.use.damaged == (paths[0],)
    assert kept.use.of(new).role == "current"
