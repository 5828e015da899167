"""Documents: kept sealed, opened for a purpose, withdrawn for good, and each of these on record."""

import base64
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.access.row_security.acting import bound_to
from minsheng.domain.access.viewers import NotAllowed, viewer_of
from minsheng.domain.audit.models import Event
from minsheng.domain.documents import operations
from minsheng.domain.documents.kinds import media_of
from minsheng.domain.documents.models import Document
from minsheng.domain.documents.operations import AlreadyKept, NoSuchDocument, NotADocument, TooLargeADocument, WhyNeeded
from minsheng.domain.documents.queries import documents_of
from minsheng.domain.keys.operations.originals import originals_behind, reseal_originals
from minsheng.domain.registry.models import Household
from minsheng.domain.registry.operations import PurposeNeeded, open_household
from minsheng.domain.registry.queries import NoSuchHousehold
from minsheng.engine.lake import Lake
from minsheng.kernel.keyring import KeyTexts
from minsheng.kernel.progress import SILENT
from minsheng.kernel.sealing import Keys, Unsealable
from tests import factories
from tests.papers import png
from tests.staff import somebody

pytestmark = pytest.mark.django_db
HERE, THERE = "999001001201", "999002001201"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_counties() -> None:
    factories.apply_month(
        "2026-09",
        [factories.household("H1", division=HERE), factories.household("H2", division=THERE)],
        [factories.member("H1", 1), factories.member("H2", 2)],
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path))


@pytest.fixture
def worker() -> User:
    return somebody(Role.TOWNSHIP_OFFICER, "999001001")


def keep(who: User, lake: Lake, content: bytes, *, household: str = "H1", title: str = "") -> UUID:
    with bound_to(who.pk):
        return operations.keep_document(
            viewer=viewer_of(who),
            household=household,
            kind="illness",
            title=title,
            content=BytesIO(content),
            keys=factories.KEYS,
            lake=lake,
            origin="here",
            at=NOW,
        )


def opened(who: User, lake: Lake, document: UUID, *, purpose: str = "verify", at: datetime = NOW) -> operations.Opened:
    with bound_to(who.pk):
        return operations.open_document(
            viewer=viewer_of(who), document=document, purpose=purpose, note="", keys=factories.KEYS, lake=lake, origin="here", at=at
        )


def withdraw(who: User, lake: Lake, document: UUID, why: str = "another family's, 13812345678") -> None:
    with bound_to(who.pk):
        operations.withdraw_document(viewer=viewer_of(who), document=document, why=why, lake=lake, origin="here", at=NOW)


def test_what_is_kept_lies_sealed_and_comes_back_as_it_was(lake: Lake, worker: User) -> None:
    picture = png(7)
    document = keep(worker, lake, picture, title="bill of 13812345678")
    [path] = lake.list("documents")
    assert picture not in lake.read_bytes(path)
    found = opened(worker, lake, document)
    assert (found.content, found.media, found.name) == (picture, "image/png", "illness-2026-11-20.png")
    [line] = documents_of(Household.objects.get(number="H1").key)
    assert (line.kind.zh, line.title, line.size, line.kept_by) == ("病历、费用票据", "bill of …", len(picture), f"user:{worker.username}")


def test_keeping_opening_and_withdrawing_are_on_record(lake: Lake, worker: User) -> None:
    document = keep(worker, lake, png(1))
    opened(worker, lake, document)
    withdraw(worker, lake, document)
    events = Event.objects.filter(name__startswith="document.").order_by("pk")
    household = Household.objects.get(number="H1")
    assert [event.name for event in events] == ["document.kept", "document.opened", "document.withdrawn"]
    assert {(event.by, event.subject, event.division) for event in events} == {
        (f"user:{worker.username}", f"household:{household.key}", HERE)
    }
    assert events[1].purpose == "verify"
    assert "13812345678" not in str(events[2].detail)


def test_what_is_withdrawn_is_gone_and_only_its_line_stays(lake: Lake, worker: User, django_capture_on_commit_callbacks: object) -> None:
    document = keep(worker, lake, png(2))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        withdraw(worker, lake, document)
    assert lake.list("documents") == []
    [line] = documents_of(Household.objects.get(number="H1").key)
    assert (line.withdrawn_at, line.withdrawn_why) == (NOW, "another family's, …")
    with pytest.raises(NoSuchDocument):
        opened(worker, lake, document)
    with pytest.raises(NoSuchDocument):
        withdraw(worker, lake, document)
    assert keep(worker, lake, png(2)) != document


