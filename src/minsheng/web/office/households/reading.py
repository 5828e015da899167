"""What a household's file shows, gathered from the register, the desk and the explanation of the month."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.explanations import explain_household
from minsheng.domain.monitoring.queries import DeskRow, LevelPoint, RunChoice, course_of, desk_rows, happenings, refuse_retired, run_named
from minsheng.domain.registry.queries import HouseholdFile, ListingLine, MemberFile, MemberSpell, household_file
from minsheng.engine.contracts.loading import Catalogue
from minsheng.engine.contracts.schema import Text
from minsheng.engine.explaining.explanation import Explanation, Line, Record
from minsheng.engine.explaining.prospects import prospects
from minsheng.engine.explaining.words import RELATIONS, VERDICTS, category_words, named
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.web.charts import Source, Waterfall
from minsheng.web.office.households.documents import Documents, documents
from minsheng.web.office.households.pictures import LevelsPicture, LivesPicture, levels_picture, lives_picture
from minsheng.web.office.households.story import Told, told
from minsheng.web.office.warnings import listing
from minsheng.web.refusals import Said, said
from minsheng.web.words import active_language

_AREA_STEPS = 100
"""The register keeps areas in hundredths of a square metre, as its contract says."""


@dataclass(frozen=True)
class MemberRow:
    """A member as the table shows them: their line of the month, and where each masked field is revealed."""

    person: MemberFile
    spell: MemberSpell
    relation: Text
    category: Text | None
    facts: Sequence[Text]
    reveals: dict[str, str]


@dataclass(frozen=True)
class Finding:
    """A finding of the explanation with the department records behind it."""

    line: Line
    records: Sequence[Record]


@dataclass(frozen=True)
class FilePage:
    """Everything on the page. `as_of`: the month it shows, where that is not today; `trouble`: why there is no explanation."""

    household: HouseholdFile
    run: RunChoice | None
    months: Sequence[str]
    as_of: Month | None
    place: str
    listing: ListingLine | None
    category: Text | None
    residence: Text | None
    per_head: int | None
    members: Sequence[MemberRow]
    former: Sequence[MemberRow]
    explanation: Explanation | None
    trouble: Said | None
    waterfall: Waterfall | None
    findings: Sequence[Finding]
    reverse: Sequence[Finding]
    prospects: Sequence[str]
    course: Sequence[LevelPoint]
    levels: LevelsPicture | None
    lives: LivesPicture
    story: Sequence[Told]
    warning: DeskRow | None
    may_answer: bool
    documents: Documents
    reveals: dict[str, str] = field(default_factory=dict)

    @property
    def area(self) -> float | None:
        """The housing area in square metres."""
        listing = self.listing
        return None if listing is None or listing.housing_area is None else listing.housing_area / _AREA_STEPS

    @property
    def verdict(self) -> Text | None:
        """What was found there, if its warning was answered."""
        return named(VERDICTS, self.warning.verdict) if self.warning and self.warning.verdict else None

    @property
    def head(self) -> str:
        """The masked name of the head, or of whoever comes first."""
        return next((row.person.name for row in (*self.members, *self.former)), "")


def file_page(
    number: str, *, run: RunChoice | None, choices: Sequence[RunChoice], asked_month: str, installation: Installation, viewer: Viewer
) -> FilePage:
    """Read a household's file; raises NoSuchHousehold, also where it is not to be seen."""
    household = household_file(number, keys=installation.keys)
    viewer.saw([household.household_key], "household.file")
    months = [choice.month for choice in choices if run and choice.model_name == run.model_name]
    as_of = Month.parse(run.month) if run and asked_month and run.month != months[0] else None
    line = household.listing_in(as_of) if as_of else (household.listings[-1] if household.listings else None)
    members, former = _members(household, as_of, installation.catalogue, viewer)
    explanation, trouble = _why(household.household_key, run, installation)
    course = course_of(household.household_key, run.model_name) if run else []
    warning = next(iter(desk_rows(run, [household.household_key], listing.watch_of(viewer, installation.keys))), None) if run else None
    places = listing.short_places({household.division, *(one.division for one in household.listings)})
    return FilePage(
        household=household,
        run=run,
        months=months,
        as_of=as_of,
        place=places.get(line.division if line else household.division, ""),
        listing=line,
        category=category_words(line.category, installation.catalogue) if line and line.category else None,
        residence=_code("residence", line.residence, installation.catalogue) if line and line.residence else None,
        per_head=line.monthly_income // len(members) if line and line.monthly_income is not None and members else None,
        members=members,
        former=former,
        explanation=explanation,
        trouble=trouble,
        waterfall=_waterfall(explanation),
        findings=[Finding(one, one.evidence) for one in explanation.lines] if explanation else [],
        reverse=[Finding(one, one.evidence) for one in explanation.reverse] if explanation else [],
        prospects=prospects(explanation, active_language()) if explanation else [],
        course=course,
        levels=levels_picture(course, chosen=run.month) if run and course else None,
        lives=lives_picture(household, last=_last_month(household, months)),
        story=told(happenings(household, run.model_name if run else ""), installation.catalogue, places),
        warning=warning,
        may_answer=warning is not None and listing.may_answer(viewer, warning.division) and listing.may_answer(viewer, household.division),
        documents=documents(household, as_of=as_of, viewer=viewer),
        reveals=_reveals("household", household.household_key, ("phone", "account", "address"), viewer),
    )


