"""`minsheng model evaluate` and `minsheng model calibrate`: was it right, and what would outcomes propose."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from minsheng.cli.context import Json, begin
from minsheng.cli.evaluation_output import calibration_data, evaluation_data, show_calibration, show_evaluation
from minsheng.cli.output import print_json
from minsheng.config.installation import today
from minsheng.domain.installation import Installation
from minsheng.domain.monitoring import evaluating
from minsheng.domain.monitoring.exports import NoSuchFolder
from minsheng.engine.contracts.schema import Text
from minsheng.engine.evaluation.worklist import GANSU, Workload
from minsheng.engine.explaining.figures import Figure
from minsheng.kernel.errors import Refusal
from minsheng.kernel.periods import Month
from minsheng.reports.evaluation import Subject, evaluation_page
from minsheng.reports.files import write_page

if TYPE_CHECKING:
    from minsheng.engine.evaluation.calibration.calibrating import Calibration

Truth = Annotated[Path | None, typer.Option("--truth", help="CSV or Parquet: household_no, month, in_hardship; newly, severity, cause.")]
Verdicts = Annotated[bool, typer.Option("--verdicts", help="Use workers' verdicts as outcomes.")]
Named = Annotated[str | None, typer.Option("--model", help="A model's name or name@version; needed if several have run.")]
OneMonth = Annotated[str | None, typer.Option("--month", help="One month, e.g. 2026-10.")]
SomeMonths = Annotated[str | None, typer.Option("--months", help="Months, e.g. 2026-07..2026-10 (default: all that were run).")]
AMonth = Annotated[float | None, typer.Option("--workload", min=0, help="Households that can be visited in a month.")]
APersonYear = Annotated[float | None, typer.Option("--workload-per-person-year", min=0, help="The same, per monitored person and year.")]
PageFile = Annotated[Path | None, typer.Option("--page", help="Write a page (HTML) with the pictures.", dir_okay=False)]
Features = Annotated[Path | None, typer.Option("--features", help="A household table of your own (CSV or Parquet) instead of runs.")]
Outcome = Annotated[str | None, typer.Option("--outcome", help="Its column that says who is in hardship: 1 or 0.")]
Columns = Annotated[Path | None, typer.Option("--columns", help="YAML: what its columns are.", exists=True, dir_okay=False)]
ScoreColumn = Annotated[str | None, typer.Option("--score", help="Its column that holds the score; higher is worse.")]
DraftFile = Annotated[Path, typer.Option("--out", help="Where to write the draft (YAML).", dir_okay=False)]
WithBounds = Annotated[bool, typer.Option("--bounds/--points-only", help="Propose where bands begin as well, or points alone.")]


class AskedWrongly(Refusal):
    """The options do not say what is to be done."""

    code: ClassVar[str] = "asked-wrongly"


def evaluate(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    truth: Truth = None,
    verdicts: Verdicts = False,
    model: Named = None,
    month: OneMonth = None,
    months: SomeMonths = None,
    workload: AMonth = None,
    workload_per_person_year: APersonYear = None,
    features: Features = None,
    outcome: Outcome = None,
    score: ScoreColumn = None,
    columns: Columns = None,
    page: PageFile = None,
    as_json: Json = False,
) -> None:
    """Measure a model's months against what was found: precision, recall at the workload, ranking, levels, groups.

    By default at Gansu's workload: 561,600 warnings a year for about 4.1 million monitored people.
    """
    _check_folders(page)
    work = _workload(workload, workload_per_person_year)
    if features is not None:
        from minsheng.engine.evaluation.declared import evaluate_declared, load_declaration

        declaration = load_declaration(columns) if columns else None
        found, brought = evaluate_declared(features, declaration=declaration, outcome=outcome, score=score, workload=work)
        subject = _of_table("评估", "Evaluation of", brought.source)
    else:
        _one_source(truth, verdicts)
        installation = begin()
        run, outcomes = _outcomes(truth, model, _months(month, months), installation)
        found = evaluating.evaluated(run, outcomes, work or GANSU)
        subject = _of_runs("模型评估", "Evaluation", run, outcomes, installation)
    if page is not None:
        write_page(evaluation_page(found, subject), page)
    if as_json:
        print_json(evaluation_data(found, subject))
    else:
        show_evaluation(found, subject)


def calibrate(  # noqa: PLR0913, PLR0917 - every option of a command is an argument
    out: DraftFile,
    truth: Truth = None,
    verdicts: Verdicts = False,
    model: Named = None,
    months: SomeMonths = None,
    workload: AMonth = None,
    workload_per_person_year: APersonYear = None,
    bounds: WithBounds = True,
    features: Features = None,
    outcome: Outcome = None,
    columns: Columns = None,
    page: PageFile = None,
    as_json: Json = False,
) -> None:
    """Propose whole-number points and bounds from outcomes, as a draft that only a person can publish.

    More hardship never lowers a score; points stay near those there are unless outcomes speak against them; households are weighed
    by their chance of having been visited. What is, the draft and a boosting model are compared on households and townships not seen.
    """
    from minsheng.reports.calibration import calibration_page

    _check_folders(out, page)
    work = _workload(workload, workload_per_person_year)
    if features is not None:
        found, draft, subject = _declared_draft(features, columns, outcome, work)
    else:
        _one_source(truth, verdicts)
        found, draft, subject = _runs_draft(truth, model, _months(None, months), work, bounds)
    out.write_text(draft, encoding="utf-8")
    if page is not None:
        write_page(calibration_page(found, subject), page)
    if as_json:
        print_json(calibration_data(found, subject) | {"draft": str(out)})
    else:
        show_calibration(found, out)


def _declared_draft(features: Path, columns: Path | None, outcome: str | None, work: Workload | None) -> "tuple[Calibration, str, Subject]":
    from minsheng.engine.evaluation.declared import calibrate_declared, drafted_declaration, load_declaration, read_households

    if columns is None:
        raise AskedWrongly("Nothing says what the columns are.", next_step="Give a declaration: --columns DECL.yaml (docs/calibration.md).")
    declaration = load_declaration(columns)
    table = read_households(features, declaration, outcome=outcome)
    found = calibrate_declared(table, declaration, workload=work)
    draft = drafted_declaration(declaration, found, source=f"{table.source}, {table.cases.height:,} households")
    return found, draft, _of_table("草案", "Draft from", table.source)


def _runs_draft(
    truth: Path | None, model: str | None, months: "_Months", work: Workload | None, bounds: bool
) -> "tuple[Calibration, str, Subject]":
    from minsheng.domain.monitoring.operations.calibrating import propose

    installation = begin()
    run, outcomes = _outcomes(truth, model, months, installation)
    proposal = propose(run, outcomes, work or GANSU, new_bounds=bounds)
    return proposal.calibration, proposal.draft, _of_runs("权重草案", "Draft of points", run, outcomes, installation)


_Months = tuple[Month | None, Month | None]


def _one_source(truth: Path | None, verdicts: bool) -> None:
    if (truth is None) == (not verdicts):
        told = "Give --truth FILE, --verdicts, or --features FILE --outcome COLUMN."
        raise AskedWrongly("Outcomes come from one source.", next_step=told)


def _outcomes(
    truth: Path | None, model: str | None, months: _Months, installation: Installation
) -> tuple[evaluating.RunMonths, evaluating.Found]:
    """The months and what was found in them: by the truth file, or else by verdicts."""
    run = evaluating.run_months(model, *months, installation=installation)
    return run, evaluating.with_verdicts(run) if truth is None else evaluating.with_truth(run, truth)


def _months(month: str | None, months: str | None) -> _Months:
    """The first and last month asked for; None where it is left open."""
    if month and months:
        raise AskedWrongly("Give --month or --months, not both.", next_step="--months 2026-07..2026-10 holds four.")
    first, between, last = (months or month or "").partition("..")
    ends = [Month.parse(end) if end else None for end in (first, last if between else first)]
    return ends[0], ends[1]


def _workload(a_month: float | None, a_person_year: float | None) -> Workload | None:
    if a_month is not None and a_person_year is not None:
        raise AskedWrongly("Give one workload.", next_step="--workload N, or --workload-per-person-year F.")
    if a_month is not None:
        return Workload(Text(zh=f"按要求每月 {a_month:,g} 户", en=f"{a_month:,g} a month, as asked"), a_month=a_month)
    if a_person_year is not None:
        told = Text(zh=f"按要求每人每年 {a_person_year:g} 户次", en=f"{a_person_year:g} per monitored person and year, as asked")
        return Workload(told, per_person_year=a_person_year)
    return None


def _check_folders(*files: Path | None) -> None:
    """Before anything is computed, whether its results can be written; raises NoSuchFolder."""
    for file in files:
        if file is not None and not file.parent.is_dir():
            raise NoSuchFolder(f"There is no folder {file.parent}.", next_step="Make the folder first, or write somewhere else.")


def _of_runs(zh: str, en: str, run: evaluating.RunMonths, found: evaluating.Found, installation: Installation) -> Subject:
    title, scoring = Text(zh=f"{zh}：{run.title}", en=f"{en}: {run.title}"), run.model.scoring_indicators
    figures = {one.id: Figure.of(one, installation.catalogue) for one in scoring}
    return Subject(title, found.source, str(today()), {one.id: one.title for one in scoring}, figures)


def _of_table(zh: str, en: str, source: str) -> Subject:
    return Subject(Text(zh=f"{zh}：{source}", en=f"{en} {source}"), source, str(today()), {}, {})
