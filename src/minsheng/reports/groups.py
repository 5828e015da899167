"""The names of the groups by which findings are split."""

from collections.abc import Mapping
from functools import cache

from minsheng.engine.contracts.loading import load_catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.reports.markup import same, words

_NAMES = {
    ("residence", "urban"): words("城镇", "urban"),
    ("residence", "rural"): words("农村", "rural"),
    ("sex", "male"): words("男", "male"),
    ("sex", "female"): words("女", "female"),
    ("disability", "none"): words("无", "none"),
    ("disability", "moderate"): words("三、四级", "level 3 or 4"),
    ("disability", "severe"): words("一、二级（重度）", "level 1 or 2 (severe)"),
}
_UNSTATED = words("未登记", "not registered")


def group_name(split: str, group: str, places: Mapping[str, str]) -> Text:
    """A group as people read it; places by their names, where known."""
    if not group:
        return _UNSTATED
    if split in ("county", "township"):
        return same(places.get(group, group))
    if split == "ethnicity":
        return _ethnicities().get(group, same(group))
    return _NAMES.get((split, group), same(group))


@cache
def _ethnicities() -> Mapping[str, Text]:
    """GB/T 3304, as the contract of the members' register lists it."""
    column = next(column for column in load_catalogue()["registry_members"].columns if column.name == "ethnicity")
    return {code: entry.title for code, entry in column.codes.items()}