def _why(household_key: int, run: RunChoice | None, installation: Installation) -> tuple[Explanation | None, Said | None]:
    """The explanation of the run, or the refusal that says why there is none."""
    if run is None:
        return None, None
    try:
        refuse_retired([run.id])
        return explain_household(household_key, run=run_named(run.id), installation=installation), None
    except Refusal as refusal:
        return None, said(refusal)


def _waterfall(explanation: Explanation | None) -> Waterfall | None:
    if explanation is None or not explanation.steps:
        return None
    source = Source(Text(zh="月度监测", en="monthly monitoring"), Month.parse(explanation.month))
    title = Text(zh=f"{explanation.score_text} 分是这样来的", en=f"How {explanation.score_text} points came about")
    return Waterfall.of(explanation, title=title, source=source)


def _members(
    household: HouseholdFile, as_of: Month | None, catalogue: Catalogue, viewer: Viewer
) -> tuple[list[MemberRow], list[MemberRow]]:
    """Those listed (in the month), and those who were before."""
    here, gone = [], []
    for person in household.members:
        spell = person.in_month(as_of) if as_of else person.today
        if spell is not None:
            here.append(_member(person, spell, catalogue, viewer))
        elif as_of is None or person.spells[0].listed_from <= as_of.first_day:
            gone.append(_member(person, person.spells[-1], catalogue, viewer))
    return here, gone


def _member(person: MemberFile, spell: MemberSpell, catalogue: Catalogue, viewer: Viewer) -> MemberRow:
    facts: list[Text] = []
    if spell.disability_level is not None:
        facts.append(Text(zh=f"残疾{'一二三四'[spell.disability_level - 1]}级", en=f"disability level {spell.disability_level}"))
    facts += [_code(column, code, catalogue) for column in ("labour_capacity", "marriage") if (code := getattr(spell, column))]
    return MemberRow(
        person=person,
        spell=spell,
        relation=relation_words(spell.relation, person.sex),
        category=category_words(spell.category, catalogue) if spell.category else None,
        facts=facts,
        reveals=_reveals("person", person.person_key, ("name", "number", "phone"), viewer),
    )


def relation_words(relation: str, sex: str) -> Text:
    """How a member is called by relation to the head."""
    return RELATIONS.get(f"{relation}/{sex}") or named(RELATIONS, relation or "other")


def _code(column: str, code: str, catalogue: Catalogue) -> Text:
    """A code of the register as people call it."""
    columns = (one for contract in catalogue.values() if contract.registers for one in contract.columns if one.name == column)
    return next((one.codes[code].title for one in columns if code in one.codes), Text(zh=code, en=code))


def _reveals(kind: str, key: int, fields: Sequence[str], viewer: Viewer) -> dict[str, str]:
    """Field → where it is revealed; nothing for those who may nowhere."""
    if not viewer.may(May.REVEAL):
        return {}
    return {name: reverse("office:reveal", args=[kind, key, name]) for name in fields}


def _last_month(household: HouseholdFile, months: Sequence[str]) -> Month:
    known = [Month.parse(month) for month in months[:1]] + [Month.of(line.listed_from) for line in household.listings]
    return max(known, default=Month.of(household.first_month))
