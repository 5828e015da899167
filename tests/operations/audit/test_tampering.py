"""Whoever owns the database can change anything; every change is found, and the first is named."""

import hashlib

import pytest

from minsheng.domain.audit.chain import BEFORE_THE_FIRST, Content, link_hash
from minsheng.domain.audit.queries import verify_log
from tests.operations.audit.log import NINE, entry, filled, found, rows, tampered

pytestmark = pytest.mark.django_db

OTHER = {
    "id": "999999999",
    "name": "'month.restored'",
    "by": "'user:li'",
    "at": "at + interval '1 microsecond'",
    "subject": "subject || ' '",
    "detail": "'{\"n\": 3.0}'",
    "purpose": "'because'",
    "origin": "'elsewhere'",
    "division": "'620102000000'",
}


@pytest.fixture(autouse=True)
def log():
    filled()


def test_an_untouched_log_is_whole():
    assert found() == (6, None)


@pytest.mark.parametrize("column", [name for name in OTHER if name != "id"])
def test_a_changed_column_is_found(column):
    tampered(f'UPDATE audit_event SET "{column}" = {OTHER[column]} WHERE id = %s', entry(3))
    assert found() == (2, (3, entry(3), "altered"))


def test_a_time_that_is_no_time_is_found():
    tampered("UPDATE audit_event SET at = 'infinity' WHERE id = %s", entry(3))
    assert found() == (2, (3, entry(3), "altered"))


def test_a_changed_number_is_found():
    was = entry(3)
    tampered("UPDATE audit_event SET id = 999999999 WHERE id = %s", was)
    assert found() == (2, (3, was, "missing"))


