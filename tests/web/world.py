"""The world that the office's tests look at: two counties, a handful of households in each, two months run, one visit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from uuid import UUID

from django.db import transaction

from minsheng.domain.access.models import User
from minsheng.domain.access.roles import Role
from minsheng.domain.access.viewers import viewer_of
from minsheng.domain.documents.operations import keep_document
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring import operations
from minsheng.domain.monitoring.queries import FinishedRun, run_named
from minsheng.domain.registry.models import Household
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.lake import Lake
from tests.conftest import KEYS, TODAY
from tests.operations.monitoring.district import AT, BY, District
from tests.papers import png
from tests.staff import place, somebody

HERE, THERE = "999001001201", "999002001201"
HERE_COUNTY, THERE_COUNTY, BOTH, WHOLE = "999001", "999002", "9990", "99"
HOMES = {"here-1": [1, 2], "here-2": [3], "dibao-here-3": [4], "there-1": [11, 12], "there-2": [13], "dibao-there-3": [14]}
PLACES = {number: HERE if "here-" in number and "there" not in number else THERE for number in HOMES}
TELLING_OF_THERE = ("there-1", "there-2", "dibao-there-3", "乙二", "丙二", "丁二", "戊二")
"""What must never reach somebody who answers for HERE alone: THERE's household numbers and people's names."""


@dataclass(frozen=True)
class OfficeWorld:
    """The installation, its runs and its staff; one user for each role and jurisdiction, made when asked for."""

    installation: Installation
    district: District
    run: FinishedRun
    before: FinishedRun

    def key(self, number: str) -> int:
        """A household's key."""
        return Household.objects.get(number=number).key

    def document(self, number: str) -> UUID:
        """A document in a household's file."""
        household = Household.objects.get(number=number)
        who = self.staff(Role.MONITOR, household.division[:6])
        return keep_document(
            viewer=viewer_of(who),
            household=number,
            kind="visit",
            title="",
            content=BytesIO(png()),
            keys=self.installation.keys,
            lake=self.installation.lake,
            origin="here",
            at=AT,
        )

    def staff(self, role: Role, code: str = HERE_COUNTY, language: str = "zh") -> User:
        """Somebody with one role at one place."""
        username = f"{role.value}-{code}-{language}"
        return User.objects.filter(username=username).first() or somebody(role, code, username=username, language=language)


@contextmanager
def office_world(folder: Path, catalogue: Catalogue) -> Iterator[OfficeWorld]:
    """Build the world inside a transaction that is undone at the end."""
    lake = Lake(str(folder / "lake"))
    installation = Installation(lake=lake, keys=KEYS, catalogue=catalogue, today=TODAY, made_up_allowed=True, threads=1)
    with transaction.atomic():
        for code in (HERE, THERE):
            place(code)
        district = District(installation, folder / "inbox")
        district.publish()
        runs = [_month(district, "2026-05", {1: 6000, 11: 2100}), _month(district, "2026-06", {1: 12000, 3: 5500, 11: 12000, 13: 2500})]
        visit = operations.Visit(Household.objects.get(number="here-2").key, "TRUE_HELPED", date(2026, 7, 5))
        operations.record_verdicts(run=runs[1].id, visits=[visit], by=BY, at=AT)
        yield OfficeWorld(replace(installation), district, runs[1], runs[0])
        transaction.set_rollback(True)


def _month(district: District, month: str, costs: dict[int, int]) -> FinishedRun:
    district.register(month, HOMES, divisions=PLACES)
    district.month(month, costs=costs, out_of_work=(4, 14))
    return run_named(district.run(month).run)
