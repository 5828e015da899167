"""Divisions over time, and organisations."""

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Left, RPad

from minsheng.kernel.divisions import CODE_DIGITS, Level


def _as_coded(level: Level) -> Q:
    """What a row of that level must look like: which zeros its code ends in, and which code its parent has."""
    ends_in_zeros = Q(code__endswith="0" * (CODE_DIGITS - level.digits)) if level < Level.VILLAGE else Q()
    if level is Level.PROVINCE:
        return Q(level=int(level), parent=None) & ends_in_zeros
    upper = Level(level - 1).digits
    says_something = ~Q(code__endswith="0" * (CODE_DIGITS - upper))
    parent = RPad(Left("code", upper), CODE_DIGITS, Value("0"))
    return Q(level=int(level), parent__isnull=False, parent=parent) & ends_in_zeros & says_something


class Division(models.Model):
    """One place under one code, from the day the code took effect (null: not known) to the day it ceased.

    A place that is its own only child has one row; `lowest_level` says down to which level it stands for itself.
    """

    code = models.CharField(max_length=CODE_DIGITS, primary_key=True)
    level = models.SmallIntegerField()
    lowest_level = models.SmallIntegerField()
    name = models.CharField(max_length=100)
    pinyin = models.CharField(max_length=300, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False)
    functional_zone = models.BooleanField(default=False)
    pseudo_county = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="predecessors", db_index=False)

    class Meta:
        """Lookups and constraints."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=("parent",), name="division_parent")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(code__regex=r"^[1-9][0-9]{11}$"), name="division_code_is_twelve_digits"),
            models.CheckConstraint(condition=reduce(or_, map(_as_coded, Level)), name="division_level_and_parent_follow_code"),
            models.CheckConstraint(
                condition=Q(lowest_level__gte=F("level"), lowest_level__lte=int(Level.VILLAGE)), name="division_lowest_level_is_not_above"
            ),
            models.CheckConstraint(
                condition=Q(functional_zone=False) | Q(level=int(Level.COUNTY)), name="division_functional_zone_is_county"
            ),
            models.CheckConstraint(
                condition=Q(pseudo_county=False) | Q(level__lte=int(Level.COUNTY), lowest_level__gte=int(Level.COUNTY)),
                name="division_pseudo_county_is_county",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="division_valid_from_before_to"
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | (Q(valid_to__isnull=False) & ~Q(successor=F("code"))),
                name="division_successor_follows_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class OrganisationKind(models.TextChoices):
    """What sort of organisation it is."""

    CIVIL_AFFAIRS_BUREAU = "civil_affairs_bureau", "民政局 civil-affairs bureau"
    TOWNSHIP_OFFICE = "township_office", "乡镇政府（街道办事处） township office"
    DEPARTMENT = "department", "部门 department"
    SOCIAL_WORK_STATION = "social_work_station", "社工站 social-work station"
    CHARITY = "charity", "慈善组织 charity"


_IS_DEPARTMENT = Q(kind=OrganisationKind.DEPARTMENT.value)


class Organisation(models.Model):
    """An office, department or charity that answers for a division; a department carries the id that its feeds name."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, choices=OrganisationKind.choices)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="organisations")
    department = models.CharField(max_length=60, blank=True)

    class Meta:
        """Constraints."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("division", "kind", "name"), name="organisation_once_per_division"),
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_is_known"),
            models.CheckConstraint(
                condition=(_IS_DEPARTMENT & ~Q(department="")) | (~_IS_DEPARTMENT & Q(department="")),
                name="organisation_department_has_its_id",
            ),
        ]

    def __str__(self) -> str:
        return self.name
