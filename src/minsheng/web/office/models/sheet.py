"""The form of a draft as it is laid out: sections of fields, each with its label, its value and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.figures import Figure
from minsheng.engine.explaining.words import CATEGORIES, VERDICTS, category_words
from minsheng.engine.indicators.grammar import DEFAULT_BANDS, LEVELS, Indicator, Model
from minsheng.web.office.models.describing import indicator_text, level_text
from minsheng.web.office.models.form import SPARE, DraftForm, Values

Kind = Literal["number", "words", "one", "several"]
_POINTS = Text(zh="分值", en="points")
_BASIS = Text(zh="依据", en="Where this comes from")
_OTHER = "OTHER"


@dataclass(frozen=True)
class Choice:
    """One of the values of a field."""

    value: str
    title: Text
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One field."""

    name: str
    label: Text
    value: str
    kind: Kind = "number"
    choices: tuple[Choice, ...] = ()
    level: int | None = None
    unit: Text | None = None
    fault: Text | None = None

    @property
    def id(self) -> str:
        """The field's id in the page."""
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True)
class Bands:
    """The bands of some categories: rows of a bound (None: there is only one value) and points (None: reported only)."""

    categories: tuple[Text, ...]
    unit: Text | None
    rows: tuple[tuple[Field | None, Field | None], ...]


@dataclass(frozen=True)
class Part:
    """Some fields that belong together, under a title; `basis` says where their numbers come from."""

    title: Text | None
    fields: tuple[Field, ...] = ()
    bands: tuple[Bands, ...] = ()
    basis: Field | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Section:
    """A part of the form that can be gone to by itself."""

    key: str
    title: Text
    parts: tuple[Part, ...]
    faulty: bool = False


