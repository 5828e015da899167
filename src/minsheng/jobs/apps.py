"""The app that makes the kinds of jobs and the timetable known at start-up."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class TimetableConfig(AppConfig):
    """Kinds of jobs, and the timetable."""

    name = "minsheng.jobs"
    label = "timetable"

    def ready(self) -> None:
        """Declare every kind, and tell the queue what it may be asked for."""
        from minsheng.domain.jobs.kinds import declare
        from minsheng.jobs import kinds

        for module in iter_modules(kinds.__path__):
            declare(import_module(f"{kinds.__name__}.{module.name}").KIND)
        import_module("minsheng.jobs.timetable")
