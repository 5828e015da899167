import pytest
from django.db import IntegrityError

from minsheng.domain.keys.operations import KeyStillInUse, NothingToDrop, TablesAreBusy, dropping
from minsheng.domain.registry.models import Person
from minsheng.kernel.keyring import NoSuchKey
from tests.operations.keys.keeping import FIELDS, FIRST, another_connection, clear_fields, make_unnamed

pytestmark = pytest.mark.django_db


def test_without_an_old_key_there_is_nothing_to_drop(kept):
    with pytest.raises(NothingToDrop):
        kept.drop()


def test_an_unknown_key_is_refused(kept):
    kept.rotate()
    with pytest.raises(NoSuchKey):
        kept.drop("00000000")
    with pytest.raises(NoSuchKey):
        kept.drop(kept.keys.ring.current.name)


def test_while_files_are_sealed_with_it_a_key_stays(kept):
    kept.rotate()
    with pytest.raises(KeyStillInUse, match=f"0 values and 2 original files are sealed with {FIRST}") as refused:
        kept.drop()
    assert "--originals" in refused.value.next_step
    assert len(kept.now.old) == 1


def test_while_values_are_sealed_with_it_or_name_no_key_a_key_stays(kept):
    old = kept.keys.seal_text("13900000001")
    kept.rotate(originals=True)
    Person.objects.filter(key=1).update(phone=old)
    with pytest.raises(KeyStillInUse, match=f"1 values and 0 original files are sealed with {FIRST}"):
        kept.drop(FIRST)
    Person.objects.filter(key=1).update(phone=kept.keys.seal_text("13900000001"))
    make_unnamed(1)
    with pytest.raises(KeyStillInUse, match="name no key"):
        kept.drop(FIRST)
    assert kept.events.count("keys.dropped") == 0


def test_a_damaged_file_keeps_every_key(kept):
    kept.rotate(originals=True)
    kept.lake.write_bytes(next(iter(kept.originals)), b"")
    with pytest.raises(KeyStillInUse, match="damaged"):
        kept.drop()


def test_a_key_that_nothing_needs_is_dropped_and_refused_by_the_database_from_then_on(kept):
    old = kept.keys
    value = old.seal_text("13900000001")
    kept.rotate(originals=True)
    assert kept.drop() == [FIRST]
    assert kept.now.old == ()
    assert clear_fields(kept.keys) == FIELDS
    assert kept.clear_originals() == kept.originals
    assert kept.events[-1] == "keys.dropped"
    with pytest.raises(IntegrityError, match=f"never_sealed_with_{FIRST}"):
        Person.objects.filter(key=1).update(phone=value)
    with pytest.raises(IntegrityError):
        make_unnamed(1)
    Person.objects.filter(key=1).update(phone=kept.keys.seal_text("13900000001"))
    kept.rotate(originals=True)
    assert len(kept.drop()) == 1


def test_one_of_several_old_keys_may_be_dropped(kept):
    first = kept.rotate(originals=True)
    kept.rotate()
    assert kept.drop(FIRST) == [FIRST]
    assert [key.name for key in kept.keys.ring.old] == [first.key]
    with pytest.raises(KeyStillInUse):
        kept.drop()


def test_what_is_written_between_counting_and_dropping_is_noticed(kept, monkeypatch):
    value = kept.keys.seal_text("13900000001")
    kept.rotate(originals=True)
    look = dropping._refuse_in_use

    def and_then_somebody_writes(use, names):
        look(use, names)
        Person.objects.filter(key=1).update(phone=value)

    monkeypatch.setattr(dropping, "_refuse_in_use", and_then_somebody_writes)
    with pytest.raises(KeyStillInUse, match="just now"):
        kept.drop()
    assert len(kept.now.old) == 1
    Person.objects.filter(key=2).update(phone=value)


def test_a_file_sealed_at_the_last_moment_brings_the_key_back(kept):
    path, content = next(iter(kept.originals.items()))
    old = kept.lake.read_bytes(path)
    kept.rotate(originals=True)
    kept.replaced = lambda: kept.lake.write_bytes(path, old)
    with pytest.raises(KeyStillInUse, match="the key is back"):
        kept.drop()
    assert kept.clear_originals()[path] == content


def test_a_long_transaction_on_a_sealed_table_is_not_waited_for_for_ever(kept, monkeypatch):
    monkeypatch.setattr(dropping, "_PATIENCE", "100ms")
    kept.rotate(originals=True)
    with another_connection() as other:
        other.execute("UPDATE registry_person SET name = name WHERE key = 1")
        with pytest.raises(TablesAreBusy):
            kept.drop()
    assert kept.drop() == [FIRST]
