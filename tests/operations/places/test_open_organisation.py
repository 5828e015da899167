"""Organisations at divisions."""

import pytest
from django.db import IntegrityError

from minsheng.domain.places.models import Organisation, OrganisationKind
from minsheng.domain.places.operations import DepartmentNotNamed, OrganisationExists, OrganisationOpened, open_organisation
from minsheng.domain.places.queries import UnknownDivision, organisation_for
from tests.operations.places.conftest import WHO

pytestmark = pytest.mark.usefixtures("corner")

BUREAU = OrganisationKind.CIVIL_AFFAIRS_BUREAU


def test_an_organisation_answers_for_its_division_and_everything_in_it() -> None:
    done = open_organisation(name="武昌区民政局", kind=BUREAU, division_code="990101", **WHO)
    opened = Organisation.objects.get()
    assert done == OrganisationOpened(organisation=opened.pk, division="990101000000", **WHO)
    assert organisation_for("990101001001", BUREAU) == organisation_for("990101", BUREAU) == opened
    assert organisation_for("990102", BUREAU) is None
    assert organisation_for("990101", OrganisationKind.CHARITY) is None


def test_the_nearest_organisation_answers() -> None:
    for name, code in (("省厅", "99"), ("区局", "990101"), ("省局", "99")):
        open_organisation(name=name, kind=BUREAU, division_code=code, **WHO)
    nearest = organisation_for("990101001001", BUREAU)
    assert nearest is not None
    assert nearest.name == "区局"


def test_a_department_carries_the_id_its_feeds_name() -> None:
    open_organisation(name="武昌区教育局", kind=OrganisationKind.DEPARTMENT, division_code="990101", department="education", **WHO)
    assert Organisation.objects.get().department == "education"


@pytest.mark.parametrize(("kind", "department"), [(OrganisationKind.DEPARTMENT, ""), (BUREAU, "education")])
def test_a_department_without_id_or_an_id_without_department_is_refused(kind: OrganisationKind, department: str) -> None:
    with pytest.raises(DepartmentNotNamed):
        open_organisation(name="某局", kind=kind, division_code="990101", department=department, **WHO)
    with pytest.raises(IntegrityError, match="organisation_department_has_its_id"):
        Organisation.objects.create(name="某局", kind=kind, division_id="990101000000", department=department)


def test_the_same_organisation_twice_is_refused() -> None:
    open_organisation(name="区局", kind=BUREAU, division_code="990101", **WHO)
    with pytest.raises(OrganisationExists, match="区局"):
        open_organisation(name="区局", kind=BUREAU, division_code="990101", **WHO)


def test_an_organisation_sits_at_a_division_there_is() -> None:
    with pytest.raises(UnknownDivision):
        open_organisation(name="区局", kind=BUREAU, division_code="990109", **WHO)


def test_the_database_itself_refuses_a_kind_nobody_knows() -> None:
    with pytest.raises(IntegrityError, match="organisation_kind_is_known"):
        Organisation.objects.create(name="某店", kind="shop", division_id="990101000000")
