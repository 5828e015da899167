"""The list as the page shows it: rows with masked names and places, what can be chosen, and how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.domain.access.masking import masked_name
from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.monitoring import states
from minsheng.domain.monitoring.queries import DeskRow, DeskWatch
from minsheng.domain.places.queries import children, full_names, short_names
from minsheng.domain.registry.queries import household_names
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.words import named
from minsheng.engine.indicators.grammar import Model
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.sealing import Keys

SORTS: tuple[tuple[str, Text], ...] = (
    ("urgency", Text(zh="最紧急的在前", en="most urgent first")),
    ("newest", Text(zh="最新预警在前", en="newest warnings first")),
    ("waiting", Text(zh="等得最久的在前", en="longest waiting first")),
    ("place", Text(zh="按地区", en="by place")),
)
EVERY_STATUS = Text(zh="全部有等级的家庭", en="Everybody with a level")
_TITLES_SHOWN = 3


@dataclass(frozen=True)
class Row:
    """One line of the list. `mine`: the reader may mark and answer it; a household that moved away has no number here."""

    warning: DeskRow
    number: str
    head: str
    place: str
    indicators: Sequence[Text]
    mine: bool

    @property
    def verdict(self) -> Text | None:
        """What was found there, if it was answered."""
        return named(states.VERDICTS, self.warning.verdict) if self.warning.verdict else None

    @property
    def noted_by(self) -> str:
        """Who marked it as noted."""
        return self.warning.noted_by.partition(":")[2]

    @property
    def touched_by(self) -> str:
        """Who changed it last."""
        return self.warning.touched_by.partition(":")[2] or self.warning.touched_by


@dataclass(frozen=True)
class Option:
    """A choice in a list of choices."""

    value: str
    title: Text | str


def watch_of(viewer: Viewer, keys: Keys) -> DeskWatch:
    """What the viewer watches over."""
    return DeskWatch(viewer.where(May.SEE_HOUSEHOLDS), keys)


def exporting_watch(viewer: Viewer, keys: Keys) -> DeskWatch:
    """What the viewer may take along as a file: where both seeing and exporting are allowed."""
    seen, taken = viewer.where(May.SEE_HOUSEHOLDS), viewer.where(May.EXPORT)
    inner = {one for one in seen if one.startswith(taken)} | {one for one in taken if one.startswith(seen)}
    return DeskWatch(sorted(inner), keys)


def shown(warnings: Sequence[DeskRow], *, model: Model, viewer: Viewer) -> list[Row]:
    """Rows as they are shown; whose people they show is noted."""
    names = household_names([warning.household_key for warning in warnings])
    places = short_places(warning.division for warning in warnings)
    titles = {indicator.id: indicator.title for indicator in model.indicators}
    viewer.saw(names, "warnings.list")
    rows = []
    for warning in warnings:
        name, found = names.get(warning.household_key), [titles[one] for one in warning.indicators if one in titles]
        rows.append(
            Row(
                warning=warning,
                number=name.number if name else "",
                head=masked_name(name.head) if name else "",
                place=places.get(warning.division, ""),
                indicators=found[:_TITLES_SHOWN],
                mine=name is not None and may_answer(viewer, warning.division) and may_answer(viewer, name.division),
            )
        )
    return rows


def may_answer(viewer: Viewer, division: str) -> bool:
    """Whether the viewer may mark and answer warnings at a place."""
    return bool(division) and viewer.may(May.ANSWER_WARNINGS, division)


def short_places(divisions: Iterable[str]) -> dict[str, str]:
    """Division → its township and itself, as one says it within a county; one query."""
    codes = {division: DivisionCode.parse(division) for division in divisions if division}
    townships = {division: code.at(Level.TOWNSHIP).text for division, code in codes.items() if code.level > Level.TOWNSHIP}
    names = short_names({*(code.text for code in codes.values()), *townships.values()})
    return {
        division: " ".join(dict.fromkeys(name for one in (townships.get(division, ""), code.text) if (name := names.get(one, ""))))
        for division, code in codes.items()
    }


def place_options(asked: str, within: Sequence[str], *, on: date) -> list[Option]:
    """Where the list can be narrowed to: the place asked for and those directly below it, or below the reader's own."""
    seen = [prefix for prefix in within if asked.startswith(prefix)]
    top = asked if seen else (within[0] if len(within) == 1 else "")
    if not top:
        return [Option(code, name) for code, name in sorted(full_names(DivisionCode.parse(prefix).text for prefix in within).items())]
    code = DivisionCode.parse(top)
    below = [Option(one.code, one.name) for one in children(code.text, on=on)]
    above = [code.at(Level(code.level - 1)).text] if seen and code.prefix not in within and code.level > Level.PROVINCE else []
    names = short_names([code.text, *above])
    up = [Option(one, Text(zh=f"↑ {names.get(one, one)}", en=f"↑ {names.get(one, one)}")) for one in above]
    here = [Option(code.text, names.get(code.text, code.text))] if asked else []
    return [*up, *here, *below]
