"""The month's work: warnings that went out, how many were answered and what was found, beside what each township can visit.

Counted from the desk, which costs more than what was counted beforehand: the page fetches it once it stands.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from minsheng.domain.access.roles import May
from minsheng.domain.monitoring.outcomes import Outcome, Outcomes, outcomes
from minsheng.domain.monitoring.queries import FinishedRun, current_run
from minsheng.domain.monitoring.situation import Situation
from minsheng.domain.monitoring.states import ANSWERED, OPEN, VERDICTS
from minsheng.domain.places.queries import short_names
from minsheng.engine.contracts.schema import Text
from minsheng.kernel.divisions import DivisionCode, Level
from minsheng.kernel.periods import Month
from minsheng.web.chart_parts import in_columns
from minsheng.web.charts import Axis, Bars, Beside, Series, Table
from minsheng.web.gate import page
from minsheng.web.office.situation import pictures
from minsheng.web.office.situation.asked import Asked, asked
from minsheng.web.office.situation.links import Links
from minsheng.web.office.situation.sentences import LAST_MONTH, LAST_YEAR, THIS_MONTH
from minsheng.web.requests import OfficeRequest, installation
from minsheng.web.words import spoken

_SHARE = Axis(Text(zh="占发出预警的比例", en="Share of the warnings that went out"), "share")
_WARNINGS = Axis(Text(zh="预警", en="Warnings"), "count", Text(zh="户", en="households"))
_NOT_YET = Text(zh="尚无结论", en="no verdict yet")
_ISSUED = {"warned": "now"}
"""What asks the list for warnings that went out in its month."""


@dataclass(frozen=True)
class WorkRow:
    """The work at one place; `capacity` is what a township can verify in a month, if that is known."""

    name: str
    place: str
    now: Outcome
    before: int | None
    capacity: int | None
    out_link: str
    answered_link: str
    open_link: str

    @property
    def over(self) -> bool:
        """Whether more went out than can be visited."""
        return self.capacity is not None and self.now.out > self.capacity


@dataclass(frozen=True)
class Work:
    """The work of a month at a place: a row for each place below, the most first, and the verdicts as a picture."""

    rows: list[WorkRow]
    verdicts: Bars | None

    def table(self) -> Table:
        """The rows, for a file."""
        count = Axis(_WARNINGS.title, "count")
        columns: list[tuple[str, list[int | None]]] = [
            (spoken("本月发出", "Went out"), [row.now.out for row in self.rows]),
            (spoken("已有结论", "Answered"), [row.now.answered for row in self.rows]),
            (spoken("尚无结论", "Open"), [row.now.open for row in self.rows]),
            (spoken("上月发出", "Last month"), [row.before for row in self.rows]),
            (spoken("每月可走访", "Visits a month"), [row.capacity for row in self.rows]),
        ]
        beside = [(title, Beside(_WARNINGS.title, values, count)) for title, values in columns]
        return in_columns(spoken("地方", "Place"), [row.name for row in self.rows], (), beside)


@page(May.SEE_SITUATION)
def work(request: OfficeRequest) -> HttpResponse:
    """The part of the situation page that is fetched once it stands."""
    wanted = asked(request)
    given = {
        "work": None if wanted.protected else work_of(wanted, wanted.found(), Links.of(request, wanted)),
        "csv": {name: wanted.address("office:situation_csv", name) for name in ("work", "verdicts")},
    }
    return render(request, "office/situation/work.html", given)


def work_of(wanted: Asked, found: Situation, links: Links) -> Work:
    """What went out at a place and what became of it, this month, last month and a year ago; for those who see its households."""
    month = Month.parse(wanted.run.month)
    runs = {words: run for words, back in _BACK if (run := _run(wanted.run, month.plus(-back)))}
    counted = outcomes([run.id for run in runs.values()], wanted.place, [one.division for one in found.below])
    told = {words: (run, counted[run.id]) for words, run in runs.items()}
    return Work(_rows(found, told, links), _verdicts(found, told, links))


_BACK = ((THIS_MONTH, 0), (LAST_MONTH, 1), (LAST_YEAR, 12))


def _run(shown: FinishedRun, month: Month) -> FinishedRun | None:
    if str(month) == shown.month:
        return shown
    found = current_run(shown.model_name, month)
    return found if found and not found.retired else None


def _rows(found: Situation, told: dict[Text, tuple[FinishedRun, Outcomes]], links: Links) -> list[WorkRow]:
    capacity, names = installation().capacity, short_names([one.division for one in found.below])
    now, before = told[THIS_MONTH][1].below, told[LAST_MONTH][1].below if LAST_MONTH in told else {}
    rows = []
    for division, done in sorted(now.items(), key=lambda pair: (-pair[1].out, pair[0])):
        township = DivisionCode(division).level is Level.TOWNSHIP
        rows.append(
            WorkRow(
                name=names.get(division, division),
                place=links.wanted.address(place=division),
                now=done,
                before=before[division].out if division in before else None,
                capacity=capacity.of(division) if township else None,
                out_link=links.households(done.out, place=division, **_ISSUED),
                answered_link=links.households(done.answered, place=division, **_ISSUED | {"status": ANSWERED}),
                open_link=links.households(done.open, place=division, **_ISSUED | {"status": OPEN}),
            )
        )
    return rows


def _verdicts(found: Situation, told: dict[Text, tuple[FinishedRun, Outcomes]], links: Links) -> Bars | None:
    """Of the warnings that went out, which share got which verdict, in each of the months."""
    shown = {words: (run, of.here) for words, (run, of) in told.items() if of.here.out}
    if not shown:
        return None
    series = [
        Series(
            word,
            [done.verdicts[code] / done.out for _, done in shown.values()],
            links=[
                links.households(done.verdicts[code], month=run.month, **_ISSUED | {"status": ANSWERED, "verdict": code})
                for run, done in shown.values()
            ],
        )
        for code, word in VERDICTS.items()
    ]
    waiting = [links.households(done.open, month=run.month, **_ISSUED | {"status": OPEN}) for run, done in shown.values()]
    series.append(Series(_NOT_YET, [done.open / done.out for _, done in shown.values()], links=waiting))
    everything = [links.households(done.out, month=run.month, **_ISSUED) for run, done in shown.values()]
    return Bars(
        Text(zh="发出的预警有了哪些核查结论", en="What was found where warnings went out"),
        [Text(zh=f"{words.zh}（{run.month}）", en=f"{words.en} ({run.month})") for words, (run, _) in shown.items()],
        series,
        _SHARE,
        pictures.source(found),
        heading=Text(zh="月份", en="Month"),
        stacked=True,
        beside=[Beside(_WARNINGS.title, [done.out for _, done in shown.values()], Axis(_WARNINGS.title), everything)],
    )
