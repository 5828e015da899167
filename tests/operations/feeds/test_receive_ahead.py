"""Where the area is set, the next file is read while one is recorded; nobody can tell but by the clock."""

import pytest
from django.db import transaction

from minsheng.domain.feeds.operations import reading, receiving
from tests.operations.feeds.deliveries import cremation, disease, settlement, unemployed

AREA = ("999001",)


def _files(inbox):
    medical = inbox.put("medical_settlements", [settlement(1), settlement(2, settled_on="2026-13-01")])
    return [
        medical,
        inbox.put_bytes(medical.read_bytes(), "medical_settlements-again.csv"),
        inbox.put("registered_unemployment", [unemployed(3)]),
        inbox.put_bytes(b"", "cremations.csv"),
        inbox.put("disease_registrations", [disease(1), disease(4)]),
        inbox.put("cremations", [cremation(5)], name="cremations-mended.csv"),
    ]


def test_receipts_are_the_same_as_one_by_one(inbox):
    ahead = inbox.at(area=AREA)
    files = _files(ahead)
    with transaction.atomic():
        together = ahead.receive(*files)
        transaction.set_rollback(True)
    singly = [receipt for path in sorted(files) for receipt in ahead.receive(path)]
    assert sorted(together, key=lambda receipt: receipt.filename) == sorted(singly, key=lambda receipt: receipt.filename)
    assert {receipt.status for receipt in together} == {"received", "already_received", "refused"}


def test_only_files_that_nothing_recorded_now_could_touch_are_read_ahead(inbox, monkeypatch):
    opened, finished = [], []
    original = receiving._open

    def spy(one, counter):
        opened.append((one.item.path.name, len(opened) > len(finished)))
        return original(one, counter)

    finish = receiving._finish
    monkeypatch.setattr(receiving, "_open", spy)
    monkeypatch.setattr(receiving, "_finish", lambda one, counter: (finish(one, counter), finished.append(one))[0])
    ahead = inbox.at(area=AREA)
    ahead.receive(*_files(ahead))
    assert ("medical_settlements.csv", True) not in opened
    assert any(early for _, early in opened)
    opened.clear()
    finished.clear()
    inbox.receive(inbox.put("disease_registrations", [disease(2)]), inbox.put("registered_unemployment", [unemployed(4)]))
    assert opened and not any(early for _, early in opened)


def test_a_kill_while_a_file_is_read_ahead_loses_nothing(inbox, monkeypatch):
    class Killed(BaseException):
        pass

    ahead = inbox.at(area=AREA)
    files = [*_files(ahead)[:1], ahead.put("registered_unemployment", [unemployed(3)])]
    original = reading.read_arrival

    def kill(source, arrival, rules):
        if arrival.contract.feed == "registered_unemployment":
            raise Killed
        return original(source, arrival, rules)

    monkeypatch.setattr(reading, "read_arrival", kill)
    with pytest.raises(Killed):
        ahead.receive(*files)
    monkeypatch.undo()
    assert [receipt.status for receipt in ahead.receive(*files)] == ["already_received", "received"]
