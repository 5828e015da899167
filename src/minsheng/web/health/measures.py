"""The office's figures for Prometheus: requests as django-prometheus counts them, and what the work stands at."""

import os
from collections.abc import Iterator

from django.db import DatabaseError
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from minsheng.domain.monitoring.measures import measures

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Work(Collector):
    """What the work stands at, asked of the database when the page is."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """A gauge for each measure, and whether they could be asked for."""
        try:
            found = measures()
        except DatabaseError:
            found = []
        yield GaugeMetricFamily("minsheng_database_answers", "Whether the database answered this page.", value=float(bool(found)))
        gauges: dict[str, GaugeMetricFamily] = {}
        for one in found:
            labels = [one.label] if one.label else []
            gauge = gauges.setdefault(one.name, GaugeMetricFamily(f"minsheng_{one.name}", one.said, labels=labels))
            gauge.add_metric([one.of] if one.label else [], one.value)
        yield from gauges.values()


def page() -> bytes:
    """The page that Prometheus reads."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    else:
        requests = REGISTRY
    work = CollectorRegistry()
    work.register(Work())
    return generate_latest(requests) + generate_latest(work)
