"""Heads and the whole log as files: checked elsewhere, without a database."""

import json
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.audit.portable import NoSuchFile, NoSuchFolder, NotAnAuditFile, export_heads, export_log, read_heads, verify_file
from minsheng.domain.audit.queries import verify_log
from tests.operations.audit.log import chain_now, entry, filled, rows, tampered

ZONE = "Asia/Shanghai"


@pytest.fixture
def folder(db, tmp_path):
    """Six entries, exported with their heads."""
    filled()
    assert export_log(out=tmp_path / "log.jsonl") == 6
    assert export_heads(out=tmp_path / "heads.jsonl", time_zone=ZONE) == 1
    return tmp_path


def lines(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def written(folder, changed):
    (folder / "log.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in changed))


def fault_in(folder, **with_heads):
    checked = verify_file(folder / "log.jsonl", **with_heads)
    return checked.first_fault and (checked.first_fault.position, checked.first_fault.kind)


def fault(heads):
    found = verify_log(heads=heads).first_fault
    return found and (found.position, found.kind)


def test_an_exported_log_is_checked_without_a_database(folder, django_db_blocker):
    heads = read_heads(folder / "heads.jsonl")
    with django_db_blocker.block():
        checked = verify_file(folder / "log.jsonl", heads=heads)
    assert (checked.ok, checked.entries) == (True, 6)


def test_an_export_says_everything_and_only_its_owner_reads_it(folder):
    start, first, *_ = lines(folder)
    assert start["format"] == "minsheng-audit-1" and start["head"]["position"] == 6
    assert first["content"]["subject"] == "month:1" and first["content"]["detail"] == '{"n": 1, "的": [1.5, null]}'
    assert (folder / "log.jsonl").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("field", ["at", "name", "by", "subject", "detail", "purpose", "origin", "division"])
def test_a_field_altered_in_the_file_is_found(folder, field):
    changed = lines(folder)
    changed[3]["content"][field] += "1"
    written(folder, changed)
    assert fault_in(folder) == (3, "altered")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda log: log[:3] + log[4:], (3, "missing")),
        (lambda log: log[:5], (5, "cut")),
        (lambda log: log[:1], (1, "cut")),
        (lambda log: [*log[:2], log[3], log[2], *log[4:]], (2, "missing")),
        (lambda log: [*log[:3], log[2], *log[3:]], (3, "broken")),
        (lambda log: [{**log[0], "head": {**log[0]["head"], "position": 4}}, *log[1:5]], (4, "head")),
        (lambda log: [{**log[0], "head": None}, *log[1:]], (6, "head")),
    ],
)
def test_lines_altered_in_the_file_are_found(folder, change, expected):
    written(folder, change(lines(folder)))
    assert fault_in(folder) == expected


def test_a_missing_entry_stays_missing_in_the_export(folder):
    tampered("DELETE FROM audit_event WHERE id = %s", entry(2))
    export_log(out=folder / "log.jsonl")
    assert fault_in(folder) == (2, "missing")


def test_heads_are_those_of_each_day_where_the_installation_stands(db, tmp_path):
    for day, hour in ((20, 15), (20, 17), (21, 3)):  # 23:00 on the 20th, 01:00 and 11:00 on the 21st in Shanghai
        with transaction.atomic():
            record("month.closed", by="user:wang", at=datetime(2026, 11, day, hour, tzinfo=UTC), subject="x")
            chain_now()
    export_heads(out=tmp_path / "heads.jsonl", time_zone=ZONE)
    found = [json.loads(line) for line in (tmp_path / "heads.jsonl").read_text().splitlines()]
    hashes = dict(rows("SELECT position, encode(hash, 'hex') FROM audit_link"))
    assert found == [
        {"position": 1, "hash": hashes[1], "date": "2026-11-20"},
        {"position": 3, "hash": hashes[3], "date": "2026-11-21"},
    ]


def test_heads_still_stand_when_the_log_has_grown(folder):
    heads = read_heads(folder / "heads.jsonl")
    filled(3)
    assert fault(heads) is None


def test_a_log_rewritten_with_a_valid_chain_is_found_by_its_heads(folder):
    """Whoever owns the database can build the whole chain anew; a head kept elsewhere remembers."""
    heads = read_heads(folder / "heads.jsonl")
    tampered("TRUNCATE audit_event, audit_link RESTART IDENTITY")
    tampered("UPDATE audit_head SET position = 0, hash = decode(repeat('00', 32), 'hex')")
    assert verify_log().ok
    assert fault(heads) == (1, "cut")
    filled(3)
    with transaction.atomic():
        for number in range(4, 8):
            record("month.closed", by="user:li", at=datetime.now(UTC), subject=str(number))
        chain_now()
    assert verify_log().ok
    assert fault(heads) == (6, "rewritten")
    export_log(out=folder / "log.jsonl")
    assert fault_in(folder, heads=heads) == (6, "rewritten")


@pytest.mark.parametrize("content", ["", "{}\n", "not json\n", '{"format":"minsheng-audit-2","head":null}\n', "\x00\n"])
def test_a_file_that_is_no_export_is_refused(tmp_path, content):
    (tmp_path / "log.jsonl").write_text(content)
    with pytest.raises(NotAnAuditFile):
        verify_file(tmp_path / "log.jsonl")


@pytest.mark.parametrize("content", ["", "{}\n", '{"position":1,"hash":"00","date":"2026-11-21"}\n'])
def test_a_file_that_holds_no_heads_is_refused(tmp_path, content):
    (tmp_path / "heads.jsonl").write_text(content)
    with pytest.raises(NotAnAuditFile):
        read_heads(tmp_path / "heads.jsonl")


def test_files_and_folders_that_are_not_there_are_said(tmp_path):
    with pytest.raises(NoSuchFile):
        read_heads(tmp_path / "none.jsonl")
    with pytest.raises(NoSuchFile):
        verify_file(tmp_path / "none.jsonl")


@pytest.mark.django_db
def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(NoSuchFolder):
        export_log(out=tmp_path / "none" / "log.jsonl")


def test_a_large_log_is_checked_in_bounded_memory(db, tmp_path):
    """Ten times the entries must not need more memory than the rows of a few fetches."""
    import tracemalloc

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO audit_event (name, "by", at, subject, detail, purpose, origin, division) '
            "SELECT 'month.closed', 'job:x', now(), repeat('月', 150), '{}', '', '', '' FROM generate_series(1, 12000)"
        )
        chain_now()
    tracemalloc.start()
    try:
        assert verify_log().entries == 12000
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()