@dataclass
class Sheet:
    """The form of a draft, filled in."""

    form: DraftForm
    model: Model
    values: Values
    catalogue: Catalogue
    faults: Mapping[str, Text] = field(default_factory=dict)

    def sections(self) -> list[Section]:
        """Everything there is to fill in."""
        made = [
            Section("levels", Text(zh="等级界线", en="Levels"), (self._levels(),)),
            *(self._dimension(name) for name in self.model.dimensions),
            Section("overlap", Text(zh="叠加与身份", en="Overlap and identity"), (self._overlap(), self._identity())),
            Section("triggers", Text(zh="直接触发", en="Triggers"), tuple(self._triggers())),
            Section("quiet", Text(zh="防抖与静默", en="Steadiness and quiet"), (self._hysteresis(), self._suppression())),
            Section(
                "reported", Text(zh="只提示", en="Only reported"), tuple(self._indicator(one) for one in self.model.reverse_indicators)
            ),
        ]
        return [section for section in made if section.parts]

    def all_fields(self) -> list[Field]:
        """Every field, in order."""
        return [one for section in self.sections() for part in section.parts for one in _fields_of(part)]

    def names(self) -> dict[str, Text]:
        """Field → what it is called away from its place: by the part it stands in, then by itself."""
        return {
            one.name: Text(zh=f"{title.zh} · {one.label.zh}", en=f"{title.en} · {one.label.en}")
            for section in self.sections()
            for part in section.parts
            for title in (part.title or section.title,)
            for one in _fields_of(part)
        }

    def _field(self, name: str, label: Text, kind: Kind = "number", **facts: object) -> Field:
        return Field(name, label, self.values.get(name, ""), kind, fault=self.faults.get(name), **facts)  # type: ignore[arg-type]

    def _basis(self, block: str) -> Field:
        return self._field(f"{block}.basis", _BASIS, "words")

    def _levels(self) -> Part:
        from_points = Text(zh="起点（分）", en="from (points)")
        fields = [
            self._field(
                f"levels.{name}", Text(zh=f"{level_text(name).zh}{from_points.zh}", en=f"{level_text(name).en} {from_points.en}"), level=at
            )
            for at, name in enumerate(LEVELS)
            if at
        ]
        return Part(None, tuple(fields), basis=self._basis("levels"))

    def _dimension(self, name: str) -> Section:
        one = self.model.dimensions[name]
        caps = (
            self._field(f"dimensions.{name}.person_cap", Text(zh="一人最多（分）", en="one person at most (points)")),
            self._field(f"dimensions.{name}.household_cap", Text(zh="全户最多（分）", en="a household at most (points)")),
        )
        head = Part(Text(zh="封顶", en="Caps"), caps, basis=self._basis(f"dimensions.{name}"))
        own = [self._indicator(indicator) for indicator in self.model.scoring_indicators if indicator.dimension == name]
        return Section(f"dimension-{name}", one.title, (head, *own))

    def _indicator(self, indicator: Indicator) -> Part:
        said = indicator_text(indicator, self.catalogue, 1.0)
        note = Text(
            zh=f"{said.department.zh} · {said.source.zh} · {said.measured.zh}",
            en=f"{said.department.en} · {said.source.en} · {said.measured.en}",
        )
        groups = self.form.groups.get(indicator.id, {})
        tables = [self._bands(indicator, first, names) for first, names in groups.items()]
        return Part(indicator.title, bands=tuple(tables), basis=self._basis(f"indicators.{indicator.id}"), note=note)

    def _bands(self, indicator: Indicator, first: str, names: Sequence[str]) -> Bands:
        figure = Figure.of(indicator, self.catalogue)
        prefix = f"indicators.{indicator.id}.{first}"
        given = [int(name.split(".")[3]) for name in self.values if name.startswith(f"{prefix}.") and self.values[name]]
        count = max(given, default=-1) + 1 + (0 if figure.yes_no else SPARE)
        rows = [self._band(indicator, f"{prefix}.{at}", at, only_one=figure.yes_no) for at in range(count)]
        return Bands(tuple(category_words(name, self.catalogue) for name in names), figure.unit, tuple(rows))

    def _band(self, indicator: Indicator, name: str, at: int, *, only_one: bool) -> tuple[Field | None, Field | None]:
        bound = self._field(f"{name}.from", Text(zh=f"第 {at + 1} 档起点", en=f"band {at + 1} from"))
        points = self._field(f"{name}.points", Text(zh=f"第 {at + 1} 档{_POINTS.zh}", en=f"band {at + 1}, {_POINTS.en}"))
        return None if only_one else bound, None if indicator.reverse else points

    def _overlap(self) -> Part:
        counts = range(2, max(len(self.model.dimensions), *(self.model.overlap.percent or {2: 0})) + 1)
        fields = [self._field(f"overlap.{count}", Text(zh=f"{count} 个方面加（%）", en=f"{count} dimensions add (%)")) for count in counts]
        return Part(Text(zh="几方面困难叠加", en="Hardship in several dimensions"), tuple(fields), basis=self._basis("overlap"))

    def _identity(self) -> Part:
        tags = [
            *self.model.identity.percent,
            *(tag for tag in CATEGORIES if tag not in {*self.model.identity.percent, DEFAULT_BANDS, _OTHER}),
        ]
        fields = [self._field(f"identity.{tag}", _percent(category_words(tag, self.catalogue))) for tag in tags]
        note = Text(zh="不填即 100%。符合几项时取最大的一项。", en="Left blank it is 100%. Of several the largest counts.")
        return Part(Text(zh="身份系数", en="Identity multipliers"), tuple(fields), basis=self._basis("identity"), note=note)

    def _triggers(self) -> list[Part]:
        given = [
            int(name.split(".")[1])
            for name in self.values
            if name.startswith("triggers.") and name.endswith(".indicator") and self.values[name]
        ]
        return [self._trigger(at) for at in range(max(given, default=-1) + 1 + SPARE)]

    def _trigger(self, at: int) -> Part:
        name = f"triggers.{at}"
        indicators = [("", Text(zh="（不触发）", en="(none)")), *((one.id, one.title) for one in self.model.scoring_indicators)]
        levels = [("", Text(zh="（请选择）", en="(choose)")), *((level, level_text(level)) for level in LEVELS[1:])]
        fields = (
            self._one(f"{name}.indicator", Text(zh="指标", en="Indicator"), indicators),
            self._field(f"{name}.band", Text(zh="从第几档起", en="from band")),
            self._one(f"{name}.level", Text(zh="至少列为", en="at least"), levels),
            self._several(f"{name}.categories", Text(zh="只限这些类别（不选即所有人）", en="only for (none: everybody)"), _categories()),
        )
        return Part(Text(zh=f"第 {at + 1} 条", en=f"Trigger {at + 1}"), fields, basis=self._basis(name))

    def _hysteresis(self) -> Part:
        label = Text(zh="低于界线多少分才立即降级", en="points below a threshold for a level to fall at once")
        return Part(Text(zh="防抖", en="Steadiness"), (self._field("hysteresis.margin", label),), basis=self._basis("hysteresis"))

    def _suppression(self) -> Part:
        fields = (
            self._field("suppression.quiet_months", Text(zh="静默几个月", en="quiet months")),
            self._several("suppression.verdicts", Text(zh="哪些核查结论之后静默", en="after which verdicts"), list(VERDICTS.items())),
        )
        return Part(Text(zh="静默期", en="Quiet period"), fields, basis=self._basis("suppression"))

    def _one(self, name: str, label: Text, given: Sequence[tuple[str, Text]]) -> Field:
        chosen = self.values.get(name, "")
        return self._field(name, label, "one", choices=tuple(Choice(value, title, value == chosen) for value, title in given))

    def _several(self, name: str, label: Text, given: Sequence[tuple[str, Text]]) -> Field:
        chosen = set(self.values.get(name, "").split(","))
        return self._field(name, label, "several", choices=tuple(Choice(value, title, value in chosen) for value, title in given))


def _categories() -> list[tuple[str, Text]]:
    return [(name, title) for name, title in CATEGORIES.items() if name != DEFAULT_BANDS]


def _fields_of(part: Part) -> list[Field]:
    rows = [one for bands in part.bands for row in bands.rows for one in row if one is not None]
    return [*part.fields, *rows, *([part.basis] if part.basis else [])]


def _percent(title: Text) -> Text:
    return Text(zh=f"{title.zh}（%）", en=f"{title.en} (%)")
