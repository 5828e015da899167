"""Writing a draft: from a published version, revision by revision, nothing lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.installation import Installation
from minsheng.domain.modelling import states
from minsheng.domain.modelling.models import DraftRevision, DraftStep, ModelDraft
from minsheng.domain.monitoring.models import PublishedModel
from minsheng.domain.monitoring.queries import NoSuchModel, model_named
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import load_model, model_digest, model_json
from minsheng.kernel.errors import Refusal
from minsheng.kernel.states import event_of


class NoSuchDraft(Refusal):
    """There is no such draft."""

    code: ClassVar[str] = "no-such-draft"


class NoSuchRevision(Refusal):
    """The draft has no such revision."""

    code: ClassVar[str] = "no-such-revision"


class DraftChanged(Refusal):
    """Somebody else saved the draft after this person began; `theirs` is what stands now, `ours` what was about to be saved."""

    code: ClassVar[str] = "changed-meanwhile"

    def __init__(self, draft: ModelDraft, ours: str) -> None:
        super().__init__(
            f"{draft.changed_by} saved revision {draft.revision} in the meantime.",
            next_step="Compare the two, and save again what should stand.",
        )
        self.revision, self.theirs, self.ours = draft.revision, draft.document, ours


class NotInThatState(Refusal):
    """The draft is not in a state in which this can be done."""

    code: ClassVar[str] = "draft-not-in-that-state"


class AnotherModel(Refusal):
    """A draft stays a draft of its model."""

    code: ClassVar[str] = "another-model"


class VersionExists(Refusal):
    """The version was published, or another draft is making it."""

    code: ClassVar[str] = "version-exists"


@transaction.atomic
def start_draft(*, base: str, version: str, by: str, at: datetime, installation: Installation, text: str | None = None) -> int:
    """Start a draft of the next version of a published model (`name@version`), or from YAML or JSON `text`; returns its id.

    Raises NoSuchModel, ModelFaults, AnotherModel or VersionExists.
    """
    before = model_named(base, catalogue=installation.catalogue)
    given = load_model(text, catalogue=installation.catalogue) if text is not None else before
    if given.name != before.name:
        raise AnotherModel(f"The text is of {given.name}, not of {before.name}.", next_step=f"Start it from a version of {given.name}.")
    document = _checked(given.model_copy(update={"version": version}), installation)
    _refuse_taken(before.name, version)
    draft = ModelDraft.objects.create(
        name=before.name,
        version=version,
        base=_published(base, before),
        document=document,
        author=by,
        started_at=at,
        changed_by=by,
        changed_at=at,
    )
    DraftRevision.objects.create(draft=draft, number=1, document=document, saved_by=by, saved_at=at)
    _note(draft, event_of(states.TRANSITIONS, None, states.DRAFT), by=by, at=at, said="", detail={"base": base, "version": version})
    return draft.pk


@transaction.atomic
def change_draft(*, draft: int, text: str, seen_revision: int, by: str, at: datetime, installation: Installation) -> int:
    """Save a draft's next revision from its whole text (YAML or JSON), as seen at a revision; returns the revision that stands.

    The same content again saves nothing. Raises NoSuchDraft, NotInThatState, ModelFaults, AnotherModel, or DraftChanged with both texts.
    """
    found = locked(draft, states.DRAFT)
    model = load_model(text, catalogue=installation.catalogue)
    if model.name != found.name:
        raise AnotherModel(f"The text is of {model.name}, not of {found.name}.", next_step="Keep the model's name.")
    document = _checked(model.model_copy(update={"version": found.version}), installation)
    if found.revision != seen_revision:
        raise DraftChanged(found, document)
    return found.revision if document == found.document else _save(found, document, by, at)


@transaction.atomic
def restore_revision(*, draft: int, number: int, seen_revision: int, by: str, at: datetime) -> int:
    """Take an earlier revision up again as the newest; returns its number. Raises NoSuchDraft, NoSuchRevision or DraftChanged."""
    found = locked(draft, states.DRAFT)
    earlier = found.revisions.filter(number=number).first()
    if earlier is None:
        raise NoSuchRevision(f"The draft has no revision {number}.", next_step="Choose one of the list.")
    if found.revision != seen_revision:
        raise DraftChanged(found, earlier.document)
    return found.revision if earlier.document == found.document else _save(found, earlier.document, by, at)


def locked(draft: int, *allowed: str) -> ModelDraft:
    """A draft, held until the transaction ends, in one of the states; raises NoSuchDraft or NotInThatState."""
    found = ModelDraft.objects.select_for_update().filter(pk=draft).first()
    if found is None:
        raise NoSuchDraft(f"There is no draft {draft}.", next_step="Go back to the list.")
    if found.state not in allowed:
        said = states.STATES[found.state].en
        raise NotInThatState(f"The draft is {said}: this cannot be done now.", next_step="Reload the page to see where it stands.")
    return found


def move(draft: ModelDraft, after: str, *, by: str, at: datetime, detail: Mapping[str, object], said: str = "") -> None:
    """Bring a draft into another state and record it, with what was said to it."""
    event = event_of(states.TRANSITIONS, draft.state, after)
    draft.state = after
    draft.save()
    _note(draft, event, by=by, at=at, said=said, detail={"version": f"{draft.name}@{draft.version}", **detail})


def _note(draft: ModelDraft, event: str, *, by: str, at: datetime, said: str, detail: Mapping[str, object]) -> None:
    DraftStep.objects.create(draft=draft, event=event, revision=draft.revision, by=by, at=at, note=said)
    record(event, by=by, at=at, subject=f"draft:{draft.pk}", detail=detail)


def _save(draft: ModelDraft, document: str, by: str, at: datetime) -> int:
    draft.revision += 1
    draft.document, draft.changed_by, draft.changed_at = document, by, at
    DraftRevision.objects.create(draft=draft, number=draft.revision, document=document, saved_by=by, saved_at=at)
    move(draft, states.DRAFT, by=by, at=at, detail={"revision": draft.revision})
    return draft.revision


def _checked(model: Model, installation: Installation) -> str:
    return model_json(load_model(model_json(model), catalogue=installation.catalogue))


def _published(base: str, model: Model) -> PublishedModel:
    found = PublishedModel.objects.filter(pk=f"{model.name}@{model.version}", digest=model_digest(model)).first()
    if found is None:
        raise NoSuchModel(f"No model {base!r} is published.", next_step="Choose one of the list.")
    return found


def _refuse_taken(name: str, version: str) -> None:
    making = ModelDraft.objects.filter(name=name, version=version).exclude(state=states.WITHDRAWN)
    if PublishedModel.objects.filter(name=name, version=version).exists() or making.exists():
        raise VersionExists(f"{name}@{version} exists already, published or as a draft.", next_step="Give the draft another version.")
