from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from minsheng.domain.audit.models import Event
from minsheng.domain.monitoring.models import PublishedModel
from minsheng.domain.monitoring.operations import publish_model, publish_shipped
from minsheng.domain.monitoring.operations.publishing import VersionTaken
from minsheng.domain.monitoring.queries import NoSuchModel, model_named, published_models
from minsheng.engine.indicators.loading import ModelFaults, load_model
from tests.operations.monitoring.district import AT, BY, MODEL

pytestmark = pytest.mark.django_db


def publish(text, installation, at=AT):
    return publish_model(text=text, origin="tiny.yaml", installation=installation, by=BY, at=at)


def test_a_published_model_is_read_back_as_it_was_written(installation):
    assert publish(MODEL, installation) == "tiny@2026.1"
    written = load_model(MODEL, catalogue=installation.catalogue)
    assert model_named("tiny", catalogue=installation.catalogue) == model_named("tiny@2026.1", catalogue=installation.catalogue) == written


def test_publishing_is_recorded_once(installation):
    publish(MODEL, installation)
    [event] = Event.objects.filter(name="model.published")
    digest = PublishedModel.objects.get().digest
    assert (event.subject, event.by, event.detail) == ("tiny@2026.1", BY, {"digest": digest, "origin": "tiny.yaml"})


def test_the_same_content_again_changes_nothing_however_it_is_written(installation):
    publish(MODEL, installation)
    before = list(PublishedModel.objects.values())
    assert publish("# the same, written otherwise\n" + MODEL.replace("margin: 3", "margin: 3.00"), installation) == "tiny@2026.1"
    assert (list(PublishedModel.objects.values()), Event.objects.count()) == (before, 1)


def test_other_content_under_the_same_version_is_refused(installation):
    publish(MODEL, installation)
    with pytest.raises(VersionTaken):
        publish(MODEL.replace("margin: 3", "margin: 4"), installation)
    assert PublishedModel.objects.count() == Event.objects.count() == 1


def test_a_model_with_faults_is_refused_with_all_of_them(installation):
    with pytest.raises(ModelFaults) as refused:
        publish(MODEL.replace("source: vehicles", "source: spaceships").replace("dimension: work", "dimension: luck"), installation)
    assert len(refused.value.faults) == 2
    assert not PublishedModel.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda: PublishedModel.objects.update(document="{}"),
        lambda: PublishedModel.objects.update(published_by="somebody else"),
        lambda: PublishedModel.objects.all().delete(),
    ],
    ids=["document", "publisher", "removal"],
)
def test_the_database_itself_refuses_to_change_a_published_model(installation, change):
    publish(MODEL, installation)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        change()
    assert model_named("tiny", catalogue=installation.catalogue) == load_model(MODEL, catalogue=installation.catalogue)


def test_a_name_alone_means_the_newest_version(installation):
    for version in ("2026.10", "2025.3", "2026.9"):
        publish(MODEL.replace("2026.1", version), installation)
    assert model_named("tiny", catalogue=installation.catalogue).version == "2026.10"
    assert model_named("tiny@2025.3", catalogue=installation.catalogue).version == "2025.3"
    assert [line.id for line in published_models()] == ["tiny@2025.3", "tiny@2026.9", "tiny@2026.10"]


def test_a_name_nobody_published_is_refused_with_those_that_are(installation):
    with pytest.raises(NoSuchModel) as refused:
        model_named("tiny", catalogue=installation.catalogue)
    assert "none yet" in refused.value.next_step
    publish(MODEL, installation)
    with pytest.raises(NoSuchModel) as refused:
        model_named("tiny@2027.1", catalogue=installation.catalogue)
    assert "tiny@2026.1" in refused.value.next_step


def test_the_shipped_models_are_published_once(installation):
    published = publish_shipped(installation=installation, by=BY, at=AT)
    assert [name.split("@")[0] for name in published] == ["gansu", "wuchang"]
    assert publish_shipped(installation=installation, by=BY, at=AT) == published
    assert PublishedModel.objects.count() == Event.objects.filter(name="model.published").count() == 2


def test_models_of_the_installations_own_folder_are_published_with_the_shipped_ones(installation, tmp_path):
    (tmp_path / "tiny.yaml").write_text(MODEL)
    own = replace(installation, model_folders=(tmp_path,))
    assert "tiny@2026.1" in publish_shipped(installation=own, by=BY, at=AT)
    (tmp_path / "tiny.yaml").write_text(MODEL.replace("margin: 3", "margin: 4"))
    with pytest.raises(VersionTaken):
        publish_shipped(installation=own, by=BY, at=AT)
