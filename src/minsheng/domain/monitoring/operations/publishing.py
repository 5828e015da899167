"""Publishing models: from then on a version can be run, and never changes."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from minsheng.domain.audit.operations import record
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.models import PublishedModel
from minsheng.engine.indicators.grammar import Model
from minsheng.engine.indicators.loading import load_model, model_digest, model_json, shipped_models
from minsheng.kernel.errors import Refusal


class VersionTaken(Refusal):
    """That version was published with other content."""

    code: ClassVar[str] = "version-taken"


def publish_model(*, text: str, origin: str, installation: Installation, by: str, at: datetime) -> str:
    """Publish a model from its YAML; returns `name@version`. The same content again changes nothing.

    Raises ModelFaults, or VersionTaken where the version exists with other content.
    """
    return _publish(load_model(text, catalogue=installation.catalogue), origin, by, at)


def publish_shipped(*, installation: Installation, by: str, at: datetime) -> list[str]:
    """Publish the models that come with the platform and those of the installation's own folders; returns their names."""
    models = shipped_models(installation.model_folders, catalogue=installation.catalogue)
    return [_publish(model, "shipped", by, at) for model in models.values()]


@transaction.atomic
def _publish(model: Model, origin: str, by: str, at: datetime) -> str:
    name = f"{model.name}@{model.version}"
    digest = model_digest(model)
    published = PublishedModel.objects.filter(pk=name).first()
    if published is None:
        document = model_json(model)
        PublishedModel.objects.create(
            id=name, name=model.name, version=model.version, digest=digest, document=document, published_at=at, published_by=by
        )
        record("model.published", by=by, at=at, subject=name, detail={"digest": digest, "origin": origin})
    elif published.digest != digest:
        raise VersionTaken(f"{name} was published with other content, and never changes.", next_step="Give the model a new version.")
    return name
