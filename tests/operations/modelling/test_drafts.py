"""Drafts: from a published version to one that counts, by two people, with nothing lost on the way."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from minsheng.domain.audit.models import Event
from minsheng.domain.modelling import operations as modelling
from minsheng.domain.modelling import queries, states
from minsheng.domain.modelling.models import DraftRevision, DraftSimulation, ModelDraft, SimulatedMove
from minsheng.domain.modelling.operations import deciding, drafting
from minsheng.domain.monitoring.in_force import version_in_force
from minsheng.domain.monitoring.models import PublishedModel
from minsheng.domain.monitoring.operations.activating import MonthAlreadyRun
from minsheng.domain.monitoring.queries import run_named
from minsheng.domain.monitoring.simulating import moved_list, what_if
from minsheng.engine.indicators.loading import ModelFaults
from minsheng.engine.simulation.capacity import Capacity
from minsheng.kernel.periods import Month
from minsheng.kernel.progress import SILENT
from tests.operations.monitoring.district import MODEL

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
AUTHOR, APPROVER = "user:author", "user:approver"
JULY, AUGUST = Month.parse("2026-07"), Month.parse("2026-08")


@pytest.fixture(scope="module")
def town(kept_district):
    kept_district.publish()
    kept_district.register("2026-06", {"h1": [1], "h2": [2], "h3": [3]})
    kept_district.month("2026-06", costs={1: 12000, 2: 2100}, out_of_work=(3,))
    return kept_district, kept_district.run("2026-06").run


@pytest.fixture
def draft(town, db):
    district, _ = town
    return modelling.start_draft(base="tiny@2026.1", version="2026.2", by=AUTHOR, at=AT, installation=district.installation)


def with_points(draft: int, points: int) -> str:
    """The draft's text with other points for being out of work."""
    document = json.loads(ModelDraft.objects.get(pk=draft).document)
    [indicator] = [one for one in document["indicators"] if one["id"] == "out_of_work"]
    indicator["bands"]["default"][0]["points"] = points
    return json.dumps(document)


def change(town, draft: int, points: int, *, seen: int = 1, by: str = AUTHOR) -> int:
    return modelling.change_draft(
        draft=draft, text=with_points(draft, points), seen_revision=seen, by=by, at=AT, installation=town[0].installation
    )


def simulate(town, draft: int) -> int:
    kept, _ = modelling.simulate_draft(
        draft=draft, run=town[1], capacity=Capacity(), installation=town[0].installation, by=AUTHOR, at=AT, progress=SILENT
    )
    return kept


def propose(draft: int, *, month: Month = AUGUST, seen: int = 1, reason: str = "too few found") -> None:
    modelling.propose_draft(draft=draft, reason=reason, from_month=month, seen_revision=seen, by=AUTHOR, at=AT)


def decide(town, draft: int, *, approve: bool = True, by: str = APPROVER, note: str = "") -> str | None:
    return modelling.decide_draft(draft=draft, approve=approve, note=note, by=by, at=AT, installation=town[0].installation)


def events(draft: int) -> list[str]:
    return list(Event.objects.filter(subject=f"draft:{draft}").order_by("id").values_list("name", flat=True))


def test_a_draft_begins_as_its_base_under_a_new_version(draft):
    found = ModelDraft.objects.get(pk=draft)
    assert (found.version, found.base_id, found.revision, found.state) == ("2026.2", "tiny@2026.1", 1, states.DRAFT)
    assert json.loads(found.document)["version"] == "2026.2"
    assert events(draft) == ["draft.started"]


def test_every_saved_revision_is_kept_and_the_same_content_saves_nothing(town, draft):
    assert change(town, draft, 12) == 2
    assert change(town, draft, 12, seen=2) == 2
    assert list(DraftRevision.objects.filter(draft=draft).order_by("number").values_list("number", flat=True)) == [1, 2]


def test_an_earlier_revision_can_be_taken_up_again(town, draft):
    first = ModelDraft.objects.get(pk=draft).document
    change(town, draft, 12)
    assert modelling.restore_revision(draft=draft, number=1, seen_revision=2, by=AUTHOR, at=AT) == 3
    assert ModelDraft.objects.get(pk=draft).document == first


def test_saving_over_somebody_elses_revision_is_refused_with_both_texts(town, draft):
    change(town, draft, 12, by="user:other")
    with pytest.raises(drafting.DraftChanged) as refused:
        change(town, draft, 14)
    assert '"points": "12.00"' in refused.value.theirs
    assert '"points": "14.00"' in refused.value.ours
    assert refused.value.revision == 2


def test_a_faulty_text_is_refused_with_every_fault_and_nothing_is_saved(town, draft):
    with pytest.raises(ModelFaults):
        change(town, draft, -5)
    assert ModelDraft.objects.get(pk=draft).revision == 1


def test_a_version_that_exists_cannot_be_drafted_again(town, draft):
    for version in ("2026.1", "2026.2"):
        with pytest.raises(drafting.VersionExists):
            modelling.start_draft(base="tiny@2026.1", version=version, by=AUTHOR, at=AT, installation=town[0].installation)


def test_a_draft_can_begin_from_a_text_of_the_same_model_only(town, db):
    begin = {"base": "tiny@2026.1", "version": "2026.9", "by": AUTHOR, "at": AT, "installation": town[0].installation}
    started = modelling.start_draft(**begin, text=MODEL.replace("points: 20}", "points: 18}"))
    assert '"points": "18.00"' in ModelDraft.objects.get(pk=started).document
    with pytest.raises(drafting.AnotherModel):
        modelling.start_draft(**begin | {"version": "2026.8"}, text=MODEL.replace("model: tiny", "model: other"))


