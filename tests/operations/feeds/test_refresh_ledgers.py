from functools import partial

from django.db import transaction

from minsheng.domain.feeds.models import Delivery
from minsheng.domain.feeds.operations import refresh_ledgers, resolving
from minsheng.domain.registry.models import Death, Person
from minsheng.kernel.progress import SILENT
from tests.conftest import NOW
from tests.factories import BY
from tests.operations.feeds.deliveries import HOMES, NEWCOMER, cremation, settlement
from tests.operations.feeds.reading import events, found, frame, ledger


def refresh(inbox):
    """The deliveries that changed."""
    deliveries = list(Delivery.objects.order_by("id"))
    done = refresh_ledgers(deliveries=deliveries, installation=inbox.installation, by=BY, at=NOW, progress=SILENT)
    return [one.delivery for one in done if one.changed]


def register_newcomer(inbox):
    inbox.register("2026-10", homes={**HOMES, NEWCOMER: "H3"}, residence="rural")
    return Person.objects.order_by("-key").values_list("key", flat=True)[0]


def test_people_registered_later_get_their_past_rows(inbox):
    september = inbox.send("medical_settlements", [settlement(1), settlement(NEWCOMER)])
    october = inbox.send("medical_settlements", [settlement(NEWCOMER)], month="2026-10")
    person = register_newcomer(inbox)
    assert refresh(inbox) == [september.delivery, october.delivery]
    assert ledger(inbox.installation, september.delivery) == [(1, 2), (person, 3)]
    assert ledger(inbox.installation, october.delivery) == [(person, 2)]
    refreshed = Delivery.objects.get(pk=september.delivery)
    assert found(refreshed) == (2, 0, 0)
    assert (september.delivery, {"came": 1, "gone": 0}) in events("delivery.resolved_again")


def test_a_second_refresh_changes_nothing(inbox):
    inbox.send("medical_settlements", [settlement(NEWCOMER)])
    register_newcomer(inbox)
    refresh(inbox)
    before = list(Delivery.objects.order_by("id").values()), inbox.installation.lake.list("")
    assert refresh(inbox) == []
    assert (list(Delivery.objects.order_by("id").values()), inbox.installation.lake.list("")) == before


def test_a_row_whose_number_is_a_newcomer_s_under_another_name_is_left_alone(inbox):
    receipt = inbox.send("medical_settlements", [settlement(NEWCOMER, name="赵大")])
    register_newcomer(inbox)
    assert refresh(inbox) == []
    assert found(Delivery.objects.get(pk=receipt.delivery)) == (0, 0, 1)


def test_a_row_already_resolved_keeps_its_person_and_its_file(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1)])
    first = Delivery.objects.get(pk=receipt.delivery).ledger
    register_newcomer(inbox)
    refresh(inbox)
    assert Delivery.objects.get(pk=receipt.delivery).ledger == first


def test_the_files_a_past_run_read_stay_as_they_were(inbox):
    receipt = inbox.send("medical_settlements", [settlement(1), settlement(NEWCOMER)])
    [first] = Delivery.objects.get(pk=receipt.delivery).ledger
    register_newcomer(inbox)
    refresh(inbox)
    parts = Delivery.objects.get(pk=receipt.delivery).ledger
    assert parts[0] == first
    assert [inbox.installation.lake.digest(part["path"]) for part in parts] == [part["sha256"] for part in parts]
    assert [frame(inbox.installation, part["path"]).height for part in parts] == [1, 1]


def test_a_past_death_of_a_newcomer_counts(inbox):
    receipt = inbox.send("cremations", [cremation(NEWCOMER)])
    person = register_newcomer(inbox)
    refresh(inbox)
    assert list(Death.objects.values_list("person_id", "delivery")) == [(person, receipt.delivery)]


def test_a_ledger_refreshed_part_by_part_is_the_same(inbox, monkeypatch):
    rows = [settlement(1 + at % NEWCOMER, settlement_no=f"S{at}") for at in range(25)]
    rows += [settlement(NEWCOMER, settlement_no="D", name="赵大"), settlement(2, settlement_no="D2", name="赵大")]
    receipt = inbox.send("medical_settlements", rows)
    person = register_newcomer(inbox)

    def refreshed():
        with transaction.atomic():
            assert refresh(inbox) == [receipt.delivery]
            left = Delivery.objects.values("matched", "in_review", "outside", "ledger").get(pk=receipt.delivery)
            transaction.set_rollback(True)
        return left

    whole = refreshed()
    assert whole["matched"] == 25 and whole["in_review"] == 1 and person
    original = resolving.read_parts

    def in_parts(*wanted):
        for part in original(*wanted):
            yield from part.iter_slices(4)

    monkeypatch.setattr(resolving, "read_parts", in_parts)
    monkeypatch.setattr(resolving, "Runs", partial(resolving.Runs, held_rows=2))
    assert refreshed() == whole
