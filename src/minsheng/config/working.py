"""The worker as a process: fetches jobs from the queues it is told to look after, until it is asked to end."""

import sys
from collections.abc import Sequence

from minsheng.config.start import Acts, open_database, prepare
from minsheng.config.tying import tie_to_parent


def work(*, queues: Sequence[str], concurrency: int) -> None:
    """Carry out jobs until SIGTERM or SIGINT; what is under way then goes back to its queue at its next pause."""
    from procrastinate import App
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    open_database(Acts.WORKER)
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    fetching: App = app.with_connector(connector.get_worker_connector())
    fetching.run_worker(
        queues=list(queues) or None, concurrency=concurrency, shutdown_graceful_timeout=0.0, delete_jobs="always", name="worker"
    )


def main() -> None:
    """Start from words: concurrency, then queues."""
    prepare()
    tie_to_parent()
    concurrency, *queues = sys.argv[1:]
    work(queues=queues, concurrency=int(concurrency))
