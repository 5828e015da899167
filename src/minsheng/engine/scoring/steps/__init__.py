"""The steps of a run, in order: each adds its statements to the run's script.

Belongs here: one module per step, written over named tables, the same for every engine and every range of households. Does not
belong: opening files, knowing an engine, writing anything down (`scoring.working`).
"""

from collections.abc import Mapping

from minsheng.engine.scoring.inputs import RunInputs, Statement, Step
from minsheng.engine.scoring.steps.evidence import evidence
from minsheng.engine.scoring.steps.feeds import feeds
from minsheng.engine.scoring.steps.hits import hits
from minsheng.engine.scoring.steps.long import points, values
from minsheng.engine.scoring.steps.scores import scores
from minsheng.engine.scoring.steps.warnings import warnings

STEPS: Mapping[str, Step] = {
    "feeds": feeds,
    "values": values,
    "points": points,
    "scores": scores,
    "warnings": warnings,
    "hits": hits,
    "evidence": evidence,
}


def script_of(run: RunInputs) -> list[Statement]:
    """Write the run's script: the statements of all steps, in order, the same for every range."""
    for name, step in STEPS.items():
        run.step = name
        step(run)
    return run.script