def test_a_draft_is_simulated_before_it_is_proposed(town, draft):
    with pytest.raises(deciding.NotSimulated):
        propose(draft)
    simulate(town, draft)
    propose(draft)
    assert ModelDraft.objects.get(pk=draft).state == states.PROPOSED


def test_a_simulation_counts_for_the_revision_it_was_made_of(town, draft):
    simulate(town, draft)
    change(town, draft, 12)
    with pytest.raises(deciding.NotSimulated):
        propose(draft, seen=2)


def test_who_moves_is_kept_of_the_newest_simulation(town, draft):
    change(town, draft, 5)
    simulate(town, draft)
    kept = simulate(town, draft)
    assert set(SimulatedMove.objects.values_list("simulation", flat=True)) == {kept}
    [move] = SimulatedMove.objects.all()
    assert (move.before, move.after) == (1, 0)
    assert DraftSimulation.objects.get(pk=kept).figures["all"]["down"] == 1


def test_another_person_approves_and_the_version_counts_from_its_month(town, draft):
    change(town, draft, 12)
    simulate(town, draft)
    propose(draft, seen=2)
    assert decide(town, draft) == "tiny@2026.2"
    assert PublishedModel.objects.get(pk="tiny@2026.2").published_by == APPROVER
    assert [version_in_force("tiny", month) for month in (JULY, AUGUST)] == ["tiny@2026.1", "tiny@2026.2"]
    assert events(draft) == ["draft.started", "draft.changed", "draft.proposed", "draft.approved"]


@pytest.mark.parametrize("by", [AUTHOR, "user:helper"])
def test_nobody_who_wrote_it_decides_it(town, draft, by):
    change(town, draft, 12, by="user:helper")
    simulate(town, draft)
    propose(draft, seen=2)
    with pytest.raises(deciding.OwnProposal):
        decide(town, draft, by=by)


def test_the_database_refuses_an_authors_own_approval(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        ModelDraft.objects.filter(pk=draft).update(state=states.REFUSED, decided_by=AUTHOR, proposed_by="user:other")


def test_a_refusal_says_why_and_the_draft_can_be_taken_up_again(town, draft):
    simulate(town, draft)
    propose(draft)
    with pytest.raises(deciding.ReasonNeeded):
        decide(town, draft, approve=False)
    assert decide(town, draft, approve=False, note="whom would it miss?") is None
    modelling.take_back(draft=draft, by=AUTHOR, at=AT)
    assert change(town, draft, 12) == 2


def test_a_month_that_was_run_stays_as_it_was(town, draft):
    simulate(town, draft)
    with pytest.raises(MonthAlreadyRun):
        propose(draft, month=Month.parse("2026-06"))


def test_a_withdrawn_draft_is_kept_and_frees_its_version(town, draft):
    modelling.withdraw_draft(draft=draft, by=AUTHOR, at=AT)
    again = modelling.start_draft(base="tiny@2026.1", version="2026.2", by=AUTHOR, at=AT, installation=town[0].installation)
    assert again != draft
    with pytest.raises(drafting.NotInThatState):
        change(town, draft, 12)


def test_the_table_of_states_is_complete():
    assert {row.after for row in states.TRANSITIONS} == set(states.STATES)


def test_a_draft_does_what_the_command_says_the_same_change_does(town, draft, tmp_path):
    change(town, draft, 5)
    kept = DraftSimulation.objects.get(pk=simulate(town, draft))
    (tmp_path / "change.yaml").write_text("indicators: {out_of_work: {bands: {default: [{from: 1, points: 5}]}}}")
    asked = {"run": run_named(town[1]), "change": tmp_path / "change.yaml", "capacity": Capacity()}
    told = what_if(**asked, installation=town[0].installation, progress=SILENT)
    assert kept.figures == json.loads(json.dumps(asdict(told.figures) | {"places": told.places}))
    assert moved_list(told).height == SimulatedMove.objects.filter(simulation=kept).count()


def test_everything_that_happened_stands_in_the_drafts_history(town, draft):
    simulate(town, draft)
    propose(draft)
    decide(town, draft, approve=False, note="whom would it miss?")
    steps = queries.draft_view(draft).steps
    assert [(one.event, one.by, one.note) for one in reversed(steps)] == [
        ("draft.started", AUTHOR, ""),
        ("draft.proposed", AUTHOR, "too few found"),
        ("draft.refused", APPROVER, "whom would it miss?"),
    ]


def test_a_reason_that_is_too_long_is_refused(town, draft):
    simulate(town, draft)
    with pytest.raises(deciding.ReasonTooLong):
        propose(draft, reason="x" * 1001)


def test_a_simulation_is_read_with_every_number_under_its_level(town, draft):
    change(town, draft, 5)
    shown = queries.simulation_view(draft, simulate(town, draft), protected=False, places=("9",))
    moved = {(one.level, to): count for one in shown.levels for to, count in enumerate(one.to) if count and to != one.level}
    assert moved == {(1, 0): 1}
    assert [one.before - one.after for one in shown.levels] == [-1, 1, 0, 0, 0]
    assert [one.name for one in shown.by_level] == ["blue", "yellow", "orange", "red"]
    assert [one.name for one in shown.by_cause] == ["new", "escalated", "new-indicator"]
