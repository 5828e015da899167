"""How gunicorn serves the web: a few processes, each with threads that keep their connection to the database."""

import logging.config
import os
import shutil
import tempfile
from contextlib import suppress
from typing import Any

from gunicorn.glogging import Logger

from minsheng.config import settings
from minsheng.config.tying import tie_to_parent

_MOST_BY_ITSELF = 4
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"


class QuietLogger(Logger):
    """Says what it must through the process's own logging; requests are told by the web itself."""

    def setup(self, cfg: Any) -> None:
        """Leave handlers and levels to the settings."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True
        logging.config.dictConfig(settings.LOGGING)

    def access(self, *_: Any, **__: Any) -> None:
        """Nothing: the web tells each request in one line."""


bind = settings.WEB_BIND
workers = settings.WEB_WORKERS or min(_MOST_BY_ITSELF, os.cpu_count() or 1)
threads = settings.WEB_THREADS
worker_class = "gthread"
timeout = 90
graceful_timeout = 20
keepalive = 5
backlog = 512
logger_class = QuietLogger
control_socket_disable = True
proc_name = "minsheng web"


def on_starting(_server: Any) -> None:
    """Begin: tied to the parent, and with a folder in which the processes add up their figures."""
    tie_to_parent()
    os.environ[_FIGURES] = tempfile.mkdtemp(prefix="minsheng-figures-")


def post_worker_init(_worker: Any) -> None:
    """Load what the first request would otherwise wait for."""
    from django.urls import get_resolver

    from minsheng.config.installation import installation
    from minsheng.domain.places.boundary_files import BoundaryFaults, boundaries_of

    basemap = installation().basemap
    with suppress(BoundaryFaults):
        assert basemap is None or boundaries_of(basemap).shapes
    assert get_resolver().url_patterns


def child_exit(_server: Any, worker: Any) -> None:
    """A process that ended no longer counts in figures of what is."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ.pop(_FIGURES, ""), ignore_errors=True)
