"""Every read of places."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Replace

from minsheng.domain.places.models import Division, Organisation, OrganisationKind
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.errors import Refusal

_UNNAMED = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""What the list writes where a level is there only to fill the code: not part of an address."""

_PINYIN = re.compile(r"[A-Za-z' ]+")


class UnknownDivision(Refusal):
    """No division has this code."""

    code: ClassVar[str] = "unknown-division"


def division(code: str) -> Division:
    """Find the division under a code in any written form, closed ones too; raises NotADivisionCode, UnknownDivision."""
    written = DivisionCode.parse(code).text
    found = Division.objects.filter(code=written).first()
    if found is None:
        raise UnknownDivision(f"No division has the code {written}.", next_step="Check the code; if it is new, open the division first.")
    return found


def valid_on(divisions: "QuerySet[Division]", on: date) -> "QuerySet[Division]":
    """Keep the divisions whose code was valid on a day."""
    return divisions.filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on))


def children(code: str, *, on: date) -> list[Division]:
    """List the divisions directly below one that were valid on a day, in order of code."""
    return list(valid_on(division(code).children.all(), on).order_by("code"))


def at_level(level: Level, *, on: date, within: str = "") -> list[Division]:
    """List the divisions of a level valid on a day, within a place or everywhere, in order of code.

    Every village lies in exactly one of them: a place that fills two levels is listed under both.
    """
    return list(valid_on(_within(within).filter(level__lte=level, lowest_level__gte=level), on).order_by("code"))


def counts_by_level(within: str = "") -> dict[Level, int]:
    """Count the divisions of each level, within a place or everywhere, closed ones left out.

    A place that fills two levels counts in both, as the bureau counts.
    """
    open_ones = _within(within).filter(valid_to=None)
    rows = open_ones.values_list("level", "lowest_level").annotate(places=Count("code"))
    counts = dict.fromkeys(Level, 0)
    for top, bottom, places in rows:
        for level in range(top, bottom + 1):
            counts[Level(level)] += places
    return counts


def path(code: str) -> list[str]:
    """Name the place and those it lies in, the province first, as published; raises NotADivisionCode, UnknownDivision."""
    wanted = division(code)
    codes = [above.text for above in DivisionCode(wanted.code).ancestors]
    above = Division.objects.filter(code__in=codes).order_by("level").values_list("name", flat=True)
    return [*above, wanted.name]


def full_name(code: str) -> str:
    """Name a place as in an address (甘肃省兰州市城关区): levels that only fill the code are left out."""
    return _address(path(code))


def full_names(codes: Iterable[str]) -> dict[str, str]:
    """Name many places as full_name does, in one query; codes without a division are left out."""
    wanted = {code: DivisionCode.parse(code) for code in codes}
    needed = {one.text for code in wanted.values() for one in (*code.ancestors, code)}
    names = dict(Division.objects.filter(code__in=needed).values_list("code", "name"))
    return {
        written: _address([names[one.text] for one in (*code.ancestors, code) if one.text in names])
        for written, code in wanted.items()
        if code.text in names
    }


def short_names(codes: Iterable[str]) -> dict[str, str]:
    """Name many places by their own names alone, in one query; codes (twelve digits) without a division are left out."""
    return dict(Division.objects.filter(code__in=list(codes)).values_list("code", "name"))


def unknown_divisions(codes: Iterable[str]) -> list[str]:
    """Which of these codes (twelve digits) no division has, in order."""
    wanted = set(codes)
    return sorted(wanted - set(Division.objects.filter(code__in=wanted).values_list("code", flat=True)))


def find(text: str, *, limit: int = 20) -> list[Division]:
    """Find divisions by code, by any part of the name or by the beginning of the pinyin (down to townships).

    Exact names come first, then the higher levels, then order of code. Pinyin may be written together or apart.
    """
    wanted = text.strip()
    if wanted.isascii() and wanted.isdigit():
        return [division(wanted)]
    if not wanted:
        return []
    return _by_pinyin(wanted, limit) if _PINYIN.fullmatch(wanted) else _by_name(wanted, limit)


def current_code(code: str, *, on: date) -> str:
    """Give the code that stands for a code on a day, along its successors; raises NotADivisionCode, UnknownDivision."""
    place = division(code)
    while place.successor is not None and place.valid_to is not None and place.valid_to <= on:
        place = place.successor
    return place.code


def roll_up(counts: Mapping[str, int]) -> dict[str, int]:
    """Sum counts at any codes up to every place above them; pure arithmetic, no place is looked up.

    Returns twelve-digit codes: each place's sum is its own count plus the sums directly below it. Raises NotADivisionCode.
    """
    sums: dict[Level, Counter[str]] = {level: Counter() for level in Level}
    for written, count in counts.items():
        code = DivisionCode.parse(written)
        sums[code.level][code.text] += count
    for level in sorted(Level, reverse=True):
        for parent, count in _summed_above(sums[level], level).items():
            sums[parent.level][parent.text] += count
    return {code: count for level in Level for code, count in sorted(sums[level].items())}


def organisation_for(code: str, kind: OrganisationKind) -> Organisation | None:
    """Find who of a kind answers for a place: the organisation at it, or at the nearest place above; the first by name."""
    place = DivisionCode.parse(code)
    places = [one.text for one in (*place.ancestors, place)]
    return Organisation.objects.filter(division__in=places, kind=kind).order_by("-division__level", "name").first()


def _within(code: str) -> "QuerySet[Division]":
    return Division.objects.filter(code__startswith=DivisionCode.parse(code).prefix) if code else Division.objects.all()


def _address(names: list[str]) -> str:
    named = [name for name in names[:-1] if name not in _UNNAMED]
    return "".join(dict.fromkeys([*named, names[-1]]))


def _by_pinyin(text: str, limit: int) -> list[Division]:
    together = "".join(character for character in text.lower() if character.isalpha())
    spelt = Division.objects.filter(level__lt=Level.VILLAGE).annotate(spelt=Replace("pinyin", Value(" "), Value("")))
    return list(spelt.filter(spelt__startswith=together).order_by(_first(Q(spelt=together)), "level", "code")[:limit])


def _by_name(text: str, limit: int) -> list[Division]:
    return list(Division.objects.filter(name__contains=text).order_by(_first(Q(name=text)), "level", "code")[:limit])


def _first(exact: Q) -> Case:
    return Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())


def _summed_above(sums: Mapping[str, int], level: Level) -> dict[DivisionCode, int]:
    if level is Level.PROVINCE:
        return {}
    digits = Level(level - 1).digits
    above: Counter[str] = Counter()
    for code, count in sums.items():
        above[code[:digits]] += count
    return {DivisionCode.parse(prefix): count for prefix, count in above.items()}