def test_nobody_reaches_documents_of_another_area(lake: Lake, worker: User) -> None:
    stranger = somebody(Role.MONITOR, "999002")
    document = keep(worker, lake, png(3))
    with pytest.raises(NoSuchDocument):
        opened(stranger, lake, document)
    with pytest.raises(NoSuchDocument):
        withdraw(stranger, lake, document)
    with pytest.raises(NoSuchHousehold):
        keep(stranger, lake, png(4))
    with bound_to(stranger.pk):
        assert documents_of(Household.objects.filter(number="H1").values_list("key", flat=True).first() or 1) == []
    auditor = somebody(Role.AUDITOR, "999001")
    with pytest.raises(NotAllowed):
        keep(auditor, lake, png(5))


def test_breaking_the_glass_opens_documents_too_and_changes_none(lake: Lake, worker: User) -> None:
    stranger, document = somebody(Role.MONITOR, "999002"), keep(worker, lake, png(6))
    now = datetime.now(UTC) - timedelta(minutes=5)
    with bound_to(stranger.pk):
        open_household(viewer=viewer_of(stranger), number="H1", reason="the family came to our counter", origin="here", at=now)
    assert opened(stranger, lake, document, at=now + timedelta(minutes=1)).content == png(6)
    with pytest.raises(NotAllowed):
        withdraw(stranger, lake, document)
    with pytest.raises(NotAllowed):
        keep(stranger, lake, png(8))


def test_purpose_and_reason_are_asked_for(lake: Lake, worker: User) -> None:
    document = keep(worker, lake, png(9))
    with pytest.raises(PurposeNeeded):
        opened(worker, lake, document, purpose="")
    with pytest.raises(WhyNeeded):
        withdraw(worker, lake, document, why="  ")


def test_only_pictures_and_pdfs_of_some_size_are_taken_and_each_once(lake: Lake, worker: User) -> None:
    with pytest.raises(NotADocument):
        keep(worker, lake, b"<html><script>alert(1)</script>")
    with pytest.raises(NotADocument):
        keep(worker, lake, b"")
    with pytest.raises(TooLargeADocument):
        keep(worker, lake, png(1) + bytes(operations.LARGEST))
    keep(worker, lake, png(1))
    with pytest.raises(AlreadyKept):
        keep(worker, lake, png(1))
    assert Document.objects.count() == 1
    assert len(lake.list("documents")) == 1


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\n%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04", None),
        (b"GIF89a", None),
    ],
)
def test_the_bytes_say_what_a_file_is(head: bytes, media: str | None) -> None:
    assert media_of(head) == media


def test_a_second_sender_of_the_same_moment_is_told_so(lake: Lake, worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(worker, lake, png(1))
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda _: False)
    with pytest.raises(AlreadyKept), transaction.atomic():
        keep(worker, lake, png(1))


def test_what_an_interruption_left_is_cleared_and_nothing_else(lake: Lake, worker: User) -> None:
    keep(worker, lake, png(1))
    for day in ("2026-11-19", "2026-11-21"):
        lake.write_bytes(f"documents/{day}/{uuid4()}/{'0' * 64}.sealed", b"sealed")
    assert operations.clear_leftovers(lake=lake, at=NOW + timedelta(days=2)) == 1
    assert [path.split("/")[1] for path in lake.list("documents")] == ["2026-11-20", "2026-11-21"]


def test_documents_follow_a_new_key(lake: Lake, worker: User) -> None:
    document = keep(worker, lake, png(1))
    assert originals_behind(keys=factories.KEYS, lake=lake) == []
    old = KeyTexts(base64.b64encode(b"k" * 32).decode())
    rotated = old.rotated()
    keys = Keys.following(lambda _: rotated)
    assert reseal_originals(keys=keys, lake=lake, progress=SILENT) == (1, [])
    with pytest.raises(Unsealable):
        opened(worker, lake, document)
