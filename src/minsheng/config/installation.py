"""The installation as its settings describe it."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.utils import timezone

from minsheng.config.keyring import home_keys
from minsheng.domain.installation import Installation
from minsheng.domain.places.boundary_files import Basemap
from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.lake import Lake
from minsheng.engine.simulation.capacity import Capacity
from minsheng.engine.simulation.capacity_file import read_capacity
from minsheng.kernel.errors import Refusal
from minsheng.kernel.sealing import Keys


class NotInitialised(Refusal):
    """There is no master key yet."""

    code: ClassVar[str] = "not-initialised"


def installation() -> Installation:
    """The installation of this process, today; raises NotInitialised, BadKey or CatalogueFaults."""
    return replace(_kept(), today=today())


def forget_installation() -> None:
    """Read the settings again when the installation is next asked for."""
    _kept.cache_clear()


@cache
def _kept() -> Installation:
    if not home_keys().texts(True).current:
        raise NotInitialised("This installation has no key yet.", next_step="Run: minsheng init")
    return Installation(
        lake=Lake(settings.LAKE),
        keys=Keys.following(home_keys().texts),
        catalogue=load_catalogue(settings.CATALOGUE_FOLDERS),
        today=today(),
        area=tuple(settings.AREA),
        made_up_allowed=settings.MADE_UP_PEOPLE,
        model_folders=tuple(settings.MODEL_FOLDERS),
        threads=settings.THREADS,
        engine=settings.ENGINE,
        spark_master=settings.SPARK_MASTER,
        agreements_required=settings.AGREEMENTS_REQUIRED,
        uploads=settings.UPLOADS,
        upload_limit=settings.UPLOAD_LIMIT,
        capacity=read_capacity(settings.CAPACITY) if settings.CAPACITY else Capacity(),
        basemap=basemap(),
    )


def basemap() -> Basemap | None:
    """The map that the settings name, if they name one; its files are not read yet."""
    return Basemap(Path(settings.BOUNDARIES).expanduser(), settings.BOUNDARY_CODE, settings.MAP_REVIEW) if settings.BOUNDARIES else None


def today() -> date:
    """Today where the installation stands."""
    return timezone.localdate()
