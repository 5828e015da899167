from datetime import date

import pytest

from minsheng.domain.feeds.models import Alarm, Delivery
from minsheng.domain.feeds.operations.releasing import BaseStillHeld, NotHeld, ReasonMissing
from minsheng.domain.feeds.queries import NoSuchDelivery
from minsheng.domain.registry.models import Death
from minsheng.domain.registry.queries import people_count
from tests.factories import BY
from tests.operations.feeds.deliveries import cremation, household_rows, member_rows, settlement
from tests.operations.feeds.reading import balance, counting, events, found, lake, ledger
from tests.operations.feeds.test_receive_corrections import mended

LATE = date(2026, 10, 20)


def test_a_released_delivery_is_in_effect_and_the_event_holds_the_reason(inbox):
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    receipt = inbox.release(held.delivery, reason="殡仪馆系统升级")
    assert (receipt.status, receipt.released, balance(receipt)) == ("received", True, (1, 1, 0, 0, 0))
    assert counting("cremations", "2026-09") == [held.delivery]
    assert list(Death.objects.values_list("person_id", "delivery")) == [(1, held.delivery)]
    assert events("delivery.released") == [(held.delivery, {"reason": "殡仪馆系统升级"})]
    assert not Alarm.objects.filter(settled_at__isnull=True).exists()


def test_a_release_needs_a_reason(inbox):
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    with pytest.raises(ReasonMissing):
        inbox.release(held.delivery, reason="  ")
    assert Delivery.objects.get(pk=held.delivery).status == "held"


def test_only_a_held_delivery_can_be_released_and_only_once(inbox):
    received = inbox.send("medical_settlements", [settlement(1)])
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    inbox.release(held.delivery)
    for delivery in (received.delivery, held.delivery):
        with pytest.raises(NotHeld):
            inbox.release(delivery)
    with pytest.raises(NoSuchDelivery):
        inbox.release("cremations-202609-00000000")


def test_a_superseded_delivery_cannot_be_released(inbox):
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    inbox.send("cremations", [cremation(2)], arrived=LATE)
    with pytest.raises(NotHeld, match="superseded"):
        inbox.release(held.delivery)


def test_a_renamed_column_is_mended_by_saying_what_it_means(inbox):
    inbox.send("medical_settlements", [settlement(1)], month="2026-08")
    held = inbox.send("medical_settlements", [settlement(1), settlement(2)], headers={"own_share": "咱们掏的"})
    assert (held.status, held.quarantined) == ("held", 2)
    receipt = inbox.release(held.delivery, header_map={"咱们掏的": "own_share"})
    assert (balance(receipt), found(receipt)) == ((2, 2, 0, 0, 0), (2, 0, 0))
    assert Delivery.objects.get(pk=held.delivery).header_map == {"咱们掏的": "own_share"}
    assert len(ledger(inbox.installation, held.delivery)) == 2


def test_a_released_correction_takes_the_place_of_what_counted(inbox):
    many = [cremation(1, certificate_no=f"C{at}") for at in range(20)]
    inbox.send("cremations", many, month="2026-08")
    old = inbox.send("cremations", [cremation(2, certificate_no=f"D{at}") for at in range(20)])
    held = inbox.send("cremations", [cremation(3)])
    assert (held.status, counting("cremations", "2026-09")) == ("held", [old.delivery])
    inbox.release(held.delivery)
    assert counting("cremations", "2026-09") == [held.delivery]
    assert Delivery.objects.get(pk=held.delivery).supersedes_id == old.delivery
    assert sorted(Death.objects.values_list("person_id", flat=True)) == [1, 3]


def test_a_released_registry_snapshot_is_applied(inbox):
    files = [inbox.put("registry_households", household_rows()), inbox.put("registry_members", member_rows({1: "H1"}))]
    households, members = inbox.receive(*files, arrived=LATE)
    assert people_count() == 5
    inbox.release(households.delivery)
    inbox.release(members.delivery)
    assert people_count() == 1


def test_rows_that_mend_a_held_delivery_are_not_released_before_it(inbox):
    base = inbox.send("cremations", [cremation(1, died_on="2026-13-01")], arrived=LATE)
    amendment = inbox.receive(mended(inbox, base.delivery, died_on="2026-09-13"))[0]
    with pytest.raises(BaseStillHeld, match=base.delivery):
        inbox.release(amendment.delivery)
    assert not Death.objects.exists()


def test_rows_that_a_release_accepts_after_all_are_duplicates_where_they_were_mended(inbox):
    base = inbox.send("medical_settlements", [settlement(1), settlement(2)], headers={"own_share": "咱们掏的"})
    header, *rows = mended(inbox, base.delivery).read_text().splitlines()
    with_column = "\n".join([f"{header},个人负担总金额", *(f"{row},3870.00" for row in rows), ""])
    amendment = inbox.receive(inbox.put_bytes(with_column.encode(), "mended.csv"))[0]
    assert (amendment.status, balance(amendment)) == ("held", (2, 2, 0, 0, 0))
    assert balance(inbox.release(base.delivery, header_map={"咱们掏的": "own_share"})) == (2, 2, 0, 0, 0)
    assert balance(inbox.release(amendment.delivery)) == (2, 0, 2, 0, 0)


def test_a_release_that_the_registry_refuses_leaves_the_delivery_held(inbox):
    held = inbox.send("registry_members", member_rows({1: "H1"}), arrived=LATE)
    inbox.register("2026-10", residence="rural")
    inbox.send("registry_members", member_rows({1: "H1", 2: "H1"}), month="2026-10")
    before = lake(inbox.installation)
    with pytest.raises(Exception, match="too late"):
        inbox.release(held.delivery)
    assert Delivery.objects.get(pk=held.delivery).status == "held"
    assert lake(inbox.installation).keys() == before.keys()


def test_the_releaser_is_kept(inbox):
    held = inbox.send("cremations", [cremation(1)], arrived=LATE)
    inbox.release(held.delivery)
    assert Delivery.objects.get(pk=held.delivery).released_by == BY
