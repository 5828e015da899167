"""A delivery of many batches is received as one of a single batch, whatever had to go to disk meanwhile, and leaves nothing when killed."""

import shutil
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import transaction

from minsheng.domain.feeds import laying
from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations import Item, reading, receive, recording
from minsheng.engine.intake.reading import read_delivery
from minsheng.engine.intake.settling import Settlement
from minsheng.engine.intake.validating import Validation
from minsheng.engine.lake import Lake
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import HOMES, NEWCOMER, cremation, member_row, settlement
from tests.operations.feeds.reading import balance, kept

DOUBTFUL = {"name": "赵大"}


def in_batches(monkeypatch, rows, held_rows):
    """Read so many rows at a time, and hold so few in memory."""
    monkeypatch.setattr(reading, "read_delivery", partial(read_delivery, batch_rows=rows))
    for name in ("Spool", "Runs", "Settlement"):
        monkeypatch.setattr(laying, name, partial(getattr(laying, name), held_rows=held_rows))
    monkeypatch.setattr(laying, "_ASKED_AT_ONCE", held_rows)


def many(inbox):
    """A month of everything: plain people, doubts, strangers, mistakes, rows sent twice and contradictions far from each other."""
    medical = [settlement(1 + at % 4, settlement_no=f"S{at}") for at in range(30)]
    medical += [
        settlement(1, settlement_no="S3"),
        settlement(NEWCOMER, settlement_no="N"),
        settlement(3, settlement_no="D", **DOUBTFUL),
        settlement(3, settlement_no="T", **DOUBTFUL),
    ]
    medical += [
        medical[0],
        settlement(2, settlement_no="S9", own_share="1.00"),
        settlement(2, settlement_no="bad", own_share="-1"),
        medical[4],
    ]
    members = [member_row(serial, home) for serial, home in {**HOMES, NEWCOMER: "H3"}.items()]
    return [
        inbox.put("medical_settlements", medical),
        inbox.put("registry_members", [*members, {**members[2], "household_no": "H1"}]),
        inbox.put("cremations", [cremation(2), cremation(4), cremation(NEWCOMER), cremation(2)]),
    ]


def left_by(inbox, files, tmp_path):
    """What receiving leaves, in a lake and a database that are as before afterwards."""
    copy = tmp_path / "tried"
    shutil.copytree(inbox.installation.lake.address, copy)
    tried = inbox.at(lake=Lake(str(copy)))
    with transaction.atomic():
        receipts = tried.receive(*files)
        left = kept(tried.installation)
        transaction.set_rollback(True)
    shutil.rmtree(copy)
    return receipts, left


@pytest.mark.parametrize(("rows", "held_rows"), [(1, 2), (7, 5), (7, 1000), (1000, 3)])
def test_receipts_database_and_lake_are_the_same_bytes_for_bytes(inbox, monkeypatch, tmp_path, rows, held_rows):
    files = many(inbox)
    whole, expected = left_by(inbox, files, tmp_path)
    medical = next(receipt for receipt in whole if receipt.feed == "medical_settlements")
    assert balance(medical) == (38, 31, 2, 5, 0)
    assert medical.in_review == 2
    in_batches(monkeypatch, rows, held_rows)
    receipts, left = left_by(inbox, files, tmp_path)
    assert receipts == whole
    for what, facts in expected.items():
        assert left[what] == facts, what


def test_mending_rows_in_many_batches_counts_them_once(inbox, monkeypatch, tmp_path):
    bad = [settlement(1 + at % 4, settlement_no=f"S{at}", own_share="-1") for at in range(9)]
    base = inbox.send("medical_settlements", bad).delivery
    columns = list(settlement())
    contract = inbox.installation.catalogue["medical_settlements"]
    header = ",".join(["回执号", "原行号", *(contract.column(name).headers[0] for name in columns)])
    rows = [
        [base, str(2 + at % 9), *(str(cell) for cell in settlement(1 + at % 4, settlement_no=f"S{at % 9}").values())] for at in range(12)
    ]
    amendment = inbox.put_bytes("\n".join([header, *(",".join(row) for row in rows)]).encode(), "mended.csv")
    whole, expected = left_by(inbox, [amendment], tmp_path)
    in_batches(monkeypatch, 2, 1)
    receipts, left = left_by(inbox, [amendment], tmp_path)
    assert receipts == whole
    assert left == expected


