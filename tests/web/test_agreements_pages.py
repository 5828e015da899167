"""Sharing agreements on pages: drafting, two people, stale forms, renewing, ending."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.feeds.models import SharingAgreement
from tests.staff import somebody
from tests.web import conftest
from tests.web.world import HERE_COUNTY, THERE_COUNTY, OfficeWorld

pytestmark = pytest.mark.django_db


def as_user(who: User) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def author(world: OfficeWorld) -> Client:
    return as_user(somebody(Role.MONITOR, HERE_COUNTY, username="author"))


@pytest.fixture
def second(world: OfficeWorld) -> Client:
    return as_user(somebody(Role.MONITOR, HERE_COUNTY, username="second"))


def form(**changes: Any) -> dict[str, Any]:
    """What is typed into a draft."""
    said = {
        "title": "医疗结算共享协议",
        "provider": "某区医疗保障局",
        "document": "医保协议〔2026〕3号",
        "purpose": "低收入人口动态监测",
        "legal_basis": "民发〔2022〕85号",
        "area": "999001",
        "starts_on": "2026-01-01",
        "expires_on": "2027-12-31",
        "feed": ["medical_settlements"],
        "columns-medical_settlements": ["own_share", "hospital"],
    }
    return {**said, **changes}


def drafted(client: Client, **changes: Any) -> SharingAgreement:
    answer = client.post(reverse("office:agreement_draft", args=("medical_insurance",)), form(**changes))
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return SharingAgreement.objects.latest("pk")


def test_a_draft_is_put_in_force_by_a_second_person_only(author: Client, second: Client) -> None:
    draft = drafted(author)
    address = reverse("office:agreement_in_force", args=(draft.pk,))
    assert author.post(address, {"version": draft.version}).status_code == 400
    assert "使其生效" not in author.get(reverse("office:agreement", args=(draft.pk,))).content.decode()
    assert "使其生效" in second.get(reverse("office:agreement", args=(draft.pk,))).content.decode()
    assert second.post(address, {"version": draft.version}).status_code == 302
    assert second.post(address, {"version": draft.version}).status_code == 409
    stands = SharingAgreement.objects.get(pk=draft.pk)
    assert (stands.state, stands.in_force_by) == ("in_force", "user:second")
    assert "hospital" in stands.datasets.get().columns
    assert "days" not in stands.datasets.get().columns


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(author: Client) -> None:
    address = reverse("office:agreement_draft", args=("medical_insurance",))
    answer = author.post(address, form(expires_on="2025-01-01", provider="", purpose="我打了很多字", feed=[]))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "到期日早于起始日" in said
    assert "请至少选择一个数据集" in said
    assert "我打了很多字" in said
    assert not SharingAgreement.objects.exists()


def test_a_stale_form_shows_both_and_loses_nothing(author: Client, second: Client) -> None:
    draft = drafted(author)
    edit = reverse("office:agreement_edit", args=(draft.pk,))
    assert second.post(edit, form(title="同事改的名称", version=1)).status_code == 302
    answer = author.post(edit, form(title="我改的名称", version=1))
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "我改的名称" in said
    assert "现在登记的是：同事改的名称" in said
    assert author.post(edit, form(title="我改的名称", version=2)).status_code == 302
    assert SharingAgreement.objects.get().title == "我改的名称"


def test_an_agreement_is_renewed_as_a_copy_and_ended_with_a_reason(author: Client, second: Client, world: OfficeWorld) -> None:
    conftest._PROVIDED[:] = [replace(world, installation=replace(world.installation, today=timezone.localdate()))]
    draft = drafted(author)
    second.post(reverse("office:agreement_in_force", args=(draft.pk,)), {"version": draft.version})
    answer = author.post(reverse("office:agreement_renew", args=(draft.pk,)))
    renewal = SharingAgreement.objects.get(renews=draft)
    assert answer["Location"] == reverse("office:agreement_edit", args=(renewal.pk,))
    end = reverse("office:agreement_end", args=(draft.pk,))
    assert author.post(end, {"version": 2, "reason": " "}).status_code == 400
    assert author.post(end, {"version": 2, "reason": "部门撤回"}).status_code == 302
    said = author.get(reverse("office:agreement", args=(draft.pk,))).content.decode()
    assert "终止：部门撤回" in said
    assert "停止接收" in author.get("/agreements/").content.decode()


def test_another_area_is_nobodys_to_keep_from_here(author: Client) -> None:
    address = reverse("office:agreement_draft", args=("medical_insurance",))
    assert author.post(address, form(area=THERE_COUNTY)).status_code == 403
    assert author.post(address, form(area="9990")).status_code == 403
    assert author.get(reverse("office:agreement_draft", args=("nobody",))).status_code == 404


def test_what_runs_out_is_said_on_the_page_of_deliveries_too(author: Client, second: Client, world: OfficeWorld) -> None:
    draft = drafted(author, expires_on="2026-12-01")
    second.post(reverse("office:agreement_in_force", args=(draft.pk,)), {"version": 1})
    for address in ("/agreements/", "/deliveries/"):
        assert "将到期" in author.get(address).content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_auditor_reads_and_changes_nothing(world: OfficeWorld, author: Client, language: str) -> None:
    draft = drafted(author)
    auditor = as_user(world.staff(Role.AUDITOR, language=language))
    assert auditor.get(reverse("office:agreement", args=(draft.pk,))).status_code == 200
    assert auditor.get(reverse("office:agreement_edit", args=(draft.pk,))).status_code == 403
