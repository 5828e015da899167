"""Why a household has its level, read from a finished run."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from minsheng.domain.installation import Installation
from minsheng.domain.monitoring.queries import FinishedRun, model_named, refuse_retired, run_of
from minsheng.domain.registry.queries import household_card
from minsheng.engine.explaining.explanation import Explanation
from minsheng.engine.explaining.household import explain_household as explained
from minsheng.engine.explaining.reasons import RunContext
from minsheng.engine.lake import Lake
from minsheng.engine.scoring.results import household_tables, run_result
from minsheng.kernel.periods import Month

_EXPLAINED: Final = ("points", "household_dimensions", "scores", "warnings", "hits", "reverse", "evidence")
"""What an explanation rests on; of last month's run, no more than points and scores."""
_KEPT: Final = 256


def explain_household_named(number: str, *, month: Month, model: str | None, installation: Installation) -> Explanation:
    """Explain a household by its number, in the month's current run.

    Raises NoSuchHousehold, NoSuchRun, MonthRetired or DoesNotAddUp.
    """
    key = household_card(number, keys=installation.keys).household_key
    run = run_of(month, model)
    refuse_retired([run.id])
    return explain_household(key, run=run, installation=installation)


def explain_household(household_key: int, *, run: FinishedRun, installation: Installation) -> Explanation:
    """Explain a household in a run, from department records to the level; raises NoSuchHousehold, LakeMissing or DoesNotAddUp."""
    return _KNOWN.found((installation.lake.address, run.id, household_key)) or _KNOWN.keep(
        (installation.lake.address, run.id, household_key), _explained(household_key, run, installation)
    )


class _Kept:
    """The explanations given last in this process: a finished run never changes, and an explanation names nobody."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, int], Explanation] = OrderedDict()
        self._lock = Lock()

    def found(self, key: tuple[str, str, int]) -> Explanation | None:
        """What is kept, if it is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: tuple[str, str, int], explanation: Explanation) -> Explanation:
        """Keep one, and let go of the one not asked for longest."""
        with self._lock:
            self._kept[key] = explanation
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return explanation


_KNOWN: Final = _Kept()


def _explained(household_key: int, run: FinishedRun, installation: Installation) -> Explanation:
    lake, inputs = installation.lake, run.summary["inputs"]
    month = Month.parse(run.month)
    tables = household_tables(lake, run.id, household_key, names=_EXPLAINED)
    for name in ("members", "deceased"):
        if name in inputs["registry"]:
            tables[name] = lake.read_rows(inputs["registry"][name]["path"], "household_key", household_key)
    merged = inputs["registry"].get("redirects")
    redirects = _redirects(lake, merged["path"]) if merged else {}
    before = inputs["previous"]
    previous = before and household_tables(lake, before["run_id"], household_key, names=("points", "scores"))
    model = model_named(run.model_id, catalogue=installation.catalogue)
    context = RunContext(model, installation.catalogue, month, run_result(lake, run.id).unknown, redirects)
    return explained(tables, context, previous=previous or None)


def _redirects(lake: Lake, path: str) -> dict[int, int]:
    return {row["person_key"]: row["into_key"] for row in lake.read_table(path).to_pylist()}
