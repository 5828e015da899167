"""Models on the desk: read, compared, drafted without losing anything, tried out, proposed and decided by another."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from minsheng.domain.access.roles import Role
from minsheng.domain.audit.models import Event
from minsheng.domain.jobs import operations as jobs
from minsheng.domain.jobs.models import Job
from minsheng.domain.modelling import operations, states
from minsheng.domain.modelling.models import DraftRevision, DraftSimulation, ModelDraft
from minsheng.domain.monitoring.models import ModelActivation
from minsheng.engine.indicators.loading import load_model
from tests.operations.monitoring.district import MODEL
from tests.web import conftest
from tests.web.drafts import AT, LIGHTER, a_draft, a_proposal, a_simulation
from tests.web.world import BOTH, HERE, HERE_COUNTY, WHOLE, OfficeWorld

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in pairwise("abcdefgh"))
"""References to references: a few lines that would become millions."""


def signed_in(world: OfficeWorld, role: Role, code: str = WHOLE, language: str = "zh") -> Client:
    client = Client()
    client.force_login(world.staff(role, code, language))
    return client


def author(world: OfficeWorld, language: str = "zh") -> Client:
    return signed_in(world, Role.MODEL_AUTHOR, language=language)


def address(route: str, **arguments: object) -> str:
    return reverse(f"office:{route}", kwargs=arguments)


def form_of(client: Client, draft: int) -> dict[str, object]:
    """What a browser would send of the form as it stands."""
    page = client.get(address("draft_edit", draft=draft)).content.decode()
    sent: dict[str, object] = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page))
    sent |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page))
    for name, inner in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        sent[name] = re.findall(r'<option value="([^"]*)" selected', inner)
    return sent


def document(draft: int) -> dict[str, object]:
    return dict(json.loads(ModelDraft.objects.get(pk=draft).document))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_published_model_is_read_with_every_number_and_where_it_comes_from(world: OfficeWorld, language: str) -> None:
    page = signed_in(world, Role.AUDITOR, language=language).get(address("model", name="tiny", version="2026.1")).content.decode()
    words = {"zh": ["医疗自付", "医疗保障局", "500 元及以上"], "en": ["medical cost", "yuan or more", "from 20 points"]}[language]
    for said in [*words, "10,000", "120%", "made up"]:
        assert said in page, said


def test_two_versions_are_told_apart_in_words(world: OfficeWorld) -> None:
    draft = a_proposal(world)
    operations.decide_draft(draft=draft, approve=True, note="", by="user:other", at=AT, installation=world.installation)
    page = signed_in(world, Role.AUDITOR).get(address("model_difference", name="tiny")).content.decode()
    assert "失业 · 第 1 档分值（一般家庭）" in page
    assert "20 分" in page
    assert "5 分" in page


def test_a_form_sent_back_as_it_stands_changes_nothing(world: OfficeWorld) -> None:
    client, draft = author(world), a_draft(world)
    answer = client.post(address("draft_edit", draft=draft), form_of(client, draft))
    assert answer.status_code == 302
    assert DraftRevision.objects.filter(draft=draft).count() == 1


def test_what_is_typed_reaches_the_document_in_its_units(world: OfficeWorld) -> None:
    client, draft = author(world), a_draft(world)
    changes = {
        "levels.blue": "２１.5",
        "indicators.own_cost.default.0.from": "1,234.50",
        "indicators.own_cost.default.1.from": "",
        "indicators.own_cost.default.1.points": "",
        "overlap.2": "15",
        "identity.ORPHAN": "130",
        "suppression.verdicts": ["TRUE_HELPED"],
        "triggers.0.indicator": "own_cost",
        "triggers.0.band": "2",
        "triggers.0.level": "yellow",
        "triggers.0.categories": ["DIBAO"],
        "triggers.0.basis": "we say so",
    }
    answer = client.post(address("draft_edit", draft=draft), form_of(client, draft) | changes)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = document(draft)
    assert made["levels"]["blue"] == "21.50"  # type: ignore[index]
    bands = made["indicators"][0]["bands"]["default"]  # type: ignore[index]
    assert [band["from"] for band in bands] == [123450, 200000, 500000, 1000000]
    assert made["overlap"]["percent"] == {"2": 15}  # type: ignore[index]
    assert made["identity"]["percent"] == {"DIBAO": 120, "ORPHAN": 130}  # type: ignore[index]
    assert made["suppression"]["verdicts"] == ["TRUE_HELPED"]  # type: ignore[index]
    [trigger] = made["triggers"]  # type: ignore[misc]
    assert trigger == {"indicator": "own_cost", "band": 2, "level": "yellow", "categories": ["DIBAO"], "basis": "we say so"}  # type: ignore[has-type]


def test_every_fault_stands_at_its_field_and_nothing_typed_is_lost(world: OfficeWorld) -> None:
    client, draft = author(world), a_draft(world)
    typed = form_of(client, draft) | {"levels.blue": "many", "levels.yellow": "1", "overlap.2": "-3", "hysteresis.basis": ""}
    checked = client.post(address("draft_check", draft=draft), typed).content.decode()
    saved = client.post(address("draft_edit", draft=draft), typed)
    assert saved.status_code == 422
    for page in (checked, saved.content.decode()):
        for field in ("levels-blue", "overlap-2", "hysteresis-basis"):
            [slot] = re.findall(rf'id="f-{field}-fault"[^>]*>([^<]*)<', page)
            assert slot, field
        assert "不合模型的写法" not in page
    assert 'value="many"' in saved.content.decode()
    assert ModelDraft.objects.get(pk=draft).revision == 1


def test_a_form_that_is_out_of_date_shows_both_and_goes_on_from_both(world: OfficeWorld) -> None:
    client, draft = author(world), a_draft(world)
    mine = form_of(client, draft) | {"levels.blue": "22", "levels.red": "90"}
    theirs = LIGHTER.replace('version: "2026.1"', 'version: "2026.2"').replace("blue: 20", "blue: 24").replace("margin: 3", "margin: 4")
    operations.change_draft(draft=draft, text=theirs, seen_revision=1, by="user:li", at=AT, installation=world.installation)
    answer = client.post(address("draft_edit", draft=draft), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "li 在您填写期间保存了新的一稿" in page and "user:li" not in page
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))
    assert [fields[name] for name in ("levels.blue", "levels.red", "hysteresis.margin", "seen_revision")] == ["22", "90", "4", "2"]
    assert client.post(address("draft_edit", draft=draft), mine | fields).status_code == 302
    assert document(draft)["hysteresis"]["margin"] == "4.00"  # type: ignore[index]


def test_a_draft_comes_from_a_file_and_goes_into_one(world: OfficeWorld) -> None:
    client = author(world)
    sent = {"base": "tiny@2026.1", "version": "2026.4", "file": SimpleUploadedFile("draft.yaml", LIGHTER.encode())}
    assert client.post(address("draft_import"), sent).status_code == 302
    draft = ModelDraft.objects.get(version="2026.4")
    exported = client.get(address("draft_export", draft=draft.pk)).content.decode()
    assert load_model(exported, catalogue=world.installation.catalogue) == load_model(
        draft.document, catalogue=world.installation.catalogue
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (LIGHTER.replace("points: 5}", "points: lots}").encode(), "请填写数字"),
        (b"a: [", "不是有效的 YAML"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"", "UTF-8"),
        (BOMB.encode(), "过大"),
        (MODEL.replace("model: tiny", "model: other").encode(), "另一个模型"),
    ],
)
def test_a_file_that_is_no_model_of_this_name_is_refused_with_its_faults(world: OfficeWorld, content: bytes, said: str) -> None:
    sent = {"base": "tiny@2026.1", "version": "2026.4", "file": SimpleUploadedFile("draft.yaml", content)}
    answer = author(world).post(address("draft_import"), sent)
    assert answer.status_code in (400, 422)
    assert said in answer.content.decode()
    assert not ModelDraft.objects.filter(version="2026.4").exists()


def test_a_simulation_is_asked_for_once_carried_out_by_the_worker_and_shown(world: OfficeWorld) -> None:
    client, draft = author(world), a_draft(world)
    asked = [client.post(address("draft_simulate", draft=draft), {"run": world.run.id, "capacity": "1"})["Location"] for _ in range(2)]
    [job] = Job.objects.filter(kind="simulate_draft")
    assert asked == [address("simulating", draft=draft, job=job.pk)] * 2
    waiting = client.get(asked[0], headers={"HX-Request": "true"})
    assert "every 1s" in waiting.content.decode()
    jobs.carry_out(job=job.pk, installation=lambda: world.installation, stopping=lambda: False, clock=lambda: AT)
    done = client.get(asked[0], headers={"HX-Request": "true"})
    [kept] = DraftSimulation.objects.all()
    assert done["HX-Redirect"] == address("simulation", draft=draft, simulation=kept.pk)
    assert kept.simulated_by == f"user:{world.staff(Role.MODEL_AUTHOR, WHOLE).username}"
    assert client.get(done["HX-Redirect"]).status_code == 200


def test_capacities_that_make_no_sense_are_refused_at_once(world: OfficeWorld) -> None:
    answer = author(world).post(address("draft_simulate", draft=a_draft(world)), {"run": world.run.id, "capacity": "-4"})
    assert answer.status_code == 400
    assert not Job.objects.exists()


def test_who_moves_is_shown_to_those_who_see_households_and_only_theirs(world: OfficeWorld) -> None:
    draft, simulation = a_simulation(world)
    page = address("simulation", draft=draft, simulation=simulation)
    here = signed_in(world, Role.MONITOR, HERE_COUNTY).get(page).content.decode()
    assert "dibao-here-3" in here
    assert "dibao-there-3" not in here
    assert Event.objects.filter(name="people.looked_at").exists()
    both = signed_in(world, Role.MONITOR, BOTH).get(page).content.decode()
    assert "dibao-here-3" in both
    assert "dibao-there-3" in both
    assert "dibao-here-3" not in author(world).get(page).content.decode()


def test_moves_are_written_to_a_file_by_those_who_may_export_and_see_them(world: OfficeWorld) -> None:
    draft, simulation = a_simulation(world)
    page = address("simulation_moves", draft=draft, simulation=simulation)
    told = signed_in(world, Role.MONITOR, HERE_COUNTY).get(page).content.decode()
    assert "dibao-here-3" in told
    assert "dibao-there-3" not in told
    assert author(world).get(page).status_code == 403
    assert Event.objects.filter(name="simulation.exported").count() == 1


def test_small_numbers_are_hidden_from_who_does_not_see_the_households_of_the_whole_area(world: OfficeWorld) -> None:
    draft, simulation = a_simulation(world)
    for role in (Role.MODEL_AUTHOR, Role.MODEL_APPROVER, Role.MONITOR):
        table = signed_in(world, role).get(address("simulation_csv", draft=draft, simulation=simulation, split="age")).content.decode()
        figures = [cell for row in table.splitlines()[1:] for cell in row.split(",")[1:]]
        assert set(figures) <= {"0", "<10"}, role


def test_places_of_others_are_not_among_the_groups(world: OfficeWorld) -> None:
    draft, simulation = a_simulation(world)
    page = address("simulation_csv", draft=draft, simulation=simulation, split="township")
    table = signed_in(world, Role.MODEL_AUTHOR, HERE_COUNTY).get(page)
    assert len(table.content.decode().splitlines()) == 2
    assert HERE[:9] == "999001001"


def test_a_draft_is_proposed_and_another_person_lets_it_count(world: OfficeWorld) -> None:
    draft, _ = a_simulation(world)
    writes = author(world)
    sent = {"reason": "too many found", "from_month": "2026-08", "seen_revision": "1"}
    assert writes.post(address("draft_propose", draft=draft), sent).status_code == 302
    assert writes.post(address("draft_decide", draft=draft), {"decision": "approve"}).status_code == 403
    decides = signed_in(world, Role.MODEL_APPROVER)
    assert 'data-opens="approve"' in decides.get(address("draft", draft=draft)).content.decode()
    assert decides.post(address("draft_decide", draft=draft), {"decision": "approve"}).status_code == 302
    assert ModelDraft.objects.get(pk=draft).state == states.APPROVED
    assert ModelActivation.objects.get().from_month == "2026-08"
    story = writes.get(address("draft", draft=draft)).content.decode()
    assert "too many found" in story
    assert "模型草稿获批准" in story
    assert decides.post(address("draft_decide", draft=draft), {"decision": "approve"}).status_code == 400


@pytest.mark.parametrize("wrong", [{"reason": "x" * 1001}, {"from_month": "soon"}, {"reason": " "}, {"from_month": "2026-06"}])
def test_a_proposal_that_cannot_be_kept_is_refused_in_words(world: OfficeWorld, wrong: dict[str, str]) -> None:
    draft, _ = a_simulation(world)
    sent = {"reason": "why", "from_month": "2026-08", "seen_revision": "1"} | wrong
    assert author(world).post(address("draft_propose", draft=draft), sent).status_code == 400


def test_only_those_who_may_write_in_the_whole_area_write(world: OfficeWorld) -> None:
    draft = a_draft(world)
    conftest._PROVIDED[:] = [replace(world, installation=replace(world.installation, area=("9990",)))]
    assert signed_in(world, Role.MODEL_AUTHOR, HERE_COUNTY).get(address("draft_edit", draft=draft)).status_code == 403
    assert author(world).get(address("draft_edit", draft=draft)).status_code == 200


def test_the_pages_ask_as_much_of_the_database_whatever_there_is_to_show(world: OfficeWorld) -> None:
    draft, simulation = a_simulation(world)
    client = signed_in(world, Role.MONITOR)
    client.get(address("models"))
    asked: dict[str, set[int]] = {}
    for drafts in (1, 6):
        for number in range(drafts):
            a_draft(world, version=f"2027.{drafts * 10 + number}")
        for page in (address("models"), address("simulation", draft=draft, simulation=simulation)):
            counted: list[str] = []
            with connection.execute_wrapper(lambda run, sql, *rest, seen=counted: (seen.append(sql), run(sql, *rest))[1]):
                client.get(page)
            asked.setdefault(page, set()).add(len(counted))
    assert [len(counts) for counts in asked.values()] == [1, 1]
