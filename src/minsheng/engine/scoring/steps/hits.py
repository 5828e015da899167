"""Step 6: what stands behind the levels, and what speaks against a benefit."""

import ibis.expr.types as ir

from minsheng.engine.scoring.inputs import RunInputs
from minsheng.engine.scoring.steps.long import reverse


def hits(run: RunInputs) -> None:
    """The `hits` table (of households that have a level or changed) and the `reverse` table (of everybody)."""
    scores = run.earlier("scores")
    shown = scores.filter((scores.level > 0) | (scores.change != "none"))
    run.result("hits", run.earlier("compared").semi_join(shown, "household_key"))
    run.result("reverse", _reverse(run))


def _reverse(run: RunInputs) -> ir.Table:
    found = reverse(run)
    before = run.last_month("reverse").select("indicator", "person_key", band_before="band").distinct()
    joined = found.left_join(before, ["person_key", "indicator"])
    return joined.select(*found.columns, is_new=joined.band_before.isnull())
