"""Runs: the list, one with its result and what moved, and two side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from minsheng.domain.access.roles import May
from minsheng.domain.access.viewers import Viewer
from minsheng.domain.monitoring.drifting import Moves, drift_of
from minsheng.domain.monitoring.operations import compare as compare_runs
from minsheng.domain.monitoring.queries import FinishedRun, NoSuchRun, RunLine, model_lines_run, run_line, run_named, runs_page
from minsheng.engine.contracts.schema import Text
from minsheng.engine.indicators.grammar import LEVELS
from minsheng.engine.scoring.results import CHANGES
from minsheng.kernel.disclosure import LEAST, protect
from minsheng.reports.drift import bin_name, subject_name
from minsheng.web.components import Crumb
from minsheng.web.gate import page
from minsheng.web.office.jobs.tabs import tabs
from minsheng.web.office.situation.health import feed_health
from minsheng.web.requests import OfficeRequest, installation
from minsheng.web.words import who

PAGE = 50
_MOVES_SHOWN = 40
Count = int | str


@dataclass(frozen=True)
class Counted:
    """Households at each level (none first), and by change; `<10` where a number is not for this viewer."""

    levels: tuple[Count, ...]
    changes: tuple[tuple[str, Count], ...]
    total: Count


@page(May.SEE_RUNS)
def runs(request: OfficeRequest) -> HttpResponse:
    """The runs, the newest first."""
    model = request.GET.get("model", "")
    found = runs_page(limit=PAGE + 1, model=model, after=request.GET.get("after", ""))
    lines = [(line, counted(line.run, request.viewer), who(line.run_by)) for line in found[:PAGE]]
    given = {
        "tabs": tabs("runs"),
        "lines": lines,
        "model": model,
        "models": model_lines_run(),
        "older": found[PAGE - 1].place if len(found) > PAGE else "",
        "may_start": request.viewer.throughout(May.START_RUNS, installation().area),
    }
    return render(request, "office/jobs/runs.html", given)


@page(May.SEE_RUNS)
def run(request: OfficeRequest, run: str) -> HttpResponse:
    """One run: what came out, what it was made of."""
    line = _line(run)
    health = feed_health(line.run, installation().catalogue)
    given = {
        "line": line,
        "counted": counted(line.run, request.viewer),
        "by": who(line.run_by),
        "crumbs": _crumbs(),
        "feeds": health,
        "lacking": [one for one in health if one.state in ("missing", "held")],
        "seconds": [(name, float(taken)) for name, taken in line.run.summary.get("seconds", {}).items()],
        "others": [one for one in runs_page(limit=PAGE) if one.run.id != line.run.id],
        "situation": _situation(line.run) if line.current and request.viewer.may(May.SEE_SITUATION) else "",
    }
    return render(request, "office/jobs/run.html", given)


@page(May.SEE_RUNS)
def moved(request: OfficeRequest, run: str) -> HttpResponse:
    """What moved since the months before: a part of a run's page, fetched when it is seen."""
    moves = drift_of(run_named(run), installation=installation())
    given = {"moves": moves, "lines": _moves(moves), "more": max(0, len(moves.drift.moved) - _MOVES_SHOWN)}
    return render(request, "office/jobs/moved.html", given)


@page(May.SEE_RUNS)
def compare(request: OfficeRequest) -> HttpResponse:
    """Two runs side by side: how many households moved from which level to which."""
    first, second = _line(request.GET.get("first", "")), _line(request.GET.get("second", ""))
    found = compare_runs(before=first.run.id, after=second.run.id, installation=installation())
    given = {
        "first": first,
        "second": second,
        "found": found,
        "table": _movements(found.movements, request.viewer),
        "levels": range(len(LEVELS)),
        "protected": _protected(request.viewer),
        "crumbs": _crumbs(),
    }
    return render(request, "office/jobs/compare.html", given)


def counted(run: FinishedRun, viewer: Viewer) -> Counted:
    """A run's households in numbers that this viewer may see: small ones only where households are seen."""
    by_level, by_change = run.summary.get("by_level", {}), run.summary.get("by_change", {})
    levels = [int(by_level.get(name, 0)) for name in LEVELS]
    changes = [(name, int(by_change[name])) for name in CHANGES if name in by_change]
    if not _protected(viewer):
        return Counted(tuple(levels), tuple(changes), sum(levels))
    hidden, few = protect([levels]), protect([[number for _, number in changes]])
    named = tuple((name, _told(number)) for (name, _), number in zip(changes, few.columns, strict=True))
    return Counted(tuple(map(_told, hidden.columns)), named, _told(hidden.total))


def _told(number: int | None) -> Count:
    return f"<{LEAST}" if number is None else number


def _protected(viewer: Viewer) -> bool:
    return not viewer.may(May.SEE_HOUSEHOLDS)


def _movements(movements: Mapping[str, int], viewer: Viewer) -> list[tuple[int, tuple[Count, ...]]]:
    """Level before → households by level after."""
    cells = [[movements.get(f"{before} → {after}", 0) for after in LEVELS] for before in LEVELS]
    shown = protect(cells).cells if _protected(viewer) else cells
    return [(level, tuple(map(_told, row))) for level, row in enumerate(shown)]


@dataclass(frozen=True)
class Move:
    """One thing that moved: what, how much, and its telling part before and now."""

    what: Text
    much: bool
    index: float
    part: Text
    before: float
    now: float
    per_person: bool


def _moves(moves: Moves) -> list[Move]:
    return [
        Move(
            what=subject_name(one, moves),
            much=one.moved == "moved-much",
            index=one.index,
            part=Text(zh="每人行数", en="rows per person") if one.kind == "rows" else bin_name(one, one.bin),
            before=one.before,
            now=one.now,
            per_person=one.kind == "rows",
        )
        for one in moves.drift.moved[:_MOVES_SHOWN]
    ]


def _line(run: str) -> RunLine:
    line = run_line(run)
    if line is None:
        raise NoSuchRun("There is no such run.", next_step="Choose one of the list.")
    return line


def _crumbs() -> list[Crumb]:
    return [Crumb(Text(zh="运行结果", en="Runs"), reverse("office:runs"))]


def _situation(run: FinishedRun) -> str:
    try:
        return f"{reverse('office:situation')}?{urlencode({'month': run.month, 'model': run.model_name})}"
    except NoReverseMatch:
        return ""
