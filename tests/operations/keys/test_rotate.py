import importlib
import os
import threading

import pytest

from minsheng.domain.audit.models import Event
from minsheng.domain.keys.operations import RotationUnderWay, fields, rotating
from minsheng.domain.registry.models import Person, PersonNumber
from minsheng.domain.registry.queries import household_card, people_for_linkage, person_of_number
from minsheng.kernel.errors import Refusal
from minsheng.kernel.sealing import Keys
from tests.factories import identity_number
from tests.operations.keys.keeping import FIELDS, FIRST, Killed, Watching, another_connection, clear_fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def row_by_row(monkeypatch):
    monkeypatch.setattr(fields, "BATCH_ROWS", 1)


def _alone(kept):
    """The current key without the old ones: opens only what was sealed again."""
    texts = kept.now.without([key.name for key in kept.keys.ring.old])
    return Keys.following(lambda _: texts)


def test_everything_comes_under_the_new_key_and_is_found_as_before(kept):
    indexes = list(PersonNumber.objects.order_by("id").values_list("blind_index", "pseudonym"))
    done = kept.rotate()
    assert (done.began, done.old, done.rows, done.originals, done.damaged) == (True, (FIRST,), 6, 0, {})
    assert clear_fields(_alone(kept)) == FIELDS
    assert list(PersonNumber.objects.order_by("id").values_list("blind_index", "pseudonym")) == indexes
    assert person_of_number(identity_number(2), keys=kept.keys) == 2
    assert people_for_linkage(kept.keys).height == 3
    assert kept.clear_originals() == kept.originals
    assert kept.events == ["keys.rotated", "keys.resealed"]
    assert Event.objects.filter(name="keys.rotated", subject=f"key:{done.key}").exists()


def test_with_originals_the_files_come_under_the_new_key_too(kept):
    done = kept.rotate(originals=True)
    assert done.originals == 2
    kept.now = kept.now.without([FIRST])
    assert kept.clear_originals() == kept.originals
    assert kept.events == ["keys.rotated", "keys.resealed", "keys.originals_resealed"]


def test_originals_may_follow_later_without_another_key(kept):
    first = kept.rotate()
    later = kept.rotate(originals=True)
    assert (later.key, later.began, later.rows, later.originals) == (first.key, False, 0, 2)
    again = kept.rotate(originals=True)
    assert again.began
    assert again.old == (first.key, FIRST)


POINTS = {
    "the new key": "replace",
    "its event": (rotating, "record"),
    "a batch": (fields._Table, "_batch"),
    "within a batch": (fields._Table, "_put"),
    "an original": ("minsheng.domain.keys.operations.originals", "_reseal"),
}


CASES = [pytest.param(point, when, id=f"{when} {name}") for name, point in POINTS.items() for when in ("before", "after")]
"""Killed after its last event a rotation is through; the next one makes another key."""


@pytest.mark.parametrize(("point", "when"), [case for case in CASES if case.id != "after its event"])
def test_killed_anywhere_and_run_again_nothing_is_lost_and_one_key_is_made(kept, row_by_row, monkeypatch, point, when):
    places = (kept, "replace") if point == "replace" else point
    kills = _kill_ever_later(monkeypatch, *places, when)
    for _ in range(100):
        try:
            done = kept.rotate(originals=True)
            break
        except Killed:
            assert clear_fields(kept.keys) == FIELDS
            assert kept.clear_originals() == kept.originals
    assert kills
    assert done.old == (FIRST,)
    assert len(kept.now.old) == 1
    kept.now = kept.now.without([FIRST])
    assert clear_fields(kept.keys) == FIELDS
    assert kept.clear_originals() == kept.originals
    assert set(kept.events) == {"keys.rotated", "keys.resealed", "keys.originals_resealed"}
    assert kept.events.count("keys.rotated") == 1


def _kill_ever_later(monkeypatch, place, name, when):
    """The process ends at the first call, then at the second of the next process, then at the third."""
    owner = importlib.import_module(place) if isinstance(place, str) else place
    original, kills, calls = getattr(owner, name), [], [0]

    def work(*args, **named):
        calls[0] += 1
        dies = calls[0] > len(kills)
        if dies:
            kills.append(1)
            calls[0] = 0
        if dies and when == "before":
            raise Killed
        outcome = original(*args, **named)
        if dies:
            raise Killed
        return outcome

    monkeypatch.setattr(owner, name, work)
    return kills


def test_numbers_are_found_and_read_and_phones_written_while_it_goes_on(kept, row_by_row):
    running, seen = kept.keys, []

    def work():
        seen.append(person_of_number(identity_number(1), keys=running))
        card = household_card("H1", keys=running)
        assert [line.number[-4:] for line in card.members] == [identity_number(serial)[-4:] for serial in (1, 2, 3)]
        Person.objects.filter(key=3).update(phone=running.seal_text("13900000003"))
        assert running.is_current(bytes(Person.objects.get(key=3).phone))

    kept.rotate(progress=Watching(work))
    assert seen
    assert set(seen) == {1}
    assert _alone(kept).open_text(bytes(Person.objects.get(key=3).phone)) == "13900000003"


def test_what_somebody_changes_meanwhile_is_waited_for_and_kept(kept):
    old = kept.keys.seal_text("13911111111")
    with another_connection() as other:
        other.execute("UPDATE registry_person SET phone = %s WHERE key = 1", [old])
        commit = threading.Timer(0.5, other.commit)
        commit.start()
        kept.rotate()
        commit.join()
    assert _alone(kept).open_text(bytes(Person.objects.get(key=1).phone)) == "13911111111"


def test_what_comes_late_under_the_old_key_belongs_to_the_same_rotation(kept):
    old = kept.keys.seal_text("13911111111")
    done = kept.rotate()
    Person.objects.filter(key=1).update(phone=old)
    late = kept.rotate()
    assert (late.key, late.began, late.rows) == (done.key, False, 1)


def test_two_at_once_are_refused(kept):
    with another_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [0x6D69_6E5F_6B65_7973])
        with pytest.raises(RotationUnderWay):
            kept.rotate()
    assert kept.now.old == ()


def test_where_the_store_refuses_nothing_happens(kept):
    class Elsewhere(Refusal):
        pass

    def refuse(_):
        raise Elsewhere("no")

    kept.replace = refuse
    with pytest.raises(Elsewhere):
        kept.rotate()
    assert kept.events == []
    assert clear_fields(kept.keys) == FIELDS


def test_a_new_key_put_in_by_hand_is_gone_on_with(kept):
    kept.now = kept.now.rotated()
    done = kept.rotate()
    assert (done.began, done.rows) == (False, 6)
    assert kept.events == ["keys.rotated", "keys.resealed"]


def test_what_no_key_opens_stays_is_told_and_does_not_hold_up_the_next_rotation(kept):
    damaged = os.urandom(48)
    Person.objects.filter(key=2).update(phone=damaged)
    path = next(iter(kept.originals))
    kept.lake.write_bytes(path, kept.lake.read_bytes(path)[:-1])
    done = kept.rotate(originals=True)
    assert done.damaged == {"registry_person": ["2"], "originals": [path]}
    assert bytes(Person.objects.get(key=2).phone) == damaged
    assert kept.lake.exists(path)
    assert kept.rotate(originals=True).began


def test_a_file_that_is_not_what_its_name_says_stays(kept):
    path = next(iter(kept.originals))
    kept.put_original(path, b"something else")
    before = kept.lake.read_bytes(path)
    assert kept.rotate(originals=True).damaged == {"originals": [path]}
    assert kept.lake.read_bytes(path) == before
