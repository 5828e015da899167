"""Letting an approved version count from a month on."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import Max

from minsheng.domain.audit.operations import record
from minsheng.domain.monitoring.models import ModelActivation, PublishedModel, Run
from minsheng.domain.monitoring.queries import NoSuchModel
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month


class MonthAlreadyRun(Refusal):
    """The month, or a later one, has been run with the model: what went out cannot be changed afterwards."""

    code: ClassVar[str] = "month-already-run"


@transaction.atomic
def activate_model(*, model: str, from_month: Month, by: str, at: datetime) -> None:
    """Let a published version (`name@version`) count from a month on, in place of the one before.

    Raises NoSuchModel, or MonthAlreadyRun if that month or a later one has been run.
    """
    published = PublishedModel.objects.filter(pk=model).first()
    if published is None:
        raise NoSuchModel(f"No model {model!r} is published.", next_step="Publish it first.")
    refuse_months_run(model_name=published.name, from_month=from_month)
    ModelActivation.objects.create(name=published.name, model=published, from_month=str(from_month), activated_at=at, activated_by=by)
    record("model.activated", by=by, at=at, subject=model, detail={"from_month": str(from_month)})


def refuse_months_run(*, model_name: str, from_month: Month) -> None:
    """Raise MonthAlreadyRun if a month from this one on has been run with the model."""
    newest = Run.objects.filter(model_name=model_name).aggregate(newest=Max("month"))["newest"]
    if newest is not None and newest >= str(from_month):
        raise MonthAlreadyRun(
            f"{newest} has been run with {model_name} already.", next_step=f"Choose {Month.parse(newest).plus(1)} or a later month."
        )