def test_every_column_of_an_entry_is_one_of_those_tried():
    columns = {name for (name,) in rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'audit_event'")}
    assert columns == set(OTHER)


def test_the_first_of_several_faults_is_named():
    tampered("UPDATE audit_event SET subject = 'x' WHERE id IN (%s, %s)", entry(5), entry(2))
    assert found() == (1, (2, entry(2), "altered"))


def test_a_deleted_entry_is_found():
    gone = entry(4)
    tampered("DELETE FROM audit_event WHERE id = %s", gone)
    assert found() == (3, (4, gone, "missing"))


def test_an_entry_deleted_with_its_link_is_found():
    tampered("WITH gone AS (DELETE FROM audit_link WHERE position = 4 RETURNING entry) DELETE FROM audit_event USING gone WHERE id = entry")
    assert found() == (3, (4, None, "missing"))


def test_a_deleted_link_is_found():
    tampered("DELETE FROM audit_link WHERE position = 4")
    assert found() == (3, (4, None, "missing"))


def test_two_entries_with_swapped_contents_are_found():
    columns = ", ".join(f'"{name}" = other."{name}"' for name in OTHER if name != "id")
    pair = [entry(2), entry(5)]
    tampered(f"UPDATE audit_event SET {columns} FROM audit_event AS other WHERE audit_event.id = ANY(%s) AND other.id = ANY(%s) "
             "AND other.id <> audit_event.id", pair, pair)  # fmt: skip
    assert found() == (1, (2, pair[0], "altered"))


def test_two_entries_with_swapped_numbers_are_found():
    two, five = entry(2), entry(5)
    for before, after in ((two, 999999999), (five, two), (999999999, five)):
        tampered("UPDATE audit_event SET id = %s WHERE id = %s", after, before)
    assert found() == (1, (2, two, "altered"))


def test_two_swapped_links_are_found():
    second, third = entry(2), entry(3)
    for before, after in ((2, 99), (3, 2), (99, 3)):
        tampered("UPDATE audit_link SET position = %s WHERE position = %s", after, before)
    assert found() == (1, (2, third, "broken"))
    assert entry(3) == second


def test_an_entry_inserted_without_a_link_is_found_where_its_number_puts_it():
    unused = rows("SELECT nextval(pg_get_serial_sequence('audit_event', 'id'))")[0][0]
    filled(2)
    columns = 'name, "by", at, subject, detail, purpose, origin, division'
    tampered(f"INSERT INTO audit_event SELECT %s, {columns} FROM audit_event LIMIT 1", unused)
    assert found() == (6, (7, unused, "inserted"))


def test_an_entry_appended_without_a_link_is_found():
    tampered(
        'INSERT INTO audit_event SELECT 999999999, name, "by", at, subject, detail, purpose, origin, division FROM audit_event LIMIT 1'
    )
    assert found() == (6, (7, 999999999, "inserted"))


def test_an_entry_inserted_with_links_moved_up_is_found():
    for position in (6, 5, 4):
        tampered("UPDATE audit_link SET position = position + 1 WHERE position = %s", position)
    tampered(
        'INSERT INTO audit_event SELECT 999999999, name, "by", at, subject, detail, purpose, origin, division FROM audit_event LIMIT 1'
    )
    columns = 'trunc(extract(epoch FROM at) * 1000000)::text, name, "by", subject, detail::text, purpose, origin, division'
    (content,) = rows(f"SELECT {columns} FROM audit_event WHERE id = 999999999")
    (previous,) = rows("SELECT hash FROM audit_link WHERE position = 3")
    forged = link_hash(bytes(previous[0]), 4, 999999999, Content(*content))
    tampered("INSERT INTO audit_link VALUES (4, 999999999, %s, %s)", bytes(previous[0]), forged)
    assert found() == (4, (5, entry(5), "broken"))


@pytest.mark.parametrize("tables", [["audit_event"], ["audit_link"], ["audit_event", "audit_link"]])
def test_a_cut_tail_is_found(tables):
    kept, fifth = entry(4), entry(5)
    if "audit_event" in tables:
        tampered("DELETE FROM audit_event WHERE id > %s", kept)
    if "audit_link" in tables:
        tampered("DELETE FROM audit_link WHERE position > 4")
    assert found() == (4, (5, None, "cut") if "audit_link" in tables else (5, fifth, "missing"))


def test_a_cut_tail_still_shows_when_work_has_gone_on():
    tampered("DELETE FROM audit_event WHERE id > %s", entry(4))
    tampered("DELETE FROM audit_link WHERE position > 4")
    filled(2)
    assert found() == (4, (5, None, "missing"))


@pytest.mark.parametrize(("tables", "kind"), [("audit_event", "missing"), ("audit_link", "cut"), ("audit_event, audit_link", "cut")])
def test_a_truncated_log_is_found(tables, kind):
    first = entry(1)
    tampered(f"TRUNCATE {tables}")
    assert found() == (0, (1, first if kind == "missing" else None, kind))


def test_a_log_truncated_with_its_head_is_found():
    tampered("TRUNCATE audit_event, audit_link, audit_head")
    assert found() == (0, (0, None, "head"))


@pytest.mark.parametrize(("column", "fault"), [("previous_hash", (2, "broken")), ("hash", (2, "altered"))])
def test_an_altered_link_is_found(column, fault):
    tampered(f"UPDATE audit_link SET {column} = sha256({column}) WHERE position = 2")
    assert found() == (1, (fault[0], entry(2), fault[1]))


def test_a_link_that_names_another_entry_is_found():
    tampered("UPDATE audit_link SET entry = 999999999 WHERE position = 2")
    assert found() == (1, (2, 999999999, "missing"))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_head SET hash = sha256(hash)", (6, None, "head")),
        ("UPDATE audit_head SET position = 5, hash = (SELECT hash FROM audit_link WHERE position = 5)", (6, None, "head")),
        ("UPDATE audit_head SET position = 9", (7, None, "cut")),
        ("DELETE FROM audit_head", (6, None, "head")),
    ],
)
def test_an_altered_head_is_found(statement, fault):
    tampered(statement)
    assert found() == (6, fault)


def test_links_that_name_each_others_entries_are_found():
    second, fifth = entry(2), entry(5)
    for position, named in ((2, 999999999), (5, second), (2, fifth)):
        tampered("UPDATE audit_link SET entry = %s WHERE position = %s", named, position)
    assert found() == (1, (2, fifth, "altered"))


def test_a_fault_is_said_in_both_languages():
    tampered("UPDATE audit_event SET subject = 'x' WHERE id = %s", entry(2))
    fault = verify_log().first_fault
    assert fault.said.zh.startswith("第 2 位的记录") and fault.said.en.startswith(
        f"Entry {entry(2)} at position 2 is not what was recorded"
    )


def test_the_hash_is_that_of_a_worked_example():
    """The bytes written out by hand, so that neither side can drift."""
    content = Content("1795251600000000", "month.closed", "user:wang", "月", "{}", "", "", "")
    fields = ["1", "7", "1795251600000000", "month.closed", "user:wang", "月", "{}", "", "", ""]
    encoded = b"minsheng-audit-1" + bytes(32) + b"".join(len(f.encode()).to_bytes(4, "big") + f.encode() for f in fields)
    assert link_hash(BEFORE_THE_FIRST, 1, 7, content) == hashlib.sha256(encoded).digest()
    assert NINE.timestamp() * 1_000_000 == 1795251600000000
