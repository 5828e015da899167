"""The two views of what goes on: jobs, and the runs they led to."""

from typing import Literal

from django.urls import reverse

from minsheng.engine.contracts.schema import Text
from minsheng.web.components import Tab


def tabs(here: Literal["jobs", "runs"]) -> list[Tab]:
    """Jobs and runs, one of them here."""
    return [
        Tab(Text(zh="任务", en="Jobs"), reverse("office:jobs"), here == "jobs"),
        Tab(Text(zh="运行结果", en="Runs"), reverse("office:runs"), here == "runs"),
    ]
