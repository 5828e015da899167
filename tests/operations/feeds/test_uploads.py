"""Files sent through the browser: in pieces, broken off and resumed, hostile ones, and what becomes of them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.feeds import states
from minsheng.domain.feeds.models import Delivery, Upload
from minsheng.domain.feeds.operations import (
    add_piece,
    begin_upload,
    clear_uploads,
    give_up_upload,
    hand_over,
    take_upload,
    try_again,
    uploading,
)
from minsheng.domain.feeds.operations.uploading import (
    EmptyUpload,
    NotWhole,
    TooLarge,
    TooManyUploads,
    WrongOffset,
    WrongUploadState,
)
from minsheng.domain.feeds.queries import NoSuchFeed, NoSuchUpload, is_staged, upload_named
from minsheng.domain.feeds.staging import StagedBytesMissing, put_bytes, staged_path
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW, TODAY
from tests.operations.feeds.agreed import in_force
from tests.operations.feeds.deliveries import settlement
from tests.operations.feeds.reading import events
from tests.staff import somebody

pytestmark = pytest.mark.django_db(transaction=False)
BY = "user:monitor-9990"
FEED = "medical_settlements"


@pytest.fixture
def office(inbox, tmp_path, django_capture_on_commit_callbacks):
    """The inbox before an installation with a place for uploads, and somebody who sends."""
    at = inbox.at(uploads=tmp_path / "uploads", upload_limit=10_000)
    return at, somebody(Role.MONITOR, "9990")


def begin(office, content, *, filename="结算.csv", month="2026-10", **changes):
    inbox, sender = office
    said = {"size_bytes": len(content), "feed": FEED, "user_id": sender.pk, **changes}
    return begin_upload(
        filename=filename, month=Month.parse(month) if month else None, installation=inbox.installation, by=BY, at=NOW, **said
    )


def sent(office, content, **how):
    one = begin(office, content, **how)
    add_piece(upload=one.id, offset=0, content=content, installation=office[0].installation, at=NOW)
    return hand_over(upload=one.id, ask=lambda _: 7, by=BY, at=NOW)


def taken(office, one, at=NOW):
    return take_upload(upload=one.id, installation=office[0].installation, by=BY, at=at, progress=SILENT)


@pytest.fixture
def content(office):
    return office[0].csv(FEED, [settlement(1), settlement(2)])


def test_a_file_sent_in_pieces_becomes_a_delivery_and_its_bytes_go(office, content, django_capture_on_commit_callbacks):
    one = begin(office, content)
    for start in range(0, len(content), 100):
        piece = content[start : start + 100]
        assert add_piece(upload=one.id, offset=start, content=piece, installation=office[0].installation, at=NOW) == start + len(piece)
    asked = []
    hand_over(upload=one.id, ask=lambda upload: asked.append(upload.pk) or 7, by=BY, at=NOW)
    hand_over(upload=one.id, ask=lambda upload: asked.append(upload.pk) or 8, by=BY, at=NOW)
    assert asked == [one.pk]
    with django_capture_on_commit_callbacks(execute=True):
        done = taken(office, one)
    delivery = Delivery.objects.get(pk=done.delivery_id)
    assert (done.state, delivery.read, delivery.filename, delivery.received_by) == (states.TAKEN, 2, "结算.csv", BY)
    assert not is_staged(one.id, office[0].installation)
    assert taken(office, one).state == states.TAKEN
    assert [len(events(f"upload.{name}")) for name in ("begun", "arrived", "taken")] == [1, 1, 1]


def test_a_piece_counts_only_where_the_last_one_ended(office, content):
    one = begin(office, content)
    add_piece(upload=one.id, offset=0, content=content[:50], installation=office[0].installation, at=NOW)
    for offset in (0, 49, 51, len(content)):
        with pytest.raises(WrongOffset) as told:
            add_piece(upload=one.id, offset=offset, content=b"x", installation=office[0].installation, at=NOW)
        assert told.value.offset == 50


def test_a_piece_that_broke_off_after_it_was_written_is_written_again(office, content):
    one = begin(office, content)
    installation = office[0].installation
    put_bytes(one.id, 0, content[:80] + b"half of something else", installation)
    add_piece(upload=one.id, offset=0, content=content[:50], installation=installation, at=NOW)
    add_piece(upload=one.id, offset=50, content=content[50:], installation=installation, at=NOW)
    assert staged_path(one.id, installation).read_bytes() == content


def test_bytes_that_are_no_longer_there_are_missed_at_once(office, content):
    one = begin(office, content)
    installation = office[0].installation
    add_piece(upload=one.id, offset=0, content=content[:50], installation=installation, at=NOW)
    staged_path(one.id, installation).unlink()
    with pytest.raises(StagedBytesMissing):
        add_piece(upload=one.id, offset=50, content=content[50:], installation=installation, at=NOW)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"size_bytes": 0}, EmptyUpload), ({"size_bytes": -1}, EmptyUpload), ({"size_bytes": 10_001}, TooLarge), ({"feed": "x"}, NoSuchFeed)],
)
def test_an_empty_or_too_large_file_or_an_unknown_feed_is_refused_before_anything_is_sent(office, changes, refusal):
    with pytest.raises(refusal):
        begin(office, b"abc", **changes)
    assert not Upload.objects.exists()


def test_more_than_was_announced_or_too_large_a_piece_is_refused(office, monkeypatch):
    one = begin(office, b"abc")
    with pytest.raises(TooLarge):
        add_piece(upload=one.id, offset=0, content=b"abcd", installation=office[0].installation, at=NOW)
    monkeypatch.setattr(uploading, "LARGEST_PIECE", 2)
    with pytest.raises(TooLarge):
        add_piece(upload=one.id, offset=0, content=b"abc", installation=office[0].installation, at=NOW)
    with pytest.raises(NotWhole):
        hand_over(upload=one.id, ask=lambda _: 1, by=BY, at=NOW)


def test_nobody_has_too_many_files_on_their_way(office, monkeypatch):
    monkeypatch.setattr(uploading, "MOST_AT_ONCE", 1)
    begin(office, b"abc")
    with pytest.raises(TooManyUploads):
        begin(office, b"abc")


@pytest.mark.parametrize(
    "filename", ["../../etc/passwd", "C:\\temp\\..\\x.csv", ".hidden", "a/b\x00c\n.csv", "长" * 300 + ".csv", "", "..", "/"]
)
def test_a_name_leads_nowhere(office, content, filename):
    one = sent(office, content, filename=filename)
    assert not set("/\\\0\n") & set(one.filename)
    assert one.filename and not one.filename.startswith(".")
    assert taken(office, one).state == states.TAKEN


def test_anothers_upload_is_not_there(office, content):
    one = begin(office, content)
    other = somebody(Role.MONITOR, "9990", username="other")
    with bound_to(other.pk):
        for attempt in (
            lambda: add_piece(upload=one.id, offset=0, content=b"x", installation=office[0].installation, at=NOW),
            lambda: hand_over(upload=one.id, ask=lambda _: 1, by="user:other", at=NOW),
            lambda: give_up_upload(upload=one.id, installation=office[0].installation, by="user:other", at=NOW),
        ):
            with pytest.raises(NoSuchUpload):
                attempt()
    with pytest.raises(NoSuchUpload):
        upload_named(uuid4())


def test_the_sender_sends_as_the_web(office, content):
    with bound_to(office[1].pk):
        assert sent(office, content).state == states.WAITING


def test_content_is_told_by_what_it_is_and_a_file_that_cannot_be_read_is_not_kept(office, django_capture_on_commit_callbacks):
    one = sent(office, b"%PDF-1.7 this is no table", filename="结算.csv")
    with django_capture_on_commit_callbacks(execute=True):
        done = taken(office, one)
    assert (done.state, done.code, done.delivery_id) == (states.NOT_TAKEN, "unknown-format", None)
    assert not is_staged(one.id, office[0].installation)
    with pytest.raises(WrongUploadState):
        try_again(upload=one.id, ask=lambda _: 1, installation=office[0].installation, by=BY, at=NOW)


def test_a_file_refused_for_its_agreement_stays_and_is_received_after_the_renewal(office, content, django_capture_on_commit_callbacks):
    catalogue = office[0].installation.catalogue
    in_force(catalogue, expires_on=TODAY - timedelta(days=1))
    one = sent(office, content)
    with django_capture_on_commit_callbacks(execute=True):
        assert taken(office, one).code == "agreement-not-in-force"
    assert is_staged(one.id, office[0].installation)
    in_force(catalogue, starts_on=TODAY, expires_on=TODAY + timedelta(days=300))
    try_again(upload=one.id, ask=lambda _: 9, installation=office[0].installation, by=BY, at=NOW)
    assert taken(office, one).state == states.TAKEN
    assert upload_named(one.id).code == ""


def test_the_same_file_again_is_received_once(office, content):
    first, second = sent(office, content), sent(office, content)
    assert taken(office, first).delivery_id == taken(office, second).delivery_id
    assert upload_named(second.id).message == "already_received"


def test_a_month_that_the_file_itself_names_may_be_left_out(office):
    inbox, _ = office
    refused = inbox.send(FEED, [settlement(1), settlement(2, own_share="x")], month="2026-10")
    header = "回执号,原行号,问题列,原因," + ",".join(inbox.installation.catalogue[FEED].column(name).headers[0] for name in settlement(2))
    row = f"{refused.delivery},3,,," + ",".join(settlement(2).values())
    done = taken(office, sent(office, f"{header}\n{row}\n".encode(), month=""))
    assert Delivery.objects.get(pk=done.delivery_id).amends_id == refused.delivery


def test_a_file_handed_over_after_the_due_day_is_held_as_late(office, content):
    done = taken(office, sent(office, content))
    assert Delivery.objects.get(pk=done.delivery_id).status == states.HELD


def test_what_is_given_up_or_forgotten_leaves_nothing(office, content, django_capture_on_commit_callbacks):
    installation = office[0].installation
    mine, stale, waiting = begin(office, content), begin(office, content), sent(office, content)
    with django_capture_on_commit_callbacks(execute=True):
        give_up_upload(upload=mine.id, installation=installation, by=BY, at=NOW)
    assert not is_staged(mine.id, installation)
    with pytest.raises(WrongUploadState):
        give_up_upload(upload=waiting.id, installation=installation, by=BY, at=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert clear_uploads(installation=installation, by="job:timetable", at=NOW + timedelta(days=8)) == 1
    assert not is_staged(stale.id, installation)
    assert is_staged(waiting.id, installation)
    assert upload_named(stale.id).state == states.GIVEN_UP


def test_staged_bytes_are_readable_by_nobody_else(office, content):
    one = begin(office, content)
    path = staged_path(one.id, office[0].installation)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
