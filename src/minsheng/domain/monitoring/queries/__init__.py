"""Every read of the monitoring stage.

Belongs here: published models and runs, a run's levels and warnings, the desk's list, a household's course, saved filters. Does not
belong: writes, and what is read from the lake (`explanations`).
"""

from minsheng.domain.monitoring.queries.course import Happening, LevelPoint, course_of, happenings
from minsheng.domain.monitoring.queries.desk import (
    SORTS,
    DeskCounts,
    DeskFilter,
    DeskPage,
    DeskRow,
    DeskWatch,
    NotACursor,
    desk_counts,
    desk_first,
    desk_page,
    desk_rows,
)
from minsheng.domain.monitoring.queries.filters import SavedFilterLine, saved_filters
from minsheng.domain.monitoring.queries.run_list import RunLine, model_lines_run, run_line, runs_page
from minsheng.domain.monitoring.queries.runs import (
    FinishedRun,
    ModelLine,
    NoSuchModel,
    NoSuchRun,
    current_run,
    latest_run,
    leading_model,
    model_named,
    published_models,
    run_named,
    run_of,
    runs_in_order,
)
from minsheng.domain.monitoring.queries.warnings import (
    NO_DIVISION,
    MonthRetired,
    WarningLine,
    hits_at_verdict,
    levels_of,
    refuse_retired,
    warnings_by_township,
    warnings_of,
)

__all__ = [
    "NO_DIVISION",
    "SORTS",
    "DeskCounts",
    "DeskFilter",
    "DeskPage",
    "DeskRow",
    "DeskWatch",
    "FinishedRun",
    "Happening",
    "LevelPoint",
    "ModelLine",
    "MonthRetired",
    "NoSuchModel",
    "NoSuchRun",
    "NotACursor",
    "RunLine",
    "SavedFilterLine",
    "WarningLine",
    "course_of",
    "current_run",
    "desk_counts",
    "desk_first",
    "desk_page",
    "desk_rows",
    "happenings",
    "hits_at_verdict",
    "latest_run",
    "leading_model",
    "levels_of",
    "model_lines_run",
    "model_named",
    "published_models",
    "refuse_retired",
    "run_line",
    "run_named",
    "run_of",
    "runs_in_order",
    "runs_page",
    "saved_filters",
    "warnings_by_township",
    "warnings_of",
]