def test_killed_between_batches_nothing_stands_under_the_names_and_the_next_run_completes(inbox, monkeypatch):
    class Killed(BaseException):
        pass

    in_batches(monkeypatch, 7, 3)
    files, lake, checked = many(inbox)[:1], inbox.installation.lake, []
    before, original = lake.list("deliveries"), Validation.check

    def check(self, raw):
        checked.append(raw)
        if len(checked) == 4:
            raise Killed
        return original(self, raw)

    monkeypatch.setattr(Validation, "check", check)
    with pytest.raises(Killed):
        inbox.receive(*files)
    assert lake.list("deliveries") == before
    assert [path.name for path in Path(lake.address).iterdir() if path.name.startswith(".")] == []
    assert not Delivery.objects.filter(feed="medical_settlements").exists()
    assert inbox.receive(*files)[0].status == "received"


def test_a_long_file_says_how_far_it_is(inbox, monkeypatch):
    notes = []

    class Listening:
        @contextmanager
        def step(self, name, *, total=None):
            yield self

        def advance(self, amount=1):
            notes.append("done")

        def note(self, text):
            notes.append(text)

    in_batches(monkeypatch, 10, 1000)
    receive([Item(many(inbox)[0])], installation=inbox.installation, by=BY, at=NOW, progress=Listening())
    assert [note.rsplit(" ", 3)[1] for note in notes if "rows" in note] == ["10", "20", "30", "38"]
    assert notes[-1] == "done"


def test_a_settlement_on_disk_leaves_nothing_in_the_lake_s_folder(inbox, monkeypatch):
    laid = []
    original = Settlement.settled
    monkeypatch.setattr(Settlement, "settled", lambda self: (laid.append(sorted(self._folder.glob("fingerprints*"))), original(self))[1])
    in_batches(monkeypatch, 7, 3)
    inbox.receive(many(inbox)[0])
    assert len(laid[0]) > 2
    assert not any(file.exists() for file in laid[0])


@pytest.mark.parametrize("rows", [[], [settlement(1)]])
def test_two_commands_that_receive_the_same_file_at_once_receive_it_once(inbox, monkeypatch, rows):
    file = inbox.put("medical_settlements", rows, columns=list(settlement()))
    original, receipts = recording._one_at_a_time, []

    def other_command_first(arrival):
        monkeypatch.setattr(recording, "_one_at_a_time", original)
        receipts.extend(inbox.receive(file))
        original(arrival)

    monkeypatch.setattr(recording, "_one_at_a_time", other_command_first)
    again = inbox.receive(file)[0]
    assert receipts[0].status == ("received" if rows else "held")
    assert (again.status, again.delivery) == ("already_received", receipts[0].delivery)
    assert Delivery.objects.filter(feed="medical_settlements").count() == 1


def test_replaced_bytes_sent_again_are_told_that_they_do_not_count_and_what_to_do(inbox):
    first = inbox.put("medical_settlements", [settlement(1)], name="a.csv")
    second = inbox.put("medical_settlements", [settlement(1), settlement(2)], name="b.csv")
    counting = [inbox.receive(path)[0].delivery for path in (first, second)][1]
    again = inbox.receive(first)[0]
    assert again.status == "already_received"
    assert again.reasons == [
        f"the same bytes were received before, and have been replaced since by {counting}: they do not count; "
        "to have them count again, export the file anew and send it"
    ]
